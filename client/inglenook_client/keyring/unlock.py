"""One small file between what a person has and the profile's master key.

``unlock.json`` in the profile's home holds the master key, 32 random bytes, wrapped by
AES-256-GCM-SIV under a key that comes from a passphrase (Argon2id) or from this computer's
keyring. All other keys of the profile hang on the master key, so that changing the passphrase
re-wraps these 32 bytes and nothing else.

Every other field of the file is associated data of the wrap: a changed cost, salt or draft
key is noticed when the profile is unlocked.
"""

from __future__ import annotations

import base64
import contextlib
import secrets
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from inglenook_client.keyring import files, labels, os_keyring
from inglenook_client.keyring.errors import (
    NoProfileError,
    ProfileDamagedError,
    ProfileExistsError,
    ProfileStorageError,
    UnlockNeededError,
    WrongPassphraseError,
)
from inglenook_protocol.errors import TrustError
from inglenook_protocol.hashing import kdf
from inglenook_protocol.keys import KemKey
from inglenook_protocol.sealing import NONCE_BYTES, Sealer

MASTER_KEY_BYTES: Final = 32
UNLOCK_FILE: Final = "unlock.json"
MAX_PASSPHRASE_BYTES: Final = 4_096

UnlockMethod = Literal["passphrase", "os-keyring"]


@dataclass(frozen=True)
class Passphrase:
    """Unlock with a passphrase that was typed."""

    passphrase: str = field(repr=False)


@dataclass(frozen=True)
class PassphraseFile:
    """Unlock with the passphrase in a file; one line end at its end does not count."""

    path: Path


@dataclass(frozen=True)
class OsKeyring:
    """Unlock with a key in this computer's keyring."""


Unlock = Passphrase | PassphraseFile | OsKeyring


class Cost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a guess at the passphrase costs. The bounds keep an altered file from eating
    the machine that opens it."""

    memory_kib: Annotated[int, msgspec.Meta(ge=64, le=4_194_304)] = 65_536
    passes: Annotated[int, msgspec.Meta(ge=1, le=64)] = 3
    lanes: Annotated[int, msgspec.Meta(ge=1, le=16)] = 4


DEFAULT_COST: Final = Cost()


class UnlockFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The content of ``unlock.json``; bytes stand there as base64."""

    format: Literal["inglenook.unlock/1"]
    method: UnlockMethod
    draft_key: Annotated[bytes, msgspec.Meta(min_length=1216, max_length=1216)]
    """Public: what can't be taken in is sealed to it without unlocking."""
    wrapped: Annotated[bytes, msgspec.Meta(max_length=128)]
    cost: Cost | None = None
    salt: Annotated[bytes, msgspec.Meta(min_length=16, max_length=64)] | None = None
    slot: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    """Under which name the keyring has the key."""


def read_unlock_file(home: Path) -> UnlockFile:
    """Raises NoProfileError, ProfileDamagedError, ProfileStorageError."""
    content = files.read(home / UNLOCK_FILE)
    if content is None:
        raise NoProfileError()
    try:
        return msgspec.json.decode(content, type=UnlockFile)
    except files.UNREADABLE:
        raise ProfileDamagedError() from None


def unlock_method(home: Path) -> UnlockMethod:
    """How this profile is unlocked, so that a face knows what to ask for.

    Raises NoProfileError, ProfileDamagedError, ProfileStorageError.
    """
    return read_unlock_file(home).method


def given_passphrase(unlock: Passphrase | PassphraseFile) -> bytes:
    """Its bytes, NFC in UTF-8. Raises UnlockNeededError if there is none that can be used."""
    if isinstance(unlock, PassphraseFile):
        try:
            content = unlock.path.expanduser().read_bytes()
            text = content.decode("utf-8")
        except (OSError, UnicodeDecodeError):
            raise UnlockNeededError(
                "The file with the passphrase can't be read.",
                "Check the path given with --passphrase-file or in NOOK_PASSPHRASE_FILE.",
            ) from None
        text = text.removesuffix("\n").removesuffix("\r")
    else:
        text = unlock.passphrase
    # One keyboard writes é as one character, another as two: both are the same passphrase.
    passphrase = unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")
    if not passphrase:
        raise UnlockNeededError(
            "The passphrase is empty.", "Choose a few words that you will remember."
        )
    if len(passphrase) > MAX_PASSPHRASE_BYTES:
        raise UnlockNeededError(
            "This is too long for a passphrase.", "Check that it is the right file."
        )
    return passphrase


def stretch(passphrase: bytes, cost: Cost, salt: bytes) -> bytes:
    """32 bytes that take as long to find as ``cost`` says.

    Raises UnlockNeededError where this computer doesn't have the memory for it, or ``cost`` is
    none that there can be.
    """
    try:
        return Argon2id(
            salt=salt,
            length=32,
            iterations=cost.passes,
            lanes=cost.lanes,
            memory_cost=cost.memory_kib,
        ).derive(passphrase)
    except (MemoryError, ValueError):
        raise UnlockNeededError(
            "This computer can't do what the file asks for to be unlocked.",
            "Close other programs and try again, or use a computer with more memory.",
        ) from None


def _bound(record: UnlockFile) -> bytes:
    return labels.UNLOCK_WRAP + msgspec.json.encode(msgspec.structs.replace(record, wrapped=b""))


def _wrap(master_key: bytes, draft_key: bytes, unlock: Unlock, cost: Cost) -> UnlockFile:
    if isinstance(unlock, OsKeyring):
        key, slot = secrets.token_bytes(32), secrets.token_hex(16)
        os_keyring.put(slot, base64.b64encode(key).decode("ascii"))
        record = UnlockFile("inglenook.unlock/1", "os-keyring", draft_key, b"", slot=slot)
    else:
        passphrase, salt = given_passphrase(unlock), secrets.token_bytes(16)
        key = stretch(passphrase, cost, salt)
        record = UnlockFile(
            "inglenook.unlock/1", "passphrase", draft_key, b"", cost=cost, salt=salt
        )
    sealed = Sealer(key).seal(secrets.token_bytes(NONCE_BYTES), master_key, _bound(record))
    return msgspec.structs.replace(record, wrapped=sealed)


def _wrapping_key(record: UnlockFile, unlock: Unlock) -> bytes:
    if record.method == "os-keyring":
        if record.slot is None:
            raise ProfileDamagedError()
        if not isinstance(unlock, OsKeyring):
            raise UnlockNeededError(
                "This journal is unlocked by this computer's keyring, not by a passphrase.",
                "Leave the passphrase out.",
            )
        return base64.b64decode(os_keyring.get(record.slot))
    if isinstance(unlock, OsKeyring):
        raise UnlockNeededError()
    if record.cost is None or record.salt is None:
        raise ProfileDamagedError()
    return stretch(given_passphrase(unlock), record.cost, record.salt)


def _unwrap(record: UnlockFile, unlock: Unlock) -> bytes:
    try:
        key = _wrapping_key(record, unlock)
        return Sealer(key).open(record.wrapped, _bound(record))
    except (TrustError, ValueError):
        if record.method == "os-keyring":
            raise ProfileDamagedError(
                "The key in this computer's keyring doesn't open the journal."
            ) from None
        raise WrongPassphraseError() from None


def draft_kem(master_key: bytes) -> KemKey:
    """The key pair of the draft box; its public half stands in ``unlock.json``."""
    return KemKey(kdf(labels.DRAFT_KEM, master_key, b""))


def _encoded(record: UnlockFile) -> bytes:
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


def create_unlock(
    home: Path, unlock: Unlock, *, cost: Cost = DEFAULT_COST, master_key: bytes | None = None
) -> bytes:
    """Make a profile's master key and the file that unlocks it; gives the master key.

    ``master_key``: of a profile that is being restored. Raises ProfileExistsError,
    UnlockNeededError (no usable passphrase), KeyringUnavailableError, ProfileStorageError.
    """
    path = home / UNLOCK_FILE
    if files.read(path) is not None:
        raise ProfileExistsError()
    if master_key is None:
        master_key = secrets.token_bytes(MASTER_KEY_BYTES)
    record = _wrap(master_key, draft_kem(master_key).public, unlock, cost)
    files.private_folder(home)
    try:
        files.write(path, _encoded(record), new=True)
    except BaseException as error:
        _forget_unless_it_stands(home, record)
        if isinstance(error, FileExistsError):
            raise ProfileExistsError() from None
        raise
    return master_key


def open_unlock(home: Path, unlock: Unlock) -> bytes:
    """The profile's master key.

    Raises NoProfileError, WrongPassphraseError, UnlockNeededError, KeyringUnavailableError,
    ProfileDamagedError, ProfileStorageError.
    """
    return _unwrap(read_unlock_file(home), unlock)


def change_unlock(home: Path, old: Unlock, new: Unlock, *, cost: Cost = DEFAULT_COST) -> None:
    """Unlock with ``new`` from now on. Either way of unlocking works at every moment.

    Raises as ``open_unlock`` for ``old`` and as ``create_unlock`` for ``new``.
    """
    before = read_unlock_file(home)
    after = _wrap(_unwrap(before, old), before.draft_key, new, cost)
    try:
        files.write(home / UNLOCK_FILE, _encoded(after))
    except BaseException:
        # The key of ``before`` stays too: a power cut may still bring that file back.
        _forget_unless_it_stands(home, after)
        raise
    if before.slot is not None:
        os_keyring.forget(before.slot)


def _forget_unless_it_stands(home: Path, record: UnlockFile) -> None:
    """Drop what a record that came to nothing left in the keyring.

    Whatever stops a write may stop it after the file got its name: then the key is needed, and a
    file that can't be read now may be that one.
    """
    if record.slot is None:
        return
    try:
        stands = read_unlock_file(home) == record
    except NoProfileError:
        stands = False
    except (ProfileDamagedError, ProfileStorageError):
        return
    if not stands:
        os_keyring.forget(record.slot)


def destroy_unlock(home: Path) -> bool:
    """Destroy what unlocks a profile: from then on nothing opens its files.

    Gives whether the keyring, if it held the key, gave it up. A file that can't be read goes all
    the same. Raises ProfileStorageError.
    """
    slot = None
    with contextlib.suppress(NoProfileError, ProfileDamagedError):
        slot = read_unlock_file(home).slot
    gone = slot is None or os_keyring.forget(slot)
    files.destroy(home / UNLOCK_FILE)
    return gone
