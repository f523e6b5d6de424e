"""Labelled hash and key derivation (SPEC 1.3, 1.5)."""

from __future__ import annotations

from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def h(label: bytes, message: bytes) -> bytes:
    """H(L, m): 32 bytes. ``label`` comes from ``labels`` and ends in its separator."""
    return sha256(label + message).digest()


def kdf(label: bytes, key: bytes, context: bytes) -> bytes:
    """KDF(L, key, context): 32 bytes (HKDF-SHA-256, RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=label + context).derive(key)
