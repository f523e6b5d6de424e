"""Exit codes: what a script can tell apart.

| code | meaning |
|---|---|
| 0 | done |
| 1 | something unexpected |
| 2 | the command was not used as it is meant |
| 3 | an unlock is needed, or was not right |
| 4 | no journal here, or one is here already |
| 5 | no such entry, or more than one |
| 6 | refused here: too long, not yours, not paired |
| 7 | the relay can't be reached |
| 8 | the relay refused: not allowed, full, too fast |
| 9 | pairing is not done |
| 10 | storage: disk full, damaged, busy |
| 11 | a claim of somebody else's does not hold |
| 130 | stopped with Ctrl-C |
| 143 | stopped by a signal |

Errors are matched by the names of their classes, base classes included: the command line
then loads no layer only to know its errors, and one that it has never seen still gets the
code of its family.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Final


class ExitCode(IntEnum):
    """See the table above."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    LOCKED = 3
    PROFILE = 4
    NOT_FOUND = 5
    REFUSED = 6
    RELAY_UNREACHABLE = 7
    RELAY_REFUSED = 8
    PAIRING = 9
    STORAGE = 10
    TRUST = 11
    STOPPED = 130
    TERMINATED = 143


_BY_CLASS: Final = {
    "UnlockNeededError": ExitCode.LOCKED,
    "WrongPassphraseError": ExitCode.LOCKED,
    "KeyringUnavailableError": ExitCode.LOCKED,
    "WrongKeyError": ExitCode.LOCKED,
    "NoProfileError": ExitCode.PROFILE,
    "ProfileExistsError": ExitCode.PROFILE,
    "DatabaseNotFoundError": ExitCode.PROFILE,
    "NoSuchEntryError": ExitCode.NOT_FOUND,
    "AmbiguousEntryError": ExitCode.NOT_FOUND,
    "NothingYetError": ExitCode.NOT_FOUND,
    "ManyNamedError": ExitCode.NOT_FOUND,
    "NoSuchDraftError": ExitCode.NOT_FOUND,
    "NoRitualError": ExitCode.NOT_FOUND,
    "ManyRitualsError": ExitCode.NOT_FOUND,
    "NoTimeForTwoError": ExitCode.NOT_FOUND,
    "NoSuchDeviceError": ExitCode.NOT_FOUND,
    "AmbiguousDeviceError": ExitCode.NOT_FOUND,
    "NoSecondDeviceError": ExitCode.REFUSED,
    "AnotherJournalError": ExitCode.PROFILE,
    "NothingToLinkError": ExitCode.REFUSED,
    "PairsElsewhereError": ExitCode.REFUSED,
    "LinkUnfinishedError": ExitCode.PAIRING,
    "LinkIncompleteError": ExitCode.PAIRING,
    "NotPairedError": ExitCode.REFUSED,
    "NoRelayYetError": ExitCode.REFUSED,
    "NotYoursError": ExitCode.REFUSED,
    "ErasureRoomError": ExitCode.REFUSED,
    "LeftError": ExitCode.REFUSED,
    "NotLeftError": ExitCode.REFUSED,
    "NothingToRecoverError": ExitCode.NOT_FOUND,
    "BackupExistsError": ExitCode.REFUSED,
    "NotABackupError": ExitCode.REFUSED,
    "ExportExistsError": ExitCode.REFUSED,
    "ExportPlaceError": ExitCode.STORAGE,
    "BackupNewerError": ExitCode.REFUSED,
    "NoForkError": ExitCode.NOT_FOUND,
    "ProofExistsError": ExitCode.REFUSED,
    "NotCheckableError": ExitCode.REFUSED,
    "FileUnreadableError": ExitCode.STORAGE,
    "OpenElsewhereError": ExitCode.STORAGE,
    "BackupDamagedError": ExitCode.STORAGE,
    "AlreadyPairedError": ExitCode.REFUSED,
    "LocalProtocolError": ExitCode.REFUSED,
    "RelayAddressError": ExitCode.REFUSED,
    "RelayUnreachableError": ExitCode.RELAY_UNREACHABLE,
    "RelayRefusedError": ExitCode.RELAY_REFUSED,
    "RelayFullError": ExitCode.RELAY_REFUSED,
    "RelayError": ExitCode.RELAY_REFUSED,
    "SlowDownError": ExitCode.RELAY_REFUSED,
    "InviteExpiredError": ExitCode.PAIRING,
    "InviteUsedError": ExitCode.PAIRING,
    "InviteUnknownError": ExitCode.PAIRING,
    "NotConfirmedError": ExitCode.PAIRING,
    "PairingUnfinishedError": ExitCode.PAIRING,
    "PairingError": ExitCode.PAIRING,
    "StoreError": ExitCode.STORAGE,
    "DiskFullError": ExitCode.STORAGE,
    "PartMissingError": ExitCode.STORAGE,
    "JournalUnreadableError": ExitCode.STORAGE,
    "ProfileDamagedError": ExitCode.STORAGE,
    "ProfileStorageError": ExitCode.STORAGE,
    "TrustError": ExitCode.TRUST,
    "RemoteProtocolError": ExitCode.TRUST,
}


def exit_code_of(error: BaseException) -> ExitCode:
    """The code of the nearest class that the table names; 1 if there is none."""
    for ancestor in type(error).__mro__:
        if (code := _BY_CLASS.get(ancestor.__name__)) is not None:
            return code
    return ExitCode.UNEXPECTED


def kind_of(error: BaseException) -> str:
    """A stable name for scripts: ``WrongPassphraseError`` is ``wrong-passphrase``."""
    name = type(error).__name__.removesuffix("Error")
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()
