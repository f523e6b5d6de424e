"""What is kept in sight: milestones, keepsakes, the commitment (PRACTICES 24, 26)."""

from __future__ import annotations

from collections.abc import Collection

from inglenook_client.core.model import EntryView, Visibility
from inglenook_client.core.practices import agreeing, keeping
from inglenook_client.core.practices.errors import NothingProposedError
from inglenook_client.core.practices.keeping_views import (
    CommitmentView,
    KeepsakeView,
    commitment_view,
    keepsake_view,
)
from inglenook_client.journal import reading
from inglenook_client.journal.errors import OtherJournalError
from inglenook_client.journal.practice import Found, Practice
from inglenook_client.journal.writing import writable
from inglenook_client.store.space import SpaceStore


class Treasuring(Practice):
    """Reached as ``journal.treasuring``."""

    # ------------------------------------------------------------------ milestones

    async def celebrate(
        self, text: str, *, about: str | None = None, date: str | None = None
    ) -> EntryView:
        """Mark a small improvement of the two."""
        store = self.shared()
        of = await self._about(about, store)
        made = await self.create(store, keeping.mark_milestone(text, self.date(date), of))
        return await reading.show(store, "shared", made.id)

    async def edit_milestone(
        self, milestone: str, *, text: str | None = None, date: str | None = None
    ) -> EntryView:
        """Say one's own words for it anew."""
        found = await self.find(milestone, "milestone")
        day = None if date is None else self.date(date)
        payload = keeping.edit_milestone(found.state, found.me, text=text, date=day)
        await self.append(found, payload)
        return await reading.show(found.store, "shared", found.id)

    # ------------------------------------------------------------------ keepsakes

    async def keepsakes(self, visibility: Visibility | None = None) -> list[KeepsakeView]:
        """What is pinned, in both journals or one, in the order of pinning."""
        views = []
        for store, seen_by in self._state.stores():
            if visibility in (None, seen_by):
                names = await reading.names(store, seen_by)
                views += [
                    keepsake_view(found.id, found.row.projection, names)
                    for found in await self.all_of(store, "keepsake", stages=("pinned",))
                ]
        return views

    async def show_keepsake(self, entry: str) -> KeepsakeView:
        """One of them, in sight or not."""
        return await self._keepsake(await self.find(entry, "keepsake"))

    async def pin(
        self,
        title: str,
        *,
        form: str = "note",
        text: str = "",
        about: str | None = None,
        date: str | None = None,
        visibility: Visibility = "shared",
    ) -> KeepsakeView:
        """Keep something in sight. Raises ``NoPhotosYetError``, ``ChoiceError``."""
        store = writable(self._state, visibility)
        of = await self._about(about, store)
        payload = keeping.pin_keepsake(title, self.date(date), form=form, text=text, about=of)
        return await self._keepsake(await self.create(store, payload))

    async def edit_keepsake(
        self,
        keepsake: str,
        *,
        title: str | None = None,
        text: str | None = None,
        without: Collection[str] = (),
    ) -> KeepsakeView:
        """Say one's own anew."""
        found = await self.find(keepsake, "keepsake")
        payload = keeping.edit_keepsake(found.state, found.me, without, title=title, text=text)
        return await self._keepsake(await self.append(found, payload))

    async def unpin(self, keepsake: str) -> KeepsakeView:
        """Take it out of sight; its words stay in the journal."""
        found = await self.find(keepsake, "keepsake")
        payload = keeping.unpin_keepsake(found.state, found.me)
        return await self._keepsake(await self.append(found, payload))

    # ------------------------------------------------------------------ the commitment

    async def commitments(self) -> list[CommitmentView]:
        """All commitments: those that hold first, then the latest. Usually one."""
        store = self.readable_shared()
        if store is None:
            return []
        names = await reading.names(store, "shared")
        return [commitment_view(f.id, f.row.projection, names) for f in await self._all(store)]

    async def show_commitment(self, entry: str) -> CommitmentView:
        """One of them."""
        return await self._commitment(await self.find(entry, "commitment"))

    async def write_commitment(self, text: str, *, date: str | None = None) -> CommitmentView:
        """Propose words, or others in the place of those that stand; both are asked."""
        store = self.shared()
        found = await self._all(store)
        if not found:
            payload = agreeing.write_commitment(text, self.date(date))
            return await self._commitment(await self.create(store, payload))
        edit = agreeing.edit_commitment(found[0].state, text)
        return await self._commitment(await self.append(found[0], edit))

    async def agree_to(self, commitment: str = "") -> CommitmentView:
        """Agree to the words as they stand."""
        return await self._commitment(await self.agree(await self._one(commitment)))

    async def take_back(self, commitment: str = "") -> CommitmentView:
        """Take one's own agreement back."""
        return await self._commitment(await self.revoke(await self._one(commitment)))

    async def _all(self, store: SpaceStore) -> list[Found]:
        found = list(reversed(await self.all_of(store, "commitment")))
        return sorted(found, key=lambda one: one.state.in_force is None)

    async def _one(self, commitment: str) -> Found:
        if commitment:
            return await self.find(commitment, "commitment")
        found = await self._all(self.shared())
        if not found:
            raise NothingProposedError()
        # Words that ask for this person come first: both may have written some.
        asking = [f for f in found if agreeing.waits_for(f.state, f.me) is not None]
        return (asking or found)[0]

    async def _about(self, entry: str | None, store: SpaceStore) -> bytes | None:
        """What is named, in the same journal: nothing shared points at what is private."""
        if entry is None:
            return None
        found = await self.find_any(entry)
        if found.store is not store:
            raise OtherJournalError(store.genesis.kind)
        return found.id

    async def _keepsake(self, found: Found) -> KeepsakeView:
        private = found.store is self._state.opened_private
        names = await reading.names(found.store, "private" if private else "shared")
        return keepsake_view(found.id, found.row.projection, names)

    async def _commitment(self, found: Found) -> CommitmentView:
        names = await reading.names(found.store, "shared")
        return commitment_view(found.id, found.row.projection, names)
