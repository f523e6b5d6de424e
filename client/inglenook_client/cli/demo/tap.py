"""A tap between clients and relay: it hands everything on and keeps a copy."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_READ_BYTES: Final = 65_536


class Tap:
    """Listens on loopback, forwards to a port, and records both directions in one file."""

    def __init__(self, recording: Path) -> None:
        self._recording = recording
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.target_port = 0
        self.port = 0
        self.recorded_bytes = 0

    async def start(self) -> None:
        """Listen on a free port."""
        self._recording.touch(mode=0o600)
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """End all connections."""
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(
        self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter
    ) -> None:
        try:
            relay, to_relay = await asyncio.open_connection("127.0.0.1", self.target_port)
        except OSError:
            # The relay is away: the client sees just that.
            to_client.close()
            return
        for source, sink in ((client, to_relay), (relay, to_client)):
            task = asyncio.create_task(self._forward(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _forward(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await source.read(_READ_BYTES):
                self._record(piece)
                sink.write(piece)
                await sink.drain()
        with contextlib.suppress(OSError):
            sink.close()

    def _record(self, piece: bytes) -> None:
        self.recorded_bytes += len(piece)
        with self._recording.open("ab") as file:
            file.write(piece)


def plaintext_hits(files: Iterator[Path], needles: list[bytes]) -> int:
    """How often any of ``needles`` stands in any of ``files``."""
    hits = 0
    for path in files:
        content = path.read_bytes()
        hits += sum(content.count(needle) for needle in needles)
    return hits
