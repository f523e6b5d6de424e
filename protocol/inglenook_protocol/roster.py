"""Statements and the roster: on which devices does each member stand? (SPEC 7)

Theory. Statements are a grow-only set; the roster is a function of the set, so that order
of arrival cannot matter. For each member alone it is worked out in three levels, each a
plain filter or least fixpoint over what the level before left:

    level    takes                       gives
    strike   root removals               statements that still count
    known    additions that count        devices ever added; removals that take effect
    valid    removals that take effect   additions not void; devices that stand

Nothing is negated inside a recursion: two branches that remove each other have one outcome
(both are removed), not two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Literal

import msgspec

from inglenook_protocol import labels
from inglenook_protocol.codec import (
    Bytes32,
    Bytes64,
    KemPublic,
    Point,
    Record,
    Ref,
    ascending,
    decoder,
    encode,
)
from inglenook_protocol.errors import LocalProtocolError, Reject, RemoteProtocolError, TrustError
from inglenook_protocol.genesis import DeviceInfo, Genesis, device_info
from inglenook_protocol.hashing import h
from inglenook_protocol.limits import (
    MAX_ERASED,
    MAX_ERASURES,
    MAX_HEADS,
    MAX_KEEPS,
    MAX_LOGS,
    MAX_STATEMENT_BYTES,
    MAX_STATEMENTS,
)
from inglenook_protocol.signatures import SigningKey, check_public_key, verify


class Statement(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A signed statement as it travels (SPEC 7.1)."""

    content: bytes
    signature: Bytes64

    @property
    def id(self) -> bytes:
        return h(labels.STATEMENT_ID, self.content)


class Added(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A device of ``member`` was added by a root or another device."""

    type: Literal["added"]
    space: Bytes32
    member: Bytes32
    sign: Bytes32
    kem: KemPublic
    by: Bytes32


class Removed(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A device was removed; its log counts up to ``heads``, its statements as in ``keeps``."""

    type: Literal["removed"]
    space: Bytes32
    device: Bytes32
    heads: Annotated[list[Point], msgspec.Meta(max_length=MAX_HEADS)]
    keeps: Annotated[list[Bytes32], msgspec.Meta(max_length=MAX_KEEPS)]
    by: Bytes32


class Erased(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Bodies that their member asks to be dropped (SPEC 12)."""

    type: Literal["erased"]
    space: Bytes32
    refs: Annotated[list[Ref], msgspec.Meta(min_length=1, max_length=MAX_ERASED)]
    by: Bytes32


Content = Added | Removed | Erased

_decode_added = decoder(Added, "statement")
_decode_removed = decoder(Removed, "statement")
_decode_erased = decoder(Erased, "statement")
decode_statement = decoder(Statement, "statement")

# The encoded type name follows the array header, so the record is told apart unparsed.
_DECODERS: dict[bytes, Callable[[bytes], Content]] = {
    encode("added"): _decode_added,
    encode("removed"): _decode_removed,
    encode("erased"): _decode_erased,
}


def decode_content(content: bytes) -> Content:
    """The content of a statement.

    Raises ``RemoteProtocolError`` (malformed, too-large).
    """
    if len(content) > MAX_STATEMENT_BYTES:
        raise RemoteProtocolError(Reject.TOO_LARGE, "A statement that arrived is too large.")
    for name, decode in _DECODERS.items():
        if content[1 : 1 + len(name)] == name:
            value = decode(content)
            break
    else:
        raise RemoteProtocolError(Reject.MALFORMED, "A statement of an unknown kind arrived.")
    lists: list[list[object]] = []
    if isinstance(value, Removed):
        lists = [list(value.heads), list(value.keeps)]
    elif isinstance(value, Erased):
        lists = [list(value.refs)]
    if not all(ascending(items) for items in lists):
        raise RemoteProtocolError(Reject.MALFORMED, "A statement's list is out of order.")
    return value


def sign_statement(key: SigningKey, content: Content) -> Statement:
    """Sign a statement. Raises ``LocalProtocolError`` if a reader would refuse it."""
    encoded = encode(content)
    try:
        decode_content(encoded)
    except RemoteProtocolError as error:
        raise LocalProtocolError(error.message) from None
    return Statement(encoded, key.sign(labels.STATEMENT_SIG, encoded))


def added(space_id: bytes, device: DeviceInfo, by: bytes) -> Added:
    """The content that adds ``device``, to be signed by ``by`` (member or device id)."""
    return Added("added", space_id, device.member, device.sign, device.kem, by)


def removed(
    space_id: bytes, device: bytes, heads: Iterable[Point], keeps: Iterable[bytes], by: bytes
) -> Removed:
    """The content that removes ``device``."""
    return Removed("removed", space_id, device, sorted(set(heads)), sorted(set(keeps)), by)


def erased(space_id: bytes, refs: Iterable[Ref], by: bytes) -> Erased:
    """The content that asks for the bodies of ``refs`` to be dropped."""
    return Erased("erased", space_id, sorted(set(refs)), by)


class Roster(msgspec.Struct, frozen=True):
    """What a set of statements means. ``devices``: the known ones (SPEC 7.3)."""

    hash: bytes
    devices: dict[bytes, DeviceInfo]
    valid: frozenset[bytes]
    standing: frozenset[bytes]
    heads: dict[bytes, tuple[Point, ...]]
    """Heads that count, of each known device that does not stand (SPEC 11.3)."""

    def devices_of(self, member: bytes) -> list[DeviceInfo]:
        """Standing devices of a member, ascending by id."""
        return [
            self.devices[id_] for id_ in sorted(self.standing) if self.devices[id_].member == member
        ]


class _Signed(msgspec.Struct, frozen=True):
    id: bytes
    content: Content
    member: bytes


class StatementBook:
    """All statements of a space that hold, and the roster they make.

    Every statement in the book has a good signature by a genesis root, or by a device that an
    ``added`` of the book names, and is about devices of the signer's own member (SPEC 7.5).
    """

    def __init__(self, genesis: Genesis) -> None:
        self.genesis = genesis
        self._statement_by_id: dict[bytes, Statement] = {}
        self._roster_signed: dict[bytes, _Signed] = {}
        self._named: dict[bytes, DeviceInfo] = {}
        self._erased: dict[Ref, None] = {}  # in order of arrival; only grows (SPEC 7.6)
        self._erasure_ids: list[bytes] = []
        self._counts: dict[tuple[bytes, bool | None], int] = {}
        self._sizes: dict[tuple[bytes, bool | None], int] = {}
        self._roster: Roster | None = None
        self._erasures_hash: bytes | None = None

    def __contains__(self, statement_id: bytes) -> bool:
        return statement_id in self._statement_by_id

    def __len__(self) -> int:
        return len(self._statement_by_id)

    def statements(self) -> list[Statement]:
        """All, in an order in which another book takes them in one pass."""
        return list(self._statement_by_id.values())

    def roster_statements(self) -> list[Statement]:
        """Additions and removals, in the order of ``statements``."""
        return [s for id_, s in self._statement_by_id.items() if id_ in self._roster_signed]

    def erasure_statements(self) -> list[Statement]:
        """Erasures, in the order of ``statements``."""
        return [s for id_, s in self._statement_by_id.items() if id_ not in self._roster_signed]

    def device(self, device_id: bytes) -> DeviceInfo | None:
        """The device as any statement of the book names it (SPEC 7.4)."""
        return self._named.get(device_id)

    def add(self, statements: Iterable[Statement], *, verified: bool = False) -> list[Statement]:
        """Take statements in, in any order; gives back those that are new.

        ``verified`` says that these came out of this book's own storage. All or none are
        taken. Raises ``RemoteProtocolError`` (bad-statement, malformed, wrong-space,
        too-large, small-order-key).
        """
        pending: dict[bytes, tuple[Statement, Content]] = {}
        for statement in statements:
            if (id_ := statement.id) not in self._statement_by_id:
                content = decode_content(statement.content)
                if content.space != self.genesis.space_id:
                    raise RemoteProtocolError(
                        Reject.WRONG_SPACE, "A statement is about another space."
                    )
                pending[id_] = (statement, content)
        trial = self._fork() if pending else self
        new: list[Statement] = []
        while pending:
            ready = [(i, s, c) for i, (s, c) in pending.items() if trial._signer(c) is not None]
            if not ready:
                raise RemoteProtocolError(
                    Reject.BAD_STATEMENT, "A statement about devices is signed by nobody known."
                )
            for id_, statement, content in ready:
                trial._take(id_, statement, content, verified=verified)
                del pending[id_]
                new.append(statement)
        if new:
            self.__dict__.update(trial.__dict__)
        return new

    def _fork(self) -> StatementBook:
        fork = StatementBook(self.genesis)
        fork._statement_by_id = dict(self._statement_by_id)
        fork._roster_signed = dict(self._roster_signed)
        fork._named = dict(self._named)
        fork._erased = dict(self._erased)
        fork._erasure_ids = list(self._erasure_ids)
        fork._counts = dict(self._counts)
        fork._sizes = dict(self._sizes)
        return fork

    def _signer(self, content: Content) -> tuple[bytes, bytes] | None:
        """(member, signing key) of ``by``, once everything it concerns is known."""
        if isinstance(content, Removed) and content.device not in self._named:
            return None
        if isinstance(content, Erased) and any(r.device not in self._named for r in content.refs):
            return None
        if (root := self.genesis.root_by_member.get(content.by)) is not None:
            return content.by, root.sign
        if (device := self._named.get(content.by)) is not None:
            return device.member, device.sign
        return None

    def _count(self, member: bytes, *, by_root: bool | None) -> int:
        """Statements of a member by its root or by its devices; None for its erasures."""
        return self._counts.get((member, by_root), 0)

    def statement_bytes(self, member: bytes, *, by_root: bool | None) -> int:
        """Bytes of content of a member's statements: by its root, by its devices, or (None) its
        erasures. What a relay's room is counted in (SPEC 14.5)."""
        return self._sizes.get((member, by_root), 0)

    def _grow(self, member: bytes, by_root: bool | None, statement: Statement) -> None:
        self._sizes[member, by_root] = self.statement_bytes(member, by_root=by_root) + len(
            statement.content
        )

    def _take(self, id_: bytes, statement: Statement, content: Content, *, verified: bool) -> None:
        signer = self._signer(content)
        if signer is None:  # add() asked before; said again for the reader and the types
            raise TrustError(Reject.BAD_STATEMENT, "A statement is signed by nobody known.")
        member, key = signer
        if isinstance(content, Added):
            subjects = {content.member}
            check_public_key(content.sign)
        elif isinstance(content, Removed):
            subjects = {self._named[content.device].member}
        else:
            subjects = {self._named[ref.device].member for ref in content.refs}
        if subjects != {member}:
            raise TrustError(
                Reject.BAD_STATEMENT, "Somebody tried to change the other's devices or words."
            )
        if not verified and not verify(
            labels.STATEMENT_SIG, key, statement.content, statement.signature
        ):
            raise TrustError(Reject.BAD_STATEMENT, "A statement's signature does not hold.")
        if isinstance(content, Erased):
            if self._count(member, by_root=None) >= MAX_ERASURES:
                raise RemoteProtocolError(Reject.TOO_LARGE, "There are too many erasures.")
            self._counts[member, None] = self._count(member, by_root=None) + 1
            self._grow(member, None, statement)
            self._erased.update(dict.fromkeys(content.refs))
            self._erasure_ids.append(id_)
            self._erasures_hash = None
        else:
            # Roots are counted apart: whoever holds a device must not be able to use up the
            # room that the phrase needs to remove it.
            by_root = content.by == member
            mine = self._count(member, by_root=by_root)
            if mine >= MAX_STATEMENTS:
                raise RemoteProtocolError(Reject.TOO_LARGE, "There are too many statements.")
            if isinstance(content, Added):
                device = device_info(content.space, content.member, content.sign, content.kem)
                if device.id not in self._named:
                    named = sum(1 for d in self._named.values() if d.member == member)
                    room = MAX_LOGS // 2 if by_root else MAX_LOGS // 4
                    if named >= room:
                        raise RemoteProtocolError(Reject.TOO_LARGE, "There are too many devices.")
                self._named[device.id] = device
            self._counts[member, by_root] = mine + 1
            self._grow(member, by_root, statement)
            self._roster_signed[id_] = _Signed(id_, content, member)
            self._roster = None
        self._statement_by_id[id_] = statement

    @property
    def roster_hash(self) -> bytes:
        """SPEC 7.5: 32 bytes."""
        return self.roster.hash

    @property
    def erasures_hash(self) -> bytes:
        """SPEC 7.6: 32 bytes."""
        if self._erasures_hash is None:
            self._erasures_hash = h(labels.ERASURES_HASH, b"".join(sorted(self._erasure_ids)))
        return self._erasures_hash

    def is_erased(self, ref: Ref) -> bool:
        """Whether an erasure of the set names it. Once it does, it does for ever (SPEC 7.6)."""
        return ref in self._erased

    def erased_refs(self) -> list[Ref]:
        """All refs that ``is_erased`` holds for."""
        return list(self._erased)

    @property
    def roster(self) -> Roster:
        """What the statements mean now (SPEC 7.3)."""
        if self._roster is None:
            self._roster = self._resolve()
        return self._roster

    def _resolve(self) -> Roster:
        devices: dict[bytes, DeviceInfo] = {}
        valid: set[bytes] = set()
        standing: set[bytes] = set()
        heads: dict[bytes, tuple[Point, ...]] = {}
        for member in self.genesis.member_ids:
            mine = [s for s in self._roster_signed.values() if s.member == member]
            _resolve_member(member, mine, self._named, devices, valid, standing, heads)
        return Roster(
            h(labels.ROSTER_HASH, b"".join(sorted(self._roster_signed))),
            devices,
            frozenset(valid),
            frozenset(standing),
            heads,
        )


def _reach(root: bytes, additions: list[tuple[bytes, bytes]]) -> set[bytes]:
    """Devices reached from the root by (by, device) edges: a least fixpoint."""
    reached = {root}
    grew = True
    while grew:
        grew = False
        for by, device in additions:
            if by in reached and device not in reached:
                reached.add(device)
                grew = True
    return reached - {root}


def _resolve_member(
    root: bytes,
    signed: list[_Signed],
    named: dict[bytes, DeviceInfo],
    devices: dict[bytes, DeviceInfo],
    valid_out: set[bytes],
    standing_out: set[bytes],
    heads_out: dict[bytes, tuple[Point, ...]],
) -> None:
    additions: list[tuple[bytes, bytes, bytes]] = []  # statement id, by, device
    removals: list[tuple[bytes, Removed]] = []
    for s in signed:
        c = s.content
        if isinstance(c, Added):
            additions.append((s.id, c.by, device_info(c.space, c.member, c.sign, c.kem).id))
        elif isinstance(c, Removed):
            removals.append((s.id, c))

    # Level 1: strike.
    root_keeps: dict[bytes, set[bytes]] = {}
    for _, removal in removals:
        if removal.by == root:
            keeps = set(removal.keeps)
            root_keeps[removal.device] = root_keeps.get(removal.device, keeps) & keeps
    additions = [a for a in additions if a[1] not in root_keeps or a[0] in root_keeps[a[1]]]
    removals = [
        (id_, r) for id_, r in removals if r.by not in root_keeps or id_ in root_keeps[r.by]
    ]

    # Level 2: known devices, effective removals.
    known = _reach(root, [(by, device) for _, by, device in additions])
    removals = [(id_, r) for id_, r in removals if r.by == root or r.by in known]

    # Level 3: valid and standing devices.
    keeps_by_removed: dict[bytes, set[bytes]] = {}
    for _, removal in removals:
        keeps = set(removal.keeps)
        target = removal.device
        keeps_by_removed[target] = keeps_by_removed.get(target, keeps) & keeps
    valid = _reach(
        root,
        [
            (by, device)
            for id_, by, device in additions
            if by not in keeps_by_removed or id_ in keeps_by_removed[by]
        ],
    )
    standing = valid - set(keeps_by_removed)

    devices.update((id_, named[id_]) for id_ in sorted(known))
    valid_out |= valid
    standing_out |= standing
    for device in known - standing:
        ranks: list[list[Point]] = [[], [], []]
        present = [False, False, False]
        for _, removal in removals:
            if removal.device == device:
                rank = 0 if removal.by == root else 1 if removal.by in standing else 2
                present[rank] = True
                ranks[rank].extend(removal.heads)
        counted = next((ranks[i] for i in range(3) if present[i]), [])
        heads_out[device] = tuple(sorted(set(counted)))
