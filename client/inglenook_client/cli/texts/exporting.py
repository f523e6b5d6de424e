"""Exports."""

from typing import Final

DONE: Final = "Everything is in {file}, sealed as it was written."
DONE_OPENS: Final = (
    "Your recovery phrase opens it, today and in many years, with one small program that needs "
    "nothing of Inglenook: protocol/verifier/nook_verify_journal.py. Without the phrase nobody "
    "can read it."
)
READABLE_EMPTY: Final = "{file} is written; there are no entries yet."
READABLE_DONE: Final = {
    1: "1 entry is in {file}, for people to read.",
    2: "{count} entries are in {file}, for people to read.",
}
READABLE_WARNING: Final = (
    "It is not encrypted: whoever gets this file can read all of it. Keep it where only you look, "
    "and delete it when it has served."
)
ASK_COPY: Final = "Take a copy along first?"
ASK_BEFORE_LEAVING: Final = "A file for it (Enter alone for none)"
OFFERED_BEFORE_LEAVING: Final = (
    "If you like, take a copy along that opens with your recovery phrase. It can be done later, "
    "too: nook export FILE"
)

MARKDOWN_HEAD: Final = (
    "# {name}'s journal\n\n"
    "Exported from Inglenook on {date}. This file is **not encrypted**: whoever has it can read "
    "all of it.\n"
)
PARTS_OF_TWO: Final = {
    "shared": "# What {names} share",
    "earlier": "# What {names} shared earlier",
}
PART_PRIVATE: Final = "# Only {name}'s"
PART_PRIVATE_IS: Final = "This part is for {name} alone; it was never in the shared journal."
PART_TENDER: Final = (
    "What was told as something tender stands here only if the one who told it wants that."
)
PART_ZONE: Final = "Days and weeks are those of {zone}."
PART_COMPUTERS: Final = "Written on: {computers}"
NAMES: Final = "{one} and {other}"
BY: Final = "**{name}** · {about}"
WHAT: Final = "**{what}**"
REPLY: Final = "↳ **{name}**"
WITH_IT: Final = "↳"
TWO_VERSIONS: Final = "changed at the same time elsewhere:"
HOLDS: Final = "Agreed to by both: {consents}."
CONSENT: Final = "{name} on {date}"
HELD_WORDS: Final = "These words hold:"
NOT_BOTHS_YET: Final = "Proposed, and not both's yet."
FOLLOWS: Final = "Ready, and not open to both yet."
KINDS: Final = {
    "activity": "something to do together",
    "commitment": "what we hold on to",
    "hide": "left out when looking back",
    "half": "ready to be opened",
}
ROUNDS: Final = {
    "week-review": "looking back at the week of {date}",
    "step-review": "looking at a step, week of {date}",
    "setback": "after a setback, week of {date}",
}
# Translators: what stands in a field; {text} are a person's words.
PARTS: Final = {
    "plan": "To go on: {text}",
    "appreciation": "Appreciated: {text}",
    "next_step": "The next step: {text}",
    "together": "Together: {text}",
}
# Translators: what somebody did, as one line of a course; the day follows it.
COURSE: Final = {
    "said-anew": "said anew",
    "conversation.accepted": "agreed to",
    "conversation.declined": "let go",
    "conversation.opened": "opened",
    "conversation.closed": "closed",
    "turn.paraphrased": "{name} heard",
    "turn.corrected": "{name} means",
    "turn.confirmed": "{name} feels heard",
    "turn.validated": "{name} sees why",
    "turn.answered": "{name} answers",
    "turn.set_down": "{name} leaves it here",
    "pause.extended": "a longer pause",
    "pause.resumed": "on again",
    "pause.ended": "the pause is over, and this rests",
    "need.heard": "{name} heard",
    "need.corrected": "{name} means",
    "need.confirmed": "{name} feels heard",
    "need.rested": "at rest",
    "need.woken": "awake again",
    "step.retired": "has had its time",
    "disclosure.received": "it has arrived",
    "ritual.rested": "at rest",
    "ritual.woken": "taken up again",
    "activity.planned": "planned",
    "activity.done": "done",
    "activity.set_aside": "set aside",
    "couple_time.moved": "moved",
    "couple_time.kept": "it happened",
    "couple_time.let_go": "let go",
    "topic.taken_up": "looked after",
    "topic.set_aside": "set aside",
    "topic.parked_again": "parked again",
    "keepsake.unpinned": "no longer pinned",
    "kindness_idea.set_aside": "set aside",
}
COURSE_BY: Final = "{what} ({name})"
COURSE_ON: Final = "{what} · {date}"
COURSE_WITH: Final = "{what} · {facts}"
# Translators: what is stated beside words, as parts of one line.
FACTS: Final = {
    "begins": "from {text}",
    "review": "to look at on {text}",
    "until": "to {text}",
    "at": "at {text}",
    "noted_on": "on {text}'s device",
    "wanted": "welcome: {text}",
    "settled": "settled",
    "short": "in its short form",
    "not-today": "not today",
}
# Translators: who does a step: the one whose journal this is, the other, or both.
WHO: Final = {"me": "by {name}", "partner": "by {name}", "both": "by both"}
