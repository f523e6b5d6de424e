"""Proving a key to a relay without being replayed elsewhere (SPEC 14.3, 14.4)."""

from __future__ import annotations

from typing import Final

from inglenook_protocol import labels
from inglenook_protocol.codec import Bytes32, Record, encode
from inglenook_protocol.signatures import SigningKey, verify

NO_SPACE: Final = bytes(32)
"""Stands for the space when a member asks which spaces it has (SPEC 14.4)."""


class LoginProof(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What is signed: bound to relay, space, signer and one challenge."""

    origin: str
    space: Bytes32
    signer: Bytes32
    nonce: Bytes32


def sign_login(key: SigningKey, origin: str, space: bytes, signer: bytes, nonce: bytes) -> bytes:
    """The answer to a challenge: 64 bytes. ``origin``: scheme://host[:port]."""
    return key.sign(labels.LOGIN_SIG, encode(LoginProof(origin, space, signer, nonce)))


def verify_login(
    public: bytes, origin: str, space: bytes, signer: bytes, nonce: bytes, signature: bytes
) -> bool:
    """Whether the answer to a challenge holds."""
    proof = encode(LoginProof(origin, space, signer, nonce))
    return verify(labels.LOGIN_SIG, public, proof, signature)
