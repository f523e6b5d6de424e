"""``nook celebrate``, ``nook keepsake``, ``nook commitment`` (PRACTICES 24, 26)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from inglenook_client.cli import formats
from inglenook_client.cli.choosing import OneOf
from inglenook_client.cli.commands.common import draft_option, left_out, one_source
from inglenook_client.cli.drafts_by_id import SHORT_ID_DIGITS
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal, with_words
from inglenook_client.cli.speaking import answer, begin_sentence, called, emit, say
from inglenook_client.cli.suggesting import SuggestingGroup
from inglenook_client.cli.texts import doing
from inglenook_client.cli.words import Words
from inglenook_client.core.model import EntryView
from inglenook_client.journal import Journal

if TYPE_CHECKING:
    from inglenook_client.core.practices.keeping_views import CommitmentView, KeepsakeView

date_option = click.option("--date", metavar="DATE", help="The day it belongs to.")


def _day(text: str | None) -> str | None:
    from inglenook_client.cli.moments import given_date

    return given_date(text)


# ------------------------------------------------------------------------------ milestones


@click.command()
@click.argument("text", required=False)
@click.option("--about", metavar="ID", help="The entry that it grew from.")
@click.option("--change", metavar="ID", help="Say an earlier one of yours anew.")
@date_option
@draft_option
@with_run
def celebrate(
    run: Run,
    text: str | None,
    about: str | None,
    change: str | None,
    date: str | None,
    draft: str | None,
) -> None:
    """Mark something small that has become better.

    nook celebrate "We talked about money and laughed". It stands as both of yours, whoever wrote
    it down.
    """
    one_source(text, draft)

    async def work(journal: Journal, words: str) -> EntryView:
        if change is not None:
            return await journal.treasuring.edit_milestone(change, text=words, date=_day(date))
        return await journal.treasuring.celebrate(words, about=about, date=_day(date))

    words = Words(run, "celebrate", text, draft)
    entry = with_words(run, words, work)
    line = doing.CELEBRATED if change is None else doing.MILESTONE_EDITED
    id_ = entry.id[:SHORT_ID_DIGITS]
    answer(run, formats.entry(entry), f"{line}  {id_}")
    if not run.json and _of_one(entry):
        say(doing.CELEBRATE_HINT.format(id=id_))


def _of_one(entry: EntryView) -> bool:
    """Whether it speaks of one person: told to its writer alone, and hinders nothing."""
    text = "" if entry.current is None else entry.current.text
    first = text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split()
    return bool(first) and first[0].strip(",.;:") in doing.OF_ONE


# ------------------------------------------------------------------------------ keepsakes


@click.group(cls=SuggestingGroup, invoke_without_command=True, words_go_to="pin")
@click.pass_context
@with_run
def keepsake(run: Run, context: click.Context) -> None:
    """Notes and symbols to keep in sight.

    Without a command, this shows what is pinned. Nothing says who has looked.
    """
    if context.invoked_subcommand is not None:
        return

    async def work(journal: Journal) -> list[KeepsakeView]:
        return await journal.treasuring.keepsakes()

    views = with_journal(run, work)
    if run.json:
        emit(formats.document("keepsakes", keepsakes=views))
        return
    from inglenook_client.cli.render import doing as render
    from inglenook_client.cli.render.page import Page

    render.keepsakes(Page(), views)


def _tell(run: Run, view: KeepsakeView, line: str) -> None:
    document = formats.document("keepsake", keepsake=view)
    answer(run, document, f"{line}  {view.id[:SHORT_ID_DIGITS]}")


@keepsake.command()
@click.argument("title", required=False)
@click.option("--text", default="", metavar="TEXT", help="What it is about.")
@click.option("--symbol", is_flag=True, help="It is a symbol rather than a note.")
@click.option("--about", metavar="ID", help="An entry to keep in sight.")
@click.option("--private", is_flag=True, help="For yourself alone.")
@date_option
@draft_option
@with_run
def pin(
    run: Run,
    title: str | None,
    text: str,
    symbol: bool,
    about: str | None,
    private: bool,
    date: str | None,
    draft: str | None,
) -> None:
    """Pin a note or a symbol, for both of you or with --private for yourself."""
    one_source(title, draft)

    async def work(journal: Journal, words: str) -> KeepsakeView:
        return await journal.treasuring.pin(
            words,
            form="symbol" if symbol else "note",
            text=text,
            about=about,
            date=_day(date),
            visibility="private" if private else "shared",
        )

    words = Words(run, "keepsake pin", title, draft, also=text)
    _tell(run, with_words(run, words, work), doing.KEEPSAKE_PINNED)


@keepsake.command("edit")
@click.argument("which", metavar="ID")
@click.argument("title", required=False)
@click.option("--text", metavar="TEXT", help="Other words about it.")
@click.option(
    "--without",
    type=OneOf(("text",)),
    multiple=True,
    metavar="FIELD",
    help="Leave it out from now on: text.",
)
@with_run
def edit_keepsake(
    run: Run, which: str, title: str | None, text: str | None, without: tuple[str, ...]
) -> None:
    """Say your own anew."""
    fields = left_out(without, {"text": "text"}, {"text": text})

    async def work(journal: Journal, words: str) -> KeepsakeView:
        return await journal.treasuring.edit_keepsake(
            which, title=words or None, text=text, without=fields
        )

    if title is None and (text is not None or fields):
        view = with_journal(run, lambda journal: work(journal, ""))
    else:
        view = with_words(run, Words(run, "keepsake edit", title, also=text or ""), work)
    _tell(run, view, doing.KEEPSAKE_EDITED)


@keepsake.command()
@click.argument("which", metavar="ID")
@with_run
def unpin(run: Run, which: str) -> None:
    """Take your own out of sight; its words stay."""
    view = with_journal(run, lambda journal: journal.treasuring.unpin(which))
    _tell(run, view, doing.KEEPSAKE_UNPINNED)


# ------------------------------------------------------------------------------ commitment


@click.group(cls=SuggestingGroup, invoke_without_command=True, words_go_to="write")
@click.pass_context
@with_run
def commitment(run: Run, context: click.Context) -> None:
    """What you both want to hold on to.

    In words that you both agree to; without a command, this shows them. New words ask you both
    again, and either can take their agreement back.
    """
    if context.invoked_subcommand is not None:
        return

    async def work(journal: Journal) -> tuple[list[CommitmentView], str | None]:
        return await journal.treasuring.commitments(), journal.partner

    views, partner = with_journal(run, work)
    if run.json:
        emit(formats.document("commitments", commitments=views))
        return
    from inglenook_client.cli.render import doing as render
    from inglenook_client.cli.render.page import Page

    render.commitments(Page(), views, called(partner))


@commitment.command()
@click.argument("text", required=False)
@draft_option
@with_run
def write(run: Run, text: str | None, draft: str | None) -> None:
    """Write it, or other words in its place.

    Your own word is given with it; it holds once the other person agrees to just these words.
    """
    one_source(text, draft)
    words = Words(run, "commitment write", text, draft)

    async def begin(journal: Journal) -> None:
        if text is None and draft is None and run.someone_is_there:
            standing = await journal.treasuring.commitments()
            words.start = standing[0].standing[-1].text if standing else ""

    async def work(journal: Journal, said: str) -> tuple[CommitmentView, str | None]:
        return await journal.treasuring.write_commitment(said), journal.partner

    view, partner = with_words(run, words, work, begin)
    line = begin_sentence(doing.COMMITMENT_WRITTEN.format(partner=called(partner)))
    _tell_commitment(run, view, line)


@commitment.command("agree")
@click.argument("which", metavar="[ID]", default="")
@with_run
def agree_(run: Run, which: str) -> None:
    """Agree to the words as they stand."""
    view = with_journal(run, lambda journal: journal.treasuring.agree_to(which))
    line = doing.COMMITMENT_AGREED if view.holds else doing.COMMITMENT_AGREED_ONE
    _tell_commitment(run, view, line)


@commitment.command()
@click.argument("which", metavar="[ID]", default="")
@with_run
def revoke(run: Run, which: str) -> None:
    """Take your agreement back; no reason is needed."""
    view = with_journal(run, lambda journal: journal.treasuring.take_back(which))
    _tell_commitment(run, view, doing.COMMITMENT_REVOKED)


def _tell_commitment(run: Run, view: CommitmentView, line: str) -> None:
    answer(run, formats.document("commitments", commitments=[view]), line)
