"""Linking an own computer, killed at every single call of either side: nothing is lost, nobody is
locked out, and it can be begun again (SPEC 16.6).
"""

import asyncio
import shutil
from contextlib import asynccontextmanager
from functools import partial

import pytest
from aiohttp.test_utils import TestServer

from inglenook_client.journal import Journal, linking, state
from inglenook_client.journal.state import PRIVATE_RELAY, RELAY_ORIGIN
from inglenook_client.keyring import Passphrase, unlock
from inglenook_harness.mortal import LIFE, Life, as_process, make_mortal
from inglenook_harness.paired import pair_journals
from inglenook_harness.relay import TOKEN
from inglenook_protocol.errors import InglenookError
from inglenook_server.http import HttpServer
from inglenook_server.relay import open_relay
from inglenook_server.settings import make_settings
from inglenook_server.storage.sqlite import SqliteStorage

pytestmark = pytest.mark.long

WORDS = Passphrase("four quiet words here")
GIVEN_UP_S = 0.3
"""How long the side that still lives waits before its person gives up."""
OWN, PARTNERS = "what is for me", "what is for us"


@asynccontextmanager
async def relay_of(data):
    """A relay in this process over a directory; gives its address."""
    settings = make_settings({"data": data, "registration_token": TOKEN, "address_rate": 1_000_000})
    relay, _ = await open_relay(
        SqliteStorage(data),
        member_quota=settings.member_quota,
        cache_bytes=settings.cache_bytes,
        max_mailboxes=settings.max_mailboxes,
        registration_token=TOKEN,
    )
    server = TestServer(HttpServer(relay, settings).make_app(), host="127.0.0.1")
    await server.start_server()
    try:
        yield str(server.make_url("")).rstrip("/")
    finally:
        relay.mailboxes.stop()
        await server.close()
        await relay.close()


@pytest.fixture
async def begun(tmp_path, monkeypatch):
    """Ana and Ben, paired, and their relay: a folder to be copied."""
    cheap = unlock.Cost(memory_kib=64, passes=1, lanes=1)
    monkeypatch.setattr(state, "create_unlock", partial(unlock.create_unlock, cost=cheap))
    folder = tmp_path / "begun"
    folder.mkdir()
    for name in ("Ana", "Ben"):
        journal, _ = await Journal.create(folder / name, WORDS, name=name)
        await journal.close()
    async with relay_of(folder / "relay") as url:
        ana, ben = [await Journal.open(folder / name, WORDS) for name in ("Ana", "Ben")]
        async with ana, ben:
            await pair_journals(ana, ben, url, TOKEN)
            await ana.write(OWN)
            await ben.write(PARTNERS, visibility="shared")
            for journal in (ana, ben, ana):
                await journal.sync()
    return folder


@asynccontextmanager
async def copied(begun, to):
    """A copy of it all, whose relay runs; gives its address."""
    shutil.copytree(begun, to)
    async with relay_of(to / "relay") as url:
        for name in ("Ana", "Ben"):
            async with await Journal.open(to / name, WORDS) as journal:
                await journal._state.set({RELAY_ORIGIN: url.encode()})
        yield url


async def yes(_words):
    return True


async def link(folder, url, lives=None):
    """One attempt; a side that waits for nobody is given up (Ctrl-C)."""
    lives = lives or [Life(), Life()]
    text = asyncio.get_running_loop().create_future()

    async def on_invite(invite, _expires_at_s):
        text.set_result(invite)

    async def unlock_anew():
        return WORDS

    async def add():
        journal = await Journal.open(folder / "Ana", WORDS)
        try:
            return await journal.devices.add(
                origin=url, token=TOKEN, private_relay=url, private_token=TOKEN,
                on_invite=on_invite, confirm=yes, unlock_anew=unlock_anew,
            )  # fmt: skip
        finally:
            LIFE.set(None)  # closing is no call of its own
            await journal.close()

    async def join():
        return await linking.link(
            folder / "Laptop", WORDS, await text, device="Laptop", confirm=yes
        )

    works = zip(lives, (add, join), strict=True)
    tasks = [asyncio.create_task(as_process(*each)) for each in works]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED, timeout=20)
    gone = any(isinstance(task.result(), BaseException) for task in done)
    await asyncio.wait(tasks, timeout=GIVEN_UP_S if gone else 20)
    for task in tasks:
        task.cancel()
    return await asyncio.gather(*tasks, return_exceptions=True)


async def stands(folder):
    """Whether a journal is on the laptop."""
    try:
        await (await Journal.open(folder / "Laptop", WORDS)).close()
    except InglenookError:
        return False
    return True


async def tidy_up(folder):
    """What her own list of computers tells her to do: one that never came to be is removed."""
    async with await Journal.open(folder / "Ana", WORDS) as ana:
        await ana.sync()
        for view in await ana.devices.all():
            if view.standing and not view.this_device:
                await ana.devices.remove(view.id)


async def check_linked(folder):
    """Both computers show the same, hers and Ben's words, and go on together."""
    homes = [folder / name for name in ("Ana", "Laptop", "Ben")]
    ana, laptop, ben = [await Journal.open(home, WORDS) for home in homes]
    async with ana, laptop, ben:
        await laptop.write("from the laptop", visibility="shared")
        await laptop.write("from the laptop, for me")
        for journal in (laptop, ana, ben, laptop, ana):
            await journal.sync()
        hers, his = [await journal.status() for journal in (ana, laptop)]
        digests = [{space.kind: space.digest for space in s.spaces} for s in (hers, his)]
        assert digests[0] == digests[1], "the two computers differ"
        partners = {s.kind: s.digest for s in (await ben.status()).spaces}
        assert partners["shared"] == digests[0]["shared"], "Ben shows something else"
        for status in (hers, his, await ben.status()):
            assert not [n for space in status.spaces for n in space.notices]
        found = [
            entry.current.text
            for day in (await laptop.timeline(days=30)).days
            for entry in day.entries
            if entry.current is not None
        ]
        assert sorted(found) == sorted(
            [OWN, PARTNERS, "from the laptop", "from the laptop, for me"]
        )
        computers = await ana.devices.all()
        assert len([view for view in computers if view.standing]) == 2
        assert ana._state.settings.get(PRIVATE_RELAY)


@pytest.fixture
def mortal(monkeypatch):
    make_mortal(monkeypatch)


async def test_linking_goes_well(begun, tmp_path, mortal):
    async with copied(begun, tmp_path / "well") as url:
        lives = [Life(), Life()]
        ended = await link(tmp_path / "well", url, lives)
        assert not [error for error in ended if isinstance(error, BaseException)], ended
        await check_linked(tmp_path / "well")
    for life in lives:
        assert len(life.points) > 30


@pytest.mark.parametrize("who", [0, 1], ids=["the one that stands", "the new one"])
async def test_every_stop(begun, tmp_path, mortal, who):
    faults = []
    at = 0
    while True:
        folder, life = tmp_path / str(at), Life(at)
        lives = [Life(), Life()]
        lives[who] = life
        async with copied(begun, folder) as url:
            await link(folder, url, lives)
            if not life.dead:
                break
            try:
                if not await stands(folder):
                    await tidy_up(folder)
                    ended = await link(folder, url)
                    assert not [e for e in ended if isinstance(e, BaseException)], ended
                await check_linked(folder)
            except BaseException as error:
                faults.append(f"{at}, {life.points[-1]}: {error!r}")
        shutil.rmtree(folder)
        at += 1
    print(f"{at} points")
    assert not faults, "\n".join(faults)
    assert at > 30
