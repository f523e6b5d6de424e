"""Sentences that know their template, so that a face can say them in another language.

What is raised here and in the layers above is English: whoever reads a log, and whoever
compares strings, gets the finished sentence. A face that speaks another language looks the
*template* up in its catalogue and fills in the parameters itself. A sentence without parameters
is its own template and needs no more than ``str``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self


class Message(str):
    """An English sentence made of a template and named parameters.

    ``Message("There is room for {room} tags.", room=8) == "There is room for 8 tags."``

    A parameter that is a ``Message`` is part of the sentence and is translated with it; any
    other is somebody's word, a number or an id, and stays as it is.
    """

    __slots__ = ("parameters", "template")
    template: str
    parameters: Mapping[str, object]

    def __new__(cls, template: str, /, **parameters: object) -> Self:
        """``template`` names its fields as ``str.format`` does."""
        made = super().__new__(cls, template.format(**parameters))
        made.template = template
        made.parameters = parameters
        return made


class Counted(Message):
    """A sentence about a number, with its singular and its plural.

    ``Counted("a day", "{count} days", 3) == "3 days"``. In other languages there are more forms,
    and other numbers that take them.
    """

    __slots__ = ("many", "number")
    many: str
    number: int

    def __new__(cls, one: str, many: str, count: int, /, **parameters: object) -> Self:
        """``{count}`` is among the fields."""
        made = super().__new__(cls, one if count == 1 else many, count=count, **parameters)
        made.template, made.many, made.number = one, many, count
        return made
