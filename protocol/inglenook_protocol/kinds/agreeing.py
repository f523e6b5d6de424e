"""What holds once both agreed: rules, steps, goals, commitments, looking back (SPEC 13.5)."""

from __future__ import annotations

from typing import Final

from inglenook_protocol.codec import Bytes32
from inglenook_protocol.kinds.fields import Cadence, DateText, Kind, Payload, Rules, Said, Text, Who


class AgreementGiven(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Agrees to the words of exactly one event."""

    event: Bytes32


class AgreementRevoked(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Takes one's own agreement back, to whatever it was."""


class RulesWritten(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Rules for talking, proposed to both."""

    rules: Rules


class RulesEdited(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Other rules in their place."""

    rules: Rules


class GoalNamed(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A goal for both. ``conversation``: where it was named."""

    text: Said
    conversation: Bytes32 | None
    date: DateText


class GoalEdited(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Other words for the goal."""

    text: Said
    date: DateText


class StepProposed(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Who does what, how often, and what is enough.

    ``need``: which it serves; ``review``: the day to look at it.
    """

    need: Bytes32 | None
    who: Who
    what: Said
    cadence: Cadence
    enough: Text
    begins: DateText
    review: DateText | None


class StepEdited(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Another step in its place."""

    who: Who
    what: Said
    cadence: Cadence
    enough: Text
    begins: DateText
    review: DateText | None


class StepRetired(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The step has had its time."""

    note: Text


class CommitmentWritten(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What both want to hold on to."""

    text: Said
    date: DateText


class CommitmentEdited(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Other words for it."""

    text: Said
    date: DateText


class LookBackProposed(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Which practices may be shown when one of the two asks to look back."""

    practices: Rules


class LookBackEdited(Payload, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Another choice in its place."""

    practices: Rules


AGREEING: Final = (
    Kind("agreement.given", 1, AgreementGiven, False, "shared"),
    Kind("agreement.revoked", 1, AgreementRevoked, False, "shared"),
    Kind("rules.written", 1, RulesWritten, True, "shared"),
    Kind("rules.edited", 1, RulesEdited, False, "shared"),
    Kind("goal.named", 1, GoalNamed, True, "shared"),
    Kind("goal.edited", 1, GoalEdited, False, "shared"),
    Kind("step.proposed", 1, StepProposed, True, "shared"),
    Kind("step.edited", 1, StepEdited, False, "shared"),
    Kind("step.retired", 1, StepRetired, False, "shared"),
    Kind("commitment.written", 1, CommitmentWritten, True, "shared"),
    Kind("commitment.edited", 1, CommitmentEdited, False, "shared"),
    Kind("look_back.proposed", 1, LookBackProposed, True, "shared"),
    Kind("look_back.edited", 1, LookBackEdited, False, "shared"),
)
