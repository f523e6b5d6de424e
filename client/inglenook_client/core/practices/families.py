"""One row for each kind that creates a practice's entity: how it folds (SPEC 13).

``edits`` are the kinds whose words take the place of the creating ones, each with who may write
it; where the family has a table that names them, the table decides. ``moves`` are further kinds
that count without a table. ``day`` says at which day of the timeline the entity stands, if any.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from inglenook_client.core.practices import tables
from inglenook_client.core.practices.machine import AUTHOR, EITHER, PARTNER, Table
from inglenook_protocol import kinds
from inglenook_protocol.kinds import Payload

OWN_DATE: Final = "date"
"""The day that the words state."""
STARTS: Final = "starts_ms"
"""The day of the stated moment, where it was stated."""
WRITTEN: Final = "written"
"""The day of the creating event, where it was written."""
DONE: Final = "done"
"""The day on which it was done, as the first who noted it says; none before."""
NO_DAY: Final = ""


class Family(NamedTuple):
    """How the entities of one creating kind fold."""

    shown: str
    """The projection's kind."""
    creating: type[Payload]
    edits: dict[type[Payload], str]
    day: str = NO_DAY
    table: Table | None = None
    moves: dict[type[Payload], str] = {}  # noqa: RUF012 - read only, a row of a table
    target: str = ""
    """The field that names the entity to which this one belongs."""
    agreeable: bool = False
    """Whether it holds once both agreed (SPEC 13.9)."""
    words: tuple[str, ...] = ()
    """Fields that a search looks through."""


_INWARD: Final = (
    Family(
        "inventory", kinds.InventoryWritten, {kinds.InventoryEdited: AUTHOR}, OWN_DATE,
        words=("losses", "feelings", "needs", "stresses", "curious"),
    ),
    Family(
        "reflection", kinds.ReflectionWritten, {kinds.ReflectionEdited: AUTHOR}, OWN_DATE,
        target="about", words=("happened", "in_the_way", "own_part"),
    ),
    Family(
        "kindness-idea", kinds.KindnessIdeaNoted, {kinds.KindnessIdeaEdited: AUTHOR},
        table=tables.KINDNESS_IDEA, words=("idea",),
    ),
    Family(
        "draft", kinds.DraftWritten, {kinds.DraftEdited: AUTHOR}, table=tables.DRAFT,
        target="about", words=("parts",),
    ),
    Family("half", kinds.HalfKept, {}, target="round"),
    Family("hide", kinds.HideSet, {}, table=tables.HIDE, target="entity"),
)  # fmt: skip

_AGREEING: Final = (
    Family(
        "rules", kinds.RulesWritten, {kinds.RulesEdited: EITHER}, table=tables.RULES,
        agreeable=True, words=("rules",),
    ),
    Family(
        "goal", kinds.GoalNamed, {kinds.GoalEdited: EITHER}, OWN_DATE, tables.GOAL,
        target="conversation", agreeable=True, words=("text",),
    ),
    Family(
        "step", kinds.StepProposed, {kinds.StepEdited: EITHER}, table=tables.STEP,
        target="need", agreeable=True, words=("what", "enough"),
    ),
    Family(
        "commitment", kinds.CommitmentWritten, {kinds.CommitmentEdited: EITHER}, OWN_DATE,
        tables.COMMITMENT, agreeable=True, words=("text",),
    ),
    Family(
        "look-back", kinds.LookBackProposed, {kinds.LookBackEdited: EITHER},
        table=tables.LOOK_BACK, agreeable=True,
    ),
)  # fmt: skip

_TALKING: Final = (
    Family(
        "conversation", kinds.ConversationProposed, {kinds.ConversationCountered: EITHER},
        STARTS, tables.CONVERSATION, target="about", words=("topic", "note"),
    ),
    Family(
        "turn", kinds.TurnSpoken, {}, WRITTEN, tables.TURN, target="conversation",
        words=("observation", "feeling", "effect", "wish"),
    ),
    Family(
        "acknowledgement", kinds.AcknowledgementGiven, {}, WRITTEN, target="to", words=("text",)
    ),
    Family("pause", kinds.PauseCalled, {}, WRITTEN, tables.PAUSE, target="conversation"),
)  # fmt: skip

_NEEDING: Final = (
    Family(
        "need", kinds.NeedStated, {kinds.NeedEdited: AUTHOR}, OWN_DATE, tables.NEED,
        words=("need", "why"),
    ),
    Family(
        "disclosure", kinds.DisclosureShared, {kinds.DisclosureEdited: AUTHOR}, OWN_DATE,
        moves={kinds.DisclosureLookBackSet: AUTHOR, kinds.DisclosureReceived: PARTNER},
        words=("text",),
    ),
)  # fmt: skip

_TENDING: Final = (
    Family(
        "ritual", kinds.RitualDefined, {kinds.RitualEdited: EITHER}, table=tables.RITUAL,
        words=("name", "words"),
    ),
    Family("ritual-kept", kinds.RitualKept, {}, OWN_DATE, target="ritual", words=("note",)),
    Family(
        "activity", kinds.ActivityImagined, {kinds.ActivityEdited: AUTHOR}, DONE,
        tables.ACTIVITY, words=("idea", "note"),
    ),
    Family(
        "couple-time", kinds.CoupleTimePlanned, {}, STARTS, tables.COUPLE_TIME, words=("note",)
    ),
    Family(
        "topic", kinds.TopicParked, {kinds.TopicEdited: AUTHOR}, OWN_DATE, tables.TOPIC,
        words=("text",),
    ),
    Family("exchange", kinds.ExchangeOffered, {}, OWN_DATE, words=("text",)),
    Family("affection", kinds.AffectionNoted, {}, OWN_DATE, words=("note",)),
)  # fmt: skip

_KEEPING: Final = (
    Family(
        "milestone", kinds.MilestoneMarked, {kinds.MilestoneEdited: AUTHOR}, OWN_DATE,
        target="about", words=("text",),
    ),
    Family(
        "keepsake", kinds.KeepsakePinned, {kinds.KeepsakeEdited: AUTHOR}, OWN_DATE,
        tables.KEEPSAKE, target="about", words=("title", "text"),
    ),
)  # fmt: skip

FAMILIES: Final = (*_INWARD, *_AGREEING, *_TALKING, *_NEEDING, *_TENDING, *_KEEPING)

FAMILY_BY_PAYLOAD: Final = {family.creating: family for family in FAMILIES}
FAMILY_BY_SHOWN: Final = {family.shown: family for family in FAMILIES}

ROUND: Final = "round"
"""The projection's kind of a reveal's round, which no event creates (SPEC 18.1)."""
ZONE: Final = "zone"
"""The projection's kind of the space's own entity (SPEC 18.7)."""

WAS_BY_SHOWN: Final = {
    family.shown: kinds.KIND_BY_PAYLOAD[family.creating][0] for family in FAMILIES
}
"""By projection kind: what a redaction names as ``was``."""
SHOWN_BY_WAS: Final = {was: shown for shown, was in WAS_BY_SHOWN.items()}
