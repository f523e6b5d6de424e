"""A shared journal written by hand, of which everything can be altered before it is exported.

Ana has two devices, Ben has one and had another. Two epochs, edits, a reply, a withdrawal with its
stub, a fork; runs are cut so that each log but one has several.
"""

from __future__ import annotations

from typing import Any

import msgspec

from inglenook_harness.forging import Pen, World, moment
from inglenook_harness.stores import Chance
from inglenook_protocol.envelope import Envelope
from inglenook_protocol.export import ExportWriter, LogHeads
from inglenook_protocol.keys import RootKeys
from inglenook_protocol.kinds import EntityRedacted, EntryEdited, MemberIntroduced, ReplyWritten
from inglenook_protocol.roster import Statement, StatementBook
from inglenook_protocol.runs import Run, make_runs
from inglenook_protocol.sealing import EpochKey


class Bundle:
    """The pieces, and what they make."""

    def __init__(self) -> None:
        self.world = world = World("bundle")
        self.phrases = phrases_of("bundle")
        self.ana, self.ana2, self.ben, self.old = (world.pen(n) for n in (0, 0, 1, 1))
        self.statements: list[Statement] = [
            world.adds(self.ana),
            world.adds(self.ana2, by=self.ana),
            world.adds(self.ben),
            world.adds(self.old, by=self.ben),
        ]
        everybody = [self.ana, self.ana2, self.ben, self.old]
        self.ana.epoch(world.key, everybody, self._roster(), phrases=True)
        self.ana.event(MemberIntroduced("Ana"))
        self.river = self.ana.event(moment("a walk by the river"))
        self.ana.event(
            EntryEdited("a long walk", "2026-09-21", ["walks"]), self.river, [self.river]
        )
        self.tender = self.ana.event(moment("a tender word"))
        self.old.event(moment("from the old laptop"))
        self.old.event(moment("nobody saw this"))
        self.ben.event(MemberIntroduced("Ben"), witness=[self.old.ref(1)])
        self.ben.event(ReplyWritten(self.river, "me too"), witness=[self.ana.ref()])
        self.statements.append(
            world.removes(self.old, [self.old.point(1)], by=self.ben),
        )
        self.second = EpochKey(world.space_id, world.chance(32))
        stands = [self.ana, self.ana2, self.ben]
        self.ben.epoch(self.second, stands, self._roster(), [world.key], phrases=True)
        self.ben.event(moment("after the second epoch"), key=self.second)
        self.fork = self.ana2.fork(0)
        self.ana2.event(moment("one branch"))
        self.fork.event(moment("the other branch"))
        gone = self.ana.ref()
        self.ana.event(
            EntityRedacted([self.tender], [gone], "entry.written", "2026-09-21"),
            self.tender,
            witness=[self.ben.ref(), self.old.ref(1)],
        )
        self.statements.append(world.erases([gone], self.ana))
        self._let_go(self.ana, gone.seq)
        self.more_logs: list[tuple[Pen, int]] = []

    def _roster(self) -> bytes:
        return self.book().roster_hash

    def book(self) -> StatementBook:
        book = StatementBook(self.world.genesis)
        book.add(self.statements)
        return book

    @staticmethod
    def _let_go(pen: Pen, seq: int) -> None:
        pen.envelopes[seq - 1] = stub(pen.envelopes[seq - 1])

    @property
    def logs(self) -> list[tuple[Pen, int]]:
        """With how many envelopes of a log go into one run."""
        own = [(self.ana, 3), (self.ana2, 9), (self.fork, 9), (self.ben, 2), (self.old, 9)]
        return own + self.more_logs

    def runs(self) -> list[Run]:
        return [run for pen, cut in self.logs for run in make_runs(pen.envelopes, cut)]

    def parts(self) -> list[Any]:
        """As lists, one part each, ``closed`` left out."""
        written: list[bytes] = []
        writer = ExportWriter(written.append)
        writer.journal(self.world.genesis.encoded)
        writer.statements(self.statements)
        runs = self.runs()
        for run in runs:
            writer.run(run)
        heads: dict[bytes, list[Any]] = {}
        for pen, _ in self.logs:
            if pen.envelopes:
                heads.setdefault(pen.id, []).append(pen.point())
        book = self.book()
        writer.end(
            len(self.statements),
            sum(len(run.items) for run in runs),
            [LogHeads(device, sorted(points)) for device, points in sorted(heads.items())],
            book.roster_hash,
            book.erasures_hash,
        )
        return [_plain(encoded[4:]) for encoded in written[1:]]


def stub(envelope: Envelope) -> Envelope:
    """The envelope without its body."""
    return msgspec.structs.replace(envelope, body=None)


def _plain(encoded: bytes) -> Any:
    return msgspec.msgpack.decode(encoded)


def phrases_of(seed: str) -> list[bytes]:
    """The entropies of the two members' phrases of ``World(seed)``, in the order of its roots."""
    chance = Chance(f"forging {seed}")
    entropies = [chance(32) for _ in range(2)]
    return sorted(entropies, key=lambda entropy: RootKeys(entropy, "shared").public)
