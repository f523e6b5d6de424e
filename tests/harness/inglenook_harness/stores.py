"""Real stores of a made-up couple, and their envelopes handed around by the test itself.

No relay and no network: a test decides who gets what, when, in which order and how often.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from inglenook_client.core.ports import PushCursor
from inglenook_client.store.appending import Entropy, Moment
from inglenook_client.store.space import SpaceStore
from inglenook_protocol.codec import encode
from inglenook_protocol.envelope import envelope_id, hash_body, pack_prefix
from inglenook_protocol.genesis import DeviceInfo, Genesis, make_genesis
from inglenook_protocol.keys import DeviceKeys, RootKeys, hpke_wrap
from inglenook_protocol.messages import Page, decode_push_request
from inglenook_protocol.roster import Statement, added, sign_statement
from inglenook_protocol.runs import Item, Run
from inglenook_protocol.session import PageOutcome

START_MS = 1_790_000_000_000


class Chance:
    """Random bytes from a seed."""

    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()
        self._count = 0

    def __call__(self, size: int) -> bytes:
        out = b""
        while len(out) < size:
            self._count += 1
            out += sha256(self._seed + self._count.to_bytes(8, "big")).digest()
        return out[:size]


class Clock:
    """A wall clock that a test moves."""

    def __init__(self, ms: int = START_MS) -> None:
        self.ms = ms

    def __call__(self) -> int:
        self.ms += 1
        return self.ms


@dataclass
class Device:
    """One device: its store, its keys, its clock."""

    name: str
    store: SpaceStore
    keys: DeviceKeys
    info: DeviceInfo
    clock: Clock
    path: Path
    key: bytes

    def now(self, offset_minutes: int = 0) -> Moment:
        return Moment(self.clock(), offset_minutes)


@dataclass
class Couple:
    """A shared space with all its devices."""

    genesis: Genesis
    roots: list[RootKeys]
    statements: list[Statement]
    devices: list[Device]
    others: list[SpaceStore] = field(default_factory=list)
    """Stores that a test opened besides. One left open would keep the test run from ending."""

    def track(self, store: SpaceStore) -> SpaceStore:
        """Close ``store`` with the rest."""
        self.others.append(store)
        return store

    async def close(self) -> None:
        for store in [*(device.store for device in self.devices), *self.others]:
            await store.close()


async def make_couple(folder: Path, devices_of: Sequence[int] = (1, 1), seed: str = "s") -> Couple:
    """``devices_of``: how many devices each of the two members has, all added by their root."""
    chance = Chance(seed)
    roots = [RootKeys(chance(32), "shared") for _ in devices_of]
    genesis = make_genesis("shared", chance(32), [root.public for root in roots])
    keyed: list[tuple[str, DeviceKeys, RootKeys, bytes]] = []
    statements = []
    for member, (root, count) in enumerate(zip(roots, devices_of, strict=True)):
        for number in range(count):
            seeds = chance(64)
            keys = DeviceKeys(seeds)
            info = keys.info(genesis.space_id, root.member_id)
            statements.append(
                sign_statement(root.sign, added(genesis.space_id, info, root.member_id))
            )
            keyed.append((f"{'ab'[member]}{number}", keys, root, seeds))
    devices = []
    for name, keys, root, seeds in keyed:
        clock = Clock()
        path, key = folder / f"{name}.db", chance(32)
        store = await SpaceStore.create(
            path,
            key,
            genesis=genesis,
            member=root.member_id,
            seeds=seeds,
            statements=statements,
            entropy=Entropy(Chance(seed + name), hpke_wrap),
            wall_ms=clock,
        )
        info = keys.info(genesis.space_id, root.member_id)
        devices.append(Device(name, store, keys, info, clock, path, key))
    return Couple(genesis, roots, statements, devices)


def page(runs: Sequence[Run] = (), statements: Sequence[Statement] = ()) -> bytes:
    """An encoded page that carries just this, from a relay that says nothing of its heads."""
    return encode(Page(list(statements), list(runs), [], False, bytes(32), bytes(32)))


async def everything(device: Device, of: Sequence[Device]) -> tuple[list[Statement], list[Run]]:
    """All statements and all runs of the given devices' logs that ``device`` holds."""
    batch = await device.store.push_batch(
        PushCursor({other.info.id: [] for other in of}, statements=True), 1 << 30
    )
    request = decode_push_request(batch.body)
    return request.statements, request.runs


async def hand_over(source: Device, target: Device, couple: Couple) -> PageOutcome:
    """All that ``source`` holds, in one page."""
    statements, runs = await everything(source, couple.devices)
    return await target.store.admit_page(page(runs, statements))


async def settle(couple: Couple, rounds: int = 2) -> None:
    """Hand everything to everybody until nothing is new."""
    for _ in range(rounds):
        for source in couple.devices:
            for target in couple.devices:
                if source is not target:
                    await hand_over(source, target, couple)


def split(run: Run, space_id: bytes, rng: random.Random) -> list[Run]:
    """The run in contiguous pieces of random sizes."""
    pieces: list[Run] = []
    previous, seq = run.previous, run.first_seq
    at = 0
    while at < len(run.items):
        items = run.items[at : at + rng.randint(1, max(1, len(run.items) // 2))]
        keys = list(dict.fromkeys(run.keys[item.key] for item in items))
        renumbered = [
            Item(keys.index(run.keys[i.key]), i.flags, i.signature, i.body, i.body_hash)
            for i in items
        ]
        pieces.append(Run(run.device, seq, previous, keys, renumbered))
        for item in items:
            body_hash = item.body_hash if item.body is None else hash_body(item.body)
            prefix = pack_prefix(
                item.flags, space_id, run.device, seq, previous, run.keys[item.key]
            )
            previous, seq = envelope_id(prefix, body_hash), seq + 1
        at += len(items)
    return pieces
