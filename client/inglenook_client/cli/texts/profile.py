"""Starting, the recovery phrase, passphrases."""

# ruff: noqa: S105 - these speak of passphrases and hold none

from typing import Final

ASK_NAME: Final = "What shall your journal call you?"
NAME_NEEDED: Final = "A journal needs a name to call you by."
NAME_NEEDED_STEP: Final = "Give it with --name."
WELCOME: Final = (
    "This begins a journal that lives on this computer. It is yours alone until you decide "
    "otherwise; nothing about anybody else is needed."
)
ASK_KEYRING: Final = (
    "This computer's keyring can unlock the journal while you are logged in; then no command "
    "asks for a passphrase. Use it?"
)
PASSPHRASE_ADVICE: Final = (
    "Choose a passphrase that locks the journal here. Four or five unrelated words are strong "
    "and easy to remember."
)
ASK_NEW_PASSPHRASE: Final = "Passphrase"
ASK_AGAIN: Final = "The same once more"
NOT_THE_SAME: Final = "These two were not the same. Let's try again."
SHORT_PASSPHRASE: Final = "That is short and could be guessed; you can change it at any time."
NO_WAY_TO_UNLOCK: Final = "A journal needs something that unlocks it."
NO_WAY_TO_UNLOCK_STEP: Final = (
    "Name a file with a passphrase with --passphrase-file, or choose --os-keyring."
)
PHRASE_TITLE: Final = "Your recovery phrase"
PHRASE_WHY: Final = (
    "These 24 words are the only way back to your journal if this computer is gone, and "
    "whoever has them can read it. Write them on paper and keep it where only you look."
)
WORDS_RIGHT: Final = "That is right. Keep the paper where only you look."
READY_TO_CHECK: Final = "Press Enter when you have them on paper."
ASK_WORD: Final = "Word {position}"
WORD_DIFFERS: Final = "Your paper should say something else there. Have another look."
WORD_GIVEN_UP: Final = (
    "Let's leave it for now. If your paper is complete, check it whenever you like with: "
    "nook phrase check. If it isn't, forget this journal and begin another: nook wipe"
)
KEYRING_SPARES: Final = (
    "Each command asks for the passphrase. This computer's keyring can spare you that: "
    "nook passphrase change --os-keyring"
)
FILE_SPARES: Final = (
    "Each command asks for the passphrase. A file that holds it can spare you that "
    "(--passphrase-file FILE, or NOOK_PASSPHRASE_FILE); whoever can read the file can then open "
    "your journal."
)
STARTED: Final = "Welcome, {name}. Your journal is ready."
STARTED_NEXT: Final = "What there is for an evening: nook. A first line: nook write"
PHRASE_IN_FILE: Final = "The recovery phrase is in {path}. Move it off this computer."
PHRASE_PLACE_NEEDED: Final = "Nobody can be shown the recovery phrase here."
PHRASE_PLACE_NEEDED_STEP: Final = "Start in a terminal, or add --phrase-file FILE or --json."
PHRASE_FILE_EXISTS: Final = "The file for the recovery phrase is already there, or can't be made."
PHRASE_FILE_EXISTS_STEP: Final = "Name a new file with --phrase-file."
ASK_PHRASE: Final = "Type the 24 words as they stand on your paper, in as many lines as you like:"
PHRASE_NEEDED: Final = "There are no words to check yet."
PHRASE_NEEDED_STEP: Final = "Type them, or give them through standard input."
PHRASE_FITS: Final = "These are the right words. Your paper brings this journal back."
PHRASE_DOES_NOT_FIT: Final = "These words are whole, but they belong to another journal."
PHRASE_DOES_NOT_FIT_STEP: Final = "See whether you have a second paper, and check that one."
PASSPHRASE_CHANGED: Final = "Done. From now on the new passphrase unlocks your journal."
KEYRING_CHANGED: Final = "Done. From now on this computer's keyring unlocks your journal."
NEW_PASSPHRASE_NEEDED: Final = "There is no new passphrase yet."
NEW_PASSPHRASE_NEEDED_STEP: Final = (
    "Name a file that holds it with --new-passphrase-file, or choose --os-keyring."
)
ONE_NEW_WAY: Final = "Choose one: --new-passphrase-file or --os-keyring."
