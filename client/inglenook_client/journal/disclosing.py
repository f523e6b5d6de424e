"""What is tender: telling it with the answer that is welcome, and receiving it (PRACTICES 13)."""

from __future__ import annotations

from inglenook_client.core.practices import needing
from inglenook_client.core.practices.drafting import DraftView
from inglenook_client.core.practices.needing_views import DisclosureView, disclosure_view
from inglenook_client.core.views import reply_view
from inglenook_client.journal import reading
from inglenook_client.journal.drafting import Drafting, answers_of
from inglenook_client.journal.errors import OtherKindError
from inglenook_client.journal.practice import Found, Practice

PRACTICE = "disclosure"
"""How its drafts name it."""
_YES = "yes"


class Disclosing(Practice):
    """Reached as ``journal.disclosing``."""

    async def draft(self, text: str, wanted: str, *, look_back: bool = False) -> DraftView:
        """Keep it in private first. Raises ``ChoiceError`` for an answer that is none."""
        needing.disclose(text, wanted, self.date(None))
        answers = {"text": text, "wanted": wanted, "look_back": _YES if look_back else ""}
        return await Drafting(self._state).keep(PRACTICE, answers)

    async def share(self, draft: str) -> DisclosureView:
        """Tell what was drafted: the second act."""
        found = await Drafting(self._state).take_up(draft, PRACTICE)
        answers = answers_of(found)
        payload = needing.disclose(
            answers.get("text", ""),
            answers.get("wanted", needing.WANTED[0]),
            self.date(None),
            look_back=answers.get("look_back") == _YES,
        )
        told = await self.create(self.shared(), payload)
        await Drafting(self._state).set_aside(found, told.id)
        return await self._view(told)

    async def all(self, latest: int = 0) -> list[DisclosureView]:
        """What was told by either, in order; or the latest of it."""
        store = self.readable_shared()
        found = [] if store is None else await self.all_of(store, "disclosure")
        return [await self._view(one) for one in found[-latest:]]

    async def show(self, entry: str) -> DisclosureView:
        """One of them, with the replies to it."""
        found = (
            await self.find_any(entry) if entry != "last" else await self.find(entry, "disclosure")
        )
        if found.row.projection.kind != "disclosure":
            raise OtherKindError(entry)
        return await self._view(found)

    async def edit(
        self, entry: str, *, text: str | None = None, wanted: str | None = None
    ) -> DisclosureView:
        """Its author's new words."""
        found = await self.find(entry, "disclosure")
        payload = needing.edit_disclosure(found.state, found.me, text=text, wanted=wanted)
        return await self._view(await self.append(found, payload))

    async def set_look_back(self, entry: str, *, allowed: bool) -> DisclosureView:
        """Whether it may be looked back at and found: its author's choice, at any time."""
        found = await self.find(entry, "disclosure")
        payload = needing.set_look_back(found.state, found.me, allowed=allowed)
        return await self._view(await self.append(found, payload))

    async def receive(self, entry: str) -> DisclosureView:
        """Say that it has arrived; without an id, of the latest that the other told."""
        if not entry:
            store = self.shared()
            told = [
                f for f in await self.all_of(store, "disclosure") if f.row.projection.author != f.me
            ]
            waiting = [f for f in told if f.state.last("disclosure.received") is None]
            entry = (waiting or told)[-1].id.hex() if told else "last"
        found = await self.find(entry, "disclosure")
        payload = needing.receive_disclosure(found.state, found.me)
        return await self._view(await self.append(found, payload))

    async def _view(self, found: Found) -> DisclosureView:
        names = await reading.names(found.store, "shared")
        replies = [
            reply_view(one.id, one.row.projection, names)
            for one in await self.about(found, "reply")
        ]
        return disclosure_view(found.id, found.row.projection, names, replies)
