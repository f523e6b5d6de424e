"""exports.json: exported journals (24)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from copy import deepcopy

from gen.base import ZERO, draw, event_body, h, kdf, pad, prefix, seal, u32
from gen.cases import Case, File
from gen.epochs import Wraps, recipient_id
from gen.folds import Event, _make, _redact, timeline
from gen.msgpack import Raw, pack
from gen.records import core_fields
from gen.world import (
    A1,
    A2,
    ADA,
    ADA_ENTROPY,
    B1,
    BEN,
    BEN_ENTROPY,
    DEVICES,
    EPOCH_KEYS,
    GENESIS,
    KEY_IDS,
    SPACE,
    Device,
    Envelope,
    Ref,
    Statement,
    added,
    erased,
    genesis,
    item,
    keys_in_order,
    removed,
    root,
    stub,
)

MAGIC = b"inglenook export 1\n"
B2 = DEVICES["b2"]
Part = list[object]


def frame(part: object) -> bytes:
    data = pack(part)
    return u32(len(data)) + data


def file(parts: Sequence[object], journals: int = 1) -> bytes:
    data = MAGIC + b"".join(frame(part) for part in parts)
    return data + frame(["closed", journals, hashlib.sha256(data).digest()])


def _sealed(owner: Device, log: list[Envelope], core: bytes, witness: Sequence[Ref] = ()) -> None:
    seq, previous = len(log) + 1, log[-1].id if log else ZERO
    start = prefix(SPACE, owner.id, seq, previous, KEY_IDS[0])
    content = pack([draw("roster"), sorted(witness), core])
    nonce = draw(f"export nonce {owner.id.hex()} {seq} {previous.hex()}", 12)
    body = event_body(EPOCH_KEYS[0], SPACE, nonce, start, pad(content))
    log.append(Envelope(owner, seq, previous, KEY_IDS[0], 0, body))


def _key_envelope(wraps: Wraps) -> Envelope:
    key = EPOCH_KEYS[0]
    start = prefix(SPACE, A1.id, 1, ZERO, KEY_IDS[0], 1)
    held = sorted(
        [recipient_id(r), wraps.wrap(f"epoch 0 for {name}", r, key, A1.id)]
        for name, r in (("Ada", ADA), ("Ben", BEN))
    )
    nonce = draw("export epoch nonce", 12)
    payload = pack([draw("roster"), []])
    body = pack([held, nonce + seal(kdf("epoch-seal", key, SPACE), nonce, payload, start)])
    return Envelope(A1, 1, ZERO, KEY_IDS[0], 1, body)


def _run(log: Sequence[Envelope], first: int, last: int, stubs: Sequence[int] = ()) -> Part:
    part = log[first - 1 : last]
    keys = keys_in_order(part)
    items = [stub(e, keys) if e.seq in stubs else item(e, keys) for e in part]
    return ["run", [part[0].device.id, part[0].seq, part[0].previous, keys, items]]


def _hash(label: str, statements: Sequence[Statement], kinds: Sequence[str]) -> bytes:
    return h(label, b"".join(sorted(s.id for s in statements if s.kind in kinds)))


class Journal:
    """The shared journal of the cases."""

    def __init__(self, wraps: Wraps) -> None:
        river = _make("export river", "a1", kind="entry.written")
        longer = _make("export longer", "a1", [river], 5, kind="entry.edited", entity=river)
        tender = _make("export tender", "a1", kind="entry.written", ms=10)
        later = _make("export later", "b1", kind="ritual.kept", ms=20, version=3)
        reply = _make("export reply", "b1", kind="reply.written", ms=30)
        seen = _make("export seen", "b1", kind="entry.written", ms=40)
        unseen = _make("export unseen", "b1", kind="entry.written", ms=50)
        left = _make("export left", "a2", kind="entry.written", ms=60)
        right = _make("export right", "a2", kind="entry.written", ms=70)

        self.a1 = [_key_envelope(wraps)]
        self.a2: list[Envelope] = []
        self.fork: list[Envelope] = []
        self.b1: list[Envelope] = []
        self.b2: list[Envelope] = []
        for one in (river, longer, tender):
            _sealed(A1, self.a1, one.core)
        for one in (seen, unseen):
            _sealed(B2, self.b2, one.core)
        _sealed(B1, self.b1, later.core, [self.b2[0].ref])
        _sealed(B1, self.b1, reply.core, [self.a1[1].ref])
        _sealed(A2, self.a2, left.core)
        _sealed(A2, self.fork, right.core)
        gone = self.a1[3]
        redaction = _redact("export redaction", "a1", tender, [tender], [gone.ref])
        _sealed(A1, self.a1, redaction.core, [self.b1[1].ref, self.b2[0].ref])

        self.statements = [
            added(A1, ADA), added(A2, A1), added(B1, BEN), added(B2, B1), removed(B2, B1),
            erased([gone.ref], A1),
        ]  # fmt: skip
        self.events: list[Event] = [river, longer, later, reply, seen, left, right, redaction]
        self.roster_hash = _hash("roster-hash", self.statements, ["added", "removed"])
        self.erasures_hash = _hash("erasures-hash", self.statements, ["erased"])

    @property
    def logs(self) -> list[list[Envelope]]:
        return [self.a1, self.a2, self.fork, self.b1, self.b2]

    @property
    def heads(self) -> list[list[object]]:
        by_device: dict[bytes, list[list[object]]] = {}
        for log in self.logs:
            by_device.setdefault(log[-1].device.id, []).append(list(log[-1].point))
        return [[device, sorted(points)] for device, points in sorted(by_device.items())]

    def parts(self) -> list[Part]:
        records = [[s.content, s.signature] for s in self.statements]
        return [
            ["journal", GENESIS],
            ["statements", records[:4]],
            ["statements", records[4:]],
            _run(self.a1, 1, 3),
            _run(self.a1, 4, 5, [4]),
            _run(self.a2, 1, len(self.a2)),
            _run(self.fork, 1, 1),
            _run(self.b1, 1, 2),
            _run(self.b2, 1, 2),
            [
                "end",
                len(records),
                sum(map(len, self.logs)),
                self.heads,
                self.roster_hash,
                self.erasures_hash,
            ],
        ]

    def expected(self) -> Case:
        return {
            "space": SPACE,
            "statements": [s.id for s in self.statements],
            "envelopes": [e.id for log in self.logs for e in log],
            "standing": sorted(d.id for d in (A1, A2, B1)),
            "roster_hash": self.roster_hash,
            "erasures_hash": self.erasures_hash,
        }


def _private() -> tuple[list[Part], Case]:
    """A private journal in which nothing is written yet."""
    owner = root(ADA_ENTROPY, "private", 0)
    record = genesis("private", kdf("private-salt", ADA_ENTROPY, u32(0)), [owner])
    space = h("space-id", record)
    device = Device(space, owner.member, draw("signing private"), draw("kem private"))
    statement = added(device, owner, space)
    roster = _hash("roster-hash", [statement], ["added"])
    nothing = h("erasures-hash", b"")
    parts: list[Part] = [
        ["journal", record],
        ["statements", [[statement.content, statement.signature]]],
        ["end", 1, 0, [], roster, nothing],
    ]
    return parts, {
        "space": space, "statements": [statement.id], "envelopes": [], "standing": [device.id],
        "roster_hash": roster, "erasures_hash": nothing,
    }  # fmt: skip


def exports(wraps: Wraps) -> File:
    out = File("exports")
    journal = Journal(wraps)
    parts = journal.parts()
    alone, expected_alone = _private()
    # In the order in which they stand in a file: what is long is written down once.
    out.pool["private"] = frame(alone[0]) + frame(alone[1])
    out.pool["begin"] = b"".join(frame(part) for part in parts[:3])
    out.pool["first run"] = frame(parts[3])
    out.pool["runs"] = b"".join(frame(part) for part in parts[4:9])
    out.pool["end"] = frame(parts[9])
    good = {"journals": [journal.expected()]}
    out.expect("24.2", "export.read", "a shared journal", {"file": file(parts)}, good)
    out.expect("24.2", "export.read", "a private journal and a shared one",
               {"file": file(alone + parts, 2)},
               {"journals": [expected_alone, journal.expected()]})  # fmt: skip
    runs = [*parts[:3], _run(journal.b1, 1, 2), _run(journal.b2, 1, 2), _run(journal.a1, 1, 5, [4]),
            _run(journal.fork, 1, 1), _run(journal.a2, 1, 1), parts[9]]  # fmt: skip
    order = journal.b1 + journal.b2 + journal.a1 + journal.fork + journal.a2
    reordered = {**journal.expected(), "envelopes": [e.id for e in order]}
    out.expect("24.2", "export.read", "logs in another order, cut elsewhere", {"file": file(runs)},
               {"journals": [reordered]})  # fmt: skip
    held = deepcopy(parts)
    held[4] = _run(journal.a1, 4, 5)
    out.expect("24.1", "export.read", "an erased body that is still held", {"file": file(held)},
               good)  # fmt: skip
    digest = timeline(journal.events).digest
    for name, entropy, owner in (("Ada", ADA_ENTROPY, ADA), ("Ben", BEN_ENTROPY, BEN)):
        for title, whole in (("", parts), (", with an erased body that is held", held)):
            out.expect("24.4", "export.open", f"with the phrase of {name}{title}",
                       {"file": file(whole), "entropy": entropy},
                       {"member": owner.member, "digest": digest, "unreadable": []})  # fmt: skip
    unreadable = Journal(wraps)
    for core, seen in (
        (b"\xc0", unreadable.b2[1].ref),
        (pack(core_fields("export unfit", payload=b"\xc1")), unreadable.b2[0].ref),
    ):
        _sealed(A2, unreadable.a2, core, [seen])
    unfit = Event(ADA.member, (A2.id, 3, ZERO), core, tuple(core_fields("export unfit")))
    out.expect("11.3", "export.open", "the witness of a core that is no record does not count",
               {"file": file(unreadable.parts()), "entropy": ADA_ENTROPY},
               {"member": ADA.member, "digest": timeline([*journal.events, unfit]).digest,
                "unreadable": ["malformed", "malformed-payload"]})  # fmt: skip
    stranger = {"file": file(parts), "entropy": draw("entropy of a stranger")}
    out.reject("24.4", "export.open", "with a phrase of nobody in it", stranger, "no-key")
    _faults(out, parts)
    _torn(out, parts)
    return out


def _faults(out: File, parts: list[Part]) -> None:
    def bad(name: str, reject: str, change: Callable[[list[Part]], object], clause: str) -> None:
        changed = deepcopy(parts)
        change(changed)
        out.reject(clause, "export.read", name, {"file": file(changed)}, reject)

    def put(number: int, at: int, value: object) -> Callable[[list[Part]], object]:
        return lambda p: p[number].__setitem__(at, value)

    end = parts[9]
    other = draw("another")
    for name, reject, clause, change in (
        ("no journal", "malformed", "24.2", lambda p: p.pop(0)),
        ("no end", "malformed", "24.2", lambda p: p.pop()),
        ("a journal twice", "malformed", "24.2", lambda p: p.extend(deepcopy(p))),
        ("statements after a run", "malformed", "24.2", lambda p: p.insert(4, deepcopy(p[1]))),
        ("a statement twice", "malformed", "24.2", lambda p: p.insert(3, deepcopy(p[2]))),
        ("an empty part of statements", "malformed", "24.2",
         lambda p: p.insert(3, ["statements", []])),
        ("a statement before what it rests on", "bad-statement", "24.2",
         lambda p: p.insert(1, p.pop(2))),
        ("a run twice", "malformed", "24.2", lambda p: p.insert(4, deepcopy(p[3]))),
        ("a part of an unknown name", "malformed", "24.2", lambda p: p.insert(3, ["blob", b""])),
        ("a part with a field more", "malformed", "24.1", lambda p: p[3].append(0)),
        ("a part in a longer form", "malformed", "24.1",
         lambda p: p.__setitem__(3, Raw(b"\xdc\x00\x02" + pack(p[3])[1:]))),
        ("a run that nobody added the device of", "unknown-device", "24.3",
         lambda p: p[1][1].pop(1)),
        ("the middle of a log is left out", "gap", "24.3", lambda p: p.pop(3)),
        ("the end of a log is left out", "gap", "24.3", lambda p: p.pop(4)),
        ("a whole log is left out", "gap", "24.3", lambda p: p.pop(7)),
        ("no erasure for a stub", "withheld-body", "24.3", lambda p: p[2][1].pop()),
        ("end: another count of statements", "bad-statement", "24.3", put(9, 1, 7)),
        ("end: another count of envelopes", "gap", "24.3", put(9, 2, 12)),
        ("end: no heads", "gap", "24.3", put(9, 3, [])),
        ("end: another roster hash", "bad-statement", "24.3", put(9, 4, other)),
        ("end: another erasures hash", "bad-statement", "24.3", put(9, 5, other)),
        ("end: a field less", "malformed", "24.1", lambda p: p.__setitem__(9, end[:-1])),
    ):  # fmt: skip
        bad(name, reject, change, clause)


def _torn(out: File, parts: list[Part]) -> None:
    whole = file(parts)
    closed = len(frame(["closed", 1, ZERO]))
    for name, reject, data in (
        ("an empty file", "malformed", b""),
        ("another first line", "malformed", b"inglenook backup 1\n" + whole[len(MAGIC) :]),
        ("a later version", "wrong-version", MAGIC.replace(b"1", b"2") + whole[len(MAGIC) :]),
        ("it is not closed", "malformed", whole[:-closed]),
        ("it ends inside a length", "malformed", whole[: -closed + 2]),
        ("it ends inside a part", "malformed", whole[:-1]),
        ("a byte follows", "malformed", whole + b"\0"),
        ("another hash", "malformed", whole[:-1] + bytes([whole[-1] ^ 1])),
        ("another count of journals", "malformed", file(parts, 2)),
        ("a part longer than there may be", "too-large", MAGIC + u32(2**24 + 1) + b"\xc0"),
        ("a part without a byte", "malformed", MAGIC + u32(0)),
    ):
        out.reject("24.1", "export.read", name, {"file": data}, reject)
