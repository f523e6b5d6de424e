"""clocks.json, folds.json, admission.json: 9.6, 10, 11.3 and 12.1."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gen.base import MAX_SEQ, draw, h, u32
from gen.cases import File
from gen.events import GOOD, event_id
from gen.msgpack import pack
from gen.records import NOW, core_fields
from gen.world import A1, A2, B1, SPACE, Ref

Hlc = tuple[int, int]
AHEAD_MS = 86_400_000
LATER_MS = 86_400_000
TOP = 2**32 - 1


def absorbed(admitted: Sequence[tuple[int, Hlc]]) -> list[Hlc]:
    """Judged once, by the own wall at admission."""
    return [hlc for wall, hlc in admitted if hlc[0] <= wall + AHEAD_MS]


def next_hlc(wall: int, own: Hlc | None, seen: list[Hlc]) -> Hlc:
    seen = [(0, 0), *seen, *([own] if own is not None else [])]
    ms = max([wall, *[hlc[0] for hlc in seen]])
    counts = [count for at, count in seen if at == ms]
    if not counts:
        return ms, 0
    return (ms, max(counts) + 1) if max(counts) < TOP else (ms + 1, 0)


def clocks() -> File:
    out = File("clocks")

    def one(name: str, wall: int, own: Hlc | None, *admitted: Hlc) -> None:
        out.expect(
            "9.6", "hlc.next", name, {"wall_ms": wall, "own_last": own, "admitted": admitted},
            {"hlc": next_hlc(wall, own, absorbed([(wall, hlc) for hlc in admitted]))},
        )  # fmt: skip

    one("the very first", NOW, None)
    one("the wall moved on", NOW, (NOW - 1, 9))
    one("the wall stands still", NOW, (NOW, 0))
    one("the wall went back", NOW, (NOW + 5000, 3))
    one("another is ahead", NOW, (NOW, 4), (NOW + 10, 7))
    one("another is behind", NOW, None, (NOW - 10, 7))
    one("another at the same ms with a higher count", NOW, (NOW, 1), (NOW, 8))
    one("another at the same ms with a lower count", NOW, (NOW, 8), (NOW, 1))
    one("two others at the same ms", NOW, None, (NOW + 9, 2), (NOW + 9, 5))
    one("another at the wall", NOW, None, (NOW, 0))
    one("the furthest that is absorbed", NOW, (NOW, 0), (NOW + AHEAD_MS, 2))
    one("one beyond is not absorbed", NOW, (NOW, 0), (NOW + AHEAD_MS + 1, 2))
    one("one beyond, one within", NOW, None, (NOW + AHEAD_MS + 1, 2), (NOW + AHEAD_MS, 0))
    one("the end of time is not absorbed", NOW, None, (MAX_SEQ, TOP))
    one("the own last is absorbed though far ahead", NOW, (NOW + 10 * AHEAD_MS, 2))
    one("the count is full", NOW, (NOW, TOP))
    one("the count is nearly full", NOW, (NOW, TOP - 1))
    one("another's count is full", NOW, None, (NOW + 3, TOP))
    one("full at the edge of what is absorbed", NOW, None, (NOW + AHEAD_MS, TOP))
    one("a wall of zero", 0, None)

    plain: list[tuple[int, Hlc | None]] = [
        (0, None), (0, None), (1, None), (1, (NOW + 500, 3)), (2, None), (3, None),
        (3, (NOW + 400, 90)), (4, None), (500, None), (501, None), (502, None), (100, None),
        (100, (NOW + 600, TOP)), (503, None), (503, None),
    ]  # fmt: skip
    beyond = (NOW + 700 + AHEAD_MS, 1)
    late: list[tuple[int, Hlc | None]] = [
        (0, beyond), (0, None), (699, beyond), (699, None), (900, None), (AHEAD_MS, None),
    ]  # fmt: skip
    near: list[tuple[int, Hlc | None]] = [*late[:5], (700, beyond), (900, None), (901, None)]
    back: list[tuple[int, Hlc | None]] = [
        (900, beyond), (0, None), (0, (beyond[0], 9)), (0, None), (0, (beyond[0] - 701, 5)),
        (0, None),
    ]  # fmt: skip
    for name, steps in (
        ("writing and admitting", plain), ("one beyond is not absorbed later", late),
        ("one beyond, admitted again when near", near),
        ("what was absorbed stays though the wall goes back", back),
    ):  # fmt: skip
        own: Hlc | None = None
        seen: list[tuple[int, Hlc]] = []
        made: list[Hlc] = []
        rows: list[list[object]] = []
        for at, hlc in steps:
            if hlc is not None:
                seen.append((NOW + at, hlc))
                rows.append(["admit", NOW + at, hlc])
            else:
                own = next_hlc(NOW + at, own, absorbed(seen))
                made.append(own)
                rows.append(["write", NOW + at])
        out.expect("9.6", "hlc.sequence", name, {"steps": rows}, {"hlcs": made})

    for date, minutes, after_end in (
        ("2026-09-21", 0, LATER_MS), ("2026-09-21", 0, LATER_MS + 1),
        ("2026-09-21", 120, LATER_MS), ("2026-09-21", 120, LATER_MS + 1),
        ("2026-09-21", -1080, LATER_MS), ("2026-09-21", -1080, LATER_MS + 1),
        ("2026-09-21", 1080, LATER_MS + 1), ("2026-09-21", 345, -3_600_000),
        ("2024-02-28", 0, LATER_MS), ("2024-02-29", 60, LATER_MS + 1), ("2026-12-31", 0, LATER_MS),
        ("2026-12-31", 0, LATER_MS + 1), ("2026-09-21", 0, -40 * 86_400_000),
    ):  # fmt: skip
        day = datetime.date.fromisoformat(date) - datetime.date(1970, 1, 1)
        end = (day.days + 1) * 86_400_000 - minutes * 60_000
        out.expect(
            "10.5", "logged_later", f"{date} at {minutes} min, {after_end} ms after its end",
            {"date": date, "offset_minutes": minutes, "hlc_ms": end + after_end},
            {"logged_later": after_end > LATER_MS},
        )  # fmt: skip
    return out


# --- Folding (10) and withdrawal (12.1)


@dataclass(frozen=True)
class Event:
    member: bytes
    ref: Ref
    core: bytes
    fields: tuple[object, ...]

    @property
    def id(self) -> bytes:
        return event_id(self.member, self.core)

    @property
    def entity(self) -> bytes:
        value = self.fields[3]
        if not isinstance(value, bytes):
            raise TypeError
        return value or self.id

    @property
    def after(self) -> Sequence[bytes]:
        value = self.fields[4]
        if not isinstance(value, list):
            raise TypeError
        return value

    @property
    def key(self) -> tuple[object, object, bytes]:
        return self.fields[5], self.fields[6], self.id


def fold_order(events: Sequence[Event]) -> list[Event]:
    """Of what waits for nothing, the smallest comes next (10.2)."""
    waiting = {e.id: e for e in events}
    out: list[Event] = []
    while waiting:
        ready = [e for e in waiting.values() if not any(a in waiting for a in e.after)]
        out.append(min(ready, key=lambda e: e.key))
        del waiting[out[-1].id]
    return out


def ancestors(event: Event, by_id: dict[bytes, Event]) -> set[bytes]:
    out: set[bytes] = set()
    for name in event.after:
        if name in by_id:
            out |= {name} | ancestors(by_id[name], by_id)
    return out


@dataclass
class Timeline:
    withdrawn: set[bytes] = field(default_factory=set)
    order: dict[bytes, list[bytes]] = field(default_factory=dict)
    concurrent: list[list[bytes]] = field(default_factory=list)
    empty: dict[bytes, str] = field(default_factory=dict)
    digest: bytes = b""


def timeline(events: Sequence[Event]) -> Timeline:
    out = Timeline()
    redactions = {e.id: e for e in events if e.fields[1] == "entity.redacted"}
    for redaction in redactions.values():
        for e in events:
            if e.member != redaction.member or e.id in redactions:
                continue
            if e.id in _NAMED.get(redaction.id, []) and e.entity == redaction.entity:
                out.withdrawn.add(e.id)
    counted = {e.id: e for e in events if e.id not in out.withdrawn}
    text = b""
    for entity in sorted({e.entity for e in counted.values()}):
        own = {e.id: e for e in counted.values() if e.entity == entity}
        order = [e.id for e in fold_order(list(own.values()))]
        out.order[entity] = order
        text += entity + u32(len(order)) + b"".join(order)
        created = {e.id for e in events} - out.withdrawn
        naming = [n for n in order if entity in _NAMED.get(n, [])]
        if naming and entity not in created:
            out.empty[entity] = _PLACE[naming[0]]
        above = {name: ancestors(e, own) for name, e in own.items()}
        out.concurrent += [
            sorted([a, b])
            for a in own for b in own
            if a < b and a not in above[b] and b not in above[a]
        ]  # fmt: skip
    out.concurrent.sort()
    out.digest = h("timeline", text)
    return out


# The event ids that each redaction names, so that no decoder is needed here.
_NAMED: dict[bytes, list[bytes]] = {}
# The date at which each redaction leaves an empty place.
_PLACE: dict[bytes, str] = {}


def _make(
    name: str, who: str = "a1", after: Sequence[Event | bytes] = (), ms: int = 0, count: int = 0,
    kind: str = "entry.edited", entity: Event | bytes = b"", payload: object = None,
    version: int = 1, ref: Ref | None = None,
) -> Event:  # fmt: skip
    device = {"a1": A1, "a2": A2, "b1": B1}[who]
    heads = sorted(a.id if isinstance(a, Event) else a for a in after)
    if payload is None:
        payload = GOOD[kind][0] if kind in GOOD else ["later"]
    fields = core_fields(
        f"fold {name}", kind=kind, kind_version=version, after=heads, hlc_ms=NOW + ms,
        entity=entity.id if isinstance(entity, Event) else entity, hlc_count=count,
        payload=payload if isinstance(payload, bytes) else pack(payload),
    )  # fmt: skip
    place = ref or (device.id, 1, draw(f"envelope of {name}"))
    return Event(device.member, place, pack(fields), tuple(fields))


def _redact(
    name: str, who: str, entity: Event, events: Sequence[Event], refs: Sequence[Ref] = (),
    after: Sequence[Event | bytes] = (), ms: int = 900, day: str = "2026-09-20",
) -> Event:  # fmt: skip
    ids, places = sorted(e.id for e in events), sorted(refs or {e.ref for e in events})
    made = _make(name, who, after, ms, kind="entity.redacted", entity=entity,
                 payload=[ids, places, "entry.written", day])  # fmt: skip
    _NAMED[made.id] = ids
    _PLACE[made.id] = day
    return made


class _CaseMaker(Protocol):
    def __call__(self, name: str, *events: Event, clause: str = ...) -> None: ...


def folds() -> File:
    out = File("folds")

    def case(name: str, *events: Event, clause: str = "10.2") -> None:
        found = timeline(events)
        shuffled = sorted(
            events, key=lambda e: draw(f"shuffle {name} {e.id.hex()} {e.ref[2].hex()}")
        )
        if timeline(shuffled) != found or timeline(events[::-1]) != found:
            raise AssertionError(name)
        rows = [{"member": e.member, "ref": e.ref, "core": e.core} for e in shuffled]
        places = list(range(len(rows)))
        arrivals = [places, places[::-1], places[1::2] + places[::2]]
        out.expect(
            clause, "timeline", name, {"space": SPACE, "events": rows, "arrivals": arrivals},
            {
                "withdrawn": sorted(found.withdrawn), "order": found.order,
                "concurrent": found.concurrent, "empty": found.empty, "digest": found.digest,
            },
        )  # fmt: skip

    one = _make("one", kind="entry.written")
    case("nothing", clause="10.6")
    case("one event", one)
    two = _make("two", kind="entry.written", ms=5)
    by_ben = _make("by ben", "b1", kind="entry.written", ms=-5)
    case("three entities", one, two, by_ben, clause="10.6")
    e1 = _make("e1", entity=one, after=[one], ms=10)
    e2 = _make("e2", entity=one, after=[e1], ms=20)
    case("a chain", one, e1, e2)
    case("one event in two envelopes", one, e1, Event(one.member, (A2.id, 4, draw("again")),
         one.core, one.fields), clause="9.3")  # fmt: skip
    back1 = _make("back 1", entity=one, after=[one], ms=-10)
    back2 = _make("back 2", entity=one, after=[back1], ms=-20)
    case("a chain against the clock", one, back1, back2)
    left, right = (_make(f"side {i}", w, entity=one, after=[one], ms=t)
                   for i, w, t in ((1, "a1", 30), (2, "a2", 20)))  # fmt: skip
    case("two concurrent edits, the clock decides", one, left, right)
    joined = _make("joined", entity=one, after=[left, right], ms=1)
    case("an edit that names both settles it", one, left, right, joined, clause="10.3")
    case("half settled", one, left, right, _make("half", entity=one, after=[left], ms=5))
    tie = [
        _make(f"tie {i}", entity=one, after=[one], ms=7, count=c) for i, c in enumerate((2, 0, 2))
    ]
    case("the count decides, then the id", one, *tie)
    high = _make("high count", entity=one, after=[one], ms=7, count=300)
    case("counts compare as numbers", one, tie[0], high)
    for size in (5, 8):
        row = [_make(f"same {size} {i}", "a1" if i % 2 else "a2", [one], 7, entity=one)
               for i in range(size)]  # fmt: skip
        case(f"{size} edits at one HLC", one, *row)
    case("an edit before its entity", e1, e2, clause="10.2")
    case("a gap in the chain", one, e2)
    case("after names nothing here", one, _make("lost", entity=one, after=[draw("no event")], ms=1))
    case("after names an event of another entity", one, two,
         _make("astray", entity=two, after=[one], ms=1))  # fmt: skip
    late = _make("late root", kind="entry.written", ms=50)
    loose = _make("loose", entity=late, ms=10)
    case("an edit that names nothing may stand before", late, loose)
    diamond = [
        _make("d1", entity=one, after=[one], ms=60),
        _make("d2", "a2", entity=one, after=[one], ms=40),
    ]  # fmt: skip
    diamond += [
        _make("d3", entity=one, after=[diamond[0]], ms=30),
        _make("d4", "a2", entity=one, after=[diamond[1]], ms=70),
    ]
    diamond.append(_make("d5", entity=one, after=diamond[2:4], ms=5))
    case("a diamond", one, *diamond)
    case("the smallest that is ready comes next, not level by level", one, diamond[0], diamond[1],
         _make("d6", entity=one, after=[diamond[1]], ms=41),
         _make("d7", entity=one, after=[diamond[0]], ms=1))  # fmt: skip
    case("the other member's edit is kept", one, e1,
         _make("ben's edit", "b1", entity=one, after=[e1], ms=15), clause="10.4")  # fmt: skip
    unknown = _make("later kind", kind="ritual.kept", ms=3, payload=b"\x81\xa1a\x01")
    case("a kind that is not known is counted", one, unknown,
         _make("later version", entity=one, after=[one], version=7, ms=4),
         clause="10.6")  # fmt: skip
    case("a payload that does not fit is counted", one,
         _make("misfit", entity=one, after=[one], ms=4, payload=[]), clause="10.6")  # fmt: skip

    _withdrawals(case, one, e1, e2)
    return out


def _withdrawals(case: _CaseMaker, one: Event, e1: Event, e2: Event) -> None:
    def gone(name: str, *events: Event) -> None:
        case(f"redaction: {name}", *events, clause="12.1")

    all_of_it = _redact("r all", "a1", one, [one, e1, e2], after=[e2])
    gone("all of an entity", one, e1, e2, all_of_it)
    gone("one edit of two", one, e1, e2, _redact("r one", "a1", one, [e2], after=[e2]))
    gone("by another own device", one, e1, _redact("r own", "a2", one, [e1], after=[e1]))
    middle = _redact("r middle", "a1", one, [e1], after=[e2])
    early = _make("early", entity=one, after=[e1], ms=-30)
    gone("the chain is not mended over what is withdrawn", one, e1, early,
         _redact("r mend", "a1", one, [e1], after=[early]))  # fmt: skip
    gone("one in the middle", one, e1, e2, middle)
    gone("what is not here", one, _redact("r absent", "a1", one, [e1], after=[one]))
    gone("by the other member counts for nothing", one, e1,
         _redact("r ben", "b1", one, [one, e1], after=[e1]))  # fmt: skip
    reply = _make("reply", "b1", kind="reply.written", ms=8, payload=[one.id, "I liked that."])
    gone("the other member's words stay", one, e1, reply,
         _redact("r reach", "a1", one, [one, reply], after=[e1]))  # fmt: skip
    other = _make("another of Ada's", kind="entry.written", ms=2)
    gone("an own event of another entity", one, other,
         _redact("r across", "a1", one, [other], after=[one]))  # fmt: skip
    gone("of a redaction has no effect", one, e1, all_of_it,
         _redact("r r", "a1", one, [all_of_it], after=[all_of_it], ms=950))  # fmt: skip
    gone("two that name each other's event", one, e1, e2,
         _redact("r x", "a1", one, [e1], after=[e1], ms=901),
         _redact("r y", "a2", one, [e2], after=[e2], ms=902))  # fmt: skip
    gone("by ref only", one, e1,
         _redact("r ref", "a1", one, [e2], [e1.ref], after=[e1]))  # fmt: skip
    gone("a ref of the other member", one, reply,
         _redact("r their ref", "a1", one, [e1], [reply.ref], after=[one]))  # fmt: skip
    mine = _make("mine", "b1", entity=one, after=[one], ms=6)
    gone("of an own part of another's entity", one, mine,
         _redact("r mine", "b1", one, [mine], after=[mine]))  # fmt: skip
    gone("of an own part, another's part beside it", one, e1, mine,
         _redact("r both", "b1", one, [e1, mine], after=[mine]))  # fmt: skip
    gone("all of it, its creation not here", e1, all_of_it)
    gone("all of it, nothing of it here", all_of_it)
    gone("two of all of it, the first in order says where", all_of_it,
         _redact("r again", "a2", one, [one], after=[one], ms=890, day="2026-09-19"))  # fmt: skip
    gone("of its creation alone, the edits stay", one, e1, e2,
         _redact("r first", "a1", one, [one], after=[e2]))  # fmt: skip
    gone("of a redaction that does not fit", one, e1,
         bad := _make("r misfit", entity=one, after=[e1], kind="entity.redacted", payload=[[], []]),
         _redact("r of misfit", "a1", one, [bad], after=[e1]))  # fmt: skip
    gone("of a later version changes nothing here", one, e1,
         _make("r later", entity=one, after=[e1], kind="entity.redacted", version=2,
               payload=[[e1.id]]))  # fmt: skip
    gone("that creates an entity does not fit", one,
         _make("r create", after=[one], kind="entity.redacted",
               payload=[[one.id], [one.ref], "entry.written", "2026-09-20"]))  # fmt: skip


# --- Admission (11.2, 11.3)


def admission() -> File:
    out = File("admission")
    a, b, c, d = (draw(f"log {i}") for i in "abcd")

    def row(device: bytes, name: str, previous: bytes | None, seq: int, *witness: bytes) -> Row:
        return Row(device, draw(f"envelope {name}"), previous, seq, list(witness))

    def chain(device: bytes, name: str, size: int, **witness: Sequence[bytes]) -> list[Row]:
        rows: list[Row] = []
        for seq in range(1, size + 1):
            before = rows[-1].id if rows else None
            rows.append(row(device, f"{name} {seq}", before, seq, *witness.get(f"at{seq}", ())))
        return rows

    def case(
        name: str, standing: Sequence[bytes], heads: dict[bytes, list[Row]], *rows: list[Row],
        withdrawn: Sequence[Row] = (), clause: str = "11.3",
        false: Sequence[Ref] = (), false_heads: Sequence[tuple[int, bytes]] = (),
    ) -> None:  # fmt: skip
        """`false` stands in the witness of the first row, `false_heads` in all heads: refs and
        points that name nothing."""
        every = [r for part in rows for r in part]
        gone = {r.id for r in withdrawn}
        points = {device: [r.id for r in rs] for device, rs in heads.items()}
        admitted = admit(every, set(standing), points, gone)
        order = sorted(every, key=lambda r: draw("shuffle " + r.id.hex()))
        out.expect(
            clause, "admit", name,
            {
                "standing": sorted(standing),
                "removed": {
                    k: [[r.seq, r.id] for r in v] + [list(p) for p in false_heads]
                    for k, v in heads.items()
                },
                "envelopes": [
                    {
                        "ref": [r.device, r.seq, r.id], "previous": r.previous,
                        "witness": [
                            [w.device, w.seq, w.id] for w in every if w.id in r.witness
                        ] + [list(ref) for ref in false if r is every[0]],
                        "withdrawn": r.id in gone,
                    }
                    for r in order
                ],
            },
            {"admitted": sorted(admitted)},
        )  # fmt: skip

    old = chain(c, "c", 5)
    case("all of a standing device", [a], {}, chain(a, "a", 3), clause="11.2")
    case("no head, no witness: nothing", [a], {c: []}, chain(a, "a", 2), old)
    case("up to a head", [a], {c: [old[2]]}, chain(a, "a", 2), old)
    case("up to a witness", [a], {c: []}, chain(a, "a", 2, at2=[old[3].id]), old)
    case("head and witness: the further", [a], {c: [old[1]]}, chain(a, "a", 2, at1=[old[3].id]),
         old)  # fmt: skip
    seen = chain(a, "a", 2, at2=[old[3].id])
    case("a withdrawn event's witness does not count", [a], {c: [old[0]]}, seen, old,
         withdrawn=seen[1:])  # fmt: skip
    forked = [*old, row(c, "c fork 3", old[1].id, 3)]
    forked.append(row(c, "c fork 4", forked[5].id, 4))
    case("a head on one branch", [a], {c: [forked[6]]}, chain(a, "a", 1), forked)
    case("heads on both branches", [a], {c: [forked[5], old[3]]}, chain(a, "a", 1), forked)
    case("both branches of a standing device", [c], {}, forked, clause="11.4")
    other = chain(d, "d", 4, at2=[old[3].id])
    case("a witness through another removed device", [a], {c: [], d: []},
         chain(a, "a", 1, at1=[other[2].id]), old, other)  # fmt: skip
    case("a witness that is not admitted itself does not count", [a], {c: [], d: [other[0]]},
         chain(a, "a", 1), old, other)  # fmt: skip
    ring_c, ring_d = chain(c, "ring c", 2), chain(d, "ring d", 2)
    ring_c[0].witness.append(ring_d[1].id)
    ring_d[0].witness.append(ring_c[1].id)
    case("two removed devices that witness each other", [a], {c: [], d: []}, chain(a, "a", 1),
         ring_c, ring_d)  # fmt: skip
    case("the ring, once witnessed from outside", [a], {c: [], d: []},
         chain(a, "a", 1, at1=[ring_c[0].id]), ring_c, ring_d)  # fmt: skip
    mine = chain(c, "self", 3)
    mine[0].witness.append(mine[2].id)
    case("a device does not witness itself", [a], {c: [mine[0]]}, chain(a, "a", 1), mine)
    aside = chain(b, "b", 2)
    case("a device that is not known", [a], {}, chain(a, "a", 1, at1=[aside[1].id]), aside,
         clause="6.5")  # fmt: skip
    two = chain(a, "a", 2)
    case("a witness with another seq", [a], {c: []}, two, old,
         false=[(c, 3, old[3].id), (c, 5, old[3].id)], clause="5.6")  # fmt: skip
    case("a witness with another device", [a], {c: [], d: []}, two, old,
         false=[(d, 4, old[3].id)], clause="5.6")  # fmt: skip
    case("a head with another seq", [a], {c: []}, two, old, false_heads=[(2, old[3].id)],
         clause="5.6")  # fmt: skip
    return out


@dataclass
class Row:
    device: bytes
    id: bytes
    previous: bytes | None
    seq: int
    witness: list[bytes]


def admit(
    rows: Sequence[Row], standing: set[bytes], heads: dict[bytes, list[bytes]], gone: set[bytes]
) -> set[bytes]:
    by_id = {row.id: row for row in rows}
    admitted = {row.id for row in rows if row.device in standing}
    while True:
        points: list[tuple[bytes | None, bytes]] = [
            (None, name) for names in heads.values() for name in names
        ]
        points += [(r.device, w) for r in rows if r.id in admitted - gone for w in r.witness]
        more: set[bytes] = set()
        for witness, name in points:
            at = by_id.get(name)
            if at is None or at.device == witness or at.device not in heads:
                continue
            while at is not None:
                more.add(at.id)
                at = by_id.get(at.previous) if at.previous else None
        if more <= admitted:
            return admitted
        admitted |= more
