"""Runs: contiguous stretches of one log, proved by one signature (SPEC 6).

Theory. Every envelope id hashes the id before it, so one good signature at the end of a
contiguous run that starts at a held envelope proves all of it. Headers are not sent: they
are rebuilt from the run, so a header can't disagree with its place.

Only ``verify_run`` makes a ``VerifiedRun``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Annotated

import msgspec

from inglenook_protocol import labels
from inglenook_protocol.codec import Bytes32, Bytes64, Record, Ref, Seq, decoder
from inglenook_protocol.envelope import FLAG_KEY, PREFIX_STRUCT, VERSION, ZERO_ID, Envelope
from inglenook_protocol.errors import Reject, RemoteProtocolError
from inglenook_protocol.genesis import DeviceInfo
from inglenook_protocol.limits import MAX_BODY_BYTES, MAX_RUN_ITEMS, MAX_SEQ
from inglenook_protocol.signatures import verify


class Item(Record, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """One envelope inside a run; ``body_hash`` is empty unless ``body`` is None (erased)."""

    key: Annotated[int, msgspec.Meta(ge=0, lt=MAX_RUN_ITEMS)]
    flags: Annotated[int, msgspec.Meta(ge=0, le=1)]
    signature: Bytes64
    body: bytes | None
    body_hash: Annotated[bytes, msgspec.Meta(max_length=32)]


class Run(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A run as it travels (SPEC 6.1)."""

    device: Bytes32
    first_seq: Seq
    previous: Bytes32
    keys: Annotated[list[Bytes32], msgspec.Meta(min_length=1, max_length=MAX_RUN_ITEMS)]
    items: Annotated[list[Item], msgspec.Meta(min_length=1, max_length=MAX_RUN_ITEMS)]


decode_run = decoder(Run, "run")


class VerifiedRun(msgspec.Struct, frozen=True):
    """What of a run is proved. ``flaw`` says why the rest, if any, is not."""

    device: bytes
    first_seq: int
    previous: bytes
    envelopes: Sequence[Envelope]
    flaw: Reject | None

    @property
    def head_seq(self) -> int:
        """Seq of the last proved envelope; one less than ``first_seq`` if there is none."""
        return self.first_seq + len(self.envelopes) - 1


def make_runs(envelopes: Iterable[Envelope], max_items: int = MAX_RUN_ITEMS) -> list[Run]:
    """Pack envelopes, given in log order, into as few runs as their chains allow."""
    runs: list[Run] = []
    items: list[Item] = []
    keys: dict[bytes, int] = {}
    start: Envelope | None = None
    last: Envelope | None = None
    for envelope in envelopes:
        if start is None or last is None:
            start = envelope
        elif envelope.previous != last.id or len(items) >= max_items:
            runs.append(Run(start.device, start.seq, start.previous, list(keys), items))
            items, keys, start = [], {}, envelope
        body_hash = b"" if envelope.body is not None else envelope.body_hash
        key = keys.setdefault(envelope.key_id, len(keys))
        items.append(Item(key, envelope.flags, envelope.signature, envelope.body, body_hash))
        last = envelope
    if start is not None:
        runs.append(Run(start.device, start.seq, start.previous, list(keys), items))
    return runs


def check_run(run: Run) -> None:
    """The rules of SPEC 6.1 and 6.2 that types alone don't hold.

    Raises ``RemoteProtocolError`` (malformed, too-large; gap for a run that starts at seq 1
    after something, or later after nothing).
    """
    used = 0
    for item in run.items:
        if item.key > used or item.key >= len(run.keys):
            raise RemoteProtocolError(Reject.MALFORMED, "A run's keys are out of order.")
        if item.key == used:
            used += 1
        body = item.body
        if (len(item.body_hash) != 32) if body is None else bool(item.body_hash):
            raise RemoteProtocolError(Reject.MALFORMED, "A run has a body hash out of place.")
        if body is not None and len(body) > MAX_BODY_BYTES:
            raise RemoteProtocolError(Reject.TOO_LARGE, "An entry that arrived is too large.")
    if used != len(run.keys) or len(set(run.keys)) != used:
        raise RemoteProtocolError(Reject.MALFORMED, "A run names keys that it does not use.")
    if (run.first_seq == 1) != (run.previous == ZERO_ID):
        raise RemoteProtocolError(Reject.GAP, "A run does not begin where it says.")
    if run.first_seq + len(run.items) - 1 > MAX_SEQ:
        raise RemoteProtocolError(Reject.TOO_LARGE, "A run goes beyond the last number.")


def verify_run(
    run: Run,
    space_id: bytes,
    device: DeviceInfo,
    is_erased: Callable[[Ref], bool],
) -> VerifiedRun:
    """Rebuild headers, chain ids and check the covering signature (SPEC 6.2).

    The caller has made sure that ``run.previous`` is held (or the run starts the log), and
    that ``device`` comes from the roster. Raises ``RemoteProtocolError`` as ``check_run``
    does for a run that breaks its form; everything else is in the value.
    """
    check_run(run)
    envelopes: list[Envelope] = []
    flaw: Reject | None = None
    device_id = device.id
    previous = run.previous
    keys = run.keys
    pack = PREFIX_STRUCT.pack
    body_label, id_label = labels.BODY_HASH, labels.ENVELOPE_ID
    seq = run.first_seq
    for item in run.items:
        body = item.body
        body_hash = item.body_hash if body is None else sha256(body_label + body).digest()
        prefix = pack(VERSION, item.flags, space_id, device_id, seq, previous, keys[item.key])
        id_ = sha256(id_label + prefix + body_hash).digest()
        if body is None and (item.flags & FLAG_KEY or not is_erased(Ref(device_id, seq, id_))):
            flaw = Reject.WITHHELD_BODY
            break
        envelopes.append(
            Envelope(
                device_id,
                seq,
                id_,
                previous,
                keys[item.key],
                item.flags,
                item.signature,
                body,
                body_hash,
                prefix,
            )
        )
        previous = id_
        seq += 1
    while envelopes:
        last = envelopes[-1]
        if verify(labels.ENVELOPE_SIG, device.sign, last.header, last.signature):
            break
        flaw = Reject.BAD_SIGNATURE
        envelopes.pop()
    return VerifiedRun(device_id, run.first_seq, run.previous, envelopes, flaw)
