"""Run tasks of one purpose side by side: all end when one does."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

from inglenook_protocol.errors import InglenookError

A = TypeVar("A")
B = TypeVar("B")


def _leaves(group: BaseExceptionGroup[BaseException]) -> list[BaseException]:
    found: list[BaseException] = []
    for error in group.exceptions:
        found += _leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found


async def together(
    first: Coroutine[None, None, A], second: Coroutine[None, None, B]
) -> tuple[A, B]:
    """Both results. The first error cancels the other and is raised bare.

    Of several errors, one that is not an ``InglenookError`` goes first: it is a mistake of
    ours, and not to be covered by a network that ended as well.
    """
    try:
        async with asyncio.TaskGroup() as group:
            one = group.create_task(first)
            two = group.create_task(second)
    except BaseExceptionGroup as errors:
        leaves = sorted(_leaves(errors), key=lambda error: isinstance(error, InglenookError))
        raise leaves[0] from None
    return one.result(), two.result()
