"""``nook talk say`` and what answers it: speaking with "I", and listening (PRACTICES 6, 7)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import click

from inglenook_client.cli import formats
from inglenook_client.cli.asking import ask
from inglenook_client.cli.choosing import OneOf
from inglenook_client.cli.commands.common import draft_option, left_out
from inglenook_client.cli.commands.sharing import drafted
from inglenook_client.cli.commands.starting import begun_with, starter_option
from inglenook_client.cli.errors import NothingWrittenError
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import leave_words, with_journal, with_words
from inglenook_client.cli.speaking import answer
from inglenook_client.cli.texts import talking, writing
from inglenook_client.cli.words import Words, id_and_text
from inglenook_client.core.practices.talking_views import ConversationView
from inglenook_client.journal import Journal

T = TypeVar("T")

PARTS: Final = ("observation", "feeling", "effect", "wish")


def with_kept(run: Run, words: Words, work: Callable[[Journal], Awaitable[T]]) -> T:
    """As ``with_journal``; whatever ends it early, the words that were asked for are kept."""
    try:
        return with_journal(run, work)
    except BaseException:
        leave_words(run, words)
        raise


@click.command()
@click.argument("observation", nargs=-1, metavar="[TEXT]")
@click.option("--feel", "feeling", default="", metavar="TEXT", help="How it felt.")
@click.option("--effect", default="", metavar="TEXT", help="What it does to you.")
@click.option("--wish", default="", metavar="TEXT", help="What you would love to be different.")
@click.option("--theirs", is_flag=True, help="The words are the other's, who sits beside you.")
@click.option("--change", metavar="ID", help="Say parts of a draft anew.")
@click.option(
    "--without",
    type=OneOf(("feel", "effect", "wish")),
    multiple=True,
    metavar="FIELD",
    help="Of a draft, leave it out from now on: feel, effect or wish.",
)
@with_run
def say(
    run: Run,
    observation: tuple[str, ...],
    feeling: str,
    effect: str,
    wish: str,
    theirs: bool,
    change: str | None,
    without: tuple[str, ...],
) -> None:
    """Say what you saw, how it felt, what it does, and what you wish for.

    It is drafted first, for you alone, and shared by a second step: nook share ID. Without any
    words it asks. A hint on a word is for you alone, and hinders nothing.
    """
    names = {"feel": "feeling", "effect": "effect", "wish": "wish"}
    fields = left_out(without, names, {"feel": feeling, "effect": effect, "wish": wish})
    said = dict(zip(PARTS, (" ".join(observation), feeling, effect, wish), strict=True))
    words = Words(run, "talk say", _text(said))

    async def work(journal: Journal) -> None:
        if not any(said.values()) and not fields:
            if not run.someone_is_there:
                words.argument = None
                said["observation"] = words.read()
            else:
                await journal.talking.check()  # without a conversation nobody is asked
                _ask(said, words)
        given = {name: text for name, text in said.items() if text}
        if change is None:
            draft = await journal.talking.draft(given, theirs=theirs)
        else:
            draft = await journal.drafting.edit(change, given, fields)
        words.take_in()
        await drafted(run, journal, draft)

    with_kept(run, words, work)


def _ask(said: dict[str, str], words: Words) -> None:
    questions = (
        talking.ASK_OBSERVATION,
        talking.ASK_FEELING,
        talking.ASK_EFFECT,
        talking.ASK_WISH,
    )
    for name, question in zip(PARTS, questions, strict=True):
        said[name] = ask(question, "")
        words.argument = _text(said)
        if not said["observation"]:
            raise NothingWrittenError(writing.NOTHING_WRITTEN)


def _text(said: dict[str, str]) -> str:
    return "\n".join(text for text in said.values() if text)


def _told(run: Run, view: ConversationView, act: str) -> None:
    answer(run, formats.document("conversation", conversation=view), talking.SAID[act])


def _speaking(act: str, help_: str) -> click.Command:
    """One of the commands that say something about a turn: the latest that it fits, or ID."""

    @click.command(act, help=help_)
    @click.argument("words", nargs=-1, metavar="[ID] [TEXT]")
    @draft_option
    @with_run
    def command(
        run: Run, words: tuple[str, ...], draft: str | None, starter: int | None = None
    ) -> None:
        turn, text = id_and_text(words)
        if starter is not None:
            text = begun_with(run, starter, text, f"nook talk {act}")
            if text is None:
                return

        async def work(journal: Journal, said: str) -> ConversationView:
            acts = {
                "hear": journal.talking.hear,
                "correct": journal.talking.correct,
                "validate": journal.talking.validate,
                "answer": journal.talking.answer,
            }
            return await acts[act](said, turn)

        _told(run, with_words(run, Words(run, f"talk {act}", text, draft), work), act)

    return starter_option(command) if act in _WITH_STARTERS else command


_WITH_STARTERS: Final = ("validate", "answer")
_HELPS: Final = {
    "hear": "Say in your own words what you heard.",
    "correct": "Say what you meant, if it was heard otherwise.",
    "validate": "Say why it makes sense, seen from the other's side.",
    "answer": "Give your answer, once the other person feels heard.",
}


@click.command()
@click.argument("turn", metavar="[ID]", default="")
@with_run
def confirm(run: Run, turn: str) -> None:
    """Say that you feel heard; then there is room for an answer."""
    _told(run, with_journal(run, lambda journal: journal.talking.confirm(turn)), "confirm")


@click.command()
@click.argument("turn", metavar="[ID]", default="")
@with_run
def leave(run: Run, turn: str) -> None:
    """Leave a turn where it is; no reason is needed."""
    _told(run, with_journal(run, lambda journal: journal.talking.set_down(turn)), "leave")


COMMANDS: Final = (
    say,
    *(_speaking(act, help_) for act, help_ in _HELPS.items()),
    confirm,
    leave,
)
