"""Small files that are either as they were or as they should be, never in between."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Final, NoReturn

import msgspec

from inglenook_client.keyring.errors import ProfileStorageError

UNREADABLE: Final = (msgspec.MsgspecError, ValueError, RecursionError)
"""What msgspec raises for bytes that are not what they should be: text that is not UTF-8 and
lists without an end are no errors of its own."""


def _refuse(error: OSError) -> NoReturn:
    # The error's own text names a path; its errno is enough to say which of two things helps.
    raise ProfileStorageError() from error


def private_folder(path: Path) -> None:
    """Make ``path`` for this user alone, unless it is there. Raises ProfileStorageError."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        _refuse(error)


def read(path: Path) -> bytes | None:
    """The file's bytes; None if there is none. Raises ProfileStorageError."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        _refuse(error)


def _sync_folder(path: Path) -> None:
    if os.name == "nt":  # Windows opens no folders; its rename is durable enough
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _place_new(temporary: Path, path: Path) -> None:
    """Give ``temporary`` its name unless something has it. Raises FileExistsError."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links: what is lost is the guard against two at once.
        if path.exists():
            raise FileExistsError from None
        temporary.replace(path)
    else:
        temporary.unlink()


def write(path: Path, content: bytes, *, new: bool = False) -> None:
    """Write durably with mode 0600: temporary file, fsync, rename, fsync of the folder.

    ``new``: raises FileExistsError rather than replace. Raises ProfileStorageError.
    """
    _write(path, [content], None, new=new)


def write_pieces(path: Path, pieces: Iterable[bytes], check: Callable[[Path], None]) -> None:
    """As ``write`` with ``new``; ``check`` sees the whole file before it gets its name."""
    _write(path, pieces, check, new=True)


def _write(
    path: Path, pieces: Iterable[bytes], check: Callable[[Path], None] | None, *, new: bool
) -> None:
    with _opened(path, check, new=new) as file:
        for piece in pieces:
            file.write(piece)


def new_file(
    path: Path, check: Callable[[Path], None] | None = None
) -> AbstractContextManager[BinaryIO]:
    """A new file to write into; it gets its name when the block ends well, as ``write_pieces``.

    Raises FileExistsError, ProfileStorageError.
    """
    return _opened(path, check, new=True)


@contextlib.contextmanager
def _opened(path: Path, check: Callable[[Path], None] | None, *, new: bool) -> Iterator[BinaryIO]:
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if check is not None:
                check(temporary)
            if new:
                _place_new(temporary, path)
            else:
                temporary.replace(path)
            _sync_folder(path.parent)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
    except FileExistsError:
        raise
    except OSError as error:
        _refuse(error)


def move(path: Path, to: Path) -> None:
    """Give a file another name in its folder, durably. Raises ProfileStorageError."""
    try:
        path.replace(to)
        _sync_folder(to.parent)
    except OSError as error:
        _refuse(error)


def remove(paths: Iterable[Path]) -> None:
    """Delete files; any that are gone already are fine. Raises ProfileStorageError."""
    try:
        for path in paths:
            path.unlink(missing_ok=True)
    except OSError as error:
        _refuse(error)


def destroy(path: Path) -> None:
    """Overwrite a small file and delete it; none is fine. Raises ProfileStorageError.

    A disk may keep what was overwritten; where it does not, nothing is left.
    """
    try:
        with contextlib.suppress(FileNotFoundError):
            with path.open("r+b") as file:
                file.write(bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            _sync_folder(path.parent)
    except OSError as error:
        _refuse(error)


def move_folder(path: Path, to: Path) -> None:
    """Give a folder its name, durably; an empty folder there makes room.

    Raises FileExistsError, ProfileStorageError.
    """
    try:
        with contextlib.suppress(FileNotFoundError):
            to.rmdir()
    except OSError:
        raise FileExistsError from None
    try:
        for each in [path, *(p for p in path.rglob("*") if p.is_dir())]:
            _sync_folder(each)
        path.rename(to)
        _sync_folder(to.parent)
    except OSError as error:
        _refuse(error)
