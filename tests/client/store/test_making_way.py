"""What a copied store wrote and never sent makes way for what the other copy sent (SPEC 17.1)."""

from inglenook_client.core.decide import Changes, edit
from inglenook_client.store import queries
from inglenook_harness.crashing import copy_store, reopened
from inglenook_harness.forging import show, show_rebuilt
from inglenook_harness.stores import everything, make_couple, page, settle
from inglenook_protocol.kinds import EntryWritten


def moment(text):
    return EntryWritten("moment", text, "2026-09-21", [], None)


async def test_words_withdrawn_before_the_first_sync_take_nobody_elses_along(tmp_path):
    """The rows of the withdrawn words are taken by others: what they were folded into lets go."""
    couple = await make_couple(tmp_path)
    try:
        ana, ben = couple.devices
        old = await ana.store.append(moment("before the copy"), ana.now())
        await settle(couple)
        copy = tmp_path / "copy.db"
        copy_store(ana.path, copy)
        async with reopened(copy, ana) as twin:
            gone = await twin.store.append(moment("written and withdrawn"), twin.now())
            row = await twin.store.query(queries.entity_by_id, old)
            assert row is not None
            await twin.store.append(
                edit(row.projection, Changes(text="changed in the copy")), twin.now(),
                entity=old, after=row.projection.heads,
            )  # fmt: skip
            await twin.store.redact(gone, "entry.written", "2026-09-21", twin.now())
            await twin.store.audit(100)
            sent = [
                await ana.store.append(moment(text), ana.now()) for text in ("one", "two", "three")
            ]
            _, runs = await everything(ana, [ana])
            await twin.store.admit_page(page(runs))

            shown = await show(twin.store)
            assert await show_rebuilt(twin.store) == shown
            events = {row[0]: row[1] for row in shown["entities"]}
            assert events == {id_: id_ for id_ in (old, *sent)}
            row = await twin.store.query(queries.entity_by_id, old)
            assert row is not None
            assert [v.text for v in row.projection.versions] == ["before the copy"]
            # The signatures that stand there now are others, and are looked at.
            assert await twin.store.audit(100) >= len(sent)
        assert ben.store is not None
    finally:
        await couple.close()
