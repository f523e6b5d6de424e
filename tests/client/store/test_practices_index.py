"""What practices record is found by its kind, and by its stage, through indexes of their own."""

from inglenook_client.store import queries
from inglenook_client.store.database import Connection
from inglenook_client.store.state import SpaceState
from inglenook_harness.stores import make_couple
from inglenook_protocol.kinds import (
    AffectionNoted,
    EntryWritten,
    NeedStated,
    TopicParked,
    TopicTakenUp,
)

DAY = "2026-09-21"


async def test_entities_of_practices_are_found_by_kind_in_order(tmp_path):
    couple = await make_couple(tmp_path)
    try:
        ana, _ = couple.devices
        for payload in (
            NeedStated("Quiet", "", DAY), EntryWritten("moment", "a", DAY, [], None),
            AffectionNoted("", DAY), TopicParked("The dentist", DAY), NeedStated("Rest", "", DAY),
        ):  # fmt: skip
            ana.clock.ms += 1000
            await ana.store.append(payload, ana.now())
        rows = await ana.store.query(queries.entities_of, ("need", "topic"))
        assert [row.projection.kind for row in rows] == ["need", "topic", "need"]
        last = rows[-1].projection.order_ms
        assert await ana.store.query(queries.entities_of, ("need",), last) == rows[-1:]
        assert await ana.store.query(queries.entities_of, ("need",), latest=1) == rows[-1:]
        assert await ana.store.query(queries.entities_of, ("moment",)) == []

        await ana.store.append(TopicTakenUp(), ana.now(), entity=rows[1].id, after=[rows[1].id])
        kinds = ("need", "topic")
        parked = await ana.store.query(queries.entities_of, kinds, stages=("parked",))
        assert parked == []
        stated = await ana.store.query(queries.entities_of, kinds, stages=("stated", "parked"))
        assert stated == [rows[0], rows[2]]

        def plan(conn: Connection, state: SpaceState, stages: int, *given: object) -> str:
            statement = queries.of_practices("id", 1, stages)
            return str(conn.execute(f"EXPLAIN QUERY PLAN {statement}", given).fetchall())

        assert "entity_practice" in await ana.store._read(plan, 0, "need", 0, 9, 9)
        assert "entity_stage" in await ana.store._read(plan, 1, "need", "stated", 0, 9, 9)
    finally:
        await couple.close()
