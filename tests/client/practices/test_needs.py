"""Needs that are told and heard, and what is tender (PRACTICES 13, 15)."""

from __future__ import annotations

import pytest

from inglenook_client.core.practices import needing
from inglenook_client.core.practices.errors import (
    ChoiceError,
    NothingNewError,
    NotNowError,
    NotYoursToSayError,
    TooManyNeedsError,
)
from inglenook_client.core.practices.searching import may_be_found
from inglenook_harness.two import Two, found
from inglenook_protocol.kinds import (
    DisclosureLookBackSet,
    DisclosureReceived,
    NeedConfirmed,
    NeedEdited,
    NeedHeard,
    NeedStated,
)

DAY = "2026-09-21"


def stated() -> tuple[Two, bytes]:
    two = Two()
    need = two.ana.writes(NeedStated("Quiet after work", "It lets me land", DAY))
    two.meet()
    return two, need


def test_a_need_is_told_said_back_and_confirmed() -> None:
    two, need = stated()
    two.ben.writes(needing.hear_need(two.folded(need), two.ben.member, "Calm"), need)
    two.meet()
    two.ana.writes(needing.correct_need(two.folded(need), two.ana.member, "Half an hour"), need)
    two.meet()
    assert two.stage(need) == "stated"
    two.ben.writes(needing.hear_need(two.folded(need), two.ben.member, "Half an hour"), need)
    two.meet()
    two.ana.writes(needing.confirm_need(two.folded(need), two.ana.member), need)
    assert two.stage(need) == "confirmed"


def test_row_15_at_most_three_needs() -> None:
    two = Two()
    needs = [two.ana.writes(NeedStated(f"Need {i}", "", DAY)) for i in range(3)]
    two.ben.writes(NeedStated("Ben's own", "", DAY))
    two.meet()
    states = [two.folded(need) for need in needs]
    with pytest.raises(TooManyNeedsError):
        needing.state_need(states, two.ana.member, "A fourth", DAY)
    assert needing.state_need(states, two.ben.member, "A second", DAY).need == "A second"
    two.ana.writes(needing.rest_need(states[0], two.ana.member), needs[0])
    two.meet()
    states = [two.folded(need) for need in needs]
    fourth = two.ana.writes(needing.state_need(states, two.ana.member, "A fourth", DAY))
    states.append(two.folded(fourth))
    with pytest.raises(TooManyNeedsError):
        needing.wake_need(states, states[0], two.ana.member)


def test_row_15_what_two_devices_told_apart_is_kept_though_it_is_four() -> None:
    """The limit is checked when deciding, never when folding (SPEC 10.4)."""
    two = Two()
    needs = [
        (two.ana if i % 2 else two.ana2).writes(NeedStated(f"Need {i}", "", DAY)) for i in range(4)
    ]
    assert [two.stage(need) for need in needs] == ["stated"] * 4


def test_new_words_ask_to_be_heard_again_also_when_they_cross() -> None:
    two, need = stated()
    edited = two.ana.writes(NeedEdited("Quiet, and a walk", "", DAY), need)
    two.ben.writes(NeedHeard(need, "Quiet"), need)  # by the earlier words
    two.meet()
    state = two.folded(need)
    assert (state.stage, len(state.moves)) == ("stated", 1)
    two.ana.writes(NeedConfirmed(state.moves[0].event), need)
    assert two.stage(need) == "stated"
    two.ben.writes(needing.hear_need(state, two.ben.member, "Quiet and a walk"), need)
    heard = two.folded(need).last("need.heard")
    assert heard is not None
    assert heard.payload == NeedHeard(edited, "Quiet and a walk")
    assert two.stage(need) == "heard"


def test_whose_need_it_is_decides_about_it() -> None:
    two, need = stated()
    for decide in (needing.rest_need, needing.confirm_need):
        with pytest.raises((NotYoursToSayError, NotNowError)):
            decide(two.folded(need), two.ben.member)
    with pytest.raises(NotYoursToSayError):
        needing.hear_need(two.folded(need), two.ana.member, "Myself")
    with pytest.raises(NotYoursToSayError):
        needing.edit_need(two.folded(need), two.ben.member, need="Other")
    with pytest.raises(NothingNewError):
        needing.edit_need(two.folded(need), two.ana.member, need="Quiet after work")


# --------------------------------------------------------------------------- what is tender


def disclosed(*, look_back: bool = False) -> tuple[Two, bytes]:
    two = Two()
    made = needing.disclose("I was afraid", "listen", DAY, look_back=look_back)
    entity = two.ana.writes(made)
    two.meet()
    return two, entity


def test_row_13_only_its_author_opts_in_to_being_found() -> None:
    two, entity = disclosed()
    assert not may_be_found(two.folded(entity))
    assert found(two.projection(entity)) == ""
    two.ben.writes(DisclosureLookBackSet(True), entity)
    assert not may_be_found(two.folded(entity))
    opting = needing.set_look_back(two.folded(entity), two.ana.member, allowed=True)
    two.ana.writes(opting, entity)
    assert may_be_found(two.folded(entity))
    assert "afraid" in found(two.projection(entity))
    two.ana.writes(DisclosureLookBackSet(False), entity)
    assert found(two.projection(entity)) == ""
    willing, told = disclosed(look_back=True)
    assert may_be_found(willing.folded(told))


def test_row_13_the_wanted_answer_is_one_of_four() -> None:
    with pytest.raises(ChoiceError):
        needing.disclose("x", "advice", DAY)
    for wanted in needing.WANTED:
        assert needing.disclose("x", wanted, DAY).wanted == wanted


def test_receiving_is_the_others_act_alone() -> None:
    two, entity = disclosed()
    with pytest.raises(NotYoursToSayError):
        needing.receive_disclosure(two.folded(entity), two.ana.member)
    two.ana.writes(DisclosureReceived(), entity)
    assert two.folded(entity).moves == ()
    two.ben.writes(needing.receive_disclosure(two.folded(entity), two.ben.member), entity)
    assert two.folded(entity).last("disclosure.received") is not None
