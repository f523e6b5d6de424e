"""Mutual reveal: drafts, being ready, taking back, and opening by itself (PRACTICES 17, 21, 22).

    draft (private) ──ready──▶ commitment (shared) ──both, after an exchange──▶ opened (shared)
                        ▲                    │
                        └────taken back──────┘

Nothing here tells whether the other is ready. ``open_due`` is called after every exchange, by
whoever made it; it writes what has to be opened, and the next push takes it along. Not before an
exchange: what the other took back meanwhile might be waiting at the relay (SPEC 18.3).
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final, NamedTuple

from inglenook_client.core.model import PartView, RoundView
from inglenook_client.core.practices import inward, reviewing
from inglenook_client.core.practices.errors import OpenedAlreadyError
from inglenook_client.core.practices.recurring import day_in
from inglenook_client.core.practices.revealing import RoundSeen, ToOpen, round_seen, to_open
from inglenook_client.core.practices.state import PracticeState
from inglenook_client.journal import reading
from inglenook_client.journal.practice import Found, Practice
from inglenook_client.journal.state import JournalState, now
from inglenook_client.store import queries
from inglenook_client.store.space import SpaceStore
from inglenook_protocol.errors import LocalProtocolError
from inglenook_protocol.event import Core, encode_core
from inglenook_protocol.hlc import Hlc
from inglenook_protocol.kinds import (
    DraftWritten,
    HalfKept,
    Part,
    RevealOpened,
    RevealReady,
    encode_payload,
)
from inglenook_protocol.reveal import (
    HalfRecord,
    decode_half,
    iso_week,
    opened_hlc,
    opened_nonce,
    ready_commitment,
    round_id,
)


class _Round(NamedTuple):
    """Which round is meant."""

    name: str
    id: bytes
    about: bytes | None
    week: str


class Revealing(Practice):
    """Reached as ``journal.revealing``."""

    async def draft(
        self,
        practice: str,
        answers: dict[str, str],
        *,
        step: str | None = None,
        number: int | None = None,
        week: str | None = None,
    ) -> RoundView:
        """Write one's half of a round, or change it, in the private journal.

        Answers that are not given stay as they were; an empty one goes. Who had said that they
        are ready takes that back by changing the words. Raises ``OpenedAlreadyError``.
        """
        round_ = await self._round(practice, step, number, week)
        seen = await self._seen(self.shared(), round_.id)
        if seen is not None and seen.stage in ("opened", "together"):
            raise OpenedAlreadyError()
        draft = await self._draft(round_.id)
        before = {} if draft is None else _answers(draft.state)
        reviewing.check_answers(practice, answers)
        asked = reviewing.PARTS[practice]
        merged = {key: {**before, **answers}.get(key, "") for key in asked}
        if draft is None:
            await self.create(self.private, inward.write_draft(round_.name, round_.id, merged))
        elif merged != {key: before.get(key, "") for key in asked}:
            if seen is not None and seen.my_ready is not None:
                await self._say(self.shared(), round_.id, reviewing.take_back(seen, round_.id))
            await self.append(draft, inward.edit_draft(draft.state, merged))
        return await self._view(round_)

    async def ready(
        self,
        practice: str,
        *,
        step: str | None = None,
        number: int | None = None,
        week: str | None = None,
    ) -> RoundView:
        """Say that the drafted half is ready. The other is not told; nothing of it leaves yet.

        Raises ``NothingSaidError`` for a draft without its first answer, ``OpenedAlreadyError``.
        """
        store = self.shared()
        round_ = await self._round(practice, step, number, week)
        draft = await self._draft(round_.id)
        answers = {} if draft is None else _answers(draft.state)
        half = reviewing.half(round_.name, round_.week, answers, about=round_.about)
        seen = await self._seen(store, round_.id)
        payload, sealed = reviewing.say_ready(store.space_id, seen, half, secrets.token_bytes)
        # First what opens the commitment: without it nobody could ever open it.
        await self.create(self.private, HalfKept(round_.id, sealed.opening, sealed.half))
        await self._say(store, round_.id, payload)
        self._state.said_ready.set()
        return await self._view(round_)

    async def take_back(
        self,
        practice: str,
        *,
        step: str | None = None,
        number: int | None = None,
        week: str | None = None,
    ) -> RoundView:
        """Not ready after all: works until the reveal.

        Raises ``NotReadyError``, ``OpenedAlreadyError``.
        """
        store = self.shared()
        round_ = await self._round(practice, step, number, week)
        payload = reviewing.take_back(await self._seen(store, round_.id), round_.id)
        await self._say(store, round_.id, payload)
        return await self._view(round_)

    async def show(
        self,
        practice: str,
        *,
        step: str | None = None,
        number: int | None = None,
        week: str | None = None,
    ) -> RoundView | None:
        """A round; None where this person has written nothing and nothing is open."""
        view = await self._view(await self._round(practice, step, number, week))
        return None if view.stage == "apart" else view

    async def opened(self, practice: str | None = None) -> list[RoundView]:
        """All rounds that both opened, oldest first."""
        store = self.readable_shared()
        views = []
        for found in [] if store is None else await self.all_of(store, "round"):
            seen = round_seen(found.state, found.me)
            if seen.stage == "together" and seen.mine is not None:
                about = seen.mine.about
                view = _round_view(seen.mine.practice, found.id, about, seen.mine.week, seen, None)
                if practice in (None, view.practice):
                    views.append(view)
        return views

    async def by_beginning(self, prefix: str) -> RoundView | None:
        """The round whose id begins like that, of those that this person may know of."""
        store = self.readable_shared()
        if store is None or not reading.is_beginning(prefix):
            return None
        for draft in await self.all_of(self.private, "draft", stages=("open",)):
            target = draft.row.projection.target
            if target is not None and target.hex().startswith(prefix):
                return await self.of_draft(draft)
        for row in await store.query(queries.rounds_beginning, prefix):
            seen = await self._seen(store, row.id)
            if seen is None or seen.stage == "apart":
                continue
            half = seen.mine or await self._half_kept(row.id)
            if half is not None:
                return _round_view(half.practice, row.id, half.about, half.week, seen, None)
        return None

    async def of_draft(self, draft: Found) -> RoundView | None:
        """The round that a draft is for; None where it can't be told of which week it is."""
        payload = draft.state.shown.payload
        store = self.readable_shared()
        if store is None or not isinstance(payload, DraftWritten) or payload.about is None:
            return None
        latest = day_in(now().wall_ms, await self.zone())
        for back in range(-1, _WEEKS_BACK):
            week = iso_week(latest - timedelta(weeks=back))
            if round_id(store.space_id, payload.practice, week) == payload.about:
                _, _, step = payload.practice.partition(f"{reviewing.STEP_REVIEW}/")
                about = bytes.fromhex(step) if step else None
                seen = await self._seen(store, payload.about)
                return _round_view(payload.practice, payload.about, about, week, seen, draft)
        return None

    async def _half_kept(self, round_: bytes) -> HalfRecord | None:
        """What this person is ready with, where its draft is gone."""
        rows = (await self.private.query(queries.entities_about, [round_]))[round_]
        kept = [row.projection.state for row in rows if row.projection.kind == "half"]
        payload = None if not kept or kept[-1] is None else kept[-1].versions[0].payload
        return decode_half(payload.half) if isinstance(payload, HalfKept) else None

    async def open_now(self) -> set[tuple[bytes, str]]:
        """The latest rounds that both opened: which, and of which practice."""
        store = self.readable_shared()
        if store is None:
            return set()
        found = set()
        for row in await store.query(queries.entities_of, ("round",), latest=_LATEST_SHOWN):
            if row.projection.state is not None:
                seen = round_seen(row.projection.state, store.member)
                if seen.stage == "together" and seen.mine is not None:
                    found.add((row.id, reviewing.practice_of(seen.mine.practice)))
        return found

    async def set_zone(self, zone: str) -> str:
        """Count days and weeks by this zone, for both. Raises ``ZoneError``."""
        store = self.shared()
        await self._say(store, store.space_id, reviewing.set_zone(zone))
        return await self.zone()

    # ------------------------------------------------------------------ parts

    async def _round(
        self, practice: str, step: str | None, number: int | None, week: str | None
    ) -> _Round:
        about = None if step is None else (await self.find(step, "step")).id
        week = week or await self.this_week()
        store = self.readable_shared() or self.shared()
        for tried in range(1, reviewing.MAX_SETBACKS + 1) if number is None else (number,):
            name = reviewing.round_name(practice, step=about, number=tried)
            id_ = round_id(store.space_id, name, week)
            if practice != reviewing.SETBACK or number is not None:
                break
            # The lowest that is not opened by both yet (SPEC 18.1).
            seen = await self._seen(store, id_)
            if seen is None or seen.stage != "together":
                break
        return _Round(name, id_, about, week)

    async def _draft(self, round_: bytes) -> Found | None:
        rows = await self.private.query(queries.entities_about, [round_])
        drafts = [
            Found(self.private, row)
            for row in rows[round_]
            if row.projection.kind == "draft" and row.projection.state is not None
        ]
        return next((d for d in reversed(drafts) if d.state.stage == "open"), None)

    async def _seen(self, store: SpaceStore, round_: bytes) -> RoundSeen | None:
        row = await store.query(queries.entity_by_id, round_)
        if row is None or row.projection.state is None:
            return None
        return round_seen(row.projection.state, store.member)

    async def _say(self, store: SpaceStore, entity: bytes, payload: object) -> None:
        row = await store.query(queries.entity_by_id, entity)
        heads = () if row is None else row.projection.heads
        await store.append(payload, now(), entity=entity, after=heads)  # type: ignore[arg-type]

    async def _view(self, round_: _Round) -> RoundView:
        seen = await self._seen(self.readable_shared() or self.shared(), round_.id)
        draft = await self._draft(round_.id)
        return _round_view(round_.name, round_.id, round_.about, round_.week, seen, draft)


def _answers(draft: PracticeState) -> dict[str, str]:
    payload = draft.shown.payload
    return {p.name: p.text for p in payload.parts} if isinstance(payload, DraftWritten) else {}


def _parts(parts: list[Part]) -> list[PartView]:
    return [PartView(part.name, part.text) for part in parts]


def _round_view(
    name: str,
    round_: bytes,
    about: bytes | None,
    week: str,
    seen: RoundSeen | None,
    draft: Found | None,
) -> RoundView:
    mine: HalfRecord | None = None if seen is None else seen.mine
    drafted = (
        []
        if draft is None
        else [PartView(name, text) for name, text in _answers(draft.state).items()]
    )
    stage = "apart" if seen is None else seen.stage
    return RoundView(
        id=round_.hex(),
        practice=reviewing.practice_of(name),
        name=name,
        week=week,
        about=None if about is None else about.hex(),
        stage="draft" if stage == "apart" and draft is not None else stage,
        mine=drafted if mine is None else _parts(mine.parts),
        theirs=None if seen is None or seen.theirs is None else _parts(seen.theirs.parts),
        draft=None if draft is None else draft.id.hex(),
    )


# --------------------------------------------------------------------------- after an exchange


class Arrived(NamedTuple):
    """What a journal holds, and how much of it nobody here may be told of."""

    held: int
    hidden: int

    def only_hidden(self, before: Arrived) -> bool:
        """Whether all that came since is what nobody is told of."""
        return 0 < self.held - before.held == self.hidden - before.hidden


async def arrived(store: SpaceStore) -> Arrived:
    """Of the other's being ready not even that something came may be told (SPEC 18.4)."""
    hidden = 0
    for row in await store.query(queries.entities_of, ("round",), latest=_LATEST_ROUNDS):
        state = row.projection.state
        if state is not None and round_seen(state, store.member).stage != "together":
            hidden += sum(1 for move in state.moves if move.by != store.member)
    return Arrived(await store.query(queries.envelopes_held), hidden)


async def open_due(state: JournalState) -> int:
    """Open every half whose time has come (SPEC 18.3); gives how many.

    To be called after an exchange. A half whose ``half.kept`` is not on this device is left to
    another own device.
    """
    store = state.shared
    if store is None or state.opened_private is None or not state.paired:
        return 0
    count = 0
    for row in await store.query(queries.entities_of, ("round",), latest=_LATEST_ROUNDS):
        if row.projection.state is None:
            continue
        due = to_open(row.projection.state, store.member)
        kept = None if due is None else await _kept(state.private, row.id, due)
        if due is None or kept is None:
            continue
        try:
            await store.append_core(_opening(row.id, store.member, due, kept))
        except LocalProtocolError:
            # This device no longer stands: another own one opens it.
            return count
        await _let_draft_go(state.private, row.id)
        count += 1
    return count


_WEEKS_BACK: Final = 520
"""How old a draft of a round may be: a week costs one hash."""
_LATEST_SHOWN: Final = 20
_LATEST_ROUNDS: Final = 200
"""Rounds that may still be open: some of each week, for a year."""


async def _let_draft_go(private: SpaceStore, round_: bytes) -> None:
    """The words are open now: their draft is done with."""
    for row in (await private.query(queries.entities_about, [round_]))[round_]:
        state = row.projection.state
        if row.projection.kind == "draft" and state is not None and state.stage == "open":
            payload = inward.set_aside_draft(state, private.member, round_)
            await private.append(payload, now(), entity=row.id, after=row.projection.heads)


async def _kept(private: SpaceStore, round_: bytes, due: ToOpen) -> HalfKept | None:
    ready = due.mine.payload
    rows = await private.query(queries.entities_about, [round_])
    for row in rows[round_]:
        state = row.projection.state
        payload = None if state is None or not state.versions else state.versions[0].payload
        if (
            isinstance(payload, HalfKept)
            and isinstance(ready, RevealReady)
            and ready_commitment(payload.opening, payload.half) == ready.commitment
        ):
            decode_half(payload.half)
            return payload
    return None


def _opening(round_: bytes, member: bytes, due: ToOpen, kept: HalfKept) -> bytes:
    """The core of a ``reveal.opened``: a function of the two ``reveal.ready`` alone."""
    hlc = opened_hlc(Hlc(*due.mine.hlc), Hlc(*due.theirs.hlc))
    return encode_core(
        Core(
            opened_nonce(round_, member),
            "reveal.opened",
            1,
            round_,
            sorted((due.mine.event, due.theirs.event)),
            hlc.ms,
            hlc.counter,
            hlc.ms,
            0,
            encode_payload(RevealOpened(round_, kept.opening, kept.half)),
        )
    )
