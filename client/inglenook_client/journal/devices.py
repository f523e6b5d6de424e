"""One's own computers: listing, naming, adding and removing them (SPEC 17.5, 17.6)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from inglenook_client.core import decide
from inglenook_client.core.model import DeviceView
from inglenook_client.core.ports import SyncProgress
from inglenook_client.journal import relay
from inglenook_client.journal.computers import Computer, Where, all_computers, naming_of
from inglenook_client.journal.errors import (
    AmbiguousDeviceError,
    NoSecondDeviceError,
    NoSuchDeviceError,
)
from inglenook_client.journal.state import ENTROPY, JournalState, now
from inglenook_client.keyring import Unlock
from inglenook_client.profile import PRIVATE, SHARED
from inglenook_client.store.devices import (
    NEW_FOR_MS,
    new_devices,
    own_devices,
    remove_device,
)
from inglenook_client.store.errors import StoreError
from inglenook_client.store.room import RosterRoomError
from inglenook_client.store.space import SpaceStore
from inglenook_protocol.errors import LocalProtocolError
from inglenook_protocol.kinds import DeviceNamed

if TYPE_CHECKING:
    from inglenook_client.journal.linking import Added, Linked

MIN_ID_DIGITS: Final = 4


def _view(computer: Computer, now_ms: int) -> DeviceView:
    told = [device.since_ms for device in computer.all() if device.since_ms is not None]
    since = min([*told, *([] if computer.named_ms is None else [computer.named_ms])], default=None)
    new = any(
        device.standing
        and not device.this
        and device.since_ms is not None
        and now_ms < device.since_ms + NEW_FOR_MS
        for device in computer.all()
    )
    private, shared = computer.present("private"), computer.present("shared")
    return DeviceView(
        id=(private or shared or b"").hex(),
        name=computer.name or None,
        this_device=computer.this,
        standing=computer.standing,
        since=None if since is None else _iso(since),
        new=new,
        private=private.hex() if private and computer.standing_in("private") else None,
        shared=shared.hex() if shared and computer.standing_in("shared") else None,
    )


def _iso(ms: int) -> str:
    moment = datetime.fromtimestamp(ms / 1000, UTC).astimezone()
    return moment.isoformat(timespec="seconds")


class Devices:
    """Reached as ``journal.devices``."""

    def __init__(self, state: JournalState) -> None:
        self._state = state

    async def all(self) -> list[DeviceView]:
        """All own computers: this one, then those that stand, then those that were removed."""
        self._state.check_readable(PRIVATE, SHARED)
        views = [_view(c, now().wall_ms) for c in await all_computers(self._state)]
        return sorted(views, key=lambda v: (not v.this_device, not v.standing))

    async def new(self) -> list[DeviceView]:
        """Those that are to be shown as new (SPEC 17.6). Cheap where there is none."""
        state = self._state
        if any(space in state.unreadable for space in (PRIVATE, SHARED)):
            return []
        stores = [state.private]
        if state.shared is not None and state.paired:
            stores.append(state.shared)
        # Beside what a command is about: damage that shows here is said where it matters.
        with suppress(StoreError):
            for store in stores:
                if await store.look(new_devices):
                    return [view for view in await self.all() if view.new and view.standing]
        return []

    async def name(self, name: str, device: str | None = None) -> DeviceView:
        """Call a computer by a name; this one if none is named."""
        name = decide.check_name(name)
        state = self._state
        state.check_readable(PRIVATE, SHARED)
        if device is None:
            naming = naming_of(state, name)
        else:
            view = await self._find(device)
            if view.this_device:
                naming = naming_of(state, name)
            else:
                shared = None if view.shared is None else bytes.fromhex(view.shared)
                naming = DeviceNamed(bytes.fromhex(view.private or view.id), shared, name)
        await state.private.append(naming, now())
        return await self._find(naming.device.hex())

    async def find(self, device: str) -> DeviceView:
        """A computer by its name, or by four digits or more of one of its ids.

        Raises ``NoSuchDeviceError``, ``AmbiguousDeviceError``.
        """
        return await self._find(device)

    async def _find(self, device: str) -> DeviceView:
        wanted = device.strip()
        views = await self.all()
        named = [v for v in views if (v.name or "").casefold() == wanted.casefold()]
        named = [v for v in named if v.standing] or named
        if len(wanted) >= MIN_ID_DIGITS:
            begins = wanted.lower()
            named += [
                v
                for v in views
                if v not in named
                and any((id_ or "").startswith(begins) for id_ in (v.id, v.private, v.shared))
            ]
        if not named:
            raise NoSuchDeviceError(device)
        if len(named) > 1:
            raise AmbiguousDeviceError(device)
        return named[0]

    async def added_by(self, device: str) -> list[DeviceView]:
        """Other computers that stand and that this one added."""
        wanted = await self._find(device)
        computers = await all_computers(self._state)
        ids = next(c.ids() for c in computers if wanted.id in {i.hex() for i in c.ids()})
        return [
            _view(c, 0)
            for c in computers
            if c.standing
            and not ids & c.ids()
            and any(d.standing and d.added_by & ids for d in c.all())
        ]

    def check_removable(self, device: DeviceView) -> None:
        """Before any question. Raises ``LocalProtocolError`` for this computer, and for one that
        was removed."""
        if device.this_device:
            raise LocalProtocolError(
                "This is the computer that you are at.",
                "Remove it from another one of yours. To forget the journal here: nook wipe",
            )
        if not device.standing:
            raise LocalProtocolError("That computer was removed already.", "Nothing is left to do.")

    async def remove(self, device: str, *, with_added: bool = False) -> DeviceView:
        """Remove a computer in every journal, with new keys for the others, in one step each.

        Can be done again after a stop. ``with_added``: what it added is removed too, but for
        what this one rests on. Raises as ``find``, and ``LocalProtocolError``; after
        ``RosterRoomError`` it is removed where there was room.
        """
        state = self._state
        state.check_readable(PRIVATE, SHARED)
        view = await self._find(device)
        spaces: list[tuple[SpaceStore | None, Where]] = [
            (state.shared if state.paired else None, "shared"),
            (state.private, "private"),
        ]
        computers = await all_computers(state)
        computer = next(c for c in computers if view.id in {i.hex() for i in c.ids()})
        full: RosterRoomError | None = None
        for store, where in spaces:
            if store is None:
                continue
            for one in computer.standing_in(where):
                try:
                    await store.change_devices(
                        lambda conn, space, ms, id_=one.id: remove_device(  # type: ignore[misc]
                            conn, space, id_, ENTROPY, ms, with_added=with_added
                        )
                    )
                except RosterRoomError as error:
                    # Whoever used up the room of one journal must not go on reading the other.
                    full = error
        if full is not None:
            raise full
        return await self._find(view.id)

    # ------------------------------------------------------------------ a second computer

    def way_to_add(self) -> tuple[str | None, str | None]:
        """The relay that an invite goes through unless another is named, and the right to use
        it as far as it is kept."""
        state = self._state
        origin = (relay.address(state) if state.paired else None) or relay.private_address(state)
        return origin, None if origin is None else relay.kept_token(state, origin)

    def kept_token(self, address: str) -> str | None:
        """The right to register at a relay, where it is kept."""
        return relay.kept_token(self._state, address)

    async def add(
        self,
        *,
        origin: str,
        token: str,
        private_relay: str | None = None,
        private_token: str | None = None,
        seconds: int = 3600,
        on_invite: Callable[[str, int], Awaitable[None]],
        confirm: Callable[[list[str]], Awaitable[bool]],
        unlock_anew: Callable[[], Awaitable[Unlock]],
    ) -> Added:
        """As ``linking.add``."""
        from inglenook_client.journal import linking

        return await linking.add(
            self._state,
            origin=origin,
            token=token,
            private_relay=private_relay,
            private_token=private_token,
            seconds=seconds,
            on_invite=on_invite,
            confirm=confirm,
            unlock_anew=unlock_anew,
        )

    async def link_shared(
        self,
        invite: str,
        *,
        confirm: Callable[[list[str]], Awaitable[bool]],
        progress: Callable[[SyncProgress], None] | None = None,
    ) -> Linked:
        """As ``linking.link_shared``."""
        from inglenook_client.journal import linking

        return await linking.link_shared(self._state, invite, confirm=confirm, progress=progress)

    # ------------------------------------------------------------------ the private journal

    @property
    def private_relay(self) -> str | None:
        """The relay that carries the private journal; None while it stays on this computer."""
        return relay.private_address(self._state)

    async def carry_private(self, address: str, token: str | None = None) -> str:
        """Keep the private journal in step through a relay, from the next sync on.

        Raises ``NoSecondDeviceError`` where there is nothing to keep in step with, and
        ``RelayAddressError``.
        """
        await self.check_second()
        return await relay.carry_private(self._state, address, token)

    async def check_second(self) -> None:
        """Raises ``NoSecondDeviceError`` where no other own device stands."""
        self._state.check_readable(PRIVATE)
        devices = await self._state.private.look(lambda conn, space, _: own_devices(conn, space))
        if not any(d.standing and not d.this for d in devices):
            raise NoSecondDeviceError()

    async def keep_private_here(self) -> None:
        """Exchange the private journal no more on this device; nothing is sent."""
        self._state.check_readable(PRIVATE)
        await relay.keep_private_here(self._state)
