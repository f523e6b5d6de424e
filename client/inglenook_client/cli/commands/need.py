"""``nook need``: essential needs, told and heard (PRACTICES 15)."""

from __future__ import annotations

import click

from inglenook_client.cli import formats
from inglenook_client.cli.asking import ask
from inglenook_client.cli.choosing import OneOf
from inglenook_client.cli.commands.common import draft_option, left_out
from inglenook_client.cli.commands.listen import with_kept
from inglenook_client.cli.commands.sharing import drafted, drop_command
from inglenook_client.cli.errors import NothingWrittenError
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal, with_words
from inglenook_client.cli.speaking import answer, begin_sentence, called, emit
from inglenook_client.cli.suggesting import OrderedGroup
from inglenook_client.cli.texts import needing, writing
from inglenook_client.cli.words import Words, id_and_text
from inglenook_client.core.practices.drafting import DraftView
from inglenook_client.core.practices.needing_views import NeedView
from inglenook_client.journal import Journal


@click.group(cls=OrderedGroup, invoke_without_command=True, words_go_to="state")
@click.option("--resting", is_flag=True, help="Those at rest as well.")
@click.pass_context
@with_run
def need(run: Run, context: click.Context, resting: bool) -> None:
    """Essential needs: say them, and hear them.

    Two or three at a time, so that each can be heard. The other person says a need back in their
    own words; whoever has it says whether that is it.
    """
    if context.invoked_subcommand is not None:
        return

    async def work(journal: Journal) -> tuple[list[NeedView], list[DraftView]]:
        needs = await journal.needing.all(resting=resting)
        return needs, await journal.drafting.open("need")

    needs, drafts = with_journal(run, work)
    if run.json:
        emit(formats.document("needs", needs=needs, drafts=drafts))
        return
    from inglenook_client.cli.render import dates
    from inglenook_client.cli.render import needing as render
    from inglenook_client.cli.render.page import Page

    render.needs(Page(), needs, drafts, dates.today())


_OPTIONAL = {"why": "why"}
_without = click.option(
    "--without",
    type=OneOf(("why",)),
    multiple=True,
    metavar="FIELD",
    help="Leave it out from now on: why.",
)


@need.command()
@click.argument("words", nargs=-1, metavar="[TEXT]")
@click.option("--why", default="", metavar="TEXT", help="Why it matters to you.")
@click.option("--change", metavar="ID", help="Say a draft anew.")
@_without
@with_run
def state(
    run: Run, words: tuple[str, ...], why: str, change: str | None, without: tuple[str, ...]
) -> None:
    """Put a need into words.

    It is drafted first, for you alone, and told by a second step: nook share ID.
    """
    fields = left_out(without, _OPTIONAL, {"why": why})
    said = {"need": " ".join(words), "why": why}
    kept = Words(run, "need state", "\n".join(filter(None, said.values())))

    async def work(journal: Journal) -> None:
        if not said["need"] and change is None and not fields:
            if run.someone_is_there:
                kept.argument = said["need"] = ask(needing.ASK_NEED, "")
                if not kept.argument:
                    raise NothingWrittenError(writing.NOTHING_WRITTEN)
                said["why"] = why or ask(needing.ASK_WHY, "")
                kept.argument = "\n".join(filter(None, said.values()))
            else:
                kept.argument = None
                said["need"] = kept.read()
        given = {name: text for name, text in said.items() if text}
        if change is None:
            draft = await journal.drafting.keep("need", given)
        else:
            draft = await journal.drafting.edit(change, given, fields)
        kept.take_in()
        await drafted(run, journal, draft)

    with_kept(run, kept, work)


@need.command()
@click.argument("words", nargs=-1, metavar="[ID] [TEXT]")
@draft_option
@with_run
def hear(run: Run, words: tuple[str, ...], draft: str | None) -> None:
    """Say a need back in your own words."""
    entry, text = id_and_text(words)

    async def work(journal: Journal, said: str) -> tuple[NeedView, str | None]:
        return await journal.needing.hear(said, entry), journal.partner

    view, partner = with_words(run, Words(run, "need hear", text, draft), work)
    _tell(run, view, needing.SAID_BACK.format(partner=called(partner)))


@need.command()
@click.argument("entry", metavar="[ID]", default="")
@with_run
def confirm(run: Run, entry: str) -> None:
    """Say that this is it: you were heard."""
    view = with_journal(run, lambda journal: journal.needing.confirm(entry))
    _tell(run, view, needing.NEED_CONFIRMED.format(id=view.id[:8]))


@need.command()
@click.argument("words", nargs=-1, metavar="[ID] [TEXT]")
@draft_option
@with_run
def correct(run: Run, words: tuple[str, ...], draft: str | None) -> None:
    """Say what you meant, if it was heard otherwise."""
    entry, text = id_and_text(words)

    async def work(journal: Journal, said: str) -> NeedView:
        return await journal.needing.correct(said, entry)

    _tell(
        run, with_words(run, Words(run, "need correct", text, draft), work), needing.NEED_CORRECTED
    )


@need.command()
@click.argument("entry", metavar="ID")
@click.argument("words", nargs=-1, metavar="[TEXT]")
@click.option("--why", metavar="TEXT", help="Why it matters to you.")
@_without
@draft_option
@with_run
def edit(
    run: Run,
    entry: str,
    words: tuple[str, ...],
    why: str | None,
    without: tuple[str, ...],
    draft: str | None,
) -> None:
    """Say your need in other words; it asks to be heard again."""
    fields = left_out(without, _OPTIONAL, {"why": why})

    async def work(journal: Journal, said: str) -> NeedView:
        return await journal.needing.edit(entry, said, why, fields)

    async def only_why(journal: Journal) -> NeedView:
        return await journal.needing.edit(entry, None, why, fields)

    if (why is not None or fields) and not words and draft is None:
        view = with_journal(run, only_why)
    else:
        kept = Words(run, "need edit", " ".join(words) or None, draft, also=why or "")
        view = with_words(run, kept, work)
    _tell(run, view, needing.NEED_EDITED)


@need.command()
@click.argument("entry", metavar="ID")
@with_run
def rest(run: Run, entry: str) -> None:
    """Let a need of yours rest for now."""
    _tell(run, with_journal(run, lambda journal: journal.needing.rest(entry)), needing.NEED_RESTS)


@need.command()
@click.argument("entry", metavar="ID")
@with_run
def wake(run: Run, entry: str) -> None:
    """Wake a need that rests."""
    _tell(run, with_journal(run, lambda journal: journal.needing.wake(entry)), needing.NEED_WOKEN)


need.add_command(drop_command())


def _tell(run: Run, view: NeedView, line: str) -> None:
    answer(run, formats.document("need", need=view), begin_sentence(line))
