"""``nook check-in`` and ``nook thank``: small things, done in ten seconds."""

from __future__ import annotations

import click

from inglenook_client.cli import formats
from inglenook_client.cli.asking import ask
from inglenook_client.cli.commands.common import draft_option, one_source, shared_lines
from inglenook_client.cli.drafts_by_id import SHORT_ID_DIGITS
from inglenook_client.cli.errors import NothingGivenError, NothingWrittenError
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_words
from inglenook_client.cli.speaking import answer, say
from inglenook_client.cli.texts import writing
from inglenook_client.cli.words import Words
from inglenook_client.core.model import EntryView, Visibility
from inglenook_client.journal import Journal


def _tell(run: Run, entry: EntryView, partner: str | None) -> None:
    lines = shared_lines(partner) if entry.visibility == "shared" else [writing.KEPT_PRIVATE]
    lines[0] = f"{lines[0]}  {entry.id[:SHORT_ID_DIGITS]}"
    answer(run, formats.entry(entry), *lines)


@click.command("check-in")
@click.argument("feelings", nargs=-1, metavar="[FEELING]...")
@click.option("--energy", type=click.IntRange(1, 5), help="From 1, hardly any, to 5, plenty.")
@click.option("--note", default="", metavar="TEXT", help="A line about it.")
@click.option("--helps", default="", metavar="TEXT", help="What would help today.")
@click.option("--private", is_flag=True, help="For yourself alone.")
@click.option("--date", metavar="DATE", help="The day it belongs to.")
@with_run
def check_in(
    run: Run,
    feelings: tuple[str, ...],
    energy: int | None,
    note: str,
    helps: str,
    private: bool,
    date: str | None,
) -> None:
    """Say how you are, in a few words.

    Any words serve as feelings, and one digit from 1 to 5 is the energy: nook check-in calm 3.
    Without any it asks, and every question can be passed over. Shared once you are paired, unless
    --private.
    """
    words_for_it, energy = _energy_among(feelings, energy)
    nothing = not (feelings or energy is not None or note or helps)
    if nothing and not run.someone_is_there:
        raise NothingGivenError(writing.CHECK_IN_NEEDS, writing.CHECK_IN_NEEDS_STEP)
    visibility: Visibility | None = "private" if private else None
    said = _Said(words_for_it, energy, note, helps)

    async def work(journal: Journal, _words: str) -> tuple[EntryView, str | None]:
        from inglenook_client.cli.moments import given_date

        entry = await journal.check_in(
            feelings=said.feelings,
            energy=said.energy,
            note=said.note,
            would_help=said.helps,
            visibility=visibility,
            date=given_date(date),
        )
        return entry, journal.partner

    words = Words(run, "check-in", said.text())

    async def begin(_journal: Journal) -> None:
        if nothing:
            try:
                said.ask()
            finally:
                words.argument = said.text()
            if said.empty:
                raise NothingWrittenError(writing.NOTHING_RECORDED)

    entry, partner = with_words(run, words, work, begin)
    _tell(run, entry, partner)


def _feelings(said: str) -> list[str]:
    """Words apart, or what stands between commas: "tired, a bit tender"."""
    return (
        [word.strip() for word in said.split(",") if word.strip()] if "," in said else said.split()
    )


def _energy_among(feelings: tuple[str, ...], energy: int | None) -> tuple[list[str], int | None]:
    """A digit from 1 to 5 among the feelings is the energy, where that is not said yet."""
    digits = [word for word in feelings if word in _ENERGIES]
    if energy is not None or len(digits) != 1:
        return list(feelings), energy
    return [word for word in feelings if word not in _ENERGIES], int(digits[0])


_ENERGIES = ("1", "2", "3", "4", "5")


class _Said:
    def __init__(self, feelings: list[str], energy: int | None, note: str, helps: str) -> None:
        self.feelings = feelings
        self.energy = energy
        self.note = note
        self.helps = helps

    @property
    def empty(self) -> bool:
        return not (self.feelings or self.energy is not None or self.note or self.helps)

    def ask(self) -> None:
        """Four short questions; Enter passes over each."""
        say(writing.ASK_FEELINGS.format(feelings=", ".join(writing.FEELINGS)))
        self.feelings = _feelings(ask(writing.ASK_FEELINGS_PROMPT, ""))
        while True:
            energy = ask(writing.ASK_ENERGY, "")
            if energy in {"", *_ENERGIES}:
                break
        self.energy = int(energy) if energy else None
        self.note = ask(writing.ASK_NOTE, "")
        self.helps = ask(writing.ASK_HELPS, "")

    def text(self) -> str:
        """All of it as text, in case it has to be kept as a draft."""
        energy = "" if self.energy is None else f"energy {self.energy}"
        lines = (", ".join(self.feelings), energy, self.note, self.helps)
        return "\n".join(line for line in lines if line)


@click.command()
@click.argument("noticed", required=False)
@click.option("--did", default="", metavar="TEXT", help="What it did, or what it meant to you.")
@click.option("--private", is_flag=True, help="For yourself alone.")
@click.option("--date", metavar="DATE", help="The day it belongs to.")
@draft_option
@with_run
def thank(
    run: Run, noticed: str | None, did: str, private: bool, date: str | None, draft: str | None
) -> None:
    """Note a kindness that you received.

    NOTICED is what you saw the other do: nook thank "You warmed the car" --did "My day began
    soft". Shared once you are paired, unless --private.
    """
    one_source(noticed, draft)
    visibility: Visibility | None = "private" if private else None

    async def work(journal: Journal, seen: str) -> tuple[EntryView, str | None]:
        from inglenook_client.cli.moments import given_date

        if words.asked and not did:
            words.also = ask(writing.ASK_DID, "")
        entry = await journal.appreciate(
            seen, effect=words.also, visibility=visibility, date=given_date(date)
        )
        return entry, journal.partner

    words = Words(run, "thank", noticed, draft, also=did)
    entry, partner = with_words(run, words, work)
    _tell(run, entry, partner)
