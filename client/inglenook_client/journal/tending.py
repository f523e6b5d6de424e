"""What is small and steady: rituals, time for two, parked topics, short words, affection
(PRACTICES 3, 18, 19, 20)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

from inglenook_client.core.practices import tending
from inglenook_client.core.practices.recurring import day_in
from inglenook_client.core.practices.tending_views import (
    AffectionView,
    CoupleTimeView,
    ExchangeView,
    RitualView,
    TopicView,
    affection_view,
    couple_time_view,
    exchange_view,
    is_running,
    ritual_view,
    span,
    topic_view,
)
from inglenook_client.core.views import Names
from inglenook_client.journal import reading
from inglenook_client.journal.errors import (
    ManyRitualsError,
    NoRitualError,
    NoTimeForTwoError,
)
from inglenook_client.journal.practice import Found, Practice
from inglenook_client.journal.state import now
from inglenook_client.profile import SHARED
from inglenook_client.store.errors import DatabaseDamagedError, DiskError
from inglenook_client.store.space import SpaceStore

DAY_MS: Final = 86_400_000
RECENT_MS: Final = 400 * DAY_MS
"""How far back a plan may have been made that still stands."""
PAST_MS: Final = 14 * DAY_MS
"""For how long a time for two that has been is the one that is meant."""
LATELY_MS: Final = 60 * DAY_MS
"""As far back as a ritual's page goes."""


class Tending(Practice):
    """Reached as ``journal.tending``."""

    # ------------------------------------------------------------------ rituals

    async def rituals(self) -> list[RitualView]:
        """All rituals, those that go on first."""
        store = self.readable_shared()
        if store is None:
            return []
        kept = await self.kept_by_ritual(store)
        found = await self.all_of(store, "ritual")
        views = [await self._ritual(one, kept.get(one.id, [])) for one in found]
        return sorted(views, key=lambda view: view.resting)

    async def kept_by_ritual(
        self, store: SpaceStore, since_ms: int | None = None
    ) -> dict[bytes, list[Found]]:
        """What was noted of rituals of late: a daily one's ten years are not read for a page."""
        since = now().wall_ms - LATELY_MS if since_ms is None else since_ms
        kept: dict[bytes, list[Found]] = {}
        for one in await self.all_of(store, "ritual-kept", since_ms=since):
            kept.setdefault(one.row.projection.target or b"", []).append(one)
        return kept

    async def define_ritual(
        self,
        name: str,
        cadence: str,
        *,
        text: str = "",
        at: str | None = None,
        begins: str | None = None,
    ) -> RitualView:
        """A ritual with its rhythm: ``daily``, ``sat,sun``, ``every 2 weeks`` …"""
        begins = begins or (await self.today()).isoformat()
        payload = tending.define_ritual(name, cadence, begins=begins, text=text, at=at)
        return await self._ritual(await self.create(self.shared(), payload))

    async def edit_ritual(
        self,
        ritual: str,
        *,
        name: str | None = None,
        cadence: str | None = None,
        text: str | None = None,
        at: str | None = None,
        begins: str | None = None,
        without: Collection[str] = (),
    ) -> RitualView:
        """The ritual said anew, by either; ``without`` leaves out what it had."""
        found = await self.ritual(ritual)
        payload = tending.edit_ritual(
            found.state, without, name=name, cadence=cadence, words=text, at=at, begins=begins
        )
        return await self._ritual(await self.append(found, payload))

    async def keep_ritual(
        self, ritual: str = "", *, note: str = "", date: str | None = None
    ) -> RitualView:
        """It happened. Noted twice, it is one occasion."""
        found = await self.ritual(ritual)
        day = self.date(date) if date is not None else (await self.today()).isoformat()
        await self.create(found.store, tending.keep_ritual(found.id, day, note))
        return await self._ritual(found)

    async def rest_ritual(self, ritual: str) -> RitualView:
        """Let it rest."""
        found = await self.ritual(ritual)
        return await self._ritual(
            await self.append(found, tending.rest_ritual(found.state, found.me))
        )

    async def wake_ritual(self, ritual: str) -> RitualView:
        """Take it up again."""
        found = await self.ritual(ritual)
        return await self._ritual(
            await self.append(found, tending.wake_ritual(found.state, found.me))
        )

    async def ritual(self, named: str) -> Found:
        """A ritual by the beginning of its name or id; the only one, if none is named.

        Raises ``NoRitualError``, ``ManyRitualsError``.
        """
        found = await self.all_of(self.shared(), "ritual")
        wanted = named.strip().casefold()
        if not wanted:
            fitting = [one for one in found if one.state.stage != "resting"]
        else:
            names = {one.id: _name(one).casefold() for one in found}
            fitting = [one for one in found if names[one.id] == wanted] or [
                one
                for one in found
                if names[one.id].startswith(wanted)
                or (len(wanted) >= 4 and one.id.hex().startswith(wanted))
            ]
        if not fitting:
            raise NoRitualError(named.strip())
        if len(fitting) > 1:
            raise ManyRitualsError(tuple(_name(one) for one in fitting))
        return fitting[0]

    async def show_ritual(self, entry: str) -> RitualView:
        """One ritual, by its id."""
        return await self._ritual(await self.find(entry, "ritual"))

    async def _ritual(self, found: Found, kept: list[Found] | None = None) -> RitualView:
        if kept is None:
            kept = (await self.kept_by_ritual(found.store)).get(found.id, [])
        kept_ = [(one.id, one.row.projection) for one in kept]
        return ritual_view(
            found.id, found.row.projection, kept_, await self._names(found), await self.today()
        )

    # ------------------------------------------------------------------ time for two

    async def couple_times(self) -> list[CoupleTimeView]:
        """Those that are now or to come, the nearest first."""
        store = self.readable_shared()
        if store is None:
            return []
        at = now().wall_ms
        found = [one for one in await self.planned_times(store) if span(one.state).ends_ms > at]
        return await self.couple_time_views(found)

    async def show_couple_time(self, entry: str) -> CoupleTimeView:
        """One time for two, whenever it was."""
        return await self._couple_time(await self.find(entry, "couple-time"))

    async def planned_times(self, store: SpaceStore) -> list[Found]:
        """All that are planned, by when they begin."""
        since = now().wall_ms - RECENT_MS
        found = await self.all_of(store, "couple-time", since_ms=since, stages=("planned",))
        return sorted(found, key=lambda one: span(one.state).starts_ms)

    async def couple_time_views(self, found: Sequence[Found]) -> list[CoupleTimeView]:
        """Views of these."""
        return [await self._couple_time(one) for one in found]

    async def running_time(self) -> CoupleTimeView | None:
        """The time for two that is now: the journal keeps quiet during it.

        None also where that part of the journal can't be read: what else is asked of it says so,
        and a page that nothing else needs is no reason to withhold the rest.
        """
        store = self._state.shared
        if store is None or not self._state.paired or SHARED in self._state.unreadable:
            return None
        try:
            return await self._running(store)
        except (DatabaseDamagedError, DiskError):
            return None

    async def _running(self, store: SpaceStore) -> CoupleTimeView | None:
        at = now().wall_ms
        running = [one for one in await self.planned_times(store) if is_running(one.state, at)]
        if not running:
            return None
        return await self._couple_time(max(running, key=lambda one: span(one.state).ends_ms))

    async def plan_couple_time(
        self,
        starts_ms: int,
        minutes: int,
        *,
        boundary: str = "",
        fallback: str = "",
        note: str = "",
    ) -> CoupleTimeView:
        """Book time for two."""
        payload = tending.plan_couple_time(
            starts_ms, minutes, boundary=boundary, fallback=fallback, note=note
        )
        return await self._couple_time(await self.create(self.shared(), payload))

    async def move_couple_time(
        self, starts_ms: int, minutes: int | None = None, time: str = ""
    ) -> CoupleTimeView:
        """Another time for it; as long as it was, if nothing else is said."""
        found = await self._time(time)
        length = span(found.state).minutes if minutes is None else minutes
        payload = tending.move_couple_time(found.state, found.me, starts_ms, length)
        return await self._couple_time(await self.append(found, payload))

    async def keep_couple_time(
        self, *, short: bool = False, note: str = "", time: str = ""
    ) -> CoupleTimeView:
        """It happened, whole or in its short form. During it, this ends the quiet."""
        found = await self._time(time, begun=True)
        payload = tending.keep_couple_time(found.state, found.me, short=short, note=note)
        return await self._couple_time(await self.append(found, payload))

    async def let_couple_time_go(self, time: str = "") -> CoupleTimeView:
        """Not this time; no reason is asked for."""
        found = await self._time(time)
        payload = tending.let_couple_time_go(found.state, found.me)
        return await self._couple_time(await self.append(found, payload))

    async def _time(self, named: str, *, begun: bool = False) -> Found:
        """The one that is named, else the one that is meant: now, next, or (``begun``) last."""
        if named:
            return await self.find(named, "couple-time")
        at = now().wall_ms
        planned = await self.planned_times(self.shared())
        past = [one for one in planned if at - PAST_MS <= span(one.state).starts_ms <= at]
        coming = [one for one in planned if span(one.state).ends_ms > at]
        for meant in (past[-1:], coming[:1]) if begun else (coming[:1], past[-1:]):
            if meant:
                return meant[0]
        raise NoTimeForTwoError()

    async def _couple_time(self, found: Found) -> CoupleTimeView:
        return couple_time_view(
            found.id,
            found.row.projection,
            await self._names(found),
            await self.place(),
            now().wall_ms,
        )

    # ------------------------------------------------------------------ topics, words, affection

    async def topics(self, *, all_: bool = False) -> list[TopicView]:
        """What is parked, in order; also what was looked after, if ``all_``.

        Whoever shows them asks first whether time for two runs.
        """
        store = self.readable_shared()
        stages = () if all_ else ("parked",)
        found = [] if store is None else await self.all_of(store, "topic", stages=stages)
        return [topic_view(one.id, one.row.projection, await self._names(one)) for one in found]

    async def show_topic(self, entry: str) -> TopicView:
        """One parked topic."""
        return await self._topic(await self.find(entry, "topic"))

    async def park(self, text: str) -> TopicView:
        """Something of everyday logistics, for later."""
        payload = tending.park_topic(text, (await self.today()).isoformat())
        return await self._topic(await self.create(self.shared(), payload))

    async def edit_topic(self, topic: str, text: str) -> TopicView:
        """One's own topic said anew."""
        found = await self.find(topic, "topic")
        payload = tending.edit_topic(found.state, found.me, text)
        return await self._topic(await self.append(found, payload))

    async def take_up(self, topic: str) -> TopicView:
        """It was looked after."""
        found = await self.find(topic, "topic")
        return await self._topic(
            await self.append(found, tending.take_up_topic(found.state, found.me))
        )

    async def set_topic_aside(self, topic: str) -> TopicView:
        """It needs no looking after any more."""
        found = await self.find(topic, "topic")
        return await self._topic(
            await self.append(found, tending.set_aside_topic(found.state, found.me))
        )

    async def park_again(self, topic: str) -> TopicView:
        """It is parked once more."""
        found = await self.find(topic, "topic")
        return await self._topic(
            await self.append(found, tending.park_topic_again(found.state, found.me))
        )

    async def _topic(self, found: Found) -> TopicView:
        return topic_view(found.id, found.row.projection, await self._names(found))

    async def offer(self, text: str) -> ExchangeView:
        """A short word on a hard day."""
        payload = tending.offer_exchange(text, (await self.today()).isoformat())
        found = await self.create(self.shared(), payload)
        return exchange_view(found.id, found.row.projection, await self._names(found))

    async def exchanges_of(self, day: date) -> list[ExchangeView]:
        """The short words of a day, in order."""
        store = self.readable_shared()
        if store is None:
            return []
        since = now().wall_ms - LATELY_MS
        return [
            exchange_view(one.id, one.row.projection, await self._names(one))
            for one in await self.all_of(store, "exchange", since_ms=since)
            if one.row.projection.date == day.isoformat()
        ]

    async def note_affection(self, note: str = "", *, date: str | None = None) -> AffectionView:
        """A moment of affection. Whose idea it was is not recorded as such, and never shown."""
        day = self.date(date) if date is not None else (await self.today()).isoformat()
        found = await self.create(self.shared(), tending.note_affection(day, note))
        return affection_view(found.id, found.row.projection)

    # ------------------------------------------------------------------ parts

    async def today(self) -> date:
        """The day that it is for the two."""
        return day_in(now().wall_ms, await self.zone())

    async def _names(self, found: Found) -> Names:
        return await reading.names(found.store, "shared")


def _name(found: Found) -> str:
    return str(getattr(found.state.shown.payload, "name", ""))
