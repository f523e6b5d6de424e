"""Pages read ahead of the store, from a relay that promises more (SPEC 15.4)."""

import asyncio

import pytest

from inglenook_client.sync import ahead
from inglenook_client.sync.ahead import ReadAhead
from inglenook_client.sync.errors import RelayUnreachableError


class Silent:
    """A stream that sends one page, answers pings for ever, and sends nothing more."""

    def __init__(self) -> None:
        self.pages = [b"page"]

    async def ask(self, pull_request: bytes) -> None:
        pass

    def __aiter__(self):
        return self

    async def __anext__(self) -> bytes:
        if self.pages:
            return self.pages.pop()
        await asyncio.Event().wait()
        raise AssertionError


async def test_a_relay_that_promises_more_and_falls_silent_holds_nobody_up(monkeypatch):
    """Found by simulation: a sync waited for ever for the page after one that said `more`."""
    monkeypatch.setattr(ahead, "SILENCE_S", 0.02)
    async with ReadAhead(Silent()) as pages:
        assert await pages.take() == [b"page"]
        with pytest.raises(RelayUnreachableError):
            await asyncio.wait_for(pages.take(), 5)
