"""One exchange with a relay, from ``have`` to settled: I/O around ``SyncSession`` (SPEC 15).

A first page comes by HTTP. If there is more, the rest comes over the stream, where the relay
goes on sending while the store admits; what has arrived meanwhile is admitted together
(``ahead``). The loop has little to do, since pages are neither decoded nor copied here.

What the relay holds is remembered (``RelayView``) and named in the next ``have`` beside the
own heads. A relay passes over points that it does not know, so naming only a head that it
lacks would make it send all of that log again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Final, TypeVar

import msgspec

from inglenook_client.core.ports import (
    PushBatch,
    PushCursor,
    RelayAddress,
    SyncProgress,
    SyncReport,
    SyncStore,
)
from inglenook_client.sync.ahead import ReadAhead
from inglenook_client.sync.errors import (
    RelayError,
    RelayFullError,
    RelayProtocolError,
    RelayRefusedError,
    RelaySilentError,
    RelayUnreachableError,
    SlowDownError,
    UnknownSpaceError,
)
from inglenook_client.sync.ports import Sleep, SpaceTransport
from inglenook_client.sync.together import together
from inglenook_protocol.codec import Point, encode
from inglenook_protocol.errors import RemoteProtocolError
from inglenook_protocol.limits import MAX_HEADS, PAGE_BYTES
from inglenook_protocol.messages import (
    Accepted,
    Duplicate,
    LogPoints,
    PushResult,
    decode_pull_request,
)
from inglenook_protocol.session import (
    PageOutcome,
    Pull,
    Push,
    Register,
    Settle,
    Step,
    SyncSession,
)

T = TypeVar("T")

PUSH_BYTES: Final = PAGE_BYTES
RECEIVING: Final = "receiving"
SENDING: Final = "sending"
"""Stages of ``SyncProgress``."""
NO_ROOM: Final = "quota"
"""What is said of a log that its member's share of the relay has no room for (SPEC 14.1)."""
_MAX_WAITS: Final = 8
_MAX_WAIT_S: Final = 60.0
_MAX_STREAMS: Final = 3
_MAX_KNOWN_PAGES: Final = 256
"""Pages of the stream that may bring only what is held: a log forked long ago starts so."""


class RelayView:
    """What of the relay's copy is known and held here too. Lives as long as the engine."""

    def __init__(self) -> None:
        self.heads: dict[bytes, list[Point]] = {}
        self.acknowledged: dict[bytes, int] = {}

    def note_page(self, outcome: PageOutcome, own: bytes | None = None) -> None:
        """A page was admitted. ``own``: a log whose newer pushed head is not to go back."""
        for device, points in outcome.relay.items():
            foreign = outcome.not_held.get(device, ())
            both = [point for point in points if point not in foreign]
            old = self.heads.get(device)
            if device == own and old and (not both or max(both) < max(old)):
                continue
            self.heads[device] = both

    def news(self) -> dict[bytes, int]:
        """Seqs up to which the relay is newly known to hold logs."""
        return {
            device: seq
            for device, points in self.heads.items()
            if points and (seq := points[-1].seq) > self.acknowledged.get(device, 0)
        }

    def add_to(self, pull_request: bytes) -> bytes:
        """The request with the relay's own heads in ``have`` (SPEC 14.5)."""
        request = decode_pull_request(pull_request)
        have = [
            LogPoints(log.device, sorted({*log.points, *self.heads.get(log.device, ())}))
            for log in request.have
        ]
        if have == request.have:
            return pull_request
        have = [LogPoints(log.device, log.points[-MAX_HEADS:]) for log in have]
        return encode(msgspec.structs.replace(request, have=have))


class Sent(msgspec.Struct, frozen=True):
    """What became of one batch."""

    results: list[tuple[bytes, PushResult]]
    """By device, one for each run."""
    envelopes: int
    """How many the relay newly took."""
    whole: bool
    """Whether all of it is at the relay now."""


class Sender:
    """Pushes batches, waits where the relay asks for it, and tells the store."""

    def __init__(
        self, store: SyncStore, transport: SpaceTransport, sleep: Sleep, view: RelayView
    ) -> None:
        self._store = store
        self._transport = transport
        self._sleep = sleep
        self._view = view

    async def patiently(self, call: Callable[[bytes], Awaitable[T]], body: bytes) -> T:
        """The call's value, after as many short waits as the relay asks for, within reason.

        Raises ``SlowDownError`` when it asks for too many or for a long one.
        """
        for _ in range(_MAX_WAITS):
            try:
                return await call(body)
            except SlowDownError as error:
                if error.retry_after_s > _MAX_WAIT_S:
                    raise
                await self._sleep(max(error.retry_after_s, 0.05))
        return await call(body)

    async def send(self, batch: PushBatch, start: PushCursor) -> Sent:
        """Push one batch that began at ``start``. Raises the transport's errors, and
        ``RelayProtocolError`` when the answer does not fit the batch."""
        results = await self.patiently(self._transport.push, batch.body)
        if len(results) != len(batch.devices):
            raise RelayProtocolError("The relay's answer does not fit what was sent.")
        at = {d: max((p.seq for p in ps), default=0) for d, ps in start.start_by_device.items()}
        taken = 0
        whole = True
        if all(isinstance(result, Accepted) for result in results):
            taken = batch.envelopes
        for device, result in zip(batch.devices, results, strict=True):
            if not isinstance(result, Accepted | Duplicate):
                whole = False
                continue
            # Never more than was sent: the relay's word does not reach further.
            seq = min(result.head_seq, max(p.seq for p in batch.reaches[device]))
            if isinstance(result, Accepted):
                # Among others that were not taken, the seqs tell about how many were.
                taken += max(0, seq - at.get(device, 0))
            at[device] = max(seq, at.get(device, 0))
        for device, points in batch.reaches.items():
            if whole and at.get(device, 0) >= points[-1].seq:
                self._view.heads[device] = points
            else:
                whole = False
        acknowledged = {device: at[device] for device in dict.fromkeys(batch.devices)}
        await self.acknowledge(acknowledged)
        return Sent(
            list(zip(batch.devices, results, strict=True)), min(taken, batch.envelopes), whole
        )

    async def acknowledge(self, seq_by_device: dict[bytes, int]) -> None:
        """Tell the store what is new in this."""
        known = self._view.acknowledged
        news = {d: seq for d, seq in seq_by_device.items() if seq > known.get(d, 0)}
        if news:
            await self._store.acknowledged(news)
            known.update(news)


class Exchange:
    """Runs one session. Made for one use."""

    def __init__(
        self,
        store: SyncStore,
        transport: SpaceTransport,
        address: RelayAddress,
        sleep: Sleep,
        view: RelayView,
        progress: Callable[[SyncProgress], None] | None = None,
    ) -> None:
        self._store = store
        self._transport = transport
        self._address = address
        self._view = view
        self._sender = Sender(store, transport, sleep, view)
        self._progress = progress
        self._session = SyncSession()
        self._stack = AsyncExitStack()
        self._stream: ReadAhead | None = None
        self._streams_left = _MAX_STREAMS
        self._known_pages = 0
        self._bulk = False
        self._stalled: frozenset[bytes] = frozenset()
        self._held: dict[bytes, list[Point]] | None = None
        self._cursor: PushCursor | None = None
        self._queue: list[PushCursor] = []
        """What is pushed after the cursor: logs, each by itself, once a share was used up."""
        self._full: RelayFullError | None = None
        self._batch: PushBatch | None = None
        self._received = 0
        self._sent = 0
        self._registered = False

    async def run(self) -> SyncReport:
        """Until both sides hold the same, as far as this side can tell.

        Raises the transport's errors, and ``RemoteProtocolError`` for a relay that does not
        keep to the protocol. What was admitted until then stays.
        """
        step = self._session.start()
        async with self._stack:
            while not isinstance(step, Settle):
                try:
                    step = await self._do(step)
                except UnknownSpaceError:
                    await self._leave_stream()
                    step = self._session.on_unknown_space()
                except RelayRefusedError as error:
                    # Somebody registered the space there without this device, as after a wipe;
                    # or it was removed, and what the root signed since undoes that (SPEC 7.3).
                    # The relay is told, and no right is needed for that.
                    if error.code not in ("login", "not-a-member") or self._registered:
                        raise
                    await self._leave_stream()
                    step = self._session.on_unknown_space()
        if self._full is not None and self._store.device_id in self._session.no_room:
            raise self._full
        no_room = dict.fromkeys(sorted(self._session.no_room), NO_ROOM)
        return SyncReport(
            received=self._received,
            sent=self._sent,
            registered=self._registered,
            refused_by_device=no_room | {d: r.value for d, r in self._session.refused.items()},
            not_given_by_device=self._session.not_given,
        )

    async def _do(self, step: Step) -> Step:
        if isinstance(step, Pull):
            return self._session.on_page(await self._pull(step.deepen))
        if isinstance(step, Register):
            genesis, statements = await self._store.registration()
            await self._transport.register(self._address.token, genesis, statements)
            self._registered = True
            # Whatever was known of its copy is of another one.
            self._view.heads.clear()
            return self._session.on_registered()
        if isinstance(step, Push):
            await self._leave_stream()
            self._cursor = PushCursor(step.start_by_device, step.statements)
            self._queue.clear()
            self._batch = None
        try:
            return await self._push()
        except RelayFullError as error:
            if error.code != NO_ROOM:
                raise
            return self._push_apart(error)

    # --- pulling --------------------------------------------------------------------------

    async def _pull(self, deepen: frozenset[bytes]) -> PageOutcome:
        pages = await self._pages(deepen)
        outcome = await self._admit(pages)
        # What is held may also grow through another process that admits the same pages.
        moved = outcome.new > 0 or (self._held is not None and outcome.held != self._held)
        self._held = outcome.held
        self._view.note_page(outcome)
        self._received += outcome.new
        self._tell(RECEIVING, self._received)
        if not outcome.more:
            await self._leave_stream()
            await self._sender.acknowledge(self._view.news())
            return outcome
        self._bulk = True
        if not moved:
            self._stalled = frozenset(
                device
                for device, points in outcome.held.items()
                if points and points != outcome.relay.get(device)
            )
            if self._stream is not None and self._known_pages < _MAX_KNOWN_PAGES:
                self._known_pages += len(pages)
                moved = True
        return msgspec.structs.replace(outcome, new=1) if moved and not outcome.new else outcome

    async def _admit(self, pages: list[bytes]) -> PageOutcome:
        try:
            return await self._store.admit_page(*pages)
        except RemoteProtocolError:
            if len(pages) == 1:
                raise
        # One of them is not valid, and nothing of all was kept: what comes before it counts.
        new = 0
        for page in pages:
            outcome = await self._store.admit_page(page)
            new += outcome.new
        return msgspec.structs.replace(outcome, new=new)

    async def _pages(self, deepen: frozenset[bytes]) -> list[bytes]:
        if self._stream is not None and not deepen:
            try:
                return await self._stream.take()
            except (RelayUnreachableError, SlowDownError) as error:
                if isinstance(error, RelaySilentError):
                    # A minute of a person's time is enough: the rest comes page by page.
                    self._streams_left = 0
                # It goes on from what is held now, which is all that was admitted.
                await self._leave_stream()
        await self._leave_stream()
        held = await self._store.pull_request(deepen | self._stalled, PAGE_BYTES)
        request = self._view.add_to(held)
        if self._bulk and await self._enter_stream(request):
            return await self._pages(frozenset())
        return [await self._sender.patiently(self._transport.pull, request)]

    async def _enter_stream(self, request: bytes) -> bool:
        """Whether the rest comes over a stream; where none can be had, pages come by HTTP."""
        if not self._streams_left:
            return False
        self._streams_left -= 1
        try:
            stream = await self._stack.enter_async_context(self._transport.stream())
            await stream.ask(request)
        except UnknownSpaceError:
            raise
        except (RelayError, RelayProtocolError):
            await self._stack.aclose()
            self._streams_left = 0
            return False
        self._stream = await self._stack.enter_async_context(ReadAhead(stream))
        return True

    async def _leave_stream(self) -> None:
        if self._stream is not None:
            self._stream = None
            await self._stack.aclose()

    # --- pushing --------------------------------------------------------------------------

    async def _push(self) -> Step:
        cursor = self._cursor
        if cursor is None:
            return self._session.on_pushed([], more=False)
        batch = self._batch or await self._store.push_batch(cursor, PUSH_BYTES)
        if not batch.envelopes and not cursor.statements:
            return self._session.on_pushed([], more=False)
        if batch.next is None:
            sent = await self._sender.send(batch, cursor)
            self._batch = None
        else:
            # The store reads the next batch while this one travels.
            sent, self._batch = await together(
                self._sender.send(batch, cursor), self._store.push_batch(batch.next, PUSH_BYTES)
            )
        self._cursor = batch.next or self._next_queued()
        self._sent += sent.envelopes
        self._tell(SENDING, self._sent)
        return self._session.on_pushed(sent.results, more=self._cursor is not None)

    def _next_queued(self) -> PushCursor | None:
        return self._queue.pop(0) if self._queue else None

    def _push_apart(self, error: RelayFullError) -> Step:
        """A member's share is used up, and the relay took nothing of the batch: what is of the
        other one has to come there all the same (SPEC 15.1)."""
        cursor, self._batch, self._full = self._cursor, None, error
        if cursor is None:
            raise error
        logs = cursor.start_by_device
        if len(logs) == 1 and not cursor.statements:
            self._cursor = self._next_queued()
            [device] = logs
            return self._session.on_no_room(device, more=self._cursor is not None)
        if not logs:
            raise error  # the statements by themselves are too many
        apart = [PushCursor({device: points}, False) for device, points in logs.items()]
        statements = [PushCursor({}, True)] if cursor.statements else []
        self._queue = [*statements, *apart, *self._queue]
        self._cursor = self._next_queued()
        return self._session.on_pushed([], more=True)

    def _tell(self, stage: str, done: int) -> None:
        if self._progress is not None:
            self._progress(SyncProgress(stage, done))
