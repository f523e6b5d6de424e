"""Rosters by 7.3 to 7.6 and 11.3, read clause by clause: sets that grow until they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gen.base import h, holds
from gen.world import Root, Statement


@dataclass
class Resolved:
    known: set[bytes] = field(default_factory=set)
    valid: set[bytes] = field(default_factory=set)
    standing: set[bytes] = field(default_factory=set)
    heads: dict[bytes, list[tuple[int, bytes]]] = field(default_factory=dict)
    roster_hash: bytes = b""


def _good(statements: Sequence[Statement], roots: Sequence[Root]) -> list[Statement]:
    """The statements whose signature holds under the key that `by` names (7.4)."""
    keys = {root.member: root.signing for root in roots}
    for s in statements:
        if s.kind == "added":
            keys[s.device] = s.signing
    return [
        s
        for s in statements
        if s.by in keys and holds("statement-sig", keys[s.by], s.content, s.signature)
    ]


def in_set(statements: Sequence[Statement], roots: Sequence[Root]) -> list[Statement]:
    """7.5: grows from the roots until it does not."""
    good = _good(statements, roots)
    signers = {root.member: root.member for root in roots}
    owner: dict[bytes, bytes] = {}
    while True:
        out: list[Statement] = []
        for s in good:
            about = {s.member} if s.kind == "added" else {owner.get(r[0]) for r in s.refs}
            if s.kind == "removed":
                about = {owner.get(s.device)}
            if s.by in signers and about == {signers[s.by]}:
                out.append(s)
        more = {s.device: s.member for s in out if s.kind == "added"}
        if more.keys() <= owner.keys():
            return out
        owner |= more
        signers |= more


def _hash(label: str, statements: Sequence[Statement]) -> bytes:
    return h(label, b"".join(sorted({s.id for s in statements})))


def roster_hash(statements: Sequence[Statement], roots: Sequence[Root]) -> bytes:
    return _hash("roster-hash", [s for s in in_set(statements, roots) if s.kind != "erased"])


def resolve(statements: Sequence[Statement], roots: Sequence[Root]) -> Resolved:
    out = Resolved(roster_hash=roster_hash(statements, roots))
    for root in roots:
        _member(out, in_set(statements, roots), root.member)
    return out


def _member(out: Resolved, good: Sequence[Statement], root: bytes) -> None:
    devices = {s.device for s in good if s.kind == "added" and s.member == root}
    added = [
        s
        for s in good
        if s.kind == "added" and s.member == root and (s.by == root or s.by in devices)
    ]
    removals = [s for s in good if s.kind == "removed" and (s.by == root or s.by in devices)]

    # Level 1, strike.
    struck: set[bytes] = set()
    for s in [*added, *removals]:
        by_root = [r for r in removals if r.by == root and r.device == s.by]
        if by_root and not all(s.id in r.keeps for r in by_root):
            struck.add(s.id)
    added = [s for s in added if s.id not in struck]
    removals = [s for s in removals if s.id not in struck]

    # Level 2, known and effective.
    known = _grow(added, root)
    effective = [r for r in removals if r.by == root or r.by in known]

    # Level 3, valid and standing.
    void = {s.id for s in added for r in effective if r.device == s.by and s.id not in r.keeps}
    valid = _grow([s for s in added if s.id not in void], root)
    gone = {r.device for r in effective}
    standing = valid - gone

    out.known |= known
    out.valid |= valid
    out.standing |= standing
    for device in known - standing:
        mine = [r for r in effective if r.device == device]
        ranks = (
            [r for r in mine if r.by == root],
            [r for r in mine if r.by in standing],
            mine,
        )
        rank = next((r for r in ranks if r), [])
        out.heads[device] = sorted({head for r in rank for head in r.heads})


def _grow(added: Sequence[Statement], root: bytes) -> set[bytes]:
    out: set[bytes] = set()
    while True:
        more = {s.device for s in added if s.by == root or s.by in out} - out
        if not more:
            return out
        out |= more


def erasures_hash(statements: Sequence[Statement], roots: Sequence[Root]) -> bytes:
    return _hash("erasures-hash", [s for s in in_set(statements, roots) if s.kind == "erased"])
