"""Sentences that know their template, so that a face can say them in another language.

What is raised here and in the layers above is English: whoever reads a log, and whoever
compares strings, gets the finished sentence. A face that speaks another language looks the
*template* up in its catalogue and fills in the parameters itself. A sentence without parameters
is its own template and needs no more than ``str``.
"""

from __future__ import annotations

from collections.abc import Mapping


class Message(str):
    """An English sentence made of a template and named parameters.

    ``Message("There is room for {room} tags.", room=8) == "There is room for 8 tags."``

    A parameter that is a ``Message`` is part of the sentence and is translated with it; any
    other is somebody's word, a number or an id, and stays as it is.
    """

    __slots__ = ("parameters", "template")
    template: str
    parameters: Mapping[str, object]

    def __new__(cls, template: str, /, **parameters: object) -> Message:
        """``template`` names its fields as ``str.format`` does."""
        made = super().__new__(cls, template.format(**parameters))
        made.template = template
        made.parameters = parameters
        return made
