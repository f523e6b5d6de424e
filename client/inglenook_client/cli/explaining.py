"""Help and usage messages in the language of now: what click shows by itself, translated.

A command's help is written where the command is, in English; it is translated when somebody
asks for it. click's own words ("Usage:", "No such option") come from the catalogue too: the
table is ``texts/clicks.py``.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Final, TypeVar

import click

from inglenook_client import language
from inglenook_client.language import translated

C = TypeVar("C", bound=click.Command)

_AS_IT_STANDS: Final = "\b"
"""click's sign that a paragraph's lines are not to be joined."""


def paragraphs(text: str) -> list[str]:
    """A help text as it stands in the catalogue: each paragraph is one text, its lines joined,
    but for a paragraph whose lines are to stay."""
    import inspect

    found = []
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        first, _, lines = paragraph.partition("\n")
        found.append(lines if first == _AS_IT_STANDS else " ".join(paragraph.split()))
    return found


def explained(text: str) -> str:
    """A help text in the language of now."""
    import inspect

    stays = [part.startswith(_AS_IT_STANDS) for part in inspect.cleandoc(text).split("\n\n")]
    return "\n\n".join(
        f"{_AS_IT_STANDS}\n{translated(paragraph)}" if stay else translated(paragraph)
        for stay, paragraph in zip(stays, paragraphs(text), strict=True)
    )


def in_words(command: C) -> C:
    """The command with its help in the language of now; in English, the command itself."""
    if language.spoken() == language.ENGLISH:
        return command
    import copy

    spoken = copy.copy(command)
    # click keeps the --help that it made, in the language of then.
    spoken._help_option = None
    for name in ("help", "short_help", "epilog"):
        if text := getattr(spoken, name):
            setattr(spoken, name, explained(text))
    spoken.params = [_parameter_in_words(parameter) for parameter in command.params]
    return spoken


def _parameter_in_words(parameter: click.Parameter) -> click.Parameter:
    import copy

    spoken = copy.copy(parameter)
    if text := getattr(parameter, "help", None):  # arguments have one since click 8.5
        vars(spoken)["help"] = translated(text)
    spoken.type = copy.copy(parameter.type)
    spoken.type.name = translated(spoken.type.name)
    return spoken


def speak(name: str) -> None:
    """Say everything in this language from now on; ``name`` as ``language.known`` gives it."""
    language.speak(name)
    if name != language.ENGLISH:
        from inglenook_client.cli.texts import translate_tables

        translate_tables()
        _teach_click()


def _teach_click() -> None:
    """Let click look its own words up in the catalogue.

    click asks the standard library, which would look for compiled files in folders of the
    system: the two names that its modules know the standard library by are put on ours.
    """
    for name, module in list(sys.modules.items()):
        if name.startswith("click.") and isinstance(module, ModuleType):
            for asked, answer in (("_", translated), ("ngettext", language.of_number)):
                if hasattr(module, asked):
                    setattr(module, asked, answer)
