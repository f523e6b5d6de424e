"""A page of text that reads well in the evening: few colours, room, an even left edge.

Made without rich, which takes longer to load than a timeline takes to read.
"""

from __future__ import annotations

import os
import sys
from itertools import zip_longest
from typing import Final

import click

from inglenook_client.cli.render.lines import Part, cells, lines_of, painted
from inglenook_client.cli.speaking import clean, wide

ME: Final = "cyan"
PARTNER: Final = "yellow"
QUIET: Final = "dim"
DAY: Final = "bold"
TAG: Final = "dim italic"

_GUTTER: Final = 3
_NAME: Final = 15
_WIDE: Final = 72
_TAB: Final = " " * 4


class Page:
    """Lines for stdout, printed as they come; nothing stands at the end of a line."""

    def __init__(self) -> None:
        self.width = wide(sys.stdout)
        self._styled = sys.stdout.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")
        self._colours = not os.environ.get("NO_COLOR")

    def line(self, *parts: Part | str, indent: int = 0) -> None:
        """One paragraph of styled parts; wrapped lines keep the indent."""
        indent = self._indent(indent)
        for line in lines_of(_cleaned(parts), self.width - indent):
            self._print(" " * indent + self._paint(line) if line else "")

    def columns(self, columns: list[list[Part]], indent: int = 0) -> None:
        """Paragraphs beside one another, or below where that is too narrow."""
        indent = self._indent(indent)
        if self.width < _WIDE:
            for column in columns:
                for part in column:
                    self.line(part, indent=indent)
                self.gap()
            return
        each = (self.width - indent) // len(columns) - _GUTTER
        sides = [
            [line for part in column for line in lines_of(_cleaned([part]), each)]
            for column in columns
        ]
        for row in zip_longest(*sides, fillvalue=[]):
            text, at = "", 0
            for number, line in enumerate(row):
                if line:
                    start = indent + number * (each + _GUTTER)
                    text += " " * (start - at) + self._paint(line)
                    at = start + sum(cells(c) for part, _ in line for c in part)
            self._print(text)

    def listed(self, name: str, *parts: Part | str, indent: int = 0) -> None:
        """A name with a paragraph beside it, whose lines all begin at one place."""
        indent = self._indent(indent)
        beside = indent + max(_NAME, len(name)) + 2
        lines = lines_of(_cleaned(parts), max(_NAME, self.width - beside))
        for number, line in enumerate(lines):
            before = " " * indent + name if number == 0 else ""
            self._print(before.ljust(beside) + self._paint(line))

    def gap(self) -> None:
        """An empty line."""
        self._print("")

    def _indent(self, indent: int) -> int:
        return min(indent, self.width // 4)

    def _paint(self, line: list[Part]) -> str:
        if not self._styled:
            return "".join(text for text, _ in line)
        return painted(line, colours=self._colours)

    def _print(self, line: str) -> None:
        click.echo(line, color=self._styled)


def _cleaned(parts: tuple[Part | str, ...] | list[Part]) -> list[Part]:
    pairs = [part if isinstance(part, tuple) else (part, "") for part in parts]
    return [(clean(text).replace("\t", _TAB), style) for text, style in pairs]


def person(by: str) -> str:
    """The colour of a name: told apart, not ranked."""
    return ME if by == "me" else PARTNER
