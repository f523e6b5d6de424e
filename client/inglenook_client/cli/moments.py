"""Days with a time as people say them, and words that come with an id or without."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from inglenook_client.cli.errors import NotADateError
from inglenook_client.cli.render import dates
from inglenook_client.cli.texts import reading, talking

_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")
_ID: Final = re.compile(r"(?=.*[0-9])[0-9a-f]{4,64}|[0-9a-f]{8,64}", re.IGNORECASE)
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def here() -> datetime:
    """The moment that it is, with this place's zone; replaced in tests."""
    return datetime.now().astimezone()


def given_moment(text: str) -> int:
    """A moment as a person says it, in ms: ``19:30``, ``sat 19:30``, ``2026-11-28 19:30``.

    Without a day it is the next time that the clock shows it. Raises NotADateError.
    """
    said = " ".join(text.lower().split())
    day_said, _, time_said = said.rpartition(" ")
    found = _TIME.fullmatch(time_said)
    now = here()
    if found is None:
        raise _no_moment(text)
    at = time(int(found[1]), int(found[2]))
    day = now.date() if not day_said else _day(day_said, now.date())
    if day is None:
        raise _no_moment(text)
    moment = datetime.combine(day, at).astimezone()
    if not day_said and moment < now:
        moment = datetime.combine(day + timedelta(days=1), at).astimezone()
    return int(moment.timestamp() * 1000)


def _no_moment(text: str) -> NotADateError:
    return NotADateError(talking.NOT_A_TIME.format(given=text), talking.NOT_A_TIME_STEP)


def _day(said: str, today: date) -> date | None:
    if said in ("tomorrow", talking.SAID_TOMORROW):
        return today + timedelta(days=1)
    for number in range(7):
        names = (_WEEKDAYS[number], reading.WEEKDAYS[number].lower())
        if len(said) >= 2 and any(name.startswith(said) or said.startswith(name) for name in names):
            return today + timedelta(days=(number - today.weekday()) % 7)
    try:
        given = dates.given_date(said)
    except NotADateError:
        return None
    return None if given is None else date.fromisoformat(given)


def id_and_text(given: tuple[str, ...]) -> tuple[str, str | None]:
    """What is named, if an id stands first, and the words: ``1a2b3c4d I hear you``."""
    entry = given[0] if given and _ID.fullmatch(given[0]) else ""
    words = given[1:] if entry else given
    return entry, " ".join(words) if words else None
