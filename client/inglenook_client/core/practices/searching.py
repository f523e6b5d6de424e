"""What a search finds of a practice: the words of each counted event, and which may be found now.

The words of an event never change, so the index keeps them per event. What may be found does
change: a version that no longer stands, something tender whose author did not opt in (SPEC
13.11), a round that one of the two has not opened (SPEC 18.4).
"""

from __future__ import annotations

from typing import Final

from inglenook_client.core.practices.families import FAMILY_BY_SHOWN, ROUND
from inglenook_client.core.practices.state import PracticeState, Said
from inglenook_protocol.kinds import (
    DisclosureLookBackSet,
    DisclosureShared,
    Part,
    Payload,
    RevealOpened,
)
from inglenook_protocol.reveal import decode_half

_IN_MOVES: Final = ("text", "memory", "note", "appreciation", "next_step", "plan", "together")
"""Fields of moves in which people write."""


def searchable(kind: str, state: PracticeState) -> tuple[tuple[bytes, str], ...]:
    """(event id, words) of every counted event that has any."""
    family = FAMILY_BY_SHOWN.get(kind)
    found = [] if family is None else [(v.event, _words(v, family.words)) for v in state.versions]
    found += [(m.event, _move_words(m)) for m in state.moves]
    return tuple((event, words) for event, words in found if words)


def findable(kind: str, state: PracticeState) -> frozenset[bytes]:
    """The events in whose words a search finds the entity."""
    if kind == "disclosure" and not may_be_found(state):
        return frozenset()
    if kind == "draft" and state.stage != "open":
        return frozenset()
    if kind == ROUND:
        opened = {m.by: m.event for m in reversed(state.moves) if m.kind == "reveal.opened"}
        return frozenset(opened.values()) if len(opened) == 2 else frozenset()
    standing = {state.versions[index].event for index in state.current}
    return frozenset({*standing, *(m.event for m in state.moves)})


def may_be_found(disclosure: PracticeState) -> bool:
    """Whether its author opted in to looking back, searches, exports (SPEC 13.11)."""
    latest = disclosure.last("disclosure.look_back_set")
    if latest is not None and isinstance(latest.payload, DisclosureLookBackSet):
        return latest.payload.allowed
    first = disclosure.versions[0].payload
    return isinstance(first, DisclosureShared) and first.look_back


def found_words(kind: str, state: PracticeState) -> str:
    """All that a search may find, in one text: what an excerpt is taken from."""
    may = findable(kind, state)
    return "\n".join(words for event, words in searchable(kind, state) if event in may)


def _move_words(move: Said) -> str:
    payload = move.payload
    if isinstance(payload, RevealOpened):
        return "\n".join(part.text for part in decode_half(payload.half).parts if part.text)
    return _joined(payload, [n for n in payload.__struct_fields__ if n in _IN_MOVES])


def _words(version: Said, names: tuple[str, ...]) -> str:
    return _joined(version.payload, list(names))


def _joined(payload: Payload, names: list[str]) -> str:
    parts: list[str] = []
    for name in names:
        value = getattr(payload, name)
        if isinstance(value, str):
            parts.append(value)
        elif isinstance(value, list):
            parts += [v.text if isinstance(v, Part) else str(v) for v in value]
    return "\n".join(filter(None, parts))
