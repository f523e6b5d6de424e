"""What can't be done as asked: one calm sentence, the next step, a code, and nothing typed lost.

Everything here is real: journals in folders, a relay in a process of its own, files that are
damaged byte by byte. Each row of the table is run twice, for a person and for a script.
"""

import asyncio
import functools
import http.server
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from unittest import mock

import pytest

from inglenook_client.cli.texts import common, pairing
from inglenook_client.journal import Journal
from inglenook_client.keyring import Passphrase
from inglenook_client.store import sqlcipher
from inglenook_client.sync.errors import InviteExpiredError
from inglenook_client.sync.transport import RelayTransport
from inglenook_harness.formats import flaws, read_formats
from inglenook_harness.nook import NOOK, Person
from inglenook_harness.relay import RelayProcess
from inglenook_harness.tone import unkind_words
from inglenook_protocol.pairing import Invite, owner_hash

LETTER = "A letter that took an hour.\nAnd a second line, with ümlauts."
SHARED_ENTRY = "We laughed about the pancakes"
FORMATS = read_formats()
PAGE = 4096


@dataclass
class World:
    """Two people who are paired, one who is not, and their relay; each test gets copies."""

    folder: Path
    relay: RelayProcess
    phrase: list[str] = field(default_factory=list)
    own: str = ""
    """The id of Ana's private entry."""
    shared: str = ""
    """The id of the entry that Ana shared."""

    def copy(self, name: str, to: Path) -> Person:
        person = Person(to / name.lower(), name)
        shutil.copytree(self.folder / name.lower() / "home", person.home)
        return person


async def _pair(ana: Person, ben: Person, relay: RelayProcess) -> None:
    handed: asyncio.Queue[str] = asyncio.Queue()

    async def on_invite(text: str, _until: int) -> None:
        handed.put_nowait(text)

    async def same(_words: list[str]) -> bool:
        return True

    unlocks = [Passphrase(person.passphrase_file.read_text().strip()) for person in (ana, ben)]
    async with (
        await Journal.open(ana.home, unlocks[0]) as one,
        await Journal.open(ben.home, unlocks[1]) as other,
        asyncio.timeout(60),
    ):

        async def joins() -> None:
            await other.join(await handed.get(), confirm=same)

        await asyncio.gather(
            one.invite(relay=relay.url, token=relay.token, on_invite=on_invite, confirm=same),
            joins(),
        )
        await one.sync()
        await other.sync()
        await one.sync()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    with RelayProcess(folder / "relay") as relay:
        world = World(folder, relay)
        ana, ben, cleo = (Person(folder / name.lower(), name) for name in ("Ana", "Ben", "Cleo"))
        ana.start()
        ben.start()
        world.phrase = cleo.start()
        cleo("write", "Alone, and that is fine")
        asyncio.run(_pair(ana, ben, relay))
        world.own = ana("write", "For me alone")["entry"]["id"]
        world.shared = ana("write", SHARED_ENTRY, "--share")["entry"]["id"]
        ana("sync")
        ben("sync")
        yield world


@pytest.fixture
def ana(world, tmp_path):
    return world.copy("Ana", tmp_path)


@pytest.fixture
def ben(world, tmp_path):
    return world.copy("Ben", tmp_path)


@pytest.fixture
def cleo(world, tmp_path):
    """Somebody who is not paired."""
    return world.copy("Cleo", tmp_path)


@pytest.fixture
def nobody(tmp_path):
    """Somebody without a journal yet."""
    return Person(tmp_path / "nobody", "Nobody")


def told(ended, code, kind, *, step="", out=""):
    """One calm message and its next step for a person. ``step``: what the next step names."""
    assert ended.code == code, ended.err
    assert ended.out == out
    lines = [line for line in ended.err.splitlines() if line != pairing.READ_SAFETY]
    assert len(lines) >= 2, lines
    message, next_step = lines[0], lines[1]
    assert re.search(r"[.?]$", message), message
    assert next_step[:1].isupper() or next_step.startswith("`nook")
    assert "!" not in message + next_step
    assert step.lower() in next_step.lower(), next_step
    assert not unkind_words(ended.err)
    for inside in ("Error", "Errno", "sqlite", "SQL", "/tmp", "inglenook_client"):
        assert inside not in message + next_step
    del kind


def told_script(ended, code, kind, *, step="", out=""):
    """The same as one JSON object."""
    assert ended.code == code, ended.err
    assert ended.out == out
    (line,) = ended.err.splitlines()
    error = json.loads(line)["error"]
    assert not flaws(error, "error", FORMATS)
    assert (error["exit_code"], error["kind"]) == (code, kind), error
    assert error["message"]
    assert step.lower() in error["next_step"].lower(), error
    assert error["next_step"]
    assert not unkind_words(error["message"] + error["next_step"])
    return error


def both_ways(person, arguments, code, kind, *, step="", stdin=""):
    """Run for a person and for a script; gives the script's error and what the person read."""
    ended = person.run(*arguments, stdin=stdin)
    told(ended, code, kind, step=step)
    error = told_script(person.run(*arguments, "--json", stdin=stdin), code, kind, step=step)
    assert error["message"] in ended.err.splitlines()
    return error, ended.err


def kept(person, texts, command="write"):
    """The drafts are these, and each can be taken up again."""
    drafts = person("drafts")["drafts"]
    assert [draft["text"].strip() for draft in drafts] == texts
    assert {draft["command"] for draft in drafts} <= {command}
    return drafts


# --------------------------------------------------------------------------- the table


@dataclass
class Row:
    who: str
    arguments: tuple[str, ...]
    code: int
    kind: str
    step: str = ""
    """What the next step names."""
    keeps: str = ""
    """The words that have to be in the drafts, once for each run."""
    stdin: str = ""


def tomorrow_but_one() -> str:
    return (date.today() + timedelta(days=3)).isoformat()  # noqa: DTZ011 - the writer's own day


ROWS = {
    "unknown command": Row("ana", ("wirte", "x"), 2, "usage", "nook --help"),
    "unknown option": Row("ana", ("write", "--shar", "x"), 2, "usage", "nook write --help"),
    "unknown reaction": Row("ana", ("react", "SHARED", "hugs"), 2, "usage", "nook react --help"),
    "unknown kind": Row("ana", ("timeline", "--kind", "photo"), 2, "usage", "timeline --help"),
    "number out of range": Row("ana", ("check-in", "--energy", "6"), 2, "usage", "--help"),
    "an argument too few": Row("ana", ("search",), 2, "usage", "nook search --help"),
    "no journal": Row("nobody", ("timeline",), 4, "no-profile", "nook start"),
    "a journal already": Row(
        "ana", ("start", "--name", "Ana", "--json"), 4, "profile-exists", "--home"
    ),
    "empty text": Row("ana", ("write", "  "), 6, "empty-text", "after the command"),
    "empty pipe": Row("ana", ("write",), 6, "empty-text", "standard input"),
    "empty thanks": Row("ana", ("thank", ""), 6, "empty-text", "after the command"),
    "empty check-in": Row("ana", ("check-in",), 6, "nothing-given", "nook check-in"),
    "empty search": Row("ana", ("search",), 2, "usage", "nook search --help"),
    "no such date": Row(
        "ana", ("write", LETTER, "--date", "2026-02-30"), 6, "not-a-date", "today", LETTER
    ),
    "words as date": Row(
        "ana", ("thank", LETTER, "--date", "last week"), 6, "not-a-date", "today", LETTER
    ),
    "future date": Row(
        "ana",
        ("write", LETTER, "--date", tomorrow_but_one()),
        6,
        "local-protocol",
        "remember",
        LETTER,
    ),
    "too long": Row(
        "ana", ("write", "-"), 6, "local-protocol", "two entries", "x" * 70_000, "x" * 70_000
    ),
    "far too long": Row(
        "ana", ("write",), 6, "local-protocol", "two entries", "ü" * 300_000, "ü" * 300_000
    ),
    "too long a reply": Row(
        "ana", ("reply", "SHARED"), 6, "local-protocol", "two", "y" * 66_000, "y" * 66_000
    ),
    "too long a tag": Row(
        "ana", ("write", LETTER, "--tag", "t" * 1025), 6, "local-protocol", "shorten", LETTER
    ),
    "too many tags": Row(
        "ana",
        ("write", LETTER, *(f"--tag={number}" for number in range(17))),
        6,
        "local-protocol",
        "choose",
        LETTER,
    ),
    "not paired, write": Row(
        "cleo", ("write", LETTER, "--share"), 6, "not-paired", "nook invite", LETTER
    ),
    "not paired, sync": Row("cleo", ("sync",), 6, "not-paired", "nook invite"),
    "no such entry": Row("ana", ("show", "00000000"), 5, "no-such-entry", "nook timeline"),
    "an id too short": Row("ana", ("show", "ab"), 5, "no-such-entry", "four"),
    "no such entry to answer": Row(
        "ana", ("reply", "00000000", LETTER), 5, "no-such-entry", "nook timeline", LETTER
    ),
    "no such draft": Row("ana", ("drafts", "drop", "00000000"), 5, "no-such-draft", "nook drafts"),
    "no such draft to write": Row(
        "ana", ("write", "--draft", "00000000"), 5, "no-such-draft", "nook drafts"
    ),
    "two texts": Row("ana", ("write", LETTER, "--draft", "00000000"), 2, "usage", "--help"),
    "other's entry": Row("ben", ("edit", "SHARED", LETTER), 6, "not-yours", "reply", LETTER),
    "other's entry taken back": Row("ben", ("redact", "SHARED", "--yes"), 6, "not-yours", "reply"),
    "taking back without a word": Row(
        "ana", ("redact", "OWN"), 6, "confirmation-needed", "--yes"
    ),
    "sharing without a word": Row("ana", ("share", "OWN"), 6, "confirmation-needed", "--yes"),
    "shared already": Row("ana", ("share", "SHARED", "--yes"), 6, "local-protocol", "nook show"),
    "wrong kind, tags": Row(
        "ana", ("edit", "OWN", LETTER, "--did", "x"), 6, "local-protocol", "leave", LETTER
    ),
    "no words in the phrase": Row("cleo", ("phrase", "check"), 6, "nothing-given", "type them"),
    "words out of no phrase": Row(
        "cleo", ("phrase", "check"), 6, "local-protocol", "letter by letter", stdin="abandn " * 24
    ),
    "a phrase too short": Row(
        "cleo", ("phrase", "check"), 6, "local-protocol", "in order", stdin="abandon " * 23
    ),
    "pairing without a person": Row(
        "cleo", ("join", "inglenook:1:x"), 6, "confirmation-needed", "--confirm"
    ),
    "no relay named": Row(
        "cleo", ("invite", "--confirm", "stdin"), 6, "nothing-given", "--relay"
    ),
    "paired already": Row(
        "ana", ("join", "inglenook:1:x", "--confirm", "stdin"), 6, "already-paired", "nook status"
    ),
    "no invite at all": Row(
        "cleo", ("join", "hello", "--confirm", "stdin"), 6, "local-protocol", "all of it"
    ),
    "part of an invite": Row(
        "cleo", ("join", "inglenook:1:lKxo", "--confirm", "stdin"), 6, "local-protocol", "all of it"
    ),
    "not a relay's address": Row(
        "cleo",
        ("invite", "--relay", "ftp://relay.example", "--token", "t", "--confirm", "stdin"),
        6,
        "relay-address",
        "https://",
    ),
    "a remote relay without TLS": Row(
        "cleo",
        ("invite", "--relay", "http://relay.example", "--token", "t", "--confirm", "stdin"),
        6,
        "relay-address",
        "https",
    ),
    "relay down": Row(
        "cleo",
        ("invite", "--relay", "http://127.0.0.1:CLOSED", "--token", "t", "--confirm", "stdin"),
        7,
        "relay-unreachable",
    ),
    "a wrong token": Row(
        "cleo",
        ("invite", "--relay", "RELAY", "--token", "t", "--confirm", "stdin"),
        8,
        "registration-needed",
        "whoever runs the relay",
    ),
}  # fmt: skip


@functools.cache
def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.mark.parametrize("name", ROWS)
def test_it_is_told_calmly_and_nothing_typed_is_lost(world, tmp_path, name):
    row = ROWS[name]
    if row.who == "nobody":
        person = Person(tmp_path / "nobody", "Nobody")
    else:
        person = world.copy(row.who.title(), tmp_path)
    filled = {
        "SHARED": world.shared[:8],
        "OWN": world.own[:8],
        "RELAY": world.relay.url,
    }
    arguments = [
        filled.get(argument, argument).replace("CLOSED", str(closed_port()))
        for argument in row.arguments
    ]
    if "--json" in arguments:
        told_script(person.run(*arguments), row.code, row.kind, step=row.step)
        return
    error, read = both_ways(person, arguments, row.code, row.kind, step=row.step, stdin=row.stdin)
    if not row.keeps:
        assert "words_kept" not in error
        if row.who != "nobody":
            assert person("drafts")["drafts"] == []
        return
    assert error["words_kept"] is True
    assert common.WORDS_KEPT in read
    drafts = kept(person, [row.keeps.strip()] * 2, arguments[0])
    if len(row.keeps) < 60_000:
        entry = person("write", "--draft", drafts[0]["id"][:8])["entry"]
        assert entry["current"]["text"] == row.keeps
        # The same words were kept twice; what was meant for `write` has found its place.
        assert len(person("drafts")["drafts"]) == (0 if arguments[0] == "write" else 1)


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [(["wirte"], "write"), (["timelin"], "timeline"), (["write", "--shar"], "--share")],
)
def test_a_slip_of_the_keyboard_is_answered_with_what_was_meant(nobody, arguments, meant):
    assert meant in nobody.run(*arguments).err.splitlines()[0]


# --------------------------------------------------------------------------- unlocking


@pytest.mark.parametrize("given", ["not this\n", "", None, b"\xff\xfe", "x" * 5000])
def test_a_passphrase_that_does_not_open_it(ana, given):
    right = ana.passphrase_file.read_text()
    if given is None:
        ana.passphrase_file.unlink()
    else:
        ana.passphrase_file.write_bytes(given if isinstance(given, bytes) else given.encode())
    kind = "wrong-passphrase" if given == "not this\n" else "unlock-needed"
    error, _ = both_ways(ana, ("write", LETTER), 3, kind)
    assert error["words_kept"] is True
    both_ways(ana, ("timeline",), 3, kind)
    ana.passphrase_file.write_text(right)
    drafts = kept(ana, [LETTER, LETTER])
    assert ana("write", "--draft", drafts[1]["id"])["entry"]["current"]["text"] == LETTER


def test_nobody_there_to_be_asked(ana):
    environment = ana.environment()
    del environment["NOOK_PASSPHRASE_FILE"]
    with mock.patch.object(ana, "environment", return_value=environment):
        error, _ = both_ways(ana, ("write", LETTER), 3, "unlock-needed", step="--passphrase-file")
    assert error["words_kept"] is True
    kept(ana, [LETTER, LETTER])


def test_a_paper_with_a_mistyped_word(cleo, world):
    words = list(world.phrase)
    words[7] = words[7][:-1] + "x"
    error, _ = both_ways(
        cleo, ("phrase", "check"), 6, "local-protocol", step="letter by letter",
        stdin=" ".join(words),
    )  # fmt: skip
    assert "8" in error["message"]
    assert world.phrase[7] not in error["message"] + error["next_step"]
    swapped = [world.phrase[1], world.phrase[0], *world.phrase[2:]]
    if swapped != world.phrase:
        both_ways(cleo, ("phrase", "check"), 6, "local-protocol", stdin=" ".join(swapped))


@pytest.mark.long
def test_more_than_one_entry_begins_like_that(cleo):
    async def many() -> str:
        unlock = Passphrase(cleo.passphrase_file.read_text().strip())
        begun: dict[str, str] = {}
        async with await Journal.open(cleo.home, unlock) as journal:
            for number in range(3000):
                id_ = (await journal.write(f"Line {number}")).id
                if id_[:4] in begun:
                    return id_[:4]
                begun[id_[:4]] = id_
        raise AssertionError("no two ids began alike")

    beginning = asyncio.run(many())
    error, _ = both_ways(
        cleo, ("reply", beginning, LETTER), 5, "ambiguous-entry", step="more of its digits"
    )
    assert error["words_kept"] is True
    kept(cleo, [LETTER, LETTER], "reply")


# --------------------------------------------------------------------------- invites


async def _mailbox(relay: RelayProcess, *, seconds: int = 60, entered: bool = False) -> str:
    invite = Invite(
        relay.url, secrets.token_bytes(16), secrets.token_bytes(32), int(time.time()) + seconds
    )
    async with RelayTransport(relay.url) as transport:
        capability = invite.reader_capability
        own = secrets.token_bytes(32)
        await transport.open_mailbox(
            relay.token, invite.mailbox, owner_hash(own), owner_hash(capability), seconds
        )
        if entered:
            await transport.enter_mailbox(invite.mailbox, capability, secrets.token_bytes(16))
    return invite.to_text()


def test_an_invite_that_was_used(cleo, world):
    text = asyncio.run(_mailbox(world.relay, entered=True))
    arguments = ("join", text, "--confirm", "stdin")
    both_ways(cleo, arguments, 9, "invite-used", step="new invite")


def test_an_invite_that_is_not_known(cleo, world):
    never = Invite(
        world.relay.url, secrets.token_bytes(16), secrets.token_bytes(32), int(time.time()) + 60
    )
    arguments = ("join", never.to_text(), "--confirm", "stdin")
    both_ways(cleo, arguments, 9, "invite-unknown", step="new invite")
    other = asyncio.run(_mailbox(world.relay))
    changed = other[:-8] + ("A" if other[-8] != "A" else "B") + other[-7:]
    ended = cleo.run("join", changed, "--confirm", "stdin")
    assert ended.code in (6, 9)
    told(ended, ended.code, "")


@pytest.mark.long
def test_an_invite_that_has_run_out(cleo, world, tmp_path):
    handed: list[str] = []

    async def on_invite(text: str, _until: int) -> None:
        handed.append(text)

    async def inviting() -> None:
        dan = world.copy("Cleo", tmp_path / "dan")
        unlock = Passphrase(dan.passphrase_file.read_text().strip())
        async with await Journal.open(dan.home, unlock) as journal:
            with pytest.raises(InviteExpiredError):
                await journal.invite(
                    relay=world.relay.url,
                    token=world.relay.token,
                    on_invite=on_invite,
                    confirm=_never,
                    seconds=1,
                )

    (tmp_path / "dan").mkdir()
    asyncio.run(inviting())
    arguments = ("join", handed[0], "--confirm", "stdin")
    both_ways(cleo, arguments, 9, "invite-expired", step="new invite")
    # Its mailbox is gone from the relay as well.
    with mock.patch.object(time, "time", return_value=1_000_000.0):
        ended = cleo.run(*arguments)
    assert ended.code == 9


async def _never(_words: list[str]) -> bool:
    raise AssertionError("nobody came")


# --------------------------------------------------------------------------- relays


@pytest.fixture
def own_relay(world, tmp_path):
    """A copy of the people's relay, stopped, and in its place from when it is started."""
    world.relay.stop()
    shutil.copytree(world.relay.data, tmp_path / "relay")
    relay = RelayProcess(tmp_path / "relay", start=False)
    relay.port = world.relay.port
    try:
        yield relay
    finally:
        relay.kill()
        world.relay.start()


@pytest.mark.long
def test_a_relay_that_is_away_or_something_else(ana, own_relay):
    ana("write", LETTER, "--share")
    both_ways(ana, ("sync",), 7, "relay-unreachable", step="network")

    class Page(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            content = b"<html>It works</html>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", own_relay.port), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        both_ways(ana, ("sync",), 11, "relay-protocol", step="address")
        server.shutdown()
    shared = ana("status")["spaces"][1]
    assert shared["waiting"] > 0
    assert LETTER in ana.texts()


@pytest.mark.long
@pytest.mark.parametrize(
    "setting", ["max_bytes", pytest.param("member_quota", marks=pytest.mark.long)]
)
def test_a_relay_without_room(ana, own_relay, setting):
    own_relay.settings[setting] = 1
    own_relay.start()
    ana("write", LETTER, "--share")
    for _ in range(3):  # beyond what fits into the file as it is
        ana("write", "--share", stdin="A long letter. " * 4_000)
    error, _ = both_ways(ana, ("sync",), 8, "relay-full", step="whoever runs the relay")
    assert "safe" in error["next_step"]
    assert LETTER in ana.texts()
    assert ana("status")["spaces"][1]["waiting"] > 0
    own_relay.stop()
    del own_relay.settings[setting]
    own_relay.start()
    ana("sync")
    assert ana("status")["spaces"][1]["waiting"] == 0


# --------------------------------------------------------------------------- damage


def flip(path: Path, page: int) -> None:
    """Change bytes in the middle of a page."""
    with path.open("r+b") as file:
        file.seek(page * PAGE + PAGE // 2)
        content = file.read(16)
        file.seek(page * PAGE + PAGE // 2)
        file.write(bytes(byte ^ 0x55 for byte in content))


def flip_all(path: Path) -> None:
    for page in range(1, path.stat().st_size // PAGE):
        flip(path, page)


def write_over(path: Path, content: bytes) -> None:
    path.write_bytes(content)


DAMAGE: dict[str, Callable[[Path], None]] = {
    "first page": lambda path: flip(path, 0),
    "all pages but the first": flip_all,
    "truncated": lambda path: os.truncate(path, PAGE + 100),
    "a few bytes left": lambda path: os.truncate(path, 100),
    "empty": lambda path: os.truncate(path, 0),
    "something else": lambda path: write_over(path, b"a plain text, several times over\n" * 999),
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("database", ["private.db", "shared.db"])
@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_database(ana, database, how):
    path = ana.home / database
    whole = path.read_bytes()
    DAMAGE[how](path)
    damaged = path.read_bytes()
    share = ("--share",) if database == "shared.db" else ()
    error, _ = both_ways(ana, ("write", LETTER, *share), 10, "journal-unreadable", step="backup")
    assert error["words_kept"] is True
    ended = ana.run("timeline")  # the other journal opens by itself
    assert ended.code == 0
    assert "its file is damaged" in ended.err
    # What was kept is at hand, damage or not, and the damaged file is left as it is.
    kept(ana, [LETTER, LETTER])
    assert path.read_bytes() == damaged
    path.write_bytes(whole)
    drafts = kept(ana, [LETTER, LETTER])
    ana("write", "--draft", drafts[0]["id"])
    assert LETTER in ana.texts()


@pytest.mark.long
@pytest.mark.parametrize("page", range(1, 60, 7))
def test_one_damaged_page_is_told_or_does_not_matter(ana, page):
    path = ana.home / "private.db"
    if page >= path.stat().st_size // PAGE:
        return
    flip(path, page)
    for command in (("timeline",), ("status",), ("search", "alone"), ("write", LETTER)):
        ended = ana.run(*command)
        assert ended.code in (0, 10)
        if ended.code:
            told(ended, 10, "journal-unreadable")
            assert "backup" in ended.err
        else:
            assert ended.err == "" or "its file is damaged" in ended.err


@pytest.mark.long
@pytest.mark.parametrize("missing", ["private.db", "shared.db"])
def test_a_database_that_is_gone(ana, missing, tmp_path):
    (ana.home / missing).rename(tmp_path / missing)
    share = ("--share",) if missing == "shared.db" else ()
    error, _ = both_ways(ana, ("write", LETTER, *share), 10, "journal-unreadable", step="put back")
    assert error["words_kept"] is True
    kept(ana, [LETTER, LETTER])
    # Nothing is begun in the place of what is only away.
    ended = ana.run("start", "--name", "Ana", "--json")
    told_script(ended, 4, "profile-exists", step="--home")
    (tmp_path / missing).rename(ana.home / missing)
    drafts = kept(ana, [LETTER, LETTER])
    ana("write", "--draft", drafts[0]["id"])
    assert SHARED_ENTRY in ana.texts()


@pytest.mark.parametrize("content", [b"", b"{}", b"not json", None, b"\x00" * 500])
def test_a_damaged_unlock_file(ana, content):
    path = ana.home / "unlock.json"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if content is None else content)
    error, read = both_ways(ana, ("write", LETTER), 10, "profile-damaged", step="unlock.json")
    # There is no key to keep them under: they are shown.
    assert error["words_kept"] is False
    assert error["words"] == LETTER
    assert f"{common.WORDS_FROM}\n{LETTER}\n{common.WORDS_TO}" in read
    both_ways(ana, ("timeline",), 10, "profile-damaged", step="unlock.json")
    path.write_bytes(whole)
    assert SHARED_ENTRY in ana.texts()


def test_an_altered_unlock_file_does_not_open(ana):
    path = ana.home / "unlock.json"
    record = json.loads(path.read_bytes())
    record["cost"]["passes"] += 1
    path.write_text(json.dumps(record))
    both_ways(ana, ("timeline",), 3, "wrong-passphrase")


@pytest.mark.long
def test_a_start_that_was_cut_off_can_be_begun_again(nobody):
    """The power went after the first file: nobody wrote anything yet."""
    nobody.start()
    for path in nobody.home.glob("private.db*"):
        path.unlink()
    error, _ = both_ways(nobody, ("write", LETTER), 4, "no-profile", step="nook start")
    assert error["words_kept"] is True
    # Words were kept meanwhile, so the start goes on under the same passphrase only.
    right = nobody.passphrase_file.read_text()
    nobody.passphrase_file.write_text("another one")
    told_script(nobody.run("start", "--name", "N", "--json"), 3, "wrong-passphrase")
    nobody.passphrase_file.write_text(right)
    nobody.start()
    drafts = kept(nobody, [LETTER, LETTER])
    nobody("write", "--draft", drafts[0]["id"])
    assert nobody.texts() == [LETTER]


CUT_OFF = """
import os, sys
from inglenook_client import profile
from inglenook_client.cli.app import main
from inglenook_client.journal import state
from inglenook_client.store.space import SpaceStore
where, name, when = sys.argv[1:4]
from inglenook_client.cli.commands import start
owner = {
    "state": state, "store": SpaceStore, "profile": profile.Profile, "paper": start._Paper
}[where]
real = getattr(owner, name)
def cut_off(*args, **options):
    if when == "after":
        outcome = real(*args, **options)
        if hasattr(outcome, "__await__"):
            async def then():
                await outcome
                os.kill(os.getpid(), 9)
            return then()
    os.kill(os.getpid(), 9)
setattr(owner, name, cut_off)
main(["start", "--name", "Nobody", "--json"])
"""


@pytest.mark.long
@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(("state", "create_unlock", "after"), marks=pytest.mark.long),
        pytest.param(("store", "append", "before"), marks=pytest.mark.long),
        pytest.param(("store", "put_settings", "before"), marks=pytest.mark.long),
        ("store", "put_settings", "after"),
        ("paper", "give", "before"),
        ("profile", "put_in_place", "before"),
    ],
    ids=" ".join,
)
def test_a_start_that_was_killed_can_be_begun_again(nobody, moment):
    ended = subprocess.run(
        [sys.executable, "-c", CUT_OFF, *moment],
        env=nobody.environment(),
        capture_output=True,
        timeout=60,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    both_ways(nobody, ("timeline",), 4, "no-profile", step="nook start")
    nobody.start()
    assert nobody("status")["name"] == "Nobody"
    nobody("write", LETTER)
    assert nobody.texts() == [LETTER]
    assert not list(nobody.home.glob("beginning*"))


@pytest.mark.long
@pytest.mark.parametrize("moment", [("profile", "put_in_place", "after")], ids=" ".join)
def test_a_journal_that_stands_has_a_phrase_that_was_seen(nobody, moment):
    ended = subprocess.run(
        [sys.executable, "-c", CUT_OFF, *moment],
        env=nobody.environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert nobody("status")["name"] == "Nobody"
    words = json.loads(ended.stdout)["phrase"]
    assert nobody.run("phrase", "check", stdin=" ".join(words)).code == 0


@pytest.mark.long
def test_of_two_starts_at_once_one_begins_the_journal(nobody):
    started = [
        subprocess.Popen(
            [*NOOK, "start", "--name", name, "--json"],
            env=nobody.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("One", "Two", "Three")
    ]
    phrase_by_name = {}
    for process in started:
        out, err = process.communicate(timeout=60)
        assert "Traceback" not in err
        if process.returncode == 0:
            document = json.loads(out)
            phrase_by_name[document["name"]] = document["phrase"]
        else:
            assert json.loads(err)["error"]["kind"] in ("profile-exists", "database-busy")
            assert out == ""
    ((name, words),) = phrase_by_name.items()
    assert nobody("status")["name"] == name
    assert nobody.run("phrase", "check", stdin=" ".join(words)).code == 0


# --------------------------------------------------------------------------- disks

LIMITED = """
import ctypes, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
libc = ctypes.CDLL(None)
if hasattr(libc, "capset"):
    # Without its capabilities, root too is bound by the rights of files.
    libc.capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)())
from inglenook_client.cli.app import main
sys.exit(main(sys.argv[2:]))
"""


def apart(person, *arguments, limit=-1):
    """A real process, without root's rights, that may write files of ``limit`` bytes at most."""
    ended = subprocess.run(
        [sys.executable, "-c", LIMITED, str(limit), *arguments],
        env=person.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return person._ended(ended.returncode, ended.stdout, ended.stderr)


def test_a_disk_without_room_for_the_entry_keeps_the_words(ana):
    """Room for the small file of a draft, none for the journal."""
    entry = "A long one. " * 4_000
    ended = apart(ana, "write", entry, "--json", limit=100_000)
    error = told_script(ended, 10, "disk-full", step="free some space")
    assert error["words_kept"] is True
    drafts = kept(ana, [entry.strip()])
    ana("write", "--draft", drafts[0]["id"])
    assert entry.strip() in ana.texts()


def test_a_disk_without_any_room_shows_the_words_again(ana):
    for path in ana.home.glob("*.lock"):
        path.unlink()
    ended = apart(ana, "write", LETTER, limit=0)
    told(ended, 10, "disk-full", step="free some space")
    assert f"{common.WORDS_FROM}\n{LETTER}\n{common.WORDS_TO}" in ended.err
    error = told_script(apart(ana, "write", LETTER, "--json", limit=0), 10, "disk-full")
    assert (error["words_kept"], error["words"]) == (False, LETTER)
    assert ana("drafts")["drafts"] == []
    assert SHARED_ENTRY in ana.texts()


def test_a_database_that_may_not_grow(ana, monkeypatch):
    """SQLite's own word for a full disk."""
    connect = sqlcipher.connect_keyed

    def no_larger(*args, **options):
        conn = connect(*args, **options)
        conn.execute("PRAGMA max_page_count = 1")  # as few as it holds already
        return conn

    monkeypatch.setattr("inglenook_client.store.session.connect_keyed", no_larger)
    entry = "A long one. " * 4_000
    error, _ = both_ways(ana, ("write", entry), 10, "disk-full", step="free some space")
    assert error["words_kept"] is True
    monkeypatch.undo()
    kept(ana, [entry.strip()] * 2)


def test_a_folder_that_cannot_be_written(ana):
    for path in ana.home.iterdir():
        path.chmod(0o400)
    before = sorted(path.name for path in ana.home.iterdir())
    ana.home.chmod(0o500)
    try:
        ended = apart(ana, "write", LETTER)
        script = apart(ana, "write", LETTER, "--json")
    finally:
        ana.home.chmod(0o700)
    told(ended, 10, "place-read-only", step="folder")
    assert f"{common.WORDS_FROM}\n{LETTER}\n{common.WORDS_TO}" in ended.err
    error = told_script(script, 10, "place-read-only", step="folder")
    assert (error["words_kept"], error["words"]) == (False, LETTER)
    assert sorted(path.name for path in ana.home.iterdir()) == before
    for path in ana.home.iterdir():
        path.chmod(0o600)
    ana("write", LETTER)


# --------------------------------------------------------------------------- for real


@pytest.mark.long
def test_the_same_in_a_process_of_its_own(ana, cleo, nobody):
    ana.passphrase_file.write_text("not this\n")
    for person, arguments, code, kind in (
        (ana, ("write", LETTER), 3, "wrong-passphrase"),
        (cleo, ("write", LETTER, "--share"), 6, "not-paired"),
        (nobody, ("wirte",), 2, "usage"),
    ):
        told(person.run_apart(*arguments), code, kind)
        told_script(person.run_apart(*arguments, "--json"), code, kind)
    kept(cleo, [LETTER, LETTER])
    assert NOOK[0] == sys.executable
