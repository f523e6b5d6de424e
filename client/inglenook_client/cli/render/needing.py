"""Needs, steps, and what is tender, on a page."""

from __future__ import annotations

from datetime import date

from inglenook_client.cli.render import dates, entry
from inglenook_client.cli.render.counts import counted
from inglenook_client.cli.render.entry import short
from inglenook_client.cli.render.page import DAY, QUIET, Page, person
from inglenook_client.cli.render.talking import draft
from inglenook_client.cli.speaking import begin_sentence
from inglenook_client.cli.texts import needing, reading
from inglenook_client.core.practices.agreeing_views import StepView, StepWords
from inglenook_client.core.practices.drafting import DraftView
from inglenook_client.core.practices.needing_views import DisclosureView, NeedView

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def needs(page: Page, views: list[NeedView], drafts: list[DraftView], now: date) -> None:
    """The needs of both, each with how it was heard."""
    page.gap()
    if not views and not drafts:
        page.line(needing.NEEDS_NONE, indent=2)
        page.line((needing.NEEDS_NEXT, QUIET), indent=2)
        page.gap()
    for view in views:
        _need(page, view, now)
    for one in drafts:
        draft(page, one)


def _need(page: Page, view: NeedView, now: date) -> None:
    marks = [needing.STAGES[view.stage], *([reading.WAS_EDITED] if view.edited else [])]
    page.line(
        (view.name, f"bold {person(view.by)}"),
        (f"  {' · '.join(marks)}  {short(view.id)}", QUIET),
        indent=2,
    )
    page.line(view.need, indent=4)
    for other in view.others:
        page.line((f"{needing.OTHER_WORDS}: ", QUIET), other, indent=4)
    if view.why:
        page.line((view.why, QUIET), indent=4)
    titles = {"heard": needing.HEARD, "corrected": needing.CORRECTED}
    for word in view.words:
        title = titles[word.kind].format(name=word.name)
        sure = f"  {needing.CONFIRMED}" if word.confirmed else ""
        page.line((title, person(word.by)), f": {word.text}", (sure, QUIET), indent=4)
    for step in view.steps:
        shown = step.holds or step.standing[-1]
        page.line((f"→ {shown.what}", ""), (f"  {short(step.id)}", QUIET), indent=4)
    for act in ("hear", "confirm"):
        if act in view.may:
            page.line((needing.NEXT[act].format(id=short(view.id)), QUIET), indent=4)
    page.gap()


def steps(page: Page, views: list[StepView], now: date, partner: str) -> None:
    """Steps, those that are on first said in full."""
    page.gap()
    if not views:
        page.line(needing.STEPS_NONE, indent=2)
        page.line((needing.STEPS_NEXT, QUIET), indent=2)
        page.gap()
    for view in views:
        _step(page, view, now, partner)


def _step(page: Page, view: StepView, now: date, partner: str) -> None:
    shown = view.holds or view.standing[-1]
    stage = needing.STEP_STAGES.get(view.stage, view.stage)
    page.line((shown.what, "bold"), (f"  {stage}  {short(view.id)}", QUIET), indent=2)
    _how(page, shown, now, partner)
    if view.note:
        page.line(view.note, indent=4)
    asked = view.asked
    if asked is not None and asked.by != "me":
        if asked.event != shown.event:
            page.line((needing.STEP_ASKED.format(name=asked.name), person(asked.by)), indent=4)
            page.line(asked.what, indent=6)
            _how(page, asked, now, partner)
        page.line((needing.STEP_AGREE.format(id=short(view.id)), QUIET), indent=4)
    page.gap()


def _how(page: Page, words: StepWords, now: date, partner: str) -> None:
    who = needing.WHO[words.who].format(partner=partner)
    how = needing.STEP_HOW.format(who=begin_sentence(who), cadence=rhythm(words.cadence))
    page.line(how, indent=4)
    if words.enough:
        page.line(needing.STEP_ENOUGH.format(enough=words.enough), indent=4)
    if words.review is not None:
        day = needing.STEP_REVIEW.format(date=dates.day(words.review, now))
        page.line((day, QUIET), indent=4)


def rhythm(cadence: str) -> str:
    """A rule of SPEC 13.6 in words."""
    rule = dict(part.partition("=")[::2] for part in cadence.split(";"))
    every = counted(needing.CADENCES[rule["FREQ"]], int(rule.get("INTERVAL", "1")))
    if "BYMONTHDAY" in rule:
        return needing.ON_DATE.format(every=every, day=rule["BYMONTHDAY"])
    days = rule.get("BYDAY", "")
    if not days:
        return every
    if rule["FREQ"] == "MONTHLY":
        nth, day = days[:-2], reading.WEEKDAYS[_WEEKDAYS.index(days[-2:])]
        return needing.ON_NTH[nth].format(every=every, day=day)
    named = [reading.WEEKDAYS[_WEEKDAYS.index(day)] for day in days.split(",")]
    return needing.ON_DAYS.format(every=every, days=", ".join(named))


def disclosures(
    page: Page, views: list[DisclosureView], drafts: list[DraftView], now: date
) -> None:
    """What is tender, with the answer that is welcome right beside it."""
    page.gap()
    if not views and not drafts:
        page.line(needing.TENDER_NONE, indent=2)
        page.line((needing.TENDER_NEXT, QUIET), indent=2)
        page.gap()
    for view in views:
        _disclosure(page, view, now)
    for one in drafts:
        draft(page, one)


def _disclosure(page: Page, view: DisclosureView, now: date) -> None:
    marks = [
        *([reading.WAS_EDITED] if view.edited else []),
        *([needing.LOOK_BACK_YES] if view.look_back else []),
    ]
    page.line((dates.day(view.date, now), DAY))
    mark = f"  {' · '.join(marks)}" if marks else ""
    page.line(
        (view.name, f"bold {person(view.by)}"), (f"{mark}  {short(view.id)}", QUIET), indent=2
    )
    if view.redacted:
        page.line((reading.WITHDRAWN, QUIET), indent=4)
    else:
        wanted = needing.WANTED.get(view.wanted, view.wanted)
        page.line((needing.WANTED_LINE.format(wanted=wanted), QUIET), indent=4)
        page.line(view.text, indent=4)
    if view.received:
        page.line((needing.RECEIVED, "magenta"), indent=4)
    entry.said_back(page, view.replies, 4)
    if "receive" in view.may:
        page.line((needing.NEXT_RECEIVE.format(id=short(view.id)), QUIET), indent=4)
    page.gap()
