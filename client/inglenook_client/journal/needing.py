"""Needs that are told and heard, and the steps that come of them (PRACTICES 15, 16)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from inglenook_client.core.practices import agreeing, needing
from inglenook_client.core.practices.agreeing_views import StepView, step_view
from inglenook_client.core.practices.errors import NothingAskedError
from inglenook_client.core.practices.needing_views import NeedView, need_view
from inglenook_client.core.practices.state import PracticeState
from inglenook_client.journal import reading
from inglenook_client.journal.drafting import Drafting, answers_of
from inglenook_client.journal.practice import Found, Practice
from inglenook_client.store.space import SpaceStore

NEED_DRAFT = "need"


class Needing(Practice):
    """Needs, reached as ``journal.needing``."""

    async def all(self, *, resting: bool = False) -> list[NeedView]:
        """The needs of both, in order; those at rest only if asked for."""
        store = self.readable_shared()
        found = [] if store is None else await self.all_of(store, "need")
        return [await self._view(f) for f in found if resting or f.state.stage != "resting"]

    async def show(self, entry: str) -> NeedView:
        """One need."""
        return await self._view(await self.find(entry, "need"))

    async def share(self, draft: str) -> NeedView:
        """Tell a need that was drafted: the second act. Raises ``TooManyNeedsError``."""
        found = await Drafting(self._state).take_up(draft, NEED_DRAFT)
        answers = answers_of(found)
        store = self.shared()
        payload = needing.state_need(
            await self._states(store),
            store.member,
            answers.get("need", ""),
            self.date(None),
            why=answers.get("why", ""),
        )
        need = await self.create(store, payload)
        await Drafting(self._state).set_aside(found, need.id)
        return await self._view(need)

    async def edit(
        self,
        entry: str,
        text: str | None,
        why: str | None = None,
        without: Collection[str] = (),
    ) -> NeedView:
        """Say it anew; it asks to be heard again."""
        found = await self.find(entry, "need")
        payload = needing.edit_need(found.state, found.me, without, need=text, why=why)
        return await self._view(await self.append(found, payload))

    async def hear(self, text: str, entry: str = "") -> NeedView:
        """Say the other's need back."""
        found = await self._one(entry, "hear")
        payload = needing.hear_need(found.state, found.me, text)
        return await self._view(await self.append(found, payload))

    async def confirm(self, entry: str = "") -> NeedView:
        """That is it."""
        found = await self._one(entry, "confirm")
        return await self._view(
            await self.append(found, needing.confirm_need(found.state, found.me))
        )

    async def correct(self, text: str, entry: str = "") -> NeedView:
        """Say what was meant otherwise."""
        found = await self._one(entry, "correct")
        payload = needing.correct_need(found.state, found.me, text)
        return await self._view(await self.append(found, payload))

    async def rest(self, entry: str) -> NeedView:
        """It need not be looked after now."""
        found = await self.find(entry, "need")
        return await self._view(await self.append(found, needing.rest_need(found.state, found.me)))

    async def wake(self, entry: str) -> NeedView:
        """It is essential again, if there is room. Raises ``TooManyNeedsError``."""
        found = await self.find(entry, "need")
        payload = needing.wake_need(await self._states(found.store), found.state, found.me)
        return await self._view(await self.append(found, payload))

    async def _states(self, store: SpaceStore) -> list[PracticeState]:
        return [found.state for found in await self.all_of(store, "need")]

    async def _one(self, entry: str, act: str) -> Found:
        """The need that is meant: by its id, or the latest for which this has a place."""
        if entry:
            return await self.find(entry, "need")
        found = await self.all_of(self.shared(), "need")
        fitting = [one for one in found if act in (await self._view(one)).may]
        if not fitting:
            raise NothingAskedError()
        return fitting[-1]

    async def _view(self, found: Found) -> NeedView:
        names = await reading.names(found.store, "shared")
        steps = [
            step_view(one.id, one.row.projection, names)
            for one in await self.about(found, "step")
            if one.row.projection.state is not None and one.state.stage != "retired"
        ]
        return need_view(found.id, found.row.projection, names, steps)


class Stepping(Practice):
    """Steps, reached as ``journal.stepping``."""

    async def all(self, *, retired: bool = False) -> list[StepView]:
        """The steps of both, in order; those that had their time only if asked for."""
        store = self.readable_shared()
        found = [] if store is None else await self.all_of(store, "step")
        return [await self._view(f) for f in found if retired or f.state.stage != "retired"]

    async def show(self, entry: str) -> StepView:
        """One step."""
        return await self._view(await self.find(entry, "step"))

    async def propose(
        self,
        what: str,
        cadence: str,
        *,
        who: str = "both",
        enough: str = "",
        need: str | None = None,
        begins: str | None = None,
        review: str | None = None,
    ) -> StepView:
        """A step; it is active once both agree."""
        store = self.shared()
        served = None if need is None else (await self.find(need, "need")).id
        payload = agreeing.propose_step(
            what,
            cadence,
            begins=self.date(begins),
            who=_WHO.get(who, who),
            enough=enough,
            need=served,
            review=review,
        )
        return await self._view(await self.create(store, payload))

    async def edit(self, entry: str, **changes: Any) -> StepView:
        """Another step in its place; both are asked again."""
        found = await self.find(entry, "step")
        if changes.get("who") is not None:
            changes["who"] = _WHO.get(changes["who"], changes["who"])
        payload = agreeing.edit_step(found.state, found.me, **changes)
        return await self._view(await self.append(found, payload))

    async def agree_to(self, entry: str = "") -> StepView:
        """Agree to the words as they stand."""
        return await self._view(await self.agree(await self._one(entry)))

    async def take_back(self, entry: str) -> StepView:
        """Take one's own agreement back."""
        return await self._view(await self.revoke(await self.find(entry, "step")))

    async def retire(self, entry: str, note: str = "") -> StepView:
        """It has had its time."""
        found = await self.find(entry, "step")
        payload = agreeing.retire_step(found.state, found.me, note)
        return await self._view(await self.append(found, payload))

    async def _one(self, entry: str) -> Found:
        if entry:
            return await self.find(entry, "step")
        found = [
            one
            for one in await self.all_of(self.shared(), "step")
            if one.state.stage != "retired" and agreeing.waits_for(one.state, one.me) is not None
        ]
        if not found:
            raise NothingAskedError()
        return found[-1]

    async def _view(self, found: Found) -> StepView:
        names = await reading.names(found.store, "shared")
        return step_view(found.id, found.row.projection, names)


# A face says it from the writer's side; on the wire the two are the writer and the other.
_WHO = {"me": "writer", "you": "other", "both": "both"}
