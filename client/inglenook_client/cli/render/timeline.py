"""The timeline: days, newest first, with an end."""

from __future__ import annotations

from datetime import date

from inglenook_client.cli.render import dates, entry
from inglenook_client.cli.render.counts import counted
from inglenook_client.cli.render.page import DAY, QUIET, Page
from inglenook_client.cli.texts import reading
from inglenook_client.core.model import SearchHit, TimelineView


def timeline(page: Page, view: TimelineView, now: date, *, filtered: bool) -> None:
    """Print a page of days."""
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
    if view.before is not None:
        page.line((reading.EARLIER.format(before=view.before), QUIET))
    else:
        page.line((reading.END_FILTER if filtered else reading.END, QUIET))
    page.gap()


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
