"""``nook status``."""

from __future__ import annotations

import click

from inglenook_client.cli import formats
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal
from inglenook_client.cli.speaking import emit
from inglenook_client.core.model import StatusView
from inglenook_client.journal import Journal


@click.command()
@click.option("--seen", is_flag=True, help="Take note of what is odd: it is news no more.")
@with_run
def status(run: Run, seen: bool) -> None:
    """See how the journal stands.

    Devices, what waits to be sent, and anything odd. With --seen, what is odd now stays in view
    in one quiet line; whatever is new is told as before.
    """

    async def work(journal: Journal) -> StatusView:
        if seen:
            await journal.take_note()
        return await journal.status()

    view = with_journal(run, work)
    if run.json:
        emit(formats.status(view))
        return
    from inglenook_client.cli.render import dates
    from inglenook_client.cli.render import status as render
    from inglenook_client.cli.render.page import Page

    render.status(Page(), view, dates.today())
