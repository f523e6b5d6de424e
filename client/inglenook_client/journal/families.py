"""The journal's parts, one for each family of practices (client/PRACTICES.md).

Each is loaded when it is asked for: most commands of a day need none.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from inglenook_client.journal.state import JournalState

if TYPE_CHECKING:
    from inglenook_client.journal.days import Days
    from inglenook_client.journal.disclosing import Disclosing
    from inglenook_client.journal.doing import Doing
    from inglenook_client.journal.drafting import Drafting
    from inglenook_client.journal.evening import Evening
    from inglenook_client.journal.inward import Inward
    from inglenook_client.journal.looking_back import LookingBack
    from inglenook_client.journal.meaning import Meaning
    from inglenook_client.journal.needing import Needing, Stepping
    from inglenook_client.journal.pausing import Pausing
    from inglenook_client.journal.revealing import Revealing
    from inglenook_client.journal.rules import Goals, Rules
    from inglenook_client.journal.showing import Showing
    from inglenook_client.journal.talking import Talking
    from inglenook_client.journal.tending import Tending
    from inglenook_client.journal.treasuring import Treasuring


class Families:
    """What ``Journal`` has of practices."""

    def __init__(self, state: JournalState) -> None:
        self._state = state

    @cached_property
    def pausing(self) -> Pausing:
        """Pauses."""
        from inglenook_client.journal.pausing import Pausing

        return Pausing(self._state)

    @cached_property
    def revealing(self) -> Revealing:
        """Reviews that open when both are ready."""
        from inglenook_client.journal.revealing import Revealing

        return Revealing(self._state)

    @cached_property
    def talking(self) -> Talking:
        """Conversations and what is said in them."""
        from inglenook_client.journal.talking import Talking

        return Talking(self._state)

    @cached_property
    def rules(self) -> Rules:
        """Ground rules."""
        from inglenook_client.journal.rules import Rules

        return Rules(self._state)

    @cached_property
    def goals(self) -> Goals:
        """Goals for both."""
        from inglenook_client.journal.rules import Goals

        return Goals(self._state)

    @cached_property
    def drafting(self) -> Drafting:
        """Words on their way to being shared."""
        from inglenook_client.journal.drafting import Drafting

        return Drafting(self._state)

    @cached_property
    def needing(self) -> Needing:
        """Needs."""
        from inglenook_client.journal.needing import Needing

        return Needing(self._state)

    @cached_property
    def stepping(self) -> Stepping:
        """Steps."""
        from inglenook_client.journal.needing import Stepping

        return Stepping(self._state)

    @cached_property
    def disclosing(self) -> Disclosing:
        """What is tender."""
        from inglenook_client.journal.disclosing import Disclosing

        return Disclosing(self._state)

    @cached_property
    def tending(self) -> Tending:
        """Rituals, time for two, parked topics, short words, affection."""
        from inglenook_client.journal.tending import Tending

        return Tending(self._state)

    @cached_property
    def days(self) -> Days:
        """The day, the week, and what is coming up."""
        from inglenook_client.journal.days import Days

        return Days(self._state)

    @cached_property
    def evening(self) -> Evening:
        """What is there for whoever comes without a plan."""
        from inglenook_client.journal.evening import Evening

        return Evening(self._state)

    @cached_property
    def meaning(self) -> Meaning:
        """Which thing is meant, where no id says it."""
        from inglenook_client.journal.meaning import Meaning

        return Meaning(self._state)

    @cached_property
    def inward(self) -> Inward:
        """What is only one's own: inventories, reflections, ideas for kindness."""
        from inglenook_client.journal.inward import Inward

        return Inward(self._state)

    @cached_property
    def doing(self) -> Doing:
        """What the two do together: ideas, plans, memories."""
        from inglenook_client.journal.doing import Doing

        return Doing(self._state)

    @cached_property
    def treasuring(self) -> Treasuring:
        """Milestones, keepsakes, the commitment."""
        from inglenook_client.journal.treasuring import Treasuring

        return Treasuring(self._state)

    @cached_property
    def looking_back(self) -> LookingBack:
        """The path so far, as far as both allow."""
        from inglenook_client.journal.looking_back import LookingBack

        return LookingBack(self._state)

    @cached_property
    def showing(self) -> Showing:
        """One thing, as the view of its practice has it."""
        from inglenook_client.journal.showing import Showing

        return Showing(self._state)
