"""Which relay carries which journal, and the right to register it there.

Apart from ``together``, because choosing an address needs no network.
"""

from __future__ import annotations

from datetime import datetime

from inglenook_client.core.model import Visibility
from inglenook_client.journal.errors import LeftError, NoRelayYetError
from inglenook_client.journal.state import (
    PRIVATE_RELAY,
    PRIVATE_TOKEN,
    RELAY_MOVED,
    RELAY_ORIGIN,
    RELAY_TOKEN,
    JournalState,
)
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


def private_address(state: JournalState) -> str | None:
    """The origin of the relay that carries the private journal; None while it stays here."""
    origin = state.settings.get(PRIVATE_RELAY)
    return None if origin is None else origin.decode()


def carriers(state: JournalState) -> dict[Visibility, str | None]:
    """What carries each journal."""
    return {"private": private_address(state), "shared": address(state)}


def kept_token(state: JournalState, origin: str) -> str | None:
    """The right to register at a relay, where it is kept for either journal."""
    for at, name in ((private_address(state), PRIVATE_TOKEN), (address(state), RELAY_TOKEN)):
        if at == origin and (kept := state.settings.get(name)) is not None:
            return kept.decode()
    return None


async def carry_private(state: JournalState, relay: str, token: str | None) -> str:
    """Let a relay carry the private journal from the next sync on; gives the origin.

    With no token, the one that is kept for the same address is used, of either journal. Raises
    ``RelayAddressError``.
    """
    before, after = private_address(state), normalise_origin(relay)
    right = kept_token(state, after) if token is None else token
    if before != after:
        await state.private.forget_relay()
    await state.set(
        {PRIVATE_RELAY: after.encode(), PRIVATE_TOKEN: None if right is None else right.encode()}
    )
    return after


async def keep_private_here(state: JournalState) -> None:
    """Exchange the private journal no more; nothing is sent."""
    await state.set({PRIVATE_RELAY: None, PRIVATE_TOKEN: None})
