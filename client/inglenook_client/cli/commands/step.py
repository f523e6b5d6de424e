"""``nook step``: small steps that hold once both agree (PRACTICES 16)."""

from __future__ import annotations

import click

from inglenook_client.cli import formats
from inglenook_client.cli.asking import ask
from inglenook_client.cli.choosing import OneOf
from inglenook_client.cli.commands.common import given_coming_day, left_out
from inglenook_client.cli.errors import NothingWrittenError
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal, with_words
from inglenook_client.cli.speaking import answer, begin_sentence, called, emit, say
from inglenook_client.cli.suggesting import OrderedGroup
from inglenook_client.cli.texts import needing, writing
from inglenook_client.cli.words import Words
from inglenook_client.core.practices.agreeing_views import StepView
from inglenook_client.core.practices.cadence import rule
from inglenook_client.core.practices.errors import NoCadenceError
from inglenook_client.journal import Journal

WHO = ("me", "you", "both")

_every = click.option("--every", metavar="RHYTHM", help="daily, weekly, mon,thu, “every 2 weeks”.")
_enough = click.option("--enough", metavar="TEXT", help="What is enough, also on a hard day.")
_begins = click.option("--begins", metavar="DATE", help="From when on; today if unsaid.")
_review = click.option("--review", metavar="DATE", help="The day on which you look at it.")


@click.group(cls=OrderedGroup, invoke_without_command=True, words_go_to="propose")
@click.option("--retired", is_flag=True, help="Those that have had their time as well.")
@click.pass_context
@with_run
def step(run: Run, context: click.Context, retired: bool) -> None:
    """Small steps that you both agree to.

    A step says what is done, who does it, how often, and what is enough. It is on once you both
    agree; new words ask you both again, and either can take their word back.
    """
    if context.invoked_subcommand is not None:
        return

    async def work(journal: Journal) -> tuple[list[StepView], str | None]:
        return await journal.stepping.all(retired=retired), journal.partner

    steps, partner = with_journal(run, work)
    if run.json:
        emit(formats.document("steps", steps=steps))
        return
    from inglenook_client.cli.render import dates
    from inglenook_client.cli.render import needing as render
    from inglenook_client.cli.render.page import Page

    render.steps(Page(), steps, dates.today(), called(partner))


class _Asked:
    """How often, and what is enough: as options say, or as a person answers."""

    def __init__(self, every: str | None, enough: str | None) -> None:
        self.every = every
        self.enough = enough

    def ask(self, words: Words) -> None:
        """Ask for what a step needs and was not given. Raises NothingWrittenError."""
        if words.argument is None:
            words.argument = ask(needing.ASK_STEP, "")
            if not words.argument:
                raise NothingWrittenError(writing.NOTHING_WRITTEN)
        if self.every is not None:
            return
        say(needing.HOW_OFTEN)
        while True:
            self.every = ask(needing.ASK_EVERY, "weekly")
            try:
                rule(self.every)
                break
            except NoCadenceError as error:
                say(error.message)
                say(error.next_step)
        if self.enough is None:
            self.enough = words.also = ask(needing.ASK_ENOUGH, "")


@step.command()
@click.argument("what", nargs=-1, metavar="[WHAT]")
@_every
@click.option("--who", type=OneOf(WHO), default=WHO[2], help="me, you or both; both if unsaid.")
@_enough
@click.option("--need", metavar="ID", help="The need that it comes of.")
@_begins
@_review
@with_run
def propose(
    run: Run,
    what: tuple[str, ...],
    every: str | None,
    who: str,
    enough: str | None,
    need: str | None,
    begins: str | None,
    review: str | None,
) -> None:
    """Propose a step.

    For example: nook step propose "Ten minutes of tea" --every weekly --enough "Five will do". In
    a terminal it asks for what is left out.
    """

    said = _Asked(every, enough)

    async def work(journal: Journal, text: str) -> tuple[StepView, str | None]:
        view = await journal.stepping.propose(
            text,
            said.every or "",
            who=who,
            enough=said.enough or "",
            need=need,
            begins=await given_coming_day(journal, begins),
            review=await given_coming_day(journal, review),
        )
        return view, journal.partner

    words = Words(run, "step propose", " ".join(what) or None, also=enough or "")

    async def begin(journal: Journal) -> None:
        journal.stepping.shared()  # who is not paired yet is told before the questions
        if run.someone_is_there:
            said.ask(words)

    view, partner = with_words(run, words, work, begin)
    _tell(run, view, needing.STEP_PROPOSED.format(partner=called(partner)))


@step.command()
@click.argument("entry", metavar="ID")
@click.argument("what", nargs=-1, metavar="[WHAT]")
@_every
@click.option("--who", type=OneOf(WHO), help="me, you or both.")
@_enough
@_begins
@_review
@click.option(
    "--without",
    type=OneOf(("enough", "review")),
    multiple=True,
    metavar="FIELD",
    help="Leave it out from now on: enough or review.",
)
@with_run
def edit(
    run: Run,
    entry: str,
    what: tuple[str, ...],
    every: str | None,
    who: str | None,
    enough: str | None,
    begins: str | None,
    review: str | None,
    without: tuple[str, ...],
) -> None:
    """Put another step in its place; what you leave out stays. It asks you both again."""
    names = {"enough": "enough", "review": "review"}
    fields = left_out(without, names, {"enough": enough, "review": review})

    async def work(journal: Journal, said: str) -> StepView:
        return await journal.stepping.edit(
            entry,
            what=said or None,
            cadence=every,
            who=who,
            enough=enough,
            begins=await given_coming_day(journal, begins),
            review=await given_coming_day(journal, review),
            without=fields,
        )

    async def without_words(journal: Journal) -> StepView:
        return await work(journal, "")

    if what:
        view = with_words(run, Words(run, "step edit", " ".join(what), also=enough or ""), work)
    else:
        view = with_journal(run, without_words)
    _tell(run, view, needing.STEP_EDITED)


@step.command()
@click.argument("entry", metavar="[ID]", default="")
@with_run
def agree(run: Run, entry: str) -> None:
    """Agree to a step, as its words stand."""
    view = with_journal(run, lambda journal: journal.stepping.agree_to(entry))
    _tell(run, view, needing.STEP_ACTIVE if view.holds else needing.STEP_AGREED_ONE)


@step.command()
@click.argument("entry", metavar="ID")
@with_run
def revoke(run: Run, entry: str) -> None:
    """Take your agreement back; no reason is needed."""
    _tell(run, with_journal(run, lambda j: j.stepping.take_back(entry)), needing.STEP_REVOKED)


@step.command()
@click.argument("entry", metavar="ID")
@click.option("--note", default="", metavar="TEXT", help="A word about it.")
@with_run
def retire(run: Run, entry: str, note: str) -> None:
    """Let a step go that has had its time; either of you can."""
    view = with_journal(run, lambda journal: journal.stepping.retire(entry, note))
    _tell(run, view, needing.STEP_RETIRED)


def _tell(run: Run, view: StepView, line: str) -> None:
    answer(run, formats.document("step", step=view), f"{begin_sentence(line)}  {view.id[:8]}")
