"""Conversations between two journals: windows, rules, turns, goals; apart and met (SPEC 13.7)."""

import pytest

from inglenook_client.core.practices.errors import (
    NoConversationError,
    NotNowError,
    NotYoursToSayError,
)
from inglenook_client.journal.state import now
from inglenook_harness.paired import meet, open_journal

HOUR_MS = 3_600_000


@pytest.fixture
async def both(couple):
    async with await open_journal(couple[0]) as ana, await open_journal(couple[1]) as ben:
        yield ana, ben


async def propose(journal, topic="The mornings", hours=2, **more):
    return await journal.talking.propose(topic, now().wall_ms + hours * HOUR_MS, 20, **more)


async def opened(ana, ben, **more):
    view = await propose(ana, **more)
    await meet(ana, ben)
    view = await ben.talking.open(view.id)
    await meet(ana, ben)
    return view


async def spoken(journal, other, observation="The light was on at five", **parts):
    draft = await journal.talking.draft({"observation": observation, **parts})
    await journal.talking.share(draft.id)
    await meet(journal, other)


async def digests(*journals):
    return {(await j.status()).spaces[1].digest for j in journals}


async def test_row_04_a_window_is_proposed_changed_and_agreed_to(both):
    ana, ben = both
    assert await ana.talking.current() is None
    first = await propose(ana)
    assert (first.stage, first.may) == ("proposed", ["counter", "decline"])
    await meet(ana, ben)
    seen = await ben.talking.current()
    assert seen.may == ["accept", "counter", "decline", "open"]
    await ben.talking.counter(minutes=45)
    await meet(ana, ben)
    seen = await ana.talking.current()
    assert (seen.minutes, seen.topic, seen.proposals[0].by) == (45, "The mornings", "partner")
    agreed = await ana.talking.accept()
    assert (agreed.stage, agreed.may) == ("agreed", ["counter", "decline", "open"])
    await meet(ana, ben)
    assert (await ben.talking.current()).stage == "agreed"
    assert len(await digests(ana, ben)) == 1


async def test_row_04_declining_asks_for_nothing_and_leaves_no_mark(both):
    ana, ben = both
    view = await propose(ana)
    await meet(ana, ben)
    let_go = await ben.talking.decline()
    assert (let_go.stage, let_go.may) == ("let-go", [])
    await meet(ana, ben)
    assert await ana.talking.current() is None
    with pytest.raises(NotNowError):
        await ana.talking.open(view.id)


async def test_row_04_both_propose_offline_and_the_one_that_asks_comes_first(both):
    ana, ben = both
    hers, his = await propose(ana, "Money"), await propose(ben, "Money", 5)
    await meet(ana, ben)
    assert (await ana.talking.current()).id == his.id
    assert (await ben.talking.current()).id == hers.id
    assert (await ana.talking.accept()).id == his.id
    await meet(ana, ben)
    assert (await ben.talking.current()).stage == "agreed"


async def test_a_proposal_for_two_devices_waits_for_the_other(both):
    ana, ben = both
    view = await propose(ana)
    with pytest.raises(NotNowError):
        await ana.talking.open()
    await meet(ana, ben)
    assert (await ben.talking.open(view.id)).stage == "open"


async def test_row_05_rules_show_when_it_opens_and_an_edit_asks_both_again(both):
    ana, ben = both
    written = await ana.rules.write(["We let each other finish", "No insults"])
    assert (written.holds, written.asked) == (None, None)
    await meet(ana, ben)
    assert (await opened(ana, ben)).rules is None
    agreed = await ben.rules.agree_to()
    assert agreed.holds.rules == ["We let each other finish", "No insults"]
    await meet(ana, ben)
    await ana.talking.close()
    assert (await opened(ana, ben)).rules.rules == agreed.holds.rules
    edited = await ben.rules.write(["We let each other finish"])
    assert edited.holds is None
    await meet(ana, ben)
    [asked] = await ana.rules.all()
    assert (asked.holds, asked.asked.rules) == (None, ["We let each other finish"])
    assert (await ana.rules.agree_to()).holds is not None
    assert (await ana.rules.take_back()).holds is None
    await meet(ana, ben)
    assert (await ben.rules.all())[0].holds is None


async def test_row_05_agreeing_while_the_other_edits_settles_nothing(both):
    ana, ben = both
    await ana.rules.write(["One thing at a time"])
    await meet(ana, ben)
    await ana.rules.write(["One thing at a time", "No insults"])
    await ben.rules.agree_to()
    await meet(ana, ben)
    for journal in both:
        [view] = await journal.rules.all()
        assert view.holds is None
    assert (await ben.rules.agree_to()).holds.rules == ["One thing at a time", "No insults"]


async def test_row_06_a_turn_is_drafted_alone_and_shared_by_a_second_act(both):
    ana, ben = both
    await opened(ana, ben)
    before = (await ana.status()).spaces[1]
    draft = await ana.talking.draft(
        {"observation": "You are never home before eight", "feeling": "lonely", "wish": "Tuesdays"}
    )
    assert [(h.hint, h.word, h.part) for h in draft.hints] == [
        ("never", "never", "observation"),
        ("you-are", "You are", "observation"),
    ]
    after = (await ana.status()).spaces[1]
    assert (after.digest, after.logs) == (before.digest, before.logs)
    await meet(ana, ben)
    assert (await ben.talking.current()).turns == []
    [waiting] = (await ana.talking.current()).drafts
    assert waiting.id == draft.id
    await ana.drafting.edit(draft.id, {"observation": "Dinner was cold at eight, always"})
    shared = await ana.talking.share(draft.id)
    [turn] = shared.turns
    assert (turn.observation, turn.feeling, turn.wish) == (
        "Dinner was cold at eight, always", "lonely", "Tuesdays",
    )  # fmt: skip
    assert shared.drafts == []
    await meet(ana, ben)
    seen = await ben.talking.current()
    assert seen.turns[0].observation == "Dinner was cold at eight, always"
    assert "hint" not in repr(seen)


@pytest.mark.parametrize("words", ["nice ivory", "neveragain", "du bistro", "whatever"])
async def test_row_06_a_hint_is_about_whole_words(both, words):
    ana, ben = both
    await opened(ana, ben)
    assert (await ana.talking.draft({"observation": words})).hints == []


async def test_row_06_a_draft_can_be_made_before_and_waits_for_the_conversation(both):
    ana, ben = both
    await propose(ana)
    draft = await ana.talking.draft({"observation": "The bill"})
    assert not await ana.drafting.has_place(draft)
    with pytest.raises(NotNowError):
        await ana.talking.share(draft.id)
    await meet(ana, ben)
    await ben.talking.open()
    await meet(ana, ben)
    assert await ana.drafting.has_place(draft)
    assert (await ana.talking.share(draft.id)).turns[0].observation == "The bill"


async def test_row_07_the_answer_opens_after_the_confirmation(both):
    ana, ben = both
    await opened(ana, ben)
    await spoken(ana, ben)
    assert (await ben.talking.current()).turns[0].may == ["hear", "leave"]
    with pytest.raises(NotNowError):
        await ben.talking.answer("But")
    await ben.talking.hear("You slept badly")
    await meet(ana, ben)
    with pytest.raises(NotYoursToSayError):
        await ben.talking.confirm()
    await ana.talking.correct("I was woken")
    await meet(ana, ben)
    await ben.talking.hear("You were woken")
    await meet(ana, ben)
    await ana.talking.confirm()
    await meet(ana, ben)
    await ben.talking.validate("Sleep matters")
    view = await ben.talking.answer("I take the lamp")
    [turn] = view.turns
    assert turn.stage == "answered"
    assert [(w.kind, w.by, w.text) for w in turn.words] == [
        ("heard", "me", "You slept badly"),
        ("corrected", "partner", "I was woken"),
        ("heard", "me", "You were woken"),
        ("confirmed", "partner", ""),
        ("validated", "me", "Sleep matters"),
        ("answered", "me", "I take the lamp"),
    ]
    await meet(ana, ben)
    assert len(await digests(ana, ben)) == 1


@pytest.mark.parametrize("who", [0, 1])
async def test_row_07_either_leaves_freely(both, who):
    ana, ben = both
    await opened(ana, ben)
    await spoken(ana, ben)
    view = await both[who].talking.set_down()
    assert view.turns[0].stage == "set-down"
    await meet(ana, ben)
    assert (await both[1 - who].talking.current()).turns[0].may == []


async def test_row_07_what_was_said_can_be_withdrawn_alone(both):
    ana, ben = both
    await opened(ana, ben)
    await spoken(ana, ben, "One")
    await spoken(ana, ben, "Two")
    await ana.redact((await ana.talking.current()).turns[0].id)
    await meet(ana, ben)
    assert [t.observation for t in (await ben.talking.current()).turns] == ["Two"]


async def test_row_07_on_one_device_it_follows_from_the_turn_who_speaks(both):
    ana, ben = both
    await ana.talking.begin("Holidays", 30, mode="one-device")
    for words, theirs in (("The sea", False), ("The hills", True)):
        draft = await ana.talking.draft({"observation": words}, theirs=theirs)
        await ana.talking.share(draft.id)
        await ana.talking.hear("Heard")
        await ana.talking.confirm()
        await ana.talking.answer("Answered")
    await meet(ana, ben)
    view = await ben.talking.current()
    assert [(t.by, t.stage, t.noted_on) for t in view.turns] == [
        ("partner", "answered", "Ana"),
        ("me", "answered", "Ana"),
    ]
    assert [[(w.kind, w.by) for w in t.words] for t in view.turns] == [
        [("heard", "me"), ("confirmed", "partner"), ("answered", "me")],
        [("heard", "partner"), ("confirmed", "me"), ("answered", "partner")],
    ]


async def test_nobody_takes_down_the_others_words_on_two_devices(both):
    ana, ben = both
    await opened(ana, ben)
    with pytest.raises(NotYoursToSayError):
        await ana.talking.draft({"observation": "I am sorry"}, theirs=True)


async def test_what_was_talked_about_before_is_noted_afterwards(both):
    ana, _ = both
    then = now().wall_ms - 24 * HOUR_MS
    view = await ana.talking.begin("The stairs", 15, mode="afterwards", starts_ms=then)
    assert (view.stage, view.mode) == ("open", "afterwards")
    closed = await ana.talking.close(thanks="You stayed")
    assert (closed.stage, closed.closings[0].appreciation) == ("closed", "You stayed")


async def test_row_09_a_goal_asks_both_and_it_may_close_unsettled(both):
    ana, ben = both
    view = await opened(ana, ben)
    goal = await ana.goals.name("Quiet mornings", conversation=view.id)
    assert goal.holds is None
    await meet(ana, ben)
    await ben.talking.acknowledge("You do wake early")
    [seen] = (await ben.talking.current()).goals
    assert seen.asked.text == "Quiet mornings"
    assert (await ben.goals.agree_to(goal.id)).holds.text == "Quiet mornings"
    await meet(ana, ben)
    edited = await ana.goals.edit(goal.id, "Quiet mornings, Sundays too")
    assert edited.holds is None
    await meet(ana, ben)
    assert (await ben.goals.agree_to(goal.id)).holds is not None
    assert (await ben.goals.take_back(goal.id)).holds is None
    closed = await ana.talking.close(thanks="You came", next_step="Try Sunday")
    assert [(c.appreciation, c.next_step, c.settled) for c in closed.closings] == [
        ("You came", "Try Sunday", False)
    ]
    await meet(ana, ben)
    seen = await ben.talking.current()  # what was just closed is still there to be read
    assert (seen.stage, [p.text for p in seen.points]) == ("closed", ["You do wake early"])
    assert not {"winner", "score", "count", "total"} & set(seen.__struct_fields__)


async def test_row_09_one_closes_while_the_other_speaks_and_no_words_are_lost(both):
    ana, ben = both
    await opened(ana, ben)
    draft = await ben.talking.draft({"observation": "One more thing"})
    await ben.talking.share(draft.id)
    await ana.talking.close(thanks="Thank you")
    await ben.talking.close(thanks="You too")
    await meet(ana, ben)
    for journal in both:
        view = await journal.talking.current()
        assert view.stage == "closed"
        assert sorted(c.appreciation for c in view.closings) == ["Thank you", "You too"]
        assert [t.observation for t in view.turns] == ["One more thing"]


async def test_without_a_conversation_nothing_is_drafted(both):
    with pytest.raises(NoConversationError):
        await both[0].talking.draft({"observation": "Hello"})


async def test_row_08_asking_for_more_time_lengthens_and_for_less_changes_nothing(both):
    ana, ben = both
    view = await opened(ana, ben)
    called = await ana.pausing.ask_for(20, plan="Tea")
    assert called.conversation == view.id
    same = await ana.pausing.ask_for(10)
    assert (same.id, same.plan) == (called.id, "Tea")
    assert same.seconds_left > 1190
    await meet(ana, ben)
    longer = await ben.pausing.ask_for(60)
    assert longer.id == called.id
    assert longer.seconds_left > 3590
    await meet(ana, ben)
    assert (await ana.talking.current()).pause.seconds_left > 3580
    assert (await ana.pausing.ask_for(None)).not_today
    assert (await ana.pausing.ask_for(30)).not_today


async def test_row_08_both_pause_offline_and_the_longer_one_shows_on_both(both):
    ana, ben = both
    await ana.pausing.ask_for(10)
    await ben.pausing.ask_for(30)
    await meet(ana, ben)
    for journal in both:
        assert (await journal.pausing.current()).seconds_left > 1790
    assert "by" not in (await ana.pausing.current()).__struct_fields__
