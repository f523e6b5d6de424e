"""Pairing two people: invite, commitment, safety words, confirmation (SPEC 16).

    slot  from     holds
    1     joiner   commitment to M3
    2     inviter  M2: root and device keys, nonce
    3     joiner   M3: the same, as committed
                   both people compare the safety words
    4     inviter  own device added by own root, MAC
    5     joiner   own device added by own root, MAC
    6     inviter  the space stands

A ``Transcript`` is what both sides derive from slots 1 to 3; what does not hold raises, and
the pairing is over. It holds no epoch key.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from typing import Annotated, ClassVar, Final, TypeVar

import msgspec

from inglenook_protocol import labels
from inglenook_protocol.codec import Bytes16, Bytes32, KemPublic, Natural, Record, decoder, encode
from inglenook_protocol.errors import LocalProtocolError, Reject, RemoteProtocolError, TrustError
from inglenook_protocol.genesis import DeviceInfo, Genesis, RootPublic, device_info, make_genesis
from inglenook_protocol.hashing import h, kdf
from inglenook_protocol.keys import DeviceKeys, RootSigner
from inglenook_protocol.message import Message
from inglenook_protocol.roster import (
    Added,
    Statement,
    StatementBook,
    added,
    decode_content,
    sign_statement,
)
from inglenook_protocol.sealing import Sealer
from inglenook_protocol.signatures import check_public_key

INVITE_PREFIX: Final = "inglenook:1:"
DEVICE_INVITE_PREFIX: Final = "inglenook-device:1:"
_ANY_INVITE: Final = re.compile(r"(inglenook(?:-device)?):([0-9]+):")
WORD_COUNT: Final = 5


class Invite(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What the inviter hands over (SPEC 16.2). Whoever holds it can enter the mailbox once."""

    prefix: ClassVar[str] = INVITE_PREFIX

    origin: Annotated[str, msgspec.Meta(max_length=1024)]
    mailbox: Bytes16
    secret: Bytes32
    expires_at_s: Natural

    def to_text(self) -> str:
        """The invite as one line."""
        return self.prefix + base64.urlsafe_b64encode(encode(self)).rstrip(b"=").decode("ascii")

    @property
    def reader_capability(self) -> bytes:
        """32 bytes with which the joiner enters."""
        return kdf(labels.INVITE_READER, self.secret, self.mailbox)

    def sealer(self) -> MailSealer:
        """Seals this mailbox's messages."""
        return MailSealer(kdf(labels.INVITE_SEAL, self.secret, self.mailbox))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(origin={self.origin!r}, …)"


class DeviceInvite(Invite, frozen=True, array_like=True, forbid_unknown_fields=True):
    """As ``Invite``, for a second device of one's own (SPEC 16.6)."""

    prefix: ClassVar[str] = DEVICE_INVITE_PREFIX


AnyInvite = TypeVar("AnyInvite", bound=Invite)

_DECODE_INVITE: Final = {
    Invite: decoder(Invite, "invite"),
    DeviceInvite: decoder(DeviceInvite, "invite"),
}


def parse_invite(text: str) -> Invite:
    """Read an invite as a person pasted it; white space inside is passed over.

    Raises ``LocalProtocolError`` with the next step (malformed, wrong-version).
    """
    return _parse(text, Invite)


def parse_device_invite(text: str) -> DeviceInvite:
    """As ``parse_invite``, for a second device of one's own."""
    return _parse(text, DeviceInvite)


def _for_another(kind: type[Invite]) -> LocalProtocolError:
    if kind is Invite:
        return LocalProtocolError(
            "This invite is for a second computer of one person's own.",
            "On that computer: nook device link. To pair with somebody, ask them for: nook invite",
            reject=Reject.MALFORMED,
        )
    return LocalProtocolError(
        "This invite is for pairing two people.",
        "To pair: nook join. For a second computer of your own, run on the first one: "
        "nook device add",
        reject=Reject.MALFORMED,
    )


def _parse(text: str, kind: type[AnyInvite]) -> AnyInvite:
    compact = "".join(text.split())
    begins = _ANY_INVITE.match(compact)
    if begins and begins.group(1) != kind.prefix.partition(":")[0]:
        raise _for_another(kind)
    if begins and begins.group() != kind.prefix:
        raise LocalProtocolError(
            "This invite was made by another version of Inglenook.",
            "Use the same version on both devices, then make a new invite.",
            reject=Reject.WRONG_VERSION,
        )
    try:
        if not begins:
            raise ValueError
        body = compact[len(kind.prefix) :].encode("ascii")
        raw = base64.b64decode(body + b"=" * (-len(body) % 4), altchars=b"-_", validate=True)
        invite = _DECODE_INVITE[kind](raw)
        if not isinstance(invite, kind) or invite.to_text() != compact:
            raise ValueError
    except (ValueError, binascii.Error, RemoteProtocolError):
        raise LocalProtocolError(
            "This is not a whole invite.",
            Message(
                "Copy all of it: it begins with {beginning} and is one line.",
                beginning=kind.prefix,
            ),
            reject=Reject.MALFORMED,
        ) from None
    return invite


def owner_hash(capability: bytes) -> bytes:
    """What the relay keeps of a capability (SPEC 16.2): 32 bytes."""
    return h(labels.INVITE_OWNER, capability)


class MailSealer:
    """Seals mailbox messages so that the relay can't read them."""

    def __init__(self, key: bytes) -> None:
        self._sealer = Sealer(key)

    def seal(self, slot: int, message: bytes, nonce: bytes) -> bytes:
        """``nonce``: 12 random bytes."""
        return self._sealer.seal(nonce, message, bytes([slot]))

    def open(self, slot: int, sealed: bytes) -> bytes:
        """Raises ``TrustError`` (bad-seal)."""
        return self._sealer.open(sealed, bytes([slot]))


class Hello(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """M2 and M3: public keys of a root and of its first device, and a nonce."""

    root_sign: Bytes32
    root_kem: KemPublic
    device_sign: Bytes32
    device_kem: KemPublic
    nonce: Bytes32

    @property
    def root(self) -> RootPublic:
        return RootPublic(self.root_sign, self.root_kem)


class Commitment(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Slot 1."""

    commitment: Bytes32


class Confirmation(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Slots 4 and 5: the own device, added by the own root; and the MAC."""

    added: Statement
    mac: Bytes32


_decode_hello = decoder(Hello, "pairing message")
_decode_commitment = decoder(Commitment, "pairing message")
_decode_confirmation = decoder(Confirmation, "pairing message")


def hello(root: RootSigner, device: DeviceKeys, nonce: bytes) -> bytes:
    """The bytes of M2 or M3. ``nonce``: 32 random bytes."""
    return encode(
        Hello(root.public.sign, root.public.kem, device.sign.public, device.kem.public, nonce)
    )


_DOES_NOT_FIT: Final = (
    "The other side's confirmation does not fit the words.",
    "Make a new invite and compare the words again.",
)


def commitment_to(m3: bytes) -> bytes:
    """32 bytes (SPEC 16.3)."""
    return h(labels.PAIR_COMMIT, m3)


def _check_hello(encoded: bytes) -> Hello:
    record = _decode_hello(encoded)
    check_public_key(record.root_sign)
    check_public_key(record.device_sign)
    return record


def word_indices(digest: bytes) -> tuple[int, ...]:
    """The first 55 bits of the transcript's hash as five numbers below 2048 (SPEC 16.4)."""
    bits = int.from_bytes(digest[:7], "big") >> 1
    return tuple((bits >> (11 * (4 - i))) & 2047 for i in range(WORD_COUNT))


class Transcript:
    """What both sides have seen once the keys are exchanged."""

    def __init__(self, mailbox: bytes, commitment: bytes, m2: bytes, m3: bytes) -> None:
        """Raises ``RemoteProtocolError`` or ``TrustError`` when the keys do not hold."""
        inviter, joiner = _check_hello(m2), _check_hello(m3)
        salt = h(labels.PAIR_SALT, mailbox + m2 + m3)
        try:
            self.genesis: Genesis = make_genesis("shared", salt, [inviter.root, joiner.root])
        except LocalProtocolError:
            raise TrustError(
                Reject.BAD_KEY,
                "The other side showed the same keys as this one.",
                "A journal can't be paired with itself: use the other person's device.",
            ) from None
        space_id = self.genesis.space_id
        self.inviter: DeviceInfo = device_info(
            space_id, inviter.root.member_id, inviter.device_sign, inviter.device_kem
        )
        self.joiner: DeviceInfo = device_info(
            space_id, joiner.root.member_id, joiner.device_sign, joiner.device_kem
        )
        self._hash = h(labels.PAIR_WORDS, mailbox + commitment + m2 + m3 + self.genesis.encoded)

    @property
    def word_indices(self) -> tuple[int, ...]:
        """Five numbers below 2048: indices into the BIP39 English list (SPEC 16.4)."""
        return word_indices(self._hash)

    def confirmation(self, secret: bytes, *, inviter: bool, root: RootSigner) -> bytes:
        """Slot 4 or 5. Made only after the person has compared the words."""
        device = self.inviter if inviter else self.joiner
        statement = sign_statement(root.sign, added(self.genesis.space_id, device, root.member_id))
        return encode(Confirmation(statement, self._mac(secret, inviter=inviter)))

    def check_confirmation(self, secret: bytes, encoded: bytes, *, inviter: bool) -> Statement:
        """The other side's statement.

        Raises ``TrustError`` (bad-signature) if the MAC does not hold, (bad-statement) if it
        is not the device of the transcript, added by its root.
        """
        record = _decode_confirmation(encoded)
        if not hmac.compare_digest(record.mac, self._mac(secret, inviter=inviter)):
            raise TrustError(Reject.BAD_SIGNATURE, *_DOES_NOT_FIT)
        device = self.inviter if inviter else self.joiner
        content = decode_content(record.added.content)
        expected = added(self.genesis.space_id, device, device.member)
        if not isinstance(content, Added) or content != expected:
            raise TrustError(Reject.BAD_STATEMENT, *_DOES_NOT_FIT)
        StatementBook(self.genesis).add([record.added])
        return record.added

    def _mac(self, secret: bytes, *, inviter: bool) -> bytes:
        return kdf(labels.PAIR_CONFIRM, secret, bytes([0 if inviter else 1]) + self._hash)


def decode_commitment(encoded: bytes) -> bytes:
    """Slot 1: the joiner's commitment. Raises ``RemoteProtocolError`` (malformed)."""
    return _decode_commitment(encoded).commitment


def encode_commitment(commitment: bytes) -> bytes:
    """Slot 1."""
    return encode(Commitment(commitment))


def inviter_transcript(mailbox: bytes, commitment: bytes, m2: bytes, m3: bytes) -> Transcript:
    """The inviter's view once M3 is there; M3 must be what was committed to.

    Raises ``TrustError`` if it is not.
    """
    if not hmac.compare_digest(commitment_to(m3), commitment):
        raise TrustError(
            Reject.BAD_KEY,
            "The other side changed its keys during pairing.",
            "Make a new invite, and hand it over another way.",
        )
    return Transcript(mailbox, commitment, m2, m3)
