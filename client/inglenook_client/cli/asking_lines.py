"""Questions with room for more than a line, one after another; each can be passed over."""

from __future__ import annotations

from collections.abc import Mapping

from inglenook_client.cli.asking import ask
from inglenook_client.cli.speaking import say
from inglenook_client.cli.texts import inward


class Answers:
    """What options gave, and what a person adds when asked."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = {name: text for name, text in given.items() if text.strip()}

    @property
    def empty(self) -> bool:
        """Nothing was said."""
        return not self.given

    def text(self) -> str:
        """All of it, in case it has to be kept."""
        return "\n\n".join(self.given.values())

    def ask(self, questions: Mapping[str, str]) -> None:
        """Each question in turn; an empty line goes on, Enter alone passes over.

        What was said stays in ``given`` whatever cuts the asking off.
        """
        say(inward.HOW_TO_ANSWER)
        for name, question in questions.items():
            say("")
            say(question)
            while line := ask(inward.ASK_LINE, ""):
                before = self.given.get(name)
                self.given[name] = line if before is None else f"{before}\n{line}"
