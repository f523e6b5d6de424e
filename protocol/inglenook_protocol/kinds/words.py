"""Words kept and answered: names, entries, check-ins, appreciations, replies (SPEC 13.2)."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from inglenook_protocol.codec import Bytes32, Ref
from inglenook_protocol.kinds.fields import (
    Attachments,
    DateText,
    Energy,
    Feelings,
    Form,
    Kind,
    Line,
    Payload,
    Tags,
    Text,
)
from inglenook_protocol.limits import MAX_ERASED

REACTIONS: Final = ("warm", "smile", "hug", "thanks", "with-you")
"""Names of the reactions that this version offers (SPEC 13.3)."""


class MemberIntroduced(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A member says how they are called here."""

    name: Line


class EntryWrittenV1(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """An entry as it was written before there was room for attachments."""

    form: Form
    text: Text
    date: DateText
    tags: Tags
    beside: Bytes32 | None


class EntryWritten(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A moment or a sign of progress. ``beside``: another account of the same moment."""

    form: Form
    text: Text
    date: DateText
    tags: Tags
    beside: Bytes32 | None
    attachments: Attachments = msgspec.field(default_factory=list)


class EntryEditedV1(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """An edit as it was written before there was room for attachments."""

    text: Text
    date: DateText
    tags: Tags


class EntryEdited(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The author's new words for an entry. ``attachments``: None leaves them as they are."""

    text: Text
    date: DateText
    tags: Tags
    attachments: Attachments | None = None


class ReplyWritten(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A reply to an entity."""

    to: Bytes32
    text: Text


class ReplyEdited(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The author's new words for a reply."""

    text: Text


class ReactionGiven(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A warm reaction to an entity."""

    to: Bytes32
    reaction: Line


class ReactionTakenBack(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The author took a reaction back."""


class CheckInMade(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """How someone is: feelings, energy from 1 to 5 or unsaid, what would help."""

    feelings: Feelings
    energy: Energy | None
    note: Text
    would_help: Line
    date: DateText


class CheckInEdited(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A check-in said anew by its author."""

    feelings: Feelings
    energy: Energy | None
    note: Text
    would_help: Line
    date: DateText


class AppreciationNoticed(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What the receiver of a kindness noticed, and what it did."""

    noticed: Text
    effect: Text
    date: DateText


class AppreciationEdited(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """An appreciation said anew by its author."""

    noticed: Text
    effect: Text
    date: DateText


class EntityRedacted(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The author withdraws events (SPEC 12.1): event ids, and the envelopes that hold them."""

    events: Annotated[list[Bytes32], msgspec.Meta(min_length=1, max_length=MAX_ERASED)]
    refs: Annotated[list[Ref], msgspec.Meta(min_length=1, max_length=MAX_ERASED)]
    was: Line
    date: DateText


class DeviceNamed(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What the owner calls a computer, and which devices it is; only in the private space."""

    device: Bytes32
    shared: Bytes32 | None
    name: Line


WORDS: Final = (
    Kind("member.introduced", 1, MemberIntroduced, True, "any"),
    Kind("entry.written", 1, EntryWrittenV1, True, "any"),
    Kind("entry.written", 2, EntryWritten, True, "any"),
    Kind("entry.edited", 1, EntryEditedV1, False, "any"),
    Kind("entry.edited", 2, EntryEdited, False, "any"),
    Kind("reply.written", 1, ReplyWritten, True, "any"),
    Kind("reply.edited", 1, ReplyEdited, False, "any"),
    Kind("reaction.given", 1, ReactionGiven, True, "any"),
    Kind("reaction.taken_back", 1, ReactionTakenBack, False, "any"),
    Kind("check_in.made", 1, CheckInMade, True, "any"),
    Kind("check_in.edited", 1, CheckInEdited, False, "any"),
    Kind("appreciation.noticed", 1, AppreciationNoticed, True, "any"),
    Kind("appreciation.edited", 1, AppreciationEdited, False, "any"),
    Kind("device.named", 1, DeviceNamed, True, "private"),
    Kind("entity.redacted", 1, EntityRedacted, False, "any"),
)
