"""Commands for looking inward: only ever in the private space (PRACTICES 1, 10, 11, 25)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from inglenook_client.core.decide import clean_tags
from inglenook_client.core.practices.deciding import amended, check_move, is_empty, maybe, words
from inglenook_client.core.practices.errors import NothingSaidError
from inglenook_client.core.practices.state import PracticeState
from inglenook_client.core.practices.tables import DRAFT, HIDE, KINDNESS_IDEA
from inglenook_protocol.kinds import (
    DraftEdited,
    DraftSetAside,
    DraftWritten,
    HideLifted,
    HideSet,
    InventoryEdited,
    InventoryWritten,
    KindnessIdeaEdited,
    KindnessIdeaNoted,
    KindnessIdeaSetAside,
    Part,
    ReflectionEdited,
    ReflectionWritten,
)

_ASKED: Final = ("losses", "feelings", "needs", "stresses", "curious")


def write_inventory(
    date: str,
    *,
    losses: str = "",
    feelings: list[str] | None = None,
    needs: str = "",
    stresses: str = "",
    curious: str = "",
) -> InventoryWritten:
    """A personal inventory; anything may be left out, but not everything."""
    made = InventoryWritten(
        maybe(losses), clean_tags(feelings or []), maybe(needs), maybe(stresses), maybe(curious),
        date,
    )  # fmt: skip
    if is_empty(made, *_ASKED):
        raise NothingSaidError()
    return made


def edit_inventory(
    state: PracticeState, without: Collection[str] = (), **changes: Any
) -> InventoryEdited:
    """The inventory said anew; anything may be left out, but not everything."""
    made = amended(state, InventoryEdited, changes, without)
    if is_empty(made, *_ASKED):
        raise NothingSaidError()
    return made


def write_reflection(
    date: str,
    *,
    happened: str,
    in_the_way: str = "",
    own_part: str = "",
    about: bytes | None = None,
) -> ReflectionWritten:
    """What happened as a neutral third person would tell it."""
    return ReflectionWritten(
        words(happened, "what happened"), maybe(in_the_way), maybe(own_part), about, date
    )


def edit_reflection(
    state: PracticeState, without: Collection[str] = (), **changes: Any
) -> ReflectionEdited:
    """The reflection said anew."""
    return amended(state, ReflectionEdited, changes, without)


def note_kindness_idea(idea: str) -> KindnessIdeaNoted:
    """An idea for a kindness; nobody else learns of it."""
    return KindnessIdeaNoted(words(idea, "the idea"))


def edit_kindness_idea(state: PracticeState, idea: str) -> KindnessIdeaEdited:
    """The idea said anew."""
    return amended(state, KindnessIdeaEdited, {"idea": words(idea, "the idea")})


def set_aside_kindness_idea(state: PracticeState, me: bytes) -> KindnessIdeaSetAside:
    """The idea is done with; nothing says whether it was carried out."""
    check_move(KINDNESS_IDEA, state, "kindness_idea.set_aside", me)
    return KindnessIdeaSetAside()


def write_draft(practice: str, about: bytes | None, answers: dict[str, str]) -> DraftWritten:
    """Words on their way to being shared."""
    return DraftWritten(practice, about, parts(answers))


def edit_draft(state: PracticeState, answers: dict[str, str]) -> DraftEdited:
    """The draft said anew."""
    return amended(state, DraftEdited, {"parts": parts(answers)})


def set_aside_draft(state: PracticeState, me: bytes, shared_as: bytes | None) -> DraftSetAside:
    """The draft was shared, or is let go."""
    check_move(DRAFT, state, "draft.set_aside", me)
    return DraftSetAside(shared_as)


def parts(answers: dict[str, str]) -> list[Part]:
    """Answers that were given, in their order. Raises ``NothingSaidError`` if there is none."""
    found = [Part(name, text) for name, given in answers.items() if (text := maybe(given))]
    if not found:
        raise NothingSaidError()
    return found


def hide(entity: bytes) -> HideSet:
    """Leave an entity out of what is looked back at; only here, and nobody is told."""
    return HideSet(entity)


def lift_hide(state: PracticeState, me: bytes) -> HideLifted:
    """It may be looked back at again."""
    check_move(HIDE, state, "hide.lifted", me)
    return HideLifted()
