"""The people, their devices and their relays, all of one seed."""

from __future__ import annotations

import asyncio
from collections import Counter
from hashlib import sha256
from random import Random

import msgspec

from inglenook_harness.stores import START_MS
from inglenook_protocol.codec import Ref
from inglenook_protocol.genesis import make_genesis
from inglenook_protocol.keys import RootKeys
from inglenook_protocol.roster import StatementBook, added, sign_statement
from inglenook_simulation.device import Device, Watcher
from inglenook_simulation.keys import root_keys
from inglenook_simulation.lies import Liar
from inglenook_simulation.loop import VirtualLoop
from inglenook_simulation.network import Weather
from inglenook_simulation.noting import Written
from inglenook_simulation.relays import Host

NAMES = ("ada", "ben")


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
        self.follows = False
        """Whether anything was ever written from which something follows after an exchange."""
        self.true_ms: dict[bytes, int] = {}
        """By event that sets the length of a pause, when it was written, in true time."""
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
