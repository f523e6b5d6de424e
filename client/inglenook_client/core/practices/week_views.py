"""The week and the day, made of what the two recorded (PRACTICES 20; SPEC 13.14, 18.7).

Theory. The week holds three invitations: one real conversation, one shared activity, one moment of
affection. Each is one of

    happened        something of it was recorded in the week
    moved           it had a time in this week, and now has a later one
    open            the week still goes on, and there is room
    not-this-week   the week is over; there is nothing more to say about it

Nothing is counted and nobody is named: a second conversation changes nothing, and whose idea
something was can't be found in a view.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

import msgspec

from inglenook_client.core.model import DayView, EntryView, PauseView, TimelineView
from inglenook_client.core.practices.recurring import day_in
from inglenook_client.core.practices.state import PracticeState
from inglenook_client.core.practices.tending_views import (
    CoupleTimeView,
    ExchangeView,
    TopicView,
    span,
    spans,
)
from inglenook_protocol.kinds import (
    ActivityDone,
    ActivityPlanned,
    AffectionNoted,
    ConversationProposed,
    StepProposed,
)

InvitationState = Literal["happened", "moved", "open", "not-this-week"]
Who = Literal["me", "partner", "both"]


class Invitation(msgspec.Struct, frozen=True):
    """One of the three."""

    what: Literal["conversation", "activity", "affection"]
    state: InvitationState


class WeekStep(msgspec.Struct, frozen=True):
    """A step that both agreed to."""

    id: str
    what: str
    who: Who
    cadence: str
    enough: str


class WindowView(msgspec.Struct, frozen=True):
    """A conversation whose time both agreed to."""

    id: str
    topic: str
    starts_at: str
    minutes: int


class QuietView(msgspec.Struct, frozen=True):
    """A time for two that runs now."""

    since: str
    until: str
    boundary: str


class WeekView(msgspec.Struct, frozen=True):
    """A week of the two."""

    week: str
    first: str
    last: str
    zone: str
    zone_set: bool
    """Whether the two chose the zone; UTC until then."""
    invitations: list[Invitation]
    steps: list[WeekStep]
    window: WindowView | None
    """The next one."""
    couple_time: CoupleTimeView | None
    """The next one."""
    quiet: QuietView | None


class TodayRitual(msgspec.Struct, frozen=True):
    """A ritual whose rhythm names today."""

    id: str
    name: str
    at: str | None
    happened: bool
    """It was noted today. What was not noted leaves no mark."""


class TodayActivity(msgspec.Struct, frozen=True):
    """Something planned for today."""

    id: str
    idea: str
    at: str | None
    together: str


class TodayView(msgspec.Struct, frozen=True):
    """What stands today."""

    date: str
    zone: str
    welcome: bool
    """Nothing was written here for a while: good to see you."""
    pause: PauseView | None
    window: WindowView | None
    couple_time: CoupleTimeView | None
    rituals: list[TodayRitual]
    activities: list[TodayActivity]
    topics: list[TopicView]
    """What is parked; empty while time for two runs."""
    words: list[ExchangeView]
    """Short words of today; they can wait as well while time for two runs."""
    topics_rest: bool
    """Parked topics are out of sight, because time for two runs."""
    quiet: QuietView | None


class Recorded(msgspec.Struct, frozen=True):
    """What the week's view is made of."""

    conversations: list[PracticeState]
    activities: list[PracticeState]
    couple_times: list[PracticeState]
    affections: list[PracticeState]


def invitations(recorded: Recorded, days: list[date], today: date, zone: str) -> list[Invitation]:
    """The three of a week; ``days`` are its Monday to Sunday."""
    week = _Week(days[0], days[-1], zone)
    ways = [*map(week.of_activity, recorded.activities), *map(week.of_time, recorded.couple_times)]
    found: list[tuple[Literal["conversation", "activity", "affection"], Iterable[str]]] = [
        ("conversation", map(week.of_conversation, recorded.conversations)),
        ("activity", ways),
        ("affection", map(week.of_affection, recorded.affections)),
    ]
    return [Invitation(what, _best(set(each), over=today > days[-1])) for what, each in found]


def _best(found: set[str], *, over: bool) -> InvitationState:
    if "happened" in found:
        return "happened"
    if "moved" in found:
        return "moved"
    return "not-this-week" if over else "open"


class _Week(msgspec.Struct, frozen=True):
    first: date
    last: date
    zone: str

    def _holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    def _day(self, ms: int) -> date:
        try:
            return day_in(ms, self.zone)
        except (ValueError, OverflowError, OSError):
            return date.max  # a moment that no calendar has

    def _moved(self, days: list[date]) -> str:
        """Of the days that something was planned for, the last one standing."""
        if days and days[-1] > self.last and any(self._holds(day) for day in days[:-1]):
            return "moved"
        return ""

    def of_conversation(self, state: PracticeState) -> str:
        said = [v.payload for v in state.versions]
        planned = [self._day(p.starts_ms) for p in said if isinstance(p, ConversationProposed)]
        if state.stage in ("open", "closed"):
            held = state.last("conversation.opened") or state.last("conversation.closed")
            shown = state.shown.payload
            # What is noted afterwards was held when it says, and not when it was noted.
            late = isinstance(shown, ConversationProposed) and shown.mode == "afterwards"
            day = planned[-1] if late or held is None else self._day(held.at_ms)
            return "happened" if self._holds(day) else ""
        return "" if state.stage == "let-go" else self._moved(planned)

    def of_activity(self, state: PracticeState) -> str:
        for move in state.moves:
            payload = move.payload
            if isinstance(payload, ActivityDone) and self._holds(date.fromisoformat(payload.date)):
                return "happened"
        plans = [m.payload for m in state.moves]
        days = [date.fromisoformat(p.date) for p in plans if isinstance(p, ActivityPlanned)]
        return self._moved(days) if state.stage == "planned" else ""

    def of_time(self, state: PracticeState) -> str:
        if state.stage == "kept":
            return "happened" if self._holds(self._day(span(state).starts_ms)) else ""
        days = [self._day(each.starts_ms) for each in spans(state)]
        return self._moved(days) if state.stage == "planned" else ""

    def of_affection(self, state: PracticeState) -> str:
        payload = state.shown.payload
        if not isinstance(payload, AffectionNoted):
            return ""
        return "happened" if self._holds(date.fromisoformat(payload.date)) else ""


def without_news(view: TimelineView, quiet: QuietView) -> TimelineView:
    """A timeline without what the other wrote since a time for two began."""
    since = datetime.fromisoformat(quiet.since)

    def is_news(entry: EntryView) -> bool:
        return entry.by == "partner" and datetime.fromisoformat(entry.written_at) >= since

    days = [
        DayView(day.date, [entry for entry in day.entries if not is_news(entry)])
        for day in view.days
    ]
    return TimelineView([day for day in days if day.entries], view.before)


def week_step(id_: bytes, state: PracticeState, me: bytes) -> WeekStep | None:
    """A step in the words that both agreed to; None if there are none."""
    agreed = state.in_force
    if agreed is None or state.stage == "retired" or not isinstance(agreed.payload, StepProposed):
        return None
    step = agreed.payload
    turned: dict[str, Who] = {"both": "both", "writer": "partner", "other": "me"}
    if agreed.by == me:
        turned = {"both": "both", "writer": "me", "other": "partner"}
    return WeekStep(id_.hex(), step.what, turned[step.who], step.cadence, step.enough)


def planned_today(state: PracticeState, today: date) -> ActivityPlanned | None:
    """The plan of an activity that is for this day, or goes on over it."""
    plan = state.last("activity.planned")
    if state.stage != "planned" or plan is None or not isinstance(plan.payload, ActivityPlanned):
        return None
    day = today.isoformat()
    until = plan.payload.until or plan.payload.date
    return plan.payload if plan.payload.date <= day <= until else None
