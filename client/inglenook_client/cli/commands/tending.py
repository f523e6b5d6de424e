"""``nook ritual``, ``nook park``, ``nook topics``, ``nook word``, ``nook affection``.

What is done most in an evening is shortest: ``nook ritual kept``, ``nook park TEXT``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from inglenook_client.cli import formats
from inglenook_client.cli.asking import ask
from inglenook_client.cli.choosing import OneOf
from inglenook_client.cli.commands.common import (
    draft_option,
    given_coming_day,
    given_day_of_both,
    left_out,
    one_source,
    with_note,
)
from inglenook_client.cli.drafts_by_id import SHORT_ID_DIGITS
from inglenook_client.cli.moments import given_clock
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal, with_words
from inglenook_client.cli.speaking import answer, called, emit, show
from inglenook_client.cli.suggesting import SuggestingGroup
from inglenook_client.cli.texts import tending, writing
from inglenook_client.cli.words import Words
from inglenook_client.journal import Journal

if TYPE_CHECKING:
    from inglenook_client.core.practices.tending_views import (
        AffectionView,
        ExchangeView,
        RitualView,
        TopicView,
    )
    from inglenook_client.core.practices.week_views import QuietView

date_option = click.option("--date", metavar="DATE", help="The day it belongs to.")


# ------------------------------------------------------------------------------ rituals


@click.group(cls=SuggestingGroup, invoke_without_command=True, words_go_to="new")
@click.pass_context
@with_run
def ritual(run: Run, context: click.Context) -> None:
    """Small things that come back: a coffee, a walk.

    Without a command, this shows yours. A RITUAL is the beginning of its name, such as coffee,
    or of its id. Days on which nothing was noted are just days.
    """
    if context.invoked_subcommand is not None:
        return

    async def work(journal: Journal) -> list[RitualView]:
        return await journal.tending.rituals()

    views = with_journal(run, work)
    if run.json:
        emit(formats.document("rituals", rituals=views))
        return
    from inglenook_client.cli.render import dates
    from inglenook_client.cli.render import tending as render
    from inglenook_client.cli.render.page import Page

    render.rituals(Page(), views, dates.today())


def _often(view: RitualView) -> str:
    from inglenook_client.cli.render.rhythm import rhythm

    return rhythm(view.cadence, view.at)


def _tell_ritual(run: Run, view: RitualView, line: str, partner: str | None) -> None:
    seen = tending.RITUAL_SEEN.format(partner=called(partner))
    line = f"{line}  {view.id[:SHORT_ID_DIGITS]}"
    answer(run, formats.document("ritual", ritual=view), line, _sentence(seen))


def _sentence(text: str) -> str:
    from inglenook_client.cli.speaking import begin_sentence

    return begin_sentence(text)


@ritual.command("new")
@click.argument("name")
@click.argument("rhythm", default="daily")
@click.option("--at", metavar="TIME", help="The time of day, such as 07:30.")
@click.option("--words", default="", metavar="TEXT", help="A line about it.")
@click.option("--from", "begins", metavar="DATE", help="The day on which it begins.")
@with_run
def new_ritual(
    run: Run, name: str, rhythm: str, at: str | None, words: str, begins: str | None
) -> None:
    """Begin a ritual.

    RHYTHM is daily, weekly, monthly, weekdays such as sat,sun, or "every 2 weeks"; daily if
    unsaid: nook ritual new "Evening walk" mon,thu --at 20:30
    """

    async def work(journal: Journal, said: str) -> tuple[RitualView, str | None]:
        view = await journal.tending.define_ritual(
            said,
            rhythm,
            text=words,
            at=given_clock(at),
            begins=await given_coming_day(journal, begins),
        )
        return view, journal.partner

    view, partner = with_words(run, Words(run, "ritual", name, also=words), work)
    line = tending.RITUAL_SET.format(name=view.name, often=_often(view))
    _tell_ritual(run, view, line, partner)


@ritual.command("kept")
@click.argument("named", default="", metavar="[RITUAL]")
@click.argument("note", default="", metavar="[NOTE]")
@date_option
@with_run
def kept_ritual(run: Run, named: str, note: str, date: str | None) -> None:
    """Note that it happened.

    nook ritual kept coffee, or with a line: nook ritual kept coffee "By the window". If you have
    just one ritual, its name can be left out.
    """

    async def work(journal: Journal, words: str) -> tuple[RitualView, str | None, str | None]:
        given = await given_day_of_both(journal, date)
        view = await journal.tending.keep_ritual(named, note=words, date=given)
        return view, journal.partner, given

    view, partner, given = with_note(run, "ritual", note, work)
    from inglenook_client.cli.render import dates

    day = given or (view.kept[0].date if view.kept else "")
    line = tending.RITUAL_KEPT.format(name=view.name, day=dates.day(day, dates.today(), near=False))
    _tell_ritual(run, view, line, partner)


@ritual.command("edit")
@click.argument("named", metavar="RITUAL")
@click.option("--name", help="Another name.")
@click.option("--rhythm", help="Another rhythm.")
@click.option("--at", metavar="TIME", help="Another time of day.")
@click.option("--words", metavar="TEXT", help="Other words about it.")
@click.option("--from", "begins", metavar="DATE", help="Another day on which it begins.")
@click.option(
    "--without",
    type=OneOf(("at", "words")),
    multiple=True,
    metavar="FIELD",
    help="Leave it out from now on: at or words.",
)
@with_run
def edit_ritual(
    run: Run,
    named: str,
    name: str | None,
    rhythm: str | None,
    at: str | None,
    words: str | None,
    begins: str | None,
    without: tuple[str, ...],
) -> None:
    """Say it anew; either of you can."""
    fields = left_out(without, {"at": "at", "words": "words"}, {"at": at, "words": words})

    async def work(journal: Journal, said: str) -> tuple[RitualView, str | None]:
        view = await journal.tending.edit_ritual(
            named,
            name=name,
            cadence=rhythm,
            text=said if words else words,
            at=given_clock(at),
            begins=await given_coming_day(journal, begins),
            without=fields,
        )
        return view, journal.partner

    view, partner = with_note(run, "ritual", words or "", work)
    line = tending.RITUAL_SET.format(name=view.name, often=_often(view))
    _tell_ritual(run, view, line, partner)


@ritual.command("rest")
@click.argument("named", metavar="RITUAL")
@with_run
def rest_ritual(run: Run, named: str) -> None:
    """Let it rest; no reason is asked for."""

    async def work(journal: Journal) -> tuple[RitualView, str | None]:
        return await journal.tending.rest_ritual(named), journal.partner

    view, partner = with_journal(run, work)
    _tell_ritual(run, view, tending.RITUAL_RESTED.format(name=view.name), partner)


@ritual.command("wake")
@click.argument("named", metavar="RITUAL")
@with_run
def wake_ritual(run: Run, named: str) -> None:
    """Take it up again."""

    async def work(journal: Journal) -> tuple[RitualView, str | None]:
        return await journal.tending.wake_ritual(named), journal.partner

    view, partner = with_journal(run, work)
    line = tending.RITUAL_WOKEN.format(name=view.name, often=_often(view))
    _tell_ritual(run, view, line, partner)


# ------------------------------------------------------------------------------ topics, words


@click.command()
@click.argument("text", required=False)
@draft_option
@with_run
def park(run: Run, text: str | None, draft: str | None) -> None:
    """Park a topic of everyday life for later.

    So that it need not come up while you have time for each other: nook park "Dentist for Mia".
    What is parked stands in: nook topics
    """
    one_source(text, draft)

    async def work(journal: Journal, words: str) -> TopicView:
        return await journal.tending.park(words)

    view = with_words(run, Words(run, "park", text, draft), work)
    _tell_topic(run, view, tending.PARKED)


def _tell_topic(run: Run, view: TopicView, line: str) -> None:
    line = f"{line}  {view.id[:SHORT_ID_DIGITS]}"
    answer(run, formats.document("topic", topic=view), line)


@click.group(cls=SuggestingGroup, invoke_without_command=True)
@click.option("--all", "all_", is_flag=True, help="Also what was looked after or set aside.")
@click.pass_context
@with_run
def topics(run: Run, context: click.Context, all_: bool) -> None:
    """What is parked for later.

    Without a command, this lists it. During your time for two it stays out of sight.
    """
    if context.invoked_subcommand is not None:
        return

    async def work(journal: Journal) -> tuple[list[TopicView], QuietView | None]:
        quiet = await journal.days.quiet()
        return [] if quiet else await journal.tending.topics(all_=all_), quiet

    views, quiet = with_journal(run, work)
    if run.json:
        until = None if quiet is None else quiet.until
        emit(formats.document("topics", topics=views, quiet_until=until))
        return
    from inglenook_client.cli.render import dates
    from inglenook_client.cli.render import tending as render
    from inglenook_client.cli.render.page import Page

    if quiet is not None:
        show(tending.QUIET.format(time=dates.appointment_clock(quiet.until)))
        show(tending.QUIET_TOPICS)
        return
    render.topics(Page(), views, stages=all_)


@topics.command("done")
@click.argument("topic", metavar="ID")
@with_run
def topic_done(run: Run, topic: str) -> None:
    """It was looked after."""

    async def work(journal: Journal) -> TopicView:
        return await journal.tending.take_up(topic)

    _tell_topic(run, with_journal(run, work), tending.TOPIC_DONE)


@topics.command("drop")
@click.argument("topic", metavar="ID")
@with_run
def topic_drop(run: Run, topic: str) -> None:
    """It needs no looking after any more."""

    async def work(journal: Journal) -> TopicView:
        return await journal.tending.set_topic_aside(topic)

    _tell_topic(run, with_journal(run, work), tending.TOPIC_DROPPED)


@topics.command("again")
@click.argument("topic", metavar="ID")
@with_run
def topic_again(run: Run, topic: str) -> None:
    """Park it once more."""

    async def work(journal: Journal) -> TopicView:
        return await journal.tending.park_again(topic)

    _tell_topic(run, with_journal(run, work), tending.TOPIC_AGAIN)


@topics.command("edit")
@click.argument("topic", metavar="ID")
@click.argument("text", required=False)
@with_run
def topic_edit(run: Run, topic: str, text: str | None) -> None:
    """Say your own topic anew."""

    async def work(journal: Journal, words: str) -> TopicView:
        return await journal.tending.edit_topic(topic, words)

    view = with_words(run, Words(run, "topics edit", text), work)
    _tell_topic(run, view, tending.TOPIC_EDITED)


@click.command()
@click.argument("text", required=False)
@draft_option
@with_run
def word(run: Run, text: str | None, draft: str | None) -> None:
    """Send a short word on a hard day.

    nook word "Thinking of you. No answer needed." It shows on the other's page of the day.
    """
    one_source(text, draft)

    async def work(journal: Journal, words: str) -> tuple[ExchangeView, str | None]:
        return await journal.tending.offer(words), journal.partner

    view, partner = with_words(run, Words(run, "word", text, draft), work)
    line = tending.WORD_OFFERED.format(partner=called(partner))
    answer(run, formats.document("word", word=view), f"{line}  {view.id[:SHORT_ID_DIGITS]}")


@click.command()
@click.argument("note", default="", metavar="[NOTE]")
@date_option
@with_run
def affection(run: Run, note: str, date: str | None) -> None:
    """Note a moment of affection.

    With a line or without. Whose idea it was is not asked, and how often is not counted.
    """
    if not note and run.someone_is_there:
        note = ask(tending.ASK_AFFECTION, "")

    async def work(journal: Journal, words: str) -> AffectionView:
        return await journal.tending.note_affection(
            words, date=await given_day_of_both(journal, date)
        )

    view = with_note(run, "affection", note, work)
    line = f"{tending.AFFECTION_NOTED}  {view.id[:SHORT_ID_DIGITS]}"
    answer(run, formats.document("affection", affection=view), line, writing.GOES_OUT)
