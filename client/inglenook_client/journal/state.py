"""What an open journal is made of: a profile, one or two stores, small settings.

The facade and what needs the network share it; faces never see it.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from inglenook_client.core import decide
from inglenook_client.journal import reading
from inglenook_client.journal.errors import PartMissingError
from inglenook_client.keyring import (
    NoProfileError,
    ProfileExistsError,
    Unlock,
    create_unlock,
    open_unlock,
)
from inglenook_client.profile import BEGINNING, PRIVATE, SHARED, Profile, earlier, never_begun
from inglenook_client.store.appending import Entropy, Moment
from inglenook_client.store.errors import (
    DatabaseDamagedError,
    DatabaseNotFoundError,
    WrongKeyError,
)
from inglenook_client.store.space import SpaceStore
from inglenook_protocol.keys import DeviceKeys, RootKeys, hpke_wrap, private_genesis
from inglenook_protocol.kinds import MemberIntroduced
from inglenook_protocol.roster import added, sign_statement

ENTROPY: Final = Entropy(secrets.token_bytes, hpke_wrap)

# Small values kept in the private space's database.
NAME: Final = "name"
PHRASE_CHECKED: Final = "phrase_checked"
PAIRING_ROOT: Final = "pairing_root"
RELAY_ORIGIN: Final = "relay_origin"
RELAY_TOKEN: Final = "relay_token"  # noqa: S105 - a setting's name, not a token
RELAY_MOVED: Final = "relay_moved"
"""When the relay's address was changed, ISO 8601."""
PAIRED: Final = "paired"
LEFT: Final = "left"
"""When this device left the shared journal, ISO 8601 (SPEC 17.3)."""
SHARED_INDEX: Final = "shared_index"
"""The index of the shared journal's roots (SPEC 4.1); those before it are earlier journals."""


def of_earlier(name: str, index: int) -> str:
    """The setting that keeps what ``name`` was for an earlier shared journal."""
    return f"{name}_{index}"


def now() -> Moment:
    """The wall clock and this place's offset from UTC."""
    offset = datetime.now().astimezone().utcoffset()
    minutes = 0 if offset is None else int(offset.total_seconds() // 60)
    return Moment(time.time_ns() // 1_000_000, minutes)


def today() -> str:
    """The date where the writer is."""
    return datetime.now().astimezone().date().isoformat()


@dataclass
class JournalState:
    """An open journal's parts."""

    profile: Profile
    private: SpaceStore
    shared: SpaceStore | None
    settings: dict[str, bytes | None]
    partner: str | None
    earlier: list[SpaceStore] = field(default_factory=list)
    """Shared journals that were left before the present one, by their index."""

    @property
    def name(self) -> str:
        """How this person is called."""
        return (self.settings.get(NAME) or b"").decode()

    @property
    def paired(self) -> bool:
        """Whether the shared journal stands on both sides, and this device is part of it."""
        left = self.left_at is not None
        return self.shared is not None and bool(self.settings.get(PAIRED)) and not left

    @property
    def left_at(self) -> str | None:
        """When this device left the shared journal; None if it has not."""
        at = self.settings.get(LEFT)
        return None if at is None else at.decode()

    @property
    def shared_index(self) -> int:
        """The index of the shared journal's roots (SPEC 4.1)."""
        return int(self.settings.get(SHARED_INDEX) or 0)

    def left_when(self, store: SpaceStore) -> str | None:
        """Since when nothing is exchanged for a store any more; None if it never was left."""
        if store in self.earlier:
            at = self.settings.get(of_earlier(LEFT, self.earlier.index(store)))
            return (at or b"").decode()
        return self.left_at if store is self.shared else None

    async def set(self, values: dict[str, bytes | None]) -> None:
        """Keep small values; None removes one."""
        await self.private.put_settings(values)
        self.settings.update(values)

    async def close(self) -> None:
        """Close the databases. May be called twice."""
        for store in (self.private, self.shared, *self.earlier):
            if store is not None:
                await store.close()


async def create_state(home: Path, unlock: Unlock, name: str) -> tuple[JournalState, bytes]:
    """Start a journal; gives the phrase's 32 bytes of entropy, which are not kept.

    Raises ``ProfileExistsError``, the keyring's errors, ``StoreError`` kinds, and
    ``LocalProtocolError`` for a name that can't be one.
    """
    name = decide.check_words(name, "letters in the name")
    profile = Profile(home, await asyncio.to_thread(_first_key, home, unlock))
    entropy = secrets.token_bytes(32)
    root = RootKeys(entropy, "private")
    genesis = private_genesis(entropy)
    seeds = secrets.token_bytes(64)
    device = DeviceKeys(seeds).info(genesis.space_id, root.member_id)
    statement = sign_statement(root.sign, added(genesis.space_id, device, root.member_id))
    settings: dict[str, bytes | None] = {
        NAME: name.encode(),
        PAIRING_ROOT: RootKeys(entropy, "shared").export(),
    }
    # Made whole under another name first: whatever cuts this off, it can be begun again.
    profile.clear(BEGINNING)
    private = await SpaceStore.create(
        profile.path(BEGINNING),
        profile.key(PRIVATE),
        genesis=genesis,
        member=root.member_id,
        seeds=seeds,
        statements=[statement],
        entropy=ENTROPY,
    )
    try:
        await private.append(MemberIntroduced(name), now())
        await private.put_settings(settings)
    finally:
        await private.close()
    profile.put_in_place(BEGINNING, PRIVATE)
    private = await _open_private(profile)
    return JournalState(profile, private, None, settings, None), entropy


def _first_key(home: Path, unlock: Unlock) -> bytes:
    """The master key of a journal that begins now."""
    file = home / "unlock.json"
    if file.exists():
        if not never_begun(home):
            raise ProfileExistsError()
        if any((home / "drafts").glob("*")):
            # A start that was cut off, and words kept since: they are sealed to its key.
            return open_unlock(home, unlock)
        file.unlink()
    return create_unlock(home, unlock)


async def _open_private(profile: Profile) -> SpaceStore:
    try:
        return await SpaceStore.open(profile.path(PRIVATE), profile.key(PRIVATE), entropy=ENTROPY)
    except DatabaseNotFoundError:
        if never_begun(profile.home):
            raise NoProfileError() from None
        raise PartMissingError() from None
    except WrongKeyError as error:
        raise _not_ours(error) from error


async def _open_shared(profile: Profile, state: JournalState) -> SpaceStore | None:
    paired = bool(state.settings.get(PAIRED))
    path = profile.path(SHARED)
    if not path.exists() and state.left_at is not None:
        # Beginning anew was cut off between the file's new name and the marks.
        path = profile.path(earlier(state.shared_index))
    if not path.exists():
        if paired:
            raise PartMissingError()
        return None
    try:
        return await SpaceStore.open(path, profile.key(SHARED), entropy=ENTROPY)
    except DatabaseNotFoundError:
        if paired:
            raise PartMissingError() from None
        # A pairing that was stopped while it made the file left nothing: as if there was none.
        return None
    except WrongKeyError as error:
        raise _not_ours(error) from error


async def open_earlier(
    profile: Profile, settings: dict[str, bytes | None], opened: list[SpaceStore]
) -> list[SpaceStore]:
    """All shared journals before the present one; ``opened`` are the first of them, and grow.

    Raises as ``open_state``.
    """
    for index in range(len(opened), int(settings.get(SHARED_INDEX) or 0)):
        path = profile.path(earlier(index))
        if not path.exists():
            raise PartMissingError()
        try:
            opened.append(await SpaceStore.open(path, profile.key(SHARED), entropy=ENTROPY))
        except DatabaseNotFoundError:
            raise PartMissingError() from None
        except WrongKeyError as error:
            raise _not_ours(error) from error
    return opened


def _not_ours(error: WrongKeyError) -> DatabaseDamagedError:
    # The profile is unlocked, so it is not the person's key that is wrong: it is the file.
    return DatabaseDamagedError(error.detail or "not a file of this profile")


async def open_state(home: Path, unlock: Unlock) -> JournalState:
    """Raises ``NoProfileError``, ``WrongPassphraseError``, ``UnlockNeededError`` and the
    ``StoreError`` kinds."""
    profile = Profile(home, await asyncio.to_thread(open_unlock, home, unlock))
    private = await _open_private(profile)
    state = JournalState(profile, private, None, {}, None)
    try:
        state.settings = await private.settings()
        state.shared = await _open_shared(profile, state)
        state.earlier = await open_earlier(profile, state.settings, state.earlier)
        if state.shared is not None:
            state.partner = await reading.partner_name(state.shared)
    except BaseException:
        await state.close()
        raise
    return state
