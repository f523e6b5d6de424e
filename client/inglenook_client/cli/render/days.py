"""The day and the week on one calm page."""

from __future__ import annotations

from datetime import date, datetime

from inglenook_client.cli.render import dates
from inglenook_client.cli.render.page import DAY, QUIET, Page, person
from inglenook_client.cli.render.rhythm import rhythm
from inglenook_client.cli.render.tending import length, quiet
from inglenook_client.cli.speaking import begin_sentence, called
from inglenook_client.cli.texts import days, tending
from inglenook_client.core.model import PauseView
from inglenook_client.core.practices.recurring import zone
from inglenook_client.core.practices.reminding import RemindersView
from inglenook_client.core.practices.tending_views import CoupleTimeView
from inglenook_client.core.practices.week_views import TodayView, WeekView, WindowView


def today(page: Page, view: TodayView) -> None:
    """What stands today."""
    now = date.fromisoformat(view.date)
    page.gap()
    if view.welcome:
        page.line(days.WELCOME, indent=2)
        page.gap()
    page.line((dates.day(view.date, now), DAY))
    page.gap()
    if view.quiet is not None:
        quiet(page, view.quiet)
        page.line((tending.QUIET_TOPICS, QUIET), indent=2)
        page.gap()
    if view.pause is not None:
        _pause(page, view.pause)
    lines = _of_today(view, now)
    for line in lines:
        page.line(*line, indent=2)
    if not lines and view.pause is None and view.quiet is None:
        page.line((days.NOTHING_TODAY, QUIET), indent=2)
    if view.words:
        page.gap()
        page.line((days.WORDS, QUIET), indent=2)
        for word in view.words:
            page.line((word.name, person(word.by)), (f"  {word.text}", ""), indent=4)
    if view.topics:
        page.gap()
        page.line((days.TOPICS, QUIET), indent=2)
        for topic in view.topics:
            page.line(topic.text, indent=4)
    page.gap()


def _pause(page: Page, pause: PauseView) -> None:
    if pause.not_today or pause.ends_at is None:
        page.line((days.PAUSE_NOT_TODAY, "bold"), indent=2)
    else:
        page.line((days.PAUSE_UNTIL.format(time=dates.clock(pause.ends_at)), "bold"), indent=2)
    if pause.plan:
        page.line(days.PAUSE_PLAN.format(plan=pause.plan), indent=2)
    page.gap()


def _of_today(view: TodayView, now: date) -> list[list[tuple[str, str]]]:
    lines: list[list[tuple[str, str]]] = []
    if view.window is not None and _is_on(view.window.starts_at, view):
        lines.append(
            [(_window(view.window, now, dates.appointment_clock(view.window.starts_at)), "")]
        )
    if view.couple_time is not None and _is_on(view.couple_time.starts_at, view):
        lines.append(
            [
                (
                    _couple_time(
                        view.couple_time, dates.appointment_clock(view.couple_time.starts_at)
                    ),
                    "",
                )
            ]
        )
    for activity in view.activities:
        pattern = days.ACTIVITY if activity.at is None else days.ACTIVITY_AT
        lines.append([(pattern.format(idea=activity.idea, time=activity.at), "")])
        if activity.together:
            lines.append([(f"  {days.TOGETHER.format(words=activity.together)}", QUIET)])
    for ritual in view.rituals:
        line = ritual.name
        if ritual.at is not None:
            line = days.RITUAL_AT.format(name=ritual.name, time=ritual.at)
        lines.append([(line, ""), *([(f"  {days.RITUAL_HAPPENED}", QUIET)] * ritual.happened)])
    return lines


def _is_on(moment: str, view: TodayView) -> bool:
    """Whether a moment lies on the day, as the two count days."""
    at = datetime.fromisoformat(moment).astimezone(zone(view.zone))
    return at.date().isoformat() == view.date


def _window(window: WindowView, now: date, at: str) -> str:
    return days.WINDOW.format(when=at, topic=window.topic)


def _couple_time(time: CoupleTimeView, at: str) -> str:
    return days.TIME_FOR_TWO.format(when=at, length=length(time.minutes))


def week(page: Page, view: WeekView, now: date, names: tuple[str, str | None], hint: str) -> None:
    """Three invitations, what was agreed, what comes next. ``hint``: a zone to propose."""
    page.gap()
    first, last = (dates.day(day, now, near=False) for day in (view.first, view.last))
    page.line((days.WEEK.format(first=first, last=last), DAY))
    page.gap()
    if view.quiet is not None:
        quiet(page, view.quiet)
        page.gap()
    page.line((days.INVITED, QUIET), indent=2)
    for invitation in view.invitations:
        what = begin_sentence(days.INVITATIONS[invitation.what])
        state = days.INVITATION_STATES[invitation.state]
        style = "bold" if invitation.state == "happened" else ""
        page.line((what, style), (f"  {state}", QUIET), indent=4)
    if view.steps:
        page.gap()
        page.line((days.STEPS, QUIET), indent=2)
        me, partner = names
        for step in view.steps:
            line = days.STEP[step.who].format(
                me=me, partner=called(partner), what=step.what, often=rhythm(step.cadence)
            )
            page.line(begin_sentence(line), indent=4)
            if step.enough:
                page.line((days.STEP_ENOUGH.format(enough=step.enough), QUIET), indent=6)
    if view.last >= now.isoformat():
        _next(page, view, now)
    page.gap()
    counted_by = days.ZONE if view.zone_set else days.ZONE_UNSET
    page.line((counted_by.format(zone=view.zone if view.zone_set else hint), QUIET), indent=2)
    page.gap()


def _next(page: Page, view: WeekView, now: date) -> None:
    page.gap()
    page.line((days.NEXT, QUIET), indent=2)
    if view.window is None and view.couple_time is None:
        page.line(days.NOTHING_NEXT, indent=4)
    if view.window is not None:
        page.line(
            _window(view.window, now, dates.appointment(view.window.starts_at, now)), indent=4
        )
    if view.couple_time is not None:
        time = view.couple_time
        page.line(_couple_time(time, dates.appointment(time.starts_at, now)), indent=4)


def reminders(page: Page, view: RemindersView, now: date) -> None:
    """What is coming up, one line each."""
    for reminder in view.reminders:
        at = dates.day(reminder.date, now)
        if reminder.starts_at is not None:
            at = dates.appointment(reminder.starts_at, now)
        page.line(f"{at}  {days.REMINDERS[reminder.what]}")
