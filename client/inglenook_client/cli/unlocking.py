"""What unlocks the journal in this run: a keyring, a file, or a question."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, TypeVar

from inglenook_client.cli.asking import agree, ask_hidden
from inglenook_client.cli.run import Run
from inglenook_client.cli.speaking import say
from inglenook_client.cli.texts import common, profile
from inglenook_client.keyring import (
    OsKeyring,
    Passphrase,
    PassphraseFile,
    Unlock,
    UnlockNeededError,
    WrongPassphraseError,
    open_unlock,
    unlock_method,
)

T = TypeVar("T")

TRIES: Final = 3
_SHORT: Final = 12


def present_unlock(run: Run) -> Unlock | None:
    """What unlocks without asking; None if a person has to be asked.

    Raises NoProfileError, or UnlockNeededError where nobody can be asked.
    """
    if unlock_method(run.home) == "os-keyring":
        return OsKeyring()
    if run.passphrase_file is not None:
        return PassphraseFile(run.passphrase_file)
    if not run.can_ask_passphrase:
        raise UnlockNeededError(common.NO_TERMINAL_LOCKED, common.NO_TERMINAL_LOCKED_STEP)
    return None


async def unlocked(run: Run, use: Callable[[Unlock], Awaitable[T]]) -> T:
    """Call ``use`` with what unlocks; a person who mistypes may try again."""
    unlock = present_unlock(run)
    if unlock is not None:
        return await use(unlock)
    for _ in range(TRIES - 1):
        try:
            return await use(Passphrase(ask_hidden(common.ASK_PASSPHRASE)))
        except WrongPassphraseError:
            say(common.TRY_AGAIN)
    return await use(Passphrase(ask_hidden(common.ASK_PASSPHRASE)))


def unlocked_now(run: Run) -> Unlock:
    """What unlocks, tried out. Raises as ``open_unlock`` does."""
    unlock = present_unlock(run)
    if unlock is not None:
        open_unlock(run.home, unlock)
        return unlock
    for _ in range(TRIES - 1):
        asked = Passphrase(ask_hidden(common.ASK_PASSPHRASE))
        try:
            open_unlock(run.home, asked)
        except WrongPassphraseError:
            say(common.TRY_AGAIN)
        else:
            return asked
    asked = Passphrase(ask_hidden(common.ASK_PASSPHRASE))
    open_unlock(run.home, asked)
    return asked


def new_passphrase() -> Passphrase:
    """Ask for a new passphrase, twice."""
    say(profile.PASSPHRASE_ADVICE)
    while True:
        first = ask_hidden(profile.ASK_NEW_PASSPHRASE)
        if not first:
            continue
        if ask_hidden(profile.ASK_AGAIN) == first:
            break
        say(profile.NOT_THE_SAME)
    if len(first) < _SHORT:
        say(profile.SHORT_PASSPHRASE)
    return Passphrase(first)


def new_unlock(run: Run, passphrase_file: Path | None, *, os_keyring: bool) -> Unlock | None:
    """What shall unlock from now on; None where nothing was given and nobody can be asked."""
    if os_keyring:
        return OsKeyring()
    if passphrase_file is not None:
        return PassphraseFile(passphrase_file)
    if not run.someone_is_there:
        return None
    from inglenook_client.keyring.os_keyring import available

    if available() and agree(profile.ASK_KEYRING, default=True):
        return OsKeyring()
    return new_passphrase()
