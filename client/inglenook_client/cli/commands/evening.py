"""``nook`` alone: what is there this evening, and the first steps where nothing is begun yet."""

from __future__ import annotations

from inglenook_client.cli import formats
from inglenook_client.cli.commands.common import say_new
from inglenook_client.cli.run import Run
from inglenook_client.cli.session import with_journal
from inglenook_client.cli.speaking import emit, show
from inglenook_client.cli.texts import evening as texts
from inglenook_client.core.model import DeviceView
from inglenook_client.core.practices.evening_views import EveningView
from inglenook_client.journal import Journal
from inglenook_client.profile import never_begun


def evening(run: Run) -> None:
    """Show it; raises as ``Journal.open`` does."""
    if never_begun(run.home) and not run.json:
        show(texts.NOT_BEGUN)
        from inglenook_client.cli.render.page import Page

        page = Page()
        for command, line in texts.FIRST_STEPS.items():
            page.listed(command, line, indent=2)
        return

    async def work(journal: Journal) -> tuple[EveningView, str | None, list[DeviceView]]:
        new = [] if run.json else await journal.devices.new()
        return await journal.evening.now(), journal.partner, new

    view, partner, new = with_journal(run, work)
    if run.json:
        fields = formats.plain(view)
        emit(formats.document("evening", **fields.pop("today"), **fields))
        return
    from inglenook_client.cli.render import evening as render
    from inglenook_client.cli.render.page import Page

    render.evening(Page(), view, partner)
    say_new(new)
