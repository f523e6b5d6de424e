"""The catalogue's files, made and brought up to date by Babel (``make words``)."""

import io
import re
from collections.abc import Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from inglenook_client.language import FOLDER
from inglenook_harness.gathering import Text

TEMPLATE = FOLDER / "inglenook.pot"
_HEADER = (
    "# All text that people see in Inglenook. Made by `make words`: no file of this folder is\n"
    "# edited by hand, but for the msgstr of its languages.\n"
)
# What Babel writes that depends on when, where and by which version it was made.
_OF_THE_DAY = re.compile(
    r'^"(?:POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team'
    r'|Report-Msgid-Bugs-To|Project-Id-Version): .*\\n"\n',
    re.MULTILINE,
)


def template_of(texts: list[Text]) -> Catalog:
    """The catalogue without a language: each text once, with all places that say it."""
    catalogue = Catalog(project="Inglenook", charset="utf-8", fuzzy=False, header_comment=_HEADER)
    for text in texts:
        source = text.source if text.plural is None else (text.source, text.plural)
        catalogue.add(
            source,
            locations=[(text.place, 0)],
            auto_comments=[text.note] if text.note else [],
        )
    return catalogue


def written(catalogue: Catalog) -> str:
    """The file of a catalogue, the same on every machine and every day."""
    for message in catalogue:
        # Which of Python's forms a text is in, each version of Babel guesses for itself.
        message.flags -= {"python-format", "python-brace-format"}
    buffer = io.BytesIO()
    write_po(
        buffer, catalogue, width=96, sort_by_file=False, include_lineno=False, ignore_obsolete=True
    )
    return _OF_THE_DAY.sub("", buffer.getvalue().decode())


def read(path: Path) -> Catalog:
    """The catalogue of one language."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


def languages() -> list[Path]:
    """The files of all languages."""
    return sorted(FOLDER.glob("*.po"))


def brought_up_to_date(path: Path, template: Catalog) -> Catalog:
    """A language's catalogue with exactly the template's texts; nothing is guessed."""
    catalogue = read(path)
    catalogue.update(template, no_fuzzy_matching=True, update_header_comment=True)
    return catalogue


def lacking(catalogue: Catalog) -> list[str]:
    """The texts that have no translation yet, or one that is marked fuzzy: a guess."""
    return [
        str(message.id)
        for message in catalogue
        if message.id and (message.fuzzy or not all(forms(message.string)))
    ]


def forms(string: str | Sequence[str] | None) -> tuple[str, ...]:
    """The forms of a text or of its translation: one, or one for each plural."""
    return (string,) if isinstance(string, str) else tuple(string or ("",))
