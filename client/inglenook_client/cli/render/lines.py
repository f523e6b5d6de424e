"""Styled text broken into lines by what the characters take on a screen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

import click

Part = tuple[str, str]
"""Text and its style: words of ``_STYLES``, or empty."""

_STYLES: Final[dict[str, dict[str, bool | str]]] = {
    "bold": {"bold": True},
    "dim": {"dim": True},
    "italic": {"italic": True},
}
_WORDS: Final = re.compile(r"\s+|\S+")


def cells(character: str) -> int:
    """How many columns a character takes."""
    if unicodedata.combining(character) or character in "\u200b\u200d\ufe0e\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def breaks(text: str, width: int) -> list[tuple[int, int]]:
    """Where the lines of one paragraph begin and end: between words, and inside of a word only
    if no line holds it."""
    lines: list[tuple[int, int]] = []
    start = end = used = 0
    for found in _WORDS.finditer(text):
        wide = sum(map(cells, found[0]))
        if found[0].isspace():
            used += wide
            continue
        if used + wide > width and end > start:
            lines.append((start, end))
            start, used = found.start(), 0
        end = found.end()
        used += wide
        if used > width:
            for at, stop in _pieces(text, start, end, width):
                lines.append((at, stop))
            start, end = lines.pop()
            used = sum(map(cells, text[start:end]))
    if end > start or not lines:
        lines.append((start, end))
    return lines


def _pieces(text: str, start: int, end: int, width: int) -> Iterator[tuple[int, int]]:
    used = 0
    for at in range(start, end):
        wide = cells(text[at])
        if used + wide > width and at > start:
            yield start, at
            start, used = at, 0
        used += wide
    yield start, end


def lines_of(parts: list[Part], width: int) -> Iterator[list[Part]]:
    """The lines that the parts take, each again as parts; without spaces at their ends."""
    paragraph: list[Part] = []
    for text, style in parts:
        first, *others = text.split("\n")
        paragraph.append((first, style))
        for other in others:
            yield from _paragraph(paragraph, width)
            paragraph = [(other, style)]
    yield from _paragraph(paragraph, width)


def _paragraph(parts: list[Part], width: int) -> Iterator[list[Part]]:
    text = "".join(text for text, _ in parts)
    for start, end in breaks(text, width):
        line: list[Part] = []
        at = 0
        for part, style in parts:
            piece = part[max(0, start - at) : max(0, end - at)]
            if piece:
                line.append((piece, style))
            at += len(part)
        yield line


def painted(line: list[Part], *, colours: bool) -> str:
    """A line with its styles as a terminal takes them; ``colours``: more than bold and dim."""
    return "".join(_painted(text, style, colours=colours) for text, style in line)


def _painted(text: str, style: str, *, colours: bool) -> str:
    wanted: dict[str, bool | str] = {}
    for word in style.split():
        if word in _STYLES:
            wanted |= _STYLES[word]
        elif colours:
            wanted["fg"] = word
    return click.style(text, **wanted) if wanted else text  # type: ignore[arg-type]
