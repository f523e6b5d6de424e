"""Words that found no place: kept sealed, and at hand even where no journal can be opened."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from inglenook_client.core.model import Draft
from inglenook_client.keyring import Unlock, drop_draft, list_drafts, open_unlock, seal_draft
from inglenook_protocol.errors import InglenookError


class KeptWords:
    """Words that could not be taken in: at hand even where the journal itself can't be opened."""

    def __init__(self, home: Path, master_key: bytes) -> None:
        """Not for callers; see ``open``."""
        self._home = home
        self._master_key = master_key

    @classmethod
    async def open(cls, home: Path, unlock: Unlock) -> Self:
        """Raises what unlocking raises (``NoProfileError``, ``WrongPassphraseError`` …)."""
        return cls(home, open_unlock(home, unlock))

    async def drafts(self) -> list[Draft]:
        """All of them, oldest first."""
        return list_drafts(self._home, self._master_key)

    async def drop_draft(self, draft: str) -> None:
        """Let a draft go, by its full id. Raises ``NoSuchDraftError``."""
        drop_draft(self._home, draft)


async def keep_draft(home: Path, command: str, text: str) -> bool:
    """Keep words of a command that could not be carried out, sealed to the profile.

    Works without unlocking. False if that was not possible (no profile, full disk): then
    the face shows the words to their writer again.
    """
    try:
        seal_draft(home, command, text)
    except (InglenookError, OSError):
        return False
    return True
