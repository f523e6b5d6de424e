"""What is kept in sight: milestones, keepsakes (SPEC 13.12)."""

from __future__ import annotations

from typing import Final

from inglenook_protocol.codec import Bytes32
from inglenook_protocol.kinds.fields import (
    Attachment,
    DateText,
    Kind,
    Line,
    Payload,
    Pinned,
    Said,
    Text,
)


class MilestoneMarked(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A small improvement, worded for the couple."""

    text: Said
    about: Bytes32 | None
    date: DateText


class MilestoneEdited(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The milestone said anew."""

    text: Said
    date: DateText


class KeepsakePinned(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A photo, a note or a symbol to keep in sight. ``photo``: None until there are attachments."""

    form: Pinned
    title: Line
    text: Text
    photo: Attachment | None
    about: Bytes32 | None
    date: DateText


class KeepsakeEdited(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The keepsake said anew."""

    title: Line
    text: Text
    date: DateText


class KeepsakeUnpinned(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """No longer in sight."""


KEEPING: Final = (
    Kind("milestone.marked", 1, MilestoneMarked, True, "shared"),
    Kind("milestone.edited", 1, MilestoneEdited, False, "shared"),
    Kind("keepsake.pinned", 1, KeepsakePinned, True, "any"),
    Kind("keepsake.edited", 1, KeepsakeEdited, False, "any"),
    Kind("keepsake.unpinned", 1, KeepsakeUnpinned, False, "any"),
)
