"""Reading a stream of pages ahead while the store works on those before.

A transaction costs the store half as much per envelope when it takes thousands of them rather
than hundreds, while a relay keeps its pages small for the sake of its own memory. So what has
arrived meanwhile is admitted together: much when there is much, one page when there is one,
and nobody waits for company.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final, Self

from inglenook_client.sync.errors import RelaySilentError, RelayUnreachableError
from inglenook_client.sync.ports import PageStream

TOGETHER_BYTES: Final = 4 * 1024 * 1024
"""How much is admitted in one transaction, about: half a second of the database's time."""
SILENCE_S: Final = 60.0
"""How long a page that was promised may take; pings alone keep nobody waiting (SPEC 15.4)."""
_MAX_PAGES: Final = 64
"""However small they are: a relay that sends without end is noticed by its pages."""


class ReadAhead:
    """Pages of a stream, a bounded number of them read ahead. Async context manager."""

    def __init__(self, stream: PageStream) -> None:
        self._stream = stream
        self._pages: deque[bytes] = deque()
        self._bytes = 0
        self._changed = asyncio.Event()
        self._error: Exception | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _read(self) -> None:
        try:
            async for page in self._stream:
                self._pages.append(page)
                self._bytes += len(page)
                self._changed.set()
                while self._bytes >= TOGETHER_BYTES or len(self._pages) >= _MAX_PAGES:
                    await self._wait()
            self._error = RelayUnreachableError("The connection to the relay ended.")
        except Exception as error:  # handed to whoever takes, after the pages before it
            self._error = error
        self._changed.set()

    async def _wait(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    async def take(self) -> list[bytes]:
        """The next pages, at least one. Raises what the stream ended with, and
        ``RelayUnreachableError`` for a relay that said there is more and then says nothing."""
        try:
            async with asyncio.timeout(SILENCE_S):
                while not self._pages:
                    if self._error is not None:
                        raise self._error
                    await self._wait()
        except TimeoutError:
            raise RelaySilentError from None
        pages = list(self._pages)
        self._pages.clear()
        self._bytes = 0
        self._changed.set()
        return pages
