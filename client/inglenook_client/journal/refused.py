"""Whether a relay takes this device for removed, and since when.

The statement that removes a device never reaches the device itself: the relay answers it no more
(SPEC 14.3). So what it can tell its owner is what the relay says, and since when; only a removal
that it holds, as after one that crossed its own, is known for sure.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

import msgspec

from inglenook_client.core.model import SpaceStatus
from inglenook_client.core.notices import notice
from inglenook_client.journal.state import JournalState
from inglenook_client.profile import PRIVATE

REFUSED: Final = {"shared": "refused", "private": "private_refused"}
"""Settings: since when the relay of each journal refuses this device, ISO 8601."""


@asynccontextmanager
async def noting(state: JournalState, kind: str) -> AsyncIterator[None]:
    """Remember a refusal that ends what is done inside."""
    from inglenook_client.sync.errors import NotAMemberError

    try:
        yield
    except NotAMemberError:
        if PRIVATE not in state.unreadable and state.settings.get(REFUSED[kind]) is None:
            at = datetime.now().astimezone().isoformat(timespec="seconds")
            await state.set({REFUSED[kind]: at.encode()})
        raise


async def taken_again(state: JournalState, kind: str) -> None:
    """An exchange settled: the relay knows this device."""
    if PRIVATE not in state.unreadable and state.settings.get(REFUSED[kind]) is not None:
        await state.set({REFUSED[kind]: None})


def with_refusal(state: JournalState, status: SpaceStatus) -> SpaceStatus:
    """The status with what there is to say of it, and since when."""
    stored = None if PRIVATE in state.unreadable else state.settings.get(REFUSED[status.kind])
    if stored is None:
        return status
    since = stored.decode()
    notices = [
        msgspec.structs.replace(one, since=since) if one.what == "removed-here" else one
        for one in status.notices
    ]
    if not any(one.what == "removed-here" for one in notices):
        notices.append(msgspec.structs.replace(notice("refused-here"), since=since))
    return msgspec.structs.replace(status, notices=notices)
