"""Mutual reveal between two journals over a real relay: what leaves, when, and what shows of it."""

import asyncio
import re

import pytest

from inglenook_client.core.practices.errors import (
    NothingSaidError,
    NotReadyError,
    OpenedAlreadyError,
)
from inglenook_client.core.practices.revealing import to_open
from inglenook_client.journal.revealing import open_due
from inglenook_client.journal.state import now
from inglenook_client.store import queries
from inglenook_harness.paired import open_journal

REVIEW = "week-review"


async def say(journal, words, *, ready=True):
    await journal.revealing.draft(REVIEW, {"appreciated": words})
    if ready:
        await journal.revealing.ready(REVIEW)


def text(parts):
    return None if parts is None else [part.text for part in parts]


async def round_rows(journal):
    return await journal._state.shared.query(queries.entities_of, ("round",))


async def held(journal, words):
    """Whether the shared journal's folds hold these words in any form."""
    return any(
        words.encode() in one.encoded
        for row in await round_rows(journal)
        for one in row.projection.state.moves
    )


@pytest.fixture
def both(couple, relay):
    return couple


async def test_nothing_leaves_before_both_are_ready_and_then_both_read_it(both):
    async with await open_journal(both[0]) as ana, await open_journal(both[1]) as ben:
        await say(ana, "You lit the stove")
        await ana.sync()
        await ben.sync()
        assert await ben.revealing.show(REVIEW) is None
        assert not await held(ana, "You lit the stove")
        assert not await held(ben, "You lit the stove")
        await say(ben, "You sang")
        await ben.sync()  # he holds both: his half goes with the same exchange
        mine = await ben.revealing.show(REVIEW)
        assert (mine.stage, text(mine.mine), mine.theirs) == ("opened", ["You sang"], None)
        await ana.sync()
        await ben.sync()
        for journal, own, other in (
            (ana, "You lit the stove", "You sang"), (ben, "You sang", "You lit the stove"),
        ):  # fmt: skip
            seen = await journal.revealing.show(REVIEW)
            assert (seen.stage, text(seen.mine), text(seen.theirs)) == ("together", [own], [other])
            [opened] = await journal.revealing.opened()
            assert (opened.practice, text(opened.theirs)) == (REVIEW, [other])
            with pytest.raises(OpenedAlreadyError):
                await journal.revealing.take_back(REVIEW)
        digests = {(await j.status()).spaces[1].digest for j in (ana, ben)}
        assert len(digests) == 1


async def test_not_even_that_something_came_is_told(both):
    async with await open_journal(both[0]) as ana, await open_journal(both[1]) as ben:
        await say(ana, "Tea")
        await ana.sync()
        assert (await ben.sync()).received == 0
        await ana.revealing.take_back(REVIEW)
        await ana.write("a word for both", visibility="shared")
        await ana.sync()
        assert (await ben.sync()).received == 1
        told = []

        async def changed():
            told.append([row.kind for row in (await ben.timeline()).days[0].entries])

        watching = asyncio.create_task(ben.watch(changed))
        try:
            async with asyncio.timeout(20):
                await asyncio.sleep(1)  # what its own beginning may tell is over
                told.clear()
                await ana.revealing.ready(REVIEW)
                await ana.sync()
                while len((await round_rows(ben))[0].projection.state.moves) < 3:
                    await asyncio.sleep(0.05)
                await asyncio.sleep(0.3)
                assert told == []
                await ana.write("another word", visibility="shared")
                await ana.sync()
                while not told:
                    await asyncio.sleep(0.05)
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


async def test_both_ready_while_offline_and_it_opens_at_the_next_exchanges(both):
    async with await open_journal(both[0]) as ana, await open_journal(both[1]) as ben:
        await say(ana, "Tea")
        await say(ben, "Bread")
        for journal in (ana, ben, ana):
            await journal.sync()
        assert (await ana.revealing.show(REVIEW)).stage == "together"
        await ben.sync()
        assert text((await ben.revealing.show(REVIEW)).theirs) == ["Tea"]


async def test_taking_back_keeps_both_halves_at_home(both):
    async with await open_journal(both[0]) as ana, await open_journal(both[1]) as ben:
        await say(ana, "Tea")
        await ana.sync()
        assert (await ana.revealing.take_back(REVIEW)).stage == "draft"
        with pytest.raises(NotReadyError):
            await ana.revealing.take_back(REVIEW)
        await say(ben, "Bread")
        for journal in (ana, ben, ana, ben):
            await journal.sync()
        assert not await held(ben, "Bread")
        assert (await ben.revealing.show(REVIEW)).stage == "ready"
        await ana.revealing.ready(REVIEW)
        for journal in (ana, ben, ana):
            await journal.sync()
        assert (await ana.revealing.show(REVIEW)).stage == "together"


async def test_what_was_taken_back_meanwhile_is_heard_of_before_anything_opens(both):
    """Why nothing opens before an exchange (SPEC 18.3)."""
    async with await open_journal(both[0]) as ana, await open_journal(both[1]) as ben:
        await say(ana, "Tea")
        await ana.sync()
        await ben.sync()
        await ana.revealing.take_back(REVIEW)
        await ana.sync()
        await say(ben, "Bread")  # he holds her being ready, and she no longer is
        [row] = await round_rows(ben)
        assert to_open(row.projection.state, ben._state.shared.member) is not None
        await ben.sync()
        assert not await held(ben, "Bread")
        assert (await ben.revealing.show(REVIEW)).stage == "ready"


async def test_new_words_after_being_ready_are_what_opens(both):
    async with await open_journal(both[0]) as ana, await open_journal(both[1]) as ben:
        await say(ana, "Tea")
        await say(ana, "Warm tea")
        await say(ben, "Bread")
        for journal in (ana, ben, ana, ben):
            await journal.sync()
        assert text((await ben.revealing.show(REVIEW)).theirs) == ["Warm tea"]


async def test_opening_twice_writes_nothing_more(both):
    async with await open_journal(both[0]) as ana, await open_journal(both[1]) as ben:
        await say(ana, "Tea")
        await say(ben, "Bread")
        await ana.sync()
        await ben.sync()
        before = (await ben._state.shared.overview()).heads
        assert await open_due(ben._state) == 0
        await ben.sync()
        assert (await ben._state.shared.overview()).heads == before


async def test_a_device_that_has_not_the_half_leaves_it_to_another(both):
    async with await open_journal(both[0]) as ana, await open_journal(both[1]) as ben:
        await say(ana, "Tea")
        await say(ben, "Bread")
        await ana.sync()
        private = ben._state.private
        for row in await private.query(queries.entities_of, ("half",)):
            await private.redact(row.id, "half.kept", "2026-09-21", now())
        await ben.sync()
        assert not await held(ben, "Bread")


async def test_drafting_shows_in_the_private_journal_alone(both):
    async with await open_journal(both[0]) as ana:
        before = (await ana.status()).spaces[1]
        await say(ana, "Tea", ready=False)
        await ana.revealing.draft(REVIEW, {"helped": "Walks"})
        with pytest.raises(NothingSaidError):
            await ana.revealing.draft("setback", {"helped": ""})
        seen = await ana.revealing.show(REVIEW)
        assert (seen.stage, text(seen.mine)) == ("draft", ["Tea", "Walks"])
        after = (await ana.status()).spaces[1]
        assert (after.digest, after.waiting, after.logs) == (
            before.digest, before.waiting, before.logs,
        )  # fmt: skip


async def test_the_zone_decides_the_week_for_both(both):
    async with await open_journal(both[0]) as ana, await open_journal(both[1]) as ben:
        assert await ana.revealing.set_zone("Europe/Vienna") == "Europe/Vienna"
        await ana.sync()
        await ben.sync()
        assert await ben.revealing.zone() == "Europe/Vienna"


async def test_a_half_said_ready_while_the_app_watches_opens_by_itself(both):
    async with await open_journal(both[0]) as ana, await open_journal(both[1]) as ben:
        await say(ana, "Tea")
        await ana.sync()
        told = asyncio.Event()

        async def changed():
            told.set()

        watching = asyncio.create_task(ben.watch(changed))
        try:
            async with asyncio.timeout(20):
                while not await round_rows(ben):
                    await asyncio.sleep(0.05)
                told.clear()
                await say(ben, "Bread")
                while (await ana.revealing.show(REVIEW)).stage != "together":
                    await asyncio.sleep(0.05)
                    await ana.sync()
                while (await ben.revealing.show(REVIEW)).stage != "together":
                    await asyncio.sleep(0.05)
                await told.wait()
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


def everything_said(person, folder):
    """All that a close reader can ask for that speaks of the other: documents and pages.

    Left out is what both compare, the digest, and the size of a file that holds everything.
    """
    kept = folder / "all"
    seen = []
    for command in (
        ["status"], ["device", "list"], ["sync"], ["timeline"], ["today"], ["week"], ["drafts"],
        ["talk", "list"], ["reminders"], ["review"], ["search", "tea"], ["rules"], ["need"],
        ["export", str(kept)],
    ):  # fmt: skip
        for arguments in (command, [*command, "--json"]):
            kept.unlink(missing_ok=True)
            ended = person.run(*arguments)
            assert ended.code == 0, (arguments, ended.err)
            said = re.sub(r'"(?:digest|bytes|last_sync)": ?("[^"]*"|\d+)', "", ended.out)
            said = re.sub(r"(Digest|Last settled with it:) .*", "", said)
            seen.append((arguments, said, ended.err))
    kept.unlink()
    return seen


@pytest.mark.long
def test_row_21_a_close_reader_of_all_that_is_shown_learns_of_no_readiness(couple, relay, tmp_path):
    ana, ben = couple
    for person in (ana, ben, ana, ben):
        person("sync")
    before = everything_said(ben, tmp_path)
    digest = ben.digest()

    async def readies():
        async with await open_journal(ana) as journal:
            await say(journal, "Tea")

    asyncio.run(readies())
    ana("sync")
    first = ben.run("sync")
    assert (first.code, first.out) == (0, dict_of(before)["sync"])
    assert ben.digest() != digest  # it came: what both can compare says so, and only that
    assert everything_said(ben, tmp_path) == before
    ana("write", "A word for both", "--share")
    ana("sync")
    assert everything_said(ben, tmp_path) != before, "the comparison can fail"


def dict_of(seen):
    return {" ".join(arguments): said for arguments, said, _ in seen}
