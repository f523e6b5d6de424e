"""``nook phrase check``: is the paper right?"""

from __future__ import annotations

import sys

import click

from inglenook_client.cli import formats
from inglenook_client.cli.asking import interruptible
from inglenook_client.cli.errors import NothingGivenError
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal
from inglenook_client.cli.speaking import answer, say
from inglenook_client.cli.suggesting import SuggestingGroup
from inglenook_client.cli.texts import profile
from inglenook_client.journal import Journal
from inglenook_protocol.errors import LocalProtocolError

WORDS_OF_A_PHRASE = 24


@click.group(cls=SuggestingGroup)
def phrase() -> None:
    """Check your recovery phrase."""


def read_phrase(run: Run) -> list[str]:
    """The words from the terminal or from standard input. Raises NothingGivenError."""
    # Never from the command's arguments: a shell would keep them in its history.
    if not run.someone_is_there:
        words = sys.stdin.read().lower().split()
    else:
        say(profile.ASK_PHRASE)
        words = []
        with interruptible():
            while len(words) < WORDS_OF_A_PHRASE and (line := sys.stdin.readline()):
                words += line.lower().split()
    if not words:
        raise NothingGivenError(profile.PHRASE_NEEDED, profile.PHRASE_NEEDED_STEP)
    return words


@phrase.command()
@with_run
def check(run: Run) -> int:
    """Type the 24 words from your paper and see that they are right.

    The words are read from the terminal or from standard input, and kept nowhere.
    """

    async def work(journal: Journal) -> bool:
        return await journal.phrase_fits(read_phrase(run))

    if not with_journal(run, work):
        raise LocalProtocolError(profile.PHRASE_DOES_NOT_FIT, profile.PHRASE_DOES_NOT_FIT_STEP)
    answer(run, formats.document("phrase-check", fits=True), profile.PHRASE_FITS)
    return 0
