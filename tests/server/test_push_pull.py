"""Pushing and pulling against the real application (SPEC 6, 11.4, 12, 14.5, 14.6)."""

import asyncio

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inglenook_harness.relay import Answered
from inglenook_harness.wire import Couple, Reader, derived
from inglenook_protocol.codec import Point
from inglenook_protocol.errors import Reject
from inglenook_protocol.limits import (
    MAX_BRANCHES,
    MAX_ERASURE_BYTES,
    MAX_MESSAGE_BYTES,
    MAX_ROSTER_BYTES,
)
from inglenook_protocol.messages import Accepted, Duplicate, Gap, PushRequest, Refused
from inglenook_server.auth import Login
from inglenook_server.core.chunks import CHUNK_ITEMS
from inglenook_server.relay import open_relay
from inglenook_server.storage.memory import MemoryDisk, MemoryStorage
from inglenook_server.storage.sqlite import SqliteStorage


@pytest.fixture(params=["memory", "sqlite"])
async def host(request, make_host, tmp_path):
    return await make_host(SqliteStorage(tmp_path / "data") if request.param == "sqlite" else None)


async def code_of(call):
    """The code that a call is answered with; None if it goes through."""
    try:
        await call
    except Answered as answered:
        return answered.code
    return None


async def read_all(client, couple, page_bytes=1 << 20):
    reader = Reader(couple)
    for _ in range(2000):
        page = await client.pull(reader.request(page_bytes))
        new = reader.take(page)
        if not page.more:
            return reader
        assert new, "a page that says more brings something new"
    raise AssertionError("pages without end")


async def test_what_one_device_pushes_the_other_pulls(host):
    couple = Couple()
    one = couple.devices[0]
    first, second = await host.member(couple, 0), await host.member(couple, 1)
    one.append(10)
    assert await first.push(one.runs()) == [Accepted(10)]
    reader = await read_all(second, couple)
    assert reader.bodies(one) == {e.seq: [e.body] for e in one.envelopes}
    assert reader.book.roster_hash == couple.book.roster_hash
    again = await second.pull(reader.request())
    assert (again.statements, again.runs, again.more) == ([], [], False)
    assert [(log.device, log.points) for log in again.heads] == [(one.id, [one.head])]
    assert (again.roster_hash, again.erasures_hash) == (
        couple.book.roster_hash,
        couple.book.erasures_hash,
    )


async def test_pushing_again_is_a_duplicate(host):
    couple = Couple()
    (one, _) = couple.devices
    client = await host.member(couple)
    one.append(10)
    assert await client.push([one.run(0, 6)]) == [Accepted(6)]
    assert await client.push([one.run(0, 6)]) == [Duplicate(6)]
    assert await client.push([one.run(2, 5)]) == [Duplicate(5)]
    assert await client.push([one.run(4, 10), one.run(0, 10)]) == [Accepted(10), Duplicate(10)]
    reader = await read_all(client, couple)
    assert len(reader.held) == 10


async def test_pushing_the_same_at_once_stores_it_once(host):
    couple = Couple()
    one = couple.devices[0]
    clients = [await host.member(couple, n % 2) for n in range(6)]
    one.append(40)
    results = await asyncio.gather(
        *(client.push(one.runs(items=7)) for client in clients for _ in range(3))
    )
    kinds = [type(result) for results_ in results for result in results_]
    assert kinds.count(Accepted) == 6
    assert set(kinds) == {Accepted, Duplicate}
    assert len((await read_all(clients[0], couple)).held) == 40
    assert host.relay.counters.events_stored == 40


async def test_runs_of_one_push_build_on_each_other(host):
    couple = Couple()
    one = couple.devices[0]
    client = await host.member(couple)
    one.append(9)
    fork = one.fork_at(4)
    fork.append(3)
    results = await client.push([one.run(0, 5), one.run(5, 9), fork.run(2, 7)])
    assert results == [Accepted(5), Accepted(9), Accepted(7)]
    assert len((await read_all(client, couple)).held) == 12


async def test_a_gap_names_the_heads(host):
    couple = Couple()
    one = couple.devices[0]
    client = await host.member(couple)
    one.append(9)
    assert await client.push([one.run(3, 9)]) == [Gap([])]
    await client.push([one.run(0, 3)])
    assert await client.push([one.run(5, 9)]) == [Gap([one.point(3)])]
    stranger = one.fork_at(2)
    stranger.append(4)
    assert await client.push([stranger.run(3, 6)]) == [Gap([one.point(3)])]


async def test_a_fork_is_kept_up_to_the_limit(host):
    couple = Couple()
    one = couple.devices[0]
    client = await host.member(couple)
    one.append(200)
    await client.push(one.runs())
    forks = [one]
    for parent, at in ((0, 0), (0, 1), (0, 150), (0, 199), (4, 150), (3, 151), (0, 77)):
        fork = forks[parent].fork_at(at, ("fork", len(forks)))
        fork.append(2)
        assert await client.push(fork.runs(max(0, at - 5))) == [Accepted(at + 2)]
        forks.append(fork)
    assert len(forks) == MAX_BRANCHES
    further = one.fork_at(100, "one too many")
    further.append(1)
    refused = Refused(Reject.TOO_MANY_BRANCHES)
    assert await client.push([further.run(100)]) == [refused]
    forks[3].append(1)
    assert await client.push([forks[3].run(152)]) == [Accepted(153)]
    reader = await read_all(client, couple, page_bytes=20_000)
    expected = {(e.seq, e.id) for fork in forks for e in fork.envelopes}
    assert {(ref.seq, ref.id) for ref in reader.held} == expected
    page = await client.pull(reader.request())
    assert page.heads[0].points == sorted(fork.head for fork in forks)
    assert reader.heads() == page.heads


@pytest.mark.parametrize(
    ("spoil", "reject"),
    [
        (lambda r: msgspec.structs.replace(r, device=bytes(32)), Reject.UNKNOWN_DEVICE),
        (lambda r: spoil_item(r, -1, signature=bytes(64)), Reject.BAD_SIGNATURE),
        (lambda r: spoil_item(r, 1, body=b"changed"), Reject.BAD_SIGNATURE),
        (lambda r: spoil_item(r, 1, flags=1), Reject.BAD_SIGNATURE),
        (lambda r: spoil_item(r, 1, body=None, body_hash=bytes(32)), Reject.WITHHELD_BODY),
        (lambda r: spoil_item(r, 1, body=None, body_hash=b""), Reject.MALFORMED),
        (lambda r: spoil_item(r, 1, body=bytes(262_145)), Reject.TOO_LARGE),
        (lambda r: spoil_item(r, 1, key=3), Reject.MALFORMED),
        (lambda r: msgspec.structs.replace(r, keys=r.keys * 2), Reject.MALFORMED),
        (lambda r: msgspec.structs.replace(r, previous=b"x" * 32), Reject.GAP),
        (lambda r: msgspec.structs.replace(r, first_seq=1 << 53), None),
    ],
)
async def test_what_does_not_hold_is_refused_whole(host, spoil, reject):
    couple = Couple()
    one = couple.devices[0]
    client = await host.member(couple)
    one.append(4)
    good = couple.devices[1]
    good.append(1)
    run = spoil(one.run())
    if reject is None:
        with pytest.raises(Answered, match="malformed"):
            await client.push([run])
        return
    answer = Gap([]) if reject is Reject.GAP else Refused(reject)
    assert await client.push([run, good.run()]) == [answer, Accepted(1)]
    reader = await read_all(client, couple)
    assert {ref.device for ref in reader.held} == {good.id}
    assert await client.push([one.run()]) == [Accepted(4)]


def spoil_item(run, at, **changes):
    items = list(run.items)
    items[at] = msgspec.structs.replace(items[at], **changes)
    return msgspec.structs.replace(run, items=items)


async def test_a_bad_signature_inside_a_proved_run_is_no_page_end(host):
    couple = Couple()
    one = couple.devices[0]
    client = await host.member(couple)
    one.append(3 * CHUNK_ITEMS)
    run = one.run()
    # Every signature but the last: the chain is proved, yet no page may end anywhere else.
    for at in range(len(run.items) - 1):
        run = spoil_item(run, at, signature=bytes(64)) if at % 64 in (0, 63) else run
    assert await client.push([run]) == [Accepted(3 * CHUNK_ITEMS)]
    for page_bytes in (0, 600, 39_000, 100_000, 1 << 20):
        reader = await read_all(client, couple, page_bytes)
        assert len(reader.held) == 3 * CHUNK_ITEMS


@pytest.mark.parametrize("page_bytes", [0, 1, 5_000, 60_000, 300_000, 1 << 62 >> 10])
async def test_pages_are_bounded_and_complete(host, page_bytes):
    couple = Couple()
    one, two = couple.devices
    client = await host.member(couple)
    for size in (540, 5_000, 540, 60_000):
        one.append(40, size)
    two.append(150)
    for device in (one, two):
        for run in device.runs(items=60):
            assert await client.push([run]) == [Accepted(run.first_seq + len(run.items) - 1)]
    if page_bytes <= 1:
        one.envelopes[:] = one.envelopes[:40]
    reader = Reader(couple)
    reader.take(await client.pull(reader.request(0)))
    while True:
        page = await client.pull(reader.request(page_bytes))
        reader.take(page)
        sizes = [len(item.body) for run in page.runs for item in run.items]
        assert sum(sizes) <= page_bytes or len(sizes) == 1
        if not page.more:
            break
        assert sizes
        if page_bytes <= 1 and len(reader.held) > 50:
            return
    assert len(reader.held) == len(one.envelopes) + len(two.envelopes)


async def test_a_message_never_passes_its_limit(host):
    couple = Couple()
    one = couple.devices[0]
    client = await host.member(couple)
    one.append(40, 262_144)
    for run in one.runs(items=10):
        await client.push([run])
    reader = Reader(couple)
    body = await client.post(client.space_path("pull"), reader.request(1 << 50))
    assert 7_000_000 < len(body) <= MAX_MESSAGE_BYTES


async def test_key_ids_of_many_epochs_and_many_small_pushes(host):
    couple = Couple()
    one = couple.devices[0]
    client = await host.member(couple)
    for n in range(700):
        one.key_id = derived(("epoch", n // 2 if n < 650 else n % 2))
        one.append(1, 30)
    for at in range(0, 700, 140):
        assert len(await client.push(one.runs(at, at + 140, items=1))) == 140
    reader = await read_all(client, couple)
    assert len(reader.held) == 700
    assert [e.key_id for e in one.envelopes] == [
        reader.held[one.ref(seq)].key_id for seq in range(1, 701)
    ]
    partly = await client.pull(couple.pull_request([(one, [one.point(331)])]))
    assert partly.runs[0].first_seq == 332


async def test_points_that_are_not_known_are_passed_over(host):
    couple = Couple()
    one, two = couple.devices
    client = await host.member(couple)
    one.append(300)
    await client.push(one.runs())
    clone = one.fork_at(120)
    clone.append(90)
    strangers = [clone.head, Point(77, b"x" * 32), Point(5_000, b"y" * 32)]
    page = await client.pull(couple.pull_request([(one, [*strangers, clone.point(113)])]))
    assert [run.first_seq for run in page.runs] == [114]
    page = await client.pull(couple.pull_request([(one, strangers), (two, [one.point(3)])]))
    assert [run.first_seq for run in page.runs] == [1]


async def test_statements_come_when_hashes_differ(host):
    couple = Couple()
    one = couple.devices[0]
    client = await host.member(couple)
    one.append(2)
    await client.push(one.runs())
    page = await client.pull(couple.pull_request(knows_statements=True))
    assert page.statements == []
    erasure = couple.erase(one, [1])
    await client.push(statements=[erasure])
    request = couple.pull_request(knows_statements=True)
    other = msgspec.structs.replace(request, erasures_hash=bytes(32))
    assert (await client.pull(other)).statements == [erasure]
    other = msgspec.structs.replace(request, roster_hash=bytes(32))
    assert (await client.pull(other)).statements == couple.book.roster_statements()


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda c: c.addition(c.new_keys(0, "x")[1], foreign(c)), "bad-statement"),
        (
            lambda c: msgspec.structs.replace(
                c.addition(c.new_keys(0, "x")[1]), signature=bytes(64)
            ),
            "bad-statement",
        ),
        (lambda c: Couple("another").statements[0], "wrong-space"),
        (lambda c: msgspec.structs.replace(c.statements[0], content=b"junk"), "bad-statement"),
        (lambda c: stray(c), "wrong-space"),
    ],
)
async def test_statements_that_do_not_hold_refuse_the_message(host, make, code):
    couple = Couple()
    one = couple.devices[0]
    client = await host.member(couple)
    one.append(1)
    with pytest.raises(Answered) as answered:
        await client.push(one.runs(), [make(couple)])
    assert (answered.value.status, answered.value.code) == (400, code)
    assert (await read_all(client, couple)).held == {}


def foreign(couple):
    """A device that nobody knows."""
    keys, info = couple.new_keys(0, "unknown")
    device = couple.devices[0].fork_at(0)
    device.keys, device.info = keys, info
    return device


def stray(couple):
    """A good statement of a root here, about another space."""
    from inglenook_protocol.roster import added, sign_statement

    _, info = couple.new_keys(0, "stray")
    content = added(b"s" * 32, info, couple.roots[0].member_id)
    return sign_statement(couple.roots[0].sign, content)


async def test_erased_bodies_leave_and_stay_away(host):
    couple = Couple()
    one = couple.devices[0]
    client = await host.member(couple)
    one.append(300)
    key = one.append_body(b"k" * 400, flags=1)
    await client.push(one.runs(items=90))
    before = await read_all(client, couple)
    statement = couple.erase(one, [5, 90, 91, 301])
    assert await client.push(statements=[statement]) == []
    reader = await read_all(client, couple)
    bodies = reader.bodies(one)
    assert [seq for seq in bodies if bodies[seq] == [None]] == [5, 90, 91]
    assert bodies[301] == [key.body], "key envelopes stay"
    assert reader.held.keys() == before.held.keys()
    assert await client.push([one.run(0, 10)]) == [Duplicate(10)]
    assert (await read_all(client, couple)).bodies(one)[5] == [None]


async def test_a_key_envelope_that_is_erased_before_it_comes_is_kept_whole(host):
    couple = Couple()
    one = couple.devices[0]
    client = await host.member(couple)
    one.append(2)
    key = one.append_body(b"k" * 400, flags=1)
    await client.push(statements=[couple.erase(one, [2, 3])])
    await client.push(one.runs())
    bodies = (await read_all(client, couple)).bodies(one)
    assert (bodies[2], bodies[3]) == ([None], [key.body])


async def test_a_body_that_is_erased_before_it_comes_is_not_kept(host):
    couple = Couple()
    one = couple.devices[0]
    client = await host.member(couple)
    one.append(6)
    statement = couple.erase(one, [2, 4])
    assert await client.push([one.run()], [statement]) == [Accepted(6)]
    bodies = (await read_all(client, couple)).bodies(one)
    assert [seq for seq in bodies if bodies[seq] == [None]] == [2, 4]


async def test_an_erased_run_can_be_refilled_without_its_bodies(host):
    couple = Couple()
    one = couple.devices[0]
    client = await host.member(couple)
    one.append(6)
    couple.erase(one, [2, 6])
    run = one.run()
    for at in (1, 5):
        body_hash = one.envelopes[at].body_hash
        run = spoil_item(run, at, body=None, body_hash=body_hash)
    assert await client.push([run]) == [Refused(Reject.WITHHELD_BODY)]
    assert await client.push([run], couple.statements) == [Accepted(6)]
    assert (await read_all(client, couple)).bodies(one)[6] == [None]


async def test_nobody_erases_the_others_words(host):
    couple = Couple()
    one, two = couple.devices
    client = await host.member(couple)
    one.append(2)
    await client.push(one.runs())
    from inglenook_protocol.roster import erased, sign_statement

    theft = sign_statement(two.keys.sign, erased(couple.space_id, [one.ref(1)], two.id))
    with pytest.raises(Answered, match="bad-statement"):
        await client.push(statements=[theft])
    assert (await read_all(client, couple)).bodies(one)[1] == [one.envelopes[0].body]


async def test_an_erasure_finishes_when_it_is_pushed_again(tmp_path):
    """A relay that stopped between taking the statement and dropping the bodies."""
    couple = Couple()
    one = couple.devices[0]
    one.append(5)
    disk = MemoryDisk()
    relay, _ = await opened(MemoryStorage(disk))
    await register(relay, couple)
    login = Login(couple.space_id, one.id, b"", 0)
    await relay.push(login, PushRequest([], one.runs()))
    statement = couple.erase(one, [3])
    disk.statements[couple.space_id].append(statement)
    relay, _ = await opened(MemoryStorage(disk))
    await relay.push(login, PushRequest([statement], []))
    body = one.envelopes[2].body or b""
    assert body not in b"".join(chunk.items for chunk in disk.chunks[1])


async def test_only_known_logs_are_sent(host):
    """A root strikes what a removed device signed: what was added from there is unknown."""
    couple = Couple()
    one = couple.devices[0]
    client = await host.member(couple)
    phone = couple.add_device(one.member, by=one)
    phone.append(3)
    other = await host.member(couple, 1)
    await other.push(phone.runs(), couple.statements)
    assert len((await read_all(other, couple)).held) == 3
    couple.remove(one)
    await other.push(statements=couple.statements)
    reader = await read_all(other, couple)
    assert reader.held == {}
    assert (await other.push(phone.runs())) == [Refused(Reject.UNKNOWN_DEVICE)]
    with pytest.raises(Answered, match="not-a-member"):
        await client.push(one.runs())


async def test_logs_of_removed_devices_stay(host):
    couple = Couple()
    one = couple.devices[0]
    client = await host.member(couple, 1)
    one.append(5)
    await client.push([one.run(0, 3)])
    await client.push(statements=[couple.remove(one, [one.point(5)])])
    assert await client.push(one.runs()) == [Accepted(5)], "its log can be refilled"
    assert len((await read_all(client, couple)).held) == 5


async def test_quota_counts_each_member_alone(make_host):
    host = await make_host(member_quota=20_000)
    couple = Couple()
    one, two = couple.devices
    client = await host.member(couple)
    one.append(40)
    two.append(10)
    assert await client.push([one.run(0, 30)]) == [Accepted(30)]
    with pytest.raises(Answered) as answered:
        await client.push([one.run(30, 35), two.run(0, 5)])
    assert (answered.value.status, answered.value.code) == (413, "quota")
    assert await client.push([two.run()]) == [Accepted(10)]
    assert len((await read_all(client, couple)).held) == 40
    await client.push(statements=[couple.erase(one, range(1, 20))])
    assert await client.push([one.run(30, 40)]) == [Accepted(40)], "erasing makes room"


async def test_statements_have_a_limit(make_host, monkeypatch):
    room = ((True, 4_000), (False, 4_000), (None, 4_000))
    monkeypatch.setattr("inglenook_server.relay._ROOM", room)
    host = await make_host()
    couple = Couple()
    one = couple.devices[0]
    client = await host.member(couple)
    one.append(100)
    codes = []
    for n in range(1, 100):
        codes.append(await code_of(client.push(statements=[couple.erase(one, [n])])))
        if codes[-1] is not None:
            break
    assert codes[-1] == "quota"
    assert n > 3
    page = await client.pull(couple.pull_request())
    assert len(page.statements) == 2 + n - 1
    # The other one's words and devices have a room of their own, and so have this one's devices.
    couple.devices[1].append(3)
    other = couple.erase(couple.devices[1], [2])
    new = couple.add_device(0, by=one)
    fitting = [s for s in couple.statements if s in (other, couple.book.roster_statements()[-1])]
    assert await code_of(client.push(statements=fitting)) is None
    assert new.id in couple.book.roster.standing


async def test_a_full_disk_is_said_and_reading_goes_on(make_host, tmp_path):
    host = await make_host(SqliteStorage(tmp_path / "data", max_bytes=1_000_000))
    couple = Couple()
    one = couple.devices[0]
    client = await host.member(couple)
    one.append(3_000)
    stored = 0
    while (code := await code_of(client.push([one.run(stored, stored + 100)]))) is None:
        stored += 100
    assert code == "full"
    assert 500 < stored < 2_000
    reader = await read_all(client, couple)
    assert len(reader.held) == stored
    with pytest.raises(Answered, match="full"):
        await client.push([one.run(stored, stored + 100)])


async def test_big_pushes_are_taken_beside_the_loop(host):
    couple = Couple()
    one = couple.devices[0]
    client = await host.member(couple)
    one.append(2_000)
    assert await client.push([one.run()]) == [Accepted(2_000)]
    assert len((await read_all(client, couple)).held) == 2_000


async def test_many_statements_are_taken_beside_the_loop(host):
    couple = Couple()
    one = couple.devices[0]
    client = await host.member(couple)
    one.append(80)
    await client.push(one.runs(items=9))
    erasures = [couple.erase(one, [seq]) for seq in range(1, 71)]
    assert await client.push(statements=erasures) == []
    bodies = (await read_all(client, couple)).bodies(one)
    assert [seq for seq in bodies if bodies[seq] != [None]] == list(range(71, 81))


async def test_space_memory_is_bounded_and_rebuilt(make_host):
    host = await make_host(cache_bytes=40_000)
    couples = [Couple(n) for n in range(12)]
    clients = [await host.member(couple) for couple in couples]
    for round_ in range(3):
        for couple, client in zip(couples, clients, strict=True):
            couple.devices[0].append(2)
            runs = couple.devices[0].runs(round_ * 2)
            assert await client.push(runs) == [Accepted(round_ * 2 + 2)]
    assert len(host.relay.spaces) <= 2
    for couple, client in zip(couples, clients, strict=True):
        assert len((await read_all(client, couple)).held) == 6


async def opened(storage):
    return await open_relay(
        storage, member_quota=1 << 40, cache_bytes=1 << 20, max_mailboxes=8, registration_token="t"
    )


async def register(relay, couple):
    from inglenook_protocol.messages import RegisterRequest

    request = RegisterRequest("t", couple.genesis.encoded, couple.statements)
    await relay.register(request)


HISTORY_COUPLE = Couple("history", devices_each=1)

moves = st.lists(
    st.tuples(
        st.integers(0, 1),  # whose device
        st.integers(0, 30),  # where a clone forks from, if it does
        st.integers(1, 40),  # how many envelopes
        st.sampled_from(["append", "append", "append", "fork", "erase"]),
        st.integers(1, 50),  # items in a run
        st.integers(0, 20),  # how much of what is held is pushed again
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=moves, page_bytes=st.sampled_from([0, 2_000, 20_000, 1 << 20]), restart=st.booleans())
async def test_any_history_arrives_whole(moves, page_bytes, restart):
    couple = Couple("history")
    heads = {0: [couple.devices[0]], 1: [couple.devices[1]]}
    disk = MemoryDisk()
    relay, _ = await opened(MemoryStorage(disk))
    await register(relay, couple)
    login = Login(couple.space_id, couple.devices[0].id, b"", 0)
    expected, erased_refs = set(), set()
    readers = [Reader(couple), Reader(couple)]
    for n, (who, at, count, what, items, again) in enumerate(moves):
        clones = heads[who]
        statements = []
        if what == "fork" and len(clones) < MAX_BRANCHES:
            clones.append(clones[at % len(clones)].fork_at(at, ("clone", n)))
            # A clone that forks at its parent's head is no fork until one of them goes on.
        device = clones[-1] if what == "fork" else clones[at % len(clones)]
        if what == "erase" and device.envelopes:
            seq = 1 + at % len(device.envelopes)
            statements = [couple.erase(device, [seq])]
            erased_refs.add(device.ref(seq))
        start = len(device.envelopes)
        device.append(count, 40)
        runs = device.runs(max(0, start - again), items=items)
        results = await relay.push(login, PushRequest(statements, runs))
        assert {type(result) for result in results} <= {Accepted, Duplicate}
        expected |= {device.ref(e.seq) for e in device.envelopes}
        if restart:
            relay, _ = await opened(MemoryStorage(disk))
        if n % 3 == 1:
            await drain(relay, login, readers[0], page_bytes)
            assert readers[0].held.keys() == expected
    for reader in readers:
        await drain(relay, login, reader, page_bytes)
        assert reader.held.keys() == expected
    late = readers[1].held
    assert {ref for ref in expected if late[ref].body is None} == erased_refs & expected
    assert late.keys() == expected


async def drain(relay, login, reader, page_bytes):
    from inglenook_protocol.messages import decode_page

    for _ in range(2_000):
        page = decode_page(await relay.pull(login, reader.request(page_bytes)))
        new = reader.take(page)
        if not page.more:
            return
        assert new
    raise AssertionError("pages without end")


def test_page_sizes_in_the_store_stay_within_a_message():
    from inglenook_server.core.chunks import MAX_CHUNK_BYTES
    from inglenook_server.core.page import HEADROOM_BYTES

    # Heads of 256 logs with 8 branches each, encoded.
    heads = 256 * (40 + 8 * 48)
    assert MAX_CHUNK_BYTES + HEADROOM_BYTES + heads < MAX_MESSAGE_BYTES
    statement_bytes = 2 * (2 * MAX_ROSTER_BYTES + MAX_ERASURE_BYTES)
    assert statement_bytes == MAX_MESSAGE_BYTES // 2
    assert statement_bytes * 1.5 + HEADROOM_BYTES + heads < MAX_MESSAGE_BYTES
