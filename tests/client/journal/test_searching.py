"""A search over everything that people wrote, and what it never finds (PRACTICES "Seeing it")."""

import json

import pytest

from inglenook_client.core.practices.families import FAMILIES, ROUND
from inglenook_client.core.views import CLOSE_MARK, OPEN_MARK
from inglenook_client.journal.revealing import open_due
from inglenook_client.journal.state import now
from inglenook_harness.living import confide, live, open_to_both, talk, tell
from inglenook_harness.paired import meet, open_journal

# By kind: words that ``live`` put into it, and nothing else says.
SHARED = {
    "progress": "goes well",
    "check-in": "calm",
    "appreciation": "made tea",
    "conversation": "no hurry",
    "turn": "sat apart",
    "acknowledgement": "phone came",
    "goal": "without phones",
    "rules": "each other finish",
    "commitment": "come back to",
    "need": "quiet hour",
    "step": "tea at eight",
    "ritual": "Coffee",
    "ritual-kept": "cinnamon",
    "couple-time": "small place",
    "topic": "dentist",
    "exchange": "hard day",
    "affection": "in the hall",
    "activity": "bird house",
    "milestone": "came back to each",
    "keepsake": "blue cup",
    "disclosure": "afraid of the winter",
    ROUND: "what Ben did",
}
PRIVATE = {
    "inventory": "the evenings",
    "reflection": "two tired people",
    "kindness-idea": "his soup",
    "draft": "asked first",
}
WITHOUT_WORDS = {"half", "hide", "look-back", "pause"}
"""A half is sealed, a hide names another, a choice of practices is no words of anybody's, and a
list of pauses would be a tally."""


@pytest.fixture
async def both(couple):
    async with await open_journal(couple[0]) as ana, await open_journal(couple[1]) as ben:
        yield ana, ben


async def kinds(journal, words):
    return {hit.entry.kind for hit in await journal.search(words, limit=100)}


def test_every_kind_that_has_words_is_looked_for() -> None:
    families = {family.shown for family in FAMILIES}
    assert {family.shown for family in FAMILIES if not family.words} == WITHOUT_WORDS
    assert families - WITHOUT_WORDS <= {*SHARED, *PRIVATE}


async def test_everything_that_was_written_is_found_by_whoever_may_read_it(both):
    ana, ben = both
    await live(ana, ben)
    for kind, words in SHARED.items():
        for journal in both:
            assert kind in await kinds(journal, words), (kind, words)
    for kind, words in PRIVATE.items():
        assert await kinds(ana, words) == {kind}
        assert await ben.search(words) == []
    assert await ana.search("after tea") == await ana.search("longer") == []
    [hit] = [hit for hit in await ana.search(SHARED[ROUND]) if hit.entry.kind == ROUND]
    assert hit.excerpt.startswith(f"{OPEN_MARK}what{CLOSE_MARK} ")
    assert {said.name for said in hit.entry.said} == {"Ana", "Ben"}


async def test_a_round_is_found_once_both_opened_it(both):
    ana, ben = both
    for journal, words in ((ana, "stove"), (ben, "sang")):
        await journal.revealing.draft("week-review", {"appreciated": words})
        assert await kinds(journal, words) == {"draft"}
    await ana.revealing.ready("week-review")
    await meet(ana, ben)
    await ben.revealing.ready("week-review")
    await meet(ana, ben)
    await open_due(ana._state)
    await meet(ana, ben)
    for journal in both:
        assert ROUND not in await kinds(journal, "stove") | await kinds(journal, "sang")
    assert await ben.search("stove") == []
    await open_to_both(ana, ben)
    for journal in both:
        assert await kinds(journal, "stove") == await kinds(journal, "sang") == {ROUND}


async def test_row_13_nothing_tender_comes_up_not_by_a_reply_nor_beside_what_belongs_to_it(both):
    ana, ben = both
    told = await confide(ana, "The doctor frightened me")
    await meet(ana, ben)
    await ben.reply(told.id, "I hold you gently")
    await ben.treasuring.celebrate("We told each other", about=told.id)
    await meet(ana, ben)
    for journal in both:
        assert await journal.search("doctor") == await journal.search("gently") == []
        [hit] = await journal.search("told each other")
        assert hit.entry.about is None
        path = json.dumps([str(day) for day in (await journal.timeline(path=True)).days])
        assert "doctor" not in path
    await ana.disclosing.set_look_back(told.id, allowed=True)
    await meet(ana, ben)
    for journal in both:
        assert await kinds(journal, "doctor") == await kinds(journal, "gently") == {"disclosure"}


async def test_what_was_taken_back_or_said_anew_is_found_no_more(both):
    ana, ben = both
    conversation = await talk(ana, ben)
    [turn] = (await ana.talking.show(conversation)).turns
    need = await ana.needing.share((await tell(ana, "need", {"need": "gonegone"})).id)
    step = await ana.stepping.propose("gonegone step", "daily")
    park = await ana.tending.park("gonegone topic")
    milestone = await ana.treasuring.celebrate("gonegone mark")
    idea = await ana.inward.note_idea("gonegone idea")
    proposed = await ana.talking.propose("gonegone talk", now().wall_ms, 20)
    assert len(await kinds(ana, "gonegone")) == 6
    await ana.needing.edit(need.id, "Quiet")
    await ana.stepping.edit(step.id, what="Tea")
    await ana.tending.edit_topic(park.id, "Shoes")
    for id_ in (milestone.id, idea.id, proposed.id, turn.id):
        await ana.redact(id_)
    await meet(ana, ben)
    for journal in both:
        assert await journal.search("gonegone") == await journal.search("sat apart") == []
        assert await kinds(journal, "Quiet") == {"need"}
    kept = await tell(ana, "need", {"need": "letgo"})
    await ana.drafting.let_go(kept.id)
    assert await ana.search("letgo") == []
