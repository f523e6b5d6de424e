"""What befalls devices and relays: mishaps, accidents, lies. One function for each kind of step."""

from __future__ import annotations

from random import Random

from inglenook_protocol.errors import InglenookError
from inglenook_simulation.device import Device, Step
from inglenook_simulation.lies import LIES

YEARS_10_MS = 315_576_000_000


async def jump_clock(device: Device, random: Random) -> None:
    device.world.accidents.add("clocks")
    device.skew_ms = random.choice(
        [0, YEARS_10_MS, -YEARS_10_MS, 3_600_000, -86_400_000, 172_800_000]
    )
    device.jumped_ms = device.wall_ms() - device.skew_ms
    device.say(f"has its clock set off by {device.skew_ms // 1000} s")


async def crash(device: Device, random: Random) -> None:
    device.disk.fault = random.choice(["before", "after"])
    device.say(f"will stop {device.disk.fault} its next commit")


async def fill_disk(device: Device, random: Random) -> None:
    device.disk.fault = "full"
    device.say("has a full disk for a moment")


async def lose_power(device: Device, random: Random) -> None:
    if device.disk.keep_durable:
        await device.close_windows()
        await device.store.close()
        lost = device.disk.lose_power()
        device.say("loses power" + (", and what was not yet on disk" if lost else ""))
        await device.restart()


async def change_window(device: Device, random: Random) -> None:
    device.say("goes on in another window")
    await device.change_window()


async def upgrade(device: Device, random: Random) -> None:
    if device.older:
        device.say("upgrades its program")
        await device.close_windows()
        device.older = False
        await device.restart()


async def back_up_profile(device: Device, random: Random) -> None:
    device.backups.append(device.disk.image())
    device.say("backs its profile up")


async def restore_profile(device: Device, random: Random) -> None:
    if device.backups:
        await device.close_windows()
        await device.store.close()
        device.disk.close()
        device.disk = device.backups.pop(0)
        device.world.accidents.add("restored")
        device.say("is restored from its backup")
        device.world.forget_what_nobody_holds()
        await device.restart()


async def copy_profile(device: Device, random: Random) -> None:
    """Two copies of one profile live on side by side."""
    world = device.world
    if len([d for d in world.devices if d.space is device.space]) >= 6:
        return
    twin = Device(world, device.space, device.member, device.name + "'")
    await device.copy_to(twin)
    world.devices.append(twin)
    world.accidents.add("restored")
    device.say(f"is copied: {twin.title} lives beside it")


async def crash_relay(device: Device, random: Random) -> None:
    host = device.world.host_of(device)
    host.storage.fault = random.choice(["before", "after", "full"])
    device.world.say("relay", f"will stop at its next commit: {host.storage.fault}")


async def back_up_relay(device: Device, random: Random) -> None:
    device.world.host_of(device).back_up()


async def wipe_relay(device: Device, random: Random) -> None:
    world = device.world
    await world.host_of(device).wipe()
    world.accidents.add("relay lost data")
    world.say("relay", "is wiped")
    world.forget_what_nobody_holds()


async def set_back_relay(device: Device, random: Random) -> None:
    world = device.world
    if await world.host_of(device).set_back():
        world.accidents.add("relay lost data")
        world.say("relay", "is set back to a backup")
        world.forget_what_nobody_holds()


async def move_relay(device: Device, random: Random) -> None:
    """All devices of a space choose another relay; each when it gets to it."""
    world, space = device.world, device.space
    space.home = 1 - space.home
    world.say("relay", f"of {space.name} is another one from now on")
    world.accidents.add("moved")
    for each in world.devices:
        if each.space is not space:
            continue
        each.home = space.home
        await each.close_windows()
        try:
            await each.store.forget_relay()
        except InglenookError as error:
            each.say(f"could not choose it: {error}")
        await each.restart()


async def lie(device: Device, random: Random) -> None:
    world = device.world
    kinds = list(LIES)
    world.liar.kinds = random.sample(kinds, random.choice([1, 2, len(kinds)]))
    world.swallow = random.choice([0.0, 0.0, 0.5])
    world.accidents.add("lied")
    world.say("relay", "begins to lie: " + ", ".join(world.liar.kinds))


async def tell_truth(device: Device, random: Random) -> None:
    device.world.liar.kinds = []
    device.world.say("relay", "tells the truth again")


async def split_relay(device: Device, random: Random) -> None:
    world, home = device.world, world_home(device)
    if not world.split and home is not None:
        here, there = world.hosts[home], world.hosts[1 - home]
        here.back_up()
        there.disk = here.old.pop()
        await there.start()
        world.split = True
        world.accidents.update({"lied", "relay lost data"})
        world.say("relay", "shows a history of its own to each person from now on")


def world_home(device: Device) -> int | None:
    """The relay that all spaces share; None where one has its own."""
    homes = {space.home for space in device.world.spaces}
    return homes.pop() if len(homes) == 1 else None


MISHAPS: dict[Step, int] = {
    crash: 4, fill_disk: 2, lose_power: 3, crash_relay: 3, jump_clock: 3, change_window: 3,
    upgrade: 2,
}  # fmt: skip
ACCIDENTS: dict[Step, int] = {
    back_up_profile: 3, restore_profile: 3, copy_profile: 1, back_up_relay: 2, wipe_relay: 2,
    set_back_relay: 2, move_relay: 1,
}  # fmt: skip
LYING: dict[Step, int] = {lie: 6, tell_truth: 3, split_relay: 1}
