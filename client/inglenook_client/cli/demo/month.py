"""The demo's second half: a small month of what two people practise together."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

from inglenook_client.cli.demo.processes import Person
from inglenook_client.cli.demo.story import sync
from inglenook_client.cli.texts import story


def _ago(days: int) -> str:
    return (date.today() - timedelta(days=days)).isoformat()  # noqa: DTZ011 - the writer's own day


def _id(document: dict[str, Any]) -> str:
    """The id of what a command made, wherever its document has it."""
    return next(str(value["id"]) for value in document.values() if isinstance(value, dict))


async def live(ana: Person, ben: Person) -> None:
    """Each for themselves, then what the other began, then the week's review."""
    ritual, *_ = await asyncio.gather(_ana_begins(ana), _ben_begins(ben))
    await sync(ana, ben)
    await asyncio.gather(_ana_goes_on(ana), _ben_goes_on(ben, ritual))
    await sync(ana, ben)
    await sync(ana, ben)


async def _ana_begins(ana: Person) -> str:
    says = ana.says
    await ana.nook("rules", "write", *map(says, story.RULES))
    begins = ("--at", "07:30", "--from", _ago(27))
    ritual = _id(await ana.nook("ritual", "new", says(story.COFFEE), "daily", *begins))
    await ana.nook(
        "step", "propose", says(story.STEP), "--every", "daily", "--who", "both",
        "--enough", says(story.STEP_ENOUGH),
    )  # fmt: skip
    await ana.nook("look-back", "propose", "ritual", "activity", "milestone", "rhythm", "kindness")
    await _talk_at_one_device(ana)
    return ritual


async def _talk_at_one_device(ana: Person) -> None:
    says = ana.says
    await ana.nook("talk", "begin", says(story.EVENINGS))
    draft = await ana.nook(
        "talk", "say", says(story.PHONES), "--feel", says(story.PHONES_FEEL),
        "--wish", says(story.PHONES_WISH),
    )  # fmt: skip
    talk = await ana.nook("share", _id(draft), "--yes")
    turn = talk["conversation"]["turns"][-1]["id"]
    await ana.nook("talk", "hear", turn, says(story.HEARD))
    await ana.nook("talk", "confirm", turn)
    await ana.nook("talk", "answer", turn, says(story.ANSWER))
    await ana.nook("talk", "close", "--thanks", says(story.CLOSING), "--settled")


async def _ben_begins(ben: Person) -> None:
    says = ben.says
    await ben.nook("affection", says(story.HUG), "--date", _ago(1))
    idea = _id(await ben.nook("activity", "idea", says(story.BIRD_HOUSE)))
    await ben.nook("activity", "done", idea, says(story.BIRD_HOUSE_DONE), "--date", _ago(9))
    await ben.nook("celebrate", says(story.CAME_BACK), "--date", _ago(16))
    await ben.nook("park", says(story.DENTIST))


async def _ana_goes_on(ana: Person) -> None:
    await ana.nook("review", "write", ana.says(story.APPRECIATED_BY_ANA))
    await ana.nook("review", "ready")


async def _ben_goes_on(ben: Person, ritual: str) -> None:
    for command in ("rules", "step", "look-back"):
        await ben.nook(command, "agree")
    await ben.nook("ritual", "kept", ritual, ben.says(story.COFFEE_NOTE), "--date", _ago(20))
    await ben.nook("pause", "20", "--plan", ben.says(story.TEA_FIRST))
    await ben.nook("pause", "resume")
    await ben.nook("review", "write", ben.says(story.APPRECIATED_BY_BEN))
    await ben.nook("review", "ready")
