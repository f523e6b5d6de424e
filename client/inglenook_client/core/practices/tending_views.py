"""What is small and steady, as faces show it: rituals, time for two, topics, short words
(PRACTICES 3, 18, 19, 20).

A ritual belongs to both, so its view does not say who thought of it or who noted that it happened;
only words that somebody wrote have a name beside them. Of days on which nothing was recorded there
is nothing in a view.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta, tzinfo
from typing import Final, Literal

import msgspec

from inglenook_client.core.fold import Projection
from inglenook_client.core.model import By
from inglenook_client.core.practices.recurring import moment_in, occasions, starts
from inglenook_client.core.practices.state import PracticeState, Said
from inglenook_client.core.views import Names
from inglenook_protocol.kinds import (
    AffectionNoted,
    CoupleTimeKept,
    CoupleTimeMoved,
    CoupleTimePlanned,
    ExchangeOffered,
    RitualDefined,
    RitualKept,
    TopicParked,
)

Pair = tuple[bytes, Projection]
"""An entity's id, and how it folds."""

MINUTE_MS: Final = 60_000
_AHEAD_DAYS: Final = 400
_OCCASIONS_SHOWN: Final = 7


class Note(msgspec.Struct, frozen=True):
    """Words that somebody added."""

    by: By
    name: str
    text: str


class RitualWords(msgspec.Struct, frozen=True):
    """A ritual as one of its versions says it."""

    name: str
    words: str
    cadence: str
    at: str | None
    begins: str


class Occasion(msgspec.Struct, frozen=True):
    """A day on which a ritual happened; two that noted it are one occasion."""

    date: str
    notes: list[Note]


class RitualView(msgspec.Struct, frozen=True):
    """A ritual of the two."""

    id: str
    name: str
    words: str
    cadence: str
    at: str | None
    begins: str
    resting: bool
    next: str | None
    """The next day that its rhythm names, today included; None at rest."""
    kept: list[Occasion]
    """The latest days on which it happened, newest first."""
    others: list[RitualWords]
    """Said anew by both at once: the other form, kept beside this one."""


class CoupleTimeView(msgspec.Struct, frozen=True):
    """Time for two."""

    id: str
    stage: Literal["planned", "kept", "let-go"]
    starts_at: str
    ends_at: str
    minutes: int
    boundary: str
    """The words that both can say to others."""
    fallback: str
    """What fits into five minutes, if no more is possible."""
    note: str
    running: bool
    """It is now: the journal keeps quiet."""
    short: bool
    """It was kept in its short form."""
    notes: list[Note]


class TopicView(msgspec.Struct, frozen=True):
    """Something of everyday logistics, parked for later."""

    id: str
    stage: Literal["parked", "taken-up", "aside"]
    by: By
    name: str
    text: str
    date: str


class ExchangeView(msgspec.Struct, frozen=True):
    """A short word on a hard day."""

    id: str
    by: By
    name: str
    text: str
    date: str


class AffectionView(msgspec.Struct, frozen=True):
    """A moment of affection. Whose idea it was is nowhere."""

    id: str
    note: str
    date: str


def practice(projection: Projection) -> PracticeState:
    """The state of what is known to be a practice's."""
    if projection.state is None:
        raise ValueError("this is no practice's")
    return projection.state


# ------------------------------------------------------------------------------ rituals


def _ritual_words(said: Said) -> RitualWords:
    payload = said.payload
    if not isinstance(payload, RitualDefined):
        raise ValueError("a ritual's version restates its definition")
    return RitualWords(payload.name, payload.words, payload.cadence, payload.at, payload.begins)


def ritual_view(
    id_: bytes, projection: Projection, kept: Iterable[Pair], names: Names, today: date
) -> RitualView:
    """A ritual with the days on which it happened."""
    state = practice(projection)
    shown, *others = [_ritual_words(state.versions[i]) for i in reversed(state.current)]
    resting = state.stage == "resting"
    return RitualView(
        id=id_.hex(),
        name=shown.name,
        words=shown.words,
        cadence=shown.cadence,
        at=shown.at,
        begins=shown.begins,
        resting=resting,
        next=None if resting else next_day(shown.cadence, shown.begins, today),
        kept=_happened(kept, names)[:_OCCASIONS_SHOWN],
        others=others,
    )


def next_day(cadence: str, begins: str, today: date) -> str | None:
    """The next day of a rhythm, today included."""
    found = occasions(cadence, begins, today, today + timedelta(days=_AHEAD_DAYS))
    return found[0].isoformat() if found else None


def _happened(kept: Iterable[Pair], names: Names) -> list[Occasion]:
    notes_by_day: dict[str, list[Note]] = {}
    for _, projection in kept:
        if projection.state is None:
            continue
        said = projection.state.shown
        payload = said.payload
        if not isinstance(payload, RitualKept):
            continue
        notes = notes_by_day.setdefault(payload.date, [])
        if payload.note:
            notes.append(Note(names.by(said.by), names.name(said.by), payload.note))
    return [Occasion(day, notes_by_day[day]) for day in sorted(notes_by_day, reverse=True)]


def ritual_today(projection: Projection, today: date) -> RitualWords | None:
    """The words of a ritual whose rhythm names a day; None otherwise."""
    state = practice(projection)
    shown = _ritual_words(state.shown)
    if state.stage == "resting" or not occasions(shown.cadence, shown.begins, today, today):
        return None
    return shown


# ------------------------------------------------------------------------------ time for two


class Span(msgspec.Struct, frozen=True):
    """When a time for two is, as moved last."""

    starts_ms: int
    minutes: int

    @property
    def ends_ms(self) -> int:
        return self.starts_ms + self.minutes * MINUTE_MS

    def holds(self, now_ms: int) -> bool:
        """Whether a moment lies in it."""
        return self.starts_ms <= now_ms < self.ends_ms


def span(state: PracticeState) -> Span:
    """The time that stands."""
    payload = (state.last("couple_time.moved") or state.shown).payload
    if not isinstance(payload, CoupleTimePlanned | CoupleTimeMoved):
        raise ValueError("a time for two has a time")
    return Span(payload.starts_ms, payload.minutes)


def spans(state: PracticeState) -> list[Span]:
    """Every time that was stated for it, the first one first."""
    said = [state.shown, *(m for m in state.moves if m.kind == "couple_time.moved")]
    payloads = [one.payload for one in said]
    return [
        Span(p.starts_ms, p.minutes)
        for p in payloads
        if isinstance(p, CoupleTimePlanned | CoupleTimeMoved)
    ]


def is_running(state: PracticeState, now_ms: int) -> bool:
    """Whether it is now. What was kept early, or let go, is over."""
    return state.stage == "planned" and span(state).holds(now_ms)


def couple_time_view(
    id_: bytes, projection: Projection, names: Names, place: tzinfo, now_ms: int
) -> CoupleTimeView:
    """A time for two, by the clock of a place."""
    state = practice(projection)
    planned = state.shown.payload
    if not isinstance(planned, CoupleTimePlanned):
        raise ValueError("a time for two begins with its plan")
    when = span(state)
    kept = [m for m in state.moves if m.kind == "couple_time.kept"]
    short = [isinstance(m.payload, CoupleTimeKept) and m.payload.short for m in kept]
    return CoupleTimeView(
        id=id_.hex(),
        stage=_couple_stage(state.stage),
        starts_at=moment_in(when.starts_ms, place),
        ends_at=moment_in(when.ends_ms, place),
        minutes=when.minutes,
        boundary=planned.boundary,
        fallback=planned.fallback,
        note=planned.note,
        running=is_running(state, now_ms),
        # Who kept it whole knows better than who noted the short form.
        short=bool(short) and all(short),
        notes=[
            Note(names.by(m.by), names.name(m.by), m.payload.note)
            for m in kept
            if isinstance(m.payload, CoupleTimeKept) and m.payload.note
        ],
    )


def _couple_stage(stage: str) -> Literal["planned", "kept", "let-go"]:
    if stage == "kept":
        return "kept"
    return "let-go" if stage == "let-go" else "planned"


# ------------------------------------------------------------------------------ topics, words


def topic_view(id_: bytes, projection: Projection, names: Names) -> TopicView:
    """A parked topic."""
    state = practice(projection)
    payload = state.shown.payload
    if not isinstance(payload, TopicParked):
        raise ValueError("a topic's version restates it")
    stage: Literal["parked", "taken-up", "aside"] = "parked"
    if state.stage == "taken-up":
        stage = "taken-up"
    elif state.stage == "aside":
        stage = "aside"
    author = projection.author
    return TopicView(
        id_.hex(), stage, names.by(author), names.name(author), payload.text, payload.date
    )


def exchange_view(id_: bytes, projection: Projection, names: Names) -> ExchangeView:
    """A short word."""
    payload = practice(projection).shown.payload
    if not isinstance(payload, ExchangeOffered):
        raise ValueError("a word stays what it is")
    author = projection.author
    return ExchangeView(id_.hex(), names.by(author), names.name(author), payload.text, payload.date)


def affection_view(id_: bytes, projection: Projection) -> AffectionView:
    """A moment of affection."""
    payload = practice(projection).shown.payload
    if not isinstance(payload, AffectionNoted):
        raise ValueError("a moment stays what it is")
    return AffectionView(id_.hex(), payload.note, payload.date)


def clock_in(day: date, at: str | None, zone_name: str) -> str | None:
    """When an occasion begins, as ISO 8601; None where no clock time was said."""
    begins = starts(day, at, zone_name)
    return None if begins is None else begins.isoformat(timespec="seconds")
