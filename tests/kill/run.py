"""Many kills of the relay and of clients under load; prints what it came to.

    .venv/bin/python tests/kill/run.py --kills 500

Exit code 0 if nothing acknowledged was lost, nothing stands twice, both sides hold the same and
an emptied relay was filled again.
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "harness"))

from inglenook_harness.killing import kill_under_load


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--kills", type=int, default=500, help="how many; 500 if unsaid")
    parser.add_argument("--seed", type=int, default=1, help="draws who is killed, and when")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nook-kill-") as folder:
        summary = kill_under_load(Path(folder), kills=options.kills, seed=options.seed)
    print(summary)
    for flaw in summary.flaws:
        print(f"flaw: {flaw}")
    return 1 if summary.flaws else 0


if __name__ == "__main__":
    sys.exit(main())
