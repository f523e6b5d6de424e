"""When something recurs, in days of the calendar (SPEC 13.6), and which day and week it is.

A rule says days; the clock time beside it is one in the space's zone, so a change to summer time
moves no day. What a rule gives is an invitation: days on which nothing was recorded leave no trace.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from inglenook_protocol.reveal import iso_week

MAX_OCCASIONS: Final = 400
"""As many as one question gets an answer about: a daily ritual's year."""


def zone(name: str) -> tzinfo:
    """A zone of the database, or UTC where this computer does not have it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def occasions(cadence: str, begins: str, first: date, last: date) -> list[date]:
    """The days from ``first`` to ``last``, both included, on which a rule recurs.

    ``cadence`` is a rule of SPEC 13.6, ``begins`` the day from which it counts.
    """
    # Loaded when something recurs: it takes a moment, and most commands need none of it.
    from dateutil.rrule import rrulestr

    start = _nearer(cadence, date.fromisoformat(begins), first)
    rule = rrulestr(f"{cadence};WKST=MO", dtstart=datetime.combine(start, time()))
    found = rule.between(datetime.combine(first, time()), datetime.combine(last, time()), inc=True)
    return [at.date() for at in found if at.date().isoformat() >= begins][:MAX_OCCASIONS]


_INTERVAL: Final = re.compile(r";INTERVAL=([0-9]+)")


def _nearer(cadence: str, begins: date, first: date) -> date:
    """A beginning with the same occasions from ``first`` on: years of days need no counting."""
    found = _INTERVAL.search(cadence)
    every = 1 if found is None else int(found[1])
    if cadence.startswith("FREQ=MONTHLY"):
        return begins
    period = every if cadence.startswith("FREQ=DAILY") else 7 * every
    # One period to spare: a week's days may come before the weekday on which it all began.
    whole = max(0, (first - begins).days // period - 1)
    return begins + timedelta(days=whole * period)


def starts(day: date, at: str | None, zone_name: str) -> datetime | None:
    """When an occasion begins, in the space's zone; None where no clock time was said."""
    if at is None:
        return None
    return datetime.combine(day, time.fromisoformat(at), zone(zone_name))


def day_in(ms: int, zone_name: str) -> date:
    """The day of a moment in the space's zone."""
    return datetime.fromtimestamp(ms / 1000, zone(zone_name)).date()


def moment_in(ms: int, place: tzinfo) -> str:
    """A moment as ISO 8601 by the clock of a place; what no calendar has stays at its border."""
    try:
        return datetime.fromtimestamp(ms / 1000, place).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return datetime.max.replace(microsecond=0, tzinfo=UTC).isoformat()


def week_of(ms: int, zone_name: str) -> str:
    """The ISO week of a moment in the space's zone (SPEC 18.7)."""
    return iso_week(day_in(ms, zone_name))


def days_of_week(week: str) -> list[date]:
    """Monday to Sunday of an ISO week, ``YYYY-Www``."""
    year, number = week.split("-W")
    return [date.fromisocalendar(int(year), int(number), day) for day in range(1, 8)]
