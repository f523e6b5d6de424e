"""Asking a database for many rows by their keys."""

from __future__ import annotations

from collections.abc import Iterator


def in_chunks(keys: list[int], size: int) -> Iterator[list[int]]:
    """Chunks of exactly ``size`` keys, then the rest one by one.

    So two statements serve any number of keys, and stay prepared.
    """
    whole = len(keys) - len(keys) % size
    for start in range(0, whole, size):
        yield keys[start : start + size]
    for key in keys[whole:]:
        yield [key]
