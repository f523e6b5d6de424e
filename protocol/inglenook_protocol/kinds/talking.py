"""A calm frame: conversations, what is said in them, pauses (SPEC 13.7, 13.8)."""

from __future__ import annotations

from typing import Final

from inglenook_protocol.codec import Bytes32, Natural
from inglenook_protocol.kinds.fields import (
    ClockApart,
    Kind,
    Minutes,
    Mode,
    Named,
    Payload,
    Said,
    Text,
    Voice,
)


class ConversationProposed(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A topic, a time and a length. ``about``: an entity that it comes from."""

    topic: Named
    note: Text
    starts_ms: Natural
    minutes: Minutes
    mode: Mode
    about: Bytes32 | None


class ConversationCountered(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Another topic, time or length in its place."""

    topic: Named
    note: Text
    starts_ms: Natural
    minutes: Minutes
    mode: Mode


class ConversationAccepted(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Says yes to exactly one proposal."""

    proposal: Bytes32


class ConversationDeclined(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Says no, or takes a proposal back; a reason is never asked for."""

    note: Text


class ConversationOpened(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """It begins. ``rules``: the version of the rules that both agreed to, if there is one."""

    rules: Bytes32 | None


class ConversationClosed(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """It ends, settled or not."""

    appreciation: Text
    next_step: Text
    settled: bool


class TurnSpoken(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Speaking with "I": what was seen, felt, what it does, what would be welcome.

    ``passed``: the device goes from one to the other, or words are noted afterwards; without it
    nobody speaks for the other in this turn.
    """

    conversation: Bytes32
    voice: Voice
    passed: bool
    observation: Said
    feeling: Text
    effect: Text
    wish: Text


class TurnParaphrased(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The listener says it back."""

    voice: Voice
    text: Said


class TurnCorrected(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The speaker says what was meant otherwise."""

    voice: Voice
    text: Said


class TurnConfirmed(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The speaker was heard. ``paraphrase``: by which words."""

    voice: Voice
    paraphrase: Bytes32


class TurnValidated(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The listener says why it makes sense."""

    voice: Voice
    text: Said


class TurnAnswered(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The listener answers."""

    voice: Voice
    text: Said


class TurnSetDown(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Either leaves it here; no reason is asked for."""

    voice: Voice


class AcknowledgementGiven(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A point of the other's that holds, in a conversation or about a goal."""

    to: Bytes32
    text: Said


class PauseCalled(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A pause.

    ``minutes``: None is not today; ``plan``: how to go on; ``relay_ahead_ms``: what the writer
    knows of its clock.
    """

    conversation: Bytes32 | None
    minutes: Minutes | None
    plan: Text
    relay_ahead_ms: ClockApart | None


class PauseExtended(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A longer pause, counted from now."""

    minutes: Minutes | None
    plan: Text
    relay_ahead_ms: ClockApart | None


class PauseResumed(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """On we go."""


class PauseEnded(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The pause is over, and what was paused rests."""

    plan: Text


TALKING: Final = (
    Kind("conversation.proposed", 1, ConversationProposed, True, "shared"),
    Kind("conversation.countered", 1, ConversationCountered, False, "shared"),
    Kind("conversation.accepted", 1, ConversationAccepted, False, "shared"),
    Kind("conversation.declined", 1, ConversationDeclined, False, "shared"),
    Kind("conversation.opened", 1, ConversationOpened, False, "shared"),
    Kind("conversation.closed", 1, ConversationClosed, False, "shared"),
    Kind("turn.spoken", 1, TurnSpoken, True, "shared"),
    Kind("turn.paraphrased", 1, TurnParaphrased, False, "shared"),
    Kind("turn.corrected", 1, TurnCorrected, False, "shared"),
    Kind("turn.confirmed", 1, TurnConfirmed, False, "shared"),
    Kind("turn.validated", 1, TurnValidated, False, "shared"),
    Kind("turn.answered", 1, TurnAnswered, False, "shared"),
    Kind("turn.set_down", 1, TurnSetDown, False, "shared"),
    Kind("acknowledgement.given", 1, AcknowledgementGiven, True, "shared"),
    Kind("pause.called", 1, PauseCalled, True, "shared"),
    Kind("pause.extended", 1, PauseExtended, False, "shared"),
    Kind("pause.resumed", 1, PauseResumed, False, "shared"),
    Kind("pause.ended", 1, PauseEnded, False, "shared"),
)
