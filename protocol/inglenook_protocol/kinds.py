"""Payloads of the event kinds of this version (SPEC 13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Annotated, Final, Literal

import msgspec

from inglenook_protocol.codec import Bytes32, Record, Ref, ascending, decoder, encode
from inglenook_protocol.errors import LocalProtocolError, Reject, RemoteProtocolError
from inglenook_protocol.limits import (
    MAX_ERASED,
    MAX_FEELINGS,
    MAX_LINE_BYTES,
    MAX_TAGS,
    MAX_TEXT_BYTES,
)
from inglenook_protocol.message import Message

# Lengths are limited in bytes (checked in _check); the types bound what is decoded at all.
Text = Annotated[str, msgspec.Meta(max_length=MAX_TEXT_BYTES)]
Line = Annotated[str, msgspec.Meta(max_length=MAX_LINE_BYTES)]
DateText = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
Tags = Annotated[list[Line], msgspec.Meta(max_length=MAX_TAGS)]
Feelings = Annotated[list[Line], msgspec.Meta(max_length=MAX_FEELINGS)]
Energy = Annotated[int, msgspec.Meta(ge=1, le=5)]
Form = Literal["moment", "progress"]

REACTIONS: Final = ("warm", "smile", "hug", "thanks", "with-you")
"""Names of the reactions that this version offers (SPEC 13.3)."""


class Payload(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Base of all payloads."""


class MemberIntroduced(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A member says how they are called here."""

    name: Line


class EntryWritten(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A moment or a sign of progress. ``beside``: another account of the same moment."""

    form: Form
    text: Text
    date: DateText
    tags: Tags
    beside: Bytes32 | None


class EntryEdited(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The author's new words for an entry."""

    text: Text
    date: DateText
    tags: Tags


class ReplyWritten(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A reply to an entity."""

    to: Bytes32
    text: Text


class ReplyEdited(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The author's new words for a reply."""

    text: Text


class ReactionGiven(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A warm reaction to an entity."""

    to: Bytes32
    reaction: Line


class ReactionTakenBack(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The author took a reaction back."""


class CheckInMade(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """How someone is: feelings, energy from 1 to 5 or unsaid, what would help."""

    feelings: Feelings
    energy: Energy | None
    note: Text
    would_help: Line
    date: DateText


class CheckInEdited(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A check-in said anew by its author."""

    feelings: Feelings
    energy: Energy | None
    note: Text
    would_help: Line
    date: DateText


class AppreciationNoticed(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What the receiver of a kindness noticed, and what it did."""

    noticed: Text
    effect: Text
    date: DateText


class AppreciationEdited(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """An appreciation said anew by its author."""

    noticed: Text
    effect: Text
    date: DateText


class EntityRedacted(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The author withdraws events (SPEC 12.1): event ids, and the envelopes that hold them."""

    events: Annotated[list[Bytes32], msgspec.Meta(min_length=1, max_length=MAX_ERASED)]
    refs: Annotated[list[Ref], msgspec.Meta(min_length=1, max_length=MAX_ERASED)]
    was: Line
    date: DateText


class DeviceNamed(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What the owner calls a computer, and which devices it is; only in the private space."""

    device: Bytes32
    shared: Bytes32 | None
    name: Line


PAYLOADS: Final[dict[tuple[str, int], type[Payload]]] = {
    ("member.introduced", 1): MemberIntroduced,
    ("entry.written", 1): EntryWritten,
    ("entry.edited", 1): EntryEdited,
    ("reply.written", 1): ReplyWritten,
    ("reply.edited", 1): ReplyEdited,
    ("reaction.given", 1): ReactionGiven,
    ("reaction.taken_back", 1): ReactionTakenBack,
    ("check_in.made", 1): CheckInMade,
    ("check_in.edited", 1): CheckInEdited,
    ("appreciation.noticed", 1): AppreciationNoticed,
    ("appreciation.edited", 1): AppreciationEdited,
    ("device.named", 1): DeviceNamed,
    ("entity.redacted", 1): EntityRedacted,
}
"""The type of the payload of each known (kind, version)."""

KIND_BY_PAYLOAD: Final = {payload: kind for kind, payload in PAYLOADS.items()}

CREATING: Final[frozenset[tuple[str, int]]] = frozenset(
    {
        ("member.introduced", 1),
        ("entry.written", 1),
        ("reply.written", 1),
        ("reaction.given", 1),
        ("check_in.made", 1),
        ("appreciation.noticed", 1),
        ("device.named", 1),
    }
)
"""The known kinds that create an entity; all other known ones name theirs (SPEC 13.1)."""

REDACTION: Final = ("entity.redacted", 1)

_DECODERS: Final[dict[tuple[str, int], Callable[[bytes], Payload]]] = {
    kind: decoder(payload, kind[0]) for kind, payload in PAYLOADS.items()
}


# Which fields hold texts, lines, lists of lines, dates: worked out once from the names.
_TEXT_FIELDS: Final = {
    "text": MAX_TEXT_BYTES,
    "note": MAX_TEXT_BYTES,
    "noticed": MAX_TEXT_BYTES,
    "effect": MAX_TEXT_BYTES,
    "name": MAX_LINE_BYTES,
    "reaction": MAX_LINE_BYTES,
    "would_help": MAX_LINE_BYTES,
    "was": MAX_LINE_BYTES,
}
_LINE_LISTS: Final = ("tags", "feelings")


def _checks(payload: type[Payload]) -> list[tuple[str, int]]:
    return [
        (f, _TEXT_FIELDS.get(f, -1))
        for f in payload.__struct_fields__
        if f in _TEXT_FIELDS or f in _LINE_LISTS or f == "date"
    ]


_CHECKS: Final = {payload: _checks(payload) for payload in PAYLOADS.values()}
# What a payload can still have wrong when it is shorter, encoded, than any text's limit.
_CHECKS_WHEN_SHORT: Final = {
    payload: [check for check in checks if check[0] == "date"]
    for payload, checks in _CHECKS.items()
}


@lru_cache(maxsize=4096)
def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def flaw(payload: Payload, encoded_bytes: int) -> str:
    """The field of a payload that goes beyond its limit, or "" (SPEC 3, 13).

    ``encoded_bytes``: the length of its encoding. Most are so short that no text needs a look.
    """
    if isinstance(payload, EntityRedacted):
        for name, items in (("events", payload.events), ("refs", payload.refs)):
            if not ascending(items):
                return name
    checks = _CHECKS_WHEN_SHORT if encoded_bytes <= MAX_LINE_BYTES else _CHECKS
    for field, limit in checks[type(payload)]:
        value = getattr(payload, field)
        if field == "date":
            if not _is_date(value):
                return field
        elif limit >= 0:
            # A character takes at most four bytes: most texts need no encoding to know.
            if len(value) * 4 > limit and len(value.encode()) > limit:
                return field
        elif value and max(len(line.encode()) for line in value) > MAX_LINE_BYTES:
            return field
    return ""


def decode_payload(kind: str, kind_version: int, payload: bytes) -> Payload | None:
    """The payload of a known kind; None for one that this version does not know.

    Raises ``RemoteProtocolError`` (malformed-payload).
    """
    decode = _DECODERS.get((kind, kind_version))
    if decode is None:
        return None
    try:
        value = decode(payload)
    except RemoteProtocolError as error:
        raise RemoteProtocolError(Reject.MALFORMED_PAYLOAD, error.message) from None
    if flaw(value, len(payload)):
        raise RemoteProtocolError(Reject.MALFORMED_PAYLOAD, "An entry has a field beyond limits.")
    return value


_TOO_LONG: Final = {
    "date": ("This is not a date of the calendar.", "Write it as year-month-day."),
    "events": ("A redaction names its events in order, each once.", ""),
    "refs": ("A redaction names its envelopes in order, each once.", ""),
}


_LINE_TOO_LONG: Final = "A line is longer than {limit} KiB."
_LONGER: Final = {
    "text": "The text is longer than {limit} KiB.",
    "note": "The note is longer than {limit} KiB.",
    "noticed": "What you noticed is longer than {limit} KiB.",
    "effect": "What it did is longer than {limit} KiB.",
    "name": "The name is longer than {limit} KiB.",
    "would_help": "What would help is longer than {limit} KiB.",
    "tags": "One of the tags is longer than {limit} KiB.",
    "feelings": "One of the feelings is longer than {limit} KiB.",
}


def encode_payload(payload: Payload) -> bytes:
    """The bytes of a payload made here.

    Raises ``LocalProtocolError`` with the next step if a reader would refuse it.
    """
    encoded = encode(payload)
    field = flaw(payload, len(encoded))
    if field:
        limit = _TEXT_FIELDS.get(field, MAX_LINE_BYTES)
        message, step = _TOO_LONG.get(
            field,
            (
                Message(_LONGER.get(field, _LINE_TOO_LONG), limit=limit // 1024),
                "Shorten it, or write it as two entries.",
            ),
        )
        raise LocalProtocolError(message, step)
    kind = KIND_BY_PAYLOAD[type(payload)]
    try:
        _DECODERS[kind](encoded)
    except RemoteProtocolError:
        raise LocalProtocolError(
            "This does not fit what such an entry can hold.", "Look at the command's help."
        ) from None
    return encoded
