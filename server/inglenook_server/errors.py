"""What the relay answers when it does not do what was asked (SPEC 14.1)."""

from __future__ import annotations

from typing import Final

from inglenook_protocol.codec import encode
from inglenook_protocol.errors import InglenookError, Reject, RemoteProtocolError
from inglenook_protocol.messages import STATUS_BY_CODE, ErrorAnswer, ErrorCode

_MESSAGES: Final[dict[ErrorCode, tuple[str, str]]] = {
    "malformed": (
        "The relay cannot make sense of this request.",
        "Bring this app and the relay to the same version.",
    ),
    "bad-statement": (
        "A statement about devices does not hold.",
        "Nothing was changed. Sync once more, then look at your list of devices.",
    ),
    "wrong-space": ("A statement is about another space.", "Nothing was changed."),
    "login": ("This device has to log in to the relay.", "The app does that by itself."),
    "registration": (
        "This relay takes in new journals by invitation only.",
        "Ask whoever runs it for a registration token.",
    ),
    "not-a-member": (
        "This device does not stand in this space any more.",
        "Its journal stays readable here. Add it again from another device of yours.",
    ),
    "unknown-space": (
        "The relay does not hold this space.",
        "The app registers it again by itself if you kept the registration token.",
    ),
    "unknown-invite": ("There is no such invite here.", "Ask for a new invite."),
    "conflict": ("Something else is already kept there.", "Start again with a new invite."),
    "invite-used": ("Somebody has used this invite already.", "Ask for a new invite."),
    "invite-expired": ("This invite has run out.", "Ask for a new invite."),
    "too-large": ("This is more than the relay takes at once.", "Send it in smaller parts."),
    "quota": (
        "The room for one person on this relay is used up.",
        "Your journal is safe on your devices. Ask whoever runs the relay for more room.",
    ),
    "slow-down": ("That was a lot at once.", "The app goes on by itself in a moment."),
    "full": (
        "The relay has no room left.",
        "Your journal is safe on your devices. Whoever runs the relay can make room.",
    ),
    "stopping": ("The relay is stopping.", "The app goes on by itself when it is back."),
}


class RelayError(InglenookError):
    """An answer that is not 2xx. ``code`` is one of SPEC 14.1."""

    def __init__(
        self, code: ErrorCode, message: str = "", *, retry_after_seconds: int | None = None
    ) -> None:
        text, next_step = _MESSAGES[code]
        super().__init__(message or text, next_step)
        self.code: ErrorCode = code
        self.retry_after_seconds = retry_after_seconds

    @property
    def status(self) -> int:
        """The HTTP status."""
        return STATUS_BY_CODE[self.code]

    def encode(self) -> bytes:
        """The ``ErrorAnswer`` record."""
        return encode(ErrorAnswer(self.code, str(self), self.retry_after_seconds, None))


def about_statements(error: RemoteProtocolError) -> RelayError:
    """The answer to statements that do not hold (SPEC 14.6)."""
    if error.reject is Reject.WRONG_SPACE:
        return RelayError("wrong-space")
    if error.reject is Reject.TOO_LARGE:
        return RelayError("too-large", error.message)
    return RelayError("bad-statement", error.message)


def about_bytes(error: RemoteProtocolError) -> RelayError:
    """The answer to a body that is not the record it should be."""
    if error.reject is Reject.TOO_LARGE:
        return RelayError("too-large", error.message)
    return RelayError("malformed", error.message)
