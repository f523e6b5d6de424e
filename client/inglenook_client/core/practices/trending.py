"""Slow trends: what the two have of each other over weeks and months (PRACTICES, "Seeing it").

Theory. The couple is one: a day on which something happened is a day, whoever noted it and
however often. For each theme and period there is a word, and only where something happened:

    a-little   one day of a week; one or two of a month
    some       two or three of a week; three to nine of a month
    often      more

A period without anything is not there: nothing marks it. No number leaves this module, so none
can be added up, and no direction is called good or bad: what has grown is said, what has not is
not.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final, Literal

import msgspec

from inglenook_client.core.fold import Projection

Unit = Literal["week", "month"]
Level = Literal["a-little", "some", "often"]
Course = Literal["new", "growing", "steady", "now-and-then"]

THEMES: Final = {
    "appreciation": ("appreciation",),
    "together": ("activity", "couple-time", "ritual-kept"),
    "affection": ("affection",),
    "talking": ("conversation",),
    "moments": ("moment", "progress", "milestone"),
    "kind-words": ("exchange",),
}
"""What belongs to each theme, in the order in which they are shown."""
_HAPPENED: Final = {
    "activity": ("done",),
    "couple-time": ("kept",),
    "conversation": ("open", "closed"),
}
_SOME_FROM: Final = {"week": 2, "month": 3}
_OFTEN_FROM: Final = {"week": 4, "month": 10}
_RANK: Final = {"a-little": 1, "some": 2, "often": 3}
_LATELY: Final = 3
"""So many periods are "lately"."""


class TrendPeriod(msgspec.Struct, frozen=True):
    """A week or a month in which something of a theme happened."""

    first: str
    last: str
    level: Level


class TrendView(msgspec.Struct, frozen=True):
    """One theme."""

    theme: str
    course: Course
    """``new``: only lately; ``growing``: more lately than before; ``steady``: in almost every
    period; else ``now-and-then``."""
    periods: list[TrendPeriod]
    """Those in which something happened, oldest first."""


class TrendsView(msgspec.Struct, frozen=True):
    """The two, as one, over some time."""

    unit: Unit
    first: str
    last: str
    themes: list[TrendView]
    """Those of which there is something, in a fixed order."""


def kinds() -> tuple[str, ...]:
    """All kinds that a trend is made of."""
    return tuple(kind for kinds in THEMES.values() for kind in kinds)


def periods(unit: Unit, how_many: int, today: date) -> list[tuple[date, date]]:
    """The latest periods, the present one included, oldest first."""
    found = []
    last = today
    for _ in range(how_many):
        if unit == "week":
            first = last - timedelta(days=last.weekday())
            end = first + timedelta(days=6)
        else:
            first = last.replace(day=1)
            end = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        found.append((first, end))
        last = first - timedelta(days=1)
    return found[::-1]


def trends(
    unit: Unit, spans: list[tuple[date, date]], recorded: Iterable[Projection]
) -> TrendsView:
    """The view of some periods, from what was recorded in them."""
    theme_by_kind = {kind: theme for theme, kinds in THEMES.items() for kind in kinds}
    days: dict[str, set[str]] = {theme: set() for theme in THEMES}
    for projection in recorded:
        if _happened(projection):
            days[theme_by_kind[projection.kind]].add(projection.date)
    themes = [
        TrendView(theme, _course(found, spans), found)
        for theme in THEMES
        if (found := _levels(unit, spans, days[theme]))
    ]
    return TrendsView(unit, spans[0][0].isoformat(), spans[-1][1].isoformat(), themes)


def _happened(projection: Projection) -> bool:
    if projection.redacted:
        return False
    stages = _HAPPENED.get(projection.kind)
    return stages is None or (projection.state is not None and projection.state.stage in stages)


def _levels(unit: Unit, spans: list[tuple[date, date]], days: set[str]) -> list[TrendPeriod]:
    found = []
    for first, last in spans:
        since, until = first.isoformat(), last.isoformat()
        on = sum(since <= day <= until for day in days)
        if on:
            level: Level = (
                "often" if on >= _OFTEN_FROM[unit] else "some" if on >= _SOME_FROM[unit]
                else "a-little"
            )  # fmt: skip
            found.append(TrendPeriod(since, until, level))
    return found


def _course(found: list[TrendPeriod], spans: list[tuple[date, date]]) -> Course:
    border = spans[-min(_LATELY, len(spans))][0].isoformat()
    lately = [p for p in found if p.first >= border]
    before = [p for p in found if p.first < border]
    if lately and not before and len(spans) > _LATELY:
        return "new"
    if before and _mean(lately, _LATELY) > _mean(before, max(1, len(spans) - _LATELY)) + 0.5:
        return "growing"
    return "steady" if len(found) >= len(spans) - 1 else "now-and-then"


def _mean(found: list[TrendPeriod], of: int) -> float:
    return sum(_RANK[p.level] for p in found) / of
