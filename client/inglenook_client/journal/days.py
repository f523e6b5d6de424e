"""The day, the week, and what is coming up (PRACTICES 18, 20). Reads; writes nothing shared."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from inglenook_client.core.practices.recurring import (
    day_in,
    days_of_week,
    moment_in,
    occasions,
    week_of,
    zone,
)
from inglenook_client.core.practices.reminding import (
    QuietHours,
    Reminder,
    RemindersView,
    Sort,
    quiet_hours,
)
from inglenook_client.core.practices.state import PracticeState
from inglenook_client.core.practices.tending_views import (
    CoupleTimeView,
    clock_in,
    ritual_today,
    span,
)
from inglenook_client.core.practices.week_views import (
    Invitation,
    QuietView,
    Recorded,
    TodayActivity,
    TodayRitual,
    TodayView,
    WeekStep,
    WeekView,
    WindowView,
    invitations,
    planned_today,
    week_step,
)
from inglenook_client.journal.errors import NoSuchEntryError
from inglenook_client.journal.pausing import Pausing
from inglenook_client.journal.practice import Found, Practice
from inglenook_client.journal.state import now
from inglenook_client.journal.tending import DAY_MS, RECENT_MS, Tending
from inglenook_client.store import queries
from inglenook_client.store.space import SpaceStore
from inglenook_protocol.kinds import ConversationProposed, RitualDefined, StepProposed
from inglenook_protocol.limits import MAX_SEQ

QUIET_HOURS: Final = "quiet_hours"
"""The setting that holds them; it stays on this device."""
_PLANNED: Final = ("conversation", "couple-time")
_OF_A_WEEK: Final = ("conversation", "activity", "couple-time", "affection")
_AROUND_DAYS: Final = 14
"""How far apart two may date what they did together, and a plan may be from when it is held."""
GAP_MS: Final = 7 * DAY_MS
"""After so long without an entry, from either, a day begins with a welcome."""


class Days(Practice):
    """Reached as ``journal.days``."""

    # ------------------------------------------------------------------ quiet

    async def quiet(self) -> QuietView | None:
        """The time for two that runs now; None at other times."""
        running = await Tending(self._state).running_time()
        return None if running is None else _quiet(running)

    @property
    def quiet_hours(self) -> QuietHours | None:
        """The hours without reminders, as set on this device."""
        said = self._state.settings.get(QUIET_HOURS)
        return None if said is None else quiet_hours(said.decode())

    async def set_quiet_hours(self, said: str | None) -> QuietHours | None:
        """Set them, as in ``21:30-07:00``; None lifts them. Raises ``QuietHoursError``."""
        hours = None if said is None else quiet_hours(said)
        await self._state.set({QUIET_HOURS: None if hours is None else str(hours).encode()})
        return hours

    # ------------------------------------------------------------------ the day and the week

    async def now(self) -> datetime:
        """This moment in the zone of the two."""
        return datetime.fromtimestamp(now().wall_ms / 1000, zone(await self.zone()))

    async def appointment_now(self) -> datetime:
        """This moment by the clock by which appointments are made."""
        return datetime.fromtimestamp(now().wall_ms / 1000, await self.place())

    async def step_words(self, step: str) -> str:
        """What a step is, in the words that stand; "" for one that is not here."""
        try:
            found = await self.find(step, "step")
        except NoSuchEntryError:
            return ""
        return str(getattr(found.state.shown.payload, "what", ""))

    async def zone_is_set(self) -> bool:
        """Whether the two chose a zone."""
        return await self._chosen_zone() is not None

    async def today(self) -> TodayView:
        """What stands today."""
        zone_name = await self.zone()
        day = day_in(now().wall_ms, zone_name)
        tending = Tending(self._state)
        store = self.readable_shared()
        if store is None or self._state.left_when(store) is not None:
            # What was left is there to be read; it plans no day any more.
            return TodayView(
                date=day.isoformat(),
                zone=zone_name,
                welcome=await self._after_a_gap(),
                pause=None,
                window=None,
                couple_time=None,
                rituals=[],
                activities=[],
                topics=[],
                words=[],
                topics_rest=False,
                quiet=None,
            )
        running = await tending.running_time()
        times = [time for time in await tending.couple_times() if not time.running]
        return TodayView(
            date=day.isoformat(),
            zone=zone_name,
            welcome=await self._after_a_gap(),
            pause=await Pausing(self._state).current(),
            window=await self._next_window(store),
            couple_time=times[0] if times else None,
            rituals=await self._rituals(store, day),
            activities=await self._activities(store, day, zone_name),
            topics=[] if running is not None else await tending.topics(),
            words=[] if running is not None else await tending.exchanges_of(day),
            topics_rest=running is not None,
            quiet=None if running is None else _quiet(running),
        )

    async def week(self, week: str | None = None) -> WeekView:
        """A week: its invitations, what was agreed, what comes next."""
        zone_name = await self.zone()
        at = now().wall_ms
        name = week or week_of(at, zone_name)
        days = days_of_week(name)
        store = self.readable_shared()
        tending = Tending(self._state)
        times = [time for time in await tending.couple_times() if not time.running]
        recorded = Recorded([], [], [], [])
        if store is not None:
            recorded = await self._recorded(store, days)
        return WeekView(
            week=name,
            first=days[0].isoformat(),
            last=days[-1].isoformat(),
            zone=zone_name,
            zone_set=await self.zone_is_set(),
            invitations=invitations(recorded, days, day_in(at, zone_name), zone_name),
            steps=[] if store is None else await self._steps(store),
            window=None if store is None else await self._next_window(store),
            couple_time=times[0] if times else None,
            quiet=await self.quiet(),
        )

    async def invited(self) -> list[Invitation]:
        """The three of this week, without the rest of it."""
        zone_name, at = await self.zone(), now().wall_ms
        days = days_of_week(week_of(at, zone_name))
        store = self.readable_shared()
        if store is None:
            return []
        recorded = await self._recorded(store, days)
        return invitations(recorded, days, day_in(at, zone_name), zone_name)

    async def _after_a_gap(self) -> bool:
        latest = 0
        for store, _ in self._state.stores():
            latest = max(latest, await store.query(queries.lately_ms))
        return 0 < latest < now().wall_ms - GAP_MS

    async def _recorded(self, store: SpaceStore, days: list[date]) -> Recorded:
        """What may concern a week: what stands at its days, what was planned for it by then, and
        the plans that stand now, whose idea may be older than any of them."""
        around = timedelta(days=_AROUND_DAYS)
        first, last = (days[0] - around).isoformat(), (days[-1] + around).isoformat()
        rows = await store.query(queries.entities_between, _OF_A_WEEK, first, last)
        since, until = _ms(days[0]) - RECENT_MS, _ms(days[-1] + around)
        if until > now().wall_ms:
            until = MAX_SEQ  # whoever's clock is ahead, plans of now are never beyond it
        planned = await self.all_of(store, *_PLANNED, since_ms=since, until_ms=until)
        planned += await self.all_of(store, "activity", stages=("planned",))
        found = {row.id: row.projection for row in (*rows, *(one.row for one in planned))}

        def states(shown: str) -> list[PracticeState]:
            of_kind = [one.state for one in found.values() if one.kind == shown]
            return [state for state in of_kind if state is not None]

        return Recorded(*map(states, _OF_A_WEEK))

    async def _rituals(self, store: SpaceStore, day: date) -> list[TodayRitual]:
        found = []
        since = now().wall_ms - 2 * DAY_MS  # what is dated today was noted today, in any zone
        kept = await Tending(self._state).kept_by_ritual(store, since)
        for one in await self.all_of(store, "ritual", stages=("active",)):
            words = ritual_today(one.row.projection, day)
            if words is not None:
                noted = kept.get(one.id, [])
                happened = any(k.row.projection.date == day.isoformat() for k in noted)
                found.append(TodayRitual(one.id.hex(), words.name, words.at, happened))
        return sorted(found, key=lambda ritual: (ritual.at or "", ritual.name))

    async def _activities(
        self, store: SpaceStore, day: date, zone_name: str
    ) -> list[TodayActivity]:
        found = []
        for one in await self.all_of(store, "activity", stages=("planned",)):
            plan = planned_today(one.state, day)
            if plan is not None:
                idea = str(getattr(one.state.shown.payload, "idea", ""))
                found.append(TodayActivity(one.id.hex(), idea, plan.at, plan.together))
        return found

    async def _steps(self, store: SpaceStore) -> list[WeekStep]:
        steps = await self.all_of(store, "step", stages=("proposed", "agreed"))
        found = [week_step(one.id, one.state, one.me) for one in steps]
        return [step for step in found if step is not None]

    async def _windows(self, store: SpaceStore) -> list[tuple[Found, ConversationProposed]]:
        """Conversations whose time both agreed to and which are not over, the nearest first."""
        at = now().wall_ms
        found = []
        since = at - RECENT_MS
        for one in await self.all_of(store, "conversation", since_ms=since, stages=("agreed",)):
            words = one.state.shown.payload
            if not isinstance(words, ConversationProposed):
                continue
            if words.starts_ms + words.minutes * 60_000 > at:
                found.append((one, words))
        return sorted(found, key=lambda pair: pair[1].starts_ms)

    async def _next_window(self, store: SpaceStore) -> WindowView | None:
        place = await self.place()
        for one, words in await self._windows(store):
            return WindowView(
                one.id.hex(), words.topic, moment_in(words.starts_ms, place), words.minutes
            )
        return None

    # ------------------------------------------------------------------ what is coming up

    async def reminders(
        self, titles: dict[Sort, str], *, days: int = 1, heed_quiet: bool = True
    ) -> RemindersView:
        """What is coming up within so many days.

        ``titles`` are neutral. ``heed_quiet``: while time for two runs and in quiet hours there
        is nothing; a calendar, which is looked at later, takes everything.
        """
        hours = self.quiet_hours
        said = None if hours is None else str(hours)
        zone_name = await self.zone()
        # Quiet hours are those of whoever sits here, so by this computer's zone.
        at = datetime.fromtimestamp(now().wall_ms / 1000).astimezone()
        if heed_quiet:
            running = await self.quiet()
            if running is not None:
                return RemindersView([], running.until, "couple-time", said)
            if hours is not None and hours.holds(at):
                until = hours.until(at).isoformat(timespec="seconds")
                return RemindersView([], until, "quiet-hours", said)
        store = self.readable_shared()
        if store is None or not self._state.paired:
            return RemindersView([], None, None, said)
        first = day_in(now().wall_ms, zone_name)
        found = await self._coming(store, titles, first, first + timedelta(days=days), zone_name)
        begun = datetime.fromtimestamp(now().wall_ms / 1000, zone(zone_name))
        until_ = begun + timedelta(days=days)
        coming = [one for one in found if _is_coming(one, begun, until_)]
        coming.sort(key=lambda one: (one.date, one.starts_at or "", one.what, one.id))
        return RemindersView(coming, None, None, said)

    async def _coming(
        self, store: SpaceStore, titles: dict[Sort, str], first: date, last: date, zone_name: str
    ) -> list[Reminder]:
        found: list[Reminder] = []
        place = await self.place()

        def timed(what: Sort, one: Found, starts_ms: int, minutes: int) -> None:
            starts = moment_in(starts_ms, place)
            found.append(Reminder(one.id.hex(), what, titles[what], starts[:10], starts, minutes))

        for one in await Tending(self._state).planned_times(store):
            when = span(one.state)
            timed("couple-time", one, when.starts_ms, when.minutes)
        for one, words in await self._windows(store):
            timed("conversation", one, words.starts_ms, words.minutes)
        for one in await self.all_of(store, "ritual", stages=("active",)):
            ritual = one.state.shown.payload
            if one.state.stage == "resting" or not isinstance(ritual, RitualDefined):
                continue
            for day in occasions(ritual.cadence, ritual.begins, first, last):
                starts = clock_in(day, ritual.at, zone_name)
                found.append(
                    Reminder(
                        one.id.hex(), "ritual", titles["ritual"], day.isoformat(), starts, None
                    )
                )
        for one in await self.all_of(store, "activity", stages=("planned",)):
            plan = one.state.last("activity.planned")
            if one.state.stage == "planned" and plan is not None:
                day_ = date.fromisoformat(str(getattr(plan.payload, "date", "")))
                starts = clock_in(day_, getattr(plan.payload, "at", None), zone_name)
                found.append(
                    Reminder(
                        one.id.hex(), "activity", titles["activity"], day_.isoformat(), starts, None
                    )
                )
        for one in await self.all_of(store, "step", stages=("proposed", "agreed")):
            agreed = one.state.in_force
            step = None if agreed is None or one.state.stage == "retired" else agreed.payload
            if isinstance(step, StepProposed) and step.review is not None:
                found.append(
                    Reminder(
                        one.id.hex(), "step-review", titles["step-review"], step.review, None, None
                    )
                )
        return found


def _quiet(running: CoupleTimeView) -> QuietView:
    return QuietView(running.starts_at, running.ends_at, running.boundary)


def _is_coming(one: Reminder, begun: datetime, until: datetime) -> bool:
    if one.starts_at is None:
        return begun.date().isoformat() <= one.date < until.date().isoformat()
    return begun <= datetime.fromisoformat(one.starts_at) < until


def _ms(day: date) -> int:
    return int(datetime.combine(day, datetime.min.time(), zone("UTC")).timestamp() * 1000)
