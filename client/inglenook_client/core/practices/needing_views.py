"""Needs and what is tender, as faces show them (PRACTICES 13, 15; SPEC 13.10, 13.11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from inglenook_client.core.fold import Projection
from inglenook_client.core.model import By, ReplyView
from inglenook_client.core.practices.agreeing_views import StepView
from inglenook_client.core.practices.deciding import is_theirs_to_make
from inglenook_client.core.practices.searching import may_be_found
from inglenook_client.core.practices.state import PracticeState, Said
from inglenook_client.core.practices.tables import NEED
from inglenook_client.core.views import Names, iso_moment
from inglenook_protocol.kinds import DisclosureShared, NeedStated

_MAY: Final = {
    "need.heard": "hear",
    "need.confirmed": "confirm",
    "need.corrected": "correct",
    "need.edited": "edit",
    "need.rested": "rest",
    "need.woken": "wake",
}
_WORDS: Final = {"need.heard": "heard", "need.corrected": "corrected"}


class NeedWordView(msgspec.Struct, frozen=True):
    """How a need was said back, or what was meant otherwise."""

    kind: str
    """``heard``, ``corrected``."""
    by: By
    name: str
    text: str
    written_at: str
    confirmed: bool
    """Its author said that these words say it."""


class NeedView(msgspec.Struct, frozen=True):
    """An essential need."""

    id: str
    by: By
    name: str
    stage: str
    """``stated``, ``heard``, ``confirmed``, ``resting``."""
    date: str
    written_at: str
    need: str
    why: str
    edited: bool
    others: list[str]
    """Other words for it, where two of its author's devices changed it at the same time."""
    words: list[NeedWordView]
    steps: list[StepView]
    may: list[str]
    """``hear``, ``confirm``, ``correct``, ``edit``, ``rest``, ``wake``."""


class DisclosureView(msgspec.Struct, frozen=True):
    """Something tender."""

    id: str
    by: By
    name: str
    date: str
    written_at: str
    text: str
    wanted: str
    """The answer that is welcome: ``listen``, ``comfort``, ``talk``, ``no-reply``."""
    look_back: bool
    """Whether its author lets it be looked back at, exported, and found by words."""
    received: bool
    """Its reader said that it has arrived with them."""
    edited: bool
    redacted: bool
    replies: list[ReplyView]
    may: list[str]
    """``receive``, ``reply``, ``edit``, ``look-back``."""


def need_view(
    id_: bytes, projection: Projection, names: Names, steps: Sequence[StepView]
) -> NeedView:
    """A need as folded, with the steps that come of it."""
    state = _state(projection)
    payloads = [state.versions[index].payload for index in state.current]
    needs = [one for one in payloads if isinstance(one, NeedStated)]
    confirmed = {
        getattr(one.payload, "heard", b"") for one in state.moves if one.kind == "need.confirmed"
    }
    return NeedView(
        id=id_.hex(),
        by=names.by(projection.author),
        name=names.name(projection.author),
        stage=state.stage,
        date=projection.date,
        written_at=iso_moment(projection.written_ms, projection.offset_minutes),
        need=needs[-1].need,
        why=needs[-1].why,
        edited=len(state.versions) > 1,
        others=[one.need for one in needs[:-1]],
        words=[_word(one, names, confirmed) for one in state.moves if one.kind in _WORDS],
        steps=list(steps),
        may=[act for kind, act in _MAY.items() if is_theirs_to_make(NEED, state, kind, names.me)],
    )


def _word(said: Said, names: Names, confirmed: set[bytes]) -> NeedWordView:
    return NeedWordView(
        _WORDS[said.kind],
        names.by(said.by),
        names.name(said.by),
        str(getattr(said.payload, "text", "")),
        iso_moment(said.at_ms, said.offset_minutes),
        said.event in confirmed,
    )


def disclosure_view(
    id_: bytes, projection: Projection, names: Names, replies: Sequence[ReplyView]
) -> DisclosureView:
    """Something tender as folded; an empty place once it was withdrawn."""
    state = projection.state
    payload = None if state is None else state.shown.payload
    said = payload if isinstance(payload, DisclosureShared) else None
    mine = projection.author == names.me
    received = state is not None and state.last("disclosure.received") is not None
    may = ["edit", "look-back"] if mine else ["reply"] if received else ["receive", "reply"]
    return DisclosureView(
        id=id_.hex(),
        by=names.by(projection.author),
        name=names.name(projection.author),
        date=projection.date,
        written_at=iso_moment(projection.written_ms, projection.offset_minutes),
        text="" if said is None else said.text,
        wanted="" if said is None else said.wanted,
        look_back=state is not None and said is not None and may_be_found(state),
        received=received,
        edited=state is not None and len(state.versions) > 1,
        redacted=said is None,
        replies=list(replies),
        may=[] if said is None else may,
    )


def _state(projection: Projection) -> PracticeState:
    if projection.state is None:
        raise ValueError("a practice's projection has a state")
    return projection.state
