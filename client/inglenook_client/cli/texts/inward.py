"""What is only one's own: inventories, reflections, ideas for kindness."""

from typing import Final

ONLY_YOURS: Final = "This stays with you: nothing shows that it is there."
HOW_TO_ANSWER: Final = (
    "Write as much as you like; an empty line goes on to the next. Enter alone passes over."
)
ASK_LINE: Final = "…"

INVENTORY_QUESTIONS: Final = {
    "losses": "What has been lost for you, or is sorely wanted?",
    "feelings": "What do you feel when you think of it? A few words, with commas between.",
    "needs": "What would you need?",
    "stresses": "What weighs on you besides, from outside of the two of you?",
    "curious": "What would you like to know about the other that you don't know yet?",
}
INVENTORY_KEPT: Final = "Kept, for you alone."
INVENTORY_NEEDS: Final = "An inventory begins with a word about anything of it."
INVENTORY_NEEDS_STEP: Final = 'For example: nook inventory --needs "An evening without plans"'

REFLECTION_FIRST: Final = "About seven minutes, and three questions."
REFLECTION_QUESTIONS: Final = {
    "happened": "What happened? Tell it as somebody would who saw it and likes you both.",
    "in_the_way": "What gets in the way of seeing it like that, in the heat of the moment?",
    "own_part": "What was your own part, and what would you do another time?",
}
REFLECTION_KEPT: Final = "Kept, for you alone. If one line of it is for both: nook excerpt {id}"
REFLECTION_NEEDS: Final = "A reflection begins with what happened."
REFLECTION_NEEDS_STEP: Final = 'For example: nook reflect "They both came home tired"'
SAID_ANEW: Final = "Said anew, for you alone."

LINES_FIRST: Final = "Which line?"
LINE_NUMBERED: Final = "{number}  {line}"
ASK_WHICH_LINE: Final = "Its number, or words of your own; Enter for none"
NO_LINE_CHOSEN: Final = "Which line it is, is not said yet."
NO_LINE_CHOSEN_STEP: Final = "Give its words after the id, as they stand or as you'd say them."
LINE_COPIED: Final = "Copied into a draft of its own, which only you can see."
LINE_NEXT: Final = "To share it: nook share {id}. To let it go: nook private drop {id}"
LINE_SHARED: Final = "Shared; {partner} sees it when you both have synced."
DRAFT_LET_GO: Final = "Let go."

NO_IDEAS: Final = "No ideas here yet. Small is good, for example:"
IDEAS: Final = "Ideas for a kindness, for your eyes only"
IDEAS_STARTERS: Final = (
    "A cup of tea before it is asked for",
    "Taking one thing off the other's list",
    "A line on paper where it will be found",
    "Asking about the thing that was hard last week",
    "Ten minutes of listening without a plan",
)
IDEAS_NEXT: Final = 'To note one: nook kindness idea "A cup of tea"'
IDEA_NOTED: Final = "Noted, for you alone."
IDEA_EDITED: Final = "Said anew."
IDEA_ASIDE: Final = "Set aside."

PAGES_NONE: Final = "Nothing here yet that is only yours."
PAGES_DRAFTS: Final = "Drafts, on their way or not"
PAGES_KEEPSAKES: Final = "Pinned, for you alone"
PAGES_HIDDEN: Final = "Left out when you look back"
PAGES_EARLIER: Final = "Earlier pages: nook private --before {before}"
PAGES_END: Final = "That is all that is only yours."
# Translators: what a draft is for.
DRAFT_OF: Final = {
    "journal": "a line to share",
    "turn": "something to say",
    "need": "a need",
    "disclosure": "something tender",
    "week-review": "a weekly review",
    "step-review": "a look at a step",
    "setback": "after a setback",
}
