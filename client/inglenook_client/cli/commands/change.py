"""``nook share``, ``nook edit`` and ``nook redact``."""

from __future__ import annotations

import sys

import click

from inglenook_client.cli import formats
from inglenook_client.cli.choosing import OneOf
from inglenook_client.cli.commands.common import (
    draft_option,
    left_out,
    one_source,
    shared_lines,
    sure,
)
from inglenook_client.cli.drafts_by_id import SHORT_ID_DIGITS
from inglenook_client.cli.meaning import which_one
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal, with_words
from inglenook_client.cli.speaking import answer, begin_sentence, called
from inglenook_client.cli.texts import writing
from inglenook_client.cli.words import Words
from inglenook_client.core.model import EntryView
from inglenook_client.journal import Journal


@click.command()
@click.argument("entry", metavar="[ID]", default="")
@click.option("--yes", is_flag=True, help="Don't ask; for scripts.")
@with_run
def share(run: Run, entry: str, yes: bool) -> None:
    """Share something from your private journal.

    A copy goes into the journal of both of you; the private one stays. A draft is said, and is no
    draft any more. Without an ID it is what you wrote last. The other person may keep what they
    receive.
    """

    async def work(journal: Journal) -> tuple[EntryView, str | None] | None:
        id_ = await which_one(run, journal, entry, "share")
        if journal.paired and await journal.drafting.practice_of(id_) is not None:
            from inglenook_client.cli.commands.sharing import share_draft

            await share_draft(run, journal, id_, yes=yes)
            return None
        question = writing.ASK_SHARE.format(partner=begin_sentence(called(journal.partner)))
        if journal.paired and not sure(run, question, writing.SHARE_NEEDS_YES, yes=yes):
            return None
        return await journal.share(id_), journal.partner

    shared = with_journal(run, work)
    if shared is not None:
        view, partner = shared
        lines = shared_lines(partner)
        lines[0] = f"{lines[0]}  {view.id[:SHORT_ID_DIGITS]}"
        answer(run, formats.entry(view), *lines)


_OPTIONAL = {
    "tags": "tags", "did": "effect", "feelings": "feelings", "energy": "energy", "note": "text",
    "helps": "would_help",
}  # fmt: skip


def _words_of(view: EntryView, beginning: str) -> str:
    """The main text of an entry, or of the reply that was named."""
    for reply in view.replies:
        if reply.id.startswith(beginning.lower()):
            return reply.text
    if view.current is None:
        return ""
    return view.current.text or view.current.noticed or view.current.note


@click.command()
@click.argument("entry", metavar="[ID]", default="")
@click.argument("text", required=False)
@click.option("--date", metavar="DATE", help="The day it belongs to.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="All tags anew; repeatable.")
@click.option("--no-tags", is_flag=True, help="Take all tags away.")
@click.option("--did", metavar="TEXT", help="For a thank you: what it did.")
@click.option("--feeling", "feelings", multiple=True, metavar="WORD", help="For a check-in.")
@click.option("--energy", type=click.IntRange(1, 5), help="For a check-in.")
@click.option("--helps", metavar="TEXT", help="For a check-in: what would help.")
@click.option(
    "--without",
    type=OneOf(tuple(_OPTIONAL)),
    multiple=True,
    metavar="FIELD",
    help="Leave it out from now on: tags, did, feelings, energy, note or helps.",
)
@draft_option
@with_run
def edit(
    run: Run,
    entry: str,
    text: str | None,
    date: str | None,
    tags: tuple[str, ...],
    no_tags: bool,
    did: str | None,
    feelings: tuple[str, ...],
    energy: int | None,
    helps: str | None,
    without: tuple[str, ...],
    draft: str | None,
) -> None:
    """Change your own words.

    Without TEXT your editor opens with the words as they stand. The earlier ones stay in the
    entry's history; a shared entry shows that it was edited. Without an ID, or with last in its
    place, it is what you wrote last: nook edit last --date yesterday
    """
    one_source(text, draft)
    anew = {
        "tags": tags, "did": did, "feelings": feelings, "energy": energy, "note": text or draft,
        "helps": helps,
    }  # fmt: skip
    fields = left_out((*without, *(("tags",) if no_tags else ())), _OPTIONAL, anew)
    details = any((date, tags, fields, did is not None, feelings, energy, helps is not None))
    words = Words(run, "edit", text, draft)
    named = [entry]

    async def change(journal: Journal, new: str | None) -> tuple[EntryView, str | None]:
        from inglenook_client.cli.moments import given_date

        view = await journal.edit(
            named[0],
            text=new,
            date=given_date(date),
            tags=list(tags) or None,
            effect=did,
            feelings=list(feelings) or None,
            energy=energy,
            would_help=helps,
            without=fields,
        )
        return view, journal.partner

    async def begin(journal: Journal) -> None:
        named[0] = await which_one(run, journal, entry, "change")
        if draft is None and text is None and sys.stdin.isatty():
            words.start = _words_of(await journal.show(named[0]), named[0])

    async def details_only(journal: Journal) -> tuple[EntryView, str | None]:
        named[0] = await which_one(run, journal, entry, "change")
        return await change(journal, None)

    if details and text is None and draft is None:
        view, partner = with_journal(run, details_only)
    else:
        view, partner = with_words(run, words, change, begin)
    shared = view.visibility == "shared"
    line = writing.EDITED_SHARED.format(partner=called(partner)) if shared else writing.EDITED
    answer(run, formats.entry(view), line)


@click.command()
@click.argument("entry", metavar="ID")
@click.option("--yes", is_flag=True, help="Don't ask; for scripts.")
@with_run
def redact(run: Run, entry: str, yes: bool) -> None:
    """Take back your own words.

    Works for an entry or a reply; last stands for the latest entry of yours. In a shared journal
    this is a request: whoever received the words may have kept them.
    """

    async def work(journal: Journal) -> tuple[EntryView, str | None] | None:
        id_ = await which_one(run, journal, entry, "change")
        await journal.show(id_)  # a wrong id is told before the question
        if not sure(run, writing.ASK_REDACT, writing.REDACT_NEEDS_YES, yes=yes):
            return None
        return await journal.redact(id_), journal.partner

    done = with_journal(run, work)
    if done is not None:
        view, partner = done
        shared = view.visibility == "shared"
        line = writing.REDACTED_SHARED if shared else writing.REDACTED
        next_ = writing.REDACTED_NEXT if shared else ""
        line = line.format(partner=begin_sentence(called(partner)))
        answer(run, formats.entry(view), line, next_)
