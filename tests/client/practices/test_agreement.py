"""What asks both: exact words, each agreement revocable alone, an edit asks again (SPEC 13.9)."""

from __future__ import annotations

import pytest

from inglenook_client.core.practices import agreeing
from inglenook_client.core.practices.errors import (
    AlreadyAgreedError,
    NoCadenceError,
    NotAgreedError,
    NothingSaidError,
    NotNowError,
)
from inglenook_harness.two import Two
from inglenook_protocol.kinds import (
    AgreementGiven,
    AgreementRevoked,
    CommitmentEdited,
    CommitmentWritten,
    GoalEdited,
    GoalNamed,
    LookBackEdited,
    LookBackProposed,
    Payload,
    RulesEdited,
    RulesWritten,
    StepEdited,
    StepProposed,
    StepRetired,
)

DAY = "2026-09-21"
STEP = StepProposed(None, "both", "A walk", "FREQ=WEEKLY", "", DAY, None)
FIRST_AND_EDIT: list[tuple[Payload, Payload]] = [
    (RulesWritten(["No insults"]), RulesEdited(["No insults", "One at a time"])),
    (GoalNamed("Calm mornings", None, DAY), GoalEdited("Calm evenings", DAY)),
    (STEP, StepEdited("both", "A short walk", "FREQ=DAILY", "", DAY, None)),
    (CommitmentWritten("We stay", DAY), CommitmentEdited("We stay and talk", DAY)),
    (LookBackProposed(["journal"]), LookBackEdited(["journal", "milestone"])),
]
FAMILIES = pytest.mark.parametrize(
    ("first", "edit"), FIRST_AND_EDIT, ids=lambda payload: type(payload).__name__
)


def in_force(two: Two, entity: bytes) -> bytes | None:
    version = two.folded(entity).in_force
    return None if version is None else version.event


@FAMILIES
def test_nothing_holds_before_both_agree_to_the_same_words(first: Payload, edit: Payload) -> None:
    two = Two()
    entity = two.ana.writes(first)
    two.meet()
    assert (two.stage(entity), in_force(two, entity)) == ("proposed", None)
    two.ana.writes(AgreementGiven(entity), entity)
    assert in_force(two, entity) is None  # writing was the agreement already; twice is not both
    two.ben.writes(AgreementGiven(entity), entity)
    assert (two.stage(entity), in_force(two, entity)) == ("agreed", entity)


@FAMILIES
@pytest.mark.parametrize("who", ["ana", "ben"])
def test_an_edit_asks_again(first: Payload, edit: Payload, who: str) -> None:
    two = Two()
    entity = two.ana.writes(first)
    two.meet()
    two.ben.writes(AgreementGiven(entity), entity)
    two.meet()
    editor, other = (two.ana, two.ben) if who == "ana" else (two.ben, two.ana)
    edited = editor.writes(edit, entity)
    assert (two.stage(entity), in_force(two, entity)) == ("proposed", None)
    two.meet()
    other.writes(AgreementGiven(edited), entity)
    assert (two.stage(entity), in_force(two, entity)) == ("agreed", edited)


@FAMILIES
@pytest.mark.parametrize("who", ["ana", "ben"])
def test_either_revokes_alone(first: Payload, edit: Payload, who: str) -> None:
    two = Two()
    entity = two.ana.writes(first)
    two.meet()
    two.ben.writes(AgreementGiven(entity), entity)
    two.meet()
    (two.ana if who == "ana" else two.ben).writes(AgreementRevoked(), entity)
    assert (two.stage(entity), in_force(two, entity)) == ("proposed", None)
    two.meet()
    (two.ana if who == "ana" else two.ben).writes(AgreementGiven(entity), entity)
    assert in_force(two, entity) == entity


@FAMILIES
def test_an_agreement_that_crosses_an_edit_holds_for_the_words_it_names(
    first: Payload, edit: Payload
) -> None:
    two = Two()
    entity = two.ana.writes(first)
    two.meet()
    edited = two.ana.writes(edit, entity)
    two.ben.writes(AgreementGiven(entity), entity)  # has not seen the edit
    two.meet()
    assert (two.stage(entity), in_force(two, entity)) == ("proposed", None)
    waiting = agreeing.waits_for(two.folded(entity), two.ben.member)
    assert waiting is not None
    assert waiting.event == edited
    two.ben.writes(AgreementGiven(edited), entity)
    assert in_force(two, entity) == edited


@FAMILIES
def test_two_edits_that_cross_stand_side_by_side_until_one_is_agreed_to(
    first: Payload, edit: Payload
) -> None:
    two = Two()
    entity = two.ana.writes(first)
    two.meet()
    by_ana = two.ana.writes(edit, entity)
    by_ben = two.ben.writes(edit, entity)
    two.meet()
    state = two.folded(entity)
    assert {state.versions[i].event for i in state.current} == {by_ana, by_ben}
    assert state.in_force is None
    two.ana.writes(AgreementGiven(by_ben), entity)
    assert (two.stage(entity), in_force(two, entity)) == ("agreed", by_ben)


def test_each_agrees_to_the_others_words_at_once_and_both_are_asked_again() -> None:
    two = Two()
    entity = two.ana.writes(RulesWritten(["One"]))
    two.meet()
    by_ana = two.ana.writes(RulesEdited(["Two"]), entity)
    by_ben = two.ben.writes(RulesEdited(["Three"]), entity)
    two.meet()
    two.ana.writes(AgreementGiven(by_ben), entity)
    two.ben.writes(AgreementGiven(by_ana), entity)
    assert (two.stage(entity), in_force(two, entity)) == ("proposed", None)


def test_acts_of_one_member_that_cross_agree_only_to_what_all_of_them_name() -> None:
    two = Two()
    entity = two.ana.writes(RulesWritten(["One"]))
    two.meet()
    edited = two.ben.writes(RulesEdited(["Two"]), entity)
    two.meet()
    two.ana.writes(AgreementGiven(edited), entity)
    two.ana2.writes(AgreementRevoked(), entity)
    assert (two.stage(entity), in_force(two, entity)) == ("proposed", None)
    two.meet()
    two.ana2.writes(AgreementGiven(edited), entity)
    assert in_force(two, entity) == edited


def test_an_agreement_is_to_exact_words_and_nothing_else() -> None:
    two = Two()
    entity = two.ana.writes(RulesWritten(["One"]))
    two.meet()
    two.ben.writes(AgreementGiven(b"\x01" * 32), entity)
    assert in_force(two, entity) is None
    two.ben.writes(AgreementGiven(entity), entity)
    assert in_force(two, entity) == entity


def test_deciding_an_agreement() -> None:
    two = Two()
    entity = two.ana.writes(STEP)
    two.meet()
    with pytest.raises(AlreadyAgreedError):
        agreeing.agree(two.folded(entity), two.ana.member)
    with pytest.raises(NotAgreedError):
        agreeing.revoke(two.folded(entity), two.ben.member)
    two.ben.writes(agreeing.agree(two.folded(entity), two.ben.member), entity)
    two.meet()
    two.ana.writes(agreeing.revoke(two.folded(entity), two.ana.member), entity)
    two.meet()
    two.ana.writes(agreeing.retire_step(two.folded(entity), two.ana.member), entity)
    assert two.stage(entity) == "retired"
    with pytest.raises(NotNowError):
        agreeing.agree(two.folded(entity), two.ben.member)


def test_row_05_an_edit_of_the_rules_asks_both_again() -> None:
    two = Two()
    entity = two.ana.writes(agreeing.write_rules([" No insults ", "No insults", ""]))
    two.meet()
    two.ben.writes(agreeing.agree(two.folded(entity), two.ben.member), entity)
    two.meet()
    edited = two.ben.writes(agreeing.edit_rules(two.folded(entity), ["Concrete"]), entity)
    two.meet()
    assert two.folded(entity).in_force is None
    named = agreeing.agree(two.folded(entity), two.ana.member)
    assert named == AgreementGiven(edited)


def test_row_16_a_step_needs_an_action_and_a_cadence() -> None:
    with pytest.raises(NothingSaidError):
        agreeing.propose_step("  ", "weekly", begins=DAY)
    for rhythm in ("", "sometimes", "every 0 days", "FREQ=YEARLY"):
        with pytest.raises(NoCadenceError):
            agreeing.propose_step("A walk", rhythm, begins=DAY)
    step = agreeing.propose_step("A walk", "sun, wed", begins=DAY, who="writer")
    assert step.cadence == "FREQ=WEEKLY;BYDAY=WE,SU"


def test_row_16_a_step_is_inactive_until_both_agree() -> None:
    two = Two()
    entity = two.ana.writes(agreeing.propose_step("A walk", "weekly", begins=DAY))
    two.meet()
    assert two.stage(entity) != "agreed"
    two.ben.writes(agreeing.agree(two.folded(entity), two.ben.member), entity)
    assert two.stage(entity) == "agreed"


def test_whose_step_it_is_stays_the_same_when_the_other_edits() -> None:
    two = Two()
    entity = two.ana.writes(agreeing.propose_step("Tea", "daily", begins=DAY, who="writer"))
    two.meet()
    edit = agreeing.edit_step(two.folded(entity), two.ben.member, what="Warm tea")
    assert (edit.who, edit.what, edit.cadence) == ("other", "Warm tea", "FREQ=DAILY")


def test_ending_a_step_comes_before_an_agreement_that_crosses_it() -> None:
    for first in ("ana", "ben"):
        two = Two()
        entity = two.ana.writes(STEP)
        two.meet()
        acts = {
            "ana": lambda: two.ana.writes(StepRetired(""), entity),  # noqa: B023
            "ben": lambda: two.ben.writes(AgreementGiven(entity), entity),  # noqa: B023
        }
        for name in (first, *({"ana", "ben"} - {first})):
            acts[name]()
        assert two.stage(entity) == "retired"


def test_what_has_ended_is_neither_agreed_to_nor_revoked() -> None:
    """A revoking of what is retired counted nowhere, and was written all the same."""
    two = Two()
    entity = two.ana.writes(STEP)
    two.meet()
    two.ben.writes(AgreementGiven(entity), entity)
    two.meet()
    two.ana.writes(StepRetired(""), entity)
    two.meet()
    for who in (two.ana, two.ben):
        with pytest.raises(NotNowError):
            agreeing.revoke(two.folded(entity), who.member)
        with pytest.raises(NotNowError):
            agreeing.agree(two.folded(entity), who.member)
