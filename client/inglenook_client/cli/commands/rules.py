"""``nook rules``: ground rules that hold once both agree (PRACTICES 5)."""

from __future__ import annotations

import click

from inglenook_client.cli import formats
from inglenook_client.cli.commands.common import draft_option, one_source
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal, with_words
from inglenook_client.cli.speaking import answer, begin_sentence, called, emit
from inglenook_client.cli.suggesting import OrderedGroup
from inglenook_client.cli.texts import talking
from inglenook_client.cli.words import Words
from inglenook_client.core.practices.agreeing_views import RulesView
from inglenook_client.journal import Journal


@click.group(cls=OrderedGroup, invoke_without_command=True, words_go_to="write")
@click.pass_context
@with_run
def rules(run: Run, context: click.Context) -> None:
    """Ground rules that you both agree to.

    They are shown whenever a conversation opens. Either can take their agreement back, and new
    words ask you both again.
    """
    if context.invoked_subcommand is not None:
        return

    async def work(journal: Journal) -> tuple[list[RulesView], str | None]:
        return await journal.rules.all(), journal.partner

    views, partner = with_journal(run, work)
    if run.json:
        emit(formats.document("rules", rules=views))
        return
    from inglenook_client.cli.render import talking as render
    from inglenook_client.cli.render.page import Page

    render.rules(Page(), views, called(partner))


@rules.command()
@click.argument("lines", nargs=-1, metavar="[RULE]...")
@draft_option
@with_run
def write(run: Run, lines: tuple[str, ...], draft: str | None) -> None:
    """Propose rules, or others in their place: one each, in quotes or one on each line.

    Your own word for them is given with it; they hold once the other person agrees.
    """
    text = "\n".join(lines) or None
    one_source(text, draft)
    words = Words(run, "rules write", text, draft)

    async def begin(journal: Journal) -> None:
        standing = await journal.rules.all()
        if standing:
            words.start = "\n".join(standing[0].standing[-1].rules) + "\n"

    async def work(journal: Journal, said: str) -> tuple[RulesView, str | None]:
        return await journal.rules.write(said.splitlines()), journal.partner

    view, partner = with_words(run, words, work, begin)
    line = talking.RULES_WRITTEN.format(partner=begin_sentence(called(partner)))
    answer(run, formats.document("rules", rules=[view]), line)


@rules.command()
@click.argument("entry", metavar="[ID]", default="")
@with_run
def agree(run: Run, entry: str) -> None:
    """Agree to the rules as they stand."""
    view = with_journal(run, lambda journal: journal.rules.agree_to(entry))
    line = talking.RULES_AGREED if view.holds else talking.RULES_AGREED_ONE
    answer(run, formats.document("rules", rules=[view]), line)


@rules.command()
@click.argument("entry", metavar="[ID]", default="")
@with_run
def revoke(run: Run, entry: str) -> None:
    """Take your agreement back; no reason is needed."""
    view = with_journal(run, lambda journal: journal.rules.take_back(entry))
    answer(run, formats.document("rules", rules=[view]), talking.RULES_REVOKED)
