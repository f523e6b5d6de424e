"""Days, times and lengths as people say them, and words with an id or without."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from inglenook_client.cli import moments
from inglenook_client.cli.errors import NotADateError, NotALengthError, NotAMomentError
from inglenook_client.cli.render import dates
from inglenook_client.cli.words import id_and_text
from inglenook_client.journal.places import ThisComputer

VIENNA = ZoneInfo("Europe/Vienna")
FRIDAY = datetime(2026, 11, 27, 20, 30, 40, tzinfo=VIENNA)


@pytest.fixture
def in_vienna(monkeypatch):
    """This computer stands in Vienna."""
    monkeypatch.setenv("TZ", "Europe/Vienna")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("20:45", "2026-11-27T20:45"),
        ("20:15", "2026-11-28T20:15"),
        ("9.05", "2026-11-28T09:05"),
        ("today 20:15", "2026-11-27T20:15"),
        ("Tomorrow  7.30", "2026-11-28T07:30"),
        ("yesterday 18:00", "2026-11-26T18:00"),
        ("fri 21:00", "2026-11-27T21:00"),
        ("fri 20:00", "2026-12-04T20:00"),
        ("frid 20:00", "2026-12-04T20:00"),
        ("Sunday 9:00", "2026-11-29T09:00"),
        ("2026-12-24 18:00", "2026-12-24T18:00"),
        ("2026-12-24T18:00", "2026-12-24T18:00"),
        ("2026-12-24T18:00+00:00", "2026-12-24T19:00"),
        ("2026-12-24T18:00Z", "2026-12-24T19:00"),
        ("in 20 minutes", "2026-11-27T20:50"),
        ("in 2 hours", "2026-11-27T22:30"),
        ("in 1h30", "2026-11-27T22:00"),
        ("in 90 min", "2026-11-27T22:00"),
    ],
)
def test_what_people_say(said, meant):
    at = moments.given_moment(said, FRIDAY)
    assert at.isoformat(timespec="minutes")[:16] == meant
    assert at.tzinfo is VIENNA
    assert at.second == 0


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("20:45", "2026-11-26T20:45"),
        ("20:15", "2026-11-27T20:15"),
        ("fri 21:00", "2026-11-20T21:00"),
        ("fri 20:00", "2026-11-27T20:00"),
        ("sat 20:00", "2026-11-21T20:00"),
    ],
)
def test_what_took_place_already_is_looked_for_behind(said, meant):
    at = moments.given_moment(said, FRIDAY, past=True)
    assert at.isoformat(timespec="minutes")[:16] == meant


@pytest.mark.parametrize(
    "said",
    ["", "soon", "fri", "fridge 20:00", "s 19:30", "24:00", "25:00", "7", "2026-02-30 10:00",
     "mon tue 10:00", "in", "in 20", "in a while", "in 3 fortnights", "9999-12-31T23:59-23:00",
     "in 99999 hours hours", "0000-01-01 10:00", "2026-11-27T20:00+99:00"],
)  # fmt: skip
def test_what_is_no_moment_is_refused(said):
    with pytest.raises(NotAMomentError):
        moments.given_moment(said, FRIDAY)


@pytest.mark.parametrize(
    ("said", "ahead", "back"),
    [
        ("today", "2026-11-27", "2026-11-27"),
        ("fri", "2026-11-27", "2026-11-27"),
        ("mon", "2026-11-30", "2026-11-23"),
        ("yesterday", "2026-11-26", "2026-11-26"),
        ("2026-12-05", "2026-12-05", "2026-12-05"),
    ],
)
def test_a_day_is_ahead_for_a_plan_and_behind_for_what_was(said, ahead, back, monkeypatch):
    assert moments.given_day(said, FRIDAY.date()) == ahead
    monkeypatch.setattr(dates, "today", FRIDAY.date)
    assert moments.given_date(said) == back
    assert moments.given_date(None) is None
    assert moments.given_day("Tomorrow", FRIDAY.date()) == "2026-11-28"
    with pytest.raises(NotADateError):
        moments.given_date("tomorrow")


@pytest.mark.parametrize("said", ["", "soon", "s", "2026-2-3", "2026-02-30", "last week", "in 2 h"])
def test_what_is_no_day_is_refused(said):
    with pytest.raises(NotADateError):
        moments.given_day(said, FRIDAY.date())


@pytest.mark.parametrize(
    ("said", "minutes"),
    [("45", 45), ("1h30", 90), ("1 h 30 m", 90), ("2 hours", 120), ("90min", 90), ("168h", 10080)],
)
def test_lengths(said, minutes):
    assert moments.given_minutes(said) == minutes


@pytest.mark.parametrize("said", ["", "0", "-5", "1.5h", "h", "1h 2h", "30m 1h", "10081", "1h30x"])
def test_what_is_no_length_is_refused(said):
    with pytest.raises(NotALengthError):
        moments.given_minutes(said)


def test_a_time_of_day():
    assert [moments.given_clock(said) for said in ("7:30", "7.30", "19:30", "soon", None)] == [
        "07:30", "07:30", "19:30", "soon", None,
    ]  # fmt: skip


@pytest.mark.parametrize("said", ["2026-03-29 02:30", "sun 2:30", "2:30"])
def test_a_time_that_the_clocks_jump_over_is_refused(said):
    with pytest.raises(NotAMomentError) as refused:
        moments.given_moment(said, datetime(2026, 3, 28, 20, 30, tzinfo=VIENNA))
    assert "clocks change" in refused.value.message
    after = datetime(2026, 3, 29, 20, 30, tzinfo=VIENNA)
    assert moments.given_moment("2:30", after) == datetime(2026, 3, 30, 2, 30, tzinfo=VIENNA)


def test_a_time_that_comes_twice_is_the_first_unless_an_offset_says_which():
    before = datetime(2026, 10, 24, 20, 30, tzinfo=VIENNA)
    first = moments.given_moment("sun 2:30", before)
    assert first.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = moments.comes_twice(first)
    assert second is not None
    assert second.astimezone(UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    named = moments.given_moment(second.isoformat(timespec="minutes"), before)
    assert named.timestamp() == second.timestamp()
    assert moments.comes_twice(second) is None
    assert moments.comes_twice(FRIDAY) is None
    # Between the two, the next time that the clock shows it is the second.
    between = first + timedelta(minutes=15)
    assert moments.given_moment("2:30", between).timestamp() == second.timestamp()


def test_this_computers_clock_knows_summer_and_winter(in_vienna):
    here = ThisComputer()
    for month in range(1, 13):
        for hour in range(49):
            at = datetime(2026, month, 25, tzinfo=UTC) + timedelta(hours=hour)
            mine, same = at.astimezone(here), at.astimezone(VIENNA)
            assert (mine.utcoffset(), mine.fold) == (same.utcoffset(), same.fold)
            assert mine.replace(tzinfo=None) == same.replace(tzinfo=None)
            assert mine.timestamp() == at.timestamp()
    winter = FRIDAY.replace(tzinfo=here)
    assert moments.given_moment("2027-07-01 20:00", winter).astimezone(UTC).hour == 18
    assert [datetime(2026, month, 25, tzinfo=here).tzname() for month in (1, 7)] == ["CET", "CEST"]


def test_an_appointment_is_shown_by_its_own_clock_and_by_the_readers(in_vienna):
    now = FRIDAY.date()
    assert dates.appointment("2026-11-28T20:00:00+01:00", now) == "Saturday 28 November, 20:00"
    assert (
        dates.appointment("2026-11-28T19:00:00+00:00", now)
        == "Saturday 28 November, 19:00 (20:00 here)"
    )
    assert (
        dates.appointment("2026-11-28T23:30:00+00:00", now)
        == "Saturday 28 November, 23:30 (Sunday 29 November, 00:30 here)"
    )
    assert dates.appointment_clock("2026-11-28T19:00:00+00:00") == "19:00 (20:00 here)"
    assert dates.appointment_clock("2026-11-28T20:00:00+01:00") == "20:00"


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
    assert id_and_text(given) == found
