"""What is to be written, as values: the rules decide, the storage does (port.py)."""

from __future__ import annotations

import msgspec

from inglenook_protocol.roster import Statement
from inglenook_server.core.chunks import Chunk
from inglenook_server.core.logs import Branch


class PutSpace(msgspec.Struct, frozen=True):
    """A new space. ``genesis`` as received; ``members`` are what ``find`` looks for."""

    space: bytes
    genesis: bytes
    members: tuple[bytes, ...]


class PutStatements(msgspec.Struct, frozen=True):
    """New statements, in an order in which a book takes them in one pass."""

    space: bytes
    statements: tuple[Statement, ...]


class OpenBranch(msgspec.Struct, frozen=True):
    """A new branch, still without envelopes; its first chunk is in the same transaction."""

    space: bytes
    branch: Branch


class AppendChunk(msgspec.Struct, frozen=True):
    """The next chunk of a branch. ``branch`` is what it is afterwards."""

    branch: Branch
    chunk: Chunk


class ReplaceChunk(msgspec.Struct, frozen=True):
    """The same envelopes with fewer bodies. ``branch`` is what it is afterwards."""

    branch: Branch
    chunk: Chunk


class PutToken(msgspec.Struct, frozen=True):
    """A registration token: only its hash is kept."""

    hash: bytes
    label: str


class DropToken(msgspec.Struct, frozen=True):
    """A registration token is good no longer."""

    hash: bytes


class PutSecret(msgspec.Struct, frozen=True):
    """A secret of this relay, by name; a name that exists keeps what it has."""

    name: str
    secret: bytes


class Mailbox(msgspec.Struct, frozen=True):
    """An open mailbox (SPEC 14.8). ``claim`` is None until a reader came in."""

    id: bytes
    owner_hash: bytes
    reader_hash: bytes
    expires_s: int
    claim: bytes | None


class PutMailbox(msgspec.Struct, frozen=True):
    """A new mailbox, or the same one with a claim."""

    mailbox: Mailbox


class PutMessage(msgspec.Struct, frozen=True):
    """A message into an empty slot."""

    mailbox: bytes
    slot: int
    message: bytes


class DropMailbox(msgspec.Struct, frozen=True):
    """A mailbox with all its messages."""

    mailbox: bytes


class SweepMailboxes(msgspec.Struct, frozen=True):
    """Messages of mailboxes that expired before ``expired_s`` go; those that expired before
    ``forgotten_s`` go altogether, so that until then a late guest hears what happened."""

    expired_s: int
    forgotten_s: int


Op = (
    PutSpace
    | PutStatements
    | OpenBranch
    | AppendChunk
    | ReplaceChunk
    | PutToken
    | DropToken
    | PutSecret
    | PutMailbox
    | PutMessage
    | DropMailbox
    | SweepMailboxes
)
