"""Conversations as faces show them (PRACTICES 4, 6, 7, 9; SPEC 13.7).

What there is to do next is worked out here from the state tables, so that every face offers the
same: ``may`` names moves that have a place now and are the reader's to make. Where one device is
passed between the two, both sides of the table are at hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import Final

import msgspec

from inglenook_client.core.fold import Projection
from inglenook_client.core.model import By, PauseView
from inglenook_client.core.practices.agreeing_views import GoalView, RulesWords
from inglenook_client.core.practices.deciding import is_theirs_to_make
from inglenook_client.core.practices.drafting import DraftView
from inglenook_client.core.practices.machine import CROSSING
from inglenook_client.core.practices.recurring import moment_in
from inglenook_client.core.practices.state import PracticeState, Said
from inglenook_client.core.practices.tables import CONVERSATION, TURN
from inglenook_client.core.practices.talking import (
    OTHER,
    speaker,
    standing_proposals,
    waits_for_a_yes,
)
from inglenook_client.core.views import Names, iso_moment
from inglenook_protocol.kinds import (
    ConversationClosed,
    ConversationProposed,
    TurnSpoken,
)


class ProposalView(msgspec.Struct, frozen=True):
    """A topic, a time and a length, as one of the two proposes them."""

    event: str
    by: By
    name: str
    written_at: str
    topic: str
    note: str
    starts_at: str
    minutes: int
    mode: str


class WordView(msgspec.Struct, frozen=True):
    """Something said in a turn, or a valid point of the other's."""

    id: str
    """Of the event; of a point, the entity."""
    kind: str
    """``heard``, ``corrected``, ``confirmed``, ``validated``, ``answered``, ``set-down``,
    ``point``."""
    by: By
    name: str
    text: str
    written_at: str
    while_closing: bool = False
    """Said while the other closed the conversation."""


class TurnView(msgspec.Struct, frozen=True):
    """One turn: what somebody says with "I", and what comes of it."""

    id: str
    by: By
    """The speaker, whoever's device it was."""
    name: str
    noted_on: str | None
    """Whose device it was, where one was passed or the turn was noted afterwards."""
    stage: str
    """``spoken``, ``paraphrased``, ``heard``, ``validated``, ``answered``, ``set-down``."""
    written_at: str
    observation: str
    feeling: str
    effect: str
    wish: str
    words: list[WordView]
    may: list[str]
    """What the reader could do now: ``hear``, ``confirm``, ``correct``, ``validate``, ``answer``,
    ``leave``."""
    while_closing: bool = False


class ClosingView(msgspec.Struct, frozen=True):
    """How one of the two closed it."""

    by: By
    name: str
    appreciation: str
    next_step: str
    settled: bool


class ConversationView(msgspec.Struct, frozen=True):
    """One conversation with all that belongs to it."""

    id: str
    stage: str
    """``proposed``, ``agreed``, ``open``, ``let-go``, ``closed``."""
    topic: str
    note: str
    starts_at: str
    minutes: int
    mode: str
    proposals: list[ProposalView]
    """The words that stand; two if both changed them at the same time."""
    rules: RulesWords | None
    """The ground rules that both agree to."""
    pause: PauseView | None
    """The one that stands now."""
    turns: list[TurnView]
    goals: list[GoalView]
    points: list[WordView]
    closings: list[ClosingView]
    drafts: list[DraftView]
    """The reader's own, with them alone."""
    may: list[str]
    """``accept``, ``counter``, ``decline``, ``open``, ``say``, ``close``."""


class Related(msgspec.Struct, frozen=True):
    """What is looked up for a conversation before it is shown."""

    turns: Sequence[tuple[bytes, Projection]] = ()
    points: Sequence[tuple[bytes, Projection]] = ()
    goals: Sequence[GoalView] = ()
    drafts: Sequence[DraftView] = ()
    rules: RulesWords | None = None
    pause: PauseView | None = None
    place: tzinfo = UTC
    """By which clock its times are shown."""


_MAY: Final = {
    "conversation.accepted": "accept",
    "conversation.countered": "counter",
    "conversation.declined": "decline",
    "conversation.opened": "open",
    "conversation.closed": "close",
    "turn.paraphrased": "hear",
    "turn.confirmed": "confirm",
    "turn.corrected": "correct",
    "turn.validated": "validate",
    "turn.answered": "answer",
    "turn.set_down": "leave",
}
KIND_BY_ACT: Final = {act: kind for kind, act in _MAY.items()}
WORD_BY_KIND: Final = {
    "turn.paraphrased": "heard",
    "turn.confirmed": "confirmed",
    "turn.corrected": "corrected",
    "turn.validated": "validated",
    "turn.answered": "answered",
    "turn.set_down": "set-down",
}
BY_SPEAKER: Final = frozenset({"confirm", "correct"})


def conversation_view(
    id_: bytes, projection: Projection, names: Names, partner: bytes, related: Related
) -> ConversationView:
    """A conversation as folded, with what belongs to it. ``partner``: the other member."""
    state = _state(projection)
    shown = state.shown
    said = shown.payload
    if not isinstance(said, ConversationProposed):
        raise ValueError("a conversation's versions say a proposal")
    closed = [one for one in state.moves if one.kind == "conversation.closed"]
    turns = [turn_view(turn_id, turn, names, partner, closed) for turn_id, turn in related.turns]
    points = [
        WordView(
            id=point_id.hex(),
            kind="point",
            by=names.by(point.author),
            name=names.name(point.author),
            text=str(getattr(_state(point).shown.payload, "text", "")),
            written_at=iso_moment(point.written_ms, point.offset_minutes),
        )
        for point_id, point in related.points
        if not point.redacted
    ]
    return ConversationView(
        id=id_.hex(),
        stage=state.stage,
        topic=said.topic,
        note=said.note,
        starts_at=moment_in(said.starts_ms, related.place),
        minutes=said.minutes,
        mode=said.mode,
        proposals=[
            _proposal(state.versions[index], names, related.place) for index in state.current
        ],
        rules=related.rules,
        pause=related.pause,
        turns=[turn for turn in turns if turn is not None],
        goals=list(related.goals),
        points=points,
        closings=[_closing(one, names) for one in closed],
        drafts=list(related.drafts),
        may=_may_in(state, names.me, open_=state.stage == "open"),
    )


def _may_in(state: PracticeState, me: bytes, *, open_: bool) -> list[str]:
    found = [
        act
        for kind, act in _MAY.items()
        if kind.startswith("conversation.") and is_theirs_to_make(CONVERSATION, state, kind, me)
    ]
    if all(one.by == me for one in standing_proposals(state)):
        # One's own proposal is for the other to answer; where one device is passed, it can begin.
        found = [act for act in found if act != "accept"]
    if waits_for_a_yes(state, me):
        found = [act for act in found if act != "open"]
    return [*found, *(["say"] if open_ else [])]


def _proposal(said: Said, names: Names, place: tzinfo) -> ProposalView:
    payload = said.payload
    if not isinstance(payload, ConversationProposed):
        raise ValueError("a conversation's versions say a proposal")
    return ProposalView(
        event=said.event.hex(),
        by=names.by(said.by),
        name=names.name(said.by),
        written_at=iso_moment(said.at_ms, said.offset_minutes),
        topic=payload.topic,
        note=payload.note,
        starts_at=moment_in(payload.starts_ms, place),
        minutes=payload.minutes,
        mode=payload.mode,
    )


def _closing(said: Said, names: Names) -> ClosingView:
    payload = said.payload
    if not isinstance(payload, ConversationClosed):
        raise ValueError("a closing says how it closes")
    return ClosingView(
        names.by(said.by),
        names.name(said.by),
        payload.appreciation,
        payload.next_step,
        payload.settled,
    )


def turn_view(
    id_: bytes,
    projection: Projection,
    names: Names,
    partner: bytes,
    closed: Sequence[Said] = (),
) -> TurnView | None:
    """A turn as folded; None for one that was withdrawn."""
    if projection.redacted:
        return None
    state = _state(projection)
    said = state.shown
    payload = said.payload
    if not isinstance(payload, TurnSpoken):
        raise ValueError("a turn's versions say a turn")
    by = speaker(state, (names.me, partner))
    return TurnView(
        id=id_.hex(),
        by=names.by(by),
        name=names.name(by),
        noted_on=names.name(said.by) if payload.passed else None,
        stage=state.stage,
        written_at=iso_moment(said.at_ms, said.offset_minutes),
        observation=payload.observation,
        feeling=payload.feeling,
        effect=payload.effect,
        wish=payload.wish,
        words=[_word(one, names, partner, closed) for one in state.moves],
        may=_may_of_turn(state.stage, mine=by == names.me, passed=payload.passed),
        while_closing=_while_closing(said, closed),
    )


def _may_of_turn(stage: str, *, mine: bool, passed: bool) -> list[str]:
    kinds = dict.fromkeys(
        row.kind for row in TURN.rows if row.state == stage and CROSSING not in row.when
    )
    acts = [_MAY[kind] for kind in kinds]
    return [act for act in acts if passed or act == "leave" or (act in BY_SPEAKER) == mine]


def _word(said: Said, names: Names, partner: bytes, closed: Sequence[Said]) -> WordView:
    voice = getattr(said.payload, "voice", "own")
    by = said.by
    if voice == OTHER:
        by = partner if said.by == names.me else names.me
    return WordView(
        id=said.event.hex(),
        kind=WORD_BY_KIND.get(said.kind, said.kind),
        by=names.by(by),
        name=names.name(by),
        text=str(getattr(said.payload, "text", "")),
        written_at=iso_moment(said.at_ms, said.offset_minutes),
        while_closing=_while_closing(said, closed),
    )


def _while_closing(said: Said, closed: Sequence[Said]) -> bool:
    """Whether it stands after a closing of the other's, in the order that both share."""
    return any(one.hlc < said.hlc and one.by != said.by for one in closed)


def _state(projection: Projection) -> PracticeState:
    if projection.state is None:
        raise ValueError("a practice's projection has a state")
    return projection.state
