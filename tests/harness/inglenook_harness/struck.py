"""Two people, an own second computer and their relay, all in this process: to be copied, and
struck at any point (``inglenook_harness.mortal``).

    phrase = await begin(folder, monkeypatch)       # Ana and Ben, paired
    async with copied(folder, tmp_path / "17") as url:
        await link(tmp_path / "17", url)            # Ana's laptop; lives=[Life(…), Life()]
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs

import asyncio
import shutil
from contextlib import asynccontextmanager
from functools import partial

from aiohttp.test_utils import TestServer

from inglenook_client.journal import Journal, linking, state
from inglenook_client.journal.state import PRIVATE_RELAY, RELAY_ORIGIN
from inglenook_client.keyring import Passphrase, unlock
from inglenook_harness.mortal import LIFE, Life, as_process
from inglenook_harness.paired import pair_journals
from inglenook_harness.relay import TOKEN
from inglenook_server.http import HttpServer
from inglenook_server.relay import open_relay
from inglenook_server.settings import make_settings
from inglenook_server.storage.sqlite import SqliteStorage

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


def make_unlocking_quick(monkeypatch):
    """Real but for the cost of a guess, which each of some hundred runs would pay."""
    cheap = unlock.Cost(memory_kib=64, passes=1, lanes=1)
    monkeypatch.setattr(state, "create_unlock", partial(unlock.create_unlock, cost=cheap))


async def begin(folder, monkeypatch):
    """Ana and Ben, paired, and their relay: a folder to be copied. Gives Ana's phrase."""
    make_unlocking_quick(monkeypatch)
    folder.mkdir()
    phrases = []
    for name in ("Ana", "Ben"):
        journal, phrase = await Journal.create(folder / name, WORDS, name=name)
        phrases.append(phrase)
        await journal.close()
    async with relay_of(folder / "relay") as url:
        ana, ben = [await Journal.open(folder / name, WORDS) for name in ("Ana", "Ben")]
        async with ana, ben:
            await pair_journals(ana, ben, url, TOKEN)
            await ana.write(OWN)
            await ben.write(PARTNERS, visibility="shared")
            for journal in (ana, ben, ana):
                await journal.sync()
    return phrases[0]


@asynccontextmanager
async def copied(begun, to):
    """A copy of it all, whose relay runs; gives its address."""
    shutil.copytree(begun, to)
    async with relay_of(to / "relay") as url:
        for home in (to / name for name in ("Ana", "Ben", "Laptop")):
            if not (home / "private.db").exists():
                continue
            async with await Journal.open(home, WORDS) as journal:
                known = journal._state.settings
                at = [name for name in (RELAY_ORIGIN, PRIVATE_RELAY) if known.get(name)]
                await journal._state.set(dict.fromkeys(at, url.encode()))
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
    gone = any(isinstance(task.exception() or task.result(), BaseException) for task in done)
    await asyncio.wait(tasks, timeout=GIVEN_UP_S if gone else 20)
    for task in tasks:
        task.cancel()
    return await asyncio.gather(*tasks, return_exceptions=True)
