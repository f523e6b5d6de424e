"""What an altered app can write: any envelope that a device's own keys can sign.

A ``Pen`` writes one log without a store, so a test decides what its events say, witness and
erase, and which keys it hands to whom. Observers are real stores of one honest device.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from inglenook_client.store import queries
from inglenook_client.store.appending import Entropy
from inglenook_client.store.database import Connection
from inglenook_client.store.space import SpaceStore
from inglenook_harness.stores import START_MS, Chance, Clock
from inglenook_protocol import labels
from inglenook_protocol.codec import Point, Ref, encode
from inglenook_protocol.envelope import ZERO_ID, Envelope, envelope_id, hash_body, pack_prefix
from inglenook_protocol.epochs import KeyBody, KeyPayload, Wrap, wrap_info
from inglenook_protocol.event import Content, Core, event_id
from inglenook_protocol.genesis import Genesis, make_genesis
from inglenook_protocol.hashing import h
from inglenook_protocol.keys import DeviceKeys, RootKeys, Wrapper, hpke_wrap
from inglenook_protocol.kinds import KIND_BY_PAYLOAD, EntryWritten, Payload
from inglenook_protocol.roster import (
    Statement,
    added,
    erased,
    removed,
    sign_statement,
)
from inglenook_protocol.runs import Run, make_runs
from inglenook_protocol.sealing import EpochKey
from inglenook_protocol.signatures import SigningKey


def moment(text: str) -> EntryWritten:
    """A plain entry."""
    return EntryWritten("moment", text, "2026-09-21", [], None)


NO_ROSTER = h(labels.ROSTER_HASH, b"")
"""What an author knew who knew of no statement: no hint of any that is hidden (SPEC 11.5)."""


class World:
    """A shared space of two roots, whose devices are pens."""

    def __init__(self, seed: object = 0) -> None:
        self.chance = Chance(f"forging {seed}")
        roots = [RootKeys(self.chance(32), "shared") for _ in range(2)]
        self.roots = sorted(roots, key=lambda root: root.public)
        self.genesis: Genesis = make_genesis(
            "shared", self.chance(32), [root.public for root in self.roots]
        )
        self.key = EpochKey(self.genesis.space_id, self.chance(32))
        self.ms = START_MS

    @property
    def space_id(self) -> bytes:
        return self.genesis.space_id

    def pen(self, member: int) -> Pen:
        """A new device's pen; no statement names it yet."""
        return Pen(self, member, DeviceKeys(self.chance(64)))

    def adds(self, pen: Pen, by: Pen | None = None) -> Statement:
        content = added(self.space_id, pen.info, self._by(pen.member, by))
        return sign_statement(self._signer(pen.member, by), content)

    def removes(
        self,
        pen: Pen,
        heads: Iterable[Point] = (),
        keeps: Iterable[Statement] = (),
        by: Pen | None = None,
    ) -> Statement:
        content = removed(
            self.space_id, pen.id, heads, [s.id for s in keeps], self._by(pen.member, by)
        )
        return sign_statement(self._signer(pen.member, by), content)

    def erases(self, refs: Iterable[Ref], by: Pen) -> Statement:
        return sign_statement(by.keys.sign, erased(self.space_id, refs, by.id))

    def _by(self, member: int, by: Pen | None) -> bytes:
        return self.roots[member].member_id if by is None else by.id

    def _signer(self, member: int, by: Pen | None) -> SigningKey:
        return self.roots[member].sign if by is None else by.keys.sign

    async def store(
        self,
        folder: Path,
        name: str,
        pen: Pen,
        statements: Sequence[Statement] = (),
        wrap: Wrapper = hpke_wrap,
    ) -> SpaceStore:
        """A real store of a pen's device, that holds nothing but statements."""
        return await SpaceStore.create(
            folder / f"{name}.db",
            bytes(32),
            genesis=self.genesis,
            member=self.roots[pen.member].member_id,
            seeds=pen.keys.seeds,
            statements=list(statements),
            entropy=Entropy(Chance(name), wrap),
            wall_ms=Clock(),
        )


class Pen:
    """One device's log, written by hand."""

    def __init__(self, world: World, member: int, keys: DeviceKeys) -> None:
        self.world = world
        self.member = member
        self.keys = keys
        self.info = keys.info(world.space_id, world.roots[member].member_id)
        self.envelopes: list[Envelope] = []
        self.event_ids: dict[int, bytes] = {}

    @property
    def id(self) -> bytes:
        return self.info.id

    def fork(self, seq: int) -> Pen:
        """The same keys, a log that has the first ``seq`` envelopes in common."""
        clone = Pen(self.world, self.member, self.keys)
        clone.envelopes = self.envelopes[:seq]
        clone.event_ids = {s: id_ for s, id_ in self.event_ids.items() if s <= seq}
        return clone

    def put(self, body: bytes, flags: int = 0, key_id: bytes | None = None) -> Envelope:
        """One envelope around any bytes."""
        seq = len(self.envelopes) + 1
        return self._put(lambda _: body, flags, key_id or self.world.key.key_id, seq)

    def _put(
        self, make_body: Callable[[bytes], bytes], flags: int, key_id: bytes, seq: int
    ) -> Envelope:
        previous = self.envelopes[-1].id if self.envelopes else ZERO_ID
        prefix = pack_prefix(flags, self.world.space_id, self.id, seq, previous, key_id)
        body = make_body(prefix)
        body_hash = hash_body(body)
        signature = self.keys.sign.sign(labels.ENVELOPE_SIG, prefix + body_hash)
        id_ = envelope_id(prefix, body_hash)
        envelope = Envelope(
            self.id, seq, id_, previous, key_id, flags, signature, body, body_hash, prefix
        )
        self.envelopes.append(envelope)
        return envelope

    def event(
        self,
        payload: Payload | tuple[str, int, bytes],
        entity: bytes = b"",
        after: Iterable[bytes] = (),
        *,
        witness: Iterable[Ref] = (),
        hlc: tuple[int, int] | None = None,
        claimed_ms: int | None = None,
        offset_minutes: int = 0,
        key: EpochKey | None = None,
        nonce: bytes | None = None,
        roster: bytes = NO_ROSTER,
    ) -> bytes:
        """One sealed event; gives its event id."""
        self.world.ms += 1
        if isinstance(payload, tuple):
            kind, version, encoded = payload
        else:
            (kind, version), encoded = KIND_BY_PAYLOAD[type(payload)], encode(payload)
        ms, count = hlc or (self.world.ms, 0)
        core = encode(
            Core(
                nonce or self.world.chance(16),
                kind,
                version,
                entity,
                sorted(after),
                ms,
                count,
                self.world.ms if claimed_ms is None else claimed_ms,
                offset_minutes,
                encoded,
            )
        )
        return self.core(core, witness, key, roster)

    def core(
        self,
        core: bytes,
        witness: Iterable[Ref] = (),
        key: EpochKey | None = None,
        roster: bytes = NO_ROSTER,
    ) -> bytes:
        """An event whose core is made already; the same core again is the same event."""
        sealer = key or self.world.key
        content = encode(Content(roster, sorted(witness), core))
        nonce = self.world.chance(12)
        seq = len(self.envelopes) + 1
        self._put(lambda prefix: sealer.seal_event(nonce, content, prefix), 0, sealer.key_id, seq)
        id_ = event_id(self.world.space_id, self.world.roots[self.member].member_id, core)
        self.event_ids[seq] = id_
        return id_

    def epoch(
        self,
        key: EpochKey,
        recipients: Iterable[Pen],
        roster_hash: bytes = NO_ROSTER,
        earlier: Iterable[EpochKey] = (),
        *,
        phrases: bool = False,
        garbled: Iterable[Pen] = (),
    ) -> Envelope:
        """A key envelope for just these recipients; ``garbled`` get a wrap of another key."""
        others = {pen.id: pen.info.kem for pen in recipients}
        if phrases:
            others |= {r.member_id: r.public.kem for r in self.world.roots}
        space = self.world.space_id
        wraps = [
            Wrap(id_, hpke_wrap(kem, key.key, wrap_info(space, key.key_id, id_, self.id)))
            for id_, kem in others.items()
        ]
        for pen in garbled:
            info = wrap_info(space, key.key_id, pen.id, self.id)
            wraps.append(Wrap(pen.id, hpke_wrap(pen.info.kem, self.world.chance(32), info)))
        wraps.sort(key=lambda wrap: wrap.recipient)
        payload = encode(
            KeyPayload(roster_hash, [k.key for k in sorted(earlier, key=lambda k: k.key_id)])
        )
        nonce = self.world.chance(12)
        seq = len(self.envelopes) + 1
        return self._put(
            lambda prefix: encode(KeyBody(wraps, key.seal_epoch(nonce, payload, prefix))),
            1,
            key.key_id,
            seq,
        )

    def runs(self, after: int = 0, to: int | None = None) -> list[Run]:
        return make_runs(self.envelopes[after:to])

    def pieces(self, cut: int = 1) -> list[Run]:
        """The log in runs of ``cut`` envelopes."""
        return make_runs(self.envelopes, cut)

    def point(self, seq: int = 0) -> Point:
        """Of the head, unless a seq is given."""
        envelope = self.envelopes[seq - 1]
        return Point(envelope.seq, envelope.id)

    def ref(self, seq: int = 0) -> Ref:
        envelope = self.envelopes[seq - 1]
        return Ref(self.id, envelope.seq, envelope.id)


async def show(store: SpaceStore) -> dict[str, Any]:
    """All that depends on what is admitted: equal for equal sets, whatever the order."""

    def rows(conn: Connection) -> list[tuple[bytes, ...]]:
        found = conn.execute("SELECT id, events, kind, day, projection FROM entity ORDER BY id")
        return [tuple(row) for row in found if row[1]]

    def words(conn: Connection) -> list[bytes]:
        return sorted(row.id for row in queries.entities_with_words(conn, "words", 10_000))

    overview = await store.overview()
    return {
        "digest": overview.digest,
        "unreadable": overview.unreadable,
        "entities": await store.query(rows),
        "words": await store.query(words),
    }


async def show_rebuilt(store: SpaceStore) -> dict[str, Any]:
    """The same after folding everything anew."""
    await store.rebuild()
    return await show(store)
