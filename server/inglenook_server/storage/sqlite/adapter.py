"""The storage port over SQLite: one writer, a few readers."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

from inglenook_server.core.ops import Op
from inglenook_server.storage.port import Snapshot, StorageClosed
from inglenook_server.storage.sqlite.connection import connect_reader, connect_writer, translate
from inglenook_server.storage.sqlite.reading import SqliteSnapshot
from inglenook_server.storage.sqlite.writing import Writer

T = TypeVar("T")

READERS: Final = 2


class SqliteStorage:
    """Everything in one file, ``relay.sqlite3``, in ``directory``.

    ``max_bytes`` bounds that file (its WAL aside). Raises ``StorageError`` when the directory
    or the file cannot be used.
    """

    def __init__(self, directory: Path, max_bytes: int | None = None) -> None:
        self._directory = directory
        connection = connect_writer(directory, max_bytes)
        try:
            (last,) = connection.execute("SELECT coalesce(max(no), 0) FROM branch").fetchone()
        except sqlite3.Error as error:  # a page that is damaged
            connection.close()
            raise translate(error) from None
        self._last_branch: int = last
        self._writer = Writer(connection)
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="relay-reader")
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._closed = False

    def new_branch_no(self) -> int:
        self._last_branch += 1
        return self._last_branch

    async def commit(self, ops: Sequence[Op]) -> None:
        await self._writer.submit(ops)

    async def read(self, function: Callable[[Snapshot], T]) -> T:
        if self._closed:
            raise StorageClosed("The store is closed.")
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._read, function)

    def _read(self, function: Callable[[Snapshot], T]) -> T:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = connect_reader(self._directory)
            self._local.connection = connection
            self._connections.append(connection)
        with _transaction(connection):
            return function(SqliteSnapshot(connection))

    async def close(self) -> None:
        self._closed = True
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, self._close)

    def _close(self) -> None:
        self._pool.shutdown(wait=True)
        while self._connections:
            self._connections.pop().close()
        self._writer.close()


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        connection.execute("BEGIN")
        try:
            yield
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        raise translate(error) from None


@contextmanager
def open_reader(directory: Path) -> Iterator[SqliteSnapshot]:
    """A snapshot for a command, also while a relay serves the directory.

    Raises ``StorageError``.
    """
    connection = connect_reader(directory)
    try:
        with _transaction(connection):
            yield SqliteSnapshot(connection)
    finally:
        connection.close()
