"""Keeping the folds of entities in step with what is admitted (SPEC 10.1).

An admitted batch folds again just the entities that it touches. What an entity's events were
is not kept in plaintext: an entity that has earlier events opens their envelopes again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from inglenook_client.core.fold import Projection, fold, searchable, withdrawn_ids
from inglenook_client.core.opening import Event, Opened, open_envelope
from inglenook_client.store.database import Connection
from inglenook_client.store.envelopes import is_admitted, read_place
from inglenook_client.store.places import pack_places, unpack_places
from inglenook_client.store.state import SpaceState
from inglenook_protocol.codec import Ref, encode

decode_projection: Final = msgspec.msgpack.Decoder(Projection).decode

_CHUNK: Final = 200
_FIND: Final = (
    "SELECT id, number, places, projection FROM entity WHERE id IN (" + ",".join("?" * _CHUNK) + ")"  # noqa: S608
)

Touched = dict[bytes, list[tuple[int, Event]]]
"""By entity id: new (place, event) pairs."""


def event_at(conn: Connection, state: SpaceState, place: int) -> Event | None:
    """The event of an admitted envelope, or None if it does not open."""
    envelope = read_place(conn, state, place)
    if envelope is None or envelope.is_key:
        return None
    member = state.book.device(envelope.device)
    if member is None:
        return None
    opened = open_envelope(state.space_id, member.member, envelope, state.held)
    return opened.event if isinstance(opened, Opened) else None


def fold_touched(
    conn: Connection,
    state: SpaceState,
    touched: Touched,
    dropped: dict[bytes, set[int]] | None = None,
) -> None:
    """Fold the touched entities again and write them, their words and their day.

    ``dropped``: places that no longer count, by entity id (SPEC 11.3, after a removal).
    """
    dropped = dropped or {}
    ids = list(touched.keys() | dropped.keys())
    before = _find(conn, ids)
    row = conn.execute("SELECT max(number) FROM entity").fetchone()
    number = (row[0] if row else None) or 0
    inserts = []
    words = []
    for entity_id in ids:
        pairs = touched.get(entity_id, [])
        earlier = before.get(entity_id)
        if earlier is not None:
            _fold_again(conn, state, entity_id, earlier, pairs, dropped.get(entity_id, set()))
            continue
        if not pairs:
            continue
        number += 1
        folded = fold(entity_id, [event for _, event in pairs])
        projection = folded.projection
        inserts.append(
            (
                number,
                entity_id,
                b"".join(folded.event_ids),
                pack_places([place for place, _ in pairs]),
                projection.kind,
                projection.date,
                projection.order_ms,
                projection.target,
                encode(projection),
            )
        )
        if text := searchable(projection):
            words.append((number, text))
        if len(pairs) > 1:
            _drop_bodies(conn, state, pairs)
    conn.executemany(
        "INSERT INTO entity"
        " (number, id, events, places, kind, day, order_ms, target, projection)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        inserts,
    )
    conn.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", words)


_Earlier = tuple[int, list[int], str]
"""An entity's row number, places, and the words that the index holds for it."""


def _find(conn: Connection, ids: list[bytes]) -> dict[bytes, _Earlier]:
    found: dict[bytes, _Earlier] = {}
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        # One statement for every chunk: repeating the last id changes nothing.
        padded = chunk + [chunk[-1]] * (_CHUNK - len(chunk))
        for id_, number, places, projection in conn.execute(_FIND, padded):
            indexed = searchable(decode_projection(bytes(projection)))
            found[bytes(id_)] = (number, unpack_places(bytes(places)), indexed)
    return found


def _fold_again(
    conn: Connection,
    state: SpaceState,
    entity_id: bytes,
    earlier: _Earlier,
    pairs: list[tuple[int, Event]],
    dropped: set[int],
) -> None:
    number, places, indexed = earlier
    new = dict(pairs)
    kept = [place for place in places if place not in dropped and place not in new]
    events: list[tuple[int, Event]] = []
    for place in kept:
        if is_admitted(conn, place) and (event := event_at(conn, state, place)) is not None:
            events.append((place, event))
    events += pairs
    if indexed:
        conn.execute(
            "INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)", (number, indexed)
        )
    if not kept and not pairs:
        conn.execute("DELETE FROM entity WHERE number = ?", (number,))
        return
    folded = fold(entity_id, [event for _, event in events])
    projection = folded.projection
    conn.execute(
        "UPDATE entity SET events = ?, places = ?, kind = ?, day = ?, order_ms = ?, target = ?,"
        " projection = ? WHERE number = ?",
        (
            b"".join(folded.event_ids),
            pack_places(kept + [place for place, _ in pairs]),
            projection.kind,
            projection.date,
            projection.order_ms,
            projection.target,
            encode(projection),
            number,
        ),
    )
    if text := searchable(projection):
        conn.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (number, text))
    _drop_bodies(conn, state, events)


def _drop_bodies(conn: Connection, state: SpaceState, events: Iterable[tuple[int, Event]]) -> None:
    """Erase the bodies of withdrawn events, keeping what the chain needs (SPEC 12.2).

    Those that no erasure names stay: without it nobody would accept the log from here.
    """
    pairs = list(events)
    gone = withdrawn_ids([event for _, event in pairs])
    if not gone:
        return
    for place, event in pairs:
        if event.event_id in gone:
            envelope = read_place(conn, state, place)
            if (
                envelope is not None
                and envelope.body is not None
                and state.book.is_erased(Ref(envelope.device, envelope.seq, envelope.id))
            ):
                conn.execute(
                    "UPDATE envelope SET body = NULL, body_hash = ? WHERE place = ?",
                    (envelope.body_hash, place),
                )
