"""A crash at every point of what a store does: afterwards everything acknowledged is there once,
the same can be asked again, and both sides come to hold the same."""

import random

import pytest

from inglenook_client.core.decide import WAS_BY_KIND
from inglenook_client.store import queries
from inglenook_harness.crashing import Crash, copy_store, lose_power, reopened
from inglenook_harness.stores import everything, hand_over, make_couple, page, settle
from inglenook_protocol.kinds import EntryWritten
from inglenook_protocol.roster import removed, sign_statement

POINTS_BY_DEFAULT = 6
"""Of each operation; ``long`` tries all of them."""


def moment(text):
    return EntryWritten("moment", text, "2026-09-21", [], None)


async def texts(device):
    rows, _ = await device.store.query(queries.entities_on_days, None, 100, ["moment"])
    return sorted(
        "(withdrawn)" if row.projection.redacted else row.projection.versions[-1].text
        for row in rows
    )


class Scene:
    """Ana's first device, her second, and Ben's; they hold the same three entries."""

    def __init__(self, couple):
        self.couple = couple
        self.ana, self.second, self.ben = couple.devices

    async def set(self):
        self.entry = await self.ana.store.append(moment("one"), self.ana.now())
        await self.second.store.append(moment("two"), self.second.now())
        await self.ben.store.append(moment("three"), self.ben.now())
        await settle(self.couple)
        self.before = ["one", "three", "two"]
        for text in ("four", "five"):
            await self.ben.store.append(moment(text), self.ben.now())
        _, runs = await everything(self.ben, [self.ben])
        self.page = page(runs)
        head = (await self.second.store.overview()).heads[self.second.info.id]
        root = self.couple.roots[0]
        content = removed(
            self.couple.genesis.space_id, self.second.info.id, [head], [], root.member_id
        )
        self.removal = page((), [sign_statement(root.sign, content)])


async def append(scene, ana):
    if "mine" not in await texts(ana):
        await ana.store.append(moment("mine"), ana.now())


async def admit(scene, ana):
    await ana.store.admit_page(scene.page)


async def rotate(scene, ana):
    await ana.store.admit_page(scene.removal)
    await ana.store.open_epoch()
    if "under the new key" not in await texts(ana):
        await ana.store.append(moment("under the new key"), ana.now())


async def redact(scene, ana):
    if "(withdrawn)" not in await texts(ana):
        await ana.store.redact(scene.entry, WAS_BY_KIND["moment"], "2026-09-21", ana.now())


async def fold(scene, ana):
    await ana.store.rebuild()


async def push(scene, ana):
    await ana.store.acknowledged({ana.info.id: 2, scene.ben.info.id: 2})
    await ana.store.settled("2026-09-21T10:00:00+00:00")


AFTER = {
    append: ["mine", "one", "three", "two"],
    admit: ["five", "four", "one", "three", "two"],
    rotate: ["one", "three", "two", "under the new key"],
    redact: ["(withdrawn)", "three", "two"],
    fold: ["one", "three", "two"],
    push: ["one", "three", "two"],
}


async def try_points(tmp_path, monkeypatch, operation, power, how_many):
    crash = Crash(monkeypatch)
    couple = await make_couple(tmp_path, (2, 1))
    chance = random.Random(1)
    try:
        scene = Scene(couple)
        await scene.set()
        log = scene.ana.path.with_name(scene.ana.path.name + "-wal")
        synced = log.stat().st_size
        points = await crash.at_each_point(
            scene.ana, tmp_path / "points", lambda: operation(scene, scene.ana)
        )
        assert len(points) > 8
        assert any("COMMIT" in point.name for point in points)
        chosen = points if how_many is None else chance.sample(points[:-1], how_many) + points[-1:]
        for point in chosen:
            if power and not point.returned:
                lose_power(point, synced, chance)
            ben_path = point.path.with_name("ben.db")
            copy_store(scene.ben.path, ben_path)
            async with reopened(point.path, scene.ana) as ana, reopened(ben_path, scene.ben) as ben:
                held = await texts(ana)
                if point.returned:
                    assert held == AFTER[operation], point.name
                else:
                    assert set(held) <= {*scene.before, *AFTER[operation]}, point.name
                    assert len(held) >= len(scene.before), point.name
                await operation(scene, ana)  # the same command again
                assert await texts(ana) == AFTER[operation], point.name
                for source, target in ((ana, ben), (ben, ana)):
                    await hand_over(source, target, couple)
                digests = {(await device.store.overview()).digest for device in (ana, ben)}
                assert len(digests) == 1, point.name
                for device in (ana, ben):
                    overview = await device.store.overview()
                    assert (overview.notices, overview.unreadable) == ([], {}), point.name
                    await device.store.check()
        return len(chosen)
    finally:
        await couple.close()


@pytest.mark.parametrize("operation", AFTER, ids=lambda operation: operation.__name__)
async def test_a_crash_at_some_points(tmp_path, monkeypatch, operation):
    tried = await try_points(tmp_path, monkeypatch, operation, True, POINTS_BY_DEFAULT)
    assert tried == POINTS_BY_DEFAULT + 1


@pytest.mark.long
@pytest.mark.parametrize("power", [False, True], ids=["killed", "power"])
@pytest.mark.parametrize("operation", AFTER, ids=lambda operation: operation.__name__)
async def test_a_crash_at_every_point(tmp_path, monkeypatch, operation, power):
    tried = await try_points(tmp_path, monkeypatch, operation, power, None)
    print(f"{operation.__name__}: {tried} points")
