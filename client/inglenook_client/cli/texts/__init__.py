"""What people read, one table per area.

All sentences stand here and in the commands' help, as plain constants in English; ``make words``
gathers them into the catalogue. ``{}`` fields are filled by name. A table by number, ``{1: ...,
2: ...}``, is singular and plural and is read by ``render.counts.counted``.

A face that speaks another language calls ``translate_tables``: whoever then reads a constant of
a table gets it in that language. So constants are read where they are used, as
``writing.SHARED``, and never copied into another constant.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from inglenook_client.language import translated


class _Table(ModuleType):
    """A module whose constants are read in the language of now."""

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        return translated(value) if name.isupper() else value


def translate_tables() -> None:
    """Let every table be read in the language of now."""
    import importlib
    import pkgutil

    for found in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{found.name}").__class__ = _Table
