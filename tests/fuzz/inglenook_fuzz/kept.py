"""Files that a profile reads again: ``unlock.json``, drafts, backups (``client/FORMATS.md``).

The first byte of an input says what the rest is: 0 ``unlock.json`` as it is, 1 the plaintext of
a draft, sealed as anybody can who sees the folder, 2 a draft's file, 3 the content of a backup,
sealed, 4 a backup's header, 5 a backup's file, 6 [index, parts …] of a backup, sealed.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import msgspec

from inglenook_client.journal.keeping import _Index, _Part, _unpack
from inglenook_client.keyring import (
    Passphrase,
    backup_file,
    drafts,
    open_unlock,
    unlock,
)
from inglenook_client.keyring.unlock import Cost, draft_kem, read_unlock_file
from inglenook_fuzz import trees
from inglenook_fuzz.target import Target, hold, items, raw, reached
from inglenook_protocol.blobs import seal_chunk
from inglenook_protocol.codec import encode
from inglenook_protocol.errors import InglenookError
from inglenook_protocol.keys import hpke_wrap
from inglenook_protocol.padding import pad
from inglenook_protocol.sealing import NONCE_BYTES, Sealer

_CHEAP: Final = Cost(64, 1, 1)
_WORDS: Final = Passphrase("a few words")
_MASTER: Final = bytes(range(32))
_DRAFT_ID: Final = "0f" * 32
_AFFORDABLE: Final = (1024, 4)
"""KiB and passes that are tried out; what costs more is allowed, and slow on purpose."""


@cache
def _folder() -> Path:
    """A place in memory, if there is one."""
    shared = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="fuzz-", dir=shared if shared.is_dir() else None))


@cache
def _home() -> Path:
    """A profile that is the same in every run: an input that was found stays one."""
    home = _folder() / "home"
    (home / drafts.FOLDER).mkdir(parents=True)
    salt = bytes(16)
    blank = unlock.UnlockFile(
        "inglenook.unlock/1", "passphrase", draft_kem(_MASTER).public, b"", cost=_CHEAP, salt=salt
    )
    sealer = Sealer(unlock.stretch(b"a few words", _CHEAP, salt))
    wrapped = sealer.seal(bytes(NONCE_BYTES), _MASTER, unlock._bound(blank))
    record = msgspec.structs.replace(blank, wrapped=wrapped)
    (home / unlock.UNLOCK_FILE).write_bytes(unlock._encoded(record))
    return home


def tidy() -> None:
    """Remove what was written on the way."""
    shutil.rmtree(_folder(), ignore_errors=True)
    for cached in (_folder, _home):
        cached.cache_clear()


def _affordable(cost: Any) -> bool:
    return isinstance(cost, Cost) and (cost.memory_kib, cost.passes) <= _AFFORDABLE


def _unlock_file(content: bytes) -> None:
    home = _folder() / "other"
    home.mkdir(exist_ok=True)
    (home / unlock.UNLOCK_FILE).write_bytes(content)
    try:
        record = read_unlock_file(home)
        if record.method == "passphrase" and (record.cost is None or _affordable(record.cost)):
            hold(open_unlock(home, _WORDS) == _MASTER, "another key comes out")
            good = msgspec.json.decode((_home() / unlock.UNLOCK_FILE).read_bytes())
            hold(msgspec.json.decode(content) == good, "a changed unlock file unlocks")
    except InglenookError as error:
        reached(type(error).__name__, error.message)
        hold(error.message and error.next_step, "a refusal without a next step")


def _draft(content: bytes) -> None:
    path = _home() / drafts.FOLDER / f"{_DRAFT_ID}.draft"
    path.write_bytes(content)
    for draft in drafts.list_drafts(_home(), _MASTER):
        msgspec.json.encode(draft)
        reached("draft", draft.kept_at[:4] in ("0001", "9999"))
        hold(draft.id == _DRAFT_ID, "a draft goes by another name")


def _sealed_draft(plain: bytes) -> None:
    key = bytes(32)
    kem = draft_kem(_MASTER)
    sealed = Sealer(key).seal(bytes(NONCE_BYTES), pad(plain), drafts._bound(_DRAFT_ID))
    wrap = hpke_wrap(kem.public, key, drafts._info(_DRAFT_ID))
    _draft(drafts._MAGIC + wrap + sealed)


def _backup(content: bytes) -> None:
    path, into = _folder() / "backup", _folder() / "into"
    path.write_bytes(content)
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    try:
        with path.open("rb") as file:
            header = backup_file._header(file)
        if not _affordable(header.cost):
            return
        index = _unpack(path, _WORDS, into)
    except InglenookError as error:
        reached(type(error).__name__, error.message)
        hold(error.message and error.next_step, "a refusal without a next step")
        return
    reached("unpacked", len(index.parts))
    names = {part.name for part in index.parts}
    found = {p.relative_to(into).as_posix() for p in into.rglob("*") if p.is_file()}
    hold(found == names, f"unpacked {found}, named {names}")
    for part in index.parts:
        hold(sha256((into / part.name).read_bytes()).digest() == part.digest, "other bytes")
    hold({p.name for p in _folder().iterdir()} <= {"home", "other", "backup", "into"},
         "something was written elsewhere")  # fmt: skip


_FILE_KEY: Final = bytes(32)


def _header_bytes(header: bytes) -> bytes:
    return backup_file.MAGIC + len(header).to_bytes(4, "big") + header + sha256(header).digest()


@cache
def _good_header() -> bytes:
    """The header of a backup whose file key is ``_FILE_KEY``."""
    salt = bytes(16)
    blank = backup_file.Header(
        "inglenook.backup-file/1", "2026-09-21T10:00:00+00:00", _CHEAP, salt, b""
    )
    sealer = Sealer(unlock.stretch(b"a few words", _CHEAP, salt))
    wrapped = sealer.seal(bytes(NONCE_BYTES), _FILE_KEY, backup_file._bound(blank))
    return msgspec.json.encode(msgspec.structs.replace(blank, wrapped=wrapped))


def _sealed(content: bytes = b"") -> bytes:
    """A backup's file around any content."""
    chunks = [
        seal_chunk(backup_file._subkey(_FILE_KEY), n, chunk, last=last)
        for n, (chunk, last) in enumerate(backup_file._chunked([content]))
    ]
    return _header_bytes(_good_header()) + b"".join(chunks)


def _parts(rest: bytes) -> None:
    """An index that fits its parts, unless the input says otherwise."""
    tree = items(trees.read(rest), 12)
    index, contents = (tree[0] if tree else None), [raw(part) for part in tree[1:]]
    if isinstance(index, list) and len(index) == 5 and isinstance(index[4], list):
        fitted = [
            [part[0], len(content), sha256(content).digest()]
            if isinstance(part, list) and len(part) == 1
            else part
            for part, content in zip(index[4], contents, strict=False)
        ]
        index = [*index[:4], fitted + index[4][len(contents) :]]
    encoded = encode(index)
    _backup(_sealed(len(encoded).to_bytes(4, "big") + encoded + b"".join(contents)))


def one(source: bytes) -> None:
    """What comes out is what was put in, or there is a typed error with a next step."""
    if not source:
        return
    rest = source[1:]
    match source[0] % 7:
        case 0:
            _unlock_file(rest)
        case 1:
            _sealed_draft(rest)
        case 2:
            _draft(drafts._MAGIC + rest if rest[:1] != b"i" else rest)
        case 3:
            _backup(_sealed(rest))
        case 4:
            _backup(_header_bytes(rest[:5000]) + _sealed()[-16:])
        case 5:
            _backup(rest)
        case _:
            _parts(rest)


def seeds() -> Iterator[bytes]:
    """Good files of every kind, and the borders of their limits."""
    yield b"\x00" + (_home() / unlock.UNLOCK_FILE).read_bytes()
    for at in ("2026-09-21T10:00:00.000+02:00", "2026-09-21", "0001-01-01T00:00:00", "9999-12-31"):
        yield b"\x01" + encode([at, "write", "words"])
    yield b"\x02" + bytes(1168 + 12 + 512 + 16)
    index = _Index(1, "Ada", "2026-09-21T10:00:00+00:00", _MASTER, [])
    encoded = encode(index)
    yield b"\x03" + len(encoded).to_bytes(4, "big") + encoded
    yield b"\x03"
    yield b"\x04" + _good_header()
    yield b"\x05" + _sealed()
    yield b"\x05" + _sealed().replace(b"backup 1", b"backup 2")
    part = _Part("private.db", 5, sha256(b"words").digest())
    base = [1, "Ada", "2026-09-21T10:00:00+00:00", _MASTER]
    yield b"\x06" + encode([[*base, [["private.db"], [f"drafts/{_DRAFT_ID}.draft"]]], b"w", b"d"])
    yield b"\x06" + encode([[*base, [msgspec.to_builtins(part, builtin_types=[bytes])]], b"words"])
    yield b"\x06" + encode([[*base, [["../private.db"], ["private.db"]]], b"w"])
    yield b"\x06" + encode([[*base, [["private.db"], ["private.db"]]], b"w", b"d"])


TARGET: Final = Target(
    "kept", one, seeds, ("inglenook_client.keyring", "inglenook_client.journal.keeping"), 8192
)
