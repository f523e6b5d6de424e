"""A round of mutual reveal: one's own words, and the other's beside them once both are open."""

from __future__ import annotations

from inglenook_client.cli.render import dates
from inglenook_client.cli.render.page import DAY, QUIET, Page, person
from inglenook_client.cli.speaking import begin_sentence, called
from inglenook_client.cli.texts import reviewing
from inglenook_client.core.model import PartView, RoundView
from inglenook_client.core.practices.recurring import days_of_week

Column = list[tuple[str, str]]


def answer(part: PartView) -> str:
    """An answer as a person reads it."""
    return (
        reviewing.ANSWERS.get(part.text, part.text)
        if part.name in ("effort", "wish")
        else (part.text)
    )


def _column(title: str, style: str, parts: list[PartView]) -> Column:
    lines: Column = [(title, f"bold {style}".strip())]
    for part in parts:
        lines.append((reviewing.HEADINGS.get(part.name, part.name), QUIET))
        lines.append((answer(part), ""))
    return lines


def title(view: RoundView) -> str:
    """What the round is, and of which week."""
    monday = days_of_week(view.week)[0].isoformat()
    first = dates.day(monday, dates.today(), near=False)
    return reviewing.TITLES[view.practice].format(first=first)


def round_(
    page: Page, view: RoundView, names: tuple[str, str | None], command: tuple[str, str], step: str
) -> None:
    """A whole round. ``command``: its name, and the step as it is typed; ``step``: what it is."""
    me, partner = names
    page.gap()
    page.line((title(view), DAY))
    if step:
        page.line(reviewing.ABOUT_STEP.format(what=step), indent=2)
    page.gap()
    if view.theirs is not None:
        columns = [
            _column(me, person("me"), view.mine),
            _column(begin_sentence(called(partner)), person("partner"), view.theirs),
        ]
        page.columns(columns, 2)
        page.gap()
        page.line((reviewing.TOGETHER, QUIET), indent=2)
    else:
        for text, style in _column(me, person("me"), view.mine):
            page.line((text, style), indent=2)
        page.gap()
        for line in where_it_stands(view, partner, command):
            page.line((line, QUIET), indent=2)
    if view.practice == "setback":
        page.line((reviewing.SETBACK_KEEPS, QUIET), indent=2)
    page.gap()


def where_it_stands(view: RoundView, partner: str | None, command: tuple[str, str]) -> list[str]:
    """What its reader did, and what they could do; nothing of the other."""
    name, step = command
    if view.stage == "ready":
        can_be = reviewing.READY_CAN_BE.format(command=name, step=step)
        return [reviewing.STILL_READY, can_be]
    if view.stage == "opened":
        return [begin_sentence(reviewing.OPENED.format(partner=called(partner)))]
    return [reviewing.DRAFTED, reviewing.READY_NEXT.format(command=name, step=step)]
