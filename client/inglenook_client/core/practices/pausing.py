"""How long a pause still lasts, by a device's own clock (SPEC 13.8).

Theory. Two devices agree on what happened and not on what time it is. Each event that sets a
length says its writer's clock, and how far that was from the relay's; this device knows how far
its own is from the relay's, and when it first held the event. So:

    both know the relay's clock       count by it: no clock of theirs matters
    the event claims a later time     it began when it came: it can't have begun after that
    it came within its length         it began when it says; it was on its way
    it came later, within a day       a clock is wrong, or the device was away: count from when
                                      it came, since a pause kept for longer harms nobody
    it came after more than a day     it is over

What remains lies between nothing and the length, whatever any clock does afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from inglenook_client.core.practices.state import PracticeState, Said
from inglenook_protocol.kinds import PauseCalled, PauseExtended

OFFERED_MINUTES: Final = (10, 20, 30, 60)
DEFAULT_MINUTES: Final = 10
_MINUTE_MS: Final = 60_000
_DAY_MS: Final = 86_400_000
_NIGHT_MINUTES: Final = 8 * 60
"""What is *not today* lasts at least so long, so that one said near midnight covers the night."""


class PauseSeen(msgspec.Struct, frozen=True):
    """A pause as one device shows it now."""

    stage: str
    """``paused``, ``over`` (its time has passed), ``resumed``, ``ended``."""
    not_today: bool
    ends_ms: int | None
    """When it ends by this device's clock; None for not today, and once it is resumed or ended."""
    remaining_ms: int | None
    plan: str
    """How to go on, as said last."""


def begins_ms(event: Said, minutes: int, seen_ms: int, own_apart_ms: int | None) -> int:
    """When an event that sets a length began, by this device's clock."""
    claimed = event.at_ms
    apart = _payload(event).relay_ahead_ms
    if apart is not None and own_apart_ms is not None:
        return min(claimed + apart - own_apart_ms, seen_ms)
    late = seen_ms - claimed
    if 0 <= late <= minutes * _MINUTE_MS or late > _DAY_MS:
        return claimed
    return seen_ms


def pause_seen(
    state: PracticeState,
    now_ms: int,
    seen_ms_by_event: Mapping[bytes, int],
    own_apart_ms: int | None,
) -> PauseSeen:
    """A pause at ``now_ms``. Events that this device never noted are taken as seen just now.

    ``own_apart_ms``: by how much the relay's clock is ahead of this device's; None if unknown.
    """
    lengths = setting_lengths(state)
    plan = next((p for e in reversed(lengths) if (p := _payload(e).plan)), "")
    if state.stage != "paused":
        return PauseSeen(state.stage, False, None, None, plan)
    ends = 0
    remaining = 0
    for event in lengths:
        minutes = _payload(event).minutes
        seen = seen_ms_by_event.get(event.event, now_ms)
        if minutes is None:
            if now_ms < _next_day_ms(event, seen, own_apart_ms):
                return PauseSeen("paused", True, None, None, plan)
            continue
        length = minutes * _MINUTE_MS
        end = begins_ms(event, minutes, seen, own_apart_ms) + length
        ends = max(ends, end)
        remaining = max(remaining, min(length, end - now_ms))
    if remaining <= 0:
        return PauseSeen("over", False, ends or None, 0, plan)
    return PauseSeen("paused", False, min(ends, now_ms + remaining), remaining, plan)


def _next_day_ms(event: Said, seen_ms: int, own_apart_ms: int | None) -> int:
    """When *not today* is over: with the day on which it was called, where its writer was."""
    begins = begins_ms(event, _NIGHT_MINUTES, seen_ms, own_apart_ms)
    offset_ms = event.offset_minutes * _MINUTE_MS
    midnight = ((begins + offset_ms) // _DAY_MS + 1) * _DAY_MS - offset_ms
    return max(midnight, begins + _NIGHT_MINUTES * _MINUTE_MS)


def setting_lengths(state: PracticeState) -> list[Said]:
    """The events that set a length, in fold order: what a device notes when it first holds it."""
    return [*state.versions, *(m for m in state.moves if m.kind == "pause.extended")]


def _payload(event: Said) -> PauseCalled | PauseExtended:
    payload = event.payload
    if not isinstance(payload, PauseCalled | PauseExtended):
        raise ValueError("this event sets no length")
    return payload
