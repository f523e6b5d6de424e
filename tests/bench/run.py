"""``make bench``: measure what the project promises, each figure beside a floor or a peer.

    python tests/bench/run.py [--only a,c] [--quick]

Figures mean something on a quiet machine only; ratios within one run mean more than numbers.
The table goes to stdout, everything to bench-out/bench.json.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "harness"))
os.environ["PYTHONPATH"] = str(ROOT / "tests" / "bench")  # for the processes that are started

import msgspec  # noqa: E402

from inglenook_bench.figures import Figure, table  # noqa: E402
from inglenook_bench.scene import Scene  # noqa: E402

MODULES = {
    "a": "pulling",
    "b": "ingest",
    "c": "latency",
    "d": "startup",
    "e": "memory",
    "f": "sizes",
    "g": "growth",
    "h": "years",
}


async def measure(letters: list[str], *, quick: bool) -> list[Figure]:
    """All figures asked for, one after another."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="inglenook-bench-") as directory:
        scene = Scene(Path(directory), quick=quick)
        for letter in letters:
            name = MODULES[letter]
            print(f"({letter}) {name}", file=sys.stderr, flush=True)
            module = importlib.import_module(f"inglenook_bench.{name}")
            figures += await module.measure(scene)
    return figures


def main() -> int:
    """Gives 1, with --strict, if a figure does not reach what it should."""
    parser = argparse.ArgumentParser(description="Measure Inglenook.")
    parser.add_argument("--only", default=",".join(MODULES), help="letters, such as a,c")
    parser.add_argument("--quick", action="store_true", help="a tenth of the input")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if a figure falls short")
    chosen = parser.parse_args()
    letters = [letter for letter in chosen.only.split(",") if letter]
    if unknown := set(letters) - set(MODULES):
        parser.error(f"there is no figure {', '.join(sorted(unknown))}")
    begin = time.time()
    load = os.getloadavg()[0]
    figures = asyncio.run(measure(letters, quick=chosen.quick))
    print(table(figures))
    out = ROOT / "bench-out"
    out.mkdir(exist_ok=True)
    about = {
        "quick": chosen.quick,
        "seconds": round(time.time() - begin, 1),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_before": load,
        "load_after": os.getloadavg()[0],
        "figures": figures,
    }
    encoded = msgspec.json.format(msgspec.json.encode(about), indent=2)
    (out / "bench.json").write_bytes(encoded + b"\n")
    return int(chosen.strict and any(figure.holds is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
