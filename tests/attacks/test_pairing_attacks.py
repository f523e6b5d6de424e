"""Pairing under attack and under a falling roof: nobody is ever locked out (SPEC 16).

A side is *killed* at a point (``inglenook_harness.mortal``), or meets trouble there: each of those
of one whole pairing, in every way of going on; by default a few that cost the most to get wrong.
"""

import asyncio
import shutil
from functools import partial
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from inglenook_client.journal import Journal, state
from inglenook_client.keyring import Passphrase, unlock
from inglenook_client.sync import pairing
from inglenook_harness.mortal import LIFE, Life, as_process, make_mortal, shares
from inglenook_harness.relay import TOKEN
from inglenook_protocol.errors import InglenookError
from inglenook_server.http import HttpServer
from inglenook_server.relay import open_relay
from inglenook_server.settings import make_settings
from inglenook_server.storage.memory import MemoryStorage

PASSPHRASE = Passphrase("four quiet words here")
GIVEN_UP_S = 0.3
"""How long the side that still lives waits before its person gives up."""
AT_MOST_S = 30
"""A pairing takes a second; only a fault, or a machine that does much else, takes so long."""


@pytest.fixture
async def relay_url(tmp_path):
    settings = make_settings(
        {"data": tmp_path, "registration_token": TOKEN, "address_rate": 1_000_000}
    )
    relay, _ = await open_relay(
        MemoryStorage(),
        member_quota=settings.member_quota,
        cache_bytes=settings.cache_bytes,
        max_mailboxes=settings.max_mailboxes,
        registration_token=TOKEN,
    )
    server = TestServer(HttpServer(relay, settings).make_app(), host="127.0.0.1")
    await server.start_server()
    yield str(server.make_url("")).rstrip("/")
    relay.mailboxes.stop()
    await server.close()
    await relay.close()


@pytest.fixture
async def homes(tmp_path, monkeypatch):
    """Gives fresh copies of two homes with a journal each."""
    cheap = unlock.Cost(memory_kib=64, passes=1, lanes=1)
    monkeypatch.setattr(state, "create_unlock", partial(unlock.create_unlock, cost=cheap))
    for name in ("Ana", "Ben"):
        journal, _ = await Journal.create(tmp_path / "new" / name, PASSPHRASE, name=name)
        await journal.close()

    def fresh(label):
        return [
            Path(shutil.copytree(tmp_path / "new" / name, tmp_path / label / name))
            for name in ("Ana", "Ben")
        ]

    return fresh


# --- two people ---------------------------------------------------------------------------


async def yes(words):
    return True


async def pair(url, homes, *, inviter=0, lives=None):
    """One attempt to pair; a side that waits for nobody is given up (Ctrl-C).

    Where it goes well, both come to their end by themselves, however slow the machine is: the
    inviter still waits for the other one's name when the joiner is done.
    """
    lives = lives or [Life(), Life()]
    text = asyncio.get_running_loop().create_future()

    async def on_invite(invite, expires_at_s):
        text.set_result(invite)

    async def inviting(journal):
        await journal.invite(relay=url, token=TOKEN, on_invite=on_invite, confirm=yes)

    async def joining(journal):
        await journal.join(await text, confirm=yes)

    works = (inviting, joining) if inviter == 0 else (joining, inviting)
    tasks = [asyncio.create_task(at_home(*each)) for each in zip(lives, homes, works, strict=True)]
    first, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED, timeout=AT_MOST_S)
    goes_well = bool(first) and all((task.exception() or task.result()) is None for task in first)
    alone = not goes_well or any(life.dead for life in lives)
    await asyncio.wait(tasks, timeout=GIVEN_UP_S if alone else AT_MOST_S)
    for task in tasks:
        task.cancel()
    # The inner tasks go on being cancelled by their outer ones; give both their ends.
    return await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def mortal(monkeypatch):
    """Calls that leave the process may be its last."""
    make_mortal(monkeypatch)


async def at_home(life, home, work):
    """``work(journal)`` in a process of its own; gives what it ended with."""

    async def run():
        journal = await Journal.open(home, PASSPHRASE)
        try:
            return await work(journal)
        finally:
            LIFE.set(None)  # closing is no call of its own
            await journal.close()

    return await as_process(life, run)


async def sync_both(homes, rounds=2):
    for _ in range(rounds):
        for home in homes:
            await at_home(None, home, lambda journal: journal.sync())


async def look(home):
    journal = await Journal.open(home, PASSPHRASE)
    try:
        shared = journal._state.shared
        space = shared.space_id if shared is not None and journal.paired else None
        return journal.paired, space, journal.partner
    finally:
        await journal.close()


async def check_paired(homes):
    """Both are paired, in one space, know each other's name, and can write to each other."""
    await sync_both(homes)
    (hers, space, ben), (his, other, ana) = [await look(home) for home in homes]
    assert hers, "Ana is not paired"
    assert his, "Ben is not paired"
    assert space == other, "each is paired with a ghost"
    assert (ben, ana) == ("Ben", "Ana")


SHARES = 4
WAYS = (
    "sync",
    "again",
    *(
        pytest.param(way, marks=pytest.mark.exhaustive)
        for way in ("again, roles swapped", "Ana syncs, then again", "Ben syncs, then again")
    ),
)


async def go_on(url, homes, way):
    """What two people may do after it stopped, as the texts tell them."""
    if way == "sync":
        await sync_both(homes)
    if way == "Ana syncs, then again":
        await sync_both(homes[:1], 1)
    if way == "Ben syncs, then again":
        await sync_both(homes[1:], 1)
    if not all([(await look(home))[0] for home in homes]):
        await pair(url, homes, inviter=int(way == "again, roles swapped"))
        # If one of them heard that the pairing stands, the other one syncs.
        await sync_both(homes)
    if not any([(await look(home))[0] for home in homes]):
        await pair(url, homes)


async def stop_and_go_on(url, homes, who, at, way, *, trouble=False):
    life = Life(at, trouble=trouble)
    lives = [Life(), Life()]
    lives[who] = life
    await pair(url, homes, lives=lives)
    if not life.struck:
        return False
    try:
        await go_on(url, homes, way)
        await check_paired(homes)
    except BaseException as error:
        where = life.points[at] if isinstance(at, int) else at
        error.add_note(f"{('inviter', 'joiner')[who]} struck at {where}, {way}")
        raise
    return True


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(pairing, "_SETTLE_S", 0.2)


async def test_pairing_goes_well(relay_url, homes, mortal):
    both = homes("well")
    lives = [Life(), Life()]
    assert await pair(relay_url, both, lives=lives) == [None, None]
    await check_paired(both)
    for life in lives:
        assert len(life.points) > 15


@pytest.mark.parametrize(
    ("who", "at", "way"),
    [
        # Made the file of the shared journal, and put nothing into it.
        (0, "after opening shared.db", "sync"),
        (1, "after opening shared.db", "again"),
        # The relay knows the space; the other side may go on to stand in it.
        (0, "after spaces", "Ben syncs, then again"),
        (1, "after close", "again, roles swapped"),
        # Paired, and perhaps not introduced yet.
        (1, ("after writing private.db", 2), "sync"),
    ],
)
@pytest.mark.long
async def test_a_stop_is_gone_on_from(relay_url, homes, mortal, impatient, who, at, way):
    assert await stop_and_go_on(relay_url, homes("stop"), who, at, way)


async def test_a_new_attempt_that_comes_to_nothing_takes_nothing_away(
    relay_url, homes, mortal, impatient
):
    """Ana was killed once the relay knew the space, and Ben stands in it."""
    both = homes("kept")
    await pair(relay_url, both, lives=[Life("after spaces"), Life()])
    await sync_both(both[1:], 1)
    nowhere = "http://127.0.0.1:9"

    async def again(journal):
        await journal.invite(relay=nowhere, token=TOKEN, on_invite=None, confirm=yes)

    assert isinstance(await at_home(None, both[0], again), InglenookError)
    await check_paired(both)


async def try_all(url, homes, who, way, share, *, trouble=False):
    """Each of the points of a share, until one run has no more of them."""
    faults = []
    at = share
    while True:
        try:
            both = homes(f"{at}")
            if not await stop_and_go_on(url, both, who, at, way, trouble=trouble):
                break
        except BaseException as error:
            faults.append(f"{at}: {error!r} {error.__notes__}")
        at += SHARES
    assert not faults, "\n".join(faults)
    assert at > 15


@pytest.mark.long
@pytest.mark.parametrize("share", shares(SHARES))
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("who", [0, 1])
async def test_every_stop(relay_url, homes, mortal, impatient, who, way, share):
    await try_all(relay_url, homes, who, way, share)


@pytest.mark.long
@pytest.mark.parametrize("share", shares(SHARES))
@pytest.mark.parametrize("who", [0, 1])
async def test_every_trouble(relay_url, homes, mortal, impatient, who, share):
    """The network away, or the disk full, at each call: it goes on by itself, or anew."""
    await try_all(relay_url, homes, who, "again", share, trouble=True)
