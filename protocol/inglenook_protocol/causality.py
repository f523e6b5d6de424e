"""Fold order, concurrency and the timeline digest (SPEC 10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from heapq import heapify, heappop, heappush
from typing import Protocol, TypeVar

from inglenook_protocol import labels


class Placed(Protocol):
    """What ordering needs to know of an event."""

    @property
    def event_id(self) -> bytes: ...
    @property
    def after(self) -> Sequence[bytes]: ...
    @property
    def hlc_ms(self) -> int: ...
    @property
    def hlc_count(self) -> int: ...


P = TypeVar("P", bound=Placed)


def fold_order(events: Iterable[P]) -> list[P]:
    """Events of one entity in fold order: a function of the set (SPEC 10.2).

    Topological by ``after`` (absent ids passed over), ties by (hlc, event id). Events with
    one id are one event. ``after`` holds hashes of earlier events, so there is no cycle.
    """
    by_id = {event.event_id: event for event in events}
    if len(by_id) == 1:
        return list(by_id.values())
    waits = {id_: len({a for a in e.after if a in by_id}) for id_, e in by_id.items()}
    followers: dict[bytes, list[bytes]] = {}
    for id_, event in by_id.items():
        for parent in set(event.after):
            if parent in by_id:
                followers.setdefault(parent, []).append(id_)
    ready = [(e.hlc_ms, e.hlc_count, id_) for id_, e in by_id.items() if waits[id_] == 0]
    heapify(ready)
    ordered: list[P] = []
    while ready:
        id_ = heappop(ready)[2]
        ordered.append(by_id[id_])
        for follower in followers.get(id_, ()):
            waits[follower] -= 1
            if waits[follower] == 0:
                event = by_id[follower]
                heappush(ready, (event.hlc_ms, event.hlc_count, follower))
    return ordered


def ancestors(event_id: bytes, after_by_id: dict[bytes, Sequence[bytes]]) -> set[bytes]:
    """All ids that ``event_id`` reaches through ``after`` within the given events."""
    reached: set[bytes] = set()
    stack = list(after_by_id.get(event_id, ()))
    while stack:
        id_ = stack.pop()
        if id_ in after_by_id and id_ not in reached:
            reached.add(id_)
            stack.extend(after_by_id[id_])
    return reached


def maximal(events: Sequence[P]) -> list[P]:
    """Those of ``events`` that no other of them follows, in the given order (SPEC 10.3)."""
    # Whatever is reached through others is named by the last of them.
    followed = {id_ for e in events for id_ in e.after}
    return [e for e in events if e.event_id not in followed]


def unfollowed(chosen: Sequence[P], ordered: Sequence[P]) -> set[bytes]:
    """Ids of the ``chosen`` events that no other of them reaches, by way of any (SPEC 10.3)."""
    ids = {e.event_id for e in chosen}
    followed: set[bytes] = set()
    for event in reversed(ordered):
        if event.event_id in ids or event.event_id in followed:
            followed.update(event.after)
    return ids - followed


class TimelineDigest:
    """The digest that both sides print (SPEC 10.6). Entities are fed ascending by id."""

    def __init__(self) -> None:
        self._hash = sha256(labels.TIMELINE)
        self._last = b""

    def feed(self, entity_id: bytes, event_ids_in_order: bytes) -> None:
        """One entity: its id and its counted event ids in fold order, concatenated."""
        if entity_id <= self._last:
            raise ValueError("entities are fed in ascending order")
        self._last = entity_id
        count = len(event_ids_in_order) // 32
        if count:
            self._hash.update(entity_id + count.to_bytes(4, "big") + event_ids_in_order)

    def digest(self) -> bytes:
        """32 bytes."""
        return self._hash.digest()
