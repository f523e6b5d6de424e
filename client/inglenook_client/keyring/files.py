"""Small files that are either as they were or as they should be, never in between."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from inglenook_client.keyring.errors import ProfileStorageError


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
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
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
