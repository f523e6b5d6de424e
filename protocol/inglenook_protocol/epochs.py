"""Epochs: keys shared by one envelope with everybody who stands (SPEC 8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

import msgspec

from inglenook_protocol import labels
from inglenook_protocol.codec import Bytes32, Record, ascending, decoder, encode
from inglenook_protocol.errors import (
    LocalProtocolError,
    Reject,
    TrustError,
    malformed,
)
from inglenook_protocol.genesis import Genesis
from inglenook_protocol.keys import WRAP_BYTES, KemKey, Wrapper
from inglenook_protocol.limits import MAX_EPOCHS, MAX_RECIPIENTS
from inglenook_protocol.roster import Roster
from inglenook_protocol.sealing import EpochKey

WrapBytes = Annotated[bytes, msgspec.Meta(min_length=WRAP_BYTES, max_length=WRAP_BYTES)]


class Wrap(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """An epoch key for one recipient (a device id or a member id)."""

    recipient: Bytes32
    wrap: WrapBytes


class KeyBody(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The body of a key envelope (SPEC 8.2)."""

    wraps: Annotated[list[Wrap], msgspec.Meta(min_length=1, max_length=MAX_RECIPIENTS)]
    sealed: bytes


class KeyPayload(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What a key envelope seals: the roster it was made for, and all earlier keys."""

    roster_hash: Bytes32
    earlier: Annotated[list[Bytes32], msgspec.Meta(max_length=MAX_EPOCHS)]


class OpenedEpoch(msgspec.Struct, frozen=True):
    """A key envelope that opened."""

    key: EpochKey
    roster_hash: bytes
    earlier: tuple[EpochKey, ...]


class Epoch(msgspec.Struct, frozen=True):
    """An epoch that this device holds: its key, its author, the roster it names."""

    key_id: bytes
    author: bytes
    roster_hash: bytes


_decode_body = decoder(KeyBody, "key envelope")
_decode_payload = decoder(KeyPayload, "key envelope")


def wrap_info(space_id: bytes, key_id: bytes, recipient: bytes, author: bytes) -> bytes:
    """HPKE info of one wrap (SPEC 8.2)."""
    return labels.KEY_WRAP + space_id + key_id + recipient + author


def recipients(genesis: Genesis, roster: Roster, author: bytes) -> dict[bytes, bytes]:
    """KEM public key by recipient id: all standing devices and all phrase keys.

    Those first that come first where there is not room for all (SPEC 8.2).
    """
    keys = {author: roster.devices[author].kem} if author in roster.standing else {}
    keys.update((id_, root.kem) for id_, root in sorted(genesis.root_by_member.items()))
    mine = roster.devices[author].member if author in roster.devices else None
    ranked = sorted((roster.devices[id_].member != mine, id_) for id_ in roster.standing)
    keys.update((id_, roster.devices[id_].kem) for _, id_ in ranked)
    return keys


def make_key_body(
    genesis: Genesis,
    roster: Roster,
    author: bytes,
    key: EpochKey,
    earlier: Iterable[EpochKey],
    prefix: bytes,
    nonce: bytes,
    wrap: Wrapper,
) -> bytes:
    """The body of the key envelope that opens the epoch of ``key``.

    ``prefix``: its header prefix (138 bytes), ``nonce``: 12 random bytes. A recipient whose
    key cannot be used gets no wrap (SPEC 8.2): one bad key must not keep the others from
    having an epoch, nor may any number of devices of the other member's. Raises
    ``LocalProtocolError`` when there are too many epochs, or nobody to wrap for.
    """
    others = sorted({k.key_id: k.key for k in earlier if k.key_id != key.key_id}.items())
    if len(others) > MAX_EPOCHS:
        raise LocalProtocolError("There are too many changes of devices.")
    space_id = genesis.space_id
    wraps: list[Wrap] = []
    for id_, public in recipients(genesis, roster, author).items():
        if len(wraps) == MAX_RECIPIENTS:
            break
        try:
            wrapped = wrap(public, key.key, wrap_info(space_id, key.key_id, id_, author))
        except TrustError:
            continue
        wraps.append(Wrap(id_, wrapped))
    if not wraps:
        raise LocalProtocolError("None of this space's devices has a key that can be used.")
    payload = encode(KeyPayload(roster.hash, [k for _, k in others]))
    wraps.sort(key=lambda w: w.recipient)
    return encode(KeyBody(wraps, key.seal_epoch(nonce, payload, prefix)))


def open_key_body(
    space_id: bytes,
    author: bytes,
    key_id: bytes,
    prefix: bytes,
    body: bytes,
    recipient: bytes,
    kem: KemKey,
) -> OpenedEpoch:
    """Open a key envelope as ``recipient`` (SPEC 8.3).

    Raises ``TrustError`` (bad-key, or no-key when there is no wrap for the recipient) or
    ``RemoteProtocolError`` (malformed).
    """
    record = _decode_body(body)
    if not ascending([w.recipient for w in record.wraps]):
        raise malformed("key envelope")
    wrap = next((w.wrap for w in record.wraps if w.recipient == recipient), None)
    if wrap is None:
        raise TrustError(Reject.NO_KEY, "A new key was not shared with this device.")
    unwrapped = kem.unwrap(wrap, wrap_info(space_id, key_id, recipient, author))
    if len(unwrapped) != 32:
        raise TrustError(Reject.BAD_KEY, "A key that was sent here has the wrong size.")
    key = EpochKey(space_id, unwrapped)
    if key.key_id != key_id:
        raise TrustError(Reject.BAD_KEY, "A key that was sent here is not the one announced.")
    return open_key_payload(space_id, key, prefix, record.sealed)


def open_key_payload(space_id: bytes, key: EpochKey, prefix: bytes, sealed: bytes) -> OpenedEpoch:
    """Open a key envelope's payload with its epoch key.

    Raises ``TrustError`` (bad-key) or ``RemoteProtocolError`` (malformed).
    """
    try:
        opened = key.open_epoch(sealed, prefix)
    except TrustError:
        raise TrustError(Reject.BAD_KEY, "A key that was sent here does not open.") from None
    payload = _decode_payload(opened)
    earlier = tuple(EpochKey(space_id, k) for k in payload.earlier)
    if not ascending([k.key_id for k in earlier]):
        raise malformed("key envelope")
    return OpenedEpoch(key, payload.roster_hash, earlier)


def sealing_epoch(
    epochs: Iterable[Epoch], held: Mapping[bytes, EpochKey], roster: Roster, own: bytes
) -> EpochKey | None:
    """The epoch for the device ``own`` to seal under now, or None: open one first (SPEC 8.4).

    Only one of its own: nobody else can be trusted with who may read its words.
    """
    fit = [
        epoch.key_id
        for epoch in epochs
        if epoch.roster_hash == roster.hash and epoch.author == own and epoch.key_id in held
    ]
    return held[min(fit)] if fit else None
