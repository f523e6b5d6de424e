"""The sync session without I/O: what to ask the relay next (SPEC 15).

Theory. There are no cursors. What is held decides everything: a page says what the relay
holds (its heads), so what it lacks is what its heads do not reach. Own new events, a wiped
relay and a relay set back to an old backup are one case.

    state        input                          next         does
    pulling      page, more                     pulling      admit, pull again
    pulling      page, no more, nothing to push settled      -
    pulling      page, no more, more held here  pushing      push from the relay's heads
    pulling      unknown space                  registering  register, statements along
    registering  registered                     pulling      pull
    pushing      taken                          pushing      next batch, or settled
    pushing      gap                            pulling      pull with deeper points
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

from inglenook_protocol.codec import Point
from inglenook_protocol.errors import LocalProtocolError, Reject, RemoteProtocolError
from inglenook_protocol.limits import MAX_HEADS
from inglenook_protocol.messages import (
    Accepted,
    Duplicate,
    Gap,
    LogPoints,
    Page,
    PullRequest,
    PushResult,
    Refused,
)

HeadsByDevice = Mapping[bytes, Sequence[Point]]


class State(StrEnum):
    """Where a session stands."""

    PULLING = "pulling"
    REGISTERING = "registering"
    PUSHING = "pushing"
    SETTLED = "settled"


class Held(msgspec.Struct, frozen=True):
    """What this device holds of the space: heads of every known log, statement hashes."""

    heads: dict[bytes, list[Point]]
    roster_hash: bytes
    erasures_hash: bytes


class Pull(msgspec.Struct, frozen=True):
    """Send this pull request; give the page to ``on_page`` after admitting it."""

    request: PullRequest


class Register(msgspec.Struct, frozen=True):
    """Register the space with the kept right, then call ``on_registered``."""


class Push(msgspec.Struct, frozen=True):
    """Push, for each device, what descends from the points; None means all of the log."""

    start_by_device: dict[bytes, list[Point]]


class Settle(msgspec.Struct, frozen=True):
    """Both sides hold the same, as far as each can tell."""


Step = Pull | Register | Push | Settle


def deeper_points(head_seq: int) -> list[int]:
    """Seqs at head, head-1, -2, -4 … 1, ascending (SPEC 15.3)."""
    seqs = {head_seq, 1}
    distance = 1
    while head_seq - distance >= 1:
        seqs.add(head_seq - distance)
        distance *= 2
    return sorted(seqs)[-MAX_HEADS:]


def make_have(heads: HeadsByDevice) -> list[LogPoints]:
    """The ``have`` of a pull request."""
    return [
        LogPoints(device, sorted(set(points))[-MAX_HEADS:])
        for device, points in sorted(heads.items())
        if points
    ]


class SyncSession:
    """One exchange with a relay, from ``have`` to settled.

    ``held`` gives what is held now; ``holds(device, point)`` says whether a point is held;
    ``point_at(device, seq)`` gives the point of the main branch at a seq, or None.
    """

    MAX_STALLS = 2

    def __init__(
        self,
        held: Callable[[], Held],
        holds: Callable[[bytes, Point], bool],
        point_at: Callable[[bytes, int], Point | None],
        page_bytes: int,
    ) -> None:
        self._held = held
        self._holds = holds
        self._point_at = point_at
        self._page_bytes = page_bytes
        self._deepen: set[bytes] = set()
        self._deepened: set[bytes] = set()
        self._stalls = 0
        self._registered = False
        self._relay_heads: dict[bytes, list[Point]] = {}
        self.state = State.PULLING
        self.refused: dict[bytes, Reject] = {}
        """Logs of which the relay refused a run, with its reason."""
        self.not_given: dict[bytes, list[Point]] = {}
        """Heads that the relay names and does not give (SPEC 11.5)."""

    def start(self) -> Step:
        """The first step."""
        return self._pull()

    def _pull(self) -> Pull:
        self.state = State.PULLING
        held = self._held()
        heads = {device: list(points) for device, points in held.heads.items()}
        for device in self._deepen:
            if points := heads.get(device):
                deep = [self._point_at(device, s) for s in deeper_points(points[-1].seq)]
                heads[device] = points + [p for p in deep if p is not None]
        self._deepened |= self._deepen
        self._deepen = set()
        return Pull(
            PullRequest(make_have(heads), held.roster_hash, held.erasures_hash, self._page_bytes)
        )

    def on_page(self, page: Page, *, new: int) -> Step:
        """A page was admitted; ``new`` says how many envelopes and statements were new.

        Raises ``RemoteProtocolError`` when the relay keeps saying that there is more and
        brings nothing (SPEC 15.4).
        """
        self._expect(State.PULLING)
        if page.more:
            self._stalls = 0 if new else self._stalls + 1
            if self._stalls >= self.MAX_STALLS:
                raise RemoteProtocolError(
                    Reject.MALFORMED,
                    "The relay says there is more and sends nothing new.",
                    "Ask whoever runs it to look at it; your journal is as it was.",
                )
            return self._pull()
        return self._after_pull({log.device: list(log.points) for log in page.heads})

    def _after_pull(self, relay_heads: dict[bytes, list[Point]]) -> Step:
        self._relay_heads = relay_heads
        held = self._held()
        start: dict[bytes, list[Point]] = {}
        self.not_given = {}
        for device, points in held.heads.items():
            theirs = relay_heads.get(device, [])
            missing = [p for p in theirs if not self._holds(device, p)]
            if missing:
                if device not in self._deepened:
                    self._deepen.add(device)
                else:
                    self.not_given[device] = missing
            if set(points) - set(theirs) and device not in self.refused:
                start[device] = [p for p in theirs if p not in missing]
        for device, theirs in relay_heads.items():
            if device not in held.heads and theirs:
                self.not_given[device] = theirs
        if self._deepen:
            return self._pull()
        if start:
            self.state = State.PUSHING
            return Push(start)
        self.state = State.SETTLED
        return Settle()

    def on_pushed(self, results: Iterable[tuple[bytes, PushResult]], *, more: bool) -> Step:
        """Results of a push, each with its device; ``more`` if the batch was not all."""
        self._expect(State.PUSHING)
        gap = False
        for device, result in results:
            if isinstance(result, Refused):
                self.refused[device] = result.reject
            elif isinstance(result, Gap):
                gap = True
                if device in self._deepened:
                    self.refused[device] = Reject.GAP
                self._deepen.add(device)
            elif not isinstance(result, Accepted | Duplicate):
                raise LocalProtocolError("A push result of an unknown kind.")
        if gap or not more:
            # Pulling once more shows what the relay holds now, and ends the session.
            return self._pull()
        return Push({})

    def on_unknown_space(self) -> Step:
        """The relay does not know the space: it is new, wiped, or another one."""
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
        return self._pull()

    def _expect(self, state: State) -> None:
        if self.state is not state:
            raise LocalProtocolError(f"The session is {self.state.value}, not {state.value}.")
