"""What runs on the database thread: opening, one transaction at a time, closing. It may block.

Opening is a short dance with the process lock, since a missing or older database is replaced by a
new file (see `migrations`), which must not happen under anyone's feet:

    lock   file                      then
    share  newest schema             keep the share for as long as it is open
    share  newer than we know        NewerSchemaError
    share  page 1 makes no sense     try exclude: refused, or another salt: WrongKeyError;
                                     our salt, or no database at all: DatabaseDamagedError
    share  missing, or older         release, exclude, build, release, and look again; the same
                                     look again when others don't let us exclude them yet
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

from inglenook_client.store.errors import (
    DatabaseDamagedError,
    DatabaseNotFoundError,
    DatabaseUnreachableError,
    DiskError,
    DiskFullError,
    NewerSchemaError,
    PlaceReadOnlyError,
    ReadOnlyError,
    StoreError,
    WrongKeyError,
)
from inglenook_client.store.locking import ProcessLock
from inglenook_client.store.migrations import Migration, build, make_folder, schema_version
from inglenook_client.store.sqlcipher import (
    PAGE_BYTES,
    SALT_BYTES,
    EngineError,
    RawConnection,
    as_store_error,
    connect_keyed,
    copy_into,
    is_busy,
    is_not_a_database,
    salt_of,
)

_ERROR_BY_ERRNO: Final[dict[int, type[StoreError]]] = {
    errno.ENOSPC: DiskFullError,
    errno.EFBIG: DiskFullError,
    getattr(errno, "EDQUOT", errno.ENOSPC): DiskFullError,
    errno.EROFS: PlaceReadOnlyError,
    errno.EACCES: PlaceReadOnlyError,
    errno.EPERM: PlaceReadOnlyError,
    errno.ENOENT: DatabaseUnreachableError,
    errno.ENOTDIR: DatabaseUnreachableError,
}

_ROOM_BYTES: Final = 128 * 1024
"""Room that a small transaction and its log need; less is as good as none."""
_TURN_MS: Final = 25
_GLANCE_MS: Final = 200  # others who only look let go sooner

_T = TypeVar("_T")


class Session:
    """The connection and its process lock; every method runs on the database thread."""

    def __init__(
        self, conn: RawConnection, lock: ProcessLock, folder: Path, timeout_ms: int
    ) -> None:
        self._conn = conn
        self._timeout_ms = timeout_ms
        self._folder = folder
        self._lock = lock
        self._synchronous = "FULL"
        self._query_only = "OFF"

    def write(self, fn: Callable[..., _T], args: tuple[Any, ...], durable: bool) -> _T:
        with typed_errors(self._folder):
            self._mode("FULL" if durable else "NORMAL", query_only="OFF")
            self._conn.execute("BEGIN IMMEDIATE")
            try:
                result = fn(self._conn, *args)
                if not self._conn.in_transaction:
                    raise StoreError("the function ended its own transaction")
                self._conn.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise
            return result

    def read(self, fn: Callable[..., _T], args: tuple[Any, ...]) -> _T:
        with typed_errors():
            self._mode(self._synchronous, query_only="ON")
            self._conn.execute("BEGIN")
            try:
                return fn(self._conn, *args)
            except EngineError as error:
                typed = as_store_error(error)
                if isinstance(typed, ReadOnlyError):  # no fault of the person's disk
                    raise StoreError("a read tried to write") from error
                raise typed from error
            finally:
                self._roll_back()

    def data_version(self) -> int:
        with typed_errors():
            row = self._conn.execute("PRAGMA data_version").fetchone()
            return int(row[0]) if row else 0

    def quick_check(self) -> None:
        with typed_errors():
            found = [str(row[0]) for row in self._conn.execute("PRAGMA quick_check(10)")]
        if found != ["ok"]:
            raise DatabaseDamagedError("; ".join(found))

    def empty_log(self) -> bool:
        with typed_errors():
            self._conn.execute(f"PRAGMA busy_timeout = {_GLANCE_MS}")
            try:
                row = self._conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                self._conn.execute(f"PRAGMA busy_timeout = {int(self._timeout_ms)}")
        return row is not None and row[0] == 0

    def snapshot(self, to: Path, key: bytes) -> None:
        with typed_errors(to.parent):
            os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            copy_into(self._conn, to, key)
            copy = connect_keyed(to, key, timeout_s=0)
            try:
                found = [str(row[0]) for row in copy.execute("PRAGMA quick_check(10)")]
            finally:
                copy.close()
        if found != ["ok"]:
            raise DatabaseDamagedError("; ".join(found))

    def close(self) -> None:
        try:
            self._conn.close()
        finally:
            self._lock.close()

    def _mode(self, synchronous: str, *, query_only: str) -> None:
        # Switched only on change, and here: SQLite refuses it inside a transaction.
        if synchronous != self._synchronous:
            self._conn.execute(f"PRAGMA synchronous = {synchronous}")
            self._synchronous = synchronous
        if query_only != self._query_only:
            self._conn.execute(f"PRAGMA query_only = {query_only}")
            self._query_only = query_only

    def _roll_back(self) -> None:
        # SQLite has already rolled back by itself after some errors, a full disk among them.
        if self._conn.in_transaction:
            with contextlib.suppress(EngineError):
                self._conn.execute("ROLLBACK")


@contextlib.contextmanager
def typed_errors(folder: Path | None = None) -> Iterator[None]:
    """Turn the engine's errors into `StoreError` kinds.

    `folder`: where to look whether a disk that made trouble is simply full.
    """
    try:
        yield
    except EngineError as error:
        typed = as_store_error(error)
        if type(typed) is DiskError and folder is not None and not _has_room(folder):
            raise DiskFullError(typed.detail) from error
        raise typed from error


def _has_room(folder: Path) -> bool:
    # SQLite calls a disk full only where a write said so: a used up quota, a file that may not
    # grow, or no room for its shared index come out as trouble with the disk. So we try.
    trial = folder / f".room.{secrets.token_hex(4)}"
    try:
        with open(trial, "xb", opener=_private) as file:
            file.write(bytes(_ROOM_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return _ERROR_BY_ERRNO.get(error.errno or 0) is not DiskFullError
    finally:
        with contextlib.suppress(OSError):
            trial.unlink()
    return True


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def open_session(
    path: Path, key: bytes, migrations: tuple[Migration, ...], create: bool, timeout_ms: int
) -> Session:
    """Open, and create or migrate where needed; `timeout_ms` bounds each wait for others.

    Raises `StoreError` kinds only, except for faults of the program.
    """
    try:
        with typed_errors(path.parent):
            return _open_or_build(path, key, migrations, create, timeout_ms)
    except ReadOnlyError as error:
        raise PlaceReadOnlyError(error.detail) from error
    except OSError as error:
        kind = _ERROR_BY_ERRNO.get(error.errno or 0, DiskError)
        raise kind(errno.errorcode.get(error.errno or 0, "OSError")) from error


def _open_or_build(
    path: Path, key: bytes, migrations: tuple[Migration, ...], create: bool, timeout_ms: int
) -> Session:
    if create:
        make_folder(path.parent)
    elif not path.exists():
        raise DatabaseNotFoundError
    lock = ProcessLock(path.with_name(path.name + ".lock"))
    deadline = time.monotonic() + timeout_ms / 1000
    try:
        while True:
            lock.share(timeout_ms)
            session = _current(path, key, len(migrations), lock, timeout_ms)
            if session is not None:
                return session
            if not create and not path.exists():
                raise DatabaseNotFoundError
            lock.release()
            # Others who wait for the same may do the work and keep it open from then on: so wait
            # in short turns, and look again after each.
            try:
                lock.exclude(_TURN_MS)
            except EngineError as error:
                if time.monotonic() > deadline or not is_busy(error):
                    raise
                continue
            build(path, key, migrations, timeout_s=timeout_ms / 1000)
            lock.release()
    except BaseException:
        lock.close()
        raise


def _current(
    path: Path, key: bytes, known_version: int, lock: ProcessLock, timeout_ms: int
) -> Session | None:
    """A session on the database as it stands; None when it has yet to be made or migrated."""
    if not path.exists():
        return None
    conn = _connect_or_say_why(path, key, lock, timeout_ms)
    try:
        version = schema_version(conn)
        if version > known_version:
            raise NewerSchemaError(f"schema {version}, known {known_version}")
        if version == known_version:
            _keep_private(path)
            return Session(conn, lock, path.parent, timeout_ms)
    except BaseException:
        conn.close()
        raise
    conn.close()
    return None


def _connect_or_say_why(
    path: Path, key: bytes, lock: ProcessLock, timeout_ms: int
) -> RawConnection:
    if path.stat().st_size == 0:  # SQLite would take it for a new one; ours are never empty
        raise DatabaseDamagedError("the file is empty")
    try:
        return connect_keyed(path, key, timeout_s=timeout_ms / 1000)
    except EngineError as error:
        if not is_not_a_database(error):
            raise
    lock.release()
    try:
        lock.exclude(_GLANCE_MS)
    except EngineError:
        # Somebody has had it open for longer than a glance, so its first page is fine: it is our
        # key that isn't.
        raise WrongKeyError from None
    with path.open("rb") as file:
        head = file.read(PAGE_BYTES)
    if head[:SALT_BYTES] == salt_of(key):
        raise DatabaseDamagedError("the first page")
    if len(head) < PAGE_BYTES or head.startswith(b"SQLite format 3\0"):
        raise DatabaseDamagedError("not an encrypted database")
    raise WrongKeyError


def _keep_private(path: Path) -> None:
    # A copy brought back from elsewhere may be open to others; never adds a permission.
    if os.name == "posix" and (mode := path.stat().st_mode & 0o777) & 0o077:
        path.chmod(mode & 0o700)
