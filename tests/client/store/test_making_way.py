"""What a copied store wrote and never sent makes way for what the other copy sent (SPEC 17.1)."""

from inglenook_client.core.decide import Changes, edit
from inglenook_client.store import queries
from inglenook_harness.crashing import copy_store, reopened
from inglenook_harness.forging import show, show_rebuilt
from inglenook_harness.stores import everything, make_couple, page, settle
from inglenook_protocol.codec import encode
from inglenook_protocol.keys import DeviceKeys
from inglenook_protocol.kinds import EntryWritten
from inglenook_protocol.messages import LogPoints, Page
from inglenook_protocol.roster import added, sign_statement
from inglenook_protocol.runs import Run


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


async def test_what_the_relay_acknowledged_of_both_copies_stays_as_a_fork(tmp_path):
    couple = await make_couple(tmp_path)
    try:
        ana, ben = couple.devices
        await ana.store.append(moment("before the copy"), ana.now())
        copy = tmp_path / "copy.db"
        copy_store(ana.path, copy)
        async with reopened(copy, ana) as twin:
            mine = await twin.store.append(moment("by the copy"), twin.now())
            await twin.store.acknowledged({ana.info.id: 3})
            theirs = await ana.store.append(moment("by the first"), ana.now())
            _, runs = await everything(ana, [ana])
            await twin.store.admit_page(page(runs))
            _, sent = await everything(twin, [ana])
            assert len(sent) == 2
            await ben.store.admit_page(page(sent))
            for device in (twin, ben):
                events = {row[0] for row in (await show(device.store))["entities"]}
                assert {mine, theirs} < events
    finally:
        await couple.close()


async def test_new_keys_wait_until_all_of_the_own_log_is_here(tmp_path):
    """A relay that gives one's own log in part, or withholds its end, brings no new keys yet."""
    couple = await make_couple(tmp_path)
    try:
        ana, _ = couple.devices
        space, tablet = couple.genesis.space_id, DeviceKeys(bytes(64))
        info = tablet.info(space, couple.roots[0].member_id)
        addition = sign_statement(ana.keys.sign, added(space, info, ana.info.id))
        await ana.store.admit_page(page((), [addition]))
        await ana.store.append(moment("before the copy"), ana.now())
        copy = tmp_path / "copy.db"
        copy_store(ana.path, copy)
        async with reopened(copy, ana) as twin:
            for text in ("one", "two"):
                await ana.store.append(moment(text), ana.now())
            _, (run,) = await everything(ana, [ana])
            head = (await ana.store.overview()).heads[ana.info.id]
            heads = [LogPoints(ana.info.id, [head])]

            def from_relay(items):
                cut = Run(run.device, 1, run.previous, run.keys, items)
                return encode(Page([], [cut], heads, False, bytes(32), bytes(32)))

            await twin.store.admit_page(from_relay(run.items[:3]))
            assert twin.store.device_id == ana.info.id
            await twin.store.admit_page(from_relay(run.items))
            assert twin.store.device_id != ana.info.id
            overview = await twin.store.overview()
            assert overview.notices == ["restored"]
            # What the old keys had added stays (SPEC 7.3).
            assert {twin.store.device_id, info.id} < overview.roster.standing
            assert ana.info.id not in overview.roster.standing
    finally:
        await couple.close()
