"""``nook reply`` and ``nook react``."""

from __future__ import annotations

import click

from inglenook_client.cli import formats
from inglenook_client.cli.choosing import OneOf
from inglenook_client.cli.commands.common import draft_option, one_source
from inglenook_client.cli.commands.starting import starter_option
from inglenook_client.cli.meaning import names_something, which_one
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal, with_words
from inglenook_client.cli.speaking import answer, called
from inglenook_client.cli.texts import writing
from inglenook_client.cli.words import Words
from inglenook_client.core.model import EntryView
from inglenook_client.journal import Journal

# The list of SPEC 13.3; a test compares. Loading the protocol's own takes 40 ms, in help too.
REACTIONS = ("warm", "smile", "hug", "thanks", "with-you")


@click.command()
@click.argument("entry", metavar="[ID]", default="")
@click.argument("text", required=False)
@starter_option
@draft_option
@with_run
def reply(run: Run, entry: str, text: str | None, starter: int | None, draft: str | None) -> None:
    """Reply to an entry.

    ID is the beginning of the entry's id, as the timeline shows it; without one it is the last
    that the other wrote: nook reply "Me too." A reply stands where the entry stands: under a
    private entry only you see it. A starter is a beginning; the rest is yours, and nothing is
    sent by itself.
    """
    if text is None and not names_something(entry):
        entry, text = "", entry or None
    one_source(text, draft)
    if starter is not None:
        from inglenook_client.cli.commands.starting import begun_with

        begun = begun_with(run, starter, text, f"nook reply {entry}".rstrip())
        if begun is None:
            return
        text = begun

    named = [entry]

    async def begin(journal: Journal) -> None:
        named[0] = await which_one(run, journal, entry, "answer")

    async def work(journal: Journal, words: str) -> tuple[EntryView, str | None]:
        return await journal.reply(named[0], words), journal.partner

    view, partner = with_words(run, Words(run, "reply", text, draft), work, begin)
    shared = view.visibility == "shared"
    line = writing.REPLIED.format(partner=called(partner)) if shared else writing.REPLIED_PRIVATE
    answer(run, formats.entry(view), line)


@click.command()
@click.argument("entry", metavar="[ID]", default="")
@click.argument("reaction", type=OneOf(REACTIONS), required=False)
@click.option("--undo", is_flag=True, help="Take a reaction back.")
@with_run
def react(run: Run, entry: str, reaction: str | None, undo: bool) -> None:
    """Answer an entry with a warm sign.

    REACTION is warm, smile, hug, thanks or with-you; without one it is simply warm. Without an ID
    it is for the last that the other wrote: nook react hug. With --undo the reaction is taken
    back, or all of yours there if none is named.
    """
    if reaction is None and entry in REACTIONS:
        entry, reaction = "", entry

    async def work(journal: Journal) -> EntryView:
        id_ = await which_one(run, journal, entry, "answer")
        if undo:
            return await journal.take_back_reaction(id_, reaction)
        return await journal.react(id_, reaction or REACTIONS[0])

    view = with_journal(run, work)
    given = writing.REACTED_WITH[reaction or REACTIONS[0]]
    answer(run, formats.entry(view), writing.REACTION_TAKEN if undo else given)
