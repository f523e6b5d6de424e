"""A store in memory: for tests, and to measure what durability costs."""

from __future__ import annotations

import copy
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from inglenook_protocol.roster import Statement
from inglenook_server.core.chunks import Chunk
from inglenook_server.core.logs import Branch
from inglenook_server.core.ops import (
    AppendChunk,
    DropMailbox,
    DropToken,
    Mailbox,
    Op,
    OpenBranch,
    PutMailbox,
    PutMessage,
    PutSecret,
    PutSpace,
    PutStatements,
    PutToken,
    ReplaceChunk,
    SweepMailboxes,
)
from inglenook_server.storage.port import (
    Snapshot,
    SpaceRecord,
    StorageClosed,
    StorageConflict,
    StorageFull,
    TokenRecord,
    Totals,
)

T = TypeVar("T")


class MemoryDisk:
    """What outlives a ``MemoryStorage``: give it to the next one, as a disk to a process."""

    def __init__(self) -> None:
        self.genesis: dict[bytes, bytes] = {}
        self.members: dict[bytes, list[bytes]] = {}
        self.statements: dict[bytes, list[Statement]] = {}
        self.branches: dict[bytes, dict[int, Branch]] = {}
        self.chunks: dict[int, list[Chunk]] = {}
        self.tokens: dict[bytes, str] = {}
        self.secrets: dict[str, bytes] = {}
        self.mailboxes: dict[bytes, Mailbox] = {}
        self.messages: dict[tuple[bytes, int], bytes] = {}
        self.space_by_branch: dict[int, bytes] = {}
        self.stored_bytes = 0


class MemoryStorage:
    """The port over a ``MemoryDisk``. ``max_bytes`` bounds the envelopes."""

    def __init__(self, disk: MemoryDisk | None = None, max_bytes: int | None = None) -> None:
        self._disk = disk if disk is not None else MemoryDisk()
        self._max_bytes = max_bytes
        self._last_branch = max(self._disk.space_by_branch, default=0)
        self._closed = False

    def new_branch_no(self) -> int:
        self._last_branch += 1
        return self._last_branch

    async def commit(self, ops: Sequence[Op]) -> None:
        if self._closed:
            raise StorageClosed("The store is closed.")
        _check(self._disk, ops, self._max_bytes)
        for op in ops:
            _apply(self._disk, op)

    async def read(self, function: Callable[[Snapshot], T]) -> T:
        if self._closed:
            raise StorageClosed("The store is closed.")
        return function(_MemorySnapshot(self._disk))

    async def close(self) -> None:
        self._closed = True


def _check(disk: MemoryDisk, ops: Sequence[Op], max_bytes: int | None) -> None:
    """Refuse before anything is done, so that all of it happens or nothing."""
    spaces = set(disk.genesis)
    heads: dict[int, int] = {}
    messages: set[tuple[bytes, int]] = set()
    grown = disk.stored_bytes
    for op in ops:
        fits = True
        match op:
            case PutSpace():
                fits = op.space not in spaces
                spaces.add(op.space)
            case PutStatements():
                fits = op.space in spaces
            case OpenBranch():
                fits = op.space in spaces and op.branch.no not in disk.space_by_branch
                heads[op.branch.no] = op.branch.start_seq - 1
            case AppendChunk():
                no = op.branch.no
                head = heads.get(no)
                if head is None and (space := disk.space_by_branch.get(no)) is not None:
                    head = disk.branches[space][no].head_seq
                fits = head == op.chunk.first_seq - 1
                heads[no] = op.chunk.last_seq
                grown += op.chunk.stored_bytes
            case ReplaceChunk():
                stored = disk.chunks.get(op.branch.no, [])
                fits = any(c.first_seq == op.chunk.first_seq for c in stored)
            case PutMessage():
                at = (op.mailbox, op.slot)
                fits = op.mailbox in disk.mailboxes and at not in disk.messages
                fits = fits and at not in messages
                messages.add(at)
            case _:
                pass
        if not fits:
            raise StorageConflict("What was to be written does not fit what is stored.")
    if max_bytes is not None and grown > max(max_bytes, disk.stored_bytes):
        raise StorageFull("There is no room left in this relay's store.")


def _apply(disk: MemoryDisk, op: Op) -> None:
    match op:
        case PutSpace():
            disk.genesis[op.space] = op.genesis
            for member in op.members:
                disk.members.setdefault(member, []).append(op.space)
        case PutStatements():
            disk.statements.setdefault(op.space, []).extend(op.statements)
        case OpenBranch():
            disk.branches.setdefault(op.space, {})[op.branch.no] = op.branch
            disk.space_by_branch[op.branch.no] = op.space
        case AppendChunk():
            disk.chunks.setdefault(op.branch.no, []).append(op.chunk)
            disk.branches[disk.space_by_branch[op.branch.no]][op.branch.no] = op.branch
            disk.stored_bytes += op.chunk.stored_bytes
        case ReplaceChunk():
            stored = disk.chunks[op.branch.no]
            at = bisect_right(stored, op.chunk.first_seq, key=lambda c: c.first_seq) - 1
            disk.stored_bytes += op.chunk.stored_bytes - stored[at].stored_bytes
            disk.chunks[op.branch.no] = [*stored[:at], op.chunk, *stored[at + 1 :]]
            disk.branches[disk.space_by_branch[op.branch.no]][op.branch.no] = op.branch
        case PutToken():
            disk.tokens[op.hash] = op.label
        case DropToken():
            disk.tokens.pop(op.hash, None)
        case PutSecret():
            disk.secrets.setdefault(op.name, op.secret)
        case PutMailbox():
            disk.mailboxes[op.mailbox.id] = op.mailbox
        case PutMessage():
            disk.messages[op.mailbox, op.slot] = op.message
        case DropMailbox():
            _drop(disk, {op.mailbox}, {op.mailbox})
        case SweepMailboxes():
            boxes = disk.mailboxes.values()
            _drop(
                disk,
                {box.id for box in boxes if box.expires_s < op.expired_s},
                {box.id for box in boxes if box.expires_s < op.forgotten_s},
            )


def _drop(disk: MemoryDisk, empty: set[bytes], forget: set[bytes]) -> None:
    for at in [at for at in disk.messages if at[0] in empty]:
        del disk.messages[at]
    for mailbox in forget:
        disk.mailboxes.pop(mailbox, None)


class _MemorySnapshot:
    """Reads run to their end on the event loop, so the disk itself is the snapshot."""

    def __init__(self, disk: MemoryDisk) -> None:
        self._disk = disk

    def space(self, space_id: bytes) -> SpaceRecord | None:
        genesis = self._disk.genesis.get(space_id)
        if genesis is None:
            return None
        branches = self._disk.branches.get(space_id, {})
        return SpaceRecord(
            genesis,
            list(self._disk.statements.get(space_id, ())),
            [branches[no] for no in sorted(branches)],
        )

    def spaces_of(self, member: bytes, limit: int) -> list[bytes]:
        spaces = self._disk.members.get(member, [])[:limit]
        return [self._disk.genesis[space] for space in spaces]

    def _from(self, branch: int, seq: int) -> Iterator[Chunk]:
        stored = self._disk.chunks.get(branch, [])
        at = bisect_right(stored, seq, key=lambda c: c.first_seq) - 1
        return iter(stored[max(at, 0) :])

    def ids(self, branch: int, first_seq: int, last_seq: int) -> Iterator[tuple[int, bytes]]:
        for chunk in self._from(branch, first_seq):
            if chunk.first_seq > last_seq:
                return
            yield chunk.first_seq, chunk.ids

    def id_at(self, branch: int, seq: int) -> bytes | None:
        for chunk in self._from(branch, seq):
            return chunk.id_at(seq) or None if chunk.first_seq <= seq else None
        return None

    def chunks(self, branch: int, seq: int) -> Iterator[Chunk]:
        return self._from(branch, seq)

    def tokens(self) -> list[TokenRecord]:
        return [TokenRecord(hash_, label) for hash_, label in self._disk.tokens.items()]

    def secret(self, name: str) -> bytes | None:
        return self._disk.secrets.get(name)

    def mailbox(self, mailbox_id: bytes) -> Mailbox | None:
        return copy.copy(self._disk.mailboxes.get(mailbox_id))

    def message(self, mailbox_id: bytes, slot: int) -> bytes | None:
        return self._disk.messages.get((mailbox_id, slot))

    def count_mailboxes(self) -> int:
        return len(self._disk.mailboxes)

    def totals(self) -> Totals:
        return Totals(
            len(self._disk.genesis),
            len(self._disk.space_by_branch),
            sum(chunk.count for chunks in self._disk.chunks.values() for chunk in chunks),
            self._disk.stored_bytes,
        )
