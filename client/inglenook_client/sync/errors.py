"""What can go wrong between a device and a relay, each with the next step for the person.

Texts come from here and never from the relay: whoever runs it does not get to write what a
person reads.

    InglenookError
      RelayAddressError         the address as typed cannot be used
      RelayError                a relay and its answers
        RelayUnreachableError   no answer: network, name, TLS, or the relay is starting
          RelaySilentError      a stream that said there is more, and then nothing
        RelayRefusedError       the relay answered with a code of SPEC 14.1
          UnknownSpaceError, RegistrationNeededError, NotAMemberError, RelayFullError,
          SlowDownError, InviteUnknownError, InviteUsedError, InviteExpiredError
      RelayProtocolError        (a RemoteProtocolError) an answer that is not one
      PairingError
        NotConfirmedError       this person said that the words differ
        PairingEndedError       the other side ended it
        LinkNotConfirmedError, LinkEndedError  the same of a second device of one's own
      MailAlteredError          (a TrustError) a message of the pairing that does not open
"""

from __future__ import annotations

from typing import ClassVar, Final

from inglenook_protocol.errors import InglenookError, Reject, RemoteProtocolError, TrustError

_KEPT: Final = "Everything you wrote is safe on this device and is sent when it works again."


class RelayAddressError(InglenookError):
    """The address of a relay cannot be used."""

    default_next_step = "Write it like https://relay.example, as whoever runs it gave it to you."


class RelayError(InglenookError):
    """Something between this device and a relay."""

    default_next_step = _KEPT


class RelayUnreachableError(RelayError):
    """Nobody answered. ``retry_after_s``: when a stopping relay asked to be tried again."""

    default_next_step = (
        f"Look at the network, or try again later. {_KEPT} If the relay has a new address by now: "
        "nook relay URL"
    )

    def __init__(
        self, message: str, next_step: str = "", *, retry_after_s: float | None = None
    ) -> None:
        super().__init__(message, next_step)
        self.retry_after_s = retry_after_s


class RelaySilentError(RelayUnreachableError):
    """The relay promised more on a stream, and then said nothing (SPEC 15.4)."""

    def __init__(self) -> None:
        super().__init__("The relay fell silent.")


class RelayRefusedError(RelayError):
    """The relay answered with ``code``, one of SPEC 14.1."""

    default_code: ClassVar[str] = ""
    default_message: ClassVar[str] = "The relay does not take this."

    def __init__(self, code: str = "", message: str = "", next_step: str = "") -> None:
        super().__init__(message or self.default_message, next_step)
        self.code = code or self.default_code


class UnknownSpaceError(RelayRefusedError):
    """The relay does not hold the space; it is registered (again) as part of a sync."""

    default_code = "unknown-space"
    default_message = "The relay does not know this journal yet."
    default_next_step = "Sync once more; it is told of your journal then."


class RegistrationNeededError(RelayRefusedError):
    """The right to register is absent or is not the relay's."""

    default_code = "registration"
    default_message = "The relay asks for its registration token, and this is not it."
    default_next_step = "Ask whoever runs the relay for the token that it printed at its start."


class NotAMemberError(RelayRefusedError):
    """This device does not stand in the space any more."""

    default_code = "not-a-member"
    default_message = "This device is not part of the journal on that relay any more."
    default_next_step = (
        "If you restored or copied it, go on with the copy that synced first: it took this one's "
        "place. If you did not remove it yourself, look at your devices from another one of yours."
    )


class RelayFullError(RelayRefusedError):
    """No room: the disk (507 full) or this member's share (413 quota)."""

    default_code = "full"
    default_message = "The relay has no room left."
    default_next_step = f"Let whoever runs the relay know. {_KEPT}"


class SlowDownError(RelayRefusedError):
    """Too many requests. ``retry_after_s``: seconds until the next one is welcome."""

    default_code = "slow-down"
    default_message = "The relay asks for a short pause."
    default_next_step = "It goes on by itself in a moment."

    def __init__(self, retry_after_s: float) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s


class InviteUnknownError(RelayRefusedError):
    """No such mailbox."""

    default_code = "unknown-invite"
    default_message = "The relay does not know this invite."
    default_next_step = "Check that all of it was copied, or ask for a new invite."


class InviteUsedError(RelayRefusedError):
    """Somebody else entered with the invite."""

    default_code = "invite-used"
    default_message = "This invite was used already."
    default_next_step = (
        "Ask for a new invite. If neither of you used it, hand the new one over another way."
    )


class InviteExpiredError(RelayRefusedError):
    """The invite's time is over."""

    default_code = "invite-expired"
    default_message = "This invite has run out."
    default_next_step = "Make a new invite when you both have a moment."


class RelayProtocolError(RemoteProtocolError):
    """An answer that is no answer of a relay."""

    default_next_step = (
        "Check the relay's address, or ask whoever runs it to look at it. "
        "Nothing was taken in from it; your journal is as it was."
    )

    def __init__(
        self, message: str, next_step: str = "", *, reject: Reject = Reject.MALFORMED
    ) -> None:
        super().__init__(reject, message, next_step)


class PairingError(InglenookError):
    """Pairing came to an end; nothing was shared."""

    default_next_step = "Nothing was shared. Make a new invite whenever you both like."


class MailAlteredError(TrustError):
    """A pairing's message does not open: it is not what the other side put there."""

    default_next_step = "Nothing was shared. Make a new invite, and hand it over another way."

    def __init__(self, reject: Reject) -> None:
        super().__init__(reject, "A message of this pairing was changed on its way.")


class NotConfirmedError(PairingError):
    """The person at this side did not confirm the words."""

    default_message = "Pairing was ended, as the words were not confirmed."
    default_next_step = (
        "Nothing was shared. If the words differed, hand a new invite over another way."
    )

    def __init__(self) -> None:
        super().__init__(self.default_message)


class PairingEndedError(PairingError):
    """The other side closed the mailbox, whatever the reason."""

    default_message = "Pairing was ended on the other side."

    def __init__(self) -> None:
        super().__init__(self.default_message)


class LinkNotConfirmedError(NotConfirmedError):
    """The words of a new device were not confirmed at this side."""

    default_message = "Linking was ended, as the words were not confirmed."
    default_next_step = (
        "Nothing was given away. If the words differed, take a new invite there another way."
    )


class LinkEndedError(PairingEndedError):
    """The other computer ended it, whatever the reason."""

    default_message = "Linking was ended on the other computer."
    default_next_step = "Nothing was kept here. Begin again whenever you like: nook device add"


_LOGIN_STEP: Final = (
    "Check that the relay's address here is the one that it was set up with, and that this "
    "computer's clock is about right."
)

_BY_CODE: Final[dict[str, type[RelayRefusedError]]] = {
    error.default_code: error
    for error in (
        UnknownSpaceError,
        RegistrationNeededError,
        NotAMemberError,
        RelayFullError,
        InviteUnknownError,
        InviteUsedError,
        InviteExpiredError,
    )
}

_TEXT_BY_CODE: Final[dict[str, tuple[str, str]]] = {
    "malformed": ("The relay does not understand this version of Inglenook.", ""),
    "bad-statement": ("The relay does not accept what was said about devices.", ""),
    "wrong-space": ("The relay says that this belongs to another journal.", ""),
    "login": ("The relay does not accept this device's login.", _LOGIN_STEP),
    "conflict": ("The relay holds something else in this place.", "Start again with a new invite."),
    "too-large": ("This is larger than the relay takes.", ""),
    "quota": ("Your share of the relay's room is used up.", RelayFullError.default_next_step),
}

DEFAULT_RETRY_AFTER_S: Final = 5.0
"""When a relay that asks for a pause does not say how long."""


def error_for_code(code: str, retry_after_s: float | None = None) -> RelayError:
    """The typed error for a code of SPEC 14.1; a code that is not there is a refusal too."""
    if code == "slow-down":
        return SlowDownError(DEFAULT_RETRY_AFTER_S if retry_after_s is None else retry_after_s)
    if code == "stopping":
        return RelayUnreachableError(
            "The relay is being restarted.",
            retry_after_s=DEFAULT_RETRY_AFTER_S if retry_after_s is None else retry_after_s,
        )
    if (error := _BY_CODE.get(code)) is not None:
        return error()
    message, next_step = _TEXT_BY_CODE.get(code, ("", ""))
    if code == "quota":
        return RelayFullError(code, message, next_step)
    return RelayRefusedError(code, message, next_step)
