"""Two people, a relay, and somebody in between; what one of them reads when that one lies.

scene = Scene(folder)
scene.ben_writes()                       # and syncs; Ana does not have it yet
scene.between.lie = Pages(change)        # what Ana asks for now is answered with a lie
seen = scene.ana_looks()                 # nook sync, nook status: what did she read?
scene.conclude()                         # honest again: equal digests, nothing odd any more
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from inglenook_client.core.ports import RelayAddress
from inglenook_client.store.appending import Moment
from inglenook_client.store.space import SpaceStore
from inglenook_client.sync.engine import SyncEngine
from inglenook_client.sync.transport import RelayTransport, SpaceLogin
from inglenook_harness.adversary import Adversary, Answer, Call, Lie
from inglenook_harness.nook import Person
from inglenook_harness.paired import open_journal, pair_people, shared
from inglenook_harness.relay import RelayProcess
from inglenook_protocol.codec import encode
from inglenook_protocol.keys import DeviceKeys
from inglenook_protocol.kinds import EntryWritten
from inglenook_protocol.messages import Page, decode_page
from inglenook_protocol.roster import Statement, added, removed, sign_statement

FINE = (0, 7, 8, 11)
"""How a sync may end under a lie: settled, unreachable, refused, a claim that does not hold."""
STREAM_S = 20


@dataclass
class Seen:
    """What a person met."""

    notices: dict[str, str] = field(default_factory=dict)
    """What `nook status` says about the shared journal, by its stable name."""
    code: int = 0
    """The exit code of `nook sync`."""
    kind: str = ""
    """Of its error, if it was one."""
    said: str = ""
    """What the error said."""
    command: str = "sync"
    """What was called."""

    @property
    def how(self) -> str:
        if self.notices:
            return "status: " + ", ".join(self.notices)
        return f"{self.command}: {self.kind}" if self.kind else "harmless: equal digests after"

    @property
    def reads(self) -> str:
        return " ".join(self.notices.values()) or self.said or "(nothing)"


class Pages(Lie):
    """Changes pages on their way to one device, over HTTP and the stream."""

    def __init__(self, change: Callable[[Page], Page | bytes], to: str = "") -> None:
        super().__init__()
        self._change = change
        self._to = to

    def _changed(self, call: Call, page: bytes) -> bytes:
        if self._to and call.signer != self._to:
            return page
        told = self._change(decode_page(page))
        encoded = told if isinstance(told, bytes) else encode(told)
        self.told += encoded != page
        return encoded

    def answer(self, call: Call, answer: Answer) -> Answer:
        if call.verb != "pull" or answer.status != 200:
            return answer
        return answer.with_body(self._changed(call, answer.body))

    def frames(self, call: Call, page: bytes) -> list[bytes | str]:
        return [self._changed(call, page)]


class Laptop:
    """A second device of Ben's: a real store and engine, without a command line.

    Used as ``async with``: a store left open would keep the process from ending.
    """

    def __init__(self, store: SpaceStore, url: str) -> None:
        self.store, self.url = store, url

    async def __aenter__(self) -> Laptop:
        try:
            await self.sync()
        except BaseException:
            await self.store.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.store.close()

    async def sync(self) -> None:
        login = SpaceLogin(self.store.space_id, self.store.device_id, self.store.sign_login)
        async with RelayTransport(self.url, login) as transport:
            report = await SyncEngine(self.store, transport, RelayAddress(self.url)).sync_once()
        await self.store.settled("now", report.not_given_by_device)

    async def write(self, text: str, moment: Moment) -> None:
        await self.store.append(EntryWritten("moment", text, "2026-11-27", [], None), moment)
        await self.sync()


class Scene:
    """Ana and Ben, paired over the one in between."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._exits = contextlib.ExitStack()
        self.relay = self._exits.enter_context(RelayProcess(folder / "relay"))
        self.between = self._exits.enter_context(Adversary(self.relay))
        self.ana, self.ben = pair_people(folder, self.between.url, self.relay.token)
        self.written: set[str] = set()
        self.sound = True
        """Whether another attack may go on from here."""
        self._count = 0
        both = asyncio.run(self._devices())
        self.ana_device, self.ben_device = both

    def close(self) -> None:
        self._exits.close()

    async def _devices(self) -> tuple[str, str]:
        out = []
        for person in (self.ana, self.ben):
            async with await open_journal(person) as journal:
                out.append(journal._state.shared.device_id.hex())
        return out[0], out[1]

    # --- what they do ---------------------------------------------------------------------

    def text(self, by: str) -> str:
        self._count += 1
        words = f"{by} {self._count}"
        self.written.add(words)
        return words

    def _write(self, person: Person, by: str, count: int) -> None:
        for _ in range(count):
            person("write", "--share", self.text(by))

    def ben_writes(self, count: int = 2, *, sync: bool = True) -> None:
        self._write(self.ben, "ben", count)
        if sync:
            self.ben("sync")

    def ana_writes(self, count: int = 1, *, sync: bool = False) -> None:
        self._write(self.ana, "ana", count)
        if sync:
            self.ana("sync")

    def look(self, person: Person) -> Seen:
        """One sync and what the status says after it."""
        ended = person.run("sync", "--json")
        assert ended.code in FINE, (ended.code, ended.err)
        seen = Seen({n["what"]: n["message"] for n in shared(person)["notices"]}, ended.code)
        if ended.code:
            seen.kind, seen.said = ended.error["kind"], ended.error["message"]
        self.check_only_true_words(person)
        return seen

    def ana_looks(self) -> Seen:
        return self.look(self.ana)

    def true_page(self) -> Page:
        """Ana syncs; the last page that the relay gave her."""
        seen: list[Page] = []

        def keep(page: Page) -> Page:
            seen.append(page)
            return page

        self.between.lie = Pages(keep)
        self.ana("sync")
        self.between.honest()
        return seen[-1]

    def ana_watches(self, until: Callable[[], bool]) -> Seen:
        """As ``ana_looks``, over a live stream, for as long as ``until`` says."""

        async def watch() -> None:
            async def changed() -> None:
                pass

            async with await open_journal(self.ana) as journal:
                task = asyncio.create_task(journal.watch(changed))
                try:
                    async with asyncio.timeout(STREAM_S):
                        while not until():
                            assert not task.done(), task.exception()
                            await asyncio.sleep(0.02)
                finally:
                    task.cancel()
                    await asyncio.gather(task, return_exceptions=True)

        asyncio.run(watch())
        self.check_only_true_words(self.ana)
        return Seen({n["what"]: n["message"] for n in shared(self.ana)["notices"]})

    def check_only_true_words(self, person: Person) -> None:
        """Nothing that nobody wrote was taken in."""
        shown = set(person.texts("--days", "1000"))
        assert shown <= self.written, shown - self.written

    # --- the relay's disk -----------------------------------------------------------------

    def keep_relay(self) -> None:
        """Take a backup of the relay."""
        self.relay.stop()
        shutil.rmtree(self.folder / "kept", ignore_errors=True)
        shutil.copytree(self.relay.data, self.folder / "kept")
        self.relay.start()

    def roll_back_relay(self) -> None:
        self.relay.kill()
        shutil.rmtree(self.relay.data)
        shutil.copytree(self.folder / "kept", self.relay.data)
        self.relay.start()

    def empty_relay(self) -> None:
        """A new relay at the same address, which knows the same registration token."""
        self.relay.kill()
        shutil.rmtree(self.relay.data)
        self.relay.settings["registration_token"] = self.relay.token
        self.relay.start()

    # --- a second device of Ben's ---------------------------------------------------------

    async def _ben_signs(self, make: Callable[[SpaceStore], list[Statement]]) -> list[Statement]:
        async with await open_journal(self.ben) as journal:
            store = journal._state.shared
            statements = make(store)
            await store.admit_page(encode(Page(statements, [], [], False, bytes(32), bytes(32))))
            # It opens an epoch for the devices as they are now.
            await store.open_epoch()
            await journal.sync()
            return (await store.registration())[1]

    async def add_laptop(self) -> Laptop:
        seeds = bytes(range(64))
        keys = DeviceKeys(seeds)

        def addition(store: SpaceStore) -> list[Statement]:
            info = keys.info(store.space_id, store.member)
            content = added(store.space_id, info, store.device_id)
            return [sign_statement(store._sign_key, content)]

        statements = await self._ben_signs(addition)
        async with await open_journal(self.ben) as journal:
            genesis, member = journal._state.shared.genesis, journal._state.shared.member
        from inglenook_client.journal.state import ENTROPY

        path = self.folder / f"laptop-{self._count}.db"
        store = await SpaceStore.create(
            path, bytes(32), genesis=genesis, member=member, seeds=seeds,
            statements=statements, entropy=ENTROPY,
        )  # fmt: skip
        return Laptop(store, self.between.url)

    async def remove(self, device: bytes) -> None:
        """Ben removes another device of his."""

        def removal(store: SpaceStore) -> list[Statement]:
            content = removed(store.space_id, device, [], [], store.device_id)
            return [sign_statement(store._sign_key, content)]

        await self._ben_signs(removal)

    # --- the end --------------------------------------------------------------------------

    def conclude(self, lasting: frozenset[str] = frozenset()) -> None:
        """The relay is honest again: both sides come to the same, and what was odd is over."""
        self.between.honest()
        people = (self.ana, self.ben)
        # A settled exchange still tells what the one before it met; the next says it is over.
        for person in (*people, *people, *people):
            person("sync")
        one, other = (shared(person) for person in people)
        assert one["digest"] == other["digest"]
        for person, status in zip(people, (one, other), strict=True):
            left = {notice["what"] for notice in status["notices"]} - lasting
            assert not left, (person.name, left)
            assert status["waiting"] == 0, person.name
            assert set(person.texts("--days", "1000")) == self.written, person.name
        assert not self.between.troubles, self.between.troubles
        assert "Traceback" not in self.relay.errors()


class Scenes:
    """One scene for as long as it is sound; pairing anew takes longer than most attacks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self._scene: Scene | None = None

    def get(self) -> Scene:
        if self._scene is None or not self._scene.sound:
            self.close()
            self._count += 1
            self._scene = Scene(self._folder / f"scene {self._count}")
        return self._scene

    def close(self) -> None:
        if self._scene is not None:
            self._scene.close()
            self._scene = None
