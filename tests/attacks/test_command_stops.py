"""What a person may ask for, struck at every single call: killed there, or the network away and the
disk full. Asked for again, it comes to the same, and nobody loses a word (SPEC 15 to 17).
"""

import asyncio
import shutil

import pytest

from inglenook_client.journal import Journal
from inglenook_client.journal.recovering import recover
from inglenook_client.sync.errors import NotAMemberError
from inglenook_harness.mortal import LIFE, Life, as_process, make_mortal, shares
from inglenook_harness.relay import TOKEN
from inglenook_harness.struck import (
    OWN,
    PARTNERS,
    WORDS,
    begin,
    copied,
    link,
    make_unlocking_quick,
    relay_of,
)
from inglenook_protocol.errors import InglenookError

pytestmark = pytest.mark.long

SHARES = 5
SENT, UNSENT, NEWS = "sent and to be taken back", "not sent yet", "from the other side"


async def _make(folder):
    with pytest.MonkeyPatch.context() as patched:
        phrase = await begin(folder / "begun", patched)
        made = folder / "made"
        async with copied(folder / "begun", made) as url:
            ended = await link(made, url)
            assert not [e for e in ended if isinstance(e, BaseException)], ended
            ana, laptop, ben = [
                await Journal.open(made / name, WORDS) for name in ("Ana", "Laptop", "Ben")
            ]
            async with ana, laptop, ben:
                await ana.write(SENT, visibility="shared")
                for journal in (ana, laptop, ben, ana):
                    await journal.sync()
                await ben.write(NEWS, visibility="shared")
                await ben.sync()
                await ana.write(UNSENT, visibility="shared")
                await ana.write(f"{UNSENT}, for me")
    return made, phrase


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """Ana with two computers, Ben, words on their way; and Ana's phrase."""
    return asyncio.run(_make(tmp_path_factory.mktemp("three")))


class Scene:
    """One copy of it all."""

    def __init__(self, folder, url, phrase):
        self.folder, self.url, self.phrase = folder, url, phrase
        self.other_url = ""

    async def at(self, name, work, life=None):
        """``work(journal)`` in a process of its own; gives what it ended with."""

        async def run():
            journal = await Journal.open(self.folder / name, WORDS)
            try:
                return await work(journal)
            finally:
                LIFE.set(None)  # closing is no call of its own
                await journal.close()

        return await as_process(life, run)

    async def sync(self, *names):
        for name in names:
            ended = await self.at(name, lambda journal: journal.sync())
            assert not isinstance(ended, BaseException), (name, ended)

    async def texts(self, name):
        async def read(journal):
            return {
                entry.current.text
                for day in (await journal.timeline(days=60)).days
                for entry in day.entries
                if entry.current is not None
            }

        return await self.at(name, read)

    async def digests(self, name):
        async def read(journal):
            status = await journal.status()
            assert not [n for space in status.spaces for n in space.notices], name
            return {space.kind: space.digest for space in status.spaces}

        found = await self.at(name, read)
        assert isinstance(found, dict), found
        return found

    async def check_same(self, *names):
        """They show the same: own computers in both journals, Ben in the shared one."""
        await self.sync(*names, *names)
        first, *rest = [await self.digests(name) for name in names]
        for name, digests in zip(names[1:], rest, strict=True):
            kinds = ("shared",) if name == "Ben" else ("shared", "private")
            assert [digests[kind] for kind in kinds] == [first[kind] for kind in kinds], name


async def _entries(journal, text):
    return [hit.entry.id for hit in await journal.search(text)]


async def _laptop(journal):
    return next(v.id for v in await journal.devices.all() if not v.this_device)


class Sync:
    async def do(self, scene, life=None):
        return await scene.at("Ana", lambda journal: journal.sync(), life)

    async def check(self, scene):
        await scene.check_same("Ana", "Laptop", "Ben")
        everything = {SENT, UNSENT, NEWS, PARTNERS}
        assert await scene.texts("Ben") == everything
        assert await scene.texts("Laptop") == everything | {OWN, f"{UNSENT}, for me"}


class Remove(Sync):
    async def do(self, scene, life=None):
        async def remove(journal):
            return await journal.devices.remove(await _laptop(journal))

        return await scene.at("Ana", remove, life)

    async def check(self, scene):
        await scene.at("Ana", lambda journal: journal.write("after it", visibility="shared"))
        await scene.at("Ana", lambda journal: journal.write("after it, for me"))
        await scene.check_same("Ana", "Ben")
        assert isinstance(await scene.at("Laptop", lambda j: j.sync()), NotAMemberError)
        assert not {"after it", "after it, for me"} & await scene.texts("Laptop")
        assert await scene.texts("Ben") == {SENT, UNSENT, NEWS, PARTNERS, "after it"}
        left = await scene.at("Ana", lambda journal: journal.devices.all())
        assert [view.standing for view in left] == [True, False]


class Withdraw(Sync):
    async def do(self, scene, life=None):
        async def redact(journal):
            for entry in await _entries(journal, SENT):
                await journal.redact(entry)
            return await journal.sync()

        return await scene.at("Ana", redact, life)

    async def check(self, scene):
        await scene.check_same("Ana", "Laptop", "Ben")
        for name in ("Ana", "Laptop", "Ben"):
            assert SENT not in await scene.texts(name)
        assert await scene.texts("Ben") == {UNSENT, NEWS, PARTNERS}


class Erase(Sync):
    async def do(self, scene, life=None):
        async def erase(journal):
            (entry,) = await _entries(journal, SENT)
            return await journal.erasing.erase(entry)

        return await scene.at("Ana", erase, life)


class Move(Sync):
    async def do(self, scene, life=None):
        async def move(journal):
            await journal.set_relay(scene.other_url, token=TOKEN)
            return await journal.sync()

        return await scene.at("Ana", move, life)

    async def check(self, scene):
        for name in ("Laptop", "Ben"):
            await scene.at(name, lambda j: j.set_relay(scene.other_url, token=TOKEN))
        await super().check(scene)


class Recover(Sync):
    async def do(self, scene, life=None):
        async def bring_back():
            return await recover(scene.folder / "New", WORDS, scene.phrase, scene.url)

        return await as_process(life, bring_back)

    async def check(self, scene):
        await scene.check_same("New", "Ben")
        assert await scene.texts("New") == {SENT, NEWS, PARTNERS, OWN}
        for name in ("Ana", "Laptop"):
            assert isinstance(await scene.at(name, lambda j: j.sync()), NotAMemberError)


COMMANDS = {
    "sync": Sync(), "remove": Remove(), "withdraw": Withdraw(), "erase": Erase(), "move": Move(),
    "recover": Recover(),
}  # fmt: skip


@pytest.fixture
def mortal(monkeypatch):
    make_mortal(monkeypatch)
    make_unlocking_quick(monkeypatch)


@pytest.mark.parametrize("share", shares(SHARES))
@pytest.mark.parametrize("trouble", [False, True], ids=["killed", "trouble"])
@pytest.mark.parametrize("name", COMMANDS)
async def test_every_stop_of_a_command(begun, tmp_path, mortal, name, trouble, share):
    made, phrase = begun
    command = COMMANDS[name]
    faults = []
    at = share
    while True:
        folder, life = tmp_path / str(at), Life(at, trouble=trouble)
        async with copied(made, folder) as url, relay_of(tmp_path / f"other {at}") as other:
            scene = Scene(folder, url, phrase)
            scene.other_url = other
            again, ended = None, await command.do(scene, life)
            if not life.struck:
                assert not isinstance(ended, BaseException), ended
                break
            try:
                again = await command.do(scene)
                if again is not None and isinstance(again, BaseException):
                    # It was done already, or nothing stands in its way.
                    assert isinstance(again, InglenookError), again
                await command.check(scene)
            except BaseException as error:
                faults.append(f"{at}, {life.points[at]}, {ended!r}, {again!r}: {error!r}")
        shutil.rmtree(folder)
        at += SHARES
    print(f"{name}: {len(life.points)} points")
    assert not faults, "\n".join(faults)
    assert len(life.points) >= 6
