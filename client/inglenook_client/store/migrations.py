"""Schema steps, and putting a database of the newest schema in its place.

A database is never changed in place by a migration. Whether it exists or not, the same path is
taken: under the exclusive process lock a new file is built next to it (a copy, or empty), all
steps run on that, it is checked, synced, and renamed over the old one, and the folder is synced.

    crash or error before the rename   the old file is untouched; the leftover is removed next time
    crash after the rename             the new file is complete and already on disk

So a half-migrated or half-created journal can't be seen by anyone, and the old one is kept until
the new one stands. It takes the journal's size in free space while it runs.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from inglenook_client.store.errors import DatabaseBusyError, DatabaseDamagedError, StoreError
from inglenook_client.store.sqlcipher import RawConnection, connect_keyed

_FILE_NAME: Final = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")


@dataclass(frozen=True, slots=True)
class Migration:
    """One step to schema `version` (1, 2, ...; the database's `user_version` after it).

    `sql` may hold any number of statements, without BEGIN or COMMIT. Foreign keys are off while it
    runs, so that tables can be rebuilt, and checked for the whole database afterwards.
    """

    version: int
    name: str
    sql: str


def load_migrations(folder: Traversable) -> tuple[Migration, ...]:
    """Read `0001_name.sql`, `0002_name.sql`, ... from a folder or package, in order.

    Other `.sql` names, gaps and doubles are faults of ours and raise `ValueError`.
    """
    steps = []
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".sql"):
            matched = _FILE_NAME.fullmatch(entry.name)
            if matched is None:
                raise ValueError(f"not a migration's name: {entry.name}")
            sql = entry.read_text(encoding="utf-8")
            steps.append(Migration(int(matched[1]), matched[2], sql))
    check_numbering(steps)
    return tuple(steps)


def check_numbering(migrations: Sequence[Migration]) -> None:
    """Raise `ValueError` unless versions run 1, 2, 3, ... without gaps."""
    if [step.version for step in migrations] != list(range(1, len(migrations) + 1)):
        raise ValueError("migrations must be numbered 1, 2, 3, ... in order")


def schema_version(conn: RawConnection) -> int:
    """The number of the last migration that this database has seen; 0 for none."""
    row = conn.execute("PRAGMA user_version").fetchone()
    return int(row[0]) if row else 0


def build(path: Path, key: bytes, migrations: Sequence[Migration], *, timeout_s: float) -> None:
    """Create the database at `path`, or bring it to the newest schema.

    The caller holds the exclusive process lock: nobody, in this process or another, has it open.
    Raises engine errors, `OSError` and `StoreError`; whatever it raises, `path` is as before.
    """
    building = path.with_name(path.name + ".new")
    _remove(building)
    wal = path.with_name(path.name + "-wal")
    try:
        if path.exists():
            old = connect_keyed(path, key, timeout_s=timeout_s)
            try:
                if schema_version(old) >= len(migrations):
                    return  # another process was here first
                old.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                old.close()
            if wal.exists() and wal.stat().st_size:
                raise DatabaseBusyError("the write-ahead log could not be emptied")
            _create_private(building)
            shutil.copyfile(path, building)
        elif wal.exists() and wal.stat().st_size:
            # A new database here would swallow the log of the one that was taken away.
            raise DatabaseDamagedError("a write-ahead log without its database")
        else:
            _create_private(building)
        _migrate(building, key, migrations, timeout_s=timeout_s)
        _sync(building)
        os.replace(building, path)
        _sync_folder(path.parent)
    finally:
        _remove(building)


def make_folder(folder: Path) -> None:
    """Make `folder` and its parents; those made here are for their owner alone."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _migrate(
    building: Path, key: bytes, migrations: Sequence[Migration], *, timeout_s: float
) -> None:
    conn = connect_keyed(building, key, timeout_s=timeout_s, create_wal=True)
    try:
        conn.execute("PRAGMA foreign_keys = OFF")
        for step in migrations[schema_version(conn) :]:
            conn.executescript(
                f"BEGIN IMMEDIATE;\n{step.sql}\n;PRAGMA user_version = {step.version};\nCOMMIT;"
            )
        if conn.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise StoreError("a migration left a reference to nothing")
        found = conn.execute("PRAGMA quick_check(1)").fetchone()
        if found != ("ok",):
            raise DatabaseDamagedError(f"after migrating: {found!r}")
    finally:
        conn.close()
    if building.with_name(building.name + "-wal").exists():
        raise StoreError("the new database's write-ahead log was not folded in")


def _create_private(path: Path) -> None:
    # SQLite gives -wal and -shm the mode of the file that they belong to.
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _remove(building: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        building.with_name(building.name + suffix).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # folders can't be opened there; NTFS journals the rename
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
