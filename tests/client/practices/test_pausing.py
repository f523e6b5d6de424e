"""Pauses: what crosses, and what two clocks that are apart make of one (SPEC 13.8)."""

from __future__ import annotations

import msgspec
import pytest

from inglenook_client.core.practices import talking
from inglenook_client.core.practices.errors import LengthError, NotNowError
from inglenook_client.core.practices.pausing import PauseSeen, pause_seen, setting_lengths
from inglenook_harness.two import Two
from inglenook_protocol.kinds import PauseCalled, PauseEnded, PauseExtended, PauseResumed

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
CALLED = PauseCalled(None, 20, "Tea, then on", None)


def called(minutes: int | None = 20, apart: int | None = None, ahead: int = 0) -> tuple[Two, bytes]:
    two = Two()
    two.ana.ahead_ms = ahead
    entity = two.ana.writes(PauseCalled(None, minutes, "Tea, then on", apart))
    two.meet()
    return two, entity


def seen(
    two: Two, entity: bytes, after_ms: int, *, own: int | None = None, ahead: int = 0, came: int = 0
) -> PauseSeen:
    """What Ben's device shows, true time ``after_ms`` after the call, its clock ``ahead``."""
    state = two.folded(entity)
    # Ana's clock was ahead when she wrote: what she claims is not the true time.
    true = {e.event: e.at_ms - two.ana.ahead_ms for e in setting_lengths(state)}
    noted = {event: at + came + ahead for event, at in true.items()}
    return pause_seen(state, min(true.values()) + after_ms + ahead, noted, own)


def left(found: PauseSeen) -> float:
    assert found.remaining_ms is not None
    return found.remaining_ms / MINUTE


def test_row_08_both_see_when_it_ends_and_the_plan() -> None:
    two, entity = called()
    found = seen(two, entity, 5 * MINUTE, came=2 * MINUTE)
    assert (found.stage, left(found), found.plan) == ("paused", 15, "Tea, then on")
    assert seen(two, entity, 21 * MINUTE).stage == "over"


@pytest.mark.parametrize(("hour", "lasts_h"), [(9, 15), (15, 9), (17, 8), (23, 8)])
def test_row_08_not_today_is_over_with_the_day_and_covers_the_night(
    hour: int, lasts_h: int
) -> None:
    two, entity = called(None)
    said = two.folded(entity).versions[0]
    # The writer's clock shows this hour of the day, at the writer's offset of two hours.
    begins = (said.at_ms // DAY) * DAY + (hour - 2) * HOUR
    moved = msgspec.structs.replace(
        two.folded(entity), versions=(msgspec.structs.replace(said, at_ms=begins),)
    )
    seen = {said.event: begins}
    last = pause_seen(moved, begins + lasts_h * HOUR - 1, seen, None)
    assert (last.stage, last.not_today) == ("paused", True)
    over = pause_seen(moved, begins + lasts_h * HOUR, seen, None)
    assert (over.stage, over.not_today, over.remaining_ms) == ("over", False, 0)


def test_row_08_not_today_is_always_known() -> None:
    two, entity = called(None)
    found = seen(two, entity, 3 * HOUR)
    assert (found.stage, found.not_today, found.ends_ms) == ("paused", True, None)
    two.ben.writes(PauseResumed(), entity)
    assert seen(two, entity, 3 * HOUR).stage == "resumed"


CLOCKS = [0, 7 * MINUTE, -7 * MINUTE, 3 * HOUR, -3 * HOUR, 40 * DAY, -40 * DAY, 400 * DAY]


@pytest.mark.parametrize("ahead", CLOCKS)
@pytest.mark.parametrize("hers", CLOCKS)
def test_row_08_clocks_that_are_apart_show_the_same_when_both_met_the_relay(
    ahead: int, hers: int
) -> None:
    """Each knows by how much the relay's clock is ahead of its own: no clock matters then."""
    two, entity = called(20, apart=-hers, ahead=hers)
    for passed in range(20):
        found = seen(two, entity, passed * MINUTE, own=-ahead, ahead=ahead, came=0)
        assert left(found) == 20 - passed
    assert seen(two, entity, 20 * MINUTE, own=-ahead, ahead=ahead).stage == "over"


@pytest.mark.parametrize("ahead", CLOCKS)
@pytest.mark.parametrize("hers", CLOCKS)
@pytest.mark.parametrize("known", ["nobody", "hers", "mine"])
def test_row_08_without_a_common_clock_what_remains_is_still_sensible(
    ahead: int, hers: int, known: str
) -> None:
    apart = -hers if known == "hers" else None
    own = -ahead if known == "mine" else None
    two, entity = called(20, apart=apart, ahead=hers)
    before = 20.0
    for passed in (0, 1, 10, 19):
        found = seen(two, entity, passed * MINUTE, own=own, ahead=ahead)
        if found.stage == "over":
            # A clock that is further behind than a day, or by minutes within its length.
            assert ahead - hers > DAY or 0 < ahead - hers <= 20 * MINUTE
            return
        assert 0 < left(found) <= before
        before = left(found)
    assert seen(two, entity, 20 * MINUTE, own=own, ahead=ahead).stage == "over"


def test_a_clock_set_while_it_lasts_never_makes_it_longer() -> None:
    two, entity = called()
    state = two.folded(entity)
    at = state.versions[0].at_ms
    noted = {entity: at}
    assert left(pause_seen(state, at - 5 * HOUR, noted, None)) == 20
    assert pause_seen(state, at + 5 * HOUR, noted, None).stage == "over"


def test_it_came_after_two_hours_away_by_clocks_that_are_known() -> None:
    two, entity = called(20, apart=0)
    assert seen(two, entity, 2 * HOUR, own=0, came=2 * HOUR).stage == "over"


def test_an_extension_counts_from_itself() -> None:
    two, entity = called()
    two.tick(14 * MINUTE)
    two.ben.writes(talking.extend_pause(two.folded(entity), two.ben.member, 30), entity)
    found = seen(two, entity, 16 * MINUTE)
    assert (left(found), found.plan) == (29, "Tea, then on")


def test_both_pause_at_the_same_time_and_either_pause_stands() -> None:
    two = Two()
    by_ana = two.ana.writes(CALLED)
    by_ben = two.ben.writes(PauseCalled(None, None, "", None))
    two.meet()
    assert (two.stage(by_ana), two.stage(by_ben)) == ("paused", "paused")


@pytest.mark.parametrize("first", ["ana", "ben"])
def test_more_time_that_crosses_a_going_on_is_given(first: str) -> None:
    two, entity = called()
    acts = {
        "ana": lambda: two.ana.writes(PauseExtended(30, "", None), entity),
        "ben": lambda: two.ben.writes(PauseResumed(), entity),
    }
    for name in (first, *({"ana", "ben"} - {first})):
        acts[name]()
    assert two.stage(entity) == "paused"
    two.meet()
    two.ben.writes(PauseResumed(), entity)
    assert two.stage(entity) == "resumed"


@pytest.mark.parametrize("first", ["ana", "ben"])
def test_letting_it_rest_comes_before_going_on(first: str) -> None:
    two, entity = called()
    acts = {
        "ana": lambda: two.ana.writes(PauseEnded("Tomorrow"), entity),
        "ben": lambda: two.ben.writes(PauseResumed(), entity),
    }
    for name in (first, *({"ana", "ben"} - {first})):
        acts[name]()
    assert two.stage(entity) == "ended"


def test_deciding_a_pause() -> None:
    two, entity = called()
    with pytest.raises(LengthError):
        talking.call_pause(0)
    with pytest.raises(LengthError):
        talking.call_pause(10_081)
    assert talking.call_pause(None).minutes is None
    two.ben.writes(talking.resume(two.folded(entity), two.ben.member), entity)
    two.meet()
    with pytest.raises(NotNowError):
        talking.extend_pause(two.folded(entity), two.ana.member, 10)
    with pytest.raises(NotNowError):
        talking.end_pause(two.folded(entity), two.ana.member)
