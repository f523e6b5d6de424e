"""A second computer of one person, quickly: both sides in this process, over a real relay.

laptop = link_computer(ana, tmp_path / "laptop", private=True)     # a Person with the same journal
laptop = link_computer(ana, folder, url=relay.url, token=relay.token)   # before any pairing
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs

import asyncio

from inglenook_client.journal import linking
from inglenook_client.keyring import PassphraseFile
from inglenook_harness.nook import Person
from inglenook_harness.paired import open_journal

SECONDS = 60


async def yes(_words):
    return True


def unlock_of(person):
    return PassphraseFile(person.passphrase_file)


async def link_both(first, second, *, device, url=None, token=None, private=None, **choices):
    """Run both sides; ``second`` has an empty home or one that lacks the shared journal."""
    invite = asyncio.get_running_loop().create_future()

    async def on_invite(text, _expires):
        invite.set_result(text)

    async def unlock_anew():
        return unlock_of(first)

    async def add():
        async with await open_journal(first) as journal:
            usual, kept = journal.devices.way_to_add()
            try:
                return await journal.devices.add(
                    origin=url or usual,
                    token=token or kept,
                    private_relay=private,
                    private_token=choices.get("private_token") or token or kept,
                    on_invite=on_invite,
                    confirm=choices.get("confirm", yes),
                    unlock_anew=choices.get("unlock_anew", unlock_anew),
                )
            except BaseException as error:
                if not invite.done():
                    invite.set_exception(error)
                raise

    async def link():
        text = await invite
        if (second.home / "private.db").exists():
            async with await open_journal(second) as journal:
                return await journal.devices.link_shared(
                    text, confirm=choices.get("other_confirm", yes)
                )
        return await linking.link(
            second.home,
            unlock_of(second),
            text,
            device=device,
            confirm=choices.get("other_confirm", yes),
        )

    async with asyncio.timeout(SECONDS):
        return await asyncio.gather(add(), link(), return_exceptions=True)


def link_computer(first, folder, *, device="Laptop", **choices):
    """A second computer of ``first``'s owner; both sides must agree."""
    second = folder if isinstance(folder, Person) else Person(folder, first.name)
    added, linked = asyncio.run(link_both(first, second, device=device, **choices))
    for outcome in (added, linked):
        if isinstance(outcome, BaseException):
            raise outcome
    second.make_unlocking_quick()
    return second
