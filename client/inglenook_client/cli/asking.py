"""Questions to the person at the terminal, on stderr, so that output can be piped on.

asyncio holds Ctrl-C back until the next ``await``. A question waits without one, so Ctrl-C
gets its plain meaning while it does.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import click

from inglenook_client.cli.speaking import fitted
from inglenook_client.cli.texts import common

T = TypeVar("T")


@contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C raises KeyboardInterrupt at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def prompt_of(question: str) -> str:
    """A question as it stands before the cursor: ended once, wrapped between words."""
    end = " " if question.endswith((".", "?", "!", ":", "]", "…")) else ": "
    return fitted(question, err=True) + end


def ask(question: str, default: str | None = None) -> str:
    """One line. With a default, Enter alone gives it."""
    try:
        with interruptible():
            answer: str = click.prompt(
                prompt_of(question),
                default=default,
                show_default=False,
                prompt_suffix="",
                err=True,
                type=str,
            )
    except click.Abort:
        click.echo(err=True)  # what is said next begins a line of its own
        raise
    return answer.strip()


def ask_hidden(question: str) -> str:
    """Something that must not show, also when words come through a pipe."""
    import getpass

    with interruptible():
        try:
            return getpass.getpass(prompt_of(question), stream=sys.stderr)
        except EOFError:
            raise click.Abort from None


def meant(answer: str) -> bool | None:
    """Yes, no, or neither; the English words are understood in every language."""
    said = answer.strip().lower()
    if said in {*common.YES, "y", "yes"}:
        return True
    return False if said in {*common.NO, "n", "no"} else None


def agree(question: str, *, default: bool | None = None) -> bool:
    """Yes or no; anything else asks again."""
    offered = common.YES_OR_NO[{None: "", True: "yes", False: "no"}[default]]
    while True:
        said = ask(f"{question} [{offered}]", "")
        if not said and default is not None:
            return default
        if (answer := meant(said)) is not None:
            return answer


async def elsewhere(question: Callable[[], T]) -> T:
    """Ask without stopping the event loop: pairing keeps its line open meanwhile.

    A thread of the usual pool would hold the program at its end until somebody presses Enter.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(act: Callable[[], None]) -> None:
        if not answer.done():
            act()

    def run() -> None:
        try:
            outcome = question()
        except BaseException as error:
            raised = click.Abort() if isinstance(error, EOFError | KeyboardInterrupt) else error
            act: Callable[[], None] = lambda: answer.set_exception(raised)  # noqa: E731
        else:
            act = lambda: answer.set_result(outcome)  # noqa: E731
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
            loop.call_soon_threadsafe(settle, act)

    threading.Thread(target=run, daemon=True).start()
    return await answer


def read_line() -> str | None:
    """One line of standard input; None at its end.

    Byte by byte past Python's buffer: a thread that waits in the buffer would hold its lock
    when the program ends.
    """
    try:
        descriptor = sys.stdin.fileno()
    except (io.UnsupportedOperation, ValueError):
        return sys.stdin.readline() or None
    line = bytearray()
    while byte := os.read(descriptor, 1):
        line += byte
        if byte == b"\n":
            break
    return line.decode("utf-8", "replace") if line else None


def _forget_typed_ahead() -> None:
    if sys.stdin.isatty():
        with contextlib.suppress(ImportError, OSError):
            import termios

            termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)


def agree_unbuffered(question: str) -> bool:
    """Yes or no, read past Python's buffer. Raises click.Abort at the end of the input.

    What was typed before the question is no answer to it.
    """
    _forget_typed_ahead()
    while True:
        click.echo(prompt_of(f"{question} [{common.YES_OR_NO['']}]"), err=True, nl=False)
        line = read_line()
        if line is None:
            raise click.Abort
        if (answer := meant(line)) is not None:
            return answer
