"""Writing own events: seal, sign, store and fold in one durable transaction (SPEC 9, 17).

The seq is allocated inside the transaction, so two processes of one profile never write the
same one. Nothing is sent before it is on disk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from inglenook_client.core.opening import Event, read_event
from inglenook_client.store.database import Connection
from inglenook_client.store.envelopes import admitted_heads, store_run
from inglenook_client.store.folding import fold_touched
from inglenook_client.store.state import SpaceState, hold_key, log_of, note_carried, save_clocks
from inglenook_protocol import labels
from inglenook_protocol.codec import Ref, encode
from inglenook_protocol.envelope import (
    FLAG_KEY,
    ZERO_ID,
    Envelope,
    envelope_id,
    hash_body,
    pack_prefix,
)
from inglenook_protocol.epochs import make_key_body
from inglenook_protocol.errors import LocalProtocolError, Reject
from inglenook_protocol.event import Core, encode_content, encode_core
from inglenook_protocol.hlc import tick
from inglenook_protocol.keys import Wrapper
from inglenook_protocol.kinds import KIND_BY_PAYLOAD, REDACTION, Payload, encode_payload
from inglenook_protocol.limits import MAX_BODY_BYTES, MAX_WITNESS
from inglenook_protocol.runs import VerifiedRun
from inglenook_protocol.sealing import NONCE_BYTES, EpochKey


@dataclass(frozen=True, slots=True)
class Entropy:
    """What the core does not make itself: random bytes, and wraps that draw some."""

    random: Callable[[int], bytes]
    wrap: Wrapper


@dataclass(frozen=True, slots=True)
class Moment:
    """When something is written: wall clock in ms, offset from UTC in minutes."""

    wall_ms: int
    offset_minutes: int


def append(
    conn: Connection,
    state: SpaceState,
    payload: Payload,
    entity: bytes,
    after: list[bytes],
    moment: Moment,
    entropy: Entropy,
) -> bytes:
    """Append one event; gives its event id.

    ``entity`` is empty for a creating event. Raises ``LocalProtocolError`` for what a reader
    would refuse, or when this device no longer stands.
    """
    check_stands(state)
    encoded_payload = encode_payload(payload)
    log = log_of(conn, state, state.device.id)
    state.own_hlc = tick(state.own_hlc, state.seen_hlc, moment.wall_ms)
    kind, version = KIND_BY_PAYLOAD[type(payload)]
    core = encode_core(
        Core(
            entropy.random(16),
            kind,
            version,
            entity,
            sorted(after),
            state.own_hlc.ms,
            state.own_hlc.counter,
            moment.wall_ms,
            moment.offset_minutes,
            encoded_payload,
        )
    )
    place, event = seal_core(conn, state, core, entropy)
    fold_touched(conn, state, {event.entity: [(place, event)]})
    save_clocks(conn, state)
    if log.number not in state.log_by_number:
        raise LocalProtocolError("The own log went away while writing.")
    return event.event_id


def append_core(conn: Connection, state: SpaceState, core: bytes, entropy: Entropy) -> bytes:
    """Append an event whose core is made already (SPEC 18.3); gives its event id.

    Its clock is not this device's: nothing is ticked. Raises as ``append``.
    """
    check_stands(state)
    place, event = seal_core(conn, state, core, entropy)
    fold_touched(conn, state, {event.entity: [(place, event)]})
    return event.event_id


def check_stands(state: SpaceState) -> None:
    """Raises ``LocalProtocolError`` when this device was removed."""
    if state.device.id not in state.book.roster.standing:
        raise LocalProtocolError(
            "This device was removed from the journal, so it can't write to it.",
            "Your words here stay readable. Write on another of your devices.",
        )


def seal_core(
    conn: Connection, state: SpaceState, core: bytes, entropy: Entropy
) -> tuple[int, Event]:
    """Seal an encoded core at the end of the own log; gives its place, and the event to fold.

    Opens an epoch first where none fits (SPEC 8.4).
    """
    key = state.sealing_key() or open_epoch(conn, state, entropy)
    event, _ = read_event(state.space_id, state.member, core)
    witness = _witness(conn, state, everything=event.kind == REDACTION[0])
    content = encode_content(state.book.roster_hash, witness, core)

    def body(prefix: bytes) -> bytes:
        return key.seal_event(entropy.random(NONCE_BYTES), content, prefix)

    return _store(conn, state, key.key_id, 0, body), event


def open_epoch(conn: Connection, state: SpaceState, entropy: Entropy) -> EpochKey:
    """Open an epoch for the roster as it stands (SPEC 8.2, 8.4)."""
    key = EpochKey(state.space_id, entropy.random(32))
    earlier = state.keys_to_carry()

    def body(prefix: bytes) -> bytes:
        return make_key_body(
            state.genesis,
            state.book.roster,
            state.device.id,
            key,
            earlier,
            prefix,
            entropy.random(NONCE_BYTES),
            entropy.wrap,
        )

    _store(conn, state, key.key_id, FLAG_KEY, body)
    hold_key(conn, state, key, state.book.roster_hash, state.device.id)
    note_carried(conn, state, state.book.roster_hash, state.device.id, [key, *earlier])
    return key


def _store(
    conn: Connection,
    state: SpaceState,
    key_id: bytes,
    flags: int,
    make_body: Callable[[bytes], bytes],
) -> int:
    """Seal, sign and store the next envelope of the own log; gives its place."""
    log = log_of(conn, state, state.device.id)
    # A log that forked goes on at its longest branch; lifecycle rules retire it (SPEC 17.1).
    head = max(log.branches, key=lambda b: (b.head_seq, b.head_id), default=None)
    seq = 1 if head is None else head.head_seq + 1
    previous = ZERO_ID if head is None else head.head_id
    prefix = pack_prefix(flags, state.space_id, state.device.id, seq, previous, key_id)
    body = make_body(prefix)
    if len(body) > MAX_BODY_BYTES:
        raise LocalProtocolError(
            "This is larger than one entry can hold.", "Write it as two entries."
        )
    body_hash = hash_body(body)
    envelope = Envelope(
        state.device.id,
        seq,
        envelope_id(prefix, body_hash),
        previous,
        key_id,
        flags,
        state.keys.sign.sign(labels.ENVELOPE_SIG, prefix + body_hash),
        body,
        body_hash,
        prefix,
    )
    run = VerifiedRun(state.device.id, seq, previous, [envelope], None)
    stored = store_run(conn, state, log, run, admitted=True)
    if isinstance(stored, Reject) or len(stored) != 1:
        raise LocalProtocolError("The own log can't be continued.", "Run `nook status` to see why.")
    return stored[0][0]


def _witness(conn: Connection, state: SpaceState, *, everything: bool) -> list[Ref]:
    """Heads of other logs that changed since the last own event; all for a redaction."""
    refs: list[Ref] = []
    logs = [
        log
        for log in state.log_by_device.values()
        if log.device != state.device.id and log.branches
    ]
    # The own member's first: whoever makes logs and forks without end must not keep a device
    # from saying what it saw of one's own.
    for log in sorted(logs, key=lambda log: not state.is_own(log.device)):
        heads = log.heads
        if log.device not in state.book.roster.standing:
            # Naming what does not count would make it count (SPEC 11.3).
            heads = admitted_heads(conn, log)
        if everything or heads != log.witnessed:
            if len(refs) + len(heads) > MAX_WITNESS:
                continue  # the next event names them
            refs += [Ref(log.device, p.seq, p.id) for p in heads]
        if heads != log.witnessed:
            log.witnessed = heads
            conn.execute(
                "UPDATE log SET witnessed = ? WHERE number = ?", (encode(heads), log.number)
            )
    return sorted(refs)
