"""Erasing at the relay, and receipts."""

from typing import Final

ONE_OR_ALL: Final = "Give the ID of an entry, or --all."
ERASE: Final = {
    1: "This asks the relay to delete its copy of 1 step of yours.",
    2: (
        "This asks the relay to delete its copy of {count} steps of yours: entries, replies, "
        "changes and warm signs."
    ),
}
ERASE_SEEN: Final = (
    "It can be seen: {partner} and whoever runs the relay can tell that you erased something, "
    "and which steps."
)
ERASE_KEEPS: Final = (
    "Your own copy stays here. {partner} keeps what they have received. A device that is added "
    "later, yours or theirs, no longer gets it. It can't be undone."
)
ASK_ERASE: Final = "Erase it at the relay?"
ERASE_NEEDS_YES: Final = "Erasing can be seen and can't be undone, so it asks first."
ERASED: Final = {
    0: "The relay holds none of these words any more; it has confirmed that.",
    1: "The relay has confirmed that it deleted its copy of 1 step.",
    2: "The relay has confirmed that it deleted its copy of {count} steps.",
}
LIMIT: Final = (
    "That is what the relay says. Backups of it, and whoever received the words, may have kept "
    "them."
)

RELAY_ASKED: Final = "The relay is asked to delete its copy; it hasn't confirmed that yet."
RELAY_CONFIRMED: Final = "The relay confirmed that it deleted its copy."
PARTNER_ASKED: Final = "{partner}'s app is asked to let the words go when it next syncs."
PARTNER_RECEIVED: Final = (
    "A device of {partner}'s has got the request; Inglenook there let them go."
)
ONLY_RELAY: Final = "Your copy is still here, and {partner} keeps what they received."
MAY_HAVE_KEPT: Final = "Whoever read them may have kept them."
