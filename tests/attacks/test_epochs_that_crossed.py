"""Epochs that were opened without knowledge of each other (SPEC 8.4)."""

from inglenook_client.core.ports import PushCursor
from inglenook_client.store.appending import Moment
from inglenook_harness.forging import World, moment, show
from inglenook_harness.stores import Clock, page
from inglenook_protocol.envelope import FLAG_KEY, ZERO_ID, pack_prefix
from inglenook_protocol.epochs import open_key_body
from inglenook_protocol.messages import decode_push_request

CLOCK = Clock()


def now() -> Moment:
    return Moment(CLOCK(), 0)


async def give(source, target, pens):
    batch = await source.push_batch(PushCursor({p.id: [] for p in pens}, statements=True), 1 << 30)
    request = decode_push_request(batch.body)
    await target.admit_page(page(request.runs, request.statements))


async def test_a_new_device_gets_the_key_that_its_adder_did_not_hold(tmp_path):
    """Found by simulation: the partner wrote under a key of its own while the device was added."""
    world = World("crossed epochs")
    ada, ben, tablet = world.pen(0), world.pen(1), world.pen(0)
    pens = [ada, ben, tablet]
    statements = [world.adds(ada), world.adds(ben)]
    stores = [
        await world.store(tmp_path, "ada", ada, statements),
        await world.store(tmp_path, "ben", ben, statements),
        await world.store(tmp_path, "tablet", tablet, [*statements, world.adds(tablet, by=ada)]),
    ]
    of_ada, of_ben, of_tablet = stores
    try:
        await of_ben.append(moment("words of ben"), now())  # under a key that ben opens
        await of_ada.admit_page(page(statements=[world.adds(tablet, by=ada)]))
        await of_ada.open_epoch()  # without that key
        await give(of_ada, of_ben, pens)
        await give(of_ben, of_ada, pens)
        await of_ada.append(moment("words of ada"), now())
        await give(of_ada, of_tablet, pens)
        await give(of_ada, of_ben, pens)
        await give(of_ben, of_tablet, pens)
        assert await show(of_tablet) == await show(of_ada) == await show(of_ben)
        assert (await show(of_tablet))["unreadable"] == {}
        # Ben opens one of his own for the devices as they are now, and then no other.
        before = (await of_ben.overview()).heads[ben.id].seq
        await of_ben.append(moment("more words"), now())
        await of_ben.append(moment("and more"), now())
        assert (await of_ben.overview()).heads[ben.id].seq == before + 3
    finally:
        for store in stores:
            await store.close()


async def test_each_phrase_opens_every_epoch(tmp_path):
    """Without its wrap a recovery would find the journal and not be able to read it (SPEC 8.2)."""
    world = World("phrases")
    ada, ben = world.pen(0), world.pen(1)
    store = await world.store(tmp_path, "ada", ada, [world.adds(ada), world.adds(ben)])
    try:
        await store.append(moment("words"), now())
        batch = await store.push_batch(PushCursor({ada.id: []}, statements=False), 1 << 30)
        (run,) = decode_push_request(batch.body).runs
        prefix = pack_prefix(FLAG_KEY, world.space_id, ada.id, 1, ZERO_ID, run.keys[0])
        for root in world.roots:
            opened = open_key_body(
                world.space_id, ada.id, run.keys[0], prefix, run.items[0].body or b"",
                root.member_id, root.kem,
            )  # fmt: skip
            assert opened.key.key_id == run.keys[0]
    finally:
        await store.close()
