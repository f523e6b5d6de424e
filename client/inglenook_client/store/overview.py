"""One space in numbers, for the status: what it holds, what waits, what is odd."""

from __future__ import annotations

from typing import Final

import msgspec

from inglenook_client.store import queries
from inglenook_client.store.admitting import still_awaited
from inglenook_client.store.database import Connection
from inglenook_client.store.devices import NEW_DEVICE
from inglenook_client.store.state import SpaceState, get_setting
from inglenook_protocol.codec import Point
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
    # A new device has words of its own, and only for a week.
    notices = [
        what
        for (what,) in conn.execute("SELECT DISTINCT what FROM notice ORDER BY what")
        if what != NEW_DEVICE
    ]
    if still_awaited(conn) and "relay-withholds" not in notices:
        notices.append("not-yet-here")
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
