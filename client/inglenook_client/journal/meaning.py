"""Which thing is meant where nobody remembers an id: the last one, or the one with a word in it.

Theory. An id is exact and nobody's way of speaking. Two people say "the last one", or name a thing
by a word of it. ``last`` means the latest that a command can be about: of the other's for an
answer, of one's own for a change. A word means the one thing of its kind in which it stands,
first among what is still going on; where it stands in several, nothing is guessed. An id that fits
always comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal

from inglenook_client.core.fold import TIMELINE_KINDS
from inglenook_client.core.model import MeantView
from inglenook_client.core.practices.searching import found_words
from inglenook_client.core.practices.showing import ON_THE_TIMELINE, first_words
from inglenook_client.journal.errors import ManyNamedError, NoSuchEntryError, NothingYetError
from inglenook_client.journal.practice import Found, Practice
from inglenook_client.store import queries
from inglenook_client.store.queries import Row
from inglenook_client.store.space import SpaceStore
from inglenook_protocol.kinds import DisclosureShared

Purpose = Literal["read", "answer", "change", "share", "excerpt"]

_OVER: Final = (
    "done", "aside", "retired", "closed", "let-go", "kept", "unpinned", "resting", "taken-up",
    "lifted",
)  # fmt: skip
_ANSWERED: Final = (*TIMELINE_KINDS, "disclosure", "exchange")
"""What one of the two says to the other; what belongs to both is answered by its id."""
_LATELY: Final = 200
"""Among so many the last one is looked for."""
_NAMES: Final = 3


def called(candidates: Sequence[Found], said: str) -> Found:
    """The one that is called so. Raises ``NoSuchEntryError``, ``ManyNamedError``."""
    word = said.strip().casefold()
    named = [one for one in candidates if word and word in _all_words(one).casefold()]
    going_on = [one for one in named if one.state.stage not in _OVER]
    found = going_on or named
    if not found:
        raise NoSuchEntryError(said, by_word=True)
    if len(found) > 1:
        raise ManyNamedError([f"“{_first_line(one.row)}”" for one in found[-_NAMES:]])
    return found[0]


def latest(candidates: Sequence[Found]) -> Found:
    """The last of them, first among what is going on. Raises ``NothingYetError``."""
    going_on = [one for one in candidates if one.state.stage not in _OVER]
    found = going_on or candidates
    if not found:
        raise NothingYetError()
    return max(found, key=lambda one: one.row.projection.written_ms)


class Meaning(Practice):
    """Reached as ``journal.meaning``."""

    async def last(self, purpose: Purpose) -> MeantView:
        """The last thing that a command of this purpose can be about.

        Raises ``NothingYetError``.
        """
        private, shared = self._state.opened_private, self.readable_shared()
        both = [store for store in (private, shared) if store is not None]
        kinds: tuple[str, ...]
        if purpose == "share":
            kinds = (*TIMELINE_KINDS, "draft")
            found = await self._last(both[:1] if private else [], kinds, _is_own)
        elif purpose == "excerpt":
            kinds = ("inventory", "reflection", "moment", "progress")
            found = await self._last(both[:1] if private else [], kinds, _is_own)
        elif purpose == "change":
            found = await self._last(both, TIMELINE_KINDS, _is_own)
        elif purpose == "answer" and shared is not None and self._state.paired:
            found = await self._last([shared], _ANSWERED, _to_answer)
        else:
            found = await self._last(both, ON_THE_TIMELINE, lambda _store, _row: True)
        return MeantView(found.id.hex(), found.projection.kind, _first_line(found))

    async def _last(
        self,
        stores: Sequence[SpaceStore],
        kinds: Sequence[str],
        fits: Callable[[SpaceStore, Row], bool],
    ) -> Row:
        found = [
            row
            for store in stores
            for row in await store.query(queries.latest, kinds, _LATELY)
            if _stands(row) and fits(store, row)
        ]
        if not found:
            raise NothingYetError()
        return max(found, key=lambda row: row.projection.written_ms)


def _stands(row: Row) -> bool:
    projection = row.projection
    if projection.redacted:
        return False
    if projection.state is not None:
        return projection.kind != "draft" or projection.state.stage == "open"
    return bool(projection.current)


def _is_own(store: SpaceStore, row: Row) -> bool:
    return row.projection.author == store.member


def _to_answer(store: SpaceStore, row: Row) -> bool:
    if row.projection.author == store.member:
        return False
    state = row.projection.state
    told = None if state is None else state.shown.payload
    return not (isinstance(told, DisclosureShared) and told.wanted == "no-reply")


def _all_words(found: Found) -> str:
    return found_words(found.row.projection.kind, found.state)


def _first_line(row: Row) -> str:
    projection = row.projection
    if projection.state is not None:
        return first_words(projection.kind, projection.state)
    said = projection.versions[projection.current[-1]]
    words = said.text or ", ".join(said.feelings)
    return words.strip().partition("\n")[0]
