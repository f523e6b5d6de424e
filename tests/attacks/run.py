"""Carry out every attack of an active relay and print what came of it: `make attacks`.

Each row is what the run gave. Where one does not hold, that is said, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import textwrap
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/harness"), str(ROOT / "tests/simulation")]

from inglenook_attacks.everything import ATTACKS  # noqa: E402
from inglenook_attacks.registry import carry_out  # noqa: E402
from inglenook_attacks.scene import Scenes  # noqa: E402

_WIDTHS = 38, 30


def _row(attack: str, how: str, reads: str) -> None:
    """Three columns, each wrapped."""
    last = max(40, shutil.get_terminal_size((132, 24)).columns - sum(_WIDTHS) - 4)
    cells = [
        textwrap.wrap(text, width) or [""]
        for text, width in zip((attack, how, reads), (*_WIDTHS, last), strict=True)
    ]
    for at in range(max(map(len, cells))):
        parts = [cell[at] if at < len(cell) else "" for cell in cells]
        line = "  ".join(
            part.ljust(width) for part, width in zip(parts, (*_WIDTHS, 0), strict=True)
        )
        sys.stdout.write(line.rstrip() + "\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description="Attack two people's journals by their relay.")
    parser.add_argument("--only", default="", help="attacks whose name has this in it")
    only = parser.parse_args().only
    began = time.monotonic()
    wrong = count = 0
    with tempfile.TemporaryDirectory(prefix="inglenook-attacks-") as folder:
        scenes = Scenes(Path(folder))
        _row("A relay that …", "is noticed by", "and the person reads")
        _row("-" * _WIDTHS[0], "-" * _WIDTHS[1], "-" * 40)
        try:
            for name, attack in ATTACKS.items():
                if only not in name:
                    continue
                count += 1
                try:
                    seen = carry_out(attack, scenes.get())
                except Exception as error:  # told as a row; the rest goes on
                    wrong += 1
                    _row(name, "DOES NOT HOLD", f"{type(error).__name__}: {error}"[:400])
                else:
                    _row(name, seen.how, seen.reads)
        finally:
            scenes.close()
    seconds = time.monotonic() - began
    sys.stdout.write(
        f"\n{count} attacks, {wrong} that did not hold, {seconds:.0f} s."
        " After each, the relay was honest again: equal digests, nothing odd left.\n"
    )
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main())
