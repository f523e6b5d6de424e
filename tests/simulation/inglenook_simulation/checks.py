"""What must hold, whatever happened (SPEC 10.6, 11, 12, 8.6)."""

from __future__ import annotations

from typing import Any

from inglenook_client.store.database import Connection
from inglenook_client.store.state import SpaceState
from inglenook_protocol.codec import Ref, decoder
from inglenook_protocol.epochs import KeyBody
from inglenook_simulation.checks_of_practices import check_practices
from inglenook_simulation.device import Device
from inglenook_simulation.noting import Broken
from inglenook_simulation.world import Space, World

_key_body = decoder(KeyBody, "key envelope")


async def check_all(world: World) -> None:
    """After healing. Raises ``Broken``."""
    for space in world.spaces:
        standing = world.standing(space)
        if standing:
            await _check_equal(world, space, standing)
            await _check_written(world, space, standing)
            await _check_withdrawn(world, space, standing)
            await _check_notices(world, standing)
            await _check_removed_read_nothing(world, space)
    await check_practices(world, _shaky(world))


def _look(conn: Connection, state: SpaceState) -> dict[str, Any]:
    rows = conn.execute("SELECT id, events, kind, day, projection FROM entity ORDER BY id")
    return {
        "roster": state.book.roster_hash,
        "erasures": state.book.erasures_hash,
        "heads": {
            log.device: log.heads
            for log in state.log_by_number.values()
            if log.branches and log.device in state.book.roster.devices
        },
        "entities": [tuple(row) for row in rows if row[1]],
        "unreadable": conn.execute(
            "SELECT reject, count(*) FROM unreadable GROUP BY reject ORDER BY reject"
        ).fetchall(),
    }


async def check_versions_agree(world: World, space: Space) -> None:
    """An older program counts what it can't show: whoever stands has one digest (SPEC 9.4)."""
    standing = world.standing(space)
    if not any(device.older for device in standing) or _shaky(world):
        return
    digests = {device.title: (await device.store.overview()).digest for device in standing}
    if len(set(digests.values())) > 1:
        raise Broken(f"programs of two ages differ: {digests}")


def _shaky(world: World) -> set[bytes]:
    """Entities of which some may hold words that others can't have any more: erased without
    being withdrawn, or withdrawn by a redaction that a removal undid (SPEC 12.2)."""
    withdrawn = world.withdrawn_entities if "removed" in world.accidents else set()
    return withdrawn | world.erased_entities


async def _check_equal(world: World, space: Space, standing: list[Device]) -> None:
    first: dict[str, Any] | None = None
    for device in standing:
        seen = await device.state(_look)
        seen["digest"] = (await device.store.overview()).digest
        if shaky := _shaky(world):
            del seen["digest"]
            seen["entities"] = [row for row in seen["entities"] if row[0] not in shaky]
        if first is None:
            first = seen
            if "digest" in seen:
                world.say("digest", f"{space.name} {seen['digest'].hex()}")
        for name in seen:
            if seen[name] != first[name]:
                raise Broken(
                    f"{device.title} and {standing[0].title} differ in their {name}:"
                    f" {_difference(seen[name], first[name])}"
                )
        if seen["unreadable"]:
            raise Broken(f"{device.title} can't read {seen['unreadable']}")
    for device in standing[:2]:
        await device.store.rebuild()
        anew = [
            row for row in (await device.state(_look))["entities"] if row[0] not in _shaky(world)
        ]
        if anew != (first or {})["entities"]:
            raise Broken(f"{device.title}, folded anew, shows something else")


def _difference(one: Any, other: Any) -> str:
    if isinstance(one, list) and isinstance(other, list):
        mine, theirs = [x for x in one if x not in other], [x for x in other if x not in one]
        return f"{mine!r:.700} against {theirs!r:.700}"
    return f"{one!r:.300} against {other!r:.300}"


async def _check_written(world: World, space: Space, standing: list[Device]) -> None:
    titles = {device.id for device in standing}
    held = await _events(standing[0])
    for event, written in world.written.items():
        if written.device.space is not space or written.device.id not in titles:
            continue
        let_go = world.withdrawn_entities | world.erased_entities
        if written.entity not in let_go and event not in held:
            raise Broken(
                f"lost: {world.text_by_event[event]} of {written.device.title},"
                f" seq {written.ref.seq}"
            )


async def _events(device: Device) -> set[bytes]:
    def look(conn: Connection, state: SpaceState) -> set[bytes]:
        packed = [bytes(row[0]) for row in conn.execute("SELECT events FROM entity")]
        return {ids[i : i + 32] for ids in packed for i in range(0, len(ids), 32)}

    found: set[bytes] = await device.state(look)
    return found


async def _check_withdrawn(world: World, space: Space, standing: list[Device]) -> None:
    devices = {d.id for d in world.devices if d.space is space}
    refs = [ref for ref in world.withdrawn if ref.device in devices]
    for device in standing:
        gone = [r for r in refs if device.disk.conn.execute(
            "SELECT 1 FROM envelope WHERE id = ? AND body IS NOT NULL", (r.id,)
        ).fetchone()]  # fmt: skip
        erased: set[Ref] = await device.state(
            lambda conn, state: {r for r in gone if state.book.is_erased(r)}  # noqa: B023
        )
        if erased and "removed" not in world.accidents:
            raise Broken(f"{device.title} keeps the body of withdrawn words")


async def _check_notices(world: World, standing: list[Device]) -> None:
    excused: set[str] = set()
    if "restored" in world.accidents:
        excused |= {"fork", "relay-set-back", "restored"}
    if "clocks" in world.accidents:
        excused |= {"clock-ahead", "clock-set-back"}
    if "lied" in world.accidents:
        excused |= {"relay-set-back"}
    if world.accidents & {"relay lost data", "moved"}:
        excused |= {"relay-set-back"}
    for device in standing:
        overview = await device.store.overview()
        if odd := set(overview.notices) - excused:
            raise Broken(f"false alarm on {device.title}: {sorted(odd)}")
        forked = await device.state(
            lambda conn, state: any(len(log.branches) > 1 for log in state.log_by_number.values())
        )
        if forked and not {"fork", "restored"} & set(overview.notices):
            raise Broken(f"{device.title} holds a fork and does not say so")


async def check_notices_along_the_way(world: World) -> None:
    """Where an admitted event names what is not held, the person is told (SPEC 11.5)."""
    for device in world.devices:
        if device.ended:
            continue
        events = await _events(device)
        roster = await device.state(lambda conn, state: state.book.roster)
        for event, refs in world.seen_by_event.items():
            if event not in events:
                continue
            for ref in refs:
                held = device.disk.conn.execute(
                    "SELECT 1 FROM envelope WHERE id = ?", (ref.id,)
                ).fetchone()
                if not held and ref.device in roster.standing:
                    if not (await device.store.overview()).notices:
                        raise Broken(f"{device.title} does not say that something is withheld")
                    break


async def _check_removed_read_nothing(world: World, space: Space) -> None:
    """Nobody wraps a key for a device that it knows to be removed (SPEC 8.6)."""
    titles = {device.id: device.title for device in world.devices}
    for device in world.standing(space):
        for (space_id, key), removed in world.kept_from.items():
            if space_id != space.id:
                continue
            for (body,) in device.disk.conn.execute(
                "SELECT body FROM envelope WHERE flags = 1 AND epoch ="
                " (SELECT number FROM epoch WHERE key_id = ?)",
                (key,),
            ):
                wrapped = {wrap.recipient for wrap in _key_body(bytes(body)).wraps}
                for id_ in sorted(wrapped & removed):
                    raise Broken(f"{titles[id_]} was sent a key after its removal")
    if world.accidents & {"lied", "restored"}:
        return
    # Where no relay hid a removal, no other way leads there either; but the phrase may undo one.
    standing = world.standing(space)
    for device in world.devices:
        if device.space is not space or device in standing:
            continue
        held = await device.state(lambda conn, state: set(state.held))
        for (space_id, key), removed in world.kept_from.items():
            if space_id == space.id and key in held and device.id in removed:
                raise Broken(f"{device.title} holds a key of after its removal")
