"""What commands that write have in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from inglenook_client.cli.errors import ConfirmationNeededError
from inglenook_client.cli.run import Run
from inglenook_client.cli.session import with_journal, with_words
from inglenook_client.cli.speaking import called, say
from inglenook_client.cli.texts import common, writing
from inglenook_client.cli.words import Words
from inglenook_client.journal import Journal

T = TypeVar("T")

draft_option = click.option(
    "--draft", metavar="ID", help="Take up kept words again; see: nook drafts"
)


def one_source(text: str | None, draft: str | None) -> None:
    """Refuse two texts for one entry."""
    if text is not None and draft is not None:
        raise click.UsageError(common.TEXT_OR_DRAFT)


def shared_lines(partner: str | None) -> list[str]:
    """Who will see it, and when."""
    return [writing.SHARED.format(partner=called(partner)), writing.GOES_OUT]


def sure(run: Run, question: str, otherwise: str, *, yes: bool) -> bool:
    """Whether a deliberate step is really meant.

    Raises ConfirmationNeededError where nobody can be asked and ``yes`` is not given.
    """
    if yes:
        return True
    if not run.someone_is_there:
        raise ConfirmationNeededError(otherwise, writing.NEEDS_YES_STEP)
    from inglenook_client.cli.asking import agree

    if agree(question, default=False):
        return True
    say(writing.LEFT_AS_IT_IS)
    return False


def with_note(run: Run, command: str, note: str, work: Callable[[Journal, str], Awaitable[T]]) -> T:
    """As ``with_words`` for words that may be left out: nobody is asked for them."""

    async def without(journal: Journal) -> T:
        return await work(journal, "")

    return with_words(run, Words(run, command, note), work) if note else with_journal(run, without)
