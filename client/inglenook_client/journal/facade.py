"""One person's journal on one device: the facade that every face uses.

It owns the two stores (private, shared) and hands them to sync; faces see views and typed
errors only. Nothing here blocks: databases work on threads of their own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from types import TracebackType
from typing import Self

from inglenook_client.core import decide
from inglenook_client.core.fold import Projection, was_of
from inglenook_client.core.model import (
    Draft,
    EntryView,
    Notice,
    SearchHit,
    StatusView,
    TimelineView,
    Visibility,
)
from inglenook_client.core.ports import SyncProgress, SyncReport
from inglenook_client.journal import glance, reading, relay
from inglenook_client.journal.devices import Devices
from inglenook_client.journal.erasing import Erasing
from inglenook_client.journal.errors import (
    NotYoursError,
    OtherKindError,
    WithdrawnError,
)
from inglenook_client.journal.exporting import Exporting
from inglenook_client.journal.families import Families
from inglenook_client.journal.keeping import Keeping
from inglenook_client.journal.leaving import Leaving
from inglenook_client.journal.phrases import entropy_of, words_of
from inglenook_client.journal.proving import Proving
from inglenook_client.journal.state import (
    PHRASE_CHECKED,
    JournalState,
    create_state,
    now,
    open_state,
    today,
)
from inglenook_client.journal.writing import check_not_left, writable
from inglenook_client.keyring import (
    Unlock,
    drop_draft,
    list_drafts,
)
from inglenook_client.store.queries import Row
from inglenook_client.store.space import SpaceStore
from inglenook_protocol.errors import LocalProtocolError
from inglenook_protocol.keys import RootKeys
from inglenook_protocol.kinds import REACTIONS, ReactionGiven, ReactionTakenBack
from inglenook_protocol.message import Message


class Journal(Families):
    """One person's journal on one device. Use as ``async with await Journal.open(…)``."""

    def __init__(self, state: JournalState) -> None:
        """Not for callers; see ``create`` and ``open``."""
        super().__init__(state)
        self.leaving = Leaving(state)
        self.keeping = Keeping(state)
        self.erasing = Erasing(state)
        self.exporting = Exporting(state)
        self.proving = Proving(state)
        self.devices = Devices(state)

    @property
    def name(self) -> str:
        """How this person is called."""
        return self._state.name

    @property
    def partner(self) -> str | None:
        """How the other person is called here; None before pairing, or unsaid."""
        return self._state.partner

    @property
    def paired(self) -> bool:
        """Whether the shared journal stands on both sides."""
        return self._state.paired

    @property
    def unreadable(self) -> list[Notice]:
        """What can't be read here, as far as it has shown by now; the rest goes on."""
        return [
            Notice(f"{space}-unreadable", error.message, error.next_step)
            for space, error in self._state.unreadable.items()
        ]

    # ------------------------------------------------------------------ life

    @classmethod
    async def create(
        cls,
        home: Path,
        unlock: Unlock,
        *,
        name: str,
        show: Callable[[list[str]], Awaitable[None]] | None = None,
    ) -> tuple[Self, list[str]]:
        """Start a journal; gives the 24 words of the recovery phrase, which are not kept.

        ``show`` gets them before the journal stands. Raises as ``create_state``.
        """

        async def show_words(entropy: bytes) -> None:
            if show is not None:
                await show(words_of(entropy))

        state, entropy = await create_state(home, unlock, name, show_words)
        return cls(state), words_of(entropy)

    @classmethod
    async def open(cls, home: Path, unlock: Unlock) -> Self:
        """Raises ``NoProfileError``, ``WrongPassphraseError``, ``UnlockNeededError`` and the
        ``StoreError`` kinds."""
        return cls(await open_state(home, unlock))

    async def close(self) -> None:
        """Close the databases. May be called twice."""
        await self._state.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def phrase_fits(self, words: list[str]) -> bool:
        """Whether these are this journal's words; remembers that they were checked.

        Raises ``LocalProtocolError`` that names, by its place, a word that is in no phrase.
        """
        entropy = entropy_of(words)
        if entropy is None or RootKeys(entropy, "private").member_id != self._state.private.member:
            return False
        await self._state.set({PHRASE_CHECKED: b"1"})
        return True

    # ------------------------------------------------------------------ writing

    def _store(self, visibility: Visibility) -> SpaceStore:
        return writable(self._state, visibility)

    def _check_not_left(self, store: SpaceStore) -> None:
        check_not_left(self._state, store)

    def _usual(self, visibility: Visibility | None) -> Visibility:
        return visibility or ("shared" if self.paired else "private")

    def _date(self, date: str | None) -> str:
        return today() if date is None else decide.check_date(date, today())

    async def _view(self, store: SpaceStore, id_: bytes) -> EntryView:
        return await reading.show(store, self._visibility(store), id_)

    def _visibility(self, store: SpaceStore) -> Visibility:
        return "private" if store is self._state.opened_private else "shared"

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
        """Write a moment or a sign of progress; ``beside`` makes it another account of one."""
        store = self._store(visibility)
        other: bytes | None = None
        if beside is not None:
            found, row = await self._find(beside)
            if found is not store:
                raise LocalProtocolError(
                    "Two accounts stand side by side only in the same journal.",
                    "Share it too, or leave `--beside` out.",
                )
            other = row.id
        payload = decide.entry(form, text, self._date(date), tags or [], other)
        return await self._view(store, await store.append(payload, now()))

    async def share(self, entry: str) -> EntryView:
        """Copy an entry of one's own into the shared journal: the second act.

        It may be private, or stand in a shared journal that was left before.
        """
        store, row = await self._find(entry)
        if store is self._state.shared and self.paired:
            raise LocalProtocolError("This is shared already.", "`nook show` shows it.")
        if row.projection.author != store.member:
            raise NotYoursError()
        if row.projection.state is not None:
            raise OtherKindError(entry)
        if row.projection.redacted or not row.projection.current:
            raise WithdrawnError()
        words = row.projection.versions[row.projection.current[-1]]
        kind = row.projection.kind
        if kind == "check-in":
            return await self.check_in(
                feelings=list(words.feelings),
                energy=words.energy,
                note=words.text,
                would_help=words.would_help,
                visibility="shared",
                date=words.date,
            )
        if kind == "appreciation":
            return await self.appreciate(
                words.text, effect=words.effect, visibility="shared", date=words.date
            )
        if kind == "reply":
            raise LocalProtocolError(
                "A reply belongs to its entry and can't be shared alone.",
                "Share the entry, or write the words anew with `nook write --share`.",
            )
        return await self.write(
            words.text, visibility="shared", form=kind, date=words.date, tags=list(words.tags)
        )

    async def check_in(
        self,
        *,
        feelings: list[str],
        energy: int | None = None,
        note: str = "",
        would_help: str = "",
        visibility: Visibility | None = None,
        date: str | None = None,
    ) -> EntryView:
        """Note how one is; shared once paired, unless said otherwise."""
        store = self._store(self._usual(visibility))
        payload = decide.check_in(feelings, energy, note, would_help, self._date(date))
        return await self._view(store, await store.append(payload, now()))

    async def appreciate(
        self,
        noticed: str,
        *,
        effect: str = "",
        visibility: Visibility | None = None,
        date: str | None = None,
    ) -> EntryView:
        """The receiver of a kindness notes what they noticed, and what it did."""
        store = self._store(self._usual(visibility))
        payload = decide.appreciation(noticed, effect, self._date(date))
        return await self._view(store, await store.append(payload, now()))

    async def edit(
        self,
        entry: str,
        *,
        text: str | None = None,
        date: str | None = None,
        tags: list[str] | None = None,
        effect: str | None = None,
        feelings: list[str] | None = None,
        energy: int | None = None,
        would_help: str | None = None,
        without: Collection[str] = (),
    ) -> EntryView:
        """Say one's own words anew; what stood before stays visible as history.

        ``without`` names fields that are left out from then on.
        """
        store, row = await self._find_own(entry)
        if row.projection.state is not None:
            raise LocalProtocolError(
                "This is said anew by a command of its own.", "See which one: nook --help"
            )
        stated = None if date is None else decide.check_date(date, today())
        changes = decide.Changes(
            text, stated, tags, effect, feelings, energy, would_help, tuple(without)
        )
        payload = decide.edit(row.projection, changes)
        await store.append(payload, now(), entity=row.id, after=row.projection.heads)
        return await self._view(store, row.id)

    async def redact(self, entry: str) -> EntryView:
        """Withdraw one's own entry: words go here at once, elsewhere by request (SPEC 12)."""
        store, row = await self._find_own(entry)
        view = await self._view(store, row.id)
        kind = row.projection.kind
        was = decide.WAS_BY_KIND.get(kind) or was_of(kind)
        date = row.projection.date or today()
        await store.redact(row.id, was, date, now())
        id_ = bytes.fromhex(view.id) if row.projection.kind == "reply" else row.id
        return await self.erasing.with_receipts(await self._view(store, id_))

    async def reply(self, entry: str, text: str) -> EntryView:
        """Reply to an entry; gives the entry with its replies."""
        store, row = await self._find_to_answer(entry)
        to = row.projection.target if row.projection.kind == "reply" else row.id
        await store.append(decide.reply(to or row.id, text), now())
        return await self._view(store, to or row.id)

    async def react(self, entry: str, reaction: str) -> EntryView:
        """React warmly to an entry; the same reaction again changes nothing."""
        if reaction not in REACTIONS:
            raise LocalProtocolError(
                Message("There is no reaction called “{reaction}”.", reaction=reaction),
                Message("Choose of {words}.", words=", ".join(REACTIONS)),
            )
        store, row = await self._find_to_answer(entry)
        if not await self._own_reactions(store, row.id, reaction):
            await store.append(ReactionGiven(row.id, reaction), now())
        return await self._view(store, row.id)

    async def take_back_reaction(self, entry: str, reaction: str | None = None) -> EntryView:
        """Take one's reaction back, or all of them; nothing to take back changes nothing."""
        store, row = await self._find_to_answer(entry)
        for given in await self._own_reactions(store, row.id, reaction):
            await store.append(
                ReactionTakenBack(), now(), entity=given.id, after=given.projection.heads
            )
        return await self._view(store, row.id)

    async def _own_reactions(self, store: SpaceStore, to: bytes, reaction: str | None) -> list[Row]:
        return [
            row
            for row in await reading.about(store, to)
            if row.projection.kind == "reaction"
            and row.projection.author == store.member
            and reaction in (None, row.projection.label)
        ]

    # ------------------------------------------------------------------ reading

    async def _find(self, entry: str) -> tuple[SpaceStore, Row]:
        return await self._state.find(entry)

    async def _find_to_answer(self, entry: str) -> tuple[SpaceStore, Row]:
        store, row = await self._find(entry)
        self._check_not_left(store)
        return store, row

    async def _find_own(self, entry: str) -> tuple[SpaceStore, Row]:
        store, row = await self._find(entry)
        self._check_not_left(store)
        projection: Projection = row.projection
        if projection.author != store.member:
            raise NotYoursError()
        if projection.redacted or not (projection.current or projection.state):
            raise WithdrawnError()
        if projection.kind == "reaction":
            raise LocalProtocolError(
                "A reaction has no words of its own.", "Take it back with `nook react --undo`."
            )
        return store, row

    async def timeline(
        self,
        *,
        days: int = 7,
        before: str | None = None,
        kinds: list[str] | None = None,
        visibility: Visibility | None = None,
        tag: str | None = None,
        week: str | None = None,
        path: bool = False,
        after: str | None = None,
    ) -> TimelineView:
        """The latest ``days`` days that have entries, strictly before a date; newest first.

        ``kinds`` are kinds, or practices for all of theirs. With a ``week`` (``2026-W48``), its
        days; as a ``path``, days from the oldest on, or from ``after`` on.
        """
        wanted = reading.kinds_asked_for(kinds)
        if week is not None:
            first, last = reading.borders(week)
            return await self._state.read(
                lambda stores: reading.between(stores, first, last, wanted, tag), visibility
            )
        if path:
            return await self._state.read(
                lambda stores: reading.path(stores, max(1, days), after, wanted, tag), visibility
            )
        return await self._state.read(
            lambda stores: reading.timeline(stores, max(1, days), before, wanted, tag), visibility
        )

    async def accounts(self, entry: str) -> list[EntryView]:
        """All accounts of the moment of which an entry is one; nothing if it is the only one."""
        store, row = await self._find(entry)
        return await reading.accounts(store, self._visibility(store), row.id)

    async def show(self, entry: str) -> EntryView:
        """One entry; for a reply or reaction, the entry that it is about."""
        store, row = await self._find(entry)
        return await self.erasing.with_receipts(await self._view(store, row.id))

    async def search(self, words: str, *, limit: int = 20) -> list[SearchHit]:
        """Entries in which all the words stand, newest first, in both journals."""
        return await self._state.read(lambda stores: reading.search(stores, words, limit))

    async def status(self) -> StatusView:
        """The whole journal at a glance."""
        drafts = len(list_drafts(self._state.profile.home, self._state.profile.master_key))
        spaces, last_sync = await glance.spaces(self._state)
        return StatusView(
            name=self.name,
            partner=self.partner,
            phrase_checked=bool(self._state.settings.get(PHRASE_CHECKED)),
            relay=self.relay,
            last_sync=last_sync,
            drafts=drafts,
            spaces=spaces,
            relay_moved=relay.moved(self._state),
            unreadable=self.unreadable,
            new_devices=await self.devices.new(),
        )

    async def take_note(self) -> None:
        """What is odd in the status was read: from now on it stands there in quiet."""
        await glance.take_note(self._state)

    # ------------------------------------------------------------------ drafts

    async def drafts(self) -> list[Draft]:
        """Words that could not be taken in, oldest first."""
        return list_drafts(self._state.profile.home, self._state.profile.master_key)

    async def drop_draft(self, draft: str) -> None:
        """Let a draft go, by its full id. Raises ``NoSuchDraftError``."""
        drop_draft(self._state.profile.home, draft)

    # ------------------------------------------------------------------ the two of them

    async def invite(
        self,
        *,
        relay: str,
        token: str,
        on_invite: Callable[[str, int], Awaitable[None]],
        confirm: Callable[[list[str]], Awaitable[bool]],
        seconds: int = 3600,
    ) -> None:
        """Invite the other person and pair (SPEC 16). ``on_invite`` gets the invite's text
        and when it expires; ``confirm`` the five safety words.

        Raises the relay's and pairing's errors; then nothing was paired.
        """
        from inglenook_client.journal import together

        await together.invite(self._state, relay, token, on_invite, confirm, seconds)

    async def join(self, invite: str, *, confirm: Callable[[list[str]], Awaitable[bool]]) -> None:
        """Take up an invite and pair (SPEC 16)."""
        from inglenook_client.journal import together

        await together.join(self._state, invite, confirm)

    async def sync(
        self,
        progress: Callable[[SyncProgress], None] | None = None,
        settled: Callable[[Visibility, SyncReport], None] | None = None,
    ) -> SyncReport:
        """Exchange the shared journal with its relay, once, and the private one with its own.

        ``settled`` is told of each that worked, also where the other one's trouble is raised.
        """
        from inglenook_client.journal import together

        return await together.sync(self._state, progress, settled)

    @property
    def relay(self) -> str | None:
        """The address of the relay; None before pairing."""
        return relay.address(self._state)

    async def set_relay(self, address: str | None, *, token: str | None = None) -> str:
        """From the next sync on use this relay, this token, or both; gives the address.

        Raises ``NoRelayYetError`` before pairing, and ``RelayAddressError``.
        """
        return await relay.change(self._state, address, token)

    async def watch(self, on_change: Callable[[], Awaitable[None]]) -> None:
        """Stay in sync until cancelled; calls back after new things arrived."""
        from inglenook_client.journal import together

        await together.watch(self._state, on_change)
