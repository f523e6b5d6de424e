"""What all commands of practices share: whether a move has a place, and words that are words.

A command is decided from what stands and what is wanted, to the next event's payload. Limits are
checked here and nowhere else (SPEC 10.4); authority and tables are checked here so that nobody
writes what would not count.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final, TypeVar

import msgspec

from inglenook_client.core.practices.errors import (
    ChoiceError,
    LengthError,
    NothingNewError,
    NothingSaidError,
    NotNowError,
    NotYoursToSayError,
)
from inglenook_client.core.practices.machine import (
    ANSWERER,
    AUTHOR,
    CROSSING,
    EITHER,
    MOVER,
    PARTNER,
    Table,
)
from inglenook_client.core.practices.state import PracticeState
from inglenook_protocol import kinds
from inglenook_protocol.errors import LocalProtocolError
from inglenook_protocol.kinds import Payload
from inglenook_protocol.limits import MAX_MINUTES

P = TypeVar("P", bound=Payload)


def check_move(
    table: Table, state: PracticeState, kind: str, me: bytes, *, speaks: bytes | None = None
) -> None:
    """Whether a move of ``kind`` by ``me`` has a place now; conditions are the caller's.

    ``speaks``: the member for whom it is said, where that is the other (SPEC 13.7). Raises
    ``NotNowError``, ``NotYoursToSayError``.
    """
    actor = me if speaks is None else speaks
    rows = [
        row
        for row in table.rows
        if row.state == state.stage and row.kind == kind and CROSSING not in row.when
    ]
    if not rows:
        raise NotNowError(table.name, state.stage)
    author, mover = state.versions[0].by, last_mover(state)
    fits = {
        EITHER: True,
        AUTHOR: actor == author,
        PARTNER: actor != author,
        MOVER: actor == mover,
        ANSWERER: actor != mover,
    }
    if not any(fits[row.who] for row in rows):
        raise NotYoursToSayError()


def is_theirs_to_make(table: Table, state: PracticeState, kind: str, me: bytes) -> bool:
    """As ``check_move``, as an answer: what faces offer."""
    try:
        check_move(table, state, kind, me)
    except (NotNowError, NotYoursToSayError):
        return False
    return True


def last_mover(state: PracticeState) -> bytes:
    """Who wrote the last of what led to the present state."""
    by = {one.event: one.by for one in (*state.versions, *state.moves)}
    return by.get(state.since[-1], b"") if state.since else b""


def check_author(state: PracticeState, me: bytes) -> None:
    """Raises ``NotYoursToSayError`` for what is the other's alone."""
    if state.versions[0].by != me:
        raise NotYoursToSayError()


def words(text: str, what: str) -> str:
    """Text that has to be there. Raises ``NothingSaidError``, ``LocalProtocolError``."""
    stripped = text.strip()
    if not stripped:
        raise NothingSaidError(what)
    return maybe(stripped)


def maybe(text: str) -> str:
    """Text that may be left out. Raises ``LocalProtocolError`` for what can't be stored."""
    stripped = text.strip()
    try:
        stripped.encode()
    except UnicodeEncodeError:
        raise LocalProtocolError(
            "The text has characters that can't be stored.", "Paste it as plain UTF-8 text."
        ) from None
    return stripped


def lines(given: list[str], what: str) -> list[str]:
    """Lines that are not empty, each once. Raises ``NothingSaidError`` if none is left."""
    kept = list(dict.fromkeys(line for one in given if (line := maybe(one))))
    if not kept:
        raise NothingSaidError(what)
    return kept


def minutes(given: int) -> int:
    """A length. Raises ``LengthError``."""
    if not 1 <= given <= MAX_MINUTES:
        raise LengthError(MAX_MINUTES)
    return given


LEFT_OUT: Final[dict[type[Payload], dict[str, Any]]] = {
    kinds.InventoryEdited: {
        "losses": "", "feelings": [], "needs": "", "stresses": "", "curious": "",
    },
    kinds.ReflectionEdited: {"in_the_way": "", "own_part": ""},
    kinds.StepEdited: {"enough": "", "review": None},
    kinds.ConversationCountered: {"note": ""},
    kinds.NeedEdited: {"why": ""},
    kinds.RitualEdited: {"words": "", "at": None},
    kinds.ActivityEdited: {"note": ""},
    kinds.KeepsakeEdited: {"text": ""},
}  # fmt: skip
"""By edit: what may be left out from then on, and what it then is. An edit states every field, so
nothing else is needed to take one away (SPEC 13.2)."""


def left_out(edit: type[Payload], without: Collection[str]) -> dict[str, Any]:
    """Fields as an edit states them that leaves them out. Raises ``ChoiceError``."""
    may = LEFT_OUT.get(edit, {})
    for name in without:
        if name not in may:
            raise ChoiceError(name, tuple(may))
    return {name: may[name] for name in without}


def amended(
    state: PracticeState, edit: type[P], changes: dict[str, Any], without: Collection[str] = ()
) -> P:
    """The edit that turns the words as they stand into the wanted ones.

    None leaves a field as it is; those in ``without`` are left out from then on. Raises
    ``NothingNewError``.
    """
    shown = state.shown.payload
    asked = {name: value for name, value in changes.items() if value is not None}
    before = {name: getattr(shown, name) for name in edit.__struct_fields__}
    after = {
        **before,
        **{n: maybe(v) if isinstance(v, str) else v for n, v in asked.items()},
        **left_out(edit, without),
    }
    if after == before:
        raise NothingNewError()
    return edit(**after)


def amended_any(state: PracticeState, edit: type[P], **changes: Any) -> P:
    """As ``amended``, with the changes as arguments."""
    return amended(state, edit, changes)


def is_empty(payload: Payload, *names: str) -> bool:
    """Whether nothing was said in any of the fields."""
    return not any(msgspec.structs.asdict(payload)[name] for name in names)
