"""Events: the immutable plaintext facts inside envelopes (SPEC 9)."""

from __future__ import annotations

from typing import Annotated

import msgspec

from inglenook_protocol import labels
from inglenook_protocol.codec import (
    Bytes16,
    Bytes32,
    Natural,
    Record,
    Ref,
    ascending,
    decoder,
    encode,
)
from inglenook_protocol.errors import LocalProtocolError, Reject, RemoteProtocolError
from inglenook_protocol.hashing import h
from inglenook_protocol.hlc import Hlc
from inglenook_protocol.limits import MAX_AFTER, MAX_KIND_BYTES, MAX_WITNESS

Kind = Annotated[
    str,
    msgspec.Meta(max_length=MAX_KIND_BYTES, pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+\Z"),
]


class Content(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What an event envelope seals (SPEC 9.1)."""

    roster_hash: Bytes32
    witness: Annotated[list[Ref], msgspec.Meta(max_length=MAX_WITNESS)]
    core: bytes


class Core(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The event itself; its hash is its id (SPEC 9.2)."""

    nonce: Bytes16
    kind: Kind
    kind_version: Annotated[int, msgspec.Meta(ge=1, le=65535)]
    entity: Annotated[bytes, msgspec.Meta(max_length=32)]
    after: Annotated[list[Bytes32], msgspec.Meta(max_length=MAX_AFTER)]
    hlc_ms: Natural
    hlc_count: Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]
    claimed_ms: Natural
    offset_minutes: Annotated[int, msgspec.Meta(ge=-1080, le=1080)]
    payload: bytes

    @property
    def hlc(self) -> Hlc:
        return Hlc(self.hlc_ms, self.hlc_count)


_decode_content = decoder(Content, "entry")
_decode_core = decoder(Core, "entry")


def decode_content(source: bytes) -> Content:
    """Raises ``RemoteProtocolError`` (malformed)."""
    content = _decode_content(source)
    if len(content.witness) > 1 and not ascending(content.witness):
        raise RemoteProtocolError(Reject.MALFORMED, "A witness is out of order.")
    return content


def decode_core(source: bytes) -> Core:
    """Raises ``RemoteProtocolError`` (malformed)."""
    core = _decode_core(source)
    if len(core.entity) not in (0, 32) or (len(core.after) > 1 and not ascending(core.after)):
        raise RemoteProtocolError(
            Reject.MALFORMED, "An event's references are not as they must be."
        )
    return core


def encode_core(core: Core) -> bytes:
    """The bytes of an event made here. Raises ``LocalProtocolError`` if a reader would refuse."""
    encoded = encode(core)
    try:
        decode_core(encoded)
    except RemoteProtocolError as error:
        raise LocalProtocolError(error.message) from None
    return encoded


def encode_content(roster_hash: bytes, witness: list[Ref], core: bytes) -> bytes:
    """The bytes to seal. Raises ``LocalProtocolError`` if a reader would refuse them."""
    encoded = encode(Content(roster_hash, witness, core))
    try:
        decode_content(encoded)
    except RemoteProtocolError as error:
        raise LocalProtocolError(error.message) from None
    return encoded


def event_id(space_id: bytes, member_id: bytes, core: bytes) -> bytes:
    """32 bytes that bind the exact words and their author (SPEC 9.3)."""
    return h(labels.EVENT_ID, space_id + member_id + core)
