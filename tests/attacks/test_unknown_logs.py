"""Logs of devices that a statement names and the roster does not know (SPEC 6.5, 7.3)."""

from inglenook_client.store.admitting import still_awaited
from inglenook_harness.forging import World, moment
from inglenook_harness.stores import page
from inglenook_protocol.codec import Ref
from inglenook_protocol.limits import MAX_LOGS, MAX_WITNESS
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


async def test_made_up_logs_in_a_witness_use_up_no_room(tmp_path):
    """An altered app may name any number of them; what is waited for stays bounded, and a log
    that a statement names has its place all the same."""
    world = World("made up")
    writer, reader, other = world.pen(1), world.pen(0), world.pen(1)
    writer.epoch(world.key, [reader])
    for _ in range(4):
        made_up = [Ref(world.chance(32), 7, world.chance(32)) for _ in range(MAX_WITNESS)]
        writer.event(moment("words"), witness=made_up)
    writer.event(moment("words"), witness=[Ref(other.id, 9, world.chance(32))])
    statements = [world.adds(writer), world.adds(reader), world.adds(other)]
    store = await world.store(tmp_path, "reader", reader, statements)
    try:
        for run in writer.pieces():
            await store.admit_page(page([run]))
        awaited = await store.query(still_awaited)
        assert len(awaited) == MAX_LOGS
        assert other.id in {key[:32] for key in awaited}
        overview = await store.overview()
        assert overview.entries == 5
        assert "not-yet-here" in overview.notices
    finally:
        await store.close()
