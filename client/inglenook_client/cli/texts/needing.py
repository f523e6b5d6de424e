"""Needs, steps, and what is tender."""

from typing import Final

NEEDS_NONE: Final = "No needs told yet. Two or three at a time are plenty."
NEEDS_NEXT: Final = "To put one into words, for you alone first: nook need state"
STAGES: Final = {
    "stated": "told",
    "heard": "said back",
    "confirmed": "heard",
    "resting": "at rest",
}
HEARD: Final = "{name} heard"
CORRECTED: Final = "{name} means"
CONFIRMED: Final = "That is it."
OTHER_WORDS: Final = "also said as"
ASK_NEED: Final = "What do you need to feel well with each other?"
ASK_WHY: Final = "Why does it matter? Or Enter"
STATED: Final = "Told. {partner} can say it back in their own words."
SAID_BACK: Final = "Said back. It is for {partner} to say whether that is it."
NEED_CONFIRMED: Final = "Heard. If a small step could come of it: nook step propose --need {id}"
NEED_CORRECTED: Final = "Said. It can be said back once more."
NEED_EDITED: Final = "Said anew; it can be said back again."
NEED_RESTS: Final = "It rests. It can be woken any time."
NEED_WOKEN: Final = "It is awake again."
NEXT: Final = {
    "hear": "To say it back: nook need hear {id}",
    "confirm": "If that is it: nook need confirm {id}. If not: nook need correct {id}",
}

STEPS_NONE: Final = (
    "No steps yet. A good one is small: who does what, how often, and what is enough."
)
STEPS_NEXT: Final = 'To propose one: nook step propose "Ten minutes of tea" --every weekly'
STEP_STAGES: Final = {"proposed": "proposed", "agreed": "agreed", "retired": "has had its time"}
# Translators: who does a step, as seen by the reader.
WHO: Final = {"me": "you", "partner": "{partner}", "both": "both of you"}
STEP_HOW: Final = "{who}, {cadence}"
STEP_ENOUGH: Final = "Enough is: {enough}"
STEP_REVIEW: Final = "To look at on {date}"
STEP_ASKED: Final = "{name} proposes"
STEP_AGREE: Final = "If you agree: nook step agree {id}"
STEP_PROPOSED: Final = "Proposed. It begins once {partner} agrees too."
STEP_ACTIVE: Final = "You both agree: this step is on."
STEP_AGREED_ONE: Final = "You agree to it."
STEP_EDITED: Final = "Changed. It asks both of you again; your word is given."
STEP_REVOKED: Final = "Taken back. The step rests until you both agree again."
STEP_RETIRED: Final = "It has had its time."
CADENCES: Final = {
    "DAILY": {1: "every day", 2: "every {count} days"},
    "WEEKLY": {1: "every week", 2: "every {count} weeks"},
    "MONTHLY": {1: "every month", 2: "every {count} months"},
}
ON_DAYS: Final = "{every}, on {days}"
ON_DATE: Final = "{every}, on day {day}"
ON_NTH: Final = {
    "1": "{every}, on the first {day}",
    "2": "{every}, on the second {day}",
    "3": "{every}, on the third {day}",
    "4": "{every}, on the fourth {day}",
    "-1": "{every}, on the last {day}",
}

ASK_STEP: Final = "A small step: what would you do?"
HOW_OFTEN: Final = "How often? For example daily, weekly, every 2 weeks, or mon,thu."
ASK_EVERY: Final = "Rhythm, or Enter for weekly"
ASK_ENOUGH: Final = "What is enough, also on a hard day? Or Enter"

TENDER_NONE: Final = "Nothing here, and nothing has to be."
TENDER_NEXT: Final = "When something tender wants to be told: nook tender tell"
WANTED: Final = {
    "listen": "just to be listened to",
    "comfort": "comfort",
    "talk": "to talk about it",
    "no-reply": "no reply",
}
WANTED_LINE: Final = "What would be welcome: {wanted}"
ASK_WANTED: Final = "Which answer would be welcome: listen, comfort, talk or no-reply?"
RECEIVED: Final = "It has arrived."
LOOK_BACK_YES: Final = "may be looked back at"
TOLD: Final = "Told. {partner} sees what would be welcome, beside your words."
RECEIVED_SAID: Final = "Said: it has arrived."
LOOK_BACK_SET: Final = "It may be looked back at, and found by its words."
LOOK_BACK_UNSET: Final = "It stays out of looking back, of what is exported, and of searches."
TENDER_EDITED: Final = "Changed; {partner} will see it marked as edited."
NEXT_RECEIVE: Final = "To say that it has arrived: nook tender received {id}"
LET_GO: Final = "Let go; only you had seen it."
