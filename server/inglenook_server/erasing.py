"""Deleting bodies that their member asked to be dropped (SPEC 12.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from inglenook_protocol.codec import Ref
from inglenook_protocol.roster import Erased, Statement, StatementBook, decode_content
from inglenook_server.core import chunks
from inglenook_server.core.chunks import Chunk
from inglenook_server.core.logs import Branch
from inglenook_server.core.ops import Op, ReplaceChunk
from inglenook_server.core.push import newly_erased
from inglenook_server.spaces import RecentChunks, Space
from inglenook_server.storage.port import Snapshot, Storage

SLICE: Final = 64
"""Chunks rewritten in one transaction, so that an erasure of any size takes bounded memory."""

_Place = tuple[bytes, int, int]
"""(device, branch number, first seq of the chunk)."""


async def erase_bodies(
    storage: Storage,
    space: Space,
    before: StatementBook,
    statements: Iterable[Statement],
    recent: RecentChunks,
) -> None:
    """Drop the bodies that ``statements``, just taken in, erase. The space's lock is held.

    Looks again at refs of erasures that came before, so that a relay which stopped in the
    middle finishes when the statement is pushed again. Raises ``StorageError``.
    """
    refs = _refs(space.book, before, statements)
    if not refs:
        return
    logs = dict(space.logs)
    places = await storage.read(lambda s: _find(s, logs, refs))
    rest = iter(places.items())
    while batch := list(islice(rest, SLICE)):
        stored = await storage.read(lambda s, batch=batch: _read(s, batch))  # type: ignore[misc]
        ops: list[Op] = []
        changed: dict[bytes, list[Branch]] = {}
        for ((device, no, first_seq), seqs), chunk in zip(batch, stored, strict=True):
            smaller = chunks.erase(chunk, seqs)
            if smaller.items == chunk.items:
                continue
            branches = changed.setdefault(device, list(space.logs[device]))
            at = next(i for i, b in enumerate(branches) if b.no == no)
            branch = branches[at]
            less = smaller.stored_bytes - chunk.stored_bytes
            branches[at] = branch.grown(branch.head_seq, branch.head_id, less)
            ops.append(ReplaceChunk(branches[at], smaller))
            recent.drop(no, first_seq)
        if ops:
            await storage.commit(ops)
            space.take_branches(changed)


def _refs(book: StatementBook, before: StatementBook, statements: Iterable[Statement]) -> set[Ref]:
    refs = {ref for of_device in newly_erased(before, book).values() for ref in of_device}
    for statement in statements:
        content = decode_content(statement.content)
        if isinstance(content, Erased):
            refs.update(ref for ref in content.refs if book.is_erased(ref))
    return refs


def _find(
    snapshot: Snapshot, logs: dict[bytes, tuple[Branch, ...]], refs: set[Ref]
) -> dict[_Place, list[int]]:
    """Seqs to erase, by the chunk that holds them."""
    places: dict[_Place, list[int]] = {}
    for ref in refs:
        for branch in logs.get(ref.device, ()):
            if branch.start_seq <= ref.seq <= branch.head_seq:
                for first_seq, ids in snapshot.ids(branch.no, ref.seq, ref.seq):
                    at = (ref.seq - first_seq) * chunks.ID_BYTES
                    if ids[at : at + chunks.ID_BYTES] == ref.id:
                        place = (ref.device, branch.no, first_seq)
                        places.setdefault(place, []).append(ref.seq)
    return places


def _read(snapshot: Snapshot, batch: list[tuple[_Place, list[int]]]) -> list[Chunk]:
    return [next(_chunk(snapshot, no, seq)) for (_, no, seq), _ in batch]


def _chunk(snapshot: Snapshot, branch: int, seq: int) -> Iterator[Chunk]:
    yield from snapshot.chunks(branch, seq)
