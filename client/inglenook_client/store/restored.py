"""A device that finds its own log ahead of itself: restored from a backup, or copied (SPEC 17.1).

Theory. Nobody else can write under this device's key, so news of the own log means that the
database went back in time, or that two copies of it live. Either way the key is spent. What the
relay holds is adopted as it is; what was written here since, and never sent, is carried over.

    own log arrives      the unsent end of the own log makes way: rows go, cores are kept aside
    no more to come      new keys; the old key adds the new device and removes the old one;
                         an epoch is opened; the cores are sealed again in the new log

Cores stay as they were, so event ids do, and whoever refers to them is right. Both steps are part
of admitting transactions: whatever stops them, the next page begins where they were.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from inglenook_client.core.opening import core_of, read_event
from inglenook_client.store.appending import Entropy, open_epoch, seal_core
from inglenook_client.store.auditing import audit_again
from inglenook_client.store.database import Connection
from inglenook_client.store.envelopes import holds, id_at, read_rows
from inglenook_client.store.folding import Touched, entities_at, fold_touched
from inglenook_client.store.places import place_of
from inglenook_client.store.room import check_room
from inglenook_client.store.state import (
    SEEDS,
    Log,
    SpaceState,
    get_setting,
    put_setting,
)
from inglenook_protocol.codec import Point, encode
from inglenook_protocol.errors import Reject
from inglenook_protocol.keys import DeviceKeys
from inglenook_protocol.limits import MAX_HEADS, MAX_KEEPS
from inglenook_protocol.roster import (
    Added,
    Statement,
    added,
    decode_content,
    removed,
    sign_statement,
)
from inglenook_protocol.runs import VerifiedRun

UNSENT: Final = "unsent_cores"
"""Cores of events that wait for a new log; there, even if empty, while new keys are due."""
_cores = msgspec.msgpack.Decoder(list[bytes]).decode


def make_way(
    conn: Connection, state: SpaceState, log: Log, run: VerifiedRun
) -> dict[bytes, set[int]]:
    """Before a run of the own log is stored: note news, and let what was never sent make way.

    Gives the places that no longer count, by entity.
    """
    new = next(
        (e for e in run.envelopes if not holds(conn, state, log.device, Point(e.seq, e.id))), None
    )
    if new is None:
        return {}
    stored = get_setting(conn, UNSENT)
    cores = _cores(stored) if stored else []
    dropped: dict[bytes, set[int]] = {}
    silent: set[int] = set()
    kept = new.seq - 1
    branch = log.branches[0] if len(log.branches) == 1 else None
    # What the relay has acknowledged is a fork by now, and stays one.
    if branch is not None and log.acknowledged <= kept < branch.head_seq:
        if id_at(conn, log, branch, kept) != new.previous:
            return {}
        for envelope in list(read_rows(conn, state, log, branch, kept + 1, branch.head_seq)):
            core = core_of(envelope, state.held)
            place = place_of(log.number, 0, envelope.seq)
            if isinstance(core, Reject):
                # A key, or words that were withdrawn since: nobody can tell any more whose.
                silent |= set() if envelope.is_key else {place}
                continue
            cores.append(core)
            event, _ = read_event(state.space_id, state.member, core)
            dropped.setdefault(event.entity, set()).add(place)
        for entity, places in entities_at(conn, silent).items():
            dropped.setdefault(entity, set()).update(places)
        span = place_of(log.number, 0, kept + 1), place_of(log.number, 0, branch.head_seq)
        conn.execute("DELETE FROM envelope WHERE place BETWEEN ? AND ?", span)
        conn.execute("DELETE FROM unreadable WHERE place BETWEEN ? AND ?", span)
        audit_again(conn, place_of(log.number, 0, 0), kept)
        if kept:
            branch.cut(kept, new.previous)
        else:
            log.branches.clear()
            conn.execute("DELETE FROM branch WHERE log = ?", (log.number,))
    put_setting(conn, UNSENT, encode(cores))
    return dropped


def are_keys_due(conn: Connection, state: SpaceState, relay_heads: list[Point]) -> bool:
    """Whether this device must take new keys now: all of its own log that is known is here."""
    own = state.device.id
    return (
        bool(relay_heads)
        and get_setting(conn, UNSENT) is not None
        and own in state.book.roster.standing
        and all(holds(conn, state, own, point) for point in relay_heads)
    )


def take_new_keys(
    conn: Connection,
    state: SpaceState,
    entropy: Entropy,
    admit: Callable[[list[Statement]], None],
) -> bytes:
    """Go on as a new device in the place of the old one; gives its id.

    ``admit`` takes statements in: what the old device had removed now ranks otherwise. Raises
    ``RosterRoomError``; then nothing changed, and what waits for new keys goes on waiting.
    """
    old, signer = state.device, state.keys.sign
    seeds = entropy.random(64)
    keys = DeviceKeys(seeds)
    new = keys.info(state.space_id, state.member)
    addition = sign_statement(signer, added(state.space_id, new, old.id))
    # Whatever the old device added would fall with it (SPEC 7.3).
    keeps = [addition.id, *_added_by(state, old.id)]
    heads = state.log_by_device[old.id].heads[-MAX_HEADS:]
    removal = sign_statement(
        signer, removed(state.space_id, old.id, heads, sorted(keeps)[:MAX_KEEPS], old.id)
    )
    check_room(state, [addition, removal])
    admit([addition, removal])
    put_setting(conn, SEEDS, seeds)
    state.keys, state.device = keys, new
    for log in state.log_by_number.values():
        # The new log has seen nothing yet: its first event says all that this device knows.
        log.witnessed = []
    conn.execute("UPDATE log SET witnessed = x'90'")
    open_epoch(conn, state, entropy)
    touched: Touched = {}
    for core in _cores(get_setting(conn, UNSENT) or encode([])):
        place, event = seal_core(conn, state, core, entropy)
        touched.setdefault(event.entity, []).append((place, event))
    if touched:
        fold_touched(conn, state, touched)
    conn.execute("DELETE FROM setting WHERE name = ?", (UNSENT,))
    return new.id


def _added_by(state: SpaceState, device: bytes) -> list[bytes]:
    """Ids of the statements by which ``device`` added others."""
    contents = [(s.id, decode_content(s.content)) for s in state.book.roster_statements()]
    return [id_ for id_, c in contents if isinstance(c, Added) and c.by == device]
