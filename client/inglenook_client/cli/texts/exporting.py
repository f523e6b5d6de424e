"""Exports."""

from typing import Final

DONE: Final = "Everything is in {file}, sealed as it was written."
DONE_OPENS: Final = (
    "Your recovery phrase opens it, today and in many years, with one small program that needs "
    "nothing of Inglenook: protocol/verifier/nook_verify_journal.py. Without the phrase nobody "
    "can read it."
)
READABLE_EMPTY: Final = "{file} is written; there are no entries yet."
READABLE_DONE: Final = {
    1: "1 entry is in {file}, for people to read.",
    2: "{count} entries are in {file}, for people to read.",
}
READABLE_WARNING: Final = (
    "It is not encrypted: whoever gets this file can read all of it. Keep it where only you look, "
    "and delete it when it has served."
)
ASK_COPY: Final = "Take a copy along first?"
ASK_BEFORE_LEAVING: Final = "A file for it (Enter alone for none)"
OFFERED_BEFORE_LEAVING: Final = (
    "If you like, take a copy along that opens with your recovery phrase. It can be done later, "
    "too: nook export FILE"
)

MARKDOWN_HEAD: Final = (
    "# {name}'s journal\n\n"
    "Exported from Inglenook on {date}. This file is **not encrypted**: whoever has it can read "
    "all of it.\n"
)
BY: Final = "**{name}** · {about}"
REPLY: Final = "↳ **{name}**"
TWO_VERSIONS: Final = "changed at the same time elsewhere:"
