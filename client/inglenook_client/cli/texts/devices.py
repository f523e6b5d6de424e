"""One's own computers."""

# ruff: noqa: S105 - these speak of passphrases and tokens and hold none

from typing import Final

ADD: Final = (
    "A second computer of yours will hold all that you can read here, and can write as you. It "
    "never gets your recovery phrase. You need both computers in front of you."
)
ASK_RELAY: Final = "Address of a relay that both computers reach"
RELAY_NEEDED: Final = "Adding a computer needs a relay and its registration token."
RELAY_NEEDED_STEP: Final = "Give them with --relay and --token, or in NOOK_RELAY and NOOK_TOKEN."
PRIVATE_LINKS: Final = (
    "Your private journal can be kept in step between your own computers through a relay, which "
    "can read nothing of it; yet whoever runs that relay, the other person perhaps, could tell "
    "from addresses and times that it is yours, and about how much you write."
)
PRIVATE_ELSE: Final = (
    "Without it, each of your computers has a private journal of its own; you can change that "
    "at any time: nook device sync on"
)
ASK_PRIVATE: Final = "Keep your private journal in step, too?"
ASK_PRIVATE_RELAY: Final = "Address of the relay for it, or Enter for {relay}"
ASK_PRIVATE_TOKEN: Final = "The registration token of {relay}"
HAND_OVER: Final = "Take this invite to your new computer. It works once, until {until}."
LINK_WITH: Final = "There: nook device link"
WAITING: Final = "Waiting for it …"
WORDS_COMPARE: Final = (
    "Compare these five words with your other computer's screen. They must be the same, in the "
    "same order."
)
WAIT_FOR_OTHER: Final = "Thank you. It goes on once the other computer's side is done too …"
UNLOCK_ANEW: Final = (
    "Before anything goes there, your passphrase once more: nobody who only sits down here shall "
    "add a computer of theirs."
)
ADDED: Final = "{name} is linked. It has your journals now."
ADDED_SHARED: Final = "{name} is linked. Your shared journal went along."
ADDED_PRIVATE_ONLY: Final = (
    "{name} is linked. Once you have paired with somebody, link it again for the shared journal."
)
ADDED_PRIVATE_APART: Final = (
    "Your private journal was not sent: on {name} it begins empty, and stays there. To keep the "
    "two in step, run on both: nook device sync on"
)
ADDED_SHOWN: Final = "For a week, all your computers say that {name} is new."

LINK: Final = (
    "This brings your journal to a second computer of yours. On the one that you have, run: "
    "nook device add"
)
ASK_NAME: Final = "A name for this computer, or Enter for {name}"
LINKED: Final = "Welcome, {name}. Your journal is here too now."
LINKED_SHARED: Final = "The journal that you share with {partner} came along."
LINKED_ALONE: Final = (
    "A shared journal can follow: once you have paired on {other}, run nook device add there and "
    "nook device link here."
)
LINKED_PRIVATE_APART: Final = (
    "Your private journal was not sent: here it begins empty. What you wrote for yourself on "
    "{other} stays there."
)
LINKED_PHRASE: Final = "Your recovery phrase is the same one; this computer doesn't have it."

THIS: Final = "this computer"
UNNAMED: Final = "A computer without a name"
SINCE: Final = "known since {when}"
SINCE_START: Final = "here before this one"
NEW: Final = "new"
GONE: Final = "no longer in use"
IN_BOTH: Final = "private and shared journal"
IN_PRIVATE: Final = "private journal"
IN_SHARED: Final = "shared journal"
LIST_NEXT: Final = "To let one go: nook device remove NAME"

NAMED: Final = "From now on it is called {name}. Only you see that."

REMOVE: Final = (
    "Removing {name} means: nothing that is written from now on can be read there, and nothing "
    "that it writes counts any more. What it holds already stays readable on it."
)
REMOVE_KEYS: Final = (
    "Your other computers go on with new keys. It is for good; the computer can be linked anew "
    "into an empty folder. The other person is told nothing of it in words."
)
REMOVE_STOLEN: Final = (
    "If somebody else has it: they can read what it holds, if it was unlocked or they know its "
    "passphrase. They can also remove your other computers; only your recovery phrase undoes "
    "that: nook recover"
)
REMOVE_ADDED: Final = (
    "{name} had added: {others}. That stays, unless you add --also-added, which removes it too."
)
ASK_REMOVE: Final = "Remove {name}?"
REMOVE_NEEDS_YES: Final = "Removing a computer is for good, so it asks first."
REMOVED: Final = "{name} is removed here. The others learn of it with your next sync: nook sync"
REMOVED_STAND: Final = "In use now: {names}"

PRIVATE_ON: Final = "From the next sync on, your private journal goes through {relay}."
PRIVATE_ON_NEXT: Final = "On your other computers, the same: nook device sync on --relay {relay}"
PRIVATE_OFF: Final = "Your private journal is no longer exchanged by this computer."
PRIVATE_OFF_NEXT: Final = (
    "Nothing was sent, and what {relay} holds stays there, sealed. Your other computers go on "
    "until you say the same there."
)
PRIVATE_IS: Final = "Your private journal is kept in step through {relay}."
PRIVATE_STAYS: Final = "Your private journal stays on this computer."
SYNC_NEEDS_YES: Final = "This is a choice with a price, so it asks first."
RELAY_FOR_IT: Final = "Keeping the private journal in step needs a relay."
RELAY_FOR_IT_STEP: Final = "Give its address with --relay."

NEW_DEVICE_LINE: Final = (
    "New computer in your journal, {when}: {name}. Not yours? See: nook device list"
)
