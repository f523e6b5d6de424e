"""What is kept, as faces show it: activities, keepsakes, the commitment, looking back, what is only
one's own (PRACTICES 1, 10, 11, 12, 24, 25, 26).

Of what belongs to the two, no view says who noted it; words that somebody wrote have a name.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from inglenook_client.core.fold import Projection
from inglenook_client.core.model import By, DayView, EntryView, Visibility
from inglenook_client.core.practices.agreeing import waits_for
from inglenook_client.core.practices.drafting import DraftView
from inglenook_client.core.practices.state import PracticeState, Said
from inglenook_client.core.views import Names, iso_moment
from inglenook_protocol.kinds import (
    ActivityDone,
    ActivityImagined,
    ActivityPlanned,
    CommitmentWritten,
    KeepsakePinned,
    KindnessIdeaNoted,
    LookBackProposed,
)


class PlanView(msgspec.Struct, frozen=True):
    """When something is planned for, and how the two go about it."""

    date: str
    at: str | None
    until: str | None
    """For what spans days or weeks."""
    together: str


class MemoryView(msgspec.Struct, frozen=True):
    """What one of the two remembers."""

    by: By
    name: str
    text: str
    written_at: str


class ActivityView(msgspec.Struct, frozen=True):
    """Something to do together. Whose idea it was is nowhere."""

    id: str
    stage: Literal["idea", "planned", "done", "aside"]
    idea: str
    note: str
    others: list[str]
    """The idea as said anew on two devices at once, kept beside ``idea``."""
    plan: PlanView | None
    done_on: str | None
    memories: list[MemoryView]


class KeepsakeView(msgspec.Struct, frozen=True):
    """Something kept in sight."""

    id: str
    visibility: Visibility
    stage: Literal["pinned", "unpinned"]
    form: Literal["note", "symbol", "photo"]
    by: By
    name: str
    title: str
    text: str
    date: str
    about: str | None
    """The entry that it keeps in sight."""


class CommitmentWords(msgspec.Struct, frozen=True):
    """One version of a commitment."""

    event: str
    by: By
    name: str
    written_at: str
    text: str


class CommitmentView(msgspec.Struct, frozen=True):
    """What both want to hold on to."""

    id: str
    holds: CommitmentWords | None
    """What both agree to."""
    asked: CommitmentWords | None
    """What its reader could agree to now."""
    standing: list[CommitmentWords]
    """The words that no later ones follow; two if both wrote at the same time."""


class LookBackWords(msgspec.Struct, frozen=True):
    """One choice of what may be looked back at."""

    event: str
    practices: list[str]


class LookBackView(msgspec.Struct, frozen=True):
    """What both allow, and what is asked."""

    allowed: list[str]
    """Practices that both agree to look back at; empty as long as they don't."""
    asked: LookBackWords | None
    """What its reader could agree to now."""
    mine: LookBackWords | None
    """What its reader agrees to."""


class PathView(msgspec.Struct, frozen=True):
    """The path so far, as far as both allow: oldest first, with an end."""

    allowed: list[str]
    days: list[DayView]
    whole: bool
    """All of it, and not a choice."""


class OnThisDayView(msgspec.Struct, frozen=True):
    """What stood on this day a month, half a year, or years ago."""

    date: str
    days: list[DayView]


class KindnessIdeaView(msgspec.Struct, frozen=True):
    """An idea for a kindness; nobody else learns of it."""

    id: str
    stage: Literal["noted", "aside"]
    idea: str
    written_at: str


class PrivateView(msgspec.Struct, frozen=True):
    """What is only its reader's."""

    days: list[DayView]
    before: str | None
    drafts: list[DraftView]
    ideas: list[KindnessIdeaView]
    keepsakes: list[KeepsakeView]
    hidden: list[EntryView]
    """What is left out when its reader looks back."""


def activity_view(id_: bytes, projection: Projection, names: Names) -> ActivityView:
    """An activity as folded."""
    state = state_of(projection)
    payloads = [state.versions[i].payload for i in state.current]
    ideas = [payload for payload in payloads if isinstance(payload, ActivityImagined)]
    planned = state.last("activity.planned")
    plan = None if planned is None else planned.payload
    stage: Literal["idea", "planned", "done", "aside"] = state.stage  # type: ignore[assignment]
    return ActivityView(
        id=id_.hex(),
        stage=stage,
        idea=ideas[-1].idea,
        note=ideas[-1].note,
        others=[one.idea for one in ideas[:-1]],
        plan=PlanView(plan.date, plan.at, plan.until, plan.together)
        if isinstance(plan, ActivityPlanned)
        else None,
        done_on=projection.date or None,
        memories=[
            MemoryView(names.by(m.by), names.name(m.by), m.payload.memory, _at(m))
            for m in state.moves
            if isinstance(m.payload, ActivityDone) and m.payload.memory
        ],
    )


def keepsake_view(id_: bytes, projection: Projection, names: Names) -> KeepsakeView:
    """A keepsake as folded."""
    state = state_of(projection)
    payload = state.shown.payload
    if not isinstance(payload, KeepsakePinned):
        raise ValueError("a keepsake's versions say a keepsake")
    return KeepsakeView(
        id=id_.hex(),
        visibility=names.visibility,
        stage="pinned" if state.stage == "pinned" else "unpinned",
        form=payload.form,
        by=names.by(projection.author),
        name=names.name(projection.author),
        title=payload.title,
        text=payload.text,
        date=payload.date,
        about=None if payload.about is None else payload.about.hex(),
    )


def commitment_view(id_: bytes, projection: Projection, names: Names) -> CommitmentView:
    """A commitment as folded."""
    state = state_of(projection)
    asked = waits_for(state, names.me)
    return CommitmentView(
        id_.hex(),
        None if state.in_force is None else _commitment(state.in_force, names),
        None if asked is None else _commitment(asked, names),
        [_commitment(state.versions[i], names) for i in state.current],
    )


def _commitment(said: Said, names: Names) -> CommitmentWords:
    payload = said.payload
    text = payload.text if isinstance(payload, CommitmentWritten) else ""
    by, name = names.by(said.by), names.name(said.by)
    return CommitmentWords(said.event.hex(), by, name, _at(said), text)


def kindness_idea_view(id_: bytes, projection: Projection) -> KindnessIdeaView:
    """An idea as folded."""
    state = state_of(projection)
    payload = state.shown.payload
    idea = payload.idea if isinstance(payload, KindnessIdeaNoted) else ""
    stage: Literal["noted", "aside"] = "noted" if state.stage == "noted" else "aside"
    return KindnessIdeaView(id_.hex(), stage, idea, _at(state.shown))


def look_back_words(said: Said | None) -> LookBackWords | None:
    """A choice as it was said."""
    if said is None or not isinstance(said.payload, LookBackProposed):
        return None
    return LookBackWords(said.event.hex(), list(said.payload.practices))


def state_of(projection: Projection) -> PracticeState:
    """The state of what is known to be a practice's."""
    if projection.state is None:
        raise ValueError("a practice's projection has a state")
    return projection.state


def _at(said: Said) -> str:
    return iso_moment(said.at_ms, said.offset_minutes)
