"""Challenges, login tokens, registration tokens (SPEC 14.2, 14.3).

Challenges and login tokens are sealed by the relay rather than kept: a challenge is 16 random
bytes with its expiry and a MAC under a key of this process, so asking for many fills nothing.
What is kept, until it expires, is which ones were used. Login tokens carry a MAC under a key
in the data directory, so that devices stay logged in when the relay restarts; that a device
still stands is looked at on each request, never remembered in the token.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BinasciiError
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from struct import Struct
from typing import Final

import msgspec

from inglenook_protocol.limits import CHALLENGE_SECONDS, TOKEN_SECONDS

MAX_USED: Final = 65_536
"""Challenges used within their life that are remembered."""
KEY_BYTES: Final = 32
_NONCE = Struct(">12sI16s")
_LOGIN = Struct(">32s32s16sQ")


class Challenges:
    """Nonces that are good once, for ``CHALLENGE_SECONDS``."""

    def __init__(self, key: bytes, random_bytes: Callable[[int], bytes]) -> None:
        self._key = key
        self._random_bytes = random_bytes
        self._used: OrderedDict[bytes, int] = OrderedDict()

    def _mac(self, random: bytes, expires_s: int) -> bytes:
        message = b"challenge" + random + expires_s.to_bytes(4, "big")
        return hmac.digest(self._key, message, "sha256")[:16]

    def make(self, now_s: float) -> bytes:
        """A new challenge: 32 bytes."""
        random, expires_s = self._random_bytes(12), int(now_s) + CHALLENGE_SECONDS
        return _NONCE.pack(random, expires_s, self._mac(random, expires_s))

    def take(self, nonce: bytes, now_s: float) -> bool | None:
        """Use a challenge: whether it was good; None when too many were used just now."""
        if len(nonce) != _NONCE.size:
            return False
        random, expires_s, mac = _NONCE.unpack(nonce)
        if not hmac.compare_digest(mac, self._mac(random, expires_s)) or expires_s <= now_s:
            return False
        while self._used and next(iter(self._used.values())) <= now_s:
            self._used.popitem(last=False)
        if random in self._used:
            return False
        if len(self._used) >= MAX_USED:
            return None
        self._used[random] = expires_s
        return True


class Login(msgspec.Struct, frozen=True, gc=False):
    """Who is asking. ``session`` is random for each login; ``signer`` a device or member id."""

    space: bytes
    signer: bytes
    session: bytes
    expires_s: int


class LoginTokens:
    """Bearer tokens that this relay can read back. ``key``: 32 secret bytes."""

    def __init__(self, key: bytes, random_bytes: Callable[[int], bytes]) -> None:
        self._key = key
        self._random_bytes = random_bytes

    def make(self, space: bytes, signer: bytes, now_s: float) -> str:
        """A token for ``TOKEN_SECONDS``."""
        fields = _LOGIN.pack(space, signer, self._random_bytes(16), int(now_s) + TOKEN_SECONDS)
        return urlsafe_b64encode(fields + self._mac(fields)).decode("ascii").rstrip("=")

    def _mac(self, fields: bytes) -> bytes:
        return hmac.digest(self._key, b"login" + fields, "sha256")

    def read(self, token: str, now_s: float) -> Login | None:
        """The login that ``token`` stands for, unless it expired or is not one."""
        try:
            raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except (ValueError, BinasciiError):
            return None
        fields, mac = raw[: _LOGIN.size], raw[_LOGIN.size :]
        if len(fields) != _LOGIN.size or not hmac.compare_digest(mac, self._mac(fields)):
            return None
        login = Login(*_LOGIN.unpack(fields))
        return login if login.expires_s > now_s else None


def make_registration_token(random_bytes: Callable[[int], bytes]) -> str:
    """A token that an operator hands out: 192 bits, safe to paste."""
    return urlsafe_b64encode(random_bytes(24)).decode("ascii")


def hash_registration_token(token: str) -> bytes:
    """What is stored of it. The token has full entropy, so a plain hash is enough."""
    return sha256(b"nook-relay registration token\x00" + token.encode("utf-8")).digest()
