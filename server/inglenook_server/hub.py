"""Who listens live, and how far each of them reaches.

A stream keeps no copies of data: only its reader's reach, a number for each branch. When
something is stored, what is new for it is worked out from there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from inglenook_protocol.messages import PullRequest
from inglenook_server.auth import Login
from inglenook_server.core.logs import Reach
from inglenook_server.core.ops import AppendChunk


class Feed:
    """What a reader has: by its ``have``, and by what was sent since."""

    __slots__ = ("erasures_hash", "page_bytes", "reach", "roster_hash")

    def __init__(self, request: PullRequest, reach: Reach) -> None:
        self.reach = reach
        self.roster_hash = request.roster_hash
        self.erasures_hash = request.erasures_hash
        self.page_bytes = request.page_bytes

    def pass_over(self, stored: Iterable[AppendChunk]) -> None:
        """Do not send what this reader itself pushed, where it had all that came before."""
        for op in stored:
            before = op.chunk.first_seq - 1
            starts = op.branch.start_seq - 1 == before
            if self.reach.get(op.branch.no, before if starts else -1) == before:
                self.reach[op.branch.no] = op.chunk.last_seq


class Listener(Protocol):
    """A live stream, as the hub sees it."""

    login: Login
    feed: Feed | None

    def wake(self) -> None:
        """Something was stored."""

    def stop(self) -> None:
        """The relay is stopping."""


class Hub:
    """Live streams by space."""

    def __init__(self) -> None:
        self._listeners: dict[bytes, list[Listener]] = {}
        self.count = 0

    def add(self, listener: Listener) -> None:
        self._listeners.setdefault(listener.login.space, []).append(listener)
        self.count += 1

    def remove(self, listener: Listener) -> None:
        listeners = self._listeners.get(listener.login.space, [])
        if listener in listeners:
            listeners.remove(listener)
            self.count -= 1
        if not listeners:
            self._listeners.pop(listener.login.space, None)

    def streams_of(self, login: Login) -> int:
        """How many streams this login's device has."""
        listeners = self._listeners.get(login.space, ())
        return sum(1 for listener in listeners if listener.login.signer == login.signer)

    def stored(self, space_id: bytes, session: bytes, chunks: Iterable[AppendChunk]) -> None:
        """Tell everybody in the space; ``session`` is the login that pushed ``chunks``."""
        for listener in self._listeners.get(space_id, ()):
            if listener.login.session == session and listener.feed is not None:
                listener.feed.pass_over(chunks)
            listener.wake()

    def stop(self) -> None:
        """Close every stream."""
        for listeners in list(self._listeners.values()):
            for listener in list(listeners):
                listener.stop()
