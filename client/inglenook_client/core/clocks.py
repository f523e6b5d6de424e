"""What can be known of clocks that are far apart, in plain words (SPEC 9.6).

One device knows its own clock and, from each exchange, the relay's. Of two clocks nobody can tell
which one is right, so the words name both and ask the person to look.
"""

from __future__ import annotations

from typing import Final

from inglenook_client.core.model import Notice

NOTABLE_S: Final = 3600
"""Clocks that are closer than this are left alone: nothing shows of it."""

_UNITS: Final = (
    (365.25 * 86_400, "a year", "{} years"),
    (30.44 * 86_400, "a month", "{} months"),
    (86_400, "a day", "{} days"),
    (3600, "an hour", "{} hours"),
)


def how_long(seconds: float) -> str:
    """About how long that is; an hour at least."""
    for size, one, many in _UNITS:
        count = round(abs(seconds) / size)
        if count >= 1:
            return one if count == 1 else many.format(count)
    return _UNITS[-1][1]


def clock_notice(relay_ahead_s: float) -> Notice | None:
    """What to say when the relay's clock is so many seconds ahead; None if nothing."""
    if abs(relay_ahead_s) < NOTABLE_S:
        return None
    way = "later" if relay_ahead_s > 0 else "earlier"
    return Notice(
        "clocks-apart",
        f"By the relay's clock it is about {how_long(relay_ahead_s)} {way} than by this "
        "computer's.",
        "Check the date and time of this computer; if they are right, tell whoever runs the "
        "relay. What you write is exchanged all the same, and stands at the dates you give it.",
    )
