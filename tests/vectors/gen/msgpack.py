"""The part of MessagePack that SPEC 1.2 allows, written from the MessagePack specification."""

from __future__ import annotations

import struct
from dataclasses import dataclass


@dataclass(frozen=True)
class Raw:
    """Bytes that stand in a record as they are: the way to write a deliberate fault."""

    data: bytes


type_error = "not a value of SPEC 1.2"


def pack(value: object) -> bytes:
    if isinstance(value, Raw):
        return value.data
    if value is None:
        return b"\xc0"
    if value is False:
        return b"\xc2"
    if value is True:
        return b"\xc3"
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, str):
        data = value.encode()
        return _length(len(data), 32, 0xA0, b"\xd9", b"\xda", b"\xdb") + data
    if isinstance(value, bytes):
        return _length(len(value), 0, 0, b"\xc4", b"\xc5", b"\xc6") + value
    if isinstance(value, list | tuple):
        head = _length(len(value), 16, 0x90, None, b"\xdc", b"\xdd")
        return head + b"".join(pack(item) for item in value)
    raise TypeError(type_error)


def _integer(value: int) -> bytes:
    if value >= 0:
        if value < 0x80:
            return bytes([value])
        for limit, code, form in (
            (1 << 8, b"\xcc", ">B"),
            (1 << 16, b"\xcd", ">H"),
            (1 << 32, b"\xce", ">I"),
            (1 << 64, b"\xcf", ">Q"),
        ):
            if value < limit:
                return code + struct.pack(form, value)
    else:
        if value >= -32:
            return struct.pack(">b", value)
        for bits, code, form in (
            (7, b"\xd0", ">b"),
            (15, b"\xd1", ">h"),
            (31, b"\xd2", ">i"),
            (63, b"\xd3", ">q"),
        ):
            if value >= -(1 << bits):
                return code + struct.pack(form, value)
    raise TypeError(type_error)


def _length(size: int, fixed: int, base: int, one: bytes | None, two: bytes, four: bytes) -> bytes:
    if size < fixed:
        return bytes([base | size])
    if one is not None and size < 1 << 8:
        return one + struct.pack(">B", size)
    if size < 1 << 16:
        return two + struct.pack(">H", size)
    return four + struct.pack(">I", size)
