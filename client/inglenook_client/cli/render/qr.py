"""An invite as a QR code in the terminal, for a camera on the other side."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Final

_BORDER: Final = 2
_HALVES: Final = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}


def qr(text: str) -> Iterator[str]:
    """Lines of half blocks; nothing if the window is too narrow for it.

    Dark on light whatever the terminal's colours are; without colours, light shows as blocks,
    as on the usual dark ground.
    """
    import segno

    rows = [list(row) for row in segno.make(text, error="l", micro=False).matrix_iter(1, _BORDER)]
    width = len(rows[0])
    if width > shutil.get_terminal_size().columns:
        return
    plain = bool(os.environ.get("NO_COLOR"))
    rows += [[0] * width] * (len(rows) % 2)
    for upper, lower in zip(rows[::2], rows[1::2], strict=True):
        if plain:
            yield "".join(
                _HALVES[1 - dark, 1 - below] for dark, below in zip(upper, lower, strict=True)
            )
        else:
            halves = (_HALVES[dark, below] for dark, below in zip(upper, lower, strict=True))
            yield f"\x1b[30;107m{''.join(halves)}\x1b[0m"
