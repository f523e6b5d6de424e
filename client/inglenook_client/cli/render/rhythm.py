"""Rhythms in words: ``FREQ=WEEKLY;BYDAY=SA,SU`` as "Saturday and Sunday"."""

from __future__ import annotations

from inglenook_client.cli.render.counts import counted
from inglenook_client.cli.texts import reading, tending

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def listed(names: list[str]) -> str:
    """ "a, b and c"."""
    if len(names) < 2:
        return "".join(names)
    return tending.AND.format(some=", ".join(names[:-1]), last=names[-1])


def rhythm(cadence: str, at: str | None = None) -> str:
    """How often, and at which time of day."""
    often = _often(dict(part.split("=", 1) for part in cadence.split(";") if "=" in part))
    return often if at is None else tending.AT.format(often=often, time=at)


def _often(parts: dict[str, str]) -> str:
    every = int(parts.get("INTERVAL", "1"))
    days = parts.get("BYDAY", "")
    if parts.get("FREQ") == "DAILY":
        return counted(tending.EVERY_DAYS, every)
    if parts.get("FREQ") == "WEEKLY":
        often = counted(tending.EVERY_WEEKS, every)
        if not days:
            return often
        names = listed([reading.WEEKDAYS[_DAYS.index(day)] for day in days.split(",")])
        if every == 1:
            return names
        return tending.ON_WEEKDAYS.format(often=often, days=names)
    often = counted(tending.EVERY_MONTHS, every)
    if days:
        weekday = reading.WEEKDAYS[_DAYS.index(days[-2:])]
        which = tending.WHICH[days[:-2]]
        return tending.ON_WEEKDAY_OF_MONTH.format(often=often, which=which, weekday=weekday)
    if day := parts.get("BYMONTHDAY"):
        return tending.ON_DAY_OF_MONTH.format(often=often, day=day)
    return often
