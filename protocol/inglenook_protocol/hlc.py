"""Hybrid logical clock: orders concurrent events, never authorises (SPEC 9.6).

Kulkarni et al., Logical Physical Clocks, 2014; with a bound on what is absorbed.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from inglenook_protocol.limits import HLC_AHEAD_MS

_MAX_COUNT: Final = 2**32 - 1


class Hlc(NamedTuple):
    """Wall milliseconds and a counter within one millisecond (``hlc count`` on the wire)."""

    ms: int
    counter: int


ZERO: Final = Hlc(0, 0)


def absorb(seen: Hlc, other: Hlc, wall_ms: int) -> Hlc:
    """The highest clock seen, after admitting an event that carries ``other``.

    A value more than 24 h ahead of the own wall is passed over: one broken clock must not
    drag everybody's along.
    """
    return other if other > seen and other.ms <= wall_ms + HLC_AHEAD_MS else seen


def tick(last: Hlc, seen: Hlc, wall_ms: int) -> Hlc:
    """The clock of the next own event: after ``last`` (own) and ``seen`` (absorbed)."""
    highest = max(last, seen)
    if wall_ms > highest.ms:
        return Hlc(wall_ms, 0)
    if highest.counter >= _MAX_COUNT:
        return Hlc(highest.ms + 1, 0)
    return Hlc(highest.ms, highest.counter + 1)
