"""What a person has read of what was odd: it stays in the status in quiet, and is news no more.

Much that is odd is made evident by somebody's words: a witness, a roster hash, an event that
nobody can open. An altered app of the other one can say such a thing of what does not exist, and
then it is never over; so can a relay that never keeps to the rules. Nobody is to hold a warning up
for ever, and none may be hidden (SPEC 11.5). So it is the reader who ends it: ``nook status
--seen``.

    a thing that is odd        told as news, with what to do
    taken note of              one quiet line with the day, as long as it lasts
    an exchange later not so   forgotten: should it come again, it is news
    of another device          news: each name and device is a thing of its own

Devices are as many as the roster has, and names are few; so what can be news is bounded, however
much is made up. What was read is kept in the private journal's file and is nobody else's.
"""

from __future__ import annotations

from typing import Final

import msgspec

from inglenook_client.core.model import Notice, SpaceStatus
from inglenook_client.journal.state import JournalState
from inglenook_client.profile import PRIVATE
from inglenook_protocol.codec import encode

SEEN: Final = "seen"
"""Setting: when each thing was taken note of, by its name in ``_keys``, ISO 8601."""
_NOT_ODD: Final = frozenset({"removed-here", "pairing-unfinished"})
"""How things are, which no one else can hold up; said as long as it is so."""

_seen = msgspec.msgpack.Decoder(dict[str, str]).decode


def with_seen(state: JournalState, status: SpaceStatus) -> SpaceStatus:
    """The status with the day on which each notice was taken note of."""
    seen = _read(state)
    if not seen or not status.notices:
        return status
    notices = []
    for notice in status.notices:
        days = [seen.get(key) for key in _keys(status, notice)]
        known = [day for day in days if day is not None]
        if days and len(known) == len(days):
            notice = msgspec.structs.replace(notice, seen=max(known))
        notices.append(notice)
    return msgspec.structs.replace(status, notices=notices)


async def take_note(state: JournalState, statuses: list[SpaceStatus], at: str) -> None:
    """Everything that is odd now was read."""
    before = _read(state)
    await _keep(state, {key: before.get(key, at) for key in _standing(statuses)})


async def forget_ended(state: JournalState, statuses: list[SpaceStatus]) -> None:
    """After an exchange: what is no longer so is news if it comes again."""
    lasting = _standing(statuses)
    await _keep(state, {key: at for key, at in _read(state).items() if key in lasting})


def anything_seen(state: JournalState) -> bool:
    """Whether there is something that could have ended."""
    return bool(_read(state))


async def _keep(state: JournalState, seen: dict[str, str]) -> None:
    if seen != _read(state):
        await state.set({SEEN: encode(seen) if seen else None})


def _standing(statuses: list[SpaceStatus]) -> list[str]:
    return [key for status in statuses for one in status.notices for key in _keys(status, one)]


def _read(state: JournalState) -> dict[str, str]:
    stored = None if PRIVATE in state.unreadable else state.settings.get(SEEN)
    return _seen(stored) if stored else {}


def _keys(status: SpaceStatus, notice: Notice) -> list[str]:
    """The things that one notice stands for."""
    if notice.what in _NOT_ODD:
        return []
    return [f"{status.space}/{notice.what}/{device}" for device in notice.about or [""]]
