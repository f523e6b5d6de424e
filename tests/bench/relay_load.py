"""Load on a real relay: ingest, pages, bytes on disk, live streams. Run by hand:

    python tests/bench/relay_load.py ingest --batch 100 --couples 32
    python tests/bench/relay_load.py ingest --batch 1 --couples 32
    python tests/bench/relay_load.py ingest --batch 100 --memory      (without storage)
    python tests/bench/relay_load.py pages --events 150000
    python tests/bench/relay_load.py disk --events 100000 --batch 1
    python tests/bench/relay_load.py streams --count 1000
    python tests/bench/relay_load.py latency

Requests are made beforehand and written to plain sockets, so that the generator, which shares
the machine with the relay, takes as little of it as it can.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "harness"))

import psutil

from inglenook_harness.relay import RelayClient, RelayProcess, next_page
from inglenook_harness.wire import Couple
from inglenook_protocol.codec import encode
from inglenook_protocol.messages import Accepted, PushRequest, decode_push_results

MEMORY = """
from inglenook_server import __main__, serving
from inglenook_server.storage.memory import MemoryStorage
serving.SqliteStorage = lambda directory, max_bytes: MemoryStorage()
__main__.main()
"""
PROFILED = """
import cProfile, atexit
from inglenook_server import __main__
cProfile.run("__main__.main()", {!r})
"""


def start(root: Path, given: argparse.Namespace, **settings: int) -> RelayProcess:
    program = ("-m", "inglenook_server")
    if given.memory:
        program = ("-c", MEMORY)
    if given.profile:
        program = ("-c", PROFILED.format(given.profile))
    return RelayProcess(
        root / "relay", start=True, program=program, member_quota=1 << 40, **settings
    )


async def logged_in(relay: RelayProcess, couple: Couple) -> str:
    async with RelayClient(relay.url) as client:
        await client.register(couple, relay.token)
        await client.login(couple.devices[0])
        return client.bearer


def as_request(couple: Couple, bearer: str, body: bytes) -> bytes:
    return (
        f"POST /v1/spaces/{couple.space_id.hex()}/push HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {bearer}\r\nContent-Type: application/msgpack\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


async def send_all(port: int, requests: list[bytes], seconds: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in requests:
        begun = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        (length,) = map(int, re.findall(rb"Content-Length: (\d+)", head))
        body = await reader.readexactly(length)
        seconds.append(time.perf_counter() - begun)
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode() + repr(body))
        if not all(isinstance(result, Accepted) for result in decode_push_results(body)):
            raise RuntimeError(repr(decode_push_results(body)))
    writer.close()


async def fill(relay: RelayProcess, couples: int, pushes: int, batch: int) -> dict[str, float]:
    loads = []
    for number in range(couples):
        couple = Couple(("load", number))
        device = couple.devices[0]
        device.append(pushes * batch)
        bearer = await logged_in(relay, couple)
        bodies = [
            encode(PushRequest([], device.runs(n * batch, (n + 1) * batch))) for n in range(pushes)
        ]
        loads.append([as_request(couple, bearer, body) for body in bodies])
    process = psutil.Process(relay.pid)
    cpu = sum(process.cpu_times()[:2])
    seconds: list[float] = []
    begun = time.perf_counter()
    await asyncio.gather(*(send_all(relay.port, requests, seconds) for requests in loads))
    taken = time.perf_counter() - begun
    cuts = quantiles(seconds, n=100)
    return {
        "events_per_s": round(couples * pushes * batch / taken),
        "requests_per_s": round(couples * pushes / taken),
        "p50_ms": round(cuts[49] * 1000, 2),
        "p99_ms": round(cuts[98] * 1000, 2),
        "relay_cpu_s": round(sum(process.cpu_times()[:2]) - cpu, 2),
        "taken_s": round(taken, 2),
        "rss_mb": process.memory_info().rss >> 20,
    }


async def ingest(root: Path, given: argparse.Namespace) -> None:
    with start(root, given) as relay:
        total = given.events or (100_000 if given.batch > 1 else 20_000)
        pushes = max(1, total // given.batch // given.couples)
        print(await fill(relay, given.couples, pushes, given.batch))
        relay.stop()


async def disk(root: Path, given: argparse.Namespace) -> None:
    with start(root, given) as relay:
        total = given.events or 100_000
        pushes = total // given.batch // given.couples
        print(await fill(relay, given.couples, pushes, given.batch))
        relay.stop()
        stored = sum(path.stat().st_size for path in relay.data.iterdir())
        events = pushes * given.batch * given.couples
        print({"bytes": stored, "per_event": stored / events, "above_body": stored / events - 540})


async def pages(root: Path, given: argparse.Namespace) -> None:
    with start(root, given) as relay:
        total = given.events or 150_000
        couple = Couple("pages")
        device = couple.devices[0]
        device.append(total)
        async with RelayClient(relay.url) as client:
            await client.register(couple, relay.token)
            await client.login(device)
            step = min(1000, 200 * given.batch)
            for at in range(0, total, step):
                await client.push(device.runs(at, at + step, items=given.batch))
            process = psutil.Process(relay.pid)
            for _ in range(2):
                cpu = sum(process.cpu_times()[:2])
                count = size = 0
                held: list = []  # type: ignore[type-arg]
                begun = time.perf_counter()
                while True:
                    request = couple.pull_request(held)
                    body = await client.post(client.space_path("pull"), request)
                    size += len(body)
                    count += 1
                    # Decoding is the client's work; only where the page ended is needed.
                    last = body_last_seq(body)
                    held = [(device, [device.point(last)])]
                    if last == total:
                        break
                taken = time.perf_counter() - begun
                used = sum(process.cpu_times()[:2]) - cpu
                print(
                    {
                        "pages": count,
                        "events_per_s": round(total / taken),
                        "events_per_cpu_s": round(total / used),
                        "wire_bytes_per_event": size / total,
                        "rss_mb": process.memory_info().rss >> 20,
                    }
                )


def body_last_seq(body: bytes) -> int:
    import msgspec

    page = msgspec.msgpack.decode(body)
    run = page[1][-1]
    return int(run[1]) + len(run[4]) - 1


async def streams(root: Path, given: argparse.Namespace) -> None:
    with start(root, given, max_streams=1000) as relay:
        process = psutil.Process(relay.pid)
        print({"streams": 0, "rss_mb": process.memory_info().rss >> 20})
        clients, sockets = [], []
        for number in range(given.count // 4):
            couple = Couple(("live", number), devices_each=2)
            for device in couple.devices:
                client = RelayClient(relay.url)
                clients.append(client)
                if device is couple.devices[0]:
                    await client.register(couple, relay.token)
                await client.login(device)
                socket = await client.stream(couple.pull_request())
                await next_page(socket)
                sockets.append((couple, client, socket))
        print({"streams": len(sockets), "rss_mb": process.memory_info().rss >> 20})
        for couple, client, _ in sockets[::4]:
            couple.devices[0].append(3)
            await client.push(couple.devices[0].runs())
        for _, _, socket in [s for n, s in enumerate(sockets) if n % 4]:
            await next_page(socket)
        print({"streams": len(sockets), "after_push_rss_mb": process.memory_info().rss >> 20})
        for client in clients:
            await client.close()


async def latency(root: Path, given: argparse.Namespace) -> None:
    with start(root, given) as relay:
        couple = Couple("latency")
        one, two = couple.devices
        async with RelayClient(relay.url) as first, RelayClient(relay.url) as second:
            await first.register(couple, relay.token)
            await first.login(one)
            await second.login(two)
            socket = await second.stream(couple.pull_request())
            await next_page(socket)
            seen, answered = [], []
            for _ in range(given.count):
                one.append(1)
                runs = one.runs(len(one.envelopes) - 1)
                begun = time.perf_counter()
                push = asyncio.ensure_future(first.push(runs))
                await socket.receive_bytes()
                seen.append(time.perf_counter() - begun)
                await push
                answered.append(time.perf_counter() - begun)
                await asyncio.sleep(0.002)
        print(
            {
                "seen_p50_ms": round(median(seen) * 1000, 2),
                "seen_p99_ms": round(quantiles(seen, n=100)[98] * 1000, 2),
                "answered_p50_ms": round(median(answered) * 1000, 2),
            }
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=("ingest", "pages", "disk", "streams", "latency"))
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--couples", type=int, default=32)
    parser.add_argument("--events", type=int, default=0)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--profile", help="write a profile of the relay's loop to this file")
    parser.add_argument("--root", type=Path, help="where to keep data; else a temporary place")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.root) as folder:
        asyncio.run(globals()[given.what](Path(folder), given))


if __name__ == "__main__":
    main()
