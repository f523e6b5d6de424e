"""Padding to size classes (SPEC 5.5; Padmé: Nikitin et al., PURBs, 2019)."""

from __future__ import annotations

from typing import Final

from inglenook_protocol.errors import Reject, RemoteProtocolError
from inglenook_protocol.limits import MIN_PADDED_BYTES

_LENGTH_BYTES: Final = 4
MAX_CONTENT_BYTES: Final = 258_044
"""The longest content whose sealed body is within ``MAX_BODY_BYTES`` (SPEC 5.5)."""


def padded_length(content_bytes: int) -> int:
    """Length in bytes of the padded plaintext for a content of ``content_bytes``."""
    n = content_bytes + _LENGTH_BYTES
    if n <= MIN_PADDED_BYTES:
        return MIN_PADDED_BYTES
    exponent = n.bit_length() - 1
    low_bits = exponent - exponent.bit_length()
    mask = (1 << low_bits) - 1
    return (n + mask) & ~mask


def pad(content: bytes) -> bytes:
    """The padded plaintext of ``content``, however long."""
    return (len(content).to_bytes(_LENGTH_BYTES, "big") + content).ljust(
        padded_length(len(content)), b"\x00"
    )


def unpad(padded: bytes) -> bytes:
    """The content of a padded plaintext.

    Raises ``RemoteProtocolError`` (padding) for any other length or non-zero padding.
    """
    end = int.from_bytes(padded[:_LENGTH_BYTES], "big") + _LENGTH_BYTES
    if (
        end > len(padded)
        or padded_length(end - _LENGTH_BYTES) != len(padded)
        or padded[end:] != bytes(len(padded) - end)
    ):
        raise RemoteProtocolError(Reject.PADDING, "A sealed entry is not padded as it must be.")
    return padded[_LENGTH_BYTES:end]
