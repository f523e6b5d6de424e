"""What is private adds nothing to what is shared: not a byte, not a request, not a time."""

import asyncio
import hashlib

from inglenook_client.core.practices import inward, keeping
from inglenook_client.journal.practice import Practice
from inglenook_harness.paired import open_journal

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
        return report, status.digest, [(log.device, log.head_seq) for log in status.logs]


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
