"""From a run to an open journal: the one place that knows the facade."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from inglenook_client.cli.quiet import silence
from inglenook_client.cli.run import Run, WordsLeft
from inglenook_client.cli.speaking import say
from inglenook_client.cli.texts import writing
from inglenook_client.cli.unlocking import unlocked
from inglenook_client.cli.words import Words
from inglenook_client.journal import Journal, KeptWords, keep_draft
from inglenook_protocol.errors import InglenookError

T = TypeVar("T")


def journal_class() -> type[Journal]:
    """The facade; tests put another in its place."""
    return Journal


async def keep(home: Path, command: str, text: str) -> bool:
    """Keep words without unlocking; False if that is not possible."""
    return await keep_draft(home, command, text)


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run the asynchronous part of a command."""
    silence()
    return asyncio.run(work)


@asynccontextmanager
async def open_journal(run: Run) -> AsyncIterator[Journal]:
    """The journal of this run, unlocked. Raises what ``Journal.open`` raises."""
    facade = journal_class()
    async with await unlocked(run, lambda unlock: facade.open(run.home, unlock)) as journal:
        yield journal


def with_journal(run: Run, work: Callable[[Journal], Awaitable[T]]) -> T:
    """Open the journal, do ``work`` in it, close it."""

    async def opened() -> T:
        async with open_journal(run) as journal:
            return await work(journal)

    return run_async(opened())


def with_kept_words(run: Run, work: Callable[[KeptWords], Awaitable[T]]) -> T:
    """Unlock the drafts and do ``work`` with them; the journal's databases stay closed.

    So they can be had when a damaged database or a full disk is why they were kept.
    """

    async def opened() -> T:
        return await work(await unlocked(run, lambda unlock: KeptWords.open(run.home, unlock)))

    return run_async(opened())


def with_words(
    run: Run,
    words: Words,
    work: Callable[[Journal, str], Awaitable[T]],
    begin: Callable[[Journal], Awaitable[None]] | None = None,
) -> T:
    """As ``with_journal``, with a text; whatever ends it early, the text is kept.

    The journal is unlocked first: nobody writes a letter to learn that the door is locked.
    """

    async def opened() -> T:
        async with open_journal(run) as journal:
            await words.take_up_draft(journal)
            if begin is not None:
                await begin(journal)
            outcome = await work(journal, words.read())
            if words.draft_id is not None:
                await _drop(journal, words.draft_id)
            await _drop_twins(run, journal, words)
            return outcome

    try:
        return run_async(opened())
    except BaseException:
        leave_words(run, words)
        raise


async def _drop(journal: Journal, draft_id: str) -> None:
    try:
        await journal.drop_draft(draft_id)
    except InglenookError:
        # The words are in the journal; a draft too many is no reason to take that back.
        say(writing.DRAFT_STAYS)


async def _drop_twins(run: Run, journal: Journal, words: Words) -> None:
    """Let go of drafts of just these words, which found their place now."""
    text = (words.in_full() or "").strip()
    try:
        for draft in await journal.drafts():
            if draft.command == words.command and draft.text.strip() == text:
                await journal.drop_draft(draft.id)
                if not run.json:
                    say(writing.TWIN_DROPPED)
    except InglenookError:
        pass  # it can still be let go by hand


def leave_words(run: Run, words: Words) -> None:
    """Keep the words of a command that ended early, or have them shown at its end."""
    text = words.in_full()
    if text is None or not text.strip():
        return
    if text == words.draft_text:
        run.words_left = WordsLeft(kept=True, text=text, draft_taken_up=True)
        return
    # First as words to be shown: if keeping them is interrupted too, that still happens.
    run.words_left = WordsLeft(kept=False, text=text)
    try:
        run.words_left.kept = run_async(keep(run.home, words.command, text))
    except Exception:
        run.words_left.kept = False
