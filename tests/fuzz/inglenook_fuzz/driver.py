"""One target under libFuzzer: ``python -m inglenook_fuzz.driver TARGET [libFuzzer's options]``.

Our packages are instrumented as they are imported. New inputs come from ``trees.mutate``, now and
then from libFuzzer's own mutations of plain bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from random import Random
from typing import Any, Final

import atheris

from inglenook_fuzz import target as target_module
from inglenook_fuzz import targets, trees

_PACKAGES: Final = ["inglenook_protocol", "inglenook_client", "inglenook_server"]
_LANDMARKS: Final = 2048


def _landmark() -> Callable[[], None]:
    # Counters belong to code objects: each function has to be compiled by itself.
    made: dict[str, Any] = {}
    exec("def landmark():\n    return None\n", made)
    function: Callable[[], None] = atheris.instrument_func(made["landmark"])
    return function


def main() -> None:
    name = sys.argv.pop(1)
    with atheris.instrument_imports(include=_PACKAGES):
        target = targets.load(name)
    target_module.landmarks += [_landmark() for _ in range(_LANDMARKS)]
    donors = list(target.seeds())

    def mutated(source: bytes, max_size: int, seed: int) -> bytes:
        random = Random(seed)
        if not random.randrange(8):
            return bytes(atheris.Mutate(source, max_size))
        # Those whose first byte says what follows keep it, mostly.
        head = 1 if name in ("seals", "kept") and random.randrange(16) else 0
        new = source[:head] + trees.mutate(source[head:], random, [d[head:] for d in donors])
        return new if len(new) <= max_size else source[:max_size]

    atheris.Setup(sys.argv, target.one, custom_mutator=mutated)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
