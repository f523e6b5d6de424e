"""What an evening offers: the day, three invitations, and what there is to answer between the two.

Theory. Somebody who opens the journal without a plan should find what the other has put there,
or else learns of a proposal by chance. What is offered is what has a place now and is the
reader's to say; their own proposals, and what the other could say, are never here. It is an
offer and no list of duties: what was taken back, has had its time or asks for no answer is not in
it, and nothing tells since when it is there.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from inglenook_client.core.practices.agreeing import waits_for
from inglenook_client.core.practices.showing import first_words
from inglenook_client.core.practices.state import PracticeState
from inglenook_client.core.practices.talking import standing_proposals
from inglenook_client.core.practices.week_views import Invitation, TodayView
from inglenook_protocol.kinds import ConversationProposed, DisclosureShared, RulesWritten

Offer = Literal[
    "talk", "proposed", "rules", "goal", "step", "commitment", "look-back", "hear", "heard",
    "tender",
]  # fmt: skip

STAGES: Final = ("open", "proposed", "stated", "heard")
"""Where a table stands while there may be something to answer."""
_ASK_BOTH: Final[dict[str, Offer]] = {
    "rules": "rules", "goal": "goal", "step": "step", "commitment": "commitment",
    "look-back": "look-back",
}  # fmt: skip
_MINUTE_MS: Final = 60_000


class OfferView(msgspec.Struct, frozen=True):
    """Something that its reader could take up."""

    what: Offer
    id: str
    words: str
    """What it is about, in its writer's words; "" for what is tender."""


class EveningView(msgspec.Struct, frozen=True):
    """What is there on an evening."""

    paired: bool
    today: TodayView
    invitations: list[Invitation]
    """The three of the week; empty before pairing, and while time for two runs."""
    offers: list[OfferView]


def offer(kind: str, id_: bytes, state: PracticeState, me: bytes, now_ms: int) -> OfferView | None:
    """What an entity offers to ``me`` at this moment; None if it has nothing to ask."""
    what = _what(kind, state, me, now_ms)
    if what is None:
        return None
    return OfferView(what, id_.hex(), "" if what == "tender" else _words(kind, state))


def _what(kind: str, state: PracticeState, me: bytes, now_ms: int) -> Offer | None:
    if kind == "conversation":
        if state.stage == "open":
            return "talk"
        asked = any(p.by != me and _ahead(p.payload, now_ms) for p in standing_proposals(state))
        return "proposed" if state.stage == "proposed" and asked else None
    if kind in _ASK_BOTH:
        return _ASK_BOTH[kind] if _asks(state, me) else None
    mine = state.versions[0].by == me
    if kind == "need":
        if state.stage == "stated" and not mine:
            return "hear"
        return "heard" if state.stage == "heard" and mine else None
    if kind == "disclosure" and not mine:
        told = state.shown.payload
        quiet = isinstance(told, DisclosureShared) and told.wanted == "no-reply"
        if not quiet and state.last("disclosure.received") is None:
            return "tender"
    return None


def _ahead(proposed: object, now_ms: int) -> bool:
    if not isinstance(proposed, ConversationProposed):
        return False
    return proposed.starts_ms + proposed.minutes * _MINUTE_MS > now_ms


def _asks(state: PracticeState, me: bytes) -> bool:
    """Whether words stand that this person has not answered: taking a yes back is an answer."""
    words = waits_for(state, me)
    if state.stage != "proposed" or words is None or words.by == me:
        return False
    taken_back = next(
        (m for m in reversed(state.moves) if m.kind == "agreement.revoked" and m.by == me), None
    )
    return taken_back is None or taken_back.hlc < words.hlc


def _words(kind: str, state: PracticeState) -> str:
    return "" if isinstance(state.shown.payload, RulesWritten) else first_words(kind, state)
