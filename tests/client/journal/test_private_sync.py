"""A device that stays in sync keeps the private journal in step too, at times of its own."""

import asyncio
import json

import pytest

from inglenook_client.journal import private_sync
from inglenook_client.journal.private_sync import SCHEDULE, Schedule
from inglenook_harness.linked import link_computer
from inglenook_harness.paired import open_journal
from inglenook_harness.relay import RelayProcess

SECONDS = 30


@pytest.fixture
def quick(monkeypatch):
    """The schedule of a test: much the same, sooner."""
    soon = Schedule((0.05, 0.1), (0.1, 0.2))
    real = private_sync.stay

    async def stay(state, on_change):
        await real(state, on_change, soon)

    monkeypatch.setattr(private_sync, "stay", stay)


async def until(holds):
    async with asyncio.timeout(SECONDS):
        while not await holds():
            await asyncio.sleep(0.05)


async def texts(journal):
    return {
        entry.current.text
        for day in (await journal.timeline(days=99)).days
        for entry in day.entries
        if entry.current is not None
    }


async def watching(journal, told):
    async def arrived():
        told.append(1)

    task = asyncio.create_task(journal.watch(arrived))
    await asyncio.sleep(0)
    return task


async def ended(*tasks):
    for task in tasks:
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        assert isinstance(outcome, asyncio.CancelledError)


def test_the_schedule_is_not_the_shared_journals():
    """The shared journal moves within a second; this one must not move with it."""
    assert SCHEDULE.first[0] >= 5
    assert SCHEDULE.then[0] >= 60
    assert SCHEDULE.then[1] - SCHEDULE.then[0] >= 300


@pytest.mark.long
def test_a_watch_keeps_both_in_step(couple, relay, tmp_path, quick):
    ana, _ = couple
    laptop = link_computer(ana, tmp_path / "laptop", private=relay.url)

    async def both():
        told: list[int] = []
        async with await open_journal(ana) as one, await open_journal(laptop) as two:
            tasks = [await watching(one, []), await watching(two, told)]
            await one.write("for me, while both watch")
            await one.write("for us, while both watch", visibility="shared")
            await until(lambda: has(two, "for us, while both watch"))
            await until(lambda: has(two, "for me, while both watch"))
            assert told
            # Turned off by another process: the watch goes along, and sends it no more.
            await two.devices.keep_private_here()
            await two.write("stays on the laptop")
            await asyncio.sleep(1.0)
            assert "stays on the laptop" not in await texts(one)
            await ended(*tasks)

    async def has(journal, text):
        return text in await texts(journal)

    asyncio.run(both())


@pytest.mark.long
def test_a_watch_outlives_a_relay_that_is_away(couple, relay, tmp_path, quick):
    ana, _ = couple
    laptop = link_computer(ana, tmp_path / "laptop", private=relay.url)

    async def through():
        async with await open_journal(ana) as one, await open_journal(laptop) as two:
            tasks = [await watching(one, []), await watching(two, [])]
            relay.kill()
            await one.write("written without a relay")
            await asyncio.sleep(0.5)
            relay.start()
            await until(lambda: has(two))
            await ended(*tasks)

    async def has(journal):
        return "written without a relay" in await texts(journal)

    asyncio.run(through())


@pytest.mark.long
def test_one_journals_relay_away_and_the_others_there(couple, relay, tmp_path):
    """What worked is said, beside what did not; each relay in turn."""
    ana, _ = couple
    other = RelayProcess(tmp_path / "relay of the private journal")
    with other:
        link_computer(ana, tmp_path / "laptop", private=other.url, private_token=other.token)
        ana("sync")
        for away, settled in ((other, "shared"), (relay, "private")):
            ana("write", "for both", "--share")
            ana("write", "for me")
            away.stop()
            ended = ana.run("sync", "--json")
            assert (ended.code, ended.error["kind"]) == (7, "relay-unreachable")
            document = json.loads(ended.out)
            assert document["settled"] == [settled]
            sent = document["private"]["sent"] if settled == "private" else document["sent"]
            assert sent is True
            away.start()
        assert ana("sync")["settled"] == ["shared", "private"]
