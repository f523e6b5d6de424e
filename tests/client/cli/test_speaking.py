"""How sentences and questions come out: on a terminal, and in a file."""

import io
import sys

import pytest

from inglenook_client.cli.asking import prompt_of
from inglenook_client.cli.demo.progress import Progress
from inglenook_client.cli.speaking import heading, say
from inglenook_client.cli.texts import common, pairing, profile, writing


class Screen(io.StringIO):
    def isatty(self):
        return True


def narrow(monkeypatch):
    """A terminal of 30 columns in the place of stderr."""
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("COLUMNS", "30")
    return screen


def test_sentences_break_between_words(monkeypatch):
    screen = narrow(monkeypatch)
    text = "Reconciliation, understanding and hospitality take their own time. " * 3
    say(text)
    lines = screen.getvalue().splitlines()
    assert max(map(len, lines)) <= 30
    assert " ".join(lines).split() == text.split()


def test_a_heading_is_bold_on_a_terminal_and_plain_in_a_file(monkeypatch):
    screen = narrow(monkeypatch)
    heading("Back")
    assert screen.getvalue() == "\x1b[1mBack\x1b[0m\n"
    file = io.StringIO()
    monkeypatch.setattr(sys, "stderr", file)
    heading("Back")
    assert file.getvalue() == "Back\n"


@pytest.mark.parametrize(
    "question",
    [
        text
        for texts in (common, pairing, profile, writing)
        for name, text in vars(texts).items()
        if name.startswith("ASK_")
    ],
)
def test_questions_end_once(question):
    for asked in (question, f"{question} [y/n]"):
        end = prompt_of(asked)[-3:]
        assert end.endswith(" ")
        assert end.strip()[-2:] not in {"?:", ".:", "::", "]:"}


def test_a_long_question_breaks_between_words(monkeypatch):
    narrow(monkeypatch)
    words = writing.ASK_SHARE.format(partner="Ben")
    assert prompt_of(words).split() == words.split()
    assert max(map(len, prompt_of(words).splitlines())) <= 31


def test_the_demo_tells_each_step_in_a_file_and_nothing_to_scripts(monkeypatch):
    file = io.StringIO()
    monkeypatch.setattr(sys, "stderr", file)
    progress = Progress(quiet=False)
    progress.step("Ana: nook sync")
    progress.rest()
    Progress(quiet=True).step("Ben: nook sync")
    assert file.getvalue() == "  … Ana: nook sync\n"


def test_what_stands_in_a_list_goes_on_beside_its_number(monkeypatch):
    screen = narrow(monkeypatch)
    say("  4  I hadn't known that it was like this for you")
    assert screen.getvalue().splitlines() == [
        "  4  I hadn't known that it",
        "     was like this for you",
    ]
