"""An altered app shares keys without an end: nobody is kept from writing, or their devices from
reading (SPEC 8.2, 8.4)."""

import pytest

from inglenook_client.core.ports import PushCursor
from inglenook_client.store.appending import Moment
from inglenook_client.store.space import SpaceStore
from inglenook_harness.forging import World, moment
from inglenook_harness.stores import START_MS, page
from inglenook_protocol.codec import encode
from inglenook_protocol.limits import MAX_EPOCHS
from inglenook_protocol.messages import Page, decode_push_request
from inglenook_protocol.sealing import EpochKey

pytestmark = pytest.mark.long


async def texts(store: SpaceStore) -> int:
    overview = await store.overview()
    return overview.entries


async def flood(world: World, store: SpaceStore, partner, readers, envelopes: int) -> None:
    """Key envelopes of the partner's, each full of keys that nobody uses."""
    for _ in range(envelopes):
        made_up = [EpochKey(world.space_id, world.chance(32)) for _ in range(MAX_EPOCHS)]
        partner.epoch(EpochKey(world.space_id, world.chance(32)), readers, earlier=made_up)
    await store.admit_page(page(partner.runs()))


async def handed_on(store: SpaceStore, to: SpaceStore) -> None:
    roster = (await store.overview()).roster
    batch = await store.push_batch(PushCursor({d: [] for d in roster.devices}, True), 1 << 30)
    request = decode_push_request(batch.body)
    await to.admit_page(
        encode(Page(request.statements, request.runs, [], False, bytes(32), bytes(32)))
    )


async def test_made_up_keys_keep_nobody_from_writing(tmp_path):
    world = World("made-up keys")
    own, other, partner = world.pen(0), world.pen(0), world.pen(1)
    statements = [world.adds(own), world.adds(partner)]
    store = await world.store(tmp_path, "own", own, statements)
    new = await world.store(tmp_path, "new", other, statements)
    now = Moment(START_MS, 0)
    try:
        await store.append(moment("words before"), now)
        await flood(world, store, partner, [own, other, partner], 3)
        held = await store._read(lambda conn, state: len(state.held))
        # What comes by itself is as dear to make as to keep; what only others carry has an end.
        assert held <= 2 * MAX_EPOCHS + 1 + 3
        heads = [(await store.overview()).heads[own.id].seq]
        for text in ("words after", "words again"):
            await store.append(moment(text), now)
            heads.append((await store.overview()).heads[own.id].seq)
        assert heads[1] - heads[0] == 2, "one epoch is opened"
        assert heads[2] - heads[1] == 1, "and one is enough"
        # A device of one's own that is added now reads all of one's own words.
        await store.admit_page(page(statements=[world.adds(other)]))
        await store.append(moment("words for both"), now)
        assert (await store.overview()).heads[own.id].seq - heads[2] == 2
        await handed_on(store, new)
        assert await texts(new) == await texts(store) == 4
        assert (await new.overview()).digest == (await store.overview()).digest
        await handed_on(store, new)
        await new.append(moment("words of the new one"), now)
        await handed_on(new, store)
        assert await texts(store) == 5
    finally:
        await store.close()
        await new.close()


async def test_a_new_device_gets_its_own_members_keys_however_many_came_first(tmp_path):
    world = World("made-up keys first")
    own, other, partner = world.pen(0), world.pen(0), world.pen(1)
    statements = [world.adds(own), world.adds(partner)]
    store = await world.store(tmp_path, "own", own, statements)
    new = await world.store(tmp_path, "new", other, [*statements, world.adds(other)])
    now = Moment(START_MS, 0)
    try:
        await store.append(moment("words before"), now)
        await store.admit_page(page(statements=[world.adds(other)]))
        await store.append(moment("words after"), now)
        await flood(world, new, partner, [own, other, partner], 3)
        await handed_on(store, new)
        assert await texts(new) == 2
        assert (await new.overview()).unreadable == {}
    finally:
        await store.close()
        await new.close()
