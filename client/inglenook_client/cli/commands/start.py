"""``nook start``: a journal, what unlocks it, and the phrase that brings it back."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import click

from inglenook_client.cli import formats, session
from inglenook_client.cli.asking import ask
from inglenook_client.cli.errors import NothingGivenError
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.speaking import emit, say, show
from inglenook_client.cli.texts import profile
from inglenook_client.cli.unlocking import new_unlock
from inglenook_client.keyring import (
    NoProfileError,
    Passphrase,
    ProfileExistsError,
    Unlock,
    UnlockNeededError,
    unlock_method,
)
from inglenook_client.profile import never_begun

WORDS_ASKED_BACK = 3


@click.command()
@click.option("--name", metavar="NAME", help="How the journal calls you.")
@click.option("--os-keyring", is_flag=True, help="Let this computer's keyring unlock it.")
@click.option(
    "--phrase-file",
    type=click.Path(path_type=Path),
    help="Write the recovery phrase to this new file instead of showing it.",
)
@with_run
def start(run: Run, name: str | None, os_keyring: bool, phrase_file: Path | None) -> None:
    """Begin your journal on this computer.

    It asks for your name and a passphrase, and shows 24 words that bring the journal back if
    this computer is gone. Scripts give --name, --passphrase-file, and --json or --phrase-file.
    """
    nothing_there_yet(run.home)
    if run.someone_is_there:
        say(profile.WELCOME)
        name = name or ask(profile.ASK_NAME)
    elif not run.json and phrase_file is None:
        raise NothingGivenError(profile.PHRASE_PLACE_NEEDED, profile.PHRASE_PLACE_NEEDED_STEP)
    if not name or not name.strip():
        raise NothingGivenError(profile.NAME_NEEDED, profile.NAME_NEEDED_STEP)
    unlock = new_unlock(run, run.passphrase_file, os_keyring=os_keyring)
    if unlock is None:
        raise UnlockNeededError(profile.NO_WAY_TO_UNLOCK, profile.NO_WAY_TO_UNLOCK_STEP)
    place = None if phrase_file is None else _new_file(phrase_file)
    paper = _Paper(run, name.strip(), place, phrase_file)
    try:
        session.run_async(_begin(run, unlock, paper))
    except BaseException:
        if phrase_file is not None and not paper.given:
            phrase_file.unlink(missing_ok=True)
        raise
    if not run.json:
        show(profile.STARTED.format(name=name.strip()))
        show(profile.STARTED_NEXT)
    if run.someone_is_there and isinstance(unlock, Passphrase):
        from inglenook_client.keyring.os_keyring import available

        say(profile.KEYRING_SPARES if available() else profile.FILE_SPARES)


def nothing_there_yet(home: Path) -> None:
    """Say so before any question. Raises ProfileExistsError."""
    try:
        unlock_method(home)
    except NoProfileError:
        return
    if not never_begun(home):
        raise ProfileExistsError


def _new_file(path: Path) -> int:
    """Make the file before the journal: the phrase is given once."""
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        raise NothingGivenError(
            profile.PHRASE_FILE_EXISTS, profile.PHRASE_FILE_EXISTS_STEP
        ) from None


def _write_phrase(descriptor: int, words: list[str]) -> None:
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(" ".join(words) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        # The journal is made and the words exist nowhere else: showing them is the lesser evil.
        say(" ".join(words))
        raise


class _Paper:
    """Gives the phrase to whoever starts, before the journal stands: a start that is cut off
    leaves no journal whose phrase nobody has seen."""

    def __init__(self, run: Run, name: str, place: int | None, file: Path | None) -> None:
        self._run, self.name, self._place, self._file = run, name, place, file
        self.given = False
        self.right = False

    async def give(self, words: list[str]) -> None:
        """Show the words, or write them into the file, or both to a script."""
        told: dict[str, object] = {"phrase": words}
        if self._place is not None:
            _write_phrase(self._place, words)
            say(profile.PHRASE_WHY)
            say(profile.PHRASE_IN_FILE.format(path=self._file))
            told = {"phrase_file": str(self._file)}
        elif self._run.someone_is_there:
            try:
                self.right = _asked_back(words)
            except (click.Abort, KeyboardInterrupt):
                say(profile.WORD_GIVEN_UP)  # only the check is put off
        self.given = True
        if self._run.json:
            emit(formats.document("started", name=self.name, home=str(self._run.home), **told))


async def _begin(run: Run, unlock: Unlock, paper: _Paper) -> None:
    journal, words = await session.journal_class().create(
        run.home, unlock, name=paper.name, show=paper.give
    )
    async with journal:
        if paper.right:
            await journal.phrase_fits(words)


def _asked_back(words: list[str]) -> bool:
    """Show the phrase, then ask some of it back; gives whether the paper is right."""
    from inglenook_client.cli.render.phrase import show_phrase

    show_phrase(words)
    positions = sorted(secrets.SystemRandom().sample(range(len(words)), WORDS_ASKED_BACK))
    for position in positions:
        for _ in range(3):
            said = ask(profile.ASK_WORD.format(position=position + 1), "").lower()
            if said == words[position]:
                break
            say(profile.WORD_DIFFERS)
            show_phrase(words)
        else:
            say(profile.WORD_GIVEN_UP)
            return False
    say(profile.WORDS_RIGHT)
    return True
