"""Ten years of two people, made up: real in all that a journal can tell from outside."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime

import pytest

from inglenook_client.core.fold import fold
from inglenook_client.core.opening import Event
from inglenook_client.core.practices.state import Within
from inglenook_client.store import queries
from inglenook_client.store.appending import Entropy
from inglenook_client.store.space import SpaceStore
from inglenook_harness.stores import Chance
from inglenook_harness.wire import Couple
from inglenook_harness.years import Years, write_privately
from inglenook_protocol.causality import TimelineDigest, fold_order
from inglenook_protocol.keys import hpke_wrap
from inglenook_protocol.kinds import KIND_BY_PAYLOAD, KINDS

pytestmark = pytest.mark.long

EVENTS = 15_000
ENTROPY = Entropy(Chance("years"), hpke_wrap)


@pytest.fixture(scope="module")
def years() -> Years:
    made = Years(seed=1)
    made.grow(EVENTS)
    return made


@pytest.fixture(scope="module")
def by_entity(years: Years) -> dict[bytes, list[Event]]:
    found: dict[bytes, list[Event]] = defaultdict(list)
    for event in years.events(EVENTS):
        found[event.entity].append(event)
    return found


@pytest.mark.long
def test_one_seed_gives_the_same_however_it_is_cut(years: Years) -> None:
    again = Years(seed=1)
    again.grow(400)
    again.live_until(again.ms + 1)
    again.grow(1_500)
    ids = [log.ids[:100] for log in years.logs]
    assert [log.ids[:100] for log in again.logs] == ids
    other = Years(seed=2)
    other.grow(500)
    assert [log.ids[:100] for log in other.logs] != ids


def test_every_kind_comes_about(years: Years, by_entity: dict[bytes, list[Event]]) -> None:
    shared = {(e.kind, e.kind_version) for events in by_entity.values() for e in events}
    private = {KIND_BY_PAYLOAD[type(note.payload)] for notes in years.private for note in notes}
    by_place: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for kind in KINDS:
        by_place[kind.place].add((kind.name, kind.version))
    assert by_place["private"] - private == set()
    assert (by_place["any"] | by_place["shared"]) - shared == set()


def test_all_that_they_write_counts(years: Years, by_entity: dict[bytes, list[Event]]) -> None:
    """No scene writes what a table, a place or an authority would pass over."""
    within = Within(years.space_id, "shared")
    crossed = 0
    for entity, events in by_entity.items():
        state = fold(entity, events, within).projection.state
        if state is None or any(event.payload is None for event in events):
            continue
        counted = [*state.versions, *state.moves]
        agreements = sum(event.kind.startswith("agreement.") for event in events)
        assert len(counted) >= len(events) - agreements, (events[0].kind, state.stage)
        crossed += sum(said.crossed for said in counted)
    assert crossed > 10


def test_nobody_names_what_they_could_not_know(by_entity: dict[bytes, list[Event]]) -> None:
    for events in by_entity.values():
        at_by_id = {event.event_id: event.claimed_ms for event in events}
        for event in events:
            for id_ in event.after:
                assert at_by_id.get(id_, 0) <= event.claimed_ms
        assert len(fold_order(events)) == len(events)


async def test_stores_hold_a_life_as_it_was_written(tmp_path, years, by_entity) -> None:
    device = years.new_reader()
    store = await SpaceStore.create(
        tmp_path / "shared.db", bytes(32), genesis=years.couple.genesis,
        member=device.info.member, seeds=device.keys.seeds,
        statements=years.couple.statements, entropy=ENTROPY,
        wall_ms=lambda: int(datetime.now(UTC).timestamp() * 1000),
    )  # fmt: skip
    alone = Couple(seed="alone", members=1)
    own = alone.devices[0]
    private = await SpaceStore.create(
        tmp_path / "private.db", bytes(32), genesis=alone.genesis, member=own.info.member,
        seeds=own.keys.seeds, statements=alone.statements, entropy=ENTROPY,
    )  # fmt: skip
    try:
        await store.admit_page(years.statements_page)
        for page in years.pages(0, 3_000):
            await store.admit_page(page)
        digest = TimelineDigest()
        some = defaultdict(list)
        for event in years.events(3_000):
            some[event.entity].append(event)
        for entity in sorted(some):
            digest.feed(entity, b"".join(fold(entity, some[entity]).event_ids))
        overview = await store.overview()
        assert overview.digest == digest.digest()
        assert (overview.notices, overview.unreadable) == ([], {})

        written = await write_privately(private, years, 0, ENTROPY)
        assert written == len(years.private[0])
        halves = await private.query(queries.entities_of, ("half",))
        assert halves
        assert not (await private.overview()).unreadable
    finally:
        await store.close()
        await private.close()
