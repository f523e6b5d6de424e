"""The timeline: days, newest first, with an end."""

from __future__ import annotations

from datetime import date, timedelta

from inglenook_client.cli.render import dates, entry
from inglenook_client.cli.render.counts import counted
from inglenook_client.cli.render.page import DAY, QUIET, Page
from inglenook_client.cli.texts import reading
from inglenook_client.core.model import SearchHit, TimelineView
from inglenook_client.core.practices.recurring import days_of_week
from inglenook_protocol.reveal import iso_week


def timeline(
    page: Page,
    view: TimelineView,
    now: date,
    *,
    filtered: bool,
    week: str | None = None,
    path: bool = False,
) -> None:
    """Print a page of days: the latest, those of a week, or a path."""
    page.gap()
    filtered = filtered or week is not None
    if week is not None:
        page.line((week_line(week, now), DAY))
        page.gap()
    if not view.days:
        lines = [reading.EMPTY_FILTER] if filtered else [reading.EMPTY, reading.EMPTY_NEXT]
        for line in lines:
            page.line(line, indent=2)
        page.gap()
        return
    for day in view.days:
        page.line((dates.day(day.date, now), DAY))
        page.gap()
        for found in day.entries:
            entry.heading(page, found, 2)
            entry.body(page, found, 4)
            if found.others:
                note = reading.TWO_VERSIONS.format(id=entry.short(found.id))
                page.line((note, QUIET), indent=4)
            page.gap()
    if week is not None:
        earlier = reading.EARLIER_WEEK.format(week=week_before(week))
        page.line((reading.END_WEEK if view.before is None else earlier, QUIET))
    elif view.after is not None:
        page.line((reading.LATER.format(after=view.after), QUIET))
    elif path:
        page.line((reading.END_PATH, QUIET))
    elif view.before is not None:
        page.line((reading.EARLIER.format(before=view.before), QUIET))
    else:
        page.line((reading.END_FILTER if filtered else reading.END, QUIET))
    page.gap()


def week_line(week: str, now: date) -> str:
    """A week by its first and last day."""
    days = days_of_week(week)
    first, last = (dates.day(day.isoformat(), now) for day in (days[0], days[-1]))
    return reading.WEEK.format(first=first, last=last)


def week_before(week: str) -> str:
    """The ISO week before another."""
    return iso_week(days_of_week(week)[0] - timedelta(days=1))


def hits(page: Page, found: list[SearchHit], now: date) -> None:
    """Print what a search found, the words in question standing out."""
    page.gap()
    if not found:
        page.line(reading.NO_HITS, indent=2)
        page.gap()
        return
    for hit in found:
        page.line((dates.day(hit.entry.date, now), DAY))
        entry.heading(page, hit.entry, 2)
        page.line(*_excerpt(hit.excerpt), indent=4)
        page.gap()
    page.line((counted(reading.HITS, len(found)), QUIET))
    page.gap()


def _excerpt(text: str) -> list[tuple[str, str]]:
    parts: list[tuple[str, str]] = []
    for piece in text.split("\u2039"):
        inside, closed, after = piece.partition("\u203a")
        parts += [(inside, "bold"), (after, "")] if closed else [(piece, "")]
    return parts
