"""What a device has written, noted once its writing has returned; and what may never be written.

``NotingStore`` is the real store. Whoever writes through it, the facade of a journal or a step
that knows no facade, leaves a note of each event: so that nothing that was acknowledged is lost
without somebody asking for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from inglenook_client.core.opening import Event
from inglenook_client.store.appending import Moment
from inglenook_client.store.database import Connection
from inglenook_client.store.erasing import own_events
from inglenook_client.store.folding import event_at
from inglenook_client.store.places import unpack_places
from inglenook_client.store.queries import envelopes_of
from inglenook_client.store.space import SpaceStore
from inglenook_client.store.state import SpaceState
from inglenook_protocol.codec import Ref
from inglenook_protocol.event import decode_core
from inglenook_protocol.kinds import (
    PauseCalled,
    PauseExtended,
    Payload,
    RevealReady,
    RevealTakenBack,
    encode_payload,
)

if TYPE_CHECKING:
    from inglenook_simulation.device import Device

_WORD: Final = re.compile(rb"word(\d+)")


class Broken(Exception):  # noqa: N818 - says what does not hold
    """Something that must hold does not."""


class Written(msgspec.Struct):
    """An event whose writing returned: its author's device, its envelope, its entity."""

    device: Device
    ref: Ref
    entity: bytes


class NotingStore(SpaceStore):
    """The store of one device, which notes what it writes."""

    device: Device | None = None

    async def append(
        self, payload: Payload, moment: Moment, *, entity: bytes = b"", after: Sequence[bytes] = ()
    ) -> bytes:
        """As ``SpaceStore.append``; nothing private may be in it where the other reads."""
        self._check_words(encode_payload(payload))
        if self.device is not None and isinstance(payload, PauseCalled | RevealReady):
            self.device.world.follows = True
        id_ = await super().append(payload, moment, entity=entity, after=after)
        if self.device is not None:
            await note_written(self.device, id_, entity)
            self._note_true_time(self.device, id_, payload)
        return id_

    @staticmethod
    def _note_true_time(device: Device, id_: bytes, payload: Payload) -> None:
        """When a pause was called, by no device's clock, if its writer knew how wrong theirs is."""
        if not isinstance(payload, PauseCalled | PauseExtended):
            return
        if payload.relay_ahead_ms == -device.skew_ms:
            device.world.true_ms[id_] = device.wall_ms() - device.skew_ms

    async def append_core(self, core: bytes) -> bytes:
        """As ``SpaceStore.append_core``, which opens a half of a round: is it time for that?"""
        device = self.device
        if device is not None:
            made = decode_core(core)
            await _check_both_ready(device, made.entity)
            release(device, made.payload)
        id_ = await super().append_core(core)
        if device is not None:
            await note_written(device, id_, decode_core(core).entity)
        return id_

    async def redact(self, entity: bytes, was: str, date: str, moment: Moment) -> None:
        """As ``SpaceStore.redact``: from the first word on, these may be gone."""
        device = self.device
        if device is None:
            await super().redact(entity, was, date, moment)
            return
        own = await device.state(lambda conn, state: own_events(conn, state, entity))
        device.world.withdrawn_entities.add(entity)
        await super().redact(entity, was, date, moment)
        for ref, id_ in own:
            device.world.withdrawn[ref] = device.world.text_by_event.get(id_, "")

    def _check_words(self, payload: bytes) -> None:
        device = self.device
        if device is None or self.genesis.kind == "private":
            return
        if told := words_in(payload) & device.world.secrets:
            raise Broken(f"{device.title} lets private words out: {sorted(told)}")


def words_in(text: bytes) -> set[int]:
    """The numbers of the made-up words in a text, as ``World.next_count`` gave them."""
    return {int(number) for number in _WORD.findall(text)}


def release(device: Device, text: bytes) -> None:
    """From now on these words are for both: somebody chose to share them."""
    device.world.secrets -= words_in(text)


async def note_written(device: Device, id_: bytes, entity: bytes) -> Ref:
    """Remember an event that was written; gives its envelope."""

    def look(conn: Connection, state: SpaceState) -> tuple[Ref, list[Ref], bytes, frozenset[bytes]]:
        log = state.log_by_device[state.device.id]
        head = max(log.branches, key=lambda b: (b.head_seq, b.head_id))
        roster = state.book.roster
        seen = [
            Ref(other.device, p.seq, p.id)
            for other in state.log_by_device.values()
            if other.device != state.device.id and other.device in roster.standing
            for p in other.heads
        ]
        key = state.sealing_key()
        if key is None:
            raise Broken(f"{device.title} has sealed, and has no key to seal with")
        opened = {e.key_id: e.author for e in state.epochs}
        if opened[key.key_id] != state.device.id:
            raise Broken(f"{device.title} seals under a key that another opened")
        ref = Ref(state.device.id, head.head_seq, head.head_id)
        return ref, seen, key.key_id, frozenset(roster.heads)

    noted: tuple[Ref, list[Ref], bytes, frozenset[bytes]] = await device.state(look)
    ref, seen, key, removed = noted
    world = device.world
    world.written[id_] = Written(device, ref, entity or id_)
    world.seen_by_event[id_] = seen
    world.kept_from[device.space.id, key] = removed
    world.text_by_event.setdefault(id_, "")
    return ref


async def events_of(device: Device, entity: bytes) -> list[Event]:
    """The events of an entity that a device has admitted and can open, in no order."""

    def look(conn: Connection, state: SpaceState) -> list[Event]:
        places = unpack_places(envelopes_of(conn, entity))
        found = [event_at(conn, state, place) for place in places]
        return [event for event in found if event is not None]

    events: list[Event] = await device.state(look)
    return events


def reaches(events: Mapping[bytes, Event], later: Event, sought: bytes) -> bool:
    """Whether the writer of ``later`` had seen an event, by what each says it follows."""
    left, seen = list(later.after), set()
    while left:
        id_ = left.pop()
        if id_ == sought:
            return True
        if id_ not in seen and id_ in events:
            seen.add(id_)
            left += events[id_].after
    return False


async def _check_both_ready(device: Device, round_: bytes) -> None:
    """Nobody's words leave before both are ready (SPEC 18.3), told from the events alone: of
    each of the two there is a ``reveal.ready`` that no taking back of theirs follows."""
    events = await events_of(device, round_)
    by_id = {event.event_id: event for event in events}

    def is_ready(member: bytes) -> bool:
        own = [event for event in events if event.member == member]
        backs = [event for event in own if isinstance(event.payload, RevealTakenBack)]
        return any(
            isinstance(event.payload, RevealReady)
            and not any(reaches(by_id, back, event.event_id) for back in backs)
            for event in own
        )

    if not all(is_ready(root.member_id) for root in device.space.roots):
        raise Broken(f"{device.title} opens a half, and not both are ready")
