"""One device's part in one space: its disk, and the app that runs over it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Protocol, cast

from inglenook_client.core.ports import RelayAddress, SyncReport
from inglenook_client.store import space as space_module
from inglenook_client.store.appending import Entropy, Moment
from inglenook_client.store.database import Connection
from inglenook_client.store.envelopes import holds
from inglenook_client.store.errors import StoreError
from inglenook_client.store.space import SpaceStore
from inglenook_client.store.state import SpaceState
from inglenook_client.sync.engine import SyncEngine
from inglenook_harness.stores import START_MS, page
from inglenook_protocol.errors import InglenookError
from inglenook_protocol.messages import Page
from inglenook_protocol.roster import Statement
from inglenook_protocol.signatures import SigningKey
from inglenook_simulation.apps import see_to_practices
from inglenook_simulation.disk import Disk, MemoryDatabase, ProcessEnded
from inglenook_simulation.keys import device_keys, device_seeds, wrap
from inglenook_simulation.lies import HIDING
from inglenook_simulation.network import ORIGIN, Network
from inglenook_simulation.noting import Broken, NotingStore
from inglenook_simulation.relays import TOKEN

if TYPE_CHECKING:
    from inglenook_simulation.world import Space, World

Step = Callable[["Device", Random], Awaitable[None]]
"""Something that a device does, or that happens to it."""


class Watcher(Protocol):
    """Looks on at every point at which something may stop."""

    def write(self, device: Device) -> str | None: ...
    def asked(self, device: Device, what: str) -> None: ...
    def relay(self) -> str | None: ...


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
        self.jumped_ms = 0
        """When its clock last jumped, in true time."""
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
        if not await self.exchange():
            return False
        try:
            if not self.world.follows or len(self.space.roots) == 1:
                return True
            if not await see_to_practices(self):
                return True
        except (ProcessEnded, StoreError) as error:
            self.say(f"could not open what is due: {type(error).__name__}")
            await self.world.restart_what_ended(self)
            return False
        return await self.exchange()

    async def exchange(self) -> bool:
        """One exchange with the relay; whether it settled."""
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
            if self.world.follows and len(self.space.roots) == 2:
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
