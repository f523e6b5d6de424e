"""Words on their way to being shared, and what their writer alone is told of them (PRACTICES 6).

A hint names a word that often makes it harder to be heard. It stands beside the draft on its
writer's device, hinders nothing, and is part of no event.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from inglenook_client.core.fold import Projection
from inglenook_client.core.views import iso_moment
from inglenook_protocol.kinds import DraftWritten, Part

# People write in their own language, whichever one the screen speaks.
_HINTS: Final = (
    ("always", r"always|immer|ständig|dauernd"),
    ("never", r"never|nie|niemals"),
    ("you-are", r"you are|you're|you’re|du bist|ihr seid"),  # noqa: RUF001
)
_PATTERNS: Final = tuple(
    (name, re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)) for name, words in _HINTS
)


class Hint(msgspec.Struct, frozen=True):
    """A word to look at once more; for its writer's eyes."""

    hint: str
    """``always``, ``never``, ``you-are``."""
    word: str
    """As it stands in the draft."""
    part: str
    """In which part."""


class DraftPart(msgspec.Struct, frozen=True):
    """One part of a draft."""

    name: str
    text: str


class DraftView(msgspec.Struct, frozen=True):
    """Words that are with their writer alone."""

    id: str
    practice: str
    about: str | None
    written_at: str
    parts: list[DraftPart]
    hints: list[Hint]


def hints_of(parts: list[Part]) -> list[Hint]:
    """What there is to look at, each word once a part."""
    found: dict[tuple[str, str, str], Hint] = {}
    for part in parts:
        for name, pattern in _PATTERNS:
            for match in pattern.finditer(part.text):
                key = (name, match[0].casefold(), part.name)
                found.setdefault(key, Hint(name, match[0], part.name))
    return list(found.values())


def draft_view(id_: bytes, projection: Projection) -> DraftView:
    """A draft as folded."""
    state = projection.state
    payload = None if state is None else state.shown.payload
    if state is None or not isinstance(payload, DraftWritten):
        raise ValueError("a draft's versions say a draft")
    said = state.shown
    hinted = payload.practice == "turn"
    return DraftView(
        id=id_.hex(),
        practice=payload.practice,
        about=None if payload.about is None else payload.about.hex(),
        written_at=iso_moment(said.at_ms, said.offset_minutes),
        parts=[DraftPart(part.name, part.text) for part in payload.parts],
        hints=hints_of(payload.parts) if hinted else [],
    )
