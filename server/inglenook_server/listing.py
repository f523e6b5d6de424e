"""``nook-relay holds``: all that the operator could ever look at."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from inglenook_protocol.runs import Item
from inglenook_server.core.chunks import Chunk
from inglenook_server.core.logs import Branch
from inglenook_server.storage.port import Snapshot, StorageError

_items = msgspec.msgpack.Decoder(list[Item]).decode


class HeldEnvelope(msgspec.Struct, frozen=True):
    """One envelope, without what it seals. ``bytes``: of its body, 0 once erased."""

    seq: int
    id: str
    bytes: int
    erased: bool


class HeldLog(msgspec.Struct, frozen=True):
    """One branch of a device's log."""

    device: str
    envelopes: list[HeldEnvelope]


class HeldSpace(msgspec.Struct, frozen=True):
    """One space: who may write to it, as ids, and what they wrote, as sizes."""

    space: str
    statements: int
    logs: list[HeldLog]


def list_store(snapshot: Snapshot, space_ids: list[bytes]) -> Iterator[HeldSpace]:
    """Everything held, a space at a time. Raises ``StorageError`` where it is damaged."""
    for space_id in space_ids:
        record = snapshot.space(space_id)
        if record is not None:
            logs = [_log(snapshot, branch) for branch in record.branches]
            yield HeldSpace(space_id.hex(), len(record.statements), logs)


def _log(snapshot: Snapshot, branch: Branch) -> HeldLog:
    chunks = snapshot.chunks(branch.no, branch.start_seq)
    return HeldLog(branch.device.hex(), [e for chunk in chunks for e in _envelopes(chunk)])


def _envelopes(chunk: Chunk) -> Iterator[HeldEnvelope]:
    # The chunk's items lie one after another; an array header makes a list of them.
    header = b"\xdd" + chunk.count.to_bytes(4, "big")
    try:
        items = _items(header + chunk.items)
    except (msgspec.MsgspecError, ValueError):
        raise StorageError("A part of the relay's store is damaged.") from None
    for at, item in enumerate(items):
        seq = chunk.first_seq + at
        size = 0 if item.body is None else len(item.body)
        yield HeldEnvelope(seq, chunk.id_at(seq).hex(), size, item.body is None)
