"""Keeping the private journal in step between one's own devices (SPEC 17.7).

Off until there is a second own device and its owner turns it on, on each device by itself. It has
an address and a connection of its own and, for a device that stays in sync, a schedule of its
own: times drawn at random, so that it does not move when the shared journal moves.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

import msgspec

from inglenook_client.core.ports import RelayAddress, SyncProgress, SyncReport
from inglenook_client.journal import computers, refused, relay
from inglenook_client.journal.state import PRIVATE_TOKEN, JournalState
from inglenook_client.sync.engine import SyncEngine
from inglenook_client.sync.ports import SpaceLogin
from inglenook_client.sync.transport import RelayTransport
from inglenook_protocol.errors import InglenookError

_AUDIT_AT_ONCE: Final = 500


class Schedule(msgspec.Struct, frozen=True):
    """Seconds; each wait is drawn between two of them."""

    first: tuple[float, float] = (5.0, 60.0)
    then: tuple[float, float] = (120.0, 600.0)


SCHEDULE: Final = Schedule()


@asynccontextmanager
async def _engine(state: JournalState, origin: str) -> AsyncIterator[SyncEngine]:
    store = state.private
    token = (state.settings.get(PRIVATE_TOKEN) or b"").decode()

    def login() -> SpaceLogin:
        return SpaceLogin(store.space_id, store.device_id, store.sign_login)

    async with RelayTransport(origin, login) as transport:
        yield SyncEngine(store, transport, RelayAddress(origin, token))


async def sync(
    state: JournalState, progress: Callable[[SyncProgress], None] | None = None
) -> SyncReport | None:
    """One exchange of the private journal; None where it stays on this computer."""
    origin = relay.private_address(state)
    if origin is None:
        return None
    async with refused.noting(state, "private"), _engine(state, origin) as engine:
        report = await engine.sync_once(progress)
        if await computers.name_anew(state):
            await engine.sync_once(progress)
    await refused.taken_again(state, "private")
    await state.private.settled(datetime.now().astimezone().isoformat(timespec="seconds"))
    await state.private.audit(_AUDIT_AT_ONCE)
    return report


async def stay(
    state: JournalState,
    on_change: Callable[[], Awaitable[None]],
    schedule: Schedule = SCHEDULE,
) -> None:
    """Exchange it again and again until cancelled; what a relay did not let happen waits for
    the next time."""
    wait = schedule.first
    while True:
        await asyncio.sleep(random.SystemRandom().uniform(*wait))
        wait = schedule.then
        try:
            report = await sync(state)
        except InglenookError:
            continue
        if report is not None and report.received:
            await on_change()
