"""Finding entities by a piece of an id: their own, or that of the entity that they are about.

Theory. Ids are random. In one index over all of them, each new one lands on a page of its own
once there are more pages than a transaction has rows, and a page costs as much to write,
encrypted, as ten rows. So new keys go to a small table first, and all of that moves into the
large one, in order, when it is full: each page of the large one is written once in thousands of
entities. Both are looked through by the view ``found``.

Keys may be stale, or there twice: whoever looks compares the whole id.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from inglenook_client.store.database import Connection
from inglenook_client.store.state import get_setting, put_setting

RECENT: Final = 16_384
"""Entities whose keys are kept apart: about what keeps both tables' writes alike at 300,000."""
_KEYED: Final = "keyed"

Key = tuple[int, int, int]
"""(piece of the id, whether the entity is about that id rather than has it, row number)."""


def piece_of(id_: bytes) -> int:
    """The first eight bytes of an id, as the integer that they are in the tables."""
    return int.from_bytes(id_[:8], "big", signed=True)


def keep_keys(conn: Connection, keys: Iterable[Key], last_number: int) -> None:
    """Keep keys, after which ``last_number`` is the highest row number of an entity."""
    conn.executemany("INSERT OR IGNORE INTO recent_key VALUES (?, ?, ?)", sorted(keys))
    stored = get_setting(conn, _KEYED)
    if last_number - int.from_bytes(stored or b"", "big") >= RECENT:
        conn.execute(
            "INSERT OR IGNORE INTO entity_key SELECT * FROM recent_key"
            " ORDER BY piece, about, number"
        )
        conn.execute("DELETE FROM recent_key")
        put_setting(conn, _KEYED, last_number.to_bytes(8, "big"))


def forget_keys(conn: Connection) -> None:
    """Forget all keys: the entities are made anew."""
    conn.execute("DELETE FROM entity_key")
    conn.execute("DELETE FROM recent_key")
    conn.execute("DELETE FROM setting WHERE name = ?", (_KEYED,))
