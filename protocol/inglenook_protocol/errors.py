"""Errors that say whose fault it is, and what the person can do next (SPEC 11.6).

Expected outcomes of the protocol are values; what is raised is a surprise.
``LocalProtocolError`` is ours to mend, ``RemoteProtocolError`` comes from bytes that a
peer sent, ``TrustError`` means that somebody's claim does not hold.
"""

from __future__ import annotations

from enum import StrEnum

from inglenook_protocol.message import Message


class Reject(StrEnum):
    """Why something received is not taken in. The one list that peers' bytes can lead to."""

    MALFORMED = "malformed"
    TOO_LARGE = "too-large"
    WRONG_SPACE = "wrong-space"
    WRONG_VERSION = "wrong-version"
    GAP = "gap"
    UNKNOWN_DEVICE = "unknown-device"
    WITHHELD_BODY = "withheld-body"
    BAD_SIGNATURE = "bad-signature"
    TOO_MANY_BRANCHES = "too-many-branches"
    BAD_STATEMENT = "bad-statement"
    SMALL_ORDER_KEY = "small-order-key"
    NO_KEY = "no-key"
    BAD_KEY = "bad-key"
    BAD_SEAL = "bad-seal"
    PADDING = "padding"
    MALFORMED_PAYLOAD = "malformed-payload"


class InglenookError(Exception):
    """Base of all errors that a person may meet.

    ``message`` says what happened in one plain sentence, ``next_step`` what to do. Both are
    English; a sentence with parts of its own in it is a ``Message``, never an f-string.
    """

    default_next_step = ""

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step or self.default_next_step

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".strip()


class ProtocolError(InglenookError):
    """A rule of the protocol was not kept."""


class LocalProtocolError(ProtocolError):
    """This side asked for something that the protocol does not allow; nothing was sent.

    ``reject`` is the class of SPEC 11.6 where there is one: of an invite that was pasted.
    """

    reject: Reject | None = None

    def __init__(self, message: str, next_step: str = "", *, reject: Reject | None = None) -> None:
        super().__init__(message, next_step)
        if reject is not None:
            self.reject = reject


class RemoteProtocolError(ProtocolError):
    """A peer sent something that does not hold. ``reject`` is its class."""

    default_next_step = "Nothing was taken in from it; your journal is as it was."

    def __init__(self, reject: Reject, message: str, next_step: str = "") -> None:
        super().__init__(message, next_step)
        self.reject = reject


class TrustError(RemoteProtocolError):
    """A signature, commitment or key does not hold."""


def malformed(what: str) -> RemoteProtocolError:
    """The error for bytes that do not fit their record."""
    return RemoteProtocolError(
        Reject.MALFORMED, Message("What arrived is not a valid {what}.", what=what)
    )
