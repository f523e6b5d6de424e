"""Into which journal something goes, and whether anything may be added to it now."""

from __future__ import annotations

from inglenook_client.core.model import Visibility
from inglenook_client.journal.errors import LeftError, NotPairedError, PairingUnfinishedError
from inglenook_client.journal.state import JournalState
from inglenook_client.store.space import SpaceStore


def writable(state: JournalState, visibility: Visibility) -> SpaceStore:
    """The journal to write into.

    Raises ``NotPairedError``, ``PairingUnfinishedError``, ``LeftError``, and
    ``JournalUnreadableError`` where a file can't be read.
    """
    if visibility == "private":
        return state.private
    state.check_readable("private", "shared")
    if state.shared is None:
        raise NotPairedError()
    check_not_left(state, state.shared)
    if not state.paired:
        raise PairingUnfinishedError()
    return state.shared


def check_not_left(state: JournalState, store: SpaceStore) -> None:
    """Raises ``LeftError`` for a journal to which nothing is added any more."""
    if (at := state.left_when(store)) is not None:
        raise LeftError(at)
