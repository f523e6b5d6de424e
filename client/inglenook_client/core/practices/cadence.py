"""Rhythms as people say them, and as rules (SPEC 13.6)."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from inglenook_client.core.practices.errors import NoCadenceError
from inglenook_protocol.kinds.fields import Cadence

_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAILY: Final = "FREQ=DAILY"
_PLAIN: Final = {
    "daily": _DAILY,
    **{f"every {part}": _DAILY for part in ("day", "morning", "evening", "night")},
    "weekly": "FREQ=WEEKLY",
    "every week": "FREQ=WEEKLY",
    "monthly": "FREQ=MONTHLY",
    "every month": "FREQ=MONTHLY",
}
_EVERY: Final = re.compile(r"every ([1-9][0-9]?) (day|week|month)s?")


def rule(said: str) -> str:
    """The rule of what somebody says: ``daily``, ``every 2 weeks``, ``mon,thu``, or a rule.

    Raises ``NoCadenceError``.
    """
    text = " ".join(said.strip().lower().split())
    if text in _PLAIN:
        return _PLAIN[text]
    if (every := _EVERY.fullmatch(text)) is not None:
        frequency = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY"}[every[2]]
        return f"FREQ={frequency}" + (f";INTERVAL={every[1]}" if every[1] != "1" else "")
    days = [part.strip()[:2].upper() for part in text.split(",")]
    if text and all(day in _DAYS for day in days) and not text.startswith("freq"):
        ordered = [day for day in _DAYS if day in days]
        return f"FREQ=WEEKLY;BYDAY={','.join(ordered)}"
    given = said.strip().upper().removeprefix("RRULE:")
    if not is_rule(given):
        raise NoCadenceError(said.strip())
    return given


def is_rule(text: str) -> bool:
    """Whether a text is a rule of the subset."""
    try:
        msgspec.convert(text, Cadence)
    except msgspec.ValidationError:
        return False
    return True
