"""Where the words of a command come from, so that none of them is ever lost.

In this order: a draft that is taken up, the command's argument, standard input (``-``, or
when it is not a terminal), the person's editor, and lines typed here if no editor is set.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from typing import Final

from inglenook_client.cli import editor
from inglenook_client.cli.asking import ask, interruptible
from inglenook_client.cli.drafts_by_id import find_draft
from inglenook_client.cli.errors import EmptyTextError, NotATextError, NothingWrittenError
from inglenook_client.cli.run import Run
from inglenook_client.cli.speaking import say
from inglenook_client.cli.texts import writing
from inglenook_client.journal import Journal

_ID: Final = re.compile(r"(?=.*[0-9])[0-9a-f]{4,64}|[0-9a-f]{8,64}", re.IGNORECASE)


def id_and_text(given: tuple[str, ...]) -> tuple[str, str | None]:
    """What is named, if an id stands first, and the words: ``1a2b3c4d I hear you``."""
    entry = given[0] if given and _ID.fullmatch(given[0]) else ""
    words = given[1:] if entry else given
    return entry, " ".join(words) if words else None


@dataclass
class Words:
    """The text of one command. Read once, remembered until the command is carried out."""

    run: Run
    command: str
    argument: str | None = field(default=None, repr=False)
    draft: str | None = None
    """A beginning of the id of a draft to take up."""
    start: str = field(default="", repr=False)
    """What an editor begins with."""
    also: str = field(default="", repr=False)
    """More words, from options; kept with the text when it has to be kept."""
    asked: bool = False
    """They were asked for in one line."""
    draft_id: str | None = None
    draft_text: str | None = field(default=None, repr=False)
    _read: str | None = field(default=None, repr=False)

    async def take_up_draft(self, journal: Journal) -> None:
        """Find the draft that was asked for. Raises NoSuchDraftError."""
        if self.draft is not None:
            found = find_draft(await journal.drafts(), self.draft)
            self.draft_id, self.draft_text = found.id, found.text

    def read(self) -> str:
        """The words, without line ends around them.

        Raises EmptyTextError, NotATextError, EditorError, or NothingWrittenError for a person
        who came away from the editor without words.
        """
        text = self._obtain().strip("\r\n")
        if not text.strip():
            if self._by_hand:
                raise NothingWrittenError(writing.NOTHING_WRITTEN)
            raise EmptyTextError(writing.NO_WORDS, writing.NO_WORDS_STEP)
        return text

    def take_in(self) -> None:
        """The words have found their place: nothing of them is kept in the drafts any more."""
        self.argument = self._read = ""

    def at_hand(self) -> str | None:
        """The words as far as they can be had without asking anybody."""
        if self._read is None and not self._by_hand and self.draft is None:
            try:
                self._obtain()
            except NotATextError:
                return None
        return self._read if self._read is not None else self.draft_text

    def in_full(self) -> str | None:
        """As ``at_hand``, with the words from options: what a draft keeps."""
        text = self.at_hand()
        return f"{text}\n\n{self.also}" if text is not None and self.also else text

    @property
    def _by_hand(self) -> bool:
        """Whether a person writes them now."""
        return self.argument is None and sys.stdin.isatty()

    def _obtain(self) -> str:
        if self._read is not None:
            return self._read
        if self.draft_text is not None and self.argument is None:
            self._read = self.draft_text
            if self.run.someone_is_there and editor.chosen() is not None:
                self._edit(self.draft_text)
        elif self.argument is not None and self.argument != "-":
            self._read = self.argument
        elif self._by_hand and self.run.someone_is_there and editor.chosen() is not None:
            self._edit(self.start)
        elif self._by_hand and self.run.someone_is_there and self.command in writing.ONE_LINE:
            self.asked = True
            self._read = ask(writing.ONE_LINE[self.command], "")
        elif self._by_hand and self.run.someone_is_there:
            self._type_here()
        else:
            self._read = _standard_input()
        return self._read or ""

    def _edit(self, start: str) -> None:
        def remember(text: str) -> None:
            self._read = text

        editor.edit(start, remember)

    def _type_here(self) -> None:
        say(writing.TYPE_HERE)
        self._read = ""
        with interruptible():
            for line in sys.stdin:
                self._read += line


def _standard_input() -> str:
    content = sys.stdin.buffer.read() if hasattr(sys.stdin, "buffer") else sys.stdin.read()
    if isinstance(content, str):
        return content
    try:
        return content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise NotATextError(writing.NOT_A_TEXT, writing.NOT_A_TEXT_STEP) from None
