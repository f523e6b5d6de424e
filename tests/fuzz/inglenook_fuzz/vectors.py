"""Byte strings out of the project's own vectors: what seeds begin from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parents[2] / "vectors" / "v1"


def _resolve(value: Any, pool: dict[str, Any]) -> Any:
    """As ``tests/vectors/README.md`` says: hex, or a recipe for it."""
    match value:
        case {"pool": name}:
            return _resolve(pool[name], pool)
        case {"repeat": [text, count]}:
            return text * count if len(text) * count < 40_000 else None
        case {"concat": parts}:
            resolved = [_resolve(part, pool) for part in parts]
            return None if None in resolved else "".join(resolved)
        case {"count": _}:
            return None
        case _:
            return value


@cache
def cases(file: str) -> tuple[dict[str, Any], ...]:
    """The cases of a file of vectors, with its recipes resolved where they are of a use here."""
    content = json.loads((FOLDER / f"{file}.json").read_text())
    pool = content.get("pool", {})
    return tuple(
        {**case, "in": {name: _resolve(value, pool) for name, value in case["in"].items()}}
        for case in content["cases"]
    )


def byte_strings(file: str, *fields: str, largest: int = 4096) -> Iterator[bytes]:
    """Every value of these fields that is bytes, in the order of the file, each once."""
    seen = set()
    for case in cases(file):
        for side in ("in", "expect"):
            for field in fields:
                text = case.get(side, {}).get(field)
                if isinstance(text, str) and len(text) <= 2 * largest and text not in seen:
                    seen.add(text)
                    try:
                        yield bytes.fromhex(text)
                    except ValueError:
                        continue
