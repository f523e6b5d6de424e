"""``nook tender``: telling something tender, with the answer that is welcome (PRACTICES 13)."""

from __future__ import annotations

import click

from inglenook_client.cli import formats
from inglenook_client.cli.asking import ask
from inglenook_client.cli.choosing import OneOf
from inglenook_client.cli.commands.listen import with_kept
from inglenook_client.cli.commands.sharing import drafted, drop_command
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal, with_words
from inglenook_client.cli.speaking import answer, begin_sentence, called, emit
from inglenook_client.cli.suggesting import OrderedGroup
from inglenook_client.cli.texts import needing
from inglenook_client.cli.words import Words
from inglenook_client.core.practices.drafting import DraftView
from inglenook_client.core.practices.needing_views import DisclosureView
from inglenook_client.journal import Journal

LATEST = 20
WANTED = ("listen", "comfort", "talk", "no-reply")


@click.group(cls=OrderedGroup, invoke_without_command=True, words_go_to="tell")
@click.option("--all", "whole_list", is_flag=True, help="All of it, not the latest alone.")
@click.pass_context
@with_run
def tender(run: Run, context: click.Context, whole_list: bool) -> None:
    """Tell something tender, and say which answer would be welcome.

    It stays out of looking back, of what is exported, and of searches, unless you allow it. You
    can take it back with nook redact; who received it may have kept it.
    """
    if context.invoked_subcommand is not None:
        return

    async def work(journal: Journal) -> tuple[list[DisclosureView], list[DraftView]]:
        told = await journal.disclosing.all(0 if whole_list else LATEST)
        return told, await journal.drafting.open("disclosure")

    told, drafts = with_journal(run, work)
    if run.json:
        emit(formats.document("disclosures", disclosures=told, drafts=drafts))
        return
    from inglenook_client.cli.render import dates
    from inglenook_client.cli.render import needing as render
    from inglenook_client.cli.render.page import Page

    render.disclosures(Page(), told, drafts, dates.today())


@tender.command()
@click.argument("words", nargs=-1, metavar="[TEXT]")
@click.option("--wants", type=OneOf(WANTED), help="listen, comfort, talk or no-reply.")
@click.option("--look-back", is_flag=True, help="It may be looked back at, and found.")
@with_run
def tell(run: Run, words: tuple[str, ...], wants: str | None, look_back: bool) -> None:
    """Put it into words, and say what would be welcome.

    It is drafted first, for you alone, and told by a second step: nook share ID. Without --wants
    you are asked, or it is simply to be listened to.
    """
    kept = Words(run, "tender tell", " ".join(words) or None)

    async def work(journal: Journal) -> None:
        text = kept.read()
        kept.argument = text
        wanted = wants
        while wanted is None and run.someone_is_there:
            said = ask(needing.ASK_WANTED, WANTED[0]).lower()
            wanted = said if said in WANTED else None
        draft = await journal.disclosing.draft(text, wanted or WANTED[0], look_back=look_back)
        kept.take_in()
        await drafted(run, journal, draft)

    with_kept(run, kept, work)


@tender.command()
@click.argument("entry", metavar="[ID]", default="last")
@with_run
def show(run: Run, entry: str) -> None:
    """Read it, with the replies to it."""
    view = with_journal(run, lambda journal: journal.disclosing.show(entry))
    if run.json:
        emit(formats.document("disclosure", disclosure=view))
        return
    from inglenook_client.cli.render import dates
    from inglenook_client.cli.render import needing as render
    from inglenook_client.cli.render.page import Page

    render.disclosures(Page(), [view], [], dates.today())


@tender.command()
@click.argument("entry", metavar="[ID]", default="")
@with_run
def received(run: Run, entry: str) -> None:
    """Say that it has arrived with you; reading alone never says so."""
    view = with_journal(run, lambda journal: journal.disclosing.receive(entry))
    _tell(run, view, needing.RECEIVED_SAID)


@tender.command()
@click.argument("entry", metavar="ID")
@click.argument("words", nargs=-1, metavar="[TEXT]")
@click.option("--wants", type=OneOf(WANTED), help="listen, comfort, talk or no-reply.")
@with_run
def edit(run: Run, entry: str, words: tuple[str, ...], wants: str | None) -> None:
    """Say it in other words, or wish for another answer."""

    async def work(journal: Journal, text: str) -> tuple[DisclosureView, str | None]:
        view = await journal.disclosing.edit(entry, text=text or None, wanted=wants)
        return view, journal.partner

    async def only_wants(journal: Journal) -> tuple[DisclosureView, str | None]:
        return await work(journal, "")

    if wants is not None and not words:
        view, partner = with_journal(run, only_wants)
    else:
        view, partner = with_words(run, Words(run, "tender edit", " ".join(words) or None), work)
    _tell(run, view, needing.TENDER_EDITED.format(partner=begin_sentence(called(partner))))


@tender.command("look-back")
@click.argument("entry", metavar="ID")
@click.option("--no", "unset", is_flag=True, help="It stays out again.")
@with_run
def look_back_(run: Run, entry: str, unset: bool) -> None:
    """Let it be looked back at and found; with --no, it stays out again."""
    view = with_journal(
        run, lambda journal: journal.disclosing.set_look_back(entry, allowed=not unset)
    )
    _tell(run, view, needing.LOOK_BACK_UNSET if unset else needing.LOOK_BACK_SET)


tender.add_command(drop_command())


def _tell(run: Run, view: DisclosureView, line: str) -> None:
    answer(run, formats.document("disclosure", disclosure=view), line)
