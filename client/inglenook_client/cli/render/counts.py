"""Sentences with a number in them."""

from __future__ import annotations


def counted(pattern_by_count: dict[int, str], count: int, **named: object) -> str:
    """The sentence for this number; 2 stands for all that have none of their own."""
    return pattern_by_count.get(count, pattern_by_count[2]).format(count=count, **named)
