"""What the root of a member does in a space that was pulled anew (SPEC 17.2).

The root key is handed in for these transactions alone and kept nowhere.
"""

from __future__ import annotations

from inglenook_client.store.admitting import Admission, admit_statements
from inglenook_client.store.appending import Entropy, open_epoch
from inglenook_client.store.database import Connection
from inglenook_client.store.envelopes import read_place
from inglenook_client.store.room import check_room
from inglenook_client.store.state import SpaceState, hold_opened
from inglenook_protocol.epochs import open_key_body
from inglenook_protocol.errors import RemoteProtocolError
from inglenook_protocol.keys import RootKeys
from inglenook_protocol.limits import MAX_HEADS, MAX_KEEPS
from inglenook_protocol.roster import (
    Added,
    StatementBook,
    decode_content,
    removed,
    sign_statement,
)


def was_paired_by(state: SpaceState, root: RootKeys) -> bool:
    """Whether the root itself added a device here besides this one, as in pairing.

    A relay can make up a space around a root's public keys, never a statement by the root.
    """
    return has_added(state.book, root.member_id, besides=state.device.sign)


def has_added(book: StatementBook, root: bytes, *, besides: bytes | None = None) -> bool:
    """Whether a root, by its member id, added a device; not counting one by its signing key."""
    return any(
        isinstance(content := decode_content(statement.content), Added)
        and content.by == root
        and content.sign != besides
        for statement in book.roster_statements()
    )


def open_keys(conn: Connection, state: SpaceState, root: RootKeys, wall_ms: int) -> int:
    """Open the epochs that are wrapped for the phrase, and read what waited for them.

    Gives how many keys are held then.
    """
    places = conn.execute("SELECT place FROM envelope WHERE flags <> 0 ORDER BY place").fetchall()
    for (place,) in places:
        envelope = read_place(conn, state, place)
        if envelope is None or envelope.body is None:
            continue
        try:
            opened = open_key_body(
                state.space_id,
                envelope.device,
                envelope.key_id,
                envelope.prefix,
                envelope.body,
                root.member_id,
                root.kem,
            )
        except RemoteProtocolError:
            continue  # it is not for the phrase, or not whole; another carries its key
        hold_opened(conn, state, opened, envelope.device)
    admission = Admission(conn, state, wall_ms)
    admission.keys_came()
    admission.finish()
    return len(state.held)


def retire_others(
    conn: Connection, state: SpaceState, root: RootKeys, entropy: Entropy, wall_ms: int
) -> list[bytes]:
    """Remove all other devices of the own member that stand, and open an epoch; gives their ids.

    What they had signed stays: their removals, and their additions too, since what a device
    wrote that no addition names any more would count nowhere (SPEC 7.3, 11.3).
    """
    contents = [(s.id, decode_content(s.content)) for s in state.book.roster_statements()]
    lost = sorted(
        device.id
        for device in state.book.roster.devices.values()
        if device.member == state.member
        and device.id in state.book.roster.standing
        and device.id != state.device.id
    )
    statements = []
    for id_ in lost:
        log = state.log_by_device.get(id_)
        heads = [] if log is None else log.heads[-MAX_HEADS:]
        signed = [(not isinstance(c, Added), i) for i, c in contents if c.by == id_]
        keeps = [i for _, i in sorted(signed)[:MAX_KEEPS]]
        statements.append(
            sign_statement(root.sign, removed(state.space_id, id_, heads, keeps, root.member_id))
        )
    check_room(state, statements)
    admit_statements(conn, state, statements, wall_ms)
    if state.sealing_key() is None:
        open_epoch(conn, state, entropy)
    return lost
