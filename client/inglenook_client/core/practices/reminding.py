"""What is coming up, for a person, a script or a calendar (PRACTICES 18; issue of reminders).

Theory. A reminder is derived from what both planned, and says when, and of which sort; never what
it is about. It asks for nothing: there is none for what waits for somebody's answer, none for a
day on which nothing was recorded, and each stands once. While time for two runs, and in the quiet
hours that a person set on this device, there are none.

The calendar is RFC 5545: lines end in CR LF and are folded at 75 bytes between characters; text
has ``\\``, ``;``, ``,`` and line ends escaped; moments are in UTC, whole days are dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Final, Literal

import msgspec

from inglenook_client.core.practices.errors import QuietHoursError

ALARM_MINUTES: Final = 15
_LINE_BYTES: Final = 75
_HOURS: Final = re.compile(r"([0-9]{1,2}:[0-9]{2})\s*(?:-|to|bis)\s*([0-9]{1,2}:[0-9]{2})")

Sort = Literal["couple-time", "conversation", "ritual", "activity", "step-review"]


class Reminder(msgspec.Struct, frozen=True):
    """One thing that is coming up."""

    id: str
    """The entity that it comes from."""
    what: Sort
    title: str
    """Neutral: it can stand in a calendar that others see."""
    date: str
    """In the space's zone."""
    starts_at: str | None
    """None for what has no time of day."""
    minutes: int | None


class RemindersView(msgspec.Struct, frozen=True):
    """What is coming up from now on."""

    reminders: list[Reminder]
    quiet_until: str | None
    """None of them now: time for two runs, or these are quiet hours."""
    quiet_because: Literal["couple-time", "quiet-hours"] | None
    quiet_hours: str | None
    """As set on this device."""


class QuietHours(msgspec.Struct, frozen=True):
    """From one time of day to another, over midnight if that is earlier."""

    begins: time
    ends: time

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}-{self.ends:%H:%M}"

    def holds(self, at: datetime) -> bool:
        """Whether a moment lies in them, by its own clock."""
        clock = at.time().replace(tzinfo=None)
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends

    def until(self, at: datetime) -> datetime:
        """When those that hold a moment end."""
        day = at.date() + timedelta(days=1 if at.time().replace(tzinfo=None) >= self.ends else 0)
        return datetime.combine(day, self.ends, at.tzinfo)


def quiet_hours(given: str) -> QuietHours:
    """Quiet hours as somebody says them: ``21:30-07:00``. Raises ``QuietHoursError``."""
    found = _HOURS.fullmatch(given.strip().lower())
    try:
        if found is None:
            raise ValueError(given)
        begins, ends = (time.fromisoformat(found[n].zfill(5)) for n in (1, 2))
        if begins == ends:
            raise ValueError(given)
    except ValueError:
        raise QuietHoursError(given.strip()) from None
    return QuietHours(begins, ends)


# ------------------------------------------------------------------------------ RFC 5545


def calendar(reminders: Iterable[Reminder], quiet: QuietHours | None, stamp: datetime) -> str:
    """The reminders as a calendar. ``stamp``: when it was made.

    An alarm that would ring in quiet hours is left out; what it is about stands all the same.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//nook//calendar//EN", "CALSCALE:GREGORIAN"]
    for reminder in reminders:
        lines += _event(reminder, quiet, stamp)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _event(reminder: Reminder, quiet: QuietHours | None, stamp: datetime) -> list[str]:
    # The uid names nothing that stands in the journal, and stays the same when the time moves.
    seed = f"{reminder.id} {reminder.date if reminder.what == 'ritual' else ''}"
    uid = sha256(f"nook calendar {seed}".encode()).hexdigest()[:32]
    lines = ["BEGIN:VEVENT", f"UID:{uid}@nook", f"DTSTAMP:{_utc(stamp)}"]
    if reminder.starts_at is None:
        day = date.fromisoformat(reminder.date)
        lines += [
            f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
            "TRANSP:TRANSPARENT",
        ]
    else:
        starts = datetime.fromisoformat(reminder.starts_at)
        lines.append(f"DTSTART:{_utc(starts)}")
        lines.append(f"DTEND:{_utc(starts + timedelta(minutes=reminder.minutes or 15))}")
    title = escaped(reminder.title)
    lines += [f"SUMMARY:{title}", "CLASS:PRIVATE"]
    if reminder.starts_at is not None:
        rings = datetime.fromisoformat(reminder.starts_at) - timedelta(minutes=ALARM_MINUTES)
        if quiet is None or not quiet.holds(rings):
            lines += [
                "BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{title}",
                f"TRIGGER:-PT{ALARM_MINUTES}M", "END:VALARM",
            ]  # fmt: skip
    return [*lines, "END:VEVENT"]


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """Text as a value (RFC 5545 3.3.11)."""
    text = re.sub(r"\r\n?|\n", "\n", text)
    text = "".join(c for c in text if c in "\n\t" or (ord(c) >= 32 and ord(c) != 127))
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, written)
    return text


def folded(line: str) -> str:
    """A content line in pieces of at most 75 bytes, between characters (RFC 5545 3.1)."""
    pieces, used = [""], 0
    for character in line:
        size = len(character.encode())
        if used + size > _LINE_BYTES:
            pieces.append("")
            used = 1  # the space that begins each further piece
        pieces[-1] += character
        used += size
    return "\r\n ".join(pieces)
