"""The step in which somebody gives a command of a practice, by the facade that they would use.

Who gives it chooses among what their own view offers there and then; now and then they ask for
what it does not offer. Whatever is offered must be done and count, whatever is not must be refused
by a typed error, and change nothing; and what is private adds nothing to what the two share.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from inglenook_client.core.practices import errors as practice_errors
from inglenook_client.core.practices.needing import MAX_ACTIVE_NEEDS, active
from inglenook_client.journal import errors as journal_errors
from inglenook_client.journal.errors import LeftError
from inglenook_client.store import queries
from inglenook_client.store.database import Connection
from inglenook_client.store.state import SpaceState
from inglenook_protocol.errors import InglenookError, LocalProtocolError
from inglenook_protocol.kinds import NeedStated, NeedWoken
from inglenook_simulation.acting import acting
from inglenook_simulation.apps import journal_of
from inglenook_simulation.commands.base import At, Choice
from inglenook_simulation.commands.inward import PRIVATE
from inglenook_simulation.commands.registry import (
    COMMANDS,
    PULL,
    THEMES,
    UNKNOWN_TO_OLDER,
    of_theme,
    weight_of,
)
from inglenook_simulation.device import Device
from inglenook_simulation.disk import ProcessEnded
from inglenook_simulation.noting import Broken, release

_TRIES: Final = 8
_OUT_OF_PLACE: Final = 0.08
_ADDING: Final = (
    "write", "reply", "react", "talk propose", "talk counter", "talk close", "park", "word", "zone",
    "rules write", "rules agree", "need rest", "ritual kept", "review write", "pause",
)  # fmt: skip
"""Commands that whoever has left can't give."""
_REFUSALS: Final = (practice_errors.__name__, journal_errors.__name__)


def choose_themes(random: Random) -> tuple[str, ...]:
    """What two people take to."""
    first = random.choices(list(THEMES), [PULL.get(theme, 1) for theme in THEMES])[0]
    return first, random.choice(list(THEMES))


async def practise(device: Device, random: Random) -> None:
    """Give a command on the computer that this device is a part of."""
    world = device.world
    shared = world.shared_part_of(device)
    if shared is not None and random.random() < 0.7:
        # Most people have one computer that they write on.
        shared = next(d for d in world.devices if d.space is shared.space and d.root is shared.root)
    if shared is None or not await _stands(shared):
        return
    private = await world.private_part(shared)
    if not await _stands(private):
        return
    at = At(shared, private, journal_of(shared, private), random)
    with acting(shared):
        shared.moment()  # where they are today
        try:
            await _give(at)
        except ProcessEnded:
            shared.say("stops, and is started again")
            await world.restart_what_ended(shared)
    if random.random() < 0.6:
        others = [d for d in world.devices if d.space is shared.space and d.root is not shared.root]
        for each in (shared, random.choice([*others[:1], *others])):
            if not each.busy.locked() and not each.ended:
                async with each.busy:
                    await each.sync()


async def _stands(device: Device) -> bool:
    def look(conn: Connection, state: SpaceState) -> bool:
        return state.device.id in state.book.roster.standing

    return not device.ended and bool(await device.state(look))


async def _give(at: At) -> None:
    if at.device.left_at is not None:
        await _ask_after_leaving(at)
        return
    random = at.random
    for name in _names(at)[:_TRIES]:
        choices = await COMMANDS[name](at)
        if random.random() < _OUT_OF_PLACE:
            wrong = [choice for choice in choices if choice.offered is False]
            if wrong:
                await _must_be_refused(at, name, random.choice(wrong))
                return
        fitting = [choice for choice in choices if choice.offered is not False]
        if fitting:
            await _must_be_done(at, name, random.choice(fitting))
            return


def _names(at: At) -> list[str]:
    """Commands in the order in which they are thought of: of what these two take to, mostly;
    sooner what has to wait for its place, and what they have not given yet."""
    world, random = at.device.world, at.random
    theme = random.choices([*world.themes, random.choice(list(THEMES))], [10, 2, 1])[0]
    names = [
        name for name in of_theme(theme)
        if not (at.device.older and name in UNKNOWN_TO_OLDER)
    ]  # fmt: skip
    urge = {
        name: random.random() ** (1 / (weight_of(name) * (1 if world.practised[name] else 3)))
        for name in names
    }
    return sorted(names, key=lambda name: urge[name], reverse=True)


async def _must_be_done(at: At, name: str, choice: Choice) -> None:
    world = at.device.world
    before, written = await _heads(at), set(world.written)
    for text in choice.tells:
        release(at.device, text.encode())
    at.device.say(f"{name}: {choice.words}")
    try:
        await choice.act()
    except InglenookError as error:
        if choice.offered and type(error).__module__ in _REFUSALS:
            raise Broken(
                f"{at.device.title} is offered {name} and refused it:"
                f" {type(error).__name__}: {error}"
            ) from error
        at.device.say(f"could not: {type(error).__name__}: {error}")
        return
    world.practised[name] += 1
    if name in PRIVATE and (await _heads(at))[0] != before[0]:
        raise Broken(f"{at.device.title} leaves a trace of {name} in what both share")
    await _check_counts(at, name, [id_ for id_ in world.written if id_ not in written])


async def _must_be_refused(at: At, name: str, choice: Choice) -> None:
    before = await _heads(at)
    at.device.say(f"{name}, out of place: {choice.words}")
    try:
        await choice.act()
    except InglenookError as error:
        at.device.say(f"refused: {type(error).__name__}")
        _check_typed(at, name, error)
        at.device.world.declined[name] += 1
    else:
        raise Broken(f"{at.device.title} is not offered {name}, and does it: {choice.words}")
    if await _heads(at) != before:
        raise Broken(f"{at.device.title} is refused {name}, and has written something")


def _check_typed(at: At, name: str, error: InglenookError) -> None:
    known = type(error).__module__ in _REFUSALS or isinstance(error, LocalProtocolError)
    if not known or not str(error) or not error.next_step:
        raise Broken(f"{at.device.title} is refused {name} without a word: {error!r}")


async def _ask_after_leaving(at: At) -> None:
    """Whoever has left reads on; whatever they would add is refused."""
    name = at.random.choice(_ADDING)
    offered = [choice for choice in await COMMANDS[name](at) if choice.offered]
    if not offered:
        return
    before = await _heads(at)
    at.device.say(f"{name}, after leaving: {offered[0].words}")
    try:
        await offered[0].act()
    except LeftError:
        at.device.world.declined[name] += 1
    except InglenookError as error:
        raise Broken(f"{at.device.title} has left, and reads of {name}: {error!r}") from error
    else:
        raise Broken(f"{at.device.title} has left, and {name} is done")
    if (await _heads(at))[0] != before[0]:
        raise Broken(f"{at.device.title} has left, and has written something")


async def _heads(at: At) -> list[object]:
    """How far this computer's own logs reach: the shared one's first."""

    def look(conn: Connection, state: SpaceState) -> object:
        log = state.log_by_device.get(state.device.id)
        return None if log is None else sorted((head.seq, head.id) for head in log.heads)

    return [await part.state(look) for part in (at.device, at.private)]


async def _check_counts(at: At, name: str, events: Sequence[bytes]) -> None:
    """Nobody writes what would not count (SPEC 13.4, 13.5); and needs are three at most."""
    for id_ in events:
        written = at.device.world.written[id_]
        row = await written.device.store.query(queries.entity_by_id, written.entity)
        state = None if row is None else row.projection.state
        if state is None:
            continue  # an entry, as the fold of entries has it
        counted = {one.event: one.payload for one in (*state.versions, *state.moves)}
        if id_ not in counted:
            raise Broken(f"{at.device.title}: {name} wrote what does not count")
        if isinstance(counted[id_], NeedStated | NeedWoken):
            found = [one.state for one in await at.of("need")()]
            if active(found, at.me) > MAX_ACTIVE_NEEDS:
                raise Broken(f"{at.device.title} tells more needs than can be looked after")
