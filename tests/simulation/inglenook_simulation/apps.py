"""The app on one computer: the real facade of a journal over the parts that a person has there.

A computer has a part in the shared space and, once its person has written something private on
it, one in the private space. ``journal_of`` gives what a person works with there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from inglenook_client.journal.facade import Journal
from inglenook_client.journal.state import LEFT, NAME, PAIRED, RELAY_APART, JournalState
from inglenook_client.journal.together import _see_to_practices
from inglenook_client.profile import Profile
from inglenook_simulation.acting import acting

if TYPE_CHECKING:
    from inglenook_simulation.device import Device

_NO_PROFILE: Final = cast(Profile, None)
"""There are no files: whatever would look for some is not practised here."""


def state_of(shared: Device | None, private: Device | None) -> JournalState:
    """An open journal's parts, as the app holds them."""
    first = shared or private
    settings: dict[str, bytes | None] = {
        NAME: b"" if first is None else first.name[:3].encode(),
        PAIRED: None if shared is None else b"1",
    }
    if shared is not None and shared.apart_ms is not None:
        settings[RELAY_APART] = b"%d" % shared.apart_ms
    if shared is not None and shared.left_at is not None:
        settings[LEFT] = shared.left_at.encode()
    return JournalState(
        _NO_PROFILE,
        None if private is None else private.store,
        None if shared is None else shared.store,
        settings,
        None,
    )


def journal_of(shared: Device | None, private: Device | None) -> Journal:
    """What a person works with on one computer."""
    return Journal(state_of(shared, private))


async def see_to_practices(device: Device) -> bool:
    """What follows from an exchange by itself; whether there is something to push."""
    private = device.world.private_part_of(device)
    if private is not None and private.ended:
        private = None
    with acting(device):
        return await _see_to_practices(state_of(device, private), device.store)
