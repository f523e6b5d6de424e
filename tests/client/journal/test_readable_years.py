"""A readable export of years: as long as the years are, and no larger in memory for it."""

import asyncio
import json
import tracemalloc
from collections import defaultdict

import pytest

from inglenook_client.cli.render import dates, markdown
from inglenook_client.core.practices.readable import KINDS
from inglenook_client.core.practices.searching import may_be_found
from inglenook_client.journal import Journal
from inglenook_client.journal.state import ENTROPY, PAIRED
from inglenook_client.keyring import PassphraseFile
from inglenook_client.profile import SHARED
from inglenook_client.store import queries
from inglenook_client.store.space import SpaceStore
from inglenook_harness.formats import document_flaws
from inglenook_harness.measuring import document_flaws as measures
from inglenook_harness.years import Years, write_privately
from inglenook_protocol.kinds import EntityRedacted

pytestmark = pytest.mark.long


async def lived(folder, years, events):
    """A journal of one of the two that has so many events, and what they noted for themselves."""
    secret = folder / "passphrase"
    secret.write_text("seven quiet otters\n")
    home, unlock = folder / "home", PassphraseFile(secret)
    journal, _ = await Journal.create(home, unlock, name="Ada")
    profile = journal._state.profile
    device = years.new_reader()
    store = await SpaceStore.create(
        profile.path(SHARED), profile.key(SHARED), genesis=years.couple.genesis,
        member=device.info.member, seeds=device.keys.seeds,
        statements=years.couple.statements, entropy=ENTROPY,
    )  # fmt: skip
    years.grow(events)
    await store.admit_page(years.statements_page)
    for page in years.pages(0, events, 1 << 20):
        await store.admit_page(page)
    await store.close()
    await write_privately(journal._state.private, years, 0, ENTROPY)
    await journal._state.set({PAIRED: b"1"})
    await journal.close()
    return await Journal.open(home, unlock)


async def peak_bytes(journal, file):
    """The most that an export had in memory at once, beside what was there before."""
    rendering = markdown.rendering(journal.name, dates.today())
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    done = await journal.exporting.readable(file, rendering)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak - before, done.entries


async def test_four_times_the_years_take_no_more_memory(tmp_path):
    peaks = []
    for events in (4_000, 16_000):
        folder = tmp_path / str(events)
        folder.mkdir()
        async with await lived(folder, Years(seed=3), events) as journal:
            peaks.append(await peak_bytes(journal, folder / "journal.md"))
        size = (folder / "journal.md").stat().st_size
    (small, few), (large, many) = peaks
    assert many > 3 * few
    assert large < 2 * small
    assert large < size


async def test_what_was_taken_back_or_is_tender_is_in_no_line_of_it(tmp_path):
    years = Years(seed=4)
    async with await lived(tmp_path, years, 6_000) as journal:
        file = tmp_path / "journal.jsonl"
        await journal.exporting.readable(file, markdown.json_rendering())
        store = journal._state.shared
        tender = {
            row.projection.state.shown.payload.text: may_be_found(row.projection.state)
            for row in await store.query(queries.entities_of, ("disclosure",))
            if row.projection.state is not None
        }
    text = await asyncio.to_thread(file.read_text, encoding="utf-8")
    documents = [json.loads(line) for line in text.splitlines()]
    for one in documents:
        assert document_flaws(one) == measures(one) == []
    # What is written with another, and drafts, of which all were shared or let go by then.
    inside = {"turn", "acknowledgement", "pause", "goal", "step", "look-back", "draft"}
    assert {one["entry"]["kind"] for one in documents} >= set(KINDS) - inside
    assert {True, False} <= set(tender.values())
    for words, allowed in tender.items():
        assert (json.dumps(words, ensure_ascii=False)[1:-1] in text) == allowed
    words_by_entity = defaultdict(list)
    for event in years.events(6_000):
        words_by_entity[event.entity].append(event)
    gone = [e for e in years.events(6_000) if isinstance(e.payload, EntityRedacted)]
    assert gone
    for event in gone:
        for other in words_by_entity[event.entity]:
            said = getattr(other.payload, "text", "")
            assert not said or json.dumps(said, ensure_ascii=False)[1:-1] not in text
