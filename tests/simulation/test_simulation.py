"""Two hundred lives of two people, their devices and their relays; ``make simulate`` has more."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from inglenook_harness.checkout import ROOT
from inglenook_simulation import accidents
from inglenook_simulation.commands.registry import (
    COUNTED,
    ELSEWHERE,
    OWN_DEVICES,
    of_the_registry,
)
from inglenook_simulation.lies import LIES
from inglenook_simulation.practising import practise
from inglenook_simulation.simulate import make_plan, simulate

SEEDS = 200
A_TIME = 20
ENOUGH_FOR_EVERY_COMMAND = 4000
"""Some need many others before them: a need is told, said back, and only then confirmed."""
A_FULL_LIFE = 16
"""Commands of practices in the lives that are looked at for them."""


@pytest.mark.parametrize("first", range(0, SEEDS, A_TIME))
def test_whatever_happens_both_end_with_one_journal(first: int) -> None:
    for seed in range(first, first + A_TIME):
        outcome = simulate(seed)
        assert outcome.broken is None, f"make simulate SEED={seed}\n" + "\n".join(outcome.story)


@pytest.mark.long
@pytest.mark.parametrize(
    "first",
    [
        1_000_000,
        *(
            pytest.param(first, marks=pytest.mark.exhaustive)
            for first in range(1_000_300, 1_003_000, 300)
        ),
    ],
)
def test_whatever_happens_in_many_more_lives(first: int) -> None:
    for seed in range(first, first + 300):
        outcome = simulate(seed)
        assert outcome.broken is None, f"make simulate SEED={seed}\n" + "\n".join(outcome.story)


def test_one_seed_gives_one_story_in_every_process() -> None:
    script = (
        "from inglenook_simulation.simulate import simulate;"
        "print(*(simulate(seed).trace.hex() for seed in (3, 11, 36)))"
    )
    paths = [str(ROOT / "tests/harness"), str(ROOT / "tests/simulation")]
    traces = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    ]
    here = " ".join(simulate(seed).trace.hex() for seed in (3, 11, 36)) + "\n"
    assert traces == [here, here]


RARE = {
    "answers with another space",
    "forges a statement",
    "gives a log another device",
    "keeps a removed device",
    "replays an old page",
    "shuffles runs",
    "withholds a log",
}
"""Lies that so few lives are too short for: they need several things to have happened before."""


@pytest.mark.long
def test_common_lies_are_told() -> None:
    told: set[str] = set()
    for seed in range(2_000_000, 2_003_600):
        plan = make_plan(seed)
        if any(planned.step in accidents.LYING for planned in plan):
            told |= simulate(seed, plan).lies.keys()
    assert told >= set(LIES) - RARE
    assert set(LIES) > RARE


def test_every_command_of_the_practices_has_its_place_in_these_lives() -> None:
    """A new command of the registry has to be practised here, or to say where it is tried."""
    assert of_the_registry() - set(ELSEWHERE) == COUNTED - OWN_DEVICES
    assert all((ROOT / where).exists() for where in ELSEWHERE.values())


@pytest.mark.long
def test_every_command_is_given() -> None:
    given: set[str] = set()
    for seed in range(3_000_000, 3_000_000 + ENOUGH_FOR_EVERY_COMMAND):
        plan = make_plan(seed)
        if sum(planned.step is practise for planned in plan) < A_FULL_LIFE:
            continue
        given |= simulate(seed, plan).practised.keys()
        if given >= COUNTED:
            return
    assert given >= COUNTED


def test_every_rule_can_still_be_taken_away() -> None:
    """``make mutants`` changes the sources by their text; that text must still stand there."""
    command = [sys.executable, str(ROOT / "tests/simulation/mutate.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
