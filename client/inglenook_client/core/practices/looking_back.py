"""What may be looked back at in hard times (PRACTICES 25, SPEC 13.11).

Theory. Somebody asks for the path so far when things are hard, so nothing may come up that hurts.
Three sieves, each of which only takes away:

    kind      ``MAY_APPEAR``: warm things that happened; ``STAYS_OUT`` names all others with why
    consent   the practices that both agreed to look back at; what is tender, if its author opted in
    hides     what the reader took out for themselves, which nobody else can know

A moment that one's own reflection is about is taken out as well: its reader named it as friction.
Of an entry its own words appear, and warm signs; replies stay with the entry, since nobody
can tell what they hold.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, TypeVar

import msgspec

from inglenook_client.core.fold import Projection
from inglenook_client.core.model import EntryView
from inglenook_client.core.practices.registry import PRACTICES
from inglenook_client.core.practices.showing import is_tender
from inglenook_client.core.practices.state import PracticeState
from inglenook_protocol.kinds import LookBackProposed

T = TypeVar("T")

ANY: Final = ("",)
MAY_APPEAR: Final[dict[str, tuple[str, ...]]] = {
    "moment": ANY,
    "progress": ANY,
    "appreciation": ANY,
    "ritual-kept": ANY,
    "activity": ("done",),
    "couple-time": ("kept",),
    "affection": ANY,
    "milestone": ANY,
    "keepsake": ("pinned",),
    "commitment": ("agreed",),
    "disclosure": ANY,
}
"""Kinds, and the stages in which they may appear."""

STAYS_OUT: Final = {
    "check-in": "it may have been a hard day",
    "reply": "nobody can tell what it holds",
    "conversation": "it had a reason",
    "turn": "it was hard to say",
    "acknowledgement": "it answers a conflict",
    "goal": "it comes of a problem",
    "pause": "something had become too much",
    "rules": "they are for hard talks",
    "need": "it says what is lacking",
    "step": "it asks for something",
    "topic": "everyday logistics",
    "exchange": "it was a hard day",
    "round": "it says what did not help",
    "half": "private",
    "inventory": "private",
    "reflection": "private, and about friction",
    "kindness-idea": "private",
    "draft": "private",
    "hide": "private",
    "ritual": "a plan, not something that happened",
    "look-back": "a setting",
    "name": "a setting",
    "zone": "a setting",
}
"""Every other kind, with why it never appears."""

MOST: Final = 12
"""As many entries as a path shows unless all of it is asked for."""


def choices() -> tuple[str, ...]:
    """The practices that two can agree to look back at."""
    return tuple(p.key for p in PRACTICES if any(kind in MAY_APPEAR for kind in p.shown))


def kinds_of(practices: Collection[str]) -> tuple[str, ...]:
    """The kinds that practices bring with them."""
    found = [kind for p in PRACTICES if p.key in practices for kind in p.shown]
    return tuple(kind for kind in found if kind in MAY_APPEAR)


def may_appear(projection: Projection) -> bool:
    """Whether something is of a kind and in a stage to be looked back at."""
    stages = MAY_APPEAR.get(projection.kind)
    if stages is None or projection.redacted:
        return False
    state = projection.state
    if state is None:
        return bool(projection.current)
    if projection.kind == "commitment" and state.in_force is None:
        return False
    return (stages == ANY or state.stage in stages) and not is_tender(projection.kind, state)


def allowed(agreements: Sequence[PracticeState]) -> list[str]:
    """The practices in force: what every agreement that holds names, in the order of the rows.

    Two that were proposed at once and both agreed to allow what stands in both.
    """
    holding = [state.in_force.payload for state in agreements if state.in_force is not None]
    named = [set(p.practices) for p in holding if isinstance(p, LookBackProposed)]
    if not named:
        return []
    common = set.intersection(*named)
    return [key for key in choices() if key in common]


def as_looked_back_at(view: EntryView) -> EntryView:
    """An entry without what might hurt."""
    return msgspec.structs.replace(view, replies=[], others=[], history=[])


def spread(found: Sequence[T], most: int = MOST) -> list[T]:
    """So many of them, evenly: the first, the last, and what lies between."""
    if len(found) <= most:
        return list(found)
    last = len(found) - 1
    return [found[round(at * last / (most - 1))] for at in range(most)]
