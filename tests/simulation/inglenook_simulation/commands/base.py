"""What a command has to choose from: a function for each gives all choices there are now.

    async def rest(at: At) -> list[Choice]:
        return [
            Choice(f"lets {view.id[:6]} rest", partial(at.journal.needing.rest, view.id),
                   offered="rest" in view.may)
            for view in await at.journal.needing.all()
        ]

What a view offers must be done when it is asked for, and count; what it does not offer must be
refused in words that a person reads, and change nothing. ``offered`` is taken from the view where
the view says so, else from where the entity's table stands. None: nobody is asked to know.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from random import Random
from typing import Final, NamedTuple

from inglenook_client.journal.facade import Journal
from inglenook_client.journal.practice import Found
from inglenook_simulation.device import Device

DATES: Final = ("2026-09-20", "2026-09-21", "2026-09-22")
DAY_MS: Final = 86_400_000


class Choice(NamedTuple):
    """One way to give a command: what is told of it, and what it does."""

    words: str
    act: Callable[[], Awaitable[object]]
    offered: bool | None = True
    tells: tuple[str, ...] = ()
    """Private words that it shares, by its writer's deliberate act."""


class At(NamedTuple):
    """Who gives a command, and where."""

    device: Device
    """The shared part of the computer."""
    private: Device
    journal: Journal
    random: Random

    @property
    def me(self) -> bytes:
        return self.device.store.member

    def word(self) -> str:
        """Words for the two."""
        return f"word{self.device.world.next_count()}"

    def secret(self) -> str:
        """Words that nobody else may read before they are shared."""
        number = self.device.world.next_count()
        self.device.world.secrets.add(number)
        return f"word{number}"

    def date(self) -> str | None:
        return self.random.choice([None, *DATES])

    def soon_ms(self) -> int:
        """Some time today or in the next days."""
        return self.device.wall_ms() + self.random.choice([0, 3_600_000, DAY_MS, 3 * DAY_MS])

    def of(self, kind: str) -> Callable[[], Awaitable[list[Found]]]:
        """All shared entities of a kind, as folded."""
        return lambda: self.journal.talking.all_of(self.device.store, kind)

    def of_mine(self, kind: str) -> Callable[[], Awaitable[list[Found]]]:
        """All private ones of a kind."""
        return lambda: self.journal.talking.all_of(self.private.store, kind)

    def is_mine(self, found: Found) -> bool:
        """Whether this person created it."""
        return found.state.versions[0].by == found.me


Act = Callable[[str], Awaitable[object]]
"""What is done to the entity of an id."""
Command = Callable[[At], Awaitable[list[Choice]]]


def agrees(found: Found) -> bool:
    """Whether this person agrees to some of its words."""
    return found.me in dict(found.state.agreed_by)


def asks(found: Found) -> bool:
    """Whether some of its words wait for this person's word."""
    mine = dict(found.state.agreed_by).get(found.me)
    return any(found.state.versions[at].event != mine for at in found.state.current)


def looks(words: str, look: Callable[[Journal], Awaitable[object]]) -> Command:
    """A command that only shows something."""

    async def choices(at: At) -> list[Choice]:
        return [Choice(words, lambda: look(at.journal))]

    return choices
