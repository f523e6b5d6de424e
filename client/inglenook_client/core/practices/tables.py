"""The state tables of the practices (SPEC 13.5). The drawings in client/PRACTICES.md are these.

A row is (state, kind, who, next, when, note). Rows with ``CROSSING`` say what comes of two moves
that crossed; their notes say why it is the kinder outcome.
"""

from __future__ import annotations

from typing import Final

from inglenook_client.core.practices.machine import (
    ANSWERER,
    AUTHOR,
    CROSSING,
    EITHER,
    KEEP,
    KNOWING,
    PARTNER,
    Row,
    Table,
)

STANDING: Final = "standing"
"""It names a proposal of the other's that no later one follows."""
ANOTHER: Final = "another"
"""It names a standing proposal other than the one that was accepted."""
TOGETHER: Final = "together"
"""The proposal is for one device, or for what was said already: nobody has to answer first."""
CURRENT_WORDS: Final = "current-words"
"""It names the words as they stand."""
A_PARAPHRASE: Final = "a-paraphrase"
"""It names a paraphrase that counts, of the words as they stand."""
AFTER_HEARD: Final = "after-heard"
"""Its writer had seen the confirmation."""
BOTH_AGREE: Final = "both-agree"
"""With it, both agree to one version."""
MATCHES: Final = "matches"
"""It opens what the same person's ``reveal.ready`` committed to."""
THEIRS_OPEN: Final = "theirs-open"
"""The other's half is open already."""

CONVERSATION: Final = Table(
    "conversation",
    "proposed",
    (
        Row("proposed", "conversation.accepted", EITHER, "agreed", (STANDING,)),
        Row("proposed", "conversation.countered", EITHER, "proposed"),
        Row("proposed", "conversation.declined", EITHER, "let-go"),
        Row("proposed", "conversation.opened", ANSWERER, "open", (KNOWING,), "opening is a yes"),
        Row("proposed", "conversation.opened", EITHER, "open", (KNOWING, TOGETHER)),
        Row("proposed", "conversation.opened", EITHER, KEEP, (CROSSING,), "the new time is asked"),
        Row("proposed", "conversation.closed", EITHER, "closed", (CROSSING,), "it was held"),
        Row("agreed", "conversation.opened", EITHER, "open"),
        Row("agreed", "conversation.countered", EITHER, "proposed"),
        Row("agreed", "conversation.declined", EITHER, "let-go"),
        Row(
            "agreed", "conversation.accepted", EITHER, "proposed", (CROSSING, ANOTHER),
            "two times were agreed to at once: both are shown, and one is chosen",
        ),
        Row("agreed", "conversation.accepted", EITHER, KEEP, (CROSSING,), "both said yes"),
        Row("open", "conversation.closed", EITHER, "closed"),
        Row("open", "conversation.opened", EITHER, KEEP, (CROSSING,), "both opened it"),
        Row("open", "conversation.accepted", EITHER, KEEP, (CROSSING,), "a yes on its way"),
        Row("open", "conversation.countered", EITHER, "proposed", (CROSSING,), "nobody is pressed"),
        Row("open", "conversation.declined", EITHER, "let-go", (CROSSING,), "a no before a yes"),
        Row("let-go", "conversation.accepted", EITHER, KEEP, (CROSSING,), "a no before a yes"),
        Row("let-go", "conversation.countered", EITHER, KEEP, (CROSSING,), "a no stands"),
        Row("let-go", "conversation.declined", EITHER, KEEP, (CROSSING,), "both let it go"),
        Row("let-go", "conversation.opened", EITHER, KEEP, (CROSSING,), "a no before a yes"),
        Row("let-go", "conversation.closed", EITHER, "closed", (CROSSING,), "it was held"),
        Row("closed", "conversation.closed", EITHER, KEEP, (CROSSING,), "both words are kept"),
        Row("closed", "conversation.opened", EITHER, KEEP, (CROSSING,), "it is over"),
        Row("closed", "conversation.accepted", EITHER, KEEP, (CROSSING,), "it is over"),
        Row("closed", "conversation.countered", EITHER, KEEP, (CROSSING,), "it is over"),
        Row("closed", "conversation.declined", EITHER, KEEP, (CROSSING,), "it is over"),
    ),
)  # fmt: skip

# ``author`` is the speaker here, ``partner`` the listener, whoever's device it was (SPEC 13.7).
TURN: Final = Table(
    "turn",
    "spoken",
    (
        Row("spoken", "turn.paraphrased", PARTNER, "paraphrased"),
        Row("spoken", "turn.set_down", EITHER, "set-down"),
        Row("paraphrased", "turn.confirmed", AUTHOR, "heard", (A_PARAPHRASE,)),
        Row("paraphrased", "turn.corrected", AUTHOR, "spoken", (KNOWING,)),
        Row(
            "paraphrased", "turn.corrected", AUTHOR, KEEP, (CROSSING,),
            "it was about earlier words: the newer ones ask to be looked at",
        ),
        Row("paraphrased", "turn.paraphrased", PARTNER, "paraphrased"),
        Row("paraphrased", "turn.set_down", EITHER, "set-down"),
        Row("heard", "turn.validated", PARTNER, "validated"),
        Row("heard", "turn.answered", PARTNER, "answered"),
        Row("heard", "turn.paraphrased", PARTNER, KEEP, (CROSSING,), "heard is heard"),
        Row("heard", "turn.set_down", EITHER, "set-down"),
        Row("validated", "turn.answered", PARTNER, "answered"),
        Row("validated", "turn.validated", PARTNER, KEEP, (CROSSING,), "both words are kept"),
        Row("validated", "turn.set_down", EITHER, "set-down"),
        Row("answered", "turn.answered", PARTNER, KEEP, (), "more can be said"),
        Row("answered", "turn.validated", PARTNER, KEEP, (CROSSING,), "the words are kept"),
        Row("answered", "turn.set_down", EITHER, "set-down", (CROSSING,), "leaving is free"),
        Row("set-down", "turn.set_down", EITHER, KEEP, (CROSSING,), "both left it"),
        Row("set-down", "turn.paraphrased", PARTNER, KEEP, (CROSSING,), "the words are kept"),
        Row("set-down", "turn.confirmed", AUTHOR, KEEP, (CROSSING, A_PARAPHRASE), "words are kept"),
        Row("set-down", "turn.corrected", AUTHOR, KEEP, (CROSSING,), "the words are kept"),
        Row("set-down", "turn.validated", PARTNER, KEEP, (CROSSING, AFTER_HEARD), "words are kept"),
        Row("set-down", "turn.answered", PARTNER, KEEP, (CROSSING, AFTER_HEARD), "words are kept"),
    ),
)  # fmt: skip

PAUSE: Final = Table(
    "pause",
    "paused",
    (
        Row("paused", "pause.extended", EITHER, "paused"),
        Row("paused", "pause.resumed", EITHER, "resumed", (KNOWING,)),
        Row("paused", "pause.resumed", EITHER, KEEP, (CROSSING,), "more time was asked for"),
        Row("paused", "pause.ended", EITHER, "ended"),
        Row("resumed", "pause.extended", EITHER, "paused", (CROSSING,), "more time was asked for"),
        Row("resumed", "pause.resumed", EITHER, KEEP, (CROSSING,), "both go on"),
        Row("resumed", "pause.ended", EITHER, "ended", (CROSSING,), "letting it rest comes first"),
        Row("ended", "pause.extended", EITHER, KEEP, (CROSSING,), "it rests already"),
        Row("ended", "pause.resumed", EITHER, KEEP, (CROSSING,), "letting it rest comes first"),
        Row("ended", "pause.ended", EITHER, KEEP, (CROSSING,), "both let it rest"),
    ),
)

NEED: Final = Table(
    "need",
    "stated",
    (
        Row("stated", "need.heard", PARTNER, "heard", (CURRENT_WORDS,)),
        Row("stated", "need.heard", PARTNER, KEEP, (CROSSING,), "the newer words ask again"),
        Row("stated", "need.edited", AUTHOR, "stated"),
        Row("stated", "need.rested", AUTHOR, "resting"),
        Row("heard", "need.confirmed", AUTHOR, "confirmed", (A_PARAPHRASE,)),
        Row("heard", "need.corrected", AUTHOR, "stated", (KNOWING,)),
        Row("heard", "need.corrected", AUTHOR, KEEP, (CROSSING,), "the newer words are looked at"),
        Row("heard", "need.heard", PARTNER, "heard", (CURRENT_WORDS,)),
        Row("heard", "need.edited", AUTHOR, "stated"),
        Row("heard", "need.rested", AUTHOR, "resting"),
        Row("confirmed", "need.heard", PARTNER, KEEP, (CROSSING,), "heard is heard"),
        Row("confirmed", "need.edited", AUTHOR, "stated"),
        Row("confirmed", "need.rested", AUTHOR, "resting"),
        Row("resting", "need.woken", AUTHOR, "stated"),
        Row("resting", "need.heard", PARTNER, KEEP, (CROSSING,), "the words are kept"),
        Row("resting", "need.edited", AUTHOR, KEEP, (CROSSING,), "the words are kept"),
    ),
)


def agreement(name: str, edited: str, ended: str = "") -> Table:
    """What asks both to agree (SPEC 13.9); ``ended``: the kind by which either ends it."""
    given, revoked = "agreement.given", "agreement.revoked"
    rows = [
        Row("proposed", edited, EITHER, "agreed", (BOTH_AGREE,)),
        Row("proposed", edited, EITHER, "proposed", (), "an edit asks again"),
        Row("proposed", given, EITHER, "agreed", (BOTH_AGREE,)),
        Row("proposed", given, EITHER, KEEP, (), "one agrees; the other is free"),
        Row("proposed", revoked, EITHER, KEEP),
        Row("agreed", edited, EITHER, "agreed", (BOTH_AGREE,)),
        Row("agreed", edited, EITHER, "proposed", (), "an edit asks again"),
        Row("agreed", revoked, EITHER, "proposed", (), "either revokes alone"),
        Row("agreed", given, EITHER, "agreed", (BOTH_AGREE,)),
        Row("agreed", given, EITHER, "proposed", (), "to other words than the other"),
    ]
    if ended:
        rows += [
            Row("proposed", ended, EITHER, "retired"),
            Row("agreed", ended, EITHER, "retired"),
            Row("retired", ended, EITHER, KEEP, (CROSSING,), "both ended it"),
            Row("retired", edited, EITHER, KEEP, (CROSSING,), "the words are kept"),
            Row("retired", given, EITHER, KEEP, (CROSSING,), "letting go before holding on"),
            Row("retired", revoked, EITHER, KEEP, (CROSSING,)),
        ]
    return Table(name, "proposed", tuple(rows))


RULES: Final = agreement("rules", "rules.edited")
GOAL: Final = agreement("goal", "goal.edited")
STEP: Final = agreement("step", "step.edited", "step.retired")
COMMITMENT: Final = agreement("commitment", "commitment.edited")
LOOK_BACK: Final = agreement("look-back", "look_back.edited")

RITUAL: Final = Table(
    "ritual",
    "active",
    (
        Row("active", "ritual.rested", EITHER, "resting"),
        Row("active", "ritual.woken", EITHER, KEEP, (CROSSING,)),
        Row("resting", "ritual.woken", EITHER, "active"),
        Row("resting", "ritual.rested", EITHER, KEEP, (CROSSING,)),
    ),
)

ACTIVITY: Final = Table(
    "activity",
    "idea",
    (
        Row("idea", "activity.planned", EITHER, "planned"),
        Row("idea", "activity.done", EITHER, "done"),
        Row("idea", "activity.set_aside", EITHER, "aside"),
        Row("planned", "activity.planned", EITHER, "planned", (), "another day"),
        Row("planned", "activity.done", EITHER, "done"),
        Row("planned", "activity.set_aside", EITHER, "aside", (), "letting go before holding on"),
        Row("done", "activity.done", EITHER, KEEP, (), "two memories stand side by side"),
        Row("done", "activity.planned", EITHER, KEEP, (CROSSING,), "it has happened"),
        Row("done", "activity.set_aside", EITHER, KEEP, (CROSSING,), "it has happened"),
        Row("aside", "activity.planned", EITHER, "planned", (KNOWING,), "after all"),
        Row("aside", "activity.planned", EITHER, KEEP, (CROSSING,), "letting go first"),
        Row("aside", "activity.done", EITHER, "done", (), "it has happened"),
        Row("aside", "activity.set_aside", EITHER, KEEP, (CROSSING,)),
    ),
)

COUPLE_TIME: Final = Table(
    "couple-time",
    "planned",
    (
        Row("planned", "couple_time.moved", EITHER, "planned"),
        Row("planned", "couple_time.kept", EITHER, "kept"),
        Row("planned", "couple_time.let_go", EITHER, "let-go"),
        Row("kept", "couple_time.kept", EITHER, KEEP, (), "both may say a word"),
        Row("kept", "couple_time.moved", EITHER, KEEP, (CROSSING,), "it has happened"),
        Row("kept", "couple_time.let_go", EITHER, KEEP, (CROSSING,), "it has happened"),
        Row("let-go", "couple_time.moved", EITHER, "planned", (KNOWING,), "after all"),
        Row("let-go", "couple_time.moved", EITHER, KEEP, (CROSSING,), "letting go first"),
        Row("let-go", "couple_time.kept", EITHER, "kept", (), "it has happened"),
        Row("let-go", "couple_time.let_go", EITHER, KEEP, (CROSSING,)),
    ),
)

TOPIC: Final = Table(
    "topic",
    "parked",
    (
        Row("parked", "topic.taken_up", EITHER, "taken-up"),
        Row("parked", "topic.set_aside", EITHER, "aside"),
        Row("parked", "topic.parked_again", EITHER, KEEP, (CROSSING,)),
        Row("taken-up", "topic.taken_up", EITHER, KEEP, (CROSSING,)),
        Row("taken-up", "topic.set_aside", EITHER, KEEP, (CROSSING,), "it was looked after"),
        Row("taken-up", "topic.parked_again", EITHER, "parked", (KNOWING,)),
        Row("aside", "topic.taken_up", EITHER, "taken-up", (), "it was looked after"),
        Row("aside", "topic.set_aside", EITHER, KEEP, (CROSSING,)),
        Row("aside", "topic.parked_again", EITHER, "parked", (KNOWING,)),
    ),
)

# One half of a round: run for each member over what that member wrote (SPEC 18).
REVEAL: Final = Table(
    "reveal",
    "silent",
    (
        Row("silent", "reveal.ready", AUTHOR, "ready"),
        Row("silent", "reveal.opened", AUTHOR, "opened", (MATCHES,), "it crossed a taking back"),
        Row("silent", "reveal.taken_back", AUTHOR, KEEP),
        Row("ready", "reveal.ready", AUTHOR, "ready", (), "said anew"),
        Row("ready", "reveal.taken_back", AUTHOR, "silent"),
        Row("ready", "reveal.opened", AUTHOR, "opened", (MATCHES,)),
        Row("opened", "reveal.opened", AUTHOR, KEEP, (MATCHES,), "two devices opened it"),
        Row("opened", "reveal.taken_back", AUTHOR, KEEP, (), "what has left cannot come back"),
        Row("opened", "reveal.ready", AUTHOR, KEEP, (), "a round is opened once"),
    ),
)

# A round as one reader may know it: ``author`` is the reader, ``partner`` the other (SPEC 18.4).
REVIEW: Final = Table(
    "review",
    "apart",
    (
        Row("apart", "reveal.ready", AUTHOR, "ready"),
        Row("apart", "reveal.opened", AUTHOR, "together", (MATCHES, THEIRS_OPEN)),
        Row("apart", "reveal.opened", AUTHOR, "opened", (MATCHES,)),
        Row("apart", "reveal.opened", PARTNER, KEEP, (MATCHES,), "nothing is shown of it"),
        Row("ready", "reveal.ready", AUTHOR, "ready"),
        Row("ready", "reveal.taken_back", AUTHOR, "apart"),
        Row("ready", "reveal.opened", AUTHOR, "together", (MATCHES, THEIRS_OPEN)),
        Row("ready", "reveal.opened", AUTHOR, "opened", (MATCHES,)),
        Row("ready", "reveal.opened", PARTNER, KEEP, (MATCHES,), "nothing is shown of it"),
        Row("opened", "reveal.opened", PARTNER, "together", (MATCHES,)),
    ),
)


def ending(name: str, first: str, kind: str, next_: str, back: str = "") -> Table:
    """What its author ends, and perhaps begins again."""
    rows = [Row(first, kind, AUTHOR, next_), Row(next_, kind, AUTHOR, KEEP, (CROSSING,))]
    if back:
        rows.append(Row(next_, back, AUTHOR, first))
    return Table(name, first, tuple(rows))


KINDNESS_IDEA: Final = ending("kindness-idea", "noted", "kindness_idea.set_aside", "aside")
DRAFT: Final = ending("draft", "open", "draft.set_aside", "aside")
HIDE: Final = ending("hide", "hidden", "hide.lifted", "lifted")
KEEPSAKE: Final = ending("keepsake", "pinned", "keepsake.unpinned", "unpinned")

TABLES: Final = (
    CONVERSATION, TURN, PAUSE, NEED, RULES, GOAL, STEP, COMMITMENT, LOOK_BACK, RITUAL, ACTIVITY,
    COUPLE_TIME, TOPIC, REVEAL, REVIEW, KINDNESS_IDEA, DRAFT, HIDE, KEEPSAKE,
)  # fmt: skip
