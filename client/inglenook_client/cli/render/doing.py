"""Activities, keepsakes and the commitment: a few quiet lines each."""

from __future__ import annotations

from datetime import date

from inglenook_client.cli.render import dates
from inglenook_client.cli.render.entry import short
from inglenook_client.cli.render.page import DAY, QUIET, Page, person
from inglenook_client.cli.texts import doing, reading
from inglenook_client.core.practices.keeping_views import (
    ActivityView,
    CommitmentView,
    CommitmentWords,
    KeepsakeView,
    PlanView,
)


def when(plan: PlanView, now: date) -> str:
    """When something is planned for."""
    day = dates.day(plan.date, now)
    if plan.at is not None:
        day = doing.ACTIVITY_ON_AT.format(day=day, time=plan.at)
    if plan.until is not None:
        return doing.ACTIVITY_UNTIL.format(day=day, until=dates.day(plan.until, now))
    return day


def activities(page: Page, views: list[ActivityView], now: date) -> None:
    """Plans, ideas, and what was done, each under its heading."""
    page.gap()
    if not views:
        page.line(doing.ACTIVITIES_NONE, indent=2)
        page.line(doing.ACTIVITIES_NONE_NEXT, indent=4)
        page.gap()
        return
    headings = {
        "planned": doing.ACTIVITIES_PLANNED,
        "idea": doing.ACTIVITIES_IDEAS,
        "done": doing.ACTIVITIES_DONE,
        "aside": doing.ACTIVITIES_ASIDE,
    }
    for stage, heading in headings.items():
        found = [view for view in views if view.stage == stage]
        if not found:
            continue
        page.line((heading, DAY))
        page.gap()
        for view in found:
            _activity(page, view, now)
        page.gap()
    if any(view.stage == "planned" for view in views):
        page.line((doing.ACTIVITY_DONE_NEXT, QUIET), indent=2)
        page.gap()


def activity(page: Page, view: ActivityView, now: date) -> None:
    """One, with what both remember side by side."""
    page.gap()
    _activity(page, view, now, memories=False)
    page.gap()
    if view.memories:
        columns = [[(one.name, f"bold {person(one.by)}"), (one.text, "")] for one in view.memories]
        page.columns(columns, 4)
        page.gap()


def _activity(page: Page, view: ActivityView, now: date, *, memories: bool = True) -> None:
    page.line((view.idea, "bold"), (f"  {short(view.id)}", QUIET), indent=2)
    for other in view.others:
        page.line((doing.ACTIVITY_ALSO.format(idea=other), QUIET), indent=4)
    if view.note:
        page.line(view.note, indent=4)
    if view.done_on is not None:
        page.line((dates.day(view.done_on, now), QUIET), indent=4)
    elif view.plan is not None and view.stage == "planned":
        page.line(when(view.plan, now), indent=4)
    if view.plan is not None and view.plan.together:
        page.line(doing.ACTIVITY_TOGETHER.format(words=view.plan.together), indent=4)
    for one in view.memories if memories else []:
        page.line((one.name, person(one.by)), (f"  {one.text}", ""), indent=4)


def keepsakes(page: Page, views: list[KeepsakeView]) -> None:
    """What is kept in sight."""
    page.gap()
    if not views:
        page.line(doing.KEEPSAKES_NONE, indent=2)
        page.line(doing.KEEPSAKES_NONE_NEXT, indent=4)
        page.gap()
        return
    page.line((doing.KEEPSAKES_TITLE, DAY))
    page.gap()
    for view in views:
        only = f" · {reading.ONLY_YOU}" if view.visibility == "private" else ""
        mark = f"  {doing.FORMS[view.form]}{only}  {short(view.id)}"
        page.line((view.title, "bold"), (mark, QUIET), indent=2)
        if view.text:
            page.line(view.text, indent=4)
        if view.about is not None:
            page.line((doing.KEEPSAKE_ABOUT.format(id=short(view.about)), QUIET), indent=4)
    page.gap()


def commitments(page: Page, views: list[CommitmentView], partner: str) -> None:
    """What both hold on to, and words that ask."""
    page.gap()
    if not views:
        page.line(doing.COMMITMENT_NONE, indent=2)
        page.line(doing.COMMITMENT_NONE_NEXT, indent=4)
    for view in views:
        holding = None if view.holds is None else view.holds.event
        if view.holds is not None:
            _words(page, f"{doing.COMMITMENT}  {short(view.id)}", view.holds)
        for one in view.standing:
            if one.event == holding:
                continue
            if view.asked is not None and one.event == view.asked.event:
                mine = one.by == "me"
                said = doing.COMMITMENT_LET if mine else doing.COMMITMENT_ASKED
                _words(page, f"{said.format(name=one.name)}  {short(view.id)}", one)
                page.line((doing.COMMITMENT_AGREE, QUIET), indent=2)
            else:
                said = doing.COMMITMENT_YOURS.format(partner=partner)
                _words(page, f"{said}  {short(view.id)}", one)
    page.gap()


def _words(page: Page, title: str, words: CommitmentWords) -> None:
    page.line((title, "bold"), indent=2)
    page.line(words.text, indent=4)
