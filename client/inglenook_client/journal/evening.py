"""What an evening offers, for whoever opens the journal without a plan (PRACTICES 20)."""

from __future__ import annotations

from typing import Final

from inglenook_client.core.practices.evening_views import STAGES, EveningView, OfferView, offer
from inglenook_client.journal.days import Days
from inglenook_client.journal.practice import Practice
from inglenook_client.journal.state import now

_ASKING: Final = ("conversation", "rules", "goal", "step", "commitment", "look-back", "need")
_TENDER: Final = "disclosure"
_LATELY_MS: Final = 14 * 86_400_000
"""For how long something tender is offered: then it has arrived, said or not."""


class Evening(Practice):
    """Reached as ``journal.evening``."""

    async def now(self) -> EveningView:
        """The day, the week's invitations, and what the other has put there to be answered."""
        days = Days(self._state)
        today = await days.today()
        paired = self._state.paired
        if not paired or today.quiet is not None:
            return EveningView(paired, today, [], [])
        return EveningView(paired, today, await days.invited(), await self._offers())

    async def _offers(self) -> list[OfferView]:
        store = self.readable_shared()
        if store is None:
            return []
        at = now().wall_ms
        found = await self.all_of(store, *_ASKING, stages=STAGES)
        found += await self.all_of(store, _TENDER, since_ms=at - _LATELY_MS)
        offers = [offer(f.row.projection.kind, f.id, f.state, f.me, at) for f in found]
        return [one for one in offers if one is not None]
