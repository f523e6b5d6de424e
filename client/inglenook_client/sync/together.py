"""Run two tasks of one purpose side by side: both end when one breaks.

``asyncio.TaskGroup`` is not used: before Python 3.13 it loses a cancellation that arrives
together with a child's error, and a watch that is told to end would go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from inglenook_protocol.errors import InglenookError

A = TypeVar("A")
B = TypeVar("B")


async def together(first: Coroutine[Any, Any, A], second: Coroutine[Any, Any, B]) -> tuple[A, B]:
    """Both results. The first error cancels the other task and is raised, once both ended.

    Of two errors, one that is not an ``InglenookError`` goes first: it is a mistake of ours,
    and not to be covered by a network that ended as well. A cancellation goes before both.
    """
    one, two = asyncio.create_task(first), asyncio.create_task(second)
    tasks: tuple[asyncio.Task[Any], asyncio.Task[Any]] = (one, two)
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        errors = await _end(tasks)
    for error in sorted(errors, key=lambda error: isinstance(error, InglenookError)):
        raise error
    return one.result(), two.result()


async def _end(tasks: tuple[asyncio.Task[Any], ...]) -> list[BaseException]:
    """Cancel what still runs and wait for it; gives the errors of all."""
    for task in tasks:
        task.cancel()
    cancelled: asyncio.CancelledError | None = None
    while not all(task.done() for task in tasks):
        try:
            await asyncio.wait(tasks)
        except asyncio.CancelledError as told:
            cancelled = told
    errors = [error for task in tasks if not task.cancelled() and (error := task.exception())]
    if cancelled is not None:
        raise cancelled
    return errors
