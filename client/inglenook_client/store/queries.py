"""Reading folded entities: days, one entity, words, digest, counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from inglenook_client.core.fold import Projection, findable
from inglenook_client.store.database import Connection
from inglenook_client.store.finding import piece_of
from inglenook_client.store.folding import decode_projection
from inglenook_client.store.indexing import NUMBER_OF_ROW, rows_of
from inglenook_protocol.causality import TimelineDigest
from inglenook_protocol.limits import MAX_SEQ


class Row(msgspec.Struct, frozen=True):
    """An entity as folded, with its ids."""

    id: bytes
    events: tuple[bytes, ...]
    projection: Projection


_COLUMNS: Final = "id, events, projection"
_BY_ID: Final = "number IN (SELECT number FROM found WHERE piece = ? AND about = 0) AND id = ?"
_BY_TARGET: Final = (
    "number IN (SELECT number FROM found WHERE piece = ? AND about = 1) AND target = ?"
)

# By an index of its own: reading the rows of all that a common word stands in took ten times as
# long. Which of two that were written in one millisecond comes first is settled by who shows them.
_WORDS: Final = (
    "SELECT words.rowid, e.number FROM words"  # noqa: S608
    f" JOIN entity e INDEXED BY entity_order ON e.number = {NUMBER_OF_ROW}"
    " WHERE words MATCH ? ORDER BY e.order_ms DESC, e.number LIMIT ?"
)


def _row(columns: Sequence[object]) -> Row:
    id_, events, projection = (bytes(c) for c in columns)  # type: ignore[call-overload]
    return Row(id_, split_ids(events), decode_projection(projection))


def split_ids(packed: bytes) -> tuple[bytes, ...]:
    """Event ids of 32 bytes each."""
    return tuple(packed[i : i + 32] for i in range(0, len(packed), 32))


def entities_on_days(
    conn: Connection, before: str | None, days: int, kinds: Sequence[str]
) -> tuple[list[Row], str | None]:
    """Entities of the latest ``days`` days that have any, before a date; newest day first.

    Gives with them the date to go on from, or None at the end.
    """
    marks = ",".join("?" * len(kinds))
    found = conn.execute(
        f"SELECT DISTINCT day FROM entity WHERE day <> '' AND day < ? AND kind IN ({marks})"  # noqa: S608
        " ORDER BY day DESC LIMIT ?",
        (before or "9999-99-99", *kinds, days + 1),
    ).fetchall()
    dates = [row[0] for row in found[:days]]
    rows = [row for date in dates for row in entities_on_day(conn, date, kinds)]
    return rows, dates[-1] if len(found) > days and dates else None


def entities_forward(
    conn: Connection, after: str | None, days: int, kinds: Sequence[str]
) -> tuple[list[Row], str | None]:
    """As ``entities_on_days``, from the oldest on, after a date."""
    marks = ",".join("?" * len(kinds))
    found = conn.execute(
        f"SELECT DISTINCT day FROM entity WHERE day <> '' AND day > ? AND kind IN ({marks})"  # noqa: S608
        " ORDER BY day LIMIT ?",
        (after or "", *kinds, days + 1),
    ).fetchall()
    dates = [row[0] for row in found[:days]]
    rows = entities_between(conn, kinds, dates[0], dates[-1]) if dates else []
    return rows, dates[-1] if len(found) > days and dates else None


def entities_between(conn: Connection, kinds: Sequence[str], first: str, last: str) -> list[Row]:
    """Entities of these kinds from one day to another, both included; in order."""
    marks = ",".join("?" * len(kinds))
    sql = (
        f"SELECT {_COLUMNS} FROM entity WHERE day <> '' AND day BETWEEN ? AND ?"  # noqa: S608
        f" AND kind IN ({marks}) ORDER BY day, order_ms, id"
    )
    return [_row(row) for row in conn.execute(sql, (first, last, *kinds))]


def entities_on_day(conn: Connection, date: str, kinds: Sequence[str]) -> list[Row]:
    """Entities of one day, in order."""
    marks = ",".join("?" * len(kinds))
    return [
        _row(row)
        for row in conn.execute(
            f"SELECT {_COLUMNS} FROM entity WHERE day = ? AND day <> '' AND kind IN ({marks})"  # noqa: S608
            " ORDER BY order_ms, id",
            (date, *kinds),
        )
    ]


def days(conn: Connection, kinds: Sequence[str]) -> list[str]:
    """All days on which something of these kinds stands, ascending."""
    marks = ",".join("?" * len(kinds))
    return [
        row[0]
        for row in conn.execute(
            f"SELECT DISTINCT day FROM entity WHERE day <> '' AND kind IN ({marks}) ORDER BY day",  # noqa: S608
            tuple(kinds),
        )
    ]


def entities_about(conn: Connection, targets: Iterable[bytes]) -> dict[bytes, list[Row]]:
    """Replies, reactions and accounts beside, by the entity that they are about, in order."""
    return {
        target: [
            _row(row)
            for row in conn.execute(
                f"SELECT {_COLUMNS} FROM entity WHERE {_BY_TARGET} ORDER BY order_ms, id",  # noqa: S608
                (piece_of(target), target),
            )
        ]
        for target in targets
    }


# What no id names: what shows nothing, names, and what a person is never told of (SPEC 18.4).
_UNNAMED: Final = "'', 'name', 'device', 'round', 'zone', 'half'"


def entities_beginning(conn: Connection, prefix: str, limit: int = 2) -> list[Row]:
    """Entities that show something and whose hex id begins with ``prefix``."""
    low = bytes.fromhex(prefix + "0" * (64 - len(prefix)))
    high = bytes.fromhex(prefix + "f" * (64 - len(prefix)))
    return [
        _row(row)
        for row in conn.execute(
            f"SELECT {_COLUMNS} FROM entity WHERE number IN"  # noqa: S608
            " (SELECT number FROM found WHERE piece BETWEEN ? AND ? AND about = 0)"
            f" AND id BETWEEN ? AND ? AND kind NOT IN ({_UNNAMED}) LIMIT ?",
            (piece_of(low), piece_of(high), low, high, limit),
        )
    ]


def rounds_beginning(conn: Connection, prefix: str, limit: int = 8) -> list[Row]:
    """Rounds whose hex id begins with ``prefix``; who asks knows which of them may be told of."""
    low = bytes.fromhex(prefix + "0" * (64 - len(prefix)))
    high = bytes.fromhex(prefix + "f" * (64 - len(prefix)))
    return [
        _row(row)
        for row in conn.execute(
            f"SELECT {_COLUMNS} FROM entity WHERE number IN"  # noqa: S608
            " (SELECT number FROM found WHERE piece BETWEEN ? AND ? AND about = 0)"
            " AND id BETWEEN ? AND ? AND kind = 'round' LIMIT ?",
            (piece_of(low), piece_of(high), low, high, limit),
        )
    ]


_OF_PRACTICES: Final = (
    "kind NOT IN"
    " ('', 'name', 'moment', 'progress', 'check-in', 'appreciation', 'reply', 'reaction')"
)


def of_practices(columns: str, kinds: int, stages: int = 0) -> str:
    """SQL: entities of so many kinds of practices, in so many stages if any, the latest first."""
    marks = ",".join("?" * kinds)
    in_stage = f" AND stage <> '' AND stage IN ({','.join('?' * stages)})" if stages else ""
    return (
        f"SELECT {columns} FROM entity WHERE {_OF_PRACTICES} AND kind IN ({marks}){in_stage}"  # noqa: S608
        " AND order_ms BETWEEN ? AND ? ORDER BY order_ms DESC, id DESC LIMIT ?"
    )


def entities_of(
    conn: Connection,
    kinds: Sequence[str],
    since_ms: int = 0,
    latest: int = -1,
    stages: Sequence[str] = (),
    until_ms: int = MAX_SEQ,
) -> list[Row]:
    """Entities of practices of these kinds, created from ``since_ms`` to ``until_ms`` (HLC), in
    order.

    The ``latest`` of them alone, if so many are asked for; those whose table stands in one of
    ``stages``, if any are named.
    """
    statement = of_practices(_COLUMNS, len(kinds), len(stages))
    rows = conn.execute(statement, (*kinds, *stages, since_ms, until_ms, latest))
    return [_row(row) for row in rows][::-1]


def latest(conn: Connection, kinds: Sequence[str], limit: int) -> list[Row]:
    """Entities of these kinds, those first that came here last."""
    marks = ",".join("?" * len(kinds))
    sql = f"SELECT {_COLUMNS} FROM entity WHERE kind IN ({marks}) ORDER BY number DESC LIMIT ?"  # noqa: S608
    return [_row(row) for row in conn.execute(sql, (*kinds, limit))]


def envelopes_held(conn: Connection) -> int:
    """How many envelopes there are of all logs."""
    row = conn.execute("SELECT sum(head_seq - first_seq + 1) FROM branch").fetchone()
    return int(row[0] or 0) if row else 0


def entity_by_id(conn: Connection, id_: bytes) -> Row | None:
    """One entity, whatever it shows."""
    found = (piece_of(id_), id_)
    row = conn.execute(f"SELECT {_COLUMNS} FROM entity WHERE {_BY_ID}", found).fetchone()  # noqa: S608
    return None if row is None else _row(row)


def envelopes_of(conn: Connection, id_: bytes) -> bytes:
    """The packed places of an entity's envelopes."""
    row = conn.execute(f"SELECT places FROM entity WHERE {_BY_ID}", (piece_of(id_), id_)).fetchone()  # noqa: S608
    return b"" if row is None else bytes(row[0])


def names_by_member(conn: Connection) -> dict[bytes, str]:
    """How members are called here: the latest introduction of each."""
    names: dict[bytes, str] = {}
    for (projection,) in conn.execute(
        "SELECT projection FROM entity WHERE kind = 'name' ORDER BY order_ms, id"
    ):
        folded = decode_projection(bytes(projection))
        names[folded.author] = folded.label
    return names


class Naming(msgspec.Struct, frozen=True):
    """What a ``device.named`` event says, and when."""

    device: bytes
    shared: bytes | None
    name: str
    written_ms: int


def device_names(conn: Connection) -> list[Naming]:
    """What computers were called, in order."""
    found = []
    for (projection,) in conn.execute(
        "SELECT projection FROM entity WHERE kind = 'device' ORDER BY order_ms, id"
    ):
        folded = decode_projection(bytes(projection))
        shared = folded.versions[0].text
        if folded.target is not None:
            found.append(
                Naming(
                    folded.target,
                    bytes.fromhex(shared) if shared else None,
                    folded.label,
                    folded.written_ms,
                )
            )
    return found


def match_expression(words: str) -> str:
    """An FTS5 expression that looks for all the words, the last one as a beginning.

    Each word is quoted, so nothing a person types is read as syntax.
    """
    terms = ['"' + word.replace('"', '""') + '"' for word in words.split()]
    return " ".join(terms) + "*" if terms else ""


def entities_with_words(conn: Connection, words: str, limit: int) -> list[Row]:
    """Entities in which all the words stand, newest first."""
    expression = match_expression(words)
    if not expression:
        return []
    found: dict[int, Row] = {}
    asked = 4 * limit
    while True:
        hits = conn.execute(_WORDS, (expression, asked)).fetchall()
        for at, number in hits:
            if number not in found and (row := _if_it_stands(conn, at, number)) is not None:
                found[number] = row
                if len(found) == limit:
                    return list(found.values())
        if len(hits) < asked:
            return list(found.values())
        asked *= 8


def _if_it_stands(conn: Connection, at: int, number: int) -> Row | None:
    """The entity of a row of words, unless they are those of a version that was replaced."""
    sql = f"SELECT {_COLUMNS}, indexed FROM entity WHERE number = ?"  # noqa: S608
    for *columns, indexed in conn.execute(sql, (number,)):
        row = _row(columns)
        stands = findable(row.projection)
        rows = rows_of(number, row.id, bytes(indexed))
        if any(rows.get(event) == at for event in stands):
            return row
    return None


def timeline_digest(conn: Connection) -> bytes:
    """SPEC 10.6: 32 bytes. Reads every entity, and sorts here: in order would be at random."""
    digest = TimelineDigest()
    for id_, events in sorted(conn.execute("SELECT id, events FROM entity")):
        digest.feed(id_, events)
    return digest.digest()


def count_entries(conn: Connection) -> int:
    """How many entities stand on the timeline."""
    row = conn.execute("SELECT count(*) FROM entity WHERE day <> ''").fetchone()
    return int(row[0]) if row else 0


def latest_ms(conn: Connection) -> int:
    """The latest time at which an entry was written, by its writer's clock; 0 if there is none."""
    row = conn.execute("SELECT max(order_ms) FROM entity WHERE day <> ''").fetchone()
    return int(row[0] or 0) if row else 0


def lately_ms(conn: Connection) -> int:
    """When something was last written that stands at one of the latest days; 0 if nothing does.

    As ``latest_ms`` but for what is dated long ago, and without reading the whole index.
    """
    row = conn.execute(
        "SELECT max(order_ms) FROM"
        " (SELECT order_ms FROM entity WHERE day <> '' ORDER BY day DESC LIMIT 50)"
    ).fetchone()
    return int(row[0] or 0) if row else 0
