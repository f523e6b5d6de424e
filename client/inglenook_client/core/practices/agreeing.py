"""Commands for what asks both to agree (PRACTICES 5, 9, 16, 25, 26; SPEC 13.9)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from inglenook_client.core.practices.cadence import rule
from inglenook_client.core.practices.deciding import amended, check_move, lines, maybe, words
from inglenook_client.core.practices.errors import (
    AlreadyAgreedError,
    ChoiceError,
    NotAgreedError,
    NotNowError,
)
from inglenook_client.core.practices.registry import PRACTICES
from inglenook_client.core.practices.state import PracticeState, Said
from inglenook_client.core.practices.tables import STEP
from inglenook_protocol.kinds import (
    AgreementGiven,
    AgreementRevoked,
    CommitmentEdited,
    CommitmentWritten,
    GoalEdited,
    GoalNamed,
    LookBackEdited,
    LookBackProposed,
    RulesEdited,
    RulesWritten,
    StepEdited,
    StepProposed,
    StepRetired,
)

WHO: Final = ("writer", "other", "both")


def waits_for(state: PracticeState, me: bytes) -> Said | None:
    """The words that a member could agree to now: the latest standing version they don't yet."""
    agreed = dict(state.agreed_by).get(me)
    standing = [state.versions[i] for i in state.current if state.versions[i].event != agreed]
    return standing[-1] if standing else None


def agree(state: PracticeState, me: bytes, event: bytes | None = None) -> AgreementGiven:
    """Agree to exactly the words that stand, or to those of one event.

    Raises ``AlreadyAgreedError``, ``NotNowError`` for what has ended.
    """
    if state.stage == "retired":
        raise NotNowError(STEP.name, state.stage)
    if event is None:
        waiting = waits_for(state, me)
        if waiting is None:
            raise AlreadyAgreedError()
        event = waiting.event
    if dict(state.agreed_by).get(me) == event:
        raise AlreadyAgreedError()
    return AgreementGiven(event)


def revoke(state: PracticeState, me: bytes) -> AgreementRevoked:
    """Take one's own agreement back; no reason is asked for.

    Raises ``NotAgreedError``, and ``NotNowError`` for what has ended: there is nothing to hold.
    """
    if state.stage == "retired":
        raise NotNowError(STEP.name, state.stage)
    if me not in dict(state.agreed_by):
        raise NotAgreedError()
    return AgreementRevoked()


def write_rules(rules: list[str]) -> RulesWritten:
    """Rules for talking."""
    return RulesWritten(lines(rules, "the rules"))


def edit_rules(state: PracticeState, rules: list[str]) -> RulesEdited:
    """Other rules; both are asked again."""
    return amended(state, RulesEdited, {"rules": lines(rules, "the rules")})


def name_goal(text: str, date: str, conversation: bytes | None = None) -> GoalNamed:
    """A goal for both."""
    return GoalNamed(words(text, "the goal"), conversation, date)


def edit_goal(state: PracticeState, text: str | None, date: str | None) -> GoalEdited:
    """Other words for the goal; both are asked again."""
    return amended(state, GoalEdited, {"text": text, "date": date})


def propose_step(
    what: str,
    cadence: str,
    *,
    begins: str,
    who: str = "both",
    enough: str = "",
    need: bytes | None = None,
    review: str | None = None,
) -> StepProposed:
    """A step that can be done: refused without an action or a rhythm (PRACTICES 16)."""
    return StepProposed(
        need, _who(who), words(what, "what to do"), rule(cadence), maybe(enough), begins, review
    )


def edit_step(
    state: PracticeState, me: bytes, without: Collection[str] = (), **changes: Any
) -> StepEdited:
    """Another step in its place (shrunk, swapped); both are asked again.

    ``who`` is said from the editor's side, as in ``propose_step``.
    """
    check_move(STEP, state, "step.edited", me)
    shown = state.shown.payload
    if changes.get("cadence") is not None:
        changes["cadence"] = rule(changes["cadence"])
    if changes.get("who") is not None:
        changes["who"] = _who(changes["who"])
    elif isinstance(shown, StepProposed) and state.shown.by != me and shown.who != "both":
        # Whose step it is stays the same, though another one writes.
        turned = {"writer": "other", "other": "writer"}
        changes["who"] = turned[shown.who]
    return amended(state, StepEdited, changes, without)


def _who(given: str) -> Any:
    if given not in WHO:
        raise ChoiceError(given, WHO)
    return given


def retire_step(state: PracticeState, me: bytes, note: str = "") -> StepRetired:
    """The step has had its time."""
    check_move(STEP, state, "step.retired", me)
    return StepRetired(maybe(note))


def write_commitment(text: str, date: str) -> CommitmentWritten:
    """What both want to hold on to."""
    return CommitmentWritten(words(text, "the commitment"), date)


def edit_commitment(state: PracticeState, text: str) -> CommitmentEdited:
    """Other words; both are asked again."""
    return amended(state, CommitmentEdited, {"text": words(text, "the commitment")})


def propose_look_back(practices: list[str]) -> LookBackProposed:
    """Which practices may be shown when one of the two asks to look back."""
    return LookBackProposed(_practices(practices))


def edit_look_back(state: PracticeState, practices: list[str]) -> LookBackEdited:
    """Another choice; both are asked again."""
    return amended(state, LookBackEdited, {"practices": _practices(practices)})


def _practices(given: list[str]) -> list[str]:
    known = tuple(p.key for p in PRACTICES)
    for one in given:
        if one not in known:
            raise ChoiceError(one, known)
    return lines(given, "what may be shown")
