"""Schema steps run on a copy; the old file stands until the new one does."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from inglenook_client.store import migrations
from inglenook_client.store.database import Connection, Database, Migration
from inglenook_client.store.errors import (
    DatabaseBusyError,
    DiskFullError,
    NewerSchemaError,
    StoreError,
)
from inglenook_client.store.migrations import load_migrations

KEY = bytes(range(32))
ONE = Migration(
    1, "notes", "CREATE TABLE note (body TEXT NOT NULL); -- a comment; with a semicolon"
)
TWO = Migration(
    2,
    "stars",
    """
    ALTER TABLE note ADD COLUMN stars INTEGER NOT NULL DEFAULT 0;
    CREATE TRIGGER starry AFTER INSERT ON note BEGIN UPDATE note SET stars = 1; SELECT 1; END;
    UPDATE note SET stars = 5 -- no semicolon at the end""",
)
BROKEN = Migration(2, "broken", "DELETE FROM note; CREATE TABLE note (again);")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "space.db"


def add(conn: Connection, body: str) -> None:
    conn.execute("INSERT INTO note (body) VALUES (?)", (body,))


def rows(conn: Connection) -> list[tuple[object, ...]]:
    return conn.execute("SELECT * FROM note").fetchall()


async def made(path: Path) -> bytes:
    async with await Database.open(path, KEY, [ONE]) as db:
        await db.write(add, "kept")
    return path.read_bytes()


def names(path: Path) -> list[str]:
    return sorted(item.name for item in path.parent.iterdir())


async def test_an_existing_database_is_brought_up_with_all_it_holds(path: Path) -> None:
    await made(path)
    async with await Database.open(path, KEY, [ONE, TWO]) as db:
        assert await db.read(rows) == [("kept", 5)]
        await db.write(add, "new")
        assert await db.read(rows) == [("kept", 1), ("new", 1)]
    assert names(path) == ["space.db", "space.db.lock"]


async def test_a_step_that_cannot_run_leaves_the_old_file_byte_for_byte(path: Path) -> None:
    before = await made(path)
    with pytest.raises(StoreError):
        await Database.open(path, KEY, [ONE, BROKEN])
    assert path.read_bytes() == before
    assert names(path) == ["space.db", "space.db.lock"]
    async with await Database.open(path, KEY, [ONE]) as db:
        assert await db.read(rows) == [("kept",)]


async def test_a_first_schema_that_cannot_be_made_leaves_no_file(path: Path) -> None:
    with pytest.raises(StoreError):
        await Database.open(path, KEY, [Migration(1, "bad", "CREATE TABLE (")])
    assert names(path) == ["space.db.lock"]


async def test_a_reference_to_nothing_is_not_let_through(path: Path) -> None:
    dangling = Migration(
        2,
        "dangling",
        "CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a REFERENCES a (id));"
        "INSERT INTO b VALUES (7);",
    )
    before = await made(path)
    with pytest.raises(StoreError):
        await Database.open(path, KEY, [ONE, dangling])
    assert path.read_bytes() == before


async def test_leftovers_of_a_crash_are_cleared(path: Path) -> None:
    await made(path)
    for suffix in (".new", ".new-wal", ".new-shm"):
        path.with_name(path.name + suffix).write_bytes(b"half of something")
    async with await Database.open(path, KEY, [ONE, TWO]) as db:
        assert await db.read(rows) == [("kept", 5)]
    assert names(path) == ["space.db", "space.db.lock"]


async def test_a_newer_schema_is_left_alone(path: Path) -> None:
    async with await Database.open(path, KEY, [ONE, TWO]) as db:
        await db.write(add, "kept")
    before = path.read_bytes()
    with pytest.raises(NewerSchemaError, match="newer Inglenook"):
        await Database.open(path, KEY, [ONE])
    assert path.read_bytes() == before


async def test_migrating_waits_for_others_to_leave(path: Path) -> None:
    async with await Database.open(path, KEY, [ONE]) as older:
        await older.write(add, "kept")
        with pytest.raises(DatabaseBusyError):
            await Database.open(path, KEY, [ONE, TWO], busy_timeout_ms=30)
        waiting = asyncio.ensure_future(Database.open(path, KEY, [ONE, TWO]))
        await asyncio.sleep(0.05)
        await older.write(add, "meanwhile")
    async with await waiting as newer:
        assert await newer.read(rows) == [("kept", 5), ("meanwhile", 5)]


async def test_many_at_once_migrate_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await made(path)
    runs: list[Path] = []
    migrate = migrations._migrate

    def counted(building: Path, *args: object, **options: object) -> None:
        runs.append(building)
        migrate(building, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(migrations, "_migrate", counted)
    databases = await asyncio.gather(*(Database.open(path, KEY, [ONE, TWO]) for _ in range(4)))
    for db in databases:
        assert await db.read(rows) == [("kept", 5)]
    for db in databases:
        await db.close()
    assert len(runs) == 1


async def test_no_space_for_the_copy(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = await made(path)

    def full(_source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("inglenook_client.store.migrations.shutil.copyfile", full)
    with pytest.raises(DiskFullError):
        await Database.open(path, KEY, [ONE, TWO])
    assert path.read_bytes() == before
    assert names(path) == ["space.db", "space.db.lock"]


async def test_the_new_file_and_its_folder_are_synced_around_the_rename(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    did: list[str] = []
    for name in ("_sync", "_sync_folder"):
        monkeypatch.setattr(migrations, name, lambda item, name=name: did.append(name))
    rename = os.replace

    def renamed(source: Path, target: Path) -> None:
        did.append("rename")
        rename(source, target)

    monkeypatch.setattr(os, "replace", renamed)
    await made(path)
    assert did == ["_sync", "rename", "_sync_folder"]


def test_numbered_files_are_loaded_in_order(tmp_path: Path) -> None:
    (tmp_path / "0002_more.sql").write_text("-- b")
    (tmp_path / "0001_start.sql").write_text("-- a")
    (tmp_path / "README.md").write_text("not a step")
    assert load_migrations(tmp_path) == (
        Migration(1, "start", "-- a"),
        Migration(2, "more", "-- b"),
    )


@pytest.mark.parametrize(
    "present", [["0002_gap.sql"], ["1_short.sql"], ["0001_a.sql", "0001_b.sql"], ["0001-dash.sql"]]
)
def test_files_numbered_otherwise_are_refused(tmp_path: Path, present: list[str]) -> None:
    for name in present:
        (tmp_path / name).write_text("")
    with pytest.raises(ValueError, match="migration"):
        load_migrations(tmp_path)
