"""Token buckets: who asks too much at once waits a moment."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from math import ceil


class Buckets:
    """One bucket for each key, bounded in number; keys are held in memory only.

    A bucket holds ``burst`` requests and fills at ``per_second``. When there are more than
    ``max_keys``, the one unused for longest is forgotten, which only ever helps its owner.
    """

    def __init__(self, per_second: float, burst: float, max_keys: int = 10_000) -> None:
        self._per_second = per_second
        self._burst = burst
        self._max_keys = max_keys
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, key: Hashable, now_s: float) -> int:
        """Take one. 0 if it was there, else whole seconds to wait."""
        left, then_s = self._buckets.pop(key, (self._burst, now_s))
        left = min(self._burst, left + (now_s - then_s) * self._per_second)
        allowed = left >= 1
        self._buckets[key] = (left - 1 if allowed else left, now_s)
        if len(self._buckets) > self._max_keys:
            self._buckets.popitem(last=False)
        return 0 if allowed else max(1, ceil((1 - left) / self._per_second))
