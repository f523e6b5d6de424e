"""Commands for mutual reveal, and the space's zone (PRACTICES 17, 21, 22; SPEC 18)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from inglenook_client.core.practices.errors import (
    ChoiceError,
    NothingSaidError,
    NotReadyError,
    OpenedAlreadyError,
    WhichStepError,
    ZoneError,
)
from inglenook_client.core.practices.inward import parts
from inglenook_client.core.practices.revealing import RoundSeen
from inglenook_protocol.kinds import RevealReady, RevealTakenBack, SpaceZoneSet
from inglenook_protocol.kinds.fields import Zone
from inglenook_protocol.reveal import HalfRecord, encode_half, ready_commitment, round_id

WEEK_REVIEW: Final = "week-review"
STEP_REVIEW: Final = "step-review"
SETBACK: Final = "setback"
MAX_SETBACKS: Final = 9
"""Rounds of setbacks in one week."""

PARTS: Final[dict[str, tuple[str, ...]]] = {
    # The first of the week's review is what was appreciated, and it has to be there.
    WEEK_REVIEW: ("appreciated", "helped", "hindered", "adjust", "recommit"),
    STEP_REVIEW: ("effort", "wish", "note"),
    SETBACK: ("happened", "helped", "hindered", "adjust", "recommit"),
}
"""What each round asks; answers may be left out, but for the first."""
EFFORTS: Final = ("easier", "same", "harder")
WISHES: Final = ("keep", "shrink", "swap", "retire")
CHOICES: Final = {"effort": EFFORTS, "wish": WISHES}
"""Of a step's review: how it felt, and what to do with it. The step is looked at, nobody else."""


def round_name(practice: str, *, step: bytes | None = None, number: int = 1) -> str:
    """The practice name of a round (SPEC 18.1)."""
    if practice not in PARTS:
        raise ChoiceError(practice, tuple(PARTS))
    if practice == STEP_REVIEW:
        if step is None:
            raise WhichStepError()
        return f"{STEP_REVIEW}/{step.hex()}"
    return practice if number == 1 else f"{practice}/{number}"


def practice_of(name: str) -> str:
    """The practice that a round's name belongs to."""
    return name.partition("/")[0]


def half(
    name: str, week: str, answers: Mapping[str, str], *, about: bytes | None = None
) -> HalfRecord:
    """One's own half of a round, in the order in which it is asked."""
    check_answers(practice_of(name), answers)
    asked = PARTS[practice_of(name)]
    ordered = {key: answers[key] for key in asked if answers.get(key, "").strip()}
    first = asked[0]
    if first not in ordered:
        raise NothingSaidError("what you appreciated" if first == "appreciated" else first)
    return HalfRecord(name, week, about, parts(ordered))


def check_answers(practice: str, answers: Mapping[str, str]) -> None:
    """Whether these are answers to what a practice asks. Raises ``ChoiceError``."""
    asked = PARTS[practice]
    for part, given in answers.items():
        if part not in asked:
            raise ChoiceError(part, asked)
        if practice == STEP_REVIEW and given and given not in CHOICES.get(part, (given,)):
            raise ChoiceError(given, CHOICES[part])


class Sealed(msgspec.Struct, frozen=True):
    """A half with what opens its commitment: this stays in the private space."""

    half: bytes
    opening: bytes


def say_ready(
    space_id: bytes, seen: RoundSeen | None, half_: HalfRecord, random: Callable[[int], bytes]
) -> tuple[RevealReady, Sealed]:
    """Commit to a half. Raises ``OpenedAlreadyError``."""
    if seen is not None and seen.stage in ("opened", "together"):
        raise OpenedAlreadyError()
    sealed = Sealed(encode_half(half_), random(32))
    commitment = ready_commitment(sealed.opening, sealed.half)
    return RevealReady(round_id(space_id, half_.practice, half_.week), commitment), sealed


def take_back(seen: RoundSeen | None, round_: bytes) -> RevealTakenBack:
    """Not ready after all. Raises ``OpenedAlreadyError``, ``NotReadyError``."""
    if seen is not None and seen.stage in ("opened", "together"):
        raise OpenedAlreadyError()
    if seen is None or seen.my_ready is None:
        raise NotReadyError()
    return RevealTakenBack(round_)


def set_zone(name: str) -> SpaceZoneSet:
    """The zone by which the two count days and weeks. Raises ``ZoneError``."""
    try:
        msgspec.convert(name, Zone)
        ZoneInfo(name)
    except (msgspec.ValidationError, ZoneInfoNotFoundError, ValueError, OSError):
        raise ZoneError(name) from None
    return SpaceZoneSet(name)
