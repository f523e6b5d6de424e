"""Envelopes as rows: reading stretches of a log, finding points, storing what was verified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from inglenook_client.store.chunks import in_chunks
from inglenook_client.store.database import Connection
from inglenook_client.store.places import parts_of, place_of
from inglenook_client.store.state import Branch, Log, SpaceState, epoch_number_of, save_branch
from inglenook_protocol.codec import Point
from inglenook_protocol.envelope import ZERO_ID, Envelope, hash_body, pack_prefix
from inglenook_protocol.errors import Reject
from inglenook_protocol.limits import MAX_BRANCHES
from inglenook_protocol.runs import VerifiedRun

_COLUMNS = "place, id, epoch, flags, signature, body_hash, body"
_CHUNK = 200
_ADMITTED = {
    count: (
        "SELECT place FROM envelope WHERE admitted AND place IN ("  # noqa: S608
        + ",".join("?" * count)
        + ") ORDER BY place"
    )
    for count in (1, _CHUNK)
}


def id_at(conn: Connection, log: Log, branch: Branch, seq: int) -> bytes | None:
    """The envelope id at ``seq`` on the way down from ``branch``; ``ZERO_ID`` at 0."""
    if seq == 0:
        return ZERO_ID
    if seq == branch.head_seq:
        return branch.head_id
    if branch.first_seq <= seq < branch.head_seq and (id_ := branch.recent_id(seq)) is not None:
        return id_
    row = conn.execute(
        "SELECT id FROM envelope WHERE place = ?", (log.place_at(branch, seq),)
    ).fetchone()
    return None if row is None else bytes(row[0])


def branch_holding(conn: Connection, log: Log, point: Point) -> Branch | None:
    """The branch whose own row is this point, or None if it is not held."""
    for branch in log.holding(point.seq):
        if id_at(conn, log, branch, point.seq) == point.id:
            return branch
    return None


def holds(conn: Connection, state: SpaceState, device: bytes, point: Point) -> bool:
    """Whether an envelope of ``device`` is held."""
    log = state.log_by_device.get(device)
    return log is not None and branch_holding(conn, log, point) is not None


def read_rows(
    conn: Connection, state: SpaceState, log: Log, branch: Branch, first: int, last: int
) -> Iterator[Envelope]:
    """Envelopes of a branch's own rows from ``first`` to ``last``, in order."""
    first = max(first, branch.first_seq)
    if first > last:
        return
    previous = id_at(conn, log, branch, first - 1) or ZERO_ID
    space_id = state.space_id
    for place, id_, epoch, flags, signature, body_hash, body in conn.execute(
        f"SELECT {_COLUMNS} FROM envelope WHERE place BETWEEN ? AND ? ORDER BY place",  # noqa: S608
        (place_of(log.number, branch.number, first), place_of(log.number, branch.number, last)),
    ):
        seq = parts_of(place)[2]
        key_id = state.key_id_by_number[epoch]
        yield Envelope(
            log.device,
            seq,
            bytes(id_),
            previous,
            key_id,
            flags,
            bytes(signature),
            None if body is None else bytes(body),
            bytes(body_hash) if body is None else hash_body(bytes(body)),
            pack_prefix(flags, space_id, log.device, seq, previous, key_id),
        )
        previous = bytes(id_)


def read_place(conn: Connection, state: SpaceState, place: int) -> Envelope | None:
    """One envelope by its key."""
    log_number, branch_number, seq = parts_of(place)
    log = state.log_by_number[log_number]
    return next(read_rows(conn, state, log, log.branches[branch_number], seq, seq), None)


def is_admitted(conn: Connection, place: int) -> bool:
    """Whether the envelope at ``place`` counts (SPEC 11)."""
    row = conn.execute("SELECT admitted FROM envelope WHERE place = ?", (place,)).fetchone()
    return row is not None and bool(row[0])


def read_admitted(
    conn: Connection, state: SpaceState, places: list[int]
) -> Iterator[tuple[int, Envelope]]:
    """Those of the envelopes at ``places`` that count (SPEC 11), in the order of their keys."""
    for chunk in in_chunks(sorted(places), _CHUNK):
        admitted = [place for (place,) in conn.execute(_ADMITTED[len(chunk)], chunk)]
        for place in admitted:
            if (envelope := read_place(conn, state, place)) is not None:
                yield place, envelope


def admitted_heads(conn: Connection, log: Log) -> list[Point]:
    """The highest admitted envelope of each branch that has one, ascending."""
    heads = []
    for branch in log.branches:
        row = conn.execute(
            "SELECT place, id FROM envelope WHERE place BETWEEN ? AND ? AND admitted"
            " ORDER BY place DESC LIMIT 1",
            (
                place_of(log.number, branch.number, branch.first_seq),
                place_of(log.number, branch.number, branch.head_seq),
            ),
        ).fetchone()
        if row is not None:
            heads.append(Point(parts_of(row[0])[2], bytes(row[1])))
    return sorted(heads)


def store_run(
    conn: Connection, state: SpaceState, log: Log, verified: VerifiedRun, *, admitted: bool
) -> list[tuple[int, Envelope]] | Reject:
    """Store what of a verified run is new; gives (place, envelope) of each.

    ``Reject.GAP`` if the run starts at nothing that is held, ``Reject.TOO_MANY_BRANCHES``
    if it would open one branch too many (SPEC 6.2, 6.3, 11.4).
    """
    envelopes = verified.envelopes
    if not envelopes:
        return []
    start = _start_branch(conn, log, verified)
    if start is None:
        return Reject.GAP
    branch, known = _skip_held(conn, log, start, envelopes)
    fresh = envelopes[known:]
    if not fresh:
        # Its last signature was just checked: better than one that perhaps was not.
        conn.execute(
            "UPDATE envelope SET signature = ?, checked = 1 WHERE place = ? AND checked <> 1",
            (
                envelopes[-1].signature,
                place_of(log.number, branch.number, envelopes[-1].seq),
            ),
        )
        return []
    first = fresh[0]
    if not log.branches:
        branch = Branch(0, 0, 1, 0, ZERO_ID)
        log.branches.append(branch)
    elif (branch.head_seq, branch.head_id) != (first.seq - 1, first.previous):
        if len(log.branches) >= MAX_BRANCHES:
            return Reject.TOO_MANY_BRANCHES
        branch = Branch(len(log.branches), branch.number, first.seq, first.seq - 1, first.previous)
        log.branches.append(branch)
    base = place_of(log.number, branch.number, 0)
    rows = []
    stored = []
    last_seq = fresh[-1].seq
    key_id, epoch = b"", 0
    for e in fresh:
        if e.key_id != key_id:
            key_id, epoch = e.key_id, epoch_number_of(conn, state, e.key_id)
        place = base + e.seq
        body_hash = e.body_hash if e.body is None else None
        checked = e.seq == last_seq
        rows.append(
            (place, e.id, epoch, e.flags, admitted, checked, e.signature, body_hash, e.body)
        )
        stored.append((place, e))
    conn.executemany(
        "INSERT INTO envelope"
        " (place, id, epoch, flags, admitted, checked, signature, body_hash, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    branch.grow([e.id for e in fresh])
    save_branch(conn, log, branch)
    return stored


def _start_branch(conn: Connection, log: Log, verified: VerifiedRun) -> Branch | None:
    """The branch that holds what the run follows; any branch for a run from seq 1."""
    if verified.first_seq == 1:
        return log.branches[0] if log.branches else Branch(0, 0, 1, 0, ZERO_ID)
    return branch_holding(conn, log, Point(verified.first_seq - 1, verified.previous))


def _skip_held(
    conn: Connection, log: Log, branch: Branch, envelopes: Sequence[Envelope]
) -> tuple[Branch, int]:
    """How many leading envelopes are held, and the branch of the last of them."""
    known = 0
    for envelope in envelopes:
        if all(envelope.seq > b.head_seq for b in log.branches):
            break
        at = branch_holding(conn, log, Point(envelope.seq, envelope.id))
        if at is None:
            break
        branch, known = at, known + 1
    return branch, known
