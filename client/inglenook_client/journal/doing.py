"""What the two do together: ideas, plans, memories (PRACTICES 12)."""

from __future__ import annotations

from collections.abc import Collection

from inglenook_client.core.practices import tending
from inglenook_client.core.practices.keeping_views import ActivityView, activity_view
from inglenook_client.journal import reading
from inglenook_client.journal.practice import Found, Practice


class Doing(Practice):
    """Reached as ``journal.doing``."""

    async def activities(self, *stages: str) -> list[ActivityView]:
        """Activities in these stages, or all: what is planned first, then by their creation."""
        store = self.readable_shared()
        if store is None:
            return []
        names = await reading.names(store, "shared")
        views = [
            activity_view(found.id, found.row.projection, names)
            for found in await self.all_of(store, "activity", stages=stages)
        ]
        return sorted(
            views, key=lambda v: (v.stage != "planned", "" if not v.plan else v.plan.date)
        )

    async def show(self, activity: str) -> ActivityView:
        """One activity."""
        return await self._view(await self.find(activity, "activity"))

    async def imagine(self, idea: str, *, note: str = "") -> ActivityView:
        """Note something to do together."""
        payload = tending.imagine_activity(idea, note)
        return await self._view(await self.create(self.shared(), payload))

    async def edit(
        self,
        activity: str,
        *,
        idea: str | None = None,
        note: str | None = None,
        without: Collection[str] = (),
    ) -> ActivityView:
        """Say one's own idea anew."""
        found = await self.find(activity, "activity")
        payload = tending.edit_activity(found.state, found.me, without, idea=idea, note=note)
        return await self._view(await self.append(found, payload))

    async def plan(
        self,
        activity: str,
        date: str,
        *,
        at: str | None = None,
        until: str | None = None,
        together: str = "",
    ) -> ActivityView:
        """Give it a day, or some weeks, and say how the two go about it."""
        found = await self.find(activity, "activity")
        payload = tending.plan_activity(
            found.state, found.me, date, at=at, until=until, together=together
        )
        return await self._view(await self.append(found, payload))

    async def done(
        self, activity: str, *, memory: str = "", date: str | None = None
    ) -> ActivityView:
        """It happened; either says what they remember, the other as well."""
        found = await self.find(activity, "activity")
        payload = tending.do_activity(found.state, found.me, self.date(date), memory)
        return await self._view(await self.append(found, payload))

    async def set_aside(self, activity: str) -> ActivityView:
        """Not now, or not at all."""
        found = await self.find(activity, "activity")
        payload = tending.set_aside_activity(found.state, found.me)
        return await self._view(await self.append(found, payload))

    async def _view(self, found: Found) -> ActivityView:
        names = await reading.names(found.store, "shared")
        return activity_view(found.id, found.row.projection, names)
