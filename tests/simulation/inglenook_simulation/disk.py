"""What a device keeps: the store's real transactions over a database in memory.

``Disk`` outlives a process of the app, ``MemoryDatabase`` is one process's way to it; there may
be two at once. A process can be made to stop before or after its next commit, the disk to fill
up, and the power to fail: then what was not written durably may be gone, as ``Database`` says.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar, cast

import sqlcipher3  # type: ignore[import-untyped,unused-ignore]

from inglenook_client.store.locking import ProcessLock
from inglenook_client.store.migrations import load_migrations
from inglenook_client.store.session import Session
from inglenook_client.store.sqlcipher import RawConnection
from inglenook_simulation.versions import as_program

T = TypeVar("T")


class ProcessEnded(Exception):  # noqa: N818 - no error: it is what was asked for
    """The app stopped here, as killed."""


class _NoLock:
    def close(self) -> None:
        pass


def _connect() -> RawConnection:
    conn = cast(
        RawConnection,
        sqlcipher3.connect(":memory:", isolation_level=None, cached_statements=256),
    )
    conn.execute("PRAGMA foreign_keys = ON")
    return conn


def _copy(conn: RawConnection) -> RawConnection:
    copy = _connect()
    conn.backup(copy)
    return copy


_EMPTY: list[RawConnection] = []


def _empty() -> RawConnection:
    if not _EMPTY:
        conn = _connect()
        for step in load_migrations(files("inglenook_client.store") / "schema"):
            conn.executescript(
                f"BEGIN;\n{step.sql}\n;PRAGMA user_version = {step.version};\nCOMMIT;"
            )
        _EMPTY.append(conn)
    return _EMPTY[0]


class Disk:
    """One database. ``fault``: what happens at the next write; None for nothing."""

    def __init__(self, conn: RawConnection | None = None, *, keep_durable: bool = False) -> None:
        self.conn = _copy(_empty() if conn is None else conn)
        self.fault: str | None = None
        self.keep_durable = keep_durable
        self.next_fault: Callable[[], str | None] | None = None
        """Asked at each write for its fault, where a test looks at every one."""
        self.older = False
        """Whether the older program runs here."""
        self.commits = 0
        self.shared = False
        """Whether two processes have had it open at once."""
        self._durable: RawConnection | None = None

    def image(self) -> Disk:
        """A copy, as a backup of the profile."""
        copy = Disk(self.conn, keep_durable=self.keep_durable)
        copy.older = self.older
        return copy

    def close(self) -> None:
        for conn in (self.conn, self._durable):
            if conn is not None:
                conn.close()
        self._durable = None

    def before_write(self, durable: bool) -> None:
        if self.keep_durable and not durable and self._durable is None:
            self._durable = _copy(self.conn)

    def after_write(self, durable: bool) -> None:
        if durable and self._durable is not None:
            self._durable.close()
            self._durable = None

    def lose_power(self) -> bool:
        """Go back to what was durable; whether that makes a difference."""
        if self._durable is None:
            return False
        self.conn.close()
        self.conn, self._durable = self._durable, None
        return True


class _Counted:
    """The one connection as each of several processes sees it: with a ``data_version`` that the
    commits of the others move."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database
        self._conn = database.disk.conn

    def __getattr__(self, name: str) -> Any:
        return getattr(self._conn, name)

    def execute(self, sql: str, *parameters: Any) -> Any:
        if sql == "PRAGMA data_version":
            (version,) = self._conn.execute(sql).fetchone() or (0,)
            return self._conn.execute("SELECT ?", (version + self._database.others_commits,))
        return self._conn.execute(sql, *parameters)


class MemoryDatabase:
    """Stands where ``store.database.Database`` does; every transaction is the real one."""

    disks: ClassVar[dict[Path, Disk]] = {}

    @classmethod
    async def open(cls, path: Path, key: bytes, migrations: object, *, create: bool = True) -> Self:
        """As ``Database.open``, of the disk that stands at ``path``."""
        return cls(cls.disks[path])

    def __init__(self, disk: Disk) -> None:
        self.disk = disk
        self.ended = False
        self._own_commits = 0
        self._before = disk.commits
        self._counted = False
        self._session = self._make_session(disk.conn)

    def _make_session(self, conn: Any) -> Session:
        return Session(conn, cast(ProcessLock, _NoLock()), Path(), 0)

    @property
    def others_commits(self) -> int:
        """How often another process has committed since this one began."""
        return self.disk.commits - self._before - self._own_commits

    def _begin(self) -> Session:
        if self.ended:
            raise ProcessEnded
        if self.disk.shared and not self._counted:
            self._counted = True
            self._session = self._make_session(_Counted(self))
        return self._session

    async def write(self, fn: Callable[..., T], *args: Any, durable: bool = True) -> T:
        session, disk = self._begin(), self.disk
        disk.before_write(durable)
        fault, disk.fault = disk.fault, None
        if fault is None and disk.next_fault is not None:
            fault = disk.next_fault()
        with as_program(older=disk.older):
            if fault == "before":

                def killed(*inner: Any) -> T:
                    fn(*inner)
                    raise ProcessEnded

                self.ended = True
                return session.write(killed, args, durable)
            result = (
                self._write_on_full_disk(fn, args, durable)
                if fault == "full"
                else session.write(fn, args, durable)
            )
        disk.commits += 1
        self._own_commits += 1
        disk.after_write(durable)
        if fault == "after":
            self.ended = True
            raise ProcessEnded
        return result

    def _write_on_full_disk(self, fn: Callable[..., T], args: tuple[Any, ...], durable: bool) -> T:
        conn = self.disk.conn
        (pages,) = conn.execute("PRAGMA page_count").fetchone() or (0,)
        conn.execute(f"PRAGMA max_page_count = {int(pages)}").fetchone()
        try:
            return self._session.write(fn, args, durable)
        finally:
            conn.execute("PRAGMA max_page_count = 1000000").fetchone()

    async def read(self, fn: Callable[..., T], *args: Any) -> T:
        session = self._begin()
        with as_program(older=self.disk.older):
            return session.read(fn, args)

    async def data_version(self) -> int:
        self._begin()
        return self.others_commits

    async def empty_log(self) -> bool:
        """There is no log beside a database in memory."""
        self._begin()
        return True

    async def quick_check(self) -> None:
        self._session.quick_check()

    async def close(self) -> None:
        """The process ends; the disk stays."""
        self.ended = True
