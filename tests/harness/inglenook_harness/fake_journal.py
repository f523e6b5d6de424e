# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs
"""A journal in one JSON file, with the facade's face and none of its insides.

It lets the command line be tested for what it says and how it ends. Unlocking and drafts are
real; pairing meets an imaginary Ben.
"""

import contextlib
import secrets
from datetime import datetime
from pathlib import Path

import msgspec

from inglenook_client.core.model import (
    DayView,
    Draft,
    EntryView,
    LogStatus,
    Notice,
    ReactionView,
    ReplyView,
    SearchHit,
    SpaceStatus,
    StatusView,
    TimelineView,
    Version,
)
from inglenook_client.core.ports import SyncProgress, SyncReport
from inglenook_client.keyring import (
    create_unlock,
    drop_draft,
    list_drafts,
    open_unlock,
    seal_draft,
)
from inglenook_client.keyring.unlock import Cost
from inglenook_protocol.errors import InglenookError, LocalProtocolError
from inglenook_protocol.limits import MAX_TEXT_BYTES
from inglenook_protocol.pairing import Invite

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
PHRASE = ["abandon"] * 23 + ["art"]
SAFETY_WORDS = ["lamp", "river", "cousin", "olive", "thunder"]
INVITE = Invite("https://relay.example", b"m" * 16, b"s" * 32, 4_000_000_000).to_text()


class NoSuchEntryError(InglenookError):
    default_next_step = "See the ids with: nook timeline"


class AmbiguousEntryError(InglenookError):
    default_next_step = "Give a few more letters of the id."


class NotPairedError(LocalProtocolError):
    default_next_step = "Pair first, with: nook invite"


class NotYoursError(LocalProtocolError):
    default_next_step = "Reply to it instead."


class NotConfirmedError(InglenookError):
    default_next_step = "Make a new invite when you like."


class State(msgspec.Struct):
    name: str
    partner: str | None = None
    phrase_checked: bool = False
    relay: str = "https://relay.example"
    entries: list[EntryView] = []


def now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


class NoDrafts:
    async def practice_of(self, _entry):
        return None


class Days:
    async def quiet(self):
        return None


class Revealing:
    async def open_now(self):
        return set()


class FakeDevices:
    async def new(self):
        return []


class FakeJournal:
    days = Days()
    revealing = Revealing()
    devices = FakeDevices()

    def __init__(self, home: Path, master_key: bytes, state: State):
        self.home, self.master_key, self.state = home, master_key, state

    @property
    def name(self):
        return self.state.name

    @property
    def partner(self):
        return self.state.partner

    @property
    def drafting(self):
        return NoDrafts()

    @property
    def unreadable(self):
        return []

    @property
    def paired(self):
        return self.state.partner is not None

    @classmethod
    async def create(cls, home, unlock, *, name, show=None):
        if show is not None:
            await show(list(PHRASE))
        journal = cls(home, create_unlock(home, unlock, cost=CHEAP), State(name))
        journal.save()
        return journal, list(PHRASE)

    @classmethod
    async def open(cls, home, unlock):
        key = open_unlock(home, unlock)
        state = msgspec.json.decode((home / "fake.json").read_bytes(), type=State)
        return cls(home, key, state)

    def save(self):
        (self.home / "fake.json").write_bytes(msgspec.json.encode(self.state))

    async def close(self):
        pass

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc):
        pass

    async def phrase_fits(self, words):
        for position, word in enumerate(words, 1):
            if word not in PHRASE:
                raise LocalProtocolError(
                    f"Word {position} is not in the list.", "Look at its spelling."
                )
        self.state.phrase_checked = words == PHRASE
        self.save()
        return self.state.phrase_checked

    def _find(self, beginning):
        for entry in self.state.entries:
            if any(reply.id.startswith(beginning) for reply in entry.replies):
                return entry
        found = [entry for entry in self.state.entries if entry.id.startswith(beginning)]
        if len(beginning) < 4 or not found:
            raise NoSuchEntryError("There is no entry whose id begins so.")
        if len(found) > 1:
            raise AmbiguousEntryError("More than one entry has an id that begins so.")
        return found[0]

    def _replace(self, old, **changes):
        new = msgspec.structs.replace(old, **changes)
        self.state.entries[self.state.entries.index(old)] = new
        self.save()
        return new

    def _add(self, kind, visibility, date, beside=None, **fields):
        if visibility == "shared" and not self.paired:
            raise NotPairedError("You have no shared journal yet.")
        for text in fields.values():
            if isinstance(text, str) and len(text.encode()) > MAX_TEXT_BYTES:
                raise LocalProtocolError(
                    "The text is longer than 64 KiB.", "Shorten it, or write it as two entries."
                )
        day = date or now()[:10]
        version = Version(secrets.token_hex(32), now(), day, **fields)
        entry = EntryView(
            id=secrets.token_hex(32),
            kind=kind,
            visibility=visibility,
            by="me",
            name=self.name,
            date=day,
            written_at=now(),
            logged_later=day < now()[:10],
            edited=False,
            redacted=False,
            current=version,
            others=[],
            history=[version],
            beside=None if beside is None else self._find(beside).id,
            replies=[],
            reactions=[],
        )
        self.state.entries.append(entry)
        self.save()
        return entry

    async def write(
        self, text, *, visibility="private", form="moment", date=None, tags=None, beside=None
    ):
        return self._add(form, visibility, date, beside, text=text, tags=tags or [])

    async def share(self, entry):
        found = self._find(entry)
        return self._add(found.kind, "shared", found.date, text=found.current.text)

    def _default(self, visibility):
        return visibility or ("shared" if self.paired else "private")

    async def check_in(
        self, *, feelings, energy=None, note="", would_help="", visibility=None, date=None
    ):
        return self._add(
            "check-in",
            self._default(visibility),
            date,
            feelings=feelings,
            energy=energy,
            note=note,
            would_help=would_help,
        )

    async def appreciate(self, noticed, *, effect="", visibility=None, date=None):
        return self._add(
            "appreciation", self._default(visibility), date, noticed=noticed, effect=effect
        )

    async def edit(self, entry, *, text=None, date=None, tags=None, without=(), **_others):
        found = self._find(entry)
        tags = [] if "tags" in without else tags
        if found.by != "me":
            raise NotYoursError("These are not your words.")
        version = msgspec.structs.replace(
            found.current,
            event=secrets.token_hex(32),
            written_at=now(),
            text=found.current.text if text is None else text,
            tags=found.current.tags if tags is None else tags,
            date=date or found.date,
        )
        return self._replace(
            found,
            current=version,
            history=[*found.history, version],
            edited=True,
            date=version.date,
        )

    async def redact(self, entry):
        return self._replace(self._find(entry), current=None, history=[], others=[], redacted=True)

    async def reply(self, entry, text):
        found = self._find(entry)
        reply = ReplyView(secrets.token_hex(32), "me", self.name, text, now(), False, False, [])
        return self._replace(found, replies=[*found.replies, reply])

    async def react(self, entry, reaction):
        found = self._find(entry)
        given = ReactionView(secrets.token_hex(32), "me", self.name, reaction)
        return self._replace(found, reactions=[*found.reactions, given])

    async def take_back_reaction(self, entry, reaction=None):
        found = self._find(entry)
        kept = [
            given
            for given in found.reactions
            if given.by != "me" or reaction not in (None, given.reaction)
        ]
        return self._replace(found, reactions=kept)

    async def timeline(
        self, *, days=7, before=None, kinds=None, visibility=None, tag=None, **_view
    ):
        entries = [
            entry
            for entry in self.state.entries
            if (kinds is None or entry.kind in kinds)
            and visibility in (None, entry.visibility)
            and (tag is None or (entry.current and tag in entry.current.tags))
            and (before is None or entry.date < before)
        ]
        dates = sorted({entry.date for entry in entries}, reverse=True)
        return TimelineView(
            [
                DayView(date, [entry for entry in entries if entry.date == date])
                for date in dates[:days]
            ],
            dates[days - 1] if len(dates) > days else None,
        )

    async def accounts(self, _entry):
        return []

    async def show(self, entry):
        return self._find(entry)

    async def search(self, words, *, limit=20):
        return [
            SearchHit(entry, entry.current.text.replace(words, f"\u2039{words}\u203a"))
            for entry in self.state.entries
            if entry.current is not None and words in entry.current.text
        ][:limit]

    async def status(self):
        spaces = []
        for kind in ("private", "shared")[: 2 if self.paired else 1]:
            shared = kind == "shared"
            seed = ("1f" if kind == "private" else "8c") * 32
            log = LogStatus(seed, "me", True, True)
            theirs = LogStatus("5e" * 32, "partner", False, True)
            count = sum(entry.visibility == kind for entry in self.state.entries)
            spaces.append(
                SpaceStatus(
                    "shared" if shared else "private",
                    seed,
                    "3f9a" * 16,
                    count,
                    2 if shared else 0,
                    [log, theirs] if shared else [log],
                    [
                        Notice(
                            "relay-set-back",
                            "The relay has less than it had before.",
                            "It is given again what it lacks; nothing is asked of you.",
                        )
                    ]
                    if shared
                    else [],
                )
            )
        return StatusView(
            self.name,
            self.partner,
            self.state.phrase_checked,
            self.relay,
            now() if self.paired else None,
            len(await self.drafts()),
            spaces,
        )

    async def drafts(self) -> list[Draft]:
        return list_drafts(self.home, self.master_key)

    async def drop_draft(self, draft):
        drop_draft(self.home, draft)

    async def invite(self, *, relay, token, on_invite, confirm, seconds=3600):
        await on_invite(INVITE, int(datetime.now().astimezone().timestamp()) + seconds)
        await self._pair(confirm)

    async def join(self, invite, *, confirm):
        if invite != INVITE:
            raise LocalProtocolError("This is not a whole invite.", "Copy all of it.")
        await self._pair(confirm)

    async def _pair(self, confirm):
        if not await confirm(SAFETY_WORDS):
            raise NotConfirmedError("The words were not the same, so nothing was paired.")
        self.state.partner = "Ben"
        self.save()

    @property
    def relay(self):
        return self.state.relay if self.paired else None

    async def set_relay(self, address, *, token=None):
        if not self.paired:
            raise NotPairedError("You have no shared journal yet.")
        self.state.relay = address or self.state.relay
        self.save()
        return self.state.relay

    async def sync(self, progress=None, settled=None):
        if not self.paired:
            raise NotPairedError("You have no shared journal yet.")
        if progress is not None:
            progress(SyncProgress("receiving", 3))
            progress(SyncProgress("sending", 2))
        report = SyncReport(3, 2, False, {}, {})
        settled("shared", report)
        return report

    async def watch(self, on_change):
        import asyncio

        await on_change()
        await asyncio.Event().wait()


async def keep_draft(home, command, text):
    with contextlib.suppress(InglenookError):
        seal_draft(home, command, text)
        return True
    return False
