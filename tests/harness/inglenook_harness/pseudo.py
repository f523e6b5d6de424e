"""A language that nobody speaks, to see what escapes the catalogue.

Every letter of a text gets an accent and the text grows by a third, as it would in many
languages: "Stopped." is "Šţøƥƥéɗ~~~.". What a screen then still shows in plain letters never came
through the catalogue, unless it is a command, an option or somebody's own word.
"""

import re
from pathlib import Path

from babel.messages.catalog import Catalog

from inglenook_harness.catalogues import forms, written

_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ACCENTED = "áƀçɗéƒǧĥíĵķļɱñóƥɋřšţúṽŵẋýžÁƁÇĎÉƑĜĤÎĴĶĻṀÑÖƤɊŘŠŢÛṼŴẊÝŽ"
_ACCENTS = str.maketrans(_PLAIN, _ACCENTED)
_KEPT = re.compile(r"(\{[^{}]*\}|%\(\w+\)s|\n|\t|\x08)")
"""Fields, and what makes lines."""
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*[A-Za-z]")
LONGER = 0.3


def pseudo(text: str) -> str:
    """A text in the language that nobody speaks; its fields stay."""
    parts = _KEPT.split(text)
    letters = sum(len(part) for part in parts[::2])
    parts[::2] = [part.translate(_ACCENTS) for part in parts[::2]]
    return "".join(parts) + "~" * max(1, round(letters * LONGER))


def pseudo_catalogue(template: Catalog, path: Path) -> Path:
    """Write the catalogue of that language, as a translator's file."""
    spoken = Catalog(locale="en", charset="utf-8", fuzzy=False)
    for message in template:
        if message.id:
            said = tuple(map(pseudo, forms(message.id)))
            spoken.add(message.id, said if len(said) > 1 else said[0])
    path.write_text(written(spoken), encoding="utf-8")
    return path


def escaped(shown: str, known: set[str]) -> list[str]:
    """The words in plain letters on a screen, but for those that are ``known``."""
    return [word for word in _WORD.findall(shown) if word not in known]
