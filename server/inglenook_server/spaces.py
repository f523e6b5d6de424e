"""What the relay remembers of spaces between requests: bounded, and always rebuildable."""

from __future__ import annotations

import asyncio
import copy
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Final

from inglenook_protocol.codec import encode
from inglenook_protocol.genesis import Genesis
from inglenook_protocol.roster import Statement, StatementBook
from inglenook_server.core.chunks import Chunk
from inglenook_server.core.logs import Branch, heads_of
from inglenook_server.errors import RelayError
from inglenook_server.storage.port import Snapshot, SpaceRecord, Storage

_BASE_WEIGHT: Final = 16_384
"""Rough bytes of a space in memory, apart from its statements and branches."""


class Space:
    """One space in memory: its book, the shape of its logs. Envelopes stay in the store.

    Only what is committed is ever seen here: whoever changes a space holds ``lock``, commits,
    then calls ``take_book`` or ``take_branches``.
    """

    def __init__(self, space_id: bytes, record: SpaceRecord) -> None:
        self.id = space_id
        self.genesis = Genesis(record.genesis)
        self.book = StatementBook(self.genesis)
        self.book.add(record.statements, verified=True)
        self.logs: dict[bytes, tuple[Branch, ...]] = {}
        for branch in record.branches:
            self.logs[branch.device] = (*self.logs.get(branch.device, ()), branch)
        self.statement_bytes = sum(len(s.content) for s in record.statements)
        self.lock = asyncio.Lock()
        self.users = 0
        self.stale = False
        self._heads: bytes | None = None
        self.weighed = self.weight

    @property
    def weight(self) -> int:
        """Rough bytes in memory."""
        branches = sum(map(len, self.logs.values()))
        return _BASE_WEIGHT + 4 * self.statement_bytes + 400 * branches

    def try_statements(
        self, statements: Iterable[Statement]
    ) -> tuple[StatementBook, list[Statement]]:
        """A book with ``statements`` too, and which of them are new; this one stays as it is.

        Raises ``RemoteProtocolError`` (see ``StatementBook.add``).
        """
        # ``add`` puts new collections in place and never changes those it had, so a shallow
        # copy is a book of its own.
        trial = copy.copy(self.book)
        return trial, trial.add(statements)

    def take_book(self, book: StatementBook, new: Iterable[Statement]) -> None:
        """Statements were committed."""
        self.book = book
        self.statement_bytes += sum(len(s.content) for s in new)
        self._heads = None

    def take_branches(self, changed: dict[bytes, list[Branch]]) -> None:
        """Branches were committed."""
        for device, branches in changed.items():
            self.logs[device] = tuple(branches)
        self._heads = None

    def heads(self) -> bytes:
        """The heads of a page, encoded."""
        if self._heads is None:
            self._heads = encode(heads_of(self.logs, self.book.roster.devices))
        return self._heads

    def stands(self, signer: bytes) -> bool:
        """Whether a login by this device or root is good here now."""
        return signer in self.genesis.root_by_member or signer in self.book.roster.standing


class Spaces:
    """Spaces in memory, those unused for longest dropped beyond ``max_bytes``."""

    def __init__(self, storage: Storage, max_bytes: int) -> None:
        self._storage = storage
        self._max_bytes = max_bytes
        self._spaces: OrderedDict[bytes, Space] = OrderedDict()
        self._loading: dict[bytes, asyncio.Future[bool]] = {}
        self._total = 0

    def __len__(self) -> int:
        return len(self._spaces)

    @asynccontextmanager
    async def use(self, space_id: bytes) -> AsyncIterator[Space]:
        """The space, kept in memory while it is used.

        Raises ``RelayError`` (unknown-space) or ``StorageError``.
        """
        while (space := self._spaces.get(space_id)) is None:
            # Asked again after the wait: others may have pushed it out of memory meanwhile.
            await self._load(space_id)
        self._spaces.move_to_end(space_id)
        space.users += 1
        try:
            yield space
        finally:
            space.users -= 1
            self._weigh(space)

    @asynccontextmanager
    async def change(self, space_id: bytes) -> AsyncIterator[Space]:
        """The space, with its lock held: one writer at a time.

        If the block raises, what is in memory is forgotten, since it may differ from what is
        stored, and is read again at the next use.
        """
        while True:
            async with self.use(space_id) as space, space.lock:
                if space.stale:
                    continue
                try:
                    yield space
                except RelayError:
                    raise  # decided before anything was written
                except BaseException:
                    self.forget(space)
                    raise
                return

    def forget(self, space: Space) -> None:
        """Drop a space from memory; its users go on, its writers look anew."""
        space.stale = True
        if self._spaces.get(space.id) is space:
            del self._spaces[space.id]
            self._total -= space.weighed

    async def _load(self, space_id: bytes) -> None:
        loading = self._loading.get(space_id)
        if loading is None:
            loading = asyncio.ensure_future(self._read(space_id))
            self._loading[space_id] = loading
            loading.add_done_callback(lambda _: self._loading.pop(space_id, None))
        if not await asyncio.shield(loading):
            raise RelayError("unknown-space")

    async def _read(self, space_id: bytes) -> bool:
        def read(snapshot: Snapshot) -> Space | None:
            record = snapshot.space(space_id)
            return None if record is None else Space(space_id, record)

        space = await self._storage.read(read)
        if space is not None:
            self._spaces[space_id] = space
            self._total += space.weighed
        return space is not None

    def _weigh(self, space: Space) -> None:
        """Count what the space weighs now, and make room if it is too much."""
        if self._spaces.get(space.id) is space:
            self._total -= space.weighed
            space.weighed = space.weight
            self._total += space.weighed
        if self._total <= self._max_bytes:
            return
        for space_id, other in list(self._spaces.items()):
            if self._total <= self._max_bytes:
                return
            if other.users == 0:
                del self._spaces[space_id]
                self._total -= other.weighed


class RecentChunks:
    """The chunks stored last, so that a live reader is served without reading the disk."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._size = 0
        self._chunks: OrderedDict[tuple[int, int], tuple[bytes, Chunk]] = OrderedDict()

    def add(self, branch: int, previous: bytes, chunk: Chunk) -> None:
        """``previous``: the id before the chunk."""
        self._chunks[branch, chunk.first_seq] = (previous, chunk)
        self._size += chunk.stored_bytes
        while self._size > self._max_bytes:
            _, (_, oldest) = self._chunks.popitem(last=False)
            self._size -= oldest.stored_bytes

    def drop(self, branch: int, first_seq: int) -> None:
        """A chunk was erased from."""
        if (entry := self._chunks.pop((branch, first_seq), None)) is not None:
            self._size -= entry[1].stored_bytes

    def cover(self, branch: int, first_seq: int, last_seq: int) -> list[tuple[bytes, Chunk]] | None:
        """(previous id, chunk) pieces that make up exactly this range, or None."""
        pieces: list[tuple[bytes, Chunk]] = []
        at = first_seq
        while at <= last_seq:
            entry = self._chunks.get((branch, at))
            if entry is None:
                return None
            pieces.append(entry)
            at = entry[1].last_seq + 1
        return pieces if at == last_seq + 1 else None
