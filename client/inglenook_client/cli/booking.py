"""A day and a time as people say them: ``fri 20:00``, ``tomorrow 19:30``, ``20:00``."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from inglenook_client.cli.errors import NotAMomentError
from inglenook_client.cli.texts import reading, tending

_CLOCK: Final = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})")
_WEEKDAYS: Final = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip


def given_moment(said: str, now: datetime) -> datetime:
    """A moment as a person says it, in the zone of ``now``; never before it unless a date says so.

    Raises NotAMomentError.
    """
    words = said.replace("T", " ", 1) if re.match(r"\d{4}-\d\d-\d\dT", said) else said
    *days, clock = words.strip().lower().split() or [""]
    found = _CLOCK.fullmatch(clock)
    if found is None or len(days) > 1:
        raise _refused(said)
    zone = now.tzinfo
    try:
        hour, minute = int(found[1]), int(found[2])
        if not days:
            at = datetime.combine(now.date(), datetime.min.time(), zone).replace(
                hour=hour, minute=minute
            )
            return _real(at if at >= now else at + timedelta(days=1), zone)
        day = _day(days[0], now.date())
        if day is None:
            raise ValueError(said)
        at = datetime.combine(day, datetime.min.time(), zone).replace(hour=hour, minute=minute)
        if at < now and days[0] in _names(now.date()):
            at += timedelta(days=7)
        return _real(at, zone)
    except (ValueError, OverflowError):
        raise _refused(said) from None


def given_day(said: str, today: date) -> str:
    """A day as a person says it, as ``YYYY-MM-DD``; a weekday is the next one.

    Raises NotADateError.
    """
    from inglenook_client.cli.errors import NotADateError
    from inglenook_client.cli.texts import writing

    day = _day(said.strip().lower(), today)
    if day is None:
        raise NotADateError(writing.NOT_A_DATE.format(date=said), tending.NOT_A_DAY_STEP)
    return day.isoformat()


def _refused(said: str) -> NotAMomentError:
    return NotAMomentError(
        tending.NOT_A_MOMENT.format(given=said.strip()), tending.NOT_A_MOMENT_STEP
    )


def _real(at: datetime, zone: tzinfo | None) -> datetime:
    """The moment, unless the clocks jump over it."""
    there = datetime.fromtimestamp(at.timestamp(), zone)
    if there.replace(tzinfo=None) != at.replace(tzinfo=None):
        raise NotAMomentError(tending.NO_SUCH_TIME, tending.NOT_A_MOMENT_STEP)
    return at


def _names(today: date) -> dict[str, date]:
    """The days of the coming week by name: whole or by three letters, two in other languages."""
    named: dict[str, date] = {}
    for ahead in range(7):
        day = today + timedelta(days=ahead)
        for name in (_WEEKDAYS[day.weekday()], reading.WEEKDAYS[day.weekday()].lower()):
            for short in (name, name[:3], name[:2]):
                named.setdefault(short, day)
    return named


def _day(said: str, today: date) -> date | None:
    near = {
        "today": 0, reading.SAID_TODAY: 0, "tomorrow": 1, tending.TOMORROW: 1,
    }  # fmt: skip
    if said in near:
        return today + timedelta(days=near[said])
    if said in (named := _names(today)):
        return named[said]
    try:
        return date.fromisoformat(said) if len(said) == len("2026-11-27") else None
    except ValueError:
        return None
