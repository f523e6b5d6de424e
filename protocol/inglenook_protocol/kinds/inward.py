"""Looking inward, for nobody else (SPEC 13.2): these kinds count in the private space only."""

from __future__ import annotations

from typing import Final

from inglenook_protocol.codec import Bytes32
from inglenook_protocol.kinds.fields import (
    DateText,
    Feelings,
    Half,
    Kind,
    Named,
    Parts,
    Payload,
    Said,
    Text,
)


class InventoryWritten(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What was lost, what one feels and needs, what weighs, what one is curious about."""

    losses: Text
    feelings: Feelings
    needs: Text
    stresses: Text
    curious: Text
    date: DateText


class InventoryEdited(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """An inventory said anew."""

    losses: Text
    feelings: Feelings
    needs: Text
    stresses: Text
    curious: Text
    date: DateText


class ReflectionWritten(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What happened as a neutral third person would tell it, what got in the way, one's own part.

    ``about``: an entity of either space.
    """

    happened: Text
    in_the_way: Text
    own_part: Text
    about: Bytes32 | None
    date: DateText


class ReflectionEdited(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A reflection said anew."""

    happened: Text
    in_the_way: Text
    own_part: Text
    date: DateText


class KindnessIdeaNoted(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """An idea for a kindness."""

    idea: Said


class KindnessIdeaEdited(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """An idea said anew."""

    idea: Said


class KindnessIdeaSetAside(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The idea is done with, whatever became of it."""


class DraftWritten(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Words on their way to being shared.

    ``practice``: what they are for; ``about``: an entity, or a reveal's round.
    """

    practice: Named
    about: Bytes32 | None
    parts: Parts


class DraftEdited(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A draft said anew."""

    parts: Parts


class DraftSetAside(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The draft is done with. ``shared_as``: the event that it became, if it was shared."""

    shared_as: Bytes32 | None


class HalfKept(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What a ``reveal.ready`` of one's own commits to, for one's own devices (SPEC 18.2)."""

    round: Bytes32
    opening: Bytes32
    half: Half


class HideSet(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Leaves an entity out of what is looked back at, on one's own devices."""

    entity: Bytes32


class HideLifted(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """It may be looked back at again."""


INWARD: Final = (
    Kind("inventory.written", 1, InventoryWritten, True, "private"),
    Kind("inventory.edited", 1, InventoryEdited, False, "private"),
    Kind("reflection.written", 1, ReflectionWritten, True, "private"),
    Kind("reflection.edited", 1, ReflectionEdited, False, "private"),
    Kind("kindness_idea.noted", 1, KindnessIdeaNoted, True, "private"),
    Kind("kindness_idea.edited", 1, KindnessIdeaEdited, False, "private"),
    Kind("kindness_idea.set_aside", 1, KindnessIdeaSetAside, False, "private"),
    Kind("draft.written", 1, DraftWritten, True, "private"),
    Kind("draft.edited", 1, DraftEdited, False, "private"),
    Kind("draft.set_aside", 1, DraftSetAside, False, "private"),
    Kind("half.kept", 1, HalfKept, True, "private"),
    Kind("hide.set", 1, HideSet, True, "private"),
    Kind("hide.lifted", 1, HideLifted, False, "private"),
)
