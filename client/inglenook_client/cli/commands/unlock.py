"""``nook passphrase``: change what unlocks the journal on this computer."""

from __future__ import annotations

from pathlib import Path

import click

from inglenook_client.cli import formats
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.speaking import answer
from inglenook_client.cli.suggesting import SuggestingGroup
from inglenook_client.cli.texts import profile
from inglenook_client.cli.unlocking import new_unlock, unlocked_now
from inglenook_client.keyring import OsKeyring, UnlockNeededError, change_unlock


@click.group(cls=SuggestingGroup)
def passphrase() -> None:
    """Change what unlocks the journal here."""


@passphrase.command()
@click.option(
    "--new-passphrase-file",
    type=click.Path(path_type=Path),
    help="A file with the new passphrase, for scripts.",
)
@click.option("--os-keyring", is_flag=True, help="Unlock by this computer's keyring from now on.")
@with_run
def change(run: Run, new_passphrase_file: Path | None, os_keyring: bool) -> None:
    """Choose another passphrase, or this computer's keyring.

    Nothing of the journal is written anew: one small key is wrapped again.
    """
    if new_passphrase_file is not None and os_keyring:
        raise click.UsageError(profile.ONE_NEW_WAY)
    old = unlocked_now(run)
    new = new_unlock(run, new_passphrase_file, os_keyring=os_keyring)
    if new is None:
        raise UnlockNeededError(profile.NEW_PASSPHRASE_NEEDED, profile.NEW_PASSPHRASE_NEEDED_STEP)
    change_unlock(run.home, old, new)
    by_keyring = isinstance(new, OsKeyring)
    answer(
        run,
        formats.document("unlock-changed", method="os-keyring" if by_keyring else "passphrase"),
        profile.KEYRING_CHANGED if by_keyring else profile.PASSPHRASE_CHANGED,
    )
