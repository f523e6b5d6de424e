"""How the relay lays out a log that may have forked, and what a reader lacks of it.

Theory. A log is a tree, almost always a single line. It is kept as *branches*: stretches
without a fork. A branch has a number that no other branch of the relay has, starts either at
seq 1 or right after an envelope of its parent branch, and grows at its head only. So an
envelope is found by (branch, seq), never by (device, seq) alone, and no index over random ids
is needed: whoever names (device, seq, id) is answered by looking at that seq of each of the
device's few branches (SPEC 5.6).

Since every id hashes the id before it, what a reader holds of a branch is always a beginning
of it: its *reach*, one number for each branch. Pull pages and streams both send what lies
between the reader's reach and the heads (SPEC 14.5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Final

import msgspec

from inglenook_protocol.codec import Point
from inglenook_protocol.messages import LogPoints


class Branch(msgspec.Struct, frozen=True, gc=False):
    """A stretch of one log without a fork. ``stored_bytes`` counts towards the quota."""

    no: int
    device: bytes
    parent: int | None
    """Number of the branch that holds the envelope before ``start_seq``; None at seq 1."""
    start_seq: int
    start_previous: bytes
    """Id of the envelope before ``start_seq``; 32 zero bytes at seq 1."""
    head_seq: int
    head_id: bytes
    stored_bytes: int

    def grown(self, head_seq: int, head_id: bytes, more_bytes: int) -> Branch:
        """The branch after a chunk was appended."""
        return Branch(
            self.no,
            self.device,
            self.parent,
            self.start_seq,
            self.start_previous,
            head_seq,
            head_id,
            self.stored_bytes + more_bytes,
        )


Logs = Mapping[bytes, Sequence[Branch]]
"""Branches by device, parents before children."""

Reach = dict[int, int]
"""Seq up to which a reader holds a branch, by branch number."""


class Span(msgspec.Struct, frozen=True, gc=False):
    """Envelopes of one branch, both ends included."""

    branch: Branch
    first_seq: int
    last_seq: int


class IdQuery(msgspec.Struct, frozen=True, gc=False):
    """Which id stands at this place of a branch? The shell asks the store."""

    branch: int
    seq: int


def head_points(branches: Iterable[Branch]) -> list[Point]:
    """Heads of one log, ascending."""
    return sorted(Point(branch.head_seq, branch.head_id) for branch in branches)


def heads_of(logs: Logs, known: Iterable[bytes]) -> list[LogPoints]:
    """The relay's heads of every log of a known device, ascending by device (SPEC 14.5)."""
    return [
        LogPoints(device, head_points(logs[device])) for device in sorted(known) if device in logs
    ]


MAX_QUERIES: Final = 8_192
"""Ids looked up for one ``have``. A reader that names more than it needs gets some again."""


def open_queries(logs: Logs, have: Iterable[LogPoints]) -> list[IdQuery]:
    """Ids that must be looked up before ``locate`` can place the points of ``have``.

    None in the common case: a reader that names heads is placed from memory.
    """
    queries = (
        IdQuery(branch.no, point.seq)
        for log in have
        for point in log.points
        for branch in logs.get(log.device, ())
        if branch.start_seq <= point.seq < branch.head_seq
    )
    return list(islice(queries, MAX_QUERIES))


def locate(
    logs: Logs, have: Iterable[LogPoints], id_by_query: Mapping[IdQuery, bytes | None]
) -> Reach:
    """The reader's reach. Points that are not held here are passed over (SPEC 14.5)."""
    reach: Reach = {}
    for log in have:
        branches = logs.get(log.device, ())
        by_no = {branch.no: branch for branch in branches}
        for point in log.points:
            for branch in branches:
                if not branch.start_seq <= point.seq <= branch.head_seq:
                    continue
                if point.seq == branch.head_seq:
                    held = branch.head_id
                else:
                    held = id_by_query.get(IdQuery(branch.no, point.seq)) or b""
                if held == point.id:
                    _extend(reach, by_no, branch, point.seq)
                    break
    return reach


def _extend(reach: Reach, by_no: Mapping[int, Branch], branch: Branch, seq: int) -> None:
    """Note that the reader holds ``branch`` up to ``seq``, and so all of its ancestry."""
    at: Branch | None = branch
    while at is not None:
        reach[at.no] = max(reach.get(at.no, 0), seq)
        seq = at.start_seq - 1
        at = None if at.parent is None else by_no.get(at.parent)


def lacking(logs: Logs, known: Iterable[bytes], reach: Mapping[int, int]) -> list[Span]:
    """What a reader with ``reach`` lacks, each log in order, parents before children.

    The log of which the reader has the smallest part comes first. So one who asks page after
    page reads all logs side by side, about as they were written: an edit comes near what it
    edits, which costs a reader a tenth less than log after log. Among equals the shortest comes
    first: where keys are is then known before what they open.
    """
    spans_by_log: list[list[Span]] = []
    for device in sorted(known):
        spans: list[Span] = []
        for branch in logs.get(device, ()):
            first = max(reach.get(branch.no, 0), branch.start_seq - 1) + 1
            if first <= branch.head_seq:
                spans.append(Span(branch, first, branch.head_seq))
        if spans:
            spans_by_log.append(spans)
    spans_by_log.sort(
        key=lambda spans: ((spans[0].first_seq - 1) / spans[0].last_seq, spans[0].last_seq)
    )
    return [span for spans in spans_by_log for span in spans]
