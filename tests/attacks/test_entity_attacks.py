"""What one person's altered app can do to the other's entities: nothing that lasts."""

from __future__ import annotations

import pytest

from inglenook_client.core.decide import Changes, edit
from inglenook_client.core.ports import PushCursor
from inglenook_client.core.views import iso_moment
from inglenook_client.store import queries, space
from inglenook_client.store.appending import Moment
from inglenook_harness.forging import Pen, World, moment, show, show_rebuilt
from inglenook_harness.stores import Clock, page
from inglenook_protocol.causality import maximal
from inglenook_protocol.kinds import EntryEdited, EntryWritten, MemberIntroduced
from inglenook_protocol.limits import MAX_AFTER, MAX_ERASED, MAX_SEQ
from inglenook_protocol.messages import decode_push_request


@pytest.fixture
async def couple(tmp_path):
    """The writer's store, the partner's store, and an altered app of the partner."""
    world = World("entities")
    writer, reader, altered = world.pen(0), world.pen(1), world.pen(1)
    statements = [world.adds(pen) for pen in (writer, reader, altered)]
    altered.epoch(world.key, [writer, reader, altered])
    stores = [
        await world.store(tmp_path, str(n), p, statements) for n, p in enumerate((writer, reader))
    ]
    for store in stores:
        await store.admit_page(page(altered.runs()))
    yield *stores, altered, writer
    for store in stores:
        await store.close()


CLOCK = Clock()


def now() -> Moment:
    return Moment(CLOCK(), 0)


async def row(store, id_):
    found = await store.query(queries.entity_by_id, id_)
    assert found is not None
    return found


async def say(store, id_, text):
    at = await row(store, id_)
    payload = edit(at.projection, Changes(text=text))
    return await store.append(payload, now(), entity=id_, after=at.projection.heads)


async def hand(source, target, pen: Pen):
    batch = await source.push_batch(PushCursor({pen.id: []}, statements=True), 1 << 30)
    request = decode_push_request(batch.body)
    await target.admit_page(page(request.runs, request.statements))


async def agree(one, other, pen):
    await hand(one, other, pen)
    shown = await show(one)
    assert await show(other) == shown
    assert await show_rebuilt(other) == shown
    assert await show_rebuilt(one) == shown


async def test_a_foreign_event_between_two_edits_keeps_neither_from_settling(couple):
    store, reader, altered, writer = couple
    id_ = await store.append(moment("words"), now())
    altered.event(EntryEdited("mine", "2026-09-21", []), id_, [id_])
    altered.event(("entry.marked", 7, b"?"), id_, [id_])
    for each in (store, reader):
        await each.admit_page(page(altered.runs(1)))
    await say(store, id_, "words again")
    projection = (await row(store, id_)).projection
    assert [projection.versions[i].text for i in projection.current] == ["words again"]
    await agree(store, reader, writer)


async def test_a_flood_of_foreign_events_stops_neither_an_edit_nor_a_withdrawal(couple):
    store, reader, altered, writer = couple
    id_ = await store.append(moment("words"), now())
    first = await say(store, id_, "words again")
    for _ in range(MAX_ERASED + MAX_AFTER):
        altered.event(EntryEdited("mine", "2026-09-21", []), id_, [id_])
    for each in (store, reader):
        await each.admit_page(page(altered.runs(1)))
    assert len((await row(store, id_)).projection.heads) <= MAX_AFTER
    assert first in (await row(store, id_)).projection.heads
    await say(store, id_, "the last words")
    projection = (await row(store, id_)).projection
    assert [projection.versions[i].text for i in projection.current] == ["the last words"]
    await store.redact(id_, "entry.written", "2026-09-21", now())
    assert (await row(store, id_)).projection.redacted
    await agree(store, reader, writer)
    assert (await row(reader, id_)).projection.redacted


async def test_withdrawing_again_what_was_written_since_keeps_the_first_redaction(couple):
    store, reader, _, writer = couple
    id_ = await store.append(moment("words"), now())
    await hand(store, reader, writer)
    await store.redact(id_, "entry.written", "2026-09-21", now())
    late = await store.append(
        EntryEdited("words of another device", "2026-09-21", []), now(), entity=id_, after=[id_]
    )
    await store.redact(id_, "entry.written", "2026-09-21", now())
    assert late not in (await row(store, id_)).events
    await agree(store, reader, writer)
    assert (await row(reader, id_)).projection.redacted


async def test_more_events_than_one_redaction_names_are_withdrawn_all_the_same(couple, monkeypatch):
    store, reader, _, writer = couple
    monkeypatch.setattr(space, "MAX_ERASED", 4)
    id_ = await store.append(moment("words"), now())
    for n in range(6):
        again = EntryEdited(f"words {n}", "2026-09-21", [])
        await store.append(again, now(), entity=id_, after=[id_])
    await store.redact(id_, "entry.written", "2026-09-21", now())
    found = await row(store, id_)
    assert found.projection.redacted
    assert len(found.events) == 2
    await agree(store, reader, writer)


def test_what_follows_is_found_in_one_pass():
    class Placed:
        def __init__(self, n: int) -> None:
            self.event_id, self.after = n.to_bytes(32, "big"), [(n - 1).to_bytes(32, "big")]
            self.hlc_ms, self.hlc_count = n, 0

    chain = [Placed(n) for n in range(1, 30_000)]
    assert maximal(chain) == chain[-1:]


async def test_clocks_and_dates_at_their_limits_are_folded_and_shown(couple):
    store, reader, altered, writer = couple
    for ms, offset in ((MAX_SEQ, 1080), (0, -1080), (MAX_SEQ, -1080)):
        for date in ("0001-01-01", "9999-12-31"):
            altered.event(
                EntryEdited("x", date, []),
                bytes(32),
                [],
                hlc=(ms, 2**32 - 1),
                claimed_ms=ms,
                offset_minutes=offset,
            )
            altered.event(
                EntryWritten("moment", "words", date, [], None),
                hlc=(ms, 2**32 - 1),
                claimed_ms=ms,
                offset_minutes=offset,
            )
    for each in (store, reader):
        await each.admit_page(page(altered.runs(1)))
    id_ = await store.append(moment("words"), now())
    assert (await row(store, id_)).projection.order_ms < MAX_SEQ // 2
    await agree(store, reader, writer)
    for at in ((MAX_SEQ, 1080), (0, -1080)):
        assert iso_moment(*at)


async def test_two_names_of_one_moment_come_out_alike_everywhere(couple):
    store, reader, altered, _ = couple
    for name in ("Ada", "Eve", "Ida", "Una"):
        altered.event(MemberIntroduced(name), hlc=(1_790_000_000_000, 3))
    await store.admit_page(page(altered.runs(1)))
    for piece in altered.pieces(1)[1:]:
        await reader.admit_page(page([piece]))
    for _ in range(2):
        names = await store.query(queries.names_by_member)
        assert await reader.query(queries.names_by_member) == names
        await reader.rebuild()


async def test_one_event_in_two_envelopes_of_two_devices_is_one(couple):
    store, reader, altered, writer = couple
    id_ = await store.append(moment("words"), now())
    altered.event(moment("words"), nonce=bytes(16), hlc=(5, 5), claimed_ms=5)
    altered.event(moment("words"), nonce=bytes(16), hlc=(5, 5), claimed_ms=5)
    fork = altered.fork(1)
    fork.event(moment("words"), nonce=bytes(16), hlc=(5, 5), claimed_ms=5)
    before = len((await show(store))["entities"])
    await store.admit_page(page([*altered.runs(1), *fork.runs()]))
    for piece in [*fork.pieces(1), *altered.pieces(1)]:
        await reader.admit_page(page([piece]))
    assert len((await show(store))["entities"]) == before + 1
    assert (await row(store, id_)).events == (id_,)
    await agree(store, reader, writer)
