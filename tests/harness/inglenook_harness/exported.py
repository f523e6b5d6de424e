"""Exports read with the package's own parts (SPEC 24): what the vectors are run against.

The package itself only writes exports and checks their form; this puts its statements, runs,
keys, admission and folds together as 24.3 and 24.4 say.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable

from inglenook_client.core.admission import admitted_reach
from inglenook_client.core.fold import fold
from inglenook_client.core.opening import Event, Opened, open_envelope
from inglenook_protocol.causality import TimelineDigest
from inglenook_protocol.codec import Point, Ref
from inglenook_protocol.envelope import Envelope
from inglenook_protocol.epochs import open_key_body
from inglenook_protocol.errors import Reject, RemoteProtocolError, TrustError
from inglenook_protocol.export import EndPart, JournalPart, RunPart, StatementsPart, read_parts
from inglenook_protocol.genesis import Genesis
from inglenook_protocol.keys import RootKeys
from inglenook_protocol.limits import MAX_BRANCHES
from inglenook_protocol.roster import StatementBook
from inglenook_protocol.runs import Run, check_run, verify_run
from inglenook_protocol.sealing import EpochKey


def _refuse(reject: Reject) -> RemoteProtocolError:
    return RemoteProtocolError(reject, "The export does not hold.")


class ReadJournal:
    """One journal of an export."""

    def __init__(self, genesis: bytes) -> None:
        self.book = StatementBook(Genesis(genesis))
        self.envelopes: dict[bytes, Envelope] = {}
        self.heads: dict[bytes, set[Point]] = defaultdict(set)

    def take_statements(self, part: StatementsPart) -> None:
        for statement in part.statements:
            if not self.book.add([statement]):
                raise _refuse(Reject.MALFORMED)

    def take_run(self, run: Run) -> None:
        check_run(run)
        device = self.book.device(run.device)
        if device is None:
            raise _refuse(Reject.UNKNOWN_DEVICE)
        before = self.envelopes.get(run.previous)
        if run.first_seq > 1 and (
            before is None or (before.device, before.seq) != (run.device, run.first_seq - 1)
        ):
            raise _refuse(Reject.GAP)
        verified = verify_run(run, self.book.genesis.space_id, device, self.book.is_erased)
        if verified.flaw is not None:
            raise _refuse(verified.flaw)
        heads = self.heads[run.device]
        for e in verified.envelopes:
            if e.id in self.envelopes:
                raise _refuse(Reject.MALFORMED)
            heads.discard(Point(e.seq - 1, e.previous) if e.seq > 1 else Point(1, b""))
            heads.add(Point(e.seq, e.id))
            if len(heads) > MAX_BRANCHES:
                raise _refuse(Reject.TOO_MANY_BRANCHES)
            self.envelopes[e.id] = e

    def check_end(self, end: EndPart) -> None:
        book = self.book
        if (end.statements, end.roster_hash, end.erasures_hash) != (
            len(book),
            book.roster_hash,
            book.erasures_hash,
        ):
            raise _refuse(Reject.BAD_STATEMENT)
        heads = sorted((device, sorted(points)) for device, points in self.heads.items())
        if (
            end.envelopes != len(self.envelopes)
            or [(log.device, list(log.points)) for log in end.heads] != heads
        ):
            raise _refuse(Reject.GAP)

    def open(self, entropy: bytes) -> tuple[bytes, bytes, list[str]]:
        """Member, digest, and the classes of what counts and does not open or fit, sorted."""
        genesis = self.book.genesis
        root = next(
            (
                found
                for index in range(64)
                if (found := RootKeys(entropy, genesis.kind, index)).member_id
                in genesis.root_by_member
            ),
            None,
        )
        if root is None:
            raise TrustError(Reject.NO_KEY, "This phrase is of nobody here.")
        keys: dict[bytes, EpochKey] = {}
        for e in self.envelopes.values():
            if e.is_key:
                epoch = open_key_body(
                    genesis.space_id, e.device, e.key_id, e.prefix, e.body or b"",
                    root.member_id, root.kem,
                )  # fmt: skip
                keys.update((key.key_id, key) for key in (epoch.key, *epoch.earlier))
        results = {
            e.id: self._open(e, keys)
            for e in self.envelopes.values()
            if not e.is_key and e.body is not None
        }
        opened = {id_: one for id_, one in results.items() if isinstance(one, Opened)}
        by_entity: dict[bytes, list[Event]] = defaultdict(list)
        admitted = self._admitted(opened) & results.keys()
        for id_ in admitted & opened.keys():
            by_entity[opened[id_].event.entity].append(opened[id_].event)
        digest = TimelineDigest()
        for entity, events in sorted(by_entity.items()):
            digest.feed(entity, b"".join(fold(entity, events).event_ids))
        flaws = [one.flaw if isinstance(one, Opened) else one for i, one in results.items()
                 if i in admitted]  # fmt: skip
        return root.member_id, digest.digest(), sorted(f.value for f in flaws if f is not None)

    def _open(self, e: Envelope, keys: dict[bytes, EpochKey]) -> Opened | Reject:
        device = self.book.device(e.device)
        assert device is not None
        return open_envelope(self.book.genesis.space_id, device.member, e, keys)

    def _admitted(self, opened: dict[bytes, Opened]) -> set[bytes]:
        roster = self.book.roster
        whole = {id_ for id_, e in self.envelopes.items() if e.device in roster.standing}

        def up_to(device: bytes, points: Iterable[Point]) -> set[bytes]:
            out: set[bytes] = set()
            for point in points:
                e = self.envelopes.get(point.id)
                while e is not None and (e.device, out & {e.id}) == (device, set()):
                    out.add(e.id)
                    e = self.envelopes.get(e.previous)
            return out

        def witnesses(ids: Iterable[bytes]) -> list[Ref]:
            return [
                ref
                for id_ in ids
                if id_ in opened
                and not self.book.is_erased(
                    Ref(self.envelopes[id_].device, self.envelopes[id_].seq, id_)
                )
                for ref in opened[id_].witness
            ]

        reach = admitted_reach(
            roster, witnesses(whole), lambda device, points: witnesses(up_to(device, points))
        )
        return whole.union(*(up_to(device, points) for device, points in reach.items()))


def read_journals(content: bytes) -> list[ReadJournal]:
    """All journals of an export that holds. Raises ``RemoteProtocolError``."""
    journals: list[ReadJournal] = []
    spaces: set[bytes] = set()
    for part in read_parts(io.BytesIO(content).read):
        if isinstance(part, JournalPart):
            journals.append(ReadJournal(part.genesis))
            if journals[-1].book.genesis.space_id in spaces:
                raise _refuse(Reject.MALFORMED)
            spaces.add(journals[-1].book.genesis.space_id)
        elif isinstance(part, StatementsPart):
            journals[-1].take_statements(part)
        elif isinstance(part, RunPart):
            journals[-1].take_run(part.run)
        elif isinstance(part, EndPart):
            journals[-1].check_end(part)
    return journals
