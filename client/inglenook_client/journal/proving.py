"""Proof files: writing one from a journal, and checking one without any (SPEC 11.7).

What kind of file it is stands in its first bytes; each kind has a check of its own, which
reads nothing but the file.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from inglenook_client.journal.errors import (
    FileUnreadableError,
    NoForkError,
    NotCheckableError,
    ProofExistsError,
)
from inglenook_client.journal.state import JournalState
from inglenook_client.keyring import files
from inglenook_protocol import proof
from inglenook_protocol.limits import MAX_MESSAGE_BYTES

FORK_PROOF: Final = "fork-proof"
_LONGEST_KIND: Final = 64


class Written(msgspec.Struct, frozen=True):
    """A proof that was written."""

    device: str
    others: list[str]
    """Further devices whose history came in two versions."""


class Checked(msgspec.Struct, frozen=True):
    """What a file shows that holds. ``kind``: ``fork-proof``."""

    kind: str
    space: str
    member: str
    device: str
    envelopes: list[str]
    """Ids of the two that stand at one place."""


class Proving:
    """Reached as ``journal.proving``."""

    def __init__(self, state: JournalState) -> None:
        self._state = state

    async def write(self, path: Path, device: str | None) -> Written:
        """Write the proof of a fork of ``device`` (the beginning of its id), or of the first
        that there is. Never replaces a file.

        Raises ``NoForkError``, ``ProofExistsError`` and ``ProfileStorageError``.
        """
        found = [fork for store, _ in self._state.stores() for fork in await store.forks()]
        wanted = [f for f in found if device is None or f.device.hex().startswith(device.lower())]
        if not wanted:
            raise NoForkError()
        fork = wanted[0]
        try:
            files.write(path, fork.proof, new=True)
        except FileExistsError:
            raise ProofExistsError() from None
        others = [other.device.hex() for other in found if other is not fork]
        return Written(fork.device.hex(), others)


def _fork_proof(path: Path) -> Checked:
    shown = proof.decode_fork_proof(_bytes_of(path, MAX_MESSAGE_BYTES + 1))
    return Checked(
        FORK_PROOF,
        shown.space_id.hex(),
        shown.device.member.hex(),
        shown.device.id.hex(),
        [id_.hex() for id_ in shown.ids],
    )


CHECK_BY_KIND: Final[dict[bytes, Callable[[Path], Checked]]] = {proof.KIND: _fork_proof}
"""By the bytes that a file of the kind begins with, its number left out."""


def check(path: Path) -> Checked:
    """What the file shows. Needs no journal and no network.

    Raises ``NotCheckableError``, ``FileUnreadableError``, and ``RemoteProtocolError`` for a
    file that does not hold.
    """
    head = _bytes_of(path, _LONGEST_KIND)
    for kind, of_kind in CHECK_BY_KIND.items():
        if head.startswith(kind):
            return of_kind(path)
    raise NotCheckableError()


def _bytes_of(path: Path, at_most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(at_most)
    except OSError as error:
        raise FileUnreadableError() from error
