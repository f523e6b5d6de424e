"""Two people with fixed keys, their shared space, and logs that are quick to make."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import sha256

from inglenook_protocol import labels
from inglenook_protocol.codec import Point
from inglenook_protocol.envelope import ZERO_ID, Envelope, envelope_id, hash_body, pack_prefix
from inglenook_protocol.genesis import DeviceInfo, Genesis, make_genesis
from inglenook_protocol.keys import DeviceKeys, RootKeys
from inglenook_protocol.roster import Statement, added, removed, sign_statement


def noise(name: str, size: int = 32) -> bytes:
    """Fixed bytes that look random."""
    out = b""
    while len(out) < size:
        out += sha256(f"{name} {len(out)}".encode()).digest()
    return out[:size]


@cache
def root(person: str) -> RootKeys:
    """The root of ``ada`` or ``ben`` in the shared space."""
    return RootKeys(noise(person), "shared")


@cache
def space() -> Genesis:
    """The space that the two share."""
    return make_genesis("shared", noise("salt"), [root("ada").public, root("ben").public])


@cache
def keys(name: str) -> DeviceKeys:
    """Keys of a device such as ``ada1``: whose it is are the letters."""
    return DeviceKeys(noise(f"device {name}", 64))


@cache
def device(name: str) -> DeviceInfo:
    """A device in the shared space."""
    return keys(name).info(space().space_id, root(name.rstrip("0123456789")).member_id)


def signer_id(name: str) -> bytes:
    """The member id of ``ada``, or the device id of ``ada1``."""
    return device(name).id if name[-1].isdigit() else root(name).member_id


@cache
def adds(by: str, new: str) -> Statement:
    """``by`` adds ``new``."""
    key = keys(by).sign if by[-1].isdigit() else root(by).sign
    return sign_statement(key, added(space().space_id, device(new), signer_id(by)))


def removes(
    by: str, old: str, heads: Sequence[Point] = (), keeps: Sequence[Statement] = ()
) -> Statement:
    """``by`` removes ``old``."""
    key = keys(by).sign if by[-1].isdigit() else root(by).sign
    content = removed(space().space_id, device(old).id, heads, [s.id for s in keeps], signer_id(by))
    return sign_statement(key, content)


def log(
    name: str,
    bodies: Sequence[bytes],
    *,
    first: int = 1,
    previous: bytes = ZERO_ID,
    key_ids: Sequence[bytes] = (),
    flags: Sequence[int] = (),
) -> list[Envelope]:
    """Signed envelopes in a row, whatever their bodies are."""
    out: list[Envelope] = []
    for i, body in enumerate(bodies):
        key_id = key_ids[i % len(key_ids)] if key_ids else bytes(32)
        flag = flags[i] if flags else 0
        prefix = pack_prefix(flag, space().space_id, device(name).id, first + i, previous, key_id)
        body_hash = hash_body(body)
        id_ = envelope_id(prefix, body_hash)
        signature = keys(name).sign.sign(labels.ENVELOPE_SIG, prefix + body_hash)
        out.append(
            Envelope(
                device(name).id,
                first + i,
                id_,
                previous,
                key_id,
                flag,
                signature,
                body,
                body_hash,
                prefix,
            )
        )
        previous = id_
    return out
