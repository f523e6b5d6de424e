"""Taking journals along: sealed as they lie in the logs, or in plain words for people.

A sealed export (SPEC 24) holds everything, also what this version does not know, and opens with
the recovery phrase: by ``protocol/verifier``, and by nobody without the phrase. A readable one is
all that a person could read here, not encrypted (``core/practices/readable.py``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from inglenook_client.core.model import Visibility
from inglenook_client.core.ports import SyncProgress
from inglenook_client.journal.errors import ExportExistsError, ExportPlaceError, NotPairedError
from inglenook_client.journal.state import JournalState
from inglenook_client.keyring import ProfileStorageError, files
from inglenook_client.profile import PRIVATE, SHARED, earlier
from inglenook_protocol.export import ExportWriter, read_parts

if TYPE_CHECKING:
    from inglenook_client.core.practices.readable import KeptView
    from inglenook_client.journal.readable import PartHead
    from inglenook_client.store.space import SpaceStore


class Exported(msgspec.Struct, frozen=True):
    """What an export holds."""

    size_bytes: int
    journals: list[Visibility]
    """The kinds of the journals in it, in order."""
    entries: int | None
    """Entries of a readable one; how many steps a sealed one has, is nobody's to count."""


class Rendering(NamedTuple):
    """How a face puts a readable export."""

    head: str
    """What stands above it all."""
    part: Callable[[PartHead], str]
    """The head of one journal's part."""
    day: Callable[[PartHead, str, list[KeptView]], str]


class Exporting:
    """Reached as ``journal.exporting``."""

    def __init__(self, state: JournalState) -> None:
        self._state = state

    def _stores(self, visibility: Visibility | None) -> list[tuple[SpaceStore, Visibility]]:
        """Those of one kind or all, earlier shared ones too; all of them can be read."""
        state = self._state
        spaces = [PRIVATE] if visibility != "shared" else []
        if visibility != "private":
            spaces += [SHARED, *map(earlier, state.earlier)]
        # An export without one of them would look whole.
        state.check_readable(*spaces)
        stores = [(s, v) for s, v in state.stores() if visibility in (None, v)]
        if not stores:
            raise NotPairedError()
        return stores

    async def sealed(
        self,
        file: Path,
        visibility: Visibility | None = None,
        progress: Callable[[SyncProgress], None] | None = None,
    ) -> Exported:
        """Write journals as they lie in the logs into a new file, while others use them.

        It is read back before it gets its name. Raises ``NotPairedError``,
        ``JournalUnreadableError``, ``ExportExistsError``, ``ExportPlaceError``,
        ``RemoteProtocolError`` (what came back is not what was written), ``StoreError`` kinds.
        """
        stores = self._stores(visibility)
        count = 0

        def told(so_far: int) -> None:
            if progress is not None:
                progress(SyncProgress("exporting", count + so_far))

        try:
            with files.new_file(file, _read_back) as out:
                writer = ExportWriter(out.write)
                for store, _ in stores:
                    count += await store.export(writer, told)
                writer.close()
        except FileExistsError:
            raise ExportExistsError() from None
        except ProfileStorageError as error:
            raise ExportPlaceError() from error
        return Exported(_size(file), [kind for _, kind in stores], None)

    async def readable(
        self,
        file: Path,
        rendering: Rendering,
        visibility: Visibility | None = None,
        progress: Callable[[SyncProgress], None] | None = None,
    ) -> Exported:
        """Write all that this person could read, the first day first, as ``rendering`` puts it.

        Not encrypted; for this account's eyes alone (0600). Raises as ``sealed``.
        """
        from inglenook_client.journal.readable import parts

        stores = self._stores(visibility)
        count = 0
        try:
            with files.new_file(file) as out:
                out.write(rendering.head.encode())
                async for part in parts(self._state, stores):
                    out.write(rendering.part(part.head).encode())
                    async for day, kept in part.days:
                        text = rendering.day(part.head, day, kept)
                        await asyncio.to_thread(out.write, text.encode())
                        count += len(kept)
                        if progress is not None:
                            progress(SyncProgress("exporting", count))
        except FileExistsError:
            raise ExportExistsError() from None
        except ProfileStorageError as error:
            raise ExportPlaceError() from error
        return Exported(_size(file), [kind for _, kind in stores], count)


def _size(file: Path) -> int:
    return file.stat().st_size


def _read_back(file: Path) -> None:
    with file.open("rb") as written:
        for _ in read_parts(written.read):
            pass


def check_export_place(file: Path) -> None:
    """Before any question. Raises ``ExportPlaceError``, ``ExportExistsError``."""
    if not file.parent.is_dir():
        raise ExportPlaceError()
    if file.exists():
        raise ExportExistsError()
