"""One relay process for each data directory."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inglenook_server.storage.port import StorageError, StorageInUse

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def serving(directory: Path) -> Iterator[None]:
    """Hold the directory. The system lets go of it when the process ends, however it ends.

    Raises ``StorageInUse`` or ``StorageError``.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StorageError(
            f"The directory {directory} cannot be used: {error.strerror}.",
            "Choose another --data directory, or see to its access rights.",
        ) from None
    try:
        try:
            _lock(descriptor)
        except OSError:
            raise StorageInUse(f"Another relay serves {directory} already.") from None
        yield
    finally:
        os.close(descriptor)
