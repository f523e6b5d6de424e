"""Bringing a journal back from the phrase."""

from typing import Final

WELCOME: Final = (
    "Your journal is at the relay, sealed; the 24 words from your paper open it. They are kept "
    "nowhere here."
)
ASK_KEEP: Final = "Do you still have another computer with this journal?"
DONE: Final = "Welcome back. The journal that you share with {partner} is here again."
RETIRED: Final = (
    "The computer that you had before was removed from the journal: whoever holds it now gets "
    "nothing new."
)
DONE_PRIVATE: Final = "Welcome back. Your private journal is here again."
PRIVATE_BACK: Final = "Your private journal came back too."
PRIVATE: Final = (
    "Your private journal was never at this relay. It comes back from a backup only; here it "
    "begins anew, under the same phrase."
)
PHRASE_FILE_UNREADABLE: Final = "The file with the phrase can't be read."
PHRASE_FILE_UNREADABLE_STEP: Final = "Give the path of a text file with the 24 words in it."
