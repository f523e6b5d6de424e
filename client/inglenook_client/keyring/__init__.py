"""Unlocking a profile, keeping its master key, and a box for words that found no place."""

from inglenook_client.keyring.drafts import drop_draft, list_drafts, seal_draft
from inglenook_client.keyring.errors import (
    KeyringUnavailableError,
    NoProfileError,
    NoSuchDraftError,
    ProfileDamagedError,
    ProfileExistsError,
    ProfileStorageError,
    UnlockNeededError,
    WrongPassphraseError,
)
from inglenook_client.keyring.unlock import (
    OsKeyring,
    Passphrase,
    PassphraseFile,
    Unlock,
    UnlockMethod,
    change_unlock,
    create_unlock,
    open_unlock,
    unlock_method,
)

__all__ = [
    "KeyringUnavailableError",
    "NoProfileError",
    "NoSuchDraftError",
    "OsKeyring",
    "Passphrase",
    "PassphraseFile",
    "ProfileDamagedError",
    "ProfileExistsError",
    "ProfileStorageError",
    "Unlock",
    "UnlockMethod",
    "UnlockNeededError",
    "WrongPassphraseError",
    "change_unlock",
    "create_unlock",
    "drop_draft",
    "list_drafts",
    "open_unlock",
    "seal_draft",
    "unlock_method",
]
