"""Strict, canonical MessagePack records (SPEC 1.2).

msgspec decodes more than one byte string to the same value (long integers, extra array
fields), so a decoder here also encodes what it decoded and compares. Whatever is hashed or
signed are the bytes as received, never these.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Annotated, Any, TypeVar

import msgspec

from inglenook_protocol.errors import LocalProtocolError, RemoteProtocolError, malformed
from inglenook_protocol.limits import MAX_SEQ
from inglenook_protocol.message import Message

T = TypeVar("T")

Bytes16 = Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
Bytes32 = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Bytes64 = Annotated[bytes, msgspec.Meta(min_length=64, max_length=64)]
KemPublic = Annotated[bytes, msgspec.Meta(min_length=1216, max_length=1216)]
Seq = Annotated[int, msgspec.Meta(ge=1, le=MAX_SEQ)]
Natural = Annotated[int, msgspec.Meta(ge=0, le=MAX_SEQ)]


class Record(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A record: a MessagePack array with a fixed number of fields."""


class Ref(Record, frozen=True, array_like=True, forbid_unknown_fields=True, order=True):
    """Names one envelope (SPEC 5.6): device id (32 bytes), seq, envelope id (32 bytes)."""

    device: Bytes32
    seq: Seq
    id: Bytes32


class Point(Record, frozen=True, array_like=True, forbid_unknown_fields=True, order=True):
    """Names one envelope of a known device: seq, envelope id (32 bytes)."""

    seq: Seq
    id: Bytes32


encode: Callable[[Any], bytes] = msgspec.msgpack.Encoder().encode
"""Encode a record, or a list of records, canonically."""


def decoder(type_: type[T], what: str) -> Callable[[bytes], T]:
    """A strict decoder of records of ``type_``; ``what`` names them in errors.

    The function returned raises ``RemoteProtocolError`` (malformed), and nothing else, for
    any bytes that are not the canonical encoding of a ``type_``.
    """
    decode: Callable[[bytes], T] = msgspec.msgpack.Decoder(type_, strict=True).decode

    def strict(source: bytes) -> T:
        try:
            value = decode(source)
            canonical = encode(value) == source
        except (msgspec.MsgspecError, ValueError, RecursionError, OverflowError):
            raise malformed(what) from None
        if not canonical:
            raise malformed(what)
        return value

    return strict


def encode_checked(value: object, what: str) -> bytes:
    """Encode a record that this side made, checking the limits of its own types.

    Raises ``LocalProtocolError`` if the value would be refused by a reader.
    """
    try:
        encoded = encode(value)
        decoder(type(value), what)(encoded)
    except (RemoteProtocolError, msgspec.MsgspecError, ValueError, TypeError, OverflowError):
        raise LocalProtocolError(Message("This is not a valid {what}.", what=what)) from None
    return encoded


def ascending(items: Sequence[Any]) -> bool:
    """Whether ``items`` ascend strictly: no two alike."""
    return all(a < b for a, b in pairwise(items))
