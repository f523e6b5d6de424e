"""A lock between processes that ends with its holder, on every platform SQLite knows.

Users of a database hold it shared for as long as they have it open; creating and migrating hold
it exclusively, since they put another file in the database's place. It is SQLite's own file lock
on an empty file next to the database: tested everywhere, waits politely, freed by a crash. The
file stays empty and can be deleted whenever nobody has the database open.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from inglenook_client.store.errors import DatabaseBusyError
from inglenook_client.store.sqlcipher import EngineError, RawConnection, connect_plain, is_busy


class ProcessLock:
    """One holder's handle on the lock file. Bound to the thread that made it."""

    def __init__(self, path: Path) -> None:
        with contextlib.suppress(FileExistsError):
            # O_EXCL: closing a descriptor of an existing file would drop this process's locks.
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        self._conn: RawConnection = connect_plain(path, timeout_s=0)

    def share(self, timeout_ms: int) -> None:
        """Wait for, then hold, the shared lock. Raises the engine's busy error in the end."""
        self._wait_at_most(timeout_ms)
        self._conn.execute("BEGIN")
        try:
            self._conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except BaseException:
            self.release()
            raise

    def exclude(self, timeout_ms: int) -> None:
        """Wait until nobody else holds it, then hold it alone. Raises the engine's busy error."""
        self._wait_at_most(timeout_ms)
        self._conn.execute("BEGIN EXCLUSIVE")

    def release(self) -> None:
        """Let go; may be called when nothing is held."""
        if self._conn.in_transaction:
            self._conn.execute("ROLLBACK")

    def close(self) -> None:
        """Let go for good."""
        self._conn.close()

    def _wait_at_most(self, timeout_ms: int) -> None:
        self._conn.execute(f"PRAGMA busy_timeout = {int(timeout_ms)}")


@contextlib.contextmanager
def alone_with(path: Path, timeout_ms: int = 300) -> Iterator[None]:
    """Hold the database at ``path`` alone, closed by everybody.

    For moving or deleting its files. May block. Raises ``DatabaseBusyError``.
    """
    lock = ProcessLock(path.with_name(path.name + ".lock"))
    try:
        try:
            lock.exclude(timeout_ms)
        except EngineError as error:
            if not is_busy(error):
                raise
            raise DatabaseBusyError("somebody has it open") from None
        yield
    finally:
        lock.close()
