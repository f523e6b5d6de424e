"""``nook-relay check``: is everything that is stored what was stored?"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from inglenook_protocol import labels
from inglenook_protocol.errors import RemoteProtocolError
from inglenook_protocol.genesis import Genesis
from inglenook_protocol.hashing import h
from inglenook_protocol.roster import StatementBook
from inglenook_protocol.signatures import verify
from inglenook_server.core import chunks
from inglenook_server.core.logs import Branch
from inglenook_server.storage.port import Snapshot


class Checked(msgspec.Struct):
    """What was looked at, and what does not hold: places, in plain words."""

    spaces: int = 0
    events: int = 0
    flaws: list[str] = msgspec.field(default_factory=list)


def check_store(
    snapshot: Snapshot, space_ids: list[bytes], progress: Callable[[int], None]
) -> Checked:
    """Verify statements, chain and the signature at each chunk's end, of everything.

    ``progress`` is called with 1 after each space.
    """
    checked = Checked()
    for number, space_id in enumerate(space_ids, 1):
        record = snapshot.space(space_id)
        if record is None:
            continue
        try:
            book = StatementBook(Genesis(record.genesis))
            book.add(record.statements)
        except RemoteProtocolError as error:
            checked.flaws.append(f"space {number}: {error.reject.value}")
            continue
        for at, branch in enumerate(record.branches, 1):
            flaw = _check_branch(snapshot, space_id, book, branch)
            if flaw is not None:
                checked.flaws.append(f"space {number}, log {at}: {flaw}")
            checked.events += branch.head_seq - branch.start_seq + 1
        checked.spaces += 1
        progress(1)
    return checked


def _check_branch(
    snapshot: Snapshot, space_id: bytes, book: StatementBook, branch: Branch
) -> str | None:
    device = book.device(branch.device)
    if device is None:
        return "its device is not known"
    seq, previous = branch.start_seq, branch.start_previous
    for chunk in snapshot.chunks(branch.no, seq):
        if chunk.first_seq != seq:
            return f"a gap at {seq}"
        try:
            headers = chunks.headers(chunk, space_id, branch.device, previous)
        except (msgspec.MsgspecError, ValueError, IndexError):
            return f"unreadable at {seq}"
        for at, (header, _) in enumerate(headers):
            if h(labels.ENVELOPE_ID, header) != chunk.id_at(seq + at):
                return f"changed at {seq + at}"
        header, signature = headers[-1]
        if not verify(labels.ENVELOPE_SIG, device.sign, header, signature):
            return f"bad signature at {chunk.last_seq}"
        seq, previous = chunk.last_seq + 1, chunk.last_id
    if (seq - 1, previous) != (branch.head_seq, branch.head_id):
        return "it ends at another place than is noted"
    return None
