"""One space on this device: an encrypted database, and the operations that faces and sync use.

Every operation is one transaction on the database thread (``transacting``).
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Collection, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Concatenate, ParamSpec, Self, TypeVar

from inglenook_client.core.ports import PushBatch, PushCursor
from inglenook_client.store import (
    auditing,
    elsewhere,
    exporting,
    proving,
    pushing,
    queries,
    rebuilding,
    restored,
)
from inglenook_client.store.admitting import admit_pages, admit_statements, outcome_after
from inglenook_client.store.appending import Entropy, Moment, append, append_core, open_epoch
from inglenook_client.store.collecting import collector_at_rest
from inglenook_client.store.database import Connection, Database
from inglenook_client.store.erasing import (
    CONFIRMED,
    Erasures,
    note_erasures_hash,
    own_events,
    sign_erasure,
)
from inglenook_client.store.errors import DatabaseNotFoundError, StoreError
from inglenook_client.store.migrations import Migration, load_migrations
from inglenook_client.store.noticing import Exchanging, note
from inglenook_client.store.overview import LAST_SYNC, Overview, read_notices, read_overview
from inglenook_client.store.room import RosterRoomError
from inglenook_client.store.state import (
    GENESIS,
    MEMBER,
    SEEDS,
    SpaceState,
    get_setting,
    load_state,
    put_setting,
    take_statements,
)
from inglenook_client.store.transacting import Transactions
from inglenook_protocol.errors import LocalProtocolError, Reject
from inglenook_protocol.export import ExportWriter
from inglenook_protocol.genesis import Genesis
from inglenook_protocol.kinds import EntityRedacted, Payload
from inglenook_protocol.limits import MAX_ERASED
from inglenook_protocol.login import sign_login
from inglenook_protocol.messages import decode_page
from inglenook_protocol.roster import Statement
from inglenook_protocol.session import PageOutcome

T = TypeVar("T")
P = ParamSpec("P")


class SpaceStore(Transactions):
    """A space's store. Satisfies ``core.ports.SyncStore``."""

    def __init__(
        self,
        database: Database,
        entropy: Entropy,
        wall_ms: Callable[[], int],
        state: SpaceState,
    ) -> None:
        super().__init__(database, state)
        self._entropy = entropy
        self._wall_ms = wall_ms
        self.genesis = state.genesis
        self.member = state.member
        self._polled_version: int | None = None
        self._appended = asyncio.Event()
        self._to_forget = False
        self._exchanging = Exchanging()
        self.erasures = Erasures(self, wall_ms)

    @classmethod
    async def create(
        cls,
        path: Path,
        key: bytes,
        *,
        genesis: Genesis,
        member: bytes,
        seeds: bytes,
        statements: Sequence[Statement],
        entropy: Entropy,
        wall_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> Self:
        """Make the database of a space. ``key``: 32 bytes; ``seeds``: of this device's keys.

        Raises ``RemoteProtocolError`` (bad-statement) and ``StoreError`` kinds.
        """

        def fill(conn: Connection) -> SpaceState:
            if get_setting(conn, GENESIS) is None:
                put_setting(conn, GENESIS, genesis.encoded)
                put_setting(conn, MEMBER, member)
                put_setting(conn, SEEDS, seeds)
                take_statements(conn, load_state(conn), list(statements))
                rebuilding.mark_current(conn)
            return load_state(conn)

        database = await Database.open(path, key, _migrations())
        try:
            state = await database.write(fill)
        except BaseException:
            await database.close()
            raise
        return cls(database, entropy, wall_ms, state)

    @classmethod
    async def open(
        cls,
        path: Path,
        key: bytes,
        *,
        entropy: Entropy,
        wall_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> Self:
        """Open the database of a space.

        Raises ``StoreError`` kinds: ``DatabaseNotFoundError`` also where ``create`` was stopped
        before it came to anything; it can be called again.
        """

        def load(conn: Connection) -> tuple[SpaceState, bool]:
            if get_setting(conn, GENESIS) is None:
                raise DatabaseNotFoundError("it was made, and no space was put into it")
            return load_state(conn), rebuilding.is_current(conn)

        database = await Database.open(path, key, _migrations(), create=False)
        try:
            state, current = await database.read(load)
        except BaseException:
            await database.close()
            raise
        store = cls(database, entropy, wall_ms, state)
        if not current:
            try:
                await store.rebuild()
            except BaseException:
                await store.close()
                raise
        return store

    # ------------------------------------------------------------------ sync port

    @property
    def space_id(self) -> bytes:
        return self.genesis.space_id

    @property
    def device_id(self) -> bytes:
        return self._device_id

    def sign_login(self, origin: str, nonce: bytes) -> bytes:
        """SPEC 14.3: 64 bytes."""
        return sign_login(self._sign_key, origin, self.space_id, self._device_id, nonce)

    async def registration(self) -> tuple[bytes, list[Statement]]:
        """SPEC 14.2."""

        def statements(conn: Connection, state: SpaceState) -> list[Statement]:
            return state.book.roster_statements()

        return self.genesis.encoded, await self._read(statements)

    async def pull_request(self, deepen: frozenset[bytes], page_bytes: int) -> bytes:
        """SPEC 14.5."""

        def request(conn: Connection, state: SpaceState) -> tuple[bytes, dict[bytes, int]]:
            seqs = {log.device: log.acknowledged for log in state.log_by_number.values()}
            return pushing.pull_request(conn, state, deepen, page_bytes), seqs

        encoded, self._exchanging.acknowledged = await self._read(request)
        return encoded

    async def admit_page(self, page: bytes, *following: bytes) -> PageOutcome:
        """Verify, admit, fold and index pages in one transaction.

        Raises ``RemoteProtocolError`` when one of them as a whole is not valid. The relay still
        holds what it sent, so the commit need not wait for the disk.
        """

        def admit(conn: Connection, state: SpaceState) -> PageOutcome:
            before = state.book.erasures_hash
            with collector_at_rest():
                pages = [decode_page(encoded) for encoded in (page, *following)]
                outcome = admit_pages(conn, state, pages, self._wall_ms(), self._exchanging.noted)
            self._exchanging.look_at(conn, state, outcome, self._wall_ms())
            note_erasures_hash(conn, state, pages[-1].erasures_hash)
            self._to_forget |= state.book.erasures_hash != before
            own = outcome.relay.get(state.device.id, [])
            if not outcome.more and restored.are_keys_due(conn, state, own):
                new = self._new_keys(conn, state)
                note(conn, "restored", new or state.device.id, self._wall_ms())
                outcome = outcome_after(conn, state, pages[-1], outcome.new + bool(new))
            return outcome

        device = self._device_id
        outcome = await self._run_write(False, admit)
        if self._device_id != device:
            # What is signed with new keys must not outlive them.
            await self._write(_mark)
        if self._to_forget and not outcome.more:
            await self._forget_overwritten()
        return outcome

    def _new_keys(self, conn: Connection, state: SpaceState) -> bytes | None:
        """The new device that goes on here; None where no relay would take its statements: then
        the phrase can help, and until then what others write still comes."""

        def admit(said: list[Statement]) -> None:
            admit_statements(conn, state, said, self._wall_ms())

        try:
            return restored.take_new_keys(conn, state, self._entropy, admit)
        except RosterRoomError:
            return None

    async def _forget_overwritten(self) -> None:
        """What was erased leaves the write-ahead log too, unless somebody reads there: then the
        next erasure, or the last one to close, sees to it."""
        self._to_forget = True
        with contextlib.suppress(StoreError):  # what was asked for is done and stays so
            self._to_forget = not await self._database.empty_log()

    async def push_batch(self, cursor: PushCursor, max_bytes: int) -> PushBatch:
        """SPEC 14.6, 15.2."""
        return await self._read(pushing.push_batch, cursor, max_bytes)

    async def acknowledged(self, head_by_device: dict[bytes, int]) -> None:
        """The relay holds each log up to that seq."""

        def save(conn: Connection, state: SpaceState) -> None:
            for device, seq in head_by_device.items():
                log = state.log_by_device.get(device)
                if log is None or log.acknowledged == seq:
                    continue
                log.acknowledged = seq
                conn.execute("UPDATE log SET acknowledged = ? WHERE number = ?", (seq, log.number))

        if await self._read(_acknowledgement_differs, head_by_device):
            await self._run_write(False, save)

    async def forget_relay(self) -> None:
        """Another relay is used from now on: it holds nothing, as far as is known here."""

        def run(conn: Connection, state: SpaceState) -> None:
            for log in state.log_by_number.values():
                log.acknowledged = 0
            conn.execute("UPDATE log SET acknowledged = 0")
            conn.execute("DELETE FROM setting WHERE name IN (?, ?)", (LAST_SYNC, CONFIRMED))
            Exchanging().settle(conn, (), self._wall_ms())

        await self._write(run)
        self._exchanging = Exchanging()

    async def changed_elsewhere(self) -> bool:
        """Whether another process committed since the last call."""
        version = await self._database.data_version()
        changed = self._polled_version is not None and version != self._polled_version
        self._polled_version = version
        return changed

    async def wait_for_append(self) -> None:
        """Return when this process has appended since the last return."""
        await self._appended.wait()
        self._appended.clear()

    # ------------------------------------------------------------------ writing

    async def append(
        self, payload: Payload, moment: Moment, *, entity: bytes = b"", after: Sequence[bytes] = ()
    ) -> bytes:
        """Append one event; gives its event id. Durable when it returns.

        Raises ``LocalProtocolError`` and ``StoreError`` kinds; then nothing was written.
        """
        id_ = await self._write(append, payload, entity, list(after), moment, self._entropy)
        self._appended.set()
        return id_

    async def append_core(self, core: bytes) -> bytes:
        """Append an event whose core is made already; gives its event id. As ``append``."""
        id_ = await self._write(append_core, core, self._entropy)
        self._appended.set()
        return id_

    async def with_root(self, act: Callable[[Connection, SpaceState, int], T]) -> T:
        """Run one of ``recovering`` in a durable transaction; the last argument is the wall ms."""

        def run(conn: Connection, state: SpaceState) -> T:
            return act(conn, state, self._wall_ms())

        return await self._write(run)

    async def change_devices(self, act: Callable[[Connection, SpaceState, int], T]) -> T:
        """As ``with_root``, for one of ``devices``; what it signs is sent by a watch."""
        result = await self.with_root(act)
        self._appended.set()
        return result

    async def look(self, at: Callable[[Connection, SpaceState, int], T]) -> T:
        """Run one of ``devices`` that only reads; the last argument is the wall ms."""
        return await self._read(at, self._wall_ms())

    async def open_epoch(self) -> None:
        """Open an epoch for the roster as it stands, unless one fits (SPEC 8.4)."""

        def run(conn: Connection, state: SpaceState) -> None:
            if state.sealing_key() is None:
                open_epoch(conn, state, self._entropy)

        await self._write(run)
        self._appended.set()

    async def redact(self, entity: bytes, was: str, date: str, moment: Moment) -> None:
        """Withdraw all of the own events of an entity, here and, by request, elsewhere.

        Writes the sealed redaction and the public erasure in one transaction (SPEC 12). Raises
        ``LocalProtocolError``, and ``ErasureRoomError`` where no relay would take it.
        """

        def run(conn: Connection, state: SpaceState) -> None:
            own = own_events(conn, state, entity)
            if not own:
                raise LocalProtocolError("There is nothing here to withdraw.")
            for start in range(0, len(own), MAX_ERASED):
                named = own[start : start + MAX_ERASED]
                refs = sorted(ref for ref, _ in named)
                payload = EntityRedacted(sorted({id_ for _, id_ in named}), refs, was, date)
                # The erasure first: what it names is dropped once the redaction is folded.
                take_statements(conn, state, [sign_erasure(state, refs)])
                row = queries.entity_by_id(conn, entity)
                after = [] if row is None else list(row.projection.heads)
                append(conn, state, payload, entity, after, moment, self._entropy)

        await self._write(run)
        self._appended.set()
        await self._forget_overwritten()

    async def settled(self, now: str, not_given: Collection[bytes] = ()) -> None:
        """An exchange settled: what was odd and did not show in it again is over.

        ``not_given``: logs of which the relay names heads that it did not hand over.
        """

        def run(conn: Connection, state: SpaceState) -> None:
            put_setting(conn, LAST_SYNC, now.encode())
            self._exchanging.settle(conn, not_given, self._wall_ms())
            elsewhere.remember(conn, state)

        await self._run_write(False, run)
        self._exchanging.noted.clear()

    async def troubled(self, reject: Reject) -> None:
        """An exchange or a live stream ended, because what the relay sent does not hold."""

        def run(conn: Connection, state: SpaceState) -> None:
            self._exchanging.trouble(conn, reject, self._wall_ms())

        await self._run_write(False, run)

    # ------------------------------------------------------------------ reading

    async def query(
        self,
        fn: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run one of ``queries`` on a snapshot."""

        def run(conn: Connection, state: SpaceState) -> T:
            return fn(conn, *args, **kwargs)

        return await self._read(run)

    async def settings(self) -> dict[str, bytes | None]:
        """Small values kept with this space, under names of the caller's."""

        def run(conn: Connection, state: SpaceState) -> dict[str, bytes | None]:
            rows = conn.execute("SELECT name, value FROM setting WHERE name LIKE 'app.%'")
            return {name.removeprefix("app."): bytes(value) for name, value in rows}

        return await self._read(run)

    async def put_settings(self, values: dict[str, bytes | None]) -> None:
        """Set small values; None removes one."""

        def run(conn: Connection, state: SpaceState) -> None:
            for name, value in values.items():
                if value is None:
                    conn.execute("DELETE FROM setting WHERE name = ?", ("app." + name,))
                else:
                    put_setting(conn, "app." + name, value)

        await self._write(run)

    async def overview(self) -> Overview:
        """Numbers for the status: logs, notices, what waits to be sent."""
        return await self._read(read_overview, self._wall_ms())

    async def notices(self) -> list[str]:
        """What exchanges made evident, by name; part of the overview, and cheap."""
        return await self._read(read_notices)

    async def forks(self) -> list[proving.Fork]:
        """Logs that came in more than one version, each with its proof (SPEC 11.7)."""
        return await self._read(proving.forks)

    async def audit(self, limit: int) -> int:
        """Check up to ``limit`` signatures that nobody needed so far; gives how many."""

        def run(conn: Connection, state: SpaceState) -> int:
            done, bad = auditing.audit(conn, state, limit)
            for device in bad:
                note(conn, "bad-signature", device, self._wall_ms())
            return done

        return await self._run_write(False, run)

    async def rebuild(self) -> int:
        """Fold everything anew from the envelopes; gives how many events there are."""
        return await self._write(rebuilding.rebuild)

    async def export(self, writer: ExportWriter, told: Callable[[int], None]) -> int:
        """Write all of the space as it lies in the logs (SPEC 24); gives how many envelopes.

        ``told`` hears how many so far, on another thread. What ``writer`` raises comes out.
        """
        return await self._read(exporting.export, writer, told)

    async def snapshot(self, to: Path, key: bytes) -> None:
        """As ``Database.snapshot``."""
        await self._database.snapshot(to, key)

    async def check(self) -> None:
        """Read every page. Raises ``DatabaseDamagedError``."""
        await self._database.quick_check()


def _acknowledgement_differs(
    conn: Connection, state: SpaceState, head_by_device: dict[bytes, int]
) -> bool:
    return any(
        log.acknowledged != head_by_device[device]
        for device, log in state.log_by_device.items()
        if device in head_by_device
    )


def _mark(conn: Connection, state: SpaceState) -> None:
    put_setting(conn, "new_keys", state.device.id)


@cache
def _migrations() -> tuple[Migration, ...]:
    return load_migrations(files("inglenook_client.store") / "schema")
