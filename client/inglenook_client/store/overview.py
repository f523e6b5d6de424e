"""One space in numbers, for the status: what it holds, what waits, what is odd."""

from __future__ import annotations

from typing import Final

import msgspec

from inglenook_client.core.rosters import names_something_else
from inglenook_client.store import queries
from inglenook_client.store.admitting import still_awaited
from inglenook_client.store.database import Connection
from inglenook_client.store.envelopes import read_rows
from inglenook_client.store.noticing import NEW_DEVICE
from inglenook_client.store.state import Branch, Log, SpaceState, get_setting
from inglenook_protocol.codec import Point
from inglenook_protocol.errors import RemoteProtocolError
from inglenook_protocol.event import decode_content
from inglenook_protocol.limits import HLC_AHEAD_MS
from inglenook_protocol.roster import Roster

LAST_SYNC: Final = "last_sync"
"""Setting: when the last exchange settled, as the caller wrote it."""


class Overview(msgspec.Struct, frozen=True):
    """Numbers about one space, for the status."""

    digest: bytes
    entries: int
    heads: dict[bytes, Point]
    """The highest head of each log."""
    acknowledged: dict[bytes, int]
    roster: Roster
    notices: list[str]
    unreadable: dict[str, int]
    """How many envelopes don't open, by class of SPEC 9.5."""
    last_sync: str | None


def read_overview(conn: Connection, state: SpaceState, wall_ms: int) -> Overview:
    """The numbers as they are now, by the wall clock in ms."""
    last_sync = get_setting(conn, LAST_SYNC)
    notices = read_notices(conn, state)
    # A day is what clocks may differ by without a word (SPEC 9.6).
    if state.own_hlc.ms > wall_ms + HLC_AHEAD_MS:
        notices.append("clock-set-back")
    elif queries.latest_ms(conn) > wall_ms + HLC_AHEAD_MS:
        notices.append("clock-ahead")
    return Overview(
        digest=queries.timeline_digest(conn),
        entries=queries.count_entries(conn),
        heads={log.device: log.heads[-1] for log in state.log_by_number.values() if log.branches},
        acknowledged={log.device: log.acknowledged for log in state.log_by_number.values()},
        roster=state.book.roster,
        notices=notices,
        unreadable=dict(conn.execute("SELECT reject, count(*) FROM unreadable GROUP BY reject")),
        last_sync=None if last_sync is None else last_sync.decode(),
    )


def read_notices(conn: Connection, state: SpaceState) -> list[str]:
    """What exchanges with the relay made evident, by name (SPEC 11.4, 11.5)."""
    # A new device has words of its own, and only for a week.
    notices = [
        what
        for (what,) in conn.execute("SELECT DISTINCT what FROM notice ORDER BY what")
        if what != NEW_DEVICE
    ]
    if still_awaited(conn) and "relay-withholds" not in notices:
        notices.append("not-yet-here")
    if _devices_elsewhere(conn, state):
        notices.append("devices-elsewhere")
    return notices


def _devices_elsewhere(conn: Connection, state: SpaceState) -> bool:
    """Whether the newest word of some other device names a roster that can't be had from the
    statements held here (SPEC 9.2)."""
    sealed = {
        roster_hash
        for log in state.log_by_device.values()
        if log.device != state.device.id and log.device in state.book.roster.standing
        for branch in log.branches
        if (roster_hash := _roster_of(conn, state, log, branch)) is not None
    }
    ids = [statement.id for statement in state.book.roster_statements()]
    return any(
        names_something_else(roster_hash, ids) for roster_hash in sealed - {state.book.roster_hash}
    )


def _roster_of(conn: Connection, state: SpaceState, log: Log, branch: Branch) -> bytes | None:
    """The roster that the author of a branch's last envelope knew; None if it can't be told."""
    rows = read_rows(conn, state, log, branch, branch.head_seq, branch.head_seq)
    envelope = next(rows, None)
    if envelope is None:
        return None
    if envelope.is_key:
        opened = (e.roster_hash for e in state.epochs if e.key_id == envelope.key_id)
        return next(opened, None)
    key = state.held.get(envelope.key_id)
    if key is None or envelope.body is None:
        return None
    try:
        return decode_content(key.open_event(envelope.body, envelope.prefix)).roster_hash
    except RemoteProtocolError:
        return None
