"""Conversations and turns: what comes of what the two do, apart and together (SPEC 13.7)."""

from __future__ import annotations

import pytest

from inglenook_client.core.practices import talking
from inglenook_client.core.practices.errors import NotNowError, NotYoursToSayError
from inglenook_client.core.practices.talking_views import _may_in
from inglenook_harness.two import NOON, Two
from inglenook_protocol.kinds import (
    ConversationAccepted,
    ConversationClosed,
    ConversationCountered,
    ConversationDeclined,
    ConversationOpened,
    ConversationProposed,
    TurnAnswered,
    TurnConfirmed,
    TurnCorrected,
    TurnParaphrased,
    TurnSetDown,
    TurnSpoken,
    TurnValidated,
)

HOUR = 3_600_000
TOPIC = ConversationProposed("The mornings", "", NOON, 30, "two-devices", None)


def counter(hours: int) -> ConversationCountered:
    return ConversationCountered("The mornings", "", NOON + hours * HOUR, 30, "two-devices")


def agreed(seed: int = 0) -> tuple[Two, bytes]:
    two = Two(seed)
    entity = two.ana.writes(TOPIC)
    two.meet()
    two.ben.writes(ConversationAccepted(entity), entity)
    two.meet()
    return two, entity


def opened() -> tuple[Two, bytes]:
    two, entity = agreed()
    two.ana.writes(ConversationOpened(None), entity)
    two.meet()
    return two, entity


def test_from_a_proposal_to_the_end() -> None:
    two = Two()
    entity = two.ana.writes(talking.propose_conversation("The mornings", NOON, 30))
    assert (two.stage(entity), two.projection(entity).date) == ("proposed", "2026-09-21")
    two.meet()
    other = talking.counter_conversation(
        two.folded(entity), two.ben.member, starts_ms=NOON + 24 * HOUR
    )
    two.ben.writes(other, entity)
    two.meet()
    assert two.projection(entity).date == "2026-09-22"
    two.ana.writes(talking.accept_conversation(two.folded(entity), two.ana.member), entity)
    two.meet()
    two.ben.writes(talking.open_conversation(two.folded(entity), two.ben.member, None), entity)
    two.meet()
    closing = talking.close_conversation(
        two.folded(entity), two.ana.member, appreciation="You listened", next_step="Tea first"
    )
    two.ana.writes(closing, entity)
    state = two.folded(entity)
    assert state.stage == "closed"
    assert [m.kind.split(".")[1] for m in state.moves] == ["accepted", "opened", "closed"]


def test_row_04_declining_needs_no_reason_and_nothing_more() -> None:
    two = Two()
    entity = two.ana.writes(TOPIC)
    two.meet()
    declined = talking.decline_conversation(two.folded(entity), two.ben.member)
    assert declined == ConversationDeclined("")
    two.ben.writes(declined, entity)
    assert two.stage(entity) == "let-go"


def test_both_propose_at_the_same_time_and_either_can_be_accepted() -> None:
    two = Two()
    by_ana, by_ben = two.ana.writes(TOPIC), two.ben.writes(TOPIC)
    two.meet()
    assert (two.stage(by_ana), two.stage(by_ben)) == ("proposed", "proposed")
    two.ben.writes(talking.accept_conversation(two.folded(by_ana), two.ben.member), by_ana)
    assert (two.stage(by_ana), two.stage(by_ben)) == ("agreed", "proposed")


def test_one_accepts_while_the_other_takes_the_proposal_back() -> None:
    two = Two()
    entity = two.ana.writes(TOPIC)
    two.meet()
    two.ben.writes(ConversationAccepted(entity), entity)
    two.ana.writes(ConversationDeclined(""), entity)
    assert two.stage(entity) == "let-go"


def test_an_acceptance_never_holds_for_another_time_than_it_names() -> None:
    two = Two()
    entity = two.ana.writes(TOPIC)
    two.meet()
    two.ana.writes(counter(5), entity)
    two.ben.writes(ConversationAccepted(entity), entity)  # of the earlier time
    assert two.stage(entity) == "proposed"


def test_both_counter_and_each_accepts_the_others_time() -> None:
    two = Two()
    entity = two.ana.writes(TOPIC)
    two.meet()
    by_ana, by_ben = two.ana.writes(counter(1), entity), two.ben.writes(counter(2), entity)
    two.meet()
    state = two.folded(entity)
    assert {p.event for p in talking.standing_proposals(state)} == {by_ana, by_ben}
    two.ana.writes(ConversationAccepted(by_ben), entity)
    two.ben.writes(ConversationAccepted(by_ana), entity)
    two.meet()
    assert two.stage(entity) == "proposed"  # two times at once: one of them is chosen now
    two.ana.writes(ConversationAccepted(by_ben), entity)
    assert two.stage(entity) == "agreed"


@pytest.mark.parametrize("first", ["ana", "ben"])
def test_one_opens_while_the_other_says_no(first: str) -> None:
    two, entity = agreed()
    acts = {
        "ana": lambda: two.ana.writes(ConversationOpened(None), entity),
        "ben": lambda: two.ben.writes(ConversationDeclined(""), entity),
    }
    for name in (first, *({"ana", "ben"} - {first})):
        acts[name]()
    assert two.stage(entity) == "let-go"


def test_both_close_and_both_appreciations_are_kept() -> None:
    two, entity = opened()
    two.ana.writes(ConversationClosed("You listened", "", True), entity)
    two.ben.writes(ConversationClosed("You stayed", "", True), entity)
    state = two.folded(entity)
    assert state.stage == "closed"
    closing = [m.payload for m in state.moves if m.kind == "conversation.closed"]
    assert {c.appreciation for c in closing if isinstance(c, ConversationClosed)} == {
        "You listened", "You stayed",
    }  # fmt: skip


def test_one_closes_while_the_other_writes_and_the_words_stand() -> None:
    two, entity = opened()
    turn = two.ben.writes(TurnSpoken(entity, "own", False, "The door", "", "", ""))
    two.ana.writes(ConversationClosed("", "", False), entity)
    two.meet()
    assert (two.stage(entity), two.stage(turn)) == ("closed", "spoken")
    assert two.projection(turn).target == entity
    with pytest.raises(NotNowError):
        talking.speak(two.folded(entity), entity, "More")


def test_who_proposed_for_two_devices_waits_for_a_yes() -> None:
    two = Two()
    entity = two.ana.writes(TOPIC)
    two.meet()
    with pytest.raises(NotNowError):
        talking.open_conversation(two.folded(entity), two.ana.member, None)
    two.ana.writes(ConversationOpened(None), entity)  # an altered app does it all the same
    assert two.stage(entity) == "proposed"
    two.ben.writes(talking.open_conversation(two.folded(entity), two.ben.member, None), entity)
    assert two.stage(entity) == "open"


def test_what_is_offered_of_times_that_crossed_can_be_done() -> None:
    """Both proposed another time, for two devices: whose is the latest waits for the other."""
    two = Two()
    entity = two.ana.writes(TOPIC)
    two.meet()
    two.ana.writes(counter(1), entity)
    two.ben.writes(counter(2), entity)
    two.meet()
    state = two.folded(entity)
    allowed = []
    for who in (two.ana, two.ben):
        offered = not talking.waits_for_a_yes(state, who.member)
        assert ("open" in _may_in(state, who.member, open_=False)) is offered
        if offered:
            allowed.append(who)
            talking.open_conversation(state, who.member, None)
        else:
            with pytest.raises(NotNowError):
                talking.open_conversation(state, who.member, None)
    [who] = allowed
    who.writes(talking.open_conversation(state, who.member, None), entity)
    two.meet()
    assert two.stage(entity) == "open"


@pytest.mark.parametrize("mode", ["one-device", "afterwards"])
def test_one_device_that_is_passed_begins_at_once(mode: str) -> None:
    two = Two()
    entity = two.ana.writes(talking.propose_conversation("Now", NOON, 30, mode=mode))
    two.ana.writes(talking.open_conversation(two.folded(entity), two.ana.member, None), entity)
    assert two.stage(entity) == "open"


# --------------------------------------------------------------------------- turns


def spoken(*, passed: bool = False) -> tuple[Two, bytes]:
    two = Two()
    entity = two.ana.writes(TurnSpoken(b"\x07" * 32, "own", passed, "The door", "I", "", ""))
    two.meet()
    return two, entity


def test_row_07_the_answer_opens_after_the_confirmation() -> None:
    two, turn = spoken()
    ana, ben = two.ana.member, two.ben.member
    with pytest.raises(NotNowError):
        talking.answer(two.folded(turn), ben, ana, "But")
    two.ben.writes(TurnAnswered("own", "But"), turn)  # by an altered app: it does not count
    two.meet()
    assert (two.stage(turn), two.folded(turn).moves) == ("spoken", ())
    two.ben.writes(talking.paraphrase(two.folded(turn), ben, ana, "You heard the door"), turn)
    two.meet()
    with pytest.raises(NotNowError):
        talking.answer(two.folded(turn), ben, ana, "But")
    with pytest.raises(NotYoursToSayError):
        talking.confirm(two.folded(turn), ben, ana)
    two.ana.writes(talking.correct(two.folded(turn), ana, ben, "It was loud"), turn)
    two.meet()
    two.ben.writes(talking.paraphrase(two.folded(turn), ben, ana, "It was loud for you"), turn)
    two.meet()
    two.ana.writes(talking.confirm(two.folded(turn), ana, ben), turn)
    two.meet()
    two.ben.writes(talking.validate(two.folded(turn), ben, ana, "It woke you"), turn)
    two.meet()
    two.ben.writes(talking.answer(two.folded(turn), ben, ana, "I will close it softly"), turn)
    assert two.stage(turn) == "answered"


@pytest.mark.parametrize("who", ["ana", "ben"])
@pytest.mark.parametrize("at", range(4))
def test_row_07_either_can_leave_freely(who: str, at: int) -> None:
    two, turn = spoken()
    said = two.ben.writes(TurnParaphrased("own", "You heard"), turn) if at else b""
    two.meet()
    if at > 1:
        two.ana.writes(TurnConfirmed("own", said), turn)
        two.meet()
    if at > 2:
        two.ben.writes(TurnValidated("own", "It makes sense"), turn)
        two.meet()
    person, other = (two.ana, two.ben) if who == "ana" else (two.ben, two.ana)
    person.writes(talking.set_down(two.folded(turn), person.member, other.member), turn)
    assert two.stage(turn) == "set-down"


def test_a_confirmation_names_the_words_by_which_one_was_heard() -> None:
    two, turn = spoken()
    two.ana.writes(TurnConfirmed("own", b"\x01" * 32), turn)
    assert two.stage(turn) == "spoken"
    first = two.ben.writes(TurnParaphrased("own", "The door"), turn)
    two.meet()
    two.ana.writes(TurnConfirmed("own", first), turn)
    two.ben.writes(TurnParaphrased("own", "The loud door"), turn)  # crossed: heard is heard
    assert two.stage(turn) == "heard"


def test_words_that_cross_a_setting_down_are_kept() -> None:
    two, turn = spoken()
    first = two.ben.writes(TurnParaphrased("own", "The door"), turn)
    two.meet()
    two.ana.writes(TurnConfirmed("own", first), turn)
    two.meet()
    two.ana.writes(TurnSetDown("own"), turn)
    two.ben.writes(TurnAnswered("own", "I see"), turn)
    state = two.folded(turn)
    assert state.stage == "set-down"
    assert state.moves[-1].kind == "turn.answered"
    assert state.moves[-1].crossed


def test_one_device_passed_between_the_two() -> None:
    """All of it is written on Ana's device; whose part it is stands in each of them."""
    two = Two()
    ana, ben = two.ana.member, two.ben.member
    turn = two.ana.writes(TurnSpoken(b"\x07" * 32, "other", True, "The door", "", "", ""))
    with pytest.raises(NotYoursToSayError):
        talking.paraphrase(two.folded(turn), ana, ben, "I hear", "other")
    two.ana.writes(talking.paraphrase(two.folded(turn), ana, ben, "You hear it"), turn)
    with pytest.raises(NotYoursToSayError):
        talking.confirm(two.folded(turn), ana, ben)
    two.ana.writes(talking.confirm(two.folded(turn), ana, ben, "other"), turn)
    two.ana.writes(talking.answer(two.folded(turn), ana, ben, "I will"), turn)
    assert two.stage(turn) == "answered"
    assert talking.speaker(two.folded(turn), (ana, ben)) == ben


def test_nobody_confirms_in_the_others_name_but_in_a_turn_that_is_passed() -> None:
    """Ben's altered app says, on his device, that Ana was heard: in her turn it changes nothing."""
    for passed, stage in ((False, "paraphrased"), (True, "heard")):
        two, turn = spoken(passed=passed)
        said = two.ben.writes(TurnParaphrased("own", "The door"), turn)
        two.ben.writes(TurnConfirmed("other", said), turn)
        assert two.stage(turn) == stage
    two, turn = spoken()
    with pytest.raises(NotYoursToSayError):
        talking.set_down(two.folded(turn), two.ben.member, two.ana.member, "other")
    alone = two.ben.writes(TurnSpoken(b"\x07" * 32, "other", False, "Sorry", "", "", ""))
    assert two.projection(alone).kind == ""


def test_only_the_speaker_corrects_and_only_the_listener_says_back() -> None:
    two, turn = spoken()
    two.ana.writes(TurnParaphrased("own", "Myself"), turn)
    assert two.stage(turn) == "spoken"
    two.ben.writes(TurnParaphrased("own", "You"), turn)
    two.meet()
    two.ben.writes(TurnCorrected("own", "No"), turn)
    assert two.stage(turn) == "paraphrased"


def test_the_others_words_are_taken_down_only_where_the_mode_says_so() -> None:
    two, entity = opened()
    with pytest.raises(NotYoursToSayError):
        talking.speak(two.folded(entity), entity, "The door", voice="other")
    assert talking.speak(two.folded(entity), entity, "The door").voice == "own"
