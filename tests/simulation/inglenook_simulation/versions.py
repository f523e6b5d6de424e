"""Programs of two ages at one time: an older one has never heard of some kinds (SPEC 9.4).

A device runs one of them. What the older one does not know it keeps, passes on and counts;
after the upgrade it folds everything anew, and shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from inglenook_client.store import rebuilding
from inglenook_protocol import kinds
from inglenook_protocol.kinds import (
    KIND_BY_PAYLOAD,
    AppreciationEdited,
    AppreciationNoticed,
    CheckInEdited,
    Payload,
    registry,
)

NEWER: Final = frozenset(
    KIND_BY_PAYLOAD[payload] for payload in (AppreciationNoticed, AppreciationEdited, CheckInEdited)
)
"""What the older program does not know: one kind of entity, and the edits of another."""
UNHEARD_OF: Final = ("entry.marked", 7)
"""What no program here knows: it comes from one that is newer still."""


def is_newer(payload: Payload) -> bool:
    """Whether the older program could not write this."""
    return KIND_BY_PAYLOAD[type(payload)] in NEWER


@contextmanager
def as_program(*, older: bool) -> Iterator[None]:
    """Within, the one program runs or the other. Nothing may be awaited inside."""
    if not older:
        yield
        return
    payloads: dict[tuple[str, int], Any] = kinds.PAYLOADS
    decoders: dict[tuple[str, int], Any] = registry._DECODERS
    newer = {kind: payloads.pop(kind) for kind in NEWER}
    made = {kind: decoders.pop(kind) for kind in NEWER if kind in decoders}
    version = rebuilding.FOLD_VERSION
    vars(rebuilding)["FOLD_VERSION"] = version - 1
    try:
        yield
    finally:
        payloads.update(newer)
        decoders.update(made)
        vars(rebuilding)["FOLD_VERSION"] = version
