"""Mutual reveal: ids and commitments of a round (SPEC 18)."""

from __future__ import annotations

from inglenook_protocol import labels
from inglenook_protocol.hashing import h


def round_id(space_id: bytes, practice: str, iso_week: str) -> bytes:
    """32 bytes. ``iso_week`` is ``YYYY-Www`` in the space's time zone (SPEC 18.1)."""
    return h(
        labels.REVEAL_ROUND,
        space_id + practice.encode("utf-8") + b"\x00" + iso_week.encode("ascii"),
    )


def ready_commitment(opening: bytes, text: str) -> bytes:
    """32 bytes. ``opening``: 32 random bytes, shown with the text (SPEC 18.2)."""
    return h(labels.REVEAL_READY, opening + text.encode("utf-8"))


def opened_nonce(round_: bytes, member_id: bytes) -> bytes:
    """The 16-byte core nonce, so that two own devices write one event (SPEC 18.3)."""
    return h(labels.REVEAL_NONCE, round_ + member_id)[:16]
