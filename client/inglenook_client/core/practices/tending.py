"""Commands for what is small and steady (PRACTICES 3, 12, 18, 19, 20)."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, Final

from inglenook_client.core.practices.cadence import rule
from inglenook_client.core.practices.deciding import (
    amended,
    check_author,
    check_move,
    maybe,
    minutes,
    words,
)
from inglenook_client.core.practices.state import PracticeState
from inglenook_client.core.practices.tables import ACTIVITY, COUPLE_TIME, RITUAL, TOPIC
from inglenook_protocol.errors import LocalProtocolError
from inglenook_protocol.kinds import (
    ActivityDone,
    ActivityEdited,
    ActivityImagined,
    ActivityPlanned,
    ActivitySetAside,
    AffectionNoted,
    CoupleTimeKept,
    CoupleTimeLetGo,
    CoupleTimeMoved,
    CoupleTimePlanned,
    ExchangeOffered,
    RitualDefined,
    RitualEdited,
    RitualKept,
    RitualRested,
    RitualWoken,
    TopicEdited,
    TopicParked,
    TopicParkedAgain,
    TopicSetAside,
    TopicTakenUp,
)
from inglenook_protocol.message import Message

_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def clock_time(given: str | None) -> str | None:
    """A time of day, or None. Raises ``LocalProtocolError``."""
    if given is None or _TIME.fullmatch(given):
        return given
    raise LocalProtocolError(
        Message("“{given}” is not a time of day.", given=given), "Write it as 07:30."
    )


def define_ritual(
    name: str, cadence: str, *, begins: str, text: str = "", at: str | None = None
) -> RitualDefined:
    """A ritual and its rhythm."""
    return RitualDefined(
        words(name, "the ritual"), maybe(text), rule(cadence), clock_time(at), begins
    )


def edit_ritual(
    state: PracticeState, without: Collection[str] = (), **changes: Any
) -> RitualEdited:
    """The ritual said anew, by either."""
    if changes.get("cadence") is not None:
        changes["cadence"] = rule(changes["cadence"])
    changes["at"] = clock_time(changes.get("at"))
    return amended(state, RitualEdited, changes, without)


def keep_ritual(ritual: bytes, date: str, note: str = "") -> RitualKept:
    """It happened. That it didn't is nothing that could be said."""
    return RitualKept(ritual, date, maybe(note))


def rest_ritual(state: PracticeState, me: bytes) -> RitualRested:
    """The ritual rests."""
    check_move(RITUAL, state, "ritual.rested", me)
    return RitualRested()


def wake_ritual(state: PracticeState, me: bytes) -> RitualWoken:
    """The ritual goes on."""
    check_move(RITUAL, state, "ritual.woken", me)
    return RitualWoken()


def imagine_activity(idea: str, note: str = "") -> ActivityImagined:
    """Something to do together."""
    return ActivityImagined(words(idea, "the idea"), maybe(note))


def edit_activity(
    state: PracticeState, me: bytes, without: Collection[str] = (), **changes: Any
) -> ActivityEdited:
    """The idea said anew."""
    check_author(state, me)
    return amended(state, ActivityEdited, changes, without)


def plan_activity(
    state: PracticeState,
    me: bytes,
    date: str,
    *,
    at: str | None = None,
    until: str | None = None,
    together: str = "",
) -> ActivityPlanned:
    """When, and who brings what."""
    check_move(ACTIVITY, state, "activity.planned", me)
    return ActivityPlanned(date, clock_time(at), until, maybe(together))


def do_activity(state: PracticeState, me: bytes, date: str, memory: str = "") -> ActivityDone:
    """It happened; each of the two may say what they remember."""
    check_move(ACTIVITY, state, "activity.done", me)
    return ActivityDone(date, maybe(memory))


def set_aside_activity(state: PracticeState, me: bytes) -> ActivitySetAside:
    """Not now, or never."""
    check_move(ACTIVITY, state, "activity.set_aside", me)
    return ActivitySetAside()


def plan_couple_time(
    starts_ms: int, length: int, *, boundary: str = "", fallback: str = "", note: str = ""
) -> CoupleTimePlanned:
    """Time for two, the words for its boundary, and what fits into five minutes instead."""
    return CoupleTimePlanned(
        starts_ms, minutes(length), maybe(boundary), maybe(fallback), maybe(note)
    )


def move_couple_time(
    state: PracticeState, me: bytes, starts_ms: int, length: int
) -> CoupleTimeMoved:
    """Another time for it."""
    check_move(COUPLE_TIME, state, "couple_time.moved", me)
    return CoupleTimeMoved(starts_ms, minutes(length))


def keep_couple_time(
    state: PracticeState, me: bytes, *, short: bool = False, note: str = ""
) -> CoupleTimeKept:
    """It happened, whole or in its short form."""
    check_move(COUPLE_TIME, state, "couple_time.kept", me)
    return CoupleTimeKept(short, maybe(note))


def let_couple_time_go(state: PracticeState, me: bytes) -> CoupleTimeLetGo:
    """Not this time."""
    check_move(COUPLE_TIME, state, "couple_time.let_go", me)
    return CoupleTimeLetGo()


def park_topic(text: str, date: str) -> TopicParked:
    """Something of everyday logistics, for later."""
    return TopicParked(words(text, "the topic"), date)


def edit_topic(state: PracticeState, me: bytes, text: str) -> TopicEdited:
    """The topic said anew."""
    check_author(state, me)
    return amended(state, TopicEdited, {"text": words(text, "the topic")})


def take_up_topic(state: PracticeState, me: bytes) -> TopicTakenUp:
    """It was looked after."""
    check_move(TOPIC, state, "topic.taken_up", me)
    return TopicTakenUp()


def set_aside_topic(state: PracticeState, me: bytes) -> TopicSetAside:
    """It no longer needs looking after."""
    check_move(TOPIC, state, "topic.set_aside", me)
    return TopicSetAside()


def park_topic_again(state: PracticeState, me: bytes) -> TopicParkedAgain:
    """It waits again."""
    check_move(TOPIC, state, "topic.parked_again", me)
    return TopicParkedAgain()


def offer_exchange(text: str, date: str) -> ExchangeOffered:
    """A short word on a hard day."""
    return ExchangeOffered(words(text, "it"), date)


def note_affection(date: str, note: str = "") -> AffectionNoted:
    """A moment of affection between the two."""
    return AffectionNoted(maybe(note), date)
