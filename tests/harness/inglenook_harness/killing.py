"""kill -9 of the relay and of clients under load, and what must hold afterwards.

    summary = kill_under_load(folder, kills=6, seed=1)
    assert not summary.flaws

Two people write and stay in sync at the same time, each in a process of their own; a third
process writes into Ana's journal as short commands do. Every entry is printed once it is
acknowledged. One after another, a process that is drawn by lot is killed at a random moment and
started again. In the end all of them are gone and what is on the disks is looked at.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs

from __future__ import annotations

import asyncio
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from inglenook_client.core.model import StatusView
from inglenook_client.journal import Journal
from inglenook_client.keyring import PassphraseFile
from inglenook_harness.nook import Person
from inglenook_harness.relay import TOKEN, RelayProcess

READY_SECONDS = 60
LONGEST_LIFE_S = 0.4
PAUSE_S = 0.02
"""Between two entries of one writer, at most."""


async def pair(inviter: Person, joiner: Person, relay: RelayProcess) -> None:
    """Pair two journals in this process, and bring both up to date."""
    handed: asyncio.Queue[str] = asyncio.Queue()

    async def on_invite(text: str, _until: int) -> None:
        handed.put_nowait(text)

    async def same(_words: list[str]) -> bool:
        return True

    async def joins(journal: Journal) -> None:
        await journal.join(await handed.get(), confirm=same)

    async with (
        await Journal.open(inviter.home, PassphraseFile(inviter.passphrase_file)) as one,
        await Journal.open(joiner.home, PassphraseFile(joiner.passphrase_file)) as other,
        asyncio.timeout(60),
    ):
        inviting = one.invite(relay=relay.url, token=relay.token, on_invite=on_invite, confirm=same)
        await asyncio.gather(inviting, joins(other))
        for journal in (one, other, one):
            await journal.sync()


# --------------------------------------------------------------------------- the load


async def _write(journal: Journal, text: str) -> None:
    entry = await journal.write(text, visibility="shared")
    print(entry.id, text, flush=True)


async def _stay(home: Path, unlock: PassphraseFile, life: str) -> None:
    """Write and stay in sync, until killed."""

    async def changed() -> None:
        pass

    async def write(journal: Journal) -> None:
        number = 0
        while True:
            await _write(journal, f"{life}-{number}")
            number += 1
            await asyncio.sleep(random.random() * PAUSE_S)

    async with await Journal.open(home, unlock) as journal, asyncio.TaskGroup() as tasks:
        tasks.create_task(journal.watch(changed))
        tasks.create_task(write(journal))


async def _come_and_go(home: Path, unlock: PassphraseFile, life: str) -> None:
    """Open, write one entry, close: as short commands do, until killed."""
    number = 0
    while True:
        async with await Journal.open(home, unlock) as journal:
            await _write(journal, f"{life}-{number}")
        number += 1
        await asyncio.sleep(random.random() * PAUSE_S)


class Writer:
    """A client process under load, and everything that it acknowledged over all its lives."""

    def __init__(self, person: Person, name: str, how: str) -> None:
        self.person, self.name, self.how = person, name, how
        self.acknowledged: dict[str, str] = {}
        """Texts by entry id."""
        self.lives = 0
        self.stderr: list[str] = []
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._wrote = threading.Event()

    def start(self) -> None:
        self.lives += 1
        self._wrote.clear()
        life = f"{self.name}-{self.lives}"
        arguments = [self.how, self.person.home, self.person.passphrase_file, life]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "inglenook_harness.killing", *map(str, arguments)],
            env=self.person.environment() | {"PYTHONPATH": str(Path(__file__).parents[1])},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        if self._process is None or self._process.stdout is None:
            return
        for line in self._process.stdout:
            if line.endswith("\n"):  # what was cut off was not told to anybody
                id_, text = line.split()
                self.acknowledged[id_] = text
                self._wrote.set()

    def wait_until_it_writes(self) -> None:
        end = time.monotonic() + READY_SECONDS
        while not self._wrote.wait(0.2):
            if self._process is None or self._process.poll() is not None:
                self.kill()
                raise RuntimeError(f"{self.name} ended by itself: {''.join(self.stderr)}")
            if time.monotonic() > end:
                raise RuntimeError(f"{self.name} does not get to write")

    def kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        if self._reader is not None:
            self._reader.join()
        if process.stderr is not None:
            self.stderr.append(process.stderr.read())
            process.stderr.close()
        if process.stdout is not None:
            process.stdout.close()


# --------------------------------------------------------------------------- the outcome


@dataclass
class Summary:
    """What a run of kills came to."""

    kills: Counter[str] = field(default_factory=Counter)
    """By who was killed."""
    acknowledged: int = 0
    unacknowledged: int = 0
    """Written, and killed before anybody was told: allowed, at most one for each kill."""
    lost: int = 0
    duplicates: int = 0
    digests_equal: bool = False
    refilled: bool = False
    """An emptied relay got everything again."""
    notices: list[str] = field(default_factory=list)
    """Anything odd that a journal noticed before the relay was emptied."""
    noise: str = ""
    """What a process said on stderr."""
    seconds: float = 0.0

    @property
    def flaws(self) -> list[str]:
        """What should not be; empty if all held."""
        found = [
            (self.lost > 0, f"{self.lost} acknowledged entries lost"),
            (self.duplicates > 0, f"{self.duplicates} entries twice"),
            (not self.digests_equal, "the digests differ"),
            (not self.refilled, "an emptied relay was not filled again"),
            (bool(self.notices), f"notices: {self.notices}"),
            (self.unacknowledged > self.kills.total(), "more entries than were asked for"),
            ("Traceback" in self.noise, self.noise[-2000:]),
        ]
        return [text for true, text in found if true]

    def __str__(self) -> str:
        kills = ", ".join(f"{name} {count}" for name, count in sorted(self.kills.items()))
        return (
            f"kills {self.kills.total()} ({kills}) in {self.seconds:.0f} s\n"
            f"acknowledged {self.acknowledged}, lost {self.lost}, duplicates {self.duplicates}, "
            f"written and not yet acknowledged {self.unacknowledged}\n"
            f"digests equal: {'yes' if self.digests_equal else 'NO'}; "
            f"emptied relay refilled: {'yes' if self.refilled else 'NO'}; "
            f"notices: {', '.join(self.notices) or 'none'}"
        )


async def _texts_by_id(journal: Journal) -> dict[str, str]:
    """Everything on the shared timeline."""
    found: dict[str, str] = {}
    before: str | None = None
    while True:
        view = await journal.timeline(days=3660, before=before, visibility="shared")
        for day in view.days:
            for entry in day.entries:
                found[entry.id] = "" if entry.current is None else entry.current.text
        before = view.before
        if before is None:
            return found


def _digest(status: StatusView) -> str:
    return next(space.digest for space in status.spaces if space.kind == "shared")


def _notices(status: StatusView) -> list[str]:
    return [notice.what for space in status.spaces for notice in space.notices]


async def _look(people: list[Person], writers: list[Writer], summary: Summary) -> None:
    """Sync once each, and compare what everybody has with what was acknowledged."""
    told = {id_: text for writer in writers for id_, text in writer.acknowledged.items()}
    summary.acknowledged = len(told)
    own, other = [
        await Journal.open(person.home, PassphraseFile(person.passphrase_file)) for person in people
    ]
    async with own, other:
        # What a device acknowledged must be on that device, before anybody helps it out.
        for journal, person in ((own, people[0]), (other, people[1])):
            held = await _texts_by_id(journal)
            for writer in writers:
                if writer.person is person:
                    summary.lost += len(writer.acknowledged.keys() - held.keys())
        for journal in (own, other, own, other):
            await journal.sync()
        for journal in (own, other):
            held = await _texts_by_id(journal)
            summary.lost += sum(held.get(id_) != text for id_, text in told.items())
            summary.duplicates += len(held) - len(set(held.values()))
            summary.unacknowledged = len(held.keys() - told.keys())
        statuses = [await own.status(), await other.status()]
        summary.notices = sorted({what for status in statuses for what in _notices(status)})
        summary.digests_equal = _digest(statuses[0]) == _digest(statuses[1])


async def _refill(people: list[Person]) -> bool:
    """The relay has lost all: both sync, and it has everything again."""
    sent = 0
    for person in (*people, *people):
        unlock = PassphraseFile(person.passphrase_file)
        async with await Journal.open(person.home, unlock) as journal:
            report = await journal.sync()
            sent += report.sent
            shared = journal._state.shared
            assert shared is not None
            held = sum(head.seq for head in (await shared.overview()).heads.values())
    return sent == held


def kill_under_load(folder: Path, *, kills: int, seed: int) -> Summary:
    """Kill ``kills`` times in ``folder``, which has to be there; gives what it came to."""
    chance = random.Random(seed)
    summary = Summary()
    began = time.monotonic()
    ana, ben = (Person(folder / name.lower(), name) for name in ("Ana", "Ben"))
    for person in (ana, ben):
        person.start()
    relay = RelayProcess(folder / "relay", registration_token=TOKEN)
    relay.token = TOKEN
    writers = [
        Writer(ana, "ana", "stay"),
        Writer(ben, "ben", "stay"),
        Writer(ana, "pen", "come-and-go"),
    ]
    try:
        asyncio.run(pair(ana, ben, relay))
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.wait_until_it_writes()
        for number in range(kills):
            # Each in turn at first, so that a short run kills all of them.
            victim = number % 4 if number < 4 else chance.randrange(4)
            time.sleep(chance.random() * LONGEST_LIFE_S)
            if victim < len(writers):
                writer = writers[victim]
                writer.kill()
                summary.kills[writer.name] += 1
                writer.start()
                if chance.random() < 0.8:  # else it may die before its first word
                    writer.wait_until_it_writes()
            else:
                relay.kill()
                summary.kills["relay"] += 1
                time.sleep(chance.random() * LONGEST_LIFE_S / 2)
                relay.start()
        for writer in writers:
            writer.kill()
        relay.kill()
        relay.start()
        asyncio.run(_look([ana, ben], writers, summary))
        relay.kill()
        shutil.rmtree(relay.data)
        relay.start()
        summary.refilled = asyncio.run(_refill([ana, ben]))
    finally:
        for writer in writers:
            writer.kill()
        relay.kill()
    summary.noise = "".join(text for writer in writers for text in writer.stderr) + relay.errors()
    summary.seconds = time.monotonic() - began
    return summary


if __name__ == "__main__":
    how = {"stay": _stay, "come-and-go": _come_and_go}[sys.argv[1]]
    asyncio.run(how(Path(sys.argv[2]), PassphraseFile(Path(sys.argv[3])), sys.argv[4]))
    os._exit(1)
