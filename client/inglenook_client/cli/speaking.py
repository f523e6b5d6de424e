"""Output on stdout; status, questions and errors on stderr."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from inglenook_client.cli.run import Run
from inglenook_client.cli.texts import common

if TYPE_CHECKING:
    from rich.console import Console

MAX_WIDTH: Final = 84
"""Longer lines are hard to read."""

# A partner's words must not steer the reader's terminal: escape sequences and overrides of the
# writing direction are left out. Line ends and tabs stay.
_STEERING: Final = re.compile(
    "\r(?=\n)|[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def clean(text: str) -> str:
    """``text`` without characters that steer a terminal."""
    return _STEERING.sub("", text)


def show(text: str) -> None:
    """A line of output."""
    click.echo(clean(text))


def say(text: str) -> None:
    """A line about how it goes."""
    click.echo(clean(text), err=True)


def emit(document: dict[str, Any]) -> None:
    """One JSON document on one line of stdout, at once."""
    click.echo(msgspec.json.encode(document).decode("utf-8"))
    sys.stdout.flush()


def answer(run: Run, document: dict[str, Any], *lines: str) -> None:
    """The outcome of a command: for scripts one document, for people some lines."""
    if run.json:
        emit(document)
    else:
        for line in lines:
            if line:
                show(line)


def called(partner: str | None) -> str:
    """What to call the partner in a sentence."""
    return partner or common.PARTNER


def begin_sentence(text: str) -> str:
    """``text`` with its first letter in upper case and the others as they are."""
    return text[:1].upper() + text[1:]


def console(*, stderr: bool = False) -> Console:
    """A rich console. NO_COLOR and narrow terminals are looked after by rich."""
    from rich.console import Console

    plain = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if plain.is_terminal:
        # rich keeps the last column free only on Windows; a full line wraps in some terminals.
        plain.width = max(20, min(plain.width, MAX_WIDTH))
    return plain
