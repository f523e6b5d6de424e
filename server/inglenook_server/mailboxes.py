"""Mailboxes kept in the store, with waiting for a message (SPEC 14.8)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from inglenook_protocol.limits import MAX_INVITE_SECONDS
from inglenook_protocol.messages import (
    CloseMailbox,
    EnterMailbox,
    GetMail,
    Mail,
    OpenMailbox,
    PutMail,
)
from inglenook_server.core import mailbox as rules
from inglenook_server.core.mailbox import REMEMBER_SECONDS, Guest, MailboxFlaw
from inglenook_server.core.ops import (
    DropMailbox,
    Mailbox,
    PutMailbox,
    PutMessage,
    SweepMailboxes,
)
from inglenook_server.errors import RelayError
from inglenook_server.storage.port import Snapshot, Storage

MAX_WAITING: Final = 512
"""Calls that wait for a message at one time."""


class Mailboxes:
    """Expiry, single use and slots hold across a restart, since all of it is in the store."""

    def __init__(self, storage: Storage, max_open: int, clock: Callable[[], float]) -> None:
        self._storage = storage
        self._max_open = max_open
        self._clock = clock
        # One writer at a time: pairing is rare, and what it reads must still hold when it writes.
        self._lock = asyncio.Lock()
        self._waiting: dict[bytes, set[asyncio.Event]] = {}
        self._waiting_count = 0
        self._stopping = False

    async def open(self, request: OpenMailbox) -> None:
        """The registration right was checked before. Raises ``RelayError``."""
        if not 1 <= request.seconds <= MAX_INVITE_SECONDS:
            raise RelayError(
                "too-large", f"An invite lasts up to {MAX_INVITE_SECONDS // 86_400} days."
            )
        async with self._lock:
            now = self._clock()
            held, count = await self._storage.read(
                lambda s: (s.mailbox(request.mailbox), s.count_mailboxes())
            )
            if held is not None:
                same = (held.owner_hash, held.reader_hash) == (
                    request.owner_hash,
                    request.reader_hash,
                )
                if not same:
                    raise RelayError("conflict")
                return
            if count >= self._max_open:
                await self.sweep()
                if await self._storage.read(lambda s: s.count_mailboxes()) >= self._max_open:
                    raise RelayError("slow-down", retry_after_seconds=60)
            mailbox = Mailbox(
                request.mailbox,
                request.owner_hash,
                request.reader_hash,
                int(now) + request.seconds,
                None,
            )
            await self._storage.commit([PutMailbox(mailbox)])

    async def enter(self, mailbox_id: bytes, request: EnterMailbox) -> None:
        """Raises ``RelayError`` (unknown-invite, invite-used, invite-expired)."""
        async with self._lock:
            held = await self._storage.read(lambda s: s.mailbox(mailbox_id))
            entered = rules.enter(held, request.capability, request.claim, self._clock())
            if isinstance(entered, MailboxFlaw):
                raise _answer(entered)
            if entered != held:
                await self._storage.commit([PutMailbox(entered)])

    async def put(self, mailbox_id: bytes, request: PutMail) -> None:
        """Raises ``RelayError``, also conflict for a slot with other bytes."""
        async with self._lock:
            box, held = await self._storage.read(
                lambda s: (s.mailbox(mailbox_id), s.message(mailbox_id, request.slot))
            )
            guest = self._admit(box, request.capability, request.claim)
            written = rules.put(guest, request.slot, request.message, held)
            if isinstance(written, MailboxFlaw):
                raise _answer(written)
            if written:
                op = PutMessage(mailbox_id, request.slot, request.message)
                await self._storage.commit([op])
        self._tell(mailbox_id)

    async def get(self, mailbox_id: bytes, request: GetMail) -> Mail:
        """The message of a slot, waiting up to ``wait_seconds`` for it."""

        def look(snapshot: Snapshot) -> tuple[Mailbox | None, bytes | None]:
            return snapshot.mailbox(mailbox_id), snapshot.message(mailbox_id, request.slot)

        loop = asyncio.get_running_loop()
        until = loop.time() + request.wait_seconds
        event = asyncio.Event()
        if request.wait_seconds:
            if self._waiting_count >= MAX_WAITING:
                raise RelayError("slow-down", retry_after_seconds=5)
            self._waiting_count += 1
            self._waiting.setdefault(mailbox_id, set()).add(event)
        try:
            while True:
                event.clear()
                if self._stopping:
                    raise RelayError("stopping", retry_after_seconds=5)
                box, message = await self._storage.read(look)
                self._admit(box, request.capability, request.claim)
                if message is not None or loop.time() >= until:
                    return Mail(message)
                try:
                    async with asyncio.timeout_at(until):
                        await event.wait()
                except TimeoutError:
                    return Mail(None)
        finally:
            if request.wait_seconds:
                self._waiting_count -= 1
                waiting = self._waiting[mailbox_id]
                waiting.discard(event)
                if not waiting:
                    del self._waiting[mailbox_id]

    async def close(self, mailbox_id: bytes, request: CloseMailbox) -> None:
        """Raises ``RelayError``."""
        async with self._lock:
            box = await self._storage.read(lambda s: s.mailbox(mailbox_id))
            self._admit(box, request.capability, request.claim)
            await self._storage.commit([DropMailbox(mailbox_id)])
        self._tell(mailbox_id)

    async def sweep(self) -> None:
        """Delete what expired."""
        now = int(self._clock())
        await self._storage.commit([SweepMailboxes(now, now - REMEMBER_SECONDS)])

    def stop(self) -> None:
        """Answer everybody who waits."""
        self._stopping = True
        for mailbox_id in list(self._waiting):
            self._tell(mailbox_id)

    def _admit(self, box: Mailbox | None, capability: bytes, claim: bytes) -> Guest:
        guest = rules.admit_guest(box, capability, claim, self._clock())
        if isinstance(guest, MailboxFlaw):
            raise _answer(guest)
        return guest

    def _tell(self, mailbox_id: bytes) -> None:
        for event in self._waiting.get(mailbox_id, ()):
            event.set()


def _answer(flaw: MailboxFlaw) -> RelayError:
    return RelayError(flaw.value)
