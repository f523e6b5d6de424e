"""The proof that a device's key signed two histories of one log (SPEC 11.7).

Theory. An envelope's id hashes the one before it, and its signature covers its place. Two
chains of headers that go on from one envelope with different ids, each ending in a signature
of the device's key, can't both come from a log that was only ever appended to. Bodies are not
needed, since a header names them by hash.

    genesis -> space, roots -> path of additions -> device key -> two chains, two signatures

Everything is checked from the file alone; only ``decode_fork_proof`` makes a ``ProvenFork``.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from inglenook_protocol import labels
from inglenook_protocol.codec import Bytes32, Bytes64, Record, Seq, decoder, encode
from inglenook_protocol.envelope import ZERO_ID, Envelope, envelope_id, pack_prefix
from inglenook_protocol.errors import (
    LocalProtocolError,
    Reject,
    RemoteProtocolError,
    TrustError,
    malformed,
)
from inglenook_protocol.genesis import DeviceInfo, Genesis, device_info
from inglenook_protocol.limits import MAX_LOGS, MAX_MESSAGE_BYTES, MAX_RUN_ITEMS, MAX_SEQ
from inglenook_protocol.roster import Added, Statement, decode_content
from inglenook_protocol.signatures import check_public_key, verify

KIND: Final = b"inglenook fork proof "
MAGIC: Final = KIND + b"1\n"
MAX_PATH: Final = MAX_LOGS // 2
"""As many devices as one member may name (SPEC 7.1)."""


class Link(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What of a header can't be told from its place."""

    flags: Annotated[int, msgspec.Meta(ge=0, le=1)]
    key_id: Bytes32
    body_hash: Bytes32


class Chain(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One of the two histories, up to a header that is signed."""

    links: Annotated[list[Link], msgspec.Meta(min_length=1, max_length=MAX_RUN_ITEMS)]
    signature: Bytes64


class ForkProof(Record, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The record of SPEC 11.7, as it stands in the file."""

    genesis: Annotated[bytes, msgspec.Meta(max_length=4096)]
    path: Annotated[list[Statement], msgspec.Meta(min_length=1, max_length=MAX_PATH)]
    first_seq: Seq
    previous: Bytes32
    chains: Annotated[list[Chain], msgspec.Meta(min_length=2, max_length=2)]


class ProvenFork(msgspec.Struct, frozen=True):
    """What a proof shows: ``device`` signed two different envelopes for ``seq``."""

    space_id: bytes
    device: DeviceInfo
    seq: int
    ids: tuple[bytes, bytes]
    """The envelopes at ``seq``, ascending."""
    heads: tuple[int, int]
    """Seqs of the signed ends of their chains."""


_decode = decoder(ForkProof, "proof")


def encode_fork_proof(
    genesis: Genesis, path: list[Statement], chains: tuple[list[Envelope], list[Envelope]]
) -> bytes:
    """The file for two chains of envelopes, each from where they part to one that is signed.

    Raises ``LocalProtocolError`` if a reader would refuse it.
    """
    first, second = sorted(chains, key=lambda chain: chain[0].id)
    proof = ForkProof(
        genesis.encoded,
        path,
        first[0].seq,
        first[0].previous,
        [
            Chain([Link(e.flags, e.key_id, e.body_hash) for e in chain], chain[-1].signature)
            for chain in (first, second)
        ],
    )
    encoded = MAGIC + encode(proof)
    try:
        decode_fork_proof(encoded)
    except RemoteProtocolError as error:
        raise LocalProtocolError(error.message) from None
    return encoded


def decode_fork_proof(source: bytes) -> ProvenFork:
    """Check a proof, whole. Raises ``RemoteProtocolError`` with the classes of SPEC 11.7."""
    if len(source) > MAX_MESSAGE_BYTES:
        raise RemoteProtocolError(Reject.TOO_LARGE, "This is too large for a proof.")
    proof = _decode(_record(source))
    genesis = Genesis(proof.genesis)
    device = _walk(genesis, proof.path)
    if (proof.first_seq == 1) != (proof.previous == ZERO_ID):
        raise RemoteProtocolError(Reject.GAP, "The two versions do not begin where they say.")
    if proof.first_seq + max(len(chain.links) for chain in proof.chains) - 1 > MAX_SEQ:
        raise RemoteProtocolError(Reject.TOO_LARGE, "The two versions go beyond the last number.")
    ids: list[bytes] = []
    signed: list[tuple[bytes, bytes]] = []
    for chain in proof.chains:
        first, header = _follow(genesis.space_id, device.id, proof, chain)
        ids.append(first)
        signed.append((header, chain.signature))
    if not ids[0] < ids[1]:
        raise RemoteProtocolError(
            Reject.MALFORMED, "The two versions in it are the same one, or out of order."
        )
    if not all(verify(labels.ENVELOPE_SIG, device.sign, *end) for end in signed):
        raise TrustError(Reject.BAD_SIGNATURE, "A version in it is not signed by the device.")
    last = [proof.first_seq + len(chain.links) - 1 for chain in proof.chains]
    return ProvenFork(
        genesis.space_id, device, proof.first_seq, (ids[0], ids[1]), (last[0], last[1])
    )


def _record(source: bytes) -> bytes:
    if source.startswith(MAGIC):
        return source[len(MAGIC) :]
    number, newline, _ = source.removeprefix(KIND).partition(b"\n")
    if source.startswith(KIND) and newline and number.isdigit():
        raise RemoteProtocolError(
            Reject.WRONG_VERSION, "This proof was written by another version of Inglenook."
        )
    raise malformed("proof")


def _walk(genesis: Genesis, path: list[Statement]) -> DeviceInfo:
    """The device at the end of a path of additions from a root (SPEC 7.1, 7.3)."""
    by, key, member = b"", b"", b""
    device: DeviceInfo | None = None
    seen: set[bytes] = set()
    for statement in path:
        content = decode_content(statement.content)
        if content.space != genesis.space_id:
            raise RemoteProtocolError(Reject.WRONG_SPACE, "A statement is about another space.")
        if device is None and (root := genesis.root_by_member.get(content.by)) is not None:
            by, key, member = content.by, root.sign, content.by
        if not isinstance(content, Added) or content.by != by or content.member != member:
            raise TrustError(
                Reject.BAD_STATEMENT, "The statements do not lead from a person to the device."
            )
        check_public_key(content.sign)
        if not verify(labels.STATEMENT_SIG, key, statement.content, statement.signature):
            raise TrustError(Reject.BAD_STATEMENT, "A statement's signature does not hold.")
        device = device_info(content.space, content.member, content.sign, content.kem)
        if device.id in seen:
            raise TrustError(Reject.BAD_STATEMENT, "The statements go round in a circle.")
        seen.add(device.id)
        by, key = device.id, device.sign
    if device is None:  # the record has one at least; said again for the types
        raise malformed("proof")
    return device


def _follow(space: bytes, device: bytes, proof: ForkProof, chain: Chain) -> tuple[bytes, bytes]:
    """Rebuild a chain; gives the id of its first envelope and its last header."""
    previous, first, header = proof.previous, b"", b""
    for seq, link in enumerate(chain.links, proof.first_seq):
        prefix = pack_prefix(link.flags, space, device, seq, previous, link.key_id)
        header = prefix + link.body_hash
        previous = envelope_id(prefix, link.body_hash)
        first = first or previous
    return first, header
