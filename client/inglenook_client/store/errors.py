"""What the store tells a person when the disk or the key is in the way.

Every error says whose side it is on (`blame`), what happened (`message`) and one thing to do
(`next_step`). Both sentences are meant to be shown as they are; neither ever holds a path, a key
or anything that was typed.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from inglenook_protocol.errors import InglenookError

Blame = Literal["key", "device", "program"]
"""key: what was used to unlock; device: disk, file, permissions; program: a fault of ours."""


class StoreError(InglenookError):
    """Base of everything that the store raises on its own behalf.

    `detail` is for logs and reports (SQLite's own words), not for a person's screen.
    """

    blame: ClassVar[Blame] = "program"
    message: str = "The journal's storage met something that it doesn't know how to handle."
    next_step: str = "Nothing you wrote is lost. Restart Inglenook, and report this if it returns."

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        self.file = ""
        """The database that it came from, if one was open: the name of its file."""
        super().__init__(type(self).message, type(self).next_step)


class WrongKeyError(StoreError):
    """The file is intact as far as we can tell, and belongs to another key."""

    blame = "key"
    message = "This key doesn't open this journal."
    next_step = "Check that you chose the right profile, then unlock again."


class DatabaseDamagedError(StoreError):
    """The right key, but a page, or the whole file, isn't what was written."""

    blame = "device"
    message = "Part of the journal file on this computer is damaged."
    next_step = (
        "Keep the file as it is and restore your latest backup; "
        "a paired device or the relay refills the rest."
    )


class DatabaseNotFoundError(StoreError):
    """There is no journal file here, and the caller asked not to make one."""

    blame = "device"
    message = "There is no journal in this place yet."
    next_step = "Check the folder, or set up a journal here."


class DatabaseUnreachableError(StoreError):
    """SQLite could not reach the file or the folder at all."""

    blame = "device"
    message = "The journal's folder can't be opened."
    next_step = "Check that the folder exists on a local disk and belongs to you."


class DiskFullError(StoreError):
    """The transaction was rolled back; the database is as it was before it."""

    blame = "device"
    message = "The disk is full, so this couldn't be saved yet."
    next_step = "Free some space, then try again; everything saved earlier is safe."


class DiskError(StoreError):
    """Reading or writing was refused by the disk for a reason other than space."""

    blame = "device"
    message = "The disk had trouble reading or writing the journal."
    next_step = "Check the disk's free space and health, and make a backup soon."


class ReadOnlyError(StoreError):
    """The file, its folder or its disk can't be written."""

    blame = "device"
    message = "The journal can be read here but not written."
    next_step = "Check that you own the journal's folder and that its disk isn't write-protected."


class PlaceReadOnlyError(ReadOnlyError):
    """Nothing can be written where the database is to be opened: not even read, then, since its
    log could not be taken in, nor others be kept away meanwhile."""

    message = (
        "The journal's folder is write-protected, and a journal opens only where it may write."
    )
    next_step = (
        "Check that you own the folder and that its disk isn't write-protected; or copy the whole "
        "folder to another place and name that one with --home."
    )


class DatabaseBusyError(StoreError):
    """Another process held the database longer than `busy_timeout_ms`."""

    blame = "device"
    message = "Another Inglenook window or command is using the journal right now."
    next_step = "Wait a moment and try again, or close the other one."


class NewerSchemaError(StoreError):
    """`user_version` is above the newest migration that this program knows."""

    blame = "program"
    message = "This journal was written by a newer Inglenook."
    next_step = "Update Inglenook on this computer, then open it again."


class ConstraintError(StoreError):
    """A row contradicts a rule of the schema; the transaction was rolled back."""


class DatabaseClosedError(StoreError):
    """The database was closed before, or while, it was asked."""

    message = "The journal is closed."
    next_step = "Open it again."
