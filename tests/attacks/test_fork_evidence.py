"""What tells of a fork, in whatever order it comes; and what looks like one and is none."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Sequence

import pytest

from inglenook_client.core.ports import PushCursor
from inglenook_client.store import pushing
from inglenook_client.store.admitting import still_awaited
from inglenook_client.store.database import Connection
from inglenook_client.store.space import SpaceStore
from inglenook_client.store.state import SpaceState
from inglenook_harness.forging import Pen, World, moment
from inglenook_harness.stores import page
from inglenook_protocol.codec import Ref
from inglenook_protocol.limits import MAX_BRANCHES, MAX_LOGS
from inglenook_protocol.messages import decode_push_request
from inglenook_protocol.runs import Item, Run, verify_run


class Scene:
    """A partner whose log comes in two versions, and two of one's own devices that saw them."""

    def __init__(self, store: SpaceStore, world: World, pens: Sequence[Pen]) -> None:
        self.store, self.world = store, world
        self.reader, self.tablet, self.laptop, self.partner = pens
        self.other = self.partner.fork(1)
        for pen, count in ((self.partner, 3), (self.other, 2)):
            for _ in range(count):
                pen.event(moment("words"))

    async def take(self, *runs: Sequence[Run]) -> list[str]:
        """Each in a page of its own; what is noticed then."""
        for each in runs:
            await self.store.admit_page(page(each))
        return (await self.store.overview()).notices


@pytest.fixture
async def scene(tmp_path) -> AsyncIterator[Scene]:
    world = World("fork evidence")
    pens = [world.pen(0), world.pen(0), world.pen(0), world.pen(1)]
    store = await world.store(tmp_path, "reader", pens[0], [world.adds(pen) for pen in pens])
    pens[3].epoch(world.key, pens)
    await store.admit_page(page(pens[3].runs()))
    yield Scene(store, world, pens)
    await store.close()


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
async def test_two_devices_that_saw_two_versions_tell_of_a_fork_in_every_order(scene, order):
    scene.tablet.event(moment("words"), witness=[scene.partner.ref()])
    scene.laptop.event(moment("words"), witness=[scene.other.ref()])
    steps = [scene.partner.runs(1), scene.tablet.runs(), scene.laptop.runs()]
    noticed = await scene.take(*(steps[i] for i in order))
    assert "other-history" in noticed


async def test_in_one_page_too_and_whatever_else_was_seen_since(scene):
    scene.tablet.event(moment("words"), witness=[scene.other.ref()])
    scene.tablet.event(moment("words"), witness=[scene.partner.ref(2)])
    scene.tablet.event(moment("words"), witness=[scene.partner.ref(3)])
    assert "other-history" in await scene.take([*scene.tablet.runs(), *scene.partner.runs(1)])
    assert await scene.take(scene.other.runs(1)) == ["fork"]


async def test_a_log_that_is_only_late_is_no_fork(scene):
    scene.partner.event(moment("words"))
    scene.tablet.event(moment("words"), witness=[scene.partner.ref(2)])
    scene.tablet.event(moment("words"), witness=[scene.partner.ref(4)])
    assert await scene.take(scene.tablet.runs()) == ["not-yet-here"]
    for run in scene.partner.pieces()[1:]:
        noticed = await scene.take([run])
    assert noticed == []


async def test_news_of_the_own_log_is_a_matter_of_being_restored_and_no_fork(scene):
    """The partner saw what this device wrote before its backup came back (SPEC 17.1)."""
    before = scene.world.pen(0)
    before.keys, before.info = scene.reader.keys, scene.reader.info
    before.event(moment("words"))
    scene.partner.event(moment("words"), witness=[before.ref()])
    scene.reader.event(moment("words"))
    noticed = await scene.take(scene.reader.runs(), scene.partner.runs(1))
    assert noticed == ["not-yet-here"]


async def test_an_altered_app_that_names_what_never_was_uses_up_no_room(scene):
    def awaited(conn: Connection, state: SpaceState) -> int:
        return len(still_awaited(conn))

    chance = scene.world.chance
    for _ in range(12):
        refs = [Ref(chance(32), 1, chance(32)) for _ in range(200)]
        scene.partner.event(moment("words"), witness=refs)
    for seq in range(3):
        refs = [Ref(scene.tablet.id, seq * 200 + n + 1, chance(32)) for n in range(200)]
        scene.partner.event(moment("words"), witness=refs)
    await scene.take(scene.partner.runs(1))
    assert await scene.store._read(awaited) <= MAX_LOGS - 1 + MAX_BRANCHES
    # What is true is still told apart from it.
    scene.laptop.event(moment("words"))
    scene.partner.event(moment("words"), witness=[scene.laptop.ref()])
    noticed = await scene.take(scene.partner.runs(len(scene.partner.envelopes) - 1))
    assert noticed == ["not-yet-here"]


async def test_what_is_sent_on_ends_at_a_signature_that_holds_however_long(scene, monkeypatch):
    """An altered app's runs have good ends alone: a refill cut elsewhere would be refused."""
    for pen in (scene.partner, scene.other):
        for _ in range(6):
            pen.event(moment("words"))
        (run,) = pen.runs(1)
        last = len(run.items) - 1
        items = [
            item if k in (2, last) else Item(item.key, 0, bytes(64), item.body, b"")
            for k, item in enumerate(run.items)
        ]
        await scene.take([Run(run.device, 2, run.previous, run.keys, items)])
    monkeypatch.setattr(pushing, "MAX_RUN_ITEMS", 7)
    cursor: PushCursor | None = PushCursor({scene.partner.id: []}, statements=False)
    sent: set[bytes] = set()
    while cursor is not None:
        batch = await scene.store.push_batch(cursor, 1 << 20)
        for run in decode_push_request(batch.body).runs:
            verified = verify_run(run, scene.world.space_id, scene.partner.info, lambda _: False)
            assert verified.flaw is None
            sent.update(envelope.id for envelope in verified.envelopes)
        assert cursor != batch.next
        cursor = batch.next
    assert sent == {e.id for pen in (scene.partner, scene.other) for e in pen.envelopes}
