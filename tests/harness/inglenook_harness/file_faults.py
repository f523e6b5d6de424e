"""Faults at every call that a function makes to the file system.

    faults = FileFaults(monkeypatch)
    how_many = faults.count(work)                 # the points of one whole run
    faults.stop(7, OSError(EIO, ""), work)        # the call fails; what tidies up, runs
    faults.look(7, copy_everything, work)         # what a kill there would leave: look, and go on

A point lies before and after each call that makes, names, syncs or removes a file or folder.
*Before*, the call never happens; *after*, it did, and what follows does not: a Ctrl-C, or a folder
that can't be synced once its file has got its name.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

_CALLS = ("open", "fsync", "replace", "link", "unlink", "rename", "mkdir", "rmdir")


class FileFaults:
    """Watches the calls of this process while work is under way."""

    def __init__(self, monkeypatch: Any) -> None:
        self.points: list[str] = []
        """Those of the last run, up to where something was done at one."""
        self._at: int | None = None
        self._strike: Callable[[], None] = lambda: None
        self._watching = False
        for name in _CALLS:
            monkeypatch.setattr(os, name, self._watched(name, getattr(os, name)))

    def _watched(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **more: Any) -> Any:
            self.point(f"before {name}")
            outcome = real(*given, **more)
            try:
                self.point(f"after {name}")
            except BaseException:
                if name == "open":  # whoever asked never gets it, and could not close it
                    os.close(outcome)
                raise
            return outcome

        return call

    def point(self, name: str) -> None:
        """A place where it may end. Other ports than the file system have some, too."""
        if not self._watching:
            return
        self.points.append(name)
        if len(self.points) - 1 == self._at:
            self._watching = False  # what tidies up is left in peace
            self._strike()

    def _run(
        self, at: int | None, strike: Callable[[], None], work: Callable[[], object]
    ) -> BaseException | None:
        self.points, self._at, self._strike, self._watching = [], at, strike, True
        try:
            work()
        except BaseException as error:
            return error
        finally:
            self._watching = False
        return None

    def count(self, work: Callable[[], object]) -> int:
        """How many points ``work`` has, which must do well."""
        if error := self._run(None, lambda: None, work):
            raise error
        return len(self.points)

    def stop(
        self, at: int, fault: BaseException, work: Callable[[], object]
    ) -> BaseException | None:
        """Raise ``fault`` at a point; gives what ``work`` ended with."""

        def strike() -> None:
            raise fault

        error = self._run(at, strike, work)
        assert len(self.points) == at + 1, "the point was never reached"
        return error

    def look(self, at: int, look: Callable[[], object], work: Callable[[], object]) -> None:
        """Call ``look`` at a point; ``work`` goes on, and must do well."""
        if error := self._run(at, lambda: (look(), None)[1], work):
            raise error
        assert len(self.points) == at + 1, "the point was never reached"
