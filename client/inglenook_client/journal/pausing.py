"""Pauses: calling, extending, going on, and what this device shows of one (PRACTICES 8, SPEC 13.8).

When this device first held an event that sets a length is noted in its own database, as soon as
it can be: after each exchange, and when somebody looks. The note never leaves the device, and goes
when the pause is over.
"""

from __future__ import annotations

from typing import Final

import msgspec

from inglenook_client.core.model import PauseView
from inglenook_client.core.practices import talking
from inglenook_client.core.practices.errors import NoPauseError
from inglenook_client.core.practices.pausing import (
    DEFAULT_MINUTES,
    PauseSeen,
    pause_seen,
    setting_lengths,
)
from inglenook_client.core.views import iso_moment
from inglenook_client.journal.practice import Found, Practice
from inglenook_client.journal.state import now
from inglenook_client.store import queries
from inglenook_client.store.space import SpaceStore
from inglenook_protocol.codec import encode
from inglenook_protocol.limits import MAX_CLOCK_APART_MS

_SEEN: Final = "pauses_seen"
_LATEST: Final = 50
_decode_seen = msgspec.msgpack.Decoder(dict[bytes, int]).decode


class Pausing(Practice):
    """Reached as ``journal.pausing``."""

    async def call(
        self,
        minutes: int | None = DEFAULT_MINUTES,
        *,
        plan: str = "",
        conversation: str | None = None,
    ) -> PauseView:
        """Call a pause of so many minutes, or not today (None). No reason is asked for."""
        about = None
        if conversation is not None:
            about = (await self.find(conversation, "conversation")).id
        payload = talking.call_pause(
            minutes, plan=plan, conversation=about, relay_ahead_ms=self._apart()
        )
        return await self._view(await self.create(self.shared(), payload))

    async def ask_for(self, minutes: int | None, *, plan: str = "") -> PauseView:
        """The quickest way to a pause: calls one, or more time while one stands.

        A pause that stands for longer than is asked for stays as it is.
        """
        standing = await self._standing(self.shared())
        if not standing:
            return await self.call(minutes, plan=plan, conversation=await self._open_now())
        _, shown = standing[0]
        asked_s = None if minutes is None else minutes * 60
        enough = shown.not_today or (asked_s is not None and asked_s <= (shown.seconds_left or 0))
        return shown if enough and not plan else await self.extend(minutes, plan=plan)

    async def _open_now(self) -> str | None:
        """The conversation that is open, if there is one."""
        store = self.shared()
        rows = await store.query(queries.entities_of, ("conversation",), latest=_LATEST)
        states = [(row.id, row.projection.state) for row in rows]
        found = [id_ for id_, state in states if state is not None and state.stage == "open"]
        return found[-1].hex() if found else None

    async def extend(self, minutes: int | None, *, plan: str = "", pause: str = "") -> PauseView:
        """A longer one, counted from now."""
        found = await self._pause(pause)
        payload = talking.extend_pause(
            found.state, found.me, minutes, plan=plan, relay_ahead_ms=self._apart()
        )
        return await self._view(await self.append(found, payload))

    async def resume(self, pause: str = "") -> PauseView:
        """On we go."""
        found = await self._pause(pause)
        return await self._view(await self.append(found, talking.resume(found.state, found.me)))

    async def end(self, plan: str = "", pause: str = "") -> PauseView:
        """It is over, and what was paused rests."""
        found = await self._pause(pause)
        payload = talking.end_pause(found.state, found.me, plan)
        return await self._view(await self.append(found, payload))

    async def show(self, pause: str) -> PauseView:
        """One pause, whether or not it still stands."""
        return await self._view(await self.find(pause, "pause"))

    async def current(self) -> PauseView | None:
        """The pause that lasts longest of those that stand now; None if there is none."""
        store = self.readable_shared()
        standing = [] if store is None else await self._standing(store)
        return standing[0][1] if standing else None

    async def _standing(self, store: SpaceStore) -> list[tuple[Found, PauseView]]:
        seen = await note_seen(store)
        found = []
        for pause in await latest_pauses(store):
            if pause.state.stage == "paused":
                shown = pause_seen(pause.state, now().wall_ms, seen, self._apart())
                if shown.stage == "paused":
                    found.append((pause, shown))
        found.sort(key=lambda pair: (pair[1].not_today, pair[1].ends_ms or 0), reverse=True)
        return [(pause, _pause_view(pause, shown)) for pause, shown in found]

    async def _pause(self, pause: str) -> Found:
        if pause:
            return await self.find(pause, "pause")
        standing = await self._standing(self.shared())
        if standing:
            return standing[0][0]
        raise NoPauseError()

    async def _view(self, found: Found) -> PauseView:
        seen = await note_seen(found.store)
        return _pause_view(found, pause_seen(found.state, now().wall_ms, seen, self._apart()))

    def _apart(self) -> int | None:
        apart = self.relay_apart_ms()
        most = MAX_CLOCK_APART_MS
        return None if apart is None else max(-most, min(most, apart))


def _pause_view(found: Found, shown: PauseSeen) -> PauseView:
    target = found.row.projection.target
    return PauseView(
        id=found.id.hex(),
        stage=shown.stage,
        not_today=shown.not_today,
        ends_at=None if shown.ends_ms is None else iso_moment(shown.ends_ms, now().offset_minutes),
        seconds_left=None if shown.remaining_ms is None else shown.remaining_ms // 1000,
        plan=shown.plan,
        conversation=None if target is None else target.hex(),
    )


async def latest_pauses(store: SpaceStore) -> list[Found]:
    """The pauses called last: one that stands is among them, whatever clocks say."""
    rows = await store.query(queries.entities_of, ("pause",), latest=_LATEST)
    return [Found(store, row) for row in rows]


async def note_seen(store: SpaceStore) -> dict[bytes, int]:
    """Note when this device first held what sets the length of a pause; gives all notes."""
    pauses = await latest_pauses(store)
    kept = (await store.settings()).get(_SEEN)
    before = {} if kept is None else _decode_seen(kept)
    seen: dict[bytes, int] = {}
    moment = now().wall_ms
    for pause in pauses:
        if pause.state.stage == "paused":
            for event in setting_lengths(pause.state):
                seen[event.event] = before.get(event.event, moment)
    if seen != before:
        await store.put_settings({_SEEN: encode(seen) if seen else None})
    return seen
