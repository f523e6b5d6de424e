"""``nook talk``: the window of a conversation, from a proposal to its end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import click

from inglenook_client.cli import formats
from inglenook_client.cli.asking import ask
from inglenook_client.cli.choosing import Length, OneOf
from inglenook_client.cli.commands import listen
from inglenook_client.cli.commands.common import given_appointment, left_out
from inglenook_client.cli.commands.sharing import drop_command
from inglenook_client.cli.errors import NotAMomentError, NothingGivenError, NothingWrittenError
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal, with_words
from inglenook_client.cli.speaking import answer, begin_sentence, called, emit, say
from inglenook_client.cli.speaking import show as say_out
from inglenook_client.cli.suggesting import OrderedGroup
from inglenook_client.cli.texts import talking, writing
from inglenook_client.cli.words import Words, id_and_text
from inglenook_client.core.practices.agreeing_views import GoalView
from inglenook_client.core.practices.talking_views import ConversationView
from inglenook_client.journal import Journal

DEFAULT_MINUTES = 30
LATEST = 20
ORDER = (
    "propose", "accept", "counter", "decline", "begin", "open", "say", "hear", "confirm", "correct",
    "validate", "answer", "leave", "point", "goal", "agree", "revoke", "close", "show", "list",
    "drop",
)  # fmt: skip
MODES = ("two-devices", "one-device", "afterwards")

_minutes = click.option(
    "--for",
    "minutes",
    type=Length(),
    metavar="LENGTH",
    help="How long: minutes, or as 1h30; 30 if unsaid.",
)
_at = click.option(
    "--at", metavar="WHEN", help="When: 19:30, sat 19:30, in 2 hours, or a date and a time."
)
_note = click.option("--note", default="", metavar="TEXT", help="A word about it.")


@click.group(cls=OrderedGroup, invoke_without_command=True, words_go_to="propose")
@click.pass_context
@with_run
def talk(run: Run, context: click.Context) -> None:
    """Talk in a calm frame: propose, open, speak, listen, close.

    Without a command it shows the conversation of now: the open one, or the next. Someone
    proposes a topic, a time and a length; at its time you open it, speak in turns, say back what
    you heard, and close it, settled or not.
    """
    if context.invoked_subcommand is None:
        _look(run, "")


@talk.command("show")
@click.argument("entry", metavar="[ID]", default="")
@with_run
def show(run: Run, entry: str) -> None:
    """Read one conversation."""
    _look(run, entry)


@talk.command("list")
@click.option("--all", "whole_list", is_flag=True, help="All of them, not the latest alone.")
@with_run
def list_(run: Run, whole_list: bool) -> None:
    """Conversations, the latest first."""

    async def work(journal: Journal) -> list[ConversationView]:
        return await journal.talking.all(None if whole_list else LATEST + 1)

    views = with_journal(run, work)
    more = not whole_list and len(views) > LATEST
    views = views if whole_list else views[:LATEST]
    if run.json:
        emit(formats.document("conversations", conversations=views))
        return
    from inglenook_client.cli.render import dates
    from inglenook_client.cli.render import talking as render
    from inglenook_client.cli.render.page import Page

    render.conversations(Page(), views, dates.today(), more=more)


@talk.command()
@click.argument("topic", required=False)
@_at
@_minutes
@click.option("--mode", type=OneOf(MODES), default=MODES[0], help="How; on two devices if unsaid.")
@_note
@click.option("--about", metavar="ID", help="What it comes from, such as an entry or a need.")
@with_run
def propose(
    run: Run,
    topic: str | None,
    at: str | None,
    minutes: int | None,
    mode: str,
    note: str,
    about: str | None,
) -> None:
    """Propose a topic, a time and a length.

    For example: nook talk propose "The mornings" --at "sat 19:30" --for 20. The time counts by the
    zone that you two chose (nook zone), wherever you are. Modes: two-devices, one-device (it is
    passed between you), afterwards.
    """

    async def work(journal: Journal, words: str) -> tuple[ConversationView, str | None]:
        view = await journal.talking.propose(
            words,
            await _moment(run, journal, at),
            minutes or DEFAULT_MINUTES,
            mode=mode,
            note=note,
            about=about,
        )
        return view, journal.partner

    given = Words(run, "talk propose", topic, also=note)
    view, partner = with_words(run, given, work, _asked(run, given))
    line = talking.PROPOSED.format(partner=begin_sentence(called(partner)))
    _tell(run, view, line, _window(view))


@talk.command()
@click.argument("topic", required=False)
@click.option("--afterwards", is_flag=True, help="It took place already; you note it now.")
@_at
@_minutes
@with_run
def begin(
    run: Run, topic: str | None, afterwards: bool, at: str | None, minutes: int | None
) -> None:
    """Begin now, with this one device between you.

    You pass it to each other; whose words it takes down follows from the turn. With --afterwards
    for what you talked about before, --at its time.
    """

    async def work(journal: Journal, words: str) -> tuple[ConversationView, str | None]:
        view = await journal.talking.begin(
            words,
            minutes or DEFAULT_MINUTES,
            mode=MODES[2 if afterwards else 1],
            starts_ms=None if at is None else await _at_ms(journal, at, past=afterwards),
        )
        return view, journal.partner

    given = Words(run, "talk begin", topic)
    view, partner = with_words(run, given, work, _asked(run, given))
    whole(run, view, partner, talking.OPENED)


@talk.command()
@click.argument("entry", metavar="[ID]", default="")
@with_run
def accept(run: Run, entry: str) -> None:
    """Say yes to what the other person proposed."""
    _act(run, lambda journal: journal.talking.accept(entry), talking.ACCEPTED)


@talk.command()
@click.argument("entry", metavar="[ID]", default="")
@_at
@_minutes
@click.option("--topic", metavar="TEXT", help="Another topic.")
@click.option("--mode", type=OneOf(MODES), help="Another way.")
@click.option("--note", metavar="TEXT", help="A word about it.")
@click.option(
    "--without",
    type=OneOf(("note",)),
    multiple=True,
    metavar="FIELD",
    help="Leave it out from now on: note.",
)
@with_run
def counter(
    run: Run,
    entry: str,
    at: str | None,
    minutes: int | None,
    topic: str | None,
    mode: str | None,
    note: str | None,
    without: tuple[str, ...],
) -> None:
    """Propose another time, length or topic; what you leave out stays."""
    fields = left_out(without, {"note": "note"}, {"note": note})

    async def work(journal: Journal) -> ConversationView:
        return await journal.talking.counter(
            entry,
            topic=topic,
            note=note,
            mode=mode,
            minutes=minutes,
            without=fields,
            starts_ms=None if at is None else await _at_ms(journal, at),
        )

    view = with_journal(run, work)
    _tell(run, view, talking.COUNTERED, _window(view))


@talk.command()
@click.argument("entry", metavar="[ID]", default="")
@click.option("--note", default="", metavar="TEXT", help="A word, if you like; none is needed.")
@with_run
def decline(run: Run, entry: str, note: str) -> None:
    """Say no, or take your own proposal back; no reason is needed."""
    _act(run, lambda journal: journal.talking.decline(entry, note), talking.DECLINED)


@talk.command("open")
@click.argument("entry", metavar="[ID]", default="")
@with_run
def open_(run: Run, entry: str) -> None:
    """Open the conversation; your ground rules are shown.

    Opening what the other person proposed says yes to it.
    """

    async def work(journal: Journal) -> tuple[ConversationView, str | None]:
        return await journal.talking.open(entry), journal.partner

    view, partner = with_journal(run, work)
    whole(run, view, partner, talking.OPENED)


@talk.command()
@click.argument("words", nargs=-1, metavar="[TEXT]")
@with_run
def point(run: Run, words: tuple[str, ...]) -> None:
    """Name something that the other person is right about."""

    async def work(journal: Journal, text: str) -> ConversationView:
        return await journal.talking.acknowledge(text)

    given = Words(run, "talk point", " ".join(words) or None)
    _tell(run, with_words(run, given, work), talking.POINTED)


@talk.command()
@click.argument("words", nargs=-1, metavar="[ID] [TEXT]")
@with_run
def goal(run: Run, words: tuple[str, ...]) -> None:
    """Name a goal for both of you; with its ID, say it in other words.

    It is a goal for both once you both agree: nook talk agree. An edit asks again.
    """
    entry, text = id_and_text(words)

    async def work(journal: Journal, said: str) -> tuple[GoalView, str | None]:
        if entry:
            return await journal.goals.edit(entry, said), journal.partner
        now = await journal.talking.open_now()
        return await journal.goals.name(said, conversation=now), journal.partner

    view, partner = with_words(run, Words(run, "talk goal", text), work)
    line = talking.GOAL_NAMED.format(partner=begin_sentence(called(partner)))
    answer(run, formats.document("goal", goal=view), f"{line}  {view.id[:8]}")


@talk.command()
@click.argument("entry", metavar="[ID]", default="")
@with_run
def agree(run: Run, entry: str) -> None:
    """Agree to a goal, as its words stand; without an ID, to the latest that asks."""
    view = with_journal(run, lambda journal: journal.goals.agree_to(entry))
    line = talking.GOAL_AGREED if view.holds else talking.GOAL_AGREED_ONE
    words = view.holds or view.standing[-1]
    answer(run, formats.document("goal", goal=view), line, f"  {words.text}")


@talk.command()
@click.argument("entry", metavar="ID")
@with_run
def revoke(run: Run, entry: str) -> None:
    """Take your agreement to a goal back."""
    view = with_journal(run, lambda journal: journal.goals.take_back(entry))
    answer(run, formats.document("goal", goal=view), talking.GOAL_REVOKED)


@talk.command()
@click.argument("entry", metavar="[ID]", default="")
@click.option("--thanks", default="", metavar="TEXT", help="Something that you appreciated.")
@click.option("--next", "next_step", default="", metavar="TEXT", help="A next step.")
@click.option("--settled", is_flag=True, help="You settled it; it may just as well stay open.")
@with_run
def close(run: Run, entry: str, thanks: str, next_step: str, settled: bool) -> None:
    """Close it, settled or not, with an appreciation and a next step.

    Without options it asks for both; each can be passed over.
    """
    said = {"thanks": thanks, "next_step": next_step}
    words = Words(run, "talk close", "\n".join(filter(None, said.values())))

    async def work(journal: Journal) -> tuple[ConversationView, str | None]:
        await journal.talking.check(entry)  # a wrong id is told before the questions
        if not (thanks or next_step) and run.someone_is_there:
            said["thanks"] = ask(talking.ASK_THANKS, "")
            said["next_step"] = ask(talking.ASK_NEXT, "")
            words.argument = "\n".join(filter(None, said.values()))
        return await journal.talking.close(entry, settled=settled, **said), journal.partner

    view, _partner = listen.with_kept(run, words, work)
    _tell(run, view, talking.CLOSED)


for command in (*listen.COMMANDS, drop_command()):
    talk.add_command(command)
talk.commands = {name: talk.commands[name] for name in ORDER}


def _asked(run: Run, words: Words) -> Callable[[Journal], Awaitable[None]]:
    """Asks for a topic in one line, where one was not given and somebody is there."""

    async def begin(journal: Journal) -> None:
        journal.talking.shared()  # who is not paired yet is told before the questions
        if words.argument is None and run.someone_is_there:
            words.argument = ask(talking.ASK_TOPIC, "")
            if not words.argument:
                raise NothingWrittenError(writing.NOTHING_WRITTEN)

    return begin


async def _moment(run: Run, journal: Journal, at: str | None) -> int:
    """When, asked for until it is one. Raises NothingGivenError, NotAMomentError."""
    if at is not None:
        return await _at_ms(journal, at)
    if not run.someone_is_there:
        raise NothingGivenError(talking.WHEN_NEEDED, talking.WHEN_NEEDED_STEP)
    while True:
        try:
            return await _at_ms(journal, ask(talking.ASK_WHEN))
        except NotAMomentError as error:
            say(error.message)
            say(error.next_step)


async def _at_ms(journal: Journal, said: str, *, past: bool = False) -> int:
    return round((await given_appointment(journal, said, past=past)).timestamp() * 1000)


def whole(run: Run, view: ConversationView, partner: str | None, line: str = "") -> None:
    """A conversation as it stands now, under a sentence."""
    if run.json:
        emit(formats.document("conversation", conversation=view))
        return
    from inglenook_client.cli.render import dates
    from inglenook_client.cli.render import talking as render
    from inglenook_client.cli.render.page import Page

    if line:
        say_out(line)
    render.conversation(Page(), view, dates.today(), called(partner))


def _look(run: Run, entry: str) -> None:
    async def work(journal: Journal) -> tuple[ConversationView | None, str | None]:
        if entry:
            return await journal.talking.show(entry), journal.partner
        return await journal.talking.current(), journal.partner

    view, partner = with_journal(run, work)
    if view is None:
        document = formats.document("conversation", conversation=None)
        answer(run, document, talking.NONE_YET, talking.NONE_NEXT)
    else:
        whole(run, view, partner)


def _act(run: Run, work: Callable[[Journal], Awaitable[ConversationView]], line: str) -> None:
    _tell(run, with_journal(run, work), line)


def _tell(run: Run, view: ConversationView, line: str, *more: str) -> None:
    document = formats.document("conversation", conversation=view)
    answer(run, document, f"{line}  {view.id[:8]}", *more)


def _window(view: ConversationView) -> str:
    from inglenook_client.cli.render import dates
    from inglenook_client.cli.render.talking import window

    return window(view, dates.today())
