"""``nook activity``: ideas, plans, and what stays of them (PRACTICES 12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from inglenook_client.cli import formats
from inglenook_client.cli.choosing import OneOf
from inglenook_client.cli.commands.common import (
    draft_option,
    given_coming_day,
    left_out,
    one_source,
    with_note,
)
from inglenook_client.cli.drafts_by_id import SHORT_ID_DIGITS
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal, with_words
from inglenook_client.cli.speaking import answer, begin_sentence, called, emit
from inglenook_client.cli.suggesting import SuggestingGroup
from inglenook_client.cli.texts import doing
from inglenook_client.cli.words import Words
from inglenook_client.journal import Journal

if TYPE_CHECKING:
    from inglenook_client.core.practices.keeping_views import ActivityView


@click.group(cls=SuggestingGroup, invoke_without_command=True, words_go_to="idea")
@click.option("--all", "whole", is_flag=True, help="What was done and what was set aside as well.")
@click.pass_context
@with_run
def activity(run: Run, context: click.Context, whole: bool) -> None:
    """Things to do together: ideas, plans, memories.

    Without a command, this shows plans and ideas. Good ones take both of you, and may span
    weeks.
    """
    if context.invoked_subcommand is not None:
        return
    stages = () if whole else ("planned", "idea")

    async def work(journal: Journal) -> list[ActivityView]:
        return await journal.doing.activities(*stages)

    views = with_journal(run, work)
    if run.json:
        emit(formats.document("activities", activities=views))
        return
    from inglenook_client.cli.render import dates
    from inglenook_client.cli.render import doing as render
    from inglenook_client.cli.render.page import Page

    render.activities(Page(), views, dates.today())


def _tell(run: Run, view: ActivityView, first: str, *lines: str) -> None:
    document = formats.document("activity", activity=view)
    answer(run, document, f"{first}  {view.id[:SHORT_ID_DIGITS]}", *lines)


@activity.command()
@click.argument("text", required=False)
@click.option("--note", default="", metavar="TEXT", help="A line about it.")
@draft_option
@with_run
def idea(run: Run, text: str | None, note: str, draft: str | None) -> None:
    """Note something to do together."""
    one_source(text, draft)

    async def work(journal: Journal, words: str) -> ActivityView:
        return await journal.doing.imagine(words, note=note)

    view = with_words(run, Words(run, "activity idea", text, draft, also=note), work)
    next_ = doing.ACTIVITY_NEXT.format(id=view.id[:SHORT_ID_DIGITS])
    _tell(run, view, doing.ACTIVITY_NOTED, next_)


@activity.command()
@click.argument("which", metavar="ID")
@click.argument("day", metavar="DAY")
@click.option("--at", metavar="TIME", help="The time of day, such as 14:00.")
@click.option("--until", metavar="DAY", help="The last day, for what takes days or weeks.")
@click.option("--together", default="", metavar="TEXT", help="Who brings what, how you share it.")
@with_run
def plan(run: Run, which: str, day: str, at: str | None, until: str | None, together: str) -> None:
    """Give it a day: sat, tomorrow, or 2026-12-05.

    It may be planned anew as often as you like.
    """

    async def work(journal: Journal, words: str) -> ActivityView:
        from inglenook_client.cli.moments import given_clock

        return await journal.doing.plan(
            which,
            await given_coming_day(journal, day) or day,
            at=given_clock(at),
            until=await given_coming_day(journal, until),
            together=words,
        )

    view = with_note(run, "activity plan", together, work)
    from inglenook_client.cli.render import dates
    from inglenook_client.cli.render.doing import when

    planned = "" if view.plan is None else when(view.plan, dates.today())
    _tell(run, view, doing.ACTIVITY_PLANNED.format(idea=view.idea, when=planned))


@activity.command()
@click.argument("which", metavar="ID")
@click.argument("memory", nargs=-1, metavar="[MEMORY]")
@click.option("--date", metavar="DATE", help="The day on which it was.")
@with_run
def done(run: Run, which: str, memory: tuple[str, ...], date: str | None) -> None:
    """You did it; with a line on what stays, if you like.

    Either of you can add a memory, and both stand side by side.
    """

    async def work(journal: Journal, words: str) -> tuple[ActivityView, str | None]:
        from inglenook_client.cli.moments import given_date

        view = await journal.doing.done(which, memory=words, date=given_date(date))
        return view, journal.partner

    view, partner = with_note(run, "activity done", " ".join(memory), work)
    by = {one.by for one in view.memories}
    both = begin_sentence(doing.ACTIVITY_BOTH.format(partner=called(partner)))
    _tell(run, view, doing.ACTIVITY_DONE, "" if "partner" in by else both)


@activity.command("edit")
@click.argument("which", metavar="ID")
@click.argument("text", required=False)
@click.option("--note", metavar="TEXT", help="Another line about it.")
@click.option(
    "--without",
    type=OneOf(("note",)),
    multiple=True,
    metavar="FIELD",
    help="Leave it out from now on: note.",
)
@with_run
def edit(
    run: Run, which: str, text: str | None, note: str | None, without: tuple[str, ...]
) -> None:
    """Say your own idea anew."""
    fields = left_out(without, {"note": "note"}, {"note": note})

    async def work(journal: Journal, words: str) -> ActivityView:
        return await journal.doing.edit(which, idea=words or None, note=note, without=fields)

    if text is None and (note is not None or fields):
        view = with_journal(run, lambda journal: work(journal, ""))
    else:
        view = with_words(run, Words(run, "activity edit", text, also=note or ""), work)
    _tell(run, view, doing.ACTIVITY_EDITED)


@activity.command()
@click.argument("which", metavar="ID")
@with_run
def aside(run: Run, which: str) -> None:
    """Set it aside; no reason is needed."""
    view = with_journal(run, lambda journal: journal.doing.set_aside(which))
    _tell(run, view, doing.ACTIVITY_ASIDE)


@activity.command("show")
@click.argument("which", metavar="ID")
@with_run
def show_one(run: Run, which: str) -> None:
    """See one, with what you both remember."""
    view = with_journal(run, lambda journal: journal.doing.show(which))
    if run.json:
        emit(formats.document("activity", activity=view))
        return
    from inglenook_client.cli.render import dates
    from inglenook_client.cli.render import doing as render
    from inglenook_client.cli.render.page import Page

    render.activity(Page(), view, dates.today())
