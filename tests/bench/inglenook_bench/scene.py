"""What several figures share: a couple's years, a relay that holds them, stores to fill."""

from __future__ import annotations

import gc
import secrets
import sys
from collections import defaultdict
from pathlib import Path

from inglenook_client.core.fold import fold
from inglenook_client.core.opening import Event
from inglenook_client.core.ports import RelayAddress
from inglenook_client.store.appending import Entropy, Moment
from inglenook_client.store.space import SpaceStore
from inglenook_client.sync.engine import SyncEngine
from inglenook_client.sync.ports import SpaceLogin
from inglenook_client.sync.transport import RelayTransport
from inglenook_harness.couple import History
from inglenook_harness.relay import RelayClient, RelayProcess
from inglenook_harness.wire import Device
from inglenook_protocol.causality import TimelineDigest
from inglenook_protocol.keys import hpke_wrap

ENTROPY = Entropy(secrets.token_bytes, hpke_wrap)
TOGETHER_BYTES = 4 << 20
KEY = bytes(range(32))


class Scene:
    """One run's directory and input. ``quick`` makes everything a tenth as large."""

    def __init__(self, directory: Path, *, quick: bool, history: History | None = None) -> None:
        """``history``: another couple's than the one that most figures are of."""
        self.directory = directory
        self.quick = quick
        self.history = history or History(seed=1)
        self.reader = self.history.new_reader()
        self.events = 15_000 if quick else 150_000

    def say(self, text: str) -> None:
        """What is going on, on stderr."""
        print(f"  {text}", file=sys.stderr, flush=True)

    def path(self, name: str) -> Path:
        """A fresh place."""
        return self.directory / f"{name}-{secrets.token_hex(4)}"

    def grow(self, events: int) -> None:
        """Have at least so many events."""
        if len(self.history.sequence) < events:
            self.say(f"writing {events:,} events")
            self.history.grow(events)
            # No device holds a million objects that are not its own for the collector to look at.
            gc.collect()
            gc.freeze()

    async def new_store(
        self, path: Path, device: Device | None = None, key: bytes = KEY
    ) -> SpaceStore:
        """An empty database of the couple's space, for a reader unless said otherwise."""
        device = device or self.reader
        path.parent.mkdir(parents=True, exist_ok=True)
        return await SpaceStore.create(
            path,
            key,
            genesis=self.history.couple.genesis,
            member=device.info.member,
            seeds=device.keys.seeds,
            statements=self.history.couple.statements,
            entropy=ENTROPY,
        )

    async def fill(self, store: SpaceStore, events: int) -> None:
        """Admit the first ``events`` events, without a network."""
        self.grow(events)
        await store.admit_page(self.history.statements_page)
        for page in self.history.pages(0, events, TOGETHER_BYTES):
            await store.admit_page(page)

    async def filled_relay(self, events: int) -> RelayProcess:
        """A relay process that holds the first ``events`` events."""
        self.grow(events)
        relay = RelayProcess(self.path("relay"))
        async with RelayClient(relay.url) as client:
            await client.register(self.history.couple, relay.token)
            await client.login(self.history.key_log.device)
            for push in self.history.pushes(0, events):
                await client.post(client.space_path("push"), push)
        return relay

    def digest(self, events: int) -> bytes:
        """The timeline digest of the first ``events``, folded in the plainest way."""
        by_entity: dict[bytes, list[Event]] = defaultdict(list)
        for event in self.history.events(events):
            by_entity[event.entity].append(event)
        digest = TimelineDigest()
        for entity in sorted(by_entity):
            digest.feed(entity, b"".join(fold(entity, by_entity[entity]).event_ids))
        return digest.digest()


def transport_for(store: SpaceStore, relay: RelayProcess) -> RelayTransport:
    """A logged-in way to the relay."""
    login = SpaceLogin(store.space_id, store.device_id, store.sign_login)
    return RelayTransport(relay.url, login)


def engine_for(store: SpaceStore, transport: RelayTransport, relay: RelayProcess) -> SyncEngine:
    """The engine as the app has it."""
    return SyncEngine(store, transport, RelayAddress(relay.url, relay.token))


def moment(ms: int) -> Moment:
    return Moment(ms, 60)


def expect(what: str, found: object, wanted: object) -> None:
    """A figure of wrong output is worth nothing."""
    if found != wanted:
        raise SystemExit(f"{what} is {found!r}, expected {wanted!r}")
