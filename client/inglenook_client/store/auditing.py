"""Checking, bit by bit, the signatures that a run's head made unnecessary (SPEC 6.4).

One signature proves a whole run to this device. The others matter when a run is sent on from
here and cut elsewhere, so they are checked when nobody waits: a few hundred at a time, each
log from where the last audit stopped.
"""

from __future__ import annotations

from typing import Final

import msgspec

from inglenook_client.store.database import Connection
from inglenook_client.store.envelopes import read_rows
from inglenook_client.store.places import place_of
from inglenook_client.store.state import Branch, Log, SpaceState, get_setting, put_setting
from inglenook_protocol import labels
from inglenook_protocol.codec import encode
from inglenook_protocol.signatures import verify

CHECKED: Final = 1
BAD: Final = 2
_CURSOR: Final = "audited"
_cursors = msgspec.msgpack.Decoder(dict[int, int]).decode


def audit(conn: Connection, state: SpaceState, limit: int) -> tuple[int, list[bytes]]:
    """Check up to ``limit`` signatures; gives how many, and devices with one that is bad."""
    stored = get_setting(conn, _CURSOR)
    cursors: dict[int, int] = _cursors(stored) if stored else {}
    done = 0
    bad: list[bytes] = []
    for log in state.log_by_number.values():
        for branch in log.branches:
            base = place_of(log.number, branch.number, 0)
            first = max(branch.first_seq, cursors.get(base, 0) + 1)
            last = min(branch.head_seq, first + limit - done - 1)
            if first > last:
                continue
            if _audit_rows(conn, state, log, branch, first, last):
                bad.append(log.device)
            cursors[base] = last
            done += last - first + 1
    if done:
        put_setting(conn, _CURSOR, encode(cursors))
    return done, bad


def audit_again(conn: Connection, base: int, seq: int) -> None:
    """What stands after ``seq`` of the branch at ``base`` is to be replaced."""
    stored = get_setting(conn, _CURSOR)
    cursors: dict[int, int] = _cursors(stored) if stored else {}
    if cursors.get(base, 0) > seq:
        put_setting(conn, _CURSOR, encode(cursors | {base: seq}))


def _audit_rows(
    conn: Connection, state: SpaceState, log: Log, branch: Branch, first: int, last: int
) -> bool:
    """Check one stretch; gives whether a signature in it is bad."""
    device = state.book.device(log.device)
    if device is None:
        return False
    results = [
        (
            CHECKED
            if verify(labels.ENVELOPE_SIG, device.sign, envelope.header, envelope.signature)
            else BAD,
            place_of(log.number, branch.number, envelope.seq),
        )
        for envelope in list(read_rows(conn, state, log, branch, first, last))
    ]
    conn.executemany("UPDATE envelope SET checked = ? WHERE place = ?", results)
    return any(checked == BAD for checked, _ in results)
