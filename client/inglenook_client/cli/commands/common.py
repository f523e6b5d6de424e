"""What commands that write have in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from inglenook_client.cli.errors import ConfirmationNeededError, NothingGivenError
from inglenook_client.cli.run import Run
from inglenook_client.cli.session import with_journal, with_words
from inglenook_client.cli.speaking import called, say
from inglenook_client.cli.texts import common, pairing, writing
from inglenook_client.cli.words import Words
from inglenook_client.journal import Journal

if TYPE_CHECKING:
    from datetime import datetime

    from inglenook_client.core.model import DeviceView

T = TypeVar("T")

draft_option = click.option(
    "--draft", metavar="ID", help="Take up kept words again; last for the latest. See: nook drafts"
)


token_option = click.option(
    "--token",
    envvar="NOOK_TOKEN",
    metavar="TOKEN",
    help="Its registration token; --token-file keeps it out of the list of processes.",
)
token_file_option = click.option(
    "--token-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Read the token from this file; or give it in NOOK_TOKEN.",
)


def given_token(token: str | None, file: Path | None) -> str | None:
    """The token of a command; the one in a file goes first. Raises NothingGivenError."""
    if file is None:
        return token
    try:
        return file.expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise NothingGivenError(
            pairing.TOKEN_FILE_UNREADABLE, pairing.TOKEN_FILE_UNREADABLE_STEP
        ) from None


def one_source(text: str | None, draft: str | None) -> None:
    """Refuse two texts for one entry."""
    if text is not None and draft is not None:
        raise click.UsageError(common.TEXT_OR_DRAFT)


def left_out(
    without: tuple[str, ...], fields: Mapping[str, str], given: Mapping[str, object]
) -> list[str]:
    """The fields that ``--without`` names, by the words that a command has for them.

    ``given``: what was said anew, by the same words; one of both is refused.
    """
    for word in without:
        if given.get(word) not in (None, "", (), False):
            raise click.UsageError(common.ANEW_OR_WITHOUT)
    return [fields[word] for word in without]


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


async def given_appointment(journal: Journal, said: str, *, past: bool = False) -> datetime:
    """A moment that both keep, as a person says it. Raises NotAMomentError."""
    from inglenook_client.cli import moments
    from inglenook_client.cli.texts import moments as texts

    at = moments.given_moment(said, await journal.days.appointment_now(), past=past)
    if (second := moments.comes_twice(at)) is not None:
        time = f"{at:%H:%M}"
        say(texts.COMES_TWICE.format(time=time, second=second.isoformat(timespec="minutes")))
    return at


async def given_coming_day(journal: Journal, said: str | None) -> str | None:
    """A day on which both will do something, as a person says it. Raises NotADateError."""
    from inglenook_client.cli.moments import given_day

    return None if said is None else given_day(said, (await journal.days.appointment_now()).date())


async def given_day_of_both(journal: Journal, said: str | None) -> str | None:
    """The day of something that the two did, as they count days. Raises NotADateError."""
    from inglenook_client.cli.moments import given_day

    return None if said is None else given_day(said, (await journal.days.now()).date(), past=True)


def say_new(views: list[DeviceView]) -> None:
    """A line on each computer of one's own that is new (SPEC 17.6)."""
    if views:
        from inglenook_client.cli.render import dates
        from inglenook_client.cli.render.devices import line_of_new

        for view in views:
            say(line_of_new(view, dates.today()))
