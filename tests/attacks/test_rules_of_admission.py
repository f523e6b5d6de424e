"""Single rules of admission that nothing else would miss: each with the least that shows it."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator

import pytest

from inglenook_client.core.ports import PushCursor
from inglenook_client.store.space import SpaceStore
from inglenook_harness.forging import Pen, World, moment, show, show_rebuilt
from inglenook_harness.stores import hand_over, make_couple, page, settle
from inglenook_protocol.codec import decoder
from inglenook_protocol.epochs import KeyBody
from inglenook_protocol.errors import TrustError
from inglenook_protocol.genesis import device_info
from inglenook_protocol.kinds import EntityRedacted, EntryEdited, EntryWritten
from inglenook_protocol.limits import MAX_BRANCHES
from inglenook_protocol.messages import decode_push_request
from inglenook_protocol.roster import Statement, StatementBook, added, removed, sign_statement
from inglenook_protocol.runs import Item, Run

DAY = "2026-09-21"
decode_key_body = decoder(KeyBody, "key envelope")


class Scene:
    """A reader's store, and the pens of its owner's other devices and of the partner."""

    def __init__(self, store: SpaceStore, world: World, pens: list[Pen]) -> None:
        self.store, self.world, self.pens = store, world, pens

    async def take(self, *said: Run | Statement) -> None:
        await self.store.admit_page(
            page(
                [s for s in said if isinstance(s, Run)],
                [s for s in said if isinstance(s, Statement)],
            )
        )

    async def events(self) -> set[bytes]:
        shown = await show(self.store)
        assert await show_rebuilt(self.store) == shown
        return {row[1][i : i + 32] for row in shown["entities"] for i in range(0, len(row[1]), 32)}


@pytest.fixture
async def scene(tmp_path) -> AsyncIterator[Scene]:
    world = World("rules of admission")
    pens = [world.pen(0) for _ in range(4)] + [world.pen(1)]
    store = await world.store(tmp_path, "reader", pens[0], [world.adds(pen) for pen in pens])
    pens[4].epoch(world.key, pens)
    await store.admit_page(page(pens[4].runs()))
    yield Scene(store, world, pens)
    await store.close()


async def test_the_removed_do_not_admit_themselves(scene):
    """SPEC 11.3: a witness of another device."""
    lost = scene.pens[1]
    admitted = lost.event(moment("one"))
    beyond = lost.fork(1)
    beyond.event(moment("two"))
    lost.event(moment("other two"), witness=[beyond.ref()])
    gone = scene.world.removes(lost, [lost.point()])
    await scene.take(gone, *lost.runs(), *beyond.runs())
    assert await scene.events() == {admitted, lost.event_ids[2]}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
async def test_what_one_of_the_removed_had_seen_of_another_counts_along_any_chain(scene, order):
    """SPEC 11.3: a least fixpoint, however many steps it takes."""
    first, second, third = (scene.pens[1 + i] for i in order)
    third.event(moment("three"))
    second.event(moment("two"), witness=[third.ref()])
    first.event(moment("one"), witness=[second.ref()])
    gone = [
        scene.world.removes(pen, [pen.point()] if pen is first else [])
        for pen in (first, second, third)
    ]
    await scene.take(*gone, *(run for pen in scene.pens[1:4] for run in pen.runs()))
    assert len(await scene.events()) == 3


async def test_what_stops_counting_in_the_same_breath_is_no_unreadable_entry(scene):
    """SPEC 9.5, 11.3: pages that are taken in together, and the last removes the author."""
    lost = scene.pens[1]
    lost.put(b"no body at all")
    gone = scene.world.removes(lost)
    await scene.store.admit_page(page(lost.runs()), page((), [gone]))
    overview = await scene.store.overview()
    assert overview.unreadable == {}


async def test_an_entity_stands_where_the_kind_has_one_and_nowhere_else(scene):
    """SPEC 9.4: kept and counted, not folded."""
    partner = scene.pens[4]
    entity = partner.event(moment("words"))
    second = partner.event(moment("in another's place"), entity, [entity])
    nowhere = partner.event(EntryEdited("of nothing", DAY, []))
    await scene.take(*partner.runs(1))
    assert await scene.events() == {entity, second, nowhere}
    shown = await show(scene.store)
    assert shown["unreadable"] == {"malformed-payload": 2}
    assert [row[2] for row in shown["entities"] if row[2]] == ["moment"]


async def test_so_many_branches_of_one_log_and_no_more(scene):
    """SPEC 11.4."""
    partner = scene.pens[4]
    forks = [partner.fork(1) for _ in range(MAX_BRANCHES + 1)]
    for fork in forks:
        fork.event(moment("words"))
    for fork in forks[:-1]:
        await scene.take(*fork.runs(1))
    assert (await scene.store.overview()).notices == ["fork"]
    await scene.take(*forks[-1].runs(1))
    assert (await scene.store.overview()).notices == ["fork", "too-many-branches"]
    assert await scene.events() == {fork.event_ids[2] for fork in forks[:-1]}


async def test_a_stranger_is_named(scene):
    """SPEC 6.5."""
    stranger = scene.world.pen(1)
    stranger.event(moment("words"))
    await scene.take(*stranger.runs())
    assert (await scene.store.overview()).notices == ["unknown-device"]
    assert await scene.events() == set()


async def test_an_erasure_that_comes_after_its_redaction_empties_what_was_kept(scene):
    """SPEC 12.2: the body goes when both are there."""
    partner = scene.pens[4]
    id_ = partner.event(moment("words"))
    ref = partner.ref()
    partner.event(EntityRedacted([id_], [ref], "entry.written", DAY), id_, [id_])
    await scene.take(*partner.runs(1))

    async def body() -> bytes | None:
        batch = await scene.store.push_batch(PushCursor({partner.id: []}, False), 1 << 20)
        return decode_push_request(batch.body).runs[0].items[1].body

    def held(conn, state):
        return conn.execute("SELECT body FROM envelope WHERE id = ?", (ref.id,)).fetchone()[0]

    assert await body() is not None
    await scene.take(scene.world.erases([ref], by=partner))
    assert await scene.store._read(held) is None


async def test_a_device_that_never_got_a_key_has_nothing_unreadable(scene):
    """SPEC 8.3: an epoch of before it was added is not for it."""
    partner = scene.pens[4]
    key = type(scene.world.key)(scene.world.space_id, scene.world.chance(32))
    partner.epoch(key, [partner])
    await scene.take(*partner.runs(1))
    assert (await scene.store.overview()).unreadable == {}


async def test_taking_ones_words_back_takes_nobody_elses_along(tmp_path):
    """SPEC 9.1, 12.1: what the withdrawn words had witnessed, their redaction witnesses too."""
    couple = await make_couple(tmp_path, (2, 1))
    try:
        ana, second, ben = couple.devices
        thanks = await second.store.append(EntryWritten("moment", "two", DAY, [], None), ana.now())
        await hand_over(second, ana, couple)
        mine = await ana.store.append(EntryWritten("moment", "one", DAY, [], None), ana.now())
        root = couple.roots[0]
        content = removed(couple.genesis.space_id, second.info.id, [], [], root.member_id)
        await ana.store.admit_page(page((), [sign_statement(root.sign, content)]))
        await ana.store.redact(mine, "entry.written", DAY, ana.now())
        await hand_over(ana, ben, couple)
        await settle(couple)
        for device in (ana, ben):
            shown = await show(device.store)
            assert thanks in {row[0] for row in shown["entities"]}
            assert await show_rebuilt(device.store) == shown
    finally:
        await couple.close()


async def test_statements_are_taken_all_or_none(scene):
    """SPEC 7.1: one that does not hold leaves nothing behind."""
    good = scene.world.adds(scene.world.pen(0))
    bad = Statement(scene.world.removes(scene.pens[1]).content, bytes(64))
    book = StatementBook(scene.world.genesis)
    book.add([scene.world.adds(pen) for pen in scene.pens])
    before = book.roster_hash
    for said in ([good, bad], [bad, good]):
        with pytest.raises(TrustError):
            book.add(said)
        assert book.roster_hash == before


async def test_a_good_signature_takes_the_place_of_one_that_nobody_had_looked_at(scene):
    """SPEC 6.4: inside a proved run a signature may be bad; a peer that has the good one helps."""
    partner = scene.pens[4]
    for _ in range(3):
        partner.event(moment("words"))
    (run,) = partner.runs(1)
    items = [Item(0, 0, bytes(64), run.items[0].body, b""), *run.items[1:]]
    await scene.take(Run(run.device, 2, run.previous, run.keys, items))
    await scene.take(*partner.runs(1, 2))
    await scene.store.audit(100)
    assert (await scene.store.overview()).notices == []


async def test_a_key_envelope_is_sent_whole_though_an_erasure_names_it(scene):
    """SPEC 8.6, 12.2."""
    partner = scene.pens[4]
    await scene.take(scene.world.erases([partner.ref(1)], by=partner))
    batch = await scene.store.push_batch(PushCursor({partner.id: []}, False), 1 << 20)
    assert decode_push_request(batch.body).runs[0].items[0].body is not None


async def test_a_device_whose_key_cannot_be_used_keeps_nobody_from_an_epoch(scene):
    """SPEC 8.2: it gets no wrap, and the others do."""
    space, root = scene.world.space_id, scene.world.roots[1]
    info = device_info(space, root.member_id, scene.world.pen(1).info.sign, b"\xff" * 1216)
    await scene.take(sign_statement(root.sign, added(space, info, root.member_id)))
    assert info.id in (await scene.store.overview()).roster.standing
    await scene.store.open_epoch()
    batch = await scene.store.push_batch(PushCursor({scene.pens[0].id: []}, False), 1 << 20)
    (run,) = decode_push_request(batch.body).runs
    recipients = [wrap.recipient for wrap in decode_key_body(run.items[0].body or b"").wraps]
    others = {pen.id for pen in scene.pens} | {r.member_id for r in scene.world.roots}
    assert set(recipients) == others
