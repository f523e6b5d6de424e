"""Running a state table over an entity's events (SPEC 13.5).

Theory. Events come in fold order, which is a function of the set; so whatever a table says, both
sides end in the same state. What tables have to see to is kindness: two moves that crossed on the
way meet in one order on both devices, though each writer saw only the state before. A row can
therefore ask *when* it fits:

    knowing    the event reaches, through ``after``, all that led to the present state
    crossing   it does not: its writer had not seen that state

and a row whose next state is ``KEEP`` lets the event count (its words are kept) and changes
nothing, not even what led to the state. An event that no row fits is passed over.

For each state, any two moves by the two people that fit it must lead to one state in either
order; ``crossings`` lists these pairs, and a test runs them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

KEEP: Final = ""
"""As ``next``: the event counts, the state stays, and so does what led to it."""
KNOWING: Final = "knowing"
CROSSING: Final = "crossing"

AUTHOR: Final = "author"
PARTNER: Final = "partner"
MOVER: Final = "mover"
ANSWERER: Final = "answerer"
EITHER: Final = "either"


class Row(NamedTuple):
    """One row: in ``state``, ``kind`` by ``who`` leads to ``next`` when all of ``when`` hold."""

    state: str
    kind: str
    who: str
    next: str
    when: tuple[str, ...] = ()
    note: str = ""
    """For people who read the table: why, in a few words."""


class Table(NamedTuple):
    """A state table: the first row that fits is taken."""

    name: str
    first: str
    rows: tuple[Row, ...]

    @property
    def states(self) -> tuple[str, ...]:
        """In the order in which the rows name them."""
        named = [self.first, *(s for row in self.rows for s in (row.state, row.next) if s)]
        return tuple(dict.fromkeys(named))

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(row.kind for row in self.rows)


class Moving(Protocol):
    """What running a table needs to know of an event."""

    @property
    def event_id(self) -> bytes: ...
    @property
    def kind(self) -> str: ...
    @property
    def after(self) -> Sequence[bytes]: ...


@dataclass(slots=True)
class Ancestry:
    """Which of the events so far each one reaches, as bits of a number.

    A peer may write as many events about one entity as it likes: every question here is one
    operation on numbers, whatever their number.
    """

    _ids: list[bytes] = field(default_factory=list)
    _place: dict[bytes, int] = field(default_factory=dict)
    _reach: list[int] = field(default_factory=list)

    def add(self, event: Moving) -> None:
        """Events are added in fold order; one that is here already changes nothing."""
        if event.event_id in self._place:
            return
        reached = 1 << len(self._ids)
        for id_ in event.after:
            if (place := self._place.get(id_)) is not None:
                reached |= self._reach[place]
        self._place[event.event_id] = len(self._ids)
        self._ids.append(event.event_id)
        self._reach.append(reached)

    def bit(self, event: bytes) -> int:
        """An event, as a set of one."""
        return 1 << self._place[event]

    def reach(self, event: bytes) -> int:
        """What an event reaches, itself too."""
        return self._reach[self._place[event]]

    def ids(self, events: int) -> tuple[bytes, ...]:
        """The ids of a set, in fold order."""
        return tuple(id_ for place, id_ in enumerate(self._ids) if events >> place & 1)


@dataclass(slots=True)
class Run:
    """How far a table has come."""

    table: Table
    state: str
    led: int
    """The events that led to the state, as a set of ``ancestry``."""
    first_side: bool
    last_side: bool
    ancestry: Ancestry

    @property
    def since(self) -> tuple[bytes, ...]:
        """The ids of the events that led to the state."""
        return self.ancestry.ids(self.led)


Condition = Callable[[Moving], bool]
Side = Callable[[Moving], bool]
"""Which of the two an event is by, or spoken for: True for one, False for the other."""


def begin(table: Table, creating: Moving, side: bool) -> Run:
    """A table at the creating event."""
    ancestry = Ancestry()
    ancestry.add(creating)
    return Run(table, table.first, ancestry.bit(creating.event_id), side, side, ancestry)


def move(
    run: Run, event: Moving, side: bool, conditions: Mapping[str, Condition]
) -> tuple[Row, bool] | None:
    """Take one event, in fold order: the row that fits and whether it crossed; None if none."""
    run.ancestry.add(event)
    unseen = run.led & ~run.ancestry.reach(event.event_id)
    knowing = not unseen
    for row in run.table.rows:
        if (
            row.state == run.state
            and row.kind == event.kind
            and _is_by(row.who, side, run)
            and all(_holds(name, event, knowing, conditions) for name in row.when)
        ):
            break
    else:
        return None
    if row.next != KEEP:
        bit = run.ancestry.bit(event.event_id)
        run.led = unseen | bit if row.next == run.state else bit
        run.state, run.last_side = row.next, side
    return row, not knowing


def _is_by(who: str, side: bool, run: Run) -> bool:
    if who == EITHER:
        return True
    other = run.first_side if who in (AUTHOR, PARTNER) else run.last_side
    return (side == other) == (who in (AUTHOR, MOVER))


def _holds(name: str, event: Moving, knowing: bool, conditions: Mapping[str, Condition]) -> bool:
    if name == KNOWING:
        return knowing
    if name == CROSSING:
        return not knowing
    return conditions[name](event)


class Crossing(NamedTuple):
    """Two rows that fit one state, for one of the two people each."""

    state: str
    one: Row
    other: Row


def crossings(table: Table) -> Iterator[Crossing]:
    """Every pair of moves that the two can make from one state without knowing of each other."""
    for state in table.states:
        rows = [r for r in table.rows if r.state == state and CROSSING not in r.when]
        for one in rows:
            for other in rows:
                yield Crossing(state, one, other)
