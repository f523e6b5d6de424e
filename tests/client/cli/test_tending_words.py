"""Rhythms in words, and weeks as people say them."""

from __future__ import annotations

from datetime import date

import pytest

from inglenook_client.cli.commands.days import given_week
from inglenook_client.cli.errors import NotADateError
from inglenook_client.cli.render.rhythm import rhythm

FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("cadence", "words"),
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=DAILY;INTERVAL=3", "every 3 days"),
        ("FREQ=WEEKLY", "every week"),
        ("FREQ=WEEKLY;BYDAY=MO", "Monday"),
        ("FREQ=WEEKLY;BYDAY=MO,TH,SU", "Monday, Thursday and Sunday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", "every 2 weeks, Saturday"),
        ("FREQ=MONTHLY", "every month"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "every month, last Friday"),
        ("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=31", "every 2 months, day 31"),
    ],
)
def test_a_rhythm_in_words(cadence: str, words: str) -> None:
    assert rhythm(cadence) == words
    assert rhythm(cadence, "07:30") == f"{words} at 07:30"


def test_a_week_as_people_say_it() -> None:
    day = FRIDAY
    assert given_week(None, day) is None
    assert given_week("last", day) == "2026-W47"
    assert given_week("2026-w48", day) == "2026-W48"
    for wrong in ("2026-W54", "48", "next"):
        with pytest.raises(NotADateError):
            given_week(wrong, day)
