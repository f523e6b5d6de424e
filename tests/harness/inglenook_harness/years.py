"""Ten years of two people: everything that SPEC 13 has a kind for, as they come to write it.

    years = Years(seed=1)                      # begins in 2015 unless said otherwise
    years.live_until(ms)                       # or years.grow(150_000), as a ``History``
    years.private[0]                           # what the first of the two noted for themselves
    await write_privately(store, years, 0)     # the same, into a private journal

What happens is in ``scenes``: a scene is a generator that waits (it yields minutes) and acts
(it yields an ``Act`` and is given the event's id), and a few of them go on at any time. Here is
who can write what when. Each of the four devices is offline for hours or days now and then: it
then goes on with what it had, and what it writes is seen by nobody until it is back. An act is
about all that its device holds of its entity; one that answers what has not arrived yet waits
for it. ``unseen`` leaves events out on purpose: two acts that cross.

A seed gives the same bytes for ever, however the years are cut, as of a ``History``.
"""

from __future__ import annotations

import heapq
import itertools
from collections import defaultdict
from collections.abc import Callable, Collection, Generator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple, TypeVar

from inglenook_client.store import appending
from inglenook_client.store.appending import Entropy, Moment
from inglenook_client.store.database import Connection
from inglenook_client.store.space import SpaceStore
from inglenook_client.store.state import SpaceState
from inglenook_harness.couple import BEGINNING, History
from inglenook_protocol import kinds
from inglenook_protocol.codec import Point, Ref, encode
from inglenook_protocol.envelope import hash_body
from inglenook_protocol.event import Core
from inglenook_protocol.hlc import ZERO, Hlc
from inglenook_protocol.kinds import (
    CREATING,
    KIND_BY_PAYLOAD,
    DraftWritten,
    MemberIntroduced,
    Payload,
)
from inglenook_protocol.roster import erased, sign_statement
from inglenook_protocol.runs import Item

T = TypeVar("T")
MINUTE_MS: Final = 60_000
DAY_MS: Final = 86_400_000
WEEK_MINUTES: Final = 7 * 24 * 60
OFFSET_MINUTES: Final = 60
TEN_YEARS: Final = timedelta(days=3653)
V2_AFTER: Final = timedelta(days=180)
"""After so long the program was upgraded to write the second version of entries."""
_OFFLINE_EVERY_MS: Final = 9 * DAY_MS
_OFFLINE_MS: Final = (DAY_MS // 6, 4 * DAY_MS)
_AT_ONCE: Final = 500


class Act(NamedTuple):
    """One event by one of the two."""

    who: int
    payload: Payload
    entity: bytes = b""
    unseen: Collection[bytes] = ()
    """Events of the entity that its writer had not seen."""
    opens: tuple[bytes, Hlc, list[bytes]] | None = None
    """Of a ``reveal.opened``: nonce, clock and ``after``, which are no choice (SPEC 18.3)."""


Scene = Generator[float | Act, bytes, None]


class Noted(NamedTuple):
    """What one of the two wrote for themselves. ``about``: which earlier note, by its number."""

    ms: int
    payload: Payload
    about: int | None


class _Known(NamedTuple):
    event: bytes
    log: int
    number: int
    after: tuple[bytes, ...]
    hlc: Hlc
    place: tuple[int, int]
    """Log number and index in it."""


class Years(History):
    """A couple, and all that they record."""

    def __init__(self, seed: int = 1, begins: datetime = BEGINNING) -> None:
        super().__init__(seed)
        self._ms = self._first_ms = int(begins.timestamp() * 1000)
        self.private: tuple[list[Noted], list[Noted]] = ([], [])
        self._heap: list[tuple[int, int, Scene, float | Act | None]] = []
        self._numbers = itertools.count()
        self._thread: dict[bytes, list[_Known]] = defaultdict(list)
        # Per event: when it reached the relay, counted in events there; 0 while it has not.
        self._published: list[int] = []
        self._unpublished: list[list[int]] = [[] for _ in self.logs]
        self._tickets = 0
        self._received = [0] * len(self.logs)
        self._relayed: list[Point | None] = [None] * len(self.logs)
        self._holds: list[list[Point | None]] = [[None] * len(self.logs) for _ in self.logs]
        self._offline_until = [0] * len(self.logs)
        self._next_offline = [self._ms + self._spell() for _ in self.logs]
        self._devices = [
            [n for n, log in enumerate(self.logs) if log.device.member == member]
            for member in (0, 1)
        ]
        self._at = [devices[0] for devices in self._devices]
        self._days: dict[int, str] = {}
        self.rituals: list[bytes] = []
        """Those that are kept now."""
        self.steps: list[bytes] = []
        """Those that both agreed to."""
        self.dear: list[bytes] = []
        """Entities that somebody may come back to."""

    # --- what scenes use -------------------------------------------------------------------

    @property
    def random(self) -> Callable[[], float]:
        return self._random.random

    @property
    def space_id(self) -> bytes:
        return self.couple.space_id

    def somebody(self) -> int:
        return self._random.randrange(2)

    def chance(self, share: float) -> bool:
        return self._random.random() < share

    def one_of(self, options: Sequence[T]) -> T:
        return self._random.choice(options)

    def some(self, options: Sequence[str], least: int, most: int) -> list[str]:
        return self._random.sample(options, self._random.randint(least, most))

    def minutes(self, least: float, most: float) -> float:
        return self._random.uniform(least, most)

    def bytes32(self) -> bytes:
        return self._random.randbytes(32)

    def text(self, least: int, most: int) -> str:
        return self._text(least, most)

    @property
    def ms(self) -> int:
        return self._ms

    @property
    def upgraded(self) -> bool:
        """Whether the program writes the second version of entries by now."""
        return self._ms - self._first_ms >= V2_AFTER.total_seconds() * 1000

    def day(self, ahead: int = 0) -> str:
        """A day by the writer's calendar: today, or ``ahead``."""
        number = (self._ms + OFFSET_MINUTES * MINUTE_MS) // DAY_MS + ahead
        if number not in self._days:
            self._days[number] = (date(1970, 1, 1) + timedelta(days=number)).isoformat()
        return self._days[number]

    def about(self) -> bytes | None:
        """Something to come back to, if there is anything."""
        return self.one_of(self.dear) if self.dear else None

    def heads(self, entity: bytes) -> list[bytes]:
        """What nothing follows of an entity, whoever knows it."""
        known = self._thread[entity]
        followed = {id_ for each in known for id_ in each.after}
        return sorted(each.event for each in known if each.event not in followed)

    def hlc_of(self, entity: bytes, event: bytes) -> Hlc:
        return next(each.hlc for each in self._thread[entity] if each.event == event)

    def member_id(self, who: int) -> bytes:
        return self.couple.roots[who].member_id

    def note(self, who: int, payload: Payload, about: int | None = None) -> int:
        """Somebody writes for themselves; gives the note's number."""
        notes = self.private[who]
        notes.append(Noted(self._ms, payload, about))
        return len(notes) - 1

    def draft(self, who: int, practice: str, words: str, about: bytes | None = None) -> int:
        part = kinds.Part(practice, words)
        return self.note(who, DraftWritten(practice, about, [part]))

    def withdraw(self, who: int, entity: bytes, was: str, stated: str) -> Act | None:
        """Take one's own words back; None where there are none."""
        own = [e for e in self._thread[entity] if self.logs[e.log].device.member == who]
        if not own:
            return None
        refs = sorted(
            Ref(self.logs[n].device.id, at + 1, self.logs[n].ids[at])
            for n, at in (each.place for each in own)
        )
        events = sorted(each.event for each in own)
        return Act(who, kinds.EntityRedacted(events, refs, was, stated), entity)

    # --- going on --------------------------------------------------------------------------

    def live_until(self, ms: int) -> None:
        """Write all that comes before a moment."""
        self._begin()
        while self._heap and self._heap[0][0] < ms:
            self._go_on()

    def grow(self, count: int) -> None:
        """Write until there are ``count`` events."""
        self._begin()
        while len(self.sequence) < count:
            self._go_on()

    def _begin(self) -> None:
        if self.sequence:
            return
        from inglenook_harness.scenes import A_WEEK, AT_FIRST

        for who, name in enumerate(("Ada", "Ben")):
            self._writer = self._sit_down(who)
            self._do(Act(who, MemberIntroduced(name)))
        for scene in AT_FIRST:
            self._ms += 7 * MINUTE_MS
            self._push(self._ms, scene(self), None)
        for scene, rate in A_WEEK.items():
            self._push(self._ms, self._again_and_again(scene, rate), None)

    def _again_and_again(self, scene: Callable[[Years], Scene], a_week: float) -> Scene:
        while True:
            yield self._random.expovariate(a_week) * WEEK_MINUTES
            self._push(self._ms, scene(self), None)

    def _push(self, ms: int, scene: Scene, what: float | Act | None) -> None:
        heapq.heappush(self._heap, (ms, next(self._numbers), scene, what))

    def _go_on(self) -> None:
        """One more event, or one wait that is over."""
        ms, _, scene, what = heapq.heappop(self._heap)
        self._ms = max(self._ms + 1, ms)
        try:
            if what is None:
                what = next(scene)
            while isinstance(what, Act):
                later = self._waits_for(what)
                if later:
                    self._push(later, scene, what)
                    return
                self._ms += 1
                what = scene.send(self._do(what))
        except StopIteration:
            return
        self._push(_awake(self._ms + int(what * MINUTE_MS)), scene, None)

    # --- who knows what --------------------------------------------------------------------

    def _spell(self) -> int:
        return int(self._random.expovariate(1 / _OFFLINE_EVERY_MS))

    def _sit_down(self, who: int) -> int:
        """The device that somebody writes on now: mostly the one of before."""
        if self.chance(0.06):
            self._at[who] = self.one_of(self._devices[who])
        writer = self._at[who]
        if self._ms >= self._next_offline[writer]:
            until = self._ms + self._random.randrange(*_OFFLINE_MS)
            self._offline_until[writer] = until
            self._next_offline[writer] = until + self._spell()
        if self._ms >= self._offline_until[writer]:
            self._exchange(writer)
        return writer

    def _exchange(self, writer: int) -> None:
        for index in self._unpublished[writer]:
            self._tickets += 1
            self._published[index] = self._tickets
        self._unpublished[writer].clear()
        if self.logs[writer].ids:
            self._relayed[writer] = self.logs[writer].head
        self._received[writer] = self._tickets
        self._holds[writer] = list(self._relayed)

    def _knows(self, writer: int, each: _Known) -> bool:
        return each.log == writer or 0 < self._published[each.number] <= self._received[writer]

    def _waits_for(self, act: Act) -> int:
        """When somebody can do this; 0 for now."""
        self._writer = writer = self._sit_down(act.who)
        lacking = [
            each
            for each in self._thread.get(act.entity, ())
            if each.event not in act.unseen and not self._knows(writer, each)
        ]
        if not lacking:
            return 0
        waits = [self._offline_until[writer], *(self._offline_until[e.log] for e in lacking)]
        # Who was offline last exchanges when they come back, whether or not they have to write.
        for number in {writer, *(e.log for e in lacking)}:
            if self._ms >= self._offline_until[number]:
                self._exchange(number)
        return max(self._ms + MINUTE_MS, *waits)

    def _do(self, act: Act) -> bytes:
        writer = self._writer
        known = [
            each
            for each in self._thread.get(act.entity, ())
            if each.event not in act.unseen and self._knows(writer, each)
        ]
        followed = {id_ for each in known for id_ in each.after}
        after = sorted(e.event for e in known if e.event not in followed)
        payload = act.payload
        kind, version = KIND_BY_PAYLOAD[type(payload)]
        if act.opens is None:
            nonce, hlc = self._random.randbytes(16), Hlc(self._ms, len(self.sequence) & 7)
            at, offset = self._ms, OFFSET_MINUTES
        else:
            nonce, hlc, after = act.opens
            at, offset = hlc.ms, 0
        entity = b"" if (kind, version) in CREATING else act.entity
        core = Core(
            nonce, kind, version, entity, after, hlc.ms, hlc.counter, at, offset,
            encode(payload),
        )  # fmt: skip
        index, place = len(self.sequence), (writer, len(self.logs[writer].ids))
        id_ = self._seal(encode(core))
        self._published.append(0)
        self._unpublished[writer].append(index)
        if self._ms >= self._offline_until[writer]:
            self._exchange(writer)
        self._thread[entity or id_].append(_Known(id_, writer, index, tuple(after), hlc, place))
        if isinstance(payload, kinds.EntityRedacted):
            self._erase(payload)
        return id_

    def _erase(self, redaction: kinds.EntityRedacted) -> None:
        device = self.logs[self._writer].device
        content = erased(self.space_id, redaction.refs, device.id)
        self.couple.take(sign_statement(device.keys.sign, content))
        by_device = {log.device.id: log for log in self.logs}
        for ref in redaction.refs:
            items = by_device[ref.device].items
            item = items[ref.seq - 1]
            if item.body is not None:
                gone = hash_body(item.body)
                items[ref.seq - 1] = Item(item.key, item.flags, item.signature, None, gone)

    def _witness(self) -> list[Ref]:
        """Heads of other logs that this device has got to know since its last event."""
        seen = self._witnessed[self._writer]
        refs = []
        for number, point in enumerate(self._holds[self._writer]):
            if number != self._writer and point is not None and seen.get(number) != point:
                seen[number] = point
                refs.append(Ref(self.logs[number].device.id, point.seq, point.id))
        return sorted(refs)


def _awake(ms: int) -> int:
    """The same moment, or the next morning: at night nothing is written."""
    hour = (ms // 3_600_000 + 1) % 24
    return ms if 6 <= hour < 23 else ms + ((30 - hour) % 24) * 3_600_000


def ten_years_before(moment: datetime | None = None) -> datetime:
    """When ten years begin that end now."""
    return (moment or datetime.now(UTC)) - TEN_YEARS


async def write_privately(store: SpaceStore, years: Years, who: int, entropy: Entropy) -> int:
    """All that one of the two noted for themselves, into their private journal."""
    notes = years.private[who]
    ids: list[bytes] = []
    last: list[bytes] = []

    def write(conn: Connection, state: SpaceState, some: list[Noted]) -> None:
        # The journal was made today, for notes that are older.
        state.own_hlc = state.seen_hlc = ZERO
        for ms, payload, about in some:
            entity = b"" if about is None else ids[about]
            after = [] if about is None else [last[about]]
            moment = Moment(ms, OFFSET_MINUTES)
            id_ = appending.append(conn, state, payload, entity, after, moment, entropy)
            ids.append(id_)
            last.append(id_)
            if about is not None:
                last[about] = id_

    for start in range(0, len(notes), _AT_ONCE):
        await store._write(write, notes[start : start + _AT_ONCE])
    return len(notes)
