"""What is sealed under a key that is not here: it is opened when that key comes, and not before."""

import pytest

from inglenook_client.core.opening import open_envelope
from inglenook_harness.forging import World, moment
from inglenook_harness.stores import page
from inglenook_protocol.sealing import EpochKey

MANY = 150


@pytest.fixture
def opened(monkeypatch):
    """Seqs of the envelopes that admission tried to open, with the device of each."""
    tried = []

    def counting(space_id, member, envelope, held):
        tried.append((envelope.device, envelope.seq))
        return open_envelope(space_id, member, envelope, held)

    monkeypatch.setattr("inglenook_client.store.admitting.open_envelope", counting)
    return tried


async def test_a_key_opens_what_is_sealed_under_it_and_nothing_else_is_tried(tmp_path, opened):
    world = World("waiting")
    reader, flood, friend = world.pen(0), world.pen(1), world.pen(1)
    statements = [world.adds(pen) for pen in (reader, flood, friend)]
    withheld, late, another = (
        EpochKey(world.space_id, bytes([n]) * 32) for n in (1, 2, 3)
    )  # fmt: skip
    store = await world.store(tmp_path, "reader", reader, statements)

    async def unreadable():
        return (await store.overview()).unreadable

    async def admits(pen):
        opened.clear()
        await store.admit_page(page(pen.runs()))
        return list(opened)

    try:
        friend.epoch(world.key, [reader, flood, friend])
        for n in range(MANY):
            flood.event(moment(f"kept from you, {n}"), key=withheld)
        for n in range(3):
            flood.event(moment(f"soon to be read, {n}"), key=late)
        await store.admit_page(page((), statements))
        assert len(await admits(flood)) == MANY + 3
        assert await unreadable() == {"no-key": MANY + 3}
        # Keys come one after the other; each opens its own and tries none of the others.
        assert await admits(friend) == []
        friend.epoch(another, [reader, flood, friend], earlier=[world.key])
        assert await admits(friend) == []
        friend.epoch(late, [reader, flood, friend], earlier=[world.key, another])
        assert await admits(friend) == [(flood.id, MANY + n) for n in (1, 2, 3)]
        assert await unreadable() == {"no-key": MANY}
        # What comes with its key in one page is read at once, and once more at the most.
        both = EpochKey(world.space_id, bytes([4]) * 32)
        flood.event(moment("with its key"), key=both)
        friend.epoch(both, [reader, flood, friend], earlier=[world.key, another, late])
        opened.clear()
        await store.admit_page(page([*flood.runs(), *friend.runs()]))
        assert set(opened) == {(flood.id, MANY + 4)}
        assert len(opened) <= 2
        friend.epoch(withheld, [reader, flood, friend], earlier=[world.key, another, late, both])
        assert len(await admits(friend)) == MANY
        assert await unreadable() == {}
        before = (await store.overview()).digest
        assert await store.rebuild() == MANY + 4
        assert (await store.overview()).digest == before
    finally:
        await store.close()


async def test_what_waits_is_found_by_its_key_after_a_rebuild_too(tmp_path, opened):
    world = World("rebuilt")
    reader, flood, friend = world.pen(0), world.pen(1), world.pen(1)
    statements = [world.adds(pen) for pen in (reader, flood, friend)]
    one, other = (EpochKey(world.space_id, bytes([n]) * 32) for n in (1, 2))
    store = await world.store(tmp_path, "reader", reader, statements)
    try:
        flood.event(moment("under one"), key=one)
        flood.event(moment("under the other"), key=other)
        await store.admit_page(page(flood.runs(), statements))
        await store.rebuild()
        assert (await store.overview()).unreadable == {"no-key": 2}
        friend.epoch(one, [reader, flood, friend])
        opened.clear()
        await store.admit_page(page(friend.runs()))
        assert opened == [(flood.id, 1)]
        assert (await store.overview()).unreadable == {"no-key": 1}
    finally:
        await store.close()
