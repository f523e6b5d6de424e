"""A stop at each point of a story: between any two things that last (SPEC 17, DESIGN 8.12).

    points = count_points(STORIES["push and pull"])
    broken = stop_at(STORIES["push and pull"], 17)      # None if all holds afterwards

A point lies before and after every commit of a device and of a relay, and before and after every
question that a device asks a relay. What stops there is started again, what was asked for is asked
for again where a person would, and then everything is healed and checked as in any other life.
"""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable
from random import Random

from inglenook_client.store.errors import ReadOnlyError
from inglenook_protocol.errors import InglenookError
from inglenook_simulation import accidents, lifecycle, meeting, practice
from inglenook_simulation.acting import journals_in_virtual_time
from inglenook_simulation.checks import check_all
from inglenook_simulation.device import Device, Step, disks_in_memory
from inglenook_simulation.disk import ProcessEnded
from inglenook_simulation.keys import wraps_without_entropy
from inglenook_simulation.loop import VirtualLoop, run_virtually
from inglenook_simulation.noting import Broken
from inglenook_simulation.simulate import heal
from inglenook_simulation.world import World

Story = list[tuple[int, Step]]
"""Steps in order, each with its device: Ada's first 0, her second 1, Ben's 2; later ones follow."""

STORIES: dict[str, Story] = {
    "append": [(0, practice.write), (0, practice.edit), (0, practice.react)],
    "push and pull": [
        (0, practice.write), (2, practice.appreciate), (0, practice.sync), (2, practice.sync),
        (2, practice.reply), (2, practice.sync), (0, practice.sync), (1, practice.sync),
    ],
    "withdraw and erase": [
        (0, practice.write), (0, practice.sync), (2, practice.sync), (0, practice.redact),
        (2, practice.write), (2, practice.erase), (0, practice.sync), (2, practice.sync),
    ],
    "rotate": [
        (1, practice.write), (1, practice.sync), (0, practice.sync), (0, lifecycle.remove_device),
        (0, practice.write), (0, practice.sync), (2, practice.sync), (2, practice.write),
        (2, practice.sync), (0, practice.sync),
    ],
    "add": [
        (2, lifecycle.add_device), (2, practice.sync), (3, practice.sync), (3, practice.write),
        (3, practice.sync), (0, practice.sync),
    ],
    "restore": [
        (2, practice.write), (2, accidents.back_up_profile), (2, practice.write),
        (2, practice.sync), (2, accidents.restore_profile), (2, practice.write),
        (2, practice.redact), (2, practice.write), (2, practice.sync), (2, practice.sync),
        (0, practice.sync),
    ],
    "recover": [
        (0, practice.write), (0, practice.sync), (2, practice.write), (2, practice.sync),
        (2, lifecycle.recover), (3, practice.write), (3, practice.sync), (0, practice.sync),
    ],
    "upgrade": [
        (0, practice.appreciate), (0, practice.sync), (1, practice.sync), (1, practice.write),
        (1, accidents.upgrade), (1, practice.sync), (1, practice.edit),
    ],
}  # fmt: skip
WAYS = ("killed", "full", "read-only")


class Stops:
    """Counts the points of one story; stops at one of them. Implements ``world.Watcher``."""

    def __init__(self, at: int | None, way: str) -> None:
        self.count = 0
        self._at, self._way = at, way
        self.where = ""

    def _is_here(self, what: str) -> bool:
        self.count += 1
        if self.count - 1 != self._at:
            return False
        self.where = what
        return True

    def write(self, device: Device) -> str | None:
        """The fault of a device's next write."""
        for moment in ("before", "after"):
            if self._is_here(f"{moment} a commit of {device.title}"):
                if self._way == "read-only":
                    raise ReadOnlyError
                return moment if self._way == "killed" else "full"
        return None

    def asked(self, device: Device, what: str) -> None:
        """Before a question goes out, and after its answer came back."""
        if self._is_here(f"{what} of {device.title}") and self._way == "killed":
            device.store._database.ended = True  # type: ignore[attr-defined]
            raise ProcessEnded

    def relay(self) -> str | None:
        """The fault of a relay's next commit."""
        for moment in ("before", "after"):
            if self._is_here(f"{moment} a commit of the relay"):
                return moment if self._way == "killed" else "full"
        return None


def _run(story: Story, stops: Stops) -> tuple[str | None, list[str]]:
    kept: list[World] = []

    async def main(loop: VirtualLoop) -> str | None:
        world = World(1, loop)
        kept.append(world)
        try:
            for host in world.hosts:
                await host.start()
            await world.make_space("shared", [0, 1], [2, 1])
            world.devices[1].older = story is STORIES["upgrade"]
            for device in world.devices:
                await device.restart()
                await device.store.open_epoch()
                await device.sync()
            world.watch(stops)
            for number, (index, step) in enumerate(story):
                device = world.devices[min(index, len(world.devices) - 1)]
                for attempt in range(2):  # whoever is stopped asks for it once more
                    if await _does(device, step, Random(f"{number} {attempt}")):
                        break
            world.watch(None)
            await heal(world)
            await check_all(world)
        except Broken as broken:
            return str(broken)
        except Exception:
            return traceback.format_exc()
        finally:
            await world.close()
        return None

    with wraps_without_entropy(), disks_in_memory(), journals_in_virtual_time():
        return run_virtually(main), kept[0].story


async def _does(device: Device, step: Callable[..., Awaitable[None]], random: Random) -> bool:
    try:
        await step(device, random)
    except ProcessEnded:
        await device.restart()
        return False
    except InglenookError as error:
        device.say(f"could not: {error}")
        return False
    return True


def stop_pairing(side: int, at: int) -> str | None:
    """What does not hold where one of two who pair is killed at that half of a call; both try
    again, and end with one journal. None if all holds."""
    kept: list[World] = []

    async def main(loop: VirtualLoop) -> str | None:
        world = World(at, loop)
        kept.append(world)
        try:
            for host in world.hosts:
                await host.start()
            await meeting.meet(world, [1, 1], stop=(side, at))
            for device in list(world.devices):
                await practice.write(device, Random(at))
            await heal(world)
            await check_all(world)
        except Broken as broken:
            return str(broken)
        except Exception:
            return traceback.format_exc()
        finally:
            await world.close()
        return None

    with wraps_without_entropy(), disks_in_memory(), journals_in_virtual_time():
        broken = run_virtually(main)
    return None if broken is None else "\n".join([*kept[0].story, broken])


def count_points(story: Story) -> int:
    """How many points there are."""
    stops = Stops(None, "killed")
    broken, _ = _run(story, stops)
    if broken:
        raise Broken(broken)
    return stops.count


def stop_at(story: Story, at: int, way: str = "killed") -> str | None:
    """What does not hold after a stop there, with the story; None if all does."""
    stops = Stops(at, way)
    broken, told = _run(story, stops)
    if broken is None and not stops.where:
        broken = f"point {at} was never reached: nothing stopped"
    return None if broken is None else "\n".join([*told, f"{way} {stops.where}", broken])
