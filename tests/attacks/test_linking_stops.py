"""Linking an own computer, struck at every single call of either side: nothing is lost, nobody is
locked out, and it can be begun again (SPEC 16.6).
"""

import shutil

import pytest

from inglenook_client.journal import Journal
from inglenook_client.journal.state import PRIVATE_RELAY
from inglenook_harness.mortal import Life, make_mortal, shares
from inglenook_harness.struck import OWN, PARTNERS, WORDS, begin, copied, link
from inglenook_protocol.errors import InglenookError

pytestmark = pytest.mark.long

SHARES = 6


@pytest.fixture
async def begun(tmp_path, monkeypatch):
    await begin(tmp_path / "begun", monkeypatch)
    return tmp_path / "begun"


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


@pytest.mark.parametrize("share", shares(SHARES))
@pytest.mark.parametrize("trouble", [False, True], ids=["killed", "trouble"])
@pytest.mark.parametrize("who", [0, 1], ids=["the one that stands", "the new one"])
async def test_every_stop(begun, tmp_path, mortal, who, trouble, share):
    faults = []
    at = share
    while True:
        folder, life = tmp_path / str(at), Life(at, trouble=trouble)
        lives = [Life(), Life()]
        lives[who] = life
        async with copied(begun, folder) as url:
            ended = await link(folder, url, lives)
            if not life.struck:
                break
            try:
                if not await stands(folder):
                    await tidy_up(folder)
                    ended = await link(folder, url)
                    assert not [e for e in ended if isinstance(e, BaseException)], ended
                await check_linked(folder)
            except BaseException as error:
                faults.append(f"{at}, {life.points[at]}, {ended}: {error!r}")
        shutil.rmtree(folder)
        at += SHARES
    print(f"{len(life.points)} points")
    assert not faults, "\n".join(faults)
    assert len(life.points) > 30
