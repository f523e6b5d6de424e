"""Rounds of mutual reveal, and the space's zone: entities that no event creates (SPEC 18).

Theory. A round's id is known to both beforehand, so whoever is ready first writes about it, and
neither creates it. Each member's half runs through the table ``reveal`` by itself; what a reader
may know of the two together is the table ``review``, run for that reader. A fold is the same on
both sides and so holds the halves as they are; nobody but ``round_seen`` may read them for a
person.

    silent ──ready──▶ ready ──opened, when both are──▶ opened
       ▲                │
       └──taken back────┘
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from inglenook_client.core.opening import Event
from inglenook_client.core.practices import tables
from inglenook_client.core.practices.families import ROUND, ZONE
from inglenook_client.core.practices.folding import Placed, local_day, said
from inglenook_client.core.practices.machine import KEEP, Ancestry, Moving, Run, Table, move
from inglenook_client.core.practices.state import PracticeState, Said, Within
from inglenook_protocol import kinds
from inglenook_protocol.errors import RemoteProtocolError
from inglenook_protocol.kinds import RevealOpened, RevealReady, RevealTakenBack
from inglenook_protocol.reveal import HalfRecord, check_opened, decode_half, round_id

_KINDS: Final = (RevealReady, RevealTakenBack, RevealOpened)


def fold_uncreated(entity_id: bytes, ordered: Sequence[Event], within: Within) -> Placed | None:
    """The fold of a round, or of the space's own entity; None for anything else."""
    if within.place != "shared":
        return None
    if entity_id == within.space_id:
        set_ = [said(e, e.payload) for e in ordered if isinstance(e.payload, kinds.SpaceZoneSet)]
        return _placed(ZONE, "", set_) if set_ else None
    about = [e for e in ordered if isinstance(e.payload, _KINDS) and e.payload.round == entity_id]
    if not about:
        return None
    counted = _counted(entity_id, about, within)
    opened = {m.by for m in counted if m.kind == "reveal.opened"}
    # A round stands on the timeline once both have opened it: before, it is nobody's business.
    day = ""
    if len(opened) == 2:
        last = max(
            (m for m in counted if m.kind == "reveal.ready"), key=lambda m: (m.at_ms, m.event)
        )
        day = local_day(last.at_ms, last.offset_minutes)
    return _placed(ROUND, day, counted)


def _placed(kind: str, date: str, counted: list[Said]) -> Placed:
    return Placed(kind, date, None, PracticeState("", (), (), (), tuple(counted)))


def _counted(entity_id: bytes, about: Sequence[Event], within: Within) -> list[Said]:
    runs: dict[bytes, Run] = {}
    readies: dict[bytes, list[RevealReady]] = {}
    counted: list[Said] = []
    for event in about:
        run = runs.setdefault(event.member, _begin(tables.REVEAL))
        ready = readies.setdefault(event.member, [])

        def matches(_: Moving, event: Event = event, ready: list[RevealReady] = ready) -> bool:
            return isinstance(event.payload, RevealOpened) and _opens(
                event.payload, ready, entity_id, within.space_id
            )

        if move(run, event, True, {tables.MATCHES: matches}) is not None:
            if isinstance(event.payload, RevealReady):
                ready.append(event.payload)
            if event.payload is not None:
                counted.append(said(event, event.payload))
    return counted


def _begin(table: Table) -> Run:
    return Run(table, table.first, 0, True, True, Ancestry())


def _opens(
    opened: RevealOpened, ready: list[RevealReady], entity_id: bytes, space_id: bytes
) -> bool:
    """Whether an opening is of what its author was ready with, for this round (SPEC 18.5)."""
    for one in ready:
        try:
            check_opened(one.commitment, opened.opening, opened.half)
            half = decode_half(opened.half)
        except RemoteProtocolError:
            continue
        return round_id(space_id, half.practice, half.week) == entity_id
    return False


class RoundSeen(msgspec.Struct, frozen=True):
    """A round as one member may know it (SPEC 18.4)."""

    stage: str
    """``apart``, ``ready``, ``opened`` (mine alone), ``together``."""
    mine: HalfRecord | None
    """My half, once it is opened."""
    theirs: HalfRecord | None
    """The other's, once both are."""
    my_ready: Said | None
    """My latest ``reveal.ready`` that was not taken back; None otherwise."""


def round_seen(state: PracticeState, me: bytes) -> RoundSeen:
    """What a member may know of a round."""
    run = _begin(tables.REVIEW)
    mine: HalfRecord | None = None
    theirs: HalfRecord | None = None
    ready: Said | None = None
    for one in state.moves:
        conditions = {
            tables.MATCHES: lambda e: True,  # only what matches was counted
            tables.THEIRS_OPEN: lambda e, theirs=theirs: theirs is not None,  # type: ignore[misc]
        }
        step = _Step(one.event, one.kind, ())
        taken = move(run, step, one.by == me, conditions)
        payload = one.payload
        if isinstance(payload, RevealOpened):
            half = decode_half(payload.half)
            mine, theirs = (mine or half, theirs) if one.by == me else (mine, theirs or half)
        elif one.by == me and taken is not None and taken[0].next != KEEP:
            ready = one if isinstance(payload, RevealReady) else None
    together = run.state == "together"
    return RoundSeen(run.state, mine, theirs if together else None, ready)


class _Step(msgspec.Struct, frozen=True):
    event_id: bytes
    kind: str
    after: tuple[bytes, ...]


class ToOpen(msgspec.Struct, frozen=True):
    """The two ``reveal.ready`` that stand, when it is a member's turn to open (SPEC 18.3)."""

    mine: Said
    theirs: Said


def to_open(state: PracticeState, me: bytes) -> ToOpen | None:
    """What a member's device has to open now; None if nothing."""
    standing: dict[bytes, Said] = {}
    opened: set[bytes] = set()
    for one in state.moves:
        if one.kind == "reveal.ready":
            standing[one.by] = one
        elif one.kind == "reveal.taken_back":
            standing.pop(one.by, None)
        else:
            opened.add(one.by)
    mine = standing.pop(me, None)
    if me in opened or mine is None or not standing:
        return None
    return ToOpen(mine, next(iter(standing.values())))


def zone_of(state: PracticeState) -> str:
    """The zone that was set last."""
    payload = state.moves[-1].payload
    return payload.zone if isinstance(payload, kinds.SpaceZoneSet) else "UTC"
