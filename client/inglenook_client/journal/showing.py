"""One thing of a practice by its id, as the view of its practice has it.

What belongs to a conversation is shown in it. A round has no entry of its own, and nobody may find
one of which they wrote nothing before both opened it (SPEC 18.4): ``round_`` knows those alone that
its reader has a part in.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple

from inglenook_client.core.model import RoundView
from inglenook_client.core.practices.reviewing import PARTS, practice_of
from inglenook_client.journal.disclosing import Disclosing
from inglenook_client.journal.doing import Doing
from inglenook_client.journal.drafting import Drafting
from inglenook_client.journal.inward import Inward
from inglenook_client.journal.looking_back import LookingBack
from inglenook_client.journal.needing import Needing, Stepping
from inglenook_client.journal.pausing import Pausing
from inglenook_client.journal.practice import Found, Practice
from inglenook_client.journal.revealing import Revealing
from inglenook_client.journal.rules import Goals, Rules
from inglenook_client.journal.talking import Talking
from inglenook_client.journal.tending import Tending
from inglenook_client.journal.treasuring import Treasuring

_IN_A_CONVERSATION: Final = ("turn", "acknowledgement", "goal")
_WHILE: Final = {"keepsake": "pinned", "kindness-idea": "noted", "draft": "open"}
"""Kinds whose page is for what stands; of what was set aside the entry says it all."""


class Shown(NamedTuple):
    """A view, and what it is called in a document."""

    what: str
    view: Any


class Showing(Practice):
    """Reached as ``journal.showing``."""

    async def of(self, entry: str) -> Shown | None:
        """Something of a practice; None for what an entry's own page says all of."""
        found = await self.find_any(entry)
        kind = found.row.projection.kind
        state = found.row.projection.state
        if state is None or state.stage != _WHILE.get(kind, state.stage):
            return None
        if kind in _IN_A_CONVERSATION and (talk := await self._conversation(found)) is not None:
            return Shown("conversation", await Talking(self._state).show(talk.id.hex()))
        if kind == "draft" and practice_of(await self._practice(found)) in PARTS:
            view = await Revealing(self._state).of_draft(found)
            return None if view is None else Shown("round", view)
        known = self._views().get(kind)
        return None if known is None else Shown(known[0], await known[1](found.id.hex()))

    async def round_(self, entry: str) -> RoundView | None:
        """A round that its reader has a part in, or that both opened."""
        return await Revealing(self._state).by_beginning(entry.strip().lower())

    def _views(self) -> dict[str, tuple[str, Callable[[str], Awaitable[Any]]]]:
        state = self._state
        return {
            "conversation": ("conversation", Talking(state).show),
            "goal": ("goal", Goals(state).show),
            "rules": ("rules", Rules(state).show),
            "pause": ("pause", Pausing(state).show),
            "need": ("need", Needing(state).show),
            "step": ("step", Stepping(state).show),
            "disclosure": ("disclosure", Disclosing(state).show),
            "ritual": ("ritual", Tending(state).show_ritual),
            "couple-time": ("couple_time", Tending(state).show_couple_time),
            "topic": ("topic", Tending(state).show_topic),
            "activity": ("activity", Doing(state).show),
            "keepsake": ("keepsake", Treasuring(state).show_keepsake),
            "commitment": ("commitment", Treasuring(state).show_commitment),
            "look-back": ("look_back", LookingBack(state).show),
            "kindness-idea": ("idea", Inward(state).show_idea),
            "draft": ("draft", Drafting(state).show),
        }

    async def _practice(self, draft: Found) -> str:
        return await Drafting(self._state).practice_of(draft.id.hex()) or ""

    async def _conversation(self, found: Found) -> Found | None:
        """The conversation to which something belongs, perhaps by way of a goal or a turn."""
        for _ in _IN_A_CONVERSATION:
            owner = await self.owner(found)
            if owner is None or owner.row.projection.state is None:
                return None
            if owner.row.projection.kind == "conversation":
                return owner
            found = owner
        return None
