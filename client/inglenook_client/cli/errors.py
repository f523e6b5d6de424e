"""What only the command line has to say; the rest comes from the layers below."""

from __future__ import annotations

from inglenook_protocol.errors import LocalProtocolError


class EmptyTextError(LocalProtocolError):
    """No words where some were expected."""


class NotATextError(LocalProtocolError):
    """Standard input is not UTF-8."""


class NotADateError(LocalProtocolError):
    """A date that the calendar does not have."""


class NotAMomentError(LocalProtocolError):
    """A day and a time that can't be understood, or that the calendar does not have."""


class NotALengthError(LocalProtocolError):
    """A length that can't be understood, or longer than any may be."""


class EditorError(LocalProtocolError):
    """The editor could not be run."""


class ConfirmationNeededError(LocalProtocolError):
    """Something that asks first, where nobody can be asked."""


class NothingGivenError(LocalProtocolError):
    """A command without anything to do."""


class NothingWrittenError(Exception):
    """The person left the editor without words: the end of a command, not an error."""


class Terminated(SystemExit):
    """A signal asked us to end; raised where the program stands, so that nothing typed is
    left in a file and what was typed is kept.

    asyncio hands a ``SystemExit`` on from whichever task it is raised in.
    """

    def __init__(self, signal_number: int) -> None:
        super().__init__(128 + signal_number)
