"""A space, its members and its devices: who is who by hash (SPEC 4)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from inglenook_protocol import labels
from inglenook_protocol.codec import Bytes32, KemPublic, Record, ascending, decoder, encode
from inglenook_protocol.errors import LocalProtocolError, Reject, RemoteProtocolError
from inglenook_protocol.hashing import h
from inglenook_protocol.signatures import check_public_key

SpaceKind = Literal["private", "shared"]


class RootPublic(Record, frozen=True, array_like=True, forbid_unknown_fields=True, order=True):
    """A member's public root keys: signing (32 bytes) and KEM (1216 bytes)."""

    sign: Bytes32
    kem: KemPublic

    @property
    def member_id(self) -> bytes:
        """SPEC 4.2: 32 bytes."""
        return h(labels.MEMBER_ID, self.sign + self.kem)


class _GenesisRecord(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    version: int
    kind: SpaceKind
    salt: Bytes32
    members: Annotated[list[RootPublic], msgspec.Meta(min_length=1, max_length=2)]


_decode = decoder(_GenesisRecord, "space")


class Genesis:
    """A space's birth record, decoded once and kept as received (SPEC 4.3)."""

    __slots__ = ("encoded", "kind", "member_ids", "members", "root_by_member", "salt", "space_id")

    def __init__(self, encoded: bytes) -> None:
        """Raises ``RemoteProtocolError`` (malformed, wrong-version, small-order-key)."""
        record = _decode(encoded)
        if record.version != 1:
            raise RemoteProtocolError(
                Reject.WRONG_VERSION, "This space was made by another version of Inglenook."
            )
        if len(record.members) != (1 if record.kind == "private" else 2) or not ascending(
            [root.sign for root in record.members]
        ):
            raise RemoteProtocolError(Reject.MALFORMED, "The space's members do not fit its kind.")
        for root in record.members:
            check_public_key(root.sign)
        self.encoded = encoded
        self.kind: SpaceKind = record.kind
        self.salt = record.salt
        self.members = tuple(record.members)
        self.root_by_member = {root.member_id: root for root in self.members}
        self.member_ids = tuple(self.root_by_member)
        self.space_id = h(labels.SPACE_ID, encoded)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Genesis) and other.encoded == self.encoded

    def __hash__(self) -> int:
        return hash(self.encoded)


def make_genesis(kind: SpaceKind, salt: bytes, members: list[RootPublic]) -> Genesis:
    """The genesis of a new space. Raises ``LocalProtocolError`` if the members do not fit."""
    try:
        return Genesis(encode(_GenesisRecord(1, kind, salt, sorted(members))))
    except RemoteProtocolError as error:
        raise LocalProtocolError(error.message) from None


class DeviceInfo(msgspec.Struct, frozen=True):
    """A device as statements name it. The id binds all the other fields (SPEC 4.4)."""

    id: bytes
    member: bytes
    sign: bytes
    kem: bytes


def device_info(space_id: bytes, member_id: bytes, sign: bytes, kem: bytes) -> DeviceInfo:
    """The device of ``member_id`` with these public keys in this space."""
    return DeviceInfo(h(labels.DEVICE_ID, space_id + member_id + sign + kem), member_id, sign, kem)
