"""Every case of v1/*.json, run against the package and the client's core.

An operation takes a case's inputs and gives back what came out. A class of SPEC 11.6 comes
out as an error that carries it. A case whose operation has no function here fails, so no case
can be left out; results that the vectors name and an operation does not give fail too.
"""

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any, Final

import msgspec
import pytest
from mnemonic import Mnemonic

from inglenook_client.core.admission import admitted_reach
from inglenook_client.core.fold import fold, logged_later, withdrawn_ids
from inglenook_client.core.opening import Event, Opened, open_envelope, read_event
from inglenook_client.core.upcasting import upcast
from inglenook_harness.exported import read_journals
from inglenook_protocol import (
    blobs,
    epochs,
    event,
    kinds,
    labels,
    linking,
    messages,
    pairing,
    reveal,
    signatures,
)
from inglenook_protocol.causality import TimelineDigest, ancestors
from inglenook_protocol.codec import Point, Ref, encode
from inglenook_protocol.envelope import Envelope, envelope_id, hash_body, pack_prefix
from inglenook_protocol.errors import Reject, RemoteProtocolError, TrustError
from inglenook_protocol.genesis import DeviceInfo, Genesis, device_info
from inglenook_protocol.hashing import h, kdf
from inglenook_protocol.hlc import ZERO, Hlc, absorb, tick
from inglenook_protocol.keys import DeviceKeys, KemKey, RootKeys, private_genesis
from inglenook_protocol.limits import MAX_BRANCHES
from inglenook_protocol.login import NO_SPACE, LoginProof, sign_login, verify_login
from inglenook_protocol.padding import pad, padded_length, unpad
from inglenook_protocol.proof import decode_fork_proof
from inglenook_protocol.roster import (
    Added,
    Erased,
    Removed,
    Roster,
    Statement,
    StatementBook,
    decode_content,
    decode_statement,
)
from inglenook_protocol.runs import check_run, decode_run, verify_run
from inglenook_protocol.sealing import NONCE_BYTES, SEAL_BYTES, EpochKey, Sealer, key_id_of
from inglenook_protocol.signatures import SigningKey

VECTORS: Final = Path(__file__).resolve().parent / "v1"
ENGLISH: Final = Mnemonic("english")

Given = dict[str, Any]
Result = dict[str, object]
Operation = Callable[[Given], Result]
OPERATIONS: Final[dict[str, Operation]] = {}


class RefusedError(Exception):
    """An operation that answers with a bool, or is the runner's own, refuses."""

    def __init__(self, reject: str) -> None:
        super().__init__(reject)
        self.reject = reject


def operation(name: str) -> Callable[[Operation], Operation]:
    def take(function: Operation) -> Operation:
        OPERATIONS[name] = function
        return function

    return take


# --- Reading the files


def resolve(value: Any, pool: Given) -> Any:
    """Inputs with their recipes carried out; bytes stay hex."""
    if isinstance(value, list):
        return [resolve(item, pool) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"pool"}:
        return resolve(pool[value["pool"]], pool)
    if value.keys() == {"repeat"}:
        unit, times = value["repeat"]
        return unit * times
    if value.keys() == {"count"}:
        before, after, times = value["count"]
        return "".join(f"{before}{i:08x}{after}" for i in range(times))
    if value.keys() == {"concat"}:
        return "".join(resolve(part, pool) for part in value["concat"])
    return {key: resolve(item, pool) for key, item in value.items()}


def untag(value: Any) -> Any:
    """The MessagePack value that a tagged one stands for."""
    if isinstance(value, list):
        return [untag(item) for item in value]
    if isinstance(value, dict):
        [(kind, held)] = value.items()
        if kind == "bin":
            return bytes.fromhex(held)
        unit, times = held
        if kind == "array_repeat":
            return [untag(unit)] * times
        return (bytes.fromhex(unit) if kind == "bin_repeat" else unit) * times
    return value


def plain(value: Any) -> Any:
    """What came out, in the shape of the file."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Ref):
        return [value.device.hex(), value.seq, value.id.hex()]
    if isinstance(value, Point):
        return [value.seq, value.id.hex()]
    return value


def b(given: Given, name: str) -> bytes:
    return bytes.fromhex(given[name])


def ref(parts: list[Any]) -> Ref:
    return Ref(bytes.fromhex(parts[0]), parts[1], bytes.fromhex(parts[2]))


def point(parts: list[Any]) -> Point:
    return Point(parts[0], bytes.fromhex(parts[1]))


# --- 1 to 5


@operation("hash")
def _hash(g: Given) -> Result:
    tag = labels.label(g["label"])
    return {"tag": tag, "hash": h(tag, b(g, "message"))}


@operation("sign")
def _sign(g: Given) -> Result:
    key = SigningKey(b(g, "seed"))
    return {
        "public": key.public,
        "signature": key.sign(labels.label(g["label"]), b(g, "message")),
    }


@operation("verify")
def _verify(g: Given) -> Result:
    holds = signatures.verify(
        labels.label(g["label"]), b(g, "public"), b(g, "message"), b(g, "signature")
    )
    if not holds:
        signatures.check_public_key(b(g, "public"))
        raise RefusedError("bad-signature")
    return {}


@operation("key")
def _key(g: Given) -> Result:
    try:
        signatures.check_public_key(b(g, "public"))
    except TrustError:
        # Nothing ever holds under a key that is refused.
        assert not signatures.verify(labels.ENVELOPE_SIG, b(g, "public"), b"", bytes(64))
        raise
    return {}


@operation("kdf")
def _kdf(g: Given) -> Result:
    return {"key": kdf(labels.label(g["label"]), b(g, "key"), b(g, "context"))}


@operation("kem.public")
def _kem_public(g: Given) -> Result:
    return {"public": KemKey(b(g, "seed")).public}


@operation("phrase")
def _phrase(g: Given) -> Result:
    words = unicodedata.normalize("NFKD", g["words"])
    try:
        entropy = bytes(ENGLISH.to_entropy(words))
    except (ValueError, LookupError):
        raise RefusedError("local") from None
    if len(entropy) != 32:
        raise RefusedError("local")
    assert ENGLISH.to_mnemonic(entropy) == words
    return {"entropy": entropy}


@operation("root")
def _root(g: Given) -> Result:
    context = g["kind"].encode() + b"\0" + g["index"].to_bytes(4, "big")
    keys = RootKeys(b(g, "entropy"), g["kind"], g["index"])
    seeds = [kdf(label, b(g, "entropy"), context) for label in (labels.ROOT_SIGN, labels.ROOT_KEM)]
    assert SigningKey(seeds[0]).public == keys.public.sign
    assert KemKey(seeds[1]).public == keys.public.kem
    return {
        "signing_seed": seeds[0],
        "kem_seed": seeds[1],
        "signing": keys.public.sign,
        "kem_sha256": sha256(keys.public.kem).digest(),
        "member": keys.member_id,
    }


@operation("private")
def _private(g: Given) -> Result:
    made = private_genesis(b(g, "entropy"), g["index"])
    return {"salt": made.salt, "genesis": made.encoded, "space": made.space_id}


@operation("genesis")
def _genesis(g: Given) -> Result:
    made = Genesis(b(g, "genesis"))
    return {
        "kind": made.kind,
        "salt": made.salt,
        "space": made.space_id,
        "members": [[root.sign, root.kem] for root in made.members],
        "member_ids": list(made.member_ids),
    }


@operation("device")
def _device(g: Given) -> Result:
    keys = DeviceKeys(b(g, "signing_seed") + b(g, "kem_seed"))
    info = keys.info(b(g, "space"), b(g, "member"))
    return {
        "signing": info.sign,
        "kem_sha256": sha256(info.kem).digest(),
        "device": info.id,
    }


@operation("header")
def _header(g: Given) -> Result:
    prefix = pack_prefix(
        g["flags"], b(g, "space"), b(g, "device"), g["seq"], b(g, "previous"), b(g, "key_id")
    )
    body_hash = hash_body(b(g, "body"))
    key = SigningKey(b(g, "signing_seed"))
    return {
        "prefix": prefix,
        "body_hash": body_hash,
        "header": prefix + body_hash,
        "id": envelope_id(prefix, body_hash),
        "signature": key.sign(labels.ENVELOPE_SIG, prefix + body_hash),
    }


@operation("padded_length")
def _padded_length(g: Given) -> Result:
    content, nonce = bytes(g["content_length"]), bytes(NONCE_BYTES)
    body = EpochKey(bytes(32), bytes(32)).seal_event(nonce, content, b"")
    assert unpad(pad(content)) == content
    assert len(body) - SEAL_BYTES == padded_length(len(content))
    return {"padded_length": len(pad(content))}


@operation("unpad")
def _unpad(g: Given) -> Result:
    content = unpad(b(g, "padded"))
    assert pad(content) == b(g, "padded")
    return {"content": content}


@operation("seal")
def _seal(g: Given) -> Result:
    space, key = b(g, "space"), b(g, "epoch_key")
    subkey = kdf(labels.EVENT_SEAL, key, space)
    args = b(g, "nonce"), b(g, "content"), b(g, "prefix")
    body = EpochKey(space, key).seal_event(*args)
    assert body == Sealer(subkey).seal(args[0], pad(args[1]), args[2])
    return {"subkey": subkey, "body": body}


@operation("open")
def _open(g: Given) -> Result:
    key = EpochKey(b(g, "space"), b(g, "epoch_key"))
    return {"content": key.open_event(b(g, "body"), b(g, "prefix"))}


# --- Records, runs, statements


@operation("value")
def _value(g: Given) -> Result:
    value = untag(g["value"])
    encoded = encode(value)
    assert msgspec.msgpack.decode(encoded) == value
    return {"encoded": encoded}


@operation("decode")
def _decode(g: Given) -> Result:
    source = b(g, "bytes")
    decode: Callable[[bytes], msgspec.Struct] = {
        "core": event.decode_core,
        "event_content": event.decode_content,
    }[g["record"]]
    record = decode(source)
    assert encode(record) == source
    return {name: getattr(record, name) for name in record.__struct_fields__}


@operation("run.verify")
def _run_verify(g: Given) -> Result:
    run = decode_run(b(g, "run"))
    check_run(run)
    devices = {
        bytes.fromhex(d["device"]): DeviceInfo(
            bytes.fromhex(d["device"]), bytes.fromhex(d["member"]), bytes.fromhex(d["signing"]), b""
        )
        for d in g["devices"]
    }
    device = devices.get(run.device)
    if device is None:
        raise RefusedError("unknown-device")
    held: dict[int, set[bytes]] = defaultdict(set)
    for r in map(ref, g["held"]):
        if r.device == device.id:
            held[r.seq].add(r.id)
    if run.first_seq > 1 and run.previous not in held[run.first_seq - 1]:
        raise RefusedError("gap")
    erased = {ref(e["ref"]) for e in g["erased"] if bytes.fromhex(e["member"]) == device.member}
    verified = verify_run(run, b(g, "space"), device, erased.__contains__)
    if not verified.envelopes and verified.flaw is not None:
        raise RefusedError(verified.flaw)
    branches = [
        e.seq for e in verified.envelopes if held.get(e.seq) and e.id not in held.get(e.seq, set())
    ]
    if branches and len(held[branches[0]]) >= MAX_BRANCHES:
        raise RefusedError("too-many-branches")
    assert verified.head_seq == run.first_seq + len(verified.envelopes) - 1
    return {
        "ids": [e.id for e in verified.envelopes],
        "rest": verified.flaw,
        "duplicates": [e.seq for e in verified.envelopes if e.id in held.get(e.seq, set())],
        "branches": branches,
        "unsound": [
            e.seq
            for e in verified.envelopes
            if not signatures.verify(labels.ENVELOPE_SIG, device.sign, e.header, e.signature)
        ],
    }


@operation("statement.read")
def _statement_read(g: Given) -> Result:
    book = StatementBook(Genesis(b(g, "genesis")))
    book.add([decode_statement(bytes.fromhex(s)) for s in g["before"]])
    statement = decode_statement(b(g, "statement"))
    before = set(book.roster.devices), len(book), book.roster_hash, book.erasures_hash
    try:
        new = book.add([statement])
    except RemoteProtocolError:
        assert before == (
            set(book.roster.devices),
            len(book),
            book.roster_hash,
            book.erasures_hash,
        )
        raise
    assert new == [statement]
    assert statement.id in book
    content = decode_content(statement.content)
    out: Result = {
        "kind": content.type,
        "id": statement.id,
        "by": content.by,
        "content": statement.content,
    }
    if isinstance(content, Added):
        device = device_info(book.genesis.space_id, content.member, content.sign, content.kem)
        assert book.device(device.id) == device
        out |= {"member": content.member, "signing": content.sign, "device": device.id}
    elif isinstance(content, Removed):
        out |= {"device": content.device, "heads": content.heads, "keeps": content.keeps}
    elif isinstance(content, Erased):
        assert all(book.is_erased(r) for r in content.refs)
        out |= {"refs": content.refs}
    return out


@operation("proof.read")
def _proof_read(g: Given) -> Result:
    shown = decode_fork_proof(b(g, "file"))
    return {
        "space": shown.space_id,
        "member": shown.device.member,
        "device": shown.device.id,
        "signing": shown.device.sign,
        "seq": shown.seq,
        "ids": shown.ids,
        "heads": shown.heads,
    }


def _books(g: Given) -> Iterator[StatementBook]:
    """The set in several orders of arrival; what would be refused alone is passed over."""
    statements = [decode_statement(bytes.fromhex(s)) for s in g["statements"]]
    shuffled = Random(1).sample(statements, len(statements))
    for order in (statements, statements[::-1], shuffled):
        book = StatementBook(Genesis(b(g, "genesis")))
        waiting = order
        while True:
            left = [s for s in waiting if not _takes(book, s)]
            if left == waiting or not left:
                break
            waiting = left
        yield book
        again = StatementBook(book.genesis)
        again.add(book.statements()[::-1])
        yield again


def _takes(book: StatementBook, statement: Statement) -> bool:
    try:
        book.add([statement])
    except RemoteProtocolError as error:
        if error.reject not in (Reject.BAD_STATEMENT, Reject.WRONG_SPACE):
            raise
        return False
    return True


def _agreed(results: Iterable[Result]) -> Result:
    first, *others = results
    assert all(other == first for other in others), "the order of arrival mattered"
    return first


@operation("erasures")
def _erasures(g: Given) -> Result:
    return _agreed(
        {
            "counted": sorted(s.id for s in book.erasure_statements()),
            "erased": sorted(book.erased_refs()),
            "erasures_hash": book.erasures_hash,
        }
        for book in _books(g)
    )


@operation("roster")
def _roster(g: Given) -> Result:
    return _agreed(
        {
            "known": sorted(book.roster.devices),
            "valid": sorted(book.roster.valid),
            "standing": sorted(book.roster.standing),
            "heads": {id_: list(book.roster.heads[id_]) for id_ in sorted(book.roster.heads)},
            "roster_hash": book.roster_hash,
        }
        for book in _books(g)
    )


# --- Epochs


@operation("wrap.open")
def _wrap_open(g: Given) -> Result:
    info = epochs.wrap_info(b(g, "space"), b(g, "key_id"), b(g, "recipient"), b(g, "author"))
    return {"info": info, "epoch_key": KemKey(b(g, "kem_seed")).unwrap(b(g, "wrap"), info)}


@operation("key_id")
def _key_id(g: Given) -> Result:
    return {"key_id": key_id_of(b(g, "space"), b(g, "epoch_key"))}


@operation("key_envelope.open")
def _key_envelope_open(g: Given) -> Result:
    opened = epochs.open_key_body(
        b(g, "space"),
        b(g, "author"),
        b(g, "prefix")[106:],
        b(g, "prefix"),
        b(g, "body"),
        b(g, "recipient"),
        KemKey(b(g, "kem_seed")),
    )
    return {
        "epoch_key": opened.key.key,
        "roster_hash": opened.roster_hash,
        "earlier": [[key.key_id, key.key] for key in opened.earlier],
    }


@operation("choose_epoch")
def _choose_epoch(g: Given) -> Result:
    rows = [
        epochs.Epoch(
            bytes.fromhex(row["key_id"]),
            bytes.fromhex(row["author"]),
            bytes.fromhex(row["roster_hash"]),
        )
        for row in g["epochs"]
    ]
    held: dict[bytes, Any] = {row.key_id: row.key_id for row in rows}
    standing = frozenset(row.author for row in rows)
    roster = Roster(b(g, "roster_hash"), {}, frozenset(), standing, {})
    return {"key_id": epochs.sealing_epoch(rows, held, roster, b(g, "own"))}


# --- Events


@operation("payload")
def _payload(g: Given) -> Result:
    source = b(g, "payload")
    payload = kinds.decode_payload(g["kind"], g["kind_version"], source)
    assert payload is not None
    assert kinds.encode_payload(payload) == source
    return {"value": msgspec.msgpack.decode(source)}


@operation("upcast")
def _upcast(g: Given) -> Result:
    old = kinds.decode_payload(g["kind"], g["kind_version"], b(g, "payload"))
    assert old is not None
    new = upcast(old)
    kind, version = kinds.KIND_BY_PAYLOAD[type(new)]
    assert kind == g["kind"]
    return {"kind_version": version, "value": msgspec.msgpack.decode(kinds.encode_payload(new))}


@operation("event.read")
def _event_read(g: Given) -> Result:
    read, flaw = read_event(b(g, "space"), b(g, "member"), b(g, "core"))
    if flaw is not None:
        assert read.payload is None
        raise RefusedError(flaw)
    return {
        "event_id": read.event_id,
        "entity_id": read.entity,
        "known": read.payload is not None,
    }


@operation("event.open")
def _event_open(g: Given) -> Result:
    prefix, body = b(g, "prefix"), b(g, "body")
    keys = [EpochKey(b(g, "space"), bytes.fromhex(key)) for key in g["epoch_keys"]]
    envelope = Envelope(
        prefix[34:66],
        int.from_bytes(prefix[66:74], "big"),
        b"",
        prefix[74:106],
        prefix[106:],
        prefix[1],
        b"",
        body,
        hash_body(body),
        prefix,
    )
    held = {key.key_id: key for key in keys}
    opened = open_envelope(b(g, "space"), b(g, "member"), envelope, held)
    if not isinstance(opened, Opened):
        raise RefusedError(opened)
    assert opened.flaw is None
    content = event.decode_content(held[envelope.key_id].open_event(body, prefix))
    assert event.encode_content(content.roster_hash, content.witness, content.core)
    return {
        "roster_hash": content.roster_hash,
        "witness": list(opened.witness),
        "core": content.core,
        "event_id": opened.event.event_id,
    }


# --- Clocks, folds, admission


@operation("hlc.next")
def _hlc_next(g: Given) -> Result:
    seen = ZERO
    for other in g["admitted"]:
        seen = absorb(seen, Hlc(*other), g["wall_ms"])
    own = Hlc(*g["own_last"]) if g["own_last"] else ZERO
    return {"hlc": list(tick(own, seen, g["wall_ms"]))}


@operation("hlc.sequence")
def _hlc_sequence(g: Given) -> Result:
    own, seen, made = ZERO, ZERO, []
    for verb, wall_ms, *other in g["steps"]:
        if verb == "admit":
            seen = absorb(seen, Hlc(*other[0]), wall_ms)
        else:
            own = tick(own, seen, wall_ms)
            made.append(list(own))
    return {"hlcs": made}


@operation("logged_later")
def _logged_later(g: Given) -> Result:
    return {"logged_later": logged_later(g["date"], g["offset_minutes"], g["hlc_ms"])}


@operation("timeline")
def _timeline(g: Given) -> Result:
    rows = [
        read_event(b(g, "space"), bytes.fromhex(row["member"]), bytes.fromhex(row["core"]))[0]
        for row in g["events"]
    ]
    return _agreed(_folded([rows[i] for i in arrival]) for arrival in g["arrivals"])


def _folded(arrived: list[Event]) -> Result:
    events_by_entity: dict[bytes, list[Event]] = defaultdict(list)
    for one in arrived:
        events_by_entity[one.entity].append(one)
    digest = TimelineDigest()
    order: dict[bytes, list[bytes]] = {}
    concurrent: list[list[bytes]] = []
    empty: dict[bytes, str] = {}
    gone: set[bytes] = set()
    for entity, events in sorted(events_by_entity.items()):
        here = {e.event_id: e.after for e in events}
        gone |= withdrawn_ids(events) & here.keys()
        folded = fold(entity, events)
        assert folded == fold(entity, events + events[:1]), "a duplicate mattered"
        digest.feed(entity, b"".join(folded.event_ids))
        if folded.event_ids:
            order[entity] = list(folded.event_ids)
        if folded.projection.redacted:
            empty[entity] = folded.projection.date
        after = {id_: here[id_] for id_ in folded.event_ids}
        above = {id_: ancestors(id_, after) for id_ in after}
        concurrent += [
            [x, y]
            for x in after
            for y in after
            if x < y and x not in above[y] and y not in above[x]
        ]
    return {
        "withdrawn": sorted(gone),
        "order": order,
        "concurrent": sorted(concurrent),
        "empty": empty,
        "digest": digest.digest(),
    }


@operation("admit")
def _admit(g: Given) -> Result:
    rows = {bytes.fromhex(row["ref"][2]): row for row in g["envelopes"]}
    standing = frozenset(bytes.fromhex(d) for d in g["standing"])
    heads = {
        bytes.fromhex(d): tuple(point(p) for p in points) for d, points in g["removed"].items()
    }
    info = DeviceInfo(b"", b"", b"", b"")
    known = dict.fromkeys([*standing, *heads], info)
    roster = Roster(b"", known, standing, standing, heads)

    def up_to(device: bytes, points: Iterable[Point]) -> set[bytes]:
        out: set[bytes] = set()
        for p in points:
            id_: bytes | None = p.id
            if p.id in rows and ref(rows[p.id]["ref"]) != Ref(device, p.seq, p.id):
                continue  # it names nothing (SPEC 5.6)
            while id_ is not None and id_ in rows:
                out.add(id_)
                before = rows[id_]["previous"]
                id_ = bytes.fromhex(before) if before else None
        return out

    def witnesses(ids: Iterable[bytes]) -> list[Ref]:
        return [ref(w) for id_ in ids if not rows[id_]["withdrawn"] for w in rows[id_]["witness"]]

    whole = {id_ for id_, row in rows.items() if bytes.fromhex(row["ref"][0]) in standing}
    reach = admitted_reach(
        roster, witnesses(whole), lambda device, points: witnesses(up_to(device, points))
    )
    assert reach.keys() == heads.keys()
    admitted = whole.union(*(up_to(device, points) for device, points in reach.items()))
    return {"admitted": sorted(admitted)}


# --- Messages and login

_DECODE_BY_MESSAGE: Final[dict[str, Callable[[bytes], Any]]] = {
    "error": messages.decode_error,
    "register": messages.decode_register_request,
    "challenge_answer": messages.decode_challenge,
    "login": messages.decode_login_request,
    "login_answer": messages.decode_token,
    "find": messages.decode_find_request,
    "find_answer": messages.decode_found,
    "pull": messages.decode_pull_request,
    "page": messages.decode_page,
    "push": messages.decode_push_request,
    "push_answer": messages.decode_push_results,
    "mailbox_open": messages.decode_open_mailbox,
    "mailbox_enter": messages.decode_enter_mailbox,
    "mailbox_put": messages.decode_put_mail,
    "mailbox_get": messages.decode_get_mail,
    "mailbox_got": messages.decode_mail,
    "mailbox_close": messages.decode_close_mailbox,
    "empty": messages.decode_empty,
}


@operation("message")
def _message(g: Given) -> Result:
    encoded = encode(untag(g["value"]))
    decoded = _DECODE_BY_MESSAGE[g["message"]](encoded)
    return {"encoded": encode(decoded)}


@operation("message.decode")
def _message_decode(g: Given) -> Result:
    _DECODE_BY_MESSAGE[g["message"]](b(g, "bytes"))
    return {}


@operation("login.sign")
def _login_sign(g: Given) -> Result:
    args = g["origin"], b(g, "space"), b(g, "signer"), b(g, "nonce")
    signature = sign_login(SigningKey(b(g, "signing_seed")), *args)
    return {"record": encode(LoginProof(*args)), "signature": signature}


@operation("login.verify")
def _login_verify(g: Given) -> Result:
    args = g["origin"], b(g, "space"), b(g, "signer"), b(g, "nonce")
    if not verify_login(b(g, "public"), *args, b(g, "signature")):
        raise RefusedError("bad-signature")
    return {}


@operation("find.sign")
def _find_sign(g: Given) -> Result:
    keys = DeviceKeys(b(g, "signing_seed") + b(g, "kem_seed"))
    member = h(labels.MEMBER_ID, keys.sign.public + keys.kem.public)
    args = g["origin"], NO_SPACE, member, b(g, "nonce")
    signature = sign_login(keys.sign, *args)
    request = messages.FindRequest(keys.sign.public, keys.kem.public, b(g, "nonce"), signature)
    return {
        "record": encode(LoginProof(*args)),
        "signature": signature,
        "request": encode(request),
    }


# --- Pairing, reveal, blobs


@operation("invite")
def _invite(g: Given) -> Result:
    invite = pairing.parse_invite(g["text"])
    assert invite.to_text() == "".join(g["text"].split())
    return {
        "origin": invite.origin,
        "mailbox": invite.mailbox,
        "secret": invite.secret,
        "expires_at": invite.expires_at_s,
    }


def _invite_of(g: Given) -> pairing.Invite:
    return pairing.Invite("https://relay.example", b(g, "mailbox"), b(g, "secret"), 0)


@operation("capabilities")
def _capabilities(g: Given) -> Result:
    invite = _invite_of(g)
    return {
        "reader_capability": invite.reader_capability,
        "reader_hash": pairing.owner_hash(invite.reader_capability),
        "owner_hash": pairing.owner_hash(b(g, "owner_capability")),
        "seal_key": kdf(labels.INVITE_SEAL, invite.secret, invite.mailbox),
    }


@operation("mail.seal")
def _mail_seal(g: Given) -> Result:
    sealer = _invite_of(g).sealer()
    return {"sealed": sealer.seal(g["slot"], b(g, "message"), b(g, "nonce"))}


@operation("mail.open")
def _mail_open(g: Given) -> Result:
    return {"message": _invite_of(g).sealer().open(g["slot"], b(g, "sealed"))}


@operation("mail.message")
def _mail_message(g: Given) -> Result:
    record: Any = {
        1: pairing.Commitment,
        2: pairing.Hello,
        3: pairing.Hello,
        4: pairing.Confirmation,
        6: messages.Empty,
    }[g["slot"]]
    encoded = encode(untag(g["value"]))
    return {"encoded": encode(msgspec.msgpack.decode(encoded, type=record))}


@operation("pairing")
def _pairing(g: Given) -> Result:
    m2, m3, mailbox, secret = (b(g, name) for name in ("m2", "m3", "mailbox", "secret"))
    commitment = pairing.commitment_to(m3)
    seen = pairing.inviter_transcript(mailbox, commitment, m2, m3)
    digest = h(labels.PAIR_WORDS, mailbox + commitment + m2 + m3 + seen.genesis.encoded)
    macs = [kdf(labels.PAIR_CONFIRM, secret, bytes([role]) + digest) for role in (0, 1)]
    return {
        "commitment": commitment,
        "salt": seen.genesis.salt,
        "genesis": seen.genesis.encoded,
        "space": seen.genesis.space_id,
        "words_digest": digest,
        "indices": seen.word_indices,
        "words": [ENGLISH.wordlist[i] for i in seen.word_indices],
        "inviter_mac": macs[0],
        "joiner_mac": macs[1],
    }


@operation("pairing.check")
def _pairing_check(g: Given) -> Result:
    seen = pairing.inviter_transcript(b(g, "mailbox"), b(g, "commitment"), b(g, "m2"), b(g, "m3"))
    statement = seen.check_confirmation(b(g, "secret"), b(g, "message"), inviter=g["role"] == 0)
    device = seen.inviter if g["role"] == 0 else seen.joiner
    book = StatementBook(seen.genesis)
    book.add([statement])
    assert book.roster.standing == {device.id}
    return {}


@operation("invite.device")
def _invite_device(g: Given) -> Result:
    invite = pairing.parse_device_invite(g["text"])
    assert invite.to_text() == "".join(g["text"].split())
    return {
        "origin": invite.origin,
        "mailbox": invite.mailbox,
        "secret": invite.secret,
        "expires_at": invite.expires_at_s,
    }


@operation("link.message")
def _link_message(g: Given) -> Result:
    record: Any = {
        1: linking.LinkCommitment,
        4: linking.LinkRelease,
        5: linking.LinkConfirmation,
        6: linking.LinkGoods,
    }[g["slot"]]
    encoded = encode(untag(g["value"]))
    return {"encoded": encode(msgspec.msgpack.decode(encoded, type=record))}


@operation("link")
def _link(g: Given) -> Result:
    l2, l3, mailbox, secret = (b(g, name) for name in ("l2", "l3", "mailbox", "secret"))
    commitment = linking.link_commitment(l3)
    seen = linking.LinkTranscript(mailbox, commitment, l2, l3)
    digest = h(labels.LINK_WORDS, mailbox + commitment + l2 + l3)
    macs = [kdf(labels.LINK_CONFIRM, secret, bytes([role]) + digest) for role in (0, 1)]
    return {
        "commitment": commitment,
        "words_digest": digest,
        "indices": seen.word_indices,
        "words": [ENGLISH.wordlist[i] for i in seen.word_indices],
        "inviter_mac": macs[0],
        "joiner_mac": macs[1],
        "origins": [space.origin for space in seen.spaces],
        "inviters": [space.inviter.id for space in seen.spaces],
        "joiners": [space.joiner.id for space in seen.spaces],
    }


@operation("link.check")
def _link_check(g: Given) -> Result:
    seen = linking.LinkTranscript(b(g, "mailbox"), b(g, "commitment"), b(g, "l2"), b(g, "l3"))
    secret, message = b(g, "secret"), b(g, "message")
    if g["slot"] == 4:
        seen.check_release(secret, message)
    elif g["slot"] == 5:
        seen.check_confirmation(secret, message)
    else:
        seen.goods(message)
    return {}


@operation("words")
def _words(g: Given) -> Result:
    indices = pairing.word_indices(b(g, "digest"))
    return {"indices": indices, "words": [ENGLISH.wordlist[i] for i in indices]}


@operation("iso_week")
def _iso_week(g: Given) -> Result:
    return {"week": reveal.iso_week(date.fromisoformat(g["date"]))}


@operation("reveal.round")
def _reveal_round(g: Given) -> Result:
    return {"round": reveal.round_id(b(g, "space"), g["practice"], g["week"])}


@operation("reveal")
def _reveal(g: Given) -> Result:
    round_, salt, half = b(g, "round"), b(g, "salt"), b(g, "half")
    commitment = reveal.ready_commitment(salt, half)
    payloads: list[kinds.Payload] = [
        kinds.RevealReady(round_, commitment),
        kinds.RevealTakenBack(round_),
        kinds.RevealOpened(round_, salt, half),
    ]
    return {
        "commitment": commitment,
        "core_nonce": reveal.opened_nonce(round_, b(g, "member")),
        "hlc": _reveal_hlc(g)["hlc"],
        "payloads": {kinds.KIND_BY_PAYLOAD[type(p)][0]: kinds.encode_payload(p) for p in payloads},
    }


@operation("reveal.hlc")
def _reveal_hlc(g: Given) -> Result:
    one, other = (Hlc(*hlc) for hlc in g["ready_hlcs"])
    assert reveal.opened_hlc(one, other) == reveal.opened_hlc(other, one)
    return {"hlc": list(reveal.opened_hlc(one, other))}


@operation("reveal.half")
def _reveal_half(g: Given) -> Result:
    half = b(g, "half")
    assert reveal.encode_half(reveal.decode_half(half)) == half
    return {"value": msgspec.msgpack.decode(half)}


@operation("reveal.check")
def _reveal_check(g: Given) -> Result:
    reveal.check_opened(b(g, "commitment"), b(g, "salt"), b(g, "half"))
    return {}


@operation("blob.key")
def _blob_key(g: Given) -> Result:
    return {"subkey": blobs.blob_subkey(b(g, "space"), b(g, "key"))}


@operation("blob.nonce")
def _blob_nonce(g: Given) -> Result:
    return {"nonce": blobs.chunk_nonce(g["index"], last=g["last"])}


@operation("blob.id")
def _blob_id(g: Given) -> Result:
    return {"blob": blobs.blob_id(b(g, "ciphertext"))}


@operation("blob.chunk")
def _blob_chunk(g: Given) -> Result:
    subkey = blobs.blob_subkey(b(g, "space"), b(g, "key"))
    return {"sealed": blobs.seal_chunk(subkey, g["index"], b(g, "chunk"), last=g["last"])}


# --- Exported journals


@operation("export.read")
def _export_read(g: Given) -> Result:
    return {
        "journals": [
            {
                "space": journal.book.genesis.space_id,
                "statements": [s.id for s in journal.book.statements()],
                "envelopes": list(journal.envelopes),
                "standing": sorted(journal.book.roster.standing),
                "roster_hash": journal.book.roster_hash,
                "erasures_hash": journal.book.erasures_hash,
            }
            for journal in read_journals(b(g, "file"))
        ]
    }


@operation("export.open")
def _export_open(g: Given) -> Result:
    [journal] = read_journals(b(g, "file"))
    member, digest, unreadable = journal.open(b(g, "entropy"))
    return {"member": member, "digest": digest, "unreadable": unreadable}


# --- Running


def _outcome(case: Given, pool: Given) -> tuple[object, object]:
    """(expected, what came out) of one case; the two are equal if it holds."""
    given = resolve(case["in"], pool)
    expected: object = case.get("reject")
    if expected is None:
        wanted = resolve(case["expect"], pool)
        expected = {
            name: untag(value) if name == "value" else value for name, value in wanted.items()
        }
    try:
        result = OPERATIONS[case["op"]](given)
    except RefusedError as error:
        return expected, error.reject
    except Exception as error:
        return expected, getattr(error, "reject", None) or repr(error)
    if case["op"] in ("payload", "upcast", "reveal.half"):
        return expected, result
    return expected, plain(result)


@pytest.mark.parametrize("name", sorted(path.stem for path in VECTORS.glob("*.json")))
def test_every_case_holds(name: str) -> None:
    content = json.loads((VECTORS / f"{name}.json").read_bytes())
    assert content["cases"]
    wrong = []
    for case in content["cases"]:
        expected, got = _outcome(case, content.get("pool", {}))
        if got != expected:
            shown = f"expected {expected!r:.300}\n      got {got!r:.300}"
            wrong.append(f"SPEC {case['clause']}, {case['op']}: {case['name']}\n      {shown}")
    assert not wrong, f"{len(wrong)} of {len(content['cases'])}:\n" + "\n".join(wrong)


def test_a_changed_expectation_is_noticed() -> None:
    """The runner itself can fail: every kind of case, told something else, does not hold."""
    tried = set()
    for path in VECTORS.glob("*.json"):
        content = json.loads(path.read_bytes())
        for case in content["cases"]:
            kind = case["op"], "reject" in case
            if kind in tried:
                continue
            tried.add(kind)
            if "reject" in case:
                case = {**case, "reject": "another"}
            else:
                case = {**case, "expect": {**case["expect"], "more": 1}}
            expected, got = _outcome(case, content.get("pool", {}))
            assert got != expected, case["name"]
    assert len(tried) >= len(OPERATIONS)
