"""``nook leave`` and ``nook anew``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from inglenook_client.cli import formats
from inglenook_client.cli.commands.common import sure
from inglenook_client.cli.commands.exporting import done_lines
from inglenook_client.cli.commands.phrase import read_phrase
from inglenook_client.cli.render.counts import counted
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal
from inglenook_client.cli.speaking import answer, called, say
from inglenook_client.cli.texts import exporting, keeping
from inglenook_client.journal import Journal
from inglenook_client.journal.errors import (
    ExportExistsError,
    ExportPlaceError,
    LeftError,
    NotLeftError,
    NotPairedError,
)

if TYPE_CHECKING:
    from inglenook_client.journal.exporting import Exported


@click.command()
@click.option("--yes", is_flag=True, help="Don't ask; for scripts.")
@click.option(
    "--export",
    "export_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Take a sealed copy along first, as: nook export FILE",
)
@with_run
def leave(run: Run, yes: bool, export_file: Path | None) -> None:
    """Leave the shared journal, quietly.

    This computer stops exchanging it, for good. Nothing is sent: to the other person it is the
    same as your being offline. Your private journal and your copy of the shared one stay.
    """
    from inglenook_client.journal.exporting import check_export_place

    if export_file is not None:
        check_export_place(export_file)

    async def work(journal: Journal) -> str | None:
        leaving = journal.leaving
        if leaving.left_at is not None:
            raise LeftError(leaving.left_at)
        if not journal.paired:
            return await leaving.leave()  # which says why it can't be
        if not yes and run.someone_is_there:
            _say_what_it_means(journal.partner, await leaving.other_own_devices())
        if yes or run.someone_is_there:
            await _export_first(journal, export_file, offer=not yes)
        if not sure(run, keeping.ASK_LEAVE, keeping.LEAVE_NEEDS_YES, yes=yes):
            return None
        return await leaving.leave()

    at = with_journal(run, work)
    if at is not None:
        answer(run, formats.document("left", at=at), keeping.HAVE_LEFT, keeping.HAVE_LEFT_NEXT)


def _say_what_it_means(partner: str | None, other_devices: int) -> None:
    say(keeping.LEAVE.format(partner=called(partner)))
    say(keeping.LEAVE_KEEPS.format(partner=called(partner)))
    if other_devices:
        say(counted(keeping.LEAVE_ELSEWHERE, other_devices))


async def _export_first(journal: Journal, given: Path | None, *, offer: bool) -> None:
    """Take a copy along: into the file that was given, or one that is asked for until it can be
    written or none is wanted."""
    if given is not None:
        return _say_exported(given, await journal.exporting.sealed(given))
    if offer:
        from inglenook_client.cli.asking import agree, ask

        say(exporting.OFFERED_BEFORE_LEAVING)
        wanted = agree(exporting.ASK_COPY, default=False)
        while wanted and (named := ask(exporting.ASK_BEFORE_LEAVING, "")):
            file = Path(named)
            try:
                return _say_exported(file, await journal.exporting.sealed(file))
            except (ExportExistsError, ExportPlaceError) as error:
                say(str(error))
    return None


def _say_exported(file: Path, made: Exported) -> None:
    for line in done_lines(file, made, readable=False):
        say(line)


@click.command()
@with_run
def anew(run: Run) -> None:
    """Begin a shared journal anew, after leaving one.

    It asks for the 24 words of your recovery phrase, on the terminal or on standard input. The
    earlier shared journal stays here to read.
    """

    async def work(journal: Journal) -> None:
        if journal.leaving.left_at is None:
            raise NotPairedError() if journal.relay is None else NotLeftError()
        if run.someone_is_there:
            say(keeping.ANEW)
        await journal.leaving.anew(read_phrase(run))

    with_journal(run, work)
    answer(run, formats.document("anew"), keeping.ANEW_DONE, keeping.ANEW_KEPT)
