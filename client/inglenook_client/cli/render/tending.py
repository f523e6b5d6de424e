"""Rituals, time for two, topics: a few quiet lines each."""

from __future__ import annotations

from datetime import date

from inglenook_client.cli.render import dates
from inglenook_client.cli.render.counts import counted
from inglenook_client.cli.render.entry import short
from inglenook_client.cli.render.page import DAY, QUIET, Page, person
from inglenook_client.cli.render.rhythm import rhythm
from inglenook_client.cli.texts import tending
from inglenook_client.core.practices.tending_views import (
    CoupleTimeView,
    Note,
    RitualView,
    TopicView,
)
from inglenook_client.core.practices.week_views import QuietView


def length(minutes: int) -> str:
    """How long."""
    return counted(tending.MINUTES, minutes)


def quiet(page: Page, now_quiet: QuietView) -> None:
    """That time for two runs."""
    page.line(
        (tending.QUIET.format(time=dates.appointment_clock(now_quiet.until)), "bold"), indent=2
    )
    if now_quiet.boundary:
        page.line(tending.TIME_BOUNDARY.format(words=now_quiet.boundary), indent=2)


def _notes(page: Page, notes: list[Note], indent: int) -> None:
    for note in notes:
        page.line((note.name, person(note.by)), (f"  {note.text}", ""), indent=indent)


def rituals(page: Page, views: list[RitualView], now: date) -> None:
    """All rituals."""
    page.gap()
    if not views:
        page.line(tending.NO_RITUALS, indent=2)
        page.line(tending.NO_RITUALS_NEXT, indent=4)
        page.gap()
    for view in views:
        page.line((view.name, DAY), (f"  {short(view.id)}", QUIET), indent=2)
        page.line(rhythm(view.cadence, view.at), indent=4)
        if view.words:
            page.line(view.words, indent=4)
        for other in view.others:
            form = f"{other.name}, {rhythm(other.cadence, other.at)}"
            page.line((tending.RITUAL_TWO_FORMS.format(form=form), QUIET), indent=4)
        if view.resting:
            page.line((tending.RITUAL_RESTS.format(name=view.name), QUIET), indent=4)
        elif view.next:
            day = dates.day(view.next, now)
            page.line((tending.RITUAL_NEXT.format(day=day), QUIET), indent=4)
        for occasion in view.kept:
            page.line((dates.day(occasion.date, now), QUIET), indent=4)
            _notes(page, occasion.notes, 6)
        page.gap()


def couple_times(page: Page, views: list[CoupleTimeView], now: date) -> None:
    """Those that are booked."""
    page.gap()
    if not views:
        page.line(tending.NO_TIME, indent=2)
    for view in views:
        line = tending.TIME_LINE.format(
            when=dates.appointment(view.starts_at, now), length=length(view.minutes)
        )
        if view.running:
            line = tending.TIME_NOW.format(time=dates.appointment_clock(view.ends_at))
        page.line((line, DAY), (f"  {short(view.id)}", QUIET), indent=2)
        if view.boundary:
            page.line(tending.TIME_BOUNDARY.format(words=view.boundary), indent=4)
        if view.fallback:
            page.line(tending.TIME_FALLBACK.format(words=view.fallback), indent=4)
        if view.note:
            page.line(view.note, indent=4)
        _notes(page, view.notes, 4)
    page.gap()


def topics(page: Page, views: list[TopicView], *, stages: bool) -> None:
    """What is parked."""
    page.gap()
    if not views:
        page.line(tending.NO_TOPICS, indent=2)
    for view in views:
        stage = f"{tending.TOPIC_STAGES[view.stage]} · " if stages else ""
        page.line(view.text, (f"  {stage}{view.name}  {short(view.id)}", QUIET), indent=2)
    if any(view.stage == "parked" for view in views):
        page.gap()
        page.line((tending.TOPICS_HINT, QUIET), indent=2)
    page.gap()
