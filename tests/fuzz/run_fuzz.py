"""Fuzz: every target under libFuzzer for its share of the time.

    python tests/fuzz/run_fuzz.py --seconds 1800             # all targets, one after another
    python tests/fuzz/run_fuzz.py --target relay --seconds 60
    python tests/fuzz/run_fuzz.py --target relay --replay .fuzz/relay/crash-…
    python tests/fuzz/run_fuzz.py --keep                     # the smallest inputs that reach all
                                                        # lines go into tests/fuzz/corpus

What was found is in ``.fuzz/TARGET/``. Exit code 1 when an input led to anything but a typed
error; it is saved, and replayed by the command that is printed.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WORK = ROOT / ".fuzz"
PATHS = [
    str(HERE),
    *(str(ROOT / name) for name in ("tests/harness", "tests/simulation")),
    *(str(ROOT / name) for name in ("protocol", "client", "server")),
]
sys.path[:0] = PATHS

from inglenook_fuzz import targets  # noqa: E402 - found through the line before
from inglenook_fuzz.lines import Line, Lines, lines_of  # noqa: E402

LONGEST_INPUT_S = 60
PACKAGES = (
    "inglenook_protocol",
    "inglenook_client.core",
    "inglenook_client.store",
    "inglenook_client.keyring",
    "inglenook_server.core",
    "inglenook_server",
)
MEMORY_MB = 2048


def save(folder: Path, inputs: Iterable[bytes]) -> None:
    """Write inputs, each under its hash."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in inputs:
        (folder / sha256(each).hexdigest()[:16]).write_bytes(each)


def fuzz(name: str, seconds: int) -> tuple[int, int, str]:
    """Run a target: exit code, executions, edges."""
    target = targets.load(name)
    work = WORK / name
    found, seeds, kept = work / "found", work / "seeds", targets.CORPUS / name
    save(seeds, target.seeds())
    for folder in (found, kept):
        folder.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable, "-m", "inglenook_fuzz.driver", name, str(found), str(seeds), str(kept),
        f"-max_total_time={seconds}", f"-max_len={target.max_bytes}", "-print_final_stats=1",
        f"-timeout={LONGEST_INPUT_S}", f"-rss_limit_mb={MEMORY_MB}", f"-artifact_prefix={work}/",
    ]  # fmt: skip
    log = work / "log"
    with log.open("w") as file:
        process = subprocess.run(
            command,
            cwd=HERE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(PATHS)},
            stdout=file,
            stderr=subprocess.STDOUT,
            check=False,
        )
    text = log.read_text(errors="replace")
    runs = re.findall(r"stat::number_of_executed_units: (\d+)|^#(\d+)\t", text, re.MULTILINE)
    count = max((int(a or b) for a, b in runs), default=0)
    edges = re.findall(r"cov: (\d+)", text)
    if process.returncode != 0:
        print(text[-6000:])
        saved = re.findall(r"Test unit written to (\S+)", text)
        where = saved[-1] if saved else "(nothing was saved)"
        print(f"\n{name}: an input led to what must not be. Again:")
        print(f"  {sys.executable} tests/fuzz/run_fuzz.py --target {name} --replay {where}\n")
    return process.returncode, count, edges[-1] if edges else "-"


def replay(name: str, files: list[Path]) -> None:
    """Try inputs once more, without libFuzzer; the first that fails shows its traceback."""
    target = targets.load(name)
    for file in files:
        target.one(file.read_bytes())
        print(f"{name}: {file} is fine")


def inputs_of(name: str) -> list[bytes]:
    """Everything that is known for a target: kept, found, seeds; short ones first."""
    folders = (targets.CORPUS / name, WORK / name / "found", WORK / name / "seeds")
    files = {path for folder in folders for path in folder.glob("*") if path.is_file()}
    return sorted({path.read_bytes() for path in files}, key=lambda each: (len(each), each))


def keep(name: str, room: int) -> None:
    """Let the corpus be the shortest inputs that together reach all lines and landmarks."""
    lines = Lines(targets.load(name))
    chosen, size = [], 0
    for each in inputs_of(name):
        if lines.news(each) and size + len(each) <= room:
            chosen.append(each)
            size += len(each)
    folder = targets.CORPUS / name
    for path in targets.kept_inputs(name):
        path.unlink()
    save(folder, chosen)
    print(f"{name}: {len(chosen)} inputs, {size} bytes")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=140, help="for all targets together")
    parser.add_argument("--target", choices=targets.NAMES, action="append")
    parser.add_argument("--replay", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    names = options.target or list(targets.NAMES)
    if options.replay:
        for name in names:
            replay(name, options.replay)
        return 0
    if options.keep:
        for name in names:
            keep(name, room=100_000)
        return 0
    failed = False
    everywhere: set[Line] = set()
    for name in names:
        began = time.monotonic()
        code, count, edges = fuzz(name, max(1, options.seconds // len(names)))
        took = time.monotonic() - began
        failed = failed or code != 0
        lines = Lines(targets.load(name))
        reached, all_ = lines.coverage(inputs_of(name))
        everywhere |= lines.seen
        print(
            f"{name:<12} {count:>9} executions {count / took:>8.0f}/s {edges:>6} edges"
            f"  lines {reached} of {all_} ({100 * reached // max(1, all_)} %)"
            f"  {'FOUND SOMETHING' if code else 'nothing untyped'}",
            flush=True,
        )
    for package in PACKAGES:
        every = lines_of(package)
        print(f"{package:<26} {len(everywhere & every)} of {len(every)} lines by all together")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
