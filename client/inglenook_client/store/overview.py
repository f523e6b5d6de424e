"""One space in numbers, for the status: what it holds, what waits, what is odd."""

from __future__ import annotations

from typing import Final

import msgspec

from inglenook_client.store import queries
from inglenook_client.store.admitting import still_awaited
from inglenook_client.store.database import Connection
from inglenook_client.store.elsewhere import devices_elsewhere
from inglenook_client.store.noticing import NEW_DEVICE, subject_device
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
    evidence: list[tuple[str, bytes]]
    """What is odd by name, with the device that it is about or ""."""
    notices: list[str]
    """The names alone."""
    unreadable: dict[str, int]
    """How many envelopes don't open, by class of SPEC 9.5."""
    last_sync: str | None


def read_overview(conn: Connection, state: SpaceState, wall_ms: int) -> Overview:
    """The numbers as they are now, by the wall clock in ms."""
    last_sync = get_setting(conn, LAST_SYNC)
    evidence = read_evidence(conn, state)
    # A day is what clocks may differ by without a word (SPEC 9.6).
    if state.own_hlc.ms > wall_ms + HLC_AHEAD_MS:
        evidence.append(("clock-set-back", b""))
    elif queries.latest_ms(conn) > wall_ms + HLC_AHEAD_MS:
        evidence.append(("clock-ahead", b""))
    return Overview(
        digest=queries.timeline_digest(conn),
        entries=queries.count_entries(conn),
        heads={log.device: log.heads[-1] for log in state.log_by_number.values() if log.branches},
        acknowledged={log.device: log.acknowledged for log in state.log_by_number.values()},
        roster=state.book.roster,
        evidence=evidence,
        notices=list(dict.fromkeys(what for what, _ in evidence)),
        unreadable=dict(conn.execute("SELECT reject, count(*) FROM unreadable GROUP BY reject")),
        last_sync=None if last_sync is None else last_sync.decode(),
    )


def read_notices(conn: Connection, state: SpaceState) -> list[str]:
    """What exchanges with the relay made evident, by name (SPEC 11.4, 11.5)."""
    return list(dict.fromkeys(what for what, _ in read_evidence(conn, state)))


def read_evidence(conn: Connection, state: SpaceState) -> list[tuple[str, bytes]]:
    """The same with the device that each is about, or "" where it is about none in particular."""
    # A new device has words of its own, and only for a week.
    found = [
        (what, subject_device(what, bytes(subject)))
        for what, subject in conn.execute("SELECT what, subject FROM notice ORDER BY what")
        if what != NEW_DEVICE
    ]
    if "relay-withholds" not in dict(found):
        found += [("not-yet-here", key[:32]) for key in still_awaited(conn)]
    found += [("devices-elsewhere", device) for device in devices_elsewhere(conn, state)]
    # Devices that nobody added can be named without end: they are one matter.
    known = state.book.roster.devices
    pairs = ((what, device if device in known else b"") for what, device in found)
    return list(dict.fromkeys(pairs))
