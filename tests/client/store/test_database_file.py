"""Contract of the file itself: its key, its damage, its disk, and what it never shows."""

from __future__ import annotations

import asyncio
import contextlib
import os
import stat
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from inglenook_client.store import sqlcipher
from inglenook_client.store.database import Connection, Database, Migration
from inglenook_client.store.errors import (
    DatabaseBusyError,
    DatabaseDamagedError,
    DiskError,
    DiskFullError,
    StoreError,
    WrongKeyError,
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


async def filled(path: Path, rows: int = 400) -> bytes:
    """A closed database of many pages; returns its bytes."""
    async with await Database.open(path, KEY, SCHEMA) as db:
        await db.write(add, *(f"{n:05}" + "x" * 300 for n in range(rows)))
    return path.read_bytes()


def test_a_setting_that_does_not_hold_is_refused() -> None:
    class Deaf:
        def execute(self, sql: str, parameters: object = ()) -> Deaf:
            return self

        def fetchone(self) -> tuple[int]:
            return (0,)

    with pytest.raises(StoreError, match="journal"):
        sqlcipher._hold(Deaf(), "temp_store", "MEMORY", 2)  # type: ignore[arg-type]


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
async def test_files_are_for_their_owner_alone(db: Database, path: Path) -> None:
    await db.write(add, "one")
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    modes = {item.name: stat.S_IMODE(item.stat().st_mode) for item in path.parent.iterdir()}
    names = ("space.db", "space.db-shm", "space.db-wal", "space.db.lock")
    assert modes == dict.fromkeys(names, 0o600)


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
async def test_an_open_mode_is_closed_again_and_nothing_is_added(path: Path) -> None:
    await (await Database.open(path, KEY, SCHEMA)).close()
    path.chmod(0o644)
    await (await Database.open(path, KEY, SCHEMA)).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_no_plaintext_reaches_the_disk(path: Path) -> None:
    word = "Quixotically"

    def insert(conn: Connection) -> None:
        add(conn, f"said {word} to no one")
        conn.execute("INSERT INTO note_words (rowid, body) VALUES (1, ?)", (f"said {word}",))

    async with await Database.open(path, KEY, SCHEMA) as db:
        await db.write(insert)
        in_use = path.with_name("space.db-wal").read_bytes()  # the one that holds no locks
        found = "SELECT rowid FROM note_words WHERE note_words MATCH 'quixotically'"
        assert await db.read(lambda conn: conn.execute(found).fetchall()) == [(1,)]
    at_rest = path.read_bytes()
    for needle in (word.encode(), word.lower().encode(), b"CREATE TABLE", b"SQLite format", KEY):
        assert needle not in in_use
        assert needle not in at_rest


async def test_erased_words_leave_the_full_text_segments(db: Database) -> None:
    """Pins FTS5: contentless, secure-delete, 'delete' with the old text (SPEC: erasure)."""

    def insert(conn: Connection) -> None:
        for n in range(300):
            text = f"common word{n} zebra" if n != 77 else "common quixotic zebra"
            conn.execute("INSERT INTO note_words (rowid, body) VALUES (?, ?)", (n, text))

    def erase(conn: Connection) -> None:
        conn.execute(
            "INSERT INTO note_words (note_words, rowid, body) VALUES ('delete', 77, ?)",
            ("common quixotic zebra",),
        )

    def blocks_with_word(conn: Connection) -> int:
        blocks = conn.execute("SELECT block FROM note_words_data").fetchall()
        return sum(b"uixotic" in bytes(block) for (block,) in blocks)

    await db.write(insert)
    assert await db.read(blocks_with_word) == 1
    await db.write(erase)
    assert await db.read(blocks_with_word) == 0


async def test_wrong_key(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    await (await Database.open(path, KEY, SCHEMA)).close()
    with pytest.raises(WrongKeyError):
        await Database.open(path, bytes(32), SCHEMA)
    assert capfd.readouterr() == ("", "")  # SQLCipher would write its own log to stderr


async def test_wrong_key_while_open_elsewhere_takes_no_locks_away(db: Database, path: Path) -> None:
    with pytest.raises(WrongKeyError):
        await Database.open(path, bytes(32), SCHEMA, busy_timeout_ms=50)
    held, go = threading.Event(), threading.Event()

    def hold(_conn: Connection) -> None:
        held.set()
        go.wait(5)

    writing = asyncio.ensure_future(db.write(hold))
    await asyncio.to_thread(held.wait, 5)
    async with await Database.open(path, KEY, SCHEMA, busy_timeout_ms=50) as other:
        assert await other.read(bodies) == []  # readers never wait
        with pytest.raises(DatabaseBusyError):
            await other.write(add, "too soon")
        go.set()
        await writing
        assert await other.write(add, "now") == 1


async def test_key_must_be_32_bytes(path: Path) -> None:
    with pytest.raises(ValueError, match="31"):
        await Database.open(path, KEY[1:], SCHEMA)
    assert not path.parent.exists()


async def test_any_flipped_page_is_noticed_and_never_read_as_truth(path: Path) -> None:
    intact = await filled(path)
    for page in range(1, len(intact) // 4096, 3):
        hurt = bytearray(intact)
        hurt[page * 4096 + 17 * page % 4096] ^= 0x40
        path.write_bytes(hurt)
        async with await Database.open(path, KEY, SCHEMA) as db:
            with pytest.raises(DatabaseDamagedError) as caught:
                await db.quick_check()
            assert "backup" in caught.value.next_step
    async with await Database.open(path, KEY, SCHEMA) as db:
        with pytest.raises(DatabaseDamagedError):
            await db.read(bodies)


async def test_a_damaged_first_page_is_not_taken_for_a_wrong_key(path: Path) -> None:
    intact = await filled(path, 3)
    for damage in (
        intact[:300] + b"\0\0" + intact[302:],
        intact[:1000],
        b"",
        b"SQLite format 3\0" + intact[16:],
    ):
        path.write_bytes(damage)
        if damage[16:] == intact[16:]:  # only the salt is hurt, and that is known from the key
            await (await Database.open(path, KEY, SCHEMA)).close()
        else:
            opened = [Database.open(path, KEY, SCHEMA) for _ in range(3)]
            errors = await asyncio.gather(*opened, return_exceptions=True)
            assert [type(error) for error in errors] == [DatabaseDamagedError] * 3
        assert path.read_bytes() == damage
    path.write_bytes(b"SQLite format 3\0" + bytes(8192))
    with pytest.raises(DatabaseDamagedError):
        await Database.open(path, KEY, SCHEMA)


async def test_a_log_without_its_database_is_not_swallowed(path: Path) -> None:
    await filled(path, 3)
    path.unlink()
    wal = path.with_name("space.db-wal")
    wal.write_bytes(b"somebody's last words")
    with pytest.raises(DatabaseDamagedError):
        await Database.open(path, KEY, SCHEMA)
    assert wal.read_bytes() == b"somebody's last words"


async def test_a_full_disk_rolls_back_and_the_database_lives_on(db: Database) -> None:
    await db.write(add, "before")
    await db.write(lambda conn: pragma(conn, "max_page_count = 40"))
    with pytest.raises(DiskFullError) as caught:
        await db.write(add, *(f"{n}" + "x" * 3000 for n in range(200)))
    assert caught.value.blame == "device"
    assert await db.read(bodies) == ["before"]
    await db.write(lambda conn: pragma(conn, "max_page_count = 100000"))
    assert await db.write(add, "after") == 1


@pytest.mark.skipif(os.name != "posix", reason="resource limits")
async def test_a_refused_write_of_the_file_is_typed_and_loses_nothing(db: Database) -> None:
    await db.write(add, "before")
    import resource  # not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        with pytest.raises((DiskError, DiskFullError)):
            await db.write(add, *(f"{n}" + "x" * 3000 for n in range(200)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert await db.read(bodies) == ["before"]
    assert await db.write(add, "after") == 1


def test_a_wrong_key_is_not_noisy_when_the_loop_ends_at_once(path: Path) -> None:
    noise: list[object] = []
    hook, threading.excepthook = threading.excepthook, noise.append
    try:
        asyncio.run(_open_and_close(path))
        for _ in range(20):
            with contextlib.suppress(WrongKeyError):
                asyncio.run(Database.open(path, bytes(32), SCHEMA))
    finally:
        threading.excepthook = hook
    assert noise == []


async def _open_and_close(path: Path) -> None:
    await (await Database.open(path, KEY, SCHEMA)).close()
