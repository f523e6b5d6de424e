"""Looking back: the path, this day, trends."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from inglenook_client.cli.render import dates, entry
from inglenook_client.cli.render.counts import counted
from inglenook_client.cli.render.page import DAY, QUIET, Page
from inglenook_client.cli.texts import looking, reading
from inglenook_client.core.model import DayView, EntryView
from inglenook_client.core.practices.keeping_views import LookBackView, OnThisDayView, PathView
from inglenook_client.core.practices.looking_back import choices
from inglenook_client.core.practices.trending import TrendsView, TrendView

_BARS: Final = {"a-little": "▂", "some": "▅", "often": "█"}


def named(practices: list[str]) -> str:
    """Practices in words."""
    return ", ".join(looking.PRACTICES.get(one, one) for one in practices)


def _days(page: Page, days: list[DayView], now: date) -> None:
    for day in days:
        page.line((dates.day(day.date, now), DAY))
        page.gap()
        for found in day.entries:
            entry.heading(page, found, 2)
            entry.body(page, found, 4)
            page.gap()


def path(page: Page, view: PathView, agreement: LookBackView, partner: str, now: date) -> None:
    """The path so far, or what it waits for."""
    asked(page, agreement, partner)
    if not view.allowed:
        return
    if not view.days:
        page.line(looking.PATH_EMPTY, indent=2)
        page.gap()
        return
    page.line((looking.PATH, DAY))
    page.gap()
    _days(page, view.days, now)
    page.line(looking.PATH_END)
    page.gap()
    if not view.whole:
        page.line((looking.PATH_MORE, QUIET))
    page.line((looking.PATH_HIDE, QUIET))
    page.gap()


def asked(page: Page, agreement: LookBackView, partner: str) -> None:
    """What asks, or what could be proposed, while nothing or something else is allowed."""
    page.gap()
    if not agreement.allowed:
        page.line(looking.NOT_ALLOWED, indent=2)
    if agreement.asked is not None:
        page.line(looking.ASKED.format(practices=named(agreement.asked.practices)), indent=2)
        page.line((looking.ASKED_AGREE, QUIET), indent=4)
        page.gap()
    elif not agreement.allowed and agreement.mine is not None:
        mine = named(agreement.mine.practices)
        page.line(looking.YOURS.format(practices=mine, partner=partner), indent=2)
        page.gap()
    elif not agreement.allowed:
        page.line(
            (looking.NOT_ALLOWED_NEXT.format(practices=" ".join(_suggested())), QUIET), indent=4
        )
        page.gap()


def agreement(page: Page, view: LookBackView, partner: str) -> None:
    """What both allow to be looked back at, and what asks."""
    asked(page, view, partner)
    if view.allowed:
        page.line(looking.AGREED.format(practices=named(view.allowed)), indent=2)
        page.gap()


def _suggested() -> list[str]:
    return [key for key in choices() if key in ("journal", "kindness", "activity", "milestone")]


def hidden(page: Page, views: list[EntryView], now: date) -> None:
    """What its reader has left out."""
    page.gap()
    if not views:
        page.line(looking.NONE_HIDDEN, indent=2)
    else:
        page.line((looking.HIDDEN_TITLE, DAY))
        page.gap()
    for view in views:
        page.line((dates.day(view.date, now), QUIET), indent=2)
        entry.heading(page, view, 2)
        entry.body(page, view, 4)
    page.gap()


def on_this_day(page: Page, view: OnThisDayView, now: date) -> None:
    """What stood on this day."""
    page.gap()
    if not view.days:
        page.line(looking.THIS_DAY_NONE, indent=2)
        page.gap()
        return
    page.line((looking.THIS_DAY, DAY))
    page.gap()
    _days(page, view.days, now)


def trends(page: Page, view: TrendsView, periods: int, now: date) -> None:
    """Each theme: a small picture, and words beside it."""
    page.gap()
    by_unit = looking.TRENDS_WEEKS if view.unit == "week" else looking.TRENDS_MONTHS
    page.line((counted(by_unit, periods), DAY))
    span = looking.TRENDS_SPAN.format(
        first=dates.day(view.first, now), last=dates.day(view.last, now)
    )
    page.line((span, QUIET))
    page.gap()
    if not view.themes:
        page.line(looking.TRENDS_NONE, indent=2)
        page.gap()
        return
    for theme in view.themes:
        page.line((looking.THEMES.get(theme.theme, theme.theme), "bold"), indent=2)
        page.line((_picture(view, theme), "cyan"), indent=4)
        page.line(looking.COURSES[theme.course].format(when=_when(theme)), indent=4)
        page.gap()
    page.line((looking.TRENDS_LEGEND, QUIET), indent=2)
    page.gap()


def _picture(view: TrendsView, theme: TrendView) -> str:
    """A bar where there is something; where there is nothing, room."""
    by_first = {period.first: _BARS[period.level] for period in theme.periods}
    bars = [by_first.get(first, " ") for first in _firsts(view)]
    # A space at the left would be lost where lines are broken, so room is as wide as it is.
    return "\N{NO-BREAK SPACE}".join(bar.replace(" ", "\N{NO-BREAK SPACE}") for bar in bars)


def _firsts(view: TrendsView) -> list[str]:
    found = []
    at, last = date.fromisoformat(view.first), date.fromisoformat(view.last)
    while at <= last:
        found.append(at.isoformat())
        if view.unit == "week":
            at += timedelta(days=7)
        else:
            at = (at + timedelta(days=31)).replace(day=1)
    return found


def _when(theme: TrendView) -> str:
    """The months in which there was something."""
    months = dict.fromkeys(
        reading.MONTHS[int(day[5:7]) - 1]
        for period in theme.periods
        for day in (period.first, period.last)
    )
    *some, last = months
    return looking.MONTHS_AND.format(some=", ".join(some), last=last) if some else last
