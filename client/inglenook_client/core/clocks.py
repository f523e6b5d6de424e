"""What can be known of clocks that are far apart, in plain words (SPEC 9.6).

One device knows its own clock and, from each exchange, the relay's. Of two clocks nobody can tell
which one is right, so the words name both and ask the person to look.
"""

from __future__ import annotations

from typing import Final

from inglenook_client.core.model import Notice
from inglenook_protocol.message import Counted, Message

NOTABLE_S: Final = 3600
"""Clocks that are closer than this are left alone: nothing shows of it."""

_UNITS: Final = (
    (365.25 * 86_400, {1: "a year", 2: "{count} years"}),
    (30.44 * 86_400, {1: "a month", 2: "{count} months"}),
    (86_400, {1: "a day", 2: "{count} days"}),
    (3600, {1: "an hour", 2: "{count} hours"}),
)


def how_long(seconds: float) -> Counted:
    """About how long that is; an hour at least."""
    counts = ((round(abs(seconds) / size), pattern) for size, pattern in _UNITS)
    count, pattern = next((c for c in counts if c[0]), (1, _UNITS[-1][1]))
    return Counted(pattern[1], pattern[2], count)


_LATER: Final = "By the relay's clock it is about {time} later than by this computer's."
_EARLIER: Final = "By the relay's clock it is about {time} earlier than by this computer's."


def clock_notice(relay_ahead_s: float) -> Notice | None:
    """What to say when the relay's clock is so many seconds ahead; None if nothing."""
    if abs(relay_ahead_s) < NOTABLE_S:
        return None
    return Notice(
        "clocks-apart",
        Message(_LATER if relay_ahead_s > 0 else _EARLIER, time=how_long(relay_ahead_s)),
        "Check the date and time of this computer; if they are right, tell whoever runs the "
        "relay. What you write is exchanged all the same, and stands at the dates you give it.",
    )
