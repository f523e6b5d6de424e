"""Needs, steps and what is tender between two journals (PRACTICES 13, 15, 16)."""

import pytest

from inglenook_client.core.practices.errors import (
    NoCadenceError,
    NotAgreedError,
    NothingAskedError,
    NothingSaidError,
    NotNowError,
    NotYoursToSayError,
    TooManyNeedsError,
)
from inglenook_client.journal.errors import NotYoursError, OtherKindError
from inglenook_harness.paired import meet, open_journal
from inglenook_protocol.errors import LocalProtocolError

pytestmark = pytest.mark.long


@pytest.fixture
async def both(couple):
    async with await open_journal(couple[0]) as ana, await open_journal(couple[1]) as ben:
        yield ana, ben


async def tell(journal, need="A quiet hour", why=""):
    draft = await journal.drafting.keep("need", {"need": need, "why": why})
    return await journal.needing.share(draft.id)


async def confide(journal, text="I was afraid", wanted="comfort", **more):
    draft = await journal.disclosing.draft(text, wanted, **more)
    return await journal.disclosing.share(draft.id)


async def test_row_15_a_need_is_drafted_alone_then_told_and_heard(both):
    ana, ben = both
    before = (await ana.status()).spaces[1]
    draft = await ana.drafting.keep("need", {"need": "A quiet hour", "why": "I find my feet"})
    assert (await ana.status()).spaces[1].logs == before.logs
    need = await ana.needing.share(draft.id)
    assert await ana.drafting.open("need") == []
    await meet(ana, ben)
    [seen] = await ben.needing.all()
    assert (seen.need, seen.why, seen.by, seen.may) == (
        "A quiet hour", "I find my feet", "partner", ["hear"],
    )  # fmt: skip
    await ben.needing.hear("Time alone")
    await meet(ana, ben)
    await ana.needing.correct("Time without talking")
    await meet(ana, ben)
    await ben.needing.hear("An hour of silence")
    await meet(ana, ben)
    confirmed = await ana.needing.confirm()
    assert (confirmed.id, confirmed.stage) == (need.id, "confirmed")
    assert [(w.kind, w.confirmed) for w in confirmed.words] == [
        ("heard", False), ("corrected", False), ("heard", True),
    ]  # fmt: skip
    edited = await ana.needing.edit(need.id, "A quiet hour, twice a week")
    assert (edited.stage, edited.edited) == ("stated", True)
    with pytest.raises(NotYoursToSayError):
        await ben.needing.edit(need.id, "Mine")


async def test_row_15_at_most_three_needs_at_a_time_and_the_draft_stays(both):
    ana, ben = both
    needs = [await tell(ana, f"Need {n}") for n in range(3)]
    draft = await ana.drafting.keep("need", {"need": "One more"})
    with pytest.raises(TooManyNeedsError):
        await ana.needing.share(draft.id)
    assert [d.id for d in await ana.drafting.open("need")] == [draft.id]
    await meet(ana, ben)
    await tell(ben, "His own")
    assert (await ana.needing.rest(needs[0].id)).may == ["wake"]
    await ana.needing.share(draft.id)
    with pytest.raises(TooManyNeedsError):
        await ana.needing.wake(needs[0].id)
    assert len(await ana.needing.all()) == 3
    assert len(await ana.needing.all(resting=True)) == 4


async def test_row_15_a_draft_is_shared_once(both):
    ana, _ = both
    draft = await ana.drafting.keep("need", {"need": "A quiet hour"})
    for wrong in (ana.disclosing.share, ana.talking.share):
        with pytest.raises(OtherKindError):
            await wrong(draft.id)
    need = await ana.needing.share(draft.id)
    with pytest.raises(NotNowError):
        await ana.needing.share(draft.id)
    assert [one.id for one in await ana.needing.all()] == [need.id]
    with pytest.raises(LocalProtocolError, match="command of its own"):
        await ana.edit(need.id, text="Other words")


async def test_row_15_heard_by_words_that_were_changed_meanwhile_asks_again(both):
    ana, ben = both
    need = await tell(ana)
    await meet(ana, ben)
    await ben.needing.hear("Silence")
    await ana.needing.edit(need.id, "A walk alone")
    await meet(ana, ben)
    for journal in both:
        assert (await journal.needing.show(need.id)).stage == "stated"
    with pytest.raises(NothingAskedError):
        await ana.needing.confirm()


async def test_row_16_a_step_needs_an_action_and_a_rhythm(both):
    ana, _ = both
    for what, cadence, error in (
        ("Tea", "", NoCadenceError),
        ("Tea", "now and then", NoCadenceError),
        ("  ", "weekly", NothingSaidError),
    ):
        with pytest.raises(error):
            await ana.stepping.propose(what, cadence)
    assert await ana.stepping.all() == []


async def test_row_16_a_step_is_on_once_both_agree_and_an_edit_asks_again(both):
    ana, ben = both
    need = await tell(ana)
    step = await ana.stepping.propose(
        "Silence over coffee", "mon,wed", who="you", enough="Ten minutes", need=need.id[:8]
    )
    assert (step.stage, step.holds) == ("proposed", None)
    assert step.standing[0].who == "partner"
    await meet(ana, ben)
    [seen] = await ben.stepping.all()
    assert (seen.asked.who, seen.asked.cadence) == ("me", "FREQ=WEEKLY;BYDAY=MO,WE")
    assert (await ben.needing.all())[0].steps[0].id == step.id
    agreed = await ben.stepping.agree_to()
    assert (agreed.stage, agreed.holds.what) == ("agreed", "Silence over coffee")
    await meet(ana, ben)
    edited = await ben.stepping.edit(step.id, cadence="daily")
    assert (edited.stage, edited.holds, edited.standing[-1].who) == ("proposed", None, "me")
    await meet(ana, ben)
    assert (await ana.stepping.agree_to()).holds.cadence == "FREQ=DAILY"
    assert (await ana.stepping.take_back(step.id)).stage == "proposed"
    with pytest.raises(NotAgreedError):
        await ana.stepping.take_back(step.id)
    retired = await ana.stepping.retire(step.id, "It did its work")
    assert (retired.stage, retired.holds, retired.asked) == ("retired", None, None)
    assert await ana.stepping.all() == []
    await meet(ana, ben)
    with pytest.raises(NotNowError):
        await ben.stepping.agree_to(step.id)


async def test_row_16_agreeing_while_it_is_let_go_comes_out_as_let_go(both):
    ana, ben = both
    step = await ana.stepping.propose("Tea", "weekly")
    await meet(ana, ben)
    await ana.stepping.retire(step.id)
    await ben.stepping.agree_to()
    await meet(ana, ben)
    for journal in both:
        assert (await journal.stepping.show(step.id)).stage == "retired"


async def test_row_13_it_says_which_answer_is_wanted_and_is_received_by_an_act(both):
    ana, ben = both
    told = await confide(ana, wanted="no-reply")
    await meet(ana, ben)
    [seen] = await ben.disclosing.all()
    assert (seen.text, seen.wanted, seen.received, seen.may) == (
        "I was afraid", "no-reply", False, ["receive", "reply"],
    )  # fmt: skip
    await meet(ana, ben)
    assert not (await ana.disclosing.show(told.id)).received  # reading says nothing
    await ben.disclosing.receive(told.id)
    await ben.reply(told.id, "I am here")
    await meet(ana, ben)
    view = await ana.disclosing.show(told.id)
    assert (view.received, [r.text for r in view.replies]) == (True, ["I am here"])
    with pytest.raises(NotYoursToSayError):
        await ana.disclosing.receive(told.id)


async def test_row_13_it_is_found_only_where_its_author_opted_in(both):
    ana, ben = both
    told = await confide(ana, "The doctor frightened me")
    await meet(ana, ben)
    for journal in both:
        assert await journal.search("doctor") == []
    await ana.disclosing.set_look_back(told.id, allowed=True)
    await meet(ana, ben)
    for journal in both:
        assert len(await journal.search("doctor")) == 1
    with pytest.raises(NotYoursToSayError):
        await ben.disclosing.set_look_back(told.id, allowed=False)
    await ana.disclosing.set_look_back(told.id, allowed=False)
    assert await ana.search("doctor") == []


async def test_row_13_it_can_be_withdrawn_and_changed_by_its_author_alone(both):
    ana, ben = both
    told = await confide(ana)
    await meet(ana, ben)
    with pytest.raises(NotYoursError):
        await ben.redact(told.id)
    edited = await ana.disclosing.edit(told.id, wanted="listen")
    assert (edited.text, edited.wanted, edited.edited) == ("I was afraid", "listen", True)
    await ana.redact(told.id)
    await meet(ana, ben)
    for journal in both:
        view = await journal.disclosing.show(told.id)
        assert (view.redacted, view.text, view.wanted, view.may) == (True, "", "", [])
        assert await journal.disclosing.all() == []


async def test_row_13_a_draft_is_with_its_writer_alone_and_can_be_let_go(both):
    ana, ben = both
    before = (await ana.status()).spaces[1]
    draft = await ana.disclosing.draft("Not yet", "talk", look_back=True)
    await ana.drafting.let_go(draft.id)
    assert await ana.drafting.open("disclosure") == []
    assert await ana.search("yet") == []
    after = (await ana.status()).spaces[1]
    assert (after.digest, after.waiting, after.logs) == (
        before.digest, before.waiting, before.logs,
    )  # fmt: skip
    await meet(ana, ben)
    assert await ben.disclosing.all() == []
