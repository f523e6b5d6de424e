"""What needs the two of them: pairing, and exchanging the shared journal with the relay.

Apart from the facade, because everything here brings the network's libraries with it, and
most commands of a day never need them.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from inglenook_client.core.ports import RelayAddress, SyncProgress, SyncReport
from inglenook_client.journal import facade, reading
from inglenook_client.journal.errors import AlreadyPairedError, NotPairedError
from inglenook_client.profile import SHARED
from inglenook_client.store.space import SpaceStore
from inglenook_client.sync import pairing
from inglenook_client.sync.engine import SyncEngine
from inglenook_client.sync.origin import normalise_origin
from inglenook_client.sync.ports import SpaceLogin
from inglenook_client.sync.transport import RelayTransport
from inglenook_protocol.errors import LocalProtocolError
from inglenook_protocol.genesis import Genesis
from inglenook_protocol.keys import DeviceKeys, import_root_signer
from inglenook_protocol.kinds import MemberIntroduced
from inglenook_protocol.roster import Statement

if TYPE_CHECKING:
    from inglenook_client.journal.facade import Journal

Confirm = Callable[[list[str]], Awaitable[bool]]


def _identity(journal: Journal, seeds: bytes) -> pairing.Identity:
    exported = journal._settings.get(facade.PAIRING_ROOT)
    if exported is None:
        raise AlreadyPairedError()
    return pairing.Identity(import_root_signer(exported), DeviceKeys(seeds))


def _around() -> pairing.Surroundings:
    return pairing.Surroundings(secrets.token_bytes, time.time, asyncio.sleep, random.random)


async def _begin(journal: Journal) -> None:
    """A shared journal that no relay ever saw makes room for a new attempt."""
    if journal.paired:
        raise AlreadyPairedError()
    if journal._shared is not None:
        await journal._shared.close()
        journal._shared = None
        journal._profile.set_aside(SHARED)


async def _store_space(
    journal: Journal, seeds: bytes, genesis: Genesis, statements: list[Statement]
) -> None:
    exported = journal._settings.get(facade.PAIRING_ROOT)
    if exported is None:
        raise AlreadyPairedError()
    journal._shared = await SpaceStore.create(
        journal._profile.path(SHARED),
        journal._profile.key(SHARED),
        genesis=genesis,
        member=import_root_signer(exported).member_id,
        seeds=seeds,
        statements=statements,
        entropy=facade.ENTROPY,
    )


async def invite(
    journal: Journal,
    relay: str,
    token: str,
    on_invite: Callable[[str, int], Awaitable[None]],
    confirm: Confirm,
    seconds: int,
) -> None:
    """The inviter's side of SPEC 16."""
    origin = normalise_origin(relay)
    await _begin(journal)
    seeds = secrets.token_bytes(64)

    async def store(genesis: Genesis, statements: list[Statement]) -> None:
        await journal._set(
            {facade.RELAY_ORIGIN: origin.encode(), facade.RELAY_TOKEN: token.encode()}
        )
        await _store_space(journal, seeds, genesis, statements)

    async def open_epoch_and_push() -> None:
        if journal._shared is not None:
            await journal._shared.open_epoch()
        await sync(journal, None)

    async with RelayTransport(origin) as transport:
        await pairing.invite(
            transport,
            _identity(journal, seeds),
            _around(),
            token=token,
            seconds=seconds,
            on_invite=on_invite,
            confirm=confirm,
            store_space=store,
            open_epoch_and_push=open_epoch_and_push,
        )


async def join(journal: Journal, text: str, confirm: Confirm) -> None:
    """The joiner's side of SPEC 16."""
    if journal.paired:
        raise AlreadyPairedError()
    read = pairing.read_invite(text, time.time())
    await _begin(journal)
    seeds = secrets.token_bytes(64)

    async def store(genesis: Genesis, statements: list[Statement]) -> None:
        await journal._set({facade.RELAY_ORIGIN: read.origin.encode(), facade.RELAY_TOKEN: None})
        await _store_space(journal, seeds, genesis, statements)

    async def forget(genesis: Genesis) -> None:
        await _begin(journal)

    async with RelayTransport(read.origin) as transport:
        result = await pairing.join(
            transport,
            read,
            _identity(journal, seeds),
            _around(),
            confirm=confirm,
            store_space=store,
            forget_space=forget,
        )
    if result.settled:
        await sync(journal, None)


@asynccontextmanager
async def _engine(journal: Journal) -> AsyncIterator[tuple[SyncEngine, SpaceStore]]:
    store = journal._shared
    origin = journal._settings.get(facade.RELAY_ORIGIN)
    if store is None or origin is None:
        raise NotPairedError()
    address = RelayAddress(
        origin.decode(), (journal._settings.get(facade.RELAY_TOKEN) or b"").decode()
    )
    login = SpaceLogin(store.space_id, store.device_id, store.sign_login)
    async with RelayTransport(address.origin, login) as transport:
        yield SyncEngine(store, transport, address), store


async def _settled(journal: Journal, store: SpaceStore) -> None:
    """The relay and this device hold the same: pairing, if it was open, is done."""
    await store.settled(datetime.now().astimezone().isoformat(timespec="seconds"))
    if not journal.paired:
        # Nobody needs the root any more until the phrase is entered again (SPEC 4.1).
        await journal._set({facade.PAIRED: b"1", facade.PAIRING_ROOT: None})
        await store.append(MemberIntroduced(journal.name), facade.now())
    journal.partner = await reading.partner_name(store)


async def sync(journal: Journal, progress: Callable[[SyncProgress], None] | None) -> SyncReport:
    """One exchange; finishes a pairing that was left open."""
    async with _engine(journal) as (engine, store):
        was_paired = journal.paired
        report = await engine.sync_once(progress)
        await _settled(journal, store)
        if not was_paired:
            await engine.sync_once(progress)
    return report


async def watch(journal: Journal, on_change: Callable[[], Awaitable[None]]) -> None:
    """Stay in sync until cancelled."""
    async with _engine(journal) as (engine, store):
        if not journal.paired:
            raise LocalProtocolError("Pairing isn't finished yet.", "Run `nook sync` once first.")

        async def changed() -> None:
            journal.partner = await reading.partner_name(store)
            await on_change()

        await engine.watch(changed)
