"""Keeping one space in sync with one relay: once, or for as long as the app runs.

    state      input                              next      does
    away       attempt                            catching  one exchange (``exchange``)
    catching   settled                            live      open the stream, ask from ``have``
    live       page                               live      admit, tell the face
    live       own append, or another process's   live      push it at once
    live       a head that is not held, a gap,    live      one exchange beside the stream
               a refusal
    any        error                              away      note it, wait with jitter

There is no state beside what the store holds, so every error leads back to ``have`` and none
can leave the engine stuck.
"""

from __future__ import annotations

import asyncio
import random as random_module
import time
from collections.abc import Awaitable, Callable
from typing import Final

from inglenook_client.core.ports import (
    PushCursor,
    RelayAddress,
    SyncProgress,
    SyncReport,
    SyncStore,
)
from inglenook_client.sync.backoff import Backoff
from inglenook_client.sync.errors import (
    RelayProtocolError,
    RelayUnreachableError,
    SlowDownError,
    UnknownSpaceError,
)
from inglenook_client.sync.exchange import PUSH_BYTES, RECEIVING, Exchange, RelayView, Sender
from inglenook_client.sync.ports import Clock, PageStream, Random, Sleep, SpaceTransport
from inglenook_client.sync.together import together
from inglenook_protocol.codec import Point
from inglenook_protocol.errors import InglenookError, RemoteProtocolError
from inglenook_protocol.limits import PAGE_BYTES
from inglenook_protocol.messages import decode_pull_request

OnChange = Callable[[], Awaitable[None]]
OnEnd = Callable[[SyncReport | RemoteProtocolError], Awaitable[None]]

POLL_S: Final = 0.3
"""How often another process's writing is looked for."""
_HEALTHY_S: Final = 10.0
"""A connection that lasted this long makes the next retry a quick one."""
_LONGEST_HINT_S: Final = 300.0
_MAX_IDLE_PAGES: Final = 64
"""Live pages in a row that bring nothing, beyond one for each own push."""


class SyncEngine:
    """One space, one relay. ``sync_once`` and ``watch`` may run at the same time."""

    def __init__(
        self,
        store: SyncStore,
        transport: SpaceTransport,
        address: RelayAddress,
        *,
        sleep: Sleep = asyncio.sleep,
        random: Random = random_module.random,
        clock: Clock = time.monotonic,
        on_end: OnEnd | None = None,
    ) -> None:
        """The transport stays its owner's to close. ``on_end`` is awaited with what an exchange
        settled with, or with why the relay's bytes ended it or the live stream."""
        self._store = store
        self._transport = transport
        self._address = address
        self._sleep = sleep
        self._clock = clock
        self._random = random
        self._on_end = on_end
        self._view = RelayView()
        self._exchanging = asyncio.Lock()
        self.live = False
        """Whether ``watch`` has a stream open right now."""
        self.last_problem: InglenookError | None = None
        """Why ``watch`` is not live; None while it is."""
        self.untold = False
        """Whether ``watch`` took in something that its callback has not been told of yet."""
        self.last_report: SyncReport | None = None
        """Of the exchange that settled last."""

    async def sync_once(self, progress: Callable[[SyncProgress], None] | None = None) -> SyncReport:
        """One exchange, from ``have`` to settled (SPEC 15).

        Raises ``RelayUnreachableError``, ``RegistrationNeededError``, ``NotAMemberError``,
        ``RelayFullError``, ``SlowDownError``, ``RelayRefusedError``, ``RemoteProtocolError``,
        and what the store raises. What was admitted or acknowledged by then stays so.
        """
        async with self._exchanging:
            exchange = Exchange(
                self._store, self._transport, self._address, self._sleep, self._view, progress
            )
            try:
                report = await exchange.run()
            except RemoteProtocolError as error:
                await self._ended(error)
                raise
            self.last_report = report
            await self._ended(report)
            return report

    async def _ended(self, outcome: SyncReport | RemoteProtocolError) -> None:
        if self._on_end is not None:
            await self._on_end(outcome)

    async def is_known(self) -> bool:
        """Whether the relay holds the space. Nothing is taken in or sent; raises as ``sync_once``,
        ``RegistrationNeededError`` aside."""
        try:
            await self._transport.pull(await self._store.pull_request(frozenset(), 0))
        except UnknownSpaceError:
            return False
        return True

    async def watch(self, on_change: OnChange) -> None:
        """Stay in sync until cancelled; ``on_change`` is awaited after new things arrived.

        Every ``InglenookError`` is noted in ``last_problem`` and tried again later. Any other
        exception is a mistake of ours, or the callback's, and comes out.
        """
        backoff = Backoff(self._random)
        while True:
            started = self._clock()
            try:
                await _Live(self, on_change).run()
            except InglenookError as error:
                self.last_problem = error
                if isinstance(error, RemoteProtocolError):
                    await self._ended(error)
                lasted = self._clock() - started
                if lasted >= _HEALTHY_S and not isinstance(error, RemoteProtocolError):
                    backoff.reset()
                wait_s = max(backoff.next_s(), _hint_s(error))
            finally:
                self.live = False
            await self._sleep(wait_s)


def _hint_s(error: InglenookError) -> float:
    if isinstance(error, SlowDownError | RelayUnreachableError):
        return min(error.retry_after_s or 0.0, _LONGEST_HINT_S)
    return 0.0


class _Live:
    """One connection of ``watch``, from catching up to the error that ends it."""

    def __init__(self, engine: SyncEngine, on_change: OnChange) -> None:
        self._engine = engine
        self._store = engine._store
        self._view = engine._view
        self._sleep = engine._sleep
        self._sender = Sender(self._store, engine._transport, self._sleep, self._view)
        self._on_change = on_change
        self._telling = asyncio.Lock()
        self._pushing = asyncio.Lock()
        self._statement_hashes: tuple[bytes, bytes] | None = None
        self._unresolved: dict[bytes, list[Point]] = {}
        self._refused = False
        self._idle_pages_left = _MAX_IDLE_PAGES
        self._live_since: float | None = None
        """When the stream opened; None once it is known to be healthy."""

    async def run(self) -> None:
        """Ends only by an exception."""
        # Both read before the exchange: what is signed or written meanwhile is then looked
        # for once too often rather than not at all.
        self._statement_hashes = await self._hashes()
        written = await self._store.changed_elsewhere()
        self._engine.untold |= written
        await self._exchange()
        async with self._engine._transport.stream() as stream:
            request = await self._store.pull_request(frozenset(), PAGE_BYTES)
            await stream.ask(self._view.add_to(request))
            self._engine.live = True
            self._live_since = self._engine._clock()
            await together(
                self._receive(stream), together(self._send_appends(), self._send_others())
            )

    async def _exchange(self) -> None:
        def note(at: SyncProgress) -> None:
            self._engine.untold |= at.stage == RECEIVING and at.done > 0

        try:
            report = await self._engine.sync_once(note)
        except InglenookError:
            # What came before the error stays, and the next exchange won't bring it again.
            await self._tell_if_untold()
            raise
        self._unresolved = report.not_given_by_device
        self._refused = self._store.device_id in report.refused_by_device
        await self._tell_if_untold()

    async def _tell(self) -> None:
        async with self._telling:
            self._engine.untold = True
            await self._on_change()
            self._engine.untold = False

    async def _tell_if_untold(self) -> None:
        if self._engine.untold:
            await self._tell()

    # --- receiving ------------------------------------------------------------------------

    async def _receive(self, stream: PageStream) -> None:
        held: dict[bytes, list[Point]] | None = None
        async for page in stream:
            outcome = await self._store.admit_page(page)
            self._view.note_page(outcome, own=self._store.device_id)
            self._engine.last_problem = None
            if outcome.new or (held is not None and outcome.held != held):
                self._idle_pages_left = _MAX_IDLE_PAGES
            else:
                self._idle_pages_left -= 1
                if self._idle_pages_left < 0:
                    raise RelayProtocolError("The relay goes on sending and sends nothing new.")
            held = outcome.held
            if outcome.new:
                await self._tell()
            await self._note_health()
            if not outcome.more and not _within(outcome.not_held, self._unresolved):
                await self._exchange()
        raise RelayUnreachableError("The connection to the relay ended.")

    async def _note_health(self) -> None:
        """A stream that goes on well is as good as another exchange that settled: what went
        wrong on the one before it is over."""
        since, report = self._live_since, self._engine.last_report
        if since is None or report is None or self._engine._clock() - since < _HEALTHY_S:
            return
        self._live_since = None
        await self._engine._ended(report)

    # --- sending --------------------------------------------------------------------------

    async def _send_appends(self) -> None:
        while True:
            await self._store.wait_for_append()
            if not await self._push():
                # Told of something that there was nothing to send of: no busy loop.
                await self._sleep(POLL_S)

    async def _send_others(self) -> None:
        while True:
            await self._sleep(POLL_S)
            if await self._store.changed_elsewhere():
                await self._push()
                await self._tell()

    async def _push(self) -> int:
        """Send what this device has appended; gives the number of envelopes.

        What is appended while a push is under way goes along with the next one.
        """
        async with self._pushing:
            hashes = await self._hashes()
            own = self._store.device_id
            start = {} if self._refused else {own: self._view.heads.get(own, [])}
            cursor: PushCursor | None = PushCursor(start, hashes != self._statement_hashes)
            total = 0
            while cursor is not None:
                batch = await self._store.push_batch(cursor, PUSH_BYTES)
                if not batch.envelopes and not cursor.statements:
                    break
                self._idle_pages_left += 1
                sent = await self._sender.send(batch, cursor)
                total += sent.envelopes
                if not sent.whole:
                    # Another copy of this device, a relay set back: one exchange finds out.
                    await self._exchange()
                    return total
                cursor = batch.next
            self._statement_hashes = hashes
            return total

    async def _hashes(self) -> tuple[bytes, bytes]:
        request = decode_pull_request(await self._store.pull_request(frozenset(), PAGE_BYTES))
        return request.roster_hash, request.erasures_hash


def _within(points: dict[bytes, list[Point]], known: dict[bytes, list[Point]]) -> bool:
    return all(set(new) <= set(known.get(device, ())) for device, new in points.items())
