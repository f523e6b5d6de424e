"""Whose hands are at work: the journal's clock and chance are those of the device that acts.

The facade asks the wall clock and the system for random bytes by itself. Here it is given, in
place of both, what the device has that ``acting`` names: virtual time as its clock shows it, and
its own chance. So a command runs as it does for a person, and one seed gives one story.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Self

from inglenook_client.journal import revealing, state

if TYPE_CHECKING:
    from inglenook_simulation.device import Device

_ACTING: ContextVar[Device] = ContextVar("acting")


@contextmanager
def acting(device: Device) -> Iterator[None]:
    """Within, the journal's clock and chance are those of ``device``."""
    token = _ACTING.set(device)
    try:
        yield
    finally:
        _ACTING.reset(token)


class _Here(datetime):
    """A moment where the device is: it knows its offset, and needs no computer's zone."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        device = _ACTING.get()
        place = timezone(timedelta(minutes=device.offset_minutes))
        return cls.fromtimestamp(device.wall_ms() / 1000, tz or place)

    def astimezone(self, tz: tzinfo | None = None) -> Self:
        return self if tz is None else super().astimezone(tz)


class _Time:
    @staticmethod
    def time_ns() -> int:
        return _ACTING.get().wall_ms() * 1_000_000


class _Secrets:
    @staticmethod
    def token_bytes(count: int) -> bytes:
        return _ACTING.get().random.randbytes(count)


@contextmanager
def journals_in_virtual_time() -> Iterator[None]:
    """Within, what the facade asks of the system comes from whoever acts."""
    ours = [(state, "datetime", _Here), (state, "time", _Time), (revealing, "secrets", _Secrets)]
    real = [vars(module)[name] for module, name, _ in ours]
    for module, name, mine in ours:
        vars(module)[name] = mine
    try:
        yield
    finally:
        for (module, name, _), theirs in zip(ours, real, strict=True):
            vars(module)[name] = theirs
