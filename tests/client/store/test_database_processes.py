"""Several processes on one file, and processes that end without a goodbye."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import inglenook_client.store.database as module
from inglenook_client.store.database import Connection, Database, Migration

pytestmark = pytest.mark.long

KEY = bytes(range(32))
SCHEMA = (
    Migration(1, "notes", "CREATE TABLE note (n INTEGER PRIMARY KEY, writer INTEGER, body BLOB);"),
)

PREAMBLE = """
import asyncio, os, sys
from pathlib import Path
from inglenook_client.store import migrations
from inglenook_client.store.database import Database, Migration
from inglenook_client.store.errors import StoreError
KEY = bytes(range(32))
SCHEMA = (
    Migration(1, "notes", "CREATE TABLE note (n INTEGER PRIMARY KEY, writer INTEGER, body BLOB);"),
)
path, arguments = Path(sys.argv[1]), sys.argv[2:]

def add(conn, writer, count):
    conn.executemany(
        "INSERT INTO note (writer, body) VALUES (?, ?)",
        [(writer, os.urandom(500)) for _ in range(count)],
    )
    return conn.execute("SELECT max(n) FROM note").fetchone()[0]
"""

WRITE_UNTIL_KILLED = """
async def main():
    async with await Database.open(path, KEY, SCHEMA) as db:
        while True:
            print(await db.write(add, 0, 7, durable=arguments[0] == "durable"), flush=True)
"""

WRITE_SOME = """
async def main():
    async with await Database.open(path, KEY, SCHEMA) as db:
        print("open", flush=True)
        sys.stdin.readline()
        for _ in range(int(arguments[1])):
            await db.write(add, int(arguments[0]), 1)
        print("done", flush=True)
"""

MIGRATE_AND_DIE = """
async def main():
    two = Migration(2, "two", "ALTER TABLE note ADD COLUMN more INTEGER; DELETE FROM note;")
    moment = arguments[0]
    owner = migrations.os if moment in ("replace", "fsync") else migrations
    real = getattr(owner, moment)
    def die(*args, **options):
        if arguments[1] == "after":
            real(*args, **options)
        os.kill(os.getpid(), 9)
    setattr(owner, moment, die)
    await Database.open(path, KEY, (*SCHEMA, two))
"""

READ_ONLY = """
async def main():
    if os.geteuid() == 0:
        os.seteuid(65534)
    try:
        async with await Database.open(path, KEY, SCHEMA, create=False) as db:
            await db.write(add, 0, 1)
    except StoreError as error:
        print(type(error).__name__, flush=True)
"""


@contextmanager
def process(body: str, path: Path, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    running = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"{PREAMBLE}{body}\nasyncio.run(main())",
            path,
            *map(str, arguments),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(module.__file__).parents[2])},
    )
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


def line(running: subprocess.Popen[str]) -> str:
    assert running.stdout is not None
    return running.stdout.readline().strip()


def go(running: subprocess.Popen[str]) -> None:
    assert running.stdin is not None
    running.stdin.write("go\n")
    running.stdin.flush()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "profile" / "space.db"


def count_by_writer(conn: Connection) -> dict[int, int]:
    return dict(conn.execute("SELECT writer, count(*) FROM note GROUP BY writer").fetchall())


def last(conn: Connection) -> int:
    row = conn.execute("SELECT max(n), count(*) FROM note").fetchone()
    assert row is not None
    assert row[0] == row[1]
    return int(row[0])


@pytest.mark.parametrize("durability", ["durable", "relaxed"])
async def test_a_killed_writer_loses_nothing_that_was_acknowledged(
    path: Path, durability: str
) -> None:
    acknowledged = 0
    for commits in (1, 40, 150):
        with process(WRITE_UNTIL_KILLED, path, durability) as writer:
            for _ in range(commits):
                acknowledged = int(line(writer))
        async with await Database.open(path, KEY, SCHEMA) as db:
            kept = await db.read(last)
            assert kept >= acknowledged
            assert kept % 7 == 0  # never half of a transaction
            await db.quick_check()


async def test_two_that_create_at_once_and_write_at_once(path: Path) -> None:
    with process(WRITE_SOME, path, 1, 150) as one, process(WRITE_SOME, path, 2, 150) as two:
        assert (line(one), line(two)) == ("open", "open")
        async with await Database.open(path, KEY, SCHEMA) as db:
            seen = await db.data_version()
            go(one)
            go(two)
            for _ in range(50):
                await db.write(lambda conn: conn.execute("INSERT INTO note (writer) VALUES (0)"))
            assert (line(one), line(two)) == ("done", "done")
            assert await db.data_version() != seen
            assert await db.read(count_by_writer) == {0: 50, 1: 150, 2: 150}
            await db.quick_check()


@pytest.mark.parametrize(
    ("moment", "when"),
    [
        ("_create_private", "after"),
        ("_migrate", "after"),
        ("replace", "before"),
        ("replace", "after"),
    ],
)
async def test_a_migration_that_is_killed_leaves_the_old_or_the_new(
    path: Path, moment: str, when: str
) -> None:
    async with await Database.open(path, KEY, SCHEMA) as db:
        await db.write(lambda conn: conn.execute("INSERT INTO note (writer) VALUES (9)"))
    with process(MIGRATE_AND_DIE, path, moment, when) as migrating:
        assert migrating.wait(10) == -9
    two = Migration(2, "two", "ALTER TABLE note ADD COLUMN more INTEGER; DELETE FROM note;")
    if (moment, when) == ("replace", "after"):
        async with await Database.open(path, KEY, (*SCHEMA, two)) as db:
            assert await db.read(count_by_writer) == {}
    else:
        async with await Database.open(path, KEY, SCHEMA) as db:
            assert await db.read(count_by_writer) == {9: 1}


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
async def test_a_file_that_may_not_be_written() -> None:
    # Not tmp_path: its parents are root's alone when root runs this.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "space.db"
        await (await Database.open(path, KEY, SCHEMA)).close()
        path.chmod(0o400)
        if os.geteuid() == 0:  # root may write everything; the process becomes nobody
            for item in (path.parent, *path.parent.iterdir()):
                os.chown(item, 65534, 65534)
        with process(READ_ONLY, path) as reader:
            assert line(reader) == "ReadOnlyError"
