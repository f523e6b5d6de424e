"""Write the test vectors of SPEC.md: `python tests/vectors/generate.py [--out DIR]`.

Everything is derived from one seed, so running it again gives the same bytes.  Wraps alone draw
entropy: those that stand in `v1/wraps.json` are kept, and checked by opening them by hand.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from gen.basics import envelope, hashing, identity
from gen.epochs import Wraps, epochs
from gen.events import events
from gen.exports import exports
from gen.folds import admission, clocks, folds
from gen.linking import linking
from gen.messages import login, messages
from gen.pairing import blobs, pairing, reveal
from gen.proofs import proofs
from gen.records import records
from gen.rosters import rosters, statements
from gen.runs import runs

HERE = Path(__file__).resolve().parent


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Write the test vectors of SPEC.md.")
    parser.add_argument("--out", type=Path, default=HERE / "v1", help="where to write")
    parser.add_argument(
        "--frozen", type=Path, default=HERE / "v1" / "wraps.json", help="the wraps to keep"
    )
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    wraps = Wraps(options.frozen)
    made = [epochs(wraps), exports(wraps), wraps.file]
    for make in (
        hashing, records, identity, envelope, runs, statements, rosters, events, clocks, folds,
        admission, messages, login, pairing, linking, reveal, blobs, proofs,
    ):  # fmt: skip
        made.append(make())
    for file in made:
        file.write(options.out)


if __name__ == "__main__":
    main()
