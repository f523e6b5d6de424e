"""A readable export: each journal a part of its own, and in it day after day (PRACTICES 13, 23)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final, Literal, NamedTuple

import msgspec

from inglenook_client.core.fold import TIMELINE_KINDS
from inglenook_client.core.model import EntryView, PartView, Visibility
from inglenook_client.core.practices.families import ROUND
from inglenook_client.core.practices.readable import (
    KINDS,
    HalfView,
    KeptView,
    kept_practice,
    may_be_named,
    may_stand,
)
from inglenook_client.core.practices.revealing import round_seen, zone_of
from inglenook_client.core.practices.reviewing import practice_of
from inglenook_client.core.practices.talking import OTHER, speaker
from inglenook_client.core.views import Names, entry_view
from inglenook_client.journal import reading
from inglenook_client.journal.state import JournalState
from inglenook_client.store import queries, readable
from inglenook_client.store.queries import Row
from inglenook_client.store.readable import Bundle
from inglenook_client.store.space import SpaceStore
from inglenook_protocol.kinds import HalfKept, Part, RevealReady, TurnSpoken
from inglenook_protocol.reveal import decode_half, ready_commitment

Which = Literal["shared", "earlier", "private"]
_HALF: Final = "half"


class PartHead(msgspec.Struct, frozen=True):
    """What stands at the head of a journal's part."""

    journal: Which
    names: list[str]
    """Of the two; of a private part, its owner's."""
    zone: str | None
    """The time zone that the two chose."""
    computers: list[str]
    """What its owner calls their own; in the private part alone."""


class _Reading(NamedTuple):
    store: SpaceStore
    names: Names
    partner: bytes
    undated: dict[str, list[bytes]]
    rounds_by_step: dict[bytes, list[bytes]]


class JournalPart(NamedTuple):
    """One journal."""

    head: PartHead
    days: AsyncIterator[tuple[str, list[KeptView]]]


async def parts(
    state: JournalState, stores: list[tuple[SpaceStore, Visibility]]
) -> AsyncIterator[JournalPart]:
    """The journals, what is shared first and what is only its reader's last."""
    ordered = sorted(stores, key=lambda pair: pair[1] == "private")
    for store, visibility in ordered:
        which: Which = "private" if visibility == "private" else "earlier"
        if store is state.shared:
            which = "shared"
        names = await reading.names(store, visibility)
        yield JournalPart(await _head(store, names, which), _days(state, store, names))


async def _head(store: SpaceStore, names: Names, which: Which) -> PartHead:
    ids = store.genesis.member_ids
    members = sorted(ids, key=lambda id_: id_ != store.member)
    row = await store.query(queries.entity_by_id, store.space_id)
    zone_state = None if row is None else row.projection.state
    computers: dict[bytes, str] = {}
    if which == "private":
        for naming in await store.query(queries.device_names):
            computers[naming.device] = naming.name
    return PartHead(
        journal=which,
        names=[names.name(member) for member in members],
        zone=None if zone_state is None else zone_of(zone_state),
        computers=list(dict.fromkeys(computers.values())),
    )


async def _days(
    state: JournalState, store: SpaceStore, names: Names
) -> AsyncIterator[tuple[str, list[KeptView]]]:
    private = names.visibility == "private"
    undated = await store.query(readable.undated, (*KINDS, *([_HALF] if private else ())))
    rounds = {} if private else await store.query(readable.reviews, store.member)
    partner = next((m for m in store.genesis.member_ids if m != store.member), b"")
    at = _Reading(store, names, partner, undated, rounds)
    for day in sorted({*await store.query(queries.days, KINDS), *undated}):
        found = await store.query(readable.bundles, day, KINDS, undated.get(day, ()), rounds)
        kept = []
        for bundle in found:
            one = await _half(state, at, day, bundle.row) if _is_half(bundle) else None
            one = one or await _hidden(state, day, _kept(at, day, bundle), bundle.row)
            if one is not None:
                kept.append(one)
        if kept:
            yield day, kept


def _is_half(bundle: Bundle) -> bool:
    return bundle.row.projection.kind == _HALF


def _kept(at: _Reading, day: str, bundle: Bundle) -> KeptView | None:
    row, names = bundle.row, at.names
    projection = row.projection
    if not may_stand(projection, private=names.visibility == "private"):
        return None
    owner = bundle.owner
    if owner is not None and not may_be_named(owner.projection):
        owner = None
    about = [(other.id, other.projection) for other in bundle.about]
    of = None
    if owner is not None and (owner.projection.state or owner.projection.kind in TIMELINE_KINDS):
        of = (owner.id, owner.projection)
    entry = entry_view(row.id, projection, about, names, of)
    belonging = [one for each in bundle.belonging if (one := _kept(at, day, each)) is not None]
    if projection.kind == ROUND:
        kept = _round(at, day, row, entry)
    elif projection.state is None:
        kept = KeptView(day, entry)
    else:
        kept = kept_practice(
            day, _spoken(row, entry, at), projection.kind, projection.state, names, at.partner
        )
        kept = msgspec.structs.replace(kept, facts=[*kept.facts, *_noted_on(row, names)])
    return msgspec.structs.replace(kept, belonging=belonging)


def _spoken(row: Row, entry: EntryView, at: _Reading) -> EntryView:
    """A turn by whom it is spoken, whoever's device it was."""
    state = row.projection.state
    if state is None or row.projection.kind != "turn":
        return entry
    by = speaker(state, (at.names.me, at.partner))
    return msgspec.structs.replace(entry, by=at.names.by(by), name=at.names.name(by))


def _noted_on(row: Row, names: Names) -> list[PartView]:
    state = row.projection.state
    payload = None if state is None else state.versions[0].payload
    if isinstance(payload, TurnSpoken) and payload.voice == OTHER:
        return [PartView("noted_on", names.name(row.projection.author))]
    return []


def _round(at: _Reading, day: str, row: Row, entry: EntryView) -> KeptView:
    state = row.projection.state
    if state is None:
        raise ValueError("a round is folded from what was said about it")
    seen = round_seen(state, at.names.me)
    halves = [
        HalfView(at.names.by(member), at.names.name(member), _answers(half.parts))
        for member, half in ((at.names.me, seen.mine), (at.partner, seen.theirs))
        if half is not None
    ]
    facts = []
    if seen.mine is not None:
        practice = practice_of(seen.mine.practice)
        facts = [PartView("practice", practice), PartView("week", seen.mine.week)]
    entry = msgspec.structs.replace(entry, by="both", name="", stage="together")
    return KeptView(day, entry, facts=facts, halves=halves)


def _answers(given: list[Part]) -> list[PartView]:
    return [PartView(part.name, part.text) for part in given]


async def _half(state: JournalState, at: _Reading, day: str, row: Row) -> KeptView | None:
    """Words that this person is ready with and that are not open to both yet: theirs alone."""
    folded = row.projection.state
    payload = None if folded is None else folded.versions[0].payload
    if state.shared is None or not isinstance(payload, HalfKept):
        return None
    drafts = [
        other
        for other in await reading.about(at.store, payload.round)
        if other.projection.kind == "draft" and other.projection.state is not None
    ]
    if any(d.projection.state is not None and d.projection.state.stage == "open" for d in drafts):
        return None  # the draft has them
    round_ = await state.shared.query(queries.entity_by_id, payload.round)
    if round_ is None or round_.projection.state is None:
        return None
    seen = round_seen(round_.projection.state, state.shared.member)
    ready = None if seen.my_ready is None else seen.my_ready.payload
    if seen.stage == "together" or not isinstance(ready, RevealReady):
        return None
    if ready_commitment(payload.opening, payload.half) != ready.commitment:
        return None
    half = decode_half(payload.half)
    entry = entry_view(row.id, row.projection, [], at.names)
    practice = PartView("practice", half.practice)
    return KeptView(day, entry, words=_answers(half.parts), facts=[practice])


async def _hidden(
    state: JournalState, day: str, kept: KeptView | None, row: Row
) -> KeptView | None:
    """Of what its reader leaves out when looking back: what that is, as far as it may be named."""
    target = row.projection.target
    if kept is None or row.projection.kind != "hide" or target is None:
        return kept
    for store, visibility in state.stores():
        found = await store.query(queries.entity_by_id, target)
        if found is not None and not found.projection.redacted and may_be_named(found.projection):
            names = await reading.names(store, visibility)
            named = entry_view(row.id, row.projection, [], names, (found.id, found.projection))
            entry = msgspec.structs.replace(kept.entry, about=named.about)
            return msgspec.structs.replace(kept, entry=entry)
    return kept
