"""``make month``: two people live a month by nook commands, over a real relay on this computer.

    python tests/scripts/run_month.py [--keep FOLDER]

Prints every command, the last week as each of the two reads it, and the digests of both.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "harness"))

from inglenook_harness.month import play  # noqa: E402
from inglenook_harness.relay import RelayProcess  # noqa: E402


def main() -> int:
    """Gives 1 if the two do not hold the same."""
    parser = argparse.ArgumentParser(description="Play a month of two people.")
    parser.add_argument("--keep", type=Path, help="leave both profiles in this new folder")
    chosen = parser.parse_args()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="inglenook-month-") as directory:
        folder = chosen.keep or Path(directory)
        folder.mkdir(exist_ok=True)
        with RelayProcess(folder / "relay") as relay:
            played = play(folder, relay, say=lambda line: print(line, flush=True))
    alike = len(set(played.digests.values())) == 1
    print(
        f"\n{played.commands} commands in {time.monotonic() - begin:.0f} s;"
        f" both hold {'the same' if alike else 'something else, and they should not'}."
    )
    return int(not alike)


if __name__ == "__main__":
    sys.exit(main())
