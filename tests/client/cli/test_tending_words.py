"""Rhythms in words, and days with a time as people say them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from inglenook_client.cli.booking import given_moment
from inglenook_client.cli.commands.days import given_week
from inglenook_client.cli.errors import NotADateError, NotAMomentError
from inglenook_client.cli.render.rhythm import rhythm

VIENNA = ZoneInfo("Europe/Vienna")
FRIDAY = datetime(2026, 11, 27, 20, 30, tzinfo=VIENNA)


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


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("20:45", "2026-11-27T20:45"),
        ("20:15", "2026-11-28T20:15"),
        ("today 20:15", "2026-11-27T20:15"),
        ("Tomorrow 7.30", "2026-11-28T07:30"),
        ("fri 21:00", "2026-11-27T21:00"),
        ("fri 20:00", "2026-12-04T20:00"),
        ("Sunday 9:00", "2026-11-29T09:00"),
        ("2026-12-24 18:00", "2026-12-24T18:00"),
        ("2026-12-24T18:00", "2026-12-24T18:00"),
    ],
)
def test_a_day_and_a_time(said: str, meant: str) -> None:
    assert given_moment(said, FRIDAY).isoformat(timespec="minutes")[:16] == meant


@pytest.mark.parametrize(
    "said", ["", "soon", "fri", "frid 20:00", "25:00", "2026-02-30 10:00", "mon tue 10:00", "20"]
)
def test_what_is_no_moment_is_refused(said: str) -> None:
    with pytest.raises(NotAMomentError):
        given_moment(said, FRIDAY)


def test_a_time_that_the_clocks_jump_over_is_refused() -> None:
    with pytest.raises(NotAMomentError) as refused:
        given_moment("2026-03-29 02:30", FRIDAY)
    assert "clocks change" in refused.value.message


def test_a_week_as_people_say_it() -> None:
    day = FRIDAY.date()
    assert given_week(None, day) is None
    assert given_week("last", day) == "2026-W47"
    assert given_week("2026-w48", day) == "2026-W48"
    for wrong in ("2026-W54", "48", "next"):
        with pytest.raises(NotADateError):
            given_week(wrong, day)
