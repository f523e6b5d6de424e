"""Which kinds this version knows, and how their payloads are read and written (SPEC 9.4, 13).

A kind's payload is decoded for every event that arrives, so what is wrong with one is looked
for by checks worked out beforehand; decoders are made when their kind is first met, since a
command of a day meets few of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from inglenook_protocol.codec import ascending, decoder, encode
from inglenook_protocol.errors import LocalProtocolError, Reject, RemoteProtocolError
from inglenook_protocol.kinds.agreeing import AGREEING
from inglenook_protocol.kinds.fields import (
    DATE,
    Kind,
    Payload,
    Place,
    breaks_limit,
    checks_of,
    is_date,
)
from inglenook_protocol.kinds.inward import INWARD
from inglenook_protocol.kinds.keeping import KEEPING
from inglenook_protocol.kinds.needing import NEEDING
from inglenook_protocol.kinds.revealing import REVEALING
from inglenook_protocol.kinds.talking import TALKING
from inglenook_protocol.kinds.tending import TENDING
from inglenook_protocol.kinds.words import WORDS, EntityRedacted
from inglenook_protocol.limits import MAX_LINE_BYTES
from inglenook_protocol.message import Message

KINDS: Final[tuple[Kind, ...]] = (
    *WORDS,
    *INWARD,
    *AGREEING,
    *TALKING,
    *NEEDING,
    *TENDING,
    *KEEPING,
    *REVEALING,
)
"""Every kind of SPEC 13, in the order of its tables."""

PAYLOADS: Final[dict[tuple[str, int], type[Payload]]] = {
    (kind.name, kind.version): kind.payload for kind in KINDS
}
"""The type of the payload of each known (kind, version)."""

KIND_BY_PAYLOAD: Final = {payload: kind for kind, payload in PAYLOADS.items()}

CREATING: Final[frozenset[tuple[str, int]]] = frozenset(
    (kind.name, kind.version) for kind in KINDS if kind.creates
)
"""The known kinds that create an entity; all other known ones name theirs (SPEC 13.1)."""

PLACE_BY_KIND: Final[dict[str, Place]] = {kind.name: kind.place for kind in KINDS}
"""In which spaces a kind counts (SPEC 13.4)."""

REDACTION: Final = ("entity.redacted", 1)

_DECODERS: Final[dict[tuple[str, int], Callable[[bytes], Payload]]] = {}

_CHECKS: Final = {payload: checks_of(payload) for payload in PAYLOADS.values()}
# What a payload can still have wrong when it is shorter, encoded, than any text's limit.
_CHECKS_WHEN_SHORT: Final = {
    payload: [check for check in checks if check[1] == DATE] for payload, checks in _CHECKS.items()
}


def _decoder(kind: tuple[str, int]) -> Callable[[bytes], Payload] | None:
    payload = PAYLOADS.get(kind)
    if payload is None:
        return None
    made: Callable[[bytes], Payload] = decoder(payload, kind[0])
    return _DECODERS.setdefault(kind, made)


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
        # Nearly every payload has a date and is short: it is looked at here, without a call more.
        if limit == DATE:
            if value is not None and not is_date(value):
                return field
        elif breaks_limit(value, limit):
            return field
    return ""


def decode_payload(kind: str, kind_version: int, payload: bytes) -> Payload | None:
    """The payload of a known kind; None for one that this version does not know.

    Raises ``RemoteProtocolError`` (malformed-payload).
    """
    decode = _DECODERS.get((kind, kind_version)) or _decoder((kind, kind_version))
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
LONGER: Final = {
    "text": "The text is longer than {limit} KiB.",
    "note": "The note is longer than {limit} KiB.",
    "name": "The name is longer than {limit} KiB.",
    "tags": "One of the tags is longer than {limit} KiB.",
    "feelings": "One of the feelings is longer than {limit} KiB.",
    "noticed": "What you noticed is longer than {limit} KiB.",
    "effect": "What it did is longer than {limit} KiB.",
    "would_help": "What would help is longer than {limit} KiB.",
    "losses": "What was lost is longer than {limit} KiB.",
    "needs": "What you need is longer than {limit} KiB.",
    "stresses": "What weighs on you is longer than {limit} KiB.",
    "curious": "What you are curious about is longer than {limit} KiB.",
    "happened": "What happened is longer than {limit} KiB.",
    "in_the_way": "What got in the way is longer than {limit} KiB.",
    "own_part": "Your own part is longer than {limit} KiB.",
    "idea": "The idea is longer than {limit} KiB.",
    "parts": "One of the answers is longer than {limit} KiB.",
    "rules": "One of the rules is longer than {limit} KiB.",
    "practices": "One of the practices is longer than {limit} KiB.",
    "what": "What the step is is longer than {limit} KiB.",
    "enough": "What is enough is longer than {limit} KiB.",
    "topic": "The topic is longer than {limit} KiB.",
    "observation": "What you saw is longer than {limit} KiB.",
    "feeling": "What you felt is longer than {limit} KiB.",
    "wish": "What you would welcome is longer than {limit} KiB.",
    "appreciation": "The appreciation is longer than {limit} KiB.",
    "next_step": "The next step is longer than {limit} KiB.",
    "plan": "The plan is longer than {limit} KiB.",
    "need": "The need is longer than {limit} KiB.",
    "why": "Why it matters is longer than {limit} KiB.",
    "words": "The description is longer than {limit} KiB.",
    "together": "Who brings what is longer than {limit} KiB.",
    "memory": "What you remember is longer than {limit} KiB.",
    "boundary": "The words for the boundary are longer than {limit} KiB.",
    "fallback": "What fits into five minutes is longer than {limit} KiB.",
    "title": "The title is longer than {limit} KiB.",
    "photo": "The photo's description is longer than {limit} KiB.",
    "attachments": "One of the photos' descriptions is longer than {limit} KiB.",
}
"""What a person reads of a field that holds too much."""

UNSAID: Final = ("was", "reaction", "practice")
"""Fields that no person types."""


def encode_payload(payload: Payload) -> bytes:
    """The bytes of a payload made here.

    Raises ``LocalProtocolError`` with the next step if a reader would refuse it.
    """
    encoded = encode(payload)
    field = flaw(payload, len(encoded))
    if field:
        limit = max(MAX_LINE_BYTES, dict(_CHECKS[type(payload)]).get(field, 0))
        is_date = (field, DATE) in _CHECKS[type(payload)]
        message, step = _TOO_LONG.get(
            "date" if is_date else field,
            (
                Message(LONGER.get(field, _LINE_TOO_LONG), limit=limit // 1024),
                "Shorten it, or write it as two entries.",
            ),
        )
        raise LocalProtocolError(message, step)
    kind = KIND_BY_PAYLOAD[type(payload)]
    try:
        decode_payload(*kind, encoded)
    except RemoteProtocolError:
        raise LocalProtocolError(
            "This does not fit what such an entry can hold.", "Look at the command's help."
        ) from None
    return encoded
