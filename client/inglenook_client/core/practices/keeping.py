"""Commands for what is kept in sight (PRACTICES 24, 26)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from inglenook_client.core.practices.deciding import amended, check_author, check_move, maybe, words
from inglenook_client.core.practices.errors import ChoiceError, NoPhotosYetError
from inglenook_client.core.practices.state import PracticeState
from inglenook_client.core.practices.tables import KEEPSAKE
from inglenook_protocol.kinds import (
    KeepsakeEdited,
    KeepsakePinned,
    KeepsakeUnpinned,
    MilestoneEdited,
    MilestoneMarked,
)

FORMS: Final = ("note", "symbol")
"""What can be pinned; photos come with attachments."""


def mark_milestone(text: str, date: str, about: bytes | None = None) -> MilestoneMarked:
    """A small improvement, worded for the couple."""
    return MilestoneMarked(words(text, "it"), about, date)


def edit_milestone(state: PracticeState, me: bytes, **changes: Any) -> MilestoneEdited:
    """The milestone said anew."""
    check_author(state, me)
    return amended(state, MilestoneEdited, changes)


def pin_keepsake(
    title: str, date: str, *, form: str = "note", text: str = "", about: bytes | None = None
) -> KeepsakePinned:
    """A note or a symbol to keep in sight."""
    if form == "photo":
        raise NoPhotosYetError()
    if form not in FORMS:
        raise ChoiceError(form, FORMS)
    pinned: Any = form
    return KeepsakePinned(pinned, words(title, "the keepsake"), maybe(text), None, about, date)


def edit_keepsake(
    state: PracticeState, me: bytes, without: Collection[str] = (), **changes: Any
) -> KeepsakeEdited:
    """The keepsake said anew."""
    check_author(state, me)
    return amended(state, KeepsakeEdited, changes, without)


def unpin_keepsake(state: PracticeState, me: bytes) -> KeepsakeUnpinned:
    """No longer in sight."""
    check_move(KEEPSAKE, state, "keepsake.unpinned", me)
    return KeepsakeUnpinned()
