"""The state tables: every pair of moves that cross leads to one state, whatever the order."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from inglenook_client.core.practices import machine, tables
from inglenook_client.core.practices.families import FAMILIES
from inglenook_client.core.practices.machine import (
    ANSWERER,
    AUTHOR,
    CROSSING,
    EITHER,
    KEEP,
    MOVER,
    PARTNER,
    Row,
    Table,
)
from inglenook_harness.people import noise
from inglenook_protocol.kinds import PAYLOADS


@dataclass(frozen=True)
class Step:
    event_id: bytes
    kind: str
    after: tuple[bytes, ...]


@dataclass(frozen=True)
class Truth:
    """A condition that holds, or does not, whatever it is asked about."""

    holds: bool

    def __call__(self, event: machine.Moving) -> bool:
        return self.holds


class World:
    """A table in a state, with what the two of them could do about it."""

    def __init__(self, table: Table, state: str, mover: bool) -> None:
        self.table, self.state, self.mover = table, state, mover

    def fits(self, row: Row, side: bool) -> bool:
        other = {AUTHOR: True, PARTNER: False, MOVER: self.mover, ANSWERER: not self.mover}
        return row.who == EITHER or side == other[row.who]

    def after(self, *moves: tuple[Row, bool]) -> str:
        """The state after moves whose writers all saw this state, and nothing of each other."""
        run = machine.begin(self.table, Step(noise("first"), "", ()), True)
        run.state, run.last_side = self.state, self.mover
        for number, (row, side) in enumerate(moves):
            step = Step(noise(f"step {number}"), row.kind, (noise("first"),))
            truth = dict.fromkeys(CONDITIONS, False) | _named(moves, number)
            machine.move(run, step, side, {name: Truth(held) for name, held in truth.items()})
        return run.state


CONDITIONS = (
    tables.STANDING, tables.ANOTHER, tables.TOGETHER, tables.CURRENT_WORDS, tables.A_PARAPHRASE,
    tables.AFTER_HEARD, tables.BOTH_AGREE, tables.MATCHES, tables.THEIRS_OPEN,
)  # fmt: skip
PROPOSES = {"conversation.countered"}


def _named(moves: tuple[tuple[Row, bool], ...], number: int) -> dict[str, bool]:
    """What holds of a move, given those before it that its writer did not know of."""
    row = moves[number][0]
    before = [r for r, _ in moves[:number]]
    truth = dict.fromkeys((w for w in row.when if w in CONDITIONS), True)
    if row.kind == "conversation.accepted":
        # A proposal made meanwhile takes the place of the one that is named.
        truth[tables.STANDING] = not any(r.kind in PROPOSES for r in before)
    if row.kind == "need.heard":
        truth[tables.CURRENT_WORDS] = not any(r.kind == "need.edited" for r in before)
    if row.kind == "agreement.given":
        # Whatever the other did meanwhile, they no longer agree to what they did before.
        truth[tables.BOTH_AGREE] = truth.get(tables.BOTH_AGREE, False) and not before
    if row.kind in ("turn.validated", "turn.answered"):
        truth[tables.AFTER_HEARD] = True
    if row.kind in ("turn.confirmed", "need.confirmed"):
        truth[tables.A_PARAPHRASE] = True
    return truth


def pairs() -> list[tuple[Table, str, bool, Row, bool, Row]]:
    found = []
    for table in tables.TABLES:
        if table in (tables.REVEAL, tables.REVIEW):
            continue  # one person's own; what crosses there is tested with the rounds
        for one in machine.crossings(table):
            if _agrees_by_an_edit(one.one) or _agrees_by_an_edit(one.other):
                continue  # nobody agrees to words before they are written
            for mover in (True, False):
                world = World(table, one.state, mover)
                for side in (True, False):
                    if world.fits(one.one, side) and world.fits(one.other, not side):
                        found.append((table, one.state, mover, one.one, side, one.other))
    return found


def _agrees_by_an_edit(row: Row) -> bool:
    return row.kind.endswith(".edited") and tables.BOTH_AGREE in row.when


PAIRS = pairs()


@pytest.mark.parametrize("table", tables.TABLES, ids=lambda table: table.name)
def test_two_moves_that_cross_lead_to_one_state_in_either_order(table: Table) -> None:
    seen = 0
    for owner, state, mover, one, side, other in PAIRS:
        if owner is not table:
            continue
        world = World(table, state, mover)
        there = world.after((one, side), (other, not side))
        back = world.after((other, not side), (one, side))
        assert there == back, (state, one.kind, one.who, other.kind, other.who, mover)
        seen += 1
    assert seen or table in (
        tables.REVEAL, tables.REVIEW, tables.KINDNESS_IDEA, tables.DRAFT, tables.HIDE,
        tables.KEEPSAKE,
    )  # fmt: skip


@pytest.mark.parametrize("table", tables.TABLES, ids=lambda table: table.name)
def test_every_state_is_reached_and_every_kind_is_one(table: Table) -> None:
    reached, names = {table.first}, {kind for kind, _ in PAYLOADS}
    for _ in table.rows:
        reached |= {row.next for row in table.rows if row.state in reached and row.next != KEEP}
    assert set(table.states) == reached
    assert table.kinds <= names


def test_a_row_that_never_comes_first_is_noticed() -> None:
    """No row stands behind one that fits whenever it does."""
    for table in tables.TABLES:
        for at, row in enumerate(table.rows):
            for earlier in table.rows[:at]:
                same = (earlier.state, earlier.kind) == (row.state, row.kind)
                wider = earlier.who in (EITHER, row.who) and set(earlier.when) <= set(row.when)
                assert not (same and wider), (table.name, row)


def test_a_table_that_is_not_kind_is_noticed() -> None:
    """The test above can fail: without its crossing row, a no would depend on the order."""
    rows = tuple(
        row
        for row in tables.CONVERSATION.rows
        if not (row.state == "open" and CROSSING in row.when and row.kind.endswith("declined"))
    )
    table = Table("unkind", "proposed", rows)
    world = World(table, "agreed", True)
    opened = next(r for r in rows if r.state == "agreed" and r.kind.endswith("opened"))
    declined = next(r for r in rows if r.state == "agreed" and r.kind.endswith("declined"))
    assert world.after((opened, True), (declined, False)) != world.after(
        (declined, False), (opened, True)
    )


def test_every_table_but_the_rounds_belongs_to_a_family() -> None:
    used = {family.table.name for family in FAMILIES if family.table is not None}
    assert used == {table.name for table in tables.TABLES} - {"reveal", "review"}
