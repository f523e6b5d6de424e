"""What a readable export reads: a day at a time, each entity with what it is written with.

A journal of ten years is read in as many transactions as it has days, so its length costs no
memory. What has no day of its own stands at the day on which it was written; of that there is
little, and its ids alone are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from inglenook_client.core.practices.families import ROUND
from inglenook_client.core.practices.folding import local_day
from inglenook_client.core.practices.readable import BELONGS, belongs_to
from inglenook_client.core.practices.revealing import round_seen
from inglenook_client.store import queries
from inglenook_client.store.database import Connection
from inglenook_client.store.folding import decode_projection
from inglenook_client.store.queries import Row

_DEEPEST: Final = 3
"""What is acknowledged of a turn, in a conversation."""


_NO_CALENDAR: Final = "9999-12-31"
"""Where a moment stands that no calendar has."""


class Bundle(msgspec.Struct, frozen=True):
    """An entity with what is about it, and what it is about itself."""

    row: Row
    about: list[Row]
    """Replies and reactions."""
    belonging: list[Bundle]
    owner: Row | None


def undated(conn: Connection, kinds: Sequence[str]) -> dict[str, list[bytes]]:
    """By the day on which they were written: entities of these kinds that have no day."""
    marks = ",".join("?" * len(kinds))
    found: dict[str, list[bytes]] = {}
    rows = conn.execute(
        f"SELECT id, projection FROM entity WHERE day = '' AND kind IN ({marks})",  # noqa: S608
        tuple(kinds),
    )
    for id_, encoded in rows:
        projection = decode_projection(bytes(encoded))
        if not projection.redacted:
            day = local_day(projection.written_ms, projection.offset_minutes) or _NO_CALENDAR
            found.setdefault(day, []).append(bytes(id_))
    return found


def reviews(conn: Connection, me: bytes) -> dict[bytes, list[bytes]]:
    """By the step that they look at, where that is here: rounds that both opened."""
    found: dict[bytes, list[bytes]] = {}
    rows = conn.execute(
        "SELECT id, projection FROM entity WHERE kind = ? AND day <> '' ORDER BY day, id", (ROUND,)
    )
    for id_, encoded in rows:
        state = decode_projection(bytes(encoded)).state
        half = None if state is None else round_seen(state, me).mine
        if half is None or half.about is None:
            continue
        step = queries.entity_by_id(conn, half.about)
        if step is not None and step.projection.kind == "step" and not step.projection.redacted:
            found.setdefault(half.about, []).append(bytes(id_))
    return found


def bundles(
    conn: Connection,
    day: str,
    kinds: Sequence[str],
    without_day: Sequence[bytes],
    rounds_by_step: dict[bytes, list[bytes]],
) -> list[Bundle]:
    """The entities of one day, in order, but for those that are written with another."""
    rows = queries.entities_on_day(conn, day, kinds)
    rows += [row for id_ in without_day if (row := queries.entity_by_id(conn, id_)) is not None]
    rows.sort(key=lambda row: (row.projection.order_ms, row.id))
    with_a_step = {id_ for ids in rounds_by_step.values() for id_ in ids}
    found = []
    for row in rows:
        owner = _owner(conn, row)
        named = None if owner is None else owner.projection
        if row.id not in with_a_step and not belongs_to(row.projection, named):
            found.append(_bundle(conn, row, owner, rounds_by_step, _DEEPEST))
    return found


def _owner(conn: Connection, row: Row) -> Row | None:
    target = row.projection.target
    return None if target is None else queries.entity_by_id(conn, target)


def _bundle(
    conn: Connection,
    row: Row,
    owner: Row | None,
    rounds_by_step: dict[bytes, list[bytes]],
    deep: int,
) -> Bundle:
    about, belonging = [], []
    for other in queries.entities_about(conn, [row.id])[row.id]:
        kind = other.projection.kind
        if kind in ("reply", "reaction"):
            about.append(other)
        elif kind in BELONGS and deep and belongs_to(other.projection, row.projection):
            belonging.append(_bundle(conn, other, row, rounds_by_step, deep - 1))
    for id_ in rounds_by_step.get(row.id, ()):
        if (round_ := queries.entity_by_id(conn, id_)) is not None:
            belonging.append(_bundle(conn, round_, row, {}, 0))
    return Bundle(row, about, belonging, owner)
