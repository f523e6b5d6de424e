"""Leaving the shared journal on this device, and beginning another one (SPEC 17.3, 17.4).

Leaving is one mark in the private database. Nothing is sent, nobody is told, no key is dropped:
for everybody else it is the same as this device being offline. What is here stays readable.

    paired ──leave──▶ left ──anew──▶ alone, with an earlier journal ──invite, join──▶ paired

A later shared journal has roots of its own, from the next index of the recovery phrase (SPEC
4.1), so that the relay can't link the two; this is why ``anew`` needs the phrase, once. The old
database keeps its place in the folder under another name.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from inglenook_client.journal.errors import (
    LeftError,
    NotLeftError,
    NotPairedError,
    OpenElsewhereError,
    PairingUnfinishedError,
)
from inglenook_client.journal.phrases import entropy_of
from inglenook_client.journal.state import (
    LEFT,
    PAIRED,
    PAIRING_ROOT,
    RELAY_MOVED,
    RELAY_ORIGIN,
    RELAY_TOKEN,
    SHARED_INDEX,
    JournalState,
    of_earlier,
    open_earlier,
)
from inglenook_client.profile import PRIVATE, SHARED, earlier
from inglenook_client.store.errors import DatabaseBusyError
from inglenook_client.store.locking import alone_with
from inglenook_protocol.errors import LocalProtocolError
from inglenook_protocol.keys import RootKeys

if TYPE_CHECKING:
    from inglenook_client.store.space import SpaceStore


class Leaving:
    """Reached as ``journal.leaving``."""

    def __init__(self, state: JournalState) -> None:
        self._state = state

    @property
    def left_at(self) -> str | None:
        """When this device left the shared journal (ISO 8601); None if it has not."""
        return self._state.left_at

    async def other_own_devices(self) -> int:
        """How many further devices of one's own stand in the shared journal."""
        store = self._state.shared
        if store is None:
            return 0
        roster = (await store.overview()).roster
        return sum(
            1
            for id_ in roster.standing
            if roster.devices[id_].member == store.member and id_ != store.device_id
        )

    async def leave(self) -> str:
        """Leave: from now on nothing is sent or received. Gives when.

        Raises ``NotPairedError``, ``PairingUnfinishedError``, and ``LeftError`` if it was done.
        """
        state = self._state
        if state.left_at is not None:
            raise LeftError(state.left_at)
        state.check_readable(PRIVATE, SHARED)
        if state.shared is None:
            raise NotPairedError()
        if not state.paired:
            raise PairingUnfinishedError()
        at = datetime.now().astimezone().isoformat(timespec="seconds")
        await state.set({LEFT: at.encode()})
        return at

    async def anew(self, words: list[str]) -> None:
        """Make room for another shared journal, with the words of the recovery phrase.

        Raises ``NotLeftError``, ``OpenElsewhereError`` while another process has the journal
        open, and ``LocalProtocolError`` for words that are not this journal's.
        """
        state = self._state
        state.check_readable(PRIVATE, SHARED)
        if state.left_at is None or state.shared is None:
            raise NotLeftError()
        entropy = entropy_of(words)
        if entropy is None or RootKeys(entropy, "private").member_id != state.private.member:
            raise LocalProtocolError(
                "These words are whole, but they belong to another journal.",
                "See whether you have a second paper, and use that one.",
            )
        index = state.shared_index
        await state.shared.close()
        try:
            # First the file, then the marks: ``open_state`` finds it under either name.
            with alone_with(state.profile.path(SHARED)):
                state.profile.rename(SHARED, earlier(index))
        except DatabaseBusyError:
            raise OpenElsewhereError() from None
        kept = {of_earlier(name, index): state.settings.get(name) for name in (LEFT, RELAY_ORIGIN)}
        await state.set(
            {
                **kept,
                SHARED_INDEX: b"%d" % (index + 1),
                PAIRING_ROOT: RootKeys(entropy, "shared", index + 1).export(),
                PAIRED: None,
                LEFT: None,
                RELAY_ORIGIN: None,
                RELAY_TOKEN: None,
                RELAY_MOVED: None,
            }
        )
        state.shared, state.partner = None, None
        await open_earlier(state)

    def exchanged(self) -> list[tuple[SpaceStore, str]]:
        """Every shared journal here, the latest first, with the relay that carries it."""
        state = self._state
        found = [] if state.shared is None else [(state.shared, state.settings.get(RELAY_ORIGIN))]
        for index, store in sorted(state.earlier.items(), reverse=True):
            found.append((store, state.settings.get(of_earlier(RELAY_ORIGIN, index))))
        return [(store, origin.decode()) for store, origin in found if origin is not None]
