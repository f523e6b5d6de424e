"""``nook invite`` and ``nook join``: two people, five words, one shared journal."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from inglenook_client.cli import formats
from inglenook_client.cli.asking import agree, agree_unbuffered, ask, ask_hidden, elsewhere, meant
from inglenook_client.cli.asking import read_line as read_answer
from inglenook_client.cli.commands.common import given_token, token_file_option, token_option
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
from inglenook_client.journal.errors import AlreadyPairedError
from inglenook_client.language import translated
from inglenook_client.sync.errors import RegistrationNeededError
from inglenook_protocol.errors import LocalProtocolError

_TRIES = 3
_BEGINNING = "inglenook:"
_MOST_LINES = 40
"""Of an invite that comes in pieces."""

confirm_option = click.option(
    "--confirm",
    "confirm_from",
    type=click.Choice(["stdin"]),
    help="For scripts: read yes or no from standard input once the words are printed.",
)


class Pairing:
    """What both sides of a pairing tell and ask."""

    form = "pairing"
    of_a_device = False
    """Whether the invite is for a second device of one's own."""

    def __init__(self, run: Run, confirm_from: str | None) -> None:
        if confirm_from is None and not run.someone_is_there:
            raise ConfirmationNeededError(pairing.CONFIRM_NEEDED, pairing.CONFIRM_NEEDED_STEP)
        self.run = run
        self.by_script = confirm_from is not None

    # Texts are read where they are said, in the language of then.
    def hand_over(self) -> tuple[str, ...]:
        """What is said beside the invite."""
        return pairing.INVITE_HAND_OVER, pairing.INVITE_JOIN_WITH, pairing.INVITE_WAITING

    def compare(self) -> str:
        """What is said above the words."""
        return pairing.WORDS_COMPARE

    def other_side(self) -> str:
        """What is said once this side has confirmed them; nothing if it has more to ask."""
        return pairing.OTHER_SIDE

    def read_first(self) -> bool:
        """Show the page on safety; gives whether to go on."""
        if self.by_script:
            if not self.run.json:
                say(pairing.READ_SAFETY)
            return True
        verbatim(safety_page(err=True) + "\n", err=True)
        if agree(pairing.ASK_GO_ON, default=None):
            return True
        say(pairing.NOT_NOW)
        return False

    def event(self, name: str, /, **fields: object) -> None:
        """One JSON line for scripts."""
        if self.run.json:
            emit(formats.document(self.form, event=name, **fields))

    async def invited(self, invite: str, expires_at_s: int) -> None:
        """Show the invite."""
        until = datetime.fromtimestamp(expires_at_s).astimezone()
        self.event("invite", invite=invite, expires_at=until.isoformat(timespec="seconds"))
        if self.run.json:
            return
        from inglenook_client.cli.render import dates

        if sys.stdout.isatty():
            from inglenook_client.cli.render.qr import qr

            # Before the text: a tall code must not push the invite off the screen.
            for line in qr(invite):
                click.echo(line)
            say("")
        told = dates.moment(until.isoformat(), dates.today())
        for line in self.hand_over():
            say(line.format(until=told))
        say("")
        verbatim(invite)
        sys.stdout.flush()
        say("")

    async def confirm(self, words: list[str]) -> bool:
        """Show the five words and ask whether both see the same."""
        self.event("words", words=words)
        if not self.run.json:
            say("")
            say(self.compare())
            say("")
            show("    " + "   ".join(words))
            say("")
            sys.stdout.flush()
        if self.by_script:
            answer = await elsewhere(read_answer)
            same = answer is not None and meant(answer) is True
        else:
            same = await elsewhere(lambda: agree_unbuffered(pairing.ASK_SAME))
        if same and not self.run.json and (waiting := self.other_side()):
            say(waiting)
        return same

    def paired(self, partner: str | None) -> None:
        """Tell that it is done."""
        self.event("paired", partner=partner)
        if not self.run.json:
            show(pairing.PAIRED.format(partner=begin_sentence(called(partner))))
            say(pairing.PAIRED_NEXT)


def _not_yet_paired(journal: Journal) -> None:
    """Before any question. Raises AlreadyPairedError."""
    if journal.paired:
        raise AlreadyPairedError()


def given_invite(invite: tuple[str, ...]) -> str:
    """The invite as it stood in the command line; empty where it is to be read."""
    handed = "".join("".join(invite).split())
    return "" if handed == "-" else handed


async def handed_over(side: Pairing) -> str:
    """The invite, asked for or read; a mail may have broken it into several lines."""
    handed = ""
    question = pairing.ASK_INVITE
    for _ in range(_MOST_LINES):
        if side.by_script:
            line = await elsewhere(read_answer) or ""
        else:
            line = ask(question, "" if handed else None)
        pasted = "".join(line.split())
        if pasted.startswith(_BEGINNING):
            handed = ""  # pasted once more, from its beginning
        handed += pasted
        if not line.strip() or not _lacks_its_end(handed, of_a_device=side.of_a_device):
            break
        question = pairing.ASK_REST
    return handed


def _lacks_its_end(handed: str, *, of_a_device: bool) -> bool:
    from inglenook_protocol import pairing as protocol

    kind = protocol.DeviceInvite if of_a_device else protocol.Invite
    parse = protocol.parse_device_invite if of_a_device else protocol.parse_invite
    if not handed.startswith(kind.prefix):
        return False
    try:
        parse(handed)
    except LocalProtocolError:
        return True
    return False


@click.command()
@click.option("--relay", envvar="NOOK_RELAY", metavar="URL", help="Your relay; or NOOK_RELAY.")
@token_option
@token_file_option
@click.option(
    "--hours",
    type=click.IntRange(1, 168),
    default=1,
    help="How long the invite lives; 1 if unsaid.",
)
@confirm_option
@with_run
def invite(
    run: Run,
    relay: str | None,
    token: str | None,
    token_file: Path | None,
    hours: int,
    confirm_from: str | None,
) -> None:
    """Invite one person to share a journal with you.

    Prints an invite for the other person and waits until they join. Then both screens show
    five words; you are paired once both of you have said that they are the same.
    """
    side = Pairing(run, confirm_from)
    token = given_token(token, token_file)
    if not side.read_first():
        return
    if not run.someone_is_there and not (relay and token):
        raise NothingGivenError(pairing.RELAY_NEEDED, pairing.RELAY_NEEDED_STEP)

    async def work(journal: Journal) -> str | None:
        # Unlocked first: nobody looks up a token to learn that the door is locked.
        _not_yet_paired(journal)
        where = relay or ask(pairing.ASK_RELAY)
        for tries_left in reversed(range(1 if token else _TRIES)):
            right = token or ask_hidden(pairing.ASK_TOKEN)
            if not where or not right:
                raise NothingGivenError(pairing.RELAY_NEEDED, pairing.RELAY_NEEDED_STEP)
            try:
                await journal.invite(
                    relay=where,
                    token=right,
                    on_invite=side.invited,
                    confirm=side.confirm,
                    seconds=hours * 3600,
                )
                break
            except RegistrationNeededError as error:
                # The page above need not be read again for a slip in a long token.
                if not tries_left:
                    raise
                say(translated(error.message))
        return journal.partner

    side.paired(with_journal(run, work))


@click.command()
@click.argument("invite", nargs=-1, metavar="[INVITE]")
@confirm_option
@with_run
def join(run: Run, invite: tuple[str, ...], confirm_from: str | None) -> None:
    """Join the person who invited you.

    INVITE is what they handed you. Without it, it is asked for or read from standard input,
    and then stands neither in your shell's history nor in the list of processes. Line breaks
    and spaces in it do no harm. Then both screens show five words; you are paired once both
    of you have said that they are the same.
    """
    side = Pairing(run, confirm_from)
    if not side.read_first():
        return

    async def work(journal: Journal) -> str | None:
        _not_yet_paired(journal)
        handed = given_invite(invite) or await handed_over(side)
        if not handed:
            raise NothingGivenError(pairing.INVITE_NEEDED, pairing.INVITE_NEEDED_STEP)
        await journal.join(handed, confirm=side.confirm)
        return journal.partner

    side.paired(with_journal(run, work))
