"""Two people who write while apart and meet now and then: events as the fold sees them.

    two = Two()
    pause = two.ana.writes(PauseCalled(None, 20, "", None))
    two.meet()
    two.ben.writes(PauseResumed(), pause)      # each knows what they had seen when they wrote
    two.folded(pause)                          # the same for every order of arrival

Nothing is sealed: this is for what folds make of events. Who knows what decides ``after``.
"""

from __future__ import annotations

from random import Random

from inglenook_client.core.fold import Projection, findable, fold, searchable
from inglenook_client.core.opening import Event
from inglenook_client.core.practices.state import PracticeState, Within
from inglenook_harness.people import noise
from inglenook_protocol.causality import maximal
from inglenook_protocol.codec import encode
from inglenook_protocol.kinds import CREATING, KIND_BY_PAYLOAD, Payload

SPACE = noise("space of two")
NOON = 1_790_000_000_000


def found(projection: Projection) -> str:
    """The words by which a search finds an entity."""
    words = dict(searchable(projection))
    may = findable(projection)
    return "\n".join(text for event, text in words.items() if event in may)


class Person:
    """One of the two, on one device."""

    def __init__(self, two: Two, member: bytes, ahead_ms: int = 0) -> None:
        self.member = member
        self.known: list[Event] = []
        self.ahead_ms = ahead_ms
        self._two = two

    def writes(self, payload: Payload, about: bytes = b"", *, blind: bool = False) -> bytes:
        """Write an event about an entity, or one that creates one; gives its id.

        ``blind``: it names nothing in ``after``.
        """
        kind, version = KIND_BY_PAYLOAD[type(payload)]
        if ((kind, version) in CREATING) == bool(about):
            raise ValueError(f"{kind} creates an entity, or names one")
        now = self._two.tick() + self.ahead_ms
        seen = [e for e in self.known if e.entity == about]
        after = [] if blind else sorted(e.event_id for e in maximal(seen))
        id_ = noise(f"{self._two.seed} {now} {kind} {len(self._two.events)}")
        event = Event(
            id_, about or id_, self.member, kind, version, after, now, 0, now, 120, payload
        )
        self.known.append(event)
        self._two.events.append(event)
        return id_


class Two:
    """Ana and Ben, and a second device of Ana's."""

    def __init__(self, seed: int = 0, place: str = "shared") -> None:
        self.seed = seed
        self.within = Within(SPACE, place)
        self.events: list[Event] = []
        self.ana = Person(self, noise("ana"))
        self.ben = Person(self, noise("ben"))
        self.ana2 = Person(self, self.ana.member)
        self._now_ms = NOON

    def tick(self, ms: int = 60_000) -> int:
        """Time goes on; gives what it is."""
        self._now_ms += ms
        return self._now_ms

    def meet(self) -> None:
        """Everybody learns everything."""
        for person in (self.ana, self.ben, self.ana2):
            person.known = list(self.events)

    def projection(self, entity: bytes) -> Projection:
        """The entity as folded; the same whatever order its events arrive in."""
        mine = [e for e in self.events if e.entity == entity]
        folded = fold(entity, mine, self.within)
        random = Random(self.seed)
        for _ in range(4):
            shuffled = [*mine, *random.sample(mine, len(mine) // 2)]
            random.shuffle(shuffled)
            if encode(fold(entity, shuffled, self.within)) != encode(folded):
                raise AssertionError("another order of arrival folds otherwise")
        return folded.projection

    def folded(self, entity: bytes) -> PracticeState:
        """The state of a practice's entity."""
        state = self.projection(entity).state
        if state is None:
            raise AssertionError("this shows nothing")
        return state

    def stage(self, entity: bytes) -> str:
        """The state of its table."""
        return self.folded(entity).stage
