"""The people, their devices and their relays, all of one seed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any, Protocol, cast

import msgspec

from inglenook_client.core.ports import RelayAddress, SyncReport
from inglenook_client.store import space as space_module
from inglenook_client.store.appending import Entropy, Moment
from inglenook_client.store.database import Connection
from inglenook_client.store.envelopes import holds
from inglenook_client.store.space import SpaceStore
from inglenook_client.store.state import SpaceState
from inglenook_client.sync.engine import SyncEngine
from inglenook_harness.stores import START_MS, page
from inglenook_protocol.codec import Ref
from inglenook_protocol.errors import InglenookError
from inglenook_protocol.genesis import make_genesis
from inglenook_protocol.keys import RootKeys
from inglenook_protocol.messages import Page
from inglenook_protocol.roster import Statement, StatementBook, added, sign_statement
from inglenook_protocol.signatures import SigningKey
from inglenook_simulation.apps import see_to_practices
from inglenook_simulation.disk import Disk, MemoryDatabase, ProcessEnded
from inglenook_simulation.keys import device_keys, device_seeds, root_keys, wrap
from inglenook_simulation.lies import HIDING, Liar
from inglenook_simulation.loop import VirtualLoop
from inglenook_simulation.network import ORIGIN, Network, Weather
from inglenook_simulation.noting import Broken, NotingStore, Written
from inglenook_simulation.relays import TOKEN, Host

NAMES = ("ada", "ben")
Step = Callable[["Device", Random], Awaitable[None]]
"""Something that a device does, or that happens to it."""


class Space(msgspec.Struct):
    """One space: its members' roots, and all statements that anybody signed."""

    name: str
    roots: list[RootKeys]
    book: StatementBook
    people: list[int]
    home: int
    """Which relay carries it: a private one may have chosen its own."""
    beside: bool = False
    """A private journal that began with its person's first private words: no relay carries it
    before there is a second device to share it with."""

    @property
    def id(self) -> bytes:
        return self.book.genesis.space_id


class Watcher(Protocol):
    """Looks on at every point at which something may stop."""

    def write(self, device: Device) -> str | None: ...
    def asked(self, device: Device, what: str) -> None: ...
    def relay(self) -> str | None: ...


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
        self.devices: list[Device] = []
        self.spaces: list[Space] = []
        self.story: list[str] = []
        self.written: dict[bytes, Written] = {}
        self.withdrawn: dict[Ref, str] = {}
        self.withdrawn_entities: set[bytes] = set()
        self.erased_entities: set[bytes] = set()
        """Erased at the relays, and not withdrawn: who has the words keeps them (SPEC 12.2)."""
        self.text_by_event: dict[bytes, str] = {}
        self.secrets: set[int] = set()
        """Made-up words that nobody but their writer may read yet."""
        self.themes: tuple[str, ...] = ()
        """The practices to which these two take most."""
        self.practised: Counter[str] = Counter()
        """By command of the registry, how often it was carried out."""
        self.declined: Counter[str] = Counter()
        """By command, how often it was asked for out of place and refused."""
        self.seen_by_event: dict[bytes, list[Ref]] = {}
        self.kept_from: dict[tuple[bytes, bytes], frozenset[bytes]] = {}
        self.accidents: set[str] = set()
        self.lies: Counter[tuple[str, bool]] = Counter()
        self.count = 0
        self.watcher: Watcher | None = None

    def watch(self, watcher: Watcher | None) -> None:
        """Let ``watcher`` look on from now on, at devices that come later too."""
        self.watcher = watcher
        for host in self.hosts:
            host.next_fault = host.storage.next_fault = watcher.relay if watcher else None
        for device in self.devices:
            device.look_on()

    def now_s(self) -> float:
        return START_MS / 1000 + self.loop.now_s

    def say(self, who: str, what: str) -> None:
        self.story.append(f"{self.loop.now_s:9.2f} s  {who:<12} {what}")

    def host_of(self, device: Device) -> Host:
        if self.split and len(device.space.roots) == 2:
            return self.hosts[device.member % 2]
        return self.hosts[device.home]

    def note_lies(self, lies: list[str], *, noticed: bool) -> None:
        """What was told in one exchange, and whether anything was said of it."""
        self.lies.update((lie, noticed) for lie in set(lies))

    def next_count(self) -> int:
        self.count += 1
        return self.count

    async def make_space(
        self, name: str, members: list[int], devices_of: list[int], home: int = 0
    ) -> Space:
        roots = [root_keys(f"{name} {NAMES[m]}") for m in members]
        kind = "shared" if len(members) == 2 else "private"
        salt = sha256(f"{name} {self.seed}".encode()).digest()
        genesis = make_genesis(kind, salt, [root.public for root in roots])  # type: ignore[arg-type]
        space = Space(name, roots, StatementBook(genesis), members, home)
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
        """Devices that stand, and have not left."""
        standing = space.book.roster.standing
        return [
            d for d in self.devices if d.space is space and d.left_at is None and d.id in standing
        ]

    def pick(self, number: int) -> Device:
        """A device for a step: one of those that began with a space, mostly."""
        first = [d for d in self.devices if not d.space.beside]
        if number % 5 == 0:
            return self.devices[number // 5 % len(self.devices)]
        return first[number % len(first)]

    def is_carried(self, space: Space) -> bool:
        """Whether a relay carries it: a private one only once there are two devices."""
        return not space.beside or sum(1 for d in self.devices if d.space is space) > 1

    def private_part_of(self, device: Device) -> Device | None:
        """The private journal on the same computer, if there is one yet."""
        person = [device.space.people[device.member]]
        return next((
            d for d in self.devices if d.space.people == person and d.name == device.name
        ), None)  # fmt: skip

    def shared_part_of(self, device: Device) -> Device | None:
        """The shared journal on the same computer, if there is one."""
        person = device.space.people[device.member]
        return next((
            d for d in self.devices
            if len(d.space.people) == 2 and d.member == person and d.name == device.name
        ), None)  # fmt: skip

    async def private_part(self, device: Device) -> Device:
        """The private journal on the same computer; begun now, if there is none yet."""
        found = self.private_part_of(device)
        if found is not None:
            return found
        person = [device.space.people[device.member]]
        space = next((s for s in self.spaces if s.people == person), None)
        if space is None:
            space = await self.make_space("private", person, [0])
            space.beside = True
        new = Device(self, space, 0, device.name)
        new.disk.keep_durable = device.disk.keep_durable
        new.skew_ms = device.skew_ms
        root = space.roots[0]
        space.book.add([sign_statement(root.sign, added(space.id, new.info, root.member_id))])
        await new.install(space.book.statements())
        self.devices.append(new)
        return new

    async def learn_what_was_signed(self, space: Space) -> None:
        """The statements that can still reach the others: a device's own, if it stands, and
        the relay's. What a killed process signed and never kept is not among them."""
        book = StatementBook(space.book.genesis)
        book.add(self.hosts[space.home].disk.statements.get(space.id, ()))
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
        on_devices: dict[bytes, set[bytes]] = {}
        at_relays: dict[bytes, set[bytes]] = {}
        for space in self.spaces:
            held = on_devices[space.id] = set()
            for device in self.standing(space):
                for (packed,) in device.disk.conn.execute("SELECT events FROM entity"):
                    held.update(packed[i : i + 32] for i in range(0, len(packed), 32))
            hosts = self.hosts[space.home : space.home + 1] if home_only else self.hosts
            at_relays[space.id] = {id_ for host in hosts for id_ in host.envelope_ids(space.id)}
        for event, written in list(self.written.items()):
            space_id = written.device.space.id
            if event not in on_devices[space_id] and written.ref.id not in at_relays[space_id]:
                del self.written[event]

    async def restart_what_ended(self, device: Device) -> None:
        """Start the app on this computer again where it has stopped."""
        for part in (self.shared_part_of(device), self.private_part_of(device), device):
            if part is not None and part.ended:
                await part.restart()

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
        self.entropy = Entropy(self.random.randbytes, wrap)
        self.keys = device_keys(self.title)
        self.info = self.keys.info(space.id, self.root.member_id)
        self.disk = Disk()
        self.backups: list[Disk] = []
        self.skew_ms = 0
        self.apart_ms: int | None = None
        """By how much it knows the relay's clock to be ahead of its own."""
        self.left_at: str | None = None
        """Since when it takes no part in the shared journal any more."""
        self.offset_minutes = 0
        """Where it was when it last wrote: minutes from UTC."""
        self.cut_off = False
        self.home = space.home
        self.older = False
        self.path = Path(f"/simulated/{self.title}.db")
        self.busy = asyncio.Lock()
        self._installed = False
        self.store: SpaceStore = cast(SpaceStore, None)
        self.engine: SyncEngine = cast(SyncEngine, None)
        self._watching: asyncio.Task[None] | None = None
        self._other: tuple[SpaceStore, SyncEngine] | None = None
        self.hearing: list[str] = []
        """Lies that were told to it in the exchange under way."""
        self.truth: Page | None = None
        """The page as the relay had it, before it told the last of them."""

    @property
    def id(self) -> bytes:
        """As it is now: a restored device takes new keys."""
        return self.store.device_id if self._installed else self.info.id

    @property
    def signer(self) -> SigningKey:
        return self.store._sign_key if self._installed else self.keys.sign

    @property
    def ended(self) -> bool:
        """Whether the process that acts has stopped."""
        return bool(self.store._database.ended)  # type: ignore[attr-defined]

    @property
    def takes_part(self) -> bool:
        """Whether there is anything that it exchanges with a relay."""
        return self.left_at is None and self.world.is_carried(self.space)

    def say(self, what: str) -> None:
        self.world.say(self.title, what)

    def wall_ms(self) -> int:
        return max(0, START_MS + int(self.world.loop.now_s * 1000) + self.skew_ms)

    def moment(self) -> Moment:
        self.offset_minutes = self.random.choice([0, 60, -300, 540])
        return Moment(self.wall_ms(), self.offset_minutes)

    async def install(self, statements: list[Statement]) -> None:
        """Make the space on this device's disk, and start the app."""
        self.look_on()
        MemoryDatabase.disks[self.path] = self.disk
        self._run(
            await NotingStore.create(
                self.path,
                bytes(32),
                genesis=self.space.book.genesis,
                member=self.root.member_id,
                seeds=device_seeds(self.title),
                statements=statements,
                entropy=self.entropy,
                wall_ms=self.wall_ms,
            )
        )

    async def restart(self) -> None:
        """A new process of the app over the same disk."""
        await self.store.close()
        self.stop_watching()
        self._run(await self._open())

    async def _open(self) -> NotingStore:
        self.look_on()
        MemoryDatabase.disks[self.path] = self.disk
        self.disk.older = self.older
        return await NotingStore.open(
            self.path,
            bytes(32),
            entropy=self.entropy,
            wall_ms=self.wall_ms,
        )

    async def change_window(self) -> None:
        """Act in another process over the same disk from now on; open one if there is none."""
        self.disk.shared = True
        self.stop_watching()
        mine, other = (self.store, self.engine), self._other
        if other is None:
            self._run(await self._open())
        else:
            self.store, self.engine = other
        self._other = mine
        if self.ended:
            await self.restart()

    async def close_windows(self) -> None:
        """End every process but the one that acts."""
        if self._other is not None:
            await self._other[0].close()
            self._other = None

    async def copy_to(self, twin: Device) -> None:
        """Let ``twin`` be a copy of this profile, with the same keys and all."""
        twin.disk, twin.older, twin.home = self.disk.image(), self.older, self.home
        twin._run(await twin._open())

    def look_on(self) -> None:
        """Have each write of this device's disk looked at by the world's watcher."""
        watcher = self.world.watcher
        self.disk.next_fault = None if watcher is None else lambda: watcher.write(self)

    def _run(self, store: NotingStore) -> None:
        self.store, self._installed = store, True
        store.device = self
        self.engine = SyncEngine(
            store,
            Network(self, Random(f"network {self.title} {self.random.random()}")),
            RelayAddress(ORIGIN, TOKEN),
            random=self.random.random,
            clock=self.world.loop.time,
        )

    async def sync(self) -> bool:
        """One sync; whether it settled. What may go wrong is said; anything else comes out."""
        if not self.takes_part:
            return True
        if not await self._exchange():
            return False
        try:
            if len(self.space.roots) == 1 or not await see_to_practices(self):
                return True
        except (ProcessEnded, InglenookError) as error:
            self.say(f"could not open what is due: {type(error).__name__}")
            await self.world.restart_what_ended(self)
            return False
        return await self._exchange()

    async def _exchange(self) -> bool:
        engine = self.engine
        self.hearing, self.truth = [], None
        try:
            report = await engine.sync_once()
        except ProcessEnded:
            if engine is self.engine:
                await self.restart()
            return False
        except InglenookError as error:
            self.say(f"could not sync: {type(error).__name__}: {error}")
            self.world.note_lies(self.hearing, noticed=True)
            return False
        await self._check_lies(report)
        await self.settled(report.not_given_by_device)
        self.apart_ms = -self.skew_ms
        self.say(f"synced: {report.received} received, {report.sent} sent")
        return True

    async def _check_lies(self, report: SyncReport) -> None:
        """An exchange that settles without a word has brought all that the relay has, but for
        what nobody could know of yet."""
        if not self.hearing or self.truth is None or self._watching is not None:
            return  # what a live connection was handed, it may not have taken in yet
        said = bool(report.not_given_by_device or report.refused_by_device)
        said |= bool((await self.store.overview()).notices)
        self.world.note_lies(self.hearing, noticed=said)
        if said or set(self.hearing) & HIDING:
            return
        truth = self.truth

        def lacks(conn: Connection, state: SpaceState) -> list[bytes]:
            known = state.book.roster.devices
            return [
                log.device
                for log in truth.heads
                for point in log.points
                if log.device not in known or not holds(conn, state, log.device, point)
            ]

        if lacking := await self.state(lacks):
            raise Broken(
                f"{self.title} settled without a word, and lacks of the logs of"
                f" {[id_.hex()[:6] for id_ in lacking]}: {', '.join(self.hearing)}"
            )

    async def settled(self, not_given: Collection[bytes] = ()) -> None:
        await self.store.settled(str(self.wall_ms()), not_given)

    def watch(self) -> None:
        """Keep a live stream open."""
        if self._watching is None and self.takes_part:
            self._watching = asyncio.create_task(self._watch(self.engine))

    async def _watch(self, engine: SyncEngine) -> None:
        async def on_change() -> None:
            if len(self.space.roots) == 2:
                await see_to_practices(self)

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
