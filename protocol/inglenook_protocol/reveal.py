"""Mutual reveal: ids and commitments of a round (SPEC 18)."""

from __future__ import annotations

from datetime import date

from inglenook_protocol import labels
from inglenook_protocol.errors import Reject, RemoteProtocolError
from inglenook_protocol.hashing import h


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


def ready_commitment(opening: bytes, text: str) -> bytes:
    """32 bytes. ``opening``: 32 random bytes, shown with the text (SPEC 18.2)."""
    return h(labels.REVEAL_READY, opening + text.encode("utf-8"))


def check_opened(commitment: bytes, opening: bytes, text: str) -> None:
    """Whether an opened text is what was readied (SPEC 18.5).

    Raises ``RemoteProtocolError`` (malformed-payload) if it is not.
    """
    if ready_commitment(opening, text) != commitment:
        raise RemoteProtocolError(
            Reject.MALFORMED_PAYLOAD, "A revealed text is not the one that was readied."
        )


def opened_nonce(round_: bytes, member_id: bytes) -> bytes:
    """The 16-byte core nonce, so that two own devices write one event (SPEC 18.3)."""
    return h(labels.REVEAL_NONCE, round_ + member_id)[:16]
