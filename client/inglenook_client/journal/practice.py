"""What the facades of all practices share: finding an entity, appending to it, agreeing.

    class Resting(Practice):                       # journal/resting.py, reached as journal.resting
        async def rest(self, entry: str) -> NeedView:
            found = await self.find(entry, "need")
            await self.append(found, needing.rest_need(found.state, found.me))
            return ...

An entity is found by the beginning of its id, in any journal here, as everywhere. What is appended
to it names its heads, so that nothing crosses that was seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

import msgspec

from inglenook_client.core.decide import check_date
from inglenook_client.core.practices import agreeing
from inglenook_client.core.practices.recurring import week_of, zone
from inglenook_client.core.practices.revealing import zone_of
from inglenook_client.core.practices.state import PracticeState
from inglenook_client.journal import reading
from inglenook_client.journal.errors import NoSuchEntryError, OtherJournalError, OtherKindError
from inglenook_client.journal.places import ThisComputer
from inglenook_client.journal.state import RELAY_APART, JournalState, now, today
from inglenook_client.journal.writing import check_not_left, writable
from inglenook_client.store import queries
from inglenook_client.store.queries import Row
from inglenook_client.store.space import SpaceStore
from inglenook_protocol.kinds import KIND_BY_PAYLOAD, PLACE_BY_KIND, Payload
from inglenook_protocol.limits import MAX_SEQ

LAST: Final = "last"
"""What is typed in the place of an id for the latest thing."""


class Found(msgspec.Struct, frozen=True):
    """An entity of a practice, where it was found."""

    store: SpaceStore
    row: Row

    @property
    def id(self) -> bytes:
        return self.row.id

    @property
    def state(self) -> PracticeState:
        if self.row.projection.state is None:
            raise OtherKindError(self.row.id.hex()[:8])
        return self.row.projection.state

    @property
    def me(self) -> bytes:
        """This person in the journal where it stands."""
        return self.store.member

    @property
    def other(self) -> bytes:
        """The other member; b"" in the private journal."""
        ids = self.store.genesis.member_ids
        return next((member for member in ids if member != self.store.member), b"")


class Practice:
    """Base of a family's facade."""

    def __init__(self, state: JournalState) -> None:
        self._state = state

    # ------------------------------------------------------------------ finding

    async def find(self, entry: str, *shown: str) -> Found:
        """The entity whose id begins like that, of one of the projection kinds ``shown``.

        Where no id does, ``last`` is the last of these kinds, and a word names the one in which it
        stands. Raises ``NoSuchEntryError``, ``AmbiguousEntryError``, ``OtherKindError``.
        """
        try:
            store, row = await self._state.find(entry)
        except NoSuchEntryError:
            if not shown or not entry.strip():
                raise
            return await self._meant(entry.strip(), shown)
        if (shown and row.projection.kind not in shown) or row.projection.state is None:
            raise OtherKindError(entry)
        return Found(store, row)

    async def _meant(self, said: str, shown: Sequence[str]) -> Found:
        from inglenook_client.journal import meaning

        found = [
            one for store, _ in self._state.stores() for one in await self.all_of(store, *shown)
        ]
        return meaning.latest(found) if said == LAST else meaning.called(found, said)

    async def find_any(self, entry: str) -> Found:
        """The entity whose id begins like that, entries included; ``last`` is the latest."""
        if entry.strip() == LAST:
            from inglenook_client.journal.meaning import Meaning

            entry = (await Meaning(self._state).last("read")).id
        return Found(*await self._state.find(entry))

    async def all_of(
        self,
        store: SpaceStore,
        *shown: str,
        since_ms: int = 0,
        stages: Sequence[str] = (),
        until_ms: int = MAX_SEQ,
    ) -> list[Found]:
        """All entities of these projection kinds in one journal, in the order of their creation.

        ``stages``: only those whose table stands there; years of what is over are not read.
        """
        rows = await store.query(
            queries.entities_of, shown, since_ms, stages=stages, until_ms=until_ms
        )
        return [Found(store, row) for row in rows if row.projection.state is not None]

    async def about(self, found: Found, *shown: str) -> list[Found]:
        """What belongs to an entity: the turns of a conversation, what was kept of a ritual …"""
        return [
            Found(found.store, row)
            for row in await reading.about(found.store, found.id)
            if not shown or row.projection.kind in shown
        ]

    async def again(self, found: Found) -> Found:
        """The same entity as it stands now."""
        return await self.by_id(found.store, found.id)

    async def by_id(self, store: SpaceStore, id_: bytes) -> Found:
        """An entity by its full id. Raises ``NoSuchEntryError``."""
        row = await store.query(queries.entity_by_id, id_)
        if row is None:
            raise NoSuchEntryError(id_.hex())
        return Found(store, row)

    async def owner(self, found: Found) -> Found | None:
        """What an entity belongs to, where that is here."""
        target = found.row.projection.target
        row = None if target is None else await found.store.query(queries.entity_by_id, target)
        return None if row is None else Found(found.store, row)

    # ------------------------------------------------------------------ writing

    def shared(self) -> SpaceStore:
        """The shared journal, to write into. Raises as ``writable``."""
        return writable(self._state, "shared")

    def readable_shared(self) -> SpaceStore | None:
        """The shared journal to read, left or not; None before pairing."""
        return self._state.shared

    @property
    def private(self) -> SpaceStore:
        """The private journal."""
        return self._state.private

    async def create(self, store: SpaceStore, payload: Payload) -> Found:
        """Write an event that creates an entity. Raises ``OtherJournalError``."""
        _check_place(store, payload)
        return await self.by_id(store, await store.append(payload, now()))

    async def append(self, found: Found, payload: Payload) -> Found:
        """Write an event about an entity, after all that is known of it here.

        Raises ``LeftError``, ``OtherJournalError``.
        """
        check_not_left(self._state, found.store)
        _check_place(found.store, payload)
        heads = found.row.projection.heads
        await found.store.append(payload, now(), entity=found.id, after=heads)
        return await self.again(found)

    # ------------------------------------------------------------------ agreeing (SPEC 13.9)

    async def agree(self, found: Found, event: bytes | None = None) -> Found:
        """Agree to the words as they stand, or to those of one event."""
        return await self.append(found, agreeing.agree(found.state, found.me, event))

    async def revoke(self, found: Found) -> Found:
        """Take one's own agreement back."""
        return await self.append(found, agreeing.revoke(found.state, found.me))

    # ------------------------------------------------------------------ days

    def date(self, stated: str | None) -> str:
        """A stated date, or today. Raises ``LocalProtocolError``."""
        return today() if stated is None else check_date(stated, today())

    async def zone(self) -> str:
        """The zone by which the two count days and weeks; UTC before one was set."""
        return await self._chosen_zone() or "UTC"

    async def place(self) -> tzinfo:
        """By which clock appointments are made and shown: that of the two, once they chose one.

        Until then it is this computer's: who never thought of zones means the clock on the wall.
        """
        chosen = await self._chosen_zone()
        return ThisComputer() if chosen is None else zone(chosen)

    async def _chosen_zone(self) -> str | None:
        store = self.readable_shared()
        row = None if store is None else await store.query(queries.entity_by_id, store.space_id)
        state = None if row is None else row.projection.state
        return None if state is None else zone_of(state)

    async def this_week(self) -> str:
        """The ISO week that it is for the two."""
        return week_of(now().wall_ms, await self.zone())

    # ------------------------------------------------------------------ clocks

    def relay_apart_ms(self) -> int | None:
        """By how much the relay's clock is ahead of this device's; None if never asked."""
        apart = self._state.settings.get(RELAY_APART)
        return None if apart is None else int(apart)


def _check_place(store: SpaceStore, payload: Payload) -> None:
    place = PLACE_BY_KIND[KIND_BY_PAYLOAD[type(payload)][0]]
    if place not in ("any", store.genesis.kind):
        raise OtherJournalError(place)
