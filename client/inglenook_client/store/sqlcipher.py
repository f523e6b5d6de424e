"""How SQLCipher is opened, keyed and configured; the only module that imports `sqlcipher3`.

Measured choices (150,000 rows of about 600 random bytes, two indexes and a full-text row each):

- **Page size 4096.** 16 KiB loads up to a quarter faster, but one small durable append takes half
  as long again and one random read twice to three times as long, since every touched page is
  encrypted and authenticated whole. The page size can't be discovered from the file, so it never
  changes.
- **HMAC-SHA256 instead of SQLCipher's HMAC-SHA512** writes a page in two thirds of the time, where
  processors have instructions for it, and authenticates it no less. A `sqlcipher` shell needs
  `PRAGMA cipher_hmac_algorithm = HMAC_SHA256` after the key.
- **Rows per transaction matter most.** At 5,000 a row costs half of what it costs at 500, since
  each commit writes one full-text segment that is merged again later. 2,000 keep a commit near a
  tenth of a second; bulk loads that nobody waits for may take 5,000.
- **Cache of 32 MB, checkpoint at 8,000 pages** are worth a tenth at most; the index on random ids
  stays in memory and is written back less often. More only makes the log and closing larger.
- **secure_delete and synchronous=FULL cost nothing that shows in bulk** on a disk with quick syncs.
  A commit of one bare row at FULL takes about ten at NORMAL, one with indexes and full text about
  one and a half; switching between them costs a few microseconds.

Full text, measured on the same load: it adds a quarter to a half to a row, and detail, content or
merge options change that by less than noise; a prefix index nearly doubles the whole. For erasure
the choice matters: with `contentless_delete=1` a deleted row's words **stay in the index** even at
`secure-delete=1` (it writes a tombstone). Use `content=''` or external content, set
`secure-delete=1`, and delete by the 'delete' command with the old text.

Why the salt comes from the key: SQLCipher reports a wrong key and a damaged first page alike.
With a raw key the salt feeds only the key of the page HMACs, and the file's first 16 bytes are
the salt. Deriving it from the key makes those bytes say which key the file belongs to, without
revealing anything else about it, and lets a file with a damaged salt open all the same.

Pitfall: POSIX drops all of a process's locks on a file when *any* descriptor of it is closed.
Nothing outside SQLite may open a database file while this process has it open; the few places
that read bytes hold the exclusive lock of `locking.ProcessLock`.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, Protocol, cast

import sqlcipher3  # type: ignore[import-untyped,unused-ignore]

from inglenook_client.store.errors import (
    ConstraintError,
    DatabaseBusyError,
    DatabaseDamagedError,
    DatabaseUnreachableError,
    DiskError,
    DiskFullError,
    ReadOnlyError,
    StoreError,
)

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16
PAGE_BYTES: Final = 4096
CACHE_KIB: Final = 32 * 1024
CHECKPOINT_PAGES: Final = 8000
WAL_KEPT_BYTES: Final = 32 * 1024 * 1024
CACHED_STATEMENTS: Final = 256
HMAC: Final = "HMAC_SHA256"
SALT_LABEL: Final = b"inglenook/client/database-salt/v1"

# For each parameter that is not an int, float, str or bytearray the module looks for an adapter,
# then for two attributes that nobody has: a microsecond each time, half of what a row costs.
sqlcipher3.register_adapter(bytes, bytearray)
sqlcipher3.register_adapter(bool, int)
sqlcipher3.register_adapter(type(None), lambda none: none)

Row = tuple[Any, ...]

EngineError: Final[type[Exception]] = sqlcipher3.Error
"""Root of what the engine raises; not a `sqlite3.Error`."""


class Cursor(Protocol):
    """What a transaction function may use of a cursor; rows are plain tuples."""

    @property
    def rowcount(self) -> int: ...
    @property
    def lastrowid(self) -> int | None: ...
    def fetchone(self) -> Row | None: ...
    def fetchmany(self, size: int = ...) -> list[Row]: ...
    def fetchall(self) -> list[Row]: ...
    def __iter__(self) -> Iterator[Row]: ...


class Connection(Protocol):
    """What a transaction function may use of the connection.

    No `commit`, `rollback` or `executescript`: the transaction belongs to `Database`.
    """

    def execute(self, sql: str, parameters: Iterable[Any] = ..., /) -> Cursor: ...
    def executemany(self, sql: str, parameters: Iterable[Iterable[Any]], /) -> Cursor: ...


class RawConnection(Connection, Protocol):
    """The whole connection, for the store's own modules."""

    @property
    def in_transaction(self) -> bool: ...
    def executescript(self, script: str, /) -> Cursor: ...
    def set_key(self, key: bytes, /) -> None: ...
    def backup(self, target: RawConnection, /) -> None: ...
    def close(self) -> None: ...


def salt_of(key: bytes) -> bytes:
    """The 16 bytes that begin every database file under `key` (32 bytes)."""
    return hmac.new(key, SALT_LABEL, hashlib.sha256).digest()[:SALT_BYTES]


def connect_plain(path: Path, *, timeout_s: float) -> RawConnection:
    """An unencrypted connection in autocommit mode; used for locking only, never for content."""
    return cast(
        RawConnection,
        sqlcipher3.connect(_uri(path), uri=True, isolation_level=None, timeout=timeout_s),
    )


def connect_keyed(
    path: Path, key: bytes, *, timeout_s: float, create_wal: bool = False
) -> RawConnection:
    """Open the existing file at `path` with the raw 32-byte `key` and set every pragma we rely on.

    The connection is bound to the calling thread. `create_wal` turns a new, empty file into a WAL
    database. Raises the engine's own errors, and `StoreError` where a setting didn't hold.
    """
    conn = cast(
        RawConnection,
        sqlcipher3.connect(
            _uri(path),
            uri=True,
            isolation_level=None,
            timeout=timeout_s,
            cached_statements=CACHED_STATEMENTS,
        ),
    )
    try:
        _key(conn, key)
        _hold(conn, "temp_store", "MEMORY", 2)  # a temporary file would be plaintext on disk
        _hold(conn, "secure_delete", "ON", 1)
        _hold(conn, "foreign_keys", "ON", 1)
        _hold(conn, "synchronous", "FULL", 2)
        _hold(conn, "trusted_schema", "OFF", 0)
        _hold(conn, "mmap_size", "0", 0)  # mapped pages would be ciphertext: no use, one more path
        # On macOS fsync alone leaves data in the drive's cache; elsewhere these do nothing.
        _hold(conn, "fullfsync", "ON", 1)
        _hold(conn, "checkpoint_fullfsync", "ON", 1)
        conn.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        conn.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        conn.execute(f"PRAGMA journal_size_limit = {WAL_KEPT_BYTES}")
        if create_wal:
            conn.execute("PRAGMA journal_mode = WAL")
        # The first page is read here: a wrong key or a damaged head shows now, not at first use.
        conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
        _expect(conn, "journal_mode", "wal")  # network drives can't do it
        _expect(conn, "cipher_use_hmac", "1")
        _expect(conn, "cipher_hmac_algorithm", HMAC)
    except BaseException:
        conn.close()
        raise
    return conn


def _key(conn: RawConnection, key: bytes) -> None:
    # SQLCipher logs to stderr by itself, in the middle of a command's output.
    conn.execute("PRAGMA cipher_log_level = NONE")
    # Equal to PRAGMA key = "x'..'", but leaves no key in cached or traced SQL.
    conn.set_key(b"x'" + key.hex().encode() + salt_of(key).hex().encode() + b"'")
    conn.execute(f"PRAGMA cipher_page_size = {PAGE_BYTES}")
    conn.execute(f"PRAGMA cipher_hmac_algorithm = {HMAC}")


def copy_into(conn: RawConnection, to: Path, key: bytes) -> None:
    """Copy the database, as it is at this moment, into the empty file ``to`` under the same key.

    One step, on one snapshot: others go on writing meanwhile. Raises the engine's errors.
    """
    target = cast(RawConnection, sqlcipher3.connect(_uri(to), uri=True, isolation_level=None))
    try:
        _key(target, key)
        conn.backup(target)
    finally:
        target.close()


def is_not_a_database(error: Exception) -> bool:
    """Whether SQLCipher could not make sense of page 1: wrong key, or damage."""
    return _primary_code(error) == int(sqlcipher3.SQLITE_NOTADB)


def is_busy(error: Exception) -> bool:
    """Whether somebody else holds a lock that was needed."""
    return _primary_code(error) == int(sqlcipher3.SQLITE_BUSY)


def as_store_error(error: Exception) -> StoreError:
    """The typed error for one of the engine's, by SQLite's primary result code."""
    kind = _ERROR_BY_CODE.get(_primary_code(error), StoreError)
    return kind(f"{getattr(error, 'sqlite_errorname', type(error).__name__)}: {error}")


_ERROR_BY_CODE: Final[dict[int, type[StoreError]]] = {
    sqlcipher3.SQLITE_BUSY: DatabaseBusyError,
    sqlcipher3.SQLITE_LOCKED: DatabaseBusyError,
    sqlcipher3.SQLITE_READONLY: ReadOnlyError,
    sqlcipher3.SQLITE_IOERR: DiskError,
    sqlcipher3.SQLITE_CORRUPT: DatabaseDamagedError,
    sqlcipher3.SQLITE_NOTADB: DatabaseDamagedError,
    sqlcipher3.SQLITE_FULL: DiskFullError,
    sqlcipher3.SQLITE_CANTOPEN: DatabaseUnreachableError,
    sqlcipher3.SQLITE_PERM: DatabaseUnreachableError,
    sqlcipher3.SQLITE_CONSTRAINT: ConstraintError,
}


def _primary_code(error: Exception) -> int:
    # Extended codes keep the primary one in their low byte.
    return int(getattr(error, "sqlite_errorcode", None) or 0) & 0xFF


def _uri(path: Path) -> str:
    # mode=rw: SQLite never makes a file by itself, so permissions and races are ours alone.
    return f"{path.absolute().as_uri()}?mode=rw"


def _hold(conn: RawConnection, pragma: str, value: str, expected: object) -> None:
    conn.execute(f"PRAGMA {pragma} = {value}")
    _expect(conn, pragma, expected)


def _expect(conn: RawConnection, pragma: str, expected: object) -> None:
    # SQLite ignores pragmas that it doesn't know or can't honour, without a word.
    row = conn.execute(f"PRAGMA {pragma}").fetchone()
    if row is None or row[0] != expected:
        raise StoreError(f"PRAGMA {pragma} is {row!r}, expected {expected!r}")
