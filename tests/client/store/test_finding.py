"""Entities are found by pieces of ids, whichever of the two tables these stand in."""

import pytest

from inglenook_client.store import finding, queries
from inglenook_client.store.chunks import in_chunks
from inglenook_harness.stores import hand_over, make_couple
from inglenook_protocol.kinds import EntryWritten, ReplyWritten


@pytest.fixture
async def couple(tmp_path):
    made = await make_couple(tmp_path, (1, 1))
    yield made
    await made.close()


async def test_found_before_and_after_keys_move(couple, monkeypatch):
    monkeypatch.setattr(finding, "RECENT", 7)
    one, other = couple.devices
    written: list[bytes] = []
    replies: dict[bytes, list[bytes]] = {}
    for n in range(24):
        payload = EntryWritten("moment", f"evening {n}", "2026-09-21", [], None)
        written.append(await one.store.append(payload, one.now()))
        if n % 3 == 0:
            about = written[n // 2]
            reply = await one.store.append(ReplyWritten(about, f"reply {n}"), one.now())
            replies.setdefault(about, []).append(reply)
    await hand_over(one, other, couple)
    for device in (one, other):
        assert await counts(device) != (0, 0)
        await holds_all(device, written, replies)
        await device.store.rebuild()
        await holds_all(device, written, replies)
    # One device moved its keys on the way, the other took everything at once.
    assert (await counts(one))[1] > 0


async def holds_all(device, written, replies):
    for id_ in written:
        row = await device.store.query(queries.entity_by_id, id_)
        assert row is not None
        assert row.id == id_
        assert len(await device.store.query(queries.envelopes_of, id_)) == 8
        begins = await device.store.query(queries.entities_beginning, id_.hex()[:14])
        assert [row.id for row in begins] == [id_]
        about = await device.store.query(queries.entities_about, [id_])
        assert [row.id for row in about[id_]] == replies.get(id_, [])
    assert await device.store.query(queries.entity_by_id, bytes(32)) is None


async def counts(device) -> tuple[int, int]:
    def run(conn):
        recent, moved = (
            int(conn.execute(sql).fetchone()[0])
            for sql in ("SELECT count(*) FROM recent_key", "SELECT count(*) FROM entity_key")
        )
        return recent, moved

    found: tuple[int, int] = await device.store.query(run)
    return found


async def test_nobody_reads_a_whole_table_to_find_one_entity(couple):
    def plans(conn):
        for sql in (
            f"SELECT id FROM entity WHERE {queries._BY_ID}",
            f"SELECT id FROM entity WHERE {queries._BY_TARGET}",
        ):
            yield from [str(row) for row in conn.execute("EXPLAIN QUERY PLAN " + sql, (1, b""))]

    plan = await couple.devices[0].store.query(lambda conn: list(plans(conn)))
    assert plan
    assert not [line for line in plan if "SCAN" in line]


def test_chunks_have_two_sizes():
    keys = list(range(11))
    chunks = list(in_chunks(keys, 4))
    assert [len(chunk) for chunk in chunks] == [4, 4, 1, 1, 1]
    assert [key for chunk in chunks for key in chunk] == keys
    assert list(in_chunks([], 4)) == []
