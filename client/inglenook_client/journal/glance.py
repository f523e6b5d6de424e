"""The spaces of a journal as the status shows them, with what is odd around them."""

from __future__ import annotations

from datetime import datetime

from inglenook_client.core.model import SpaceStatus
from inglenook_client.journal import computers, noted, reading, refused, relay
from inglenook_client.journal.state import RELAY_AHEAD, JournalState
from inglenook_client.profile import PRIVATE


async def spaces(state: JournalState) -> tuple[list[SpaceStatus], str | None]:
    """All that can be read, the private one first, and when the shared one last settled."""
    carriers = relay.carriers(state)
    found, last_sync = await state.read(lambda stores: reading.space_statuses(stores, carriers))
    names = await computers.name_by_device(state)
    for at, (store, _) in enumerate(state.stores()):
        found[at] = reading.with_names(found[at], names)
        if (left := state.left_when(store)) is not None:
            found[at] = reading.as_left(found[at], left)
        elif store is state.shared:
            if not state.paired and PRIVATE not in state.unreadable:
                found[at] = reading.with_notice(found[at], "pairing-unfinished")
            found[at] = reading.with_clock(found[at], state.settings.get(RELAY_AHEAD))
        if found[at].left is None:
            found[at] = refused.with_refusal(state, found[at])
        found[at] = noted.with_seen(state, found[at])
    return found, last_sync


async def take_note(state: JournalState) -> None:
    """All that is odd by now was read (``noted``)."""
    await noted.take_note(
        state, (await spaces(state))[0], datetime.now().astimezone().isoformat(timespec="seconds")
    )


async def forget_ended(state: JournalState) -> None:
    """After an exchange, if anything was ever taken note of."""
    if noted.anything_seen(state):
        await noted.forget_ended(state, (await spaces(state))[0])
