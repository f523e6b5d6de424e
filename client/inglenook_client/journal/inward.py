"""What is only one's own: inventories, reflections, ideas for kindness, and the pages of all
that is private (PRACTICES 1, 10, 11).

All of it stands in the private journal. A line is shared by two acts: it is copied into a new
draft, which is private as well, and the draft is shared. What then stands in the shared journal
names nothing of where it was taken from.
"""

from __future__ import annotations

from collections.abc import Collection

from inglenook_client.core.model import EntryView
from inglenook_client.core.practices import inward
from inglenook_client.core.practices.drafting import DraftView
from inglenook_client.core.practices.keeping_views import (
    KindnessIdeaView,
    PrivateView,
    kindness_idea_view,
)
from inglenook_client.core.practices.showing import parts_of
from inglenook_client.journal import reading
from inglenook_client.journal.drafting import Drafting, answers_of
from inglenook_client.journal.errors import OtherJournalError
from inglenook_client.journal.looking_back import LookingBack
from inglenook_client.journal.practice import Found, Practice
from inglenook_client.journal.treasuring import Treasuring
from inglenook_protocol.kinds import EntryWritten

LINE = "journal"
"""How the draft of a line names what it is for."""


class Inward(Practice):
    """Reached as ``journal.inward``."""

    # ------------------------------------------------------------------ inventory, reflection

    async def write_inventory(
        self,
        *,
        losses: str = "",
        feelings: list[str] | None = None,
        needs: str = "",
        stresses: str = "",
        curious: str = "",
        date: str | None = None,
    ) -> EntryView:
        """What was lost, what one feels and needs, what weighs, what one is curious about."""
        payload = inward.write_inventory(
            self.date(date),
            losses=losses,
            feelings=feelings,
            needs=needs,
            stresses=stresses,
            curious=curious,
        )
        return await self._entry(await self.create(self.private, payload))

    async def edit_inventory(
        self,
        inventory: str,
        without: Collection[str] = (),
        **changes: str | list[str] | None,
    ) -> EntryView:
        """Say it anew; what stood before stays visible as history, to oneself."""
        found = await self.find(inventory, "inventory")
        return await self._entry(
            await self.append(found, inward.edit_inventory(found.state, without, **changes))
        )

    async def write_reflection(
        self,
        happened: str,
        *,
        in_the_way: str = "",
        own_part: str = "",
        about: str | None = None,
        date: str | None = None,
    ) -> EntryView:
        """What happened, as somebody who likes both would tell it; of either journal's entry."""
        of = None if about is None else (await self.find_any(about)).id
        payload = inward.write_reflection(
            self.date(date), happened=happened, in_the_way=in_the_way, own_part=own_part, about=of
        )
        return await self._entry(await self.create(self.private, payload))

    async def edit_reflection(
        self, reflection: str, without: Collection[str] = (), **changes: str | None
    ) -> EntryView:
        """Say it anew."""
        found = await self.find(reflection, "reflection")
        return await self._entry(
            await self.append(found, inward.edit_reflection(found.state, without, **changes))
        )

    # ------------------------------------------------------------------ a line to share

    async def lines(self, entry: str) -> list[str]:
        """The lines of something private, from which one can be chosen."""
        found = await self._private(entry)
        state = found.row.projection.state
        if state is None:
            versions = found.row.projection.versions
            texts = [versions[i].text for i in found.row.projection.current]
        else:
            texts = [part.text for part in parts_of(found.row.projection.kind, state.shown)]
        return [line.strip() for text in texts for line in text.splitlines() if line.strip()]

    async def copy_line(self, entry: str, excerpt: str) -> DraftView:
        """Copy a chosen line into a new draft; nothing leaves this device yet."""
        await self._private(entry)
        return await Drafting(self._state).keep(LINE, {"text": excerpt})

    async def share_line(self, draft: str, *, date: str | None = None) -> EntryView:
        """Share a drafted line as a moment: the second act."""
        found = await self.find(draft, "draft")
        text = answers_of(found).get("text", "")
        store = self.shared()
        made = await self.create(store, EntryWritten("moment", text, self.date(date), [], None, []))
        await Drafting(self._state).set_aside(found, made.id)
        return await reading.show(store, "shared", made.id)

    async def _private(self, entry: str) -> Found:
        found = await self.find_any(entry)
        if found.store is not self._state.opened_private:
            raise OtherJournalError("private")
        return found

    # ------------------------------------------------------------------ ideas for kindness

    async def ideas(self) -> list[KindnessIdeaView]:
        """Ideas that are not set aside, in order."""
        return [
            kindness_idea_view(found.id, found.row.projection)
            for found in await self.all_of(self.private, "kindness-idea", stages=("noted",))
        ]

    async def show_idea(self, which: str) -> KindnessIdeaView:
        """One idea."""
        return _idea(await self.find(which, "kindness-idea"))

    async def note_idea(self, idea: str) -> KindnessIdeaView:
        """Note an idea; nobody else learns of it."""
        return _idea(await self.create(self.private, inward.note_kindness_idea(idea)))

    async def edit_idea(self, which: str, idea: str) -> KindnessIdeaView:
        """Say it anew."""
        found = await self.find(which, "kindness-idea")
        return _idea(await self.append(found, inward.edit_kindness_idea(found.state, idea)))

    async def set_idea_aside(self, which: str) -> KindnessIdeaView:
        """It is done with; whether it was carried out is said nowhere."""
        found = await self.find(which, "kindness-idea")
        payload = inward.set_aside_kindness_idea(found.state, found.me)
        return _idea(await self.append(found, payload))

    # ------------------------------------------------------------------ pages

    async def pages(self, *, days: int = 7, before: str | None = None) -> PrivateView:
        """All that is only one's own: by day, and what has no day."""
        found = await reading.timeline(
            [(self.private, "private")], days, before, reading.kinds_asked_for(None), None
        )
        return PrivateView(
            days=found.days,
            before=found.before,
            drafts=await Drafting(self._state).open(),
            ideas=await self.ideas(),
            keepsakes=await Treasuring(self._state).keepsakes("private"),
            hidden=await LookingBack(self._state).hidden(),
        )

    async def _entry(self, found: Found) -> EntryView:
        return await reading.show(self.private, "private", found.id)


def _idea(found: Found) -> KindnessIdeaView:
    return kindness_idea_view(found.id, found.row.projection)
