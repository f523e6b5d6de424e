"""Words that could not be taken in, sealed to the profile so that nothing typed is lost.

Sealing needs the home only, not the passphrase: a refused unlock is the commonest reason to
keep a draft. Each is one file ``drafts/<id>.draft``:

    magic || HPKE wrap of a fresh key (1168 bytes) || nonce || AES-256-GCM-SIV

The id, drawn at random, is associated data: a renamed file does not open.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from inglenook_client.core.model import Draft
from inglenook_client.keyring import files, labels
from inglenook_client.keyring.errors import NoSuchDraftError, ProfileStorageError
from inglenook_client.keyring.unlock import draft_kem, read_unlock_file
from inglenook_protocol.errors import ProtocolError
from inglenook_protocol.keys import WRAP_BYTES, KemKey, hpke_wrap
from inglenook_protocol.padding import pad, unpad
from inglenook_protocol.sealing import NONCE_BYTES, Sealer

FOLDER: Final = "drafts"
_MAGIC: Final = b"inglenook draft 1\n"
_SUFFIX: Final = ".draft"


class _Content(msgspec.Struct, frozen=True, array_like=True):
    kept_at: str
    command: str
    text: str


def _info(draft_id: str) -> bytes:
    return labels.DRAFT_WRAP + draft_id.encode("ascii")


def _bound(draft_id: str) -> bytes:
    return labels.DRAFT_SEAL + draft_id.encode("ascii")


def seal_draft(home: Path, command: str, text: str) -> Path:
    """Keep ``text``, meant for ``command``; needs no unlocking. The file's stem is its id.

    Raises NoProfileError, ProfileDamagedError, ProfileStorageError.
    """
    public = read_unlock_file(home).draft_key
    draft_id = secrets.token_hex(32)
    content = _Content(
        datetime.now().astimezone().isoformat(timespec="milliseconds"), command, text
    )
    # A terminal may hand on half a character; it is kept as a mark rather than refused.
    plain = msgspec.msgpack.encode(
        msgspec.structs.replace(content, text=text.encode("utf-8", "replace").decode("utf-8"))
    )
    key = secrets.token_bytes(32)
    sealed = Sealer(key).seal(secrets.token_bytes(NONCE_BYTES), pad(plain), _bound(draft_id))
    path = home / FOLDER / f"{draft_id}{_SUFFIX}"
    files.private_folder(path.parent)
    files.write(path, _MAGIC + hpke_wrap(public, key, _info(draft_id)) + sealed, new=True)
    return path


def _open(path: Path, kem: KemKey) -> Draft | None:
    content = files.read(path)
    if content is None or not content.startswith(_MAGIC):
        return None
    body = content[len(_MAGIC) :]
    try:
        key = kem.unwrap(body[:WRAP_BYTES], _info(path.stem))
        plain = unpad(Sealer(key).open(body[WRAP_BYTES:], _bound(path.stem)))
        kept = msgspec.msgpack.decode(plain, type=_Content)
        datetime.fromisoformat(kept.kept_at)
    except (ProtocolError, *files.UNREADABLE):
        return None
    return Draft(path.stem, kept.kept_at, kept.command, kept.text)


def list_drafts(home: Path, master_key: bytes) -> list[Draft]:
    """All drafts that open, oldest first; a damaged file is passed over and stays.

    Raises ProfileStorageError.
    """
    try:
        paths = list((home / FOLDER).glob(f"*{_SUFFIX}"))
    except OSError as error:
        raise ProfileStorageError() from error
    kem = draft_kem(master_key)
    drafts = [draft for path in paths if (draft := _open(path, kem)) is not None]
    return sorted(drafts, key=_age)


def _age(draft: Draft) -> tuple[float, str]:
    # Anybody can seal a draft to the home, so its time may lie at a border of the calendar.
    try:
        return datetime.fromisoformat(draft.kept_at).timestamp(), draft.id
    except (ValueError, OverflowError, OSError):
        return 0.0, draft.id


def drop_draft(home: Path, draft_id: str) -> None:
    """Remove a draft by its full id. Raises NoSuchDraftError, ProfileStorageError."""
    if len(draft_id) != 64 or not set(draft_id) <= set("0123456789abcdef"):
        raise NoSuchDraftError()
    try:
        (home / FOLDER / f"{draft_id}{_SUFFIX}").unlink()
    except FileNotFoundError:
        raise NoSuchDraftError() from None
    except OSError as error:
        raise ProfileStorageError() from error
