"""(b) Many couples push at once: durable events a second, and the same server without a disk."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import psutil

from inglenook_bench.figures import Figure, compare, reaching
from inglenook_bench.lean import post_all, request
from inglenook_bench.scene import Scene, expect
from inglenook_harness.relay import RelayClient, RelayProcess
from inglenook_harness.wire import Couple
from inglenook_protocol.codec import encode
from inglenook_protocol.messages import Accepted, PushRequest
from inglenook_server.storage.sqlite import open_reader

COUPLES = 32
BATCH = 100
ROUNDS = 3


class Share:
    """CPU seconds of this process and of the relay while something ran."""

    def __init__(self, relay: RelayProcess) -> None:
        self._relay = psutil.Process(relay.process.pid if relay.process else None)
        self._before = self._times()

    def _times(self) -> tuple[float, float]:
        times = self._relay.cpu_times()
        return time.process_time(), times.user + times.system

    def generator(self) -> float:
        """What part of both was spent here, making load."""
        own, relay = (
            after - before for after, before in zip(self._times(), self._before, strict=True)
        )
        return own / max(own + relay, 0.001)


async def measure(scene: Scene) -> list[Figure]:
    """Both sizes of request."""
    batches = 4 if scene.quick else 20
    singles = 30 if scene.quick else 150
    scene.say("making couples and their requests")
    couples = [Couple(seed=("ingest", n)) for n in range(COUPLES)]
    for couple in couples:
        couple.devices[0].append(batches * BATCH)
        couple.devices[1].append(singles)
    by_size: dict[int, dict[bool, list[float]]] = {n: {True: [], False: []} for n in (BATCH, 1)}
    shares: dict[int, list[float]] = {BATCH: [], 1: []}
    for round_ in range(1 if scene.quick else ROUNDS):
        for durable in (True, False):
            scene.say(f"pushing, round {round_ + 1}, {'on disk' if durable else 'in memory'}")
            program = "inglenook_server" if durable else "inglenook_bench.memory_relay"
            relay = RelayProcess(scene.path("ingest"), program=("-m", program))
            try:
                for size in (BATCH, 1):
                    rate, share = await _push(relay, couples, size)
                    by_size[size][durable].append(rate)
                    if durable:
                        shares[size].append(share)
            finally:
                relay.stop()
            if durable:
                _check(relay.data, COUPLES * (batches * BATCH + singles))
    figures = []
    for size, rates in by_size.items():
        figure = compare(
            "b", f"durable ingest, {size} a request, {COUPLES} couples", rates[True], "events/s",
            "without storage", rates[False],
        )  # fmt: skip
        half = (figure.ratio or 0) >= 0.5
        if size == BATCH:
            holds = figure.value >= 15_000 and half
            figures.append(reaching(figure, ">= 15,000 and >= half the peer", holds))
        else:
            figures.append(reaching(figure, ">= half the peer", half))
        figures.append(
            compare(
                "b",
                f"  of that, CPU of the load generator ({size})",
                shares[size],
                "of all",
                "",
                [],
            )
        )
    return figures


async def _push(relay: RelayProcess, couples: list[Couple], size: int) -> tuple[float, float]:
    requests = []
    events = 0
    for couple in couples:
        device = couple.devices[0 if size > 1 else 1]
        async with RelayClient(relay.url) as client:
            await client.register(couple, relay.token)
            await client.login(device)
            path, bearer = client.space_path("push"), client.bearer
        of_couple = []
        for after in range(0, len(device.envelopes), size):
            body = encode(PushRequest([], [device.run(after, after + size)]))
            answer = encode([Accepted(after + size)])
            of_couple.append((request(relay.port, path, bearer, body), answer))
            events += size
        requests.append(of_couple)
    share = Share(relay)
    start = time.perf_counter()
    await asyncio.gather(*(post_all(relay.port, each) for each in requests))
    return events / (time.perf_counter() - start), share.generator()


def _check(data: Path, events: int) -> None:
    with open_reader(data) as snapshot:
        expect("events on disk", snapshot.totals().events, events)
