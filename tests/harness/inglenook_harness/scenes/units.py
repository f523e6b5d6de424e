"""Lengths of time in which scenes wait: minutes."""

from __future__ import annotations

from typing import Final

HOUR: Final = 60.0
A_DAY: Final = 24 * HOUR

CADENCES: Final = (
    "FREQ=DAILY", "FREQ=DAILY;INTERVAL=2", "FREQ=WEEKLY;BYDAY=SU", "FREQ=WEEKLY;BYDAY=TU,FR",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", "FREQ=MONTHLY;BYDAY=1SU", "FREQ=MONTHLY;BYMONTHDAY=14",
)  # fmt: skip
