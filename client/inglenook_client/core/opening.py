"""From an admitted envelope to an event that can be folded (SPEC 9.4, 9.5).

Expected outcomes are values: an envelope opens, or it is unreadable with a class. Both are
kept; unreadable ones never stop their log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from inglenook_client.core.upcasting import STEPS, upcast
from inglenook_protocol.codec import Ref
from inglenook_protocol.envelope import Envelope
from inglenook_protocol.errors import Reject, RemoteProtocolError
from inglenook_protocol.event import decode_content, decode_core, event_id
from inglenook_protocol.kinds import CREATING, Payload, decode_payload
from inglenook_protocol.sealing import EpochKey


class Event(msgspec.Struct, frozen=True, gc=False):
    """An event as the fold sees it. Satisfies ``causality.Placed``."""

    event_id: bytes
    entity: bytes
    """The entity's id: of a creating event, its own event id."""
    member: bytes
    kind: str
    kind_version: int
    after: Sequence[bytes]
    hlc_ms: int
    hlc_count: int
    claimed_ms: int
    offset_minutes: int
    payload: Payload | None
    """In its kind's newest version; None for kinds that this version does not know, and for
    payloads that do not fit."""

    @property
    def creates(self) -> bool:
        return self.entity == self.event_id


class Opened(msgspec.Struct, frozen=True, gc=False):
    """An envelope that opened: its event, and what its author had seen."""

    event: Event
    witness: Sequence[Ref]
    flaw: Reject | None = None
    """``malformed-payload`` when the event is kept but not folded (SPEC 9.4)."""


def core_of(envelope: Envelope, keys: Mapping[bytes, EpochKey]) -> bytes | Reject:
    """The encoded core of an event envelope; a class of SPEC 9.5 if it does not open."""
    key = keys.get(envelope.key_id)
    if key is None:
        return Reject.NO_KEY
    if envelope.body is None or envelope.is_key:
        return Reject.WITHHELD_BODY
    try:
        return decode_content(key.open_event(envelope.body, envelope.prefix)).core
    except RemoteProtocolError as error:
        return error.reject


def open_envelope(
    space_id: bytes, member_id: bytes, envelope: Envelope, keys: Mapping[bytes, EpochKey]
) -> Opened | Reject:
    """Open one event envelope by ``member_id``; a class of SPEC 9.5 if it does not open."""
    key = keys.get(envelope.key_id)
    if key is None:
        return Reject.NO_KEY
    if envelope.body is None:
        return Reject.WITHHELD_BODY
    try:
        content = decode_content(key.open_event(envelope.body, envelope.prefix))
        event, flaw = read_event(space_id, member_id, content.core)
    except RemoteProtocolError as error:
        return error.reject
    return Opened(event, content.witness, flaw)


def read_event(space_id: bytes, member_id: bytes, encoded: bytes) -> tuple[Event, Reject | None]:
    """The event of a core by ``member_id``, and why it is not folded if it is not (SPEC 9.4).

    Raises ``RemoteProtocolError`` (malformed).
    """
    core = decode_core(encoded)
    kind = core.kind, core.kind_version
    flaw: Reject | None = None
    payload: Payload | None = None
    try:
        payload = decode_payload(*kind, core.payload)
    except RemoteProtocolError as error:
        flaw = error.reject
    # Of a known kind, the entity must fit too: empty exactly where the kind creates one.
    if payload is not None and bool(core.entity) == (kind in CREATING):
        payload, flaw = None, Reject.MALFORMED_PAYLOAD
    if payload is not None and type(payload) in STEPS:
        payload = upcast(payload)
    id_ = event_id(space_id, member_id, encoded)
    event = Event(
        id_,
        core.entity or id_,
        member_id,
        core.kind,
        core.kind_version,
        core.after,
        core.hlc_ms,
        core.hlc_count,
        core.claimed_ms,
        core.offset_minutes,
        payload,
    )
    return event, flaw
