"""``nook`` in a process of its own whose clock is off.

    python -m inglenook_harness.clocks SECONDS timeline --json

The wall clock alone is moved, before anything of the program is loaded; waiting is as ever.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs

import datetime
import subprocess
import sys
import time
from pathlib import Path

YEAR_S = 31_557_600


def move(seconds):
    """Let every clock of this process be so many seconds ahead."""
    real_s, real_ns, real = time.time, time.time_ns, datetime.datetime

    class Moved(real):  # type: ignore[valid-type, misc]
        @classmethod
        def now(cls, tz=None):
            return cls.fromtimestamp(real_s() + seconds, tz)

    time.time = lambda: real_s() + seconds
    time.time_ns = lambda: real_ns() + seconds * 1_000_000_000
    datetime.datetime = Moved  # type: ignore[misc]


def run_at(person, seconds, *arguments, zone=None):
    """A command of ``person``'s under a clock that is ``seconds`` ahead, in a time zone."""
    ended = subprocess.run(
        [sys.executable, "-m", "inglenook_harness.clocks", str(seconds), *arguments],
        env=person.environment()
        | {"PYTHONPATH": str(Path(__file__).parents[1])}
        | ({} if zone is None else {"TZ": zone}),
        capture_output=True,
        text=True,
        timeout=60,
    )
    return person._ended(ended.returncode, ended.stdout, ended.stderr)


if __name__ == "__main__":
    move(int(sys.argv[1]))
    from inglenook_client.cli import app

    sys.exit(app.main(sys.argv[2:]))
