"""Figures: what was measured, what it is held against, and whether it reaches what it should."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import msgspec


class Figure(msgspec.Struct, frozen=True):
    """One line of the table. ``holds`` is None for what is only reported."""

    letter: str
    what: str
    value: float
    unit: str
    peer: str
    """What was measured beside it in the same run."""
    peer_value: float | None
    reach: str
    holds: bool | None
    samples: Sequence[float] = ()
    peer_samples: Sequence[float] = ()

    @property
    def ratio(self) -> float | None:
        return None if not self.peer_value else self.value / self.peer_value


def compare(
    letter: str,
    what: str,
    samples: Sequence[float],
    unit: str,
    peer: str,
    peer_samples: Sequence[float],
) -> Figure:
    """A figure of two medians, without a target yet."""
    peer_value = median(peer_samples) if peer_samples else None
    return Figure(
        letter, what, median(samples), unit, peer, peer_value, "", None, samples, peer_samples
    )


def reaching(figure: Figure, reach: str, holds: bool) -> Figure:
    """The same with its target."""
    return msgspec.structs.replace(figure, reach=reach, holds=holds)


def percentile(samples: Sequence[float], share: float) -> float:
    """The value that ``share`` of the samples don't exceed."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _number(value: float | None) -> str:
    if value is None:
        return ""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def table(figures: Sequence[Figure]) -> str:
    """All figures as text."""
    head = ("", "figure", "value", "unit", "beside it", "value", "ratio", "reach", "holds")
    rows = [
        (
            f.letter,
            f.what,
            _number(f.value),
            f.unit,
            f.peer,
            _number(f.peer_value),
            "" if f.ratio is None else f"{f.ratio:.2f}",
            f.reach,
            "" if f.holds is None else "yes" if f.holds else "NO",
        )
        for f in figures
    ]
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    right = {2, 5, 6}
    lines = [
        "  ".join(
            c.rjust(w) if i in right else c.ljust(w)
            for i, (c, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in [head, *rows]
    ]
    lines.insert(1, "  ".join("-" * w for w in widths))
    return "\n".join(line.rstrip() for line in lines)
