"""A journal whose file is damaged or gone hinders no other, and says what it is and what to do."""

import asyncio
import os
import shutil
from collections import Counter

import pytest

from inglenook_client.journal.errors import JournalUnreadableError
from inglenook_client.store.sqlcipher import PAGE_BYTES
from inglenook_harness.paired import open_journal

pytestmark = pytest.mark.long

PAGE_ONE = 0


def _damage(path, page):
    with path.open("r+b") as file:
        file.seek(page * PAGE_BYTES + 100)
        held = file.read(32)
        file.seek(page * PAGE_BYTES + 100)
        file.write(bytes(byte ^ 0xFF for byte in held))


def _damage_from(path, page):
    for at in range(page, path.stat().st_size // PAGE_BYTES):
        _damage(path, at)


async def _invite(person):
    async with await open_journal(person) as journal:
        await journal.invite(relay="http://127.0.0.1:1", token="t", on_invite=None, confirm=None)


HARMS = {
    "first page": lambda path: _damage(path, PAGE_ONE),
    "all but the first page": lambda path: _damage_from(path, 1),
    "cut short": lambda path: os.truncate(path, PAGE_BYTES + 7),
    "empty": lambda path: os.truncate(path, 0),
    "gone": lambda path: path.unlink(),
}


@pytest.mark.parametrize("harm", HARMS)
def test_the_private_journal_goes_on_without_the_shared_one(couple, harm):
    ana, _ = couple
    ana("write", "for me alone")
    HARMS[harm](ana.home / "shared.db")
    harmed = {p.name: p.read_bytes() for p in ana.home.glob("shared.db")}

    ended = ana.run("timeline")
    assert ended.code == 0
    assert "for me alone" in ended.out
    assert "shared journal can't be read" in ended.err
    assert "restore" in ended.err
    entry = ana("write", "and again")["entry"]
    assert ana("show", entry["id"][:8])["entry"]["current"]["text"] == "and again"
    status = ana("status")
    assert [n["what"] for n in status["unreadable"]] == ["shared-unreadable"]
    assert [s["kind"] for s in status["spaces"]] == ["private"]
    assert "shared journal can't be read" in ana.run("status").out
    # Nothing that was meant for both becomes private, and nothing begins in its place.
    for command in (["write", "x", "--share"], ["check-in", "calm"], ["sync"], ["backup", "b"]):
        ended = ana.run(*command, "--json")
        assert (ended.code, ended.error["kind"]) == (10, "journal-unreadable"), command
    with pytest.raises(JournalUnreadableError):
        asyncio.run(_invite(ana))
    assert {p.name: p.read_bytes() for p in ana.home.glob("shared.db")} == harmed


@pytest.mark.long
@pytest.mark.parametrize("harm", HARMS)
def test_the_shared_journal_can_be_read_without_the_private_one(couple, harm):
    ana, _ = couple
    ana("write", "for me alone")
    HARMS[harm](ana.home / "private.db")

    ended = ana.run("timeline")
    assert ended.code == 0
    assert "a walk by the river" in ended.out
    assert "private journal can't be read" in ended.err
    status = ana("status")
    assert (status["name"], status["partner"]) == ("Ana", "Ben")
    assert [n["what"] for n in status["unreadable"]] == ["private-unreadable"]
    assert [s["kind"] for s in status["spaces"]] == ["shared"]
    assert status["spaces"][0]["notices"] == []
    said = ana.run("status").out
    assert "private journal can't be read" in said
    assert "stays on this computer" not in said
    # Whether this device left is in the private journal too: nothing is added meanwhile.
    for command in (["write", "x"], ["write", "x", "--share"], ["sync"], ["leave", "--yes"]):
        ended = ana.run(*command, "--json")
        assert (ended.code, ended.error["kind"]) == (10, "journal-unreadable"), command
    assert ana.run("start", "--name", "Ana", "--json").code == 4


@pytest.mark.long
def test_each_page_of_the_shared_journal_may_be_hurt(couple):
    ana, _ = couple
    ana("write", "for me alone")
    path = ana.home / "shared.db"
    intact = path.read_bytes()
    noticed = 0
    for page in range(len(intact) // PAGE_BYTES):
        path.write_bytes(intact)
        _damage(path, page)
        ended = ana.run("timeline")
        assert ended.code == 0, page
        assert "for me alone" in ended.out, page
        # A page that this command had no need of is no reason to withhold the rest.
        assert ("can't be read" in ended.err) != ("a walk by the river" in ended.out), page
        noticed += "can't be read" in ended.err
    assert noticed > 3


COMMANDS = {
    "status": [0], "search": [0], "today": [0, 10], "sync": [0, 10], "device list": [0, 10],
    "write": [0, 10], "share": [0, 10], "export": [0, 10], "show": [0, 10],
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize(
    ("space", "others"),
    [
        ("shared", "for me alone"),
        pytest.param("private", "a walk by the river", marks=pytest.mark.exhaustive),
    ],
)
def test_each_page_may_be_hurt_whatever_is_asked(couple, relay, tmp_path, space, others):
    """A typed answer, or what was asked for; and the other journal is always there to be read."""
    ana, ben = couple
    entry = ana("write", "for me alone")["entry"]["id"]
    ben("write", "news", "--share")
    ben("sync")
    whole = tmp_path / "whole"
    shutil.copytree(ana.home, whole)
    spoken = {
        "search": ["search", "river"],
        "device list": ["device", "list"],
        "write": ["write", "x"],
        "share": ["write", "x", "--share"],
        "show": ["show", entry[:8]],
    }
    told: Counter[str] = Counter()
    for page in range((whole / f"{space}.db").stat().st_size // PAGE_BYTES):
        for name, codes in COMMANDS.items():
            shutil.rmtree(ana.home)
            shutil.copytree(whole, ana.home)
            _damage(ana.home / f"{space}.db", page)
            command = spoken.get(name, [name])
            if name == "export":
                command = [name, str(tmp_path / f"{page}.export")]
            ended = ana.run(*command, "--json")
            assert ended.code in codes, (name, page, ended.err)
            if ended.code:
                assert ended.error["kind"] in ("journal-unreadable", "database-damaged")
                assert "backup" in ended.error["next_step"], (name, page)
                told[name] += 1
        assert others in ana.texts(), page
    assert told["sync"] > 3
    assert told["export"] > 3
    # What may be in the journal that can't be read is not said to be nowhere.
    assert (told["show"] > 3) == (space == "private")


def test_a_hurt_write_ahead_log_takes_nothing_else_along(couple):
    """Frames that don't hold are as if they had never been written (SQLite's own rule)."""
    ana, _ = couple
    ana("write", "for me alone")
    wal = ana.home / "shared.db-wal"
    wal.write_bytes(b"\x37\x7f\x06\x82" + os.urandom(3 * PAGE_BYTES))
    assert {"for me alone", "a walk by the river"} <= set(ana.texts())


def test_both_gone_is_said_as_before(couple):
    ana, _ = couple
    for space in ("private", "shared"):
        _damage(ana.home / f"{space}.db", PAGE_ONE)
    ended = ana.run("timeline", "--json")
    assert (ended.code, ended.error["kind"]) == (10, "database-damaged")
