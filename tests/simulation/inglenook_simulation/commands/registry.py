"""All commands by name, and by what they belong to."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from typing import Final

from inglenook_client.core.practices.registry import PRACTICES
from inglenook_simulation.commands import inward, keeping, needing, revealing, talking, tending
from inglenook_simulation.commands.base import Command, looks

COMMANDS: Final[dict[str, Command]] = {
    **inward.COMMANDS,
    **keeping.COMMANDS,
    **needing.COMMANDS,
    **revealing.COMMANDS,
    **talking.COMMANDS,
    **tending.COMMANDS,
}
OWN_DEVICES: Final = frozenset({"device link"})
"""What no practice names: it is about one's own computers."""
COUNTED: Final = frozenset({*COMMANDS, "invite", "join", "leave", "recover", *OWN_DEVICES})
"""Every command that these lives practise: coming and going has steps of its own."""
ELSEWHERE: Final = {
    "start": "tests/client/cli/test_commands.py",
    "anew": "tests/client/journal/test_leaving.py",
}
"""What moves files, and so has no place in these lives: where it is tried."""
UNKNOWN_TO_OLDER: Final = frozenset({"thank", "edit", "share", "check-in"})
"""What writes kinds that the older program has never heard of."""

THEMES: Final[dict[str, tuple[str, ...]]] = {
    "talking": ("talk*", "pause*", "rules*"),
    "windows": (
        "talk propose", "talk counter", "talk accept", "talk decline", "talk open", "talk list",
    ),
    "turns": (
        "talk begin", "talk say", "share", "talk hear", "talk confirm", "talk correct",
        "talk validate", "talk answer", "talk leave", "talk drop", "talk close",
    ),
    "pauses": ("pause*", "talk begin"),
    "needs": ("need*", "share"),
    "steps": ("step*",),
    "step reviews": ("step propose", "step-review*"),
    "reviews": ("review*", "setback*"),
    "opening together": ("review write", "review ready", "review"),
    "tender": ("tender*", "share", "redact", "reply"),
    "inward": ("inventory", "reflect", "excerpt", "share", "private*", "kindness*"),
    "rituals": (
        "ritual", "ritual *", "check-in", "today", "week", "zone", "affection", "reminders",
    ),
    "time": ("time*", "park", "topics*", "word"),
    "activities": ("activity*", "celebrate", "thank"),
    "treasures": ("keepsake*", "commitment*", "celebrate", "rules*"),
    "looking back": (
        "look-back*", "write", "on-this-day", "trends", "timeline", "search", "show",
    ),
    "entries": ("write", "edit", "reply", "react", "redact", "thank", "show"),
}  # fmt: skip
"""What two people may take to: commands, by the shape of their names."""
PULL: Final = {"opening together": 4, "step reviews": 2, "turns": 2, "needs": 2, "windows": 2}
"""What takes many steps to come to something is taken to more often."""


@cache
def of_theme(theme: str) -> tuple[str, ...]:
    """The commands that belong to it."""
    return tuple(
        name for name in COMMANDS if any(fnmatchcase(name, shape) for shape in THEMES[theme])
    )


_LATER: Final = frozenset({
    "share", "talk accept", "talk open", "talk agree", "talk hear", "talk confirm", "talk correct",
    "talk validate", "talk answer", "need hear", "need confirm", "need correct", "need edit",
    "need wake", "step agree", "step-review write", "step-review ready",
    "review ready", "setback ready", "tender received",
    "tender edit", "tender look-back", "pause", "ritual wake",
    "commitment agree", "rules agree", "look-back agree",
})  # fmt: skip
"""What has its place only once something else was done, often by the other of the two."""


_ENDS: Final = frozenset({
    "pause end", "talk close", "talk decline", "talk drop", "talk leave", "need drop",
    "tender drop", "private drop", "redact", "step retire", "activity aside",
})  # fmt: skip
"""What ends something: were it chosen as often, little would come to anything."""


@cache
def weight_of(name: str) -> int:
    """How soon a command is chosen, where it may be."""
    if name in _ENDS or COMMANDS[name].__qualname__.startswith(looks.__name__):
        return 1
    return 12 if name in _LATER else 3


def of_the_registry() -> set[str]:
    """Every command that a practice names."""
    return {command for practice in PRACTICES for command in practice.commands}
