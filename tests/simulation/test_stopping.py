"""Stopped at any point of what a device or a relay does, both end with one journal all the same."""

from __future__ import annotations

from random import Random

import pytest

from inglenook_simulation.meeting import HALVES
from inglenook_simulation.stopping import STORIES, WAYS, count_points, stop_at, stop_pairing

pytestmark = pytest.mark.long

BY_DEFAULT = 3


def _try(name: str, way: str, points: list[int]) -> None:
    for at in points:
        broken = stop_at(STORIES[name], at, way)
        assert broken is None, f"{name}, point {at}: {broken}"


@pytest.mark.parametrize("name", STORIES)
def test_a_stop_at_some_points(name: str) -> None:
    chance = Random(name)
    points = count_points(STORIES[name])
    assert points >= 2 * len(STORIES[name])
    _try(name, "killed", chance.sample(range(points), BY_DEFAULT))
    _try(name, chance.choice(WAYS[1:]), chance.sample(range(points), 1))


@pytest.mark.parametrize(
    "way", [WAYS[0], *(pytest.param(way, marks=pytest.mark.exhaustive) for way in WAYS[1:])]
)
@pytest.mark.parametrize("name", STORIES)
def test_a_stop_at_every_point(name: str, way: str) -> None:
    points = count_points(STORIES[name])
    _try(name, way, list(range(points)))
    print(f"{name}, {way}: {points} points")


@pytest.mark.parametrize("side", [0, 1], ids=["inviter", "joiner"])
def test_a_stop_at_every_message_of_pairing(side: int) -> None:
    for at in range(HALVES):
        broken = stop_pairing(side, at)
        assert broken is None, f"half {at} of a call: {broken}"
