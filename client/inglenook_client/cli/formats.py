"""The JSON documents that commands print; ``client/FORMATS.md`` describes them.

A document names its format. A field is never taken away or given another meaning without a
new number; fields may be added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from inglenook_client.core.model import (
        Draft,
        EntryView,
        SearchHit,
        StatusView,
        TimelineView,
        Visibility,
    )
    from inglenook_client.core.ports import SyncReport
    from inglenook_client.core.practices.readable import KeptView
    from inglenook_client.core.practices.week_views import QuietView
    from inglenook_client.journal.showing import Shown


def plain(value: Any) -> Any:
    """A view as builtins, ready for a document."""
    return msgspec.to_builtins(value, enc_hook=_sentence)


def _sentence(value: object) -> str:
    # A message is a string that knows its template; documents have the string.
    if isinstance(value, str):
        return str(value)
    raise NotImplementedError(f"{type(value)} has no place in a document")


_NUMBERS: Final = {"status": 2, "sync": 2, "proof": 2, "verified": 2, "export": 2}
"""Formats that lost a field, or gave one another meaning; the others have the number 1.

2: nothing of how far a device's log is, and of an exchange no more than that it brought something.
"""


def document(name: str, /, **fields: Any) -> dict[str, Any]:
    """The format ``name`` by its number of now."""
    return {"format": f"inglenook.{name}/{_NUMBERS.get(name, 1)}", **plain(fields)}


def timeline(view: TimelineView, quiet: QuietView | None = None) -> dict[str, Any]:
    until = None if quiet is None else quiet.until
    return document(
        "timeline", days=view.days, before=view.before, after=view.after, quiet_until=until
    )


def entry(
    view: EntryView, accounts: list[EntryView] | None = None, shown: Shown | None = None
) -> dict[str, Any]:
    beside = {} if accounts is None else {"accounts": accounts}
    as_its_practice = {} if shown is None else {shown.what: shown.view}
    return document("entry", entry=view, **beside, **as_its_practice)


def kept(journal: str, one: KeptView) -> dict[str, Any]:
    """An entry of a readable export: as ``entry``, and what else there is of it."""
    found = plain(one)
    nested = [kept(journal, each) for each in one.belonging]
    return document("entry", journal=journal, **{**found, "belonging": nested})


def search(hits: list[SearchHit]) -> dict[str, Any]:
    return document("search", hits=hits)


def status(view: StatusView) -> dict[str, Any]:
    return document("status", **plain(view))


def drafts(kept: list[Draft]) -> dict[str, Any]:
    return document("drafts", drafts=kept)


def sync(
    report: SyncReport, settled: list[Visibility], quiet: QuietView | None = None
) -> dict[str, Any]:
    private = None if report.private is None else _exchange(report.private)
    until = None if quiet is None else quiet.until
    exchanged = _exchange(report)
    return document("sync", **exchanged, settled=settled, private=private, quiet_until=until)


def _exchange(report: SyncReport) -> dict[str, Any]:
    return {
        "received": report.received > 0,
        "sent": report.sent > 0,
        "registered": report.registered,
        "refused_by_device": {d.hex(): why for d, why in report.refused_by_device.items()},
        "not_given": [device.hex() for device in report.not_given_by_device],
        "odd": report.odd,
    }
