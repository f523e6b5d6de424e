"""One's own computers, one below the other."""

from __future__ import annotations

from datetime import date

from inglenook_client.cli.drafts_by_id import SHORT_ID_DIGITS
from inglenook_client.cli.render import dates
from inglenook_client.cli.render.page import QUIET, Page
from inglenook_client.cli.texts import devices as texts
from inglenook_client.core.model import DeviceView


def called(view: DeviceView) -> str:
    """A computer's name in a sentence."""
    return view.name or view.id[:SHORT_ID_DIGITS]


def line_of_new(view: DeviceView, now: date) -> str:
    """One line that says that a computer is new."""
    when = dates.moment(view.since or "", now)
    return texts.NEW_DEVICE_LINE.format(when=when, name=called(view))


def devices(page: Page, views: list[DeviceView], now: date) -> None:
    """Print the list."""
    page.gap()
    for view in views:
        marks = [texts.THIS] if view.this_device else []
        marks += [texts.NEW] if view.new and view.standing else []
        marks += [] if view.standing else [texts.GONE]
        mark = f"  ({', '.join(marks)})" if marks else ""
        page.line((view.name or texts.UNNAMED, "bold"), (mark, ""), indent=2)
        page.line((f"{view.id[:SHORT_ID_DIGITS]}  {_about(view, now)}", QUIET), indent=4)
    page.gap()


def _about(view: DeviceView, now: date) -> str:
    parts = []
    if view.private and view.shared:
        parts.append(texts.IN_BOTH)
    elif view.private or view.shared:
        parts.append(texts.IN_PRIVATE if view.private else texts.IN_SHARED)
    if view.since is not None:
        parts.append(texts.SINCE.format(when=dates.moment(view.since, now)))
    elif not view.this_device:
        parts.append(texts.SINCE_START)
    return " · ".join(parts)
