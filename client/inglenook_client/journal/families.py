"""The parts of a journal that belong to one family of practices each (client/PRACTICES.md).

Each is loaded when it is asked for: most commands of a day need none.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from inglenook_client.journal.state import JournalState

if TYPE_CHECKING:
    from inglenook_client.journal.days import Days
    from inglenook_client.journal.pausing import Pausing
    from inglenook_client.journal.revealing import Revealing
    from inglenook_client.journal.tending import Tending


class Families:
    """Base of the journal."""

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
    def tending(self) -> Tending:
        """Rituals, time for two, parked topics, short words, affection."""
        from inglenook_client.journal.tending import Tending

        return Tending(self._state)

    @cached_property
    def days(self) -> Days:
        """The day, the week, and what is coming up."""
        from inglenook_client.journal.days import Days

        return Days(self._state)
