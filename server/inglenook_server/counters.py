"""Counts for the operator: sums over everybody, about nobody."""

from __future__ import annotations


class Counters:
    """What was done since the start: sums only, about nobody."""

    def __init__(self) -> None:
        self.events_stored = 0
        self.pushes = 0
        self.pulls = 0
        self.pages_streamed = 0
        self.readers_dropped = 0
        self.answers_by_code: dict[str, int] = {}
