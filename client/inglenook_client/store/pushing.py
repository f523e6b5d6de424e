"""What to ask for and what to send: requests worked out from what is held (SPEC 14, 15)."""

from __future__ import annotations

from itertools import islice

import msgspec

from inglenook_client.core.ports import PushBatch, PushCursor
from inglenook_client.store.database import Connection
from inglenook_client.store.envelopes import branch_holding, id_at, read_rows
from inglenook_client.store.state import Log, SpaceState
from inglenook_protocol import labels
from inglenook_protocol.codec import Point, Ref, encode
from inglenook_protocol.envelope import Envelope
from inglenook_protocol.limits import MAX_HEADS, MAX_RUN_ITEMS, MAX_RUNS
from inglenook_protocol.messages import LogPoints, PullRequest, PushRequest
from inglenook_protocol.roster import Statement
from inglenook_protocol.runs import Run, make_runs
from inglenook_protocol.session import deeper_seqs
from inglenook_protocol.signatures import verify

# An item's frame beside its body, generously: signature, numbers, msgpack heads.
_ITEM_BYTES = 96


def pull_request(
    conn: Connection, state: SpaceState, deepen: frozenset[bytes], page_bytes: int
) -> bytes:
    """The encoded ``PullRequest`` for what is held now.

    Where the relay is known to hold less, the newest point that it acknowledged goes along:
    it passes over points that it does not know, and would send all of the log again.
    """
    have = []
    for device, log in sorted(state.log_by_device.items()):
        points = set(log.heads)
        if log.branches and 0 < log.acknowledged < log.branches[0].head_seq:
            known = id_at(conn, log, log.branches[0], log.acknowledged)
            if known is not None:
                points.add(Point(log.acknowledged, known))
        if device in deepen:
            for branch in log.branches:
                for seq in deeper_seqs(branch.head_seq):
                    if (id_ := id_at(conn, log, branch, seq)) is not None:
                        points.add(Point(seq, id_))
        if points:
            have.append(LogPoints(device, sorted(points)[-MAX_HEADS:]))
    book = state.book
    return encode(PullRequest(have, book.roster_hash, book.erasures_hash, page_bytes))


def push_batch(
    conn: Connection, state: SpaceState, cursor: PushCursor, max_bytes: int
) -> PushBatch:
    """The next batch: statements first, then envelopes of each log in order."""
    statements: list[Statement] = []
    if cursor.statements:
        statements = state.book.statements()
    runs: list[Run] = []
    rest: dict[bytes, list[Point]] = {}
    reaches: dict[bytes, list[Point]] = {}
    room = max_bytes - sum(len(s.content) + 80 for s in statements)
    count = 0
    for device, points in cursor.start_by_device.items():
        log = state.log_by_device.get(device)
        if log is None:
            continue
        if room <= 0 or len(runs) >= MAX_RUNS:
            rest[device] = points
            continue
        made, used, reached = _runs_from(conn, state, log, points, room, MAX_RUNS - len(runs))
        runs += made
        room -= used
        count += sum(len(run.items) for run in made)
        if made:
            reaches[device] = log.heads if reached is None else reached
        if reached is not None:
            rest[device] = reached
    following = PushCursor(rest, statements=False) if rest else None
    body = encode(PushRequest(statements, runs))
    return PushBatch(body, [run.device for run in runs], count, reaches, following)


def _runs_from(
    conn: Connection, state: SpaceState, log: Log, points: list[Point], room: int, max_runs: int
) -> tuple[list[Run], int, list[Point] | None]:
    """Runs of a log beyond ``points``; bytes used; points reached if it is not the end."""
    reached = {b.number: 0 for b in log.branches}
    for point in points:
        branch = branch_holding(conn, log, point)
        seq = point.seq
        while branch is not None:
            reached[branch.number] = max(reached[branch.number], seq)
            seq = branch.first_seq - 1
            branch = log.branches[branch.parent] if branch.number else None
    envelopes: list[Envelope] = []
    used = 0
    full = False
    for branch in log.branches:
        rows = read_rows(
            conn, state, log, branch, max(1, reached[branch.number] + 1), branch.head_seq
        )
        stretch: list[Envelope] = []
        for held in islice(rows, MAX_RUN_ITEMS):
            envelope = _without_erased(state, held)
            stretch.append(envelope)
            used += len(envelope.body or b"") + _ITEM_BYTES
            if used >= room and _ends_well(state, envelope):
                full = True
                break
        # What lies between two good ends is never longer than a run: it came here in one.
        while stretch and stretch[-1].seq < branch.head_seq and not _ends_well(state, stretch[-1]):
            stretch.pop()
        if stretch:
            envelopes += stretch
            reached[branch.number] = stretch[-1].seq
        if full:
            break
    runs = make_runs(envelopes)[:max_runs]
    whole = all(reached[b.number] >= b.head_seq for b in log.branches)
    if whole:
        return runs, used, None
    tips = [
        Point(reached[b.number], id_)
        for b in log.branches
        if reached[b.number] and (id_ := id_at(conn, log, b, reached[b.number])) is not None
    ]
    return runs, used, sorted(tips)


def _without_erased(state: SpaceState, envelope: Envelope) -> Envelope:
    """The envelope as it may be sent: erased bodies never are again (SPEC 12.2)."""
    ref = Ref(envelope.device, envelope.seq, envelope.id)
    if envelope.body is None or envelope.is_key or not state.book.is_erased(ref):
        return envelope
    return msgspec.structs.replace(envelope, body=None)


def _ends_well(state: SpaceState, envelope: Envelope) -> bool:
    """Whether a batch may be cut after ``envelope``: its own signature holds (SPEC 6.4)."""
    device = state.book.device(envelope.device)
    return envelope.device == state.device.id or (
        device is not None
        and verify(labels.ENVELOPE_SIG, device.sign, envelope.header, envelope.signature)
    )
