"""How long to wait before trying again: exponential with full jitter. Pure."""

from __future__ import annotations

from collections.abc import Callable


class Backoff:
    """Waits that grow from a quick first retry to a cap.

    Full jitter (a wait is uniform between nothing and its bound) keeps two devices that
    lost one relay from coming back in step.
    """

    def __init__(
        self, random: Callable[[], float], *, first_s: float = 0.5, cap_s: float = 60.0
    ) -> None:
        """``random``: uniform in [0, 1). ``first_s`` bounds the first wait, ``cap_s`` all."""
        self._random = random
        self._first_s = first_s
        self._cap_s = cap_s
        self._tries = 0

    def next_s(self) -> float:
        """Seconds to wait before the next attempt."""
        bound = min(self._cap_s, self._first_s * 2.0**self._tries)
        # Beyond the cap nothing grows any more; the count need not either.
        if bound < self._cap_s:
            self._tries += 1
        return self._random() * bound

    def reset(self) -> None:
        """An attempt went well: the next loss is retried quickly again."""
        self._tries = 0
