"""Commands that are about the last thing where nothing is named; it is said which one that is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from inglenook_client.cli.run import Run
from inglenook_client.cli.speaking import say
from inglenook_client.cli.texts import reading
from inglenook_client.journal import Journal

if TYPE_CHECKING:
    from inglenook_client.journal.meaning import Purpose

_LAST: Final = "last"
_ID: Final = re.compile(r"[0-9a-f]{8,64}", re.IGNORECASE)


def names_something(given: str) -> bool:
    """Whether a single argument names something, rather than being all that there is to say.

    A word with a digit in it does: a slip in an id is told, and never sent as words.
    """
    if given in ("", _LAST) or _ID.fullmatch(given):
        return True
    return " " not in given and any(character.isdigit() for character in given)


async def which_one(run: Run, journal: Journal, entry: str, purpose: Purpose) -> str:
    """What was named; or the last thing that the command can be about, told on stderr."""
    if entry.strip() not in ("", _LAST):
        return entry
    found = await journal.meaning.last(purpose)
    if not run.json:
        words = found.words or reading.KINDS[found.kind]
        say((reading.LAST_SAID if found.words else reading.LAST_KIND).format(words=words))
    return found.id
