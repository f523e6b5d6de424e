"""``nook look-back``, ``nook on-this-day``, ``nook trends`` (PRACTICES 25, "Seeing it")."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from inglenook_client.cli import formats
from inglenook_client.cli.meaning import which_one
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal
from inglenook_client.cli.speaking import answer, called, emit
from inglenook_client.cli.suggesting import SuggestingGroup
from inglenook_client.cli.texts import looking
from inglenook_client.core.model import EntryView, Visibility
from inglenook_client.journal import Journal

if TYPE_CHECKING:
    from inglenook_client.core.practices.keeping_views import LookBackView, OnThisDayView, PathView
    from inglenook_client.core.practices.trending import TrendsView, Unit


@click.group("look-back", cls=SuggestingGroup, invoke_without_command=True)
@click.option("--all", "whole", is_flag=True, help="All of it, and not a choice.")
@click.pass_context
@with_run
def look_back(run: Run, context: click.Context, whole: bool) -> None:
    """In hard times: the path so far, as you both allow.

    Only what you both agreed to look back at, and never what came of a conflict. Either of you
    can leave things out for themselves, and nobody is told.
    """
    if context.invoked_subcommand is not None:
        return

    async def work(journal: Journal) -> tuple[PathView, LookBackView, str | None]:
        path = await journal.looking_back.path(whole=whole)
        return path, await journal.looking_back.agreement(), journal.partner

    path, agreement, partner = with_journal(run, work)
    if run.json:
        emit(
            formats.document(
                "look-back",
                allowed=path.allowed,
                asked=agreement.asked,
                mine=agreement.mine,
                days=path.days,
                whole=path.whole,
            )
        )
        return
    from inglenook_client.cli.render import dates
    from inglenook_client.cli.render import looking as render
    from inglenook_client.cli.render.page import Page

    render.path(Page(), path, agreement, called(partner), dates.today())


def _tell(run: Run, view: LookBackView, line: str) -> None:
    document = formats.document(
        "look-back-agreement", allowed=view.allowed, asked=view.asked, mine=view.mine
    )
    answer(run, document, line)


def _named(practices: list[str]) -> str:
    from inglenook_client.cli.render.looking import named

    return named(practices)


@look_back.command()
@click.argument("practices", nargs=-1, required=True, metavar="PRACTICE...")
@with_run
def propose(run: Run, practices: tuple[str, ...]) -> None:
    """Propose what may be looked back at, such as: journal kindness milestone.

    The words are journal, kindness, activity, ritual, couple-time, rhythm, milestone, keepsake
    and disclosure. It opens once the other person agrees to the same.
    """

    async def work(journal: Journal) -> tuple[LookBackView, str | None]:
        return await journal.looking_back.propose(list(practices)), journal.partner

    view, partner = with_journal(run, work)
    mine = [] if view.mine is None else view.mine.practices
    line = looking.PROPOSED.format(practices=_named(mine), partner=called(partner))
    _tell(run, view, line)


@look_back.command("agree")
@with_run
def agree_(run: Run) -> None:
    """Agree to what was proposed."""
    view = with_journal(run, lambda journal: journal.looking_back.agree_to())
    agreed = looking.AGREED.format(practices=_named(view.allowed))
    _tell(run, view, agreed if view.allowed else looking.AGREED_ONE)


@look_back.command()
@with_run
def revoke(run: Run) -> None:
    """Take your agreement back; no reason is needed."""
    _tell(run, with_journal(run, lambda journal: journal.looking_back.take_back()), looking.REVOKED)


@look_back.command()
@click.argument("entry", metavar="ID")
@with_run
def hide(run: Run, entry: str) -> None:
    """Leave an entry out when you look back; nobody is told."""

    async def work(journal: Journal) -> EntryView:
        return await journal.looking_back.hide(await which_one(run, journal, entry, "read"))

    view = with_journal(run, work)
    answer(run, formats.entry(view), looking.HIDDEN)


@look_back.command("show-again")
@click.argument("entry", metavar="ID")
@with_run
def show_again(run: Run, entry: str) -> None:
    """Let an entry be looked back at again."""
    view = with_journal(run, lambda journal: journal.looking_back.show_again(entry))
    answer(run, formats.entry(view), looking.SHOWN_AGAIN)


@look_back.command()
@with_run
def hidden(run: Run) -> None:
    """See what you have left out."""

    async def work(journal: Journal) -> list[EntryView]:
        return await journal.looking_back.hidden()

    views = with_journal(run, work)
    if run.json:
        emit(formats.document("hidden", hidden=views))
        return
    from inglenook_client.cli.render import dates
    from inglenook_client.cli.render import looking as render
    from inglenook_client.cli.render.page import Page

    render.hidden(Page(), views, dates.today())


# ------------------------------------------------------------------------------ this day


@click.command("on-this-day")
@click.argument("day", required=False, metavar="[DATE]")
@click.option("--private/--shared", default=None, help="Only one of the two journals.")
@with_run
def on_this_day(run: Run, day: str | None, private: bool | None) -> None:
    """What stood on this day, months or years ago.

    A month, half a year, or years ago. What came of a conflict stays out, and so does what is
    tender or what you left out when you look back.
    """
    visibility: Visibility | None = None
    if private is not None:
        visibility = "private" if private else "shared"

    async def work(journal: Journal) -> OnThisDayView:
        from inglenook_client.cli.moments import given_date

        return await journal.looking_back.on_this_day(given_date(day), visibility)

    view = with_journal(run, work)
    if run.json:
        emit(formats.document("on-this-day", date=view.date, days=view.days))
        return
    from inglenook_client.cli.render import dates
    from inglenook_client.cli.render import looking as render
    from inglenook_client.cli.render.page import Page

    render.on_this_day(Page(), view, dates.today())


# ------------------------------------------------------------------------------ trends


@click.command()
@click.option("--months", is_flag=True, help="By months instead of weeks.")
@click.option("--periods", type=click.IntRange(1, 60), default=12, help="How many; 12 if unsaid.")
@with_run
def trends(run: Run, months: bool, periods: int) -> None:
    """How things have been lately, for the two of you as one.

    By weeks or months, in words with a small picture. Nothing is counted for either of you, and
    where there is nothing, there is nothing to see.
    """
    unit: Unit = "month" if months else "week"

    async def work(journal: Journal) -> TrendsView:
        return await journal.looking_back.trends(unit, periods)

    view = with_journal(run, work)
    if run.json:
        emit(
            formats.document(
                "trends", unit=view.unit, first=view.first, last=view.last, themes=view.themes
            )
        )
        return
    from inglenook_client.cli.render import dates
    from inglenook_client.cli.render import looking as render
    from inglenook_client.cli.render.page import Page

    render.trends(Page(), view, periods, dates.today())
