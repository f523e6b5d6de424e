"""What asks both to agree, as faces show it: rules, goals, steps (PRACTICES 5, 9, 16; SPEC 13.9).

A view says which words hold, which ones stand and ask, and what its reader could agree to. Of the
other it says no more than that.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from inglenook_client.core.fold import Projection
from inglenook_client.core.model import By
from inglenook_client.core.practices.agreeing import waits_for
from inglenook_client.core.practices.state import PracticeState, Said
from inglenook_client.core.views import Names, iso_moment
from inglenook_protocol.kinds import GoalNamed, RulesWritten, StepProposed

Who = Literal["me", "partner", "both"]


class RulesWords(msgspec.Struct, frozen=True):
    """One version of the rules."""

    event: str
    by: By
    name: str
    written_at: str
    rules: list[str]


class RulesView(msgspec.Struct, frozen=True):
    """Ground rules."""

    id: str
    holds: RulesWords | None
    """What both agree to."""
    asked: RulesWords | None
    """What its reader could agree to now."""
    standing: list[RulesWords]
    """The words that no later ones follow; two if both wrote at the same time."""


class GoalWords(msgspec.Struct, frozen=True):
    """One version of a goal."""

    event: str
    by: By
    name: str
    written_at: str
    text: str
    date: str


class GoalView(msgspec.Struct, frozen=True):
    """A goal for both."""

    id: str
    conversation: str | None
    holds: GoalWords | None
    asked: GoalWords | None
    standing: list[GoalWords]


class StepWords(msgspec.Struct, frozen=True):
    """One version of a step."""

    event: str
    by: By
    name: str
    written_at: str
    what: str
    who: Who
    cadence: str
    """A rule of SPEC 13.6."""
    enough: str
    begins: str
    review: str | None


class StepView(msgspec.Struct, frozen=True):
    """A step that comes of a need, or stands by itself."""

    id: str
    need: str | None
    stage: str
    """``proposed``, ``agreed``, ``retired``."""
    holds: StepWords | None
    """What both agree to; None while it is not active."""
    asked: StepWords | None
    standing: list[StepWords]
    note: str
    """What was said when it was retired."""


def rules_view(id_: bytes, projection: Projection, names: Names) -> RulesView:
    """Rules as folded."""
    state = _state(projection)
    asked = waits_for(state, names.me)
    return RulesView(
        id_.hex(),
        None if state.in_force is None else _rules(state.in_force, names),
        None if asked is None else _rules(asked, names),
        [_rules(said, names) for said in standing(state)],
    )


def goal_view(id_: bytes, projection: Projection, names: Names) -> GoalView:
    """A goal as folded."""
    state = _state(projection)
    asked = waits_for(state, names.me)
    target = projection.target
    return GoalView(
        id_.hex(),
        None if target is None else target.hex(),
        None if state.in_force is None else _goal(state.in_force, names),
        None if asked is None else _goal(asked, names),
        [_goal(said, names) for said in standing(state)],
    )


def step_view(id_: bytes, projection: Projection, names: Names) -> StepView:
    """A step as folded; a retired one asks nobody."""
    state = _state(projection)
    retired = state.stage == "retired"
    asked = None if retired else waits_for(state, names.me)
    last = state.last("step.retired")
    return StepView(
        id=id_.hex(),
        need=None if projection.target is None else projection.target.hex(),
        stage=state.stage,
        holds=None if state.in_force is None or retired else _step(state.in_force, names),
        asked=None if asked is None else _step(asked, names),
        standing=[_step(said, names) for said in standing(state)],
        note="" if last is None else str(getattr(last.payload, "note", "")),
    )


def standing(state: PracticeState) -> list[Said]:
    """The versions that no later one follows."""
    return [state.versions[index] for index in state.current]


def who_of(payload: StepProposed, by: bytes, names: Names) -> Who:
    """Whose step it is, from the reader's side."""
    if payload.who == "both":
        return "both"
    return "me" if (payload.who == "writer") == (by == names.me) else "partner"


def _state(projection: Projection) -> PracticeState:
    if projection.state is None:
        raise ValueError("a practice's projection has a state")
    return projection.state


def _at(said: Said) -> str:
    return iso_moment(said.at_ms, said.offset_minutes)


def _rules(said: Said, names: Names) -> RulesWords:
    payload = said.payload
    rules = list(payload.rules) if isinstance(payload, RulesWritten) else []
    return RulesWords(said.event.hex(), names.by(said.by), names.name(said.by), _at(said), rules)


def _goal(said: Said, names: Names) -> GoalWords:
    payload = said.payload
    text, date = (payload.text, payload.date) if isinstance(payload, GoalNamed) else ("", "")
    return GoalWords(
        said.event.hex(), names.by(said.by), names.name(said.by), _at(said), text, date
    )


def _step(said: Said, names: Names) -> StepWords:
    payload = said.payload
    if not isinstance(payload, StepProposed):
        raise ValueError("a step's versions say a step")
    return StepWords(
        event=said.event.hex(),
        by=names.by(said.by),
        name=names.name(said.by),
        written_at=_at(said),
        what=payload.what,
        who=who_of(payload, said.by, names),
        cadence=payload.cadence,
        enough=payload.enough,
        begins=payload.begins,
        review=payload.review,
    )
