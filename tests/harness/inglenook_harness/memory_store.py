"""A space in memory, made of the protocol's own parts: the ``SyncStore`` that tests sync.

Real keys, real envelopes, real verification; no database, folds or text. ``couple`` makes a
shared space of two people, each with one device.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import msgspec

from inglenook_client.core.ports import PushBatch, PushCursor
from inglenook_protocol import labels
from inglenook_protocol.codec import Point, Ref, encode
from inglenook_protocol.envelope import ZERO_ID, Envelope, envelope_id, hash_body, pack_prefix
from inglenook_protocol.genesis import Genesis, make_genesis
from inglenook_protocol.hashing import h
from inglenook_protocol.keys import DeviceKeys, RootKeys
from inglenook_protocol.limits import MAX_BRANCHES, MAX_HEADS, MAX_RUNS
from inglenook_protocol.login import sign_login
from inglenook_protocol.messages import LogPoints, PullRequest, PushRequest, decode_page
from inglenook_protocol.roster import Statement, StatementBook, added, sign_statement
from inglenook_protocol.runs import make_runs, verify_run
from inglenook_protocol.sealing import EpochKey
from inglenook_protocol.session import PageOutcome, deeper_seqs


class Log:
    """One device's envelopes, forks included."""

    def __init__(self) -> None:
        self.by_id: dict[bytes, Envelope] = {}
        self.ids_by_seq: dict[int, list[bytes]] = {}
        self.head_ids: set[bytes] = set()

    def put(self, envelope: Envelope) -> bool:
        """Whether it was new. What it follows is held."""
        if envelope.id in self.by_id:
            return False
        self.by_id[envelope.id] = envelope
        self.ids_by_seq.setdefault(envelope.seq, []).append(envelope.id)
        self.head_ids.discard(envelope.previous)
        self.head_ids.add(envelope.id)
        return True

    def point(self, id_: bytes) -> Point:
        return Point(self.by_id[id_].seq, id_)

    def heads(self) -> list[Point]:
        return sorted(self.point(id_) for id_ in self.head_ids)

    def beyond(self, points: Iterable[Point]) -> list[Envelope]:
        """What the points do not reach, each chain in order."""
        stop = {point.id for point in points}
        # Ancestors of a point are reached too; only a fork makes this walk needed.
        if len(self.head_ids) > 1:
            for id_ in list(stop):
                while id_ in self.by_id and (id_ := self.by_id[id_].previous) not in stop:
                    stop.add(id_)
        found: list[Envelope] = []
        for head in self.heads():
            chain: list[Envelope] = []
            id_ = head.id
            while id_ != ZERO_ID and id_ not in stop:
                stop.add(id_)
                chain.append(self.by_id[id_])
                id_ = self.by_id[id_].previous
            found += reversed(chain)
        return found


class MemoryStore:
    """Implements ``SyncStore``. One member's one device."""

    def __init__(
        self, genesis: Genesis, statements: list[Statement], device: DeviceKeys, member: bytes
    ) -> None:
        self.book = StatementBook(genesis)
        self.book.add(statements)
        self.keys = device
        self.info = device.info(genesis.space_id, member)
        self.epoch = EpochKey(genesis.space_id, h(labels.KEY_ID, genesis.space_id))
        self.logs: dict[bytes, Log] = {}
        self.acknowledged_seqs: dict[bytes, int] = {}
        self.pages = 0
        self._appended = asyncio.Event()
        self._elsewhere = 0
        self._polled: int | None = None
        self._nonce = 0

    # --- what a person does ---------------------------------------------------------------

    def append(self, text: str = "hello", *, elsewhere: bool = False) -> Envelope:
        """Seal and keep an event; ``elsewhere``: as another process would."""
        log = self.log(self.device_id)
        last = log.heads()[-1] if log.head_ids else Point(1, ZERO_ID)
        seq = last.seq + 1 if log.head_ids else 1
        prefix = pack_prefix(0, self.space_id, self.device_id, seq, last.id, self.epoch.key_id)
        self._nonce += 1
        nonce = self._nonce.to_bytes(4, "big") + self.device_id[:8]
        body = self.epoch.seal_event(nonce, text.encode(), prefix)
        body_hash = hash_body(body)
        signature = self.keys.sign.sign(labels.ENVELOPE_SIG, prefix + body_hash)
        id_ = envelope_id(prefix, body_hash)
        envelope = Envelope(
            self.device_id, seq, id_, last.id, self.epoch.key_id, 0, signature, body, body_hash,
            prefix,
        )  # fmt: skip
        log.put(envelope)
        if elsewhere:
            self._elsewhere += 1
        else:
            self._appended.set()
        return envelope

    def say(self, statements: list[Statement]) -> None:
        """Take in statements made here."""
        self.book.add(statements)
        self._appended.set()

    def texts(self) -> list[str]:
        """All that is written, by whomever, in no order that means anything."""
        return sorted(
            self.epoch.open_event(envelope.body, envelope.prefix).decode()
            for log in self.logs.values()
            for envelope in log.by_id.values()
            if envelope.body is not None
        )

    def ids(self) -> set[bytes]:
        """Of all envelopes held."""
        return {id_ for log in self.logs.values() for id_ in log.by_id}

    def copy(self) -> MemoryStore:
        """A clone, as a restored backup is: same keys, same past."""
        clone = MemoryStore(self.book.genesis, self.book.statements(), self.keys, self.info.member)
        for log in self.logs.values():
            clone.take(log.by_id.values())
        clone.acknowledged_seqs = dict(self.acknowledged_seqs)
        clone._nonce = self._nonce + 1_000_000
        return clone

    def take(self, envelopes: Iterable[Envelope]) -> None:
        """Put envelopes in as they are, each after what it follows."""
        for envelope in envelopes:
            self.log(envelope.device).put(envelope)

    def log(self, device: bytes) -> Log:
        return self.logs.setdefault(device, Log())

    # --- SyncStore --------------------------------------------------------------------------

    @property
    def space_id(self) -> bytes:
        return self.book.genesis.space_id

    @property
    def device_id(self) -> bytes:
        return self.info.id

    def sign_login(self, origin: str, nonce: bytes) -> bytes:
        return sign_login(self.keys.sign, origin, self.space_id, self.device_id, nonce)

    async def registration(self) -> tuple[bytes, list[Statement]]:
        return self.book.genesis.encoded, self.book.roster_statements()

    async def pull_request(self, deepen: frozenset[bytes], page_bytes: int) -> bytes:
        have: list[LogPoints] = []
        for device in sorted(self.logs):
            log = self.logs[device]
            points = set(log.heads())
            seqs = {self.acknowledged_seqs.get(device, 0)}
            if device in deepen and points:
                seqs |= set(deeper_seqs(max(points).seq))
            points |= {log.point(i) for seq in seqs for i in log.ids_by_seq.get(seq, ())}
            if points:
                have.append(LogPoints(device, sorted(points)[-MAX_HEADS:]))
        return encode(PullRequest(have, self.book.roster_hash, self.book.erasures_hash, page_bytes))

    async def admit_page(self, page: bytes, *following: bytes) -> PageOutcome:
        outcome = self._admit(page)
        new = outcome.new
        for another in following:
            outcome = self._admit(another)
            new += outcome.new
        return msgspec.structs.replace(outcome, new=new)

    def _admit(self, page: bytes) -> PageOutcome:
        decoded = decode_page(page)
        self.pages += 1
        new = len(self.book.add(decoded.statements))
        for run in decoded.runs:
            device = self.book.roster.devices.get(run.device)
            log = self.log(run.device)
            if device is None or (run.previous != ZERO_ID and run.previous not in log.by_id):
                continue
            verified = verify_run(run, self.space_id, device, self._is_erased)
            for envelope in verified.envelopes:
                if (
                    envelope.id not in log.by_id
                    and envelope.previous not in log.head_ids
                    and len(log.head_ids) >= MAX_BRANCHES
                ):
                    break
                new += log.put(envelope)
        relay = {log.device: log.points for log in decoded.heads}
        held = {device: self.log(device).heads() for device in self.book.roster.devices}
        not_held = {
            device: foreign
            for device, points in relay.items()
            if device in held and (foreign := [p for p in points if not self._holds(device, p)])
        }
        return PageOutcome(
            new=new,
            more=decoded.more,
            held=held,
            relay=relay,
            not_held=not_held,
            lacks_statements=decoded.roster_hash != self.book.roster_hash
            or decoded.erasures_hash != self.book.erasures_hash,
        )

    async def push_batch(self, cursor: PushCursor, max_bytes: int) -> PushBatch:
        statements = self.book.statements() if cursor.statements else []
        chosen: list[Envelope] = []
        size = sum(len(s.content) + 80 for s in statements)
        starts: dict[bytes, list[Point]] = {}
        cut = False
        for device in sorted(cursor.start_by_device):
            log = self.log(device)
            start = [p for p in cursor.start_by_device[device] if self._holds(device, p)]
            rest = log.beyond(start)
            reached = set(start)
            for envelope in rest:
                cost = len(envelope.body or b"") + 110
                if chosen and size + cost > max_bytes:
                    cut = True
                    break
                chosen.append(envelope)
                size += cost
                reached = {p for p in reached if p.id != envelope.previous}
                reached.add(Point(envelope.seq, envelope.id))
            starts[device] = sorted(reached)
        runs = make_runs(chosen)
        if len(runs) > MAX_RUNS:
            raise AssertionError("a test made too many runs")
        devices = [run.device for run in runs]
        return PushBatch(
            body=encode(PushRequest(statements, runs)),
            devices=devices,
            envelopes=len(chosen),
            reaches={device: starts[device] for device in devices},
            next=PushCursor(starts, statements=False) if cut else None,
        )

    async def acknowledged(self, head_by_device: dict[bytes, int]) -> None:
        for device, seq in head_by_device.items():
            if seq > self.log(device).heads()[-1].seq:
                raise AssertionError("acknowledged beyond what is held")
            self.acknowledged_seqs[device] = max(seq, self.acknowledged_seqs.get(device, 0))

    async def changed_elsewhere(self) -> bool:
        changed = self._polled is not None and self._polled != self._elsewhere
        self._polled = self._elsewhere
        return changed

    async def wait_for_append(self) -> None:
        await self._appended.wait()
        self._appended.clear()

    def _holds(self, device: bytes, point: Point) -> bool:
        return device in self.logs and point.id in self.logs[device].by_id

    def _is_erased(self, ref: Ref) -> bool:
        return self.book.is_erased(ref)


def couple(salt: bytes = bytes(32)) -> tuple[MemoryStore, MemoryStore]:
    """A shared space of two people, as pairing leaves it; keys follow from ``salt``."""
    roots = [RootKeys(h(labels.ROOT_SIGN, salt + bytes([i])), "shared") for i in range(2)]
    devices = [
        DeviceKeys(h(labels.DEVICE_ID, salt + bytes([i])) + h(labels.MEMBER_ID, salt + bytes([i])))
        for i in range(2)
    ]
    genesis = make_genesis("shared", salt, [root.public for root in roots])
    statements = [
        sign_statement(
            root.sign,
            added(
                genesis.space_id,
                device.info(genesis.space_id, root.member_id),
                root.member_id,
            ),
        )
        for root, device in zip(roots, devices, strict=True)
    ]
    ada, ben = (
        MemoryStore(genesis, statements, device, root.member_id)
        for root, device in zip(roots, devices, strict=True)
    )
    return ada, ben
