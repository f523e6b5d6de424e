"""Drafts that are shared by a second act, which says who will see them (D→S rows)."""

from __future__ import annotations

from typing import Any

import click

from inglenook_client.cli import formats
from inglenook_client.cli.commands.common import sure
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal
from inglenook_client.cli.speaking import answer, begin_sentence, called, emit, say, show
from inglenook_client.cli.texts import inward, needing, talking, writing
from inglenook_client.core.practices.drafting import DraftView
from inglenook_client.journal import Journal


async def drafted(run: Run, journal: Journal, draft: DraftView) -> None:
    """Tell of a draft; where somebody is there, offer to share it now."""
    if run.json:
        emit(formats.document("private-draft", draft=draft))
        return
    show(f"{talking.DRAFTED}  {draft.id[:8]}")
    for hint in draft.hints:
        say(talking.HINTS[hint.hint].format(word=hint.word))
    if draft.hints:
        say(talking.HINTS_STAY)
    if await journal.drafting.has_place(draft):
        if run.someone_is_there:
            await share_draft(run, journal, draft.id, yes=False)
        else:
            partner = called(journal.partner)
            show(talking.DRAFTED_NEXT.format(partner=partner, id=draft.id[:8]))
    else:
        show(talking.DRAFTED_WAITS.format(id=draft.id[:8]))


async def share_draft(run: Run, journal: Journal, draft: str, *, yes: bool) -> None:
    """The second act. Raises ConfirmationNeededError where nobody can be asked."""
    partner = begin_sentence(called(journal.partner))
    question = talking.ASK_SHARE_DRAFT.format(partner=partner)
    if not sure(run, question, writing.SHARE_NEEDS_YES, yes=yes):
        return
    document, line = await _shared(journal, draft)
    if run.json:
        emit(document)
    else:
        show(line.format(partner=partner))


def drop_command() -> click.Command:
    """A group's command that lets one of its drafts go."""

    @click.command("drop")
    @click.argument("draft", metavar="ID")
    @with_run
    def drop(run: Run, draft: str) -> None:
        """Let a draft go, which only you have seen."""
        view = with_journal(run, lambda journal: journal.drafting.let_go(draft))
        answer(run, formats.document("private-draft", draft=view), needing.LET_GO)

    return drop


async def _shared(journal: Journal, draft: str) -> tuple[dict[str, Any], str]:
    practice = await journal.drafting.practice_of(draft)
    if practice == "turn":
        conversation = await journal.talking.share(draft)
        line = talking.SPOKEN if conversation.mode == "two-devices" else talking.SPOKEN_HERE
        return formats.document("conversation", conversation=conversation), line
    if practice == "need":
        need = await journal.needing.share(draft)
        return formats.document("need", need=need), f"{needing.STATED}  {need.id[:8]}"
    if practice == "journal":
        entry = await journal.inward.share_line(draft)
        return formats.entry(entry), f"{inward.LINE_SHARED}  {entry.id[:8]}"
    told = await journal.disclosing.share(draft)
    return formats.document("disclosure", disclosure=told), f"{needing.TOLD}  {told.id[:8]}"
