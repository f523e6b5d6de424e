"""What an open journal is made of: a profile, one or two stores, small settings.

The facade and what needs the network share it; faces never see it.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from inglenook_client.core import decide
from inglenook_client.core.model import Visibility
from inglenook_client.journal import reading
from inglenook_client.journal.errors import (
    JournalUnreadableError,
    NoSuchEntryError,
    PartMissingError,
)
from inglenook_client.keyring import (
    NoProfileError,
    ProfileExistsError,
    ProfileStorageError,
    Unlock,
    create_unlock,
    files,
    open_unlock,
)
from inglenook_client.profile import (
    BEGINNING,
    PRIVATE,
    SHARED,
    Profile,
    database_path,
    earlier,
    never_begun,
)
from inglenook_client.store.appending import Entropy, Moment
from inglenook_client.store.errors import (
    DatabaseDamagedError,
    DatabaseNotFoundError,
    DiskError,
    WrongKeyError,
)
from inglenook_client.store.locking import alone_with
from inglenook_client.store.queries import Row
from inglenook_client.store.space import SpaceStore
from inglenook_protocol.keys import DeviceKeys, RootKeys, hpke_wrap, private_genesis
from inglenook_protocol.kinds import MemberIntroduced
from inglenook_protocol.roster import added, sign_statement

T = TypeVar("T")

ENTROPY: Final = Entropy(secrets.token_bytes, hpke_wrap)

# Small values kept in the private space's database.
NAME: Final = "name"
PHRASE_CHECKED: Final = "phrase_checked"
PAIRING_ROOT: Final = "pairing_root"
RELAY_ORIGIN: Final = "relay_origin"
RELAY_TOKEN: Final = "relay_token"  # noqa: S105 - a setting's name, not a token
RELAY_AHEAD: Final = "relay_ahead"
"""By how many seconds the relay's clock is ahead of this device's; unset if not notably."""
RELAY_APART: Final = "relay_apart"
"""By how many milliseconds the relay's clock was ahead at the last exchange, to a few seconds."""
RELAY_MOVED: Final = "relay_moved"
"""When the relay's address was changed, ISO 8601."""
PAIRED: Final = "paired"
LEFT: Final = "left"
"""When this device left the shared journal, ISO 8601 (SPEC 17.3)."""
SHARED_INDEX: Final = "shared_index"
"""The index of the shared journal's roots (SPEC 4.1); those before it are earlier journals."""

SHARED_FROM: Final = "shared_from"
"""The index of the first shared journal that was ever here; a linked device has none before."""
PRIVATE_RELAY: Final = "private_relay"
"""Origin of the relay that carries the private journal; unset while it stays here."""
PRIVATE_TOKEN: Final = "private_token"  # noqa: S105 - a setting's name, not a token


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
    opened_private: SpaceStore | None
    shared: SpaceStore | None
    settings: dict[str, bytes | None]
    partner: str | None
    earlier: dict[int, SpaceStore] = field(default_factory=dict)
    """Shared journals that were left before the present one, by their index."""
    said_ready: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when this process said that a half is ready: whoever watches sees to the rest."""
    unreadable: dict[str, JournalUnreadableError] = field(default_factory=dict)
    """What can't be read, by the name of its file: each journal opens by itself."""

    @property
    def private(self) -> SpaceStore:
        """The private journal. Raises ``JournalUnreadableError``."""
        self.check_readable(PRIVATE)
        if self.opened_private is None:
            raise PartMissingError()
        return self.opened_private

    def check_readable(self, *spaces: str) -> None:
        """Raises ``JournalUnreadableError`` of the first of these that can't be read; of all, if
        none is named."""
        for space, error in self.unreadable.items():
            if space in spaces or not spaces:
                raise error

    def stores(self) -> list[tuple[SpaceStore, Visibility]]:
        """Every journal that is open and can be read, the private one first."""
        spaces: list[tuple[str, SpaceStore | None, Visibility]] = [
            (PRIVATE, self.opened_private, "private"),
            (SHARED, self.shared, "shared"),
        ]
        spaces += [(earlier(i), s, "shared") for i, s in sorted(self.earlier.items(), reverse=True)]
        return [
            (store, visibility)
            for space, store, visibility in spaces
            if store is not None and space not in self.unreadable
        ]

    async def read(
        self,
        read: Callable[[list[tuple[SpaceStore, Visibility]]], Awaitable[T]],
        visibility: Visibility | None = None,
    ) -> T:
        """What ``read`` finds in all journals, or those of one kind; damage that shows in one of
        them leaves that one out. Raises ``JournalUnreadableError`` when none is left."""
        while True:
            stores = [(s, v) for s, v in self.stores() if visibility in (None, v)]
            if not stores:
                self.check_readable(*([PRIVATE] if visibility == "private" else []))
            try:
                return await read(stores)
            except (DatabaseDamagedError, DiskError) as error:
                space = error.file.removesuffix(".db")
                if space not in self._names() or space in self.unreadable:
                    raise
                self.unreadable[space] = JournalUnreadableError(space, error)

    async def find(self, entry: str) -> tuple[SpaceStore, Row]:
        """The one entity whose id begins like that, in any journal that can be read.

        Raises ``NoSuchEntryError``, ``AmbiguousEntryError``, and ``JournalUnreadableError`` for
        one that may be in a journal that can't be read.
        """
        try:
            return await self.read(lambda stores: reading.find([s for s, _ in stores], entry))
        except NoSuchEntryError:
            self.check_readable()
            raise

    @contextmanager
    def apart(self, space: str) -> Iterator[None]:
        """Damage that shows inside is kept in ``unreadable``, and hinders nothing else."""
        try:
            yield
        except (DatabaseDamagedError, DiskError, PartMissingError) as error:
            self.unreadable[space] = JournalUnreadableError(space, error)

    def _names(self) -> set[str]:
        return {PRIVATE, SHARED, *(earlier(index) for index in self.earlier)}

    @property
    def name(self) -> str:
        """How this person is called."""
        return (self.settings.get(NAME) or b"").decode()

    @property
    def paired(self) -> bool:
        """Whether the shared journal stands on both sides, and this device is part of it."""
        left = self.left_at is not None
        there = self.shared is not None or SHARED in self.unreadable
        return there and bool(self.settings.get(PAIRED)) and not left

    @property
    def left_at(self) -> str | None:
        """When this device left the shared journal; None if it has not."""
        at = self.settings.get(LEFT)
        return None if at is None else at.decode()

    @property
    def shared_index(self) -> int:
        """The index of the shared journal's roots (SPEC 4.1)."""
        return int(self.settings.get(SHARED_INDEX) or 0)

    @property
    def first_shared_index(self) -> int:
        """The index of the first shared journal that was ever here."""
        return int(self.settings.get(SHARED_FROM) or 0)

    def left_when(self, store: SpaceStore) -> str | None:
        """Since when nothing is exchanged for a store any more; None if it never was left."""
        for index, other in self.earlier.items():
            if store is other:
                return (self.settings.get(of_earlier(LEFT, index)) or b"").decode()
        return self.left_at if store is self.shared else None

    async def set(self, values: dict[str, bytes | None]) -> None:
        """Keep small values; None removes one."""
        await self.private.put_settings(values)
        self.settings.update(values)

    async def close(self) -> None:
        """Close the databases. May be called twice."""
        for store in (self.opened_private, self.shared, *self.earlier.values()):
            if store is not None:
                await store.close()


async def create_state(
    home: Path,
    unlock: Unlock,
    name: str,
    show: Callable[[bytes], Awaitable[None]] | None = None,
) -> tuple[JournalState, bytes]:
    """Start a journal; gives the phrase's 32 bytes of entropy, which are not kept.

    ``show`` gets them before the journal stands: whatever cuts a start off, there is never a
    journal whose phrase nobody has seen.

    Raises ``DatabaseBusyError`` while another start is under way here,
    ``ProfileExistsError``, the keyring's errors, ``StoreError`` kinds, and
    ``LocalProtocolError`` for a name that can't be one.
    """
    name = decide.check_name(name)
    async with new_profile(home, unlock) as profile:
        entropy = secrets.token_bytes(32)
        first = {PAIRING_ROOT: RootKeys(entropy, "shared").export()}
        await begin_private(profile, entropy, name, first)
        if show is not None:
            await show(entropy)
        profile.put_in_place(BEGINNING, PRIVATE)
    private = await _open_private(profile)
    return JournalState(profile, private, None, await private.settings(), None), entropy


@asynccontextmanager
async def new_profile(home: Path, unlock: Unlock) -> AsyncIterator[Profile]:
    """A profile in a home where no journal stands yet. Raises as ``create_state``."""
    files.private_folder(home)
    # Two starts at once would each make a key, and only one of them opens what then stands.
    with _only_start(home):
        profile = Profile(home, await asyncio.to_thread(_first_key, home, unlock))
        # Made whole under another name first: whatever cuts this off, it can be begun again.
        profile.clear_beginnings()
        yield profile


async def begin_private(
    profile: Profile, entropy: bytes, name: str, settings: Mapping[str, bytes | None]
) -> None:
    """Make the private journal of a phrase, under the name that it has before it stands."""
    root = RootKeys(entropy, "private")
    genesis = private_genesis(entropy)
    seeds = secrets.token_bytes(64)
    device = DeviceKeys(seeds).info(genesis.space_id, root.member_id)
    statement = sign_statement(root.sign, added(genesis.space_id, device, root.member_id))
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
        await private.put_settings({NAME: name.encode(), **settings})
    finally:
        await private.close()


@contextmanager
def _only_start(home: Path) -> Iterator[None]:
    try:
        with alone_with(database_path(home, PRIVATE)):
            try:
                yield
            finally:
                if not (home / "unlock.json").exists():  # it came to nothing: leave nothing
                    files.remove(home.glob("private.db.lock"))
    except OSError as error:
        raise ProfileStorageError() from error


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


async def open_earlier(state: JournalState) -> None:
    """Open all shared journals before the present one that are not open yet."""
    for index in range(state.first_shared_index, state.shared_index):
        if index in state.earlier:
            continue
        with state.apart(earlier(index)):
            state.earlier[index] = await _open_one_earlier(state.profile, index)


async def _open_one_earlier(profile: Profile, index: int) -> SpaceStore:
    path = profile.path(earlier(index))
    if not path.exists():
        raise PartMissingError()
    try:
        return await SpaceStore.open(path, profile.key(SHARED), entropy=ENTROPY)
    except DatabaseNotFoundError:
        raise PartMissingError() from None
    except WrongKeyError as error:
        raise _not_ours(error) from error


def _not_ours(error: WrongKeyError) -> DatabaseDamagedError:
    # The profile is unlocked, so it is not the person's key that is wrong: it is the file.
    return DatabaseDamagedError(error.detail or "not a file of this profile")


async def open_state(home: Path, unlock: Unlock) -> JournalState:
    """Open each journal by itself: what can't be read is in ``unreadable``.

    Raises ``NoProfileError``, ``WrongPassphraseError``, ``UnlockNeededError`` and, when no
    journal can be read, the ``StoreError`` kinds and ``PartMissingError``.
    """
    profile = Profile(home, await asyncio.to_thread(open_unlock, home, unlock))
    state = JournalState(profile, None, None, {}, None)
    try:
        with state.apart(PRIVATE):
            state.opened_private = await _open_private(profile)
            state.settings = await state.opened_private.settings()
        with state.apart(SHARED):
            state.shared = await _open_shared(profile, state)
            if state.shared is not None:
                state.partner = await reading.partner_name(state.shared)
        await open_earlier(state)
        if PRIVATE in state.unreadable:
            if SHARED in state.unreadable or state.shared is None:
                raise state.unreadable[PRIVATE].cause
            # How one is called stands in the shared journal too.
            names = await reading.names(state.shared, "shared")
            state.settings = {NAME: names.name(state.shared.member).encode()}
    except BaseException:
        await state.close()
        raise
    return state
