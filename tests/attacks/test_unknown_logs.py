"""Logs of devices that a statement names and the roster does not know (SPEC 6.5, 7.3)."""

from inglenook_harness.forging import World, moment
from inglenook_harness.stores import page
from inglenook_protocol.sealing import EpochKey


async def test_what_a_struck_device_wrote_is_not_even_kept(tmp_path):
    """A lost device adds the thief's; the phrase removes the lost one, so nobody knows either."""
    world = World("struck")
    lost, thief, reader = world.pen(0), world.pen(0), world.pen(0)
    statements = [world.adds(lost), world.adds(reader), world.adds(thief, by=lost)]
    key = EpochKey(world.space_id, world.chance(32))
    thief.epoch(key, [lost, thief, reader])
    thief.event(moment("words"), key=key)
    store = await world.store(tmp_path, "reader", reader, [*statements, world.removes(lost)])
    try:
        await store.admit_page(page(thief.runs()))
        overview = await store.overview()
        assert thief.id not in overview.heads
        assert overview.notices == ["unknown-device"]
        assert key.key_id not in await store._read(lambda conn, state: set(state.held))
    finally:
        await store.close()
