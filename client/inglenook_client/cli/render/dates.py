"""Days and moments in the reader's own zone, in words."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from inglenook_client.cli.errors import NotADateError
from inglenook_client.cli.texts import reading, writing


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


def ahead(text: str, now: date) -> str:
    """An ISO 8601 moment that was agreed on, with its weekday: "Saturday 28 November, 19:30"."""
    try:
        at = datetime.fromisoformat(text).astimezone()
    except ValueError:
        return text
    if at.date() == now:
        return moment(text, now)
    on = day(at.date().isoformat(), now)
    return reading.MOMENT_AHEAD.format(day=on, time=time_of(at))


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


def given_date(text: str | None) -> str | None:
    """A date as a person says it, as ``YYYY-MM-DD``. Raises NotADateError."""
    if text is None:
        return None
    said = text.strip().lower()
    if said in ("today", reading.SAID_TODAY):
        return today().isoformat()
    if said in ("yesterday", reading.SAID_YESTERDAY):
        return (today() - timedelta(days=1)).isoformat()
    try:
        if len(said) != len("2026-11-23"):
            raise ValueError
        return date.fromisoformat(said).isoformat()
    except ValueError:
        raise NotADateError(writing.NOT_A_DATE.format(date=text), writing.NOT_A_DATE_STEP) from None
