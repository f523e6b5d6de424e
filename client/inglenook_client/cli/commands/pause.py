"""``nook pause``: the quickest of all commands; nothing is asked (PRACTICES 8)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import click

from inglenook_client.cli import formats
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal
from inglenook_client.cli.speaking import answer
from inglenook_client.cli.suggesting import OrderedGroup
from inglenook_client.cli.texts import talking
from inglenook_client.core.model import PauseView
from inglenook_client.journal import Journal

NOT_TODAY = "not-today"
DEFAULT_MINUTES = 10

_plan = click.option("--plan", default="", metavar="TEXT", help="How you would like to go on.")


class PauseGroup(OrderedGroup):
    """A group whose first word may be a length: ``nook pause 20``."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0].isdigit() or args[0] == NOT_TODAY:
            return "for", self.get_command(ctx, "for"), args
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in super().list_commands(ctx) if name != "for"]


@click.group(
    cls=PauseGroup,
    invoke_without_command=True,
    subcommand_metavar="[MINUTES | COMMAND]",
)
@_plan
@click.pass_context
@with_run
def pause(run: Run, context: click.Context, plan: str) -> None:
    """Call a pause; nothing is asked.

    Ten minutes, or as you say: nook pause 20, 30, 60, or not-today. Both of you see when it ends
    and how you go on, and it works without a network. Called while a pause is on, it asks for
    more time, from now.
    """
    if context.invoked_subcommand is None:
        _call(run, DEFAULT_MINUTES, plan)


@pause.command("for", hidden=True)
@click.argument("length")
@_plan
@with_run
def for_(run: Run, length: str, plan: str) -> None:
    """Call a pause of so many minutes, or not-today."""
    _call(run, None if length == NOT_TODAY else int(length), plan)


@pause.command("show")
@with_run
def show(run: Run) -> None:
    """See until when a pause lasts."""

    async def work(journal: Journal) -> PauseView | None:
        return await journal.pausing.current()

    view = with_journal(run, work)
    lines = [talking.NO_PAUSE] if view is None else pause_lines(view)
    answer(run, formats.document("pause", pause=view), *lines)


@pause.command()
@with_run
def resume(run: Run) -> None:
    """Go on."""
    _act(run, lambda journal: journal.pausing.resume())


@pause.command()
@_plan
@with_run
def end(run: Run, plan: str) -> None:
    """Let it rest: the pause is over, and what you talked about waits."""
    _act(run, lambda journal: journal.pausing.end(plan))


def _call(run: Run, minutes: int | None, plan: str) -> None:
    _act(run, lambda journal: journal.pausing.ask_for(minutes, plan=plan), talking.PAUSE_CHOICES)


def _act(run: Run, work: Callable[[Journal], Awaitable[PauseView]], *more: str) -> None:
    view = with_journal(run, work)
    answer(run, formats.document("pause", pause=view), *pause_lines(view), *more)


def pause_lines(view: PauseView) -> list[str]:
    """A pause in words: when it ends, what is left, how to go on."""
    from inglenook_client.cli.render.counts import counted
    from inglenook_client.cli.render.dates import clock

    plan = talking.PAUSE_PLAN.format(plan=view.plan) if view.plan else ""
    said = {
        "over": talking.PAUSE_OVER,
        "resumed": talking.PAUSE_RESUMED,
        "ended": talking.PAUSE_ENDED,
    }.get(view.stage)
    if said is not None:
        return [said, plan]
    if view.not_today or view.ends_at is None:
        return [talking.PAUSED_NOT_TODAY, plan]
    minutes = -(-(view.seconds_left or 0) // 60)
    left = counted(talking.MINUTES, minutes)
    return [talking.PAUSED_FOR.format(time=clock(view.ends_at), minutes=left), plan]
