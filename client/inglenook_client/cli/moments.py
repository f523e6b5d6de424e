"""Days, times and lengths as people say them: ``fri 20:00``, ``tomorrow 19:30``, ``in 2 hours``.

**By whose clock.** What both keep, a conversation, time for two, a plan, counts by the zone that
the two chose (SPEC 18.7), wherever either of them is at the moment; while they have chosen none,
by the clock of the computer on which it is typed. What one person writes down belongs to the day
of the place where they are. Where the reader's clock shows another time than the one that was
agreed on, both are shown (``render.dates.appointment``). So ``fri 20:00`` typed on a journey is
Friday evening at home, and the output says what that is here.

**Forward or back.** A time without a day is the next time that the clock shows it, a weekday the
next one on which it is still to come; with ``past``, for what took place already, the last one.

**Daylight saving.** A time that the clocks jump over is refused, never moved in silence. One that
comes twice is the first, unless an offset says otherwise (``2026-10-25T02:30+01:00``);
``comes_twice`` tells, and the face says so. Moments are compared as moments, never by what a
clock shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from inglenook_client.cli.errors import NotADateError, NotALengthError, NotAMomentError
from inglenook_client.cli.render import dates
from inglenook_client.cli.texts import moments, reading
from inglenook_protocol.limits import MAX_MINUTES

_CLOCK: Final = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WITH_OFFSET: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[t ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(z|[+-][0-9]{2}:[0-9]{2})"
)
_PART: Final = re.compile(r"([0-9]{1,5}) ?([^\s\d]*) ?")
_WEEKDAYS: Final = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip


def given_moment(said: str, now: datetime, *, past: bool = False) -> datetime:
    """A moment as a person says it, in the zone of ``now``. Raises NotAMomentError."""
    try:
        return _moment(_plain(said), now, past=past)
    except (ValueError, OverflowError):
        raise NotAMomentError(
            moments.NOT_A_MOMENT.format(given=said.strip()), moments.NOT_A_MOMENT_STEP
        ) from None


def given_day(said: str, today: date, *, past: bool = False) -> str:
    """A day as a person says it, as ``YYYY-MM-DD``. Raises NotADateError."""
    try:
        return _days(_plain(said), today, past=past)[0].isoformat()
    except (ValueError, OverflowError):
        step = moments.NOT_A_DATE_STEP if past else moments.NOT_A_DAY_STEP
        raise NotADateError(moments.NOT_A_DATE.format(date=said), step) from None


def given_date(said: str | None) -> str | None:
    """The day of something written down, by this place's calendar. Raises NotADateError."""
    return None if said is None else given_day(said, dates.today(), past=True)


def given_clock(said: str | None) -> str | None:
    """A time of day as ``HH:MM``, where it is one; whoever takes it refuses what is none."""
    found = None if said is None else _CLOCK.fullmatch(said.strip())
    return said if found is None else f"{int(found[1]):02}:{found[2]}"


def given_minutes(said: str) -> int:
    """A length as a person says it: ``45``, ``1h30``, ``2 hours``. Raises NotALengthError."""
    try:
        minutes = _length(_plain(said), plain_number=True)
    except ValueError:
        minutes = 0
    if not 1 <= minutes <= MAX_MINUTES:
        raise NotALengthError(moments.NOT_A_LENGTH.format(given=said), moments.NOT_A_LENGTH_STEP)
    return minutes


def comes_twice(at: datetime) -> datetime | None:
    """The later moment at which the clocks show the same, if they go back in between."""
    later = at.replace(fold=1)
    return later if later.timestamp() > at.timestamp() and _is_real(later) else None


def _plain(said: str) -> str:
    return " ".join(said.lower().split())


# ------------------------------------------------------------------------------- moments


def _moment(said: str, now: datetime, *, past: bool) -> datetime:
    if _WITH_OFFSET.fullmatch(said):
        return datetime.fromisoformat(said.upper()).astimezone(now.tzinfo)
    before, _, rest = said.partition(" ")
    if before in ("in", moments.SAID_IN) and not past:
        later = now.astimezone(UTC) + timedelta(minutes=_length(rest, plain_number=False))
        return later.replace(second=0, microsecond=0).astimezone(now.tzinfo)
    if _DATE.match(said):
        said = said.replace("t", " ", 1)
    day, _, clock = said.rpartition(" ")
    found = _CLOCK.fullmatch(clock)
    if found is None:
        raise ValueError(said)
    at = time(int(found[1]), int(found[2]))
    back = -1 if past else 1
    if day:
        days = _days(day, now.date(), past=past)
    else:
        days = [now.date() + timedelta(days=back * ahead) for ahead in range(2)]
    zone = now.tzinfo
    for one in days:
        real = _moments(one, at, zone)
        meant = [
            moment
            for moment in (real or [datetime.combine(one, at, zone)])
            if len(days) == 1 or back * (moment.timestamp() - now.timestamp()) >= 0
        ]
        if meant and not real:
            raise NotAMomentError(moments.NO_SUCH_TIME, moments.NOT_A_MOMENT_STEP)
        if meant:
            return meant[-1] if past and len(days) > 1 else meant[0]
    raise ValueError(said)


def _moments(day: date, at: time, zone: tzinfo | None) -> list[datetime]:
    """The moments at which the clocks show a time on a day: one; none; or two, the first first."""
    first = datetime.combine(day, at, zone)
    second = first.replace(fold=1)
    if not _is_real(first):
        return []
    return [first, second] if second.timestamp() > first.timestamp() else [first]


def _is_real(at: datetime) -> bool:
    """Whether the clocks show it at all."""
    there = datetime.fromtimestamp(at.timestamp(), at.tzinfo)
    return there.replace(tzinfo=None, fold=0) == at.replace(tzinfo=None, fold=0)


# ------------------------------------------------------------------------------- days


def _days(said: str, today: date, *, past: bool) -> list[date]:
    """The day that is meant; for a weekday also the one a week further, should it be too late."""
    near = {
        "today": 0, moments.SAID_TODAY: 0,
        "tomorrow": 1, moments.SAID_TOMORROW: 1,
        "yesterday": -1, moments.SAID_YESTERDAY: -1,
    }  # fmt: skip
    if said in near and not (past and near[said] > 0):
        return [today + timedelta(days=near[said])]
    if _DATE.fullmatch(said):
        return [date.fromisoformat(said)]
    weekday = _weekday(said)
    back = -1 if past else 1
    first = today + timedelta(days=back * (back * (weekday - today.weekday()) % 7))
    return [first, first + timedelta(days=back * 7)]


def _weekday(said: str) -> int:
    """A day of the week by the beginning of its name, 0 for Monday. Raises ValueError."""
    for names in (reading.WEEKDAYS, _WEEKDAYS):
        found = [at for at, name in enumerate(names) if name.lower().startswith(said)]
        if len(said) >= 2 and len(found) == 1:
            return found[0]
    raise ValueError(said)


# ------------------------------------------------------------------------------- lengths


def _length(said: str, *, plain_number: bool) -> int:
    """Minutes: ``1h30``, ``2 hours``, ``90 min``; a number alone where that is clear."""
    hours = _units("h hour hours", moments.SAID_HOURS)
    minutes = _units("m min minute minutes", moments.SAID_MINUTES)
    total, at, after_hours = 0, 0, False
    while at < len(said):
        found = _PART.match(said, at)
        if found is None:
            raise ValueError(said)
        number, unit = int(found[1]), found[2]
        if unit in hours and not at:
            total, after_hours = number * 60, True
        elif unit in minutes or (not unit and (after_hours or plain_number)):
            if found.end() != len(said):
                raise ValueError(said)
            total += number
        else:
            raise ValueError(said)
        at = found.end()
    if not said:
        raise ValueError(said)
    return total


def _units(*words: str) -> Iterable[str]:
    return {word for some in words for word in some.split()}
