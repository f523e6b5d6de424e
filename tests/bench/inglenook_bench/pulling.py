"""(a) A new device pulls years: verify, open, fold and index, from a real relay process.

The floor decrypts, hashes and decodes the same bytes and inserts the same rows (ours, made
before) into the same encrypted schema, in one plain loop with the same transaction sizes. It
has no network, no signatures, no admission rules and no folding.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, TypeVar

import msgspec

from inglenook_bench.figures import Figure, compare, reaching
from inglenook_bench.scene import Scene, engine_for, expect, transport_for
from inglenook_client.core.fold import searchable
from inglenook_client.store.database import Connection
from inglenook_client.store.finding import Key, keep_keys, piece_of
from inglenook_client.store.folding import decode_projection
from inglenook_client.store.indexing import rows_of
from inglenook_client.store.space import SpaceStore
from inglenook_client.store.state import SpaceState
from inglenook_harness.relay import RelayProcess
from inglenook_protocol import labels
from inglenook_protocol.envelope import ZERO_ID, pack_prefix
from inglenook_protocol.session import PageOutcome

T = TypeVar("T")
ROUNDS = 3
_ENVELOPE = "place, id, epoch, flags, admitted, checked, signature, body_hash, body"
_ENTITY = "number, id, events, places, kind, day, order_ms, target, projection, indexed, stage"
_SEQ_MASK = (1 << 50) - 1


class Rows(msgspec.Struct):
    """What our own fold produced, and the header prefix of each envelope."""

    envelopes: list[tuple[Any, ...]]
    prefixes: list[bytes]
    entities: list[tuple[Any, ...]]
    words: list[tuple[int, str]]
    keys: list[Key]


async def measure(scene: Scene) -> list[Figure]:
    """The figure of pulling."""
    events = scene.events
    relay = await scene.filled_relay(events)
    digest = scene.digest(events)
    rows: Rows | None = None
    ours: list[float] = []
    floors: list[float] = []
    try:
        for round_ in range(1 if scene.quick else ROUNDS):
            scene.say(f"pulling, round {round_ + 1}")
            store = await scene.new_store(scene.path("pull") / "shared.db")
            sizes: list[int] = []
            ours.append(events / await _pull(store, relay, sizes))
            overview = await store.overview()
            expect("the digest", overview.digest.hex(), digest.hex())
            expect("notices", overview.notices, [])
            expect("what does not open", overview.unreadable, {})
            expect("envelopes", sum(p.seq for p in overview.heads.values()), events + 1)
            if rows is None:
                rows = await store._read(read_rows)
            await store.close()
            floors.append(events / await _floor(scene, rows, sizes))
    finally:
        relay.stop()
    figure = compare("a", "new device: pull to indexed", ours, "events/s", "floor", floors)
    return [
        reaching(
            figure,
            ">= 15,000 and >= half the floor",
            figure.value >= 15_000 and (figure.ratio or 0) >= 0.5,
        )
    ]


async def _pull(store: SpaceStore, relay: RelayProcess, sizes: list[int]) -> float:
    admit = store.admit_page

    async def counting(page: bytes, *following: bytes) -> PageOutcome:
        outcome = await admit(page, *following)
        sizes.append(outcome.new)
        return outcome

    store.admit_page = counting  # type: ignore[method-assign]
    async with transport_for(store, relay) as transport:
        start = time.perf_counter()
        await engine_for(store, transport, relay).sync_once()
        return time.perf_counter() - start


def read_rows(conn: Connection, state: SpaceState) -> Rows:
    envelopes = conn.execute(f"SELECT {_ENVELOPE} FROM envelope ORDER BY place").fetchall()
    entities = conn.execute(f"SELECT {_ENTITY} FROM entity ORDER BY number").fetchall()
    prefixes = []
    previous, last = ZERO_ID, None
    for place, id_, epoch, flags, *_ in envelopes:
        log = place >> 53
        if log != last:
            previous, last = ZERO_ID, log
        prefixes.append(
            pack_prefix(
                flags,
                state.space_id,
                state.log_by_number[log].device,
                place & _SEQ_MASK,
                previous,
                state.key_id_by_number[epoch],
            )
        )
        previous = id_
    words = []
    for number, id_, *_, projection, indexed, _ in entities:
        rows = rows_of(number, id_, indexed)
        words += [(rows[e], text) for e, text in searchable(decode_projection(projection))]
    keys = [(piece_of(e[1]), 0, e[0]) for e in entities]
    keys += [(piece_of(e[7]), 1, e[0]) for e in entities if e[7] is not None]
    return Rows(envelopes, prefixes, entities, words, sorted(keys, key=lambda key: key[2]))


def write_folded(conn: Connection, state: SpaceState, rows: Rows) -> None:
    """Write all rows that were folded before."""
    _write_part(conn, rows, 0.0, 1.0)


def _write_part(conn: Connection, rows: Rows, start: float, end: float) -> None:
    """Write a stretch of what was folded."""

    def part(of: Sequence[T]) -> Sequence[T]:
        return of[int(start * len(of)) : int(end * len(of))]

    entities = part(rows.entities)
    conn.executemany(
        f"INSERT INTO entity ({_ENTITY}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", entities
    )
    conn.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", part(rows.words))
    keep_keys(conn, part(rows.keys), entities[-1][0])


async def _floor(scene: Scene, rows: Rows, sizes: list[int]) -> float:
    store = await scene.new_store(scene.path("floor") / "shared.db")
    open_event, space_id = scene.history.key.open_event, store.space_id
    decode = msgspec.msgpack.Decoder().decode
    envelopes = rows.envelopes
    count = len(envelopes)

    def transaction(conn: Connection, state: SpaceState, start: int, end: int) -> None:
        for row, prefix in zip(envelopes[start:end], rows.prefixes[start:end], strict=True):
            body = row[8]
            body_hash = sha256(labels.BODY_HASH + body).digest()
            sha256(labels.ENVELOPE_ID + prefix + body_hash).digest()
            if not row[3]:
                core = decode(open_event(body, prefix))[2]
                sha256(labels.EVENT_ID + space_id + core).digest()
                decode(decode(core)[9])
        conn.executemany(
            f"INSERT INTO envelope ({_ENVELOPE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            envelopes[start:end],
        )
        _write_part(conn, rows, start / count, end / count)

    def epoch(conn: Connection, state: SpaceState) -> None:
        conn.execute("INSERT INTO epoch (number, key_id) VALUES (1, x'00')")

    await store._write(epoch)
    at = 0
    begin = time.perf_counter()
    for size in [*filter(None, sizes), count]:
        if at < count:
            await store._run_write(False, transaction, at, min(count, at + size))
            at += size
    took = time.perf_counter() - begin
    await store.close()
    return took
