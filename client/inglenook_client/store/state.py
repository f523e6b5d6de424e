"""A space's small state in memory: statements, logs, keys, clocks.

It is loaded from the database, changed only inside write transactions, and dropped when one
rolls back or when another process has committed; then the next transaction loads it anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import msgspec

from inglenook_client.store.database import Connection
from inglenook_client.store.errors import DatabaseDamagedError
from inglenook_client.store.places import place_of
from inglenook_protocol.codec import Point, encode
from inglenook_protocol.epochs import Epoch, OpenedEpoch, sealing_epoch
from inglenook_protocol.errors import InglenookError
from inglenook_protocol.genesis import DeviceInfo, Genesis
from inglenook_protocol.hlc import Hlc
from inglenook_protocol.keys import DeviceKeys
from inglenook_protocol.limits import MAX_EPOCHS
from inglenook_protocol.roster import Statement, StatementBook
from inglenook_protocol.sealing import EpochKey

GENESIS: Final = "genesis"
MEMBER: Final = "member"
SEEDS: Final = "seeds"
OWN_HLC: Final = "own_hlc"
SEEN_HLC: Final = "seen_hlc"
_CARRIED: Final = "carried."

_RECENT_BYTES: Final = 4 * 1024 * 1024
"""Ids kept in memory for one branch: 131,072 of them."""

_points = msgspec.msgpack.Decoder(list[Point]).decode
_hlc = msgspec.msgpack.Decoder(tuple[int, int]).decode


@dataclass(slots=True)
class Branch:
    """One branch of a log: rows from ``first_seq`` to ``head_seq``; below, its parent's."""

    number: int
    parent: int
    first_seq: int
    head_seq: int
    head_id: bytes
    _ids: bytearray = field(default_factory=bytearray)

    def grow(self, ids: list[bytes]) -> None:
        """Envelopes with these ids were stored after the head."""
        self._ids += b"".join(ids)
        if len(self._ids) > _RECENT_BYTES:
            del self._ids[: len(self._ids) - _RECENT_BYTES // 2]
        self.head_seq += len(ids)
        self.head_id = ids[-1]

    def cut(self, seq: int, id_: bytes) -> None:
        """Let the branch end at ``seq``, whose envelope is ``id_``; rows beyond are gone."""
        self._ids.clear()
        self.head_seq, self.head_id = seq, id_

    def recent_id(self, seq: int) -> bytes | None:
        """The id at ``seq`` if it was stored lately: a bulk of events cites much of itself,
        and a row far back costs a page to read and decrypt."""
        at = len(self._ids) - 32 * (self.head_seq + 1 - seq)
        return bytes(self._ids[at : at + 32]) or None if at >= 0 else None


@dataclass(slots=True)
class Log:
    """One device's log as held here. Branch 0 is there as soon as one envelope is."""

    number: int
    device: bytes
    acknowledged: int = 0
    witnessed: list[Point] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)

    @property
    def heads(self) -> list[Point]:
        """Ascending."""
        return sorted(Point(b.head_seq, b.head_id) for b in self.branches)

    def holding(self, seq: int) -> list[Branch]:
        """Branches with a row of their own at ``seq``."""
        return [b for b in self.branches if b.first_seq <= seq <= b.head_seq]

    def place_at(self, branch: Branch, seq: int) -> int:
        """The key of the envelope at ``seq`` on the way down from ``branch``."""
        while seq < branch.first_seq:
            branch = self.branches[branch.parent]
        return place_of(self.number, branch.number, seq)


@dataclass(slots=True)
class SpaceState:
    """Everything small about one space."""

    genesis: Genesis
    member: bytes
    keys: DeviceKeys
    device: DeviceInfo
    book: StatementBook
    log_by_device: dict[bytes, Log]
    log_by_number: dict[int, Log]
    epoch_number: dict[bytes, int]
    key_id_by_number: dict[int, bytes]
    held: dict[bytes, EpochKey]
    epochs: list[Epoch]
    own_hlc: Hlc
    seen_hlc: Hlc
    carried: dict[bytes, bytes] = field(default_factory=dict)
    """By roster hash and author, a device of one's own: ids of the keys that such epochs
    brought, 32 bytes each."""

    @property
    def space_id(self) -> bytes:
        return self.genesis.space_id

    def sealing_key(self) -> EpochKey | None:
        """The epoch key to seal under now, or None: open an epoch first (SPEC 8.4)."""
        roster, own = self.book.roster, self.device.id
        missing = set(self.held)
        if len(missing) > MAX_EPOCHS:
            missing = {key.key_id for key in self.keys_to_carry()}
        missing -= _split(self.carried.get(roster.hash + own, b""))
        # Whoever opened one for this roster gave it to all; two who carried each other's would
        # open one after the other without end.
        missing -= {
            epoch.key_id
            for epoch in self.epochs
            if epoch.roster_hash == roster.hash and epoch.author in roster.standing
        }
        return None if missing else sealing_epoch(self.epochs, self.held, roster, own)

    def keys_to_carry(self) -> list[EpochKey]:
        """The earlier keys of an epoch opened now (SPEC 8.2): all; of too many, those first whose
        epochs the own member's devices opened, then those that they carried, then the others,
        each in the order in which they came."""
        if len(self.held) <= MAX_EPOCHS:
            return list(self.held.values())
        opened = {epoch.key_id for epoch in self.epochs if self.is_own(epoch.author)}
        carried: set[bytes] = set()
        for place, ids in self.carried.items():
            if self.is_own(place[32:]):
                carried |= _split(ids)
        ranked = sorted(
            self.held,
            key=lambda id_: (id_ not in opened, id_ not in carried, self.epoch_number[id_]),
        )
        return [self.held[id_] for id_ in ranked[:MAX_EPOCHS]]

    def is_own(self, device: bytes) -> bool:
        """Whether it is a device of the own member."""
        info = self.book.device(device)
        return info is not None and info.member == self.member


def _split(ids: bytes) -> set[bytes]:
    return {ids[i : i + 32] for i in range(0, len(ids), 32)}


def get_setting(conn: Connection, name: str) -> bytes | None:
    """A value by name."""
    row = conn.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return None if row is None else bytes(row[0])


def put_setting(conn: Connection, name: str, value: bytes) -> None:
    """Set a value by name."""
    conn.execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", (name, value))


def load_state(conn: Connection) -> SpaceState:
    """Read the state. Raises ``DatabaseDamagedError`` if what it holds can't be read."""
    try:
        return _load(conn)
    except (InglenookError, ValueError, LookupError, TypeError) as error:
        raise DatabaseDamagedError(type(error).__name__) from None


def _load(conn: Connection) -> SpaceState:
    settings = {name: bytes(value) for name, value in conn.execute("SELECT * FROM setting")}
    genesis = Genesis(settings[GENESIS])
    member = settings[MEMBER]
    keys = DeviceKeys(settings[SEEDS])
    book = StatementBook(genesis)
    book.add(
        (
            Statement(bytes(content), bytes(signature))
            for content, signature in conn.execute(
                "SELECT content, signature FROM statement ORDER BY number"
            )
        ),
        verified=True,
    )
    logs: dict[int, Log] = {}
    for number, device, acknowledged, witnessed in conn.execute(
        "SELECT number, device, acknowledged, witnessed FROM log"
    ):
        logs[number] = Log(number, bytes(device), acknowledged, _points(witnessed))
    for log, branch, parent, first_seq, head_seq, head_id in conn.execute(
        "SELECT log, branch, parent, first_seq, head_seq, head_id FROM branch ORDER BY log, branch"
    ):
        logs[log].branches.append(Branch(branch, parent, first_seq, head_seq, bytes(head_id)))
    epoch_number: dict[bytes, int] = {}
    held: dict[bytes, EpochKey] = {}
    epochs: list[Epoch] = []
    for number, key_id, key, roster_hash, author in conn.execute(
        "SELECT number, key_id, key, roster_hash, author FROM epoch"
    ):
        epoch_number[bytes(key_id)] = number
        if key is not None:
            held[bytes(key_id)] = EpochKey(genesis.space_id, bytes(key))
            if roster_hash is not None:
                epochs.append(Epoch(bytes(key_id), bytes(author), bytes(roster_hash)))
    return SpaceState(
        genesis=genesis,
        member=member,
        keys=keys,
        device=keys.info(genesis.space_id, member),
        book=book,
        log_by_device={log.device: log for log in logs.values()},
        log_by_number=logs,
        epoch_number=epoch_number,
        key_id_by_number={number: key_id for key_id, number in epoch_number.items()},
        held=held,
        epochs=epochs,
        own_hlc=Hlc(*_hlc(settings.get(OWN_HLC, encode((0, 0))))),
        seen_hlc=Hlc(*_hlc(settings.get(SEEN_HLC, encode((0, 0))))),
        carried={
            bytes.fromhex(name.removeprefix(_CARRIED)): value
            for name, value in settings.items()
            if name.startswith(_CARRIED)
        },
    )


def log_of(conn: Connection, state: SpaceState, device: bytes) -> Log:
    """The log of a device, made if it is not there."""
    log = state.log_by_device.get(device)
    if log is None:
        number = 1 + max(state.log_by_number, default=0)
        conn.execute("INSERT INTO log (number, device) VALUES (?, ?)", (number, device))
        log = Log(number, device)
        state.log_by_device[device] = log
        state.log_by_number[number] = log
    return log


def save_branch(conn: Connection, log: Log, branch: Branch) -> None:
    """Write a branch's head, or a new branch."""
    conn.execute(
        "INSERT OR REPLACE INTO branch (log, branch, parent, first_seq, head_seq, head_id) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (
            log.number,
            branch.number,
            branch.parent,
            branch.first_seq,
            branch.head_seq,
            branch.head_id,
        ),
    )


def epoch_number_of(conn: Connection, state: SpaceState, key_id: bytes) -> int:
    """The row of an epoch, made if it is not there (its key may still come)."""
    number = state.epoch_number.get(key_id)
    if number is None:
        number = 1 + max(state.key_id_by_number, default=0)
        conn.execute("INSERT INTO epoch (number, key_id) VALUES (?, ?)", (number, key_id))
        state.epoch_number[key_id] = number
        state.key_id_by_number[number] = key_id
    return number


def hold_key(
    conn: Connection,
    state: SpaceState,
    key: EpochKey,
    roster_hash: bytes | None = None,
    author: bytes | None = None,
) -> bool:
    """Keep an epoch key; with roster hash and author when its own envelope opened.

    Gives whether the key itself is new.
    """
    number = epoch_number_of(conn, state, key.key_id)
    new = key.key_id not in state.held
    if new:
        state.held[key.key_id] = key
        conn.execute("UPDATE epoch SET key = ? WHERE number = ?", (key.key, number))
    if roster_hash is not None and author is not None:
        known = next((e for e in state.epochs if e.key_id == key.key_id), None)
        # Whoever holds a key can announce it as theirs: a device of one's own that says so is
        # believed before others, lest a key that it shared count as given to all (SPEC 8.4).
        if known is None or (state.is_own(author) and not state.is_own(known.author)):
            state.epochs = [e for e in state.epochs if e is not known]
            state.epochs.append(Epoch(key.key_id, author, roster_hash))
            conn.execute(
                "UPDATE epoch SET roster_hash = ?, author = ? WHERE number = ?",
                (roster_hash, author, number),
            )
    return new


def hold_opened(
    conn: Connection, state: SpaceState, opened: OpenedEpoch, author: bytes
) -> list[bytes]:
    """Keep the keys of a key envelope by ``author`` (SPEC 8.3); gives the ids of new ones.

    Of earlier keys that the other member's devices bring there is an end: an altered app could
    make up any number, and none of them may keep this device from opening epochs.
    """
    fresh = hold_key(conn, state, opened.key, opened.roster_hash, author)
    new = [opened.key.key_id] if fresh else []
    kept = [opened.key]
    for earlier in opened.earlier:
        if earlier.key_id in state.held or len(state.held) < 2 * MAX_EPOCHS or state.is_own(author):
            if hold_key(conn, state, earlier):
                new.append(earlier.key_id)
            kept.append(earlier)
    if state.is_own(author):
        note_carried(conn, state, opened.roster_hash, author, kept)
    return new


def note_carried(
    conn: Connection,
    state: SpaceState,
    roster_hash: bytes,
    author: bytes,
    keys: Iterable[EpochKey],
) -> None:
    """An epoch of ``author``, an own device, for a roster brought ``keys``, its own one too
    (SPEC 8.2, 8.4)."""
    place = roster_hash + author
    ids = state.carried.get(place, b"")
    if new := sorted({key.key_id for key in keys} - _split(ids)):
        state.carried[place] = ids + b"".join(new)
        put_setting(conn, _CARRIED + place.hex(), state.carried[place])


def save_clocks(conn: Connection, state: SpaceState) -> None:
    """Write both clocks."""
    put_setting(conn, OWN_HLC, encode(tuple(state.own_hlc)))
    put_setting(conn, SEEN_HLC, encode(tuple(state.seen_hlc)))


def take_statements(
    conn: Connection, state: SpaceState, statements: list[Statement]
) -> list[Statement]:
    """Verify statements and keep the new ones.

    Raises ``RemoteProtocolError`` (bad-statement …); then none is kept.
    """
    new = state.book.add(statements)
    conn.executemany(
        "INSERT INTO statement (id, content, signature) VALUES (?, ?, ?)",
        [(s.id, s.content, s.signature) for s in new],
    )
    return new
