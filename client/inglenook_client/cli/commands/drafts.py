"""``nook drafts``: words that could not be taken in and were kept."""

from __future__ import annotations

import click

from inglenook_client.cli import formats
from inglenook_client.cli.drafts_by_id import SHORT_ID_DIGITS, find_draft
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_kept_words
from inglenook_client.cli.speaking import answer, emit, say, verbatim
from inglenook_client.cli.suggesting import SuggestingGroup
from inglenook_client.cli.texts import writing
from inglenook_client.core.model import Draft
from inglenook_client.journal import KeptWords

# What is not here has no --draft; `nook write` takes any words.
_TAKEN_UP_BY = {
    "thank": "thank",
    "park": "park",
    "word": "word",
    "reply": "reply ID",
    "edit": "edit ID",
}


@click.group(cls=SuggestingGroup, invoke_without_command=True)
@click.pass_context
@with_run
def drafts(run: Run, context: click.Context) -> None:
    """Words that found no place yet.

    When something stands in the way of an entry, a full disk or a mistyped passphrase, its
    words are kept here, encrypted. Without a command, this lists them.
    """
    if context.invoked_subcommand is not None:
        return

    async def work(kept_words: KeptWords) -> list[Draft]:
        return await kept_words.drafts()

    kept = with_kept_words(run, work)
    if run.json:
        emit(formats.drafts(kept))
        return
    if not kept:
        say(writing.NO_DRAFTS)
        return
    from inglenook_client.cli.render import dates
    from inglenook_client.cli.render.page import QUIET, Page

    page, now = Page(), dates.today()
    page.gap()
    for draft in kept:
        first = " ".join(draft.text.split())
        about = f"{draft.command}, {dates.moment(draft.kept_at, now)}"
        page.line((draft.id[:SHORT_ID_DIGITS], "bold"), (f"  {about}", QUIET), indent=2)
        page.line(first if len(first) <= 120 else f"{first[:119]}…", indent=4)
        page.gap()
    last = kept[-1]
    command = _TAKEN_UP_BY.get(last.command, "write")
    say(writing.DRAFT_HINT.format(command=command, id=last.id[:SHORT_ID_DIGITS]))
    say(writing.DRAFT_HINT_DROP)


@drafts.command("show")
@click.argument("draft", metavar="ID")
@with_run
def show_draft(run: Run, draft: str) -> None:
    """Print kept words in full."""

    async def work(kept_words: KeptWords) -> Draft:
        return find_draft(await kept_words.drafts(), draft)

    found = with_kept_words(run, work)
    if run.json:
        emit(formats.document("draft", draft=found))
    else:
        verbatim(found.text)


@drafts.command("drop")
@click.argument("draft", metavar="ID")
@with_run
def drop(run: Run, draft: str) -> None:
    """Let kept words go for good."""

    async def work(kept_words: KeptWords) -> Draft:
        found = find_draft(await kept_words.drafts(), draft)
        await kept_words.drop_draft(found.id)
        return found

    found = with_kept_words(run, work)
    answer(run, formats.document("draft-dropped", id=found.id), writing.DRAFT_DROPPED)
