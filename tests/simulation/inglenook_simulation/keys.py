"""Wraps without entropy: HPKE draws its own, and one seed has to give one story (SPEC 8.5).

In the simulation a wrap is sealed under a key that follows from the recipient's public key:
anybody could open it, and nobody here tries. Everything around it is real: who gets a wrap,
what its info binds, that the key inside fits its commitment.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from inglenook_client.store import state
from inglenook_protocol import roster, runs
from inglenook_protocol.errors import Reject, TrustError
from inglenook_protocol.keys import WRAP_BYTES, DeviceKeys, KemKey, RootKeys
from inglenook_protocol.signatures import verify


def wrap(public: bytes, key: bytes, info: bytes) -> bytes:
    """Implements ``Wrapper``."""
    sealed = AESGCMSIV(sha256(public).digest()).encrypt(bytes(12), key, info)
    return sealed.ljust(WRAP_BYTES, b"\x00")


def _unwrap(self: KemKey, wrap: bytes, info: bytes) -> bytes:
    try:
        return AESGCMSIV(sha256(self.public).digest()).decrypt(bytes(12), wrap[:48], info)
    except (InvalidTag, ValueError):
        raise TrustError(Reject.BAD_KEY, "A key that was sent here does not open.") from None


@contextmanager
def wraps_without_entropy() -> Iterator[None]:
    """Within, ``KemKey.unwrap`` opens what ``wrap`` made; what a signature or a seed gives is
    worked out once, since every device asks for the same again."""
    real = KemKey.unwrap
    KemKey.unwrap = _unwrap  # type: ignore[method-assign]
    vars(runs)["verify"] = _verify
    vars(roster)["verify"] = _verify
    vars(state)["DeviceKeys"] = _device_keys
    try:
        yield
    finally:
        KemKey.unwrap = real  # type: ignore[method-assign]
        vars(runs)["verify"] = verify
        vars(roster)["verify"] = verify
        vars(state)["DeviceKeys"] = DeviceKeys
        _verify.cache_clear()


_verify = lru_cache(maxsize=20_000)(verify)
_device_keys = lru_cache(maxsize=256)(DeviceKeys)


@lru_cache(maxsize=64)
def device_seeds(name: str) -> bytes:
    """64 bytes; the same device of every run, since making keys is slow. Spaces differ."""
    return sha256(f"sign {name}".encode()).digest() + sha256(f"kem {name}".encode()).digest()


@lru_cache(maxsize=64)
def device_keys(name: str) -> DeviceKeys:
    """The keys of ``device_seeds``."""
    return DeviceKeys(device_seeds(name))


@lru_cache(maxsize=16)
def root_keys(name: str) -> RootKeys:
    """A member's root."""
    return RootKeys(sha256(f"root {name}".encode()).digest(), "shared")
