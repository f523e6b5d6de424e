"""All that a person can have shown of a store, printed: whatever was admitted must have a face."""

from __future__ import annotations

import contextlib
import io
import os
import time
from collections.abc import Iterator
from datetime import date
from typing import Final

import msgspec

from inglenook_client.cli.render import entry as render_entry
from inglenook_client.cli.render import timeline as render_timeline
from inglenook_client.cli.render.page import Page
from inglenook_client.journal import reading
from inglenook_client.journal.errors import NoSuchEntryError
from inglenook_client.store.database import Connection
from inglenook_client.store.space import SpaceStore
from inglenook_fuzz.target import hold

_TODAY: Final = date(2026, 11, 27)
_MAX_DAYS: Final = 400
_KINDS: Final = ["moment", "progress", "check-in", "appreciation"]


def _zones() -> Iterator[None]:
    """The readers who live farthest apart: a moment that one has may be none to the other."""
    before = os.environ.get("TZ")
    try:
        for zone in ("Etc/GMT+12", "Etc/GMT-14"):
            os.environ["TZ"] = zone
            time.tzset()
            yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()


async def shown(store: SpaceStore) -> None:
    """Timeline, search, every entry by itself, the status; as pages and as JSON."""
    stores = [(store, "shared")]
    view = await reading.timeline(stores, _MAX_DAYS, None, _KINDS, None)  # type: ignore[arg-type]
    found = await reading.search(stores, "words", 50)  # type: ignore[arg-type]
    relays = {"private": None, "shared": "https://relay.example"}
    statuses, _ = await reading.space_statuses(stores, relays)  # type: ignore[arg-type]
    msgspec.json.encode([view, found, statuses])
    dates = [day.date for day in view.days]
    hold(dates == sorted(set(dates), reverse=True), "days are not in order")

    def ids(conn: Connection) -> list[bytes]:
        return [bytes(row[0]) for row in conn.execute("SELECT id FROM entity WHERE kind <> ''")]

    with contextlib.redirect_stdout(io.StringIO()):
        page = Page()
        render_timeline.timeline(page, view, _TODAY, filtered=False)
        render_timeline.hits(page, found, _TODAY)
        for id_ in await store.query(ids):
            with contextlib.suppress(NoSuchEntryError):
                one = await reading.show(store, "shared", id_)
                msgspec.json.encode(one)
                for _ in _zones():
                    render_entry.whole(page, one, _TODAY)
