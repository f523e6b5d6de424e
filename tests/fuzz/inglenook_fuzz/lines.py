"""Which lines of a target's packages inputs reach: for the report, and to choose a corpus."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from inglenook_fuzz import target as target_module
from inglenook_fuzz.target import Target

Line = tuple[str, int]
Trace = Any


def _lines_of(code: CodeType) -> set[int]:
    """Lines of every function in it; what a module does while it is loaded is left out."""
    found: set[int] = set()
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            if inner.co_flags & 2:  # a function, not the body of a class
                found |= {line for *_, line in inner.co_lines() if line is not None}
                found.discard(inner.co_firstlineno)
            found |= _lines_of(inner)
    return found


class Lines:
    """Replays inputs of a target and looks where they go."""

    def __init__(self, target: Target) -> None:
        self._one = target.one
        self._packages = target.packages
        self._files = {str(path) for name in target.packages for path in _files(name)}
        self.seen: set[Line] = set()
        self._marks: set[str] = set()

    def _trace(self, frame: FrameType, event: str, _: object) -> Trace:
        if frame.f_code.co_filename not in self._files:
            return None
        if event == "line":
            self.seen.add((frame.f_code.co_filename, frame.f_lineno))
        return self._trace

    def news(self, source: bytes) -> bool:
        """Whether this input reaches anything that no earlier one did."""
        before = len(self.seen), len(self._marks)
        target_module.landmarks[:] = [_nothing]
        threading.settrace(self._trace)
        sys.settrace(self._trace)
        try:
            self._one(source)
        finally:
            sys.settrace(None)
            threading.settrace(None)
            target_module.landmarks.clear()
        self._marks |= target_module._number_by_landmark.keys()
        return before != (len(self.seen), len(self._marks))

    def coverage(self, inputs: Iterable[bytes]) -> tuple[int, int]:
        """Lines reached by these inputs, and all that there are."""
        for each in inputs:
            self.news(each)
        every = {line for name in self._packages for line in lines_of(name)}
        return len(self.seen & every), len(every)


def _nothing() -> None:
    pass


def lines_of(package: str) -> set[Line]:
    """Every line of a package's functions."""
    return {
        (str(path), line)
        for path in _files(package)
        for line in _lines_of(compile(path.read_text(), str(path), "exec"))
    }


def _files(name: str) -> list[Path]:
    module = importlib.import_module(name)
    path = Path(module.__file__ or "")
    return sorted(path.parent.rglob("*.py")) if path.name == "__init__.py" else [path]
