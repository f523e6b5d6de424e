"""One thing by its id: shown as its practice shows it, with what could be next."""

import asyncio

import pytest

from inglenook_client.store import queries
from inglenook_harness.formats import document_flaws
from inglenook_harness.living import live, open_to_both, talk, tell
from inglenook_harness.measuring import document_flaws as measures
from inglenook_harness.paired import meet, open_journal
from inglenook_harness.tone import unkind_words

pytestmark = pytest.mark.long

AS_ENTRY = {
    "moment", "progress", "check-in", "appreciation", "ritual-kept", "exchange", "affection",
    "milestone", "inventory", "reflection", "hide",
}  # fmt: skip
"""Kinds of which the page of an entry says all."""
AS = {
    "turn": "conversation", "acknowledgement": "conversation", "goal": "conversation",
    "couple-time": "couple_time", "look-back": "look_back", "kindness-idea": "idea",
}  # fmt: skip
SAID = {
    "turn": "Ana feels heard",
    "pause": "On you go.",
    "need": "Ben heard: An hour of silence",
    "step": "nook step-review write",
    "ritual": "every day at 07:30",
    "activity": "A crooked roof",
    "keepsake": "Kept in sight",
    "commitment": "What we hold on to",
    "look-back": "You both agree: moments may be looked back at.",
    "kindness-idea": "nook kindness aside",
    "disclosure": "What would be welcome: comfort",
    "topic": "a word of it will do: nook topics done WORD",
    "couple-time": "the small place",
}
"""Words of a kind's own page."""


async def everything(person):
    """The ids of all that can be named, by kind; of drafts those that are open."""
    found: dict[str, list[str]] = {}
    async with await open_journal(person) as journal:
        for store, _ in journal._state.stores():
            for nibble in "0123456789abcdef":
                for row in await store.query(queries.entities_beginning, nibble, 1000):
                    kind, state = row.projection.kind, row.projection.state
                    if kind != "draft" or state.stage == "open":
                        found.setdefault(kind, []).append(row.id.hex())
    return found


@pytest.fixture
def lived(couple):
    async def both():
        async with await open_journal(couple[0]) as ana, await open_journal(couple[1]) as ben:
            await live(ana, ben)

    asyncio.run(both())
    return couple


def test_everything_that_has_an_id_is_shown_as_its_practice_shows_it(lived):
    ana, _ = lived
    for kind, ids in asyncio.run(everything(ana)).items():
        if kind in ("reply", "reaction"):
            continue
        ended = ana.run("show", ids[-1])
        assert (ended.code, unkind_words(ended.out)) == (0, []), (kind, ended.err)
        assert SAID.get(kind, "") in ended.out, (kind, ended.out)
        document = ana("show", ids[-1])
        assert document_flaws(document) == measures(document) == []
        if document["format"] == "inglenook.round/1":
            assert kind == "draft"  # one of a round
            continue
        extra = set(document) - {"format", "entry", "accounts"}
        assert extra == (set() if kind in AS_ENTRY else {AS.get(kind, kind)}), kind


def test_a_round_is_found_by_whoever_has_a_part_in_it_and_by_nobody_else(couple):
    async def ready():
        async with await open_journal(couple[0]) as ana, await open_journal(couple[1]) as ben:
            await ana.revealing.draft("week-review", {"appreciated": "You sang"})
            await ana.revealing.ready("week-review")
            await meet(ana, ben)
            return (await ana.revealing.show("week-review")).id

    async def both_ready():
        async with await open_journal(couple[0]) as ana, await open_journal(couple[1]) as ben:
            await ben.revealing.draft("week-review", {"appreciated": "You cooked"})
            await ben.revealing.ready("week-review")
            await open_to_both(ana, ben)

    ana, ben = couple
    id_ = asyncio.run(ready())
    shown = ana("show", id_)
    assert (shown["round"]["stage"], shown["round"]["theirs"]) == ("ready", None)
    # For him there is nothing with that id: the same words as of one that is nowhere.
    nowhere = ben.run("show", "f" * 64)
    hidden = ben.run("show", id_)
    assert (hidden.code, hidden.err) == (nowhere.code, nowhere.err.replace("f" * 64, id_))
    asyncio.run(both_ready())
    for person in couple:
        assert person("show", id_[:10])["round"]["stage"] == "together"
        assert "Open to you both." in person.run("show", id_).out


def test_a_round_that_one_took_back_and_let_go_is_nowhere_again(couple):
    async def write():
        async with await open_journal(couple[0]) as ana:
            view = await ana.revealing.draft("week-review", {"appreciated": "You sang"})
            await ana.revealing.ready("week-review")
            await ana.revealing.take_back("week-review")
            await ana.drafting.let_go(view.draft)
            return view.id

    ended = couple[0].run("show", asyncio.run(write()))
    assert (ended.code, "nothing here" in ended.err) == (5, True)


def test_a_draft_of_a_round_is_shown_as_the_round_and_one_that_is_gone_as_an_entry(couple):
    async def write():
        async with await open_journal(couple[0]) as ana:
            view = await ana.revealing.draft("setback", {"happened": "Thursday"})
            there = await tell(ana, "need", {"need": "An hour"})
            kept = await tell(ana, "need", {"need": "Quiet"})
            await ana.drafting.let_go(kept.id)
            return view, there.id, kept.id

    ana, _ = couple
    view, there, gone = asyncio.run(write())
    for id_ in (view.draft, view.id):
        assert ana("show", id_)["round"]["id"] == view.id
        assert "nook setback ready" in ana.run("show", id_).out
    for line in ("An hour", f"nook share {there[:8]}", f"nook private drop {there[:8]}"):
        assert line in ana.run("show", there).out
    assert set(ana("show", gone)) == {"format", "entry", "accounts"}
    assert "nook share" not in ana.run("show", gone).out


def test_of_a_withdrawn_turn_the_page_is_an_empty_place(couple):
    async def write():
        async with await open_journal(couple[0]) as ana, await open_journal(couple[1]) as ben:
            conversation = await talk(ana, ben)
            [turn] = (await ana.talking.show(conversation)).turns
            await ana.redact(turn.id)
            return turn.id

    ana, _ = couple
    ended = ana.run("show", asyncio.run(write()))
    assert ended.code == 0
    assert "(withdrawn)" in ended.out
    assert "We sat apart" not in ended.out
