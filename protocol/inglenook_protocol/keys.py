"""Secret keys of members and devices: the phrase's roots, KEM keys, wraps (SPEC 1.6, 1.7, 4)."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import shake_256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import (
    MLKEM768PrivateKey,
    MLKEM768PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)

from inglenook_protocol import labels
from inglenook_protocol.errors import Reject, TrustError
from inglenook_protocol.genesis import (
    DeviceInfo,
    Genesis,
    RootPublic,
    SpaceKind,
    device_info,
    make_genesis,
)
from inglenook_protocol.hashing import kdf
from inglenook_protocol.signatures import SigningKey

ENTROPY_BYTES: Final = 32
WRAP_BYTES: Final = 1168
_MLKEM_PUBLIC_BYTES: Final = 1184

_SUITE: Final = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class KemKey:
    """An X-Wing private key from a 32-byte seed (SPEC 1.6)."""

    __slots__ = ("_key", "public")

    def __init__(self, seed: bytes) -> None:
        expanded = shake_256(seed).digest(96)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
        self._key = hpke.MLKEM768X25519PrivateKey(mlkem, x25519)
        self.public: bytes = (
            mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        )

    def unwrap(self, wrap: bytes, info: bytes) -> bytes:
        """The key in ``wrap`` (1168 bytes). Raises ``TrustError`` (bad-key)."""
        try:
            return _SUITE.decrypt(wrap, self._key, info)
        except (InvalidTag, ValueError):
            raise TrustError(Reject.BAD_KEY, "A key that was sent here does not open.") from None

    def __repr__(self) -> str:
        return f"KemKey(public={self.public.hex()[:8]}…)"


Wrapper = Callable[[bytes, bytes, bytes], bytes]
"""Port: (recipient's KEM public key, key, info) to wrap. HPKE draws entropy (SPEC 8.5)."""


def hpke_wrap(public: bytes, key: bytes, info: bytes) -> bytes:
    """The real ``Wrapper``: 1168 bytes. Raises ``TrustError`` (bad-key) for a bad public key."""
    try:
        recipient = hpke.MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC_BYTES]),
            X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC_BYTES:]),
        )
        return _SUITE.encrypt(key, recipient, info)
    except ValueError:
        raise TrustError(Reject.BAD_KEY, "A device's key cannot be used to share keys.") from None


def _context(kind: SpaceKind, index: int) -> bytes:
    return kind.encode("ascii") + b"\x00" + index.to_bytes(4, "big")


class RootSigner:
    """What pairing needs of a root: its signing key and both public keys.

    A journal that was never paired keeps these of its first shared space (SPEC 4.1).
    """

    __slots__ = ("_seed", "public", "sign")

    def __init__(self, seed: bytes, kem_public: bytes) -> None:
        """``seed``: the 32 bytes of the signing key, ``kem_public``: 1216 bytes."""
        self._seed = seed
        self.sign = SigningKey(seed)
        self.public = RootPublic(self.sign.public, kem_public)

    @property
    def member_id(self) -> bytes:
        return self.public.member_id

    def export(self) -> bytes:
        """Signing seed and KEM public key: 1248 bytes, for ``import_root_signer``."""
        return self._seed + self.public.kem

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.member_id.hex()[:8]}…)"


class RootKeys(RootSigner):
    """A member's root keys, rebuilt from the phrase when it is needed and then dropped."""

    __slots__ = ("kem",)

    def __init__(self, entropy: bytes, kind: SpaceKind, index: int = 0) -> None:
        """``entropy``: the 32 bytes of the recovery phrase (SPEC 4.1)."""
        self.kem = KemKey(kdf(labels.ROOT_KEM, entropy, _context(kind, index)))
        super().__init__(kdf(labels.ROOT_SIGN, entropy, _context(kind, index)), self.kem.public)


def import_root_signer(exported: bytes) -> RootSigner:
    """Reverse of ``RootSigner.export``."""
    return RootSigner(exported[:32], exported[32:])


def private_genesis(entropy: bytes, index: int = 0) -> Genesis:
    """The genesis of a person's private space: a function of the phrase (SPEC 4.3)."""
    salt = kdf(labels.PRIVATE_SALT, entropy, index.to_bytes(4, "big"))
    return make_genesis("private", salt, [RootKeys(entropy, "private", index).public])


class DeviceKeys:
    """A device's own keys in one space, from 64 random bytes (signing seed, KEM seed)."""

    __slots__ = ("kem", "seeds", "sign")

    def __init__(self, seeds: bytes) -> None:
        if len(seeds) != 64:
            raise ValueError("device keys need 64 bytes of seed")
        self.seeds = seeds
        self.sign = SigningKey(seeds[:32])
        self.kem = KemKey(seeds[32:])

    def info(self, space_id: bytes, member_id: bytes) -> DeviceInfo:
        """The device that these keys are, in a space, for a member."""
        return device_info(space_id, member_id, self.sign.public, self.kem.public)

    def __repr__(self) -> str:
        return f"DeviceKeys({self.sign.public.hex()[:8]}…)"
