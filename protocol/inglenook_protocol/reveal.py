"""Mutual reveal: ids, halves and commitments of a round (SPEC 18)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from inglenook_protocol import labels
from inglenook_protocol.codec import Bytes32, Record, decoder, encode_checked
from inglenook_protocol.errors import LocalProtocolError, Reject, RemoteProtocolError
from inglenook_protocol.hashing import h
from inglenook_protocol.hlc import Hlc, tick
from inglenook_protocol.kinds.fields import Line, Parts, breaks_limit, checks_of
from inglenook_protocol.limits import MAX_TEXT_BYTES


class HalfRecord(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What one of the two says in a round (SPEC 18.2)."""

    practice: Line
    week: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-W[0-9]{2}\Z")]
    about: Bytes32 | None
    parts: Parts


_decode_half = decoder(HalfRecord, "half of a reveal")
_CHECKS = checks_of(HalfRecord)


def decode_half(half: bytes) -> HalfRecord:
    """Raises ``RemoteProtocolError`` (malformed)."""
    record = _decode_half(half)
    if any(breaks_limit(getattr(record, field), limit) for field, limit in _CHECKS):
        raise RemoteProtocolError(Reject.MALFORMED, "A revealed text has a part beyond limits.")
    return record


def encode_half(record: HalfRecord) -> bytes:
    """The bytes that are committed to. Raises ``LocalProtocolError`` if they would be too many."""
    encoded = encode_checked(record, "half of a reveal")
    too_long = any(breaks_limit(getattr(record, field), limit) for field, limit in _CHECKS)
    if too_long or len(encoded) > MAX_TEXT_BYTES:
        raise LocalProtocolError(
            "This is longer than one half of a review can hold.",
            "Shorten it, or write a part of it as an entry.",
        )
    return encoded


def iso_week(day: date) -> str:
    """``YYYY-Www`` of a day: the week belongs to the year that holds its Thursday."""
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def round_id(space_id: bytes, practice: str, iso_week: str) -> bytes:
    """32 bytes. ``iso_week`` is ``YYYY-Www`` in the space's time zone (SPEC 18.1)."""
    return h(
        labels.REVEAL_ROUND,
        space_id + practice.encode("utf-8") + b"\x00" + iso_week.encode("ascii"),
    )


def ready_commitment(opening: bytes, half: bytes) -> bytes:
    """32 bytes. ``opening``: 32 random bytes, shown with the half (SPEC 18.2)."""
    return h(labels.REVEAL_READY, opening + half)


def check_opened(commitment: bytes, opening: bytes, half: bytes) -> None:
    """Whether an opened half is what was readied (SPEC 18.5).

    Raises ``RemoteProtocolError`` (malformed-payload) if it is not.
    """
    if ready_commitment(opening, half) != commitment:
        raise RemoteProtocolError(
            Reject.MALFORMED_PAYLOAD, "A revealed text is not the one that was readied."
        )


def opened_nonce(round_: bytes, member_id: bytes) -> bytes:
    """The 16-byte core nonce, so that two own devices write one event (SPEC 18.3)."""
    return h(labels.REVEAL_NONCE, round_ + member_id)[:16]


def opened_hlc(one: Hlc, other: Hlc) -> Hlc:
    """The clock of a ``reveal.opened``, from those of the two ``reveal.ready`` (SPEC 18.3)."""
    return tick(one, other, 0)
