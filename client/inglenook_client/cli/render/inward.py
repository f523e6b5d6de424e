"""What is only one's own: a few quiet pages."""

from __future__ import annotations

from datetime import date

from inglenook_client.cli.render import dates, entry
from inglenook_client.cli.render.entry import short
from inglenook_client.cli.render.page import DAY, QUIET, Page
from inglenook_client.cli.texts import doing, inward
from inglenook_client.core.practices.keeping_views import KindnessIdeaView, PrivateView


def ideas(page: Page, views: list[KindnessIdeaView]) -> None:
    """Ideas for kindness; beginnings where there are none."""
    page.gap()
    if not views:
        page.line(inward.NO_IDEAS, indent=2)
        for starter in inward.IDEAS_STARTERS:
            page.line((f"· {starter}", QUIET), indent=4)
        page.gap()
        page.line((inward.IDEAS_NEXT, QUIET), indent=2)
        page.gap()
        return
    page.line((inward.IDEAS, DAY))
    page.gap()
    for view in views:
        page.line(view.idea, (f"  {short(view.id)}", QUIET), indent=2)
    page.gap()


def pages(page: Page, view: PrivateView, now: date) -> None:
    """All that is only its reader's."""
    page.gap()
    drafts = [(inward.DRAFT_OF.get(d.practice, d.practice), d) for d in view.drafts]
    pinned = view.keepsakes
    if not (view.days or drafts or view.ideas or pinned or view.hidden):
        page.line(inward.PAGES_NONE, indent=2)
        page.gap()
        return
    for day in view.days:
        page.line((dates.day(day.date, now), DAY))
        page.gap()
        for one in day.entries:
            entry.heading(page, one, 2, private=False)
            entry.body(page, one, 4)
            page.gap()
    if view.before is not None:
        page.line((inward.PAGES_EARLIER.format(before=view.before), QUIET))
        page.gap()
    if drafts:
        page.line((inward.PAGES_DRAFTS, DAY))
        page.gap()
        for what, draft in drafts:
            page.line((what, "bold"), (f"  {short(draft.id)}", QUIET), indent=2)
            for part in draft.parts:
                page.line(part.text, indent=4)
        page.gap()
    if view.ideas:
        ideas(page, view.ideas)
    if pinned:
        page.line((inward.PAGES_KEEPSAKES, DAY))
        page.gap()
        for keepsake in pinned:
            form = doing.FORMS[keepsake.form]
            page.line(keepsake.title, (f"  {form}  {short(keepsake.id)}", QUIET), indent=2)
        page.gap()
    if view.hidden:
        page.line((inward.PAGES_HIDDEN, DAY))
        page.gap()
        for one in view.hidden:
            entry.heading(page, one, 2)
        page.gap()
    if view.before is None:
        page.line((inward.PAGES_END, QUIET))
        page.gap()
