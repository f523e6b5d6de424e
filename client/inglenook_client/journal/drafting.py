"""Words on their way to being shared (PRACTICES 6, 13, 15): drafted in private, shared by a second
act.

A draft stands in the private journal. Sharing writes a new event into the shared one and then sets
the draft aside: if something comes between, the words are there twice rather than nowhere.
"""

from __future__ import annotations

from collections.abc import Collection

from inglenook_client.core.practices import inward
from inglenook_client.core.practices.deciding import amended, check_move
from inglenook_client.core.practices.drafting import DraftView, draft_view
from inglenook_client.core.practices.tables import DRAFT
from inglenook_client.journal.errors import OtherKindError
from inglenook_client.journal.practice import Found, Practice
from inglenook_protocol.kinds import DraftEdited, DraftWritten


class Drafting(Practice):
    """Reached as ``journal.drafting``."""

    async def keep(
        self, practice: str, answers: dict[str, str], about: bytes | None = None
    ) -> DraftView:
        """Keep a draft for a practice; it is with its writer alone."""
        payload = inward.write_draft(practice, about, answers)
        return _view(await self.create(self.private, payload))

    async def edit(
        self, draft: str, answers: dict[str, str], without: Collection[str] = ()
    ) -> DraftView:
        """Say parts of a draft anew; the others stay, but for those in ``without``."""
        found = await self.find(draft, "draft")
        said = answers_of(found) | answers
        parts = inward.parts({name: said[name] for name in said if name not in without})
        return _view(await self.append(found, amended(found.state, DraftEdited, {"parts": parts})))

    async def show(self, draft: str) -> DraftView:
        """One draft."""
        return _view(await self.find(draft, "draft"))

    async def open(
        self, practice: str | None = None, about: bytes | None = None
    ) -> list[DraftView]:
        """Drafts that are neither shared nor let go, in order."""
        if self._state.opened_private is None:
            return []
        views = [
            _view(found) for found in await self.all_of(self.private, "draft", stages=("open",))
        ]
        wanted = None if about is None else about.hex()
        return [
            view
            for view in views
            if practice in (None, view.practice) and wanted in (None, view.about)
        ]

    async def practice_of(self, entry: str) -> str | None:
        """For which practice an open draft is meant; None for what is no draft."""
        found = await self.find_any(entry)
        if found.row.projection.kind != "draft" or found.row.projection.state is None:
            return None
        payload = found.state.shown.payload
        return payload.practice if isinstance(payload, DraftWritten) else None

    async def has_place(self, draft: DraftView) -> bool:
        """Whether it could be shared now: a turn waits until its conversation is open."""
        if draft.practice != "turn":
            return True
        store = self.readable_shared()
        if store is None or draft.about is None:
            return False
        return (await self.by_id(store, bytes.fromhex(draft.about))).state.stage == "open"

    async def let_go(self, draft: str) -> DraftView:
        """The draft is not wanted any more."""
        return await self.set_aside(await self.find(draft, "draft"), None)

    async def take_up(self, draft: str, practice: str) -> Found:
        """A draft that is about to be shared: open, and meant for that practice.

        Raises ``NotNowError``, ``OtherKindError``.
        """
        found = await self.find(draft, "draft")
        check_move(DRAFT, found.state, "draft.set_aside", found.me)
        if _view(found).practice != practice:
            raise OtherKindError(draft)
        return found

    async def set_aside(self, found: Found, shared_as: bytes | None) -> DraftView:
        """The draft was shared as an entity, or is let go."""
        payload = inward.set_aside_draft(found.state, found.me, shared_as)
        return _view(await self.append(found, payload))


def answers_of(found: Found) -> dict[str, str]:
    """The parts of a draft by name."""
    payload = found.state.shown.payload
    return {p.name: p.text for p in payload.parts} if isinstance(payload, DraftWritten) else {}


def about_of(found: Found) -> bytes | None:
    """What a draft is about."""
    payload = found.state.shown.payload
    return payload.about if isinstance(payload, DraftWritten) else None


def _view(found: Found) -> DraftView:
    return draft_view(found.id, found.row.projection)
