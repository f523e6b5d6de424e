"""(c) From written on one device to visible on the other, live, over a real relay.

Both devices run the app's own engine, in one process; the relay is a process of its own. The
floor is what can't be left out: three commits synced to disk (the writer's, the relay's, the
reader's) and two loopback hops to another process.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from inglenook_bench.figures import Figure, compare, percentile, reaching
from inglenook_bench.scene import Scene, engine_for, expect, moment, transport_for
from inglenook_client.store import queries
from inglenook_client.store.database import Connection
from inglenook_client.store.space import SpaceStore
from inglenook_client.store.state import SpaceState
from inglenook_client.sync.engine import SyncEngine
from inglenook_protocol.kinds import EntryWritten

TEXT = "We walked along the river after supper and talked about the spring. " * 2
EVENTS_BEFORE = 1_000
WARM_UP = 20
_ECHO = """
import asyncio
async def serve(reader, writer):
    try:
        while True:
            writer.write(await reader.readexactly(1000))
    except asyncio.IncompleteReadError:
        writer.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


async def measure(scene: Scene) -> list[Figure]:
    """p50 and p99."""
    count = 60 if scene.quick else 400
    scene.grow(EVENTS_BEFORE)
    relay = await scene.filled_relay(EVENTS_BEFORE)
    writer_device = scene.history.new_reader()
    writer = await scene.new_store(scene.path("writer") / "shared.db", writer_device)
    reader = await scene.new_store(scene.path("reader") / "shared.db")
    seen = asyncio.Event()

    async def nothing() -> None:
        return

    async def changed() -> None:
        seen.set()

    try:
        async with transport_for(writer, relay) as one, transport_for(reader, relay) as other:
            engines = [engine_for(writer, one, relay), engine_for(reader, other, relay)]
            for engine in engines:
                await engine.sync_once()
            watching = [
                asyncio.create_task(engines[0].watch(nothing)),
                asyncio.create_task(engines[1].watch(changed)),
            ]
            await _live(engines)
            scene.say(f"writing {count} times")
            ours, floors = await _alternate(scene, writer, reader, seen, count)
            for task in watching:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        expect(
            "the reader's digest",
            (await reader.overview()).digest,
            (await writer.overview()).digest,
        )
    finally:
        await writer.close()
        await reader.close()
        relay.stop()
    figures = []
    for name, share, reach in (("p50", 0.5, 15), ("p99", 0.99, 60)):
        figure = compare(
            "c", f"written here to visible there, {name}", [percentile(ours, share)], "ms",
            "3 commits + 2 hops", [percentile(floors, share)],
        )  # fmt: skip
        figures.append(reaching(figure, f"< {reach} ms", figure.value < reach))
    return figures


async def _live(engines: list[SyncEngine]) -> None:
    async with asyncio.timeout(20):
        while not all(engine.live for engine in engines):
            await asyncio.sleep(0.01)


async def _alternate(
    scene: Scene, writer: SpaceStore, reader: SpaceStore, seen: asyncio.Event, count: int
) -> tuple[list[float], list[float]]:
    pause = random.Random(7)
    ours: list[float] = []
    floors: list[float] = []
    ms = time.time_ns() // 1_000_000
    async with _Floor(scene) as floor:
        for number in range(count + WARM_UP):
            await asyncio.sleep(pause.uniform(0.005, 0.04))
            seen.clear()
            begin = time.perf_counter()
            payload = EntryWritten("moment", f"{number} {TEXT}", "2026-01-01", [], None)
            id_ = await writer.append(payload, moment(ms + number))
            async with asyncio.timeout(10):
                while await reader.query(queries.entity_by_id, id_) is None:
                    await seen.wait()
                    seen.clear()
            took = time.perf_counter() - begin
            await asyncio.sleep(pause.uniform(0.005, 0.02))
            least = await floor.once(number)
            if number >= WARM_UP:
                ours.append(took * 1000)
                floors.append(least * 1000)
    return ours, floors


class _Floor:
    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._stores: list[SpaceStore] = []

    async def __aenter__(self) -> _Floor:
        for _ in range(2):
            self._stores.append(await self._scene.new_store(self._scene.path("floor") / "s.db"))
        self._relay = sqlite3.connect(_made(self._scene.path("floor")), isolation_level=None)
        self._relay.execute("PRAGMA journal_mode = WAL")
        self._relay.execute("PRAGMA synchronous = FULL")
        self._relay.execute("CREATE TABLE chunk (no INTEGER PRIMARY KEY, body BLOB)")
        self._echo = subprocess.Popen([sys.executable, "-c", _ECHO], stdout=subprocess.PIPE)
        port = int(self._echo.stdout.readline()) if self._echo.stdout else 0
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()
        self._echo.kill()
        self._echo.wait()
        if self._echo.stdout:
            self._echo.stdout.close()
        self._relay.close()
        for store in self._stores:
            await store.close()

    async def once(self, number: int) -> float:
        """Seconds for the three commits and the two hops."""

        def insert(conn: Connection, state: SpaceState) -> None:
            conn.execute(
                "INSERT INTO unreadable (place, reject) VALUES (?, ?)", (number, "x" * 800)
            )

        begin = time.perf_counter()
        await self._stores[0]._write(insert)
        self._writer.write(bytes(1000))
        await self._reader.readexactly(1000)
        self._relay.execute("INSERT INTO chunk (body) VALUES (?)", (bytes(800),))
        await self._stores[1]._write(insert)
        return time.perf_counter() - begin


def _made(directory: Path) -> Path:
    directory.mkdir(parents=True)
    return directory / "relay.sqlite3"
