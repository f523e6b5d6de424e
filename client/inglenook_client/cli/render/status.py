"""The journal at a glance, in plain words."""

from __future__ import annotations

from datetime import date
from typing import Final

from inglenook_client.cli.drafts_by_id import SHORT_ID_DIGITS
from inglenook_client.cli.render import dates
from inglenook_client.cli.render.counts import counted
from inglenook_client.cli.render.devices import line_of_new
from inglenook_client.cli.render.page import DAY, QUIET, Page
from inglenook_client.cli.speaking import called
from inglenook_client.cli.texts import reading
from inglenook_client.core.model import LogStatus, Notice, SpaceStatus, StatusView
from inglenook_client.language import translated

MOVED_DAYS: Final = 14
"""For how long the status says that the other side needs the relay's address too."""
HOW_IT_IS: Final = ("removed-here", "pairing-unfinished")
"""Notices that end by what is done, not by being read."""
PRIVATE_UNREADABLE: Final = "private-unreadable"


def grouped(digest: str, groups: int = 5) -> str:
    """The beginning of a digest in groups of four, to compare by voice."""
    return " ".join(digest[start : start + 4] for start in range(0, groups * 4, 4))


def status(page: Page, view: StatusView, now: date) -> None:
    """Print the whole status."""
    page.gap()
    shared = [space for space in view.spaces if space.kind == "shared"]
    left = bool(shared) and all(space.left is not None for space in shared)
    together = view.partner is not None and not left
    pattern = reading.STATUS_PAIRED if together else reading.STATUS_ALONE
    page.line((pattern.format(name=view.name, partner=view.partner), DAY))
    page.gap()
    for notice in view.unreadable:
        _notice(page, notice, now)
    # Which relay, and what was checked, stand in the private journal's file.
    if not any(notice.what == PRIVATE_UNREADABLE for notice in view.unreadable):
        _surroundings(page, view, now, left=left)
    for device in view.new_devices:
        page.line((line_of_new(device, now), "bold"), indent=2)
    if view.drafts:
        page.line(counted(reading.DRAFTS, view.drafts), indent=2)
    for space in view.spaces:
        page.gap()
        _space(page, space, view, now)
    page.gap()


def _surroundings(page: Page, view: StatusView, now: date, *, left: bool) -> None:
    if view.relay is None:
        carried = any(space.relay is not None for space in view.spaces)
        page.line(reading.NO_SHARED_RELAY if carried else reading.NO_RELAY, indent=2)
    elif not left:
        page.line(reading.RELAY.format(relay=view.relay), indent=2)
        page.line(
            reading.LAST_SYNC.format(when=dates.moment(view.last_sync, now))
            if view.last_sync
            else reading.NOT_SYNCED_YET,
            indent=2,
        )
    if (
        view.relay_moved is not None
        and not left
        and dates.days_since(view.relay_moved, now) < MOVED_DAYS
    ):
        page.line(reading.RELAY_MOVED.format(relay=view.relay), indent=2)
    page.line(
        reading.PHRASE_CHECKED if view.phrase_checked else reading.PHRASE_NOT_CHECKED, indent=2
    )


def _notice(page: Page, notice: Notice, now: date) -> None:
    page.line((translated(notice.message), "bold"), indent=2)
    if notice.since is not None:
        page.line(reading.SO_SINCE.format(when=dates.moment(notice.since, now)), indent=2)
    page.line(translated(notice.next_step), indent=2)


def _space(page: Page, space: SpaceStatus, view: StatusView, now: date) -> None:
    shared = space.kind == "shared"
    page.line((reading.SPACE_SHARED if shared else reading.SPACE_PRIVATE, DAY))
    if space.left is not None:
        page.line(reading.LEFT.format(when=dates.moment(space.left, now)), indent=2)
        page.line(counted(reading.ENTRIES, space.entries), indent=2)
        page.line(f"{reading.DIGEST}  {grouped(space.digest)}", indent=2)
        return
    if shared or space.relay is not None:
        waiting = counted(reading.WAITING, space.waiting)
    else:
        waiting = reading.LOCAL_ONLY
    page.line(f"{counted(reading.ENTRIES, space.entries)} · {waiting}", indent=2)
    if not shared and space.relay is not None:
        page.line(reading.PRIVATE_RELAY.format(relay=space.relay), indent=2)
        if space.last_sync is not None:
            page.line(reading.LAST_SYNC.format(when=dates.moment(space.last_sync, now)), indent=2)
    page.line(f"{reading.DIGEST}  {grouped(space.digest)}", indent=2)
    if shared:
        page.line((reading.DIGEST_SAME, QUIET), indent=2)
    for log in space.logs:
        page.line(*_log(log, view), indent=2)
    for notice in space.notices:
        if notice.seen is None:
            _notice(page, notice, now)
    for notice in space.notices:
        if notice.seen is not None:
            when, said = dates.moment(notice.seen, now), translated(notice.message)
            page.line((reading.STILL_SO.format(when=when, what=said), QUIET), indent=2)
    if any(notice.seen is None and notice.what not in HOW_IT_IS for notice in space.notices):
        page.line((reading.WHEN_READ, QUIET), indent=2)


def _log(log: LogStatus, view: StatusView) -> list[tuple[str, str]]:
    if log.this_device:
        whose = reading.THIS_DEVICE
    elif log.by == "me":
        whose = reading.OWN_DEVICE
    else:
        whose = reading.PARTNER_DEVICE.format(partner=called(view.partner))
    if log.name is not None:
        whose = f"{whose}, {log.name}"
    if not log.standing:
        whose = f"{whose}, {reading.NOT_STANDING}"
    return [(f"{log.device[:SHORT_ID_DIGITS]}  ", QUIET), (whose, "")]
