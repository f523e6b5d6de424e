"""Rounds that both write for themselves and open to each other at once."""

from typing import Final

TITLES: Final = {
    "week-review": "Looking back at the week of {first}",
    "step-review": "Looking at a step, week of {first}",
    "setback": "After a setback, week of {first}",
}
QUESTIONS: Final = {
    "week-review": {
        "appreciated": "What did you appreciate in the other this week?",
        "helped": "What helped the two of you?",
        "hindered": "What made it harder?",
        "adjust": "What would you like to adjust, one small thing?",
        "recommit": "Is there something that you want to say yes to again? Only if you want to.",
    },
    "step-review": {
        "effort": "Did the step feel easier, the same or harder than thought?",
        "wish": "Would you keep it, shrink it, swap it or retire it?",
        "note": "A line about it?",
    },
    "setback": {
        "happened": "What happened, as somebody who likes you both would tell it?",
        "helped": "What helped, even a little?",
        "hindered": "What didn't help?",
        "adjust": "What would you like to try next time?",
        "recommit": "Is there something that you want to say yes to again? Only if you want to.",
    },
}
HEADINGS: Final = {
    "appreciated": "Appreciated",
    "happened": "What happened",
    "helped": "What helped",
    "hindered": "What made it harder",
    "adjust": "To adjust",
    "recommit": "Yes to this again",
    "effort": "It felt",
    "wish": "From here on",
    "note": "A line",
}
ANSWERS: Final = {
    "easier": "easier than thought",
    "same": "the same as thought",
    "harder": "harder than thought",
    "keep": "keep it",
    "shrink": "shrink it",
    "swap": "swap it",
    "retire": "let it retire",
}
HOW_TO_ANSWER: Final = "Enter passes over a question; what you wrote before stays with it."
BEFORE: Final = "So far: {text}"
ASK: Final = "Answer, or Enter"
ASK_ONE_OF: Final = "{words}, or Enter"

NOTHING_YET: Final = "There are no words of yours yet, and no hurry."
BEGIN_WITH: Final = "To begin, for yourself alone: nook {command} write{step}"
DRAFTED: Final = "Kept with you alone. It can be changed as often as you like."
READY_NEXT: Final = "When you want it to be opened together: nook {command} ready{step}"
TAKEN_BACK_TO_CHANGE: Final = "You had said that you are ready; that is taken back for now."
READY: Final = (
    "Ready. {partner} is not told. Once you both are, your words open to each other with the next "
    "exchanges, by themselves."
)
READY_CAN_BE: Final = "Until then you can take it back: nook {command} take-back{step}"
TAKEN_BACK: Final = "Taken back. Your words are with you alone, as you left them."
STILL_READY: Final = "You are ready. It opens by itself once you both are."
OPENED: Final = "Your words are open; {partner}'s follow with the next exchange."
TOGETHER: Final = "Open to you both. A good moment to read it side by side."
NO_STEP_OPENED: Final = "No look at a step is open yet."
NO_STEP_OPENED_NEXT: Final = "To begin with one, for yourself alone: nook step-review write STEP"
SETBACK_KEEPS: Final = "Nothing starts over: all that you have built stands."
ABOUT_STEP: Final = "The step: {what}"
READY_NOW_OPEN: Final = "Something that you both were ready for is open: nook {command}"
NEEDS_ANSWER: Final = "There are no answers yet."
NEEDS_ANSWER_STEP: Final = "Give them as options; see: nook help {command} write"
NOTHING_KEPT: Final = "Nothing was written, and that is fine."
