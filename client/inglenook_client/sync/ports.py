"""What the engine and pairing ask of a transport, and what a transport asks of its owner."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import msgspec

from inglenook_protocol.messages import PushResult
from inglenook_protocol.roster import Statement

Sleep = Callable[[float], Awaitable[None]]
"""Port: wait for some seconds."""
Random = Callable[[], float]
"""Port: uniform in [0, 1)."""
Clock = Callable[[], float]
"""Port: seconds, monotonic for the engine, since 1970 for pairing."""


class SpaceLogin(msgspec.Struct, frozen=True):
    """Who logs in to which space."""

    space: bytes
    signer: bytes
    """A device id or a member id."""
    sign: Callable[[str, bytes], bytes]
    """(origin, nonce) to the signature of SPEC 14.3, 64 bytes."""


class Timeouts(msgspec.Struct, frozen=True):
    """Seconds; ``silence_s`` is longer than a mailbox's long poll."""

    connect_s: float = 10.0
    silence_s: float = 60.0
    total_s: float = 300.0


class PageStream(Protocol):
    """A live stream of encoded pages (SPEC 14.7)."""

    async def ask(self, pull_request: bytes) -> None: ...
    def __aiter__(self) -> AsyncIterator[bytes]: ...
    async def __anext__(self) -> bytes: ...


class SpaceTransport(Protocol):
    """The part of a transport that the engine uses; ``RelayTransport`` is the real one."""

    async def register(self, token: str, genesis: bytes, statements: list[Statement]) -> None: ...
    async def pull(self, request: bytes) -> bytes: ...
    async def push(self, request: bytes) -> list[PushResult]: ...
    def stream(self) -> AbstractAsyncContextManager[PageStream]: ...


class MailTransport(Protocol):
    """The part of a transport that pairing uses (SPEC 14.8)."""

    @property
    def origin(self) -> str: ...

    async def register(self, token: str, genesis: bytes, statements: list[Statement]) -> None: ...

    async def open_mailbox(
        self, token: str, mailbox: bytes, owner_hash: bytes, reader_hash: bytes, seconds: int
    ) -> None: ...

    async def enter_mailbox(self, mailbox: bytes, capability: bytes, claim: bytes) -> None: ...

    async def put_mail(
        self, mailbox: bytes, capability: bytes, claim: bytes, slot: int, message: bytes
    ) -> None: ...

    async def get_mail(
        self, mailbox: bytes, capability: bytes, claim: bytes, slot: int, wait_seconds: int
    ) -> bytes | None: ...

    async def close_mailbox(self, mailbox: bytes, capability: bytes, claim: bytes) -> None: ...
