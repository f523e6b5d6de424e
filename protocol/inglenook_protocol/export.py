"""Exported journals: sealed logs in a file that stands for itself (SPEC 24).

    magic (journal statements* run* end)+ closed

Each part is u32 length || record. A part is at most ``MAX_PART_BYTES``, so a file of any size is
written and read a part at a time. ``protocol/verifier`` reads the same files and shares no code
with this module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Annotated, Final, Literal

import msgspec

from inglenook_protocol.codec import Bytes32, Natural, Point, Record, decoder, encode
from inglenook_protocol.errors import Reject, RemoteProtocolError
from inglenook_protocol.limits import MAX_BRANCHES, MAX_LOGS, MAX_PART_BYTES
from inglenook_protocol.roster import Statement
from inglenook_protocol.runs import Run

_KIND: Final = b"inglenook export "
MAGIC: Final = _KIND + b"1\n"


class JournalPart(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A journal begins: its genesis."""

    part: Literal["journal"]
    genesis: bytes


class StatementsPart(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Statements, each after those that it rests on."""

    part: Literal["statements"]
    statements: Annotated[list[Statement], msgspec.Meta(min_length=1)]


class RunPart(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A stretch of one log."""

    part: Literal["run"]
    run: Run


class LogHeads(Record, frozen=True, array_like=True, forbid_unknown_fields=True, order=True):
    """Where a log ends: all of its branches, ascending."""

    device: Bytes32
    points: Annotated[list[Point], msgspec.Meta(min_length=1, max_length=MAX_BRANCHES)]


class EndPart(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A journal ends: what there was of it."""

    part: Literal["end"]
    statements: Natural
    envelopes: Natural
    heads: Annotated[list[LogHeads], msgspec.Meta(max_length=MAX_LOGS)]
    roster_hash: Bytes32
    erasures_hash: Bytes32


class ClosedPart(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The file ends: how many journals there were, and the hash of all before this part."""

    part: Literal["closed"]
    journals: Natural
    digest: Bytes32


Part = JournalPart | StatementsPart | RunPart | EndPart | ClosedPart

_DECODERS: Final[dict[bytes, Callable[[bytes], Part]]] = {
    encode("journal"): decoder(JournalPart, "export"),
    encode("statements"): decoder(StatementsPart, "export"),
    encode("run"): decoder(RunPart, "export"),
    encode("end"): decoder(EndPart, "export"),
    encode("closed"): decoder(ClosedPart, "export"),
}
_FOLLOWS: Final[dict[str, tuple[str, ...]]] = {
    "": ("journal",),
    "journal": ("statements", "run", "end"),
    "statements": ("statements", "run", "end"),
    "run": ("run", "end"),
    "end": ("journal", "closed"),
}


class ExportWriter:
    """Writes parts to ``write``, which takes bytes. Order is the caller's; ``close`` is last."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._hash = sha256(MAGIC)
        self._journals = 0
        write(MAGIC)

    def journal(self, genesis: bytes) -> None:
        self._journals += 1
        self._put(JournalPart("journal", genesis))

    def statements(self, statements: Sequence[Statement]) -> None:
        self._put(StatementsPart("statements", list(statements)))

    def run(self, run: Run) -> None:
        self._put(RunPart("run", run))

    def end(
        self,
        statements: int,
        envelopes: int,
        heads: Sequence[LogHeads],
        roster_hash: bytes,
        erasures_hash: bytes,
    ) -> None:
        self._put(EndPart("end", statements, envelopes, list(heads), roster_hash, erasures_hash))

    def close(self) -> None:
        self._put(ClosedPart("closed", self._journals, self._hash.digest()))

    def _put(self, part: Part) -> None:
        encoded = encode(part)
        framed = len(encoded).to_bytes(4, "big") + encoded
        self._hash.update(framed)
        self._write(framed)


def read_parts(read: Callable[[int], bytes]) -> Iterator[Part]:
    """The parts of an export, in order; only the regular end says that it is whole.

    ``read`` gives so many bytes, fewer at the end of the file. What is in a part is checked for
    its form alone. Raises ``RemoteProtocolError`` (malformed, too-large, wrong-version).
    """
    magic = read(len(MAGIC))
    if magic != MAGIC:
        if re.fullmatch(re.escape(_KIND) + rb"\d+\n?", magic):
            raise RemoteProtocolError(
                Reject.WRONG_VERSION, "This export was made by another version of Inglenook."
            )
        raise RemoteProtocolError(Reject.MALFORMED, "This file is not an exported journal.")
    whole = sha256(magic)
    last = ""
    journals = 0
    while last != "closed":
        head = read(4)
        size = int.from_bytes(head, "big")
        if len(head) == 4 and size > MAX_PART_BYTES:
            raise RemoteProtocolError(Reject.TOO_LARGE, "A part of an export is too large.")
        encoded = read(size)
        if len(head) < 4 or len(encoded) < size:
            raise RemoteProtocolError(Reject.MALFORMED, "The export ends too early.")
        part = _decode(encoded)
        if part.part not in _FOLLOWS[last]:
            raise RemoteProtocolError(Reject.MALFORMED, "The parts of the export are not in order.")
        last = part.part
        journals += last == "journal"
        if isinstance(part, ClosedPart) and (part.digest, part.journals) != (
            whole.digest(),
            journals,
        ):
            raise RemoteProtocolError(
                Reject.MALFORMED, "The export is not as it was when it was written."
            )
        whole.update(head + encoded)
        yield part
    if read(1):
        raise RemoteProtocolError(Reject.MALFORMED, "Something follows the end of the export.")


def _decode(encoded: bytes) -> Part:
    for name, decode in _DECODERS.items():
        if encoded[1 : 1 + len(name)] == name:
            return decode(encoded)
    raise RemoteProtocolError(Reject.MALFORMED, "The export has a part of an unknown kind.")
