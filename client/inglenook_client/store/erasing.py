"""Erasing one's own words at the relay, and what is known of what became of it (SPEC 12).

An erasure alone empties the relay's copy: those who hold the words keep them. A redaction
withdraws them everywhere (``SpaceStore.redact``) and brings its erasure along.

What is known afterwards (SPEC 12.5):

    asked       the erasure is signed; the relay has not answered for it yet
    confirmed   the relay took it, or named the hash of all erasures that are held here
    received    an event of the other member names, as what its writer had seen, the redaction's
                log at the redaction or after it: that device's app has let the words go
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final

from inglenook_client.core.model import Receipt
from inglenook_client.core.opening import Opened, open_envelope
from inglenook_client.store import queries
from inglenook_client.store.admitting import admit_statements
from inglenook_client.store.database import Connection
from inglenook_client.store.envelopes import read_place, read_rows
from inglenook_client.store.folding import event_at
from inglenook_client.store.places import unpack_places
from inglenook_client.store.state import SpaceState, get_setting, put_setting
from inglenook_client.store.transacting import Transactions
from inglenook_protocol.codec import Ref
from inglenook_protocol.errors import LocalProtocolError
from inglenook_protocol.kinds import REDACTION, EntityRedacted
from inglenook_protocol.limits import MAX_ERASED, MAX_ERASURE_BYTES
from inglenook_protocol.roster import (
    Erased,
    Statement,
    decode_content,
    erased,
    sign_statement,
)

CONFIRMED: Final = "erasures_confirmed"
"""The number of the last statement up to which the relay is known to hold all erasures."""
_Passed = dict[tuple[bytes, int], int]
"""By device and branch: up to which seq a bulk erasure has looked."""
_ROWS: Final = 256
_MOST_ROWS: Final = 20_000


class ErasureRoomError(LocalProtocolError):
    """A relay takes no more erasures of one member (SPEC 14.5)."""

    def __init__(self) -> None:
        super().__init__(
            "The relay keeps room for about twenty thousand erased steps of one person, and that "
            "is used up.",
            "What was erased so far stays erased. To have nothing of yours on a relay any more, "
            "ask whoever runs it to delete the whole space.",
        )


def sign_erasure(state: SpaceState, refs: Sequence[Ref]) -> Statement:
    """The statement that erases ``refs``, 1 to ``MAX_ERASED`` of them.

    Raises ``ErasureRoomError``.
    """
    content = erased(state.space_id, sorted(refs), state.device.id)
    statement = sign_statement(state.keys.sign, content)
    held = state.book.statement_bytes(state.member, by_root=None)
    if held + len(statement.content) > MAX_ERASURE_BYTES:
        raise ErasureRoomError()
    return statement


def own_events(conn: Connection, state: SpaceState, entity: bytes) -> list[tuple[Ref, bytes]]:
    """Envelopes and events of an entity that its own member can still withdraw, ascending.

    Redactions are not among them: without their bodies nobody would know what they withdrew.
    """
    own = []
    for place in unpack_places(queries.envelopes_of(conn, entity)):
        envelope, event = read_place(conn, state, place), event_at(conn, state, place)
        if envelope is None or event is None or event.kind == REDACTION[0]:
            continue
        if event.member == state.member:
            own.append((Ref(envelope.device, envelope.seq, envelope.id), event.event_id))
    return sorted(own)


def note_erasures_hash(conn: Connection, state: SpaceState, relay_hash: bytes) -> None:
    """A page named the hash of all erasures that the relay holds."""
    row = conn.execute("SELECT max(number) FROM statement").fetchone()
    last = (row[0] if row else None) or 0
    before = int(get_setting(conn, CONFIRMED) or 0)
    if relay_hash == state.book.erasures_hash:
        known = last
    elif before == last:
        known = 0  # it held them all once, and now it doesn't: it was set back
    else:
        known = before
    if known != before:
        put_setting(conn, CONFIRMED, b"%d" % known)


class Erasures:
    """Reached as ``store.erasures``."""

    def __init__(self, store: Transactions, wall_ms: Callable[[], int]) -> None:
        self._store = store
        self._wall_ms = wall_ms

    async def count(self, entity: bytes | None) -> int:
        """How many steps of one's own ``sign`` would erase: of an entity, or all there are."""
        return await self._store._read(_count, entity)

    async def sign(self, entity: bytes | None, signed: Callable[[int], None]) -> int:
        """Sign erasures of all that ``count`` counts, ``MAX_ERASED`` steps at a time, each
        durable; gives how many, and tells ``signed`` on the way.

        Stopped anywhere it can be called again. Raises ``ErasureRoomError``, ``StoreError`` kinds.
        """
        passed: _Passed = {}
        total = 0
        wall_ms = self._wall_ms()
        while count := await self._store._write(_sign_some, entity, passed, wall_ms):
            total += count
            signed(total)
        return total

    async def unconfirmed(self) -> tuple[list[Statement], int]:
        """Own erasures that the relay is not known to hold, in order, and a number that stands
        for them."""
        return await self._store._read(_unconfirmed)

    async def confirm(self, last: int) -> None:
        """The relay took all that ``unconfirmed`` gave with this number."""

        def run(conn: Connection, state: SpaceState) -> None:
            if last > int(get_setting(conn, CONFIRMED) or 0):
                put_setting(conn, CONFIRMED, b"%d" % last)

        await self._store._write(run)

    async def receipts(self, entities: Sequence[bytes]) -> list[Receipt | None]:
        """What is known of the erasing of each entity; None where nothing of it was erased."""
        return await self._store._read(_receipts, entities)


def _to_erase(
    conn: Connection, state: SpaceState, entity: bytes | None, passed: _Passed
) -> Iterator[Ref]:
    if entity is not None:
        for ref, _ in own_events(conn, state, entity):
            if not state.book.is_erased(ref):
                yield ref
        return
    for log in state.log_by_device.values():
        device = state.book.device(log.device)
        if device is None or device.member != state.member:
            continue
        for branch in log.branches:
            place = (log.device, branch.number)
            first = passed.get(place, 0) + 1
            for envelope in read_rows(conn, state, log, branch, first, branch.head_seq):
                passed[place] = envelope.seq
                ref = Ref(envelope.device, envelope.seq, envelope.id)
                if envelope.is_key or envelope.body is None or state.book.is_erased(ref):
                    continue
                opened = open_envelope(state.space_id, state.member, envelope, state.held)
                if isinstance(opened, Opened) and opened.event.kind != REDACTION[0]:
                    yield ref


def _count(conn: Connection, state: SpaceState, entity: bytes | None) -> int:
    return sum(1 for _ in _to_erase(conn, state, entity, {}))


def _sign_some(
    conn: Connection, state: SpaceState, entity: bytes | None, passed: _Passed, wall_ms: int
) -> int:
    refs = list(islice(_to_erase(conn, state, entity, passed), MAX_ERASED))
    if not refs:
        return 0
    statement = sign_erasure(state, refs)
    # Taken in as from anybody: what an erased envelope had witnessed counts no longer.
    admit_statements(conn, state, [statement], wall_ms)
    return len(refs)


def _own_erasures(conn: Connection, state: SpaceState) -> Iterator[tuple[int, Statement, Erased]]:
    for number, content, signature in conn.execute(
        "SELECT number, content, signature FROM statement ORDER BY number"
    ):
        said = decode_content(bytes(content))
        if isinstance(said, Erased):
            device = state.book.device(said.refs[0].device)
            if device is not None and device.member == state.member:
                yield number, Statement(bytes(content), bytes(signature)), said


def _unconfirmed(conn: Connection, state: SpaceState) -> tuple[list[Statement], int]:
    known = int(get_setting(conn, CONFIRMED) or 0)
    waiting = [(n, statement) for n, statement, _ in _own_erasures(conn, state) if n > known]
    return [statement for _, statement in waiting], max((n for n, _ in waiting), default=known)


def _receipts(
    conn: Connection, state: SpaceState, entities: Sequence[bytes]
) -> list[Receipt | None]:
    known = int(get_setting(conn, CONFIRMED) or 0)
    confirmed = {
        ref: number <= known for number, _, said in _own_erasures(conn, state) for ref in said.refs
    }
    return [_receipt(conn, state, entity, confirmed) if confirmed else None for entity in entities]


def _receipt(
    conn: Connection, state: SpaceState, entity: bytes, confirmed: dict[Ref, bool]
) -> Receipt | None:
    redactions = []
    refs: set[Ref] = set()
    for place in unpack_places(queries.envelopes_of(conn, entity)):
        envelope, event = read_place(conn, state, place), event_at(conn, state, place)
        if envelope is None or event is None or event.member != state.member:
            continue
        ref = Ref(envelope.device, envelope.seq, envelope.id)
        if isinstance(event.payload, EntityRedacted):
            redactions.append((ref, event.hlc_ms))
            refs.update(event.payload.refs)
        elif ref in confirmed:
            refs.add(ref)
    answers = [confirmed[ref] for ref in refs if ref in confirmed]
    if not answers:
        return None
    return Receipt(
        withdrawn=bool(redactions),
        relay="confirmed" if all(answers) else "asked",
        received=bool(redactions)
        and all(_received(conn, state, ref, hlc_ms) for ref, hlc_ms in redactions),
    )


def _received(conn: Connection, state: SpaceState, redaction: Ref, hlc_ms: int) -> bool:
    """Whether an event of the other member was written where the redaction was held.

    From the newest one back; those of before the redaction's time can't have known it.
    """
    for log in state.log_by_device.values():
        device = state.book.device(log.device)
        if device is None or device.member == state.member:
            continue
        for branch in log.branches:
            last = branch.head_seq
            floor = max(branch.first_seq, last - _MOST_ROWS)
            while last >= floor:
                first = max(floor, last - _ROWS + 1)
                for envelope in reversed(list(read_rows(conn, state, log, branch, first, last))):
                    opened = open_envelope(state.space_id, device.member, envelope, state.held)
                    if not isinstance(opened, Opened):
                        continue
                    if any(
                        ref.device == redaction.device and ref.seq >= redaction.seq
                        for ref in opened.witness
                    ):
                        return True
                    if opened.event.hlc_ms < hlc_ms:
                        first = floor  # older still: nothing more to look at
                        break
                last = first - 1
    return False
