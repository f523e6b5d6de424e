"""Devices come and go: added, removed, brought back by the phrase."""

from __future__ import annotations

from itertools import count
from random import Random

from inglenook_client.store.recovering import open_keys, retire_others, was_paired_by
from inglenook_protocol.roster import Added, added, decode_content, removed, sign_statement
from inglenook_simulation.acting import acting
from inglenook_simulation.apps import journal_of
from inglenook_simulation.device import Device, Step
from inglenook_simulation.linking import link


async def open_epoch(device: Device, random: Random) -> None:
    await device.store.open_epoch()


async def audit(device: Device, random: Random) -> None:
    await device.store.audit(random.choice([1, 5, 200]))


async def add_device(device: Device, random: Random, *, by_root: bool = False) -> None:
    world, space = device.world, device.space
    if (new := _another(device)) is None:
        return
    by = device.root.member_id if by_root else device.id
    key = device.root.sign if by_root else device.signer
    new.disk.keep_durable = device.disk.keep_durable
    statement = sign_statement(key, added(space.id, new.info, by))
    await device.take([statement])
    device.say(f"adds {new.title}" + (" with the phrase" if by_root else ""))
    space.book.add([statement])
    statements = await device.state(lambda conn, state: state.book.statements())
    await new.install(statements)
    world.devices.append(new)
    await device.store.open_epoch()


def _another(device: Device) -> Device | None:
    """A further device of the same person; None where there are six."""
    world, space = device.world, device.space
    mine = [d for d in world.devices if d.space is space]
    if len(mine) >= 6:
        return None
    named = {d.name for d in mine}
    number = next(n for n in count(len(mine)) if f"{device.name[:3]}{n}" not in named)
    new = Device(world, space, device.member, f"{device.name[:3]}{number}")
    new.home = device.home
    return new


async def add_by_phrase(device: Device, random: Random) -> None:
    await add_device(device, random, by_root=True)


async def remove_device(device: Device, random: Random, *, by_root: bool = False) -> None:
    world, space = device.world, device.space
    others = [
        d for d in world.devices
        if d.space is space and d.member == device.member and d.id != device.id
    ]  # fmt: skip
    if not others:
        return
    target = random.choice(others)
    heads, keeps = await device.state(
        lambda conn, state: (
            state.log_by_device[target.id].heads if target.id in state.log_by_device else [],
            [
                s.id
                for s in state.book.roster_statements()
                if isinstance(c := decode_content(s.content), Added) and c.by == target.id
            ],
        )
    )
    if not await device.state(lambda conn, state: state.book.device(target.id) is not None):
        return
    by = device.root.member_id if by_root else device.id
    key = device.root.sign if by_root else device.signer
    statement = sign_statement(key, removed(space.id, target.id, heads, keeps, by))
    world.accidents.add("removed")  # beforehand: the process may stop once it is committed
    await device.take([statement])
    space.book.add(await device.state(lambda conn, state: state.book.roster_statements()))
    device.say(f"removes {target.title}" + (" with the phrase" if by_root else ""))
    world.forget_what_nobody_holds()
    await device.store.open_epoch()


async def remove_by_phrase(device: Device, random: Random) -> None:
    await remove_device(device, random, by_root=True)


async def recover(device: Device, random: Random) -> None:
    """From the phrase and the relay alone, on a machine that has nothing (SPEC 17.2)."""
    world, space, root = device.world, device.space, device.root
    if (new := _another(device)) is None:
        return
    device.say(f"is gone: {new.title} begins with the phrase")
    addition = sign_statement(root.sign, added(space.id, new.info, root.member_id))
    await new.install([addition])
    settled = await new.sync()
    if not settled or not await new.store.with_root(
        lambda conn, state, _: was_paired_by(state, root)
    ):
        new.say("finds nothing to bring back, and is let go")
        new.disk.close()
        return
    world.devices.append(new)
    space.book.add([addition])
    await new.store.with_root(lambda conn, state, ms: open_keys(conn, state, root, ms))
    if random.random() < 0.6:
        world.accidents.add("removed")  # beforehand, as above
        retired = await new.store.with_root(
            lambda conn, state, ms: retire_others(conn, state, root, new.entropy, ms)
        )
        new.say(f"has {len(retired)} others removed")
        space.book.add(await new.state(lambda conn, state: state.book.roster_statements()))
        world.forget_what_nobody_holds()
    await new.sync()
    world.practised["recover"] += 1


async def leave(device: Device, random: Random) -> None:
    """Leave the shared journal: nothing is sent, and for the other it is as being offline."""
    world = device.world
    shared = world.shared_part_of(device)
    if shared is None or shared.left_at is not None or shared.ended:
        return
    private = await world.private_part(shared)
    with acting(shared):
        journal = journal_of(shared, private)
        shared.stop_watching()
        await journal.leaving.leave()
    shared.left_at = journal.leaving.left_at
    shared.say("leaves")
    world.practised["leave"] += 1
    world.forget_what_nobody_holds()


DEVICES: dict[Step, int] = {
    add_device: 2, add_by_phrase: 1, link: 1, remove_device: 2, remove_by_phrase: 1, recover: 1,
    leave: 1,
}  # fmt: skip
KEEPING: dict[Step, int] = {open_epoch: 1, audit: 1}
