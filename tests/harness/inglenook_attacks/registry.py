"""The list of attacks: what each is called, what it must be noticed by, and how it is carried out.

What a person reads is never written down here: it is what the run gave.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from inglenook_attacks.scene import Scene, Seen

Run = Callable[[Scene], Seen]


@dataclass(frozen=True)
class Attack:
    """One attack. ``run`` carries it out and gives what Ana met while it lasted."""

    name: str
    noticed: str
    """The notice's name, the kind of the error of `nook sync`, or '' for harmless."""
    run: Run
    quick: bool
    """Whether it runs with every test run."""
    fresh: bool
    """Whether it needs, and leaves behind, a scene of its own."""
    lasting: frozenset[str]
    """Notices that are to stay when the relay is honest again: what happened, happened."""


ATTACKS: dict[str, Attack] = {}


def attack(
    name: str,
    noticed: str,
    *,
    quick: bool = False,
    fresh: bool = False,
    lasting: tuple[str, ...] = (),
) -> Callable[[Run], Run]:
    """Put an attack into the list."""

    def take(run: Run) -> Run:
        assert name not in ATTACKS, name
        ATTACKS[name] = Attack(name, noticed, run, quick, fresh, frozenset(lasting))
        return run

    return take


def carry_out(chosen: Attack, scene: Scene) -> Seen:
    """The whole of it, the honest end included. Raises ``AssertionError`` if it doesn't hold."""
    scene.sound = False
    seen = chosen.run(scene)
    names = {*seen.notices, *([seen.kind] if seen.kind else [])}
    if chosen.noticed:
        assert chosen.noticed in names, (chosen.name, seen)
    else:
        assert not names, (chosen.name, seen)
    scene.conclude(chosen.lasting)
    scene.sound = not chosen.fresh
    return seen
