"""(e) The relay's memory with a thousand live devices, beside the same process with none."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import resource

import psutil

from inglenook_bench.figures import Figure, compare, reaching
from inglenook_bench.scene import Scene, expect
from inglenook_harness.relay import RelayClient, RelayProcess
from inglenook_harness.wire import Couple, Device
from inglenook_protocol.codec import encode

LIMIT_MB = 150


async def measure(scene: Scene) -> list[Figure]:
    """Resident memory."""
    devices = 100 if scene.quick else 1_000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 8_192)), hard))
    relay = RelayProcess(scene.path("memory"))
    writers: list[asyncio.StreamWriter] = []
    try:
        process = psutil.Process(relay.process.pid if relay.process else None)
        empty = process.memory_info().rss / 1e6
        scene.say(f"connecting {devices:,} devices")
        readers = []
        couples = [Couple(seed=("memory", n)) for n in range(devices // 2)]
        for couple in couples:
            couple.devices[0].append(1)
            async with RelayClient(relay.url) as client:
                await client.register(couple, relay.token)
                for device in couple.devices:
                    await client.login(device)
                    reader, writer = await _connect(relay.port, client, device)
                    writers.append(writer)
                    readers.append(reader)
                    await _frame(reader)  # the first page: nothing yet
        scene.say("one event from each couple")
        for couple in couples:
            async with RelayClient(relay.url) as client:
                await client.login(couple.devices[0])
                await client.push(couple.devices[0].runs())
        # Everybody hears of it: the writer's own stream too, since it came by another login.
        pages = [await _frame(reader) for reader in readers]
        expect("devices that heard", sum(len(page) > 600 for page in pages), devices)
        await asyncio.sleep(1)
        full = process.memory_info().rss / 1e6
    finally:
        for writer in writers:
            writer.close()
        with contextlib.suppress(Exception):
            relay.stop()
    figure = compare("e", f"relay, {devices:,} live devices", [full], "MB", "no device", [empty])
    return [reaching(figure, f"< {LIMIT_MB} MB", full < LIMIT_MB)]


async def _connect(
    port: int, client: RelayClient, device: Device
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A bare WebSocket that has asked for what it lacks."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET {client.space_path('stream')} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Authorization: Bearer {client.bearer}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
    )
    head = await reader.readuntil(b"\r\n\r\n")
    expect("the relay's answer", head.split(b" ")[1], b"101")
    request = encode(device.couple.pull_request())
    # A mask of zeros leaves the bytes as they are.
    writer.write(b"\x82\xfe" + len(request).to_bytes(2, "big") + bytes(4) + request)
    return reader, writer


async def _frame(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(30):
        while True:
            kind, size = await reader.readexactly(2)
            if size >= 126:
                size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8), "big")
            content = await reader.readexactly(size)
            if kind == 0x82:
                return content
