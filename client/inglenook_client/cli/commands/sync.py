"""``nook sync``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from inglenook_client.cli import formats
from inglenook_client.cli.commands.common import say_new
from inglenook_client.cli.errors import Terminated
from inglenook_client.cli.render.counts import counted
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal
from inglenook_client.cli.speaking import console, emit, say, show
from inglenook_client.cli.texts import pairing
from inglenook_client.journal import Journal

if TYPE_CHECKING:
    from inglenook_client.core.model import DeviceView
    from inglenook_client.core.ports import SyncProgress, SyncReport


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


def sentence(report: SyncReport, *, private: bool = False) -> list[str]:
    """What a sync did, in words."""
    settled, nothing = pairing.SYNCED, pairing.SYNCED_NOTHING
    if private:
        settled, nothing = pairing.PRIVATE_SYNCED, pairing.PRIVATE_SYNCED_NOTHING
    parts = []
    if report.received:
        parts.append(counted(pairing.SYNC_RECEIVED, report.received))
    if report.sent:
        parts.append(counted(pairing.SYNC_SENT, report.sent))
    partly = bool(report.refused_by_device or report.not_given_by_device)
    lines = []
    if parts:
        pattern = pairing.SYNCED_PARTLY if partly else settled
        lines.append(pattern.format(what=", ".join(parts)))
    elif not partly:
        lines.append(nothing)
    if report.registered:
        lines.append(pairing.SYNC_REGISTERED)
    if report.refused_by_device:
        lines.append(pairing.SYNC_REFUSED)
    if report.not_given_by_device:
        lines.append(pairing.SYNC_NOT_GIVEN)
    if report.odd and not partly:
        lines.append(pairing.SYNC_ODD)
    return lines


@click.command()
@click.option("--watch", is_flag=True, help="Stay, and take in what is new as it comes.")
@with_run
def sync(run: Run, watch: bool) -> None:
    """Send and receive what is new.

    The private journal goes along where you turned that on: nook device sync.

    With --watch it stays until Ctrl-C, and tells that something arrived, never what.
    """
    if watch:
        _watch(run)
        return
    moving = sys.stderr.isatty() and not run.json

    async def work(journal: Journal) -> tuple[SyncReport, bool, list[DeviceView]]:
        with moving_bar() if moving else nullcontext() as tell:
            report = await journal.sync(tell)
        return report, journal.paired, await journal.devices.new()

    report, paired, new = with_journal(run, work)
    if run.json:
        emit(formats.sync(report))
        return
    private = report.private
    for line in sentence(report) if paired or private is None else []:
        show(line)
    if private is not None:
        for line in sentence(private, private=True):
            show(line)
    say_new(new)


def _watch(run: Run) -> None:
    def event(name: str) -> None:
        at = datetime.now().astimezone()
        if run.json:
            emit(formats.document("watch", event=name, at=at.isoformat(timespec="seconds")))
        elif name == "arrived":
            from inglenook_client.cli.render.dates import time_of

            show(pairing.ARRIVED.format(time=time_of(at)))

    async def arrived() -> None:
        event("arrived")

    async def work(journal: Journal) -> None:
        say(pairing.WATCHING)
        event("watching")
        await journal.watch(arrived)

    try:
        with_journal(run, work)
    except (KeyboardInterrupt, Terminated):
        if not run.json:
            say(pairing.WATCH_ENDED)
