"""Reminders as a calendar, read back by a parser that is not ours; and quiet hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest

from inglenook_client.core.practices.errors import QuietHoursError
from inglenook_client.core.practices.reminding import (
    QuietHours,
    Reminder,
    calendar,
    escaped,
    folded,
    quiet_hours,
)

STAMP = datetime(2026, 11, 27, 12, tzinfo=UTC)


def timed(title: str = "Reserved", at: str = "2026-11-28T20:00:00+01:00") -> Reminder:
    return Reminder("ab" * 32, "couple-time", title, at[:10], at, 90)


def read(text: str) -> list[icalendar.Component]:
    return list(icalendar.Calendar.from_ical(text).walk("VEVENT"))


def test_a_calendar_is_read_back_as_it_was_meant() -> None:
    whole_day = Reminder("cd" * 32, "ritual", "Note to self", "2026-11-29", None, None)
    text = calendar([timed(), whole_day], None, STAMP)
    calendar_ = icalendar.Calendar.from_ical(text)
    assert (calendar_["version"], calendar_["prodid"]) == ("2.0", "-//nook//calendar//EN")
    first, second = read(text)
    assert first.decoded("dtstart") == datetime(2026, 11, 28, 19, tzinfo=UTC)
    assert first.decoded("dtend") - first.decoded("dtstart") == timedelta(minutes=90)
    assert first.decoded("dtstamp") == STAMP
    [alarm] = first.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(minutes=-15)
    assert (second.decoded("dtstart"), second.decoded("dtend")) == (
        date(2026, 11, 29), date(2026, 11, 30),
    )  # fmt: skip
    assert second.walk("VALARM") == []
    assert first["uid"] != second["uid"]


@pytest.mark.parametrize(
    "title",
    [
        "Reserved; for us, always\\ever\nand a second line",
        "ä" * 90,
        "Zeit 🌿 " * 20,
        "a" * 300,
        "x" * 66 + "é",
        ':="^',
    ],
)
def test_any_title_comes_back_and_no_line_is_too_long(title: str) -> None:
    text = calendar([timed(title)], None, STAMP)
    lines = text.split("\r\n")
    assert lines[-1] == ""
    assert all(len(line.encode()) <= 75 for line in lines)
    assert "\n" not in text.replace("\r\n", "")
    [event] = read(text)
    assert str(event["summary"]) == title


def test_a_title_can_steer_nothing() -> None:
    assert escaped("a\r\nBEGIN:VALARM\r\x00\x1b") == "a\\nBEGIN:VALARM\\n"
    assert folded("é" * 75).replace("\r\n ", "") == "é" * 75


def test_an_event_keeps_its_name_when_its_time_moves_and_an_id_stands_nowhere() -> None:
    before = calendar([timed()], None, STAMP)
    after = calendar([timed(at="2026-12-01T18:00:00+01:00")], None, STAMP)
    assert read(before)[0]["uid"] == read(after)[0]["uid"]
    assert "abab" not in before


def test_an_alarm_that_would_ring_in_quiet_hours_is_left_out() -> None:
    [event] = read(calendar([timed()], quiet_hours("19:30-07:00"), STAMP))
    assert event.walk("VALARM") == []
    [event] = read(calendar([timed()], quiet_hours("20:00-07:00"), STAMP))
    assert len(event.walk("VALARM")) == 1


def test_quiet_hours_over_midnight_and_within_a_day() -> None:
    night = quiet_hours("21:30 to 7:00")
    assert str(night) == "21:30-07:00"
    late, early, noon = (STAMP.replace(hour=h) for h in (23, 3, 12))
    assert [night.holds(at) for at in (late, early, noon)] == [True, True, False]
    assert night.until(late) == STAMP.replace(day=28, hour=7)
    assert night.until(early) == STAMP.replace(hour=7)
    rest = quiet_hours("12:00-14:00")
    assert [rest.holds(at) for at in (late, early, noon)] == [False, False, True]
    assert rest.until(noon) == STAMP.replace(hour=14)
    assert isinstance(rest, QuietHours)


@pytest.mark.parametrize("given", ["", "night", "21:30", "25:00-07:00", "08:00-08:00", "9-5"])
def test_what_is_no_part_of_the_day_is_refused(given: str) -> None:
    with pytest.raises(QuietHoursError):
        quiet_hours(given)
