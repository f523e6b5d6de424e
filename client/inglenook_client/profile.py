"""Where a profile's files lie, and which key opens which (DESIGN: one database per space).

home/
    unlock.json       the master key, wrapped (keyring)
    private.db        the private space
    shared.db         the shared space, once paired
    earlier-0.db …    shared spaces that were left before another one began
    drafts/           words that could not be taken in, sealed
"""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import Final

from inglenook_client.keyring import files
from inglenook_client.keyring.errors import ProfileStorageError
from inglenook_protocol.hashing import kdf

PRIVATE: Final = "private"
SHARED: Final = "shared"
BEGINNING: Final = "beginning"
"""A private space that is being made and holds nothing yet that anybody wrote."""
EARLIER: Final = "earlier-"
_DATABASE_KEY: Final = b"inglenook/client/database-key/v1\x00"


class Profile:
    """Paths and database keys of one profile."""

    def __init__(self, home: Path, master_key: bytes) -> None:
        """``master_key``: 32 bytes, from the keyring."""
        self.home = home
        self._master_key = master_key

    @property
    def master_key(self) -> bytes:
        return self._master_key

    def path(self, space: str) -> Path:
        """The database file of ``PRIVATE`` or ``SHARED``."""
        return database_path(self.home, space)

    def key(self, space: str) -> bytes:
        """The raw key of that database: 32 bytes."""
        return kdf(_DATABASE_KEY, self._master_key, space.encode("ascii"))

    def set_aside(self, space: str) -> None:
        """Move a database out of the way; nothing is deleted."""
        mark = secrets.token_hex(4)
        for path in sorted(self.home.glob(f"{space}.db*")):
            path.rename(path.with_name(f"set-aside-{mark}-{path.name}"))

    def rename(self, space: str, to: str) -> None:
        """Give a closed database another name, durably; its key stays the one of ``space``.

        Nothing happens where that was done before. Raises ``ProfileStorageError``.
        """
        if self.path(space).exists():
            files.move(self.path(space), self.path(to))

    def clear(self, space: str) -> None:
        """Delete what is left of a space that was being made. Raises ``ProfileStorageError``."""
        files.remove(sorted(self.home.glob(f"{space}.db*")))

    def clear_beginnings(self) -> None:
        """Delete all that a start which was cut off left. Only where ``never_begun``.

        Raises ``ProfileStorageError``.
        """
        if self.path(BEGINNING).exists():
            self.clear(SHARED)
            self.clear(f"{EARLIER}*")
        self.clear(f"{BEGINNING}-*")
        self.clear(BEGINNING)

    def put_in_place(self, made: str, space: str) -> None:
        """Give a closed database its name, durably. Raises ``ProfileStorageError``."""
        files.move(self.path(made), self.path(space))
        self.clear(made)

    def __repr__(self) -> str:
        return f"Profile({self.home.name!r})"


def earlier(index: int) -> str:
    """The name of a shared space that was left; it keeps the key of ``SHARED``."""
    return f"{EARLIER}{index}"


def database_path(home: Path, space: str) -> Path:
    """The database file of a space, known without its key."""
    return home / f"{space}.db"


def beginning(index: int) -> str:
    """The name of a shared space that is being brought back."""
    return f"{BEGINNING}-{index}"


def never_begun(home: Path) -> bool:
    """Whether a start was cut off before the journal's first file: there is a key, perhaps
    some words that were kept, and nothing that anybody wrote into a journal."""
    names = ["private.db", "private.db-wal"]
    # The private one is the last to get its name: beside it being made, the others are no more
    # than what a relay holds.
    if not database_path(home, BEGINNING).exists():
        names += ["shared.db", "shared.db-wal"]
    return not any((home / name).exists() for name in names) and not any(home.glob("set-aside-*"))


_PROFILE_FILES: Final = re.compile(
    r"\.?(unlock\.json(\.[0-9a-f]{8})?"
    r"|(set-aside-[0-9a-f]{8}-)?(private|shared|beginning(-\d+)?|earlier-\d+)\.db"
    r"(-wal|-shm|-journal|\.lock|\.new)*)|\.room\.[0-9a-f]{8}"
)
_DRAFT_FILES: Final = re.compile(r"\.?[0-9a-f]{64}\.draft(\.[0-9a-f]{8})?")


def profile_files(home: Path) -> list[Path]:
    """Every file in a home that is a journal's, leftovers of stopped commands too.

    Raises ``ProfileStorageError``.
    """
    try:
        own = [path for path in home.glob("*") if _PROFILE_FILES.fullmatch(path.name)]
        own += [p for p in (home / "drafts").glob("*") if _DRAFT_FILES.fullmatch(p.name)]
        own += [p for p in home.glob(".backup-*/**/*") if p.is_file()]
    except OSError as error:
        raise ProfileStorageError() from error
    return sorted(own)
