"""Proofs of forks that are held here: two envelopes of one device at one place (SPEC 11.7)."""

from __future__ import annotations

from itertools import islice

import msgspec

from inglenook_client.store.database import Connection
from inglenook_client.store.envelopes import read_rows
from inglenook_client.store.state import Branch, Log, SpaceState
from inglenook_protocol import labels
from inglenook_protocol.envelope import Envelope
from inglenook_protocol.genesis import DeviceInfo, device_info
from inglenook_protocol.limits import MAX_RUN_ITEMS
from inglenook_protocol.proof import encode_fork_proof
from inglenook_protocol.roster import Added, Statement, decode_content
from inglenook_protocol.signatures import verify


class Fork(msgspec.Struct, frozen=True):
    """One device whose log came in more than one version."""

    device: bytes
    seq: int
    """Where the first two versions part."""
    proof: bytes
    """The file of SPEC 11.7."""


def forks(conn: Connection, state: SpaceState) -> list[Fork]:
    """Of each forked log the earliest fork, ascending by device."""
    found = []
    for log in sorted(state.log_by_device.values(), key=lambda log: log.device):
        device = state.book.device(log.device)
        if device is not None and len(log.branches) > 1:
            branch = min(log.branches[1:], key=lambda branch: branch.first_seq)
            chains = (
                _to_a_signed_one(conn, state, log, branch, branch.first_seq, device),
                _to_a_signed_one(
                    conn, state, log, log.branches[branch.parent], branch.first_seq, device
                ),
            )
            proof = encode_fork_proof(state.genesis, _path(state, device), chains)
            found.append(Fork(log.device, branch.first_seq, proof))
    return found


def _to_a_signed_one(
    conn: Connection, state: SpaceState, log: Log, branch: Branch, first: int, device: DeviceInfo
) -> list[Envelope]:
    """Envelopes of a branch from ``first`` to the first whose signature holds: every run that
    was stored ends with one."""
    chain = []
    rows = read_rows(conn, state, log, branch, first, branch.head_seq)
    for envelope in islice(rows, MAX_RUN_ITEMS):
        chain.append(envelope)
        if verify(labels.ENVELOPE_SIG, device.sign, envelope.header, envelope.signature):
            break
    return chain


def _path(state: SpaceState, device: DeviceInfo) -> list[Statement]:
    """The earliest additions that lead from the root to ``device``: each one's signer was
    known before, so they end at the root."""
    earliest: dict[bytes, tuple[Statement, Added]] = {}
    for statement in state.book.roster_statements():
        content = decode_content(statement.content)
        if isinstance(content, Added):
            added = device_info(content.space, content.member, content.sign, content.kem)
            earliest.setdefault(added.id, (statement, content))
    path: list[Statement] = []
    at = device.id
    while at != device.member:
        statement, content = earliest[at]
        path.insert(0, statement)
        at = content.by
    return path
