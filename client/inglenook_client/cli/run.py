"""One run of the command: where the profile is, what is asked for, who is listening."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import click

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class WordsLeft:
    """Words of a command that could not be carried out."""

    kept: bool
    """In the drafts, encrypted; if not, they are shown to their writer again."""
    text: str = field(repr=False)
    draft_taken_up: bool = False
    """They came from a draft that is still there."""


@dataclass
class Run:
    """The settings of one run, and what it leaves to be told at its end."""

    given_home: Path | None = None
    passphrase_file: Path | None = None
    json: bool = False
    words_left: WordsLeft | None = None

    @property
    def home(self) -> Path:
        """The profile's folder."""
        if self.given_home is None:
            import platformdirs

            self.given_home = Path(platformdirs.user_data_path("inglenook", appauthor=False))
        return self.given_home

    @property
    def someone_is_there(self) -> bool:
        """Whether questions may be asked: a terminal on both ends, and no script."""
        return not self.json and sys.stdin.isatty() and sys.stderr.isatty()

    @property
    def can_ask_passphrase(self) -> bool:
        """Also while words come through a pipe, if a person plainly sits at the terminal."""
        if not sys.stderr.isatty():
            return False
        return sys.stdin.isatty() or (sys.stdout.isatty() and _has_terminal())


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR))
    except OSError:
        return False
    return True


def _set_json(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        run_of(context).json = True


json_option = click.option(
    "--json",
    is_flag=True,
    expose_value=False,
    callback=_set_json,
    help="Print one JSON document instead of text.",
)


def run_of(context: click.Context) -> Run:
    """The run that a command belongs to; made by the outermost command."""
    return context.ensure_object(Run)


def with_run(
    command: Callable[Concatenate[Run, P], R],
) -> Callable[P, R]:
    """Give a command its ``Run`` and the ``--json`` option."""

    @json_option
    @click.pass_context
    @functools.wraps(command)
    def called(context: click.Context, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return command(run_of(context), *args, **kwargs)

    outer: Any = called
    return outer  # type: ignore[no-any-return]
