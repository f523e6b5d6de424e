"""Ed25519 over labelled messages, with weak keys refused (SPEC 1.4, RFC 8032)."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from inglenook_protocol.errors import Reject, TrustError

_P: Final = 2**255 - 19

SMALL_ORDER_KEYS: Final[frozenset[bytes]] = frozenset(
    bytes.fromhex(encoding)
    for encoding in (
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    )
)
"""The eight points of small order. The library accepts one of them as a key."""

# x = 0 with the sign bit set: two more encodings of points above, refused by RFC 8032.
_NEGATIVE_ZERO: Final = frozenset(
    bytes.fromhex(encoding)
    for encoding in (
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    )
)


def check_public_key(key: bytes) -> None:
    """Refuse a signing key that must never be trusted.

    ``key``: 32 bytes. Raises ``TrustError`` (small-order-key).
    """
    y = int.from_bytes(key, "little") & (2**255 - 1)
    if len(key) != 32 or y >= _P or key in SMALL_ORDER_KEYS or key in _NEGATIVE_ZERO:
        raise TrustError(Reject.SMALL_ORDER_KEY, "A signing key that arrived cannot be trusted.")


@lru_cache(maxsize=256)
def _public(key: bytes) -> Ed25519PublicKey:
    check_public_key(key)
    return Ed25519PublicKey.from_public_bytes(key)


def verify(label: bytes, public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` (64 bytes) is by ``public_key`` over the labelled message.

    A weak or impossible key verifies nothing.
    """
    try:
        _public(public_key).verify(signature, label + message)
    except (InvalidSignature, TrustError, ValueError):
        return False
    return True


class SigningKey:
    """An Ed25519 private key that does not show itself."""

    __slots__ = ("_key", "public")

    def __init__(self, seed: bytes) -> None:
        """``seed``: 32 random or derived bytes."""
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public: bytes = self._key.public_key().public_bytes_raw()

    def sign(self, label: bytes, message: bytes) -> bytes:
        """SIGN(L, k, m): 64 bytes."""
        return self._key.sign(label + message)

    def __repr__(self) -> str:
        return f"SigningKey(public={self.public.hex()[:8]}…)"
