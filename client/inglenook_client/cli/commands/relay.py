"""``nook relay``."""

from __future__ import annotations

from pathlib import Path

import click
from click.core import ParameterSource

from inglenook_client.cli import formats
from inglenook_client.cli.asking import ask_hidden
from inglenook_client.cli.commands.common import given_token, token_file_option, token_option
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal
from inglenook_client.cli.speaking import answer
from inglenook_client.cli.texts import pairing, reading
from inglenook_client.journal import Journal


@click.command()
@click.argument("url", required=False, metavar="[URL]")
@token_option
@token_file_option
@click.pass_context
@with_run
def relay(
    run: Run, context: click.Context, url: str | None, token: str | None, token_file: Path | None
) -> None:
    """See or change which relay carries the shared journal.

    With a URL, the journal goes through that relay from the next sync on; each of you says so
    on their own computer. One of you gives the relay's registration token along, and that
    one's sync makes the journal known there. With a token alone this computer keeps the right
    to make it known again, should the relay ever lose everything.
    """
    token = given_token(token, token_file)
    given = (
        token_file is not None
        or context.get_parameter_source("token") is ParameterSource.COMMANDLINE
    )
    if url is None and not given:
        _show(run)
        return

    async def work(journal: Journal) -> str:
        right = token
        if url is not None and right is None and run.someone_is_there:
            right = ask_hidden(pairing.ASK_TOKEN_IF_ANY) or None
        return await journal.set_relay(url, token=right)

    origin = with_journal(run, work)
    if url is None:
        lines = [pairing.TOKEN_KEPT.format(relay=origin)]
    else:
        lines = [
            pairing.RELAY_CHANGED.format(relay=origin),
            pairing.RELAY_CHANGED_NEXT.format(relay=origin),
        ]
    answer(run, formats.document("relay", relay=origin), *lines)


def _show(run: Run) -> None:
    async def work(journal: Journal) -> str | None:
        return journal.relay

    origin = with_journal(run, work)
    told = reading.NO_RELAY if origin is None else reading.RELAY.format(relay=origin)
    answer(run, formats.document("relay", relay=origin), told)
