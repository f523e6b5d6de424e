"""Chunks: how envelopes are kept, and how runs are made of them again.

Theory. What is stored of a pushed run is cut into chunks of a moderate size. A chunk keeps its
items in the very bytes in which they travel, its envelope ids, and the key ids that its items
point to. The signature at the end of every chunk was checked, so a page that ends at a chunk's
end always ends at a checked signature (SPEC 6.4), and a page is made by laying bytes one after
another, not by decoding and encoding.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final

import msgspec

from inglenook_protocol import labels
from inglenook_protocol.codec import encode
from inglenook_protocol.envelope import Envelope, hash_body, pack_prefix
from inglenook_protocol.limits import MAX_MESSAGE_BYTES
from inglenook_protocol.runs import Item
from inglenook_protocol.signatures import verify

CHUNK_ITEMS: Final = 128
CHUNK_BYTES: Final = 96 * 1024
"""Where a chunk is closed. Larger ones make erasing costly, smaller ones reading."""
MAX_CHUNK_BYTES: Final = MAX_MESSAGE_BYTES // 2
"""A chunk grows beyond ``CHUNK_BYTES`` only across signatures that do not hold."""
ID_BYTES: Final = 32


class Chunk(msgspec.Struct, frozen=True, gc=False):
    """Contiguous envelopes of one branch; the last one's signature was checked."""

    first_seq: int
    ids: bytes
    """Envelope ids, 32 bytes each, one after another."""
    keys: bytes
    """Key ids, 32 bytes each, in order of first use."""
    items: bytes
    """Items of SPEC 6.1 as they travel, one after another."""

    @property
    def count(self) -> int:
        return len(self.ids) // ID_BYTES

    @property
    def last_seq(self) -> int:
        return self.first_seq + len(self.ids) // ID_BYTES - 1

    @property
    def last_id(self) -> bytes:
        return self.ids[-ID_BYTES:]

    @property
    def stored_bytes(self) -> int:
        """What counts towards the quota."""
        return len(self.ids) + len(self.keys) + len(self.items)

    def id_at(self, seq: int) -> bytes:
        """Id of the envelope at ``seq``, which the chunk must cover."""
        at = (seq - self.first_seq) * ID_BYTES
        return self.ids[at : at + ID_BYTES]


_decode_items = msgspec.msgpack.Decoder(list[Item]).decode


def array_header(count: int) -> bytes:
    """MessagePack's header of an array, in its shortest form."""
    if count < 16:
        return bytes((0x90 | count,))
    if count < 65_536:
        return b"\xdc" + count.to_bytes(2, "big")
    return b"\xdd" + count.to_bytes(4, "big")


def split_keys(keys: bytes) -> list[bytes]:
    """The key ids of a chunk."""
    return [keys[at : at + ID_BYTES] for at in range(0, len(keys), ID_BYTES)]


def decode_items(chunk: Chunk) -> list[Item]:
    """The items of a chunk."""
    return _decode_items(array_header(chunk.count) + chunk.items)


def encode_items(items: Sequence[Item]) -> bytes:
    """Items one after another, without the header of their array."""
    return encode(items)[len(array_header(len(items))) :]


def make_chunk(
    envelopes: Sequence[Envelope], is_erased: Callable[[Envelope], bool] | None = None
) -> Chunk:
    """A chunk of contiguous envelopes. Bodies that ``is_erased`` are left out (SPEC 12.2)."""
    keys: dict[bytes, int] = {}
    items: list[Item] = []
    for envelope in envelopes:
        key = keys.setdefault(envelope.key_id, len(keys))
        body = envelope.body
        if body is not None and is_erased is not None and is_erased(envelope):
            body = None
        body_hash = envelope.body_hash if body is None else b""
        items.append(Item(key, envelope.flags, envelope.signature, body, body_hash))
    return Chunk(
        envelopes[0].seq,
        b"".join([envelope.id for envelope in envelopes]),
        b"".join(keys),
        encode_items(items),
    )


def cut(envelopes: Sequence[Envelope], sign: bytes) -> Iterator[Sequence[Envelope]]:
    """Where to divide verified envelopes into chunks, each ending at a signature that holds.

    ``sign``: the device's signing key. The last signature was checked by ``verify_run``. Each
    regular place is tried once; one that does not hold is passed over, so a log of bad
    signatures costs no more than a good one.
    """
    start = 0
    size = 0
    for at, envelope in enumerate(envelopes):
        size += len(envelope.body or b"") + len(envelope.signature)
        regular = (at + 1 - start) % CHUNK_ITEMS == 0 or size >= CHUNK_BYTES
        if (
            regular
            and at + 1 < len(envelopes)
            and verify(labels.ENVELOPE_SIG, sign, envelope.header, envelope.signature)
        ):
            yield envelopes[start : at + 1]
            start = at + 1
        if regular:
            size = 0
    yield envelopes[start:]


def erase(chunk: Chunk, seqs: Collection[int]) -> Chunk:
    """The chunk without the bodies at ``seqs``; key envelopes keep theirs (SPEC 8.6)."""
    items = decode_items(chunk)
    for seq in seqs:
        item = items[seq - chunk.first_seq]
        if item.body is not None and not item.flags:
            items[seq - chunk.first_seq] = Item(
                item.key, item.flags, item.signature, None, hash_body(item.body)
            )
    return Chunk(chunk.first_seq, chunk.ids, chunk.keys, encode_items(items))


def part(chunk: Chunk, first_seq: int, last_seq: int) -> Chunk:
    """The envelopes of a chunk from ``first_seq`` to ``last_seq``, which it must cover."""
    if first_seq == chunk.first_seq and last_seq == chunk.last_seq:
        return chunk
    key_ids = split_keys(chunk.keys)
    keys: dict[bytes, int] = {}
    start, end = first_seq - chunk.first_seq, last_seq - chunk.first_seq + 1
    items = [
        Item(
            keys.setdefault(key_ids[item.key], len(keys)),
            item.flags,
            item.signature,
            item.body,
            item.body_hash,
        )
        for item in decode_items(chunk)[start:end]
    ]
    ids = chunk.ids[start * ID_BYTES : end * ID_BYTES]
    return Chunk(first_seq, ids, b"".join(keys), encode_items(items))


def rekey(chunk: Chunk, index_by_key: dict[bytes, int]) -> bytes:
    """The chunk's items, pointing into another list of keys, which grows as needed."""
    new = [index_by_key.setdefault(key, len(index_by_key)) for key in split_keys(chunk.keys)]
    return encode_items(
        [
            Item(new[item.key], item.flags, item.signature, item.body, item.body_hash)
            for item in decode_items(chunk)
        ]
    )


def headers(
    chunk: Chunk, space_id: bytes, device_id: bytes, previous: bytes
) -> list[tuple[bytes, bytes]]:
    """(header, signature) of each envelope; ``previous``: id before the chunk (SPEC 5.1)."""
    key_ids = split_keys(chunk.keys)
    result: list[tuple[bytes, bytes]] = []
    for at, item in enumerate(decode_items(chunk)):
        seq = chunk.first_seq + at
        prefix = pack_prefix(item.flags, space_id, device_id, seq, previous, key_ids[item.key])
        body_hash = item.body_hash if item.body is None else hash_body(item.body)
        result.append((prefix + body_hash, item.signature))
        previous = chunk.id_at(seq)
    return result
