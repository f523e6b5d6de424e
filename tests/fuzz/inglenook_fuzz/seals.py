"""What stands inside seals: the fuzzer's bytes are sealed and signed as an altered app would.

The first byte of an input says what the rest is: 0 a content, 1 a padded plaintext, 2 a key
payload, 3 a key body whose first wrap is made good, 4 mail, 5 a core inside an honest content.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from typing import Final

from inglenook_client.core.opening import Opened, open_envelope
from inglenook_fuzz import vectors
from inglenook_fuzz.records import PAYLOADS
from inglenook_fuzz.target import Target, hold, reached, refusal
from inglenook_harness.people import device, keys, noise, root, space
from inglenook_protocol import epochs
from inglenook_protocol.codec import Ref, encode
from inglenook_protocol.envelope import FLAG_KEY, ZERO_ID, Envelope, pack_prefix
from inglenook_protocol.errors import Reject, RemoteProtocolError, TrustError
from inglenook_protocol.event import Content, Core
from inglenook_protocol.keys import hpke_wrap
from inglenook_protocol.kinds import CREATING, KIND_BY_PAYLOAD
from inglenook_protocol.padding import pad
from inglenook_protocol.pairing import Invite
from inglenook_protocol.sealing import NONCE_BYTES, EpochKey, Sealer

_NONCE: Final = bytes(NONCE_BYTES)
_UNREADABLE: Final = {Reject.BAD_SEAL, Reject.PADDING, Reject.MALFORMED}


@cache
def _key() -> EpochKey:
    return EpochKey(space().space_id, noise("epoch key"))


@cache
def _wrap() -> bytes:
    info = epochs.wrap_info(space().space_id, _key().key_id, device("ben1").id, device("ada1").id)
    return hpke_wrap(device("ben1").kem, _key().key, info)


def _prefix(flags: int) -> bytes:
    return pack_prefix(flags, space().space_id, device("ada1").id, 1, ZERO_ID, _key().key_id)


def _sealed_event(padded: bytes) -> bytes:
    sealer = _key()._event  # below the padding, which is what is tried here
    return sealer.seal(_NONCE, padded, _prefix(0))


def _flipped(source: bytes) -> bytes:
    """One bit changed, at a place that depends on all of it."""
    at = int.from_bytes(sha256(source).digest()[:4], "big") % (len(source) * 8)
    changed = bytearray(source)
    changed[at // 8] ^= 1 << at % 8
    return bytes(changed)


def _event(padded: bytes) -> None:
    body = _sealed_event(padded)

    def opened(body: bytes) -> Opened | Reject:
        envelope = Envelope(
            device("ada1").id, 1, ZERO_ID, ZERO_ID, _key().key_id, 0, b"", body, b"", _prefix(0)
        )
        held = {_key().key_id: _key()}
        return open_envelope(space().space_id, device("ada1").member, envelope, held)

    outcome = opened(body)
    if isinstance(outcome, Opened):
        reached(outcome.flaw, type(outcome.event.payload).__name__, len(outcome.witness))
        hold(outcome.flaw in (None, Reject.MALFORMED_PAYLOAD), "an event has another flaw")
        kind = outcome.event.kind, outcome.event.kind_version
        payload = outcome.event.payload
        fits = payload is None or (kind in CREATING) == outcome.event.creates
        hold(fits, "an event is folded whose entity does not fit its kind")
    else:
        reached(outcome)
        hold(outcome in _UNREADABLE, f"an envelope is unreadable as {outcome}")
    content = padded[4 : 4 + int.from_bytes(padded[:4], "big")]
    hold((outcome is Reject.PADDING) == (pad(content) != padded), "two paddings of one content")
    hold(opened(_flipped(body)) is Reject.BAD_SEAL, "a changed body opens")


def _open(body: bytes) -> epochs.OpenedEpoch:
    return epochs.open_key_body(
        space().space_id, device("ada1").id, _key().key_id, _prefix(FLAG_KEY), body,
        device("ben1").id, keys("ben1").kem,
    )  # fmt: skip


def _key_payload(payload: bytes) -> None:
    sealed = _key().seal_epoch(_NONCE, payload, _prefix(FLAG_KEY))
    body = encode(epochs.KeyBody([epochs.Wrap(device("ben1").id, _wrap())], sealed))
    error = refusal(lambda: _open(body))
    hold(error is None or error.reject is Reject.MALFORMED, "a payload is refused in no class")
    if error is None:
        hold(encode([_open(body).roster_hash, [e.key for e in _open(body).earlier]]) == payload,
             "a key payload that is not canonical opens")  # fmt: skip
    hold(refusal(lambda: _open(_flipped(body))) is not None, "a changed key envelope opens")


def _key_body(body: bytes) -> None:
    error = refusal(lambda: _open(body))
    reached("key body", error and error.reject)
    classes = (Reject.MALFORMED, Reject.NO_KEY, Reject.BAD_KEY)
    hold(error is None or error.reject in classes, "a key body is refused in no class")
    try:
        record = epochs._decode_body(body)
    except RemoteProtocolError:
        return
    # As an altered app of the partner's would: a wrap that opens, around whatever it likes.
    mine = epochs.Wrap(device("ben1").id, _wrap())
    record = epochs.KeyBody(sorted([mine, *record.wraps[:63]], key=lambda w: w.recipient),
                            record.sealed)  # fmt: skip
    refusal(lambda: _open(encode(record)))


def _mail(message: bytes) -> None:
    sealer = Invite("https://relay.example", bytes(16), noise("secret"), 1).sealer()
    hold(sealer.open(3, sealer.seal(3, message, _NONCE)) == message, "mail is not what was sent")
    for slot, sealed in ((3, message), (4, sealer.seal(3, message, _NONCE)),
                         (3, _flipped(sealer.seal(3, message, _NONCE)))):  # fmt: skip
        try:
            sealer.open(slot, sealed)
        except TrustError as error:
            hold(error.reject is Reject.BAD_SEAL, "mail is refused in another class")
        else:
            hold(False, "mail opens that nobody sealed")


def one(source: bytes) -> None:
    """Whatever is inside, it opens or is refused in its class; no changed byte opens."""
    if not source:
        return
    rest = source[1:]
    match source[0] % 6:
        case 0:
            _event(pad(rest))
        case 1:
            _event(rest)
        case 2:
            _key_payload(rest)
        case 3:
            _key_body(rest)
        case 4:
            _mail(rest)
        case _:
            _event(pad(encode(Content(bytes(32), [], rest))))
    hold(refusal(lambda: Sealer(bytes(32)).open(rest, b"")) is not None, "noise opens")


def seeds() -> Iterator[bytes]:
    """Contents and cores of every kind, key payloads, and bodies of the vectors."""
    for payload in PAYLOADS:
        kind, version = KIND_BY_PAYLOAD[type(payload)]
        entity = b"" if (kind, version) in CREATING else noise("entity")
        core = encode(Core(bytes(16), kind, version, entity, [], 5, 0, 5, 60, encode(payload)))
        yield b"\x05" + core
        yield b"\x00" + encode(Content(bytes(32), [Ref(bytes(32), 3, bytes(32))], core))
        yield b"\x01" + pad(encode(Content(bytes(32), [], core)))
    yield b"\x02" + encode(epochs.KeyPayload(noise("roster"), []))
    earlier = sorted((EpochKey(space().space_id, noise(f"e{n}")) for n in range(3)),
                     key=lambda key: key.key_id)  # fmt: skip
    yield b"\x02" + encode(epochs.KeyPayload(noise("roster"), [key.key for key in earlier]))
    yield b"\x03" + encode(epochs.KeyBody([epochs.Wrap(root("ada").member_id, _wrap())], bytes(60)))
    yield b"\x04" + b"mail"
    for body in vectors.byte_strings("epochs", "body", largest=8000):
        yield b"\x03" + body
    for core in vectors.byte_strings("events", "core", largest=1500):
        yield b"\x05" + core


TARGET: Final = Target("seals", one, seeds, ("inglenook_protocol", "inglenook_client.core"), 8192)
