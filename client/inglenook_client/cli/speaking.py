"""Output on stdout; status, questions and errors on stderr."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
import textwrap
from typing import TYPE_CHECKING, Any, Final, TextIO

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

_LISTED: Final = re.compile(r" +(?:\d+  |· )")


def clean(text: str) -> str:
    """``text`` without characters that steer a terminal."""
    return _STEERING.sub("", text)


def wrapped(text: str, width: int) -> str:
    """Each line broken between words; what it is indented by, all its lines are. What begins with
    a number or a dot, as in a list, goes on beside it."""
    lines = []
    for line in text.split("\n"):
        indent = line[: len(line) - len(line.lstrip(" "))]
        marked = _LISTED.match(line)
        lines += textwrap.wrap(
            line.lstrip(" "),
            width,
            initial_indent=indent,
            subsequent_indent=" " * len(marked[0]) if marked else indent,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
    return "\n".join(lines)


def wide(stream: TextIO) -> int:
    """How many columns a line on this stream may take; COLUMNS has the last word."""
    columns = shutil.get_terminal_size((0, 0)).columns
    if "COLUMNS" not in os.environ:
        with contextlib.suppress(OSError, ValueError):
            columns = os.get_terminal_size(stream.fileno()).columns
    return max(20, min(columns or 80, MAX_WIDTH))


def fitted(text: str, *, err: bool) -> str:
    """``text`` as it goes to stdout or stderr: without steering, and wrapped on a terminal."""
    stream = sys.stderr if err else sys.stdout
    text = clean(text)
    return wrapped(text, wide(stream)) if stream.isatty() else text


def _sentence(text: str, *, err: bool) -> None:
    click.echo(fitted(text, err=err), err=err)


def show(text: str) -> None:
    """A sentence of output."""
    _sentence(text, err=False)


def say(text: str) -> None:
    """A sentence about how it goes."""
    _sentence(text, err=True)


def heading(text: str) -> None:
    """A sentence about how it goes that stands out: bold on a terminal, plain in a file."""
    click.echo(click.style(fitted(text, err=True), bold=True), err=True)


def verbatim(text: str, *, err: bool = False) -> None:
    """Somebody's own words, with their own line ends."""
    click.echo(clean(text), err=err)


def as_it_is(text: str) -> None:
    """A file on stdout, its line ends as they are on every system."""
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:
        sys.stdout.write(text)
    else:
        sys.stdout.flush()
        buffer.write(text.encode("utf-8"))
    sys.stdout.flush()


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


def safety_page(*, err: bool = False) -> str:
    """The page on safety as text, wrapped for stdout or stderr."""
    from inglenook_client.cli.texts import safety

    width = wide(sys.stderr if err else sys.stdout)
    page = safety.TITLE
    for paragraph in safety.PARAGRAPHS:
        # What is indented deepest is a list and stands close together.
        page += ("\n" if paragraph.startswith("    ") else "\n\n") + wrapped(paragraph, width)
    return page


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
