"""An altered app of the other's opens epochs: nobody is locked out of their own words by it
(SPEC 8.2, 8.4)."""

import pytest

from inglenook_client.core.ports import PushCursor
from inglenook_client.store.appending import Moment
from inglenook_client.store.recovering import open_keys
from inglenook_client.store.space import SpaceStore
from inglenook_harness.forging import World, moment, show
from inglenook_harness.stores import START_MS, page
from inglenook_protocol.limits import MAX_RECIPIENTS
from inglenook_protocol.messages import decode_push_request
from inglenook_protocol.sealing import EpochKey

NOW = Moment(START_MS, 0)


async def handed_on(source: SpaceStore, *targets: SpaceStore) -> None:
    roster = (await source.overview()).roster
    cursor = PushCursor({d: [] for d in roster.devices}, statements=True)
    batch = await source.push_batch(cursor, 1 << 30)
    request = decode_push_request(batch.body)
    for target in targets:
        await target.admit_page(page(request.runs, request.statements))


async def roster_hash(store: SpaceStore) -> bytes:
    return (await store.overview()).roster.hash


async def epochs_opened(store: SpaceStore) -> int:
    rows = await store.query(
        lambda conn: conn.execute("SELECT place FROM envelope WHERE flags <> 0").fetchall()
    )
    return len(rows)


@pytest.mark.parametrize("leaves_out", ["no wrap", "a wrap of another key"])
async def test_an_epoch_of_the_others_locks_nobody_out_of_their_own_words(tmp_path, leaves_out):
    world = World(leaves_out)
    own, second, anew, ben = world.pen(0), world.pen(0), world.pen(0), world.pen(1)
    statements = [world.adds(own), world.adds(ben)]
    store = await world.store(tmp_path, "own", own, statements)
    of_second = await world.store(tmp_path, "second", second, [*statements, world.adds(second)])
    found = await world.store(tmp_path, "found", anew, [*statements, world.adds(anew)])
    try:
        await store.append(moment("words before"), NOW)
        await store.admit_page(page(statements=[world.adds(second)]))
        # Ben's app names the roster as it stands, carries all, and gives it to the first only.
        held = await store._read(lambda conn, state: list(state.held.values()))
        key = min((EpochKey(world.space_id, world.chance(32)) for _ in range(64)),
                  key=lambda k: k.key_id)  # fmt: skip
        garbled = [] if leaves_out == "no wrap" else [second]
        ben.epoch(key, [own, ben], await roster_hash(store), held, garbled=garbled)
        await store.admit_page(page(ben.runs()))
        await store.append(moment("words after"), NOW)
        await handed_on(store, of_second, found)
        assert (await of_second.overview()).entries == 2
        assert (await of_second.overview()).digest == (await store.overview()).digest
        # And so does the phrase, on a computer that has nothing else.
        root = world.roots[0]
        await found.with_root(lambda conn, state, ms: open_keys(conn, state, root, ms))
        assert (await found.overview()).entries == 2
    finally:
        for one in (store, of_second, found):
            await one.close()


async def test_two_who_write_in_turn_open_one_epoch_each(tmp_path):
    world = World("in turn")
    ada, ben = world.pen(0), world.pen(1)
    statements = [world.adds(ada), world.adds(ben)]
    of_ada = await world.store(tmp_path, "ada", ada, statements)
    of_ben = await world.store(tmp_path, "ben", ben, statements)
    try:
        for number in range(4):
            for writer, reader in ((of_ada, of_ben), (of_ben, of_ada)):
                await writer.append(moment(f"words {number}"), NOW)
                await handed_on(writer, reader)
        assert await epochs_opened(of_ada) == await epochs_opened(of_ben) == 2
        assert await show(of_ada) == await show(of_ben)
    finally:
        await of_ada.close()
        await of_ben.close()


async def test_a_key_that_the_other_announces_too_is_still_carried(tmp_path):
    """The second's words lie under a key that the third never got. Ben, who did, announces it as
    an epoch of his for all; to the third he gives garbage."""
    world = World("announced")
    first, second, third, ben = world.pen(0), world.pen(0), world.pen(0), world.pen(1)
    before = [world.adds(first), world.adds(second), world.adds(ben)]
    after = [*before, world.adds(third)]
    store = await world.store(tmp_path, "first", first, after)
    of_third = await world.store(tmp_path, "third", third, after)
    try:
        await store.append(moment("words of the first"), NOW)
        key = EpochKey(world.space_id, world.chance(32))
        second.epoch(key, [first, second, ben])
        second.event(moment("words of the second"), key=key)
        ben.epoch(key, [first, ben], await roster_hash(store), garbled=[third])
        await store.admit_page(page(ben.runs()))
        await store.admit_page(page(second.runs()))
        await store.append(moment("more words of the first"), NOW)
        await handed_on(store, of_third)
        assert (await of_third.overview()).entries == 3
    finally:
        await store.close()
        await of_third.close()


async def test_devices_without_end_keep_nobody_from_writing(tmp_path):
    world = World("devices without end")
    own, second, anew = world.pen(0), world.pen(0), world.pen(0)
    crowd = [world.pen(1) for _ in range(MAX_RECIPIENTS + 6)]
    while second.id < max(pen.id for pen in crowd):
        second = world.pen(0)  # the last by id
    statements = [world.adds(own), world.adds(second), *map(world.adds, crowd)]
    store = await world.store(tmp_path, "own", own, statements)
    of_second = await world.store(tmp_path, "second", second, statements)
    found = await world.store(tmp_path, "found", anew, [*statements, world.adds(anew)])
    try:
        await store.append(moment("words"), NOW)
        await handed_on(store, of_second, found)
        assert (await of_second.overview()).entries == 1
        root = world.roots[0]
        await found.with_root(lambda conn, state, ms: open_keys(conn, state, root, ms))
        assert (await found.overview()).entries == 1
    finally:
        for one in (store, of_second, found):
            await one.close()
