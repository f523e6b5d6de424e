"""Commands for a calm frame: conversations, turns, pauses (PRACTICES 4, 6 to 9)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from inglenook_client.core.practices.deciding import check_move, left_out, maybe, minutes, words
from inglenook_client.core.practices.errors import (
    ChoiceError,
    NotNowError,
    NotYoursToSayError,
)
from inglenook_client.core.practices.state import PracticeState, Said
from inglenook_client.core.practices.tables import CONVERSATION, PAUSE, TURN
from inglenook_protocol.kinds import (
    AcknowledgementGiven,
    ConversationAccepted,
    ConversationClosed,
    ConversationCountered,
    ConversationDeclined,
    ConversationOpened,
    ConversationProposed,
    PauseCalled,
    PauseEnded,
    PauseExtended,
    PauseResumed,
    TurnAnswered,
    TurnConfirmed,
    TurnCorrected,
    TurnParaphrased,
    TurnSetDown,
    TurnSpoken,
    TurnValidated,
)

MODES: Final = ("two-devices", "one-device", "afterwards")
OWN: Final = "own"
OTHER: Final = "other"
TWO_DEVICES: Final = "two-devices"


def propose_conversation(
    topic: str,
    starts_ms: int,
    length: int,
    *,
    mode: str = "two-devices",
    note: str = "",
    about: bytes | None = None,
) -> ConversationProposed:
    """A topic, a time and a length."""
    return ConversationProposed(
        words(topic, "the topic"), maybe(note), starts_ms, minutes(length), _mode(mode), about
    )


def _mode(given: str) -> Any:
    if given not in MODES:
        raise ChoiceError(given, MODES)
    return given


def counter_conversation(
    state: PracticeState, me: bytes, without: Collection[str] = (), **changes: Any
) -> ConversationCountered:
    """Another topic, time or length; what is left out stays as it was."""
    check_move(CONVERSATION, state, "conversation.countered", me)
    shown = state.shown.payload
    said = {name: getattr(shown, name) for name in ConversationCountered.__struct_fields__}
    said |= {name: value for name, value in changes.items() if value is not None}
    said |= left_out(ConversationCountered, without)
    return ConversationCountered(
        words(said["topic"], "the topic"), maybe(said["note"]), said["starts_ms"],
        minutes(said["minutes"]), _mode(said["mode"]),
    )  # fmt: skip


def standing_proposals(state: PracticeState) -> list[Said]:
    """Proposals that no later one follows; several if both made one at the same time."""
    return [state.versions[i] for i in state.current]


def accept_conversation(
    state: PracticeState, me: bytes, proposal: bytes | None = None
) -> ConversationAccepted:
    """Say yes to exactly one proposal of the other's."""
    check_move(CONVERSATION, state, "conversation.accepted", me)
    theirs = [p for p in standing_proposals(state) if p.by != me]
    chosen = [p for p in theirs if proposal in (None, p.event)]
    if not chosen:
        raise NotYoursToSayError()
    return ConversationAccepted(chosen[-1].event)


def decline_conversation(state: PracticeState, me: bytes, note: str = "") -> ConversationDeclined:
    """Say no, or take one's own proposal back; a reason is never needed."""
    check_move(CONVERSATION, state, "conversation.declined", me)
    return ConversationDeclined(maybe(note))


def open_conversation(
    state: PracticeState, me: bytes, rules_in_force: bytes | None
) -> ConversationOpened:
    """Begin. What somebody proposed for two devices waits for the other's yes."""
    check_move(CONVERSATION, state, "conversation.opened", me)
    if waits_for_a_yes(state, me):
        raise NotNowError(CONVERSATION.name, state.stage)
    return ConversationOpened(rules_in_force)


def waits_for_a_yes(state: PracticeState, me: bytes) -> bool:
    """Whether the other answers first: the latest proposal is one's own, and some of what stands
    is for two devices. So the table has it too, where proposals crossed as where they did not."""
    standing = standing_proposals(state)
    return (
        state.stage == "proposed"
        and standing[-1].by == me
        and any(mode_of(one) == TWO_DEVICES for one in standing)
    )


def mode_of(proposal: Said) -> str:
    """How a proposal means to be talked about."""
    return str(getattr(proposal.payload, "mode", ""))


def close_conversation(
    state: PracticeState,
    me: bytes,
    *,
    appreciation: str = "",
    next_step: str = "",
    settled: bool = False,
) -> ConversationClosed:
    """End it, settled or not."""
    check_move(CONVERSATION, state, "conversation.closed", me)
    return ConversationClosed(maybe(appreciation), maybe(next_step), settled)


def check_open(conversation: PracticeState) -> None:
    """Turns have a place in an open conversation. Raises ``NotNowError``."""
    if conversation.stage != "open":
        raise NotNowError(CONVERSATION.name, conversation.stage)


def check_voice(conversation: PracticeState, voice: str) -> None:
    """Words of the other's are taken down only where one device is passed, or afterwards."""
    if voice not in (OWN, OTHER):
        raise ChoiceError(voice, (OWN, OTHER))
    if voice == OTHER and mode_of(conversation.shown) == TWO_DEVICES:
        raise NotYoursToSayError()


def speak(
    conversation: PracticeState,
    entity: bytes,
    observation: str,
    *,
    feeling: str = "",
    effect: str = "",
    wish: str = "",
    voice: str = OWN,
) -> TurnSpoken:
    """Speak in an open conversation: what was seen, felt, what it does, what would be welcome."""
    check_open(conversation)
    check_voice(conversation, voice)
    passed = mode_of(conversation.shown) != TWO_DEVICES
    observed = words(observation, "what you saw")
    return TurnSpoken(
        entity, _voice(voice), passed, observed, maybe(feeling), maybe(effect), maybe(wish)
    )


def _voice(given: str) -> Any:
    return given


def speaker(turn: PracticeState, members: tuple[bytes, bytes]) -> bytes:
    """Whose turn it is, of the two members of a space."""
    spoken = turn.versions[0]
    mine, other = members if members[0] == spoken.by else members[::-1]
    return mine if getattr(spoken.payload, "voice", OWN) == OWN else other


def _check_turn(turn: PracticeState, kind: str, me: bytes, other: bytes, voice: str) -> None:
    # In the table, ``author`` is the speaker: who it is said for counts, not whose device it is.
    first = turn.versions[0]
    if voice == OTHER and not getattr(first.payload, "passed", False):
        raise NotYoursToSayError()
    spoken_by_other = getattr(first.payload, "voice", OWN) == OTHER
    actor = me if voice == OWN else other
    if spoken_by_other:
        # The sides are turned round: who stands for the author is the one spoken for.
        actor = other if actor == me else me
    check_move(TURN, turn, kind, me, speaks=actor)


def paraphrase(
    turn: PracticeState, me: bytes, other: bytes, text: str, voice: str = OWN
) -> TurnParaphrased:
    """Say back what was heard."""
    _check_turn(turn, "turn.paraphrased", me, other, voice)
    return TurnParaphrased(_voice(voice), words(text, "what you heard"))


def correct(
    turn: PracticeState, me: bytes, other: bytes, text: str, voice: str = OWN
) -> TurnCorrected:
    """Say what was meant otherwise."""
    _check_turn(turn, "turn.corrected", me, other, voice)
    return TurnCorrected(_voice(voice), words(text, "what you meant"))


def confirm(turn: PracticeState, me: bytes, other: bytes, voice: str = OWN) -> TurnConfirmed:
    """Say that one was heard, by the latest paraphrase."""
    _check_turn(turn, "turn.confirmed", me, other, voice)
    latest = turn.last("turn.paraphrased")
    if latest is None:
        raise NotNowError(TURN.name, turn.stage)
    return TurnConfirmed(_voice(voice), latest.event)


def validate(
    turn: PracticeState, me: bytes, other: bytes, text: str, voice: str = OWN
) -> TurnValidated:
    """Say why it makes sense."""
    _check_turn(turn, "turn.validated", me, other, voice)
    return TurnValidated(_voice(voice), words(text, "why it makes sense"))


def answer(
    turn: PracticeState, me: bytes, other: bytes, text: str, voice: str = OWN
) -> TurnAnswered:
    """Answer, once the speaker was heard."""
    _check_turn(turn, "turn.answered", me, other, voice)
    return TurnAnswered(_voice(voice), words(text, "the answer"))


def set_down(turn: PracticeState, me: bytes, other: bytes, voice: str = OWN) -> TurnSetDown:
    """Leave it here; no reason is asked for."""
    _check_turn(turn, "turn.set_down", me, other, voice)
    return TurnSetDown(_voice(voice))


def acknowledge(to: bytes, text: str) -> AcknowledgementGiven:
    """A point of the other's that holds."""
    return AcknowledgementGiven(to, words(text, "what holds"))


def call_pause(
    length: int | None,
    *,
    plan: str = "",
    conversation: bytes | None = None,
    relay_ahead_ms: int | None = None,
) -> PauseCalled:
    """A pause of so many minutes, or not today (None); no reason is asked for."""
    return PauseCalled(conversation, _length(length), maybe(plan), relay_ahead_ms)


def extend_pause(
    state: PracticeState,
    me: bytes,
    length: int | None,
    *,
    plan: str = "",
    relay_ahead_ms: int | None = None,
) -> PauseExtended:
    """A longer one, counted from now."""
    check_move(PAUSE, state, "pause.extended", me)
    return PauseExtended(_length(length), maybe(plan), relay_ahead_ms)


def _length(length: int | None) -> int | None:
    return None if length is None else minutes(length)


def resume(state: PracticeState, me: bytes) -> PauseResumed:
    """On we go."""
    check_move(PAUSE, state, "pause.resumed", me)
    return PauseResumed()


def end_pause(state: PracticeState, me: bytes, plan: str = "") -> PauseEnded:
    """The pause is over, and what was paused rests."""
    check_move(PAUSE, state, "pause.ended", me)
    return PauseEnded(maybe(plan))
