"""All of one space as it lies in the logs, sealed, into a file that stands for itself (SPEC 24).

One read transaction sees one moment; rows are read and written a part at a time, so the length
of a journal costs no memory. Nothing is opened: what this version does not know goes along.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from inglenook_client.store.database import Connection
from inglenook_client.store.envelopes import read_rows
from inglenook_client.store.state import Branch, Log, SpaceState
from inglenook_protocol import labels
from inglenook_protocol.codec import encode
from inglenook_protocol.envelope import Envelope
from inglenook_protocol.export import ExportWriter, LogHeads
from inglenook_protocol.limits import MAX_MESSAGE_BYTES, MAX_RUN_ITEMS, PAGE_BYTES
from inglenook_protocol.roster import Statement
from inglenook_protocol.runs import Run, make_runs
from inglenook_protocol.signatures import verify

_ITEM_BYTES: Final = 96
"""An item's frame beside its body, generously: signature, numbers, msgpack heads."""


def export(
    conn: Connection, state: SpaceState, writer: ExportWriter, told: Callable[[int], None]
) -> int:
    """Write the space; gives how many envelopes there were, and tells ``told`` on the way."""
    writer.journal(state.genesis.encoded)
    book = state.book
    statements = book.statements()
    for some in _statements(statements):
        writer.statements(some)
    count = 0
    heads = []
    for device, log in sorted(state.log_by_device.items()):
        for branch in log.branches:
            for run in _runs(conn, state, log, branch):
                writer.run(run)
                count += len(run.items)
                told(count)
        if log.branches:
            heads.append(LogHeads(device, log.heads))
    writer.end(len(statements), count, heads, book.roster_hash, book.erasures_hash)
    return count


def _statements(statements: list[Statement]) -> Iterator[list[Statement]]:
    some: list[Statement] = []
    size = 0
    for statement in statements:
        some.append(statement)
        size += len(encode(statement))
        if size >= PAGE_BYTES:
            yield some
            some, size = [], 0
    if some:
        yield some


def _runs(conn: Connection, state: SpaceState, log: Log, branch: Branch) -> Iterator[Run]:
    """A branch's own rows as runs that each end at a signature that holds (SPEC 6.4, 24.2).

    Of what arrived in one run, perhaps only the last signature holds. So a run here may have to
    grow as long as a message may be, and is then cut where the one before it had ended.
    """
    some: list[Envelope] = []
    size = 0
    for envelope in read_rows(conn, state, log, branch, branch.first_seq, branch.head_seq):
        grown = size + len(envelope.body or b"") + _ITEM_BYTES
        if some and (len(some) >= MAX_RUN_ITEMS or grown > MAX_MESSAGE_BYTES):
            end = _last_good(state, some)
            yield from make_runs(some[:end])
            some = some[end:]
            grown = sum(len(e.body or b"") + _ITEM_BYTES for e in (*some, envelope))
        some.append(envelope)
        size = grown
        if size >= PAGE_BYTES and _holds(state, envelope):
            yield from make_runs(some)
            some, size = [], 0
    yield from make_runs(some)


def _holds(state: SpaceState, envelope: Envelope) -> bool:
    device = state.book.device(envelope.device)
    return device is not None and verify(
        labels.ENVELOPE_SIG, device.sign, envelope.header, envelope.signature
    )


def _last_good(state: SpaceState, some: list[Envelope]) -> int:
    """How many of ``some`` there are up to the last whose own signature holds; all, if none does:
    then the reader says so."""
    return next((n for n in range(len(some), 0, -1) if _holds(state, some[n - 1])), len(some))
