"""Transactions on one space's database, each with the space's state as it is then.

The small state in memory belongs to the database thread; it is dropped when a write rolls back
or when another process has committed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from inglenook_client.store.database import Connection, Database
from inglenook_client.store.state import SpaceState, load_state

T = TypeVar("T")
P = ParamSpec("P")


class Transactions:
    """What ``SpaceStore`` builds on: one open database, and the state that goes with it."""

    def __init__(self, database: Database, state: SpaceState) -> None:
        self._database = database
        self._current: tuple[int | None, SpaceState] | None = None
        """The state as of a ``data_version``: one value, so that they can't come apart."""
        self._device_id = state.device.id
        self._sign_key = state.keys.sign
        self._writing = asyncio.Lock()

    async def close(self) -> None:
        await self._database.close()

    async def _write(
        self,
        fn: Callable[Concatenate[Connection, SpaceState, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        return await self._run_write(True, fn, *args, **kwargs)

    async def _run_write(
        self,
        durable: bool,
        fn: Callable[Concatenate[Connection, SpaceState, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        def run(conn: Connection) -> T:
            # Inside BEGIN IMMEDIATE nobody else can commit: what is loaded here is current.
            version = _version(conn)
            current, self._current = self._current, None
            state = current[1] if current and current[0] == version else load_state(conn)
            result = fn(conn, state, *args, **kwargs)
            kept.append((version, state))
            return result

        kept: list[tuple[int | None, SpaceState]] = []
        # One write at a time, its state put back before the next begins: a later transaction
        # must never start from an earlier one's state. Only a committed one's is kept. A read
        # may have put a later one there meanwhile; then this one's version tells it is old.
        async with self._writing:
            result = await self._database.write(run, durable=durable)
            self._keep(*kept[0])
        return result

    async def _read(
        self,
        fn: Callable[Concatenate[Connection, SpaceState, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        def run(conn: Connection) -> T:
            # Reading something first fixes the snapshot, so that version and data agree.
            conn.execute("SELECT 1 FROM setting LIMIT 1").fetchone()
            version, current = _version(conn), self._current
            if current is None or current[0] != version:
                current = (version, load_state(conn))
                self._keep(*current)
            return fn(conn, current[1], *args, **kwargs)

        return await self._database.read(run)

    def _keep(self, version: int | None, state: SpaceState) -> None:
        # The keys too: a device that was restored takes new ones (SPEC 17.1).
        self._current = (version, state)
        self._device_id, self._sign_key = state.device.id, state.keys.sign


def _version(conn: Connection) -> int | None:
    row = conn.execute("PRAGMA data_version").fetchone()
    return None if row is None else int(row[0])
