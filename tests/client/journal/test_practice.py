"""What all practices share in two journals: finding, agreeing, answering, withdrawing."""

import pytest

from inglenook_client.core.practices import agreeing, inward, needing, tending
from inglenook_client.journal.errors import (
    LeftError,
    NoSuchEntryError,
    NotYoursError,
    OtherJournalError,
    OtherKindError,
)
from inglenook_client.journal.practice import Practice
from inglenook_client.store import queries
from inglenook_harness.paired import open_journal

pytestmark = pytest.mark.long

DAY = "2026-09-21"


def practice(journal):
    return Practice(journal._state)


async def both_sync(*journals):
    for journal in journals:
        await journal.sync()


async def test_a_step_is_proposed_on_one_side_and_agreed_to_on_the_other(couple, relay):
    async with await open_journal(couple[0]) as ana, await open_journal(couple[1]) as ben:
        one, two = practice(ana), practice(ben)
        made = await one.create(
            one.shared(), agreeing.propose_step("A walk", "sun", begins=DAY, enough="Ten minutes")
        )
        await both_sync(ana, ben)
        found = await two.find(made.id.hex()[:8], "step")
        assert (found.me, found.other) == (made.other, made.me)
        assert (await two.agree(found)).state.stage == "agreed"
        await both_sync(ben, ana)
        again = await one.again(made)
        assert again.state.in_force is not None
        assert (await one.revoke(again)).state.stage == "proposed"
        [listed] = await one.all_of(one.shared(), "step", "need")
        assert listed.id == made.id
        await both_sync(ana, ben)
        digests = {(await journal.status()).spaces[1].digest for journal in (ana, ben)}
        assert len(digests) == 1


async def test_a_disclosure_can_be_answered_found_if_opted_in_and_withdrawn(couple, relay):
    async with await open_journal(couple[0]) as ana, await open_journal(couple[1]) as ben:
        one = practice(ana)
        told = await one.create(one.shared(), needing.disclose("I was afraid", "comfort", DAY))
        await both_sync(ana, ben)
        entry = told.id.hex()
        assert await ben.search("afraid") == []
        shown = await ben.reply(entry[:8], "I am here")
        assert (shown.kind, shown.current.text, shown.replies[0].text) == (
            "disclosure", "I was afraid", "I am here",
        )  # fmt: skip
        assert (await ben.react(entry[:8], "hug")).reactions[0].reaction == "hug"
        allowed = needing.set_look_back(told.state, told.me, allowed=True)
        await one.append(told, allowed)
        await both_sync(ana, ben, ana)
        [hit] = await ben.search("afraid")
        assert hit.entry.id == entry
        with pytest.raises(NotYoursError):
            await ben.redact(entry[:8])
        assert (await ana.redact(entry[:8])).redacted
        await both_sync(ana, ben)
        assert await ben.search("afraid") == []
        empty = await ben.show(entry[:8])
        assert (empty.kind, empty.redacted, empty.current) == ("disclosure", True, None)


async def test_row_01_an_inventory_goes_nowhere_else(couple):
    async with await open_journal(couple[0]) as ana:
        one = practice(ana)
        payload = inward.write_inventory(DAY, needs="Rest", curious="What he dreams of")
        with pytest.raises(OtherJournalError):
            await one.create(one.shared(), payload)
        with pytest.raises(OtherJournalError):
            await one.create(one.private, tending.note_affection(DAY))
        before = (await ana.status()).spaces[1]
        made = await one.create(one.private, payload)
        assert (await one.find(made.id.hex()[:8])).state.shown.payload == payload
        after = (await ana.status()).spaces[1]
        assert (after.digest, after.logs, after.waiting) == (
            before.digest, before.logs, before.waiting,
        )  # fmt: skip
        with pytest.raises(OtherKindError):
            await ana.share(made.id.hex()[:8])


async def test_what_is_another_kind_or_not_there_is_said(couple):
    async with await open_journal(couple[0]) as ana:
        one = practice(ana)
        entry = await ana.write("words", visibility="shared")
        with pytest.raises(OtherKindError):
            await one.find(entry.id[:8], "step")
        with pytest.raises(NoSuchEntryError):
            await one.find("ffffffff", "step")
        assert (await one.find_any(entry.id[:8])).row.projection.kind == "moment"


async def test_no_id_of_a_round_can_be_found_before_it_is_open(couple, relay):
    """Whoever guesses a round's id, which both can compute, learns nothing from it."""
    async with await open_journal(couple[0]) as ana, await open_journal(couple[1]) as ben:
        await ana.revealing.draft("week-review", {"appreciated": "Tea"})
        view = await ana.revealing.ready("week-review")
        await both_sync(ana, ben)
        [row] = await ben._state.shared.query(queries.entities_of, ("round",))
        assert row.id.hex() == view.id
        with pytest.raises(NoSuchEntryError):
            await ben.show(view.id[:8])
        assert (await ben.search("Tea"), await ben.revealing.opened()) == ([], [])


async def test_what_belongs_to_an_entity_is_listed_with_it(couple):
    async with await open_journal(couple[0]) as ana:
        one = practice(ana)
        store = one.shared()
        ritual = await one.create(store, tending.define_ritual("Coffee", "daily", begins=DAY))
        for day in ("2026-09-21", "2026-09-22"):
            await one.create(store, tending.keep_ritual(ritual.id, day))
        kept = await one.about(ritual, "ritual-kept")
        assert [found.row.projection.date for found in kept] == ["2026-09-21", "2026-09-22"]
        entry = await ana.show(ritual.id.hex()[:8])
        assert (entry.kind, entry.beside) == ("ritual", None)


async def test_nothing_is_added_to_a_journal_that_was_left(couple):
    async with await open_journal(couple[0]) as ana:
        one = practice(ana)
        made = await one.create(one.shared(), tending.park_topic("The dentist", DAY))
        await ana.leaving.leave()
        found = await one.find(made.id.hex()[:8], "topic")
        with pytest.raises(LeftError):
            await one.append(found, tending.take_up_topic(found.state, found.me))
        with pytest.raises(LeftError):
            one.shared()
