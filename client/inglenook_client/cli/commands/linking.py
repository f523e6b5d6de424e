"""``nook device add`` and ``nook device link``: one person, two computers, five words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inglenook_client.cli import session
from inglenook_client.cli.asking import ask, ask_hidden, elsewhere
from inglenook_client.cli.commands.common import given_token, token_file_option, token_option
from inglenook_client.cli.commands.pairing import (
    Pairing,
    confirm_option,
    given_invite,
    handed_over,
)
from inglenook_client.cli.commands.private_relay import agree_private, ask_private_relay
from inglenook_client.cli.commands.sync import moving_bar
from inglenook_client.cli.errors import NothingGivenError
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal
from inglenook_client.cli.speaking import called, say, show
from inglenook_client.cli.texts import common, pairing, profile
from inglenook_client.cli.texts import devices as texts
from inglenook_client.cli.unlocking import TRIES, new_unlock, present_unlock
from inglenook_client.journal import Journal
from inglenook_client.journal.computers import usual_name
from inglenook_client.keyring import (
    NoProfileError,
    Passphrase,
    Unlock,
    UnlockNeededError,
    WrongPassphraseError,
    open_unlock,
    unlock_method,
)
from inglenook_client.profile import never_begun

if TYPE_CHECKING:
    from inglenook_client.core.ports import SyncProgress
    from inglenook_client.journal.linking import Added, Linked


class _Linking(Pairing):
    """What both sides of a linking tell and ask."""

    form = "linking"
    of_a_device = True

    def hand_over(self) -> tuple[str, ...]:
        return texts.HAND_OVER, texts.LINK_WITH, texts.WAITING

    def compare(self) -> str:
        return texts.WORDS_COMPARE

    def other_side(self) -> str:
        return texts.WAIT_FOR_OTHER


class _Adding(_Linking):
    """The side that stands goes on with a question of its own."""

    def other_side(self) -> str:
        return ""


@click.command()
@click.option("--relay", envvar="NOOK_RELAY", metavar="URL", help="For the invite; or NOOK_RELAY.")
@token_option
@token_file_option
@click.option(
    "--hours",
    type=click.IntRange(1, 168),
    default=1,
    help="How long the invite lives; 1 if unsaid.",
)
@click.option(
    "--private-sync/--no-private-sync",
    default=None,
    help="Whether the private journal is kept in step through a relay; asked if unsaid.",
)
@click.option("--private-relay", metavar="URL", help="A relay of its own for that.")
@click.option(
    "--private-token",
    envvar="NOOK_PRIVATE_TOKEN",
    metavar="TOKEN",
    help="The token of that one; NOOK_PRIVATE_TOKEN keeps it out of the list of processes.",
)
@confirm_option
@with_run
def add(
    run: Run,
    relay: str | None,
    token: str | None,
    token_file: Path | None,
    hours: int,
    private_sync: bool | None,
    private_relay: str | None,
    private_token: str | None,
    confirm_from: str | None,
) -> None:
    """Add a second computer of your own.

    Prints an invite for it and waits. Then both screens show five words; once you have said on
    both that they are the same, your passphrase is asked once more, and the journals go there.
    """
    side = _Adding(run, confirm_from)
    token = given_token(token, token_file)

    async def unlock_anew() -> Unlock:
        unlock = present_unlock(run) or await asked_anew()
        if not run.json:
            say(texts.WAIT_FOR_OTHER)
        return unlock

    async def asked_anew() -> Unlock:
        say(texts.UNLOCK_ANEW)
        for _ in range(TRIES - 1):
            asked = Passphrase(await elsewhere(lambda: ask_hidden(common.ASK_PASSPHRASE)))
            try:
                open_unlock(run.home, asked)
            except WrongPassphraseError:
                say(common.TRY_AGAIN)
            else:
                return asked
        return Passphrase(await elsewhere(lambda: ask_hidden(common.ASK_PASSPHRASE)))

    async def work(journal: Journal) -> Added:
        devices = journal.devices
        usual, _ = devices.way_to_add()
        asking = run.someone_is_there
        if asking:
            say(texts.ADD)
        where = relay or usual or (ask(texts.ASK_RELAY) if asking else None)
        right = token or (devices.kept_token(where) if where else None)
        if where and right is None and asking:
            right = ask_hidden(pairing.ASK_TOKEN)
        if not where or not right:
            raise NothingGivenError(texts.RELAY_NEEDED, texts.RELAY_NEEDED_STEP)

        def token_of(address: str) -> str | None:
            return right if address == where else devices.kept_token(address)

        private: tuple[str | None, str | None] = (None, None)
        if devices.private_relay is None:
            wanted = private_sync or private_relay is not None
            if not wanted and private_sync is None and asking:
                wanted = agree_private()
            if wanted and (private_relay or not asking):
                private = private_relay or where, private_token or token_of(private_relay or where)
            elif wanted:
                private = ask_private_relay(run, token_of, None, private_token, where)
        return await devices.add(
            origin=where,
            token=right,
            private_relay=private[0],
            private_token=private[1],
            seconds=hours * 3600,
            on_invite=side.invited,
            confirm=side.confirm,
            unlock_anew=unlock_anew,
        )

    _tell_added(run, side, with_journal(run, work))


def _tell_added(run: Run, side: _Linking, done: Added) -> None:
    side.event("linked", device=done.name, shared=done.shared, private_relay=done.private_relay)
    if run.json:
        return
    if not done.shared:
        show(texts.ADDED_PRIVATE_ONLY.format(name=done.name))
    elif done.private_relay is None:
        show(texts.ADDED_SHARED.format(name=done.name))
    else:
        show(texts.ADDED.format(name=done.name))
    if done.private_relay is None:
        show(texts.ADDED_PRIVATE_APART.format(name=done.name))
    show(texts.ADDED_SHOWN.format(name=done.name))


@click.command()
@click.argument("invite", nargs=-1, metavar="[INVITE]")
@click.option("--name", metavar="NAME", help="What you call this computer.")
@click.option("--os-keyring", is_flag=True, help="Let this computer's keyring unlock it.")
@confirm_option
@with_run
def link(
    run: Run, invite: tuple[str, ...], name: str | None, os_keyring: bool, confirm_from: str | None
) -> None:
    """Bring your journal to this computer, from another one of yours.

    INVITE is what `nook device add` shows there; without it, it is asked for or read from
    standard input. This computer gets a passphrase of its own, and never your recovery phrase.
    Where it was linked before you were paired, the shared journal is brought.
    """
    side = _Linking(run, confirm_from)
    there = _stands_here(run)
    if run.someone_is_there:
        say(texts.LINK)

    async def brought() -> Linked:
        handed = given_invite(invite) or await handed_over(side)
        if not handed:
            raise NothingGivenError(pairing.INVITE_NEEDED, pairing.INVITE_NEEDED_STEP)
        from inglenook_client.journal import linking

        linking.read_invite(handed)  # said before anything else is asked
        called_here = name or usual_name()
        if run.someone_is_there and name is None:
            called_here = ask(texts.ASK_NAME.format(name=called_here), called_here)
        unlock = new_unlock(run, run.passphrase_file, os_keyring=os_keyring)
        if unlock is None:
            raise UnlockNeededError(profile.NO_WAY_TO_UNLOCK, profile.NO_WAY_TO_UNLOCK_STEP)
        with _bar_once_it_moves(run) as progress:
            return await linking.link(
                run.home,
                unlock,
                handed,
                device=called_here,
                confirm=side.confirm,
                progress=progress,
            )

    async def more(journal: Journal) -> Linked:
        handed = given_invite(invite) or await handed_over(side)
        if not handed:
            raise NothingGivenError(pairing.INVITE_NEEDED, pairing.INVITE_NEEDED_STEP)
        with _bar_once_it_moves(run) as progress:
            return await journal.devices.link_shared(
                handed, confirm=side.confirm, progress=progress
            )

    done = with_journal(run, more) if there else session.run_async(brought())
    _tell_linked(run, side, done)


def _stands_here(run: Run) -> bool:
    try:
        unlock_method(run.home)
    except NoProfileError:
        return False
    return not never_begun(run.home)


@contextmanager
def _bar_once_it_moves(run: Run) -> Iterator[Callable[[SyncProgress], None] | None]:
    """A bar that does not stand in the way of the questions before it."""
    with ExitStack() as stack:
        bars: list[Callable[[SyncProgress], None]] = []

        def tell(at: SyncProgress) -> None:
            if not bars:
                bars.append(stack.enter_context(moving_bar()))
            bars[0](at)

        yield tell if run.someone_is_there else None


def _tell_linked(run: Run, side: _Linking, done: Linked) -> None:
    side.event(
        "linked",
        device=done.device,
        shared=done.shared,
        private_relay=done.private_relay,
        name=done.name,
        partner=done.partner,
        entries=done.entries,
    )
    if run.json:
        return
    show(texts.LINKED.format(name=done.name))
    if done.shared:
        show(texts.LINKED_SHARED.format(partner=called(done.partner)))
    else:
        show(texts.LINKED_ALONE.format(other=done.other))
    if done.private_relay is None:
        show(texts.LINKED_PRIVATE_APART.format(other=done.other))
    show(texts.LINKED_PHRASE)
