"""Reviews that open when both are ready (PRACTICES 17, 21, 22)."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from inglenook_client.core.model import RoundView
from inglenook_client.core.practices.reviewing import (
    EFFORTS,
    PARTS,
    SETBACK,
    STEP_REVIEW,
    WEEK_REVIEW,
)
from inglenook_simulation.commands.base import At, Choice, Command, looks

_OVER: Final = ("opened", "together")


async def _rounds(at: At, practice: str) -> list[tuple[dict[str, Any], RoundView | None]]:
    """The rounds of this week that could be meant, each as it stands."""
    ways: list[dict[str, Any]] = [{}]
    if practice == STEP_REVIEW:
        ways = [{"step": step.id} for step in await at.journal.stepping.all()]
    return [(way, await at.journal.revealing.show(practice, **way)) for way in ways]


def _answers(at: At, practice: str) -> dict[str, str]:
    if practice == STEP_REVIEW:
        return {"effort": at.random.choice(EFFORTS), "note": at.secret()}
    first = "appreciated" if practice == WEEK_REVIEW else "happened"
    return {first: at.secret(), "helped": at.secret()}


def writing(practice: str) -> Command:
    """Draft one's own half, or change it; that takes being ready back."""

    async def choices(at: At) -> list[Choice]:
        answers = _answers(at, practice)
        return [
            Choice(
                f"drafts {' and '.join(answers.values())}" + _told(way),
                partial(at.journal.revealing.draft, practice, answers, **way),
                view is None or view.stage not in _OVER,
            )
            for way, view in await _rounds(at, practice)
        ]

    return choices


def saying_ready(practice: str) -> Command:
    """Be ready; the other is not told."""

    async def choices(at: At) -> list[Choice]:
        return [
            Choice(
                "is ready" + _told(way),
                partial(at.journal.revealing.ready, practice, **way),
                _can_be_ready(view, practice),
            )
            for way, view in await _rounds(at, practice)
        ]

    return choices


def _can_be_ready(view: RoundView | None, practice: str) -> bool | None:
    if view is None or view.stage in _OVER or view.draft is None:
        return False
    # An app of another make may have drafted answers to what nobody asks.
    asked = all(part.name in PARTS[practice] for part in view.mine)
    return True if asked and view.stage == "draft" else None


def taking_back(practice: str) -> Command:
    """Not ready after all."""

    async def choices(at: At) -> list[Choice]:
        return [
            Choice(
                "is not ready after all" + _told(way),
                partial(at.journal.revealing.take_back, practice, **way),
                view is not None and view.stage == "ready",
            )
            for way, view in await _rounds(at, practice)
        ]

    return choices


def showing(practice: str) -> Command:
    """Look at the round of this week."""

    async def choices(at: At) -> list[Choice]:
        return [
            Choice(
                "looks at the round" + _told(way),
                partial(at.journal.revealing.show, practice, **way),
            )
            for way, _ in await _rounds(at, practice)
        ]

    return choices


def _told(way: dict[str, Any]) -> str:
    return f" about the step {way['step'][:6]}" if way else ""


COMMANDS: Final[dict[str, Command]] = {
    "step-review": looks("looks at step reviews", lambda j: j.revealing.opened(STEP_REVIEW)),
    "step-review show": showing(STEP_REVIEW),
    "step-review write": writing(STEP_REVIEW),
    "step-review ready": saying_ready(STEP_REVIEW),
    "step-review take-back": taking_back(STEP_REVIEW),
    "review": looks("looks at week reviews", lambda j: j.revealing.opened(WEEK_REVIEW)),
    "review write": writing(WEEK_REVIEW),
    "review ready": saying_ready(WEEK_REVIEW),
    "review take-back": taking_back(WEEK_REVIEW),
    "setback": looks("looks at setbacks", lambda j: j.revealing.opened(SETBACK)),
    "setback write": writing(SETBACK),
    "setback ready": saying_ready(SETBACK),
    "setback take-back": taking_back(SETBACK),
}
