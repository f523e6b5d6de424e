"""The index of words: which row holds which version's words, and how a row leaves.

Theory. The words of an event never change, so each version of an entity has a row of its own, and
an edit only adds one. A search passes over the rows of versions that no longer stand. A row
leaves when its words have to go for good: redacted, or no longer admitted. Then it is deleted
with every trace, which costs a look into each segment of the index for each of its words: an edit
that did so cost as much as twenty entries, and more with every year.

The row of an entity's nth version is (number << SLOT_BITS) + n; the column ``indexed`` says which
event is the nth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inglenook_client.core.fold import Projection, searchable
from inglenook_client.store.database import Connection

if TYPE_CHECKING:
    from inglenook_client.store.folding import Earlier

SLOT_BITS: Final = 20
_SLOT_MASK: Final = (1 << SLOT_BITS) - 1
_ID_BYTES: Final = 32
_NONE: Final = bytes(_ID_BYTES)


class Index:
    """Changes of the index in one transaction, gathered."""

    def __init__(self) -> None:
        self._forget: list[tuple[int, str]] = []
        self._keep: list[tuple[int, str]] = []

    def add(self, number: int, entity: bytes, projection: Projection) -> bytes:
        """Index an entity that is new here; gives its column ``indexed``."""
        pieces = searchable(projection)
        first = number << SLOT_BITS
        for slot, (_, text) in enumerate(pieces):
            self._keep.append((first + slot, text))
        return _packed(entity, [event for event, _ in pieces])

    def change(self, number: int, entity: bytes, earlier: Earlier, projection: Projection) -> bytes:
        """Index what an entity has become; gives its column ``indexed``."""
        had = dict(searchable(earlier.projection))
        has = dict(searchable(projection))
        slots = [event if event in had else _NONE for event in unpacked(entity, earlier.indexed)]
        first = number << SLOT_BITS
        for slot, event in enumerate(slots):
            if event in had and event not in has:
                self._forget.append((first + slot, had[event]))
                slots[slot] = _NONE
        while slots and slots[-1] == _NONE:
            slots.pop()
        for event, text in has.items():
            if event not in had:
                self._keep.append((first + len(slots), text))
                slots.append(event)
        return _packed(entity, slots)

    def forget(self, conn: Connection) -> None:
        """Delete rows with all traces: before the words go from elsewhere, or new ones come."""
        # The index gathers words in memory as long as row ids ascend: each step back writes a
        # segment of its own, which costs as much as a hundred rows.
        conn.executemany(
            "INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)", sorted(self._forget)
        )

    def keep(self, conn: Connection) -> None:
        """Write the new rows."""
        conn.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", sorted(self._keep))


def _packed(entity: bytes, slots: list[bytes]) -> bytes:
    return b"" if slots == [entity] else b"".join(slots) or _NONE


def unpacked(entity: bytes, indexed: bytes) -> list[bytes]:
    """The event of each slot, from the column ``indexed``."""
    if not indexed:
        return [entity]
    return [indexed[i : i + _ID_BYTES] for i in range(0, len(indexed), _ID_BYTES)]


def event_of(row: int, entity: bytes, indexed: bytes) -> bytes:
    """Whose words stand in a row of the index."""
    return unpacked(entity, indexed)[row & _SLOT_MASK]
