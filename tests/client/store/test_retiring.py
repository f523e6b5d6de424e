"""The phrase retires what is lost, and keeps whatever was written there (SPEC 17.2)."""

from inglenook_client.core.ports import PushCursor
from inglenook_client.store.appending import Entropy
from inglenook_client.store.recovering import open_keys, retire_others
from inglenook_client.store.space import SpaceStore
from inglenook_harness.forging import World, moment, show, show_rebuilt
from inglenook_harness.stores import Chance, Clock, page
from inglenook_protocol.keys import hpke_wrap
from inglenook_protocol.messages import decode_push_request


async def test_the_words_of_a_computer_that_a_lost_one_had_added_stay(tmp_path):
    world = World("retiring")
    laptop, phone, old, partner = world.pen(0), world.pen(0), world.pen(0), world.pen(1)
    adds = [world.adds(laptop), world.adds(phone, by=laptop), world.adds(partner)]
    adds += [world.adds(old, by=phone)]
    old.event(moment("words on an old phone"))
    gone = world.removes(old, [old.point()], by=phone)
    laptop.epoch(world.key, [laptop, phone, partner], phrases=True)
    written = phone.event(moment("words on the phone"), witness=[laptop.ref()])
    partner.event(moment("words of the partner"))

    ben = await world.store(tmp_path, "ben", partner, [*adds, gone])
    runs = [run for pen in (laptop, phone, old, partner) for run in pen.runs()]
    await ben.admit_page(page(runs))
    before = await show(ben)
    assert len(before["entities"]) == 3

    new = world.pen(0)
    ana = await SpaceStore.create(
        tmp_path / "ana.db",
        bytes(32),
        genesis=world.genesis,
        member=world.roots[0].member_id,
        seeds=new.keys.seeds,
        statements=[world.adds(new)],
        entropy=Entropy(Chance("ana"), hpke_wrap),
        wall_ms=Clock(),
    )
    try:
        await ana.admit_page(page(runs, [*adds, gone]))
        root = world.roots[0]
        await ana.with_root(lambda conn, state, ms: open_keys(conn, state, root, ms))
        entropy = Entropy(Chance("retiring"), hpke_wrap)
        lost = await ana.with_root(
            lambda conn, state, ms: retire_others(conn, state, root, entropy, ms)
        )
        assert set(lost) == {laptop.id, phone.id}
        batch = await ana.push_batch(PushCursor({new.id: []}, statements=True), 1 << 20)
        request = decode_push_request(batch.body)
        await ben.admit_page(page(request.runs, request.statements))
        for store in (ana, ben):
            assert await show(store) == await show_rebuilt(store) == before
            roster = (await store.overview()).roster
            assert roster.standing == {new.id, partner.id}
        assert written in {row[0] for row in before["entities"]}
    finally:
        await ana.close()
        await ben.close()
