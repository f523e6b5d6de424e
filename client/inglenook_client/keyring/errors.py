"""What can stand between a person and their journal, with the next step.

No message holds a passphrase, a key or anything that was typed.
"""

from __future__ import annotations

from inglenook_protocol.errors import InglenookError


class NoProfileError(InglenookError):
    """There is no journal in this home."""

    default_next_step = "Begin one with: nook start"

    def __init__(self, message: str = "There is no journal here yet.", next_step: str = "") -> None:
        super().__init__(message, next_step)


class ProfileExistsError(InglenookError):
    """A journal is never started over another one."""

    default_next_step = (
        "It was left as it is. To begin another one, choose an empty folder with --home."
    )

    def __init__(
        self, message: str = "There is already a journal here.", next_step: str = ""
    ) -> None:
        super().__init__(message, next_step)


class WrongPassphraseError(InglenookError):
    """The wrapped key does not open with what was given."""

    default_next_step = "Try again when you like; your journal is as it was."

    def __init__(
        self, message: str = "This passphrase doesn't open the journal.", next_step: str = ""
    ) -> None:
        super().__init__(message, next_step)


class UnlockNeededError(InglenookError):
    """Nothing to unlock with was given, or something that this journal does not use."""

    default_next_step = "Give the passphrase in a terminal, or name a file with --passphrase-file."

    def __init__(
        self, message: str = "This journal is locked by a passphrase.", next_step: str = ""
    ) -> None:
        super().__init__(message, next_step)


class KeyringUnavailableError(InglenookError):
    """This computer's keyring can't keep or give the key."""

    default_next_step = "A passphrase works on every computer: choose that instead."

    def __init__(
        self,
        message: str = "This computer has no keyring that can be used right now.",
        next_step: str = "",
    ) -> None:
        super().__init__(message, next_step)


class ProfileDamagedError(InglenookError):
    """The unlock file, or what it protects, is not what was written."""

    default_next_step = "Keep the folder as it is, and put back your latest copy of unlock.json."

    def __init__(
        self,
        message: str = "The file that unlocks this journal can't be read.",
        next_step: str = "",
    ) -> None:
        super().__init__(message, next_step)


class ProfileStorageError(InglenookError):
    """The journal's folder can't be read or written."""

    default_next_step = "Check that the folder belongs to you and that its disk has space."

    def __init__(
        self,
        message: str = "The journal's folder can't be read or written.",
        next_step: str = "",
    ) -> None:
        super().__init__(message, next_step)


class NoSuchDraftError(InglenookError):
    """No kept words have this id."""

    default_next_step = "See what is kept with: nook drafts"

    def __init__(
        self, message: str = "There are no kept words with this id.", next_step: str = ""
    ) -> None:
        super().__init__(message, next_step)


class BackupExistsError(InglenookError):
    """A backup never replaces a file."""

    default_next_step = "It was left as it is. Name a new file, with the date in it perhaps."

    def __init__(
        self, message: str = "There is already a file of this name.", next_step: str = ""
    ) -> None:
        super().__init__(message, next_step)


class NotABackupError(InglenookError):
    """The file begins with something else."""

    default_next_step = "Name a file that nook backup wrote. Nothing was written here."

    def __init__(
        self, message: str = "This file is not a backup of a journal.", next_step: str = ""
    ) -> None:
        super().__init__(message, next_step)


class BackupNewerError(InglenookError):
    """The file's form is of a later version."""

    default_next_step = "Update Inglenook, then restore it. Nothing was written here."

    def __init__(
        self,
        message: str = "This backup was made by a later version of Inglenook.",
        next_step: str = "",
    ) -> None:
        super().__init__(message, next_step)


class BackupDamagedError(InglenookError):
    """Not what was written: cut short or altered."""

    default_next_step = "Use another copy of it, or an earlier backup. Nothing was written here."

    def __init__(
        self,
        message: str = "This backup is not whole: part of it is gone or was altered.",
        next_step: str = "",
    ) -> None:
        super().__init__(message, next_step)
