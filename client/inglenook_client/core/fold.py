"""Folding one entity's events into what is shown (SPEC 10, 12, 13).

Theory. A fold is a pure function of the set of an entity's admitted, readable events: they
are put into fold order first, and everything after reads that order. Arrival order,
duplicates and grouping can't matter. Withdrawn events are left out before ordering, so a
device that never saw their words folds to the same.

    creating kind        edits that count        stands on the timeline as
    entry.written        entry.edited            moment or progress
    check_in.made        check_in.edited         check-in
    appreciation.noticed appreciation.edited     appreciation
    reply.written        reply.edited            a reply under its target
    reaction.given       reaction.taken_back     a reaction under its target
    member.introduced    -                       a member's name
    device.named         -                       a computer's name, for its owner
    (any)                entity.redacted         an empty place
    of a practice        by its family           ``core.practices``: state and words

Edits and redactions count only from the entity's author; a kind that is not known is kept
in the order and the digest and shows nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final

import msgspec

from inglenook_client.core.opening import Event
from inglenook_client.core.practices.state import PracticeState, Within
from inglenook_protocol import kinds
from inglenook_protocol.causality import fold_order, maximal, unfollowed
from inglenook_protocol.limits import LOGGED_LATER_MS, MAX_AFTER

TIMELINE_KINDS: Final = ("moment", "progress", "check-in", "appreciation")

_KIND_BY_PAYLOAD: Final[dict[object, str]] = {
    kinds.CheckInMade: "check-in",
    kinds.AppreciationNoticed: "appreciation",
    kinds.ReplyWritten: "reply",
    kinds.ReactionGiven: "reaction",
    kinds.MemberIntroduced: "name",
    kinds.DeviceNamed: "device",
}
_EDIT_BY_CREATION: Final[dict[object, type]] = {
    kinds.EntryWritten: kinds.EntryEdited,
    kinds.CheckInMade: kinds.CheckInEdited,
    kinds.AppreciationNoticed: kinds.AppreciationEdited,
    kinds.ReplyWritten: kinds.ReplyEdited,
}
# An empty place keeps the kind that its redaction names; others vanish (SPEC 13.1).
_KIND_BY_WAS: Final = {
    "entry.written": "moment",
    "check_in.made": "check-in",
    "appreciation.noticed": "appreciation",
}


# Every kind that creates an entity of words; what practices create is folded by its family.
_OF_WORDS: Final = frozenset(
    {*_EDIT_BY_CREATION, kinds.ReactionGiven, kinds.MemberIntroduced, kinds.DeviceNamed}
)
_ANYWHERE: Final = Within(b"", "shared")


class Words(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One version of an entity's words; which fields are used depends on its kind."""

    event: bytes
    written_ms: int
    offset_minutes: int
    date: str
    text: str = ""
    tags: tuple[str, ...] = ()
    effect: str = ""
    feelings: tuple[str, ...] = ()
    energy: int | None = None
    would_help: str = ""


class Projection(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An entity as folded. ``kind`` is "" for what shows nothing."""

    kind: str
    author: bytes
    date: str
    """Where it stands; "" for what has no day of its own."""
    order_ms: int
    """Order within the day: the creating event's HLC."""
    written_ms: int
    offset_minutes: int
    logged_later: bool
    redacted: bool
    versions: tuple[Words, ...]
    """All in fold order; empty when redacted."""
    current: tuple[int, ...]
    """Indices of the versions that nothing follows, in fold order; the last is shown first."""
    target: bytes | None = None
    """What a reply or reaction is about, an account stands beside, or a name is for."""
    label: str = ""
    """A reaction's name, a member's or a computer's."""
    heads: tuple[bytes, ...] = ()
    """Event ids that no other follows: what the next event names in ``after``."""
    state: PracticeState | None = None
    """Of a practice: its events that count, and where its table stands."""


NOTHING: Final = Projection("", b"", "", 0, 0, 0, False, False, (), ())


class Folded(msgspec.Struct, frozen=True, gc=False):
    """A fold: the counted events in order, and the projection."""

    event_ids: tuple[bytes, ...]
    projection: Projection


def withdrawn_ids(events: Iterable[Event]) -> set[bytes]:
    """Ids of the events that a redaction by their own member names (SPEC 12.1)."""
    by_id = {e.event_id: e for e in events}
    named: set[bytes] = set()
    for event in by_id.values():
        if isinstance(event.payload, kinds.EntityRedacted):
            for id_ in event.payload.events:
                other = by_id.get(id_)
                if other is None or (
                    other.member == event.member and other.kind != kinds.REDACTION[0]
                ):
                    named.add(id_)
    return named


def fold(entity_id: bytes, events: list[Event], within: Within = _ANYWHERE) -> Folded:
    """Fold an entity's events, given in any order, with duplicates or without."""
    if len(events) == 1:
        return _fold_one(entity_id, events[0], within)
    gone = withdrawn_ids(events)
    ordered = fold_order([e for e in events if e.event_id not in gone])
    heads = _heads(entity_id, ordered)
    projection = msgspec.structs.replace(_project(entity_id, ordered, gone, within), heads=heads)
    return Folded(tuple(e.event_id for e in ordered), projection)


def _heads(entity_id: bytes, ordered: list[Event]) -> tuple[bytes, ...]:
    """What nothing follows, as much as one event can name: the author's own before others'."""
    heads = maximal(ordered)
    if len(heads) > MAX_AFTER:
        author = next((e.member for e in ordered if e.event_id == entity_id), b"")
        heads = sorted(heads, key=lambda e: e.member != author)[:MAX_AFTER]
    return tuple(e.event_id for e in heads)


def _fold_one(entity_id: bytes, event: Event, within: Within) -> Folded:
    ids = (event.event_id,)
    payload = event.payload
    if event.event_id != entity_id or type(payload) not in _OF_WORDS:
        gone = set(payload.events) if isinstance(payload, kinds.EntityRedacted) else set()
        projection = _project(entity_id, [event], gone, within)
        return Folded(ids, msgspec.structs.replace(projection, heads=ids))
    return Folded(ids, _placed(event, (_words(event),), (0,), ids))


def _project(
    entity_id: bytes, ordered: list[Event], gone: set[bytes], within: Within
) -> Projection:
    if entity_id in gone:
        return _empty_place(entity_id, ordered)
    creating = next((e for e in ordered if e.event_id == entity_id), None)
    if creating is None or type(creating.payload) not in _OF_WORDS:
        return _practice(entity_id, ordered, creating, within)
    edit = _EDIT_BY_CREATION.get(type(creating.payload))
    own = [e for e in ordered if e.member == creating.member]
    if isinstance(creating.payload, kinds.ReactionGiven) and any(
        isinstance(e.payload, kinds.ReactionTakenBack) for e in own
    ):
        return NOTHING
    versions = [e for e in own if e is creating or (edit and type(e.payload) is edit)]
    standing = unfollowed(versions, ordered)
    current = tuple(i for i, e in enumerate(versions) if e.event_id in standing)
    return _placed(creating, tuple(_words(e) for e in versions), current)


def _practice(
    entity_id: bytes, ordered: list[Event], creating: Event | None, within: Within
) -> Projection:
    """What a practice's fold gives; nothing for kinds that this version does not know."""
    # Loaded when the first of them is met: most journals of a day hold words alone.
    from inglenook_client.core.practices.folding import fold_practice
    from inglenook_client.core.practices.revealing import fold_uncreated

    placed = (fold_uncreated if creating is None else fold_practice)(entity_id, ordered, within)
    if placed is None:
        return NOTHING
    first = creating or ordered[0]
    return Projection(
        placed.kind,
        b"" if creating is None else creating.member,
        placed.date,
        first.hlc_ms,
        first.claimed_ms,
        first.offset_minutes,
        bool(placed.date) and logged_later(placed.date, first.offset_minutes, first.hlc_ms),
        False,
        (),
        (),
        placed.target,
        state=placed.state,
    )


def _placed(
    creating: Event,
    versions: tuple[Words, ...],
    current: tuple[int, ...],
    heads: tuple[bytes, ...] = (),
) -> Projection:
    payload = creating.payload
    kind: str = _KIND_BY_PAYLOAD.get(type(payload), "")
    target: bytes | None = None
    label = ""
    if isinstance(payload, kinds.EntryWritten):
        kind, target = payload.form, payload.beside
    elif isinstance(payload, kinds.ReplyWritten):
        target = payload.to
    elif isinstance(payload, kinds.ReactionGiven):
        target, label = payload.to, payload.reaction
    elif isinstance(payload, kinds.MemberIntroduced):
        label = payload.name
    elif isinstance(payload, kinds.DeviceNamed):
        target, label = payload.device, payload.name
    if not kind:
        return NOTHING
    stated = versions[current[-1]].date
    return Projection(
        kind,
        creating.member,
        stated,
        creating.hlc_ms,
        creating.claimed_ms,
        creating.offset_minutes,
        bool(stated) and logged_later(stated, creating.offset_minutes, creating.hlc_ms),
        False,
        versions,
        current,
        target,
        label,
        heads,
    )


def _empty_place(entity_id: bytes, ordered: list[Event]) -> Projection:
    """What a redaction leaves: made from the redaction alone."""
    redaction = next(
        e
        for e in ordered
        if isinstance(e.payload, kinds.EntityRedacted) and entity_id in e.payload.events
    )
    payload = redaction.payload
    kind = _kind_of(payload.was) if isinstance(payload, kinds.EntityRedacted) else ""
    if not kind or not isinstance(payload, kinds.EntityRedacted):
        return NOTHING
    return Projection(
        kind,
        redaction.member,
        payload.date,
        redaction.hlc_ms,
        redaction.claimed_ms,
        redaction.offset_minutes,
        False,
        True,
        (),
        (),
    )


def was_of(kind: str) -> str:
    """What a redaction of a practice's entity names as ``was``."""
    from inglenook_client.core.practices.families import WAS_BY_SHOWN

    return WAS_BY_SHOWN[kind]


def _kind_of(was: str) -> str:
    """The kind of an empty place: what its redaction names, if this version knows it."""
    if was in _KIND_BY_WAS or ("." not in was):
        return _KIND_BY_WAS.get(was, "")
    from inglenook_client.core.practices.families import SHOWN_BY_WAS

    return SHOWN_BY_WAS.get(was, "")


def _entry_fields(p: kinds.EntryWritten | kinds.EntryEdited) -> tuple[Any, ...]:
    return p.date, p.text, tuple(p.tags)


def _check_in_fields(p: kinds.CheckInMade | kinds.CheckInEdited) -> tuple[Any, ...]:
    return p.date, p.note, (), "", tuple(p.feelings), p.energy, p.would_help


def _appreciation_fields(
    p: kinds.AppreciationNoticed | kinds.AppreciationEdited,
) -> tuple[Any, ...]:
    return p.date, p.noticed, (), p.effect


def _device_fields(p: kinds.DeviceNamed) -> tuple[Any, ...]:
    return "", "" if p.shared is None else p.shared.hex()


def _reply_fields(p: kinds.ReplyWritten | kinds.ReplyEdited) -> tuple[Any, ...]:
    return "", p.text


# The fields of ``Words`` from its date on. By type: a chain of isinstance cost a tenth of a fold.
_FIELDS_BY_PAYLOAD: Final[dict[type, Callable[[Any], tuple[Any, ...]]]] = {
    kinds.EntryWritten: _entry_fields,
    kinds.EntryEdited: _entry_fields,
    kinds.CheckInMade: _check_in_fields,
    kinds.CheckInEdited: _check_in_fields,
    kinds.AppreciationNoticed: _appreciation_fields,
    kinds.AppreciationEdited: _appreciation_fields,
    kinds.ReplyWritten: _reply_fields,
    kinds.ReplyEdited: _reply_fields,
    kinds.DeviceNamed: _device_fields,
}


def _words(event: Event) -> Words:
    fields = _FIELDS_BY_PAYLOAD.get(type(event.payload))
    stated = ("",) if fields is None else fields(event.payload)
    return Words(event.event_id, event.claimed_ms, event.offset_minutes, *stated)


def searchable(projection: Projection) -> tuple[tuple[bytes, str], ...]:
    """(event id, words) of every version that has any: what an index of words holds.

    The words of an event never change. Whether they can be found does: see ``findable``.
    """
    if projection.kind in ("reaction", "name", "device", ""):
        return ()
    if projection.state is not None:
        from inglenook_client.core.practices.searching import searchable as words_of

        return words_of(projection.kind, projection.state)
    if len(projection.versions) == 1:
        words = projection.versions[0]
        return ((words.event, text),) if (text := _searched(words)) else ()
    return tuple((w.event, text) for w in projection.versions if (text := _searched(w)))


def findable(projection: Projection) -> frozenset[bytes]:
    """The events in whose words a search finds the entity: the versions that stand."""
    if projection.state is not None:
        from inglenook_client.core.practices.searching import findable as of_practice

        return of_practice(projection.kind, projection.state)
    return frozenset(projection.versions[index].event for index in projection.current)


def _searched(words: Words) -> str:
    if not words.tags and not words.effect and not words.feelings and not words.would_help:
        return words.text
    parts = (words.text, words.effect, words.would_help, *words.tags, *words.feelings)
    return "\n".join(filter(None, parts))


@lru_cache(maxsize=4096)
def _end_of_day_ms(stated: str, offset_minutes: int) -> int | None:
    """When a stated date ends where it was written; None if no calendar has it."""
    try:
        end = datetime.combine(date.fromisoformat(stated), time(), UTC) + timedelta(
            days=1, minutes=-offset_minutes
        )
    except (ValueError, OverflowError):
        return None
    return int(end.timestamp() * 1000)


def logged_later(stated: str, offset_minutes: int, hlc_ms: int) -> bool:
    """Whether a stated date lies well before the event was written (SPEC 10.5)."""
    end_ms = _end_of_day_ms(stated, offset_minutes)
    return end_ms is not None and end_ms + LOGGED_LATER_MS < hlc_ms
