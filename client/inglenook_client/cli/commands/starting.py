"""Beginnings for an answer that shows empathy: picked or edited, never sent by themselves
(PRACTICES 14)."""

from __future__ import annotations

import click

from inglenook_client.cli import formats
from inglenook_client.cli.asking import agree, ask
from inglenook_client.cli.errors import NothingGivenError
from inglenook_client.cli.run import Run
from inglenook_client.cli.speaking import emit, say, show
from inglenook_client.cli.texts import talking, writing

starter_option = click.option(
    "--starter",
    is_flag=False,
    flag_value=0,
    type=int,
    metavar="[NUMBER]",
    help="Begin with words that show that something arrived; without a number, see them.",
)


def begun_with(run: Run, number: int, text: str | None, command: str) -> str | None:
    """The words that begin with a starter and go on as their writer does; None to send nothing.

    ``number``: which one, or 0 to be shown them. Raises NothingGivenError for a number that is
    none, and for a beginning alone where nobody can be asked.
    """
    if number == 0:
        _show(run, command)
        if not run.someone_is_there:
            return None
        said = ask(talking.STARTER_NUMBER, "")
        if not said.isdigit():
            return None
        number = int(said)
    if not 1 <= number <= len(talking.STARTERS):
        raise NothingGivenError(talking.NO_SUCH_STARTER, talking.NO_SUCH_STARTER_STEP)
    beginning = talking.STARTERS[number - 1]
    if text is not None:
        return f"{beginning} {text}"
    if not run.someone_is_there:
        raise NothingGivenError(talking.SEND_NEEDS_WORDS, talking.SEND_NEEDS_WORDS_STEP)
    show(f"{beginning} …")
    rest = ask(talking.STARTER_REST, "")
    if not rest:
        say(writing.NOTHING_WRITTEN)
        return None
    whole = f"{beginning} {rest}"
    return whole if agree(talking.ASK_SEND.format(text=whole), default=True) else None


def _show(run: Run, command: str) -> None:
    if run.json:
        emit(formats.document("starters", starters=talking.STARTERS))
        return
    show(talking.STARTERS_FIRST)
    for number, starter in enumerate(talking.STARTERS, 1):
        show("  " + talking.STARTER_LINE.format(number=number, starter=starter))
    if not run.someone_is_there:
        show(talking.STARTERS_NEXT.format(command=command))
