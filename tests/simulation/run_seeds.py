"""``make simulate``: many seeds, or one with its story.

    python tests/simulation/run_seeds.py [--seeds 10000] [--first 0] [--workers 2]
    python tests/simulation/run_seeds.py --seed 123

Exits with 1 if anything broke. A seed that broke is shrunk, and its story printed; the same
seed gives the same story everywhere.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "harness"), str(ROOT / "tests" / "simulation")]

from inglenook_simulation.commands.registry import COUNTED  # noqa: E402
from inglenook_simulation.simulate import Outcome, shrink, simulate  # noqa: E402

MOST_STORIES = 3


def tell(outcome: Outcome) -> None:
    """The story, and what does not hold."""
    print(f"\nseed {outcome.seed}, {len(outcome.plan)} steps")
    print("\n".join(outcome.story))
    print(f"BROKEN  {outcome.broken}" if outcome.broken else "all holds")


def _one(seed: int) -> tuple[int, str | None, int, dict[str, tuple[int, int]], dict[str, int]]:
    outcome = simulate(seed)
    return seed, outcome.broken, len(outcome.story), outcome.lies, outcome.practised


def run_many(first: int, count: int, workers: int) -> int:
    """Run seeds; gives how many broke."""
    began = time.monotonic()
    broken: list[int] = []
    steps = 0
    told: Counter[str] = Counter()
    noticed: Counter[str] = Counter()
    practised: Counter[str] = Counter()
    with get_context("spawn").Pool(workers) as pool:
        ran = pool.imap_unordered(_one, range(first, first + count), chunksize=20)
        for done, (seed, what, length, lies, commands) in enumerate(ran, 1):
            steps += length
            practised.update(commands)
            told.update({lie: times for lie, (times, _) in lies.items()})
            noticed.update({lie: times for lie, (_, times) in lies.items()})
            if what is not None:
                broken.append(seed)
                print(f"seed {seed}: {what.strip().splitlines()[-1][:200]}", flush=True)
            if done % 1000 == 0:
                rate = done / (time.monotonic() - began) * 60
                print(f"{done} seeds, {rate:.0f} a minute, {len(broken)} broke", flush=True)
    took = time.monotonic() - began
    print(
        f"{count} seeds in {took:.0f} s: {count / took * 60:.0f} seeds a minute on {workers}"
        f" processes, {steps} lines of story, {len(broken)} broke"
    )
    if told:
        print("\nthe relay                   told in  said at once  without effect, or shown later")
        for lie, times in told.most_common():
            print(f"{lie:<28}{times:>7}{noticed[lie]:>14}{times - noticed[lie]:>14}")
    _print_practised(practised)
    for seed in sorted(broken)[:MOST_STORIES]:
        tell(shrink(simulate(seed)))
        print(f"again: make simulate SEED={seed}")
    return len(broken)


def _print_practised(practised: Counter[str]) -> None:
    """How often each command was carried out, the rarest first, in three columns."""
    print(f"\n{sum(practised.values())} commands given, by the command")
    counted = sorted((practised[name], name) for name in COUNTED)
    rows = -(-len(counted) // 3)
    for at in range(rows):
        row = [f"{name:<22}{times:>6}" for times, name in counted[at::rows]]
        print("    ".join(row))
    if never := [name for times, name in counted if not times]:
        print(f"never: {', '.join(never)}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, help="run this one alone and tell its story")
    parser.add_argument("--whole", action="store_true", help="do not shrink what broke")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    if asked.seed is None:
        return 1 if run_many(asked.first, asked.seeds, asked.workers) else 0
    outcome = simulate(asked.seed)
    if simulate(asked.seed).trace != outcome.trace:
        print("BROKEN  the same seed gave two stories")
        return 1
    tell(outcome if asked.whole or not outcome.broken else shrink(outcome))
    return 1 if outcome.broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
