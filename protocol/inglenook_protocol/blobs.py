"""Keys, nonces and ids of blobs (SPEC 19). Room is kept; nothing uses blobs yet."""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from inglenook_protocol import labels
from inglenook_protocol.hashing import h, kdf


def blob_subkey(space_id: bytes, key: bytes) -> bytes:
    """The key that seals a blob's chunks. ``key``: 32 random bytes from inside the event."""
    return kdf(labels.BLOB_SEAL, key, space_id)


def chunk_nonce(index: int, *, last: bool) -> bytes:
    """12 bytes: place and end of a chunk, so none can be moved, dropped or added."""
    return index.to_bytes(8, "big") + bytes(3) + bytes([last])


def seal_chunk(subkey: bytes, index: int, chunk: bytes, *, last: bool) -> bytes:
    """One sealed chunk."""
    return AESGCMSIV(subkey).encrypt(chunk_nonce(index, last=last), chunk, b"")


def blob_id(ciphertext: bytes) -> bytes:
    """32 bytes: the hash of all sealed chunks in order."""
    return h(labels.BLOB_ID, ciphertext)
