"""Commands for needs and for what is tender (PRACTICES 13, 15)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

from inglenook_client.core.practices.deciding import amended, check_author, check_move, maybe, words
from inglenook_client.core.practices.errors import (
    ChoiceError,
    NotNowError,
    NotYoursToSayError,
    TooManyNeedsError,
)
from inglenook_client.core.practices.state import PracticeState
from inglenook_client.core.practices.tables import NEED
from inglenook_protocol.kinds import (
    DisclosureEdited,
    DisclosureLookBackSet,
    DisclosureReceived,
    DisclosureShared,
    NeedConfirmed,
    NeedCorrected,
    NeedEdited,
    NeedHeard,
    NeedRested,
    NeedStated,
    NeedWoken,
)

MAX_ACTIVE_NEEDS: Final = 3
"""Of one person at a time; checked when deciding alone (SPEC 10.4)."""
WANTED: Final = ("listen", "comfort", "talk", "no-reply")


def active(needs: Iterable[PracticeState], me: bytes) -> int:
    """How many needs of one's own are being looked after."""
    return sum(1 for need in needs if need.versions[0].by == me and need.stage != "resting")


def state_need(
    needs: Iterable[PracticeState], me: bytes, need: str, date: str, *, why: str = ""
) -> NeedStated:
    """Tell an essential need. Raises ``TooManyNeedsError`` beyond three active ones."""
    if active(needs, me) >= MAX_ACTIVE_NEEDS:
        raise TooManyNeedsError(MAX_ACTIVE_NEEDS)
    return NeedStated(words(need, "the need"), maybe(why), date)


def edit_need(
    state: PracticeState, me: bytes, without: Collection[str] = (), **changes: Any
) -> NeedEdited:
    """The need said anew; it asks to be heard again."""
    check_move(NEED, state, "need.edited", me)
    return amended(state, NeedEdited, changes, without)


def hear_need(state: PracticeState, me: bytes, text: str) -> NeedHeard:
    """Say the other's need back, by the words as they stand."""
    check_move(NEED, state, "need.heard", me)
    return NeedHeard(state.shown.event, words(text, "what you heard"))


def correct_need(state: PracticeState, me: bytes, text: str) -> NeedCorrected:
    """Say what was meant otherwise."""
    check_move(NEED, state, "need.corrected", me)
    return NeedCorrected(words(text, "what you meant"))


def confirm_need(state: PracticeState, me: bytes) -> NeedConfirmed:
    """Say that it was heard, by the latest words of the other."""
    check_move(NEED, state, "need.confirmed", me)
    heard = state.last("need.heard")
    if heard is None:
        raise NotNowError(NEED.name, state.stage)
    return NeedConfirmed(heard.event)


def rest_need(state: PracticeState, me: bytes) -> NeedRested:
    """It need not be looked after now."""
    check_move(NEED, state, "need.rested", me)
    return NeedRested()


def wake_need(needs: Iterable[PracticeState], state: PracticeState, me: bytes) -> NeedWoken:
    """It is essential again, if there is room."""
    check_move(NEED, state, "need.woken", me)
    if active(needs, me) >= MAX_ACTIVE_NEEDS:
        raise TooManyNeedsError(MAX_ACTIVE_NEEDS)
    return NeedWoken()


def disclose(text: str, wanted: str, date: str, *, look_back: bool = False) -> DisclosureShared:
    """Something tender, and which answer is wanted."""
    return DisclosureShared(words(text, "it"), _wanted(wanted), look_back, date)


def _wanted(given: str) -> Any:
    if given not in WANTED:
        raise ChoiceError(given, WANTED)
    return given


def edit_disclosure(state: PracticeState, me: bytes, **changes: Any) -> DisclosureEdited:
    """Its author's new words."""
    check_author(state, me)
    if changes.get("wanted") is not None:
        changes["wanted"] = _wanted(changes["wanted"])
    return amended(state, DisclosureEdited, changes)


def set_look_back(state: PracticeState, me: bytes, *, allowed: bool) -> DisclosureLookBackSet:
    """Whether it may be looked back at and found: its author's choice, at any time."""
    check_author(state, me)
    return DisclosureLookBackSet(allowed)


def receive_disclosure(state: PracticeState, me: bytes) -> DisclosureReceived:
    """Say that it has arrived: offered to the other, never made by reading."""
    if state.versions[0].by == me:
        raise NotYoursToSayError()
    return DisclosureReceived()
