"""Days with a time as people say them, and words with an id or without."""

from datetime import datetime

import pytest

from inglenook_client.cli import moments
from inglenook_client.cli.errors import NotADateError
from inglenook_client.cli.render import dates

FRIDAY = datetime(2026, 11, 27, 20, 15).astimezone()


@pytest.fixture(autouse=True)
def friday_evening(monkeypatch):
    monkeypatch.setattr(moments, "here", lambda: FRIDAY)
    monkeypatch.setattr(dates, "today", lambda: FRIDAY.date())


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("21:30", "2026-11-27 21:30"),
        ("9:05", "2026-11-28 09:05"),
        ("9.05", "2026-11-28 09:05"),
        ("sat 19:30", "2026-11-28 19:30"),
        ("Saturday  19:30", "2026-11-28 19:30"),
        ("fri 21:00", "2026-11-27 21:00"),
        ("tomorrow 7:00", "2026-11-28 07:00"),
        ("yesterday 18:00", "2026-11-26 18:00"),
        ("2027-01-02 08:00", "2027-01-02 08:00"),
    ],
)
def test_what_people_say(said, meant):
    at = datetime.fromtimestamp(moments.given_moment(said) / 1000)  # noqa: DTZ006
    assert at.strftime("%Y-%m-%d %H:%M") == meant


@pytest.mark.parametrize("said", ["", "soon", "24:00", "7", "s 19:30", "2026-02-30 10:00"])
def test_what_is_no_moment(said):
    with pytest.raises(NotADateError):
        moments.given_moment(said)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ((), ("", None)),
        (("1a2b",), ("1a2b", None)),
        (("1a2b3c4d", "You", "were woken"), ("1a2b3c4d", "You were woken")),
        (("You were woken",), ("", "You were woken")),
        (("dead", "tired"), ("", "dead tired")),
        (("deadbeef", "tired"), ("deadbeef", "tired")),
        (("2026", "was", "long"), ("2026", "was long")),
    ],
)
def test_an_id_may_stand_before_the_words(given, found):
    assert moments.id_and_text(given) == found
