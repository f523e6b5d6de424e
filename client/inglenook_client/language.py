"""The language in which a face speaks, and its catalogue (``locale/*.po``).

English stands in the code and needs no catalogue; nothing is loaded for it. For any other
language the catalogue is read from its text file when the face begins to speak: what translators
edit is what is shipped, and no compiled file can be out of date.

    speak(wanted(os.environ))
    translated("Stopped.")                          # a whole sentence
    translated(Message("{count} tags.", count=3))   # a template with its parameters
    translated(("Monday", "Tuesday"))               # a table of them
    counted({1: "1 entry", 2: "{count} entries"}, 7)

What is not in the catalogue is said in English. So is a translation whose fields are not those
of its template: a slip of a translator never keeps anybody from their journal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from inglenook_protocol.message import Counted, Message

if TYPE_CHECKING:
    from gettext import GNUTranslations

T = TypeVar("T")

ENGLISH: Final = "en"
FOLDER: Final = Path(__file__).with_name("locale")
_VARIABLES: Final = ("NOOK_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")

_catalogue: GNUTranslations | None = None
_spoken = ENGLISH


def wanted(environ: Mapping[str, str]) -> str:
    """The language that the environment asks for: the first of these variables that is set.

    A language that Inglenook has no words in is English, and so are "C" and "POSIX": nobody's
    settings of other programs keep them from their journal.
    """
    for variable in _VARIABLES:
        if said := environ.get(variable):
            return known(said) or ENGLISH
    return ENGLISH


def known(name: str) -> str | None:
    """``de`` for "de_AT.UTF-8"; the path as it is for a catalogue that is being made."""
    if name.endswith(".po"):
        return name if Path(name).is_file() else None
    whole = re.split(r"[.@]", name.replace("-", "_"), maxsplit=1)[0]
    for candidate in (whole, whole.split("_", maxsplit=1)[0].lower()):
        if candidate == ENGLISH or _file(candidate).is_file():
            return candidate
    return None


def languages() -> list[str]:
    """All that there are words in."""
    return [ENGLISH, *sorted(path.stem for path in FOLDER.glob("*.po"))]


def _file(name: str) -> Path:
    # A name from the environment, so no path: "../x" has no place here.
    return FOLDER / f"{name}.po" if re.fullmatch(r"\w+", name) else FOLDER / "none"


def speak(name: str) -> None:
    """Say everything in this language from now on; ``name`` as ``known`` gives it."""
    global _catalogue, _spoken
    _spoken = name
    _catalogue = None
    if name != ENGLISH:
        from inglenook_client.catalogue import read_catalogue

        path = Path(name) if name.endswith(".po") else _file(name)
        _catalogue = read_catalogue(path.read_text(encoding="utf-8"))


def spoken() -> str:
    """The language of now, as ``speak`` was given it."""
    return _spoken


def translated(value: T) -> T:
    """A sentence, or a table of sentences, in the language of now.

    Tables by number are left for ``counted``, which knows the number.
    """
    return value if _catalogue is None else _in(_catalogue, value)


def _in(catalogue: GNUTranslations, value: Any) -> Any:
    if isinstance(value, Message):
        filled = {key: _part(catalogue, part) for key, part in value.parameters.items()}
        if isinstance(value, Counted):
            template = catalogue.ngettext(value.template, value.many, value.number)
        else:
            template = catalogue.gettext(value.template)
        return template.format(**filled)
    if isinstance(value, str):
        return catalogue.gettext(value) if value else value
    if isinstance(value, tuple):
        return tuple(_in(catalogue, item) for item in value)
    if isinstance(value, dict) and not any(isinstance(key, int) for key in value):
        return {key: _in(catalogue, item) for key, item in value.items()}
    return value


def _part(catalogue: GNUTranslations, part: object) -> object:
    return _in(catalogue, part) if isinstance(part, Message) else part


def counted(pattern_by_count: Mapping[int, str], count: int, **others: object) -> str:
    """The sentence for this number: 1 and 2 are singular and plural; 0, where it is there, says
    that there is none. A catalogue has as many forms as its language needs.
    """
    if count == 0 and 0 in pattern_by_count:
        return translated(pattern_by_count[0])
    pattern = of_number(pattern_by_count[1], pattern_by_count[2], count)
    return pattern.format(count=count, **others)


def of_number(one: str, many: str, count: int) -> str:
    """The template for this number, singular and plural being English."""
    if _catalogue is not None:
        return _catalogue.ngettext(one, many, count)
    return one if count == 1 else many
