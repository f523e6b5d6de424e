"""The storage port: what every adapter promises.

**Transactions.** ``commit`` takes a list of operations. They happen together or not at all,
in their order, and later readers see all of them. When ``commit`` returns, they are on disk:
they outlive the process, and as far as the disk keeps its word, the machine. When it raises,
none of them happened, now or later. While it has not returned (a crash in between), all of
them or none of them may have happened. Commits that wait at the same time may share one
flush to disk; that is invisible but for speed. One of them that cannot be done never spoils
the others.

**Reading.** ``read`` runs a plain function over a ``Snapshot``: everything it reads is of one
moment, at least as late as the last commit that was answered before ``read`` was called. The
function may run on another thread; it must not keep the snapshot.

**Order.** Branch numbers from ``new_branch_no`` are never given twice, not even after a crash,
if a branch with that number was ever committed. Writers of one space take turns (the callers
see to it); the adapter need not order commits that run at the same time.

**One process.** A data directory is served by one process at a time. Other processes may read
and change registration tokens meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

import msgspec

from inglenook_protocol.errors import InglenookError
from inglenook_protocol.roster import Statement
from inglenook_server.core.chunks import Chunk
from inglenook_server.core.logs import Branch
from inglenook_server.core.ops import Mailbox, Op

T = TypeVar("T")


class StorageError(InglenookError):
    """The store could not do what was asked. Nothing of the request was stored."""

    default_next_step = "Look at the disk and run 'nook-relay check'."


class StorageFull(StorageError):  # noqa: N818 - named for what is so, as the others below
    """No room is left on the disk, or within ``--max-bytes``."""

    default_next_step = "Make room on the disk, or raise --max-bytes."


class StorageConflict(StorageError):  # noqa: N818
    """An operation does not fit what is stored: the caller's picture is not the store's."""

    default_next_step = "Ask again; the relay looks anew."


class StorageClosed(StorageError):  # noqa: N818
    """The store is closed."""

    default_next_step = "Start the relay again."


class StorageInUse(StorageError):  # noqa: N818
    """Another process serves this data directory."""

    default_next_step = "Stop the other relay, or choose another --data directory."


class SpaceRecord(msgspec.Struct, frozen=True):
    """All that is held of a space but its envelopes. Branches: parents before children."""

    genesis: bytes
    statements: list[Statement]
    branches: list[Branch]


class TokenRecord(msgspec.Struct, frozen=True):
    """A registration token. ``hash``: SHA-256 of its text."""

    hash: bytes
    label: str


class Totals(msgspec.Struct, frozen=True):
    """What the operator may know: counts, and bytes on disk."""

    spaces: int
    logs: int
    events: int
    stored_bytes: int


class Snapshot(Protocol):
    """Reading at one moment."""

    def space(self, space_id: bytes) -> SpaceRecord | None:
        """All but the envelopes, or None."""

    def spaces_of(self, member: bytes, limit: int) -> list[bytes]:
        """Genesis records of spaces with this member, at most ``limit``."""

    def ids(self, branch: int, first_seq: int, last_seq: int) -> Iterator[tuple[int, bytes]]:
        """(first seq, ids) pieces that together cover the range, as far as it is held."""

    def id_at(self, branch: int, seq: int) -> bytes | None:
        """The envelope id at a place, or None."""

    def chunks(self, branch: int, seq: int) -> Iterator[Chunk]:
        """The chunk that covers ``seq``, then those after it."""

    def tokens(self) -> list[TokenRecord]:
        """All registration tokens."""

    def secret(self, name: str) -> bytes | None:
        """A secret of this relay."""

    def mailbox(self, mailbox_id: bytes) -> Mailbox | None:
        """A mailbox, expired or not."""

    def message(self, mailbox_id: bytes, slot: int) -> bytes | None:
        """What is in a slot."""

    def count_mailboxes(self) -> int:
        """How many mailboxes there are, expired ones included."""

    def totals(self) -> Totals:
        """Counts for the operator; reads everything's size, so not for each request."""


class Storage(Protocol):
    """See the module's text for what is promised."""

    def new_branch_no(self) -> int:
        """A number for a new branch."""

    async def commit(self, ops: Sequence[Op]) -> None:
        """Do all of ``ops``, durably.

        Raises ``StorageFull``, ``StorageConflict``, ``StorageClosed`` or ``StorageError``.
        """

    async def read(self, function: Callable[[Snapshot], T]) -> T:
        """Run ``function`` over a snapshot. Raises ``StorageClosed`` or ``StorageError``."""

    async def close(self) -> None:
        """Finish what was asked for before, then close. Closing again is fine."""
