"""Is there room for what this device is about to sign? (SPEC 7.1, 14.5)

A roster statement beyond a member's room is taken by no relay. A device that kept one all the same
would offer it again in every exchange, be refused, and send nothing else any more. Whoever held
one of a person's devices could use up the room of all of them; the phrase has a room of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from inglenook_client.store.state import SpaceState
from inglenook_protocol.errors import LocalProtocolError, Reject, RemoteProtocolError
from inglenook_protocol.limits import MAX_ROSTER_BYTES
from inglenook_protocol.roster import Statement, StatementBook


class RosterRoomError(LocalProtocolError):
    """No relay would take one more change of the own devices."""

    reject = Reject.TOO_LARGE

    def __init__(self) -> None:
        super().__init__(
            "There is room for a great many changes of your devices, and that is used up.",
            "Your recovery phrase has room of its own, and can remove devices that you don't "
            "know: nook recover",
        )


def check_room(state: SpaceState, statements: Sequence[Statement]) -> None:
    """Whether these roster statements of the own member's fit. Raises ``RosterRoomError``."""
    trial = StatementBook(state.genesis)
    trial.add(state.book.roster_statements(), verified=True)
    try:
        trial.add(list(statements), verified=True)
    except RemoteProtocolError as error:
        if error.reject is Reject.TOO_LARGE:
            raise RosterRoomError() from None
        raise
    for by_root in (True, False):
        if trial.statement_bytes(state.member, by_root=by_root) > MAX_ROSTER_BYTES:
            raise RosterRoomError()
