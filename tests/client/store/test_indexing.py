"""Words in the index: those of every version, found while it stands, gone without a trace."""

import pytest

from inglenook_client.core.decide import Changes, edit
from inglenook_client.store import queries
from inglenook_harness.stores import hand_over, make_couple
from inglenook_protocol.kinds import EntryWritten


@pytest.fixture
async def couple(tmp_path):
    made = await make_couple(tmp_path, (1, 1))
    yield made
    await made.close()


def moment(text):
    return EntryWritten("moment", text, "2026-09-21", [], None)


async def change(device, id_, text):
    row = await device.store.query(queries.entity_by_id, id_)
    payload = edit(row.projection, Changes(text=text))
    await device.store.append(payload, device.now(), entity=id_, after=list(row.projection.heads))


async def found(device, word, limit=9):
    return [row.id for row in await device.store.query(queries.entities_with_words, word, limit)]


async def terms(device):
    """(word, row) of all that stands in the index, as FTS5 itself reads it."""

    def run(conn):
        conn.execute("CREATE VIRTUAL TABLE temp.look USING fts5vocab('main', 'words', 'instance')")
        try:
            return sorted(conn.execute("SELECT term, doc FROM temp.look").fetchall())
        finally:
            conn.execute("DROP TABLE temp.look")

    return await device.store._database.write(run)


async def raw_blocks(device):
    def run(conn):
        return b"".join(bytes(b) for (b,) in conn.execute("SELECT block FROM words_data"))

    return await device.store.query(run)


async def test_an_edit_adds_a_row_and_only_the_version_that_stands_is_found(couple):
    one, other = couple.devices
    id_ = await one.store.append(moment("river"), one.now())
    for text in ("lakeside", "seaside", "hillside"):
        await change(one, id_, text)
    await hand_over(one, other, couple)
    for device in (one, other):
        assert len({row for _, row in await terms(device)}) == 4
        for gone in ("river", "lakeside", "seaside"):
            assert await found(device, gone) == []
        assert await found(device, "hillside") == [id_]
        assert [len(await found(device, f"{word}*")) for word in ("hill", "sea")] == [1, 0]
        await device.store.rebuild()
        assert len({row for _, row in await terms(device)}) == 4
        assert await found(device, "hillside") == [id_]


async def test_words_of_every_version_leave_with_a_redaction(couple):
    one, other = couple.devices
    id_ = await one.store.append(moment("unwise zebra"), one.now())
    await change(one, id_, "wiser okapi")
    kept = await one.store.append(moment("giraffe"), one.now())
    await hand_over(one, other, couple)
    await one.store.redact(id_, "entry.written", "2026-09-21", one.now())
    await hand_over(one, other, couple)
    for device in (one, other):
        assert [word for word, _ in await terms(device)] == ["giraffe"]
        rows = await device.store.query(lambda c: c.execute("SELECT * FROM version_row").fetchall())
        assert rows == []
        blocks = await raw_blocks(device)
        assert not any(word in blocks for word in (b"zebra", b"okapi", b"wise"))
        assert await found(device, "giraffe") == [kept]


async def test_an_edit_that_comes_before_what_it_edits(couple):
    one, _ = couple.devices
    id_ = await one.store.append(moment("river"), one.now())
    await change(one, id_, "lakeside")

    def forget_the_first(conn, state):
        from inglenook_client.store.folding import event_at, fold_touched

        first, second = sorted(
            place for (place,) in conn.execute("SELECT place FROM envelope WHERE NOT flags")
        )[-2:]
        conn.execute("DELETE FROM entity WHERE id = ?", (id_,))
        conn.execute("INSERT INTO words (words) VALUES ('delete-all')")
        late, early = event_at(conn, state, second), event_at(conn, state, first)
        assert late is not None
        assert early is not None
        fold_touched(conn, state, {id_: [(second, late)]})
        assert conn.execute("SELECT count(*) FROM words").fetchone() == (0,)
        fold_touched(conn, state, {id_: [(first, early)]})

    await one.store._write(forget_the_first)
    assert sorted(word for word, _ in await terms(one)) == ["lakeside", "river"]
    assert await found(one, "lakeside") == [id_]
    assert await found(one, "river") == []


async def test_many_replaced_versions_do_not_use_up_what_a_search_may_find(couple):
    one, _ = couple.devices
    written = []
    for n in range(6):
        id_ = await one.store.append(moment(f"soup number {n}"), one.now())
        written.append(id_)
    for id_ in written[1:]:
        for n in range(9):
            await change(one, id_, f"soup once more {n}")
        await change(one, id_, "stew")
    assert await found(one, "soup", limit=1) == written[:1]
    assert await found(one, "stew", limit=3) == written[:2:-1]
