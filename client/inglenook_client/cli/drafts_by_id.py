"""Kept words are named by a short unique beginning of their id, as entries are."""

from __future__ import annotations

from typing import Final

from inglenook_client.cli.texts import writing
from inglenook_client.core.model import Draft
from inglenook_client.keyring import NoSuchDraftError

SHORT_ID_DIGITS: Final = 8
LEAST_ID_DIGITS: Final = 4


def find_draft(drafts: list[Draft], beginning: str) -> Draft:
    """The one draft whose id begins so, or the last. Raises NoSuchDraftError."""
    wanted = beginning.lower()
    if wanted == "last" and drafts:
        return drafts[-1]
    if len(wanted) < LEAST_ID_DIGITS:
        raise NoSuchDraftError(writing.SHORT_DRAFT.format(id=beginning), writing.SHORT_DRAFT_STEP)
    found = [draft for draft in drafts if draft.id.startswith(wanted)]
    if not found:
        raise NoSuchDraftError(writing.NO_DRAFT, writing.NO_DRAFT_STEP)
    if len(found) > 1:
        raise NoSuchDraftError(writing.MANY_DRAFTS, writing.MANY_DRAFTS_STEP)
    return found[0]
