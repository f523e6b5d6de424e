"""Ground rules and goals: what holds once both agree (PRACTICES 5, 9)."""

from __future__ import annotations

from inglenook_client.core.practices import agreeing
from inglenook_client.core.practices.agreeing_views import (
    GoalView,
    RulesView,
    RulesWords,
    goal_view,
    rules_view,
)
from inglenook_client.core.practices.errors import NothingProposedError
from inglenook_client.journal import reading
from inglenook_client.journal.practice import Found, Practice
from inglenook_client.store.space import SpaceStore


class Rules(Practice):
    """Reached as ``journal.rules``."""

    async def all(self) -> list[RulesView]:
        """All rules: those that hold first, then the latest. Usually one."""
        store = self.readable_shared()
        if store is None:
            return []
        names = await reading.names(store, "shared")
        return [rules_view(f.id, f.row.projection, names) for f in await self._all(store)]

    async def show(self, entry: str) -> RulesView:
        """Those of one id."""
        return await self._view(await self.find(entry, "rules"))

    async def in_force(self, store: SpaceStore) -> RulesWords | None:
        """The words that both agree to, if there are any."""
        names = await reading.names(store, "shared")
        found = await self._all(store)
        return rules_view(found[0].id, found[0].row.projection, names).holds if found else None

    async def write(self, rules: list[str]) -> RulesView:
        """Propose rules, or others in the place of those that stand."""
        store = self.shared()
        found = await self._all(store)
        if not found:
            return await self._view(await self.create(store, agreeing.write_rules(rules)))
        payload = agreeing.edit_rules(found[0].state, rules)
        return await self._view(await self.append(found[0], payload))

    async def agree_to(self, entry: str = "") -> RulesView:
        """Agree to the words as they stand."""
        return await self._view(await self.agree(await self._one(entry)))

    async def take_back(self, entry: str = "") -> RulesView:
        """Take one's own agreement back."""
        return await self._view(await self.revoke(await self._one(entry)))

    async def _all(self, store: SpaceStore) -> list[Found]:
        found = list(reversed(await self.all_of(store, "rules")))
        return sorted(found, key=lambda one: one.state.in_force is None)

    async def _one(self, entry: str) -> Found:
        if entry:
            return await self.find(entry, "rules")
        found = await self._all(self.shared())
        # Rules that ask for this person's word come first: both may have written some.
        asking = [f for f in found if agreeing.waits_for(f.state, f.me) is not None]
        if not found:
            raise NothingProposedError()
        return (asking or found)[0]

    async def _view(self, found: Found) -> RulesView:
        names = await reading.names(found.store, "shared")
        return rules_view(found.id, found.row.projection, names)


class Goals(Practice):
    """Reached as ``journal.goals``."""

    async def name(
        self, text: str, *, conversation: str | None = None, date: str | None = None
    ) -> GoalView:
        """Name a goal for both, in a conversation or by itself."""
        about = None
        if conversation is not None:
            about = (await self.find(conversation, "conversation")).id
        payload = agreeing.name_goal(text, self.date(date), about)
        return await self.view(await self.create(self.shared(), payload))

    async def edit(self, entry: str, text: str) -> GoalView:
        """Other words for it; both are asked again."""
        found = await self.find(entry, "goal")
        return await self.view(
            await self.append(found, agreeing.edit_goal(found.state, text, None))
        )

    async def agree_to(self, entry: str = "") -> GoalView:
        """Agree to the words as they stand; without an id, to the latest that asks."""
        if entry:
            return await self.view(await self.agree(await self.find(entry, "goal")))
        found = await self.all_of(self.shared(), "goal")
        asking = [f for f in found if agreeing.waits_for(f.state, f.me) is not None]
        if not asking:
            raise NothingProposedError()
        return await self.view(await self.agree(asking[-1]))

    async def take_back(self, entry: str) -> GoalView:
        """Take one's own agreement back."""
        return await self.view(await self.revoke(await self.find(entry, "goal")))

    async def show(self, entry: str) -> GoalView:
        """One goal."""
        return await self.view(await self.find(entry, "goal"))

    async def all(self) -> list[GoalView]:
        """All goals, in order."""
        store = self.readable_shared()
        return (
            []
            if store is None
            else [await self.view(found) for found in await self.all_of(store, "goal")]
        )

    async def view(self, found: Found) -> GoalView:
        """A goal as it was found."""
        names = await reading.names(found.store, "shared")
        return goal_view(found.id, found.row.projection, names)
