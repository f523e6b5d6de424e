"""What the demo does right now: a line that moves on a terminal, a line each in a file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from inglenook_client.cli.speaking import console, say

if TYPE_CHECKING:
    from rich.status import Status


class Progress:
    """Told of each step; everything else is printed after ``rest``."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._status: Status | None = None

    def step(self, text: str) -> None:
        """Something begins."""
        if self._quiet:
            return
        if not sys.stderr.isatty():
            say(f"  … {text}")
            return
        if self._status is None:
            from rich.status import Status
            from rich.text import Text

            self._status = Status(Text(text, style="dim"), console=console(stderr=True))
            self._status.start()
        else:
            from rich.text import Text

            self._status.update(Text(text, style="dim"))

    def rest(self) -> None:
        """The line goes, until the next step."""
        if self._status is not None:
            self._status.stop()
            self._status = None
