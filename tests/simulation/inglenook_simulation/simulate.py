"""One seed, from the first word to the last check.

outcome = simulate(123)
outcome.broken      what does not hold, or None
outcome.story       who did what, and what happened to it
outcome.trace       a hash over all of it: the same for every run of the seed
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Sequence
from hashlib import sha256
from random import Random
from typing import Any

import msgspec

from inglenook_protocol.errors import InglenookError
from inglenook_simulation import accidents, lifecycle, meeting, practice, practising
from inglenook_simulation.acting import journals_in_virtual_time
from inglenook_simulation.checks import (
    check_all,
    check_notices_along_the_way,
    check_versions_agree,
)
from inglenook_simulation.device import Device, Step, disks_in_memory
from inglenook_simulation.disk import ProcessEnded
from inglenook_simulation.keys import wraps_without_entropy
from inglenook_simulation.loop import VirtualLoop, run_virtually
from inglenook_simulation.network import Weather
from inglenook_simulation.noting import Broken
from inglenook_simulation.world import World

MAX_ROUNDS = 8


class Planned(msgspec.Struct, frozen=True):
    """A step of the plan: when, which device (modulo those there are), what, its own chance."""

    at_s: float
    device: int
    step: Any
    salt: str


class Outcome(msgspec.Struct):
    """What became of a seed."""

    seed: int
    broken: str | None
    story: list[str]
    trace: bytes
    plan: list[Planned]
    lies: dict[str, tuple[int, int]]
    """By lie, in how many exchanges it was told, and in how many of those something was said."""
    practised: dict[str, int]
    """By command of the registry, how often it was carried out."""


def make_plan(seed: int) -> list[Planned]:
    """What is tried, in order of time."""
    random = Random(f"plan {seed}")
    weights: dict[Step, int] = practice.DAILY | lifecycle.KEEPING
    flavour = random.choice(["quiet", "mishaps", "mishaps", "accidents", "lies", "lies", "all"])
    if random.random() < 0.5:
        weights |= lifecycle.DEVICES
    if flavour != "quiet":
        weights |= accidents.MISHAPS
    if flavour in ("accidents", "all"):
        weights |= accidents.ACCIDENTS
    if flavour in ("lies", "all"):
        # Who is to be lied to has to ask.
        weights |= accidents.LYING | {practice.sync: 2 * weights[practice.sync]}
    commands = random.choice([0, 0, 0, 3, 16])
    count = random.randrange(10, 34 if commands < 16 else 22)
    steps = random.choices(list(weights), list(weights.values()), k=count)
    for _ in range(commands):
        steps.insert(random.randrange(len(steps) + 1), practising.practise)
    hurry = random.choice([0.05, 0.5, 20.0])
    now = 0.0
    plan = []
    for number, step in enumerate(steps):
        now += random.random() * hurry
        plan.append(Planned(now, random.randrange(60), step, f"{seed} {number}"))
    return plan


def simulate(seed: int, plan: Sequence[Planned] | None = None) -> Outcome:
    """Run a seed; with ``plan``, that one in place of its own."""
    steps = make_plan(seed) if plan is None else list(plan)
    kept: list[World] = []

    async def main(loop: VirtualLoop) -> str | None:
        world = World(seed, loop)
        kept.append(world)
        try:
            await _run(world, steps)
            return None
        except Broken as broken:
            return str(broken)
        except Exception:
            return "an error that nobody foresaw:\n" + traceback.format_exc()
        finally:
            await world.close()

    with wraps_without_entropy(), disks_in_memory(), journals_in_virtual_time():
        broken = run_virtually(main)
    world = kept[0]
    trace = sha256("\n".join([*world.story, broken or ""]).encode()).digest()
    lies = {
        lie: (world.lies[lie, True] + world.lies[lie, False], world.lies[lie, True])
        for lie in sorted({lie for lie, _ in world.lies})
    }
    return Outcome(seed, broken, world.story, trace, steps, lies, dict(world.practised))


async def _run(world: World, plan: list[Planned]) -> None:
    random = world.random
    world.themes = practising.choose_themes(random)
    for host in world.hosts:
        await host.start()
    counts = [random.choice([1, 1, 2]), random.choice([1, 1, 2])]
    if random.random() < 0.1:
        await meeting.meet(world, counts)
    else:
        await world.make_space("shared", [0, 1], counts)
    if random.random() < 0.3:
        await world.make_space(
            "private", [random.randrange(2)], [random.choice([1, 2, 2])], random.choice([0, 0, 1])
        )
    for device in world.devices:
        if random.random() < 0.15:
            device.older = True
            await device.restart()
    mishaps = any(p.step in accidents.MISHAPS for p in plan)
    if mishaps:
        world.weather = Weather(
            loss=random.choice([0.0, 0.1, 0.3]),
            double=random.choice([0.0, 0.2]),
            delay_s=random.choice([0.01, 0.3, 5.0]),
            page_bytes=random.choice([None, 2000, 8000]),
        )
        for device in world.devices:
            device.disk.keep_durable = random.random() < 0.3
            if random.random() < 0.15:
                await accidents.jump_clock(device, random)
    tasks: list[asyncio.Task[None]] = []
    for planned in plan:
        await asyncio.sleep(max(0.0, planned.at_s - world.loop.now_s))
        device = world.pick(planned.device)
        tasks.append(asyncio.create_task(_do(device, planned)))
        if planned.step is not practice.sync:
            await tasks[-1]
    for task in tasks:
        await task
    if "lied" in world.accidents:
        await check_notices_along_the_way(world)
    await heal(world)
    await check_all(world)


async def _do(device: Device, planned: Planned) -> None:
    if device.left_at is not None and planned.step is not practising.practise:
        return  # what knows no facade knows nothing of leaving
    try:
        await planned.step(device, Random(f"step {planned.salt}"))
    except ProcessEnded:
        device.say("stops, and is started again")
        await device.restart()
    except InglenookError as error:
        device.say(f"could not: {type(error).__name__}: {error}")


async def heal(world: World) -> None:
    """All is well again: everybody syncs until nobody has anything to say."""
    world.say("everybody", "is well again")
    world.weather = Weather(delay_s=0.0)
    world.liar.kinds = []
    world.swallow = 0.0
    world.split = False
    for host in world.hosts:
        host.storage.fault = None
    for device in world.devices:
        device.cut_off = False
        device.disk.fault = None
        device.home = device.space.home
        device.stop_watching()
        await device.close_windows()
        if device.ended:
            await device.restart()
    for space in world.spaces:
        await world.learn_what_was_signed(space)
    # A relay that nobody asks any more is no help, whatever it holds.
    world.forget_what_nobody_holds(home_only=True)
    await _settle(world)
    for space in filter(world.is_carried, world.spaces):
        for _ in range(MAX_ROUNDS):
            standing = world.standing(space)
            for device in standing:
                # As whoever writes next does, where the others lack a key (SPEC 8.4).
                await device.store.open_epoch()
                await device.sync()
            # A copy that finds its own log ahead takes new keys, and needs those of the others.
            if world.standing(space) == standing:
                break
            await _settle(world)
        if standing:
            await practice.write(world.random.choice(standing), world.random)
    await _settle(world)
    for space in world.spaces:
        await check_versions_agree(world, space)
    for device in world.devices:
        if device.older:
            device.older = False
            await device.restart()


async def _settle(world: World) -> None:
    last: list[str] = []
    for _ in range(MAX_ROUNDS):
        last = []
        for space in filter(world.is_carried, world.spaces):
            if "restored" in world.accidents:
                # Whoever is restored takes new keys, and whoever was copied may be retired.
                await world.learn_what_was_signed(space)
            for device in world.standing(space):
                if not await device.sync():
                    last.append(f"{device.title} could not sync")
                    continue
                report = device.engine.last_report
                if report is None or report.received or report.sent:
                    last.append(f"{device.title} still had something to say")
        if not last:
            return
    raise Broken("after all was well, syncing did not come to an end: " + "; ".join(last))


def _kind(broken: str | None) -> str:
    """What broke, without who and how much."""
    line = (broken or "").strip().rsplit("\n", 1)[-1].split(":")[0]
    return " ".join(word for word in line.split() if word.isalpha())


def shrink(outcome: Outcome, tries: int = 200) -> Outcome:
    """A smaller plan that breaks too: steps are left out, many at once, then one by one."""
    size = max(1, len(outcome.plan) // 2)
    while size and tries:
        at = 0
        while at < len(outcome.plan) and tries:
            tries -= 1
            smaller = simulate(outcome.seed, [*outcome.plan[:at], *outcome.plan[at + size :]])
            if smaller.broken and _kind(smaller.broken) == _kind(outcome.broken):
                outcome = smaller
            else:
                at += size
        size //= 2
    return outcome
