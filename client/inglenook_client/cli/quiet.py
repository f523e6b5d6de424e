"""A process that keeps to itself: what it makes and what it says when something goes wrong.

Files are this account's alone, whatever made them. No core file holds what stood in memory. An
error that nobody expected is told by its kind and its place in the code: the text of one could
quote what somebody wrote, a passphrase or a key, and people paste such texts into reports.
"""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType

from inglenook_client.cli.texts import common

_ours = False


def keep_to_itself() -> None:
    """For a process of our own, before it does anything."""
    global _ours
    _ours = True
    os.umask(0o077)
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # not on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.excepthook = _unexpected
    sys.unraisablehook = lambda _: None


def silence() -> None:
    """Before asyncio runs: its log, and errors of threads, would quote what they met.

    In a process of somebody else's it does nothing.
    """
    if not _ours:
        return
    import logging
    import threading

    logging.disable(logging.CRITICAL)
    threading.excepthook = _in_thread


def _unexpected(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
    sys.stderr.write(f"{common.UNEXPECTED}\n{common.UNEXPECTED_STEP}\n")
    if os.environ.get("NOOK_DEBUG") == "1":
        sys.stderr.write(places(error))


def _in_thread(arguments: object) -> None:
    error = getattr(arguments, "exc_value", None)
    if isinstance(error, BaseException) and os.environ.get("NOOK_DEBUG") == "1":
        sys.stderr.write(places(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it, the first cause first; each once."""
    chain: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in chain:
        chain.append(at)
        at = at.__cause__ or at.__context__
    return reversed(chain)


def places(error: BaseException) -> str:
    """Kinds and places of an error and its causes, as in a traceback, without their texts."""
    lines: list[str] = []
    for each in _chain(error):
        lines += traceback.format_tb(each.__traceback__)
        lines.append(f"{type(each).__module__}.{type(each).__qualname__}\n")
    return "".join(lines)
