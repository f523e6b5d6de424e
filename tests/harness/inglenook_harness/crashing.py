"""A store's files as a crash at each point of an operation would leave them.

    crash = Crash(monkeypatch)                  # before the stores are opened
    points = await crash.at_each_point(device, folder, operation)
    async with reopened(points[0].path, device) as again: ...

A point lies before and after every statement that the store gives to its database, the commit
included. What is on disk there is copied, so one run of the operation gives all crashes: the
process could have been killed at any of them. After ``lose_power`` what was written since the last
sync is there in part only.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from inglenook_client.store import session, sqlcipher
from inglenook_client.store.appending import Entropy
from inglenook_client.store.space import SpaceStore
from inglenook_harness.stores import Chance, Device
from inglenook_protocol.keys import hpke_wrap


@dataclass
class Point:
    """One crash: a copy of the files, and what was going on."""

    name: str
    path: Path
    returned: bool
    """Whether the operation had returned to its caller."""


class _Watched:
    """A connection that tells of each statement, before and after."""

    def __init__(self, conn: Any, point: Callable[[str], None]) -> None:
        self._conn, self._point = conn, point

    def __getattr__(self, name: str) -> Any:
        return getattr(self._conn, name)

    def execute(self, sql: str, *parameters: Any) -> Any:
        return self._told(self._conn.execute, sql, parameters)

    def executemany(self, sql: str, *parameters: Any) -> Any:
        return self._told(self._conn.executemany, sql, parameters)

    def _told(self, run: Callable[..., Any], sql: str, parameters: tuple[Any, ...]) -> Any:
        self._point(f"before {sql[:40]}")
        outcome = run(sql, *parameters)
        self._point(f"after {sql[:40]}")
        return outcome


class Crash:
    """Takes the copies."""

    def __init__(self, monkeypatch: Any) -> None:
        self._taking: tuple[Path, Path] | None = None
        self._points: list[Point] = []
        real = sqlcipher.connect_keyed

        def connect(path: Path, *rest: Any, **more: Any) -> Any:
            return _Watched(real(path, *rest, **more), lambda name: self._point(path, name))

        monkeypatch.setattr(session, "connect_keyed", connect)

    def _point(self, path: Path, name: str, *, returned: bool = False) -> None:
        if self._taking is None or self._taking[0] != path:
            return
        copy = self._taking[1] / str(len(self._points)) / path.name
        copy.parent.mkdir(parents=True)
        copy_store(path, copy)
        self._points.append(Point(name, copy, returned))

    async def at_each_point(
        self, device: Device, folder: Path, operation: Callable[[], Awaitable[object]]
    ) -> list[Point]:
        """Run ``operation`` once; what a crash at each of its points would leave of ``device``."""
        self._points = []
        self._taking = (device.path, folder)
        try:
            await operation()
            self._point(device.path, "returned", returned=True)
        finally:
            self._taking = None
        return self._points


def copy_store(path: Path, to: Path) -> None:
    """The database and its log as they are on disk right now."""
    for ending in ("", "-wal"):
        source = path.with_name(path.name + ending)
        if source.exists():
            shutil.copyfile(source, to.with_name(to.name + ending))


def lose_power(point: Point, synced_bytes: int, chance: random.Random) -> None:
    """Of the log beyond what was synced, only some of the bytes reached the disk."""
    log = point.path.with_name(point.path.name + "-wal")
    length = log.stat().st_size
    if length > synced_bytes:
        with log.open("r+b") as file:
            file.truncate(chance.randint(synced_bytes, length))


@asynccontextmanager
async def reopened(path: Path, device: Device) -> AsyncIterator[Device]:
    """``device`` with the files at ``path``, by a new process."""
    entropy = Entropy(Chance(f"again {path}"), hpke_wrap)
    store = await SpaceStore.open(path, device.key, entropy=entropy, wall_ms=device.clock)
    try:
        yield replace(device, store=store, path=path)
    finally:
        await store.close()
