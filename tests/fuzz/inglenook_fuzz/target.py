"""What a target is, and what each of them may rely on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from inglenook_protocol.errors import RemoteProtocolError


class Broken(AssertionError):  # noqa: N818 - says what does not hold
    """Something that must hold for every input does not."""


def hold(condition: object, what: str) -> None:
    """Raise ``Broken`` unless ``condition`` holds; not an assert, which -O would drop."""
    if not condition:
        raise Broken(what)


def refusal(call: Callable[[], object]) -> RemoteProtocolError | None:
    """The typed error of a call; every other one goes on its way and ends the fuzzer."""
    try:
        call()
    except RemoteProtocolError as error:
        hold(error.reject and error.message, "a refusal without a class or words")
        return error
    return None


landmarks: list[Callable[[], None]] = []
"""Instrumented functions that do nothing, handed in by the driver."""
_number_by_landmark: dict[str, int] = {}


def reached(*what: object) -> None:
    """Tell the fuzzer of something new that no line of ours shows: which of many decoders took a
    record, in which class something was refused. An input that reaches it first is kept."""
    if landmarks:
        name = " ".join(str(each) for each in what)
        number = _number_by_landmark.setdefault(name, len(_number_by_landmark))
        if number < len(landmarks):
            landmarks[number]()


@dataclass(frozen=True)
class Target:
    """One thing that is fuzzed."""

    name: str
    one: Callable[[bytes], None]
    """Try an input. Raises for what must not be: any error that is not a refusal, ``Broken``."""
    seeds: Callable[[], Iterable[bytes]]
    """Inputs to begin with, from vectors and real traffic."""
    packages: tuple[str, ...]
    """Where the lines lie that it is there to reach."""
    max_bytes: int = 4096


def whole(value: Any, low: int, high: int, default: int = 0) -> int:
    """A number of a program, within bounds."""
    if isinstance(value, bool) or not isinstance(value, int):
        return default
    return low + (value - low) % (high - low + 1) if not low <= value <= high else value


def raw(value: Any) -> bytes:
    """Bytes of a program."""
    return value if isinstance(value, bytes) else b""


def items(value: Any, most: int = 64) -> list[Any]:
    """A list of a program, bounded."""
    return value[:most] if isinstance(value, list) else []
