"""A space's store: what one device holds of a couple's events, however it came."""

import asyncio
import random
import time

import pytest

from inglenook_client.core.decide import Changes, edit
from inglenook_client.core.ports import PushCursor
from inglenook_client.store import queries
from inglenook_client.store.appending import Entropy
from inglenook_client.store.errors import WrongKeyError
from inglenook_client.store.space import SpaceStore
from inglenook_harness.stores import Device, everything, hand_over, make_couple, page, settle, split
from inglenook_protocol.errors import LocalProtocolError, RemoteProtocolError
from inglenook_protocol.keys import hpke_wrap
from inglenook_protocol.kinds import (
    AppreciationNoticed,
    CheckInMade,
    EntryWritten,
    ReactionGiven,
    ReactionTakenBack,
    ReplyWritten,
)
from inglenook_protocol.messages import decode_push_request
from inglenook_protocol.roster import added, removed, sign_statement
from inglenook_protocol.runs import Item, Run, verify_run


def moment(text: str, date: str = "2026-09-21", **more) -> EntryWritten:
    return EntryWritten("moment", text, date, more.get("tags", []), more.get("beside"))


async def digest(device: Device) -> bytes:
    return (await device.store.overview()).digest


async def dump(device: Device) -> list:
    """Everything folded, as the timeline would show it."""
    rows, following = await device.store.query(
        queries.entities_on_days, None, 10_000, ["moment", "progress", "check-in", "appreciation"]
    )
    assert following is None
    about = await device.store.query(queries.entities_about, [row.id for row in rows])
    return [(row, about[row.id]) for row in rows]


async def seen(store: SpaceStore, entity: bytes) -> queries.Row:
    """An entity that must be there."""
    row = await store.query(queries.entity_by_id, entity)
    assert row is not None
    return row


async def change(device: Device, entity: bytes, **changes) -> bytes:
    row = await seen(device.store, entity)
    payload = edit(row.projection, Changes(**changes))
    return await device.store.append(
        payload, device.now(), entity=entity, after=row.projection.heads
    )


@pytest.fixture
async def couple(tmp_path):
    made = await make_couple(tmp_path, (2, 1))
    yield made
    await made.close()


async def live_a_little(couple, rng: random.Random, steps: int) -> None:
    """Random commands on random devices, with some handing over in between."""
    for step in range(steps):
        device = rng.choice(couple.devices)
        store = device.store
        rows = [row for row, _ in await dump(device)]
        own = [
            r
            for r in rows
            if r.projection.author == store.member
            and r.projection.kind == "moment"
            and not r.projection.redacted
        ]
        choice = rng.randrange(8)
        if choice == 0 and rows:
            await store.append(ReplyWritten(rng.choice(rows).id, f"reply {step}"), device.now())
        elif choice == 1 and rows:
            await store.append(ReactionGiven(rng.choice(rows).id, "warm"), device.now())
        elif choice == 2 and own:
            await change(device, rng.choice(own).id, text=f"edited {step}")
        elif choice == 3 and own and rng.random() < 0.4:
            await store.redact(rng.choice(own).id, "entry.written", "2026-09-21", device.now())
        elif choice == 4:
            await store.append(CheckInMade(["calm"], 3, "", "", "2026-09-22"), device.now())
        elif choice == 5:
            await store.append(AppreciationNoticed(f"tea {step}", "", "2026-09-23"), device.now())
        else:
            await store.append(moment(f"walk {step}"), device.now())
        if rng.random() < 0.25:
            source, target = rng.sample(couple.devices, 2)
            await hand_over(source, target, couple)


async def test_what_one_writes_the_other_reads(couple):
    a, b = couple.devices[0], couple.devices[2]
    id_ = await a.store.append(moment("by the river", tags=["walk"]), a.now())
    await settle(couple)
    row = await seen(b.store, id_)
    words = row.projection.versions[0]
    assert (words.text, words.tags) == ("by the river", ("walk",))
    assert row.projection.author == couple.roots[0].member_id
    assert await digest(a) == await digest(b)


@pytest.mark.parametrize(
    "seed", [0, 1, *(pytest.param(n, marks=pytest.mark.long) for n in range(2, 12))]
)
async def test_any_order_duplication_and_grouping_gives_the_same_timeline(tmp_path, seed):
    rng = random.Random(seed)
    couple = await make_couple(tmp_path, (2, 1), seed=f"order{seed}")
    writers, reader = couple.devices[:2], couple.devices[2]
    try:
        await live_a_little(couple, rng, 30)
        await settle(couple)
        expected, shown = await digest(reader), await dump(reader)
        assert await digest(writers[0]) == expected
        assert await dump(writers[0]) == shown
        late = await late_reader(tmp_path / "late", couple)
        statements, runs = await everything(reader, couple.devices)
        pieces = [piece for run in runs for piece in split(run, couple.genesis.space_id, rng)]
        await late.admit_page(page((), statements))
        # Whatever order they come in, each pass takes what now follows something held.
        for _ in range(len(pieces)):
            rng.shuffle(pieces)
            await late.admit_page(page(pieces + pieces[: len(pieces) // 3], statements))
            if (await late.overview()).digest == expected:
                break
        overview = await late.overview()
        assert overview.digest == expected
        assert overview.heads == (await reader.store.overview()).heads
        await late.rebuild()
        assert (await late.overview()).digest == expected
        late_device = Device("late", late, reader.keys, reader.info, reader.clock, tmp_path, b"")
        assert await dump(late_device) == shown
    finally:
        await couple.close()


async def late_reader(folder, couple) -> SpaceStore:
    """The last device again, as if it had lost all but its keys."""
    reader = couple.devices[-1]
    store = await SpaceStore.create(
        folder / "late.db",
        bytes(32),
        genesis=couple.genesis,
        member=reader.info.member,
        seeds=reader.keys.seeds,
        statements=[],
        entropy=Entropy(random.Random(1).randbytes, hpke_wrap),
        wall_ms=reader.clock,
    )
    tracked: SpaceStore = couple.track(store)
    return tracked


async def test_rebuilding_gives_what_folding_bit_by_bit_gave(couple):
    await live_a_little(couple, random.Random(7), 40)
    await settle(couple)
    for device in couple.devices:
        before = await digest(device), await dump(device)
        found = await device.store.query(queries.entities_with_words, "walk", 100)
        assert await device.store.rebuild() > 0
        assert (await digest(device), await dump(device)) == before
        assert await device.store.query(queries.entities_with_words, "walk", 100) == found


async def test_concurrent_edits_of_one_author_are_both_kept_and_a_later_one_settles(couple):
    phone, laptop, partner = couple.devices
    id_ = await phone.store.append(moment("first words"), phone.now())
    await settle(couple)
    await change(phone, id_, text="from the phone")
    await change(laptop, id_, text="from the laptop")
    await settle(couple)
    for device in couple.devices:
        projection = (await seen(device.store, id_)).projection
        texts = {projection.versions[i].text for i in projection.current}
        assert texts == {"from the phone", "from the laptop"}
        assert len(projection.versions) == 3
        for word in ("phone", "laptop"):
            assert await device.store.query(queries.entities_with_words, word, 9)
    await change(laptop, id_, text="both were right")
    await settle(couple)
    projection = (await seen(partner.store, id_)).projection
    assert [projection.versions[i].text for i in projection.current] == ["both were right"]
    assert not await partner.store.query(queries.entities_with_words, "laptop", 9)


async def test_nobody_edits_the_others_words(couple):
    a, b = couple.devices[0], couple.devices[2]
    id_ = await a.store.append(moment("mine"), a.now())
    await settle(couple)
    # An altered app writes the edit all the same; every fold passes it over.
    await change(b, id_, text="not mine")
    with_fold = await seen(b.store, id_)
    assert [v.text for v in with_fold.projection.versions] == ["mine"]
    await settle(couple)
    assert await digest(a) == await digest(b)


async def test_a_redaction_takes_words_bodies_and_index_away_everywhere(couple):
    a, _, b = couple.devices
    id_ = await a.store.append(moment("unwise zebra"), a.now())
    await change(a, id_, text="still unwise zebra")
    kept = await a.store.append(moment("kept"), a.now())
    await settle(couple)
    await a.store.redact(id_, "entry.written", "2026-09-21", a.now())
    await settle(couple)
    for device in couple.devices:
        projection = (await seen(device.store, id_)).projection
        assert projection.redacted
        assert projection.versions == ()
        assert not await device.store.query(queries.entities_with_words, "zebra", 9)
        _, runs = await everything(device, couple.devices)
        gone = [item for run in runs for item in run.items if item.body is None]
        assert len(gone) == 2
    assert (await seen(b.store, kept)).projection.versions
    # Somebody who never saw the words comes to the same.
    late = await late_reader(a.path.parent / "late", couple)
    statements, runs = await everything(b, couple.devices)
    await late.admit_page(page(runs, statements))
    assert (await late.overview()).digest == await digest(a)
    assert (await seen(late, id_)).projection == projection


async def test_a_body_that_is_left_out_without_an_erasure_is_not_taken(couple):
    a, _, b = couple.devices
    await a.store.append(moment("one"), a.now())
    await a.store.append(moment("two"), a.now())
    statements, runs = await everything(a, couple.devices)
    run = next(r for r in runs if r.device == a.info.id)
    from inglenook_protocol.envelope import hash_body

    last = run.items[-1]
    items = [
        *run.items[:-1],
        Item(last.key, last.flags, last.signature, None, hash_body(last.body or b"")),
    ]
    cut = Run(run.device, run.first_seq, run.previous, run.keys, items)
    await b.store.admit_page(page([cut], statements))
    overview = await b.store.overview()
    assert overview.heads[a.info.id].seq == len(items) - 1
    assert "relay-withholds" in overview.notices


async def test_a_reaction_taken_back_is_gone_and_may_be_given_again(couple):
    a, _, b = couple.devices
    id_ = await a.store.append(moment("tea"), a.now())
    await settle(couple)
    given = await b.store.append(ReactionGiven(id_, "warm"), b.now())
    await b.store.append(ReactionTakenBack(), b.now(), entity=given, after=[given])
    await settle(couple)
    about = await a.store.query(queries.entities_about, [id_])
    assert [row.projection.kind for row in about[id_]] == []
    await b.store.append(ReactionGiven(id_, "warm"), b.now())
    await settle(couple)
    about = await a.store.query(queries.entities_about, [id_])
    assert [row.projection.label for row in about[id_]] == ["warm"]


async def test_a_removed_device_is_admitted_up_to_where_it_was_seen(couple):
    phone, laptop, partner = couple.devices
    await phone.store.append(moment("before"), phone.now())
    await settle(couple)
    head = (await laptop.store.overview()).heads[phone.info.id]
    gone = sign_statement(
        laptop.keys.sign,
        removed(couple.genesis.space_id, phone.info.id, [head], [], laptop.info.id),
    )
    late_id = await phone.store.append(moment("after"), phone.now())
    statements, runs = await everything(phone, couple.devices)
    # The partner has the late event already when the removal arrives; the laptop not yet.
    await partner.store.admit_page(page(runs, statements))
    assert await partner.store.query(queries.entity_by_id, late_id) is not None
    for device in (partner, laptop):
        await device.store.admit_page(page(runs, [*statements, gone]))
        assert await device.store.query(queries.entity_by_id, late_id) is None
    assert await digest(partner) == await digest(laptop)
    # New epochs leave the removed device out, and what it writes is refused at home too.
    await laptop.store.append(moment("new epoch"), laptop.now())
    await settle(couple)
    with pytest.raises(LocalProtocolError):
        await phone.store.append(moment("no"), phone.now())
    unreadable = (await phone.store.overview()).unreadable
    assert unreadable.get("no-key"), "the removed device must not open the new epoch"
    assert await digest(partner) == await digest(laptop)


async def test_what_somebody_witnessed_of_a_removed_device_counts(couple):
    phone, laptop, partner = couple.devices
    await phone.store.append(moment("before"), phone.now())
    await settle(couple)
    head = (await laptop.store.overview()).heads[phone.info.id]
    late_id = await phone.store.append(moment("seen by the partner"), phone.now())
    await hand_over(phone, partner, couple)
    await partner.store.append(moment("my answer"), partner.now())
    gone = sign_statement(
        laptop.keys.sign,
        removed(couple.genesis.space_id, phone.info.id, [head], [], laptop.info.id),
    )
    await laptop.store.admit_page(page((), [gone]))
    await hand_over(partner, laptop, couple)
    await settle(couple)
    for device in (laptop, partner):
        assert await device.store.query(queries.entity_by_id, late_id) is not None
    assert await digest(partner) == await digest(laptop)


async def test_a_device_of_the_other_member_cannot_be_removed(couple):
    a, b = couple.devices[0], couple.devices[2]
    forged = sign_statement(
        b.keys.sign, removed(couple.genesis.space_id, a.info.id, [], [], b.info.id)
    )
    with pytest.raises(RemoteProtocolError):
        await a.store.admit_page(page((), [forged]))
    await a.store.append(moment("still here"), a.now())


async def test_a_new_device_gets_all_history_by_the_next_epoch(couple, tmp_path):
    a, _, b = couple.devices
    await a.store.append(moment("old"), a.now())
    await settle(couple)
    from inglenook_protocol.keys import DeviceKeys

    seeds = bytes(range(64))
    info = DeviceKeys(seeds).info(couple.genesis.space_id, b.info.member)
    statement = sign_statement(b.keys.sign, added(couple.genesis.space_id, info, b.info.id))
    await b.store.admit_page(page((), [statement]))
    new = await SpaceStore.create(
        tmp_path / "new.db",
        bytes(32),
        genesis=couple.genesis,
        member=b.info.member,
        seeds=seeds,
        statements=[*couple.statements, statement],
        entropy=Entropy(random.Random(2).randbytes, hpke_wrap),
        wall_ms=b.clock,
    )
    couple.track(new)
    statements, runs = await everything(b, couple.devices)
    await new.admit_page(page(runs, statements))
    before = await new.overview()
    assert before.unreadable.get("no-key") == 1
    await b.store.append(moment("for all devices"), b.now())
    statements, runs = await everything(b, couple.devices)
    await new.admit_page(page(runs, statements))
    overview = await new.overview()
    assert overview.digest == await digest(b)
    assert not overview.unreadable.get("no-key")


async def test_a_fork_is_kept_in_both_versions_and_noticed_once(couple, tmp_path):
    a, _, b = couple.devices
    await a.store.append(moment("common"), a.now())
    await settle(couple)
    # The same device, restored from a copy of its files, writes a second history.
    copy_path = tmp_path / "copy.db"
    await a.store.close()
    copy_path.write_bytes(a.path.read_bytes())
    a.store = await SpaceStore.open(
        a.path, a.key, entropy=Entropy(random.Random(3).randbytes, hpke_wrap), wall_ms=a.clock
    )
    clone = await SpaceStore.open(
        copy_path, a.key, entropy=Entropy(random.Random(4).randbytes, hpke_wrap), wall_ms=a.clock
    )
    couple.track(clone)
    one = await a.store.append(moment("from the original"), a.now())
    two = await clone.append(moment("from the clone"), a.now())
    clone_device = Device("clone", clone, a.keys, a.info, a.clock, copy_path, a.key)
    await hand_over(a, b, couple)
    await hand_over(clone_device, b, couple)
    await hand_over(clone_device, b, couple)
    for id_ in (one, two):
        assert await b.store.query(queries.entity_by_id, id_) is not None
    overview = await b.store.overview()
    assert overview.notices.count("fork") == 1
    # Both versions go on to whoever asks, in any order.
    laptop = couple.devices[1]
    await hand_over(b, laptop, couple)
    assert await digest(laptop) == await digest(b)


async def test_bad_runs_change_nothing_and_are_named(couple):
    a, _, b = couple.devices
    await a.store.append(moment("good"), a.now())
    statements, runs = await everything(a, couple.devices)
    run = next(r for r in runs if r.device == a.info.id)
    last = run.items[-1]
    bad = Item(last.key, last.flags, bytes(64), last.body, b"")
    broken = Run(run.device, run.first_seq, run.previous, run.keys, [*run.items[:-1], bad])
    outcome = await b.store.admit_page(page([broken], statements))
    assert outcome.new == len(run.items) - 1
    assert (await b.store.overview()).notices == ["bad-signature"]
    stranger = Run(bytes(32), run.first_seq, run.previous, run.keys, run.items)
    await b.store.admit_page(page([stranger]))
    assert "unknown-device" in (await b.store.overview()).notices
    with pytest.raises(RemoteProtocolError):
        await b.store.admit_page(b"\x00not a page")
    # The honest page mends it.
    await b.store.admit_page(page(runs, statements))
    assert await digest(a) == await digest(b)


async def test_clocks_far_apart_keep_causes_before_effects(couple):
    a, _, b = couple.devices
    a.clock.ms += 10 * 365 * 86_400_000
    id_ = await a.store.append(moment("from ten years ahead"), a.now())
    await settle(couple)
    await b.store.append(ReplyWritten(id_, "an answer"), b.now())
    await change(a, id_, text="edited ahead")
    await settle(couple)
    assert await digest(a) == await digest(b)
    own = await b.store.append(moment("own clock"), b.now())
    row = await seen(b.store, own)
    assert row.projection.order_ms < a.clock.ms - 86_400_000, "a broken clock must not spread"


async def test_the_database_opens_with_its_key_only_and_holds_no_plaintext(couple):
    a = couple.devices[0]
    await a.store.append(moment("a very private heron"), a.now())
    await a.store.close()
    for file in a.path.parent.iterdir():
        assert b"heron" not in file.read_bytes()
    with pytest.raises(WrongKeyError):
        await SpaceStore.open(a.path, bytes(32), entropy=Entropy(bytes, hpke_wrap))


async def test_two_stores_on_one_file_never_write_one_seq_twice(couple):
    a = couple.devices[0]
    other = await SpaceStore.open(
        a.path, a.key, entropy=Entropy(random.Random(5).randbytes, hpke_wrap), wall_ms=a.clock
    )
    couple.track(other)
    import asyncio

    stores = [a.store, other]
    ids = await asyncio.gather(
        *(stores[i % 2].append(moment(f"line {i}"), a.now()) for i in range(30))
    )
    assert len(set(ids)) == 30
    assert (await a.store.overview()).heads[a.info.id].seq == 31  # the epoch and thirty lines
    assert (await other.overview()).digest == (await a.store.overview()).digest


async def test_texts_at_the_limit_fit_and_one_more_byte_is_refused_whole(couple):
    a = couple.devices[0]
    await a.store.append(moment("ä" * 32_768), a.now())
    before = await digest(a)
    with pytest.raises(LocalProtocolError):
        await a.store.append(moment("ä" * 32_768 + "x"), a.now())
    assert await digest(a) == before


async def test_unneeded_signatures_are_checked_in_the_end_and_a_bad_one_is_replaced(couple):
    a, _, b = couple.devices
    for number in range(6):
        await a.store.append(moment(f"line {number}"), a.now())
    statements, runs = await everything(a, couple.devices)
    run = next(r for r in runs if r.device == a.info.id)
    items = list(run.items)
    items[2] = Item(items[2].key, items[2].flags, bytes(64), items[2].body, b"")
    tampered = Run(run.device, run.first_seq, run.previous, run.keys, items)
    await b.store.admit_page(page([tampered], statements))
    assert await digest(b) == await digest(a), "the head proves every word of the run"
    assert await b.store.audit(3) == 3
    assert (await b.store.overview()).notices == ["bad-signature"]
    assert await b.store.audit(100) == len(items) - 3
    assert await b.store.audit(100) == 0
    # What is sent on from here never ends at the bad one, wherever it is cut.
    for room in range(600, 5000, 500):
        cursor: PushCursor | None = PushCursor({a.info.id: []}, statements=True)
        sent = 0
        for _ in items:
            if cursor is None:
                break
            batch = await b.store.push_batch(cursor, room)
            request = decode_push_request(batch.body)
            for part in request.runs:
                checked = verify_run(part, couple.genesis.space_id, a.info, lambda ref: False)
                assert checked.flaw is None
                sent += len(checked.envelopes)
            cursor = batch.next
        assert cursor is None
        assert sent == len(items)
    good = Run(run.device, 1, run.previous, run.keys[:1], run.items[:3])
    await b.store.admit_page(page([good], statements))
    _, runs = await everything(b, couple.devices)
    assert next(r for r in runs if r.device == a.info.id).items[2] == run.items[2]


async def test_another_relay_holds_nothing_yet(couple):
    device = couple.devices[0]
    store = device.store
    for text in ("A line", "Another"):
        await store.append(moment(text), device.now())
    before = await store.overview()
    await store.acknowledged({store.device_id: before.heads[store.device_id].seq})
    await store.pull_request(frozenset(), 1)
    await store.admit_page(page())  # of a relay that holds nothing any more
    await store.settled("2026-11-23T10:00:00+00:00")
    assert "relay-set-back" in (await store.overview()).notices
    await store.forget_relay()
    after = await store.overview()
    assert set(after.acknowledged.values()) == {0}
    assert (after.last_sync, after.notices, after.digest) == (None, [], before.digest)
    # The first things that the new one confirms are no set-back.
    await store.pull_request(frozenset(), 1)
    await store.admit_page(page())
    assert (await store.overview()).notices == []


async def test_erased_words_leave_the_write_ahead_log_too(tmp_path):
    """Here at once, at the partner's with the page; the database stays open on both sides."""
    couple = await make_couple(tmp_path, (1, 1))
    try:
        ana, ben = couple.devices
        id_ = await ana.store.append(
            EntryWritten("moment", "x" * 9000, "2026-09-21", [], None), ana.now()
        )
        await settle(couple)
        logs = [device.path.with_name(device.path.name + "-wal") for device in couple.devices]
        assert all(log.stat().st_size > 9000 for log in logs)
        await ana.store.redact(id_, "entry.written", "2026-09-21", ana.now())
        assert logs[0].stat().st_size == 0
        assert logs[1].stat().st_size > 9000
        await hand_over(ana, ben, couple)
        assert logs[1].stat().st_size == 0
    finally:
        await couple.close()


async def test_erasing_all_of_ones_own_covers_every_own_device_and_nobody_elses(tmp_path):
    couple = await make_couple(tmp_path, (2, 1))
    try:
        phone, laptop, partner = couple.devices
        for device in couple.devices:
            for n in range(3):
                entry = EntryWritten("moment", f"{device.name} {n}", "2026-09-21", [], None)
                await device.store.append(entry, device.now())
        await settle(couple)
        before = [(await device.store.overview()).digest for device in couple.devices]
        assert len(set(before)) == 1
        assert await phone.store.erasures.count(None) == 6
        seen: list[int] = []
        assert await phone.store.erasures.sign(None, seen.append) == 6
        assert seen == [6]
        await settle(couple)
        assert await laptop.store.erasures.count(None) == 0
        assert await partner.store.erasures.count(None) == 3
        # Everybody still has the words; what is handed on from here has none of hers.
        assert [(await d.store.overview()).digest for d in couple.devices] == before
        _, runs = await everything(phone, couple.devices)
        for run in runs:
            erased_items = [item for item in run.items if not item.flags]
            hers = run.device != partner.info.id
            assert all((item.body is None) is hers for item in erased_items)
    finally:
        await couple.close()


async def test_what_another_process_wrote_between_an_append_and_a_read_is_not_lost_sight_of(
    tmp_path,
):
    """The loop learns of a commit later than the database's thread: in between, another process
    may append, and a read of ours may take note of it."""
    couple = await make_couple(tmp_path)
    try:
        ana, ben = couple.devices

        async def write_elsewhere():
            entropy = Entropy(random.Random(7).randbytes, hpke_wrap)
            other = await SpaceStore.open(ana.path, ana.key, entropy=entropy)
            await other.append(moment("elsewhere"), ana.now())
            await other.close()

        def another_process(conn):
            asyncio.run(write_elsewhere())

        await ana.store.append(moment("first"), ana.now())
        appending = asyncio.create_task(ana.store.append(moment("second"), ana.now()))
        await asyncio.sleep(0)
        elsewhere = asyncio.create_task(ana.store._database.read(another_process))
        reading = asyncio.create_task(ana.store.overview())
        await asyncio.sleep(0)
        time.sleep(0.3)  # the loop is busy until the thread has done all three
        await asyncio.gather(appending, elsewhere, reading)
        await ana.store.append(moment("third"), ana.now())

        await hand_over(ana, ben, couple)
        overview = await ben.store.overview()
        assert overview.notices == []
        assert overview.entries == 4
        assert await digest(ana) == await digest(ben)
    finally:
        await couple.close()
