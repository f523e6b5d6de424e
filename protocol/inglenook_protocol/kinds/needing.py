"""Needs that are told and heard, and tender things (SPEC 13.9, 13.11)."""

from __future__ import annotations

from typing import Final

from inglenook_protocol.codec import Bytes32
from inglenook_protocol.kinds.fields import DateText, Kind, Payload, Said, Text, Wanted


class NeedStated(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """An essential need, and why it matters."""

    need: Said
    why: Text
    date: DateText


class NeedEdited(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The need said anew."""

    need: Said
    why: Text
    date: DateText


class NeedHeard(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The other says the need back. ``of``: exactly which words."""

    of: Bytes32
    text: Said


class NeedCorrected(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What was meant otherwise."""

    text: Said


class NeedConfirmed(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """It was heard. ``heard``: by which words."""

    heard: Bytes32


class NeedRested(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """It need not be looked after now."""


class NeedWoken(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """It is essential again."""


class DisclosureShared(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Something tender, and which answer is wanted.

    ``look_back``: whether it may be looked back at and found.
    """

    text: Said
    wanted: Wanted
    look_back: bool
    date: DateText


class DisclosureEdited(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Its author's new words."""

    text: Said
    wanted: Wanted
    date: DateText


class DisclosureLookBackSet(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Whether it may be looked back at and found from now on."""

    allowed: bool


class DisclosureReceived(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The other says that it has arrived with them: an act of theirs, never a trace."""


NEEDING: Final = (
    Kind("need.stated", 1, NeedStated, True, "shared"),
    Kind("need.edited", 1, NeedEdited, False, "shared"),
    Kind("need.heard", 1, NeedHeard, False, "shared"),
    Kind("need.corrected", 1, NeedCorrected, False, "shared"),
    Kind("need.confirmed", 1, NeedConfirmed, False, "shared"),
    Kind("need.rested", 1, NeedRested, False, "shared"),
    Kind("need.woken", 1, NeedWoken, False, "shared"),
    Kind("disclosure.shared", 1, DisclosureShared, True, "shared"),
    Kind("disclosure.edited", 1, DisclosureEdited, False, "shared"),
    Kind("disclosure.look_back_set", 1, DisclosureLookBackSet, False, "shared"),
    Kind("disclosure.received", 1, DisclosureReceived, False, "shared"),
)
