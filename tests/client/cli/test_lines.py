"""Text broken into lines, and pages of them."""

import io
import sys

import pytest

from inglenook_client.cli.render.lines import breaks, cells, lines_of, painted
from inglenook_client.cli.render.page import Page


def broken(text, width):
    return [text[start:end] for start, end in breaks(text, width)]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("   ", 10, [""]),
        ("one two three", 7, ["one two", "three"]),
        ("one  two ", 20, ["one  two"]),
        ("  kept indent here", 9, ["  kept", "indent", "here"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("ab cdefghij kl", 4, ["ab", "cdef", "ghij", "kl"]),
        ("日本語の文章", 5, ["日本", "語の", "文章"]),
        ("e\u0301e\u0301e\u0301", 2, ["e\u0301e\u0301", "e\u0301"]),
    ],
)
def test_lines_end_between_words(text, width, lines):
    assert broken(text, width) == lines


@pytest.mark.parametrize("width", [2, 5, 17, 80])
def test_no_line_is_wider_and_no_word_is_lost(width):
    text = "A quiet 朝 with tea, a-very-long-word-without-any-space and one\u00a0more " * 7
    lines = broken(text, width)
    assert all(sum(map(cells, line)) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_styles_stay_with_their_words():
    parts = [("Ana", "bold cyan"), ("  a moment\nand on", "dim")]
    lines = list(lines_of(parts, 9))
    assert lines == [
        [("Ana", "bold cyan"), ("  a", "dim")], [("moment", "dim")], [("and on", "dim")],
    ]  # fmt: skip
    assert painted(lines[0][:1], colours=True) == "\x1b[36m\x1b[1mAna\x1b[0m"
    assert "36" not in painted(lines[0][:1], colours=False)


@pytest.mark.parametrize("columns", ["60", "100"])
def test_two_versions_stand_side_by_side_where_there_is_room(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    screen = io.StringIO()
    monkeypatch.setattr(sys, "stdout", screen)
    Page().columns([[("left words " * 8, "")], [("right words", "dim")]], 4)
    shown = screen.getvalue().splitlines()
    beside = any("left" in line and "right" in line for line in shown)
    assert beside is (columns == "100")
    assert all(line == line.rstrip() for line in shown)
