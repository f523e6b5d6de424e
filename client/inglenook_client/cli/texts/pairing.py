"""Pairing and syncing."""

from typing import Final

ASK_RELAY: Final = "Address of your relay"
ASK_TOKEN: Final = "The relay's registration token (whoever set the relay up has it)"  # noqa: S105
ASK_TOKEN_IF_ANY: Final = "Its registration token, or Enter if the other one of you gives it"  # noqa: S105
RELAY_CHANGED: Final = "From the next sync on, your shared journal goes through {relay}."
RELAY_CHANGED_NEXT: Final = (
    "The other side says the same: nook relay {relay}. Then sync, first the one of you who gave "
    "the relay's token. Nothing is lost meanwhile."
)
TOKEN_KEPT: Final = (
    "Kept. Should {relay} ever lose everything, your sync can make the journal known there again."  # noqa: S105
)
RELAY_NEEDED: Final = "An invite needs a relay and its registration token."
RELAY_NEEDED_STEP: Final = (
    "Give them with --relay and --token-file, or in NOOK_RELAY and NOOK_TOKEN."
)
TOKEN_FILE_UNREADABLE: Final = "The file with the token can't be read."  # noqa: S105
TOKEN_FILE_UNREADABLE_STEP: Final = "Check the path given with --token-file."  # noqa: S105
INVITE_HAND_OVER: Final = (
    "Hand this invite to the one person it is for, best in the same room. "
    "It works once, until {until}."
)
INVITE_WAITING: Final = "Waiting for them to join …"
INVITE_JOIN_WITH: Final = "On their side: nook join"
ASK_INVITE: Final = "Paste the invite"
ASK_REST: Final = "That is its beginning; paste the rest, or Enter"
INVITE_NEEDED: Final = "There is no invite yet."
INVITE_NEEDED_STEP: Final = "Give it after the command, or through standard input."
WORDS_TITLE: Final = "Safety words"
WORDS_COMPARE: Final = (
    "Compare these five words with the other screen, side by side or by voice. "
    "They must be the same, in the same order."
)
ASK_SAME: Final = "Do both screens show the same five words?"
OTHER_SIDE: Final = "Thank you. Once the other side has said yes too, you are paired …"
CONFIRM_NEEDED: Final = "Nobody can be asked here whether the safety words are the same."
CONFIRM_NEEDED_STEP: Final = "Answer yes or no on standard input and add --confirm stdin."
PAIRED: Final = "You two are paired. {partner} and you now have a shared journal."
PAIRED_NEXT: Final = "Your private journal stays private. What there is for an evening: nook"
NOT_NOW: Final = "Nothing was sent, and nothing changed. The page is always here: nook safety"
READ_SAFETY: Final = "Before pairing, there is one page worth reading: nook safety"
ASK_GO_ON: Final = "Go on to pairing?"
SYNCING: Final = "Syncing"
STAGES: Final = {"receiving": "Receiving", "sending": "Sending", "exporting": "Exporting"}
SYNCED_NOTHING: Final = "All settled. Nothing new on either side."
SYNCED: Final = "All settled: {what}."
PRIVATE_SYNCED_NOTHING: Final = "Private journal settled. Nothing new in it."
PRIVATE_SYNCED: Final = "Private journal settled: {what}."
# Translators: parts of "All settled: received, sent."; how much it was is not said.
SYNC_RECEIVED: Final = "received"
SYNC_SENT: Final = "sent"
PRIVATE_TROUBLE: Final = "The private journal was not exchanged this time."
SHARED_TROUBLE: Final = "The shared journal was not exchanged this time."
SYNCED_PARTLY: Final = "This much came through: {what}."
SYNC_ODD: Final = "Something was odd on the way. See: nook status"
SYNC_REGISTERED: Final = "The relay didn't know your journal; it was told of it again."
SYNC_REFUSED: Final = "The relay didn't take part of what was sent. See: nook status"
SYNC_NO_ROOM: Final = (
    "The relay has no room left for all that was written on other devices; what is of this one "
    "is there. Let whoever runs the relay know."
)
SYNC_NOT_GIVEN: Final = "The relay speaks of entries that it doesn't hand over. See: nook status"
WATCHING: Final = "Staying in sync. Ctrl-C ends it."
ARRIVED: Final = "{time}  Something new has arrived."
WATCH_ENDED: Final = "No longer syncing. Good to have had you here."
