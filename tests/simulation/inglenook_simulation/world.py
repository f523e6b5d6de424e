"""The people, their devices and their relays, all of one seed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any, cast

import msgspec

from inglenook_client.core.ports import RelayAddress
from inglenook_client.store import space as space_module
from inglenook_client.store.appending import Entropy, Moment
from inglenook_client.store.database import Connection
from inglenook_client.store.space import SpaceStore
from inglenook_client.store.state import SpaceState
from inglenook_client.sync.engine import SyncEngine
from inglenook_harness.stores import START_MS, page
from inglenook_protocol.codec import Ref
from inglenook_protocol.errors import InglenookError
from inglenook_protocol.genesis import make_genesis
from inglenook_protocol.keys import RootKeys
from inglenook_protocol.roster import Statement, StatementBook, added, sign_statement
from inglenook_protocol.signatures import SigningKey
from inglenook_simulation.disk import Disk, MemoryDatabase, ProcessEnded
from inglenook_simulation.keys import device_keys, device_seeds, root_keys, wrap
from inglenook_simulation.lies import Liar
from inglenook_simulation.loop import VirtualLoop
from inglenook_simulation.network import ORIGIN, Network, Weather
from inglenook_simulation.relays import TOKEN, Host

NAMES = ("ada", "ben")


class Broken(Exception):  # noqa: N818 - says what does not hold
    """Something that must hold does not."""


class Space(msgspec.Struct):
    """One space: its members' roots, and all statements that anybody signed."""

    name: str
    roots: list[RootKeys]
    book: StatementBook

    @property
    def id(self) -> bytes:
        return self.book.genesis.space_id


class Written(msgspec.Struct):
    """An event whose writing returned: its author's device, its envelope, its entity."""

    device: Device
    ref: Ref
    entity: bytes


class World:
    """Everything of one run."""

    def __init__(self, seed: int, loop: VirtualLoop) -> None:
        self.seed = seed
        self.loop = loop
        self.random = Random(f"world {seed}")
        self.weather = Weather()
        self.liar = Liar(Random(f"liar {seed}"))
        self.swallow = 0.0
        self.split = False
        self.hosts = [Host(name, Random(f"{name} {seed}"), self.now_s) for name in ("one", "two")]
        self.home = 0
        self.devices: list[Device] = []
        self.spaces: list[Space] = []
        self.story: list[str] = []
        self.written: dict[bytes, Written] = {}
        self.withdrawn: dict[Ref, str] = {}
        self.withdrawn_entities: set[bytes] = set()
        self.text_by_event: dict[bytes, str] = {}
        self.seen_by_event: dict[bytes, list[Ref]] = {}
        self.kept_from: dict[tuple[bytes, bytes], frozenset[bytes]] = {}
        self.accidents: set[str] = set()
        self.count = 0

    def now_s(self) -> float:
        return START_MS / 1000 + self.loop.now_s

    def say(self, who: str, what: str) -> None:
        self.story.append(f"{self.loop.now_s:9.2f} s  {who:<12} {what}")

    def host_of(self, device: Device) -> Host:
        if self.split:
            return self.hosts[device.member % 2]
        return self.hosts[device.home]

    def next_count(self) -> int:
        self.count += 1
        return self.count

    async def make_space(self, name: str, members: list[int], devices_of: list[int]) -> Space:
        roots = [root_keys(f"{name} {NAMES[m]}") for m in members]
        kind = "shared" if len(members) == 2 else "private"
        salt = sha256(f"{name} {self.seed}".encode()).digest()
        genesis = make_genesis(kind, salt, [root.public for root in roots])  # type: ignore[arg-type]
        space = Space(name, roots, StatementBook(genesis))
        self.spaces.append(space)
        for index, (member, count) in enumerate(zip(members, devices_of, strict=True)):
            for number in range(count):
                self.devices.append(Device(self, space, index, f"{NAMES[member]}{number}"))
        mine = [device for device in self.devices if device.space is space]
        space.book.add(
            [sign_statement(d.root.sign, added(space.id, d.info, d.root.member_id)) for d in mine]
        )
        for device in mine:
            await device.install(space.book.statements())
        return space

    def standing(self, space: Space) -> list[Device]:
        return [d for d in self.devices if d.space is space and d.id in space.book.roster.standing]

    async def learn_what_was_signed(self, space: Space) -> None:
        """The statements that can still reach the others: a device's own, if it stands, and
        the relay's. What a killed process signed and never kept is not among them."""
        book = StatementBook(space.book.genesis)
        book.add(self.hosts[self.home].disk.statements.get(space.id, ()))
        rest = [device for device in self.devices if device.space is space]
        grew = True
        while grew:
            grew = False
            for device in list(rest):
                trial = StatementBook(book.genesis)
                trial.add(book.statements())
                trial.add(await device.state(lambda conn, state: state.book.statements()))
                if device.id in trial.roster.standing:
                    book, grew = trial, True
                    rest.remove(device)
        space.book = book

    def forget_what_nobody_holds(self, *, home_only: bool = False) -> None:
        """After an accident: what is on no standing device and no relay is rightly gone."""
        at_relays = [
            chunk.ids
            for host in (self.hosts[self.home : self.home + 1] if home_only else self.hosts)
            for of in host.disk.chunks.values()
            for chunk in of
        ]
        for event, written in list(self.written.items()):
            id_ = written.ref.id
            held = any(
                device.disk.conn.execute("SELECT 1 FROM envelope WHERE id = ?", (id_,)).fetchone()
                for device in self.standing(written.device.space)
            )
            if not held and not any(id_ in ids for ids in at_relays):
                del self.written[event]

    async def close(self) -> None:
        for device in self.devices:
            device.stop_watching()
        await asyncio.sleep(0)
        for device in self.devices:
            device.disk.close()
            for backup in device.backups:
                backup.close()


class Device:
    """One device's part in one space: its disk, and the app's process that runs over it."""

    def __init__(self, world: World, space: Space, member: int, name: str) -> None:
        self.world = world
        self.space = space
        self.member = member
        self.name = name
        self.title = f"{name}.{space.name}"
        self.root = space.roots[member]
        self.random = Random(f"{self.title} {world.seed}")
        self.keys = device_keys(self.title)
        self.info = self.keys.info(space.id, self.root.member_id)
        self.disk = Disk()
        self.backups: list[Disk] = []
        self.skew_ms = 0
        self.cut_off = False
        self.home = world.home
        self.path = Path(f"/simulated/{self.title}.db")
        self.busy = asyncio.Lock()
        self._installed = False
        self.store: SpaceStore = cast(SpaceStore, None)
        self.engine: SyncEngine = cast(SyncEngine, None)
        self._watching: asyncio.Task[None] | None = None

    @property
    def id(self) -> bytes:
        """As it is now: a restored device takes new keys."""
        return self.store.device_id if self._installed else self.info.id

    @property
    def signer(self) -> SigningKey:
        return self.store._sign_key if self._installed else self.keys.sign

    def say(self, what: str) -> None:
        self.world.say(self.title, what)

    def wall_ms(self) -> int:
        return max(0, START_MS + int(self.world.loop.now_s * 1000) + self.skew_ms)

    def moment(self) -> Moment:
        return Moment(self.wall_ms(), self.random.choice([0, 60, -300, 540]))

    async def install(self, statements: list[Statement]) -> None:
        """Make the space on this device's disk, and start the app."""
        MemoryDatabase.disks[self.path] = self.disk
        self._run(
            await SpaceStore.create(
                self.path,
                bytes(32),
                genesis=self.space.book.genesis,
                member=self.root.member_id,
                seeds=device_seeds(self.title),
                statements=statements,
                entropy=Entropy(self.random.randbytes, wrap),
                wall_ms=self.wall_ms,
            )
        )

    async def restart(self) -> None:
        """A new process of the app over the same disk."""
        await self.store.close()
        self.stop_watching()
        MemoryDatabase.disks[self.path] = self.disk
        self._run(
            await SpaceStore.open(
                self.path,
                bytes(32),
                entropy=Entropy(self.random.randbytes, wrap),
                wall_ms=self.wall_ms,
            )
        )

    def _run(self, store: SpaceStore) -> None:
        self.store, self._installed = store, True
        self.engine = SyncEngine(
            store,
            Network(self, Random(f"network {self.title} {self.random.random()}")),
            RelayAddress(ORIGIN, TOKEN),
            random=self.random.random,
            clock=self.world.loop.time,
        )

    async def sync(self) -> bool:
        """One sync; whether it settled. What may go wrong is said; anything else comes out."""
        engine = self.engine
        try:
            report = await engine.sync_once()
        except ProcessEnded:
            if engine is self.engine:
                await self.restart()
            return False
        except InglenookError as error:
            self.say(f"could not sync: {type(error).__name__}: {error}")
            return False
        await self.store.settled(str(self.wall_ms()), report.not_given_by_device)
        self.say(f"synced: {report.received} received, {report.sent} sent")
        return True

    def watch(self) -> None:
        """Keep a live stream open."""
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch(self.engine))

    async def _watch(self, engine: SyncEngine) -> None:
        async def on_change() -> None:
            pass

        try:
            await engine.watch(on_change)
        except ProcessEnded:
            self._watching = None
            if engine is self.engine:
                await self.restart()

    def stop_watching(self) -> None:
        task, self._watching = self._watching, None
        if task is not None and task is not asyncio.current_task():
            task.cancel()

    @property
    def watcher(self) -> asyncio.Task[None] | None:
        return self._watching

    async def take(self, statements: list[Statement]) -> None:
        """Take in statements that were signed here."""
        await self.store.admit_page(page(statements=statements))

    async def state(self, look: Any) -> Any:
        """``look(conn, state)`` on a snapshot."""

        def run(conn: Connection, state: SpaceState) -> Any:
            return look(conn, state)

        return await self.store._read(run)


@contextmanager
def disks_in_memory() -> Iterator[None]:
    """Within, ``SpaceStore`` opens ``MemoryDatabase``s."""
    real = vars(space_module)["Database"]
    MemoryDatabase.disks = {}
    setattr(space_module, "Database", MemoryDatabase)  # noqa: B010 - not for others to import
    try:
        yield
    finally:
        setattr(space_module, "Database", real)  # noqa: B010
        MemoryDatabase.disks = {}
