"""A real relay process between malformed traffic and honest clients at the same time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from inglenook_client.core.ports import RelayAddress
from inglenook_client.sync.engine import SyncEngine
from inglenook_client.sync.transport import RelayTransport, SpaceLogin
from inglenook_fuzz.traffic import admitted
from inglenook_harness.relay import TOKEN, RelayProcess
from inglenook_harness.stores import Device, make_couple
from inglenook_protocol.kinds import EntryWritten

MORE_MEMORY_MB = 60
SENDERS = 6


@asynccontextmanager
async def engine(device: Device, relay: RelayProcess) -> AsyncIterator[SyncEngine]:
    store = device.store
    login = SpaceLogin(store.space_id, store.device_id, store.sign_login)
    async with RelayTransport(relay.url, login) as transport:
        yield SyncEngine(store, transport, RelayAddress(relay.url, TOKEN))


async def _digest(device: Device) -> bytes:
    return (await device.store.overview()).digest


async def _live(device: Device, relay: RelayProcess, ended: asyncio.Event) -> int:
    """Write and sync, by turns, until the others are done; how often that was."""
    rounds = 0
    while not ended.is_set() or rounds < 3:
        text = f"words {rounds} of {device.name}"
        await device.store.append(
            EntryWritten("moment", text, "2026-09-21", [], None), device.now()
        )
        async with engine(device, relay) as syncing:
            report = await syncing.sync_once()
        assert not report.refused_by_device
        assert not report.not_given_by_device
        rounds += 1
        await asyncio.sleep(0.05)
    return rounds


async def _keeps_serving(tmp_path: Path, pieces: int) -> Counter[str]:
    """``pieces`` of malformed traffic, by several senders, beside two who write to each other."""
    with RelayProcess(tmp_path / "relay", registration_token=TOKEN, read_seconds=2) as relay:
        couple = await make_couple(tmp_path)
        one, two = couple.devices
        try:
            senders = [await admitted(relay.url, relay.port, TOKEN, n) for n in range(SENDERS)]
            process = psutil.Process(relay.pid)
            ended = asyncio.Event()

            async def send() -> None:
                # The rest of what Python sets aside for its work comes with the first of it.
                await asyncio.gather(*(s.send() for s in senders for _ in range(3)))
                before = process.memory_info().rss
                for _ in range(pieces // SENDERS):
                    await asyncio.gather(*(sender.send() for sender in senders))
                grown = process.memory_info().rss - before
                assert grown < MORE_MEMORY_MB << 20, f"{grown >> 20} MB more"

            async def both() -> int:
                return sum(await asyncio.gather(*(_live(d, relay, ended) for d in (one, two))))

            living = asyncio.create_task(both())
            try:
                await send()
            finally:
                ended.set()
                rounds = await living
            for device in (one, two, one):
                async with engine(device, relay) as syncing:
                    await syncing.sync_once()
            assert await _digest(one) == await _digest(two)
            assert (await one.store.overview()).entries == rounds
            assert (await one.store.overview()).notices == []
        finally:
            await couple.close()
        assert relay.stop() == 0
        assert relay.errors() == ""
    answers: Counter[str] = Counter()
    for sender in senders:
        answers.update(sender.answers)
    return answers


@pytest.mark.long
async def test_honest_clients_are_served_amid_malformed_traffic(tmp_path: Path) -> None:
    answers = await _keeps_serving(tmp_path, 150)
    assert not [status for status in answers if status.startswith("5") and status != "503"]
    # It got somewhere: through the door, to the records, and into live streams.
    assert answers["400"] > 20
    assert answers["socket 101"] > 5
    assert answers["401"] + answers["403"] + answers["404"] > 1


@pytest.mark.long
async def test_honest_clients_are_served_amid_much_malformed_traffic(tmp_path: Path) -> None:
    answers = await _keeps_serving(tmp_path, 3_000)
    assert answers["socket 101"] > 200
    # Every way of being refused that a stranger and a member can meet, and streams that were cut.
    assert answers.keys() >= {"400", "401", "403", "404", "413", "closed"}
