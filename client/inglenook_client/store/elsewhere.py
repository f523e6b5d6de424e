"""Whether another device names a change of devices that did not come here (SPEC 11.5).

A roster hash is that of a set of statements, and which of them its author held is not said: all
subsets are tried. Beyond a dozen statements that is too many, so what a device was found to hold is
remembered: its set only grows, and just what came since is tried.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec

from inglenook_client.core.rosters import TOO_MANY, subset_named
from inglenook_client.store.database import Connection
from inglenook_client.store.envelopes import read_rows
from inglenook_client.store.state import Branch, Log, SpaceState, get_setting, put_setting
from inglenook_protocol.codec import encode
from inglenook_protocol.errors import RemoteProtocolError
from inglenook_protocol.event import decode_content

KNEW: Final = "knew"
"""Setting: by device the roster hash that it named last, and the statements that this is of."""


class _Knew(NamedTuple):
    roster_hash: bytes
    statements: list[bytes]


_knew = msgspec.msgpack.Decoder(dict[bytes, _Knew]).decode


def devices_elsewhere(conn: Connection, state: SpaceState) -> list[bytes]:
    """Other standing devices whose newest word names a roster that can't be had from the
    statements held here."""
    return [device for device, found in _looked_up(conn, state).items() if found is None]


def remember(conn: Connection, state: SpaceState) -> None:
    """Keep what each device was found to hold, where that is news."""
    before = _remembered(conn)
    found = before | {d: knew for d, knew in _looked_up(conn, state).items() if knew is not None}
    if found != before:
        put_setting(conn, KNEW, encode(found))


def _remembered(conn: Connection) -> dict[bytes, _Knew]:
    stored = get_setting(conn, KNEW)
    return _knew(stored) if stored else {}


def _looked_up(conn: Connection, state: SpaceState) -> dict[bytes, _Knew | None]:
    """What each standing other device holds; None if it names something else. Devices of which
    it can't be told are left out."""
    book = state.book
    ids = [statement.id for statement in book.roster_statements()]
    remembered = _remembered(conn)
    found: dict[bytes, _Knew | None] = {}
    for log in state.log_by_device.values():
        if log.device == state.device.id or log.device not in book.roster.standing:
            continue
        # A fork may be that of a restored device, which holds less than it did.
        base = remembered.get(log.device) if len(log.branches) == 1 else None
        for branch in log.branches:
            roster_hash = _roster_of(conn, state, log, branch)
            if roster_hash is None:
                continue
            if roster_hash == book.roster_hash:
                found.setdefault(log.device, _Knew(roster_hash, sorted(ids)))
                continue
            if base is not None and base.roster_hash == roster_hash:
                found.setdefault(log.device, base)
                continue
            known = [] if base is None else [id_ for id_ in base.statements if id_ in ids]
            named = subset_named(roster_hash, ids, known)
            if named is None:
                found[log.device] = None
            elif named is not TOO_MANY:
                found.setdefault(log.device, _Knew(roster_hash, list(named)))
    return found


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
