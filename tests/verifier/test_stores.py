"""Exports of real stores that hold what altered apps, removals and forks bring about; and how
exports are cut, streamed and made while others write."""

from __future__ import annotations

import asyncio
import io
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from inglenook_client.store import exporting
from inglenook_harness.bundle import Bundle, phrases_of
from inglenook_harness.forging import World, moment
from inglenook_harness.second_reading import packed, read_export, verify
from inglenook_harness.stores import make_couple, page, settle
from inglenook_protocol.export import ExportWriter, read_parts
from inglenook_protocol.limits import (
    MAX_BODY_BYTES,
    MAX_MESSAGE_BYTES,
    MAX_PART_BYTES,
    PAGE_BYTES,
)


async def export(store: Any, file: Path) -> list[int]:
    told: list[int] = []
    with file.open("wb") as out:
        writer = ExportWriter(out.write)
        await store.export(writer, told.append)
        writer.close()
    return told


@pytest.fixture
async def reader(tmp_path):
    """Ben's real store, which holds a bundle written by hand."""
    b = Bundle()
    store = await b.world.store(tmp_path, "reader", b.ben, b.statements)
    yield b, store
    await store.close()


async def test_forks_removals_epochs_and_withdrawals_come_out_as_they_went_in(reader, tmp_path):
    b, store = reader
    await store.admit_page(page(b.runs(), b.statements))
    file = tmp_path / "export"
    await export(store, file)
    digest = (await store.overview()).digest.hex()
    for phrase in b.phrases:
        verdict = verify(file, "--all", phrase=phrase)
        assert (verdict.code, verdict.err, verdict.digests) == (0, "", [digest])
    assert "1 erased; 2 bring keys; 1 forks" in verdict.out
    assert Counter(type(p).__name__ for p in read_parts(io.BytesIO(file.read_bytes()).read)) == {
        "JournalPart": 1, "StatementsPart": 1, "RunPart": 5, "EndPart": 1, "ClosedPart": 1,
    }  # fmt: skip


async def test_what_a_strike_made_unknown_is_in_the_file_and_does_not_count(reader, tmp_path):
    """A root removes the device that had added another: the latter is known no more (7.3)."""
    b, store = reader
    await store.admit_page(page(b.runs(), b.statements))
    struck = b.world.removes(b.ana, [b.ana.point()])
    b.statements.append(struck)
    await store.admit_page(page([], [struck]))
    file = tmp_path / "export"
    await export(store, file)
    overview = await store.overview()
    assert b.ana2.id not in overview.roster.devices
    verdict = verify(file, "--all", "--texts", phrase=b.phrases[0])
    assert (verdict.code, verdict.digests) == (0, [overview.digest.hex()])
    assert "one branch" not in verdict.out
    assert "3 events of removed devices do not count" in verdict.out


async def test_kinds_of_a_later_version_go_along(tmp_path):
    world = World("later")
    pen, other = world.pen(0), world.pen(1)
    statements = [world.adds(pen), world.adds(other)]
    pen.epoch(world.key, [pen, other], phrases=True)
    pen.event(("ritual.kept", 7, b"\xc1 not even a record"))
    store = await world.store(tmp_path, "reader", other, statements)
    await store.admit_page(page(pen.runs()))
    file = tmp_path / "export"
    await export(store, file)
    digest = (await store.overview()).digest.hex()
    await store.close()
    verdict = verify(file, "--texts", phrase=phrases_of("later")[1])
    assert (verdict.code, verdict.digests) == (0, [digest])
    [event] = verdict.events
    assert (event["kind"], event["version"]) == ("ritual.kept", 7)
    assert bytes.fromhex(event["payload"]["bytes"]) == b"\xc1 not even a record"


async def test_long_logs_are_cut_where_a_signature_holds(tmp_path, monkeypatch):
    """Of what came in one run perhaps only the last signature holds: no part may end before."""
    monkeypatch.setattr(exporting, "PAGE_BYTES", 5_000)
    world = World("cut")
    pen, other = world.pen(0), world.pen(1)
    statements = [world.adds(pen), world.adds(other)]
    pen.epoch(world.key, [pen, other], phrases=True)
    for n in range(60):
        pen.event(moment(f"words {n}"))
    # Between the 20th and the 40th nobody but the last signed well.
    for at in range(20, 40):
        pen.envelopes[at] = msgspec.structs.replace(pen.envelopes[at], signature=bytes(64))
    store = await world.store(tmp_path, "reader", other, statements)
    await store.admit_page(page(pen.runs()))
    file = tmp_path / "export"
    told = await export(store, file)
    await store.close()
    sizes = [len(part[1][4]) for part in read_export(file) if part[0] == "run"]
    assert sum(sizes) == told[-1] == 61
    assert len(sizes) > 4
    assert max(sizes) > 20
    verdict = verify(file)
    assert (verdict.code, verdict.err) == (0, "")
    assert verify(file, "--all").classes == ["bad-signature"]


async def test_a_run_that_grew_too_long_is_cut_back(tmp_path, monkeypatch):
    monkeypatch.setattr(exporting, "MAX_RUN_ITEMS", 8)
    world = World("back")
    pen, other = world.pen(0), world.pen(1)
    statements = [world.adds(pen), world.adds(other)]
    pen.epoch(world.key, [pen, other], phrases=True)
    for n in range(15):
        pen.event(moment(f"words {n}"))
    for at in range(6, 12):
        pen.envelopes[at] = msgspec.structs.replace(pen.envelopes[at], signature=bytes(64))
    store = await world.store(tmp_path, "reader", other, statements)
    await store.admit_page(page(pen.runs()))
    file = tmp_path / "export"
    await export(store, file)
    await store.close()
    assert [len(part[1][4]) for part in read_export(file) if part[0] == "run"] == [6, 8, 2]
    assert verify(file).code == 0


async def test_an_export_sees_one_moment_while_others_write(tmp_path):
    couple = await make_couple(tmp_path, (1, 1), seed="moment")
    ana, _ = couple.devices
    try:
        for n in range(30):
            await ana.store.append(moment(f"words {n}"), ana.now())
        await settle(couple)
        other = couple.track(
            await type(ana.store).open(ana.path, ana.key, entropy=ana.store._entropy)
        )
        files = [tmp_path / f"export {n}" for n in range(3)]

        async def write() -> None:
            for n in range(30):
                await other.append(moment(f"more {n}"), ana.now())
                await asyncio.sleep(0)

        async def exports() -> None:
            for file in files:
                await export(ana.store, file)

        await asyncio.gather(write(), exports())
        await export(ana.store, tmp_path / "last")
        for file in [*files, tmp_path / "last"]:
            verdict = verify(file, "--all")
            assert (verdict.code, verdict.err) == (0, "")
        assert "envelopes   61 in 1 logs" in verdict.out
    finally:
        await couple.close()


async def test_the_maker_of_a_file_can_leave_out_an_end_but_not_what_was_seen(reader, tmp_path):
    """What the verifier can't prove, it says as far as it is evident (SPEC 24.5)."""
    b, _ = reader
    b.ben.envelopes = b.ben.envelopes[:1]
    b.old.envelopes = []
    file = tmp_path / "export"
    file.write_bytes(packed(b.parts()))
    verdict = verify(file, phrase=b.phrases[0])
    assert verdict.code == 0
    assert "2 envelopes that were seen are not in the file" in verdict.out


def test_parts_stay_small_enough():
    # A run may have to grow as long as a message, and then has its frame around it.
    assert PAGE_BYTES * 2 < MAX_MESSAGE_BYTES
    assert MAX_MESSAGE_BYTES + MAX_BODY_BYTES < MAX_PART_BYTES
