"""``nook proof`` and ``nook verify``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from inglenook_client.cli import formats
from inglenook_client.cli.drafts_by_id import SHORT_ID_DIGITS
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal
from inglenook_client.cli.speaking import answer
from inglenook_client.cli.texts import proving
from inglenook_client.journal import Journal

if TYPE_CHECKING:
    from inglenook_client.journal.proving import Checked, Written

_file_argument = click.argument("file", type=click.Path(path_type=Path), metavar="FILE")


@click.command()
@_file_argument
@click.option("--device", metavar="ID", help="Of which device, if there are several.")
@with_run
def proof(run: Run, file: Path, device: str | None) -> None:
    """Keep the proof that a device's history came in two versions.

    Where `nook status` speaks of two versions, the proof shows it to anybody, without words
    of the journal. It never replaces a file.
    """

    async def work(journal: Journal) -> Written:
        return await journal.proving.write(file, device)

    made = with_journal(run, work)
    others = [
        proving.PROOF_OTHERS.format(device=other[:SHORT_ID_DIGITS]) for other in made.others[:1]
    ]
    document = formats.document("proof", file=str(file), device=made.device, others=made.others)
    answer(
        run,
        document,
        proving.PROOF_DONE.format(file=file, device=made.device[:SHORT_ID_DIGITS]),
        proving.PROOF_NEXT.format(file=file),
        proving.PROOF_HOLDS_NO_WORDS,
        *others,
    )


@click.command()
@_file_argument
@with_run
def verify(run: Run, file: Path) -> None:
    """Check a proof that somebody gave you.

    It needs nothing but the file: no journal, no passphrase, no network.
    """
    from inglenook_client.journal.proving import check

    shown = check(file)
    answer(run, formats.document("verified", file=str(file), **formats.plain(shown)), *_said(shown))


def _said(shown: Checked) -> list[str]:
    """What the file shows and what it does not, in words."""
    short = {name: getattr(shown, name)[:SHORT_ID_DIGITS] for name in ("space", "member", "device")}
    return [
        proving.FORK_HOLDS.format(**short),
        proving.FORK_SHOWS,
        proving.FORK_WHOSE.format(**short),
        proving.FORK_SHOWS_NOT,
    ]
