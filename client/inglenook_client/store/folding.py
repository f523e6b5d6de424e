"""Keeping the folds of entities in step with what is admitted (SPEC 10.1).

An admitted batch folds again just the entities that it touches. What an entity's events were
is not kept in plaintext: an entity that has earlier events opens their envelopes again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import msgspec

from inglenook_client.core.fold import NOTHING, Projection, fold, withdrawn_ids
from inglenook_client.core.opening import Event, Opened, open_envelope
from inglenook_client.core.practices.state import Within
from inglenook_client.store.chunks import in_chunks
from inglenook_client.store.database import Connection
from inglenook_client.store.envelopes import read_admitted, read_place
from inglenook_client.store.finding import Key, keep_keys, piece_of
from inglenook_client.store.indexing import Index
from inglenook_client.store.places import pack_places, unpack_places
from inglenook_client.store.state import SpaceState
from inglenook_protocol.codec import Ref, encode
from inglenook_protocol.envelope import Envelope

decode_projection: Final = msgspec.msgpack.Decoder(Projection).decode

_CHUNK: Final = 200
_FIND: Final = {
    count: (
        "SELECT id, number, places, projection, indexed FROM entity WHERE number IN"  # noqa: S608
        " (SELECT number FROM found WHERE about = 0 AND piece IN (" + ",".join("?" * count) + "))"
    )
    for count in (1, _CHUNK)
}
_INSERT: Final = (
    "INSERT INTO entity"
    " (id, events, places, kind, day, order_ms, target, projection, indexed, stage, number)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_UPDATE: Final = (
    "UPDATE entity SET id = ?, events = ?, places = ?, kind = ?, day = ?, order_ms = ?,"
    " target = ?, projection = ?, indexed = ?, stage = ? WHERE number = ?"
)

Touched = dict[bytes, list[tuple[int, Event]]]
"""By entity id: new (place, event) pairs."""


def event_at(conn: Connection, state: SpaceState, place: int) -> Event | None:
    """The event of an admitted envelope, or None if it does not open."""
    envelope = read_place(conn, state, place)
    return None if envelope is None else _event_of(state, envelope)


def _event_of(state: SpaceState, envelope: Envelope) -> Event | None:
    if envelope.is_key:
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
    within = Within(state.space_id, state.genesis.kind)
    # In the order of arrival, which is about that of writing: what belongs together lies together.
    ids = list(dict.fromkeys((*touched, *dropped)))
    before = _find(conn, ids)
    opened = _open_earlier(conn, state, before)
    row = conn.execute("SELECT max(number) FROM entity").fetchone()
    number = (row[0] if row else None) or 0
    inserts: list[tuple[object, ...]] = []
    updates: list[tuple[object, ...]] = []
    index = Index(conn)
    keys: list[Key] = []
    gone: list[tuple[int]] = []
    for entity_id in ids:
        new = touched.get(entity_id, ())
        earlier = before.get(entity_id)
        if earlier is None:
            if not new:
                continue
            number += 1
            at, target, rows = number, None, inserts
            pairs: Sequence[tuple[int, Event]] = new
            places = [place for place, _ in new]
            keys.append((piece_of(entity_id), 0, at))
        else:
            at, places, projected, _ = earlier
            target, rows = projected.target, updates
            out = dropped.get(entity_id, set()).union(place for place, _ in new)
            kept = [place for place in places if place not in out]
            if not kept and not new:
                index.change(at, entity_id, earlier.projection, earlier.indexed, NOTHING)
                gone.append((at,))
                continue
            pairs = [*((place, opened[place]) for place in kept if place in opened), *new]
            places = [*kept, *(place for place, _ in new)]
        folded = fold(entity_id, [event for _, event in pairs], within)
        projection = folded.projection
        rows.append(
            (
                entity_id,
                b"".join(folded.event_ids),
                pack_places(places),
                projection.kind,
                projection.date,
                projection.order_ms,
                projection.target,
                encode(projection),
                index.add(at, entity_id, projection)
                if earlier is None
                else index.change(at, entity_id, earlier.projection, earlier.indexed, projection),
                "" if projection.state is None else projection.state.stage,
                at,
            )
        )
        if target is None and projection.target is not None:
            keys.append((piece_of(projection.target), 1, at))
        if len(pairs) > 1:
            _drop_bodies(conn, state, pairs)
    conn.executemany("DELETE FROM entity WHERE number = ?", gone)
    conn.executemany(_INSERT, inserts)
    conn.executemany(_UPDATE, updates)
    keep_keys(conn, keys, number)
    index.write()


def entities_at(conn: Connection, places: set[int]) -> dict[bytes, set[int]]:
    """Which of these places each entity was folded from. Looks at all entities."""
    if not places:
        return {}
    return {
        id_: found
        for id_, packed in conn.execute("SELECT id, places FROM entity")
        if (found := places.intersection(unpack_places(packed)))
    }


class Earlier(NamedTuple):
    """What an entity was: its row number, places, fold, and whose words the index has."""

    number: int
    places: list[int]
    projection: Projection
    indexed: bytes


def _find(conn: Connection, ids: list[bytes]) -> dict[bytes, Earlier]:
    found: dict[bytes, Earlier] = {}
    for chunk in in_chunks(sorted(map(piece_of, ids)), _CHUNK):
        for id_, number, places, projection, indexed in conn.execute(_FIND[len(chunk)], chunk):
            found[id_] = Earlier(
                number, unpack_places(places), decode_projection(projection), indexed
            )
    return found


def _open_earlier(
    conn: Connection, state: SpaceState, before: dict[bytes, Earlier]
) -> dict[int, Event]:
    """The events, by place, that the found entities were folded from."""
    places = [place for earlier in before.values() for place in earlier.places]
    return {
        place: event
        for place, envelope in read_admitted(conn, state, places)
        if (event := _event_of(state, envelope)) is not None
    }


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
