"""A relay killed at every point of registering, committing and erasing: what it had answered is
there, what it had not may be asked again, and every history arrives whole."""

import os
import random
import shutil

import pytest

from inglenook_harness.wire import Couple, Reader
from inglenook_protocol.messages import Duplicate, PushRequest, RegisterRequest, decode_page
from inglenook_server.auth import Login
from inglenook_server.relay import open_relay
from inglenook_server.storage.sqlite import DATABASE_NAME, SqliteStorage, adapter
from inglenook_server.storage.sqlite.connection import connect_writer

POINTS_BY_DEFAULT = 8


class Watched:
    """The writing connection, which copies the files before and after each statement."""

    def __init__(self, connection, point):
        self._connection, self._point = connection, point

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def execute(self, sql, *parameters):
        return self._told(self._connection.execute, sql, parameters)

    def executemany(self, sql, *parameters):
        return self._told(self._connection.executemany, sql, parameters)

    def _told(self, run, sql, parameters):
        self._point()
        outcome = run(sql, *parameters)
        self._point()
        return outcome


class Crashes:
    """Copies of a data directory, each with how many steps the relay had answered by then."""

    def __init__(self, folder):
        self.data, self.copies = folder / "data", folder / "copies"
        self.answered = 0
        self.points = []
        self._synced_bytes = 0

    def log_bytes(self, directory):
        log = directory / f"{DATABASE_NAME}-wal"
        return log.stat().st_size if log.exists() else 0

    def answer(self):
        """What was asked is answered: all of the write-ahead file is on disk by now."""
        self.answered += 1
        self._synced_bytes = self.log_bytes(self.data)

    def point(self):
        copy = self.copies / str(len(self.points))
        shutil.copytree(self.data, copy, ignore=shutil.ignore_patterns("*-shm"))
        self.points.append((copy, self.answered, self._synced_bytes))

    def lose_power(self, copy, synced_bytes, chance):
        """Of the write-ahead file beyond what was synced, only some reached the disk."""
        length = self.log_bytes(copy)
        if length > synced_bytes:
            os.truncate(copy / f"{DATABASE_NAME}-wal", chance.randint(synced_bytes, length))
            return True
        return False


async def opened(directory):
    relay, _ = await open_relay(
        SqliteStorage(directory),
        member_quota=1 << 40,
        cache_bytes=1 << 20,
        max_mailboxes=8,
        registration_token="t",
    )
    return relay


def steps(couple):
    """What a couple asks of the relay, one after the other; each can be asked again."""
    ana, ben = couple.devices
    login = Login(couple.space_id, ana.id, b"", 0)
    registration = RegisterRequest("t", couple.genesis.encoded, couple.statements)
    ana.append(3, 40)
    ben.append(2, 40)
    first = PushRequest([], [*ana.runs(), *ben.runs()])
    clone = ana.fork_at(2)
    ana.append(2, 40)
    clone.append(2, 40)
    more = PushRequest([], [*ana.runs(3), *clone.runs(2)])
    erasing = PushRequest([couple.erase(ana, [2])], [])
    logs = [ana, ben]
    refs = [
        set(),
        {log.ref(seq) for log in logs for seq in range(1, (3 if log is ana else 2) + 1)},
        {ana.ref(4), ana.ref(5), clone.ref(3), clone.ref(4)},
        set(),
    ]
    asks = [
        lambda relay: relay.register(registration),
        lambda relay: relay.push(login, first),
        lambda relay: relay.push(login, more),
        lambda relay: relay.push(login, erasing),
    ]
    return login, asks, refs


async def held_at(relay, login, couple):
    reader = Reader(couple)
    for _ in range(20):
        page = decode_page(await relay.pull(login, reader.request()))
        reader.take(page)
        if not page.more:
            return reader.held
    raise AssertionError("a pull without an end")


async def try_points(tmp_path, monkeypatch, how_many, power):
    crashes = Crashes(tmp_path)
    real = connect_writer
    with monkeypatch.context() as patch:
        patch.setattr(
            adapter, "connect_writer", lambda *given: Watched(real(*given), crashes.point)
        )
        relay = await opened(crashes.data)
    couple = Couple("crashes", devices_each=1)
    login, asks, refs = steps(couple)
    try:
        for ask in asks:
            await ask(relay)
            crashes.answer()
    finally:
        await relay.close()
    chance = random.Random(2)
    assert len(crashes.points) > 40
    points = crashes.points if how_many is None else chance.sample(crashes.points, how_many)
    cut = 0
    for copy, answered, synced_bytes in points:
        if power:
            cut += crashes.lose_power(copy, synced_bytes, chance)
        again = await opened(copy)
        try:
            if answered > 0:  # before that, there is no space to ask for
                held = await held_at(again, login, couple)
                # What was answered is there; what was not is there whole, or not at all.
                expected = set().union(*refs[:answered])
                assert expected <= held.keys()
                assert held.keys() - expected in (set(), refs[min(answered, len(refs) - 1)])
                if answered == len(asks):
                    assert held[couple.devices[0].ref(2)].body is None
            for number, ask in enumerate(asks):
                results = await ask(again) or []
                if 0 < number < answered:
                    assert all(isinstance(result, Duplicate) for result in results)
            held = await held_at(again, login, couple)
            assert held.keys() == set().union(*refs)
            assert [ref for ref in held if held[ref].body is None] == [couple.devices[0].ref(2)]
        finally:
            await again.close()
    assert cut > 3 or not power or how_many is not None
    return len(points)


async def test_a_relay_killed_at_some_points(tmp_path, monkeypatch):
    tried = await try_points(tmp_path, monkeypatch, POINTS_BY_DEFAULT, power=True)
    assert tried == POINTS_BY_DEFAULT


@pytest.mark.long
@pytest.mark.parametrize("power", [False, True], ids=["killed", "power"])
async def test_a_relay_killed_at_every_point(tmp_path, monkeypatch, power):
    print(f"{await try_points(tmp_path, monkeypatch, None, power)} points")
