"""A journal from the phrase and a relay, on a machine that has nothing (SPEC 17.2).

    find      the spaces of the phrase's roots at the relay, the private one and, index after
              index, the shared ones
    pull      each into a new database, as a new device that the root adds
    open      the keys that are wrapped for the phrase, and with them the entries
    retire    the devices that are gone, and an epoch for those that stand
    place     the files under their names, the private one last

Everything is made under other names first. Whatever stops it leaves no journal; the same command
begins again, and retires what it added before.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from inglenook_client.core import decide
from inglenook_client.core.ports import RelayAddress, SyncProgress
from inglenook_client.journal import reading
from inglenook_client.journal.errors import NothingToRecoverError, PhraseDoesNotHoldError
from inglenook_client.journal.phrases import entropy_of
from inglenook_client.journal.state import (
    ENTROPY,
    LEFT,
    NAME,
    PAIRED,
    PAIRING_ROOT,
    PHRASE_CHECKED,
    PRIVATE_RELAY,
    RELAY_ORIGIN,
    SHARED_INDEX,
    begin_private,
    new_profile,
    of_earlier,
)
from inglenook_client.keyring import Unlock
from inglenook_client.profile import BEGINNING, PRIVATE, SHARED, Profile, beginning, earlier
from inglenook_client.store import queries
from inglenook_client.store.devices import settle_known
from inglenook_client.store.recovering import (
    has_added,
    open_keys,
    retire_others,
    was_paired_by,
)
from inglenook_client.store.space import SpaceStore
from inglenook_client.sync.engine import SyncEngine
from inglenook_client.sync.origin import normalise_origin
from inglenook_client.sync.ports import SpaceLogin
from inglenook_client.sync.transport import RelayTransport
from inglenook_protocol.codec import encode
from inglenook_protocol.errors import RemoteProtocolError
from inglenook_protocol.genesis import Genesis
from inglenook_protocol.keys import DeviceKeys, RootKeys, private_genesis
from inglenook_protocol.login import sign_login
from inglenook_protocol.messages import PullRequest, decode_page
from inglenook_protocol.roster import StatementBook, added, sign_statement

_MOST: Final = 64
"""Shared journals of one phrase that are looked for."""


class Recovered(msgspec.Struct, frozen=True):
    """What came back."""

    name: str
    partner: str | None
    entries: int
    retired: int
    """Own devices that were removed: those of the machines that are gone."""
    earlier: int
    """Shared journals before the present one."""
    shared: bool
    """Whether there is a shared journal."""
    private: bool
    """Whether the private journal came back too; else it begins anew."""


@dataclass
class _Found:
    root: RootKeys
    genesis: Genesis


async def recover(
    home: Path,
    unlock: Unlock,
    words: list[str],
    relay: str,
    *,
    private_relay: str | None = None,
    name: str | None = None,
    keep_devices: bool = False,
    progress: Callable[[SyncProgress], None] | None = None,
) -> Recovered:
    """Bring one's journals back from the 24 words and a relay, in an empty home.

    ``private_relay``: where the private journal is, if not at the same one. One that was at no
    relay begins anew. ``name``: how the person is called, where the journal does not say.
    ``keep_devices``: other own devices are not gone and go on standing.

    Raises ``LocalProtocolError`` for a word that is none, ``PhraseDoesNotHoldError``,
    ``RelayAddressError``, the errors of a relay, ``NothingToRecoverError``,
    ``ProfileExistsError``, and what a start raises. Nothing stands here then.
    """
    entropy = entropy_of(words)
    if entropy is None:
        raise PhraseDoesNotHoldError()
    origin = normalise_origin(relay)
    private_origin = origin if private_relay is None else normalise_origin(private_relay)
    if name is not None:
        name = decide.check_name(name)
    async with RelayTransport(origin) as transport:
        found = await _find(transport, entropy)
    async with RelayTransport(private_origin) as transport:
        private = await _find_private(transport, entropy)
    if private is None and private_relay is not None:
        raise NothingToRecoverError(private_origin)
    if not found and private is None:
        raise NothingToRecoverError(origin)
    async with new_profile(home, unlock) as profile:
        made: list[tuple[str, str]] = []
        entries = retired = 0
        partner = None
        for index, space in enumerate(found):
            last = index == len(found) - 1
            temporary = beginning(index)
            store = await _make(profile, temporary, SHARED, space)
            try:
                gone = await _fill(
                    store, space.root, origin, progress, keep=keep_devices or not last
                )
                if last:
                    retired = len(gone)
                    entries = (await store.overview()).entries
                    partner = await reading.partner_name(store)
                    name = name or await reading.own_name(store)
            finally:
                await store.close()
            made.append((temporary, SHARED if last else earlier(index)))
        settings = _settings(entropy, origin, len(found))
        if private is None:
            await begin_private(profile, entropy, name or "Me", settings)
        else:
            settings[PRIVATE_RELAY] = private_origin.encode()
            store = await _make(profile, BEGINNING, PRIVATE, private)
            try:
                gone = await _fill(store, private.root, private_origin, progress, keep=keep_devices)
                retired = max(retired, len(gone))
                entries += (await store.overview()).entries
                name = name or await reading.own_name(store)
                settings[NAME] = (name or "Me").encode()
                if any(n.shared is not None for n in await store.query(queries.device_names)):
                    # It was paired, at another relay: its root must not pair a second time.
                    settings[PAIRING_ROOT] = None
                await store.put_settings(settings)
            finally:
                await store.close()
        for temporary, place in made:
            profile.put_in_place(temporary, place)
        profile.put_in_place(BEGINNING, PRIVATE)
    return Recovered(
        name or "Me",
        partner,
        entries,
        retired,
        max(0, len(found) - 1),
        bool(found),
        private is not None,
    )


def _settings(entropy: bytes, origin: str, shared: int) -> dict[str, bytes | None]:
    settings: dict[str, bytes | None] = {PHRASE_CHECKED: b"1"}
    if not shared:
        # Never paired, as far as the relay knows: with what pairs it, as at its start.
        return settings | {PAIRING_ROOT: RootKeys(entropy, "shared").export()}
    now = datetime.now().astimezone().isoformat(timespec="seconds").encode()
    return settings | {
        RELAY_ORIGIN: origin.encode(),
        PAIRED: b"1",
        SHARED_INDEX: str(shared - 1).encode(),
        **{of_earlier(LEFT, index): now for index in range(shared - 1)},
    }


async def _find(transport: RelayTransport, entropy: bytes) -> list[_Found]:
    found: list[_Found] = []
    for index in range(_MOST):
        root = await asyncio.to_thread(RootKeys, entropy, "shared", index)
        spaces = [Genesis(encoded) for encoded in await transport.find(root)]
        mine = [genesis for genesis in spaces if root.member_id in genesis.root_by_member]
        if not mine:
            break
        found.append(_Found(root, await _the_real_one(transport.origin, root, mine)))
    return found


async def _the_real_one(origin: str, root: RootKeys, spaces: list[Genesis]) -> Genesis:
    """The space of these in which the root added a device (SPEC 17.2).

    Whoever knows the root's public keys, the partner first of all, can have a relay hold others
    around them. So nothing is signed for a space before its statements were read; the root
    itself logs in. Raises ``NothingToRecoverError``.
    """
    for genesis in spaces:
        space_id = genesis.space_id

        def sign(at: str, nonce: bytes, space_id: bytes = space_id) -> bytes:
            return sign_login(root.sign, at, space_id, root.member_id, nonce)

        login = SpaceLogin(space_id, root.member_id, sign)
        asked = encode(PullRequest([], bytes(32), bytes(32), 0))
        async with RelayTransport(origin, login) as transport:
            page = decode_page(await transport.pull(asked))
        book = StatementBook(genesis)
        try:
            book.add(page.statements)
        except RemoteProtocolError:
            continue
        if has_added(book, root.member_id):
            return genesis
    raise NothingToRecoverError(origin)


async def _find_private(transport: RelayTransport, entropy: bytes) -> _Found | None:
    """The private space, which is a function of the phrase (SPEC 4.3)."""
    root = await asyncio.to_thread(RootKeys, entropy, "private")
    genesis = private_genesis(entropy)
    there = genesis.encoded in await transport.find(root)
    return _Found(root, genesis) if there else None


async def _make(profile: Profile, temporary: str, name: str, space: _Found) -> SpaceStore:
    seeds = secrets.token_bytes(64)
    device = DeviceKeys(seeds).info(space.genesis.space_id, space.root.member_id)
    addition = added(space.genesis.space_id, device, space.root.member_id)
    return await SpaceStore.create(
        profile.path(temporary),
        profile.key(name),
        genesis=space.genesis,
        member=space.root.member_id,
        seeds=seeds,
        statements=[sign_statement(space.root.sign, addition)],
        entropy=ENTROPY,
    )


async def _fill(
    store: SpaceStore,
    root: RootKeys,
    origin: str,
    progress: Callable[[SyncProgress], None] | None,
    *,
    keep: bool,
) -> list[bytes]:
    login = SpaceLogin(store.space_id, store.device_id, store.sign_login)
    async with RelayTransport(origin, login) as transport:
        engine = SyncEngine(store, transport, RelayAddress(origin, ""))
        await engine.sync_once(progress)
        if not await store.with_root(lambda conn, state, _: was_paired_by(state, root)):
            raise NothingToRecoverError(origin)
        await store.with_root(lambda conn, state, ms: open_keys(conn, state, root, ms))
        retired: list[bytes] = []
        if not keep:
            retired = await store.with_root(
                lambda conn, state, ms: retire_others(conn, state, root, ENTROPY, ms)
            )
            await engine.sync_once(progress)
        await store.change_devices(lambda conn, state, _: settle_known(conn, state))
        await store.settled(datetime.now().astimezone().isoformat(timespec="seconds"))
    return retired
