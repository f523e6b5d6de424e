"""The path so far, what stood on this day, and slow trends (PRACTICES 25, "Seeing it")."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Sequence
from datetime import date, timedelta

from inglenook_client.core.model import DayView, EntryView, Visibility
from inglenook_client.core.practices import agreeing, inward, looking_back, trending
from inglenook_client.core.practices.errors import ChoiceError, NotAgreedError, NothingProposedError
from inglenook_client.core.practices.keeping_views import (
    LookBackView,
    LookBackWords,
    OnThisDayView,
    PathView,
    look_back_words,
)
from inglenook_client.core.practices.recurring import day_in
from inglenook_client.core.practices.trending import TrendsView, Unit
from inglenook_client.journal import reading
from inglenook_client.journal.practice import Found, Practice
from inglenook_client.journal.state import now
from inglenook_client.store import queries
from inglenook_client.store.queries import Row
from inglenook_client.store.space import SpaceStore

_FIRST, _LAST = "0000-00-00", "9999-99-99"


class LookingBack(Practice):
    """Reached as ``journal.looking_back``."""

    # ------------------------------------------------------------------ what both allow

    async def agreement(self) -> LookBackView:
        """What both allow, and what asks."""
        store = self.readable_shared()
        found = [] if store is None else await self._agreements(store)
        asking = [f for f in found if _asks(f)]
        asked = agreeing.waits_for(asking[0].state, asking[0].me) if asking else None
        return LookBackView(
            allowed=looking_back.allowed([f.state for f in found]),
            asked=look_back_words(asked),
            mine=_mine(found),
        )

    async def show(self, entry: str) -> LookBackView:
        """What both allow, asked for by the id of a proposal."""
        await self.find(entry, "look-back")
        return await self.agreement()

    async def propose(self, practices: list[str]) -> LookBackView:
        """Propose what may be looked back at, or another choice; both are asked.

        Raises ``ChoiceError`` for what never appears.
        """
        known = looking_back.choices()
        for one in practices:
            if one not in known:
                raise ChoiceError(one, known)
        store = self.shared()
        found = await self._agreements(store)
        waiting = agreeing.waits_for(found[0].state, found[0].me) if found else None
        words = look_back_words(waiting)
        if words is not None and set(words.practices) == set(practices):
            await self.agree(found[0])  # both want the same: no need to ask once more
        elif found:
            await self.append(found[0], agreeing.edit_look_back(found[0].state, practices))
        else:
            await self.create(store, agreeing.propose_look_back(practices))
        return await self.agreement()

    async def agree_to(self) -> LookBackView:
        """Agree to what was proposed."""
        found = await self._agreements(self.shared())
        if not found:
            raise NothingProposedError()
        asking = [f for f in found if agreeing.waits_for(f.state, f.me) is not None]
        await self.agree((asking or found)[0])
        return await self.agreement()

    async def take_back(self) -> LookBackView:
        """Take one's own agreement back; no reason is asked for."""
        found = await self._agreements(self.shared())
        agreed = [f for f in found if f.me in dict(f.state.agreed_by)]
        if not agreed:
            raise NotAgreedError()
        for one in agreed:
            await self.revoke(one)
        return await self.agreement()

    async def _agreements(self, store: SpaceStore) -> list[Found]:
        """Proposals: those that hold first, then the latest."""
        found = list(reversed(await self.all_of(store, "look-back")))
        return sorted(found, key=lambda one: one.state.in_force is None)

    # ------------------------------------------------------------------ the path

    async def path(self, *, whole: bool = False) -> PathView:
        """The path so far: a choice of it, evenly spread, or all; empty without both's word.

        Raises ``JournalUnreadableError`` where what is hidden can't be read: then nothing is shown.
        """
        allowed = (await self.agreement()).allowed
        store = self.readable_shared()
        if store is None or not allowed:
            return PathView(allowed, [], whole=True)
        kinds = looking_back.kinds_of(allowed)
        rows = await store.query(queries.entities_between, kinds, _FIRST, _LAST)
        standing = await self._standing(rows)
        chosen = standing if whole else looking_back.spread(standing)
        days = await self._days([(store, "shared", chosen)])
        return PathView(allowed, days, whole=len(chosen) == len(standing))

    async def on_this_day(
        self, day: str | None = None, visibility: Visibility | None = None
    ) -> OnThisDayView:
        """What stood on this day a month, half a year, or years ago; the same sieve as a path's.

        It needs no word of the other's: each entry could be read in the timeline as well.
        """
        at = date.fromisoformat(self.date(day))
        wanted = tuple(looking_back.MAY_APPEAR)
        found = []
        for store, seen_by in self._state.stores():
            if visibility not in (None, seen_by):
                continue
            rows: list[Row] = []
            for since, until in _earlier(at):
                rows += await store.query(queries.entities_between, wanted, since, until)
            found.append((store, seen_by, await self._standing(rows)))
        days = await self._days(found)
        return OnThisDayView(at.isoformat(), days[::-1])

    async def _standing(self, rows: Sequence[Row]) -> list[Row]:
        hidden = {row.projection.target for row in await self._hides()}
        hidden |= await self._named_as_friction()
        return [
            row for row in rows if row.id not in hidden and looking_back.may_appear(row.projection)
        ]

    async def _days(
        self, found: Sequence[tuple[SpaceStore, Visibility, list[Row]]]
    ) -> list[DayView]:
        dates = {row.projection.date for _, _, rows in found for row in rows}
        by_day = await reading.on_days(found, dates)
        return [
            DayView(day, [looking_back.as_looked_back_at(view) for view in by_day[day]])
            for day in sorted(by_day)
        ]

    # ------------------------------------------------------------------ hiding

    async def hide(self, entry: str) -> EntryView:
        """Leave an entry out of what one looks back at; nobody is told. Again changes nothing."""
        found = await self.find_any(entry)
        if found.id not in {row.projection.target for row in await self._hides()}:
            await self.create(self.private, inward.hide(found.id))
        return await self._entry(found)

    async def show_again(self, entry: str) -> EntryView:
        """It may be looked back at again; what was not hidden stays as it is."""
        found = await self.find_any(entry)
        for row in await self._hides():
            if row.projection.target == found.id:
                hide = Found(self.private, row)
                await self.append(hide, inward.lift_hide(hide.state, hide.me))
        return await self._entry(found)

    async def hidden(self) -> list[EntryView]:
        """What one has left out, as far as it is here."""
        views = []
        for row in await self._hides():
            for store, visibility in self._state.stores():
                target = row.projection.target or b""
                found = await store.query(queries.entity_by_id, target)
                if found is not None and found.projection.kind:
                    views.append(await reading.show(store, visibility, target))
        return views

    async def _hides(self) -> list[Row]:
        found = await self.all_of(self.private, "hide")
        return [one.row for one in found if one.state.stage == "hidden"]

    async def _named_as_friction(self) -> set[bytes | None]:
        found = await self.all_of(self.private, "reflection")
        return {one.row.projection.target for one in found}

    async def _entry(self, found: Found) -> EntryView:
        private = found.store is self._state.opened_private
        return await reading.show(found.store, "private" if private else "shared", found.id)

    # ------------------------------------------------------------------ trends

    async def trends(self, unit: Unit = "week", periods: int = 12) -> TrendsView:
        """The two, as one, over the latest weeks or months."""
        today = day_in(now().wall_ms, await self.zone())
        spans = trending.periods(unit, periods, today)
        store = self.readable_shared()
        rows: list[Row] = []
        if store is not None:
            first, last = spans[0][0].isoformat(), spans[-1][1].isoformat()
            rows = await store.query(queries.entities_between, trending.kinds(), first, last)
        return trending.trends(unit, spans, [row.projection for row in rows])


def _asks(found: Found) -> bool:
    """Whether words wait for this person, who has not taken their agreement back since."""
    waiting = agreeing.waits_for(found.state, found.me)
    if waiting is None:
        return False
    revoked = [m for m in found.state.moves if m.kind == "agreement.revoked" and m.by == found.me]
    return not revoked or revoked[-1].hlc < waiting.hlc


def _mine(found: list[Found]) -> LookBackWords | None:
    for one in found:
        event = dict(one.state.agreed_by).get(one.me)
        said = next((v for v in one.state.versions if v.event == event), None)
        if said is not None:
            return look_back_words(said)
    return None


def _earlier(at: date) -> list[tuple[str, str]]:
    """The days that are a month, half a year, and whole years before a day, each as a span."""
    found = {day for months in (1, 6) if (day := _months_before(at, months)) is not None}
    for year in range(at.year - 1, max(0, at.year - 100), -1):
        if (at.month, at.day) == (2, 29) and not isleap(year):
            continue
        found.add(at.replace(year=year))
        if (at.month, at.day) == (2, 28) and isleap(year) and not isleap(at.year):
            found.add(date(year, 2, 29))  # that day has no other year to be remembered in
    return [(day.isoformat(), day.isoformat()) for day in sorted(found)]


def _months_before(at: date, months: int) -> date | None:
    first = at.replace(day=1)
    for _ in range(months):
        first = (first - timedelta(days=1)).replace(day=1)
    try:
        return first.replace(day=at.day)
    except ValueError:
        return None
