"""Practices: any order, duplication and grouping folds to the same; so does folding anew."""

from __future__ import annotations

from pathlib import Path
from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from inglenook_client.core.fold import fold, searchable
from inglenook_client.core.opening import Event
from inglenook_client.core.practices.families import FAMILIES, FAMILY_BY_PAYLOAD
from inglenook_client.core.practices.revealing import round_seen
from inglenook_client.store.database import Connection
from inglenook_client.store.state import SpaceState
from inglenook_harness.people import noise
from inglenook_harness.stores import hand_over, make_couple
from inglenook_harness.two import SPACE, Two
from inglenook_protocol.codec import Ref, encode
from inglenook_protocol.kinds import (
    KINDS,
    AgreementGiven,
    EntityRedacted,
    Kind,
    Payload,
    RevealOpened,
    RevealReady,
)
from inglenook_protocol.reveal import HalfRecord, encode_half, ready_commitment, round_id

DAY = "2026-09-21"
ROUND = round_id(SPACE, "week-review", "2026-W39")
HALF = encode_half(HalfRecord("week-review", "2026-W39", None, []))
# What stands in a field of each type; ids are those of events so far, mostly.
VALUES: dict[str, list[object]] = {
    "Text": ["", "words"], "Said": ["words"], "Line": ["", "line"], "Named": ["name"],
    "DateText": [DAY, "2026-09-20"], "Feelings": [["calm"]], "Rules": [["one"], ["two"]],
    "Minutes": [10, 60], "ClockApart": [0, -5_000], "TimeOfDay": ["07:30"], "Zone": ["UTC"],
    "Cadence": ["FREQ=DAILY"], "Mode": ["two-devices", "one-device"], "Voice": ["own", "other"],
    "Wanted": ["listen"], "Who": ["both"], "Pinned": ["note"], "Parts": [[]],
    "Natural": [1_790_000_000_000], "bool": [True, False], "Energy": [3], "Half": [HALF],
}  # fmt: skip


def made(kind: Kind, random: Random, ids: list[bytes]) -> Payload:
    """A payload of a kind, with ids of what there is."""
    if kind.payload is RevealReady:
        return RevealReady(ROUND, ready_commitment(bytes(32), HALF))
    if kind.payload is RevealOpened:
        return RevealOpened(ROUND, random.choice([bytes(32), noise("another")]), HALF)
    values: list[object] = []
    for field in kind.payload.__struct_fields__:
        annotation = str(kind.payload.__annotations__[field])
        type_, _, optional = annotation.partition(" | ")
        if field == "round":
            values.append(ROUND)
        elif type_ == "Bytes32":
            values.append(random.choice([*ids, noise("nothing")]))
        elif type_ == "Attachment" or (optional and random.random() < 0.3):
            values.append(None)
        else:
            values.append(random.choice(VALUES[type_]))
    return kind.payload(*values)


CREATING = [kind for kind in KINDS if kind.payload in FAMILY_BY_PAYLOAD]
FOLLOWING = [
    kind
    for kind in KINDS
    if not kind.creates and not kind.name.startswith(("entry", "reply", "reaction", "entity"))
]


def grow(seed: int, place: str) -> tuple[Two, list[bytes]]:
    """A few entities of any kind; both write what fits them and what does not, apart mostly."""
    random = Random(seed)
    two = Two(seed, place)
    people = [two.ana, two.ben, two.ana2]
    entities = [ROUND, SPACE]
    for kind in random.sample(CREATING, 3):
        entities.append(random.choice(people).writes(made(kind, random, [noise("x")])))
    two.meet()
    families = {e.entity: FAMILY_BY_PAYLOAD.get(type(e.payload)) for e in two.events if e.payload}
    for _ in range(random.randint(4, 24)):
        entity = random.choice(entities)
        family = families.get(entity)
        fitting = [
            kind
            for kind in FOLLOWING
            if family is not None
            and (
                kind.payload in family.edits
                or kind.payload in family.moves
                or (family.table is not None and kind.name in family.table.kinds)
            )
        ]
        kinds = fitting if fitting and random.random() < 0.85 else FOLLOWING
        if entity == ROUND:
            kinds = [kind for kind in FOLLOWING if kind.name.startswith("reveal.")]
        person = random.choice(people)
        ids = [e.event_id for e in two.events if e.entity == entity] or [noise("x")]
        payload = made(random.choice(kinds), random, ids)
        if random.random() < 0.05 and entity not in (ROUND, SPACE):
            named = sorted({random.choice(ids)})
            payload = EntityRedacted(named, [Ref(bytes(32), 1, bytes(32))], "ritual.defined", DAY)
        person.writes(payload, entity, blind=random.random() < 0.1)
        if random.random() < 0.35:
            two.meet()
    return two, entities


@settings(max_examples=120)
@given(st.integers(0, 2**32), st.sampled_from(["shared", "private"]), st.data())
def test_any_order_and_duplication_folds_to_the_same(
    seed: int, place: str, data: st.DataObject
) -> None:
    two, entities = grow(seed, place)
    for entity in entities:
        events = [e for e in two.events if e.entity == entity]
        if not events:
            continue
        folded = fold(entity, events, two.within)
        arrived: list[Event] = data.draw(st.permutations(events))
        again = arrived[: data.draw(st.integers(0, len(arrived)))]
        assert encode(fold(entity, [*arrived, *again], two.within)) == encode(folded)
        # What a fold keeps can be read again, searched, and shown to either.
        read = msgspec.msgpack.decode(encode(folded.projection), type=type(folded.projection))
        assert read == folded.projection
        assert searchable(read) == searchable(folded.projection)
        state = read.state
        if state is not None:
            assert all(one.payload is not None for one in (*state.versions, *state.moves))
            if entity == ROUND:
                assert round_seen(state, two.ana.member).stage


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_only_what_may_change_an_entity_changes_it(seed: int) -> None:
    """An edit that only its author may write is never another's; agreement is each one's own."""
    two, entities = grow(seed, "shared")
    by = {e.event_id: e.member for e in two.events}
    for entity in entities:
        projection = two.projection(entity) if any(e.entity == entity for e in two.events) else None
        if projection is None or projection.state is None or not projection.state.versions:
            continue
        family = next(f for f in FAMILIES if f.shown == projection.kind)
        for version in projection.state.versions[1:]:
            who = [w for p, w in family.edits.items()]
            assert by[version.event] == projection.author or "either" in who
        for member, event in projection.state.agreed_by:
            acts = [e for e in two.events if e.entity == entity and e.member == member]
            named = {a.payload.event for a in acts if isinstance(a.payload, AgreementGiven)}
            assert event in named | {a.event_id for a in acts}


async def test_folding_anew_gives_what_folding_one_by_one_gave(tmp_path: Path) -> None:
    """Real envelopes of two devices, in batches: the same rows, and the same after a rebuild."""
    couple = await make_couple(tmp_path, (1, 1))
    try:
        ana, ben = couple.devices
        random = Random(7)
        entities: list[bytes] = []
        for number in range(160):
            person = random.choice([ana, ben])
            if number < 30 or random.random() < 0.2:
                kind = CREATING[number % len(CREATING)]
                payload = made(kind, random, entities or [noise("x")])
                entities.append(await person.store.append(payload, person.now()))
            else:
                payload = made(random.choice(FOLLOWING), random, entities)
                await person.store.append(
                    payload, person.now(), entity=random.choice([*entities, ana.store.space_id])
                )
            if number % 40 == 39:
                await hand_over(ana, ben, couple)
                await hand_over(ben, ana, couple)
        rows = [await person.store._read(_rows) for person in (ana, ben)]
        assert rows[0] == rows[1]
        assert sum(1 for row in rows[0] if row[1]) > 40
        await ben.store.rebuild()
        assert await ben.store._read(_rows) == rows[0]
    finally:
        await couple.close()


def _rows(conn: Connection, state: SpaceState) -> list[tuple[object, ...]]:
    return [
        tuple(row)
        for row in conn.execute(
            "SELECT id, kind, day, order_ms, target, events, projection FROM entity ORDER BY id"
        )
    ]
