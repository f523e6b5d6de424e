"""One sealed file: a stream of bytes under a passphrase, whole or refused (``FORMATS.md``).

    magic || u32 header length || header (JSON) || SHA-256(header) || chunks

The header wraps a random key by a passphrase (Argon2id, AES-256-GCM-SIV); everything else in it
is associated data of the wrap. A chunk is up to 1 MiB, sealed by AES-256-GCM-SIV under a subkey;
its nonce is its place and whether it is the last, so none can be moved, dropped or added. The
hash tells a damaged header from a passphrase that is not the right one.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from hashlib import sha256
from io import BufferedReader
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from inglenook_client.keyring import files, labels
from inglenook_client.keyring.errors import (
    BackupDamagedError,
    BackupExistsError,
    BackupNewerError,
    NotABackupError,
    ProfileStorageError,
    WrongPassphraseError,
)
from inglenook_client.keyring.unlock import (
    DEFAULT_COST,
    Cost,
    Passphrase,
    PassphraseFile,
    given_passphrase,
    stretch,
)
from inglenook_protocol.blobs import chunk_nonce, seal_chunk
from inglenook_protocol.errors import TrustError
from inglenook_protocol.hashing import kdf
from inglenook_protocol.sealing import NONCE_BYTES, Sealer

CHUNK_BYTES: Final = 1024 * 1024
_TAG_BYTES: Final = 16
_KIND: Final = b"inglenook backup "
MAGIC: Final = _KIND + b"1\n"
_MAX_HEADER_BYTES: Final = 4096

PassphraseUnlock = Passphrase | PassphraseFile


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in clear before the chunks; bytes as base64."""

    format: Literal["inglenook.backup-file/1"]
    made_at: Annotated[str, msgspec.Meta(max_length=64)]
    cost: Cost
    salt: Annotated[bytes, msgspec.Meta(min_length=16, max_length=64)]
    wrapped: Annotated[bytes, msgspec.Meta(max_length=128)]


def _bound(header: Header) -> bytes:
    return labels.BACKUP_WRAP + msgspec.json.encode(msgspec.structs.replace(header, wrapped=b""))


def _subkey(key: bytes) -> bytes:
    return kdf(labels.BACKUP_SEAL, key, b"")


def write(
    path: Path,
    unlock: PassphraseUnlock,
    pieces: Iterable[bytes],
    made_at: str,
    *,
    cost: Cost = DEFAULT_COST,
) -> None:
    """Write ``pieces`` as one sealed file, durably, read back whole before it gets its name.

    Never replaces a file. Raises ``BackupExistsError``, ``UnlockNeededError`` (no usable
    passphrase), ``BackupDamagedError`` (what came back is not what was written) and
    ``ProfileStorageError``; then nothing is left behind.
    """
    if os.path.lexists(path):
        raise BackupExistsError()
    passphrase, salt, key = (
        given_passphrase(unlock),
        secrets.token_bytes(16),
        secrets.token_bytes(32),
    )
    blank = Header("inglenook.backup-file/1", made_at, cost, salt, b"")
    wrapped = Sealer(stretch(passphrase, cost, salt)).seal(
        secrets.token_bytes(NONCE_BYTES), key, _bound(blank)
    )
    header = msgspec.json.encode(msgspec.structs.replace(blank, wrapped=wrapped))
    seen = sha256()

    def content() -> Iterator[bytes]:
        yield MAGIC + len(header).to_bytes(4, "big") + header + sha256(header).digest()
        for index, (chunk, last) in enumerate(_chunked(pieces)):
            seen.update(chunk)
            yield seal_chunk(_subkey(key), index, chunk, last=last)

    def check(written: Path) -> None:
        again = sha256()
        for piece in read(written, unlock):
            again.update(piece)
        if again.digest() != seen.digest():
            raise BackupDamagedError()

    try:
        files.write_pieces(path, content(), check)
    except FileExistsError:
        raise BackupExistsError() from None


def _chunked(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Chunks of ``CHUNK_BYTES``, and whether each is the last; an empty stream has one."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) > CHUNK_BYTES:
            yield bytes(held[:CHUNK_BYTES]), False
            del held[:CHUNK_BYTES]
    yield bytes(held), True


def read(path: Path, unlock: PassphraseUnlock) -> Iterator[bytes]:
    """The stream's pieces, each authenticated; only its regular end says that it is whole.

    Raises, at the first piece or later, ``NotABackupError``, ``BackupNewerError``,
    ``WrongPassphraseError``, ``UnlockNeededError``, ``BackupDamagedError``,
    ``ProfileStorageError``.
    """
    try:
        with path.open("rb") as file:
            header = _header(file)
            try:
                wrapping = Sealer(stretch(given_passphrase(unlock), header.cost, header.salt))
                key = wrapping.open(header.wrapped, _bound(header))
            except TrustError:
                raise WrongPassphraseError(
                    "This passphrase doesn't open the backup.",
                    "It is the one that was chosen when the backup was made. Nothing was written.",
                ) from None
            yield from _opened(file, _subkey(key))
    except OSError as error:
        raise ProfileStorageError(
            "The backup can't be read.", "Check its path, and that the file belongs to you."
        ) from error


def _header(file: BufferedReader) -> Header:
    magic = file.read(len(MAGIC))
    if magic != MAGIC:
        if magic.startswith(_KIND) and magic[len(_KIND) : -1].isdigit():
            raise BackupNewerError()
        raise NotABackupError()
    size = int.from_bytes(file.read(4), "big")
    if size > _MAX_HEADER_BYTES:
        raise BackupDamagedError()
    header, digest = file.read(size), file.read(32)
    if sha256(header).digest() != digest:
        raise BackupDamagedError()
    try:
        return msgspec.json.decode(header, type=Header)
    except files.UNREADABLE:
        raise BackupDamagedError() from None


def _opened(file: BufferedReader, subkey: bytes) -> Iterator[bytes]:
    aead = AESGCMSIV(subkey)
    sealed = file.read(CHUNK_BYTES + _TAG_BYTES)
    index = 0
    while True:
        following = file.read(CHUNK_BYTES + _TAG_BYTES)
        nonce = chunk_nonce(index, last=not following)
        try:
            yield aead.decrypt(nonce, sealed, b"")
        except (InvalidTag, ValueError):
            raise BackupDamagedError() from None
        if not following:
            return
        sealed, index = following, index + 1
