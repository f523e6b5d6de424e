"""``nook write``."""

from __future__ import annotations

import click

from inglenook_client.cli import formats
from inglenook_client.cli.commands.common import draft_option, one_source, shared_lines
from inglenook_client.cli.drafts_by_id import SHORT_ID_DIGITS
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_words
from inglenook_client.cli.speaking import answer
from inglenook_client.cli.texts import writing
from inglenook_client.cli.words import Words
from inglenook_client.core.model import EntryView
from inglenook_client.journal import Journal


@click.command()
@click.argument("text", required=False)
@click.option("--share", is_flag=True, help="Write into the journal of both of you.")
@click.option("--progress", is_flag=True, help="It is a sign of progress.")
@click.option("--date", metavar="DATE", help="The day it belongs to: 2026-11-23, yesterday.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="A tag; may be repeated.")
@click.option("--beside", metavar="ID", help="Your account of a moment that stands there.")
@draft_option
@with_run
def write(
    run: Run,
    text: str | None,
    share: bool,
    progress: bool,
    date: str | None,
    tags: tuple[str, ...],
    beside: str | None,
    draft: str | None,
) -> None:
    """Write something down, for yourself or for both of you.

    TEXT is what you write; "-" or a pipe takes standard input, and neither opens your editor
    (VISUAL or EDITOR). A TEXT on the command line may stay in your shell's history; words from
    the editor or a pipe don't. Without --share only you can ever read it.
    """
    one_source(text, draft)

    async def work(journal: Journal, words: str) -> tuple[EntryView, str | None]:
        from inglenook_client.cli.moments import given_date

        entry = await journal.write(
            words,
            visibility="shared" if share else "private",
            form="progress" if progress else "moment",
            date=given_date(date),
            tags=list(tags),
            beside=beside,
        )
        return entry, journal.partner

    entry, partner = with_words(run, Words(run, "write", text, draft), work)
    lines = shared_lines(partner) if share else [writing.KEPT_PRIVATE]
    lines[0] = f"{lines[0]}  {entry.id[:SHORT_ID_DIGITS]}"
    answer(run, formats.entry(entry), *lines)
