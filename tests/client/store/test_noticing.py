"""How long a notice lasts, and what a store can tell of what is kept from it (SPEC 11.5)."""

import msgspec
import pytest

from inglenook_client.core.rosters import MAX_STATEMENTS, TOO_MANY, subset_named
from inglenook_harness.forging import World
from inglenook_harness.forging import moment as words
from inglenook_harness.stores import everything, hand_over, make_couple, page, settle
from inglenook_protocol import labels
from inglenook_protocol.codec import Point, Ref, encode
from inglenook_protocol.errors import Reject
from inglenook_protocol.hashing import h
from inglenook_protocol.kinds import EntryWritten
from inglenook_protocol.messages import LogPoints, Page
from inglenook_protocol.roster import added, removed, sign_statement


def not_of(roster_hash, ids, known=()):
    return subset_named(roster_hash, ids, known) is None


def moment(text):
    return EntryWritten("moment", text, "2026-11-27", [], None)


@pytest.fixture
async def couple(tmp_path):
    made = await make_couple(tmp_path, (2, 1))
    yield made
    await made.close()


async def noticed(device):
    return (await device.store.overview()).notices


def heads(*pairs):
    logs = [LogPoints(device, points) for device, points in sorted(pairs)]
    return encode(Page([], [], logs, False, bytes(32), bytes(32)))


async def test_a_bad_run_is_told_until_an_exchange_settles_without_it(couple):
    a, _, b = couple.devices
    await a.store.append(moment("good"), a.now())
    statements, runs = await everything(a, couple.devices)
    run = next(r for r in runs if r.device == a.info.id)
    items = [*run.items[:-1], msgspec.structs.replace(run.items[-1], signature=bytes(64))]
    bad = page([msgspec.structs.replace(run, items=items)], statements)
    for _ in range(2):  # as long as it comes again
        await b.store.admit_page(bad)
        await b.store.settled("now")
        assert await noticed(b) == ["bad-signature"]
    await b.store.settled("now")
    assert await noticed(b) == []


async def test_a_head_that_is_named_and_not_given_is_told_while_it_is(couple):
    a, _, b = couple.devices
    await b.store.settled("now", [a.info.id])
    assert await noticed(b) == ["relay-withholds"]
    await b.store.settled("now", [a.info.id])
    assert await noticed(b) == ["relay-withholds"]
    await b.store.settled("now")
    assert await noticed(b) == []


async def test_of_one_log_the_more_exact_notice_is_enough(couple):
    a, _, b = couple.devices
    await a.store.append(moment("good"), a.now())
    statements, runs = await everything(a, couple.devices)
    run = next(r for r in runs if r.device == a.info.id)
    items = [msgspec.structs.replace(i, signature=bytes(64)) for i in run.items]
    await b.store.admit_page(page([msgspec.structs.replace(run, items=items)], statements))
    await b.store.settled("now", [a.info.id])
    assert await noticed(b) == ["bad-signature"]


@pytest.mark.parametrize(
    ("reject", "what"),
    [
        (Reject.MALFORMED, "relay-garbled"),
        (Reject.TOO_LARGE, "relay-garbled"),
        (Reject.BAD_STATEMENT, "bad-statement"),
        (Reject.WRONG_SPACE, "bad-statement"),
    ],
)
async def test_why_an_exchange_ended_is_told_until_one_settles(couple, reject, what):
    a = couple.devices[0]
    await a.store.troubled(reject)
    await a.store.settled("now")  # a stream ended so, and an exchange follows
    assert await noticed(a) == [what]
    await a.store.settled("now")
    assert await noticed(a) == []


async def test_a_relay_that_is_behind_what_it_acknowledged_is_told(couple):
    a, _, b = couple.devices
    await a.store.append(moment("one"), a.now())
    await a.store.append(moment("two"), a.now())
    head = (await a.store.overview()).heads[a.info.id]
    await a.store.acknowledged({a.info.id: head.seq})
    # What was acknowledged after it was asked may be newer than its answer.
    await a.store.admit_page(heads((a.info.id, [Point(1, bytes(32))])))
    assert await noticed(a) == []
    await a.store.pull_request(frozenset(), 1)
    await a.store.admit_page(heads((a.info.id, [head])))
    assert await noticed(a) == []
    await a.store.admit_page(heads((b.info.id, [])))
    await a.store.settled("now")
    assert await noticed(a) == ["relay-set-back"]
    await a.store.settled("now")
    assert await noticed(a) == []


async def test_nobody_speaks_of_the_log_of_a_device_that_a_root_struck(tmp_path):
    world = World("struck")
    elder, young, seer = world.pen(0), world.pen(0), world.pen(1)
    young.event(words("not known any more"))
    statements = [world.adds(elder), world.adds(young, elder), world.adds(seer)]
    reader = await world.store(tmp_path, "reader", seer, statements)
    try:
        await reader.admit_page(page(young.runs()))
        await reader.acknowledged({young.id: 1})
        await reader.pull_request(frozenset(), 1)
        await reader.admit_page(page([], [world.removes(elder)]))
        await reader.settled("now")
        assert "relay-set-back" not in (await reader.overview()).notices
    finally:
        await reader.close()


async def test_another_history_is_told_until_it_comes_and_then_as_a_fork(tmp_path):
    world = World("another history")
    pen, seer = world.pen(0), world.pen(1)
    statements = [world.adds(pen), world.adds(seer)]
    reader = await world.store(tmp_path, "reader", seer, statements)
    try:
        pen.epoch(world.key, [pen, seer])
        pen.event(words("common"))
        other = pen.fork(2)
        pen.event(words("what came here"))
        other.event(words("what the other one saw"))
        await reader.admit_page(page(pen.runs()))
        witness = world.pen(0)
        statement = world.adds(witness)
        witness.event(words("I saw"), witness=[other.ref()])
        await reader.admit_page(page(witness.runs(), [statement]))
        assert "other-history" in (await reader.overview()).notices
        await reader.settled("now")
        assert "other-history" in (await reader.overview()).notices
        await reader.admit_page(page(other.runs(2)))
        notices = (await reader.overview()).notices
        assert "other-history" not in notices
        assert notices.count("fork") == 1
        [fork] = await reader.forks()
        assert (fork.device, fork.seq) == (pen.id, 3)
    finally:
        await reader.close()


async def test_what_somebody_saw_is_awaited_until_it_comes(tmp_path):
    world = World("awaited")
    pen, witness, seer = world.pen(0), world.pen(0), world.pen(1)
    statements = [world.adds(device) for device in (pen, witness, seer)]
    reader = await world.store(tmp_path, "reader", seer, statements)
    try:
        witness.epoch(world.key, [pen, witness, seer])
        pen.event(words("kept back"))
        witness.event(words("I saw"), witness=[pen.ref()])
        await reader.admit_page(page(witness.runs()))
        for _ in range(2):
            assert "not-yet-here" in await reader.notices()
            await reader.settled("now")
        await reader.admit_page(page(pen.runs()))
        assert "not-yet-here" not in await reader.notices()
    finally:
        await reader.close()


# --- devices that are kept from one side -----------------------------------------------------


async def test_a_removal_that_did_not_come_is_told_by_whoever_knows_of_it(couple):
    phone, laptop, partner = couple.devices
    await phone.store.append(moment("before"), phone.now())
    await settle(couple)
    head = (await laptop.store.overview()).heads[phone.info.id]
    gone = sign_statement(
        laptop.keys.sign,
        removed(couple.genesis.space_id, phone.info.id, [head], [], laptop.info.id),
    )
    await laptop.store.admit_page(page((), [gone]))
    await laptop.store.append(moment("without the phone"), laptop.now())
    statements, runs = await everything(laptop, couple.devices)
    kept = [s for s in statements if s.id != gone.id]
    await partner.store.admit_page(page(runs, kept))
    assert await noticed(partner) == ["devices-elsewhere"]
    await partner.store.settled("now")
    assert await noticed(partner) == ["devices-elsewhere"]
    await hand_over(laptop, partner, couple)
    assert await noticed(partner) == []


async def test_one_who_knows_less_is_no_reason_to_worry(couple):
    """Devices change on both sides at once: each seals what it knew, and both are right."""
    a, _, b = couple.devices
    await settle(couple)
    from inglenook_protocol.keys import DeviceKeys

    for device, seed in ((a, b"a"), (b, b"b")):
        info = DeviceKeys(seed * 64).info(couple.genesis.space_id, device.info.member)
        content = added(couple.genesis.space_id, info, device.info.id)
        await device.store.admit_page(page((), [sign_statement(device.keys.sign, content)]))
        await device.store.append(moment("with a new device"), device.now())
    await settle(couple)
    for device in couple.devices:
        assert await noticed(device) == []


def test_a_roster_is_known_if_it_is_that_of_some_of_the_statements():
    ids = [bytes([n]) * 32 for n in range(6)]

    def hash_of(some):
        return h(labels.ROSTER_HASH, b"".join(sorted(some)))

    for some in ([], ids[:1], ids[2:4], ids[::2], ids):
        assert not not_of(hash_of(some), ids)
    assert not_of(hash_of([*ids, bytes(32)[:31] + b"?"]), ids)
    assert not_of(bytes(32), ids)
    # Of very many nothing is said rather than something wrong.
    assert not not_of(bytes(32), [bytes([n]) * 32 for n in range(MAX_STATEMENTS + 1)])


def test_of_very_many_statements_those_are_tried_that_came_since():
    ids = [bytes([n]) * 32 for n in range(40)]

    def hash_of(some):
        return h(labels.ROSTER_HASH, b"".join(sorted(some)))

    known, some = ids[:30], [*ids[:30], ids[33], ids[39]]
    assert subset_named(hash_of(some), ids, known) == sorted(some)
    assert subset_named(hash_of([*some, bytes(31) + b"?"]), ids, known) is None
    # Without that it can't be told, but of one who has all of them, or all but one.
    assert subset_named(hash_of(some), ids) is TOO_MANY
    for nearly in (ids, ids[1:], ids[:-1]):
        assert subset_named(hash_of(nearly), ids) == sorted(nearly)


async def test_a_hidden_change_is_told_after_many_changes_of_devices(tmp_path):
    """Ten years of new computers: what a device held is remembered as it grows."""
    world = World("many changes")
    reader, other, phone = world.pen(0), world.pen(1), world.pen(1)
    statements = [world.adds(pen) for pen in (reader, other, phone)]
    store = await world.store(tmp_path, "reader", reader, statements)
    try:
        other.epoch(world.key, [reader, other, phone])
        for n in range(MAX_STATEMENTS):
            statements += [world.adds(world.pen(1))]
            other.event(words(f"change {n}"), roster=roster_hash_of(statements))
            await store.admit_page(page(other.runs(), statements))
            await store.settled("now")
            assert await store.notices() == []
        assert len(statements) > MAX_STATEMENTS
        hidden = world.removes(phone, by=other)
        other.event(words("without the phone"), roster=roster_hash_of([*statements, hidden]))
        await store.admit_page(page(other.runs()))
        for _ in range(2):
            assert (await store.overview()).evidence == [("devices-elsewhere", other.id)]
            await store.settled("now")
        await store.admit_page(page((), [hidden]))
        assert await store.notices() == []
    finally:
        await store.close()


def roster_hash_of(statements):
    return h(labels.ROSTER_HASH, b"".join(sorted(statement.id for statement in statements)))


async def test_a_lie_about_a_head_does_not_hide_what_another_saw(tmp_path):
    """The same id under another device and seq is another claim."""
    world = World("shadowed")
    pen, witness, seer = world.pen(0), world.pen(0), world.pen(1)
    statements = [world.adds(device) for device in (pen, witness, seer)]
    store = await world.store(tmp_path, "reader", seer, statements)
    try:
        witness.epoch(world.key, [pen, witness, seer])
        pen.event(words("kept back"))
        ref = pen.ref()
        witness.event(words("I saw"), witness=[ref])
        witness.event(words("a lie"), witness=[Ref(bytes(32), 9, ref.id)])
        witness.event(words("another"), witness=[Ref(witness.id, 1, ref.id)])
        await store.admit_page(page(witness.runs()))
        assert ("not-yet-here", pen.id) in (await store.overview()).evidence
    finally:
        await store.close()


async def test_what_is_made_up_is_as_many_matters_as_there_are_devices(tmp_path):
    """Each notice is about a device of the roster, or, all others together, about none."""
    world = World("made up")
    reader, liar, other = world.pen(0), world.pen(1), world.pen(1)
    statements = [world.adds(pen) for pen in (reader, liar, other)]
    store = await world.store(tmp_path, "reader", reader, statements)
    try:
        liar.epoch(world.key, [reader, liar, other])
        seen = set()
        for n in range(30):
            strangers = [Ref(bytes([n]) * 32, n + 1, bytes([n]) * 32)]
            made_up = [Ref(other.id, 100 + n, bytes([n]) * 32), *strangers]
            liar.event(words(f"lie {n}"), witness=sorted(made_up))
            await store.admit_page(page(liar.runs(), statements))
            seen |= set((await store.overview()).evidence)
        assert seen == {("not-yet-here", other.id), ("not-yet-here", b"")}
    finally:
        await store.close()
