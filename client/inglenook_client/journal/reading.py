"""Reading both journals as one: finding, days, words, status."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from inglenook_client.core.clocks import clock_notice
from inglenook_client.core.fold import TIMELINE_KINDS, Projection
from inglenook_client.core.model import (
    DayView,
    EntryView,
    LogStatus,
    SearchHit,
    SpaceStatus,
    TimelineView,
    Visibility,
)
from inglenook_client.core.notices import notice, notices
from inglenook_client.core.views import Names, entry_view, excerpt
from inglenook_client.journal.errors import MIN_ID_DIGITS, AmbiguousEntryError, NoSuchEntryError
from inglenook_client.store import queries
from inglenook_client.store.queries import Row
from inglenook_client.store.space import SpaceStore
from inglenook_protocol.errors import LocalProtocolError
from inglenook_protocol.message import Message

_TIMELINE = TIMELINE_KINDS
_NO_HIT = ("zone", "half", "hide", "pause")
"""What has no view of its own; and pauses, since a list of them would be a tally."""
_Stores = Sequence[tuple[SpaceStore, Visibility]]


async def names(store: SpaceStore, visibility: Visibility) -> Names:
    """Who is who in a space."""
    return Names(store.member, visibility, await store.query(queries.names_by_member))


async def partner_name(store: SpaceStore) -> str | None:
    """How the other member introduced themselves, if they have."""
    by_member = await store.query(queries.names_by_member)
    return next((name for member, name in by_member.items() if member != store.member), None)


async def own_name(store: SpaceStore) -> str | None:
    """How this person introduced themselves, if they have."""
    return (await store.query(queries.names_by_member)).get(store.member)


async def is_introduced(store: SpaceStore) -> bool:
    """Whether this person's name stands in the space."""
    return store.member in await store.query(queries.names_by_member)


async def find(stores: Sequence[SpaceStore], entry: str) -> tuple[SpaceStore, Row]:
    """The one entity whose id begins like that, in either journal.

    Raises ``NoSuchEntryError``, ``AmbiguousEntryError``.
    """
    prefix = entry.strip().lower()
    if not is_beginning(prefix):
        raise NoSuchEntryError(entry.strip())
    found = [
        (store, row)
        for store in stores
        for row in await store.query(queries.entities_beginning, prefix)
    ]
    if not found:
        raise NoSuchEntryError(entry)
    if len(found) > 1:
        raise AmbiguousEntryError(entry)
    return found[0]


def is_beginning(prefix: str) -> bool:
    """Whether an id can begin like that, and nobody would type it by chance."""
    return MIN_ID_DIGITS <= len(prefix) <= 64 and set(prefix) <= set("0123456789abcdef")


async def about(store: SpaceStore, target: bytes) -> list[Row]:
    """What is about an entity: replies, reactions, accounts beside it."""
    return (await store.query(queries.entities_about, [target]))[target]


async def accounts(store: SpaceStore, visibility: Visibility, id_: bytes) -> list[EntryView]:
    """All accounts of the moment of which an entry is one, in order; nothing if it is the only."""
    row = await store.query(queries.entity_by_id, id_)
    if row is None or row.projection.state is not None or row.projection.kind not in _TIMELINE:
        return []
    first: Row = row
    if row.projection.target is not None:
        named = await store.query(queries.entity_by_id, row.projection.target)
        first = row if named is None else named
    beside = [r for r in await about(store, first.id) if r.projection.kind in _TIMELINE]
    standing = [r for r in (first, *beside) if not r.projection.redacted]
    return await views(store, visibility, standing) if len(standing) > 1 else []


async def views(store: SpaceStore, visibility: Visibility, rows: list[Row]) -> list[EntryView]:
    who = await names(store, visibility)
    related = await store.query(queries.entities_about, [row.id for row in rows])
    owners = await _owners(store, rows)
    return [
        entry_view(
            row.id,
            row.projection,
            [(r.id, r.projection) for r in related[row.id]],
            who,
            owners.get(row.projection.target or b""),
        )
        for row in rows
    ]


async def _owners(store: SpaceStore, rows: list[Row]) -> dict[bytes, tuple[bytes, Projection]]:
    """What practices' entities belong to, by id, as far as it is here."""
    targets = {row.projection.target for row in rows if row.projection.state is not None}
    found = {}
    for target in targets - {None}:
        owner = None if target is None else await store.query(queries.entity_by_id, target)
        # Of something tender not even the first words stand beside what belongs to it.
        if owner is not None and _has_a_view(owner) and not _is_tender(owner):
            found[owner.id] = (owner.id, owner.projection)
    return found


def _has_a_view(row: Row) -> bool:
    return row.projection.kind in _TIMELINE or row.projection.state is not None


async def show(store: SpaceStore, visibility: Visibility, id_: bytes) -> EntryView:
    """An entry by its full id; for what is about another, that other if it is here."""
    row = await store.query(queries.entity_by_id, id_)
    if row is None:
        raise NoSuchEntryError(id_.hex())
    return (await views(store, visibility, [await _standing_for(store, row)]))[0]


async def _standing_for(store: SpaceStore, row: Row) -> Row:
    """What stands for an entity where it is shown: of a reply, its entry if that is here."""
    target = row.projection.target
    if row.projection.kind in ("reply", "reaction") and target is not None:
        entry = await store.query(queries.entity_by_id, target)
        if entry is not None and _has_a_view(entry):
            return entry
    return row


def kinds_asked_for(asked: Sequence[str] | None) -> tuple[str, ...]:
    """The kinds that filters name. Raises ``LocalProtocolError`` for a word that is none."""
    from inglenook_client.core.practices.showing import ON_THE_TIMELINE, filters

    if asked is None:
        return ON_THE_TIMELINE
    known = filters()
    found = dict.fromkeys(kind for word in asked for kind in known.get(word, ()))
    if not found:
        raise LocalProtocolError(
            "There is no kind of entry called that.",
            Message("Choose of {words}.", words=", ".join(known)),
        )
    return tuple(found)


def borders(week: str) -> tuple[str, str]:
    """The first and the last day of an ISO week, ``2026-W48``."""
    from inglenook_client.core.practices.recurring import days_of_week

    days = days_of_week(week)
    return days[0].isoformat(), days[-1].isoformat()


async def timeline(
    stores: _Stores, days: int, before: str | None, kinds: Sequence[str], tag: str | None
) -> TimelineView:
    """Days of all given journals, newest first."""
    by_day: dict[str, list[EntryView]] = {}
    following = before
    while True:
        fresh, following = await _days(stores, days, following, kinds)
        for date, entries in fresh.items():
            fitting = [e for e in entries if tag is None or _has_tag(e, tag)]
            if fitting:
                by_day[date] = fitting
        if following is None or len(by_day) >= days:
            break
    dates = sorted(by_day, reverse=True)
    shown = dates[:days]
    if len(dates) > days:
        following = shown[-1]
    return TimelineView([DayView(date, by_day[date]) for date in shown], following)


async def path(
    stores: _Stores, days: int, after: str | None, kinds: Sequence[str], tag: str | None
) -> TimelineView:
    """Days of all given journals, oldest first; ``after`` of the view continues.

    It is a way of looking back, so what is tender is not on it unless its author opted in.
    """
    shown: list[DayView] = []
    following = after
    while True:
        found = []
        ends: list[str | None] = []
        for store, visibility in stores:
            rows, last = await store.query(queries.entities_forward, following, days, kinds)
            found.append((store, visibility, [row for row in rows if not _is_tender(row)]))
            ends.append(last)
        all_dates = sorted({row.projection.date for _, _, rows in found for row in rows})
        dates = all_dates[:days]
        by_day = await on_days(found, dates)
        more = any(ends) or len(all_dates) > days
        for date in dates:
            fitting = [e for e in by_day[date] if tag is None or _has_tag(e, tag)]
            if fitting:
                shown.append(DayView(date, fitting))
        # Where all that was read is left out, the next days are looked at.
        reached = [last for last in ends if last is not None]
        following = (dates[-1] if dates else min(reached)) if more else None
        if following is None or len(shown) >= days:
            break
    if len(shown) > days:
        shown, following = shown[:days], shown[days - 1].date
    return TimelineView(shown, None, following)


def _is_tender(row: Row) -> bool:
    from inglenook_client.core.practices.showing import is_tender

    state = row.projection.state
    return state is not None and is_tender(row.projection.kind, state)


async def between(
    stores: _Stores, first: str, last: str, kinds: Sequence[str], tag: str | None
) -> TimelineView:
    """The days from one to another, newest first; ``before`` of the view continues."""
    found = []
    for store, visibility in stores:
        rows = await store.query(queries.entities_between, kinds, first, last)
        found.append((store, visibility, rows))
    by_day = await on_days(found, {r.projection.date for _, _, rows in found for r in rows})
    days = []
    for date in sorted(by_day, reverse=True):
        fitting = [e for e in by_day[date] if tag is None or _has_tag(e, tag)]
        if fitting:
            days.append(DayView(date, fitting))
    earlier, _ = await _days(stores, 1, first, kinds)
    return TimelineView(days, first if earlier else None)


async def _days(
    stores: _Stores, days: int, before: str | None, kinds: Sequence[str]
) -> tuple[dict[str, list[EntryView]], str | None]:
    found = []
    more = False
    for store, visibility in stores:
        rows, following = await store.query(queries.entities_on_days, before, days, kinds)
        found.append((store, visibility, rows))
        more = more or following is not None
    dates = sorted({r.projection.date for _, _, rows in found for r in rows}, reverse=True)
    shown = dates[:days]
    last = min(shown, default=None)
    return await on_days(found, shown), last if more or len(dates) > days else None


async def on_days(
    found: Sequence[tuple[SpaceStore, Visibility, list[Row]]], dates: Collection[str]
) -> dict[str, list[EntryView]]:
    """The entries of some days, by day, each in order; those of both journals as one."""
    by_day: dict[str, list[tuple[int, EntryView]]] = {date: [] for date in sorted(dates)}
    for store, visibility, rows in found:
        kept = [row for row in rows if row.projection.date in by_day]
        for row, view in zip(kept, await views(store, visibility, kept), strict=True):
            by_day[row.projection.date].append((row.projection.order_ms, view))
    return {
        date: [view for _, view in sorted(pairs, key=lambda p: (p[0], p[1].id))]
        for date, pairs in by_day.items()
    }


def _has_tag(entry: EntryView, tag: str) -> bool:
    wanted = tag.lstrip("#").casefold()
    return entry.current is not None and wanted in (t.casefold() for t in entry.current.tags)


async def search(stores: _Stores, words: str, limit: int) -> list[SearchHit]:
    """Entries (or the entries of replies) in which all the words stand, newest first.

    What is tender is found by nobody's words unless its author opted in (SPEC 13.11), a reply's
    neither.
    """
    hits: list[tuple[int, SearchHit]] = []
    for store, visibility in stores:
        seen: set[str] = set()
        for row in await store.query(queries.entities_with_words, words, limit):
            shown = await _standing_for(store, row)
            if shown.projection.kind in _NO_HIT or _is_tender(shown):
                continue
            [view] = await views(store, visibility, [shown])
            if view.id not in seen:
                seen.add(view.id)
                hit = SearchHit(view, excerpt(row.projection, words))
                hits.append((row.projection.order_ms, hit))
    hits.sort(key=lambda pair: (-pair[0], pair[1].entry.id))
    return [hit for _, hit in hits[:limit]]


async def space_statuses(
    stores: _Stores, relays: dict[Visibility, str | None]
) -> tuple[list[SpaceStatus], str | None]:
    """All spaces with their logs, and when the shared one last settled.

    ``relays``: what carries the private one and the present shared one; nothing of a space that
    none carries waits to be sent.
    """
    statuses = []
    last_sync: str | None = None
    for store, visibility in stores:
        overview = await store.overview()
        carried = visibility == "shared" or relays.get("private") is not None
        if visibility == "shared":
            last_sync = overview.last_sync or last_sync
        logs = []
        waiting = 0
        for device, info in sorted(overview.roster.devices.items()):
            own = info.member == store.member
            head = overview.heads.get(device)
            # A relay that lost its history gets the other one's again, too; how much that is,
            # is nobody's to know.
            if own and carried and head is not None:
                waiting += max(0, head.seq - overview.acknowledged.get(device, 0))
            logs.append(
                LogStatus(
                    device=device.hex(),
                    by="me" if own else "partner",
                    this_device=device == store.device_id,
                    standing=device in overview.roster.standing,
                )
            )
        statuses.append(
            SpaceStatus(
                kind=visibility,
                space=store.space_id.hex(),
                digest=overview.digest.hex(),
                entries=overview.entries,
                waiting=waiting,
                logs=logs,
                notices=notices(
                    overview.evidence,
                    overview.unreadable,
                    standing=store.device_id in overview.roster.standing,
                ),
                relay=relays.get(visibility),
                last_sync=overview.last_sync if carried else None,
            )
        )
    return statuses, last_sync


def as_left(status: SpaceStatus, at: str) -> SpaceStatus:
    """The status of a journal that was left: nothing waits any more."""
    return msgspec.structs.replace(status, left=at, waiting=0, relay=None)


def with_names(status: SpaceStatus, name_by_device: dict[str, str]) -> SpaceStatus:
    """The status with what own computers are called."""
    logs = [
        msgspec.structs.replace(log, name=name_by_device.get(log.device)) for log in status.logs
    ]
    return msgspec.structs.replace(status, logs=logs)


def with_notice(status: SpaceStatus, what: str) -> SpaceStatus:
    """The status with one more thing to say."""
    return msgspec.structs.replace(status, notices=[*status.notices, notice(what)])


def with_clock(status: SpaceStatus, relay_ahead: bytes | None) -> SpaceStatus:
    """The status with what there is to say of the relay's clock."""
    said = clock_notice(float(relay_ahead or 0))
    if said is None:
        return status
    return msgspec.structs.replace(status, notices=[*status.notices, said])
