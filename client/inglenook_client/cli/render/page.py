"""A page of text that reads well in the evening: few colours, room, an even left edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.padding import Padding
from rich.text import Text

from inglenook_client.cli.speaking import clean, console

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

ME: Final = "cyan"
PARTNER: Final = "yellow"
QUIET: Final = "dim"
DAY: Final = "bold"
TAG: Final = "dim italic"


class Page:
    """Lines for stdout, printed as they come."""

    def __init__(self) -> None:
        self.console: Console = console()

    def line(self, *parts: tuple[str, str] | str, indent: int = 0) -> None:
        """One paragraph of styled parts; wrapped lines keep the indent."""
        self.put(styled(*parts), indent)

    def put(self, renderable: RenderableType, indent: int = 0) -> None:
        """Anything rich can show, indented."""
        self.console.print(Padding(renderable, (0, 0, 0, min(indent, self.console.width // 4))))

    def gap(self) -> None:
        """An empty line."""
        self.console.print()

    @property
    def wide(self) -> bool:
        """Whether two things fit side by side."""
        return self.console.width >= 72


def styled(*parts: tuple[str, str] | str) -> Text:
    """Parts of text, each with a style or without; never read as markup."""
    text = Text()
    for part in parts:
        content, style = part if isinstance(part, tuple) else (part, "")
        text.append(clean(content), style=style)
    return text


def person(by: str) -> str:
    """The colour of a name: told apart, not ranked."""
    return ME if by == "me" else PARTNER
