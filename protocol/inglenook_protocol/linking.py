"""Linking a second device of one's own: what both sides say, and what they check (SPEC 16.6).

    slot  from     holds
    1     joiner   commitment to L3
    2     inviter  L2: the spaces, and the inviter's device in each
    3     joiner   L3: the new device's keys for each, as committed
                   the person compares the safety words on both screens
    4     inviter  the new device added by the inviter's, in each space; MAC
    5     joiner   MAC
    6     inviter  what the new device needs to go on: all is pushed

A ``LinkTranscript`` is what both sides derive from slots 1 to 3; what does not hold raises, and
the linking is over. It holds no epoch key and no root.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from typing import Annotated, Final

import msgspec

from inglenook_protocol import labels
from inglenook_protocol.codec import Bytes32, KemPublic, Record, decoder, encode
from inglenook_protocol.errors import Reject, TrustError, malformed
from inglenook_protocol.genesis import DeviceInfo, Genesis, SpaceKind, device_info
from inglenook_protocol.hashing import h, kdf
from inglenook_protocol.limits import MAX_LINE_BYTES
from inglenook_protocol.pairing import word_indices
from inglenook_protocol.roster import Added, Statement, added, decode_content
from inglenook_protocol.signatures import check_public_key, verify

SPACES: Final[tuple[SpaceKind, ...]] = ("private", "shared")
"""The spaces that one linking can carry, in the order of its lists."""

_Name = Annotated[str, msgspec.Meta(max_length=MAX_LINE_BYTES)]
_Origin = Annotated[str, msgspec.Meta(max_length=1024)]
_Token = Annotated[str, msgspec.Meta(max_length=256)]
_Index = Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]


class OfferedSpace(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One space of L2: what it is, whose, at which relay, and the inviter's device in it."""

    genesis: bytes
    member: Bytes32
    index: _Index
    """Of the roots (SPEC 4.1)."""
    origin: _Origin
    """Of the relay that carries it; empty where none does."""
    sign: Bytes32
    kem: KemPublic


class LinkOffer(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """L2."""

    nonce: Bytes32
    name: _Name
    """What the owner calls the inviter's computer."""
    spaces: Annotated[list[OfferedSpace], msgspec.Meta(min_length=1, max_length=2)]


class OwnKeys(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The new device's public keys for one space."""

    sign: Bytes32
    kem: KemPublic


class LinkAnswer(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """L3: keys for every space that there can be, since slot 1 commits before any is known."""

    nonce: Bytes32
    name: _Name
    devices: Annotated[list[OwnKeys], msgspec.Meta(min_length=2, max_length=2)]


class LinkCommitment(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Slot 1."""

    commitment: Bytes32


class LinkRelease(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Slot 4. A statement is nil where the joiner's device stands already."""

    statements: Annotated[list[Statement | None], msgspec.Meta(min_length=1, max_length=2)]
    mac: Bytes32


class LinkConfirmation(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Slot 5."""

    mac: Bytes32


class LinkGoods(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Slot 6: what a device needs besides its keys. ``statements``: the private roster, where
    that space is at no relay."""

    name: _Name
    """The person's."""
    tokens: Annotated[list[_Token], msgspec.Meta(min_length=1, max_length=2)]
    statements: list[Statement]

    def __repr__(self) -> str:
        return "LinkGoods(…)"


_WHAT: Final = "message of a computer that is being linked"
_offer: Callable[[bytes], LinkOffer] = decoder(LinkOffer, _WHAT)
_answer: Callable[[bytes], LinkAnswer] = decoder(LinkAnswer, _WHAT)
_commitment: Callable[[bytes], LinkCommitment] = decoder(LinkCommitment, _WHAT)
_release: Callable[[bytes], LinkRelease] = decoder(LinkRelease, _WHAT)
_confirmation: Callable[[bytes], LinkConfirmation] = decoder(LinkConfirmation, _WHAT)
_goods: Callable[[bytes], LinkGoods] = decoder(LinkGoods, _WHAT)

_DIFFERS: Final = (
    "The other computer's confirmation does not fit the words.",
    "Make a new invite and compare the words again.",
)


class LinkedSpace(msgspec.Struct, frozen=True):
    """A space of the transcript, and both devices in it."""

    genesis: Genesis
    member: bytes
    index: int
    origin: str
    inviter: DeviceInfo
    joiner: DeviceInfo


def link_answer(nonce: bytes, name: str, devices: Sequence[OwnKeys]) -> bytes:
    """The bytes of L3. ``devices``: for the private space, for the shared one."""
    return encode(LinkAnswer(nonce, name, list(devices)))


def link_offer(nonce: bytes, name: str, spaces: Sequence[OfferedSpace]) -> bytes:
    """The bytes of L2."""
    return encode(LinkOffer(nonce, name, list(spaces)))


def link_commitment(l3: bytes) -> bytes:
    """32 bytes."""
    return h(labels.LINK_COMMIT, l3)


def encode_link_commitment(commitment: bytes) -> bytes:
    """Slot 1."""
    return encode(LinkCommitment(commitment))


def decode_link_commitment(encoded: bytes) -> bytes:
    """Slot 1: the commitment. Raises ``RemoteProtocolError`` (malformed)."""
    return _commitment(encoded).commitment


class LinkTranscript:
    """What both sides have seen once the new device's keys are there."""

    def __init__(self, mailbox: bytes, commitment: bytes, l2: bytes, l3: bytes) -> None:
        """Raises ``RemoteProtocolError`` or ``TrustError`` when something does not hold."""
        if not hmac.compare_digest(link_commitment(l3), commitment):
            raise TrustError(
                Reject.BAD_KEY,
                "The new computer changed its keys while it was being linked.",
                "Make a new invite, and take it there another way.",
            )
        offer, answer = _offer(l2), _answer(l3)
        for name in (offer.name, answer.name):
            if len(name.encode()) > MAX_LINE_BYTES:
                raise malformed(_WHAT)
        for keys in answer.devices:
            check_public_key(keys.sign)
        self.inviter_name, self.joiner_name = offer.name, answer.name
        self.spaces = [
            _linked(kind, offered, keys)
            for kind, offered, keys in zip(SPACES, offer.spaces, answer.devices, strict=False)
        ]
        self._hash = h(labels.LINK_WORDS, mailbox + commitment + l2 + l3)

    @property
    def word_indices(self) -> tuple[int, ...]:
        """Five numbers below 2048: indices into the BIP39 English list (SPEC 16.4)."""
        return word_indices(self._hash)

    def release(self, secret: bytes, statements: list[Statement | None]) -> bytes:
        """Slot 4. Made only after the words were compared and the journal unlocked anew."""
        return encode(LinkRelease(statements, self._mac(secret, inviter=True)))

    def check_release(self, secret: bytes, encoded: bytes) -> list[Statement | None]:
        """The statements of slot 4, one for each space.

        Raises ``TrustError`` (bad-signature) if the MAC does not hold, (bad-statement) if one
        does not add the transcript's device by the inviter's.
        """
        record = _release(encoded)
        self._check(secret, record.mac, inviter=True)
        if len(record.statements) != len(self.spaces):
            raise malformed(_WHAT)
        for space, statement in zip(self.spaces, record.statements, strict=True):
            if statement is None:
                continue
            content = decode_content(statement.content)
            expected = added(space.genesis.space_id, space.joiner, space.inviter.id)
            if (
                not isinstance(content, Added)
                or content != expected
                or not verify(
                    labels.STATEMENT_SIG,
                    space.inviter.sign,
                    statement.content,
                    statement.signature,
                )
            ):
                raise TrustError(Reject.BAD_STATEMENT, *_DIFFERS)
        return record.statements

    def confirmation(self, secret: bytes) -> bytes:
        """Slot 5."""
        return encode(LinkConfirmation(self._mac(secret, inviter=False)))

    def check_confirmation(self, secret: bytes, encoded: bytes) -> None:
        """Raises ``TrustError`` (bad-signature) if slot 5 does not hold."""
        self._check(secret, _confirmation(encoded).mac, inviter=False)

    def goods(self, encoded: bytes) -> LinkGoods:
        """Slot 6. Raises ``RemoteProtocolError`` (malformed)."""
        record = _goods(encoded)
        if len(record.tokens) != len(self.spaces) or len(record.name.encode()) > MAX_LINE_BYTES:
            raise malformed(_WHAT)
        return record

    def _check(self, secret: bytes, mac: bytes, *, inviter: bool) -> None:
        if not hmac.compare_digest(mac, self._mac(secret, inviter=inviter)):
            raise TrustError(Reject.BAD_SIGNATURE, *_DIFFERS)

    def _mac(self, secret: bytes, *, inviter: bool) -> bytes:
        return kdf(labels.LINK_CONFIRM, secret, bytes([0 if inviter else 1]) + self._hash)


def _linked(kind: SpaceKind, offered: OfferedSpace, keys: OwnKeys) -> LinkedSpace:
    genesis = Genesis(offered.genesis)
    check_public_key(offered.sign)
    if genesis.kind != kind or (kind == "shared" and not offered.origin):
        raise malformed(_WHAT)
    space_id, member = genesis.space_id, offered.member
    inviter = device_info(space_id, member, offered.sign, offered.kem)
    joiner = device_info(space_id, member, keys.sign, keys.kem)
    if member not in genesis.root_by_member or inviter.id == joiner.id:
        raise TrustError(
            Reject.BAD_KEY,
            "The other computer showed keys that can't be its own.",
            "Make a new invite on the computer that you have.",
        )
    return LinkedSpace(genesis, member, offered.index, offered.origin, inviter, joiner)
