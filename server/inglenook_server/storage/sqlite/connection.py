"""Opening the database file: its settings, its schema, its access rights."""

from __future__ import annotations

import os
import sqlite3
from importlib.resources import files
from pathlib import Path
from typing import Final

from inglenook_server.storage.port import StorageError, StorageFull

DATABASE_NAME: Final = "relay.sqlite3"
PAGE_SIZE: Final = 16_384
"""By measurement: a single padded event is a row of about 700 bytes, of which 23 fit."""
CHECKPOINT_PAGES: Final = 1_000
BUSY_SECONDS: Final = 10.0
"""How long to wait for ``nook-relay token``, which writes to the same file."""
CHECKPOINT_WAIT_MS: Final = 50


def translate(error: sqlite3.Error) -> StorageError:
    """The port's error for one of SQLite's."""
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return StorageFull("There is no room left in this relay's store.")
    return StorageError(f"The relay's store cannot be used: {error}.")


def _connect(path: Path) -> sqlite3.Connection:
    # Each connection stays with one thread at a time; only closing may come from another.
    return sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, timeout=BUSY_SECONDS
    )


def connect_writer(directory: Path, max_bytes: int | None) -> sqlite3.Connection:
    """The connection that writes; makes directory and file if need be.

    Raises ``StorageError``.
    """
    path = directory / DATABASE_NAME
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        # SQLite gives its WAL and index files the rights of the database file.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = _connect(path)
    except OSError as error:
        raise StorageError(
            f"The directory {directory} cannot be used: {error.strerror}.",
            "Choose another --data directory, or see to its access rights.",
        ) from None
    try:
        connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        connection.execute("PRAGMA journal_mode = WAL")
        # Acknowledged means on disk: the WAL is flushed at each commit.
        connection.execute("PRAGMA synchronous = FULL")
        # Erased bodies are overwritten in the file, not only unlinked.
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        connection.execute(f"PRAGMA journal_size_limit = {2 * CHECKPOINT_PAGES * PAGE_SIZE}")
        connection.execute("PRAGMA cache_size = -8192")
        _migrate(connection)
        if max_bytes is not None:
            connection.execute(f"PRAGMA max_page_count = {max(1, max_bytes // PAGE_SIZE)}")
    except sqlite3.Error as error:
        connection.close()
        raise translate(error) from None
    return connection


def empty_log(connection: sqlite3.Connection) -> bool:
    """Fold the write-ahead file into the database and cut it to nothing; whether that was done.

    Others who read at this moment are waited for briefly.
    """
    connection.execute(f"PRAGMA busy_timeout = {CHECKPOINT_WAIT_MS}")
    try:
        (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error:
        return False
    finally:
        connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
    return not busy


def connect_reader(directory: Path) -> sqlite3.Connection:
    """A connection that only reads. Raises ``StorageError``."""
    path = directory / DATABASE_NAME
    if not path.is_file():
        raise StorageError(
            f"There is no relay's store in {directory}.",
            "Name the directory that 'nook-relay serve' uses.",
        )
    try:
        connection = _connect(path)
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA cache_size = -2048")
    except sqlite3.Error as error:
        raise translate(error) from None
    return connection


def _migrate(connection: sqlite3.Connection) -> None:
    """Bring the schema up to date, one numbered file after another, each all or nothing."""
    scripts = sorted(
        (entry for entry in files(__package__).iterdir() if entry.name.endswith(".sql")),
        key=lambda entry: entry.name,
    )
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(scripts):
        raise StorageError(
            "This store was made by a later version of the relay.",
            "Start that version, or choose another --data directory.",
        )
    for number, script in enumerate(scripts, 1):
        if number > version:
            connection.executescript(
                f"BEGIN IMMEDIATE;{script.read_text(encoding='utf-8')}\n"
                f"PRAGMA user_version = {number};COMMIT;"
            )
