"""Where an envelope lies: (log, branch, seq) packed into one integer key.

A log is one contiguous stretch of the table, in order; nothing needs an index over random
envelope ids, since every reference carries its seq (SPEC 5.6).
"""

from __future__ import annotations

from struct import Struct
from typing import Final

SEQ_BITS: Final = 50
_BRANCH_BITS: Final = 3
_SEQ_MASK: Final = (1 << SEQ_BITS) - 1
_BRANCH_MASK: Final = (1 << _BRANCH_BITS) - 1
_PLACE: Final = Struct(">q")


def place_of(log: int, branch: int, seq: int) -> int:
    """The key of one envelope; ``seq`` is below 2^50."""
    return ((log << _BRANCH_BITS | branch) << SEQ_BITS) | seq


def parts_of(place: int) -> tuple[int, int, int]:
    """(log number, branch, seq) of a key."""
    return (
        place >> (SEQ_BITS + _BRANCH_BITS),
        (place >> SEQ_BITS) & _BRANCH_MASK,
        place & _SEQ_MASK,
    )


def pack_places(places: list[int]) -> bytes:
    """8 bytes each."""
    return b"".join(map(_PLACE.pack, places))


def unpack_places(packed: bytes) -> list[int]:
    """Reverse of ``pack_places``."""
    return [place for (place,) in _PLACE.iter_unpack(packed)]
