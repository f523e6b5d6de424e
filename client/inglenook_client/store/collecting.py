"""Python's collector of cycles, at rest while a transaction makes very many objects.

Admitting thousands of envelopes makes hundreds of thousands of objects, none of them in a cycle.
The collector looks through them again and again for what is not there, and through all that the
program holds besides: a tenth of the time, more in a larger program. What is let go meanwhile is
freed as ever; only cycles wait, for the second that a transaction takes at most.
"""

from __future__ import annotations

import contextlib
import gc
import threading
from collections.abc import Iterator

_lock = threading.Lock()
_pauses = 0
_was_enabled = False


@contextlib.contextmanager
def collector_at_rest() -> Iterator[None]:
    """Pause the collector; several threads may, and the last one to end wakes it again."""
    global _pauses, _was_enabled
    with _lock:
        if _pauses == 0:
            _was_enabled = gc.isenabled()
            gc.disable()
        _pauses += 1
    try:
        yield
    finally:
        with _lock:
            _pauses -= 1
            if _pauses == 0 and _was_enabled:
                gc.enable()
