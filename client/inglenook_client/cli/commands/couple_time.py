"""``nook time``: time for two, booked with the words for its boundary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from inglenook_client.cli import formats
from inglenook_client.cli.choosing import Length
from inglenook_client.cli.commands.common import given_appointment, with_note
from inglenook_client.cli.drafts_by_id import SHORT_ID_DIGITS
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal, with_words
from inglenook_client.cli.speaking import answer, emit, say
from inglenook_client.cli.suggesting import SuggestingGroup
from inglenook_client.cli.texts import tending, writing
from inglenook_client.cli.words import Words
from inglenook_client.journal import Journal

if TYPE_CHECKING:
    from datetime import datetime

    from inglenook_client.core.practices.tending_views import CoupleTimeView

which_option = click.option(
    "--time", "which", default="", metavar="ID", help="Another one than the nearest."
)


@click.group("time", cls=SuggestingGroup, invoke_without_command=True)
@click.pass_context
@with_run
def couple_time(run: Run, context: click.Context) -> None:
    """Time for the two of you.

    Without a command, this shows what is booked. While it runs, the journal keeps quiet.
    """
    if context.invoked_subcommand is not None:
        return

    async def work(journal: Journal) -> list[CoupleTimeView]:
        return await journal.tending.couple_times()

    views = with_journal(run, work)
    if run.json:
        emit(formats.document("couple-times", couple_times=views))
        return
    from inglenook_client.cli.render import dates
    from inglenook_client.cli.render import tending as render
    from inglenook_client.cli.render.page import Page

    render.couple_times(Page(), views, dates.today())


def _tell(run: Run, view: CoupleTimeView, *lines: str) -> None:
    first = f"{lines[0]}  {view.id[:SHORT_ID_DIGITS]}"
    answer(run, formats.document("couple-time", couple_time=view), first, *lines[1:])


def _when(view: CoupleTimeView) -> str:
    from inglenook_client.cli.render import dates

    return dates.appointment(view.starts_at, dates.today())


def _length(view: CoupleTimeView) -> str:
    from inglenook_client.cli.render.tending import length

    return length(view.minutes)


class _Said:
    """The words around a time for two, asked for where somebody is there."""

    def __init__(self, boundary: str | None, fallback: str | None, note: str) -> None:
        self.boundary, self.fallback, self.note = boundary, fallback, note

    def ask(self, ends: datetime) -> None:
        from inglenook_client.cli.render.dates import time_of

        if self.boundary is None:
            starter = tending.BOUNDARY.format(time=time_of(ends))
            self.boundary = _asked(tending.ASK_BOUNDARY, starter)
        if self.fallback is None:
            self.fallback = _asked(tending.ASK_FALLBACK, tending.FALLBACK)

    def text(self) -> str:
        return "\n".join(words for words in (self.boundary, self.fallback, self.note) if words)


def _asked(question: str, starter: str) -> str:
    from inglenook_client.cli.asking import ask

    say(question)
    say(f"  {starter}")
    say(tending.TAKE_OR_LEAVE)
    said = ask(tending.ASK_YOURS, starter)
    return "" if said == "-" else said


@couple_time.command("plan")
@click.argument("when", nargs=-1, required=True)
@click.option(
    "--minutes",
    "--for",  # as in nook talk propose
    "minutes",
    type=Length(),
    default=90,
    metavar="LENGTH",
    help="How long: minutes, or as 1h30; 90 minutes if unsaid.",
)
@click.option("--boundary", metavar="TEXT", help="The words that you both can say to others.")
@click.option("--fallback", metavar="TEXT", help="What fits into five minutes instead.")
@click.option("--note", default="", metavar="TEXT", help="A line about it.")
@with_run
def plan_time(
    run: Run,
    when: tuple[str, ...],
    minutes: int,
    boundary: str | None,
    fallback: str | None,
    note: str,
) -> None:
    """Book time for two.

    WHEN is a day and a time: nook time plan fri 20:00, tomorrow 19:30, in 2 hours, or
    2026-11-27T20:00. It counts by the zone that you two chose (nook zone), wherever you are. In a
    terminal it asks for the words of the boundary and for a five-minute form; both can be passed
    over.
    """
    said = _Said(boundary, fallback, note)
    words = Words(run, "time plan", said.text() or None)

    async def book(journal: Journal) -> CoupleTimeView:
        from datetime import timedelta

        starts = await given_appointment(journal, " ".join(when))
        if run.someone_is_there:
            try:
                said.ask(starts + timedelta(minutes=minutes))
            finally:
                words.argument = said.text() or None
        return await journal.tending.plan_couple_time(
            round(starts.timestamp() * 1000),
            minutes,
            boundary=said.boundary or "",
            fallback=said.fallback or "",
            note=said.note,
        )

    async def work(journal: Journal, _words: str) -> CoupleTimeView:
        return await book(journal)

    view = with_words(run, words, work) if words.argument else with_journal(run, book)
    line = tending.TIME_PLANNED.format(when=_when(view), length=_length(view))
    _tell(run, view, line, tending.TIME_QUIET, writing.GOES_OUT)


@couple_time.command("move")
@click.argument("when", nargs=-1, required=True)
@click.option(
    "--minutes",
    "--for",
    "minutes",
    type=Length(),
    metavar="LENGTH",
    help="How long, if that changes.",
)
@which_option
@with_run
def move_time(run: Run, when: tuple[str, ...], minutes: int | None, which: str) -> None:
    """Give it another time.

    WHEN is a day and a time, as for plan: nook time move sat 17:00
    """

    async def work(journal: Journal) -> CoupleTimeView:
        starts = await given_appointment(journal, " ".join(when))
        return await journal.tending.move_couple_time(
            round(starts.timestamp() * 1000), minutes, which
        )

    view = with_journal(run, work)
    line = tending.TIME_MOVED.format(when=_when(view), length=_length(view))
    _tell(run, view, line, writing.GOES_OUT)


@couple_time.command("kept")
@click.argument("note", default="", metavar="[NOTE]")
@click.option("--short", is_flag=True, help="In its five-minute form.")
@which_option
@with_run
def kept_time(run: Run, note: str, short: bool, which: str) -> None:
    """Note that you had it.

    While it runs, this also ends the quiet.
    """

    async def work(journal: Journal, words: str) -> CoupleTimeView:
        return await journal.tending.keep_couple_time(short=short, note=words, time=which)

    view = with_note(run, "time kept", note, work)
    _tell(run, view, tending.TIME_KEPT_SHORT if short else tending.TIME_KEPT)


@couple_time.command("let-go")
@which_option
@with_run
def let_time_go(run: Run, which: str) -> None:
    """Not this time; no reason is asked for."""

    async def work(journal: Journal) -> CoupleTimeView:
        return await journal.tending.let_couple_time_go(which)

    _tell(run, with_journal(run, work), tending.TIME_LET_GO)
