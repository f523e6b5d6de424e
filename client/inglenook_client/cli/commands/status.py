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
@with_run
def status(run: Run) -> None:
    """See how the journal stands.

    Devices, what waits to be sent, and anything odd.
    """

    async def work(journal: Journal) -> StatusView:
        return await journal.status()

    view = with_journal(run, work)
    if run.json:
        emit(formats.status(view))
        return
    from inglenook_client.cli.render import dates
    from inglenook_client.cli.render import status as render
    from inglenook_client.cli.render.page import Page

    render.status(Page(), view, dates.today())
