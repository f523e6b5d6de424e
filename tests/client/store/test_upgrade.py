"""An older program meets what a newer one wrote: kept, passed on, counted, and shown later."""

from inglenook_client.store import queries, rebuilding
from inglenook_harness.crashing import reopened
from inglenook_harness.stores import hand_over, make_couple
from inglenook_protocol import kinds
from inglenook_protocol.kinds import AppreciationNoticed, EntryWritten, registry


async def shown(device):
    rows, _ = await device.store.query(
        queries.entities_on_days, None, 100, ["moment", "appreciation"]
    )
    return sorted(row.projection.kind for row in rows)


async def test_kinds_of_a_newer_program_wait_for_the_upgrade(tmp_path, monkeypatch):
    couple = await make_couple(tmp_path, (1, 2))
    try:
        ana, ben, ben2 = couple.devices
        await ana.store.append(EntryWritten("moment", "a", "2026-09-21", [], None), ana.now())
        thanks = AppreciationNoticed("tea", "", "2026-09-21")
        entity = await ana.store.append(thanks, ana.now())
        whole = (await ana.store.overview()).digest

        # Ben's program is older: it has never heard of this kind.
        with monkeypatch.context() as older:
            older.delitem(kinds.PAYLOADS, kinds.KIND_BY_PAYLOAD[type(thanks)])
            older.setattr(registry, "_DECODERS", {})
            await hand_over(ana, ben, couple)
            overview = await ben.store.overview()
            assert (overview.digest, overview.unreadable, overview.notices) == (whole, {}, [])
            assert await shown(ben) == ["moment"]
            await hand_over(ben, ben2, couple)  # and it passes on what it does not know
            assert (await ben2.store.overview()).digest == whole
            assert await ben2.store.query(queries.entity_by_id, entity) is not None
        await ben.store.close()

        # The upgrade knows more kinds, and so folds everything anew.
        monkeypatch.setattr(rebuilding, "FOLD_VERSION", rebuilding.FOLD_VERSION + 1)
        async with reopened(ben.path, ben) as upgraded:
            assert await shown(upgraded) == ["appreciation", "moment"]
            assert (await upgraded.store.overview()).digest == whole
    finally:
        await couple.close()
