"""``nook today``, ``nook week``, ``nook zone``, ``nook reminders``."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from inglenook_client.cli import formats
from inglenook_client.cli.errors import NotADateError
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal
from inglenook_client.cli.speaking import answer, as_it_is, emit, show
from inglenook_client.cli.texts import days, tending, writing
from inglenook_client.journal import Journal

if TYPE_CHECKING:
    from datetime import date

    from inglenook_client.core.practices.reminding import QuietHours, RemindersView
    from inglenook_client.core.practices.week_views import TodayView, WeekView


@click.command()
@with_run
def today(run: Run) -> None:
    """What stands today.

    An open pause, what is planned, rituals of the day, parked topics. It shows nothing of what
    there was not.
    """

    async def work(journal: Journal) -> TodayView:
        return await journal.days.today()

    view = with_journal(run, work)
    if run.json:
        emit(formats.document("today", **_fields(view)))
        return
    from inglenook_client.cli.render import days as render
    from inglenook_client.cli.render.page import Page

    render.today(Page(), view)


def _fields(view: object) -> dict[str, Any]:
    import msgspec

    return msgspec.structs.asdict(view)  # type: ignore[arg-type]


def given_week(said: str | None, today: date) -> str | None:
    """An ISO week as a person says it. Raises NotADateError."""
    if said is None:
        return None
    from inglenook_protocol.reveal import iso_week

    text = said.strip().lower()
    if text in ("last", days.SAID_LAST):
        return iso_week(today - timedelta(days=7))
    try:
        if re.fullmatch(r"\d{4}-w\d{2}", text) is None:
            raise ValueError(said)
        datetime.fromisocalendar(int(text[:4]), int(text[-2:]), 1)
    except ValueError:
        refused = days.NOT_A_WEEK.format(given=said)
        raise NotADateError(refused, days.NOT_A_WEEK_STEP) from None
    return text.upper()


week_option = click.option(
    "--week", metavar="WEEK", help="Another week: 2026-W48, or last for the one before."
)


@click.command()
@week_option
@with_run
def week(run: Run, week: str | None) -> None:
    """The week: three invitations, and what comes next.

    One real conversation, one thing done together, one moment of affection: each happened, moved,
    or there is room for it. Nothing is counted.
    """

    async def work(journal: Journal) -> tuple[WeekView, str, str | None, date]:
        now = await journal.days.now()
        view = await journal.days.week(given_week(week, now.date()))
        return view, journal.name, journal.partner, now.date()

    view, me, partner, now = with_journal(run, work)
    if run.json:
        emit(formats.document("week", **_fields(view)))
        return
    from inglenook_client.cli.render import days as render
    from inglenook_client.cli.render.page import Page

    render.week(Page(), view, now, (me, partner), here() or days.ZONE_EXAMPLE)


def here() -> str | None:
    """The zone of this computer by its name, where that can be told."""
    import os
    from pathlib import Path

    try:
        linked = str(Path("/etc/localtime").resolve()).partition("/zoneinfo/")[2]
    except OSError:
        linked = ""
    named = (os.environ.get("TZ", ""), linked)
    return next((name for name in named if "/" in name and not name.startswith("Etc/")), None)


@click.command()
@click.argument("name", required=False, metavar="[ZONE]")
@with_run
def zone(run: Run, name: str | None) -> None:
    """By which time zone you two count days and weeks.

    ZONE is a name such as Europe/Vienna; without one, this shows the present one. It holds for
    both of you, and the latest choice stands.
    """

    async def work(journal: Journal) -> tuple[str, bool]:
        if name is not None:
            return await journal.revealing.set_zone(name.strip()), True
        return await journal.days.zone(), await journal.days.zone_is_set()

    found, is_set = with_journal(run, work)
    document = formats.document("zone", zone=found, chosen=is_set)
    if name is not None:
        answer(run, document, days.ZONE_SET.format(zone=found), writing.GOES_OUT)
    elif is_set:
        answer(run, document, days.ZONE.format(zone=found))
    else:
        answer(run, document, days.ZONE_UNSET.format(zone=here() or days.ZONE_EXAMPLE))


@click.command()
@click.option(
    "--days",
    "ahead",
    type=click.IntRange(1, 366),
    help="How far ahead; 1 day if unsaid, 60 for a calendar.",
)
@click.option("--ics", is_flag=True, help="As a calendar (RFC 5545), for any calendar program.")
@click.option(
    "--quiet", metavar="HOURS", help="Set the quiet hours of this computer: 21:30-07:00, or off."
)
@with_run
def reminders(run: Run, ahead: int | None, ics: bool, quiet: str | None) -> None:
    """What is coming up.

    It says when and of which sort, and never what it is about; nothing is asked of anybody. In
    quiet hours and during your time for two there is nothing. With --ics it prints a calendar
    with neutral titles: nook reminders --ics > nook.ics
    """
    if ics and run.json:
        raise click.UsageError(days.ICS_OR_JSON)
    if quiet is not None:
        _set_quiet(run, quiet)
        return
    span = ahead or (60 if ics else 1)
    titles: Any = days.NEUTRAL_TITLES

    async def work(journal: Journal) -> tuple[RemindersView, QuietHours | None, date]:
        view = await journal.days.reminders(titles, days=span, heed_quiet=not ics)
        return view, journal.days.quiet_hours, (await journal.days.now()).date()

    view, hours, now = with_journal(run, work)
    if run.json:
        emit(formats.document("reminders", **_fields(view)))
        return
    if ics:
        from inglenook_client.core.practices.reminding import calendar

        text = calendar(view.reminders, hours, datetime.now(UTC))
        as_it_is(text)
        return
    from inglenook_client.cli.render import dates
    from inglenook_client.cli.render import days as render
    from inglenook_client.cli.render.page import Page

    if view.quiet_until is not None:
        time = dates.appointment_clock(view.quiet_until)
        quiet_hours = view.quiet_because == "quiet-hours"
        show((days.REMINDERS_QUIET_HOURS if quiet_hours else tending.QUIET).format(time=time))
        return
    if not view.reminders:
        show(days.NO_REMINDERS)
    render.reminders(Page(), view, now)


def _set_quiet(run: Run, said: str) -> None:
    off = said.strip().lower() in ("off", days.SAID_OFF)

    async def work(journal: Journal) -> QuietHours | None:
        return await journal.days.set_quiet_hours(None if off else said)

    hours = with_journal(run, work)
    document = formats.document("quiet-hours", quiet_hours=None if hours is None else str(hours))
    if hours is None:
        answer(run, document, days.QUIET_HOURS_OFF)
    else:
        begins, ends = str(hours).split("-")
        answer(run, document, days.QUIET_HOURS_SET.format(begins=begins, ends=ends))
