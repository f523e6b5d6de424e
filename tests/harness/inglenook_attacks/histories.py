"""Lies about the past: a relay set back, emptied, or one that tells each another story."""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs

from __future__ import annotations

import asyncio
import shutil

import msgspec

from inglenook_attacks.registry import attack
from inglenook_attacks.scene import Pages, Scene, Seen
from inglenook_client.journal.state import now
from inglenook_harness.nook import Person
from inglenook_protocol.messages import LogPoints, Page

replace = msgspec.structs.replace


def hidden(device: str, heads: list[LogPoints]) -> Pages:
    """One device's log stays as it was when ``heads`` were seen."""

    def change(page: Page) -> Page:
        old = {log.device: log for log in heads}
        return replace(
            page,
            runs=[run for run in page.runs if run.device.hex() != device],
            heads=[
                old.get(log.device, log) if log.device.hex() == device else log
                for log in page.heads
            ],
        )

    return Pages(change)


@attack("goes back to an older state of its disk", "relay-set-back")
def _rolls_back(scene: Scene) -> Seen:
    scene.keep_relay()
    scene.ben_writes()
    scene.ana_writes(sync=True)
    scene.roll_back_relay()
    return scene.ana_looks()


@attack("loses everything", "relay-set-back")
def _wiped(scene: Scene) -> Seen:
    scene.ben_writes()
    scene.ana_writes(sync=True)
    scene.empty_relay()
    return scene.ana_looks()


def twin_of_ben(scene: Scene) -> Person:
    """A copy of Ben's whole profile, as from a backup."""
    twin = Person(scene.folder / "twin", "Ben")
    shutil.copytree(scene.ben.home, twin.home)
    shutil.copyfile(scene.ben.passphrase_file, twin.passphrase_file)
    return twin


def part_the_histories(scene: Scene) -> None:
    """Ben and a copy of his device each write; the relay hides from the copy that it is one."""
    twin = twin_of_ben(scene)
    heads = scene.true_page().heads
    scene.ben_writes()
    scene.ana("sync")
    scene.between.lie = hidden(scene.ben_device, heads)
    scene._write(twin, "twin", 1)
    twin.run("sync")
    scene.between.honest()


@attack(
    "lets two copies of a device write apart",
    "fork",
    fresh=True,
    lasting=("fork", "restored"),
)
def _forks(scene: Scene) -> Seen:
    part_the_histories(scene)
    return scene.ana_looks()


@attack(
    "tells each of them another history", "other-history", fresh=True, lasting=("fork", "restored")
)
def _different_stories(scene: Scene) -> Seen:
    """Ben's laptop is shown what the copy wrote, Ana is not; then she hears from the laptop."""

    async def begin() -> None:
        async with await scene.add_laptop() as laptop:
            # What follows are commands, which have event loops of their own.
            await asyncio.to_thread(scene.ana, "sync")
            await asyncio.to_thread(part_the_histories, scene)
            await laptop.sync()
            await laptop.write(scene.text("laptop"), now())

    asyncio.run(begin())
    scene.between.lie = hidden(scene.ben_device, [])
    return scene.ana_looks()
