"""The sync session without I/O: what to ask the relay next (SPEC 15).

Theory. There are no cursors. What is held decides everything: a page says what the relay
holds (its heads), so what it lacks is what its heads do not reach. Own new events, a wiped
relay and a relay set back to an old backup are one case.

    state        input                           next         does
    pulling      page, more                      pulling      pull again
    pulling      page, no more, a head not held  pulling      pull with deeper points, once
    pulling      page, no more, nothing to push  settled      -
    pulling      page, no more, more held here   pushing      push from the relay's heads
    pulling      unknown space                   registering  register, statements along
    registering  registered                      pulling      pull
    pushing      taken, more to push             pushing      next batch
    pushing      taken, or a gap                 pulling      pull: what does it hold now?
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from inglenook_protocol.codec import Point
from inglenook_protocol.errors import LocalProtocolError, Reject, RemoteProtocolError
from inglenook_protocol.limits import MAX_HEADS
from inglenook_protocol.message import Message
from inglenook_protocol.messages import Accepted, Duplicate, Gap, PushResult, Refused


class State(StrEnum):
    """Where a session stands."""

    PULLING = "pulling"
    REGISTERING = "registering"
    PUSHING = "pushing"
    SETTLED = "settled"


class PageOutcome(msgspec.Struct, frozen=True):
    """What admitting a page led to."""

    new: int
    """Envelopes and statements that were not held before."""
    more: bool
    held: dict[bytes, list[Point]]
    """Heads held of every log that the roster names, after the page."""
    relay: dict[bytes, list[Point]]
    """Heads that the relay says it holds."""
    not_held: dict[bytes, list[Point]]
    """Those of the relay's heads that are not held here."""
    lacks_statements: bool
    """Whether this side holds statements that the relay does not."""


class Pull(msgspec.Struct, frozen=True):
    """Pull, with deeper points of the logs in ``deepen``; give the outcome to ``on_page``."""

    deepen: frozenset[bytes] = frozenset()


class Register(msgspec.Struct, frozen=True):
    """Register the space with the kept right, then call ``on_registered``."""


class Push(msgspec.Struct, frozen=True):
    """Push, of each log, what the points do not reach; no points means all of the log."""

    start_by_device: dict[bytes, list[Point]]
    statements: bool


class PushMore(msgspec.Struct, frozen=True):
    """Push the next batch of the push under way."""


class Settle(msgspec.Struct, frozen=True):
    """Both sides hold the same, as far as this side can tell."""


Step = Pull | Register | Push | PushMore | Settle


def deeper_seqs(head_seq: int) -> list[int]:
    """Seqs at head, head-1, -2, -4 … 1, ascending (SPEC 15.3)."""
    seqs = {head_seq, 1}
    distance = 1
    while head_seq - distance >= 1:
        seqs.add(head_seq - distance)
        distance *= 2
    return sorted(seqs)[-MAX_HEADS:]


class SyncSession:
    """One exchange with a relay, from ``have`` to settled."""

    MAX_STALLS = 2
    MAX_PUSH_ROUNDS = 4

    def __init__(self) -> None:
        self._deepened: set[bytes] = set()
        self._stalls = 0
        self._rounds = 0
        self._pushed: dict[bytes, frozenset[Point]] = {}
        self._registered = False
        self.state = State.PULLING
        self.refused: dict[bytes, Reject] = {}
        """Logs of which the relay refused a run, with its reason."""
        self.no_room: set[bytes] = set()
        """Logs that the relay has no room for (SPEC 14.6)."""
        self.not_given: dict[bytes, list[Point]] = {}
        """Heads that the relay names and does not give (SPEC 11.5)."""

    def start(self) -> Step:
        """The first step."""
        return self._pull(frozenset())

    def _pull(self, deepen: frozenset[bytes]) -> Step:
        self.state = State.PULLING
        self._deepened |= deepen
        return Pull(deepen)

    def on_page(self, outcome: PageOutcome) -> Step:
        """A page was admitted.

        Raises ``RemoteProtocolError`` when the relay keeps saying that there is more and
        brings nothing (SPEC 15.4).
        """
        self._expect(State.PULLING)
        if outcome.more:
            self._stalls = 0 if outcome.new else self._stalls + 1
            if self._stalls >= self.MAX_STALLS:
                raise RemoteProtocolError(
                    Reject.MALFORMED,
                    "The relay says there is more and sends nothing new.",
                    "Ask whoever runs it to look at it; your journal is as it was.",
                )
            return self._pull(frozenset())
        deepen = frozenset(outcome.not_held) - self._deepened
        if deepen:
            return self._pull(deepen)
        self.not_given = dict(outcome.not_held)
        start = {
            device: [
                point
                for point in outcome.relay.get(device, [])
                if point not in outcome.not_held.get(device, [])
            ]
            for device, points in outcome.held.items()
            if device not in self.refused
            and device not in self.no_room
            and set(points) - set(outcome.relay.get(device, []))
            # Beside a head that the relay does not give, nothing tells what it lacks of the
            # log: what was pushed once is left at that.
            and not (outcome.not_held.get(device) and self._pushed.get(device) == frozenset(points))
        }
        if start or outcome.lacks_statements:
            self._rounds += 1
            again = all(self._pushed.get(d) == frozenset(outcome.held[d]) for d in start)
            self._pushed.update((d, frozenset(outcome.held[d])) for d in start)
            if self._rounds > self.MAX_PUSH_ROUNDS:
                if not again:
                    # Somebody goes on writing here; the next session sends the rest.
                    self.state = State.SETTLED
                    return Settle()
                raise RemoteProtocolError(
                    Reject.MALFORMED,
                    "The relay takes what is sent and still says it lacks it.",
                    "Ask whoever runs it to look at it; your journal is as it was.",
                )
            self.state = State.PUSHING
            return Push(start, outcome.lacks_statements)
        self.state = State.SETTLED
        return Settle()

    def on_pushed(self, results: Iterable[tuple[bytes, PushResult]], *, more: bool) -> Step:
        """Results of a batch, each with its device; ``more`` if the batch was not all."""
        self._expect(State.PUSHING)
        gaps: set[bytes] = set()
        for device, result in results:
            if isinstance(result, Refused):
                self.refused[device] = result.reject
            elif isinstance(result, Gap):
                gaps.add(device)
                if device in self._deepened:
                    self.refused[device] = Reject.GAP
            elif not isinstance(result, Accepted | Duplicate):
                raise LocalProtocolError("A push result of an unknown kind.")
        if gaps or not more:
            return self._pull(frozenset(gaps) - self._deepened)
        return PushMore()

    def on_no_room(self, device: bytes, *, more: bool) -> Step:
        """A log that was pushed by itself is more than its member's share of the relay: it is
        left out, and keeps nobody else's from going there."""
        self.no_room.add(device)
        return self.on_pushed([], more=more)

    def on_unknown_space(self) -> Step:
        """The relay does not know the space: it is new, wiped, or another one.

        Raises ``RemoteProtocolError`` if it just took the registration.
        """
        if self._registered:
            raise RemoteProtocolError(
                Reject.MALFORMED,
                "The relay took the registration and does not know the space.",
                "Ask whoever runs it to look at it; your journal is as it was.",
            )
        self.state = State.REGISTERING
        return Register()

    def on_registered(self) -> Step:
        """The relay knows the space now."""
        self._expect(State.REGISTERING)
        self._registered = True
        return self._pull(frozenset())

    def _expect(self, state: State) -> None:
        if self.state is not state:
            raise LocalProtocolError(
                Message("The session is {now}, not {then}.", now=self.state.value, then=state.value)
            )
