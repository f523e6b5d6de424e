"""What two people come to record, scene by scene: see ``years.py``.

A scene yields minutes to wait, or an ``Act``; what it is given for an act is the event's id.
``A_WEEK`` says how often each begins. The figures are guesses at a lived life, not measured; they
give about forty events a day, a third of them of practices.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from inglenook_harness.scenes import needing, revealing, talking, tending, words
from inglenook_harness.years import Scene, Years

AT_FIRST: Final[tuple[Callable[[Years], Scene], ...]] = (
    tending.zone,
    talking.rules,
    tending.ritual,
    tending.ritual,
    tending.ritual,
    words.moment,
    tending.looking_back,
    tending.commitment,
)

A_WEEK: Final[dict[Callable[[Years], Scene], float]] = {
    words.moment: 86,
    words.check_in: 24,
    words.thanks: 18,
    talking.conversation: 2,
    talking.pause: 0.15,
    needing.need: 0.25,
    needing.tender: 0.6,
    tending.ritual: 0.06,
    tending.kept: 14,
    tending.activity: 1,
    tending.couple_time: 1.2,
    tending.topic: 4,
    tending.short_word: 2,
    tending.affection: 3,
    tending.milestone: 0.7,
    tending.keepsake: 0.15,
    tending.commitment: 0.02,
    tending.looking_back: 0.02,
    revealing.week_review: 1.2,
    revealing.step_review: 0.5,
    revealing.setback: 0.15,
    words.page: 8,
    words.inventory: 0.5,
    words.reflection: 0.7,
    words.kindness: 1.5,
    words.hiding: 0.2,
    words.naming: 0.05,
}
