"""Two people who are paired, quickly: both sides in this process, over a real relay.

ana, ben = pair_people(tmp_path, relay.url, relay.token)      # Persons, synced once
pair_again(ana, ben, url, token)                              # those two, or others
shared(ana)                                                   # her status of the shared journal
async with await open_journal(ana) as one, …: await meet(one, two)   # no relay needed
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs

import asyncio

from inglenook_client.core.ports import PushCursor
from inglenook_client.journal import Journal
from inglenook_client.journal.pausing import note_seen
from inglenook_client.keyring import PassphraseFile
from inglenook_harness.nook import Person
from inglenook_harness.stores import page
from inglenook_protocol.messages import decode_push_request

SECONDS = 60


async def open_journal(person):
    return await Journal.open(person.home, PassphraseFile(person.passphrase_file))


async def meet(one, two):
    """Two open journals that are paired hand each other all they share, without a relay."""
    for source, target in ((one, two), (two, one)):
        store = source._state.shared
        devices = (await store.overview()).roster.devices
        cursor = PushCursor({device: [] for device in devices}, statements=True)
        batch = await store.push_batch(cursor, 1 << 30)
        request = decode_push_request(batch.body)
        await target._state.shared.admit_page(page(request.runs, request.statements))
        await note_seen(target._state.shared)


async def pair_journals(one, two, url, token):
    """Pair two open journals."""
    invite = asyncio.get_running_loop().create_future()

    async def on_invite(text, _expires):
        invite.set_result(text)

    async def yes(_words):
        return True

    async def join():
        await two.join(await invite, confirm=yes)

    async with asyncio.timeout(SECONDS):
        await asyncio.gather(
            one.invite(relay=url, token=token, on_invite=on_invite, confirm=yes), join()
        )


def pair_again(ana, ben, url, token):
    """Pair two people whose journals have room for a shared one."""

    async def pair():
        async with await open_journal(ana) as one, await open_journal(ben) as two:
            await pair_journals(one, two, url, token)
            for journal in (one, two, one):
                await journal.sync()

    asyncio.run(pair())


def pair_people(folder, url, token):
    """Ana and Ben, each with a journal; Ana invited."""
    people = Person(folder / "ana", "Ana"), Person(folder / "ben", "Ben")
    for person in people:
        person.start()
    pair_again(*people, url, token)
    return people


def shared(person):
    """The present shared journal as ``nook status`` shows it."""
    return next(s for s in person("status")["spaces"] if s["kind"] == "shared")
