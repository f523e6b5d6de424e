"""What payloads are made of: the types of their fields, and their limits (SPEC 3, 13.1)."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Final, Literal, NamedTuple

import msgspec

from inglenook_protocol.codec import Bytes32, Natural, Record
from inglenook_protocol.limits import (
    MAX_ATTACHMENTS,
    MAX_CADENCE_BYTES,
    MAX_CLOCK_APART_MS,
    MAX_FEELINGS,
    MAX_LINE_BYTES,
    MAX_MINUTES,
    MAX_PARTS,
    MAX_RULES,
    MAX_TAGS,
    MAX_TEXT_BYTES,
    MAX_ZONE_BYTES,
)

# Lengths are limited in bytes (checked in ``flaw``); the types bound what is decoded at all.
Text = Annotated[str, msgspec.Meta(max_length=MAX_TEXT_BYTES)]
Said = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_TEXT_BYTES)]
Line = Annotated[str, msgspec.Meta(max_length=MAX_LINE_BYTES)]
Named = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_LINE_BYTES)]
DateText = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
Tags = Annotated[list[Line], msgspec.Meta(max_length=MAX_TAGS)]
Feelings = Annotated[list[Line], msgspec.Meta(max_length=MAX_FEELINGS)]
Rules = Annotated[list[Named], msgspec.Meta(min_length=1, max_length=MAX_RULES)]
Energy = Annotated[int, msgspec.Meta(ge=1, le=5)]
Minutes = Annotated[int, msgspec.Meta(ge=1, le=MAX_MINUTES)]
ClockApart = Annotated[int, msgspec.Meta(ge=-MAX_CLOCK_APART_MS, le=MAX_CLOCK_APART_MS)]
TimeOfDay = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z")]
Half = Annotated[bytes, msgspec.Meta(max_length=MAX_TEXT_BYTES)]
Zone = Annotated[
    str,
    msgspec.Meta(
        max_length=MAX_ZONE_BYTES, pattern=r"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*\Z"
    ),
]

_DAY = "(MO|TU|WE|TH|FR|SA|SU)"
_EVERY = "(;INTERVAL=([2-9]|[1-9][0-9]))?"
Cadence = Annotated[
    str,
    msgspec.Meta(
        max_length=MAX_CADENCE_BYTES,
        pattern=(
            f"^(FREQ=DAILY{_EVERY}"
            f"|FREQ=WEEKLY{_EVERY}(;BYDAY={_DAY}(,{_DAY}){{0,6}})?"
            rf"|FREQ=MONTHLY{_EVERY}(;BYDAY=(-1|[1-4]){_DAY}|;BYMONTHDAY=([1-9]|[12][0-9]|3[01]))?)\Z"
        ),
    ),
]
"""The subset of RFC 5545 recurrence rules that is written here (SPEC 13.6)."""

Form = Literal["moment", "progress"]
Mode = Literal["one-device", "two-devices", "afterwards"]
Voice = Literal["own", "other"]
Wanted = Literal["listen", "comfort", "talk", "no-reply"]
Who = Literal["writer", "other", "both"]
Pinned = Literal["photo", "note", "symbol"]


class Payload(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Base of all payloads."""


class Part(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One answer of several: the name of what was asked, and the words."""

    name: Line
    text: Text


class Attachment(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A blob that belongs to an entry (SPEC 13.12, 19): its id, its key, what it is."""

    blob: Bytes32
    key: Bytes32
    size: Natural
    media: Line
    words: Line
    """What is to be seen, for those who can't see it."""


Parts = Annotated[list[Part], msgspec.Meta(max_length=MAX_PARTS)]
Attachments = Annotated[list[Attachment], msgspec.Meta(max_length=MAX_ATTACHMENTS)]

Place = Literal["any", "private", "shared"]


class Kind(NamedTuple):
    """One (kind, version) of SPEC 13: what it carries, whether it creates, where it counts."""

    name: str
    version: int
    payload: type[Payload]
    creates: bool
    place: Place


_BYTES_BY_ANNOTATION: Final = {
    "Text": MAX_TEXT_BYTES,
    "Said": MAX_TEXT_BYTES,
    "Line": MAX_LINE_BYTES,
    "Named": MAX_LINE_BYTES,
}
_LINE_LISTS: Final = ("Tags", "Feelings", "Rules")
_RECORDS: Final = ("Parts", "Attachments", "Attachments | None", "Attachment | None")
_DATES: Final = ("DateText", "DateText | None")

DATE: Final = -1
LINES: Final = -2
RECORDS: Final = -3


def checks_of(payload: type[msgspec.Struct]) -> list[tuple[str, int]]:
    """Fields to look at, each with its limit in bytes or what else it is.

    Annotations are strings here, so this reads a table, which costs nothing at start-up.
    """
    found = []
    for field in payload.__struct_fields__:
        said = str(payload.__annotations__[field])
        if said in _BYTES_BY_ANNOTATION:
            found.append((field, _BYTES_BY_ANNOTATION[said]))
        elif said in _DATES:
            found.append((field, DATE))
        elif said in _LINE_LISTS:
            found.append((field, LINES))
        elif said in _RECORDS:
            found.append((field, RECORDS))
    return found


@lru_cache(maxsize=4096)
def is_date(text: str) -> bool:
    """Whether the calendar has it."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def too_long(text: str, limit: int) -> bool:
    """Whether a text takes more than ``limit`` bytes."""
    # A character takes at most four bytes: most texts need no encoding to know.
    return len(text) * 4 > limit and len(text.encode()) > limit


_RECORD_CHECKS: Final[dict[type, list[tuple[str, int]]]] = {
    record: checks_of(record) for record in (Part, Attachment)
}


def breaks_limit(value: object, limit: int) -> bool:
    """Whether a field's value is beyond what ``checks_of`` said of it."""
    if limit >= 0:
        return too_long(str(value), limit)
    if value is None:
        return False
    if limit == DATE:
        return not is_date(str(value))
    items: list[Any] = value if isinstance(value, list) else [value]
    if limit == LINES:
        return any(too_long(line, MAX_LINE_BYTES) for line in items)
    return any(
        breaks_limit(getattr(record, field), bound)
        for record in items
        for field, bound in _RECORD_CHECKS[type(record)]
    )
