"""The facade that every face uses (interface sketch; the bodies are being written)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol, Self

from inglenook_client.core.model import (
    Draft,
    EntryView,
    SearchHit,
    StatusView,
    TimelineView,
    Visibility,
)
from inglenook_client.core.ports import SyncProgress, SyncReport


class Unlock(Protocol):
    """How a profile is unlocked; made by ``inglenook_client.keyring``."""


class Journal:
    """One person's journal on one device. Async context manager; `async with await …`."""

    name: str
    partner: str | None  # how the partner is called, None before pairing or unsaid
    paired: bool

    @classmethod
    async def create(cls, home: Path, unlock: Unlock, *, name: str) -> tuple[Self, list[str]]:
        """Start a journal; gives the 24 words of the recovery phrase, which are not kept.

        Raises ProfileExistsError.
        """
        raise NotImplementedError

    @classmethod
    async def open(cls, home: Path, unlock: Unlock) -> Self:
        """Raises NoProfileError, WrongPassphraseError, UnlockNeededError, StoreError types."""
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        raise NotImplementedError

    async def __aexit__(self, *exc: object) -> None:
        raise NotImplementedError

    async def phrase_fits(self, words: list[str]) -> bool:
        """Check the phrase back; remembers that it was checked. Raises LocalProtocolError
        naming the word that is not in the list, by position."""
        raise NotImplementedError

    # Writing. `entry` is a full id or a unique beginning (>= 4 hex digits) of one.
    # Each raises LocalProtocolError (with next_step) for what cannot be written,
    # NotPairedError when it needs the partner, NoSuchEntryError, AmbiguousEntryError,
    # NotYoursError, StoreError types (DiskFullError …).
    async def write(
        self,
        text: str,
        *,
        visibility: Visibility = "private",
        form: str = "moment",
        date: str | None = None,
        tags: list[str] | None = None,
        beside: str | None = None,
    ) -> EntryView:
        raise NotImplementedError

    async def share(self, entry: str) -> EntryView:
        """Copy a private entry of one's own into the shared journal: the second act."""
        raise NotImplementedError

    async def check_in(
        self,
        *,
        feelings: list[str],
        energy: int | None = None,
        note: str = "",
        would_help: str = "",
        visibility: Visibility | None = None,  # None: shared if paired, else private
        date: str | None = None,
    ) -> EntryView:
        raise NotImplementedError

    async def appreciate(
        self,
        noticed: str,
        *,
        effect: str = "",
        visibility: Visibility | None = None,
        date: str | None = None,
    ) -> EntryView:
        raise NotImplementedError

    async def edit(
        self,
        entry: str,
        *,
        text: str | None = None,  # main text: text, noticed or note, by kind; or a reply's
        date: str | None = None,
        tags: list[str] | None = None,
        effect: str | None = None,
        feelings: list[str] | None = None,
        energy: int | None = None,
        would_help: str | None = None,
    ) -> EntryView:
        raise NotImplementedError

    async def redact(self, entry: str) -> EntryView:
        raise NotImplementedError

    async def reply(self, entry: str, text: str) -> EntryView:
        """Gives the entry replied to, with the reply."""
        raise NotImplementedError

    async def react(self, entry: str, reaction: str) -> EntryView:
        raise NotImplementedError

    async def take_back_reaction(self, entry: str, reaction: str | None = None) -> EntryView:
        raise NotImplementedError

    # Reading.
    async def timeline(
        self,
        *,
        days: int = 7,  # days that have entries
        before: str | None = None,  # date; days strictly before it
        kinds: list[str] | None = None,
        visibility: Visibility | None = None,
        tag: str | None = None,
    ) -> TimelineView:
        raise NotImplementedError

    async def show(self, entry: str) -> EntryView:
        raise NotImplementedError

    async def search(self, words: str, *, limit: int = 20) -> list[SearchHit]:
        raise NotImplementedError

    async def status(self) -> StatusView:
        raise NotImplementedError

    # Words that could not be taken in.
    async def drafts(self) -> list[Draft]:
        raise NotImplementedError

    async def drop_draft(self, draft: str) -> None:
        raise NotImplementedError

    # Pairing and sync.
    async def invite(
        self,
        *,
        relay: str,
        token: str,
        on_invite: Callable[[str, int], Awaitable[None]],  # invite text, expires at (s)
        confirm: Callable[[list[str]], Awaitable[bool]],  # the five safety words
        seconds: int = 3600,
    ) -> None:
        """Raises AlreadyPairedError, RelayUnreachableError, InviteExpiredError,
        NotConfirmedError, RelayRefusedError, TrustError."""
        raise NotImplementedError

    async def join(self, invite: str, *, confirm: Callable[[list[str]], Awaitable[bool]]) -> None:
        """Also InviteUsedError, InviteUnknownError."""
        raise NotImplementedError

    async def sync(self, progress: Callable[[SyncProgress], None] | None = None) -> SyncReport:
        raise NotImplementedError

    async def watch(self, on_change: Callable[[], Awaitable[None]]) -> None:
        """Stay in sync until cancelled; calls back after new things arrived."""
        raise NotImplementedError


async def keep_draft(home: Path, command: str, text: str) -> bool:
    """Keep words of a command that could not be carried out, sealed to the profile's draft
    key; works without unlocking. False if that was not possible (no profile, full disk):
    then the face shows the words to their writer again."""
    raise NotImplementedError
