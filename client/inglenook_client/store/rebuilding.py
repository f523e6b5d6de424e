"""Folding everything anew from the envelopes (SPEC 10.1).

What is folded is never the only copy of anything: a newer version that knows more kinds, or
folds them otherwise, throws it away and makes it again. It happens in one transaction, so
other processes see the old folds until the new ones stand.
"""

from __future__ import annotations

from typing import Final

from inglenook_client.core.opening import Opened, open_envelope
from inglenook_client.store.database import Connection
from inglenook_client.store.envelopes import is_admitted, read_rows
from inglenook_client.store.finding import forget_keys
from inglenook_client.store.folding import Touched, fold_touched
from inglenook_client.store.indexing import forget_all
from inglenook_client.store.places import place_of
from inglenook_client.store.state import (
    Log,
    SpaceState,
    epoch_number_of,
    get_setting,
    put_setting,
)
from inglenook_protocol.errors import Reject

FOLD_VERSION: Final = 5
"""Raised whenever a fold of the same events would come out otherwise."""
_NAME: Final = "fold_version"
_CHUNK: Final = 5_000


def is_current(conn: Connection) -> bool:
    """Whether what is folded was folded by this version."""
    stored = get_setting(conn, _NAME)
    return stored is not None and int.from_bytes(stored, "big") == FOLD_VERSION


def mark_current(conn: Connection) -> None:
    """Say that what is folded was folded by this version."""
    put_setting(conn, _NAME, FOLD_VERSION.to_bytes(4, "big"))


def rebuild(conn: Connection, state: SpaceState) -> int:
    """Fold all admitted envelopes again; gives how many events there are."""
    conn.execute("DELETE FROM entity")
    forget_keys(conn)
    forget_all(conn)
    # Key envelopes are not opened again: what was wrong with one still is.
    conn.execute(
        "DELETE FROM unreadable WHERE place NOT IN"
        " (SELECT place FROM envelope e WHERE e.place = unreadable.place AND e.flags)"
    )
    count = 0
    touched: Touched = {}
    pending = 0
    for log in state.log_by_number.values():
        for branch in log.branches:
            for envelope in list(
                read_rows(conn, state, log, branch, branch.first_seq, branch.head_seq)
            ):
                place = place_of(log.number, branch.number, envelope.seq)
                if envelope.is_key or not is_admitted(conn, place):
                    continue
                member = _member(state, log)
                opened = (
                    open_envelope(state.space_id, member, envelope, state.held)
                    if envelope.body is not None
                    else None
                )
                if opened is None:
                    continue
                reject = opened.flaw if isinstance(opened, Opened) else opened
                if isinstance(opened, Opened):
                    touched.setdefault(opened.event.entity, []).append((place, opened.event))
                    count += 1
                    pending += 1
                if reject is not None:
                    _note(conn, place, reject, epoch_number_of(conn, state, envelope.key_id))
                if pending >= _CHUNK:
                    fold_touched(conn, state, touched)
                    touched, pending = {}, 0
    fold_touched(conn, state, touched)
    mark_current(conn)
    return count


def _member(state: SpaceState, log: Log) -> bytes:
    device = state.book.device(log.device)
    return b"" if device is None else device.member


def _note(conn: Connection, place: int, reject: Reject, epoch: int) -> None:
    conn.execute(
        "INSERT OR REPLACE INTO unreadable (place, reject, epoch) VALUES (?, ?, ?)",
        (place, reject.value, epoch),
    )
