"""Which devices are one computer, and what it is called (SPEC 17.5).

A computer has a device in the private space and, once paired, one in the shared space; nothing
public ties the two. What ties them, and the name, are ``device.named`` events in the private
space: the latest that names a device counts. A device that took new keys follows the one before
it. What no event names yet stands in the list for itself.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass, field
from typing import Literal

from inglenook_client.journal.state import JournalState, now
from inglenook_client.profile import PRIVATE, SHARED
from inglenook_client.store import queries
from inglenook_client.store.devices import OwnDevice, own_devices
from inglenook_client.store.errors import StoreError
from inglenook_client.store.space import SpaceStore
from inglenook_protocol.kinds import DeviceNamed

Where = Literal["private", "shared"]


@dataclass
class Computer:
    """A computer as the events and rosters together tell it."""

    devices: dict[Where, list[OwnDevice]] = field(default_factory=dict)
    name: str = ""
    named_ms: int | None = None

    def all(self) -> list[OwnDevice]:
        return [device for found in self.devices.values() for device in found]

    @property
    def this(self) -> bool:
        return any(device.this for device in self.all())

    def standing_in(self, where: Where) -> list[OwnDevice]:
        return [device for device in self.devices.get(where, ()) if device.standing]

    @property
    def standing(self) -> bool:
        return any(device.standing for device in self.all())

    def present(self, where: Where) -> bytes | None:
        """Its device there: the one that stands, else the last one that did."""
        found = self.standing_in(where) or self.devices.get(where, [])
        return found[-1].id if found else None

    def ids(self) -> set[bytes]:
        return {device.id for device in self.all()} | {device.first for device in self.all()}


def usual_name() -> str:
    """What this computer calls itself in its network."""
    return platform.node().partition(".")[0].strip()[:64] or "Computer"


async def all_computers(state: JournalState) -> list[Computer]:
    """Every computer of one's own that a roster or an event tells of, removed ones included."""
    found: list[tuple[Where, SpaceStore]] = [("private", state.private)]
    shared = state.shared if state.paired else None
    if shared is not None:
        found.append(("shared", shared))
    computers: list[Computer] = []
    by_first: dict[bytes, Computer] = {}
    for where, store in found:
        for device in await store.look(lambda conn, space, _: own_devices(conn, space)):
            computer = by_first.get(device.first)
            if computer is None:
                computer = by_first[device.first] = Computer()
                computers.append(computer)
            computer.devices.setdefault(where, []).append(device)
    by_id = {id_: computer for computer in computers for id_ in computer.ids()}

    def join(one: Computer | None, other: Computer | None) -> None:
        if one is None or other is None or one is other:
            return
        if "private" in other.devices or "shared" in one.devices:
            return  # each has a device there: an event can't make one computer of two
        one.devices |= other.devices
        computers.remove(other)
        for id_ in other.ids():
            by_id[id_] = one

    if shared is not None:
        join(by_id.get(state.private.device_id), by_id.get(shared.device_id))
    # The latest tells: so it comes first, and what it joined stays joined.
    for naming in reversed(await state.private.query(queries.device_names)):
        computer = by_id.get(naming.device)
        if naming.shared is not None:
            join(computer, by_id.get(naming.shared))
        computer = by_id.get(naming.device) or by_id.get(naming.shared or b"")
        if computer is not None:
            computer.name = computer.name or naming.name
            computer.named_ms = naming.written_ms
    return computers


async def name_by_device(state: JournalState) -> dict[str, str]:
    """What own computers are called, by the ids of all their devices."""
    if any(space in state.unreadable for space in (PRIVATE, SHARED)):
        return {}
    try:
        computers = await all_computers(state)
    except StoreError:
        return {}  # what can't be read is said by what needs it
    return {id_.hex(): one.name for one in computers for id_ in one.ids() if one.name}


async def name_anew(state: JournalState) -> bool:
    """Say which devices this computer is, where the last event of that tells others; only where
    it has a name, or there is another computer to tell. Gives whether it was said."""
    if not _stands(await state.private.look(lambda conn, space, _: own_devices(conn, space))):
        return False
    computers = await all_computers(state)
    mine = next(c for c in computers if c.this)
    if not mine.name and not any(c.standing for c in computers if not c.this):
        return False
    naming = naming_of(state, mine.name or usual_name())
    said = [
        (n.device, n.shared)
        for n in await state.private.query(queries.device_names)
        if n.device == naming.device
    ]
    if said and said[-1] == (naming.device, naming.shared):
        return False
    await state.private.append(naming, now())
    return True


def _stands(devices: list[OwnDevice]) -> bool:
    return any(device.this and device.standing for device in devices)


def naming_of(state: JournalState, name: str) -> DeviceNamed:
    shared = state.shared.device_id if state.shared is not None and state.paired else None
    return DeviceNamed(state.private.device_id, shared, name)
