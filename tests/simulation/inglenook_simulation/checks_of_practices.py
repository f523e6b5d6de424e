"""What must hold of the practices, once all is well again (SPEC 13, 18).

What the product works out is worked out here a second time, from the events alone and in another
way: who agrees to which words, which halves are open, how long a pause still lasts.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec

from inglenook_client.core.opening import Event
from inglenook_client.core.practices.families import FAMILY_BY_SHOWN
from inglenook_client.core.practices.pausing import pause_seen
from inglenook_client.core.practices.revealing import ToOpen, to_open
from inglenook_client.core.practices.state import PracticeState, Said
from inglenook_client.journal.facade import Journal
from inglenook_client.journal.pausing import note_seen
from inglenook_client.journal.revealing import _kept
from inglenook_client.journal.state import now
from inglenook_client.store import queries
from inglenook_client.store.queries import Row
from inglenook_protocol.kinds import AgreementGiven, AgreementRevoked, PauseCalled, PauseExtended
from inglenook_protocol.limits import MAX_CLOCK_APART_MS
from inglenook_simulation.acting import acting
from inglenook_simulation.apps import journal_of
from inglenook_simulation.device import Device
from inglenook_simulation.noting import Broken, events_of, reaches
from inglenook_simulation.world import Space, World

_KINDS: Final = (*FAMILY_BY_SHOWN, "round", "zone")
_TOLERANCE_MS: Final = 2_000


async def check_practices(world: World, shaky: set[bytes]) -> None:
    """After healing. ``shaky``: entities of which not all have the words. Raises ``Broken``."""
    for space in world.spaces:
        standing = world.standing(space)
        if not standing:
            continue
        rows = [
            row
            for row in await standing[0].store.query(queries.entities_of, _KINDS)
            if row.projection.state is not None and row.id not in shaky
        ]
        for row in rows:
            await _check_stage(standing[0], row)
        if len(space.roots) == 2:
            for device in standing:
                await _check_opened(world, device, rows)
                await _check_pauses(world, device, rows)
            if world.practised and not shaky:
                await _check_views(world, space, standing)


def _state(row: Row) -> PracticeState:
    if row.projection.state is None:
        raise Broken("a practice's entity has no state")
    return row.projection.state


async def _check_stage(device: Device, row: Row) -> None:
    """It stands where its table knows it to stand; agreed to by both or by nobody."""
    state = _state(row)
    family = FAMILY_BY_SHOWN.get(row.projection.kind)
    table = None if family is None else family.table
    if state.stage not in (("",) if table is None else table.states):
        raise Broken(f"{row.id.hex()[:6]} ({row.projection.kind}) stands at {state.stage!r}")
    if family is not None and family.agreeable:
        in_force = state.in_force
        if state.stage != "retired" and (state.stage == "agreed") != (in_force is not None):
            raise Broken(f"{row.id.hex()[:6]} is {state.stage}, and its words say otherwise")
        if in_force is not None:
            await _check_agreed(device, row, in_force)


async def _check_agreed(device: Device, row: Row, in_force: Said) -> None:
    """Each of the two named these very words, and nothing else since."""
    state = _state(row)
    counted = {one.event for one in (*state.versions, *state.moves)}
    versions = {one.event for one in state.versions}
    events = {e.event_id: e for e in await events_of(device, row.id) if e.event_id in counted}
    for root in device.space.roots:
        acts = [
            (event, named)
            for event in events.values()
            if event.member == root.member_id and (named := _names(event, versions)) is not None
        ]
        if not any(
            named == in_force.event
            and all(
                other == in_force.event or not reaches(events, later, event.event_id)
                for later, other in acts
            )
            for event, named in acts
        ):
            raise Broken(f"{row.id.hex()[:6]} is in force, and not both agree to these words")


def _names(event: Event, versions: set[bytes]) -> bytes | None:
    """The words that an act agrees to; b"" for none, None for what is no such act."""
    if isinstance(event.payload, AgreementGiven):
        return event.payload.event
    if isinstance(event.payload, AgreementRevoked):
        return b""
    return event.event_id if event.event_id in versions else None


async def _check_opened(world: World, device: Device, rows: list[Row]) -> None:
    """No half waits whose time has come, where its words are (SPEC 18.3)."""
    private = world.private_part_of(device)
    if private is None or private.ended:
        return
    for row in rows:
        if row.projection.kind != "round":
            continue
        me = device.store.member
        due = _due(_state(row), me) or to_open(_state(row), me)
        if due is not None and await _kept(private.store, row.id, due) is not None:
            raise Broken(
                f"{device.title} does not open the half of a round that both are ready for"
            )


def _due(state: PracticeState, me: bytes) -> ToOpen | None:
    """What a member has to open for certain: each was ready once, and neither took it back."""
    readies = [one for one in state.moves if one.kind == "reveal.ready"]
    back = any(one.kind == "reveal.taken_back" for one in state.moves)
    opened = any(one.kind == "reveal.opened" and one.by == me for one in state.moves)
    if back or opened or len(readies) != 2 or readies[0].by == readies[1].by:
        return None
    mine, theirs = readies if readies[0].by == me else readies[::-1]
    return ToOpen(mine, theirs)


async def _check_pauses(world: World, device: Device, rows: list[Row]) -> None:
    """By clocks that know how far they are from the relay's, a pause ends when it was said to:
    so many minutes of true time after it was called, whatever the clocks showed (SPEC 13.8)."""
    apart = device.apart_ms
    if apart is None or apart != -device.skew_ms or abs(apart) > MAX_CLOCK_APART_MS:
        return
    if "restored" in world.accidents:
        return  # a copy notes times that another clock showed
    true_ms = device.wall_ms() - device.skew_ms
    for row in rows:
        if row.projection.kind != "pause" or _state(row).stage != "paused":
            continue
        moves = [one for one in _state(row).moves if isinstance(one.payload, PauseExtended)]
        lengths = [*_state(row).versions, *moves]
        ends = [_ends_ms(world, event) for event in lengths]
        known = [end for end in ends if end is not None]
        began = [world.true_ms.get(event.event, 0) for event in lengths]
        if len(known) < len(ends) or min(began) <= device.jumped_ms:
            continue
        with acting(device):
            seen = await note_seen(device.store)
            shown = pause_seen(_state(row), now().wall_ms, seen, apart)
        left = max(0, max(known) - true_ms)
        if abs((shown.remaining_ms or 0) - left) > _TOLERANCE_MS:
            raise Broken(
                f"{device.title} shows {shown.remaining_ms} ms of a pause, and it has {left}"
            )


def _ends_ms(world: World, event: Said) -> int | None:
    """When what an event says is over, in true time; None where nobody can know."""
    payload, began = event.payload, world.true_ms.get(event.event)
    if not isinstance(payload, PauseCalled | PauseExtended) or began is None:
        return None
    return None if payload.minutes is None else began + payload.minutes * 60_000


async def _conversations(journal: Journal) -> object:
    # How long a pause lasts is each device's own: see above.
    found = await journal.talking.all()
    return [msgspec.structs.replace(one, pause=None) for one in found]


_VIEWS: Final[dict[str, Callable[[Journal], Awaitable[Any]]]] = {
    "conversations": _conversations,
    "rules": lambda j: j.rules.all(),
    "goals": lambda j: j.goals.all(),
    "needs": lambda j: j.needing.all(resting=True),
    "steps": lambda j: j.stepping.all(retired=True),
    "disclosures": lambda j: j.disclosing.all(),
    "rituals": lambda j: j.tending.rituals(),
    "time for two": lambda j: j.tending.couple_times(),
    "topics": lambda j: j.tending.topics(all_=True),
    "activities": lambda j: j.doing.activities(),
    "keepsakes": lambda j: j.treasuring.keepsakes("shared"),
    "commitments": lambda j: j.treasuring.commitments(),
    "looking back": lambda j: j.looking_back.agreement(),
    "rounds": lambda j: j.revealing.opened(),
    "timeline": lambda j: j.timeline(days=99, visibility="shared"),
    "week": lambda j: j.days.week(),
    "trends": lambda j: j.looking_back.trends(),
}


async def _check_views(world: World, space: Space, standing: list[Device]) -> None:
    """What one of the two would read on their own device they would read on the other's."""
    reader = world.random.choice(space.roots).member_id
    first = standing[0]
    other = next((d for d in standing if d.root is not first.root), standing[-1])
    with acting(first):
        mine, theirs = [await _read(device, reader) for device in (first, other)]
    for name, view in mine.items():
        if theirs[name] != view:
            raise Broken(
                f"{first.title} and {other.title} show other {name}:"
                f" {view!r:.400} against {theirs[name]!r:.400}"
            )


async def _read(device: Device, reader: bytes) -> dict[str, bytes]:
    journal = journal_of(device, None)
    store, member = device.store, device.store.member
    store.member = reader
    try:
        return {name: msgspec.json.encode(await view(journal)) for name, view in _VIEWS.items()}
    finally:
        store.member = member
