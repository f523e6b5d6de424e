"""``make mutants``: take one rule away at a time, and see which test notices.

    python tests/simulation/mutate.py [--only WORDS] [--workers 2] [--check]

Each change is made in a copy of the three packages that stands before them on the path. Prints
rule after rule with what noticed; exits with 1 if a rule can go without anybody noticing, and
with 2 if a change no longer fits the sources (``--check`` looks at that alone).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

import mutants_of_formats  # noqa: E402
import mutants_of_meetings  # noqa: E402
import mutants_of_practices  # noqa: E402
import mutants_of_relays  # noqa: E402
import mutants_of_stores  # noqa: E402
from mutant import SIMULATION, Mutant  # noqa: E402

MUTANTS = [
    *mutants_of_formats.MUTANTS,
    *mutants_of_stores.MUTANTS,
    *mutants_of_relays.MUTANTS,
    *mutants_of_meetings.MUTANTS,
    *mutants_of_practices.MUTANTS,
]

PACKAGES = (
    "protocol/inglenook_protocol",
    "client/inglenook_client",
    "server/inglenook_server",
)
SEEDS = 300
LONGEST_S = 300

_SEEDS = f"""
import sys
from inglenook_simulation.simulate import simulate
for seed in range({SEEDS}):
    broken = simulate(seed).broken
    if broken:
        print("seed", seed, broken.strip().splitlines()[-1][:60])
        sys.exit(1)
"""


def misfits() -> list[str]:
    """Changes that do not fit the sources any more."""
    return [
        f"{m.clause} {m.rule}: {count} places in {m.path}"
        for m in MUTANTS
        if (count := (ROOT / m.path).read_text(encoding="utf-8").count(m.old)) != 1
    ]


def notice(mutant: Mutant | None) -> str | None:
    """What notices that the rule is gone; None if nothing does. Without a mutant: what is
    noticed where nothing was taken away, which must be nothing."""
    with tempfile.TemporaryDirectory() as folder:
        for package in PACKAGES:
            shutil.copytree(
                ROOT / package,
                Path(folder) / package,
                ignore=shutil.ignore_patterns("__pycache__"),
            )
        if mutant is None:
            everything = dict.fromkeys(m.by for m in MUTANTS)
            return next((noticed for by in everything if (noticed := _run(by, folder))), None)
        path = Path(folder) / mutant.path
        head, tail = path.read_text(encoding="utf-8").split(mutant.old)
        path.write_text(head + mutant.new + tail, encoding="utf-8")
        first = [] if mutant.by == SIMULATION else [mutant.by]
        for by in [*first, SIMULATION]:
            if noticed := _run(by, folder):
                return noticed
    return None


def _run(by: str, folder: str) -> str | None:
    before = [str(Path(folder) / Path(package).parent) for package in PACKAGES]
    ours = [str(ROOT / "tests/harness"), str(HERE)]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([*before, *ours]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-c", _SEEDS]
    if by != SIMULATION:
        quick = ["-x", "-q", "-n", "0", "--no-header", "--tb=no", "-p", "no:cacheprovider"]
        command = [sys.executable, "-m", "pytest", *quick, *by.split()]
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LONGEST_S
        )
    except subprocess.TimeoutExpired:
        return f"{by.split()[0]}: it came to no end"
    if done.returncode == 0:
        return None
    for line in done.stdout.splitlines():
        if line.startswith(("FAILED", "ERROR", "seed")):
            return line.split(" - ")[0][:110]
    return f"{by.split()[0]}: {(done.stderr or done.stdout).strip().splitlines()[-1][:70]}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="rules whose name or clause has these words")
    parser.add_argument("--skip", type=int, default=0, help="go on after so many rules")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--check", action="store_true", help="only whether all changes fit")
    asked = parser.parse_args()
    if odd := misfits():
        print("These changes do not fit the sources any more:", *odd, sep="\n  ")
        return 2
    if asked.check:
        return 0
    if not asked.skip and (noticed := notice(None)):
        print(f"With nothing taken away: {noticed}")
        return 2
    chosen = [m for m in MUTANTS if asked.only in f"{m.clause} {m.rule}"][asked.skip :]
    survived = []
    with ThreadPoolExecutor(asked.workers) as pool:
        for mutant, noticed in zip(chosen, pool.map(notice, chosen), strict=True):
            print(f"{mutant.clause:<6}{mutant.rule:<44}{noticed or 'NOBODY NOTICED'}", flush=True)
            if noticed is None:
                survived.append(mutant)
    print(f"{len(chosen)} rules, {len(survived)} that nobody would miss")
    return 1 if survived else 0


if __name__ == "__main__":
    raise SystemExit(main())
