"""What altered apps and removed devices can write, against what honest devices must agree on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from inglenook_client.store.space import SpaceStore
from inglenook_harness.forging import Pen, World, moment, show, show_rebuilt
from inglenook_harness.stores import page
from inglenook_protocol.kinds import EntityRedacted, EntryEdited
from inglenook_protocol.roster import Statement
from inglenook_protocol.runs import Run
from inglenook_protocol.sealing import EpochKey

DAY = "2026-09-21"
Step = Statement | Run


class Scene:
    """A world with a lost phone, a laptop that reads, and a partner; all added by their roots."""

    def __init__(self, folder, seed: object = 0) -> None:
        self.folder = folder
        self.world = World(seed)
        self.lost = self.world.pen(0)
        self.reader = self.world.pen(0)
        self.tablet = self.world.pen(0)
        self.partner = self.world.pen(1)
        self.pens = [self.lost, self.reader, self.tablet, self.partner]
        self.adds = {pen.id: self.world.adds(pen) for pen in self.pens}
        self.partner.epoch(self.world.key, self.pens)
        self.stores: list[SpaceStore] = []

    def key(self) -> EpochKey:
        return EpochKey(self.world.space_id, self.world.chance(32))

    async def observe(self, *steps: Step | Sequence[Step]) -> SpaceStore:
        """A store of the reader's device that is handed these, one page each."""
        name = f"observer{len(self.stores)}"
        store = await self.world.store(
            self.folder, name, self.reader, list(self.adds.values())
        )
        self.stores.append(store)
        await feed(store, self.partner.runs(0, 1))
        for step in steps:
            await feed(store, [step] if isinstance(step, Statement | Run) else step)
        return store

    async def agree(self, *orders: Iterable[Step | Sequence[Step]]) -> SpaceStore:
        """Whatever the order: one timeline, which is also what rebuilding gives."""
        stores = [await self.observe(*order) for order in orders]
        shown = [await show(store) for store in stores]
        for other in shown[1:]:
            assert other == shown[0]
        for store in stores:
            assert await show_rebuilt(store) == shown[0]
        return stores[0]


async def feed(store: SpaceStore, steps: Sequence[Step]) -> None:
    await store.admit_page(
        page(
            [s for s in steps if isinstance(s, Run)],
            [s for s in steps if isinstance(s, Statement)],
        )
    )


@pytest.fixture
async def scene(tmp_path):
    made = Scene(tmp_path)
    yield made
    for store in made.stores:
        await store.close()


async def events(store: SpaceStore) -> set[bytes]:
    shown = (await show(store))["entities"]
    return {row[1][i : i + 32] for row in shown for i in range(0, len(row[1]), 32)}


# ------------------------------------------------------------------ keys and removed devices


async def test_a_key_from_a_removed_device_opens_what_others_sealed_under_it(scene):
    key = scene.key()
    scene.lost.epoch(key, scene.pens)
    written = scene.tablet.event(moment("words"), key=key, witness=[scene.lost.ref()])
    gone = scene.world.removes(scene.lost)
    lost, tablet = scene.lost.runs(), scene.tablet.runs()
    store = await scene.agree([lost, tablet, gone], [gone, tablet, lost], [gone, lost, tablet])
    assert written in await events(store)


async def test_what_is_admitted_late_waits_for_its_key_like_the_rest(scene):
    key = scene.key()
    written = scene.lost.event(moment("words"), key=key)
    gone = scene.world.removes(scene.lost, [scene.lost.point()])
    scene.tablet.epoch(scene.key(), scene.pens, earlier=[key])
    lost, tablet = scene.lost.runs(), scene.tablet.runs()
    store = await scene.agree(
        [gone, lost, tablet], [lost, gone, tablet], [tablet, lost, gone], [tablet, gone, lost]
    )
    assert written in await events(store)


async def test_what_no_longer_counts_is_not_folded_when_its_key_comes(scene):
    key = scene.key()
    written = scene.lost.event(moment("words"), key=key)
    gone = scene.world.removes(scene.lost)
    scene.tablet.epoch(scene.key(), scene.pens, earlier=[key])
    lost, tablet = scene.lost.runs(), scene.tablet.runs()
    store = await scene.agree([lost, gone, tablet], [tablet, lost, gone], [gone, tablet, lost])
    assert written not in await events(store)


async def test_a_witness_that_opens_late_still_admits(scene):
    key = scene.key()
    written = scene.lost.event(moment("words"))
    scene.tablet.event(moment("words"), key=key, witness=[scene.lost.ref()])
    gone = scene.world.removes(scene.lost)
    scene.partner.epoch(scene.key(), scene.pens, earlier=[key])
    lost, tablet, opens = scene.lost.runs(), scene.tablet.runs(), scene.partner.runs(1)
    store = await scene.agree(
        [lost, tablet, gone, opens], [opens, gone, tablet, lost], [gone, tablet, lost, opens]
    )
    assert written in await events(store)


async def test_garbage_key_envelopes_and_bodies_are_counted_and_stop_nothing(scene):
    pen = scene.tablet
    for body in (b"", b"\x00", b"\x92\x90\xc4\x00", bytes(600)):
        pen.put(body, flags=1, key_id=scene.key().key_id)
    wrong = scene.key()
    pen.epoch(wrong, scene.pens)
    pen.envelopes[-1:] = []
    pen.put(scene.partner.envelopes[0].body, flags=1)  # another author's wraps
    for body in (b"", b"\x00" * 11, bytes(12), bytes(28), bytes(600)):
        pen.put(body)
    pen.core(b"no core")
    written = pen.event(moment("words"))
    store = await scene.agree([pen.runs()], pen.pieces(1))
    assert written in await events(store)
    assert (await store.overview()).unreadable == {
        "malformed": 5,
        "bad-key": 1,
        "bad-seal": 5,
    }
