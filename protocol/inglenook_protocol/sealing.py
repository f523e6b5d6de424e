"""Sealing and opening bodies under an epoch key (SPEC 5.4, 8.1)."""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from inglenook_protocol import labels
from inglenook_protocol.errors import LocalProtocolError, Reject, RemoteProtocolError, TrustError
from inglenook_protocol.hashing import h, kdf
from inglenook_protocol.padding import MAX_CONTENT_BYTES, pad, unpad

NONCE_BYTES: Final = 12
SEAL_BYTES: Final = NONCE_BYTES + 16
"""What sealing adds to a plaintext: nonce and tag."""


def key_id_of(space_id: bytes, key: bytes) -> bytes:
    """The commitment to an epoch key: 32 bytes (SPEC 8.1)."""
    return h(labels.KEY_ID, space_id + key)


class Sealer:
    """AES-256-GCM-SIV with the nonce in front (RFC 8452, SPEC 1.8)."""

    __slots__ = ("_aead",)

    def __init__(self, subkey: bytes) -> None:
        """``subkey``: 32 bytes, derived for one purpose."""
        self._aead = AESGCMSIV(subkey)

    def seal(self, nonce: bytes, plaintext: bytes, aad: bytes) -> bytes:
        """nonce (12 bytes) || ciphertext and tag."""
        return nonce + self._aead.encrypt(nonce, plaintext, aad)

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """The plaintext. Raises ``TrustError`` (bad-seal)."""
        try:
            return self._aead.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
        except (InvalidTag, ValueError):
            raise TrustError(Reject.BAD_SEAL, "A sealed entry does not open.") from None

    def __repr__(self) -> str:
        return "Sealer(…)"


class EpochKey:
    """One epoch key with its commitment and its two sealers."""

    __slots__ = ("_epoch", "_event", "key", "key_id")

    def __init__(self, space_id: bytes, key: bytes) -> None:
        """``key``: 32 bytes."""
        self.key = key
        self.key_id = key_id_of(space_id, key)
        self._event = Sealer(kdf(labels.EVENT_SEAL, key, space_id))
        self._epoch = Sealer(kdf(labels.EPOCH_SEAL, key, space_id))

    def seal_event(self, nonce: bytes, content: bytes, prefix: bytes) -> bytes:
        """An event body (SPEC 5.4).

        Raises ``LocalProtocolError`` (too-large) if it would be above ``MAX_BODY_BYTES``.
        """
        if len(content) > MAX_CONTENT_BYTES:
            raise LocalProtocolError(
                "This is too long for one entry.",
                "Shorten it, or write it as two entries.",
                reject=Reject.TOO_LARGE,
            )
        return self._event.seal(nonce, pad(content), prefix)

    def open_event(self, body: bytes, prefix: bytes) -> bytes:
        """The content of an event body.

        Raises ``TrustError`` (bad-seal) or ``RemoteProtocolError`` (padding).
        """
        return unpad(self._event.open(body, prefix))

    def seal_epoch(self, nonce: bytes, payload: bytes, prefix: bytes) -> bytes:
        """The sealed part of a key envelope (SPEC 8.2)."""
        return self._epoch.seal(nonce, payload, prefix)

    def open_epoch(self, sealed: bytes, prefix: bytes) -> bytes:
        """The payload of a key envelope. Raises ``TrustError`` (bad-seal)."""
        return self._epoch.open(sealed, prefix)

    def __repr__(self) -> str:
        return f"EpochKey({self.key_id.hex()[:8]}…)"


__all__ = ["EpochKey", "RemoteProtocolError", "Sealer", "key_id_of"]
