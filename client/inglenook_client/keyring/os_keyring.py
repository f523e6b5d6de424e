"""This computer's keyring (macOS Keychain, Secret Service, Windows Credential Locker).

A machine without a desktop has none: its backend raises, or takes a key and gives nothing
back. Both come out as ``KeyringUnavailableError``.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from inglenook_client.keyring.errors import KeyringUnavailableError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE: Final = "inglenook"
_IN_CLEAR: Final = ("keyrings.alt.",)
"""Backends that write to files in clear, or nearly so."""


def _backend() -> KeyringBackend:
    # Finding a backend takes 100 ms and more: only those pay who use one.
    import keyring

    try:
        backend = keyring.get_keyring()
    except Exception as error:
        raise KeyringUnavailableError() from error
    parts = getattr(backend, "backends", [backend])
    if any(type(part).__module__.startswith(_IN_CLEAR) for part in parts):
        raise KeyringUnavailableError(
            "The keyring set up on this computer doesn't encrypt what it keeps."
        )
    return backend


def available() -> bool:
    """Whether a keyring seems to be there, without storing anything or asking the person."""
    try:
        return _backend().priority > 0
    except Exception:
        # Backends raise what they like when their service is not there.
        return False


def put(slot: str, secret: str) -> None:
    """Keep a secret. Raises KeyringUnavailableError."""
    backend = _backend()
    try:
        backend.set_password(SERVICE, slot, secret)
        kept = backend.get_password(SERVICE, slot)
    except Exception as error:
        raise KeyringUnavailableError() from error
    if kept != secret:
        raise KeyringUnavailableError()


def get(slot: str) -> str:
    """A secret that was kept. Raises KeyringUnavailableError."""
    backend = _backend()
    try:
        secret = backend.get_password(SERVICE, slot)
    except Exception as error:
        raise KeyringUnavailableError(
            "This computer's keyring can't be opened right now.",
            "Unlock it, for example by logging in at the desktop, and try again.",
        ) from error
    if secret is None:
        raise KeyringUnavailableError(
            "This computer's keyring doesn't hold the key of this journal.",
            "Use the computer and account on which the journal was started.",
        )
    return secret


def forget(slot: str) -> bool:
    """Drop a secret, as far as the keyring lets us; whether it is gone."""
    try:
        backend = _backend()
        with contextlib.suppress(Exception):
            backend.delete_password(SERVICE, slot)
        return backend.get_password(SERVICE, slot) is None
    except Exception:
        return False
