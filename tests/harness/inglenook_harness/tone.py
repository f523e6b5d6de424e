"""Words that never stand in text that a person sees.

Absence goes unmarked and nobody is graded, so these have no place in anything the software
says. Tests that look at rendered output use ``unkind_words`` on it as well.
"""

import re

UNKIND_WORDS = (
    "missed",
    "failed",
    "streak",
    "score",
    "behind",
    "overdue",
    "owe",
    "your partner hasn't",
)
_INFLECTED = ("streaks", "scores", "scored", "owes", "owed")


def _as_pattern(words: str) -> str:
    spaced = re.escape(words).replace(r"\ ", r"\s+")
    return spaced.replace("'", "['\N{RIGHT SINGLE QUOTATION MARK}]")


_PATTERN = re.compile(
    r"\b(?:" + "|".join(map(_as_pattern, UNKIND_WORDS + _INFLECTED)) + r")\b", re.IGNORECASE
)


def unkind_words(text: str) -> list[str]:
    """The words in ``text`` that nobody should read, in order."""
    return _PATTERN.findall(text)
