"""``nook backup``, ``nook restore`` and ``nook wipe``."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inglenook_client.cli import formats
from inglenook_client.cli.asking import ask_hidden
from inglenook_client.cli.commands.common import sure
from inglenook_client.cli.render.counts import counted
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import journal_class, run_async, with_journal
from inglenook_client.cli.speaking import answer, say
from inglenook_client.cli.texts import common, keeping
from inglenook_client.cli.unlocking import TRIES, new_passphrase, present_unlock, unlocked
from inglenook_client.journal import Journal
from inglenook_client.keyring import (
    NoProfileError,
    OsKeyring,
    Passphrase,
    PassphraseFile,
    Unlock,
    UnlockNeededError,
    WrongPassphraseError,
)

if TYPE_CHECKING:
    from inglenook_client.journal.keeping import Backup, Losses
    from inglenook_client.keyring.backup_file import PassphraseUnlock

_file_argument = click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
_passphrase_option = click.option(
    "--backup-passphrase-file",
    type=click.Path(path_type=Path),
    help="A file with the backup's passphrase, for scripts.",
)


@click.command()
@_file_argument
@click.option("--own-passphrase", is_flag=True, help="Ask for a passphrase of the backup's own.")
@_passphrase_option
@with_run
def backup(run: Run, file: Path, own_passphrase: bool, backup_passphrase_file: Path | None) -> None:
    """Keep a copy of everything in one encrypted file.

    Both journals, drafts and keys, as they are at this moment, also while other windows use
    them. It opens with your journal's passphrase, or with one of its own. It is read back whole
    before it gets its name, and never replaces a file.
    """
    from inglenook_client.journal.keeping import check_backup_place

    check_backup_place(file)
    given = None if backup_passphrase_file is None else PassphraseFile(backup_passphrase_file)
    own = given is not None or own_passphrase or isinstance(present_unlock(run), OsKeyring)

    async def use(unlock: Unlock) -> Backup:
        async with await journal_class().open(run.home, unlock) as journal:
            lock: PassphraseUnlock
            if given is not None:
                lock = given
            elif own or isinstance(unlock, OsKeyring):
                lock = _ask_own(run)
            else:
                lock = unlock
            return await journal.keeping.backup(file, lock)

    made = run_async(unlocked(run, use))
    document = formats.document(
        "backup", file=str(file), bytes=made.size_bytes, made_at=made.made_at
    )
    answer(
        run,
        document,
        keeping.BACKUP_DONE.format(file=file),
        keeping.BACKUP_OPENS_OWN if own else keeping.BACKUP_OPENS_PROFILE,
        keeping.BACKUP_NEXT,
    )


def _ask_own(run: Run) -> Passphrase:
    if not run.someone_is_there:
        raise UnlockNeededError(
            keeping.BACKUP_NEEDS_PASSPHRASE, keeping.BACKUP_NEEDS_PASSPHRASE_STEP
        )
    say(keeping.BACKUP_ASK_OWN)
    return new_passphrase()


@click.command()
@_file_argument
@_passphrase_option
@click.option("--os-keyring", is_flag=True, help="Let this computer's keyring unlock it.")
@with_run
def restore(run: Run, file: Path, backup_passphrase_file: Path | None, os_keyring: bool) -> None:
    """Bring a backup back.

    Into an empty folder: the one that --home or NOOK_HOME names, or the usual one. Everything
    in it is read before the journal gets its place; if anything is not right, nothing is
    written.
    """
    from inglenook_client.cli.render import dates
    from inglenook_client.journal.keeping import restore as bring_back

    async def use(lock: PassphraseUnlock) -> Backup:
        return await bring_back(run.home, file, lock, os_keyring=os_keyring)

    made = run_async(_with_backup_passphrase(run, backup_passphrase_file, use))
    document = formats.document(
        "restored", home=str(run.home), name=made.name, made_at=made.made_at
    )
    answer(
        run,
        document,
        keeping.RESTORED.format(name=made.name, when=dates.moment(made.made_at, dates.today())),
        keeping.RESTORED_OPENS_KEYRING if os_keyring else keeping.RESTORED_OPENS,
        keeping.RESTORED_NEXT if made.exchanging else "",
        keeping.RESTORED_LEFT if made.exchanging else "",
    )


async def _with_backup_passphrase(
    run: Run, given: Path | None, use: Callable[[PassphraseUnlock], Awaitable[Backup]]
) -> Backup:
    file = given or run.passphrase_file
    if file is not None:
        return await use(PassphraseFile(file))
    if not run.can_ask_passphrase:
        raise UnlockNeededError(
            keeping.BACKUP_NEEDS_PASSPHRASE, keeping.BACKUP_NEEDS_PASSPHRASE_STEP
        )
    for _ in range(TRIES - 1):
        try:
            return await use(Passphrase(ask_hidden(keeping.ASK_BACKUP_PASSPHRASE)))
        except WrongPassphraseError:
            say(common.TRY_AGAIN)
    return await use(Passphrase(ask_hidden(keeping.ASK_BACKUP_PASSPHRASE)))


@click.command()
@click.option("--yes", is_flag=True, help="Don't ask; for scripts.")
@click.option(
    "--locked", is_flag=True, help="Don't unlock it first, for example without its passphrase."
)
@with_run
def wipe(run: Run, yes: bool, locked: bool) -> None:
    """Forget the journal on this computer.

    Both journals, drafts and keys. The relay and the other person keep what they have. It says
    first what can't be brought back.
    """
    from inglenook_client.journal.keeping import wipe as forget
    from inglenook_client.profile import profile_files

    async def look(journal: Journal) -> Losses:
        return await journal.keeping.losses()

    losses: Losses | None = None
    if not locked:
        try:
            losses = with_journal(run, look)
        except NoProfileError:
            if not profile_files(run.home):
                raise
            # What an earlier wipe left when it was stopped: it has no key any more.
    if not yes and run.someone_is_there:
        _say_losses(losses)
    if not sure(run, keeping.ASK_WIPE, keeping.WIPE_NEEDS_YES, yes=yes):
        return
    done = run_async(asyncio.to_thread(forget, run.home))
    document = formats.document(
        "wiped",
        home=str(run.home),
        files=done.files,
        left=done.left,
        keyring_cleared=done.keyring_cleared,
    )
    answer(
        run,
        document,
        keeping.WIPED.format(home=run.home),
        keeping.WIPED_TRACES,
        "" if done.keyring_cleared else keeping.WIPED_KEYRING,
        keeping.WIPED_LEFT.format(names=", ".join(done.left)) if done.left else "",
    )


def _say_losses(losses: Losses | None) -> None:
    say(keeping.WIPE)
    if losses is None:
        say(keeping.WIPE_UNKNOWN)
        return
    checked = losses.phrase_checked
    say(keeping.WIPE_PHRASE_CHECKED if checked else keeping.WIPE_PHRASE_UNCHECKED)
    for texts, count in (
        (keeping.WIPE_PRIVATE, losses.private_entries),
        (keeping.WIPE_WAITING, losses.waiting),
        (keeping.WIPE_DRAFTS, losses.drafts),
    ):
        if count:
            say(counted(texts, count))
