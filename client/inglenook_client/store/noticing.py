"""What was noticed stays a notice for as long as it lasts (SPEC 11.5).

    noticed      until
    by a page    an exchange settles in which it did not show again, its log whole
    by a witness the envelope that it names is held

So a person who looks after a sync still reads what that sync met, and no longer once the relay
has kept to the rules for a whole exchange. Nothing here depends on clocks. What somebody else's
words made evident may never be over, as an altered app can name what does not exist: a person can
say that they have read it (``journal/noted.py``).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import msgspec

from inglenook_client.store.database import Connection
from inglenook_client.store.envelopes import holds
from inglenook_client.store.state import SpaceState
from inglenook_protocol.codec import Point, Ref, encode
from inglenook_protocol.errors import Reject
from inglenook_protocol.genesis import device_info
from inglenook_protocol.limits import MAX_BRANCHES
from inglenook_protocol.roster import Added, Content
from inglenook_protocol.session import PageOutcome

Noted = set[tuple[str, bytes]]
"""Notices with their subjects: a device, or what a witness named."""

_BY_RELAY: Final = (
    "relay-withholds",
    "relay-set-back",
    "relay-garbled",
    "bad-statement",
    "bad-run",
    "bad-signature",
    "unknown-device",
)
_OTHER: Final = "other-history"
NEW_DEVICE: Final = "new-device"
"""An own device that is heard of first: not odd, and told in words of its own (SPEC 17.6)."""
_STATEMENTS: Final = frozenset({Reject.BAD_STATEMENT, Reject.WRONG_SPACE, Reject.SMALL_ORDER_KEY})
_ref = msgspec.msgpack.Decoder(Ref).decode


def subject_device(what: str, subject: bytes) -> bytes:
    """The device that a notice is about."""
    return _ref(subject).device if what == _OTHER else subject


def note(conn: Connection, what: str, subject: bytes, now_ms: int) -> None:
    """Remember something odd until it is over."""
    conn.execute("INSERT OR IGNORE INTO notice VALUES (?, ?, ?)", (what, subject, now_ms))


class Exchanging:
    """What shows in the exchanges of one process, from one that settles to the next."""

    def __init__(self) -> None:
        self.noted: Noted = set()
        """What was odd so far."""
        self.acknowledged: dict[bytes, int] = {}
        """What the relay had acknowledged when it was asked last: it can't hold less."""

    def look_at(
        self, conn: Connection, state: SpaceState, outcome: PageOutcome, now_ms: int
    ) -> None:
        """The relay's heads, as the last page of an answer names them."""
        if outcome.more:
            return
        for device, seq in self.acknowledged.items():
            # Of a log whose device a root struck since (SPEC 7.3) nobody speaks any more.
            if device in state.book.roster.devices and seq > max(
                (point.seq for point in outcome.relay.get(device, ())), default=0
            ):
                note(conn, "relay-set-back", b"", now_ms)
                self.noted.add(("relay-set-back", b""))
                return

    def trouble(self, conn: Connection, reject: Reject, now_ms: int) -> None:
        """An exchange or a live stream ended: what came as a whole does not hold."""
        what = "bad-statement" if reject in _STATEMENTS else "relay-garbled"
        note(conn, what, b"", now_ms)
        self.noted.add((what, b""))

    def settle(self, conn: Connection, not_given: Collection[bytes], now_ms: int) -> None:
        """``not_given``: logs of which the relay names heads that it did not hand over."""
        held = [
            (what, bytes(subject))
            for what, subject in conn.execute("SELECT what, subject FROM notice")
        ]
        over = [
            (what, subject)
            for what, subject in held
            if what in _BY_RELAY and (what, subject) not in self.noted and subject not in not_given
        ]
        conn.executemany("DELETE FROM notice WHERE what = ? AND subject = ?", over)
        named = {subject for _, subject in held}
        for device in not_given:
            if device not in named:
                note(conn, "relay-withholds", device, now_ms)


def note_other_history(conn: Connection, ref: Ref, now_ms: int) -> None:
    """Somebody saw another envelope at a place where one is held; it is not here (yet).

    Some are enough to say so: an altered app can name any number.
    """
    rows = conn.execute("SELECT subject FROM notice WHERE what = ?", (_OTHER,))
    of_log = sum(1 for (subject,) in rows if _ref(subject).device == ref.device)
    if of_log < MAX_BRANCHES:
        note(conn, _OTHER, encode(ref), now_ms)


def forget_arrived(conn: Connection, state: SpaceState) -> None:
    """Other histories that came in full by now are forks, and told as such."""
    rows = conn.execute("SELECT subject FROM notice WHERE what = ?", (_OTHER,)).fetchall()
    for (subject,) in rows:
        ref = _ref(subject)
        if holds(conn, state, ref.device, Point(ref.seq, ref.id)):
            conn.execute("DELETE FROM notice WHERE what = ? AND subject = ?", (_OTHER, subject))


def note_new(conn: Connection, state: SpaceState, content: Content, wall_ms: int) -> None:
    """Remember when an own device was heard of first."""
    if isinstance(content, Added) and content.member == state.member:
        device = device_info(state.space_id, content.member, content.sign, content.kem).id
        if device != state.device.id:
            note(conn, NEW_DEVICE, device, wall_ms)
