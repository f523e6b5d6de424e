"""The index of words: which row holds which version's words, and how a row leaves.

Theory. The words of an event never change, so each version of an entity has a row of its own, and
an edit only adds one. A search passes over the rows of versions that no longer stand. A row
leaves when its words have to go for good: redacted, or no longer admitted. Then it is deleted
with every trace, which costs a look into each segment of the index for each of its words: an edit
that did so cost as much as twenty entries, and more with every year.

    row id          whose words
    2 * number      of the event that created the entity of that number
    2 * row + 1     of a later version, whose entity stands in version_row

Row ids are kept this dense since the index stores the steps between them: with 2^20 of them for
each entity it took twice the room. The column ``indexed`` says which event has which row.
"""

from __future__ import annotations

from struct import Struct
from typing import Final

from inglenook_client.core.fold import Projection, searchable
from inglenook_client.store.database import Connection

_ENTRY: Final = Struct(">q32s")

NUMBER_OF_ROW: Final = (
    "CASE WHEN words.rowid & 1"
    " THEN (SELECT number FROM version_row WHERE row = words.rowid >> 1)"
    " ELSE words.rowid >> 1 END"
)
"""SQL: the number of the entity to which a row of ``words`` belongs."""


class Index:
    """Changes of the index in one transaction, gathered."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._last_row: int | None = None
        self._forget: list[tuple[int, str]] = []
        self._keep: list[tuple[int, str]] = []
        self._rows: list[tuple[int, int]] = []

    def add(self, number: int, entity: bytes, projection: Projection) -> bytes:
        """Index an entity that is new here; gives its column ``indexed``."""
        pieces = searchable(projection)
        if len(pieces) == 1 and pieces[0][0] == entity:
            self._keep.append((2 * number, pieces[0][1]))
            return b""
        return self._take(number, entity, {}, dict(pieces))

    def change(
        self, number: int, entity: bytes, was: Projection, indexed: bytes, projection: Projection
    ) -> bytes:
        """Index what an entity has become; gives its column ``indexed``, as that was given."""
        had = dict(searchable(was))
        has = dict(searchable(projection))
        rows = {}
        for event, row in rows_of(number, entity, indexed).items():
            if event in has:
                rows[event] = row
            elif event in had:
                self._forget.append((row, had[event]))
        return self._take(number, entity, {e: r for e, r in rows.items() if e in had}, has)

    def _take(
        self, number: int, entity: bytes, rows: dict[bytes, int], has: dict[bytes, str]
    ) -> bytes:
        for event, text in has.items():
            if event not in rows:
                rows[event] = 2 * number if event == entity else self._new_row(number)
                self._keep.append((rows[event], text))
        if rows == {entity: 2 * number}:
            return b""
        return b"".join(_ENTRY.pack(row, event) for event, row in rows.items())

    def _new_row(self, number: int) -> int:
        if self._last_row is None:
            found = self._conn.execute("SELECT max(row) FROM version_row").fetchone()
            self._last_row = int(found[0] or 0) if found else 0
        self._last_row += 1
        self._rows.append((self._last_row, number))
        return 2 * self._last_row + 1

    def write(self) -> None:
        """Delete with all traces what has to go, then write the new rows."""
        # The index gathers words in memory as long as row ids ascend: each step back writes a
        # segment of its own, which costs as much as a hundred rows.
        conn = self._conn
        conn.executemany(
            "INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)", sorted(self._forget)
        )
        conn.executemany(
            "DELETE FROM version_row WHERE row = ?",
            [(row >> 1,) for row, _ in self._forget if row & 1],
        )
        conn.executemany("INSERT INTO version_row VALUES (?, ?)", self._rows)
        conn.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", sorted(self._keep))


def rows_of(number: int, entity: bytes, indexed: bytes) -> dict[bytes, int]:
    """The row of each event's words, from the column ``indexed``; an event may have had none."""
    if not indexed:
        return {entity: 2 * number}
    return {event: row for row, event in _ENTRY.iter_unpack(indexed)}


def forget_all(conn: Connection) -> None:
    """Empty the index: the entities are made anew."""
    conn.execute("INSERT INTO words (words) VALUES ('delete-all')")
    conn.execute("DELETE FROM version_row")
