"""``nook timeline``, ``nook show`` and ``nook search``."""

from __future__ import annotations

import datetime
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import click

from inglenook_client.cli import formats
from inglenook_client.cli.choosing import OneOfWhat
from inglenook_client.cli.commands.common import say_new
from inglenook_client.cli.meaning import which_one
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal
from inglenook_client.cli.speaking import emit, say
from inglenook_client.cli.texts import reading
from inglenook_client.core.fold import TIMELINE_KINDS
from inglenook_client.core.model import (
    DeviceView,
    EntryView,
    RoundView,
    SearchHit,
    TimelineView,
    Visibility,
)
from inglenook_client.journal import Journal
from inglenook_client.language import translated

if TYPE_CHECKING:
    from inglenook_client.cli.render.page import Page
    from inglenook_client.core.practices.week_views import QuietView
    from inglenook_client.journal.showing import Shown

T = TypeVar("T")

_WHOLE_IN_ITSELF: Final = TIMELINE_KINDS
"""Kinds whose own page says everything: nothing of practices is loaded for them."""


def _kinds() -> Iterable[str]:
    from inglenook_client.core.practices.showing import filters

    return filters()


def _read(run: Run, work: Callable[[Journal], Awaitable[T]]) -> T:
    """Read; then say which journal that leaves out because it can't be read, and which of one's
    own computers are new."""
    new: list[DeviceView] = []

    async def noted(journal: Journal) -> T:
        try:
            found = await work(journal)
            if not run.json:
                new.extend(await journal.devices.new())
            return found
        finally:
            for notice in journal.unreadable if not run.json else []:
                say(translated(notice.message))
                say(translated(notice.next_step))

    found = with_journal(run, noted)
    say_new(new)
    return found


def _page() -> tuple[Page, datetime.date]:
    from inglenook_client.cli.render import dates
    from inglenook_client.cli.render.page import Page

    return Page(), dates.today()


@click.command()
@click.option("--days", type=click.IntRange(1, 3660), default=7, help="How many days; 7 if unsaid.")
@click.option("--before", metavar="DATE", help="The days before this one.")
@click.option(
    "--kind",
    "kinds",
    type=OneOfWhat(_kinds),
    metavar="KIND",
    multiple=True,
    help="Only this kind or practice, such as milestone; may be repeated.",
)
@click.option(
    "--week",
    is_flag=False,
    flag_value="",
    metavar="[WEEK]",
    help="One week: this one, last for the one before, or 2026-W48.",
)
@click.option("--path", is_flag=True, help="From the beginning on, the oldest first.")
@click.option("--after", metavar="DATE", help="With --path: the days after this one.")
@click.option("--tag", metavar="TAG", help="Only what has this tag.")
@click.option("--private/--shared", default=None, help="Only one of the two journals.")
@with_run
def timeline(
    run: Run,
    days: int,
    before: str | None,
    kinds: tuple[str, ...],
    week: str | None,
    path: bool,
    after: str | None,
    tag: str | None,
    private: bool | None,
) -> None:
    """Read the journal by day, newest first.

    Days are those on which something stands. The timeline has an end, and says so.
    """
    if (after and not path) or sum((week is not None, path, before is not None)) > 1:
        raise click.UsageError(reading.ONE_VIEW)
    visibility: Visibility | None = None
    if private is not None:
        visibility = "private" if private else "shared"

    async def work(journal: Journal) -> tuple[TimelineView, QuietView | None, str | None]:
        from inglenook_client.cli.moments import given_date

        asked = await _week(journal, week)

        view = await journal.timeline(
            days=days,
            before=given_date(before),
            kinds=list(kinds) or None,
            visibility=visibility,
            tag=tag,
            week=asked,
            path=path,
            after=given_date(after),
        )
        quiet = await journal.days.quiet()
        if quiet is not None:
            from inglenook_client.core.practices.week_views import without_news

            view = without_news(view, quiet)
        return view, quiet, asked

    view, quiet, asked = _read(run, work)
    if run.json:
        emit(formats.timeline(view, quiet))
        return
    from inglenook_client.cli.render import timeline as render

    filtered = bool(kinds or tag or visibility or before)
    page, now = _page()
    if quiet is not None:
        from inglenook_client.cli.render.tending import quiet as tell_quiet

        page.gap()
        tell_quiet(page, quiet)
    render.timeline(page, view, now, filtered=filtered, week=asked, path=path)


async def _week(journal: Journal, said: str | None) -> str | None:
    """The ISO week that is asked for; this one where none is named."""
    if said is None:
        return None
    from inglenook_client.cli.commands.days import given_week
    from inglenook_protocol.reveal import iso_week

    today = (await journal.days.now()).date()
    return given_week(said, today) if said else iso_week(today)


@click.command()
@click.argument("entry", metavar="[ID]", default="")
@with_run
def show(run: Run, entry: str) -> None:
    """Read one entry with its history.

    What belongs to a practice is shown as there, with what could be next. ID is the beginning of
    the id, four digits or more, as the timeline shows it. Without one it is the last entry.
    """

    async def work(journal: Journal) -> _Entry | RoundView:
        from inglenook_client.journal.errors import NoSuchEntryError

        id_ = await which_one(run, journal, entry, "read")
        try:
            view = await journal.show(id_)
        except NoSuchEntryError:
            round_ = await journal.showing.round_(id_)
            if round_ is None:
                raise
            return await _round(run, journal, round_)
        shown = None
        if not view.redacted and view.kind not in _WHOLE_IN_ITSELF:
            shown = await journal.showing.of(id_)
        if shown is not None and isinstance(shown.view, RoundView):
            return await _round(run, journal, shown.view)
        accounts = await journal.accounts(id_)
        return _Entry(view, accounts, shown, (journal.name, journal.partner))

    found = _read(run, work)
    if isinstance(found, RoundView):
        return
    if run.json:
        emit(formats.entry(found.view, found.accounts, found.shown))
        return
    page, now = _page()
    if found.shown is not None:
        from inglenook_client.cli.commands.showing import page_of

        page_of(page, found.shown, found.view, now, found.names)
        return
    from inglenook_client.cli.render import entry as render

    render.whole(page, found.view, now, found.names[1], found.accounts)


class _Entry(NamedTuple):
    """What there is to show of an entry."""

    view: EntryView
    accounts: list[EntryView]
    shown: Shown | None
    """As the view of its practice, where it has one."""
    names: tuple[str, str | None]


async def _round(run: Run, journal: Journal, view: RoundView) -> RoundView:
    """Show a round, whose page asks the journal for what its step is."""
    if run.json:
        emit(formats.document("round", round=view))
        return view
    from inglenook_client.cli.commands.showing import round_page
    from inglenook_client.cli.render.page import Page

    await round_page(Page(), journal, view, (journal.name, journal.partner))
    return view


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, help="How many; 20 if unsaid.")
@with_run
def search(run: Run, words: tuple[str, ...], limit: int) -> None:
    """Look for words.

    In everything that you can read, the best first.
    """

    async def work(journal: Journal) -> list[SearchHit]:
        return await journal.search(" ".join(words), limit=limit)

    found = _read(run, work)
    if run.json:
        emit(formats.search(found))
        return
    from inglenook_client.cli.render import timeline as render

    page, now = _page()
    render.hits(page, found, now)
