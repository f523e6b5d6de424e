"""Looking back: the path so far, this day, trends."""

from typing import Final

PATH: Final = "Your path so far"
PATH_END: Final = "And here you are, the two of you."
PATH_MORE: Final = "These are some of them. All of it: nook look-back --all"
PATH_HIDE: Final = "To leave one out, for yourself: nook look-back hide ID"
PATH_EMPTY: Final = "There is nothing to show yet, and that is all right."
NOT_ALLOWED: Final = "What may be looked back at is for both of you to say first."
NOT_ALLOWED_NEXT: Final = "To propose it: nook look-back propose {practices}"
ASKED: Final = "Proposed, and your word is asked: {practices}"
ASKED_AGREE: Final = "If that is fine for you: nook look-back agree"
YOURS: Final = "You agree to: {practices}. It opens once {partner} agrees to the same."
PROPOSED: Final = "Proposed: {practices}. It opens once {partner} agrees too."
AGREED: Final = "You both agree: {practices} may be looked back at."
AGREED_ONE: Final = "You agree to it."
REVOKED: Final = "Taken back. Looking back rests until you both agree again."
HIDDEN: Final = "Left out when you look back. Nobody else can know."
SHOWN_AGAIN: Final = "It may be looked back at again."
NONE_HIDDEN: Final = "Nothing is left out."
HIDDEN_TITLE: Final = "Left out when you look back"

PRACTICES: Final = {
    "ritual": "rituals",
    "kindness": "thanks",
    "activity": "what you did together",
    "disclosure": "tender things that their writers allow",
    "couple-time": "time for two",
    "rhythm": "affection",
    "journal": "moments",
    "milestone": "milestones",
    "keepsake": "keepsakes and what you hold on to",
}

THIS_DAY: Final = "On this day"
THIS_DAY_NONE: Final = "Nothing stands at this day in earlier years."

TRENDS_WEEKS: Final = {1: "This week, for the two of you", 2: "{count} weeks, for the two of you"}
TRENDS_MONTHS: Final = {
    1: "This month, for the two of you",
    2: "{count} months, for the two of you",
}
TRENDS_NONE: Final = "Nothing to draw yet, and no hurry."
TRENDS_SPAN: Final = "{first} to {last}"
TRENDS_LEGEND: Final = "▂ a little   ▅ some   █ often"
THEMES: Final = {
    "appreciation": "Thanks",
    "together": "Things done together",
    "affection": "Affection",
    "talking": "Real conversations",
    "moments": "Moments kept",
    "kind-words": "Short kind words",
}
COURSES: Final = {
    "new": "This has come into your days lately.",
    "growing": "There is more room for this lately.",
    "steady": "This is with you all along.",
    "now-and-then": "This is there now and then: {when}.",
}
MONTHS_AND: Final = "{some} and {last}"
