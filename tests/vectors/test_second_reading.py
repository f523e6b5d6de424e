"""The standalone verifier reads the vectors too: a second reading of SPEC.md, of which nothing is
shared with the package.

Its functions are those that read an exported journal, so operations that no journal needs (relay
messages, pairing, clocks of writers) have none. Each file says below how many of its cases the
verifier reads, so that none drops out unseen.
"""

from __future__ import annotations

import ast
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from inglenook_harness.second_reading import VERIFIER, verifier

HERE: Final = Path(__file__).resolve().parent

Given = dict[str, Any]
Result = dict[str, object]
OPERATIONS: Final[dict[str, Callable[[Given], Result]]] = {}


v: Final = verifier


def operation(name: str) -> Callable[[Callable[[Given], Result]], Callable[[Given], Result]]:
    def take(function: Callable[[Given], Result]) -> Callable[[Given], Result]:
        OPERATIONS[name] = function
        return function

    return take


def resolve(value: Any, pool: Given) -> Any:
    """Inputs with their recipes carried out (README.md); bytes stay hex."""
    if isinstance(value, list):
        return [resolve(item, pool) for item in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"pool": name, **rest} if not rest:
            return resolve(pool[name], pool)
        case {"repeat": [unit, times], **rest} if not rest:
            return unit * times
        case {"count": [before, after, times], **rest} if not rest:
            return "".join(f"{before}{i:08x}{after}" for i in range(times))
        case {"concat": pieces, **rest} if not rest:
            return "".join(resolve(piece, pool) for piece in pieces)
    return {key: resolve(item, pool) for key, item in value.items()}


def untag(value: Any) -> Any:
    """The MessagePack value that a tagged one stands for."""
    if isinstance(value, list):
        return [untag(item) for item in value]
    if not isinstance(value, dict):
        return value
    [(kind, held)] = value.items()
    if kind == "bin":
        return bytes.fromhex(held)
    unit, times = held
    if kind == "array_repeat":
        return [untag(unit)] * times
    return (bytes.fromhex(unit) if kind == "bin_repeat" else unit) * times


def plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def b(g: Given, name: str) -> bytes:
    return bytes.fromhex(g[name])


def ref(parts: list[Any]) -> tuple[bytes, int, bytes]:
    return bytes.fromhex(parts[0]), parts[1], bytes.fromhex(parts[2])


# --- 1 to 5


@operation("hash")
def _hash(g: Given) -> Result:
    return {"tag": v.label(g["label"]), "hash": v.h(g["label"], b(g, "message"))}


@operation("verify")
def _verify(g: Given) -> Result:
    if not v.holds(g["label"], b(g, "public"), b(g, "message"), b(g, "signature")):
        v.signing_key(b(g, "public"))
        raise v.Refused("bad-signature", "")
    return {}


@operation("key")
def _key(g: Given) -> Result:
    v.signing_key(b(g, "public"))
    return {}


@operation("kdf")
def _kdf(g: Given) -> Result:
    return {"key": v.kdf(g["label"], b(g, "key"), b(g, "context"))}


@operation("kem.public")
def _kem_public(g: Given) -> Result:
    return {"public": v.kem_public(b(g, "seed"))}


@operation("phrase")
def _phrase(g: Given) -> Result:
    try:
        return {"entropy": v.entropy_of(g["words"])}
    except v.NotAPhrase:
        raise v.Refused("local", "") from None


@operation("root")
def _root(g: Given) -> Result:
    seeds = v.root_seeds(b(g, "entropy"), g["kind"], g["index"])
    sign, kem = seeds.public
    return {
        "signing_seed": seeds.signing,
        "kem_seed": seeds.kem,
        "signing": sign,
        "kem_sha256": v.hashlib.sha256(kem).digest(),
        "member": v.h("member-id", sign + kem),
    }


@operation("genesis")
def _genesis(g: Given) -> Result:
    made = v.Genesis(b(g, "genesis"))
    return {
        "kind": made.kind,
        "salt": made.salt,
        "space": made.space,
        "members": list(made.roots.values()),
        "member_ids": list(made.roots),
    }


@operation("header")
def _header(g: Given) -> Result:
    # The signature of the vector is made by hand there: here it is checked.
    key = v.Ed25519PrivateKey.from_private_bytes(b(g, "signing_seed"))
    item = [0, g["flags"], key.sign(b""), b(g, "body"), b""]
    run = [b(g, "device"), g["seq"], b(g, "previous"), [b(g, "key_id")], [item]]
    [e] = v.envelopes_of(run, b(g, "space"))
    signature = key.sign(v.label("envelope-sig") + e.header)
    assert v.signed(e._replace(signature=signature), key.public_key().public_bytes_raw())
    return {
        "prefix": e.prefix,
        "body_hash": e.header[138:],
        "header": e.header,
        "id": e.id,
        "signature": signature,
    }


@operation("padded_length")
def _padded_length(g: Given) -> Result:
    padded = v.padded_length(g["content_length"])
    if 12 + padded + 16 > v.MAX_BODY_BYTES:
        raise v.Refused("too-large", "")
    return {"padded_length": padded}


@operation("unpad")
def _unpad(g: Given) -> Result:
    return {"content": v.unpad(b(g, "padded"))}


@operation("open")
def _open(g: Given) -> Result:
    key = v.Key(b(g, "space"), b(g, "epoch_key"))
    return {"content": key.open_event(b(g, "body"), b(g, "prefix"))}


# --- Records, runs, statements


@operation("value")
def _value(g: Given) -> Result:
    raise NotImplementedError  # read the other way round, below


@operation("decode")
def _decode(g: Given) -> Result:
    value = v.unpack(b(g, "bytes"))
    if g["record"] == "event_content":
        v.EVENT_CONTENT(value)
        return dict(zip(("roster_hash", "witness", "core"), value, strict=True))
    v.read_event(bytes(32), bytes(32), b(g, "bytes"))
    names = (
        "nonce kind kind_version entity after hlc_ms hlc_count claimed_ms offset_minutes payload"
    )
    return dict(zip(names.split(), value, strict=True))


@operation("run.verify")
def _run_verify(g: Given) -> Result:
    run = v.unpack(b(g, "run"))
    v.check_run(run)
    devices = {bytes.fromhex(d["device"]): d for d in g["devices"]}
    if run[0] not in devices:
        raise v.Refused("unknown-device", "")
    device = devices[run[0]]
    held: dict[int, set[bytes]] = defaultdict(set)
    for of, seq, id_ in map(ref, g["held"]):
        if of == run[0]:
            held[seq].add(id_)
    if run[1] > 1 and run[2] not in held[run[1] - 1]:
        raise v.Refused("gap", "")
    erased = {ref(e["ref"]) for e in g["erased"] if e["member"] == device["member"]}
    key = bytes.fromhex(device["signing"])
    envelopes, rest = v.proved(run, b(g, "space"), key, lambda *r: r in erased)
    if not envelopes and rest is not None:
        raise v.Refused(rest, "")
    branches = [e.seq for e in envelopes if held[e.seq] and e.id not in held[e.seq]]
    if branches and len(held[branches[0]]) >= v.MAX_BRANCHES:
        raise v.Refused("too-many-branches", "")
    return {
        "ids": [e.id for e in envelopes],
        "rest": rest,
        "duplicates": [e.seq for e in envelopes if e.id in held[e.seq]],
        "branches": branches,
        "unsound": [e.seq for e in envelopes if not v.signed(e, key)],
    }


@operation("statement.read")
def _statement_read(g: Given) -> Result:
    known = v.StatementSet(v.Genesis(b(g, "genesis")))
    _take_all(known, g["before"], strict=True)
    made = known.take(v.unpack(b(g, "statement")))
    kind, _, *fields, by = made.content
    out: Result = {"kind": kind, "id": made.id, "by": by}
    out["content"] = v.unpack(b(g, "statement"))[0]
    if kind == "added":
        device = v.device_id(*made.content[1:5])
        assert known.devices[device] == (fields[0], fields[1])
        return out | {"member": fields[0], "signing": fields[1], "device": device}
    if kind == "removed":
        return out | dict(zip(("device", "heads", "keeps"), fields, strict=True))
    assert all(known.is_erased(*r) for r in fields[0])
    return out | {"refs": fields[0]}


def _take_all(known: Any, statements: list[str], *, strict: bool = False) -> Any:
    """The set, whatever the order; what is refused alone is passed over."""
    waiting = [v.unpack(bytes.fromhex(s)) for s in statements]
    while waiting:
        left = []
        for statement in waiting:
            try:
                known.take(statement)
            except v.Refused as refused:
                if refused.reject not in ("bad-statement", "wrong-space"):
                    raise
                left.append(statement)
        if len(left) == len(waiting):
            assert not strict
            break
        waiting = left
    return known


@operation("erasures")
def _erasures(g: Given) -> Result:
    known = _take_all(v.StatementSet(v.Genesis(b(g, "genesis"))), g["statements"])
    return {
        "counted": sorted(i for i, s in known.by_id.items() if s.content[0] == "erased"),
        "erased": sorted(known.erased),
        "erasures_hash": known.erasures_hash,
    }


@operation("roster")
def _roster(g: Given) -> Result:
    results = []
    for order in (g["statements"], g["statements"][::-1]):
        known = _take_all(v.StatementSet(v.Genesis(b(g, "genesis"))), order)
        roster = known.roster()
        results.append(
            {
                "known": sorted(roster.known),
                "valid": sorted(roster.valid),
                "standing": sorted(roster.standing),
                "heads": {id_: roster.heads[id_] for id_ in sorted(roster.heads)},
                "roster_hash": known.roster_hash,
            }
        )
    assert results[0] == results[1], "the order mattered"
    return results[0]


# --- Epochs, events, folds


@operation("wrap.open")
def _wrap_open(g: Given) -> Result:
    info = v.wrap_info(b(g, "space"), b(g, "key_id"), b(g, "recipient"), b(g, "author"))
    return {"info": info, "epoch_key": v.unwrap(b(g, "kem_seed"), b(g, "wrap"), info)}


@operation("key_id")
def _key_id(g: Given) -> Result:
    return {"key_id": v.Key(b(g, "space"), b(g, "epoch_key")).id}


def _envelope(g: Given) -> Any:
    prefix = b(g, "prefix")
    _, flags, _, device, seq, previous, key_id = v._PREFIX.unpack(prefix)
    return v.Envelope(device, seq, previous, key_id, flags, b"", b(g, "body"), b"", prefix, b"")


@operation("key_envelope.open")
def _key_envelope_open(g: Given) -> Result:
    e = _envelope(g)._replace(device=b(g, "author"))
    epoch = v.open_epoch(e, b(g, "space"), b(g, "recipient"), b(g, "kem_seed"))
    return {
        "epoch_key": epoch.key.key,
        "roster_hash": epoch.roster_hash,
        "earlier": [[key.id, key.key] for key in epoch.earlier],
    }


@operation("payload")
def _payload(g: Given) -> Result:
    _, shapes = v.KINDS[g["kind"], g["kind_version"]]
    try:
        value = v.unpack(b(g, "payload"))
        v.record(*shapes.values())(value)
    except v.Refused:
        raise v.Refused("malformed-payload", "") from None
    return {"value": value}


@operation("event.read")
def _event_read(g: Given) -> Result:
    event = v.read_event(b(g, "space"), b(g, "member"), b(g, "core"))
    if event.flaw:
        raise v.Refused(event.flaw, "")
    return {
        "event_id": event.id,
        "entity_id": event.entity,
        "known": event.fields is not None,
    }


@operation("event.open")
def _event_open(g: Given) -> Result:
    e = _envelope(g)
    held = [v.Key(b(g, "space"), bytes.fromhex(key)) for key in g["epoch_keys"]]
    keys = {key.id: key for key in held}
    event, witness, roster_hash = v.open_event(b(g, "space"), b(g, "member"), e, keys)
    core = v.unpack(keys[e.key_id].open_event(e.body, e.prefix))[2]
    return {
        "roster_hash": roster_hash,
        "witness": witness,
        "core": core,
        "event_id": event.id,
    }


@operation("timeline")
def _timeline(g: Given) -> Result:
    rows = [
        v.placed(v.read_event(b(g, "space"), bytes.fromhex(r["member"]), bytes.fromhex(r["core"])))
        for r in g["events"]
    ]
    results = []
    for arrival in g["arrivals"]:
        by_entity: dict[bytes, list[Any]] = defaultdict(list)
        for at in arrival:
            by_entity[rows[at].entity].append(rows[at])
        order = {}
        for entity in sorted(by_entity):
            if stands := [e.id for e in v.counted_events(by_entity[entity])]:
                order[entity] = stands
        there = {e.id for events in by_entity.values() for e in events}
        left = {id_ for ids in order.values() for id_ in ids}
        results.append(
            {
                "withdrawn": sorted(there - left),
                "order": order,
                "digest": v.timeline_digest(by_entity),
            }
        )
    assert all(result == results[0] for result in results), "the order of arrival mattered"
    return results[0]


@operation("admit")
def _admit(g: Given) -> Result:
    seen = {}
    for row in g["envelopes"]:
        device, seq, id_ = ref(row["ref"])
        previous = bytes.fromhex(row["previous"]) if row["previous"] else bytes(32)
        witness = [] if row["withdrawn"] else [list(ref(w)) for w in row["witness"]]
        seen[id_] = v.Seen(device, seq, previous, witness)
    heads = {
        bytes.fromhex(device): [(seq, bytes.fromhex(id_)) for seq, id_ in points]
        for device, points in g["removed"].items()
    }
    standing = {bytes.fromhex(device) for device in g["standing"]}
    return {"admitted": sorted(v.admitted(seen, standing, heads))}


# --- Fork proofs


@operation("proof.read")
def _proof_read(g: Given) -> Result:
    fork = v.read_proof(b(g, "file"))
    return {
        "space": fork.genesis.space,
        "member": fork.device.member,
        "device": fork.id,
        "signing": fork.device.sign,
        "seq": fork.seq,
        "ids": fork.ids,
        "heads": fork.heads,
    }


# --- Exported journals


def _read(g: Given, file: Path) -> list[Any]:
    file.write_bytes(b(g, "file"))
    faults: list[Any] = []
    journals: list[Any] = v.read_file(file, every=True, report=faults.append)
    for fault in faults:
        raise fault
    return journals


@operation("export.read")
def _export_read(g: Given) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        journals = _read(g, Path(folder) / "export")
    return {
        "journals": [
            {
                "space": journal.genesis.space,
                "statements": list(journal.statements.by_id),
                "envelopes": list(journal.held),
                "standing": sorted(journal.roster.standing),
                "roster_hash": journal.statements.roster_hash,
                "erasures_hash": journal.statements.erasures_hash,
            }
            for journal in journals
        ]
    }


@operation("export.open")
def _export_open(g: Given) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "export"
        [journal] = _read(g, file)
        faults: list[Any] = []
        opened = v.open_journal(file, journal, b(g, "entropy"), keep=False, report=faults.append)
    unreadable = sorted(fault.reject for fault in faults)
    return {"member": opened.member, "digest": opened.digest, "unreadable": unreadable}


# --- Running

LEFT_OUT: Final = {
    # Writers' and relays' operations, which no reader of a journal needs.
    "sign", "private", "device", "seal", "choose_epoch", "hlc.next", "hlc.sequence",
    "logged_later", "message", "message.decode", "login.sign", "login.verify", "find.sign",
    "invite", "capabilities", "mail.seal", "mail.open", "mail.message", "pairing",
    "pairing.check", "words", "iso_week", "reveal.round", "reveal", "reveal.hlc",
    "reveal.half", "reveal.check", "upcast", "blob.key",
    "blob.nonce", "blob.id", "blob.chunk",
    # Between two own devices, through a mailbox: nothing of it stays in a journal but statements.
    "invite.device", "link", "link.message", "link.check",
}  # fmt: skip
PARTLY: Final = {"timeline": ("concurrent", "empty")}
"""What a case names besides, that only a face which shows words needs."""


def _outcome(case: Given, pool: Given) -> tuple[object, object]:
    given = resolve(case["in"], pool)
    if case["op"] == "value":
        return untag(given["value"]), v.unpack(
            bytes.fromhex(resolve(case["expect"], pool)["encoded"])
        )
    expected: object = case.get("reject")
    if expected is None:
        wanted = resolve(case["expect"], pool)
        for name in PARTLY.get(case["op"], ()):
            wanted.pop(name)
        expected = {k: untag(x) if k == "value" else x for k, x in wanted.items()}
    try:
        result = OPERATIONS[case["op"]](given)
    except v.Refused as refused:
        return expected, refused.reject
    return expected, result if case["op"] == "payload" else plain(result)


@pytest.mark.parametrize("name", sorted(path.stem for path in (HERE / "v1").glob("*.json")))
def test_the_second_reading_agrees(name: str) -> None:
    content = json.loads((HERE / "v1" / f"{name}.json").read_bytes())
    wrong = []
    for case in content["cases"]:
        if case["op"] in LEFT_OUT:
            continue
        expected, got = _outcome(case, content.get("pool", {}))
        if got != expected:
            shown = f"expected {expected!r:.300}\n      got {got!r:.300}"
            wrong.append(f"SPEC {case['clause']}, {case['op']}: {case['name']}\n      {shown}")
    assert not wrong, f"{len(wrong)} of {len(content['cases'])}:\n" + "\n".join(wrong)


def test_no_operation_drops_out_unseen() -> None:
    ops = {
        case["op"]
        for path in (HERE / "v1").glob("*.json")
        for case in json.loads(path.read_bytes())["cases"]
    }
    assert ops == OPERATIONS.keys() | LEFT_OUT
    assert not OPERATIONS.keys() & LEFT_OUT


def test_the_verifier_is_one_file_that_needs_cryptography_alone() -> None:
    for node in ast.walk(ast.parse(VERIFIER.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level
            names = [node.module or ""]
        for name in names:
            top = name.split(".")[0]
            assert top == "cryptography" or top in sys.stdlib_module_names, name
