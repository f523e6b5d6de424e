"""``nook erase``."""

from __future__ import annotations

import sys
from contextlib import nullcontext

import click

from inglenook_client.cli import formats
from inglenook_client.cli.commands.common import sure
from inglenook_client.cli.commands.sync import moving_bar
from inglenook_client.cli.render.counts import counted
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal
from inglenook_client.cli.speaking import answer, begin_sentence, called, say
from inglenook_client.cli.texts import erasing
from inglenook_client.journal import Journal


@click.command()
@click.argument("entry", metavar="[ID]", required=False)
@click.option("--all", "everything", is_flag=True, help="All that you ever shared.")
@click.option("--yes", is_flag=True, help="Don't ask; for scripts.")
@with_run
def erase(run: Run, entry: str | None, everything: bool, yes: bool) -> None:
    """Have the relay delete its copy of your own words.

    This can be seen by the other person. Your own copy stays here, and so does theirs; to ask
    their app to let the words go too: nook redact. It works after leaving as well, and goes on
    where it was stopped.
    """
    if (entry is None) == (not everything):
        raise click.UsageError(erasing.ONE_OR_ALL)

    async def work(journal: Journal) -> int | None:
        count = await journal.erasing.count(entry)
        if count and not yes and run.someone_is_there:
            _say_what_it_means(journal.partner, count)
        if count and not sure(run, erasing.ASK_ERASE, erasing.ERASE_NEEDS_YES, yes=yes):
            return None
        moving = sys.stderr.isatty() and not run.json
        with moving_bar() if moving else nullcontext() as tell:
            return await journal.erasing.erase(entry, tell)

    erased = with_journal(run, work)
    if erased is not None:
        document = formats.document("erased", erased=erased, confirmed=True)
        said = counted(erasing.ERASED, erased)
        answer(run, document, said, erasing.LIMIT)


def _say_what_it_means(partner: str | None, count: int) -> None:
    name = called(partner)
    say(counted(erasing.ERASE, count))
    say(erasing.ERASE_SEEN.format(partner=begin_sentence(name)))
    say(erasing.ERASE_KEEPS.format(partner=begin_sentence(name)))
