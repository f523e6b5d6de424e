"""``nook recover``: the journal again, from 24 words and a relay."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inglenook_client.cli import formats, session
from inglenook_client.cli.asking import agree
from inglenook_client.cli.commands.phrase import read_phrase
from inglenook_client.cli.commands.start import nothing_there_yet
from inglenook_client.cli.commands.sync import moving_bar
from inglenook_client.cli.errors import NothingGivenError
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.speaking import answer, called, say
from inglenook_client.cli.texts import profile, recovering
from inglenook_client.cli.unlocking import new_unlock
from inglenook_client.journal.phrases import entropy_of
from inglenook_client.keyring import Unlock, UnlockNeededError

if TYPE_CHECKING:
    from inglenook_client.journal.recovering import Recovered


@click.command()
@click.option("--relay", required=True, metavar="URL", help="The relay of your shared journal.")
@click.option(
    "--private-relay", metavar="URL", help="That of your private journal, if it is another."
)
@click.option("--name", metavar="NAME", help="How the journal calls you, if it doesn't say.")
@click.option("--os-keyring", is_flag=True, help="Let this computer's keyring unlock it.")
@click.option(
    "--phrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Read the 24 words from this file.",
)
@click.option(
    "--keep-devices",
    is_flag=True,
    help="Your other devices are not gone: they stay part of the journal.",
)
@with_run
def recover(
    run: Run,
    relay: str,
    private_relay: str | None,
    name: str | None,
    os_keyring: bool,
    phrase_file: Path | None,
    keep_devices: bool,
) -> None:
    """Bring your journals back from your recovery phrase.

    On a computer that has nothing: it asks for the 24 words, on the terminal or on standard
    input, and takes everything from the relay. Devices that are gone are removed from it. The
    private journal comes back too if you kept it in step through a relay (nook device sync);
    else it was never at one and comes back from a backup only.
    """
    nothing_there_yet(run.home)
    if run.someone_is_there:
        say(recovering.WELCOME)
    words = read_phrase(run) if phrase_file is None else _read(phrase_file)
    entropy_of(words)  # a word that is none is said before anything else is asked
    if run.someone_is_there and not keep_devices:
        keep_devices = agree(recovering.ASK_KEEP, default=False)
    unlock = new_unlock(run, run.passphrase_file, os_keyring=os_keyring)
    if unlock is None:
        raise UnlockNeededError(profile.NO_WAY_TO_UNLOCK, profile.NO_WAY_TO_UNLOCK_STEP)
    places = (relay, private_relay)
    done = session.run_async(_recover(run, unlock, words, places, name, keep=keep_devices))
    lines = [recovering.DONE.format(partner=called(done.partner))]
    if not done.shared:
        lines = [recovering.DONE_PRIVATE]
    if done.retired:
        lines.append(recovering.RETIRED)
    answer(
        run,
        formats.document(
            "recovered",
            home=str(run.home),
            name=done.name,
            partner=done.partner,
            entries=done.entries,
            removed_devices=done.retired,
            earlier_journals=done.earlier,
            shared=done.shared,
            private=done.private,
        ),
        *lines,
        recovering.PRIVATE_BACK if done.private else recovering.PRIVATE,
    )


def _read(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").lower().split()
    except (OSError, UnicodeDecodeError):
        raise NothingGivenError(
            recovering.PHRASE_FILE_UNREADABLE, recovering.PHRASE_FILE_UNREADABLE_STEP
        ) from None


async def _recover(
    run: Run,
    unlock: Unlock,
    words: list[str],
    places: tuple[str, str | None],
    name: str | None,
    *,
    keep: bool,
) -> Recovered:
    from inglenook_client.journal.recovering import recover as bring_back

    with moving_bar() if run.someone_is_there else nullcontext() as progress:
        return await bring_back(
            run.home,
            unlock,
            words,
            places[0],
            private_relay=places[1],
            name=name,
            keep_devices=keep,
            progress=progress,
        )
