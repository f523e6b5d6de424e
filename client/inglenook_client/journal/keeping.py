"""Keeping a journal in a second place, bringing it back, and forgetting it on this device.

A backup holds the databases as they were at one moment (each its own: the private one first,
which never says more than the others hold), the drafts, and the key that they hang on, in one
sealed file (``keyring.backup_file``). A restored device is this device as it was then; what sync
makes of that is SPEC 17.1.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final

import msgspec

from inglenook_client.core.model import Visibility
from inglenook_client.journal.errors import OpenElsewhereError
from inglenook_client.journal.reading import space_statuses
from inglenook_client.journal.relay import carriers
from inglenook_client.journal.state import PHRASE_CHECKED, JournalState, open_state
from inglenook_client.keyring import (
    BackupDamagedError,
    NoProfileError,
    OsKeyring,
    ProfileExistsError,
    ProfileStorageError,
    Unlock,
    backup_file,
    create_unlock,
    destroy_unlock,
    files,
    list_drafts,
)
from inglenook_client.keyring.backup_file import PassphraseUnlock
from inglenook_client.keyring.unlock import DEFAULT_COST, MASTER_KEY_BYTES, UNLOCK_FILE, Cost
from inglenook_client.profile import PRIVATE, SHARED, earlier, profile_files
from inglenook_client.store.errors import DatabaseBusyError
from inglenook_client.store.locking import alone_with
from inglenook_client.store.space import SpaceStore
from inglenook_protocol.codec import encode
from inglenook_protocol.errors import LocalProtocolError

_COPY_BYTES: Final = 1024 * 1024
_LEFTOVER_S: Final = 86_400
_MAX_INDEX_BYTES: Final = 4 * 1024 * 1024
_NAMES: Final = re.compile(r"(private|shared|earlier-\d{1,4})\.db|drafts/[0-9a-f]{64}\.draft")


class _Part(msgspec.Struct, frozen=True, array_like=True):
    name: Annotated[str, msgspec.Meta(max_length=128)]
    size: Annotated[int, msgspec.Meta(ge=0)]
    digest: Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]


class _Index(msgspec.Struct, frozen=True, array_like=True):
    version: Annotated[int, msgspec.Meta(ge=1, le=1)]
    name: str
    made_at: str
    master_key: Annotated[
        bytes, msgspec.Meta(min_length=MASTER_KEY_BYTES, max_length=MASTER_KEY_BYTES)
    ]
    parts: list[_Part]


class Backup(msgspec.Struct, frozen=True):
    """What a backup holds."""

    name: str
    """How its journal calls its owner."""
    made_at: str
    """ISO 8601."""
    size_bytes: int
    """Of the file."""
    exchanging: bool
    """Whether the shared journal in it is one that is being exchanged."""


class Losses(msgspec.Struct, frozen=True):
    """What would be gone with this device."""

    phrase_checked: bool
    waiting: int
    """Changes to the shared journal that the relay is not known to hold."""
    drafts: int
    private_entries: int
    paired: bool


class Wiped(msgspec.Struct, frozen=True):
    """What a wipe did."""

    files: int
    left: list[str]
    """Names of what else is in the folder: not the journal's, so it stays."""
    keyring_cleared: bool


class Keeping:
    """Reached as ``journal.keeping``."""

    def __init__(self, state: JournalState) -> None:
        self._state = state

    async def backup(
        self, file: Path, unlock: PassphraseUnlock, *, cost: Cost = DEFAULT_COST
    ) -> Backup:
        """Write everything into one sealed file, while others go on using the journal.

        Raises ``BackupExistsError``, ``UnlockNeededError``, ``ProfileStorageError``,
        ``BackupDamagedError`` and the ``StoreError`` kinds; then no file is left.
        """
        state = self._state
        state.check_readable()  # a backup without one of them would look whole
        made_at = datetime.now().astimezone().isoformat(timespec="seconds")
        await asyncio.to_thread(_clear_leftovers, state.profile.home, ".backup-")
        folder = state.profile.home / f".backup-{secrets.token_hex(4)}"
        files.private_folder(folder)
        try:
            await self._snapshot(folder)
            name = state.name
            key = state.profile.master_key
            await asyncio.to_thread(_pack, folder, file, unlock, name, made_at, key, cost)
        except OSError as error:
            raise ProfileStorageError() from error
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        return Backup(state.name, made_at, _size(file), state.paired)

    async def _snapshot(self, folder: Path) -> None:
        state = self._state
        stores = [(state.private, PRIVATE)]
        if state.shared is not None:
            stores.append((state.shared, SHARED))
        stores += [(store, earlier(index)) for index, store in state.earlier.items()]
        for store, space in stores:
            key = state.profile.key(PRIVATE if space == PRIVATE else SHARED)
            await store.snapshot(folder / f"{space}.db", key)
        drafts = state.profile.home / "drafts"
        files.private_folder(folder / "drafts")
        for path in drafts.glob("*.draft"):
            copy = folder / "drafts" / path.name
            copy.touch(mode=0o600)
            shutil.copyfile(path, copy)

    async def losses(self) -> Losses:
        """What a wipe would take along."""
        state = self._state
        stores: list[tuple[SpaceStore, Visibility]] = [(state.private, "private")]
        if state.paired and state.shared is not None:
            stores.append((state.shared, "shared"))
        spaces, _ = await space_statuses(stores, carriers(state))
        return Losses(
            phrase_checked=bool(state.settings.get(PHRASE_CHECKED)),
            waiting=sum(space.waiting for space in spaces),
            drafts=len(list_drafts(state.profile.home, state.profile.master_key)),
            private_entries=spaces[0].entries,
            paired=state.paired,
        )


def _clear_leftovers(folder: Path, prefix: str) -> None:
    """What was killed while it made a copy left that behind; one under way is younger."""
    marked = re.compile(re.escape(prefix) + "[0-9a-f]{8}")
    for path in folder.glob(f"{prefix}*"):
        if marked.fullmatch(path.name) and time.time() - path.stat().st_mtime > _LEFTOVER_S:
            shutil.rmtree(path, ignore_errors=True)


def _pack(
    folder: Path,
    file: Path,
    unlock: PassphraseUnlock,
    name: str,
    made_at: str,
    key: bytes,
    cost: Cost,
) -> None:
    parts = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        inside = path.relative_to(folder).as_posix()
        if _NAMES.fullmatch(inside):
            digest = sha256()
            for piece in _pieces(path):
                digest.update(piece)
            parts.append(_Part(inside, path.stat().st_size, digest.digest()))
    index = encode(_Index(1, name, made_at, key, parts))

    def content() -> Iterator[bytes]:
        yield len(index).to_bytes(4, "big") + index
        for part in parts:
            yield from _pieces(folder / part.name)

    backup_file.write(file, unlock, content(), made_at, cost=cost)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_COPY_BYTES):
            yield piece


# ---------------------------------------------------------------------- bringing back


async def restore(
    home: Path,
    file: Path,
    unlock: PassphraseUnlock,
    *,
    os_keyring: bool = False,
    cost: Cost = DEFAULT_COST,
) -> Backup:
    """Bring a backup back into an empty home; from then on its passphrase unlocks the journal,
    or this computer's keyring.

    Everything is unpacked and read beside the home first. Raises ``ProfileExistsError``,
    ``NotABackupError``, ``BackupNewerError``, ``BackupDamagedError``, ``WrongPassphraseError``,
    ``UnlockNeededError``, ``KeyringUnavailableError``, ``ProfileStorageError`` and the
    ``StoreError`` kinds; then nothing was written.
    """
    _check_empty(home)
    beside = f".{home.name}.restoring-"
    await asyncio.to_thread(_clear_leftovers, home.parent, beside)
    staging = home.parent / f"{beside}{secrets.token_hex(4)}"
    parents = _missing_parents(home)
    files.private_folder(staging)
    done = False
    try:
        index = await asyncio.to_thread(_unpack, file, unlock, staging)
        new: Unlock = OsKeyring() if os_keyring else unlock
        await asyncio.to_thread(
            lambda: create_unlock(staging, new, cost=cost, master_key=index.master_key)
        )
        try:
            exchanging = await _read_whole(staging, new)
        except NoProfileError:
            raise BackupDamagedError() from None
        try:
            files.move_folder(staging, home)
        except FileExistsError:
            raise ProfileExistsError() from None
        done = True
    finally:
        if not done:
            destroy_unlock(staging)
            shutil.rmtree(staging, ignore_errors=True)
            for parent in parents:
                try:
                    parent.rmdir()
                except OSError:
                    break
    return Backup(index.name, index.made_at, _size(file), exchanging)


def _size(file: Path) -> int:
    return file.stat().st_size


def _missing_parents(home: Path) -> list[Path]:
    return [path for path in home.parents if not path.exists()]


def _check_empty(home: Path) -> None:
    try:
        there = [path.name for path in home.iterdir()]
    except FileNotFoundError:
        return
    except OSError as error:
        raise ProfileStorageError() from error
    if UNLOCK_FILE in there or any(name.endswith(".db") for name in there):
        raise ProfileExistsError(
            "There is already a journal here.",
            "It was left as it is. Choose an empty folder with --home to restore into.",
        )
    if there:
        raise ProfileExistsError(
            "There are other files in this folder.",
            "They were left as they are. Choose an empty folder with --home to restore into.",
        )


def _unpack(file: Path, unlock: PassphraseUnlock, folder: Path) -> _Index:
    held = bytearray()
    stream = backup_file.read(file, unlock)

    def take(size: int) -> bytes:
        while len(held) < size:
            try:
                held.extend(next(stream))
            except StopIteration:
                raise BackupDamagedError() from None
        taken = bytes(held[:size])
        del held[:size]
        return taken

    size = int.from_bytes(take(4), "big")
    if size > _MAX_INDEX_BYTES:
        raise BackupDamagedError()
    try:
        index = msgspec.msgpack.decode(take(size), type=_Index)
    except files.UNREADABLE:
        raise BackupDamagedError() from None
    files.private_folder(folder / "drafts")
    for part in index.parts:
        if not _NAMES.fullmatch(part.name):
            raise BackupDamagedError()
        digest, rest = sha256(), part.size

        def pieces() -> Iterator[bytes]:
            nonlocal rest
            while rest:
                piece = take(min(rest, _COPY_BYTES))
                rest -= len(piece)
                digest.update(piece)  # noqa: B023 - used up before the loop goes on
                yield piece

        def check(_: Path, part: _Part = part) -> None:
            if digest.digest() != part.digest:  # noqa: B023
                raise BackupDamagedError()

        try:
            files.write_pieces(folder / part.name, pieces(), check)
        except FileExistsError:  # an index that names a part twice
            raise BackupDamagedError() from None
    if held or next(stream, b""):
        raise BackupDamagedError()
    return index


async def _read_whole(home: Path, unlock: Unlock) -> bool:
    """Open all of a profile and read every page; whether its shared journal is exchanged."""
    state = await open_state(home, unlock)
    try:
        for error in state.unreadable.values():
            raise error.cause
        for store in (state.private, state.shared, *state.earlier.values()):
            if store is not None:
                await store.check()
        return state.paired
    finally:
        await state.close()


# ---------------------------------------------------------------------- forgetting


def wipe(home: Path) -> Wiped:
    """Forget the journal on this device: first its key, so that nothing opens what is left, then
    all its files, and the folder if nothing else is in it. Can be done again after a stop.

    May block. Raises ``NoProfileError`` if nothing of a journal is here, ``OpenElsewhereError``
    and ``ProfileStorageError``.
    """
    own = profile_files(home)
    if not own:
        raise NoProfileError()
    try:
        with ExitStack() as alone:
            for path in own:
                if path.suffix == ".db" and path.parent == home:
                    alone.enter_context(alone_with(path))
            cleared = destroy_unlock(home)
            files.remove(path for path in own if path.suffix != ".lock")
            # Before the locks: as long as a folder is left, so is a file, and it can be gone on.
            _remove_empty(home / "drafts", *_folders_of_backups(home))
    except DatabaseBusyError:
        raise OpenElsewhereError() from None
    except OSError as error:  # the locks
        raise ProfileStorageError() from error
    files.remove(profile_files(home))
    _remove_empty(home)
    left = sorted(path.name for path in home.iterdir()) if home.exists() else []
    return Wiped(len(own), left, cleared)


def _folders_of_backups(home: Path) -> list[Path]:
    """Those of a backup that was killed, the inner ones first."""
    return sorted((p for p in home.glob(".backup-*/**/") if p.is_dir()), reverse=True)


def _remove_empty(*folders: Path) -> None:
    for folder in folders:
        with suppress(OSError):  # other files in it are not the journal's: they stay
            folder.rmdir()


def check_backup_place(file: Path) -> None:
    """Before any question: a backup needs a folder that is there. Raises ``LocalProtocolError``."""
    if not file.parent.is_dir():
        raise LocalProtocolError(
            "The folder for the backup is not there.", "Make it first, or name another one."
        )
