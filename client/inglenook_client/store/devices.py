"""A member's own devices in one space: adding, removing, and what is new (SPEC 16.6, 17.5, 17.6).

Theory. A device that took new keys (SPEC 17.1) added its successor and removed itself with one
stroke; the two are one computer. So devices form chains, and a computer is a chain: its first
device tells which, its last one is what it is now.

A removal names the heads that were admitted here, so that everybody keeps what counted, and every
``added`` that the removed device signed, so that nothing else falls with it. The new epoch is
opened in the same transaction: nothing is ever sealed for a device that is known to be removed.
"""

from __future__ import annotations

from typing import Final

import msgspec

from inglenook_client.store.admitting import admit_statements
from inglenook_client.store.appending import Entropy, open_epoch
from inglenook_client.store.database import Connection
from inglenook_client.store.envelopes import admitted_heads
from inglenook_client.store.noticing import NEW_DEVICE
from inglenook_client.store.room import check_room
from inglenook_client.store.state import SpaceState
from inglenook_protocol.errors import LocalProtocolError
from inglenook_protocol.genesis import DeviceInfo, device_info
from inglenook_protocol.limits import MAX_HEADS, MAX_KEEPS
from inglenook_protocol.roster import (
    Added,
    Content,
    Removed,
    Statement,
    added,
    decode_content,
    removed,
    sign_statement,
)

NEW_FOR_MS: Final = 7 * 86_400_000


class OwnDevice(msgspec.Struct, frozen=True):
    """A device of one's own in one space."""

    id: bytes
    first: bytes
    """The first device of its chain, which tells the computer."""
    this: bool
    standing: bool
    since_ms: int | None
    """When this device learned of it; None for those that were there before."""
    added_by: frozenset[bytes]
    """Which devices added it; empty where the phrase did."""


def settle_known(conn: Connection, state: SpaceState) -> None:
    """All devices that are known now were there before this one."""
    conn.execute("UPDATE notice SET noticed_ms = 0 WHERE what = ?", (NEW_DEVICE,))


def own_devices(conn: Connection, state: SpaceState) -> list[OwnDevice]:
    """All devices that this member ever had here, in the order in which they were heard of."""
    book = state.book
    contents = _contents(state)
    first = _chains(state, contents)
    since = {
        bytes(device): ms
        for device, ms in conn.execute(
            "SELECT subject, noticed_ms FROM notice WHERE what = ?", (NEW_DEVICE,)
        )
        if ms
    }
    standing = book.roster.standing
    added_by: dict[bytes, set[bytes]] = {}
    for _, content in contents:
        if isinstance(content, Added):
            by = {content.by} - {state.member}
            added_by.setdefault(_device_of(state, content), set()).update(by)
    return [
        OwnDevice(
            id=id_,
            first=first.get(id_, id_),
            this=id_ == state.device.id,
            standing=id_ in standing,
            since_ms=since.get(id_),
            added_by=frozenset(by),
        )
        for id_, by in added_by.items()
        if id_ in book.roster.devices
    ]


def new_devices(conn: Connection, state: SpaceState, wall_ms: int) -> list[OwnDevice]:
    """Those that stand and are to be shown as new (SPEC 17.6)."""
    return [
        device
        for device in own_devices(conn, state)
        if device.standing
        and not device.this
        and device.since_ms is not None
        # A clock that stood later then must not hide it: it is new as long as it lies ahead.
        and wall_ms < device.since_ms + NEW_FOR_MS
    ]


def sign_added(state: SpaceState, device: DeviceInfo) -> Statement | None:
    """The statement by which this device adds another, not kept; None if that stands already.

    Raises ``LocalProtocolError`` where this device doesn't stand, that one was removed, or
    there is no room.
    """
    roster = state.book.roster
    if device.id in roster.standing:
        return None
    if device.id in roster.devices:
        raise LocalProtocolError(
            "That computer was removed from your journal, and a removal is for good.",
            "Link it with an empty folder: it gets new keys there.",
        )
    _check_standing(state)
    statement = sign_statement(state.keys.sign, added(state.space_id, device, state.device.id))
    check_room(state, [statement])
    return statement


def take_in(
    conn: Connection,
    state: SpaceState,
    statement: Statement | None,
    entropy: Entropy,
    wall_ms: int,
) -> None:
    """Keep the statement that adds a device, and open an epoch that it can read."""
    if statement is not None:
        admit_statements(conn, state, [statement], wall_ms)
    if state.sealing_key() is None:
        open_epoch(conn, state, entropy)


def remove_device(
    conn: Connection,
    state: SpaceState,
    device: bytes,
    entropy: Entropy,
    wall_ms: int,
    *,
    with_added: bool,
) -> None:
    """Remove an own device and open an epoch without it (SPEC 17.5).

    ``with_added``: those that it added go too, each by a removal of its own, so that what they
    wrote until now still counts; not those on which this device's place rests. Raises
    ``LocalProtocolError`` where this device doesn't stand, or is the one that is named.
    """
    _check_standing(state)
    if device == state.device.id:
        raise LocalProtocolError(
            "This is the computer that you are at.",
            "Remove it from another one of yours. To forget the journal here: nook wipe",
        )
    if device not in state.book.roster.standing:
        return
    signed = [c for _, c in _contents(state) if isinstance(c, Added)]
    going = [device, *(_added_from(state, device, signed) if with_added else ())]
    removals = [_removal(conn, state, one, signed) for one in going]
    check_room(state, removals)
    admit_statements(conn, state, removals, wall_ms)
    if state.device.id not in state.book.roster.standing:
        raise LocalProtocolError("Removing that device would remove this one too.")
    if state.sealing_key() is None:
        open_epoch(conn, state, entropy)


def _removal(conn: Connection, state: SpaceState, device: bytes, signed: list[Added]) -> Statement:
    log = state.log_by_device.get(device)
    heads = [] if log is None else admitted_heads(conn, log)[-MAX_HEADS:]
    kept = sorted(i for i, c in _contents(state) if isinstance(c, Added) and c.by == device)
    if len(kept) > MAX_KEEPS:
        raise LocalProtocolError("That device added more devices than a removal can name.")
    content = removed(state.space_id, device, heads, kept, state.device.id)
    return sign_statement(state.keys.sign, content)


def _check_standing(state: SpaceState) -> None:
    if state.device.id not in state.book.roster.standing:
        raise LocalProtocolError(
            "This device was removed from the journal, so it can't change your devices.",
            "Use another one of your devices, or your recovery phrase: nook recover",
        )


def _added_from(state: SpaceState, device: bytes, signed: list[Added]) -> list[bytes]:
    """The standing devices that ``device`` added, and those that they added, and so on; without
    this one and what its place rests on."""
    way, waiting = set[bytes](), [state.device.id]
    while waiting:  # up to the root, along every addition that there is
        if (at := waiting.pop()) not in way:
            way.add(at)
            waiting += [c.by for c in signed if _device_of(state, c) == at]
    found: list[bytes] = []
    waiting = [device]
    while waiting:
        at = waiting.pop()
        for one in (_device_of(state, c) for c in signed if c.by == at):
            if one not in found and one not in way and one != device:
                found.append(one)
                waiting.append(one)
    return [one for one in found if one in state.book.roster.standing]


def _contents(state: SpaceState) -> list[tuple[bytes, Content]]:
    """The own member's roster statements."""
    named = state.book.device
    out = []
    for statement in state.book.roster_statements():
        content = decode_content(statement.content)
        device = named(content.by)
        if content.by == state.member or (device is not None and device.member == state.member):
            out.append((statement.id, content))
    return out


def _device_of(state: SpaceState, content: Added) -> bytes:
    return device_info(state.space_id, content.member, content.sign, content.kem).id


def _chains(state: SpaceState, contents: list[tuple[bytes, Content]]) -> dict[bytes, bytes]:
    """By device id, the first of its chain; only devices that took another's place are there."""
    before: dict[bytes, bytes] = {}
    for _, content in contents:
        if isinstance(content, Removed) and content.device == content.by:
            # Of all that a device added, its successor came last.
            mine = [(i, c) for i, c in contents if isinstance(c, Added) and c.by == content.by]
            if mine and mine[-1][0] in content.keeps:
                before.setdefault(_device_of(state, mine[-1][1]), content.by)
    chains: dict[bytes, bytes] = {}
    for new in before:
        at, seen = new, {new}
        while (old := before.get(at)) is not None and old not in seen:
            at = old
            seen.add(old)
        chains[new] = at
    return chains
