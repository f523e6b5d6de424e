"""What is private adds nothing to what is shared: not a byte, not a request, not a time."""

import asyncio
import hashlib
import shutil

import pytest

from inglenook_client.core.practices import inward, keeping
from inglenook_client.journal.practice import Practice
from inglenook_harness.nook import Person
from inglenook_harness.paired import open_journal
from inglenook_harness.recording import Recording
from inglenook_harness.relay import RelayProcess

DAY = "2026-09-21"


def everything_shared(person):
    """Every byte of the shared journal's files, with when they were written."""
    return {
        path.name: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in sorted(person.home.glob("shared*"))
        if not path.name.endswith(("-shm", ".lock"))
    }


def relay_holds(relay):
    """Every byte that the relay keeps of the two."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(relay.data.rglob("*"))
        if path.is_file() and not path.name.endswith("-shm")
    }


async def look_inward(person):
    """Every practice that is private, and whatever is drafted before it is shared."""
    async with await open_journal(person) as journal:
        one = Practice(journal._state)
        inventory = await one.create(
            one.private, inward.write_inventory(DAY, needs="Rest", feelings=["tired"])
        )
        await one.append(inventory, inward.edit_inventory(inventory.state, needs="Rest and tea"))
        await one.create(one.private, inward.write_reflection(DAY, happened="They spoke loudly"))
        idea = await one.create(one.private, inward.note_kindness_idea("Warm the cups"))
        await one.append(idea, inward.set_aside_kindness_idea(idea.state, idea.me))
        shown = (await journal.timeline()).days[0].entries[0]
        hidden = await one.create(one.private, inward.hide(bytes.fromhex(shown.id)))
        await one.append(hidden, inward.lift_hide(hidden.state, hidden.me))
        await one.create(one.private, keeping.pin_keepsake("A stone", DAY, form="symbol"))
        draft = await one.create(
            one.private, inward.write_draft("turn", None, {"observation": "The door"})
        )
        await one.append(draft, inward.edit_draft(draft.state, {"observation": "The loud door"}))
        await journal.revealing.draft("week-review", {"appreciated": "Tea"})
        await journal.write("only for me")
        await journal.check_in(feelings=["calm"], visibility="private")
        assert len(await journal.search("door")) == 1


async def read_only(person):
    async with await open_journal(person) as journal:
        await journal.timeline()
        await journal.search("river")


async def syncs(person):
    """One sync; gives what it says and how the shared journal stands."""
    async with await open_journal(person) as journal:
        report = await journal.sync()
        status = (await journal.status()).spaces[1]
        assert journal._state.shared is not None
        return report, status.digest, (await journal._state.shared.overview()).heads


def test_row_01_and_10_private_practices_leave_every_shared_byte_as_it_is(couple, relay):
    ana, _ = couple
    asyncio.run(syncs(ana))
    asyncio.run(read_only(ana))
    before = everything_shared(ana)
    served = relay_holds(relay)
    asyncio.run(look_inward(ana))
    assert everything_shared(ana) == before
    assert relay_holds(relay) == served


def test_private_practices_change_nothing_of_what_a_sync_says(couple, relay):
    ana, ben = couple
    asyncio.run(syncs(ana))
    plain = asyncio.run(syncs(ana))
    asyncio.run(look_inward(ana))
    assert asyncio.run(syncs(ana)) == plain
    assert (plain[0].sent, plain[0].received) == (0, 0)
    assert asyncio.run(syncs(ben))[0].received == 0


def test_a_shared_thing_is_noticed_by_this(couple, relay):
    """The comparison can fail."""
    ana, _ = couple
    asyncio.run(syncs(ana))
    before = everything_shared(ana)

    async def share():
        async with await open_journal(ana) as journal:
            await journal.write("for both", visibility="shared")

    asyncio.run(share())
    assert everything_shared(ana) != before
    assert asyncio.run(syncs(ana))[0].sent == 1


def looks_inward(person):
    """Each command of what is private, as somebody types it."""
    entry = person("inventory", "--needs", "Rest", "--feeling", "tired", "--curious", "His dreams")
    inventory = entry["entry"]["id"][:8]
    person("inventory", "--change", inventory, "--needs", "Rest and tea")
    day = person("timeline", "--shared")["days"][0]
    shared = day["entries"][0]["id"][:8]
    reflection = person("reflect", "They spoke loudly", "--part", "Me too", "--about", shared)
    person("reflect", "--change", reflection["entry"]["id"][:8], "--way", "I was hungry")
    idea = person("kindness", "idea", "Warm the cups")["idea"]["id"][:8]
    person("kindness", "edit", idea, "Warm the blue cups")
    person("kindness", "aside", idea)
    person("look-back", "hide", shared)
    person("look-back", "hidden")
    person("look-back", "show-again", shared)
    pinned = person("keepsake", "pin", "A stone", "--symbol", "--private")
    person("keepsake", "edit", pinned["keepsake"]["id"][:8], "--text", "From the lake")
    person("keepsake", "unpin", pinned["keepsake"]["id"][:8])
    kept = person("excerpt", inventory, "Rest and tea")["draft"]["id"][:8]
    person("private", "drop", kept)
    person("excerpt", inventory, "His dreams")
    person("check-in", "calm", "--private")
    person("thank", "You waited", "--private")
    person("write", "only for me")
    for reading in ("private", "timeline", "look-back", "on-this-day", "trends", "keepsake"):
        person(reading)
    person("search", "dreams")


def an_evening(ana, line, *, inward):
    """The same shared acts, with private ones between them, or without."""
    line.forget()
    ana("write", "A walk by the lake", "--share", "--date", DAY)
    if inward:
        looks_inward(ana)
    ana("sync")
    ana("write", "A second cup of tea", "--share", "--date", DAY)
    ana("sync")
    return line.exchanges()


def copies(paired_once, folder):
    """Ana's journal and the relay's, as they stood."""
    person = Person(folder / "ana", "Ana")
    shutil.copytree(paired_once.folder / "ana" / "home", person.home)
    shutil.copytree(paired_once.folder / "relay", folder / "relay")
    return person


def rows_shared(person):
    """The shared journal: how many rows each table has, and how long what is in them is."""

    async def read():
        async with await open_journal(person) as journal:

            def sizes(conn):
                tables = [
                    name
                    for (name,) in conn.execute(
                        "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
                    )
                ]
                return {
                    table: conn.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
                    for table in tables
                }

            return await journal._state.shared.query(sizes)

    return asyncio.run(read())


@pytest.mark.long
def test_row_01_and_10_and_11_all_traffic_is_the_same_with_them_and_without(paired_once, tmp_path):
    """What goes to a real relay, in order and size; what it keeps; the shared database."""
    seen = {}
    for inward_ in (False, True):
        folder = tmp_path / ("with" if inward_ else "without")
        folder.mkdir()
        ana = copies(paired_once, folder)
        with RelayProcess(folder / "relay") as relay, Recording(relay.url) as line:
            ana("relay", line.url)
            ana("sync")
            exchanges = an_evening(ana, line, inward=inward_)
            relay.stop()
            kept = {
                path.name: path.stat().st_size
                for path in sorted((folder / "relay").rglob("*"))
                if path.is_file() and not path.name.endswith("-shm")
            }
        seen[inward_] = (exchanges, kept, rows_shared(ana))
    assert seen[True] == seen[False]
    pushed = [one for one in seen[False][0] if "push" in one.line]
    assert len(pushed) == 2, "each shared act goes out once, and is seen on the line"


def test_nothing_that_is_private_calls_the_relay(couple, relay):
    """Nor does anything else happen on the line while one looks inward: no time to be read off."""
    ana, _ = couple
    with Recording(relay.url) as line:
        ana("relay", line.url)
        ana("sync")
        assert line.connections() > 0
        line.forget()
        before = everything_shared(ana)
        looks_inward(ana)
        assert line.connections() == 0
        assert everything_shared(ana) == before
