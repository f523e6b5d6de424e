"""``nook invite`` and ``nook join``: two people, five words, one shared journal."""

from __future__ import annotations

import sys
from datetime import datetime

import click

from inglenook_client.cli import formats
from inglenook_client.cli.asking import agree, agree_unbuffered, ask, ask_hidden, elsewhere
from inglenook_client.cli.asking import read_line as read_answer
from inglenook_client.cli.errors import ConfirmationNeededError, NothingGivenError
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal
from inglenook_client.cli.speaking import (
    begin_sentence,
    called,
    emit,
    safety_page,
    say,
    show,
    verbatim,
)
from inglenook_client.cli.texts import pairing
from inglenook_client.journal import Journal

confirm_option = click.option(
    "--confirm",
    "confirm_from",
    type=click.Choice(["stdin"]),
    help="For scripts: read yes or no from standard input once the words are printed.",
)


class _Pairing:
    """What both sides of a pairing tell and ask."""

    def __init__(self, run: Run, confirm_from: str | None) -> None:
        if confirm_from is None and not run.someone_is_there:
            raise ConfirmationNeededError(pairing.CONFIRM_NEEDED, pairing.CONFIRM_NEEDED_STEP)
        self.run = run
        self.by_script = confirm_from is not None

    def read_first(self) -> bool:
        """Show the page on safety; gives whether to go on."""
        if self.by_script:
            if not self.run.json:
                say(pairing.READ_SAFETY)
            return True
        verbatim(safety_page() + "\n", err=True)
        if agree(pairing.ASK_GO_ON, default=None):
            return True
        say(pairing.NOT_NOW)
        return False

    def event(self, name: str, **fields: object) -> None:
        """One JSON line for scripts."""
        if self.run.json:
            emit(formats.document("pairing", event=name, **fields))

    async def invited(self, invite: str, expires_at_s: int) -> None:
        """Show the invite."""
        until = datetime.fromtimestamp(expires_at_s).astimezone()
        self.event("invite", invite=invite, expires_at=until.isoformat(timespec="seconds"))
        if self.run.json:
            return
        from inglenook_client.cli.render import dates

        told = dates.moment(until.isoformat(), dates.today())
        say(pairing.INVITE_HAND_OVER.format(until=told))
        say("")
        show(invite)
        if sys.stdout.isatty():
            from inglenook_client.cli.render.qr import qr

            say("")
            for line in qr(invite):
                click.echo(line)
        sys.stdout.flush()
        say("")
        say(pairing.INVITE_JOIN_WITH)
        say(pairing.INVITE_WAITING)

    async def confirm(self, words: list[str]) -> bool:
        """Show the five words and ask whether both see the same."""
        self.event("words", words=words)
        if not self.run.json:
            say("")
            say(pairing.WORDS_COMPARE)
            say("")
            show("    " + "   ".join(words))
            say("")
            sys.stdout.flush()
        if self.by_script:
            answer = await elsewhere(read_answer)
            return answer is not None and answer.strip().lower() in {"y", "yes"}
        return await elsewhere(lambda: agree_unbuffered(pairing.ASK_SAME))

    def paired(self, partner: str | None) -> None:
        """Tell that it is done."""
        self.event("paired", partner=partner)
        if not self.run.json:
            show(pairing.PAIRED.format(partner=begin_sentence(called(partner))))
            say(pairing.PAIRED_NEXT)


@click.command()
@click.option("--relay", envvar="NOOK_RELAY", metavar="URL", help="Your relay; or NOOK_RELAY.")
@click.option(
    "--token",
    envvar="NOOK_TOKEN",
    metavar="TOKEN",
    help="Its registration token. NOOK_TOKEN keeps it out of the list of processes.",
)
@click.option("--hours", type=click.IntRange(1, 168), default=1, help="How long the invite lives.")
@confirm_option
@with_run
def invite(
    run: Run, relay: str | None, token: str | None, hours: int, confirm_from: str | None
) -> None:
    """Invite one person to share a journal with you.

    Prints an invite for the other person and waits until they join. Then both screens show
    five words; you are paired once both of you have said that they are the same.
    """
    side = _Pairing(run, confirm_from)
    if not side.read_first():
        return
    if run.someone_is_there:
        relay = relay or ask(pairing.ASK_RELAY)
        token = token or ask_hidden(pairing.ASK_TOKEN)
    if not relay or token is None:
        raise NothingGivenError(pairing.RELAY_NEEDED, pairing.RELAY_NEEDED_STEP)
    relay_url, relay_token = relay, token

    async def work(journal: Journal) -> str | None:
        await journal.invite(
            relay=relay_url,
            token=relay_token,
            on_invite=side.invited,
            confirm=side.confirm,
            seconds=hours * 3600,
        )
        return journal.partner

    side.paired(with_journal(run, work))


@click.command()
@click.argument("invite", required=False)
@confirm_option
@with_run
def join(run: Run, invite: str | None, confirm_from: str | None) -> None:
    """Join the person who invited you.

    INVITE is what they handed you; without it, it is asked for or read from standard input.
    Then both screens show five words; you are paired once both of you have said that they are
    the same.
    """
    side = _Pairing(run, confirm_from)
    if not side.read_first():
        return

    async def work(journal: Journal) -> str | None:
        handed = invite
        if handed is None or handed == "-":
            handed = ask(pairing.ASK_INVITE) if not side.by_script else await elsewhere(read_answer)
        if not handed or not handed.strip():
            raise NothingGivenError(pairing.INVITE_NEEDED, pairing.INVITE_NEEDED_STEP)
        await journal.join(handed.strip(), confirm=side.confirm)
        return journal.partner

    side.paired(with_journal(run, work))
