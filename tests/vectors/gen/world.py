"""The two people, their space and devices that the vectors are about."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from gen.base import (
    ZERO,
    draw,
    ed_public,
    h,
    header,
    kdf,
    kem_public,
    key_id,
    prefix,
    sign,
    u32,
)
from gen.msgpack import pack

Ref = tuple[bytes, int, bytes]
ENGLISH_SHA256 = "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"


def word_list() -> list[str]:
    """BIP39's list is data, read from where it is installed and checked by its hash."""
    data = files("mnemonic").joinpath("wordlist/english.txt").read_bytes()
    if hashlib.sha256(data).hexdigest() != ENGLISH_SHA256:
        raise ValueError("another word list")
    return data.decode().split()


def phrase(entropy: bytes) -> str:
    bits = int.from_bytes(entropy + hashlib.sha256(entropy).digest()[:1], "big")
    words = word_list()
    return " ".join(words[bits >> 11 * (23 - i) & 2047] for i in range(24))


@dataclass(frozen=True)
class Root:
    signing_seed: bytes
    kem_seed: bytes

    @property
    def signing(self) -> bytes:
        return ed_public(self.signing_seed)

    @property
    def kem(self) -> bytes:
        return kem_public(self.kem_seed)

    @property
    def member(self) -> bytes:
        return h("member-id", self.signing + self.kem)


def root(entropy: bytes, kind: str, index: int) -> Root:
    context = kind.encode() + b"\0" + u32(index)
    return Root(kdf("root-sign", entropy, context), kdf("root-kem", entropy, context))


def genesis(kind: str, salt: bytes, roots: Sequence[Root]) -> bytes:
    members = sorted([item.signing, item.kem] for item in roots)
    return pack([1, kind, salt, members])


@dataclass(frozen=True)
class Device:
    space: bytes
    member: bytes
    signing_seed: bytes
    kem_seed: bytes

    @property
    def signing(self) -> bytes:
        return ed_public(self.signing_seed)

    @property
    def kem(self) -> bytes:
        return kem_public(self.kem_seed)

    @property
    def id(self) -> bytes:
        return h("device-id", self.space + self.member + self.signing + self.kem)


ADA_ENTROPY, BEN_ENTROPY = draw("entropy ada"), draw("entropy ben")
ADA, BEN = root(ADA_ENTROPY, "shared", 0), root(BEN_ENTROPY, "shared", 0)
GENESIS = genesis("shared", draw("salt shared"), [ADA, BEN])
SPACE = h("space-id", GENESIS)
OTHER_SPACE = h("space-id", genesis("shared", draw("salt other"), [ADA, BEN]))


def device(name: str, owner: Root) -> Device:
    return Device(SPACE, owner.member, draw(f"signing {name}"), draw(f"kem {name}"))


DEVICES = {
    **{name: device(name, ADA) for name in ("a1", "a2", "a3", "a4", "a5")},
    **{name: device(name, BEN) for name in ("b1", "b2")},
}
A1, A2, B1 = DEVICES["a1"], DEVICES["a2"], DEVICES["b1"]
STRANGER = Device(SPACE, draw("member nobody"), draw("signing stranger"), draw("kem stranger"))

EPOCH_KEYS = [draw(f"epoch key {i}") for i in range(4)]
KEY_IDS = [key_id(SPACE, key) for key in EPOCH_KEYS]


# --- Statements (7.1)


@dataclass(frozen=True)
class Statement:
    content: bytes
    signature: bytes
    kind: str
    by: bytes
    member: bytes = b""
    signing: bytes = b""
    device: bytes = b""
    heads: tuple[tuple[int, bytes], ...] = ()
    keeps: tuple[bytes, ...] = ()
    refs: tuple[Ref, ...] = ()

    @property
    def id(self) -> bytes:
        return h("statement-id", self.content)

    @property
    def record(self) -> bytes:
        return pack([self.content, self.signature])


def _by(signer: Root | Device) -> bytes:
    return signer.member if isinstance(signer, Root) else signer.id


def added(new: Device, signer: Root | Device, space: bytes = SPACE, seed: bytes = b"") -> Statement:
    content = pack(["added", space, new.member, new.signing, new.kem, _by(signer)])
    signature = sign("statement-sig", seed or signer.signing_seed, content)
    return Statement(
        content, signature, "added", _by(signer), new.member, new.signing, device=new.id
    )


def removed(
    old: Device,
    signer: Root | Device,
    heads: Sequence[tuple[int, bytes]] = (),
    keeps: Sequence[bytes] = (),
    space: bytes = SPACE,
) -> Statement:
    heads, keeps = tuple(sorted(heads)), tuple(sorted(keeps))
    content = pack(["removed", space, old.id, heads, keeps, _by(signer)])
    signature = sign("statement-sig", signer.signing_seed, content)
    return Statement(
        content, signature, "removed", _by(signer), device=old.id, heads=heads, keeps=keeps
    )


def erased(refs: Sequence[Ref], signer: Root | Device, space: bytes = SPACE) -> Statement:
    refs = tuple(sorted(refs))
    content = pack(["erased", space, refs, _by(signer)])
    signature = sign("statement-sig", signer.signing_seed, content)
    return Statement(content, signature, "erased", _by(signer), refs=refs)


# --- Envelopes and runs (5, 6)


@dataclass(frozen=True)
class Envelope:
    device: Device
    seq: int
    previous: bytes
    key_id: bytes
    flags: int
    body: bytes

    @property
    def prefix(self) -> bytes:
        return prefix(
            self.device.space, self.device.id, self.seq, self.previous, self.key_id, self.flags
        )

    @property
    def header(self) -> bytes:
        return header(self.prefix, self.body)

    @property
    def id(self) -> bytes:
        return h("envelope-id", self.header)

    @property
    def signature(self) -> bytes:
        return sign("envelope-sig", self.device.signing_seed, self.header)

    @property
    def ref(self) -> Ref:
        return self.device.id, self.seq, self.id

    @property
    def point(self) -> tuple[int, bytes]:
        return self.seq, self.id


def log(
    owner: Device,
    name: str,
    key_ids: Sequence[bytes],
    first: int = 1,
    previous: bytes = ZERO,
    flags: Sequence[int] = (),
) -> list[Envelope]:
    """Envelopes in a row whose bodies are fixed noise: a relay cannot tell."""
    out: list[Envelope] = []
    for i, name_of_key in enumerate(key_ids):
        body = draw(f"{name} {first + i}", 24 + 7 * i)
        kind = flags[i] if flags else 0
        out.append(Envelope(owner, first + i, previous, name_of_key, kind, body))
        previous = out[-1].id
    return out


Item = list[object]


def item(envelope: Envelope, keys: Sequence[bytes]) -> Item:
    return [keys.index(envelope.key_id), envelope.flags, envelope.signature, envelope.body, b""]


def stub(envelope: Envelope, keys: Sequence[bytes]) -> Item:
    digest = h("body-hash", envelope.body)
    return [keys.index(envelope.key_id), envelope.flags, envelope.signature, None, digest]


def keys_in_order(envelopes: Sequence[Envelope]) -> list[bytes]:
    out: list[bytes] = []
    for envelope in envelopes:
        if envelope.key_id not in out:
            out.append(envelope.key_id)
    return out


def run_fields(envelopes: Sequence[Envelope], erased_seqs: Sequence[int] = ()) -> list[object]:
    keys = keys_in_order(envelopes)
    items = [stub(e, keys) if e.seq in erased_seqs else item(e, keys) for e in envelopes]
    start = envelopes[0]
    return [start.device.id, start.seq, start.previous, keys, items]
