"""What people and their devices do: one function for each kind of step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from random import Random

from inglenook_client.core import decide
from inglenook_client.core.decide import WAS_BY_KIND, Changes
from inglenook_client.store.erasing import own_events
from inglenook_client.store.queries import Row, entities_on_days, entity_by_id
from inglenook_protocol.codec import Ref
from inglenook_protocol.errors import InglenookError
from inglenook_protocol.kinds import (
    REACTIONS,
    AppreciationNoticed,
    CheckInMade,
    EntryWritten,
    MemberIntroduced,
    Payload,
    ReactionGiven,
    ReactionTakenBack,
    ReplyWritten,
)
from inglenook_protocol.roster import Added, added, decode_content, removed, sign_statement
from inglenook_simulation.lies import LIES
from inglenook_simulation.world import Device, Written

DATES = ("2026-09-20", "2026-09-21", "2026-09-22")
YEARS_10_MS = 315_576_000_000


async def _append(
    device: Device,
    payload: Payload,
    what: str,
    entity: bytes = b"",
    after: list[bytes] | None = None,
) -> None:
    id_ = await device.store.append(payload, device.moment(), entity=entity, after=after or [])

    def look(conn: object, state: object) -> tuple[Ref, list[Ref], bytes, frozenset[bytes]]:
        log = state.log_by_device[device.id]  # type: ignore[attr-defined]
        head = max(log.branches, key=lambda b: (b.head_seq, b.head_id))
        roster = state.book.roster  # type: ignore[attr-defined]
        seen = [
            Ref(other.device, p.seq, p.id)
            for other in state.log_by_device.values()  # type: ignore[attr-defined]
            if other.device != device.id and other.device in roster.standing
            for p in other.heads
        ]
        key = state.sealing_key().key_id  # type: ignore[attr-defined]
        return Ref(device.id, head.head_seq, head.head_id), seen, key, frozenset(roster.heads)

    ref, seen, key, removed_ = await device.state(look)
    world = device.world
    world.written[id_] = Written(device, ref, entity or id_)
    world.seen_by_event[id_] = seen
    world.kept_from[device.space.id, key] = removed_
    world.text_by_event[id_] = what
    device.say(f"{what} (seq {ref.seq})")


async def _shown(device: Device, kinds: tuple[str, ...]) -> list[Row]:
    rows, _ = await device.store.query(entities_on_days, None, 99, list(kinds))
    return [row for row in rows if not row.projection.redacted]


async def _own(device: Device, kinds: tuple[str, ...], random: Random) -> Row | None:
    rows = [
        row
        for row in await _shown(device, kinds)
        if row.projection.author == device.root.member_id and row.projection.current
    ]
    return random.choice(rows) if rows else None


ENTRIES = ("moment", "progress", "appreciation", "check-in")


async def write(device: Device, random: Random) -> None:
    word = f"word{device.world.next_count()}"
    text = " ".join([word, "words"] * random.choice([1, 2, 40]))
    rows = await _shown(device, ("moment",)) if random.random() < 0.2 else []
    beside = random.choice(rows).id if rows else None
    form = random.choice(["moment", "progress"])
    payload = EntryWritten(form, text, random.choice(DATES), ["home"], beside)  # type: ignore[arg-type]
    await _append(device, payload, f"writes {word}")


async def introduce(device: Device, random: Random) -> None:
    name = f"name{device.world.next_count()}"
    await _append(device, MemberIntroduced(name), f"is called {name}")


async def check_in(device: Device, random: Random) -> None:
    word = f"word{device.world.next_count()}"
    await _append(
        device, CheckInMade(["calm"], random.choice([None, 3]), word, "", random.choice(DATES)),
        f"checks in with {word}",
    )  # fmt: skip


async def appreciate(device: Device, random: Random) -> None:
    word = f"word{device.world.next_count()}"
    await _append(
        device, AppreciationNoticed(word, "warm", random.choice(DATES)), f"appreciates {word}"
    )


async def edit(device: Device, random: Random) -> None:
    row = await _own(device, ENTRIES, random)
    if row is not None:
        word = f"word{device.world.next_count()}"
        payload = decide.edit(row.projection, Changes(text=word))
        await _append(
            device, payload, f"edits {row.id.hex()[:6]} to {word}", row.id,
            list(row.projection.heads),
        )  # fmt: skip


async def reply(device: Device, random: Random) -> None:
    rows = await _shown(device, ENTRIES)
    if rows:
        word = f"word{device.world.next_count()}"
        await _append(device, ReplyWritten(random.choice(rows).id, word), f"replies {word}")


async def react(device: Device, random: Random) -> None:
    rows = await _shown(device, ENTRIES)
    if rows:
        to = random.choice(rows).id
        await _append(
            device, ReactionGiven(to, random.choice(REACTIONS)), f"reacts to {to.hex()[:6]}"
        )
        given = list(device.world.written)[-1]
        device.world.text_by_event[given] = "reaction"


async def take_back(device: Device, random: Random) -> None:
    mine = [
        w.entity
        for id_, w in device.world.written.items()
        if w.device.root is device.root and device.world.text_by_event[id_] == "reaction"
    ]
    if mine:
        entity = random.choice(mine)
        row = await device.store.query(entity_by_id, entity)
        if row is not None:
            await _append(
                device, ReactionTakenBack(), "takes a reaction back", entity,
                list(row.projection.heads),
            )  # fmt: skip


async def redact(device: Device, random: Random) -> None:
    row = await _own(device, ENTRIES, random)
    if row is None:
        return
    own = await device.state(lambda conn, state: own_events(conn, state, row.id))
    world = device.world
    world.withdrawn_entities.add(row.id)
    device.say(f"withdraws {row.id.hex()[:6]}")
    kind = row.projection.kind
    await device.store.redact(
        row.id,
        WAS_BY_KIND[kind],
        row.projection.versions[row.projection.current[-1]].date,
        device.moment(),
    )
    for ref, id_ in own:
        world.withdrawn[ref] = world.text_by_event.get(id_, "")


async def sync(device: Device, random: Random) -> None:
    if device.busy.locked():
        return
    async with device.busy:
        await device.sync()


async def watch(device: Device, random: Random) -> None:
    device.say("keeps a live connection")
    device.watch()


async def stop_watching(device: Device, random: Random) -> None:
    device.stop_watching()


async def go_offline(device: Device, random: Random) -> None:
    device.say("is cut off")
    device.cut_off = True


async def come_online(device: Device, random: Random) -> None:
    device.say("is back on the network")
    device.cut_off = False


async def jump_clock(device: Device, random: Random) -> None:
    device.world.accidents.add("clocks")
    device.skew_ms = random.choice(
        [0, YEARS_10_MS, -YEARS_10_MS, 3_600_000, -86_400_000, 172_800_000]
    )
    device.say(f"has its clock set off by {device.skew_ms // 1000} s")


async def open_epoch(device: Device, random: Random) -> None:
    await device.store.open_epoch()


# ---------------------------------------------------------------- devices


async def add_device(device: Device, random: Random, *, by_root: bool = False) -> None:
    world, space = device.world, device.space
    mine = [d for d in world.devices if d.space is space]
    if len(mine) >= 6:
        return
    by = device.root.member_id if by_root else device.id
    key = device.root.sign if by_root else device.signer
    new = Device(world, space, device.member, f"{device.name[:3]}{len(mine)}")
    new.disk.keep_durable = device.disk.keep_durable
    statement = sign_statement(key, added(space.id, new.info, by))
    await device.take([statement])
    device.say(f"adds {new.title}" + (" with the phrase" if by_root else ""))
    space.book.add([statement])
    statements = await device.state(lambda conn, state: state.book.statements())
    await new.install(statements)
    world.devices.append(new)
    await device.store.open_epoch()


async def add_by_phrase(device: Device, random: Random) -> None:
    await add_device(device, random, by_root=True)


async def remove_device(device: Device, random: Random, *, by_root: bool = False) -> None:
    world, space = device.world, device.space
    others = [
        d for d in world.devices
        if d.space is space and d.member == device.member and d is not device
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
    await device.take([statement])
    space.book.add(await device.state(lambda conn, state: state.book.roster_statements()))
    world.accidents.add("removed")
    device.say(f"removes {target.title}" + (" with the phrase" if by_root else ""))
    world.forget_what_nobody_holds()
    await device.store.open_epoch()


async def remove_by_phrase(device: Device, random: Random) -> None:
    await remove_device(device, random, by_root=True)


# ---------------------------------------------------------------- accidents


async def crash(device: Device, random: Random) -> None:
    device.disk.fault = random.choice(["before", "after"])
    device.say(f"will stop {device.disk.fault} its next commit")


async def fill_disk(device: Device, random: Random) -> None:
    device.disk.fault = "full"
    device.say("has a full disk for a moment")


async def lose_power(device: Device, random: Random) -> None:
    if device.disk.keep_durable:
        await device.store.close()
        lost = device.disk.lose_power()
        device.say("loses power" + (", and what was not yet on disk" if lost else ""))
        await device.restart()


async def back_up_profile(device: Device, random: Random) -> None:
    device.backups.append(device.disk.image())
    device.say("backs its profile up")


async def restore_profile(device: Device, random: Random) -> None:
    if device.backups:
        await device.store.close()
        device.disk.close()
        device.disk = device.backups.pop(0)
        device.world.accidents.add("restored")
        device.say("is restored from its backup")
        device.world.forget_what_nobody_holds()
        await device.restart()


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
    """All devices choose another relay; each when it gets to it."""
    world = device.world
    world.home = 1 - world.home
    world.say("relay", "is another one from now on")
    world.accidents.add("moved")
    for each in world.devices:
        each.home = world.home
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
    world = device.world
    if not world.split:
        here, there = world.hosts[world.home], world.hosts[1 - world.home]
        here.back_up()
        there.disk = here.old.pop()
        await there.start()
        world.split = True
        world.accidents.update({"lied", "relay lost data"})
        world.say("relay", "shows a history of its own to each person from now on")


Step = Callable[[Device, Random], Awaitable[None]]

DAILY: dict[Step, int] = {
    write: 20, edit: 9, reply: 6, react: 5, take_back: 3, check_in: 5, appreciate: 4,
    introduce: 1, redact: 6, sync: 34, watch: 3, stop_watching: 2, go_offline: 3,
    come_online: 4, open_epoch: 1,
}  # fmt: skip
DEVICES: dict[Step, int] = {
    add_device: 2, add_by_phrase: 1, remove_device: 2, remove_by_phrase: 1,
}  # fmt: skip
MISHAPS: dict[Step, int] = {
    crash: 4, fill_disk: 2, lose_power: 3, crash_relay: 3, jump_clock: 3,
}  # fmt: skip
ACCIDENTS: dict[Step, int] = {
    back_up_profile: 3, restore_profile: 3, back_up_relay: 2, wipe_relay: 2, set_back_relay: 2,
    move_relay: 1,
}  # fmt: skip
LYING: dict[Step, int] = {lie: 6, tell_truth: 3, split_relay: 1}
