"""One encrypted database, driven from asyncio; the only module that knows how aiosqlite does it.

Theory. Each `Database` owns one SQLCipher connection on one thread of its own. A caller hands over
a plain function; the thread runs it whole inside one transaction, and the event loop hears of it
once. Nothing is awaited per statement, and nothing that can block runs on the event loop.

    write(fn)                 BEGIN IMMEDIATE, fn(conn), COMMIT        any exception: ROLLBACK
    write(fn, durable=False)  the same at synchronous=NORMAL
    read(fn)                  BEGIN, fn(conn), ROLLBACK                a write inside is refused

Promises:

- **Returned means on disk.** When `write` returns, the transaction survives power loss. With
  `durable=False` it survives the end of this process, and power loss only once a later durable
  write that changed something, or a checkpoint, has returned: for what someone else still holds,
  as in bulk admission of envelopes that the relay keeps. Order is kept either way: a
  transaction that survives has all earlier ones below it.
- **Asked means done.** A call that reached the thread's queue runs to its end even when the
  awaiting task is cancelled; then the caller doesn't learn the outcome. Never is a transaction
  left open, nor half of one kept.
- **One at a time, in order of asking**, reads and writes alike: keep transactions short (a tenth
  of a second at most) where a person waits.
- **Several processes may have it open.** Writers wait for each other up to `busy_timeout_ms`;
  readers never wait. `data_version` tells cheaply whether another one has committed.

Pitfalls: a page whose authentication code doesn't match puts SQLCipher's connection into a state
where later reads are refused too, so after `DatabaseDamagedError` close, and open again to rescue
the rest. A cursor must not outlive its function: fetch inside. Close what you open: an open
database keeps the interpreter alive at exit.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar, TypeVarTuple, cast

import aiosqlite

from inglenook_client.store.errors import DatabaseClosedError, StoreError
from inglenook_client.store.migrations import Migration, check_numbering
from inglenook_client.store.session import Session, open_session, typed_errors
from inglenook_client.store.sqlcipher import KEY_BYTES, Connection

__all__ = ["Connection", "Database", "Migration"]

BUSY_TIMEOUT_MS: Final = 5_000

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")


class Database:
    """An open database. Made by `open`; use it as `async with await Database.open(...) as db`.

    Every method may raise `StoreError` kinds: `DatabaseBusyError`, `DiskFullError`, `DiskError`,
    `ReadOnlyError`, `DatabaseDamagedError`, `ConstraintError`, `DatabaseClosedError`.
    """

    def __init__(self, path: Path, thread: aiosqlite.Connection) -> None:
        """Not for callers; see `open`."""
        self.path = path
        self._thread = thread
        self._closing: asyncio.Future[None] | None = None

    def __repr__(self) -> str:
        return f"<Database {self.path.name}>"

    @classmethod
    async def open(
        cls,
        path: Path,
        key: bytes,
        migrations: Sequence[Migration],
        *,
        create: bool = True,
        busy_timeout_ms: int = BUSY_TIMEOUT_MS,
    ) -> Self:
        """Open the database at `path` under the raw 32-byte `key`, at the newest schema.

        Makes the file (0600) and missing folders (0700) unless `create` is false. An older schema
        is migrated on a copy first, which needs every other user of the file to have closed it.

        Raises `WrongKeyError`, `DatabaseDamagedError`, `DatabaseNotFoundError`, `NewerSchemaError`,
        `DatabaseBusyError`, `DiskFullError`, `ReadOnlyError`, `DatabaseUnreachableError`; and
        `ValueError` for a key of another size or migrations that aren't numbered 1, 2, 3, ....
        """
        if len(key) != KEY_BYTES:
            raise ValueError(f"the key has {len(key)} bytes, not {KEY_BYTES}")
        steps = tuple(migrations)
        check_numbering(steps)
        opening = asyncio.ensure_future(
            cls._open_on_thread(
                Path(path), lambda: open_session(Path(path), key, steps, create, busy_timeout_ms)
            )
        )
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            # The thread can't be interrupted; waiting here leaves no connection without an owner.
            with contextlib.suppress(Exception):
                await (await opening).close()
            raise

    @classmethod
    async def _open_on_thread(cls, path: Path, connector: Callable[[], Session]) -> Self:
        # aiosqlite wants of a connection no more than close(): it may be any object.
        thread = aiosqlite.Connection(cast(Any, connector), iter_chunk_size=64)
        try:
            await thread
        except BaseException:
            await _ended(thread)
            raise
        return cls(path, thread)

    async def write(
        self, fn: Callable[[Connection, *_Ts], _T], *args: *_Ts, durable: bool = True
    ) -> _T:
        """Run `fn(conn, *args)` in one write transaction and return its result once committed.

        Whatever `fn` raises rolls back and comes out unchanged, but for the engine's own errors,
        which come out typed. What `durable` means is in the module's text.
        """
        return await self._on_thread(Session.write, fn, args, durable)

    async def read(self, fn: Callable[[Connection, *_Ts], _T], *args: *_Ts) -> _T:
        """Run `fn(conn, *args)` on one unchanging snapshot of the database."""
        return await self._on_thread(Session.read, fn, args)

    async def data_version(self) -> int:
        """A number that changes when another connection has committed; never by our own writes.

        Compare with the value seen before; it means nothing else. No other process is waited for.
        """
        return await self._on_thread(Session.data_version)

    async def quick_check(self) -> None:
        """Read and authenticate every page. Takes about a second per hundred megabytes.

        Raises `DatabaseDamagedError`, with SQLite's findings as its `detail`.
        """
        await self._on_thread(Session.quick_check)

    async def empty_log(self) -> bool:
        """Fold the write-ahead log in and cut it to nothing, so that what was overwritten is
        gone from there too; whether nobody else stood in the way just now."""
        return await self._on_thread(Session.empty_log)

    async def snapshot(self, to: Path, key: bytes) -> None:
        """Copy the database of this moment into the new file ``to``, under its own key, checked.

        Others go on reading and writing. Raises as every method, and ``FileExistsError``.
        """
        await self._on_thread(Session.snapshot, to, key)

    async def close(self) -> None:
        """Finish what was asked before, fold in the log, end the thread. May be called twice.

        Once begun it goes through, even when the caller is cancelled.
        """
        if self._closing is None:
            # One task for all callers: a second close() in aiosqlite would wait for ever.
            self._closing = asyncio.ensure_future(self._close_thread())
        await asyncio.shield(self._closing)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def _on_thread(self, method: Callable[..., _T], *args: Any) -> _T:
        # Not public in aiosqlite; what we rely on is pinned by tests of this module: a function
        # is queued before anything is awaited, runs on the one thread, in order, to its end,
        # and its result or exception comes back.
        if self._closing is not None:
            raise DatabaseClosedError
        thread = cast(Any, self._thread)
        result, error = await thread._execute(_attempt, method, thread._connection, *args)
        if error is not None:
            if isinstance(error, StoreError):
                error.file = self.path.name
            try:
                raise error
            finally:
                del error  # its traceback holds this frame
        return cast(_T, result)

    async def _close_thread(self) -> None:
        try:
            with typed_errors():
                await self._thread.close()
        finally:
            await _ended(self._thread)


def _attempt(method: Callable[..., _T], *args: Any) -> tuple[_T | None, BaseException | None]:
    # Errors travel as values: what no future can carry (StopIteration) would otherwise leave the
    # caller waiting for ever.
    try:
        return method(*args), None
    except BaseException as error:
        return None, error


async def _ended(thread: aiosqlite.Connection) -> None:
    # The thread's last act is to wake the loop: one that closes before that gets a stray
    # traceback on stderr. Its end is microseconds away, so a short nap is enough.
    while cast(Any, thread)._thread.is_alive():  # noqa: ASYNC110 - nothing signals its end
        await asyncio.sleep(0.0002)
