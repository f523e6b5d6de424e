"""Erasing one's own words at the relay, and receipts of what became of it (SPEC 12).

Apart from a sync: it works after leaving too, when nothing else is exchanged. Only the erasures
go out; nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from inglenook_client.core.model import EntryView, Receipt
from inglenook_client.core.ports import SyncProgress
from inglenook_client.journal import reading
from inglenook_client.journal.errors import NotPairedError, NotYoursError
from inglenook_client.journal.leaving import Leaving
from inglenook_client.journal.state import JournalState
from inglenook_client.store.space import SpaceStore
from inglenook_protocol.codec import encode
from inglenook_protocol.errors import LocalProtocolError
from inglenook_protocol.limits import PAGE_BYTES
from inglenook_protocol.messages import PushRequest
from inglenook_protocol.roster import Statement

_Part = tuple[SpaceStore, str, bytes | None]
"""A shared journal, its relay, and one entity of it, or all."""


class Erasing:
    """Reached as ``journal.erasing``."""

    def __init__(self, state: JournalState) -> None:
        self._state = state

    async def _parts(self, entry: str | None) -> list[_Part]:
        exchanged = Leaving(self._state).exchanged()
        if not exchanged:
            raise NotPairedError()
        if entry is None:
            return [(store, origin, None) for store, origin in exchanged]
        stores = [store for store, _ in self._state.stores()]
        store, row = await reading.find(stores, entry)
        for shared, origin in exchanged:
            if shared is store:
                if row.projection.author != store.member:
                    raise NotYoursError()
                return [(store, origin, row.id)]
        raise LocalProtocolError(
            "This is in your private journal: the relay does not have it.",
            "To take it back here: nook redact",
        )

    async def count(self, entry: str | None) -> int:
        """How many steps of one's own can still be erased: of an entry, or (None) of all that
        was ever shared.

        Raises ``NotPairedError``, ``NotYoursError``, ``LocalProtocolError`` for a private entry.
        """
        return sum([await store.erasures.count(id_) for store, _, id_ in await self._parts(entry)])

    async def erase(
        self, entry: str | None, progress: Callable[[SyncProgress], None] | None = None
    ) -> int:
        """Have the relay delete its copy; gives how many steps were not erased before.

        When it returns, the relay has confirmed. Own words stay here, and with the other person.
        Stopped anywhere, it goes on when it is called again. Raises as ``count``,
        ``ErasureRoomError``, and the relay's errors.
        """

        def signed(count: int) -> None:
            if progress is not None:
                progress(SyncProgress("sending", count))

        total = 0
        for store, origin, id_ in await self._parts(entry):
            total += await store.erasures.sign(id_, signed)
            await self._send(store, origin)
        return total

    async def _send(self, store: SpaceStore, origin: str) -> None:
        from inglenook_client.sync.ports import SpaceLogin
        from inglenook_client.sync.transport import RelayTransport

        statements, last = await store.erasures.unconfirmed()
        if not statements:
            return
        login = SpaceLogin(store.space_id, store.device_id, store.sign_login)
        async with RelayTransport(origin, login) as transport:
            for batch in _batches(statements):
                await transport.push(encode(PushRequest(batch, [])))
        await store.erasures.confirm(last)

    async def with_receipts(self, view: EntryView) -> EntryView:
        """An entry with what is known of the erasing of one's own words in it."""
        if view.visibility != "shared":
            return view
        own = [reply for reply in view.replies if reply.by == "me"]
        ids = ([view.id] if view.by == "me" else []) + [reply.id for reply in own]
        for store, _ in Leaving(self._state).exchanged():
            found = await store.erasures.receipts([bytes.fromhex(id_) for id_ in ids])
            by_id = dict(zip(ids, found, strict=True))
            if any(found):
                return _with(view, by_id)
        return view


def _with(view: EntryView, by_id: dict[str, Receipt | None]) -> EntryView:
    replies = [
        msgspec.structs.replace(reply, receipt=by_id.get(reply.id)) for reply in view.replies
    ]
    return msgspec.structs.replace(view, receipt=by_id.get(view.id), replies=replies)


def _batches(statements: list[Statement]) -> Iterator[list[Statement]]:
    batch: list[Statement] = []
    size = 0
    for statement in statements:
        batch.append(statement)
        size += len(statement.content) + 80
        if size >= PAGE_BYTES // 2:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
