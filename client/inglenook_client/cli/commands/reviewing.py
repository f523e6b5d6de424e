"""``nook review``, ``nook step-review``, ``nook setback``: each writes for themselves, and it opens
to both at once.

The three are one set of commands. What they say of a round depends on what its reader did; of the
other there is nothing to be learned here.
"""

from __future__ import annotations

import sys
from typing import NamedTuple

import click

from inglenook_client.cli import formats
from inglenook_client.cli.choosing import OneOf
from inglenook_client.cli.commands.days import given_week, week_option
from inglenook_client.cli.commands.sync import COMMAND_BY_PRACTICE
from inglenook_client.cli.errors import NothingGivenError, NothingWrittenError
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal, with_words
from inglenook_client.cli.speaking import answer, called, emit, say, show
from inglenook_client.cli.suggesting import SuggestingGroup
from inglenook_client.cli.texts import reviewing
from inglenook_client.cli.words import Words
from inglenook_client.core.model import RoundView
from inglenook_client.journal import Journal


class _Asked:
    """Answers as options gave them, and as a person adds to them."""

    def __init__(self, practice: str, given: dict[str, str | None]) -> None:
        self.practice = practice
        self.given = {part: text for part, text in given.items() if text is not None}

    @property
    def empty(self) -> bool:
        return not any(text.strip() for text in self.given.values())

    def text(self) -> str:
        """All of it, in case it has to be kept."""
        return "\n\n".join(text for text in self.given.values() if text.strip())

    def take_in_a_pipe(self, run: Run) -> None:
        """The first answer, where it comes through standard input."""
        first = next(iter(reviewing.QUESTIONS[self.practice]))
        piped = self.empty and not run.someone_is_there and not sys.stdin.isatty()
        if self.given.get(first) == "-" or (piped and self.practice != "step-review"):
            self.given[first] = (Words(run, "", "-").at_hand() or "").strip()

    def ask(self, before: dict[str, str]) -> None:
        """Each question in turn; Enter passes over it."""
        from inglenook_client.cli.asking import ask
        from inglenook_client.core.practices.reviewing import CHOICES

        say(reviewing.HOW_TO_ANSWER)
        for part, question in reviewing.QUESTIONS[self.practice].items():
            if part in self.given:
                continue
            say("")
            say(question)
            if part in before:
                said = reviewing.ANSWERS.get(before[part], before[part])
                say(reviewing.BEFORE.format(text=said))
            choices = CHOICES.get(part, ()) if self.practice == "step-review" else ()
            prompt = reviewing.ASK
            if choices:
                from inglenook_client.cli.choosing import listed

                prompt = reviewing.ASK_ONE_OF.format(words=listed(list(choices)))
            while True:
                said = ask(prompt, "")
                if not choices or said in ("", *choices):
                    break
            if said:
                self.given[part] = said


def _known(view: RoundView | None) -> dict[str, str]:
    return {} if view is None else {part.name: part.text for part in view.mine}


def _tell(run: Run, view: RoundView, *lines: str) -> None:
    answer(run, formats.document("round", round=view), *lines)


async def _week(journal: Journal, week: str | None) -> str | None:
    return given_week(week, (await journal.days.now()).date())


def _show(run: Run, practice: str, step: str | None, week: str | None) -> None:
    command = COMMAND_BY_PRACTICE[practice]

    async def work(journal: Journal) -> _Seen:
        view, earlier = None, False
        if practice != "step-review" or step is not None:
            at = await _week(journal, week)
            view = await journal.revealing.show(practice, step=step, week=at)
        if view is None and week is None and step is None:
            # Nothing of this week yet: what was opened last can be read again.
            opened = await journal.revealing.opened(practice)
            view = opened[-1] if opened else None
            earlier = view is not None
        what = ""
        if view is not None and view.about is not None:
            what = await journal.days.step_words(view.about)
        return _Seen(view, earlier, (journal.name, journal.partner), what)

    seen = with_journal(run, work)
    view = seen.view
    if run.json:
        emit(formats.document("round", round=view))
        return
    if view is None and practice == "step-review" and step is None:
        show(reviewing.NO_STEP_OPENED)
        show(reviewing.NO_STEP_OPENED_NEXT)
        return
    if view is None:
        show(reviewing.NOTHING_YET)
        show(reviewing.BEGIN_WITH.format(command=command, step=_named(step, week)))
        return
    from inglenook_client.cli.render import rounds as render
    from inglenook_client.cli.render.page import Page

    render.round_(Page(), view, seen.names, (command, _named(step, week)), seen.step)
    if seen.earlier and practice != "step-review":
        show(reviewing.BEGIN_WITH.format(command=command, step=""))


class _Seen(NamedTuple):
    """What there is to show of a round."""

    view: RoundView | None
    earlier: bool
    """It was opened before: of this one nothing is written yet."""
    names: tuple[str, str | None]
    step: str
    """What the step is, of a step's review."""


def _named(step: str | None, week: str | None) -> str:
    """The step and the week as they stand at the end of a command."""
    return ("" if step is None else f" {step}") + ("" if week is None else f" --week {week}")


def _write(
    run: Run, practice: str, given: dict[str, str | None], step: str | None, week: str | None
) -> None:
    command = COMMAND_BY_PRACTICE[practice]
    asked = _Asked(practice, given)
    asked.take_in_a_pipe(run)
    nothing = asked.empty
    if nothing and not run.someone_is_there:
        step_ = reviewing.NEEDS_ANSWER_STEP.format(command=command)
        raise NothingGivenError(reviewing.NEEDS_ANSWER, step_)
    words = Words(run, f"{command} write", asked.text())

    async def begin(journal: Journal) -> None:
        if not nothing:
            return
        view = await journal.revealing.show(practice, step=step, week=await _week(journal, week))
        try:
            asked.ask({} if view is None or view.stage == "together" else _known(view))
        finally:
            words.argument = asked.text()
        if asked.empty:
            raise NothingWrittenError(reviewing.NOTHING_KEPT)

    async def work(journal: Journal, _words: str) -> tuple[RoundView, bool]:
        at = await _week(journal, week)
        before = await journal.revealing.show(practice, step=step, week=at)
        view = await journal.revealing.draft(practice, asked.given, step=step, week=at)
        was_ready = before is not None and before.stage == "ready"
        return view, was_ready and view.stage == "draft"

    view, taken_back = with_words(run, words, work, begin)
    lines = [reviewing.TAKEN_BACK_TO_CHANGE] if taken_back else []
    lines += [
        reviewing.DRAFTED,
        reviewing.READY_NEXT.format(command=command, step=_named(step, week)),
    ]
    _tell(run, view, *lines)


def _ready(run: Run, practice: str, step: str | None, week: str | None) -> None:
    command = COMMAND_BY_PRACTICE[practice]

    async def work(journal: Journal) -> tuple[RoundView, str | None]:
        at = await _week(journal, week)
        return await journal.revealing.ready(practice, step=step, week=at), journal.partner

    view, partner = with_journal(run, work)
    line = reviewing.READY.format(partner=called(partner))
    from inglenook_client.cli.speaking import begin_sentence

    _tell(
        run,
        view,
        begin_sentence(line),
        reviewing.READY_CAN_BE.format(command=command, step=_named(step, week)),
    )


def _take_back(run: Run, practice: str, step: str | None, week: str | None) -> None:
    async def work(journal: Journal) -> RoundView:
        return await journal.revealing.take_back(
            practice, step=step, week=await _week(journal, week)
        )

    _tell(run, with_journal(run, work), reviewing.TAKEN_BACK)


# ------------------------------------------------------------------------------ the week


@click.group(cls=SuggestingGroup, invoke_without_command=True, words_go_to="write")
@week_option
@click.pass_context
@with_run
def review(run: Run, context: click.Context, week: str | None) -> None:
    """Look back at the week together.

    Each of you writes for yourself, beginning with what you appreciated. Once you both have said
    that you are ready, it opens to you both at once. Without a command, this shows how far you
    are, or what is open.
    """
    if context.invoked_subcommand is None:
        _show(run, "week-review", None, week)


@review.command("write")
@click.argument("appreciated", required=False)
@click.option("--helped", metavar="TEXT", help="What helped the two of you.")
@click.option("--hindered", metavar="TEXT", help="What made it harder.")
@click.option("--adjust", metavar="TEXT", help="One small thing to adjust.")
@click.option("--recommit", metavar="TEXT", help="What you say yes to again, if you want to.")
@week_option
@with_run
def write_review(run: Run, /, week: str | None, **given: str | None) -> None:
    """Write your half, for yourself alone.

    APPRECIATED is what you appreciated in the other. In a terminal, without anything, it asks one
    question after the other. What you leave out stays as it was.
    """
    _write(run, "week-review", given, None, week)


@review.command("ready")
@week_option
@with_run
def ready_review(run: Run, week: str | None) -> None:
    """Say that your half may open once you both are ready.

    Nobody is told. It opens by itself with the exchanges that follow.
    """
    _ready(run, "week-review", None, week)


@review.command("take-back")
@week_option
@with_run
def take_back_review(run: Run, week: str | None) -> None:
    """Not ready after all; works until it is open."""
    _take_back(run, "week-review", None, week)


# ------------------------------------------------------------------------------ a step


@click.group("step-review", cls=SuggestingGroup, invoke_without_command=True)
@click.pass_context
@with_run
def step_review(run: Run, context: click.Context) -> None:
    """Look at a step that you agreed on.

    Keep it, shrink it, swap it or let it retire; it was easier, the same or harder than thought.
    The step is looked at, and nobody else. Both halves open at once. Without a command, this
    shows what was opened last.
    """
    if context.invoked_subcommand is None:
        _show(run, "step-review", None, None)


@step_review.command("show")
@click.argument("step", metavar="STEP")
@week_option
@with_run
def show_step_review(run: Run, step: str, week: str | None) -> None:
    """See how far you are with a step, or what is open."""
    _show(run, "step-review", step, week)


@step_review.command("write")
@click.argument("step", metavar="STEP")
@click.argument("effort", required=False, type=OneOf(("easier", "same", "harder")))
@click.option(
    "--wish", type=OneOf(("keep", "shrink", "swap", "retire")), help="What to do with it."
)
@click.option("--note", metavar="TEXT", help="A line about it.")
@week_option
@with_run
def write_step_review(run: Run, /, step: str, week: str | None, **given: str | None) -> None:
    """Write your half, for yourself alone.

    STEP is the beginning of the step's id. EFFORT is easier, same or harder.
    """
    _write(run, "step-review", given, step, week)


@step_review.command("ready")
@click.argument("step", metavar="STEP")
@week_option
@with_run
def ready_step_review(run: Run, step: str, week: str | None) -> None:
    """Say that your half may open once you both are ready."""
    _ready(run, "step-review", step, week)


@step_review.command("take-back")
@click.argument("step", metavar="STEP")
@week_option
@with_run
def take_back_step_review(run: Run, step: str, week: str | None) -> None:
    """Not ready after all; works until it is open."""
    _take_back(run, "step-review", step, week)


# ------------------------------------------------------------------------------ setbacks


@click.group(cls=SuggestingGroup, invoke_without_command=True, words_go_to="write")
@week_option
@click.pass_context
@with_run
def setback(run: Run, context: click.Context, week: str | None) -> None:
    """After a setback: what happened, and what helped.

    Each of you writes for yourself; once you both are ready, it opens to you both at once. Nothing
    starts over. Without a command, this shows how far you are, or what is open.
    """
    if context.invoked_subcommand is None:
        _show(run, "setback", None, week)


@setback.command("write")
@click.argument("happened", required=False)
@click.option("--helped", metavar="TEXT", help="What helped, even a little.")
@click.option("--hindered", metavar="TEXT", help="What didn't help.")
@click.option("--adjust", metavar="TEXT", help="What to try next time.")
@click.option("--recommit", metavar="TEXT", help="What you say yes to again, if you want to.")
@week_option
@with_run
def write_setback(run: Run, /, week: str | None, **given: str | None) -> None:
    """Write your half, for yourself alone.

    HAPPENED is what happened, as somebody who likes you both would tell it.
    """
    _write(run, "setback", given, None, week)


@setback.command("ready")
@week_option
@with_run
def ready_setback(run: Run, week: str | None) -> None:
    """Say that your half may open once you both are ready."""
    _ready(run, "setback", None, week)


@setback.command("take-back")
@week_option
@with_run
def take_back_setback(run: Run, week: str | None) -> None:
    """Not ready after all; works until it is open."""
    _take_back(run, "setback", None, week)
