"""``nook export``."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inglenook_client.cli import formats
from inglenook_client.cli.commands.sync import moving_bar
from inglenook_client.cli.render.counts import counted
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal
from inglenook_client.cli.speaking import answer
from inglenook_client.cli.texts import exporting
from inglenook_client.journal import Journal

if TYPE_CHECKING:
    from inglenook_client.core.model import Visibility
    from inglenook_client.journal.exporting import Exported


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--private/--shared", default=None, help="Only one of the two journals.")
@click.option(
    "--readable",
    is_flag=True,
    help="In plain words, not encrypted: Markdown, or a line of JSON for each entry if FILE ends "
    "in .jsonl.",
)
@with_run
def export(run: Run, file: Path, private: bool | None, readable: bool) -> None:
    """Take your journals along in a file.

    Sealed, as everything was written and signed: your recovery phrase opens it, on any computer,
    without Inglenook. Or readable, for people. It works after leaving too, also while other
    windows use the journal, and never replaces a file.
    """
    from inglenook_client.journal.exporting import check_export_place

    check_export_place(file)
    visibility: Visibility | None = None
    if private is not None:
        visibility = "private" if private else "shared"

    async def work(journal: Journal) -> Exported:
        moving = sys.stderr.isatty() and not run.json
        with moving_bar() if moving else nullcontext() as tell:
            if not readable:
                return await journal.exporting.sealed(file, visibility, tell)
            from inglenook_client.cli.render import dates, markdown

            as_json = file.suffix == ".jsonl"
            rendering = markdown.json_rendering()
            if not as_json:
                rendering = markdown.rendering(journal.name, dates.today())
            return await journal.exporting.readable(file, rendering, visibility, tell)

    made = with_journal(run, work)
    document = formats.document(
        "export",
        file=str(file),
        bytes=made.size_bytes,
        readable=readable,
        journals=made.journals,
        entries=made.entries,
    )
    answer(run, document, *done_lines(file, made, readable=readable))


def done_lines(file: Path, made: Exported, *, readable: bool) -> list[str]:
    """What was written, and who can read it."""
    if not readable:
        return [exporting.DONE.format(file=file), exporting.DONE_OPENS]
    if not made.entries:
        return [exporting.READABLE_EMPTY.format(file=file), exporting.READABLE_WARNING]
    return [counted(exporting.READABLE_DONE, made.entries, file=file), exporting.READABLE_WARNING]
