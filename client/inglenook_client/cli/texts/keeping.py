"""Leaving, backups, forgetting."""

# ruff: noqa: S105 - these speak of passphrases and hold none

from typing import Final

LEAVE: Final = (
    "Leaving means that this computer stops exchanging the shared journal, for good. Nothing is "
    "sent and nobody is told: to {partner} it looks the same as when you are offline."
)
LEAVE_KEEPS: Final = (
    "Your private journal stays as it is. Your copy of the shared one stays here too, to read "
    "and to search. What you shared stays with {partner}."
)
LEAVE_ELSEWHERE: Final = {
    1: "You have another device in this journal; it goes on until you leave there too.",
    2: "You have {count} other devices in this journal; they go on until you leave there too.",
}
ASK_LEAVE: Final = "Leave the shared journal?"
LEAVE_NEEDS_YES: Final = "Leaving is for good, so it asks first."
HAVE_LEFT: Final = "You have left. Nothing was sent, and nothing will be."
HAVE_LEFT_NEXT: Final = (
    "Everything here stays readable. To share a journal again one day: nook anew"
)
ANEW: Final = (
    "Another shared journal gets keys of its own from your recovery phrase, so the words are "
    "needed once. They are kept nowhere."
)
ANEW_DONE: Final = (
    "There is room for another shared journal. Begin it with: nook invite, or nook join"
)
ANEW_KEPT: Final = (
    "The earlier one stays here to read. To bring an entry of your own along: nook share ID"
)

BACKUP_DONE: Final = "Everything is in {file}, encrypted, and was read back to be sure."
BACKUP_OPENS_PROFILE: Final = "It opens with the passphrase that your journal has now."
BACKUP_OPENS_OWN: Final = "It opens with the passphrase that you just chose. Keep that in mind."
BACKUP_NEXT: Final = "Keep it on another disk. To bring it back: nook --home DIR restore FILE"
BACKUP_ASK_OWN: Final = "Choose a passphrase for this backup."
BACKUP_NEEDS_PASSPHRASE: Final = "A backup needs a passphrase that opens it anywhere."
BACKUP_NEEDS_PASSPHRASE_STEP: Final = "Name a file that holds one with --backup-passphrase-file."
ASK_BACKUP_PASSPHRASE: Final = "Passphrase of the backup"
RESTORED: Final = "Welcome back, {name}. This is your journal as it was {when}."
RESTORED_OPENS: Final = (
    "The backup's passphrase unlocks it; to choose another: nook passphrase change"
)
RESTORED_OPENS_KEYRING: Final = "This computer's keyring unlocks it from now on."
RESTORED_NEXT: Final = (
    "What came after it is fetched by: nook sync. Should the journal still be in use on the "
    "computer that it comes from, go on with one of the two only."
)
RESTORED_LEFT: Final = (
    "Did you leave the shared journal since then? The backup doesn't know; say it again before "
    "you sync: nook leave"
)

WIPE: Final = (
    "This forgets your journal on this computer: both journals, the drafts and the key. It can't "
    "be undone here."
)
WIPE_UNKNOWN: Final = "Without unlocking it, nothing can be said about what is in it."
WIPE_PHRASE_CHECKED: Final = (
    "You checked your recovery phrase. It brings back what a relay or another device of yours "
    "holds."
)
WIPE_PHRASE_UNCHECKED: Final = (
    "Your recovery phrase was never checked back here. Without it, a backup or another device of "
    "yours, nothing brings this journal back: nook phrase check"
)
WIPE_PRIVATE: Final = {
    1: "1 entry of your private journal is here; the relay does not have it.",
    2: "{count} entries of your private journal are here; the relay does not have them.",
}
WIPE_WAITING: Final = {
    1: "1 change to the shared journal was not sent yet: nook sync",
    2: "{count} changes to the shared journal were not sent yet: nook sync",
}
WIPE_DRAFTS: Final = {
    1: "1 set of kept words goes too: nook drafts",
    2: "{count} sets of kept words go too: nook drafts",
}
ASK_WIPE: Final = "Forget it all on this computer?"
WIPE_NEEDS_YES: Final = "Forgetting can't be undone, so it asks first."
WIPED: Final = "Forgotten. {home} holds nothing of the journal any more."
WIPED_TRACES: Final = (
    "To be honest: disks, above all those without moving parts, and backups of this computer may "
    "keep traces of deleted files. They are encrypted, and their key was deleted first."
)
WIPED_KEYRING: Final = (
    "This computer's keyring could not be asked to let go of the key; look there for an item "
    "called inglenook."
)
WIPED_LEFT: Final = "Other files in that folder were left as they are: {names}"
