"""What is there on an evening, for whoever comes without a plan."""

from typing import Final

NOT_BEGUN: Final = "There is no journal here yet. It begins with one of these:"
FIRST_STEPS: Final = {
    "nook start": "your own journal, for you alone at first",
    "nook safety": "a page to read before you share one, and where help is",
    "nook demo": "two people's month in a journal, made up",
    "nook --help": "all that there is",
}

OFFERS: Final = "From {partner}, whenever you like"
OFFER: Final = {
    "talk": "your conversation is open: {words}",
    "proposed": "a time to talk: {words}",
    "rules": "ground rules, to look at together",
    "goal": "a goal for you both: {words}",
    "step": "a small step: {words}",
    "commitment": "something to hold on to: {words}",
    "look-back": "what you two may look back at",
    "hear": "a need, to say back: {words}",
    "heard": "your need, said back: {words}",
    "tender": "something tender",
}
# Translators: {state} says "happened" or "there is room for it".
INVITATION: Final = "{what} · {state}"
SMALL: Final = "Something small, if you like"
SMALL_THINGS: Final = {
    "nook check-in": "how you are, in a few words",
    "nook thank": "a kindness that you noticed",
    "nook write": "a line or a page, for you alone",
}
SMALL_ALONE: Final = {
    "nook check-in": "how you are, in a few words",
    "nook write": "a line or a page, for you alone",
    "nook inventory": "looking inward, in five questions",
}
BESIDES: Final = "Besides"
MORE: Final = {
    "nook sync": "exchange what is new",
    "nook timeline": "read what is there",
    "nook --help": "all that there is",
}
MORE_ALONE: Final = {
    "nook timeline": "read what is there",
    "nook invite": "share a journal with one person",
    "nook join": "join the one who invited you",
    "nook --help": "all that there is",
}
MORE_LEFT: Final = {
    "nook timeline": "read what is there",
    "nook --help": "all that there is",
}
