"""``nook sync``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from inglenook_client.cli import formats
from inglenook_client.cli.commands.common import say_new
from inglenook_client.cli.errors import Terminated
from inglenook_client.cli.run import Run, with_run
from inglenook_client.cli.session import with_journal
from inglenook_client.cli.speaking import console, emit, say, show
from inglenook_client.cli.texts import pairing, reviewing
from inglenook_client.journal import Journal
from inglenook_protocol.errors import InglenookError

if TYPE_CHECKING:
    from inglenook_client.core.model import DeviceView, Visibility
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

    # No number: what comes in is the other one's, and not all of it is to be seen.
    columns: Any = (TextColumn("{task.description}"), BarColumn(bar_width=24), TimeElapsedColumn())
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
        parts.append(pairing.SYNC_RECEIVED)
    if report.sent:
        parts.append(pairing.SYNC_SENT)
    partly = bool(report.refused_by_device or report.not_given_by_device)
    lines = []
    if parts:
        pattern = pairing.SYNCED_PARTLY if partly else settled
        lines.append(pattern.format(what=", ".join(parts)))
    elif not partly:
        lines.append(nothing)
    if report.registered:
        lines.append(pairing.SYNC_REGISTERED)
    reasons = set(report.refused_by_device.values())
    if "quota" in reasons:
        lines.append(pairing.SYNC_NO_ROOM)
    if reasons - {"quota"}:
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

    With --watch it stays until Ctrl-C, and tells that something arrived, never what. During your
    time for two it tells nothing of news.
    """
    if watch:
        _watch(run)
        return
    moving = sys.stderr.isatty() and not run.json

    async def work(journal: Journal) -> _Synced:
        before = await journal.revealing.open_now()
        settled: dict[Visibility, SyncReport] = {}
        trouble = None
        with moving_bar() if moving else nullcontext() as tell:
            try:
                await journal.sync(tell, settled.__setitem__)
            except InglenookError as error:
                if not settled:
                    raise
                trouble = error
        opened = await journal.revealing.open_now() - before
        return _Synced(
            settled,
            trouble,
            await journal.devices.new(),
            await journal.days.quiet(),
            {practice for _, practice in opened},
        )

    done = with_journal(run, work)
    if run.json:
        emit(formats.sync(done.report, sorted(done.settled, reverse=True), done.quiet))
    else:
        _tell(done)
    if done.trouble is not None:
        if not run.json:
            say(pairing.SHARED_TROUBLE if "private" in done.settled else pairing.PRIVATE_TROUBLE)
        raise done.trouble


def _tell(done: _Synced) -> None:
    shared, private = done.settled.get("shared"), done.settled.get("private")
    if shared is not None and done.quiet is not None:
        for line in _quietly(done.quiet, shared):
            show(line)
    elif shared is not None:
        for line in sentence(shared):
            show(line)
        for practice in sorted(done.opened):
            show(reviewing.READY_NOW_OPEN.format(command=COMMAND_BY_PRACTICE[practice]))
    if private is not None:
        for line in sentence(private, private=True):
            show(line)
    say_new(done.new)


class _Synced(NamedTuple):
    """What there is to tell of a sync."""

    settled: dict[Visibility, SyncReport]
    """By journal, what was exchanged."""
    trouble: InglenookError | None
    """Why the other one was not."""
    new: list[DeviceView]
    quiet: QuietView | None
    opened: set[str]
    """Practices of which a round opened to both."""

    @property
    def report(self) -> SyncReport:
        """Of the shared journal, with the private one's in it."""
        from msgspec.structs import replace

        from inglenook_client.core.ports import NOTHING

        return replace(self.settled.get("shared", NOTHING), private=self.settled.get("private"))


def _quietly(quiet: QuietView, report: SyncReport) -> list[str]:
    """What a sync says during time for two: nothing of news, and still what is odd."""
    import msgspec

    from inglenook_client.cli.render.dates import appointment_clock
    from inglenook_client.cli.texts import tending

    lines = [tending.QUIET.format(time=appointment_clock(quiet.until))]
    if report.refused_by_device or report.not_given_by_device or report.odd:
        return lines + sentence(msgspec.structs.replace(report, received=0, sent=0))
    return [*lines, tending.QUIET_SYNCED]


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
