"""Sentences that every command may say."""

# ruff: noqa: S105 - these speak of passphrases and hold none

from typing import Final

PARTNER: Final = "your partner"
TEXT_OR_DRAFT: Final = "Give either a text or --draft."
ANEW_OR_WITHOUT: Final = "Say it anew, or leave it out with --without, not both."
NO_COMPLETION: Final = "There is no completion for {shell}."
YES_OR_NO: Final = {"": "y/n", "yes": "Y/n", "no": "y/N"}
YES: Final = ("y", "yes")
NO: Final = ("n", "no")
ASK_PASSPHRASE: Final = "Passphrase"
TRY_AGAIN: Final = "That doesn't open it. Once more, calmly."
STOPPED: Final = "Stopped."
UNEXPECTED: Final = "Something happened that Inglenook doesn't know how to handle."
UNEXPECTED_STEP: Final = (
    "What was saved before is safe. To help mend this, run the same command with NOOK_DEBUG=1 "
    "and send what it prints to whoever gave you Inglenook; look through it first."
)
DISK_FULL: Final = "The disk is full, so this couldn't be saved yet."
DISK_FULL_STEP: Final = "Free some space, then try again; everything saved earlier is safe."
NO_SUCH_COMMAND: Final = "There is no command called “{given}”."
DID_YOU_MEAN: Final = "Did you mean “{command}”?"
# Translators: {what} names what a command takes, such as FILE or TEXT.
ONE_MORE: Final = "One more thing is needed: {what}."
NO_SUCH_LANGUAGE: Final = "Nook has no words in “{given}” yet. It speaks: {languages}."
NOT_ONE_OF: Final = "“{given}” is not one of the words that fit here: {words}."
ONE_OF: Final = "{words} or {last}"
SEE_HELP: Final = "See how it is used with: {command} --help"
WORDS_KEPT: Final = "Your words are kept, encrypted: nook drafts"
WORDS_STILL_KEPT: Final = "Your words are still kept: nook drafts"
WORDS_SHOWN: Final = "Your words could not be kept on this computer. Here they are:"
WORDS_FROM: Final = "----- your words begin -----"
WORDS_TO: Final = "----- your words end -----"
NOT_HERE_YET: Final = "This part of Inglenook isn't in this version yet."
NOT_HERE_YET_STEP: Final = "It comes with an update."
NO_TERMINAL_LOCKED: Final = "This journal is locked by a passphrase, and nobody can be asked here."
NO_TERMINAL_LOCKED_STEP: Final = (
    "Name a file that holds it with --passphrase-file or NOOK_PASSPHRASE_FILE."
)
