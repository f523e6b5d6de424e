"""Ports between the layers: what sync needs of a store, and what views report of sync.

The store does not know sync and sync does not know the store; the facade hands one to the
other. Everything here is values and protocols.
"""

from __future__ import annotations

from typing import Final, Protocol

import msgspec

from inglenook_protocol.codec import Point
from inglenook_protocol.roster import Statement
from inglenook_protocol.session import PageOutcome


class PushCursor(msgspec.Struct, frozen=True):
    """Where a push stands: points of each log that the relay reaches, and what else to send."""

    start_by_device: dict[bytes, list[Point]]
    statements: bool


class PushBatch(msgspec.Struct, frozen=True):
    """One encoded ``PushRequest``; ``devices`` names the log of each of its runs."""

    body: bytes
    devices: list[bytes]
    envelopes: int
    reaches: dict[bytes, list[Point]]
    """Heads of each log in the batch as they are at the relay once it took all of it."""
    next: PushCursor | None
    """Where the next batch starts; None when this one is the last."""


class SyncStore(Protocol):
    """One space as sync sees it. Every method is safe while other processes write."""

    @property
    def space_id(self) -> bytes: ...

    @property
    def device_id(self) -> bytes:
        """This device's id in the space."""
        ...

    def sign_login(self, origin: str, nonce: bytes) -> bytes:
        """The answer to a relay's challenge (SPEC 14.3): 64 bytes."""
        ...

    async def registration(self) -> tuple[bytes, list[Statement]]:
        """Genesis bytes and all roster statements, to register the space (SPEC 14.2)."""
        ...

    async def pull_request(self, deepen: frozenset[bytes], page_bytes: int) -> bytes:
        """An encoded ``PullRequest`` from what is held now (SPEC 14.5, 15.3).

        Its ``have`` carries the heads of every log and, where the relay is known to hold
        less, the newest point that it acknowledged: a relay passes over points that it does
        not know, and would send all of the log again if a head alone were named.
        """
        ...

    async def admit_page(self, page: bytes, *following: bytes) -> PageOutcome:
        """Verify, admit, fold and index encoded pages, in order and all at once.

        The outcome is as after the last of them, with ``new`` for all. Raises
        ``RemoteProtocolError`` when one as a whole is not valid; then nothing was kept.
        """
        ...

    async def push_batch(self, cursor: PushCursor, max_bytes: int) -> PushBatch:
        """The next batch from ``cursor``, of about ``max_bytes`` at the most.

        Logs that ``start_by_device`` does not name stay out. Points that are not held are
        passed over. With nothing to send, ``envelopes`` is 0 and ``devices`` is empty (the
        body may still carry statements).
        """
        ...

    async def acknowledged(self, head_by_device: dict[bytes, int]) -> None:
        """The relay holds each log durably up to that seq: what waits to be sent is less."""
        ...

    async def changed_elsewhere(self) -> bool:
        """Whether another process wrote to this space since the last call. Cheap."""
        ...

    async def wait_for_append(self) -> None:
        """Return once this process has appended, or signed a statement, since the last return.

        Each append is told once, at once if it came before the call; it is not told again
        when a push of it did not go through. Made for one waiting task.
        """
        ...


class RelayAddress(msgspec.Struct, frozen=True):
    """A relay as this side reaches it. ``token``: the right to register, or "" for none."""

    origin: str
    """scheme://host[:port], in lower case, without a default port."""
    token: str = ""

    def __repr__(self) -> str:
        return f"RelayAddress({self.origin!r}, …)"


class SyncReport(msgspec.Struct, frozen=True):
    """What one sync did."""

    received: int
    """Envelopes and statements that were new here."""
    sent: int
    """Envelopes that the relay took."""
    registered: bool
    """Whether the relay did not know the space and was told of it again."""
    refused_by_device: dict[bytes, str]
    """Logs of which the relay refused a part, with the class of SPEC 11.6."""
    not_given_by_device: dict[bytes, list[Point]]
    """Heads that the relay names and does not give (SPEC 11.5)."""
    odd: bool = False
    """Whether the status has something to say since that it did not say before."""
    private: SyncReport | None = None
    """Of the private journal, where a relay carries that too; this one is the shared one's."""


NOTHING: Final = SyncReport(0, 0, False, {}, {})
"""Of a journal that was not exchanged."""


class SyncProgress(msgspec.Struct, frozen=True):
    """How far a sync is: a stage (``receiving``, ``sending``) and a count so far."""

    stage: str
    done: int
