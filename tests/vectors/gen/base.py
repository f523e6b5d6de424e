"""Primitives of sections 1 to 5, padding, and fixed pseudo-random input."""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Sequence
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV

SEED = b"inglenook test vectors, version 1"
PREFIX = b"inglenook/1/"

# The table of section 2, in its order.
LABELS = [
    "member-id",
    "space-id",
    "device-id",
    "root-sign",
    "root-kem",
    "private-salt",
    "body-hash",
    "envelope-id",
    "envelope-sig",
    "statement-id",
    "statement-sig",
    "roster-hash",
    "erasures-hash",
    "key-id",
    "event-seal",
    "epoch-seal",
    "key-wrap",
    "event-id",
    "timeline",
    "login-sig",
    "invite-reader",
    "invite-owner",
    "invite-seal",
    "pair-commit",
    "pair-salt",
    "pair-words",
    "pair-confirm",
    "link-commit",
    "link-words",
    "link-confirm",
    "reveal-round",
    "reveal-ready",
    "reveal-nonce",
    "blob-id",
    "blob-seal",
]

MAX_BODY_BYTES = 262144
MIN_PADDED_BYTES = 512
MAX_SEQ = 2**53 - 1
ZERO = bytes(32)


def draw(name: str, size: int = 32) -> bytes:
    """Fixed pseudo-random bytes: SHA-256 over seed, name and a counter."""
    out = b""
    for counter in range((size + 31) // 32):
        out += hashlib.sha256(
            SEED + b"\0" + name.encode() + b"\0" + struct.pack(">I", counter)
        ).digest()
    return out[:size]


def u8(value: int) -> bytes:
    return struct.pack(">B", value)


def u32(value: int) -> bytes:
    return struct.pack(">I", value)


def u64(value: int) -> bytes:
    return struct.pack(">Q", value)


def tag(label: str) -> bytes:
    if label not in LABELS:
        raise ValueError(label)
    return PREFIX + label.encode() + b"\0"


def h(label: str, message: bytes) -> bytes:
    return hashlib.sha256(tag(label) + message).digest()


def kdf(label: str, key: bytes, context: bytes) -> bytes:
    extracted = hmac.new(bytes(32), key, hashlib.sha256).digest()
    return hmac.new(extracted, tag(label) + context + b"\x01", hashlib.sha256).digest()


@cache
def ed_public(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


@cache
def sign(label: str, seed: bytes, message: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).sign(tag(label) + message)


@cache
def holds(label: str, public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature holds; small-order keys are the caller's matter."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, tag(label) + message)
    except (InvalidSignature, ValueError):
        return False
    return True


def seal(key: bytes, nonce: bytes, plaintext: bytes, aad: bytes) -> bytes:
    return AESGCMSIV(key).encrypt(nonce, plaintext, aad)


# --- X-Wing and HPKE (1.6, 1.7)


def _xwing(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    expanded = hashlib.shake_256(seed).digest(96)
    return (
        MLKEM768PrivateKey.from_seed_bytes(expanded[:64]),
        X25519PrivateKey.from_private_bytes(expanded[64:]),
    )


@cache
def kem_public(seed: bytes) -> bytes:
    lattice, curve = _xwing(seed)
    return lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()


def wrap_make(public: bytes, info: bytes, key: bytes) -> bytes:
    """The one operation here that draws entropy: its results are frozen in wraps.json."""
    suite = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    recipient = hpke.MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(public[:1184]),
        X25519PublicKey.from_public_bytes(public[1184:]),
    )
    return suite.encrypt(key, recipient, info)


def wrap_open(seed: bytes, info: bytes, wrap: bytes) -> bytes:
    """HPKE base mode by hand: X-Wing combiner, key schedule of RFC 9180, AES-256-GCM."""
    lattice, curve = _xwing(seed)
    enc, sealed = wrap[:1120], wrap[1120:]
    from_lattice = lattice.decapsulate(enc[:1088])
    from_curve = curve.exchange(X25519PublicKey.from_public_bytes(enc[1088:]))
    shared = hashlib.sha3_256(
        from_lattice + from_curve + enc[1088:] + kem_public(seed)[1184:] + b"\\.//^\\"
    ).digest()
    suite = b"HPKE" + bytes.fromhex("647a00010002")

    def extract(salt: bytes, label: bytes, ikm: bytes) -> bytes:
        salt = salt or bytes(32)
        return hmac.new(salt, b"HPKE-v1" + suite + label + ikm, hashlib.sha256).digest()

    def expand(secret: bytes, label: bytes, context: bytes, size: int) -> bytes:
        info = struct.pack(">H", size) + b"HPKE-v1" + suite + label + context
        return hmac.new(secret, info + b"\x01", hashlib.sha256).digest()[:size]

    context = b"\0" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    secret = extract(shared, b"secret", b"")
    key = expand(secret, b"key", context, 32)
    nonce = expand(secret, b"base_nonce", context, 12)
    return AESGCM(key).decrypt(nonce, sealed, b"")


# --- Envelopes (5)


def prefix(
    space: bytes, device: bytes, seq: int, previous: bytes, key_id: bytes, flags: int = 0
) -> bytes:
    return u8(1) + u8(flags) + space + device + u64(seq) + previous + key_id


def header(start: bytes, body: bytes) -> bytes:
    return start + h("body-hash", body)


def padded_length(content_length: int) -> int:
    n = 4 + content_length
    if n <= MIN_PADDED_BYTES:
        return MIN_PADDED_BYTES
    exponent = 0
    while 2 ** (exponent + 1) <= n:
        exponent += 1
    bits = 0
    while 2 ** (bits + 1) <= exponent:
        bits += 1
    step: int = 2 ** (exponent - (bits + 1))
    return -(-n // step) * step


def pad(content: bytes) -> bytes:
    return (u32(len(content)) + content).ljust(padded_length(len(content)), b"\0")


def event_body(key: bytes, space: bytes, nonce: bytes, start: bytes, padded: bytes) -> bytes:
    return nonce + seal(kdf("event-seal", key, space), nonce, padded, start)


def key_id(space: bytes, key: bytes) -> bytes:
    return h("key-id", space + key)


# --- The curve, only as far as small-order keys need it (1.4)

_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
_ORDER = 2**252 + 27742317777372353535851937790883648493
Point = tuple[int, int]


def _add(a: Point, b: Point) -> Point:
    t = _D * a[0] * b[0] * a[1] * b[1] % _P
    x = (a[0] * b[1] + a[1] * b[0]) * pow(1 + t, -1, _P) % _P
    y = (a[1] * b[1] + a[0] * b[0]) * pow(1 - t, -1, _P) % _P
    return x, y


def _times(scalar: int, point: Point) -> Point:
    out: Point = (0, 1)
    while scalar:
        if scalar & 1:
            out = _add(out, point)
        point = _add(point, point)
        scalar >>= 1
    return out


def _lift(y: int) -> Point | None:
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    return None if (x * x - square) % _P else (x, y)


def _encode(point: Point) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


@cache
def small_order_keys() -> Sequence[bytes]:
    """The encodings of the eight points of small order, found rather than copied."""
    y = 3
    while True:
        point = _lift(y)
        y += 1
        if point is None:
            continue
        torsion = _times(_ORDER, point)
        if _times(4, torsion) != (0, 1):
            return sorted(_encode(_times(i, torsion)) for i in range(8))


def non_canonical_keys() -> dict[str, bytes]:
    """Encodings that RFC 8032 decoding refuses but lenient decoders take."""
    out: dict[str, bytes] = {}
    for excess in range(19):
        point = _lift(excess)
        if point is not None:
            out[f"y = p + {excess}"] = (_P + excess).to_bytes(32, "little")
    out["y = p, sign bit"] = (_P | 1 << 255).to_bytes(32, "little")
    out["y = p + 1, sign bit"] = (_P + 1 | 1 << 255).to_bytes(32, "little")
    return out


def sign_bit_keys() -> dict[str, bytes]:
    """x = 0 with the sign bit set: y is below p, the encoding is still not canonical."""
    return {
        "y = 1, sign bit": (1 | 1 << 255).to_bytes(32, "little"),
        "y = -1, sign bit": (_P - 1 | 1 << 255).to_bytes(32, "little"),
    }
