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
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Final

import msgspec

from inglenook_client.core.clocks import NOTABLE_S
from inglenook_client.core.model import Visibility
from inglenook_client.core.ports import NOTHING, RelayAddress, SyncProgress, SyncReport
from inglenook_client.journal import glance, private_sync, reading, refused, relay
from inglenook_client.journal.errors import (
    AlreadyPairedError,
    LeftError,
    NotPairedError,
    PairsElsewhereError,
)
from inglenook_client.journal.pausing import note_seen
from inglenook_client.journal.revealing import Arrived, arrived, open_due
from inglenook_client.journal.state import (
    ENTROPY,
    LEFT,
    PAIRED,
    PAIRING_ROOT,
    PRIVATE_RELAY,
    PRIVATE_TOKEN,
    RELAY_AHEAD,
    RELAY_APART,
    RELAY_ORIGIN,
    RELAY_TOKEN,
    JournalState,
    now,
)
from inglenook_client.profile import PRIVATE, SHARED
from inglenook_client.store.space import SpaceStore
from inglenook_client.sync import pairing
from inglenook_client.sync.engine import POLL_S, SyncEngine
from inglenook_client.sync.errors import RelayError
from inglenook_client.sync.mailbox_end import Surroundings
from inglenook_client.sync.origin import normalise_origin
from inglenook_client.sync.ports import SpaceLogin
from inglenook_client.sync.together import together
from inglenook_client.sync.transport import RelayTransport
from inglenook_protocol.errors import InglenookError, LocalProtocolError, RemoteProtocolError
from inglenook_protocol.genesis import Genesis
from inglenook_protocol.keys import DeviceKeys, import_root_signer
from inglenook_protocol.kinds import MemberIntroduced
from inglenook_protocol.roster import Statement

_WAYS: Final = (RELAY_ORIGIN, RELAY_TOKEN, LEFT, PRIVATE_RELAY, PRIVATE_TOKEN)
_AUDIT_AT_ONCE = 500
"""Signatures checked after a sync: less than a tenth of a second."""
_NAME_S: Final = 10.0
_APART_IS_NEWS_MS: Final = 5_000
_SAY_AGAIN_S: Final = 5.0
_NAME_POLL_S: Final = 0.25

Confirm = Callable[[list[str]], Awaitable[bool]]


def _identity(state: JournalState, seeds: bytes) -> pairing.Identity:
    exported = state.settings.get(PAIRING_ROOT)
    if exported is None:
        raise AlreadyPairedError() if state.paired else PairsElsewhereError()
    return pairing.Identity(import_root_signer(exported), DeviceKeys(seeds))


def _around() -> Surroundings:
    return Surroundings(
        secrets.token_bytes, time.time, asyncio.sleep, random.random, time.monotonic
    )


def _check_not_left(state: JournalState) -> None:
    state.check_readable(PRIVATE, SHARED)
    if state.left_at is not None:
        raise LeftError(state.left_at)


async def _begin(state: JournalState) -> None:
    """Make sure that a new attempt takes nothing away (SPEC 16.5).

    A shared journal that an earlier attempt left here may stand on the other side already. If
    the relay knows it, it is finished rather than begun again. If the relay does not, nobody
    but its inviter could bring it there, who lets it go now. Otherwise it stays until a new
    one takes its place.
    """
    _check_not_left(state)
    if state.paired:
        raise AlreadyPairedError()
    if state.shared is None:
        return
    try:
        async with _engine(state) as (engine, _, _):
            known = await engine.is_known()
    except (RelayError, RemoteProtocolError, NotPairedError):
        return
    if known:
        await sync_shared(state, None)
        raise AlreadyPairedError()
    if state.settings.get(RELAY_TOKEN) is not None:
        await _set_aside(state)


async def _set_aside(state: JournalState) -> None:
    """Make room; nothing is deleted."""
    if state.shared is not None:
        await state.shared.close()
        state.shared = None
    state.profile.set_aside(SHARED)


async def _store_space(
    state: JournalState,
    seeds: bytes,
    genesis: Genesis,
    statements: list[Statement],
    settings: dict[str, bytes | None],
) -> None:
    state.settings = await state.private.settings()
    if state.settings.get(PAIRED):  # by another process, meanwhile
        raise AlreadyPairedError()
    # An earlier attempt's journal goes before its relay does: one is never taken to the
    # other's.
    await _set_aside(state)
    await state.set(settings)
    exported = state.settings.get(PAIRING_ROOT)
    if exported is None:
        raise AlreadyPairedError()
    state.shared = await SpaceStore.create(
        state.profile.path(SHARED),
        state.profile.key(SHARED),
        genesis=genesis,
        member=import_root_signer(exported).member_id,
        seeds=seeds,
        statements=statements,
        entropy=ENTROPY,
    )


async def invite(
    state: JournalState,
    address: str,
    token: str,
    on_invite: Callable[[str, int], Awaitable[None]],
    confirm: Confirm,
    seconds: int,
) -> None:
    """The inviter's side of SPEC 16."""
    origin = normalise_origin(address)
    await _begin(state)
    seeds = secrets.token_bytes(64)

    async def store(genesis: Genesis, statements: list[Statement]) -> None:
        settings: dict[str, bytes | None] = {
            RELAY_ORIGIN: origin.encode(),
            RELAY_TOKEN: token.encode(),
        }
        await _store_space(state, seeds, genesis, statements, settings)

    async def open_epoch_and_push() -> None:
        if state.shared is not None:
            await state.shared.open_epoch()
        await sync_shared(state, None)

    async with RelayTransport(origin) as transport:
        result = await pairing.invite(
            transport,
            _identity(state, seeds),
            _around(),
            token=token,
            seconds=seconds,
            on_invite=on_invite,
            confirm=confirm,
            store_space=store,
            open_epoch_and_push=open_epoch_and_push,
        )
    if result.settled:
        await _learn_name(state)


async def _learn_name(state: JournalState) -> None:
    """Wait a little for the partner's introduction, which their side sends at the end.

    Pairing stands already; without the name by then, the next sync brings it.
    """
    try:
        async with asyncio.timeout(_NAME_S), _engine(state) as (engine, store, _):
            while state.partner is None:
                await asyncio.sleep(_NAME_POLL_S)
                await engine.sync_once()
                state.partner = await reading.partner_name(store)
    except (TimeoutError, InglenookError):
        pass


async def join(state: JournalState, text: str, confirm: Confirm) -> None:
    """The joiner's side of SPEC 16."""
    _check_not_left(state)
    if state.paired:
        raise AlreadyPairedError()
    read = pairing.read_invite(text)
    await _begin(state)
    seeds = secrets.token_bytes(64)

    async def store(genesis: Genesis, statements: list[Statement]) -> None:
        settings = {RELAY_ORIGIN: read.origin.encode(), RELAY_TOKEN: None}
        await _store_space(state, seeds, genesis, statements, settings)

    async def forget(genesis: Genesis) -> None:
        await _set_aside(state)

    async with RelayTransport(read.origin) as transport:
        result = await pairing.join(
            transport,
            read,
            _identity(state, seeds),
            _around(),
            confirm=confirm,
            store_space=store,
            forget_space=forget,
        )
    if result.settled:
        await sync_shared(state, None)


@asynccontextmanager
async def _engine(
    state: JournalState,
) -> AsyncIterator[tuple[SyncEngine, SpaceStore, RelayTransport]]:
    _check_not_left(state)
    store = state.shared
    origin = state.settings.get(RELAY_ORIGIN)
    if store is None or origin is None:
        raise NotPairedError()
    address = RelayAddress(origin.decode(), (state.settings.get(RELAY_TOKEN) or b"").decode())

    def login() -> SpaceLogin:
        return SpaceLogin(store.space_id, store.device_id, store.sign_login)

    async def ended(outcome: SyncReport | RemoteProtocolError) -> None:
        if isinstance(outcome, RemoteProtocolError):
            await store.troubled(outcome.reject)
        else:
            at = datetime.now().astimezone().isoformat(timespec="seconds")
            await store.settled(at, outcome.not_given_by_device)
            await refused.taken_again(state, "shared")
            await glance.forget_ended(state)

    async with RelayTransport(address.origin, login) as transport:
        async with refused.noting(state, "shared"):
            yield SyncEngine(store, transport, address, on_end=ended), store, transport
        await _note_clock(state, transport.relay_ahead_s)


async def _note_clock(state: JournalState, relay_ahead_s: float | None) -> None:
    if relay_ahead_s is None:
        return
    await _note_apart(state, relay_ahead_s)
    told = float(state.settings.get(RELAY_AHEAD) or 0)
    apart = round(relay_ahead_s) if abs(relay_ahead_s) >= NOTABLE_S else 0
    # Written only when it is news: it moves by a second or two each time.
    if bool(told) != bool(apart) or abs(told - apart) >= NOTABLE_S:
        await state.set({RELAY_AHEAD: b"%d" % apart if apart else None})


async def _note_apart(state: JournalState, relay_ahead_s: float) -> None:
    told = state.settings.get(RELAY_APART)
    apart_ms = round(relay_ahead_s * 1000)
    if told is None or abs(int(told) - apart_ms) >= _APART_IS_NEWS_MS:
        await state.set({RELAY_APART: b"%d" % apart_ms})


async def _see_to_practices(state: JournalState, store: SpaceStore) -> bool:
    """What follows from an exchange by itself; gives whether there is something to push."""
    await note_seen(store)
    return await open_due(state) > 0


async def _settled(state: JournalState, store: SpaceStore) -> None:
    """The relay and this device hold the same: pairing, if it was open, is done."""
    if not state.paired:
        # The name first: once paired, nothing would come back to it.
        if not await reading.is_introduced(store):
            await store.append(MemberIntroduced(state.name), now())
        # Nobody needs the root any more until the phrase is entered again (SPEC 4.1).
        await state.set({PAIRED: b"1", PAIRING_ROOT: None})
    state.partner = await reading.partner_name(store)


async def sync(
    state: JournalState,
    progress: Callable[[SyncProgress], None] | None,
    settled: Callable[[Visibility, SyncReport], None] | None = None,
) -> SyncReport:
    """One exchange of the shared journal, and then one of the private journal where a relay
    carries that. Trouble with one keeps the other from nothing; the shared one's is raised, and
    ``settled`` was told of the one that worked.
    """
    told = settled or (lambda _kind, _report: None)

    async def private() -> SyncReport | None:
        report = await private_sync.sync(state, progress)
        if report is not None:
            told("private", report)
        return report

    if not _exchanges_shared(state) and relay.private_address(state) is not None:
        return msgspec.structs.replace(NOTHING, private=await private())
    try:
        report = await sync_shared(state, progress)
    except InglenookError as error:
        with suppress(InglenookError):
            await private()
        raise error
    told("shared", report)
    return msgspec.structs.replace(report, private=await private())


def _exchanges_shared(state: JournalState) -> bool:
    return (state.shared is not None or SHARED in state.unreadable) and state.left_at is None


async def sync_shared(
    state: JournalState, progress: Callable[[SyncProgress], None] | None
) -> SyncReport:
    """One exchange; finishes a pairing that was left open."""
    async with _engine(state) as (engine, store, _):
        was_paired = state.paired
        said = set(await store.notices())
        before = await arrived(store)
        report = await engine.sync_once(progress)
        await _settled(state, store)
        hidden = max(0, (await arrived(store)).hidden - before.hidden)
        report = msgspec.structs.replace(report, received=max(0, report.received - hidden))
        if await _see_to_practices(state, store) or not was_paired:
            await engine.sync_once(progress)
        await store.audit(_AUDIT_AT_ONCE)
        report = msgspec.structs.replace(report, odd=not said.issuperset(await store.notices()))
        origin = state.settings.get(RELAY_ORIGIN)
        state.settings = await state.private.settings()
        await _forget_what_was_said_late(state, origin)
    return report


class _Elsewhere(Exception):  # noqa: N818 - no error: another process chose something else
    """The relay was changed, or the journal left, by another process."""


async def watch(state: JournalState, on_change: Callable[[], Awaitable[None]]) -> None:
    """Stay in sync until cancelled; goes along when the relay's address is changed.

    Raises ``LeftError`` once the journal is left.
    """
    seen: Arrived | None = None
    while True:
        if not _exchanges_shared(state) and relay.private_address(state) is not None:
            with suppress(_Elsewhere):
                await together(private_sync.stay(state, on_change), _chosen_elsewhere(state))
            continue
        origin = state.settings.get(RELAY_ORIGIN)
        with suppress(_Elsewhere):
            async with _engine(state) as (engine, store, transport):
                seen = seen or await arrived(store)
                if not state.paired:
                    raise LocalProtocolError(
                        "Pairing isn't finished yet.", "Run `nook sync` once first."
                    )

                async def changed(
                    store: SpaceStore = store, transport: RelayTransport = transport
                ) -> None:
                    await _note_clock(state, transport.relay_ahead_s)
                    state.partner = await reading.partner_name(store)
                    await _see_to_practices(state, store)
                    nonlocal seen
                    before, seen = seen, await arrived(store)
                    if before is None or not seen.only_hidden(before):
                        await on_change()
                    await store.audit(_AUDIT_AT_ONCE)

                async def private() -> None:
                    if relay.private_address(state) is not None:
                        await private_sync.stay(state, on_change)

                try:
                    await together(
                        together(engine.watch(changed), private()),
                        together(_chosen_elsewhere(state), _open_when_said(state, engine, changed)),
                    )
                except _Elsewhere:
                    if engine.untold:
                        await changed()
                    raise
        await _forget_what_was_said_late(state, origin)


async def _open_when_said(
    state: JournalState, engine: SyncEngine, changed: Callable[[], Awaitable[None]]
) -> None:
    """A half that was said to be ready here is opened after an exchange, if it is time."""
    while True:
        await state.said_ready.wait()
        state.said_ready.clear()
        try:
            await engine.sync_once()
        except InglenookError:
            state.said_ready.set()
            await asyncio.sleep(_SAY_AGAIN_S)  # tried again as long as the app watches
            continue
        await changed()


async def _chosen_elsewhere(state: JournalState) -> None:
    """Ends, by ``_Elsewhere``, when another process changed the relay or left the journal."""
    await state.private.changed_elsewhere()
    before = _way(state)
    state.settings = await state.private.settings()
    while _way(state) == before:
        await asyncio.sleep(POLL_S)
        if await state.private.changed_elsewhere():
            state.settings = await state.private.settings()
    raise _Elsewhere


def _way(state: JournalState) -> tuple[bytes | None, ...]:
    return tuple(state.settings.get(name) for name in _WAYS)


async def _forget_what_was_said_late(state: JournalState, origin: bytes | None) -> None:
    """An exchange that ended after the relay was changed: its answers are the old one's."""
    if state.shared is not None and state.settings.get(RELAY_ORIGIN) != origin:
        await state.shared.forget_relay()
