"""The writer: one thread, one connection, group commit.

Theory. A flush to disk costs about as much as hundreds of inserts. So whatever waits when a
commit begins goes into one transaction and shares one flush; each caller is answered after
it. While the disk is busy, the next group gathers by itself, so the group's size follows the
load and a lone caller never waits for company.

If anything in a group cannot be done, the group is rolled back and each of its members is
tried alone: one that does not fit never spoils the others.

What is overwritten stays readable in the write-ahead file until that is folded in. So after an
erasure the file is emptied as soon as nothing waits, or after ``FORGET_SECONDS`` of being busy,
and again until it is done: readers, whose pages take milliseconds, are waited for briefly.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
import time
from collections.abc import Sequence
from queue import Empty, SimpleQueue
from typing import Final

from inglenook_server.core.ops import (
    AppendChunk,
    DropMailbox,
    DropToken,
    Op,
    OpenBranch,
    PutMailbox,
    PutMessage,
    PutSecret,
    PutSpace,
    PutStatements,
    PutToken,
    ReplaceChunk,
    SweepMailboxes,
)
from inglenook_server.storage.port import StorageClosed, StorageConflict, StorageError
from inglenook_server.storage.sqlite.connection import empty_log, translate

MAX_GROUP: Final = 256
"""Commits that share one flush, at most."""
FORGET_SECONDS: Final = 2.0
"""How long an erased body may stay in the write-ahead file while others keep the writer busy."""
_RETRY_SECONDS: Final = 0.2
_FORGETTING: Final = (ReplaceChunk, DropMailbox, SweepMailboxes, DropToken)

Done = asyncio.Future[None]
_Answer = tuple[Done, StorageError | None]


class _Job:
    __slots__ = ("done", "loop", "ops")

    def __init__(self, ops: Sequence[Op], loop: asyncio.AbstractEventLoop, done: Done) -> None:
        self.ops = ops
        self.loop = loop
        self.done = done


class Writer:
    """Owns the writing connection; ``submit`` from any event loop."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._closed = False
        # Held while a job is queued, so that none comes after the end mark.
        self._gate = threading.Lock()
        # When the write-ahead file has to be emptied; None if nothing in it is to be forgotten.
        self._forget_by: float | None = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="relay-writer", daemon=True)
        self._thread.start()

    def submit(self, ops: Sequence[Op]) -> Done:
        """Queue a transaction; the future is answered after it is on disk.

        Raises ``StorageClosed``.
        """
        loop = asyncio.get_running_loop()
        done: Done = loop.create_future()
        with self._gate:
            if self._closed:
                raise StorageClosed("The store is closed.")
            self._queue.put(_Job(ops, loop, done))
        return done

    def close(self) -> None:
        """Finish what is queued, then close the connection. Blocks."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        open_ = True
        while open_:
            job = self._next()
            group: list[_Job] = []
            while job is not None:
                group.append(job)
                if len(group) >= MAX_GROUP:
                    break
                try:
                    job = self._queue.get_nowait()
                except Empty:
                    break
            open_ = job is not None
            if group:
                self._commit_group(group)
        self._connection.close()

    def _next(self) -> _Job | None:
        """The next job, and meanwhile what is to be forgotten."""
        while self._forget_by is not None:
            if time.monotonic() < self._forget_by:
                with contextlib.suppress(Empty):
                    return self._queue.get_nowait()
            if empty_log(self._connection):
                self._forget_by = None
                break
            self._forget_by = time.monotonic() + _RETRY_SECONDS
            with contextlib.suppress(Empty):
                return self._queue.get(timeout=_RETRY_SECONDS)
        return self._queue.get()

    def _commit_group(self, group: list[_Job]) -> None:
        answers: dict[asyncio.AbstractEventLoop, list[_Answer]] = {}
        flaw = self._commit(group)
        for job in group:
            alone = self._commit([job]) if flaw is not None and len(group) > 1 else flaw
            answers.setdefault(job.loop, []).append((job.done, alone))
        for loop, answered in answers.items():
            try:
                loop.call_soon_threadsafe(_answer, answered)
            except RuntimeError:
                continue  # the loop is gone, and with it whoever asked

    def _commit(self, group: list[_Job]) -> StorageError | None:
        execute = self._connection.execute
        try:
            execute("BEGIN IMMEDIATE")
            for job in group:
                for op in job.ops:
                    _apply(self._connection, op)
            execute("COMMIT")
            if self._forget_by is None and any(
                isinstance(op, _FORGETTING) for job in group for op in job.ops
            ):
                self._forget_by = time.monotonic() + FORGET_SECONDS
        except StorageError as error:
            self._roll_back()
            return error
        except sqlite3.IntegrityError:
            self._roll_back()
            return StorageConflict("What was to be written does not fit what is stored.")
        except sqlite3.Error as error:
            self._roll_back()
            return translate(error)
        return None

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")


def _answer(answered: list[_Answer]) -> None:
    for done, flaw in answered:
        if not done.done():
            if flaw is None:
                done.set_result(None)
            else:
                done.set_exception(flaw)


def _space_no(connection: sqlite3.Connection, space: bytes) -> int:
    row = connection.execute("SELECT no FROM space WHERE id = ?", (space,)).fetchone()
    if row is None:
        raise StorageConflict("The space is not stored here.")
    no: int = row[0]
    return no


def _apply(connection: sqlite3.Connection, op: Op) -> None:
    execute = connection.execute
    match op:
        case AppendChunk(branch=branch, chunk=chunk):
            execute(
                "INSERT INTO chunk (branch, first_seq, ids, keys, items) VALUES (?, ?, ?, ?, ?)",
                (branch.no, chunk.first_seq, chunk.ids, chunk.keys, chunk.items),
            )
            updated = execute(
                "UPDATE branch SET head_seq = ?, head_id = ?, stored_bytes = ?"
                " WHERE no = ? AND head_seq = ?",
                (
                    branch.head_seq,
                    branch.head_id,
                    branch.stored_bytes,
                    branch.no,
                    chunk.first_seq - 1,
                ),
            )
            if updated.rowcount != 1:
                raise StorageConflict("The log goes on from another place than was thought.")
        case OpenBranch(space=space, branch=branch):
            execute(
                "INSERT INTO branch (no, space, device, parent, start_seq, start_previous,"
                " head_seq, head_id, stored_bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    branch.no,
                    _space_no(connection, space),
                    branch.device,
                    branch.parent,
                    branch.start_seq,
                    branch.start_previous,
                    branch.start_seq - 1,
                    branch.start_previous,
                    0,
                ),
            )
        case ReplaceChunk(branch=branch, chunk=chunk):
            updated = execute(
                "UPDATE chunk SET keys = ?, items = ? WHERE branch = ? AND first_seq = ?",
                (chunk.keys, chunk.items, branch.no, chunk.first_seq),
            )
            if updated.rowcount != 1:
                raise StorageConflict("What was to be erased is kept elsewhere.")
            execute(
                "UPDATE branch SET stored_bytes = ? WHERE no = ?",
                (branch.stored_bytes, branch.no),
            )
        case PutSpace(space=space, genesis=genesis, members=members):
            execute("INSERT INTO space (id, genesis) VALUES (?, ?)", (space, genesis))
            no = _space_no(connection, space)
            for member in members:
                execute("INSERT INTO member (member, space) VALUES (?, ?)", (member, no))
        case PutStatements(space=space, statements=statements):
            no = _space_no(connection, space)
            for statement in statements:
                execute(
                    "INSERT INTO statement (space, content, signature) VALUES (?, ?, ?)",
                    (no, statement.content, statement.signature),
                )
        case PutToken(hash=hash_, label=label):
            execute("INSERT OR REPLACE INTO token (hash, label) VALUES (?, ?)", (hash_, label))
        case DropToken(hash=hash_):
            execute("DELETE FROM token WHERE hash = ?", (hash_,))
        case PutSecret(name=name, secret=secret):
            execute("INSERT OR IGNORE INTO secret (name, secret) VALUES (?, ?)", (name, secret))
        case PutMailbox(mailbox=box):
            execute(
                "INSERT OR REPLACE INTO mailbox (id, owner_hash, reader_hash, expires_s, claim)"
                " VALUES (?, ?, ?, ?, ?)",
                (box.id, box.owner_hash, box.reader_hash, box.expires_s, box.claim),
            )
        case PutMessage(mailbox=mailbox, slot=slot, message=message):
            if not execute("SELECT 1 FROM mailbox WHERE id = ?", (mailbox,)).fetchone():
                raise StorageConflict("The mailbox is not open.")
            execute(
                "INSERT INTO message (mailbox, slot, message) VALUES (?, ?, ?)",
                (mailbox, slot, message),
            )
        case DropMailbox(mailbox=mailbox):
            execute("DELETE FROM message WHERE mailbox = ?", (mailbox,))
            execute("DELETE FROM mailbox WHERE id = ?", (mailbox,))
        case SweepMailboxes(expired_s=expired_s, forgotten_s=forgotten_s):
            execute(
                "DELETE FROM message WHERE mailbox IN (SELECT id FROM mailbox WHERE expires_s < ?)",
                (expired_s,),
            )
            execute("DELETE FROM mailbox WHERE expires_s < ?", (forgotten_s,))
