"""``nook sync``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import click

from inglenook_client.cli import formats
from inglenook_client.cli.errors import Terminated
from inglenook_client.cli.render.counts import counted
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal
from inglenook_client.cli.speaking import console, emit, say, show
from inglenook_client.cli.texts import pairing, reviewing
from inglenook_client.journal import Journal

if TYPE_CHECKING:
    from inglenook_client.core.ports import SyncProgress, SyncReport
    from inglenook_client.core.practices.week_views import QuietView


COMMAND_BY_PRACTICE: Final = {
    "week-review": "review",
    "step-review": "step-review",
    "setback": "setback",
}
"""How each round of mutual reveal is read."""


@contextmanager
def moving_bar() -> Iterator[Callable[[SyncProgress], None]]:
    """A line on stderr that moves; it goes when the work is done."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns: Any = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.completed}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console(stderr=True), transient=True) as progress:
        # How much there is shows only at the end: the bar says that it moves, not how far.
        task = progress.add_task(pairing.SYNCING, total=None)

        def tell(at: SyncProgress) -> None:
            stage = pairing.STAGES.get(at.stage, pairing.SYNCING)
            progress.update(task, description=stage, completed=at.done)

        yield tell


def sentence(report: SyncReport) -> list[str]:
    """What a sync did, in words."""
    parts = []
    if report.received:
        parts.append(counted(pairing.SYNC_RECEIVED, report.received))
    if report.sent:
        parts.append(counted(pairing.SYNC_SENT, report.sent))
    lines = [pairing.SYNCED.format(what=", ".join(parts)) if parts else pairing.SYNCED_NOTHING]
    if report.registered:
        lines.append(pairing.SYNC_REGISTERED)
    if report.refused_by_device:
        lines.append(pairing.SYNC_REFUSED)
    if report.not_given_by_device:
        lines.append(pairing.SYNC_NOT_GIVEN)
    return lines


@click.command()
@click.option("--watch", is_flag=True, help="Stay, and take in what is new as it comes.")
@with_run
def sync(run: Run, watch: bool) -> None:
    """Send and receive what is new.

    With --watch it stays until Ctrl-C, and tells that something arrived, never what. During your
    time for two it tells nothing of news.
    """
    if watch:
        _watch(run)
        return
    moving = sys.stderr.isatty() and not run.json

    async def work(journal: Journal) -> tuple[SyncReport, QuietView | None, set[str]]:
        before = await journal.revealing.open_now()
        with moving_bar() if moving else nullcontext() as tell:
            report = await journal.sync(tell)
        opened = await journal.revealing.open_now() - before
        return report, await journal.days.quiet(), {practice for _, practice in opened}

    report, quiet, opened = with_journal(run, work)
    if run.json:
        emit(formats.sync(report, quiet))
        return
    for line in sentence(report) if quiet is None else _quietly(quiet):
        show(line)
    for practice in sorted(opened) if quiet is None else []:
        show(reviewing.READY_NOW_OPEN.format(command=COMMAND_BY_PRACTICE[practice]))


def _quietly(quiet: QuietView) -> list[str]:
    """What a sync says during time for two: nothing of news."""
    from inglenook_client.cli.render.tending import clock
    from inglenook_client.cli.texts import tending

    return [tending.QUIET.format(time=clock(quiet.until)), tending.QUIET_SYNCED]


def _watch(run: Run) -> None:
    def event(name: str) -> None:
        at = datetime.now().astimezone()
        if run.json:
            emit(formats.document("watch", event=name, at=at.isoformat(timespec="seconds")))
        elif name == "arrived":
            from inglenook_client.cli.render.dates import time_of

            show(pairing.ARRIVED.format(time=time_of(at)))

    async def work(journal: Journal) -> None:
        async def arrived() -> None:
            # During time for two nothing is told; what came is there to be read afterwards.
            if await journal.days.quiet() is None:
                event("arrived")

        say(pairing.WATCHING)
        event("watching")
        await journal.watch(arrived)

    try:
        with_journal(run, work)
    except (KeyboardInterrupt, Terminated):
        if not run.json:
            say(pairing.WATCH_ENDED)
