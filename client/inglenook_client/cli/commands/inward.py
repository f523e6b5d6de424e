"""``nook inventory``, ``reflect``, ``excerpt``, ``kindness``, ``private``: what is only one's own
(PRACTICES 1, 10, 11)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import click

from inglenook_client.cli import formats
from inglenook_client.cli.asking_lines import Answers
from inglenook_client.cli.choosing import OneOf
from inglenook_client.cli.commands.common import draft_option, left_out, one_source
from inglenook_client.cli.drafts_by_id import SHORT_ID_DIGITS
from inglenook_client.cli.errors import NothingGivenError, NothingWrittenError
from inglenook_client.cli.meaning import which_one
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal, with_words
from inglenook_client.cli.speaking import answer, emit, say
from inglenook_client.cli.suggesting import SuggestingGroup
from inglenook_client.cli.texts import inward, writing
from inglenook_client.cli.words import Words
from inglenook_client.core.model import EntryView
from inglenook_client.journal import Journal

if TYPE_CHECKING:
    from inglenook_client.core.practices.drafting import DraftView
    from inglenook_client.core.practices.keeping_views import KindnessIdeaView, PrivateView

date_option = click.option("--date", metavar="DATE", help="The day it belongs to.")


def _day(text: str | None) -> str | None:
    from inglenook_client.cli.moments import given_date

    return given_date(text)


def _feelings(text: str) -> list[str]:
    return [word for part in text.replace("\n", ",").split(",") if (word := part.strip())]


def _asked(
    run: Run, command: str, said: Answers, fields: list[str], first: str
) -> tuple[Words, bool]:
    """The words of a command that asks when nothing was said, and nothing is left out."""
    nothing = said.empty and not fields
    words = Words(run, command, said.text())
    if nothing and run.someone_is_there and first:
        say(first)
    return words, nothing


_OF_INVENTORY = {
    "lost": "losses", "feeling": "feelings", "needs": "needs", "stress": "stresses",
    "curious": "curious",
}  # fmt: skip
_OF_REFLECTION = {"way": "in_the_way", "part": "own_part"}


def _done(
    run: Run,
    words: Words,
    work: Callable[[Journal, str], Awaitable[EntryView]],
    begin: Callable[[Journal], Awaitable[None]],
    *,
    asks_none: bool,
) -> EntryView:
    """Carry it out; where something is only left out there are no words to read."""
    if asks_none:
        return with_journal(run, lambda journal: work(journal, ""))
    return with_words(run, words, work, begin)


# ------------------------------------------------------------------------------ inventory


@click.command()
@click.option("--lost", default="", metavar="TEXT", help="What has been lost for you.")
@click.option("--feeling", "feelings", multiple=True, metavar="WORD", help="May be repeated.")
@click.option("--needs", default="", metavar="TEXT", help="What you would need.")
@click.option("--stress", default="", metavar="TEXT", help="What weighs on you besides.")
@click.option("--curious", default="", metavar="TEXT", help="What you'd like to know of the other.")
@click.option("--change", metavar="ID", help="Say parts of an earlier one anew.")
@click.option(
    "--without",
    type=OneOf(tuple(_OF_INVENTORY)),
    multiple=True,
    metavar="FIELD",
    help="With --change, leave it out from now on: lost, feeling, needs, stress or curious.",
)
@date_option
@with_run
def inventory(
    run: Run,
    lost: str,
    feelings: tuple[str, ...],
    needs: str,
    stress: str,
    curious: str,
    change: str | None,
    without: tuple[str, ...],
    date: str | None,
) -> None:
    """What was lost, what you feel and need; for you alone.

    Nobody else can learn that there is one. Without options it asks five
    questions, and each can be passed over. Read it again with: nook private
    """
    anew = {
        "lost": lost, "feeling": feelings, "needs": needs, "stress": stress, "curious": curious,
    }  # fmt: skip
    fields = left_out(without, _OF_INVENTORY, anew)
    given = {
        "losses": lost, "feelings": ", ".join(feelings), "needs": needs, "stresses": stress,
        "curious": curious,
    }  # fmt: skip
    said = Answers(given)
    if said.empty and not fields and not run.someone_is_there:
        raise NothingGivenError(inward.INVENTORY_NEEDS, inward.INVENTORY_NEEDS_STEP)
    words, nothing = _asked(run, "inventory", said, fields, inward.ONLY_YOURS)

    async def begin(_journal: Journal) -> None:
        if nothing:
            try:
                said.ask(inward.INVENTORY_QUESTIONS)
            finally:
                words.argument = said.text()
            if said.empty:
                raise NothingWrittenError(writing.NOTHING_RECORDED)

    async def work(journal: Journal, _words: str) -> EntryView:
        found = said.given
        named = _feelings(found.get("feelings", ""))
        if change is not None:
            changes: dict[str, str | list[str] | None] = {
                name: text for name, text in found.items() if name != "feelings"
            }
            changes["feelings"] = named or None
            changes["date"] = _day(date)
            return await journal.inward.edit_inventory(change, fields, **changes)
        return await journal.inward.write_inventory(
            losses=found.get("losses", ""),
            feelings=named,
            needs=found.get("needs", ""),
            stresses=found.get("stresses", ""),
            curious=found.get("curious", ""),
            date=_day(date),
        )

    entry = _done(run, words, work, begin, asks_none=said.empty and not nothing)
    line = inward.INVENTORY_KEPT if change is None else inward.SAID_ANEW
    answer(run, formats.entry(entry), f"{line}  {entry.id[:SHORT_ID_DIGITS]}")


# ------------------------------------------------------------------------------ reflection


@click.command()
@click.argument("happened", default="", metavar="[TEXT]")
@click.option("--way", default="", metavar="TEXT", help="What got in the way of seeing it so.")
@click.option("--part", default="", metavar="TEXT", help="Your own part.")
@click.option("--about", metavar="ID", help="The entry that it is about; nothing points back.")
@click.option("--change", metavar="ID", help="Say parts of an earlier one anew.")
@click.option(
    "--without",
    type=OneOf(tuple(_OF_REFLECTION)),
    multiple=True,
    metavar="FIELD",
    help="With --change, leave it out from now on: way or part.",
)
@date_option
@with_run
def reflect(
    run: Run,
    happened: str,
    way: str,
    part: str,
    about: str | None,
    change: str | None,
    without: tuple[str, ...],
    date: str | None,
) -> None:
    """After friction: about seven minutes, for you alone.

    Tell what happened as somebody would who likes you both. Without words it asks three
    questions, one after another, and each can be passed over. A line of it can be shared later:
    nook excerpt ID
    """
    fields = left_out(without, _OF_REFLECTION, {"way": way, "part": part})
    said = Answers({"happened": happened, "in_the_way": way, "own_part": part})
    if said.empty and not fields and not run.someone_is_there:
        raise NothingGivenError(inward.REFLECTION_NEEDS, inward.REFLECTION_NEEDS_STEP)
    words, nothing = _asked(run, "reflect", said, fields, inward.REFLECTION_FIRST)

    async def begin(_journal: Journal) -> None:
        if nothing:
            say(inward.ONLY_YOURS)
            try:
                said.ask(inward.REFLECTION_QUESTIONS)
            finally:
                words.argument = said.text()
            if said.empty:
                raise NothingWrittenError(writing.NOTHING_RECORDED)

    async def work(journal: Journal, _words: str) -> EntryView:
        found = said.given
        if change is not None:
            return await journal.inward.edit_reflection(
                change,
                fields,
                happened=found.get("happened"),
                in_the_way=found.get("in_the_way"),
                own_part=found.get("own_part"),
                date=_day(date),
            )
        return await journal.inward.write_reflection(
            found.get("happened", ""),
            in_the_way=found.get("in_the_way", ""),
            own_part=found.get("own_part", ""),
            about=about,
            date=_day(date),
        )

    entry = _done(run, words, work, begin, asks_none=said.empty and not nothing)
    kept = inward.REFLECTION_KEPT.format(id=entry.id[:SHORT_ID_DIGITS])
    answer(run, formats.entry(entry), kept if change is None else inward.SAID_ANEW)


# ------------------------------------------------------------------------------ a line to share


@click.command()
@click.argument("entry", metavar="[ID]", default="")
@click.argument("line", nargs=-1, metavar="[TEXT]")
@with_run
def excerpt(run: Run, entry: str, line: tuple[str, ...]) -> None:
    """Copy one private line into a draft, to share it later.

    Without TEXT you choose among its lines. The draft is yours alone until you share it with:
    nook share ID. What is shared then doesn't say where it comes from. Without an ID, or with
    last in its place, it is what you wrote last for yourself.
    """
    words = Words(run, "excerpt", " ".join(line))
    named = [entry]

    async def begin(journal: Journal) -> None:
        named[0] = await which_one(run, journal, entry, "excerpt")
        if not line:
            words.argument = await _chosen(run, journal, named[0])

    async def work(journal: Journal, said: str) -> DraftView:
        return await journal.inward.copy_line(named[0], said)

    draft = with_words(run, words, work, begin)
    id_ = draft.id[:SHORT_ID_DIGITS]
    document = formats.document("private-draft", draft=draft)
    answer(run, document, f"{inward.LINE_COPIED}  {id_}", inward.LINE_NEXT.format(id=id_))


async def _chosen(run: Run, journal: Journal, entry: str) -> str:
    lines = await journal.inward.lines(entry)
    if not run.someone_is_there:
        raise NothingGivenError(inward.NO_LINE_CHOSEN, inward.NO_LINE_CHOSEN_STEP)
    from inglenook_client.cli.asking import ask

    say(inward.LINES_FIRST)
    for number, one in enumerate(lines, 1):
        say("  " + inward.LINE_NUMBERED.format(number=number, line=one))
    said = ask(inward.ASK_WHICH_LINE, "")
    if not said:
        raise NothingWrittenError(writing.NOTHING_WRITTEN)
    if said.isdigit() and 1 <= int(said) <= len(lines):
        return lines[int(said) - 1]
    return said


# ------------------------------------------------------------------------------ kindness


@click.group(cls=SuggestingGroup, invoke_without_command=True, words_go_to="idea")
@click.pass_context
@with_run
def kindness(run: Run, context: click.Context) -> None:
    """Ideas for small kindnesses, for your eyes only.

    What was done is noted by whoever received it: nook thank. Of your ideas nobody learns.
    """
    if context.invoked_subcommand is not None:
        return

    async def work(journal: Journal) -> list[KindnessIdeaView]:
        return await journal.inward.ideas()

    ideas = with_journal(run, work)
    if run.json:
        emit(formats.document("kindness-ideas", ideas=ideas))
        return
    from inglenook_client.cli.render import inward as render
    from inglenook_client.cli.render.page import Page

    render.ideas(Page(), ideas)


def _tell_idea(run: Run, view: KindnessIdeaView, line: str) -> None:
    document = formats.document("kindness-idea", idea=view)
    answer(run, document, f"{line}  {view.id[:SHORT_ID_DIGITS]}")


@kindness.command()
@click.argument("text", required=False)
@draft_option
@with_run
def idea(run: Run, text: str | None, draft: str | None) -> None:
    """Note an idea."""
    one_source(text, draft)

    async def work(journal: Journal, words: str) -> KindnessIdeaView:
        return await journal.inward.note_idea(words)

    view = with_words(run, Words(run, "kindness idea", text, draft), work)
    _tell_idea(run, view, inward.IDEA_NOTED)


@kindness.command("edit")
@click.argument("which", metavar="ID")
@click.argument("text", required=False)
@with_run
def edit_idea(run: Run, which: str, text: str | None) -> None:
    """Say an idea anew."""

    async def work(journal: Journal, words: str) -> KindnessIdeaView:
        return await journal.inward.edit_idea(which, words)

    _tell_idea(run, with_words(run, Words(run, "kindness edit", text), work), inward.IDEA_EDITED)


@kindness.command()
@click.argument("which", metavar="ID")
@with_run
def aside(run: Run, which: str) -> None:
    """Set an idea aside, whatever became of it."""
    view = with_journal(run, lambda journal: journal.inward.set_idea_aside(which))
    _tell_idea(run, view, inward.IDEA_ASIDE)


# ------------------------------------------------------------------------------ pages


@click.group(cls=SuggestingGroup, invoke_without_command=True)
@click.option("--days", type=click.IntRange(1, 3660), default=7, help="How many days; 7 if unsaid.")
@click.option("--before", metavar="DATE", help="The days before this one.")
@click.pass_context
@with_run
def private(run: Run, context: click.Context, days: int, before: str | None) -> None:
    """Read what is only yours.

    Private entries, inventories and reflections by day; then drafts, ideas, what you pinned for
    yourself, and what you leave out when you look back.
    """
    if context.invoked_subcommand is not None:
        return

    async def work(journal: Journal) -> PrivateView:
        return await journal.inward.pages(days=days, before=_day(before))

    view = with_journal(run, work)
    if run.json:
        emit(
            formats.document(
                "private",
                days=view.days,
                before=view.before,
                drafts=view.drafts,
                ideas=view.ideas,
                keepsakes=view.keepsakes,
                hidden=view.hidden,
            )
        )
        return
    from inglenook_client.cli.render import dates
    from inglenook_client.cli.render import inward as render
    from inglenook_client.cli.render.page import Page

    render.pages(Page(), view, dates.today())


@private.command()
@click.argument("draft", metavar="ID")
@with_run
def drop(run: Run, draft: str) -> None:
    """Let a draft go, which only you have seen."""
    view = with_journal(run, lambda journal: journal.drafting.let_go(draft))
    answer(run, formats.document("private-draft", draft=view), inward.DRAFT_LET_GO)
