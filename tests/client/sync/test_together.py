"""Two tasks end together, and a cancellation is never lost."""

import asyncio

import pytest

from inglenook_client.sync.together import together
from inglenook_protocol.errors import InglenookError


async def give(value):
    return value


async def break_with(error):
    await asyncio.sleep(0)
    raise error


async def forever(ended):
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.sleep(0)
        ended.append(1)


async def test_both_results():
    assert await together(give(1), give(2)) == (1, 2)


async def test_an_error_ends_the_other_first():
    ended: list[int] = []
    with pytest.raises(ZeroDivisionError):
        await together(break_with(ZeroDivisionError()), forever(ended))
    assert ended == [1]


async def test_a_mistake_goes_before_an_expected_error():
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            await together(break_with(InglenookError("away")), break_with(ZeroDivisionError()))


@pytest.mark.parametrize("turns", range(8))
async def test_a_cancellation_beside_an_error_is_not_lost(turns):
    ended: list[int] = []
    started = asyncio.Event()

    async def both():
        started.set()
        await together(break_with(InglenookError("away")), forever(ended))

    task = asyncio.create_task(both())
    await started.wait()
    for _ in range(turns):
        if task.done():
            break
        await asyncio.sleep(0)
    if task.done():
        with pytest.raises(InglenookError):
            await task
        return
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(ended) <= 1
