"""How practices stand among entries: which are on the timeline, whose they are, what they say.

Theory. A person is named beside words that they wrote, and nowhere else: of what belongs to the
two (a ritual that was kept, a moment of affection, a pause) a view does not say who noted it, so
nobody can be measured by it (PRACTICES, safety 2; SPEC 13.14).
"""

from __future__ import annotations

from typing import Final

from inglenook_client.core.fold import TIMELINE_KINDS
from inglenook_client.core.model import PartView
from inglenook_client.core.practices.families import FAMILY_BY_SHOWN, ROUND
from inglenook_client.core.practices.registry import PRACTICES
from inglenook_client.core.practices.state import PracticeState, Said
from inglenook_protocol.kinds import DisclosureShared, RevealOpened
from inglenook_protocol.reveal import decode_half

OF_THE_TWO: Final = frozenset(
    {"ritual", "ritual-kept", "affection", "couple-time", "activity", "milestone", "conversation",
     "pause", "commitment", "look-back", "rules", ROUND}
)  # fmt: skip
"""Kinds that belong to both, whoever wrote them down."""

ON_THE_TIMELINE: Final = (
    *TIMELINE_KINDS, "ritual-kept", "activity", "couple-time", "affection", "exchange",
    "milestone", "keepsake", "commitment", "conversation", "need", "disclosure", "inventory",
    "reflection",
)  # fmt: skip
"""What a timeline shows when nothing is said."""
IF_ASKED_FOR: Final = ("turn", "goal", "acknowledgement", "topic")
"""What belongs to a conversation, or to everyday logistics: shown when it is filtered for."""
NEVER_A_LINE: Final = ("pause",)
"""A list of pauses would be a tally."""

_SAID: Final = (
    "activity.done", "couple_time.kept", "conversation.closed", "need.heard", "need.corrected",
    "step.retired", "turn.paraphrased", "turn.corrected", "turn.validated", "turn.answered",
)  # fmt: skip
"""Moves whose words stand under the entry, each with who wrote them."""
_WORDS_OF_MOVES: Final = ("text", "memory", "note", "appreciation", "next_step")
_PARTS_BESIDE: Final = {"couple-time": ("boundary", "fallback"), "disclosure": ("wanted",)}


def filters() -> dict[str, tuple[str, ...]]:
    """By the word that a filter takes: kinds, and practices for all of theirs."""
    known = (*ON_THE_TIMELINE, *IF_ASKED_FOR)
    found: dict[str, tuple[str, ...]] = {kind: (kind,) for kind in known}
    for practice in PRACTICES:
        kinds = tuple(kind for kind in practice.shown if kind in known)
        if kinds:
            found.setdefault(practice.key, kinds)
    return found


def parts_of(kind: str, said: Said) -> list[PartView]:
    """What stands in a version's fields, those first that a search looks through."""
    family = FAMILY_BY_SHOWN.get(kind)
    names = () if family is None else (*family.words, *_PARTS_BESIDE.get(kind, ()))
    payload = said.payload
    found = []
    for name in names:
        value = getattr(payload, name)
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            value = ", ".join(value)
        if isinstance(value, str) and value:
            found.append(PartView(name, value))
    return found


def words_added(state: PracticeState) -> list[tuple[Said, str]]:
    """Moves in which somebody wrote words that stand under the entry.

    Of a round, both halves; nothing as long as one is not open (SPEC 18.4).
    """
    found = []
    opened = {m.by: m for m in reversed(state.moves) if m.kind == "reveal.opened"}
    for half in opened.values() if len(opened) == 2 else ():
        if isinstance(half.payload, RevealOpened):
            parts = decode_half(half.payload.half).parts
            found.append((half, "\n".join(part.text for part in parts if part.text)))
    for move in state.moves:
        if move.kind in _SAID:
            payload = move.payload
            texts = [getattr(payload, name, "") for name in _WORDS_OF_MOVES]
            if words := "\n".join(text for text in texts if text):
                found.append((move, words))
    return found


def first_words(kind: str, state: PracticeState) -> str:
    """What names an entity where another belongs to it; "" for what has no words of its own,
    as a round, to which an app of another make may say that something belongs."""
    if not state.current:
        return ""
    parts = parts_of(kind, state.shown)
    return parts[0].text.partition("\n")[0] if parts else ""


def is_tender(kind: str, state: PracticeState) -> bool:
    """Whether its author has not opted in to its being looked back at (SPEC 13.11)."""
    if kind != "disclosure" or not isinstance(state.versions[0].payload, DisclosureShared):
        return False
    from inglenook_client.core.practices.searching import may_be_found

    return not may_be_found(state)
