"""Which relay carries the shared journal, and the right to register it there.

Apart from ``together``, because choosing an address needs no network.
"""

from __future__ import annotations

from datetime import datetime

from inglenook_client.journal.errors import LeftError, NoRelayYetError
from inglenook_client.journal.state import RELAY_MOVED, RELAY_ORIGIN, RELAY_TOKEN, JournalState
from inglenook_client.profile import PRIVATE, SHARED
from inglenook_client.sync.origin import normalise_origin


def address(state: JournalState) -> str | None:
    """The relay's origin; None before pairing."""
    origin = state.settings.get(RELAY_ORIGIN)
    return None if origin is None else origin.decode()


def moved(state: JournalState) -> str | None:
    """When the address was changed here (ISO 8601); None if it is the one that paired."""
    at = state.settings.get(RELAY_MOVED)
    return None if at is None else at.decode()


async def change(state: JournalState, relay: str | None, token: str | None) -> str:
    """Use another relay from the next sync on, another token, or both; gives the origin.

    A token is the word of one relay: with another address and no token, none is kept.

    Raises ``NoRelayYetError`` before pairing, and ``RelayAddressError``.
    """
    if state.left_at is not None:
        raise LeftError(state.left_at)
    state.check_readable(PRIVATE, SHARED)
    before = address(state)
    if state.shared is None or before is None:
        raise NoRelayYetError()
    after = before if relay is None else normalise_origin(relay)
    if after == before:
        if token is not None:
            await state.set({RELAY_TOKEN: token.encode()})
        return after
    # First the marks: should it end between the two, the old relay is told too much once.
    await state.shared.forget_relay()
    await state.set(
        {
            RELAY_ORIGIN: after.encode(),
            RELAY_TOKEN: None if token is None else token.encode(),
            RELAY_MOVED: datetime.now().astimezone().isoformat(timespec="seconds").encode(),
        }
    )
    return after
