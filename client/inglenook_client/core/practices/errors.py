"""What a practice says when something can't be done as asked; each with the next step."""

from __future__ import annotations

from typing import Final

from inglenook_protocol.errors import LocalProtocolError
from inglenook_protocol.message import Message

_OVER: Final[dict[tuple[str, str], tuple[str, str]]] = {
    ("conversation", "proposed"): (
        "This conversation is proposed, and not agreed to yet.",
        "Accept it, propose another time, or wait without hurry.",
    ),
    ("conversation", "agreed"): (
        "This conversation is agreed to already.",
        "Open it at its time: nook talk open",
    ),
    ("conversation", "open"): (
        "This conversation is open.",
        "Close it when you are both ready: nook talk close",
    ),
    ("conversation", "let-go"): ("This conversation was let go.", "Propose a new one any time."),
    ("conversation", "closed"): ("This conversation is closed.", "Propose a new one any time."),
    ("turn", "spoken"): (
        "Nothing was said back yet.",
        "Whoever listens says it back first: nook talk hear",
    ),
    ("turn", "paraphrased"): (
        "It is for the speaker to say whether that was it.",
        "The answer opens once they say that they were heard.",
    ),
    ("turn", "heard"): ("This was heard.", "Now there is room for an answer."),
    ("turn", "validated"): ("This was heard.", "Now there is room for an answer."),
    ("turn", "answered"): ("This was answered.", "Whoever wants to can speak again."),
    ("turn", "set-down"): ("This was set down.", "Whoever wants to can speak again."),
    ("pause", "resumed"): ("This pause is over: you go on.", "Call another one whenever you need."),
    ("pause", "ended"): ("This pause is over.", "Call another one whenever you need."),
    ("need", "stated"): ("Nothing was said back yet.", "The other person says it back first."),
    ("need", "heard"): ("This was said back.", "The one whose need it is says whether it fits."),
    ("need", "confirmed"): ("This need was heard.", "A step can come of it: nook step"),
    ("need", "resting"): ("This need is at rest.", "Wake it first if it matters again."),
    ("step", "retired"): ("This step has had its time.", "Propose another one."),
    ("ritual", "active"): ("This ritual is going on.", "Let it rest whenever you like."),
    ("ritual", "resting"): ("This ritual is at rest.", "Wake it first if you want it back."),
    ("activity", "done"): ("You have done this.", "Note another idea any time."),
    ("activity", "aside"): ("This was set aside.", "Plan it anew if you feel like it."),
    ("couple-time", "kept"): ("This time for two has been.", "Plan another one."),
    ("couple-time", "let-go"): ("This time for two was let go.", "Move it to another day."),
    ("topic", "taken-up"): ("This was looked after.", "Park it again if there is more to it."),
    ("draft", "aside"): (
        "This was shared already, or let go, so it is no draft any more.",
        "What you shared stands where it belongs; new words can be drafted any time.",
    ),
    ("topic", "aside"): ("This was set aside.", "Park it again if there is more to it."),
}


_NO_PLACE: Final = ("That has no place here as things stand.", "Look at it first.")


class NotNowError(LocalProtocolError):
    """The entity stands where this has no place."""

    def __init__(self, table: str, stage: str) -> None:
        message, step = _OVER.get((table, stage), _NO_PLACE)
        super().__init__(message, step)
        self.table, self.stage = table, stage


class NoPauseError(LocalProtocolError):
    """No pause stands that could be extended or ended."""

    def __init__(self) -> None:
        super().__init__("No pause stands at the moment.", "Call one whenever you need it.")


class NotYoursToSayError(LocalProtocolError):
    """It is for the other of the two."""

    def __init__(self) -> None:
        super().__init__(
            "This is for the other person to say.", "You can reply, or write an entry of your own."
        )


class TooManyNeedsError(LocalProtocolError):
    """PRACTICES 15."""

    def __init__(self, most: int) -> None:
        super().__init__(
            Message(
                "There is room for {most} needs at a time, so that each can be heard.", most=most
            ),
            "Let one of them rest first; it can be woken again.",
        )


_NOTHING_SAID: Final = "There are no words for this yet."
_MISSING: Final = {
    "what to do": "A step needs something that can be done.",
    "what you appreciated": "This opens with something that you appreciated.",
}


class NothingSaidError(LocalProtocolError):
    """There are no words where some are needed."""

    def __init__(self, what: str = "") -> None:
        """``what``: what they would be about."""
        super().__init__(_MISSING.get(what, _NOTHING_SAID), "A few words are enough.")
        self.what = what


class WhichStepError(LocalProtocolError):
    """A review of no step."""

    def __init__(self) -> None:
        super().__init__(
            "It is not said yet which step this is about.", "Give the beginning of its id."
        )


class NothingNewError(LocalProtocolError):
    """An edit that changes nothing."""

    def __init__(self) -> None:
        super().__init__("There is nothing to change.", "Give the new words.")


_NO_CADENCE: Final = "How often is not said yet."


class NoCadenceError(LocalProtocolError):
    """PRACTICES 16, 3."""

    def __init__(self, text: str) -> None:
        what: str = _NO_CADENCE
        if text:
            what = Message("“{text}” is not a rhythm.", text=text)
        super().__init__(what, "Say daily, weekly, monthly, or weekdays such as mon,thu.")


class LengthError(LocalProtocolError):
    """Minutes that nothing lasts."""

    def __init__(self, most: int) -> None:
        super().__init__(
            Message("This lasts from 1 to {most} minutes.", most=most),
            "Give the minutes as a whole number.",
        )


class AlreadyAgreedError(LocalProtocolError):
    """An agreement that is there."""

    def __init__(self) -> None:
        super().__init__("You agree to these words already.", "Edit them, or revoke it any time.")


class NotAgreedError(LocalProtocolError):
    """Nothing to revoke."""

    def __init__(self) -> None:
        super().__init__("You don't agree to this at the moment.", "There is nothing to take back.")


class ChoiceError(LocalProtocolError):
    """A word that is none of the choices."""

    def __init__(self, given: str, choices: tuple[str, ...]) -> None:
        super().__init__(
            Message("“{given}” is none of the choices.", given=given),
            Message("Choose of {choices}.", choices=", ".join(choices)),
        )


class NoConversationError(LocalProtocolError):
    """There is none that it could be about."""

    def __init__(self) -> None:
        super().__init__(
            "There is no conversation for this at the moment.",
            "Propose one: nook talk propose. Or sit down and begin: nook talk begin",
        )


class NoTurnError(LocalProtocolError):
    """Nothing was said in the conversation yet."""

    def __init__(self) -> None:
        super().__init__(
            "Nothing was said in this conversation yet.",
            "Whoever wants to can begin: nook talk say",
        )


class NothingProposedError(LocalProtocolError):
    """There are no words that one could agree to."""

    def __init__(self) -> None:
        super().__init__(
            "There are no ground rules yet.",
            "Write some, two or three are plenty: nook rules write",
        )


class NothingAskedError(LocalProtocolError):
    """Nothing stands where this would have a place."""

    def __init__(self) -> None:
        super().__init__(
            "There is nothing at the moment that this would be about.",
            "Give the id of what you mean, or simply let it be.",
        )


class NoPhotosYetError(LocalProtocolError):
    """Attachments come later."""

    def __init__(self) -> None:
        super().__init__(
            "Photos can't be kept here yet.", "Pin a note or a symbol; photos will follow."
        )


class ZoneError(LocalProtocolError):
    """A name that is no time zone."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Message("There is no time zone called “{name}”.", name=name),
            "Write it as Europe/Vienna, or UTC.",
        )


class OpenedAlreadyError(LocalProtocolError):
    """A round is opened once (SPEC 18.2)."""

    def __init__(self) -> None:
        super().__init__(
            "You have opened this to each other already.",
            "Talk about it, or write a reply; the next round can hold new words.",
        )


class NotReadyError(LocalProtocolError):
    """Nothing to take back."""

    def __init__(self) -> None:
        super().__init__(
            "You hadn't said that you are ready.", "Your draft is as you left it, with you alone."
        )


class QuietHoursError(LocalProtocolError):
    """What can't be read as hours."""

    def __init__(self, given: str) -> None:
        super().__init__(
            Message("“{given}” is not a part of the day.", given=given),
            "Write it as 21:30-07:00, or say off.",
        )
