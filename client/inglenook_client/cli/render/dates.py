"""Days and moments in the reader's own zone, in words."""

from __future__ import annotations

from datetime import date, datetime

from inglenook_client.cli.texts import moments, reading


def today() -> date:
    """The day it is here; replaced in tests."""
    return datetime.now().astimezone().date()


def day(text: str, now: date, *, near: bool = True) -> str:
    """``2026-11-23`` as "Today, Monday 23 November"; without ``near``, as it stands in a line."""
    try:
        at = date.fromisoformat(text)
    except ValueError:
        return text
    pattern = reading.DAY if at.year == now.year else reading.DAY_WITH_YEAR
    words = pattern.format(
        weekday=reading.WEEKDAYS[at.weekday()],
        day=at.day,
        month=reading.MONTHS[at.month - 1],
        year=at.year,
    )
    close = {0: reading.TODAY, 1: reading.YESTERDAY}.get((now - at).days) if near else None
    return reading.DAY_NEAR.format(near=close, date=words) if close else words


def plain_day(text: str) -> str:
    """``2026-11-23`` as "Monday 23 November 2026", whatever day it is."""
    return day(text, date.min)


def _here(text: str) -> datetime | None:
    """An ISO 8601 moment in the reader's zone; None for what is no moment, or lies at a border
    of the calendar, where another zone has no date for it."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        return None


def moment(text: str, now: date) -> str:
    """An ISO 8601 moment as local day and time: "today 21:40", "3 May 2026 21:40"."""
    at = _here(text)
    if at is None:
        return text
    far = reading.MOMENT if at.year == now.year else reading.MOMENT_WITH_YEAR
    near = {0: reading.MOMENT_TODAY, 1: reading.MOMENT_YESTERDAY}
    return near.get((now - at.date()).days, far).format(
        day=at.day, month=reading.MONTHS[at.month - 1], year=at.year, time=time_of(at)
    )


def appointment(text: str, now: date) -> str:
    """A moment that both keep, in the zone that it says: "Saturday 28 November, 19:30".

    Where this place's clock shows another time, that stands behind it.
    """
    at, here = datetime.fromisoformat(text), _elsewhere(text)
    when = _ahead(at, now)
    if here is None:
        return when
    same_day = here.date() == at.date()
    return moments.ALSO_HERE.format(
        when=when, here=time_of(here) if same_day else _ahead(here, now)
    )


def appointment_clock(text: str) -> str:
    """The time of day of a moment that both keep; also this place's, where it is another."""
    at, here = datetime.fromisoformat(text), _elsewhere(text)
    time = time_of(at)
    return time if here is None else moments.ALSO_HERE.format(when=time, here=time_of(here))


def _ahead(at: datetime, now: date) -> str:
    return reading.MOMENT_AHEAD.format(day=day(at.date().isoformat(), now), time=time_of(at))


def _elsewhere(text: str) -> datetime | None:
    """A moment by this place's clock, if that shows another time than the moment says."""
    here = _here(text)
    there = datetime.fromisoformat(text)
    return None if here is None or here.utcoffset() == there.utcoffset() else here


def time_of(at: datetime) -> str:
    """The time of day of a moment in the reader's zone."""
    return reading.TIME.format(hour=at.hour, minute=at.minute)


def days_since(text: str, now: date) -> int:
    """Days from an ISO 8601 moment to a day here; 0 for what is no moment."""
    at = _here(text)
    return 0 if at is None else (now - at.date()).days


def clock(text: str) -> str:
    """The time of day of an ISO 8601 moment here."""
    at = _here(text)
    return "" if at is None else time_of(at)
