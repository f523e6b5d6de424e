"""What people do: one function for each kind of step."""

from __future__ import annotations

from random import Random

from inglenook_client.core import decide
from inglenook_client.core.decide import WAS_BY_KIND, Changes
from inglenook_client.store.appending import check_stands, seal_core
from inglenook_client.store.database import Connection
from inglenook_client.store.erasing import own_events
from inglenook_client.store.folding import fold_touched
from inglenook_client.store.queries import Row, entities_on_days, entity_by_id
from inglenook_client.store.state import SpaceState, save_clocks
from inglenook_protocol.event import Core, encode_core
from inglenook_protocol.hlc import tick
from inglenook_protocol.kinds import (
    CREATING,
    KIND_BY_PAYLOAD,
    REACTIONS,
    AppreciationNoticed,
    CheckInMade,
    EntityRedacted,
    EntryWritten,
    MemberIntroduced,
    Payload,
    ReactionGiven,
    ReactionTakenBack,
    ReplyWritten,
)
from inglenook_simulation.device import Device, Step
from inglenook_simulation.noting import note_written, release
from inglenook_simulation.payloads import DATES, random_payload
from inglenook_simulation.versions import UNHEARD_OF, is_newer


async def _append(
    device: Device,
    payload: Payload,
    what: str,
    entity: bytes = b"",
    after: list[bytes] | None = None,
) -> None:
    if device.older and is_newer(payload):
        return
    id_ = await device.store.append(payload, device.moment(), entity=entity, after=after or [])
    _tell(device, id_, what)


def _tell(device: Device, id_: bytes, what: str) -> None:
    device.world.text_by_event[id_] = what
    device.say(f"{what} (seq {device.world.written[id_].ref.seq})")


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
EDITED = (*ENTRIES, "reply")


def new_word(device: Device) -> str:
    """A word that stands nowhere else; one that only its writer knows, in a private journal."""
    number = device.world.next_count()
    if len(device.space.roots) == 1:
        device.world.secrets.add(number)
    return f"word{number}"


async def write(device: Device, random: Random) -> None:
    word = new_word(device)
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
    word = new_word(device)
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
    row = await _own(device, EDITED, random)
    if row is not None:
        word = new_word(device)
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
    device.say(f"withdraws {row.id.hex()[:6]}")
    await device.store.redact(
        row.id,
        WAS_BY_KIND[row.projection.kind],
        row.projection.versions[row.projection.current[-1]].date,
        device.moment(),
    )


async def erase(device: Device, random: Random) -> None:
    """Have the relay's copy of one's own words deleted, of an entry or all, and keep them."""
    world = device.world
    row = await _own(device, ENTRIES, random) if random.random() < 0.7 else None

    def own(conn: Connection, state: SpaceState) -> set[bytes]:
        return {id_ for id_ in _entities(conn, state) if own_events(conn, state, id_)}

    # Noted before it is signed: whatever stops it, some of it may be.
    world.erased_entities |= {row.id} if row else await device.state(own)
    device.say(f"erases {row.id.hex()[:6] if row else 'all'} at the relay")
    await device.store.erasures.sign(row.id if row else None, lambda _: None)


async def share(device: Device, random: Random) -> None:
    """Copy a private entry into the shared journal."""
    world = device.world
    person = device.space.people[device.member]
    mine = [
        d for d in world.devices
        if len(d.space.roots) == 2 and d.space.people[d.member] == person
    ]  # fmt: skip
    if len(device.space.roots) == 1 and mine:
        row = await _own(device, ("moment", "progress"), random)
        if row is not None:
            words = row.projection.versions[row.projection.current[-1]]
            release(device, words.text.encode())
            payload = EntryWritten("moment", words.text, words.date, list(words.tags), None)
            await _append(random.choice(mine), payload, f"shares {row.id.hex()[:6]}")


async def say_anything(device: Device, random: Random) -> None:
    """An event of any kind there is, about anything: as an app of another make might."""
    entities = await device.state(_entities)
    made = random.choice([payload for payload in KIND_BY_PAYLOAD if payload is not EntityRedacted])
    word = f"word{device.world.next_count()}"
    payload = random_payload(made, random, word, entities)
    entity, after = b"", []
    if KIND_BY_PAYLOAD[made] not in CREATING:
        if not entities:
            return
        entity = random.choice(entities)
        after = await _heads(device, entity, random)
    await _append(device, payload, f"says {KIND_BY_PAYLOAD[made][0]} {word}", entity, after)


async def say_unheard_of(device: Device, random: Random) -> None:
    """An event of a kind that no program here knows."""
    entity = random.choice([b"", *await device.state(_entities)])
    after = await _heads(device, entity, random) if entity else []
    moment, payload = device.moment(), random.randbytes(random.choice([1, 90, 3000]))

    def run(conn: Connection, state: SpaceState) -> bytes:
        check_stands(state)
        state.own_hlc = tick(state.own_hlc, state.seen_hlc, moment.wall_ms)
        core = Core(
            device.random.randbytes(16), *UNHEARD_OF, entity, sorted(after), *state.own_hlc,
            moment.wall_ms, moment.offset_minutes, payload,
        )  # fmt: skip
        place, event = seal_core(conn, state, encode_core(core), device.entropy)
        fold_touched(conn, state, {event.entity: [(place, event)]})
        save_clocks(conn, state)
        return event.event_id

    id_ = await device.store._write(run)
    await note_written(device, id_, entity)
    _tell(device, id_, f"says {UNHEARD_OF[0]}")


def _entities(conn: Connection, state: SpaceState) -> list[bytes]:
    return [bytes(id_) for (id_,) in conn.execute("SELECT id FROM entity ORDER BY id")]


async def _heads(device: Device, entity: bytes, random: Random) -> list[bytes]:
    row = await device.store.query(entity_by_id, entity)
    return list(row.projection.heads) if row is not None and random.random() < 0.8 else []


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


DAILY: dict[Step, int] = {
    write: 20, edit: 9, reply: 6, react: 5, take_back: 3, check_in: 5, appreciate: 4,
    introduce: 1, redact: 6, erase: 1, share: 2, say_anything: 4, say_unheard_of: 2, sync: 34,
    watch: 3, stop_watching: 2, go_offline: 3, come_online: 4,
}  # fmt: skip
