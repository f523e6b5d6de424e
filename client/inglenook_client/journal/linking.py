"""A second computer of one's own: the journal goes there, the phrase doesn't (SPEC 16.6).

    add    on a device that stands: an invite, five words, the passphrase anew, then both spaces
           add the new device, open an epoch for it, and are pushed
    link   on the new computer: takes the invite, and brings the journals into an empty home; or
           into a home that was linked before the pairing, and lacks the shared one

The new computer keeps nothing before it found, in what it pulled itself, that both devices stand.
Everything is made under other names first, the private journal gets its name last: whatever stops
it leaves no journal.
"""

from __future__ import annotations

import asyncio
import hmac
import random
import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from inglenook_client.core import decide
from inglenook_client.core.ports import RelayAddress, SyncProgress
from inglenook_client.journal import private_sync, reading, relay, together
from inglenook_client.journal.computers import all_computers, usual_name
from inglenook_client.journal.errors import (
    AlreadyPairedError,
    AnotherJournalError,
    LinkIncompleteError,
    LinkUnfinishedError,
    NothingToLinkError,
)
from inglenook_client.journal.state import (
    ENTROPY,
    NAME,
    PAIRED,
    PAIRING_ROOT,
    PRIVATE_RELAY,
    PRIVATE_TOKEN,
    RELAY_ORIGIN,
    RELAY_TOKEN,
    SHARED_FROM,
    SHARED_INDEX,
    JournalState,
    new_profile,
    now,
)
from inglenook_client.keyring import Unlock, open_unlock
from inglenook_client.profile import BEGINNING, PRIVATE, SHARED, Profile, beginning
from inglenook_client.store.devices import settle_known, sign_added, take_in
from inglenook_client.store.space import SpaceStore
from inglenook_client.sync import linking
from inglenook_client.sync.engine import SyncEngine
from inglenook_client.sync.mailbox_end import Confirm, OnInvite, Surroundings
from inglenook_client.sync.origin import normalise_origin
from inglenook_client.sync.ports import SpaceLogin
from inglenook_client.sync.transport import RelayTransport
from inglenook_protocol.errors import InglenookError, LocalProtocolError, Reject, TrustError
from inglenook_protocol.keys import DeviceKeys
from inglenook_protocol.kinds import DeviceNamed
from inglenook_protocol.linking import (
    LinkedSpace,
    LinkGoods,
    LinkTranscript,
    OfferedSpace,
    OwnKeys,
)
from inglenook_protocol.roster import Statement

UnlockAnew = Callable[[], Awaitable[Unlock]]
"""Ask the person once more for what unlocks the journal."""

_MAX_ROSTER: Final = "There were too many changes of devices to pass them on by an invite."
_MAX_ROSTER_STEP: Final = (
    "Keep your private journal in step through a relay: add the computer with --private-relay."
)


class Added(msgspec.Struct, frozen=True):
    """What was added on the side that stood."""

    name: str
    """Of the new computer."""
    shared: bool
    """Whether the shared journal went along."""
    private_relay: str | None
    """What keeps the private journals in step."""


class Linked(msgspec.Struct, frozen=True):
    """What came to the new computer."""

    name: str
    """The person's."""
    device: str
    """The computer's."""
    other: str
    """What the other computer is called."""
    partner: str | None
    shared: bool
    private_relay: str | None
    entries: int
    """In all journals that are here now."""


def _around() -> Surroundings:
    chance = random.SystemRandom().random
    return Surroundings(secrets.token_bytes, time.time, asyncio.sleep, chance, time.monotonic)


# ---------------------------------------------------------------------- the side that stands


async def add(
    state: JournalState,
    *,
    origin: str,
    token: str,
    private_relay: str | None,
    private_token: str | None,
    seconds: int,
    on_invite: OnInvite,
    confirm: Confirm,
    unlock_anew: UnlockAnew,
) -> Added:
    """Add a second computer of one's own; waits until it is linked.

    ``origin``, ``token``: the relay whose mailbox carries the invite. ``private_relay``: keep
    the private journal in step through this one from then on (SPEC 17.7); where that is on
    already it stays as it is. Raises the relay's and linking's errors; nothing was added then,
    ``LinkUnfinishedError`` aside.
    """
    state.check_readable(PRIVATE, SHARED)
    origin = normalise_origin(origin)
    already = relay.private_address(state)
    carried = already or (None if private_relay is None else normalise_origin(private_relay))
    goods = await _goods(state, carried)
    if not linking.fits_a_message(goods):
        raise LocalProtocolError(_MAX_ROSTER, _MAX_ROSTER_STEP)
    name = await _own_name(state)
    stores = _stores(state)

    async def sign(transcript: LinkTranscript) -> list[Statement | None]:
        await _check_unlock(state, await unlock_anew())
        return [
            await store.look(lambda conn, space, _, new=at.joiner: sign_added(space, new))  # type: ignore[misc]
            for store, at in zip(stores, transcript.spaces, strict=True)
        ]

    async def adopt(transcript: LinkTranscript, signed: list[Statement | None]) -> LinkGoods:
        try:
            await _take_in(stores, signed)
            await _name_both(state, transcript)
            if carried is not None and already is None:
                await relay.carry_private(state, carried, private_token)
            if len(transcript.spaces) > 1:
                await together.sync_shared(state, None)
            await private_sync.sync(state)
            return await _goods(state, carried)
        except InglenookError as error:
            raise LinkUnfinishedError(error) from error

    async with RelayTransport(origin) as transport:
        transcript = await linking.invite_device(
            transport,
            _around(),
            token=token,
            seconds=seconds,
            name=name,
            spaces=await _offered(state, carried),
            on_invite=on_invite,
            confirm=confirm,
            sign=sign,
            adopt=adopt,
        )
    return Added(transcript.joiner_name, len(transcript.spaces) > 1, carried)


def _stores(state: JournalState) -> list[SpaceStore]:
    """The spaces that a new computer gets, in the order of SPEC 16.6."""
    shared = state.shared if state.paired else None
    return [state.private] if shared is None else [state.private, shared]


async def _offered(state: JournalState, carried: str | None) -> list[OfferedSpace]:
    origins = [(carried or "", 0), (relay.address(state) or "", state.shared_index)]
    offered = []
    for store, (origin, index) in zip(_stores(state), origins, strict=False):
        device = await store.look(lambda conn, space, _: space.device)
        offered.append(
            OfferedSpace(
                store.genesis.encoded, store.member, index, origin, device.sign, device.kem
            )
        )
    return offered


async def _goods(state: JournalState, carried: str | None) -> LinkGoods:
    tokens = [(state.settings.get(name) or b"").decode() for name in (PRIVATE_TOKEN, RELAY_TOKEN)]
    roster: list[Statement] = []
    if carried is None:
        roster = await state.private.look(lambda conn, space, _: space.book.roster_statements())
    return LinkGoods(state.name, tokens[: len(_stores(state))], roster)


async def _check_unlock(state: JournalState, unlock: Unlock) -> None:
    key = await asyncio.to_thread(open_unlock, state.profile.home, unlock)
    if not hmac.compare_digest(key, state.profile.master_key):
        raise LocalProtocolError(
            "Another journal stands in this folder by now.", "Begin again: nook device add"
        )


async def _take_in(stores: list[SpaceStore], signed: list[Statement | None]) -> None:
    for store, statement in zip(stores, signed, strict=True):
        await store.change_devices(
            lambda conn, space, ms, one=statement: take_in(conn, space, one, ENTROPY, ms)  # type: ignore[misc]
        )


async def _own_name(state: JournalState) -> str:
    computers = await all_computers(state)
    return next((one.name for one in computers if one.this and one.name), None) or usual_name()


async def _name_both(state: JournalState, transcript: LinkTranscript) -> None:
    for naming in _namings(transcript):
        await state.private.append(naming, now())


def _namings(transcript: LinkTranscript) -> list[DeviceNamed]:
    private, *shared = transcript.spaces
    return [
        DeviceNamed(
            private.inviter.id, shared[0].inviter.id if shared else None, transcript.inviter_name
        ),
        DeviceNamed(
            private.joiner.id, shared[0].joiner.id if shared else None, transcript.joiner_name
        ),
    ]


# ---------------------------------------------------------------------- the new computer


def read_invite(text: str) -> str:
    """Check an invite before anything is asked; gives its relay. Raises as ``link``."""
    return linking.read_device_invite(text).origin


async def link(
    home: Path,
    unlock: Unlock,
    text: str,
    *,
    device: str,
    confirm: Confirm,
    progress: Callable[[SyncProgress], None] | None = None,
) -> Linked:
    """Bring one's journals to a computer that has none, with an invite of ``add``.

    ``device``: what this computer is called. Raises what an invite and linking raise,
    ``LinkIncompleteError``, ``ProfileExistsError``, and what a start raises; nothing is kept
    here then.
    """
    read = linking.read_device_invite(text)
    device = decide.check_name(device)
    seeds = [secrets.token_bytes(64), secrets.token_bytes(64)]
    async with new_profile(home, unlock) as profile:
        async with RelayTransport(read.origin) as transport:
            got = await linking.link_device(
                transport,
                read,
                _around(),
                name=device,
                devices=[_public(DeviceKeys(seed)) for seed in seeds],
                confirm=confirm,
                check=lambda transcript: None,
            )
        try:
            return await _bring(profile, got, seeds, progress)
        except InglenookError as error:
            raise LinkIncompleteError(error) from error


def _public(keys: DeviceKeys) -> OwnKeys:
    return OwnKeys(keys.sign.public, keys.kem.public)


async def _bring(
    profile: Profile,
    got: linking.Linked,
    seeds: list[bytes],
    progress: Callable[[SyncProgress], None] | None,
) -> Linked:
    private, *shared = got.transcript.spaces
    entries, partner = 0, None
    settings = _settings(got)
    if shared:
        store = await _make(profile, beginning(0), SHARED, shared[0], seeds[1], [])
        try:
            await _fill(store, shared[0], got.goods.tokens[1], progress)
            entries = (await store.overview()).entries
            partner = await reading.partner_name(store)
        finally:
            await store.close()
    own = [] if got.statements[0] is None else [got.statements[0]]
    given = [] if private.origin else [*got.goods.statements, *own]
    store = await _make(profile, BEGINNING, PRIVATE, private, seeds[0], given)
    try:
        await _fill(store, private, got.goods.tokens[0], progress)
        if not private.origin:
            for naming in _namings(got.transcript):
                await store.append(naming, now())
        await store.put_settings({NAME: got.goods.name.encode(), **settings})
        entries += (await store.overview()).entries
    finally:
        await store.close()
    if shared:
        profile.put_in_place(beginning(0), SHARED)
    profile.put_in_place(BEGINNING, PRIVATE)
    return _linked(got, partner, entries)


def _linked(got: linking.Linked, partner: str | None, entries: int) -> Linked:
    transcript = got.transcript
    return Linked(
        got.goods.name,
        transcript.joiner_name,
        transcript.inviter_name,
        partner,
        len(transcript.spaces) > 1,
        transcript.spaces[0].origin or None,
        entries,
    )


def _settings(got: linking.Linked) -> dict[str, bytes | None]:
    private, *shared = got.transcript.spaces
    settings: dict[str, bytes | None] = {}
    if private.origin:
        settings |= {
            PRIVATE_RELAY: private.origin.encode(),
            PRIVATE_TOKEN: got.goods.tokens[0].encode() or None,
        }
    if shared:
        index = b"%d" % shared[0].index
        settings |= {
            RELAY_ORIGIN: shared[0].origin.encode(),
            RELAY_TOKEN: got.goods.tokens[1].encode() or None,
            SHARED_INDEX: index,
            SHARED_FROM: index,
            PAIRED: b"1",
            PAIRING_ROOT: None,
        }
    return settings


async def _make(
    profile: Profile,
    temporary: str,
    space: str,
    linked: LinkedSpace,
    seeds: bytes,
    statements: list[Statement],
) -> SpaceStore:
    profile.clear(temporary)
    return await SpaceStore.create(
        profile.path(temporary),
        profile.key(space),
        genesis=linked.genesis,
        member=linked.member,
        seeds=seeds,
        statements=statements,
        entropy=ENTROPY,
    )


async def _fill(
    store: SpaceStore,
    space: LinkedSpace,
    token: str,
    progress: Callable[[SyncProgress], None] | None,
) -> None:
    """Pull, where the space is at a relay, and see that both devices stand."""
    if space.origin:
        origin = normalise_origin(space.origin)
        login = SpaceLogin(store.space_id, store.device_id, store.sign_login)
        async with RelayTransport(origin, login) as transport:
            engine = SyncEngine(store, transport, RelayAddress(origin, token))
            await engine.sync_once(progress)
    standing = (await store.overview()).roster.standing
    if not {space.inviter.id, space.joiner.id} <= standing:
        raise TrustError(
            Reject.BAD_STATEMENT,
            "One of your two computers is not part of the journal, as the relay tells it.",
        )
    await store.change_devices(lambda conn, state, _: settle_known(conn, state))
    if space.origin:
        await store.settled(datetime.now().astimezone().isoformat(timespec="seconds"))


async def link_shared(
    state: JournalState,
    text: str,
    *,
    confirm: Confirm,
    progress: Callable[[SyncProgress], None] | None = None,
) -> Linked:
    """On a computer that was linked before the pairing: bring the shared journal too.

    Raises as ``link``, with ``AnotherJournalError`` and ``NothingToLinkError``.
    """
    read = linking.read_device_invite(text)
    state.check_readable(PRIVATE, SHARED)
    if state.paired or state.shared is not None or state.left_at is not None:
        raise AlreadyPairedError()
    device = await state.private.look(lambda conn, space, _: space.device)
    seeds = secrets.token_bytes(64)

    def check(transcript: LinkTranscript) -> None:
        if transcript.spaces[0].genesis != state.private.genesis:
            raise AnotherJournalError()
        if len(transcript.spaces) == 1:
            raise NothingToLinkError()

    async with RelayTransport(read.origin) as transport:
        got = await linking.link_device(
            transport,
            read,
            _around(),
            name=await _own_name(state),
            devices=[OwnKeys(device.sign, device.kem), _public(DeviceKeys(seeds))],
            confirm=confirm,
            check=check,
        )
    space = got.transcript.spaces[1]
    profile, temporary = state.profile, beginning(0)
    try:
        store = await _make(profile, temporary, SHARED, space, seeds, [])
        try:
            await _fill(store, space, got.goods.tokens[1], progress)
            entries = (await store.overview()).entries
            partner = await reading.partner_name(store)
        finally:
            await store.close()
        settings = _settings(got)
        if relay.private_address(state) is not None:
            settings.pop(PRIVATE_RELAY, None)
            settings.pop(PRIVATE_TOKEN, None)
        # The mark last: cut off before it, the next sync finishes as it does a pairing.
        await state.set({name: value for name, value in settings.items() if name != PAIRED})
        profile.put_in_place(temporary, SHARED)
        await state.set({PAIRED: b"1"})
    except InglenookError as error:
        raise LinkIncompleteError(error) from error
    state.shared = await SpaceStore.open(profile.path(SHARED), profile.key(SHARED), entropy=ENTROPY)
    state.partner = partner
    if not got.transcript.spaces[0].origin:
        await _name_both(state, got.transcript)
    return _linked(got, partner, entries)
