"""Rituals, time for two, parked topics, short words, affection."""

from typing import Final

# --- rhythms, as they stand inside of a sentence

EVERY_DAYS: Final = {1: "every day", 2: "every {count} days"}
EVERY_WEEKS: Final = {1: "every week", 2: "every {count} weeks"}
EVERY_MONTHS: Final = {1: "every month", 2: "every {count} months"}
ON_WEEKDAYS: Final = "{often}, {days}"
ON_DAY_OF_MONTH: Final = "{often}, day {day}"
ON_WEEKDAY_OF_MONTH: Final = "{often}, {which} {weekday}"
WHICH: Final = {"1": "first", "2": "second", "3": "third", "4": "fourth", "-1": "last"}
AND: Final = "{some} and {last}"
AT: Final = "{often} at {time}"

# --- rituals

NO_RITUALS: Final = "No rituals yet. A small one is enough, a coffee or a walk:"
NO_RITUALS_NEXT: Final = 'nook ritual new "Evening walk" daily --at 20:30'
RITUAL_SET: Final = "{name}, {often}."
RITUAL_NEXT: Final = "next: {day}"
RITUAL_RESTS: Final = "at rest; wake it any time: nook ritual wake {name}"
RITUAL_TWO_FORMS: Final = "Changed by both of you at once. The other form: {form}"
RITUAL_KEPT: Final = "{name}: noted, {day}."
RITUAL_RESTED: Final = "{name} rests. Nothing of it is lost."
RITUAL_WOKEN: Final = "{name} is back: {often}."
RITUAL_SEEN: Final = "{partner} sees it when you both have synced."

# --- time for two

TAKE_OR_LEAVE: Final = "Enter takes this, a dash leaves it out."
ASK_BOUNDARY: Final = "Words that you both can say to others, such as:"
ASK_YOURS: Final = "Yours"
BOUNDARY: Final = "We are taking time for the two of us and are back at {time}."
ASK_FALLBACK: Final = "What fits into five minutes, if no more is possible, such as:"
FALLBACK: Final = "Tea side by side, and one good thing of the day"
MINUTES: Final = {1: "1 minute", 2: "{count} minutes"}
TIME_PLANNED: Final = "Time for two: {when}, {length}."
TIME_QUIET: Final = "The journal keeps quiet then."
TIME_MOVED: Final = "Moved to {when}, {length}."
TIME_KEPT: Final = "Noted. Good that you had it."
TIME_KEPT_SHORT: Final = "Noted. Five minutes count."
TIME_LET_GO: Final = "Let go for this time. To give it another day: nook time move WHEN"
NO_TIME: Final = "No time for two is booked. If you like: nook time plan fri 20:00"
TIME_LINE: Final = "{when}, {length}"
TIME_NOW: Final = "now, until {time}"
TIME_BOUNDARY: Final = "To others: {words}"
TIME_FALLBACK: Final = "If it has to be short: {words}"

QUIET: Final = "This is your time for two, until {time}. The journal keeps quiet."
QUIET_SYNCED: Final = "Sent and received. Whatever is new can be read afterwards."
QUIET_TOPICS: Final = "Parked topics stay out of sight until then."

# --- topics

PARKED: Final = "Parked. It has its place now and can wait."
NO_TOPICS: Final = "Nothing is parked."
TOPIC_DONE: Final = "Looked after."
TOPIC_DROPPED: Final = "Set aside."
TOPIC_AGAIN: Final = "Parked again."
TOPIC_EDITED: Final = "Said anew."
TOPIC_STAGES: Final = {"parked": "parked", "taken-up": "looked after", "aside": "set aside"}
TOPICS_HINT: Final = "When one is looked after, a word of it will do: nook topics done WORD"

# --- short words, affection

WORD_OFFERED: Final = "A word for {partner}; it goes out with your next: nook sync"
ASK_AFFECTION: Final = "A moment of affection: a line about it, or Enter for none"
AFFECTION_NOTED: Final = "Noted, for the two of you."
