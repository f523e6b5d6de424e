"""Envelope headers and ids: what is public about a sealed event (SPEC 5)."""

from __future__ import annotations

from struct import Struct
from typing import Final

import msgspec

from inglenook_protocol import labels
from inglenook_protocol.hashing import h

VERSION: Final = 1
FLAG_KEY: Final = 1
"""Bit 0 of the flags: a key envelope (SPEC 8.2)."""
ZERO_ID: Final = bytes(32)
"""The previous id at seq 1."""

PREFIX_STRUCT: Final = Struct(">BB32s32sQ32s32s")
PREFIX_BYTES: Final = PREFIX_STRUCT.size
HEADER_BYTES: Final = PREFIX_BYTES + 32


def pack_prefix(
    flags: int, space: bytes, device: bytes, seq: int, previous: bytes, key_id: bytes
) -> bytes:
    """The 138 bytes that are also the AAD (SPEC 5.1)."""
    return PREFIX_STRUCT.pack(VERSION, flags, space, device, seq, previous, key_id)


def hash_body(body: bytes) -> bytes:
    """32 bytes (SPEC 5.2)."""
    return h(labels.BODY_HASH, body)


def envelope_id(prefix: bytes, body_hash: bytes) -> bytes:
    """32 bytes (SPEC 5.3)."""
    return h(labels.ENVELOPE_ID, prefix + body_hash)


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """One envelope with its place in a log. ``body`` is None once it is erased."""

    device: bytes
    seq: int
    id: bytes
    previous: bytes
    key_id: bytes
    flags: int
    signature: bytes
    body: bytes | None
    body_hash: bytes
    prefix: bytes

    @property
    def is_key(self) -> bool:
        return bool(self.flags & FLAG_KEY)

    @property
    def header(self) -> bytes:
        """The 170 bytes that the signature covers."""
        return self.prefix + self.body_hash
