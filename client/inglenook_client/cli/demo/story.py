"""The demo's story: what two people write, apart and together."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from inglenook_client.cli.demo.processes import DemoStoppedError, Person, RelayProcess
from inglenook_client.cli.texts import demo as texts
from inglenook_client.cli.texts import story

EXIT_RELAY_AWAY: Final = 7


async def start(person: Person) -> None:
    """A journal of one's own, before anything else."""
    await person.nook("start", "--name", person.name)


async def pair(inviter: Person, joiner: Person, origin: str, token: str) -> list[str]:
    """Pair the two; gives the safety words, which both sides showed alike."""
    async with inviter.pairing("invite", "--relay", origin, NOOK_TOKEN=token) as (answer, events):
        invite = (await _next(events, "invite"))["invite"]
        async with joiner.pairing("join", invite) as (other_answer, other_events):
            words = (await _next(events, "words"))["words"]
            other_words = (await _next(other_events, "words"))["words"]
            if words != other_words:
                raise DemoStoppedError(texts.WORDS_DIFFER)
            for writer in (answer, other_answer):
                writer.write(b"yes\n")
                await writer.drain()
            await asyncio.gather(_next(events, "paired"), _next(other_events, "paired"))
    return list(words)


async def _next(events: Any, name: str) -> dict[str, Any]:
    async for event in events:
        if event.get("event") == name:
            return dict(event)
    raise DemoStoppedError(texts.PAIRING_ENDED)


def _id(document: Any) -> str:
    return str(document["entry"]["id"])


async def first_evening(ana: Person, ben: Person) -> str:
    """While the relay is there: one moment that both will come back to."""
    entry = _id(await ana.nook("write", "--share", "--tag", story.TAG_WALK, text=story.RIVER))
    await sync(ana, ben)
    return entry


async def apart(ana: Person, ben: Person, river: str) -> None:
    """Both write without any network and at the same time, partly about the same entry."""
    await asyncio.gather(_ana_apart(ana, river), _ben_apart(ben, river))


async def _ana_apart(ana: Person, river: str) -> None:
    slip = _id(await ana.nook("write", "--share", text=story.SUPPER_SLIP))
    await ana.nook("edit", slip, text=story.SUPPER)
    second_thought = _id(await ana.nook("write", "--share", text=story.HALF_FINISHED))
    await ana.nook("redact", second_thought, "--yes")
    await ana.nook("check-in", *story.FEELINGS_OF_ANA, "--energy", "3", "--helps", story.HELPS_ANA)
    await ana.nook("thank", "--did", story.TEA_DID, text=story.TEA)
    await ana.nook("reply", river, text=story.HERON)
    await ana.nook("write", text=story.PRIVATE_OF_ANA)


async def _ben_apart(ben: Person, river: str) -> None:
    await ben.nook("reply", river, text=story.AUTUMN)
    await ben.nook("react", river, "warm")
    await ben.nook(
        "write",
        "--share",
        "--progress",
        "--date",
        "yesterday",
        "--tag",
        story.TAG_LISTENING,
        text=story.LISTENED,
    )
    await ben.nook("check-in", *story.FEELINGS_OF_BEN, "--energy", "4")
    await ben.nook("thank", "--did", story.JOKE_DID, text=story.JOKE)
    await ben.nook("write", text=story.PRIVATE_OF_BEN)


async def relay_is_away(person: Person, relay: RelayProcess) -> str:
    """What a person reads who syncs while the relay is gone."""
    code, _, said = await person.attempt("sync")
    if code != EXIT_RELAY_AWAY:
        raise DemoStoppedError(texts.SYNC_AWAY.format(code=code, said=said))
    return said.strip()


async def sync(*people: Person) -> None:
    """Everybody syncs, and once more, so that each has what the last one sent."""
    for person in (*people, *people[:-1]):
        await person.nook("sync")
