"""Contract of one open database: transactions, errors, cancellation, secrecy of the file."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, cast

import aiosqlite
import pytest

from inglenook_client.store import errors
from inglenook_client.store.database import Connection, Database, Migration
from inglenook_client.store.errors import (
    ConstraintError,
    DatabaseClosedError,
    DatabaseNotFoundError,
    ReadOnlyError,
    StoreError,
)

KEY = bytes(range(32))
SCHEMA = (
    Migration(
        1,
        "notes",
        """
        CREATE TABLE note (n INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE);
        CREATE VIRTUAL TABLE note_words USING fts5(body, content='');
        INSERT INTO note_words (note_words, rank) VALUES ('secure-delete', 1);
        """,
    ),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "profile" / "space.db"


@pytest.fixture
async def db(path: Path) -> AsyncIterator[Database]:
    async with await Database.open(path, KEY, SCHEMA, busy_timeout_ms=200) as database:
        yield database


@pytest.fixture(autouse=True)
def no_thread_is_left_behind() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    asyncio_workers = {t for t in threading.enumerate() if t.name.startswith("asyncio_")}
    assert set(threading.enumerate()) - before - asyncio_workers == set()


def add(conn: Connection, *bodies: str) -> int:
    conn.executemany("INSERT INTO note (body) VALUES (?)", [(body,) for body in bodies])
    return len(bodies)


def bodies(conn: Connection) -> list[str]:
    return [row[0] for row in conn.execute("SELECT body FROM note ORDER BY n")]


def pragma(conn: Connection, name: str) -> Any:
    row = conn.execute(f"PRAGMA {name}").fetchone()
    return row and row[0]


async def test_what_was_written_is_read_back_after_reopening(path: Path) -> None:
    async with await Database.open(path, KEY, SCHEMA) as db:
        assert await db.write(add, "one", "two") == 2
    async with await Database.open(path, KEY, SCHEMA) as db:
        assert await db.read(bodies) == ["one", "two"]
        await db.quick_check()


async def test_settings_hold(db: Database) -> None:
    expected = {
        "temp_store": 2,
        "secure_delete": 1,
        "foreign_keys": 1,
        "synchronous": 2,
        "journal_mode": "wal",
        "mmap_size": 0,
        "cipher_use_hmac": "1",
        "cipher_page_size": "4096",
        "busy_timeout": 200,
    }
    found = await db.read(lambda conn: {name: pragma(conn, name) for name in expected})
    assert found == expected


async def test_an_exception_rolls_back_and_comes_out_unchanged(db: Database) -> None:
    wanted = KeyError("mine")

    def half(conn: Connection) -> None:
        add(conn, "half")
        raise wanted

    with pytest.raises(KeyError) as caught:
        await db.write(half)
    assert caught.value is wanted
    assert await db.read(bodies) == []


async def test_even_stop_iteration_does_not_leave_the_caller_waiting(db: Database) -> None:
    def stop(_conn: Connection) -> None:
        raise StopIteration

    with pytest.raises(RuntimeError):
        await asyncio.wait_for(db.read(stop), 2)


async def test_constraints_are_typed_and_roll_back(db: Database) -> None:
    with pytest.raises(ConstraintError) as caught:
        await db.write(add, "same", "same")
    assert caught.value.__cause__ is not None
    assert await db.read(bodies) == []


async def test_faults_of_the_program_are_store_errors(db: Database) -> None:
    with pytest.raises(StoreError) as caught:
        await db.read(lambda conn: conn.execute("SELEC"))
    assert caught.value.blame == "program"
    with pytest.raises(StoreError, match="journal"):
        await db.write(lambda conn: conn.execute("COMMIT"))
    assert await db.write(add, "still works") == 1


async def test_a_read_cannot_write_and_does_not_blame_the_disk(db: Database) -> None:
    with pytest.raises(StoreError) as caught:
        await db.read(add, "sneaked in")
    assert not isinstance(caught.value, ReadOnlyError)
    assert await db.write(bodies) == []


async def test_durable_is_full_and_relaxed_is_normal(db: Database) -> None:
    def level(conn: Connection) -> Any:
        return pragma(conn, "synchronous")

    assert await db.write(level) == 2
    assert await db.write(level, durable=False) == 1
    assert await db.write(level) == 2


async def test_create_false_makes_nothing(path: Path) -> None:
    with pytest.raises(DatabaseNotFoundError):
        await Database.open(path, KEY, SCHEMA, create=False)
    assert not path.parent.exists()


async def test_the_event_loop_keeps_turning(db: Database) -> None:
    go = threading.Event()
    thread_ids: list[int] = []

    def wait(_conn: Connection) -> None:
        thread_ids.append(threading.get_ident())
        go.wait(5)

    waiting = [asyncio.ensure_future(db.write(wait)), asyncio.ensure_future(db.read(wait))]
    await asyncio.sleep(0.02)
    assert not any(call.done() for call in waiting)
    go.set()
    await asyncio.gather(*waiting)
    assert len(set(thread_ids)) == 1
    assert thread_ids[0] != threading.get_ident()


async def test_cancelled_writes_are_done_whole(db: Database) -> None:
    started, go = threading.Event(), threading.Event()

    def slow(conn: Connection) -> None:
        add(conn, "first")
        started.set()
        go.wait(5)
        add(conn, "second")

    running = asyncio.ensure_future(db.write(slow))
    await asyncio.to_thread(started.wait, 5)
    queued = asyncio.ensure_future(db.write(add, "third"))
    await asyncio.sleep(0)
    for task in (running, queued):
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    go.set()
    assert await db.read(bodies) == ["first", "second", "third"]
    assert await db.write(add, "fourth") == 1


async def test_cancelling_open_leaves_nothing_open(path: Path) -> None:
    for _ in range(5):
        opening = asyncio.ensure_future(Database.open(path, KEY, SCHEMA))
        await asyncio.sleep(0)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
    newer = (*SCHEMA, Migration(2, "more", "CREATE TABLE more (n INTEGER)"))
    # Migrating needs to be alone, so this shows that no handle is still open.
    async with await Database.open(path, KEY, newer, busy_timeout_ms=50) as db:
        assert await db.write(add, "one") == 1


async def test_after_close_calls_are_refused(path: Path) -> None:
    db = await Database.open(path, KEY, SCHEMA)
    asked = asyncio.ensure_future(db.write(add, "last"))
    await asyncio.sleep(0)
    await asyncio.gather(db.close(), db.close())
    await db.close()
    assert await asked == 1
    with pytest.raises(DatabaseClosedError):
        await db.read(bodies)
    assert not path.with_name("space.db-wal").exists()


async def test_data_version_tells_of_others_only(db: Database, path: Path) -> None:
    before = await db.data_version()
    await db.write(add, "mine")
    assert await db.data_version() == before
    async with await Database.open(path, KEY, SCHEMA) as other:
        await other.write(add, "theirs")
    assert await db.data_version() != before


async def test_what_we_rely_on_in_aiosqlite() -> None:
    """`_execute`, `_connection`, `_thread`, and any object with close() as the connection."""
    did: list[str] = []

    class Thing:
        def close(self) -> None:
            did.append("closed")

    thread: Any = aiosqlite.Connection(cast(Any, Thing), iter_chunk_size=64)
    await thread
    assert isinstance(thread._connection, Thing)
    first = asyncio.ensure_future(thread._execute(did.append, "first"))
    second = asyncio.ensure_future(thread._execute(did.append, "second"))
    await asyncio.sleep(0)
    first.cancel()
    await second
    assert did == ["first", "second"]
    worker = await thread._execute(threading.current_thread)
    assert worker is thread._thread
    await thread.close()
    assert did[-1] == "closed"
    assert vars(thread)["_connection"] is None
    with pytest.raises(ValueError, match="Connection closed"):
        await thread._execute(did.append, "late")
    worker.join(2)


def test_errors_speak_gently_and_say_what_to_do() -> None:
    kinds = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, StoreError)]
    assert len(kinds) >= 12
    for kind in kinds:
        said = str(kind("detail for logs"))
        assert kind.message.endswith(".")
        assert kind.next_step.endswith(".")
        assert "detail for logs" not in said
        words = set(said.lower().replace(".", " ").replace(",", " ").split())
        assert not words & {"missed", "failed", "streak", "score", "behind", "overdue", "owe"}
