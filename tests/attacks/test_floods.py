"""Whoever makes statements, forks and made-up heads without end stops nobody (SPEC 9.1, 11.5,
14.5)."""

import pytest

from inglenook_client.store import devices, recovering
from inglenook_client.store.appending import Entropy, Moment
from inglenook_client.store.envelopes import read_rows
from inglenook_client.store.restored import UNSENT
from inglenook_client.store.room import RosterRoomError
from inglenook_client.store.state import put_setting
from inglenook_harness.forging import World, moment
from inglenook_harness.stores import START_MS, Chance, page
from inglenook_protocol.codec import Point, Ref, encode
from inglenook_protocol.event import decode_content
from inglenook_protocol.keys import hpke_wrap
from inglenook_protocol.limits import MAX_BRANCHES, MAX_HEADS, MAX_ROSTER_BYTES, MAX_WITNESS
from inglenook_protocol.messages import LogPoints, Page

NOW = Moment(START_MS, 0)


def filling(world, thief):
    """Removals of a device of the thief's own making, until the room of all devices is full."""
    other = world.pen(thief.member)
    addition = world.adds(other, by=thief)
    yield addition
    size, count = len(addition.content), MAX_HEADS
    while True:
        heads = sorted(Point(n + 1, world.chance(32)) for n in range(count))
        statement = world.removes(other, heads, by=thief)
        if size + len(statement.content) <= MAX_ROSTER_BYTES:
            size += len(statement.content)
            yield statement
        elif count:
            count //= 2
        else:
            return


async def test_a_thief_who_used_up_the_room_makes_no_statement_that_no_relay_takes(tmp_path):
    """What is signed beyond it would be offered in vain in every exchange, and nothing else sent;
    the phrase has a room of its own."""
    world = World("room")
    own, thief, ben, tablet = world.pen(0), world.pen(0), world.pen(1), world.pen(0)
    statements = [world.adds(own), world.adds(thief), world.adds(ben)]
    store = await world.store(tmp_path, "own", own, statements)
    entropy = Entropy(Chance("room"), hpke_wrap)
    try:
        await store.admit_page(page(statements=list(filling(world, thief))))
        before = (await store.overview()).roster
        with pytest.raises(RosterRoomError):
            await store.look(lambda conn, state, _: devices.sign_added(state, tablet.info))
        with pytest.raises(RosterRoomError):
            await store.change_devices(
                lambda conn, state, ms: devices.remove_device(
                    conn, state, thief.id, entropy, ms, with_added=True
                )
            )
        assert (await store.overview()).roster.hash == before.hash
        await store.append(moment("words"), NOW)
        root = world.roots[0]
        await store.with_root(
            lambda conn, state, ms: recovering.retire_others(conn, state, root, entropy, ms)
        )
        assert thief.id not in (await store.overview()).roster.standing
    finally:
        await store.close()


async def test_a_copied_device_without_room_for_new_keys_still_hears_of_the_others(tmp_path):
    world = World("copied without room")
    own, thief, ben = world.pen(0), world.pen(0), world.pen(1)
    statements = [world.adds(own), world.adds(thief), world.adds(ben)]
    store = await world.store(tmp_path, "own", own, statements)
    try:
        await store.admit_page(page(statements=list(filling(world, thief))))
        own.event(moment("by the copy"))

        def due(conn, state, ms):
            put_setting(conn, UNSENT, encode([]))

        await store.with_root(due)
        ben.epoch(world.key, [own, ben])
        ben.event(moment("words of ben"))
        heads = [LogPoints(own.id, [own.point()])]
        await store.admit_page(
            encode(Page([], [*own.runs(), *ben.runs()], heads, False, bytes(32), bytes(32)))
        )
        overview = await store.overview()
        assert overview.entries == 2
        assert "restored" in overview.notices
        assert own.id in overview.roster.standing
    finally:
        await store.close()


async def test_logs_and_forks_without_end_do_not_hide_what_one_saw_of_ones_own(tmp_path):
    world = World("crowded witness")
    own, second = world.pen(0), world.pen(0)
    crowd = [world.pen(1) for _ in range(MAX_WITNESS // MAX_BRANCHES + 2)]
    # Its own second device's log is the last by id.
    while second.id < max(pen.id for pen in crowd):
        second = world.pen(0)
    statements = [world.adds(own), world.adds(second), *map(world.adds, crowd)]
    store = await world.store(tmp_path, "own", own, statements)
    try:
        second.event(moment("words of the second"))
        for pen in crowd:
            runs = []
            for _ in range(MAX_BRANCHES):
                fork = pen.fork(0)
                fork.event(moment("a fork"))
                runs += fork.runs()
            await store.admit_page(page(runs))
        await store.admit_page(page(second.runs()))
        seen: set[Ref] = set()
        for text in ("one", "two"):
            await store.append(moment(text), NOW)
            seen |= set(await newest_witness(store, own.id))
            assert second.ref() in seen
        # What found no room is named by the next.
        assert len(seen) == 1 + MAX_BRANCHES * len(crowd)
    finally:
        await store.close()


async def newest_witness(store, device):
    def look(conn, state, _):
        log = state.log_by_device[device]
        [branch] = log.branches
        [envelope] = read_rows(conn, state, log, branch, branch.head_seq, branch.head_seq)
        return decode_content(
            state.held[envelope.key_id].open_event(envelope.body, envelope.prefix)
        ).witness

    return await store.look(look)


async def test_made_up_other_histories_are_told_and_do_not_pile_up(tmp_path):
    world = World("made-up histories")
    own, ben = world.pen(0), world.pen(1)
    store = await world.store(tmp_path, "own", own, [world.adds(own), world.adds(ben)])
    second = world.pen(0)
    try:
        second.event(moment("words"))
        await store.admit_page(page(second.runs(), [world.adds(second)]))
        ben.epoch(world.key, [own, ben])
        for _ in range(3):
            named = [Ref(second.id, 1, world.chance(32)) for _ in range(MAX_WITNESS)]
            ben.event(moment("I saw"), witness=named)
        await store.admit_page(page(ben.runs()))
        assert "other-history" in (await store.overview()).notices
        rows = await store.query(lambda conn: conn.execute("SELECT what FROM notice").fetchall())
        assert sum(what == "other-history" for (what,) in rows) == MAX_BRANCHES
    finally:
        await store.close()
