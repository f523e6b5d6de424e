"""What ``nook show`` shows of a practice: its own page, what came of it, and what could be next."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from inglenook_client.cli.commands.pause import pause_lines
from inglenook_client.cli.commands.sync import COMMAND_BY_PRACTICE
from inglenook_client.cli.render import doing, entry, inward, looking, needing, talking, tending
from inglenook_client.cli.render.entry import short
from inglenook_client.cli.render.page import QUIET, Page
from inglenook_client.cli.speaking import begin_sentence, called
from inglenook_client.cli.texts import inward as inward_texts
from inglenook_client.cli.texts import reading
from inglenook_client.cli.texts import talking as talking_texts
from inglenook_client.core.model import RoundView

if TYPE_CHECKING:
    from collections.abc import Callable

    from inglenook_client.core.model import EntryView, PauseView
    from inglenook_client.core.practices.drafting import DraftView
    from inglenook_client.journal import Journal
    from inglenook_client.journal.showing import Shown

_REPLIED: frozenset[str] = frozenset({"disclosure"})
"""Pages that have the replies already."""


def page_of(
    page: Page, shown: Shown, view: EntryView, now: date, names: tuple[str, str | None]
) -> None:
    """The page of one thing of a practice."""
    partner = called(names[1])
    pages: dict[str, Callable[[Any], None]] = {
        "conversation": lambda one: talking.conversation(page, one, now, partner),
        "goal": lambda one: talking.goal(page, one),
        "rules": lambda one: talking.rules(page, [one], partner),
        "pause": lambda one: _pause(page, one),
        "need": lambda one: needing.needs(page, [one], [], now),
        "step": lambda one: needing.steps(page, [one], now, partner),
        "disclosure": lambda one: needing.disclosures(page, [one], [], now),
        "ritual": lambda one: tending.rituals(page, [one], now),
        "couple_time": lambda one: tending.couple_times(page, [one], now),
        "topic": lambda one: tending.topics(page, [one], stages=True),
        "activity": lambda one: doing.activity(page, one, now),
        "keepsake": lambda one: doing.keepsakes(page, [one]),
        "commitment": lambda one: doing.commitments(page, [one], partner),
        "look_back": lambda one: looking.agreement(page, one, partner),
        "idea": lambda one: inward.ideas(page, [one]),
        "draft": lambda one: _draft(page, one, partner),
    }
    pages[shown.what](shown.view)
    # What belongs to a conversation is shown in it, and so is how it came to be.
    if shown.what != "conversation" or view.kind == "conversation":
        entry.what_came_of_it(page, view, now, names[1], replied=shown.what in _REPLIED)
    next_ = _next(view)
    if next_:
        page.line((next_, QUIET), indent=2)
        page.gap()


async def round_page(
    page: Page, journal: Journal, view: RoundView, names: tuple[str, str | None]
) -> None:
    """A round, as its own command shows it."""
    from inglenook_client.cli.render import rounds

    step = "" if view.about is None else await journal.days.step_words(view.about)
    typed = "" if view.about is None else f" {short(view.about)}"
    rounds.round_(page, view, names, (COMMAND_BY_PRACTICE[view.practice], typed), step)


def _pause(page: Page, view: PauseView) -> None:
    page.gap()
    for line in pause_lines(view):
        if line:
            page.line((line, "bold"), indent=2)
    if view.stage == "paused":
        page.line((talking_texts.NEXT_RESUME, QUIET), indent=2)
    page.gap()


def _draft(page: Page, view: DraftView, partner: str) -> None:
    page.gap()
    page.line((inward_texts.DRAFT_OF.get(view.practice, view.practice), "bold"), indent=2)
    talking.draft(page, view)
    said = talking_texts.NEXT_SHARE.format(partner=begin_sentence(partner), id=short(view.id))
    page.line((said, QUIET), indent=2)


def _next(view: EntryView) -> str:
    """What could be done next, where the page itself does not say it."""
    said = reading.NEXT.get(f"{view.kind}/{view.stage}", "")
    if view.by == "partner" and view.kind in ("keepsake",):
        return ""
    return said.format(id=short(view.id))
