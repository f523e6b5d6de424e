"""A conversation and its ground rules on a page that reads well side by side."""

from __future__ import annotations

from datetime import date
from typing import Final

from inglenook_client.cli.commands.pause import pause_lines
from inglenook_client.cli.render import dates
from inglenook_client.cli.render.counts import counted
from inglenook_client.cli.render.entry import short
from inglenook_client.cli.render.page import DAY, QUIET, Page, person
from inglenook_client.cli.speaking import begin_sentence
from inglenook_client.cli.texts import talking
from inglenook_client.core.practices.agreeing_views import GoalView, RulesView
from inglenook_client.core.practices.drafting import DraftView
from inglenook_client.core.practices.talking_views import (
    ConversationView,
    ProposalView,
    TurnView,
    WordView,
)

_ONCE: Final = ("accept", "counter", "decline", "open")
_HINTED: Final = ("hear", "confirm", "correct", "validate", "answer")


def conversation(page: Page, view: ConversationView, now: date, partner: str) -> None:
    """One conversation, whole."""
    page.gap()
    page.line((view.topic, DAY), (f"  {short(view.id)}", QUIET))
    asked = view.stage == "proposed"
    window = talking.STAGES[view.stage] if asked else _staged(view, now)
    page.line((window, QUIET), indent=2)
    if view.note:
        page.line(view.note, indent=2)
    _proposals(page, view, now)
    page.gap()
    if view.stage in ("proposed", "agreed", "open"):
        _rules_in_force(page, view)
    if view.pause is not None:
        for line in pause_lines(view.pause):
            if line:
                page.line((line, "bold"), indent=2)
        page.gap()
    for goal in view.goals:
        _goal_in(page, goal)
    for turn in view.turns:
        _turn(page, turn)
    for point in view.points:
        _said(page, talking.POINT.format(name=point.name), point, 2)
    if view.points:
        page.gap()
    _closings(page, view)
    for one in view.drafts:
        draft(page, one)
    _next(page, view, partner)


def conversations(page: Page, views: list[ConversationView], now: date, *, more: bool) -> None:
    """Conversations, a few lines each; ``more``: there are earlier ones."""
    page.gap()
    if not views:
        page.line(talking.NONE_YET, indent=2)
        page.line((talking.NONE_NEXT, QUIET), indent=2)
    for view in views:
        page.line((view.topic, "bold"), (f"  {short(view.id)}", QUIET))
        page.line((_staged(view, now), QUIET), indent=2)
    if more:
        page.gap()
        page.line((talking.EARLIER, QUIET))
    page.gap()


def _staged(view: ConversationView, now: date) -> str:
    return f"{talking.STAGES[view.stage]} · {window(view, now)}"


def window(view: ConversationView | ProposalView, now: date) -> str:
    """When, how long, and how."""
    return talking.WINDOW.format(
        when=dates.appointment(view.starts_at, now),
        minutes=counted(talking.MINUTES, view.minutes),
        mode=talking.MODES.get(view.mode, view.mode),
    )


def _proposals(page: Page, view: ConversationView, now: date) -> None:
    if view.stage != "proposed":
        return
    for one in view.proposals:
        line = talking.PROPOSED_BY.format(name=one.name, window=window(one, now))
        if one.topic != view.topic:
            line = f"{line}, {talking.PROPOSED_TOPIC.format(topic=one.topic)}"
        page.line(line, indent=2)
    if len(view.proposals) > 1:
        page.line((talking.TWO_PROPOSALS, QUIET), indent=2)


def _rules_in_force(page: Page, view: ConversationView) -> None:
    if view.rules is None:
        page.line((talking.NO_RULES, QUIET), indent=2)
    else:
        page.line((talking.RULES, "bold"), indent=2)
        for rule in view.rules.rules:
            page.line(f"· {rule}", indent=4)
    page.gap()


def rules(page: Page, views: list[RulesView], partner: str) -> None:
    """Ground rules: those that hold, those that ask."""
    page.gap()
    if not views:
        page.line(talking.RULES_NONE, indent=2)
        for rule in talking.RULES_SUGGESTED:
            page.line((f"· {rule}", QUIET), indent=4)
        page.line((talking.RULES_WRITE, QUIET), indent=2)
    for view in views:
        holding = None if view.holds is None else view.holds.event
        if view.holds is not None:
            _lines(page, f"{talking.RULES}  {short(view.id)}", view.holds.rules)
        for one in view.standing:
            if one.event == holding:
                continue
            if view.asked is not None and one.event == view.asked.event:
                mine = one.by == "me"
                said = talking.RULES_LET if mine else talking.RULES_ASKED.format(name=one.name)
                _lines(page, f"{said}  {short(view.id)}", one.rules)
                page.line((talking.RULES_AGREE, QUIET), indent=2)
            else:
                said = talking.RULES_YOURS.format(partner=partner)
                _lines(page, f"{said}  {short(view.id)}", one.rules)
    page.gap()


def _lines(page: Page, title: str, lines: list[str]) -> None:
    page.line((title, "bold"), indent=2)
    for line in lines:
        page.line(f"· {line}", indent=4)


def goal(page: Page, view: GoalView) -> None:
    """A goal by itself."""
    page.gap()
    _goal_in(page, view)


def _goal_in(page: Page, goal: GoalView) -> None:
    shown = goal.holds or goal.standing[-1]
    agreed = goal.holds is not None
    title = talking.GOAL if agreed else talking.GOAL_ASKED.format(name=shown.name)
    page.line((title, "bold"), (f"  {short(goal.id)}", QUIET), indent=2)
    page.line(shown.text, indent=4)
    if goal.asked is not None and goal.asked.by != "me":
        if agreed:
            page.line(goal.asked.text, indent=4)
        page.line((talking.NEXT_AGREE.format(id=short(goal.id)), QUIET), indent=4)
    page.gap()


def _turn(page: Page, turn: TurnView) -> None:
    mark = f"  {talking.NOTED_ON.format(name=turn.noted_on)}" if turn.noted_on else ""
    if turn.while_closing:
        mark = f"{mark}  {talking.WHILE_CLOSING}"
    page.line(
        (turn.name, f"bold {person(turn.by)}"), (f"{mark}  {short(turn.id)}", QUIET), indent=2
    )
    parts = {
        "observation": turn.observation,
        "feeling": turn.feeling,
        "effect": turn.effect,
        "wish": turn.wish,
    }
    _parts(page, parts)
    titles = {
        "heard": talking.HEARD,
        "corrected": talking.CORRECTED,
        "confirmed": talking.CONFIRMED,
        "validated": talking.VALIDATED,
        "answered": talking.ANSWERED,
        "set-down": talking.SET_DOWN,
    }
    for word in turn.words:
        _said(page, titles.get(word.kind, "{name}").format(name=word.name), word, 4)
    page.gap()


def _said(page: Page, title: str, word: WordView, indent: int) -> None:
    mark = f"  {talking.WHILE_CLOSING}" if word.while_closing else ""
    if not word.text:
        page.line((title, person(word.by)), (mark, QUIET), indent=indent)
        return
    page.line((title, person(word.by)), (f": {word.text}", ""), (mark, QUIET), indent=indent)


def _parts(page: Page, parts: dict[str, str]) -> None:
    given = {name: text for name, text in parts.items() if text}
    for name, text in given.items():
        if len(given) == 1:
            page.line(text, indent=4)
        else:
            page.line((f"{talking.PARTS.get(name, name)}: ", QUIET), text, indent=4)


def draft(page: Page, view: DraftView) -> None:
    """A draft, with its writer alone."""
    page.line((talking.WITH_YOU, "bold"), (f"  {short(view.id)}", QUIET), indent=2)
    _parts(page, {p.name: p.text for p in view.parts if p.name in talking.PARTS})
    for hint in view.hints:
        page.line((talking.HINTS[hint.hint].format(word=hint.word), QUIET), indent=4)
    page.gap()


def _closings(page: Page, view: ConversationView) -> None:
    for one in view.closings:
        if one.appreciation:
            title = talking.CLOSED_THANKS.format(name=one.name)
            page.line((title, person(one.by)), (f": {one.appreciation}", ""), indent=2)
        if one.next_step:
            title = talking.CLOSED_NEXT.format(name=one.name)
            page.line((title, person(one.by)), (f": {one.next_step}", ""), indent=2)
    if view.stage == "closed":
        settled = any(one.settled for one in view.closings)
        page.line(talking.CLOSED_SETTLED if settled else talking.CLOSED_OPEN, indent=2)
        page.gap()


def _next(page: Page, view: ConversationView, partner: str) -> None:
    """What could come next, the nearest first; never more than a few lines."""
    # Opening says yes too; where somebody is asked, saying so first is the calmer way.
    passed = {"open"} if "accept" in view.may else set()
    lines = [talking.NEXT[act] for act in _ONCE if act in view.may and act not in passed]
    if view.pause is not None:
        lines = [talking.NEXT_RESUME]
    elif view.stage == "open":
        for one in view.drafts:
            lines.append(
                talking.NEXT_SHARE.format(partner=begin_sentence(partner), id=short(one.id))
            )
        waiting = [turn for turn in view.turns if turn.may and turn.stage != "answered"]
        latest = waiting[-1] if waiting else None
        if latest is not None:
            lines += [talking.NEXT[act] for act in _HINTED if act in latest.may]
        lines += [talking.NEXT["say"], talking.PAUSE_ALWAYS, talking.NEXT["close"]]
    for line in lines:
        page.line((line, QUIET), indent=2)
    if lines:
        page.gap()
