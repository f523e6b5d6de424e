"""From the events of a practice's entity to its projection (SPEC 10, 13).

Events come in fold order, withdrawn ones left out already. What does not count (another place,
no authority, no row of the table) is kept in the order and the digest by the caller and leaves no
trace here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from inglenook_client.core.opening import Event
from inglenook_client.core.practices import tables
from inglenook_client.core.practices.consent import Act, Consent
from inglenook_client.core.practices.families import (
    DONE,
    FAMILY_BY_PAYLOAD,
    OWN_DATE,
    STARTS,
    WRITTEN,
    Family,
)
from inglenook_client.core.practices.machine import (
    AUTHOR,
    EITHER,
    PARTNER,
    Ancestry,
    Condition,
    Moving,
    Run,
    begin,
    move,
)
from inglenook_client.core.practices.state import PracticeState, Said, Within
from inglenook_protocol import kinds
from inglenook_protocol.causality import unfollowed
from inglenook_protocol.codec import encode
from inglenook_protocol.kinds import KIND_BY_PAYLOAD, PLACE_BY_KIND, Payload

_TOGETHER_MODES: Final = ("one-device", "afterwards")


class Placed(msgspec.Struct, frozen=True):
    """What a projection takes from a practice's fold."""

    kind: str
    date: str
    target: bytes | None
    state: PracticeState


def counts_in(kind: str, place: str) -> bool:
    """Whether a kind counts in a space: private or shared (SPEC 13.4)."""
    return PLACE_BY_KIND.get(kind, "any") in ("any", place)


def said(event: Event, payload: Payload, *, crossed: bool = False) -> Said:
    """A counted event as it is kept."""
    kind, version = KIND_BY_PAYLOAD[type(payload)]
    return Said(
        event.event_id,
        event.member,
        event.claimed_ms,
        event.offset_minutes,
        kind,
        version,
        encode(payload),
        (event.hlc_ms, event.hlc_count),
        crossed,
    )


def restated(creating: Payload, edit: Payload) -> Payload:
    """The creating payload with the words of an edit in the place of its own."""
    fields = edit.__struct_fields__
    return msgspec.structs.replace(creating, **{name: getattr(edit, name) for name in fields})


def fold_practice(entity_id: bytes, ordered: Sequence[Event], within: Within) -> Placed | None:
    """The fold of an entity that a practice's kind creates; None where it shows nothing."""
    creating = next((e for e in ordered if e.event_id == entity_id), None)
    if creating is None or creating.payload is None:
        return None
    family = FAMILY_BY_PAYLOAD.get(type(creating.payload))
    if family is None or not counts_in(creating.kind, within.place):
        return None
    first = creating.payload
    if isinstance(first, kinds.TurnSpoken) and first.voice == "other" and not first.passed:
        return None
    state = _Fold(family, creating).run(ordered)
    return Placed(family.shown, _day(family, state), _target(family, creating.payload), state)


class _Fold:
    """One entity's fold in the making."""

    def __init__(self, family: Family, creating: Event) -> None:
        if creating.payload is None:
            raise ValueError("an entity is created by an event that is known")
        self._family = family
        self._creating = creating
        self._first = creating.payload
        self._consent = Consent()
        self._counted: dict[bytes, Event] = {}
        self._versions: list[Event] = []
        self._standing: set[bytes] | None = None
        self._confirmed = 0
        # Nobody speaks for the other but in a turn that says so (SPEC 13.7).
        self._passed = getattr(creating.payload, "passed", False)
        side = self._side(creating)
        self._run_of = None if family.table is None else begin(family.table, creating, side)
        self._ancestry = Ancestry() if self._run_of is None else self._run_of.ancestry
        if self._run_of is None:
            self._ancestry.add(creating)

    def run(self, ordered: Sequence[Event]) -> PracticeState:
        versions = [said(self._creating, self._first)]
        moves: list[Said] = []
        self._take(self._creating)
        for event in ordered:
            if event is self._creating:
                continue
            crossed = self._counts(event)
            if crossed is None or event.payload is None:
                continue
            self._take(event)
            if type(event.payload) in self._family.edits:
                versions.append(said(event, restated(self._first, event.payload), crossed=crossed))
            else:
                moves.append(said(event, event.payload, crossed=crossed))
        written = {v.event for v in versions}
        standing = unfollowed([e for e in ordered if e.event_id in written], ordered)
        run = self._run_of
        return PracticeState(
            "" if run is None else run.state,
            () if run is None else run.since,
            tuple(versions),
            tuple(i for i, v in enumerate(versions) if v.event in standing),
            tuple(moves),
            self._consent.agreed_by,
        )

    def _counts(self, event: Event) -> bool | None:
        """Whether it crossed, for an event that counts; None for one that does not."""
        run = self._run_of
        if getattr(event.payload, "voice", "own") == "other" and not self._passed:
            self._ancestry.add(event)
            return None
        if run is not None and event.payload is not None and event.kind in run.table.kinds:
            return self._take_row(run, event)
        self._ancestry.add(event)
        if event.payload is None:
            return None
        payload = type(event.payload)
        who = self._family.edits.get(payload) or self._family.moves.get(payload)
        own = event.member == self._creating.member
        by = {None: False, AUTHOR: own, PARTNER: not own, EITHER: True}[who]
        return False if by else None

    def _take_row(self, run: Run, event: Event) -> bool | None:
        taken = move(run, event, self._side(event), self._conditions(run))
        return None if taken is None else taken[1]

    def _take(self, event: Event) -> None:
        self._counted[event.event_id] = event
        if event is self._creating or type(event.payload) in self._family.edits:
            self._versions.append(event)
            self._standing = None
        if self._family.agreeable and (act := self._act(event)) is not None:
            self._consent.add(act, self._ancestry)
        if isinstance(event.payload, kinds.TurnConfirmed):
            self._confirmed |= self._ancestry.bit(event.event_id)

    def _act(self, event: Event) -> Act | None:
        payload = event.payload
        if isinstance(payload, kinds.AgreementGiven):
            return Act(event.event_id, event.member, payload.event)
        if isinstance(payload, kinds.AgreementRevoked):
            return Act(event.event_id, event.member, b"")
        if payload is self._first or type(payload) in self._family.edits:
            return Act(event.event_id, event.member, event.event_id)
        return None

    def _side(self, event: Event) -> bool:
        """Which of the two an event is by; of a turn, for whom it is spoken (SPEC 13.7)."""
        own = event.member == self._creating.member
        return own != (getattr(event.payload, "voice", "own") == "other")

    # ------------------------------------------------------------------ conditions

    def _conditions(self, run: Run) -> dict[str, Condition]:
        return {
            tables.STANDING: lambda e: self._names_proposal(e),
            tables.ANOTHER: lambda e: self._names_proposal(e) and self._names_another(e, run),
            tables.TOGETHER: lambda e: self._together(),
            tables.CURRENT_WORDS: lambda e: getattr(_payload(e), "of", b"") in self._current(),
            tables.A_PARAPHRASE: lambda e: self._names_paraphrase(e),
            tables.AFTER_HEARD: lambda e: bool(run.ancestry.reach(e.event_id) & self._confirmed),
            tables.BOTH_AGREE: lambda e: self._would_agree(e),
        }

    def _would_agree(self, event: Moving) -> bool:
        """Whether both agree to one version once this act counts."""
        act = self._act(event) if isinstance(event, Event) else None
        return self._consent.with_act(act, self._ancestry).both_agree

    def _current(self) -> set[bytes]:
        """Versions so far that no later one follows."""
        if self._standing is None:
            self._standing = unfollowed(self._versions, list(self._counted.values()))
        return self._standing

    def _names_proposal(self, event: Moving) -> bool:
        payload = _payload(event)
        if not isinstance(event, Event) or not isinstance(payload, kinds.ConversationAccepted):
            return False
        named = self._counted.get(payload.proposal)
        return (
            named is not None and named.member != event.member and named.event_id in self._current()
        )

    def _names_another(self, event: Moving, run: Run) -> bool:
        payload = _payload(event)
        accepted = {
            e.payload.proposal
            for e in map(self._counted.get, run.since)
            if e is not None and isinstance(e.payload, kinds.ConversationAccepted)
        }
        return isinstance(payload, kinds.ConversationAccepted) and payload.proposal not in accepted

    def _together(self) -> bool:
        modes = {getattr(self._counted[id_].payload, "mode", "") for id_ in self._current()}
        return modes <= set(_TOGETHER_MODES)

    def _names_paraphrase(self, event: Moving) -> bool:
        payload = _payload(event)
        if isinstance(payload, kinds.TurnConfirmed):
            named = self._counted.get(payload.paraphrase)
            return named is not None and isinstance(named.payload, kinds.TurnParaphrased)
        if isinstance(payload, kinds.NeedConfirmed):
            named = self._counted.get(payload.heard)
            return (
                named is not None
                and isinstance(named.payload, kinds.NeedHeard)
                and named.payload.of in self._current()
            )
        return False


def _payload(event: Moving) -> Payload | None:
    return event.payload if isinstance(event, Event) else None


def local_day(ms: int, offset_minutes: int) -> str:
    """The day of a moment at an offset from UTC; "" for one that no calendar has."""
    try:
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms, minutes=offset_minutes)
    except OverflowError:
        return ""
    return at.date().isoformat()


def _day(family: Family, state: PracticeState) -> str:
    shown = state.shown
    if family.day == OWN_DATE:
        return str(getattr(shown.payload, "date", ""))
    if family.day == WRITTEN:
        return local_day(state.versions[0].at_ms, state.versions[0].offset_minutes)
    if family.day == DONE:
        done = [m.payload for m in state.moves if m.kind == "activity.done"]
        return str(getattr(done[0], "date", "")) if done else ""
    if family.day == STARTS:
        moved = state.last("couple_time.moved") or shown
        return local_day(getattr(moved.payload, "starts_ms", 0), moved.offset_minutes)
    return ""


def _target(family: Family, payload: Payload) -> bytes | None:
    target = getattr(payload, family.target, None) if family.target else None
    return target if isinstance(target, bytes) else None
