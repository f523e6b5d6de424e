"""Old versions of a kind, turned into the newest before they are folded (SPEC 13.13).

Theory. Bytes are kept and hashed as received, so what an older program wrote stays what it was
for ever. A fold should still know one form of each kind. So each version that was replaced has
a step to the next one here, and an event goes up the steps until it is of the newest version;
folds, views and edits meet no other. A step is a pure function and asks nothing that the old
payload does not say.

    entry.written 1  ─▶  entry.written 2     no attachments
    entry.edited  1  ─▶  entry.edited  2     the attachments stay as they are

A kind that changes gets a new version, a class, a row in SPEC 13, frozen vectors, and a step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from inglenook_protocol.kinds import (
    EntryEdited,
    EntryEditedV1,
    EntryWritten,
    EntryWrittenV1,
    Payload,
)


def _entry_written_2(old: EntryWrittenV1) -> EntryWritten:
    return EntryWritten(old.form, old.text, old.date, old.tags, old.beside, [])


def _entry_edited_2(old: EntryEditedV1) -> EntryEdited:
    return EntryEdited(old.text, old.date, old.tags, None)


STEPS: Final[dict[type[Payload], Callable[[Any], Payload]]] = {
    EntryWrittenV1: _entry_written_2,
    EntryEditedV1: _entry_edited_2,
}
"""By the class of an old version: the step to the next."""


def upcast(payload: Payload) -> Payload:
    """The payload in its kind's newest version."""
    while (step := STEPS.get(type(payload))) is not None:
        payload = step(payload)
    return payload
