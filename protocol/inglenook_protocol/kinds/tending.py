"""Small and steady: rituals, activities, couple time, parked topics, affection (SPEC 13.10)."""

from __future__ import annotations

from typing import Final

from inglenook_protocol.codec import Bytes32, Natural
from inglenook_protocol.kinds.fields import (
    Cadence,
    DateText,
    Kind,
    Line,
    Minutes,
    Named,
    Payload,
    Said,
    Text,
    TimeOfDay,
)


class RitualDefined(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A ritual and its cadence, from a day on."""

    name: Named
    words: Text
    cadence: Cadence
    at: TimeOfDay | None
    begins: DateText


class RitualEdited(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The ritual said anew."""

    name: Named
    words: Text
    cadence: Cadence
    at: TimeOfDay | None
    begins: DateText


class RitualKept(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """It happened."""

    ritual: Bytes32
    date: DateText
    note: Text


class RitualRested(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The ritual rests, for as long as they like."""


class RitualWoken(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The ritual goes on."""


class ActivityImagined(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Something to do together."""

    idea: Named
    note: Text


class ActivityEdited(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The idea said anew."""

    idea: Named
    note: Text


class ActivityPlanned(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """When, and who brings what. ``until``: a later day for what spans weeks."""

    date: DateText
    at: TimeOfDay | None
    until: DateText | None
    together: Text


class ActivityDone(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """It happened; what one remembers of it."""

    date: DateText
    memory: Text


class ActivitySetAside(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Not now, or never."""


class CoupleTimePlanned(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Time for two, the words for its boundary, and what fits into five minutes instead."""

    starts_ms: Natural
    minutes: Minutes
    boundary: Line
    fallback: Line
    note: Text


class CoupleTimeMoved(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Another time for it."""

    starts_ms: Natural
    minutes: Minutes


class CoupleTimeKept(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """It happened, whole or in its short form."""

    short: bool
    note: Text


class CoupleTimeLetGo(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Not this time."""


class TopicParked(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Something of everyday logistics, for later."""

    text: Said
    date: DateText


class TopicEdited(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The topic said anew."""

    text: Said
    date: DateText


class TopicTakenUp(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """It was looked after."""


class TopicSetAside(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """It no longer needs looking after."""


class TopicParkedAgain(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """It waits again."""


class ExchangeOffered(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A short word on a hard day; replies answer it."""

    text: Said
    date: DateText


class AffectionNoted(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A moment of affection between the two, worded for both."""

    note: Text
    date: DateText


TENDING: Final = (
    Kind("ritual.defined", 1, RitualDefined, True, "shared"),
    Kind("ritual.edited", 1, RitualEdited, False, "shared"),
    Kind("ritual.kept", 1, RitualKept, True, "shared"),
    Kind("ritual.rested", 1, RitualRested, False, "shared"),
    Kind("ritual.woken", 1, RitualWoken, False, "shared"),
    Kind("activity.imagined", 1, ActivityImagined, True, "shared"),
    Kind("activity.edited", 1, ActivityEdited, False, "shared"),
    Kind("activity.planned", 1, ActivityPlanned, False, "shared"),
    Kind("activity.done", 1, ActivityDone, False, "shared"),
    Kind("activity.set_aside", 1, ActivitySetAside, False, "shared"),
    Kind("couple_time.planned", 1, CoupleTimePlanned, True, "shared"),
    Kind("couple_time.moved", 1, CoupleTimeMoved, False, "shared"),
    Kind("couple_time.kept", 1, CoupleTimeKept, False, "shared"),
    Kind("couple_time.let_go", 1, CoupleTimeLetGo, False, "shared"),
    Kind("topic.parked", 1, TopicParked, True, "shared"),
    Kind("topic.edited", 1, TopicEdited, False, "shared"),
    Kind("topic.taken_up", 1, TopicTakenUp, False, "shared"),
    Kind("topic.set_aside", 1, TopicSetAside, False, "shared"),
    Kind("topic.parked_again", 1, TopicParkedAgain, False, "shared"),
    Kind("exchange.offered", 1, ExchangeOffered, True, "shared"),
    Kind("affection.noted", 1, AffectionNoted, True, "shared"),
)
