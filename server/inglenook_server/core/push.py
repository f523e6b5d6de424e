"""What to store of a pushed run (SPEC 6.2, 6.3, 11.4, 14.6).

what arrives                                  result
device that the roster does not know          refused unknown-device
form of SPEC 6.1 not kept                     refused malformed, too-large
previous envelope not held                    gap, with the heads held here
a part of it does not verify                  refused, with the class; nothing is stored
all of it held                                duplicate
new part goes on from a head                  accepted, appended to that branch
new part goes on from elsewhere               accepted, a new branch (a fork)
a fork too many                               refused too-many-branches
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from inglenook_protocol.codec import Ref
from inglenook_protocol.envelope import Envelope
from inglenook_protocol.errors import Reject, RemoteProtocolError
from inglenook_protocol.genesis import DeviceInfo
from inglenook_protocol.limits import MAX_BRANCHES
from inglenook_protocol.messages import Accepted, Duplicate, Gap, PushResult, Refused
from inglenook_protocol.roster import StatementBook
from inglenook_protocol.runs import Run, VerifiedRun, check_run, verify_run
from inglenook_server.core import chunks
from inglenook_server.core.chunks import ID_BYTES, MAX_CHUNK_BYTES, Chunk
from inglenook_server.core.logs import Branch, Logs, head_points
from inglenook_server.core.ops import AppendChunk, OpenBranch


class IdRange(msgspec.Struct, frozen=True, gc=False):
    """Ids of a branch that are needed to place a run, both ends included."""

    branch: int
    first_seq: int
    last_seq: int


class HeldIds:
    """Ids by (branch, seq), as far as they were asked for."""

    def __init__(self) -> None:
        self._pieces: dict[int, list[tuple[int, bytes]]] = {}

    def add(self, branch: int, first_seq: int, ids: bytes) -> None:
        """``ids``: 32 bytes each, one after another, from ``first_seq``."""
        self._pieces.setdefault(branch, []).append((first_seq, ids))

    def at(self, branch: int, seq: int) -> bytes | None:
        """The id at a place, or None."""
        for first_seq, ids in self._pieces.get(branch, ()):
            start = (seq - first_seq) * ID_BYTES
            if 0 <= start < len(ids):
                return ids[start : start + ID_BYTES]
        return None


class PushPlan:
    """The runs of one push, one after another: each sees what those before it will store.

    ``book`` already has the statements of the same push. ``new_branch`` gives numbers that no
    branch has. Nothing outside changes; ``ops`` is what to write, in one transaction.
    """

    def __init__(
        self, space_id: bytes, logs: Logs, book: StatementBook, new_branch: Callable[[], int]
    ) -> None:
        self._space_id = space_id
        self._logs = logs
        self._book = book
        self._new_branch = new_branch
        self._has_erasures = bool(book.erasure_statements())
        self._planned = HeldIds()
        self.ops: list[OpenBranch | AppendChunk] = []
        self.changed: dict[bytes, list[Branch]] = {}
        """Branches, after the push, of each log that changes."""
        self.bytes_by_member: dict[bytes, int] = {}
        """How much each member's store grows."""
        self.events = 0
        """How many envelopes are new."""

    def _branches(self, device: bytes) -> Sequence[Branch]:
        return self.changed.get(device) or self._logs.get(device, ())

    def needs(self, run: Run) -> list[IdRange]:
        """What must be looked up before ``place``: nothing for a run that goes on from a head."""
        first, last = run.first_seq - 1, run.first_seq + len(run.items) - 1
        branches = self._branches(run.device)
        if any(b.head_seq == first and b.head_id == run.previous for b in branches):
            branches = [b for b in branches if b.head_seq > first]
        return [
            IdRange(b.no, max(first, b.start_seq), min(last, b.head_seq))
            for b in branches
            if b.start_seq <= last and b.head_seq >= first
        ]

    def place(self, run: Run, held: HeldIds) -> PushResult:
        """What happens to ``run``; ``held`` has the ids of ``needs(run)``."""
        device = self._book.roster.devices.get(run.device)
        if device is None:
            return Refused(Reject.UNKNOWN_DEVICE)
        branches = self._branches(run.device)
        try:
            check_run(run)
            if run.first_seq > 1 and not any(
                self._id_at(b, run.first_seq - 1, held) == run.previous for b in branches
            ):
                return Gap(head_points(branches))
            verified = verify_run(run, self._space_id, device, self._book.is_erased)
        except RemoteProtocolError as error:
            if error.reject is Reject.GAP:
                return Gap(head_points(branches))
            return Refused(error.reject)
        if verified.flaw is not None:
            return Refused(verified.flaw)
        return self._store(run, verified, device, branches, held)

    def _id_at(self, branch: Branch, seq: int, held: HeldIds) -> bytes | None:
        if seq == branch.head_seq:
            return branch.head_id
        if not branch.start_seq <= seq < branch.head_seq:
            return None
        return held.at(branch.no, seq) or self._planned.at(branch.no, seq)

    def _store(
        self,
        run: Run,
        verified: VerifiedRun,
        device: DeviceInfo,
        branches: Sequence[Branch],
        held: HeldIds,
    ) -> PushResult:
        envelopes = verified.envelopes
        # Ids hash their ancestry, so what is held of the run is a beginning of it.
        new_from = 0
        while new_from < len(envelopes) and any(
            self._id_at(b, envelopes[new_from].seq, held) == envelopes[new_from].id
            for b in branches
        ):
            new_from += 1
        if new_from == len(envelopes):
            return Duplicate(verified.head_seq)
        fresh = envelopes[new_from:]
        first = fresh[0]
        pieces = self._chunks(run, fresh, device, whole=new_from == 0)
        if any(len(piece.items) > MAX_CHUNK_BYTES for piece in pieces):
            return Refused(Reject.TOO_LARGE)
        after = list(branches)
        base = (first.seq - 1, first.previous)
        at = next((i for i, b in enumerate(after) if (b.head_seq, b.head_id) == base), None)
        if at is None:
            if len(after) >= MAX_BRANCHES:
                return Refused(Reject.TOO_MANY_BRANCHES)
            parent = next(
                (b.no for b in after if self._id_at(b, first.seq - 1, held) == first.previous),
                None,
            )
            branch = Branch(
                self._new_branch(),
                run.device,
                parent,
                first.seq,
                first.previous,
                first.seq - 1,
                first.previous,
                0,
            )
            at = len(after)
            after.append(branch)
            self.ops.append(OpenBranch(self._space_id, branch))
        branch = after[at]
        for piece in pieces:
            branch = branch.grown(piece.last_seq, piece.last_id, piece.stored_bytes)
            self.ops.append(AppendChunk(branch, piece))
            self._planned.add(branch.no, piece.first_seq, piece.ids)
        grown = branch.stored_bytes - after[at].stored_bytes
        self.bytes_by_member[device.member] = self.bytes_by_member.get(device.member, 0) + grown
        after[at] = branch
        self.changed[run.device] = after
        self.events += len(fresh)
        return Accepted(verified.head_seq)

    def _chunks(
        self, run: Run, fresh: Sequence[Envelope], device: DeviceInfo, *, whole: bool
    ) -> list[Chunk]:
        pieces = list(chunks.cut(fresh, device.sign))
        if whole and len(pieces) == 1 and not self._has_erasures:
            ids = b"".join([envelope.id for envelope in fresh])
            return [Chunk(run.first_seq, ids, b"".join(run.keys), chunks.encode_items(run.items))]
        is_erased = self._is_erased if self._has_erasures else None
        return [chunks.make_chunk(piece, is_erased) for piece in pieces]

    def _is_erased(self, envelope: Envelope) -> bool:
        ref = Ref(envelope.device, envelope.seq, envelope.id)
        return not envelope.is_key and self._book.is_erased(ref)


def newly_erased(before: StatementBook, after: StatementBook) -> dict[bytes, list[Ref]]:
    """Refs, by device, that are erased after new statements and were not before them."""
    result: dict[bytes, list[Ref]] = {}
    if len(after) == len(before):
        return result
    for ref in after.erased_refs():
        if not before.is_erased(ref):
            result.setdefault(ref.device, []).append(ref)
    return result


def stored_bytes_by_member(
    logs: Logs, device_of: Callable[[bytes], DeviceInfo | None]
) -> dict[bytes, int]:
    """How much of each member's envelopes is stored, in bytes."""
    total: dict[bytes, int] = {}
    for id_, branches in logs.items():
        if (device := device_of(id_)) is not None:
            size = sum(branch.stored_bytes for branch in branches)
            total[device.member] = total.get(device.member, 0) + size
    return total
