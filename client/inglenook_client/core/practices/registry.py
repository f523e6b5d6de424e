"""The 27 practices: what each one is made of, as data. The table in the docs is made from it.

``events`` are kinds on the wire, ``commands`` those of ``nook`` (as typed, without options). The
tests of a row's rule are found by their names: ``test_row_15_at_most_three_needs``. ``make docs``
prints the table; a test fails where a row names what does not exist.
"""

from __future__ import annotations

from typing import Final, NamedTuple

PRIVATE: Final = "P"
"""On the author's own devices alone."""
DRAFTED: Final = "D→S"
"""Drafted in private, shared by a second act."""
MUTUAL: Final = "M"
"""Nobody's words leave before both are ready."""
SHARED: Final = "S"
"""Shared when written."""
DERIVED: Final = "-"
"""Made of what others recorded."""


class Practice(NamedTuple):
    """One row of the practices."""

    number: int
    key: str
    """How filters and drafts name it."""
    title: str
    visibility: str
    events: tuple[str, ...]
    shown: tuple[str, ...] = ()
    """Projection kinds that belong to it."""
    commands: tuple[str, ...] = ()


_AGREED: Final = ("agreement.given", "agreement.revoked")
_ROUND: Final = ("half.kept", "reveal.ready", "reveal.taken_back", "reveal.opened")

PRACTICES: Final[tuple[Practice, ...]] = (
    Practice(
        1, "inventory", "Personal inventory", PRIVATE,
        ("inventory.written", "inventory.edited", "draft.written", "draft.edited",
         "draft.set_aside"),
        ("inventory", "draft"),
        ("inventory", "excerpt", "share", "private", "private drop"),
    ),
    Practice(
        2, "check-in", "Check-in", SHARED, ("check_in.made", "check_in.edited"), ("check-in",),
        ("check-in",),
    ),
    Practice(
        3, "ritual", "Rituals", SHARED,
        ("ritual.defined", "ritual.edited", "ritual.kept", "ritual.rested", "ritual.woken"),
        ("ritual", "ritual-kept"),
        ("ritual", "ritual new", "ritual kept", "ritual edit", "ritual rest", "ritual wake"),
    ),
    Practice(
        4, "conversation", "Conversation window", SHARED,
        ("conversation.proposed", "conversation.countered", "conversation.accepted",
         "conversation.declined", "conversation.opened"),
        ("conversation",),
        ("talk", "talk propose", "talk accept", "talk counter", "talk decline", "talk begin",
         "talk open", "talk show", "talk list"),
    ),
    Practice(
        5, "rules", "Ground rules", SHARED, ("rules.written", "rules.edited", *_AGREED),
        ("rules",),
        ("rules", "rules write", "rules agree", "rules revoke"),
    ),
    Practice(
        6, "turn", "Speaking with “I”", DRAFTED, ("draft.written", "turn.spoken"), ("turn",),
        ("talk say", "share", "talk drop"),
    ),
    Practice(
        7, "listening", "Reflective listening", SHARED,
        ("turn.paraphrased", "turn.corrected", "turn.confirmed", "turn.validated",
         "turn.answered", "turn.set_down"),
        ("turn",),
        ("talk hear", "talk confirm", "talk correct", "talk validate", "talk answer",
         "talk leave"),
    ),
    Practice(
        8, "pause", "Pause rule", SHARED,
        ("pause.called", "pause.extended", "pause.resumed", "pause.ended"), ("pause",),
        ("pause", "pause show", "pause resume", "pause end"),
    ),
    Practice(
        9, "goal", "Joint problem", SHARED,
        ("goal.named", "goal.edited", *_AGREED, "acknowledgement.given", "conversation.closed"),
        ("goal", "acknowledgement"),
        ("talk goal", "talk agree", "talk revoke", "talk point", "talk close"),
    ),
    Practice(
        10, "reflection", "Repair after friction", PRIVATE,
        ("reflection.written", "reflection.edited"), ("reflection",),
        ("reflect", "excerpt", "private"),
    ),
    Practice(
        11, "kindness", "Small kindnesses", SHARED,
        ("appreciation.noticed", "appreciation.edited", "kindness_idea.noted",
         "kindness_idea.edited", "kindness_idea.set_aside"),
        ("appreciation", "kindness-idea"),
        ("thank", "kindness", "kindness idea", "kindness edit", "kindness aside"),
    ),
    Practice(
        12, "activity", "Shared activities", SHARED,
        ("activity.imagined", "activity.edited", "activity.planned", "activity.done",
         "activity.set_aside"),
        ("activity",),
        ("activity", "activity idea", "activity plan", "activity done", "activity edit",
         "activity aside", "activity show"),
    ),
    Practice(
        13, "disclosure", "Emotional safety", DRAFTED,
        ("disclosure.shared", "disclosure.edited", "disclosure.look_back_set",
         "disclosure.received", "entity.redacted"),
        ("disclosure",),
        ("tender", "tender tell", "share", "tender show", "tender received", "tender edit",
         "tender look-back", "tender drop", "redact"),
    ),
    Practice(
        14, "reply", "Validation", SHARED, ("reply.written", "reply.edited"), ("reply",),
        ("reply", "talk validate", "edit"),
    ),
    Practice(
        15, "need", "Essential needs", DRAFTED,
        ("need.stated", "need.edited", "need.heard", "need.corrected", "need.confirmed",
         "need.rested", "need.woken"),
        ("need",),
        ("need", "need state", "share", "need hear", "need confirm", "need correct", "need edit",
         "need rest", "need wake", "need drop"),
    ),
    Practice(
        16, "step", "Needs into steps", SHARED,
        ("step.proposed", "step.edited", "step.retired", *_AGREED), ("step",),
        ("step", "step propose", "step agree", "step revoke", "step edit", "step retire"),
    ),
    Practice(
        17, "step-review", "Review of steps", MUTUAL, _ROUND, ("round", "half"),
        ("step-review", "step-review show", "step-review write", "step-review ready",
         "step-review take-back"),
    ),
    Practice(
        18, "couple-time", "Protected couple time", SHARED,
        ("couple_time.planned", "couple_time.moved", "couple_time.kept", "couple_time.let_go"),
        ("couple-time",),
        ("time", "time plan", "time move", "time kept", "time let-go", "reminders"),
    ),
    Practice(
        19, "topic", "Apart from parenting", SHARED,
        ("topic.parked", "topic.edited", "topic.taken_up", "topic.set_aside",
         "topic.parked_again", "exchange.offered"),
        ("topic", "exchange"),
        ("park", "topics", "topics done", "topics drop", "topics again", "topics edit", "word"),
    ),
    Practice(
        20, "rhythm", "Weekly rhythm", SHARED, ("affection.noted", "space.zone_set"),
        ("affection",),
        ("week", "today", "affection", "zone"),
    ),
    Practice(
        21, "week-review", "Weekly review", MUTUAL, _ROUND, ("round", "half"),
        ("review", "review write", "review ready", "review take-back"),
    ),
    Practice(
        22, "setback", "Setbacks", MUTUAL, _ROUND, ("round", "half"),
        ("setback", "setback write", "setback ready", "setback take-back"),
    ),
    Practice(
        23, "journal", "Shared journal", SHARED,
        ("entry.written", "entry.edited", "reply.written", "reaction.given",
         "reaction.taken_back"),
        ("moment", "progress"),
        ("write", "share", "edit", "reply", "react", "timeline", "show", "search", "on-this-day",
         "trends"),
    ),
    Practice(
        24, "milestone", "Celebrate", SHARED, ("milestone.marked", "milestone.edited"),
        ("milestone",),
        ("celebrate",),
    ),
    Practice(
        25, "look-back", "Look back in hard times", DERIVED,
        ("look_back.proposed", "look_back.edited", *_AGREED, "hide.set", "hide.lifted"),
        ("look-back", "hide"),
        ("look-back", "look-back propose", "look-back agree", "look-back revoke", "look-back hide",
         "look-back show-again", "look-back hidden"),
    ),
    Practice(
        26, "keepsake", "Reminders of the commitment", SHARED,
        ("keepsake.pinned", "keepsake.edited", "keepsake.unpinned", "commitment.written",
         "commitment.edited", *_AGREED),
        ("keepsake", "commitment"),
        ("keepsake", "keepsake pin", "keepsake edit", "keepsake unpin", "commitment",
         "commitment write", "commitment agree", "commitment revoke"),
    ),
    Practice(
        27, "coming-and-going", "Coming and going", DERIVED,
        ("member.introduced", "device.named"), ("name", "device"),
        ("start", "invite", "join", "recover", "leave", "anew"),
    ),
)  # fmt: skip
