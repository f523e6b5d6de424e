"""The local side of security: modes of files, what is printed, what children are told.

SECURITY.md has the list of what is promised; each line of it names a test.
"""

import asyncio
import contextlib
import os
import resource
import stat
import subprocess
import sys
from pathlib import Path

import click
import psutil
import pytest

from inglenook_client.cli import app, editor, quiet
from inglenook_client.cli.run import Run, WordsLeft
from inglenook_client.cli.texts import common
from inglenook_client.cli.words import Words
from inglenook_client.core.ports import RelayAddress
from inglenook_client.keyring import Passphrase
from inglenook_client.profile import Profile
from inglenook_harness.nook import Person
from inglenook_harness.paired import open_journal
from inglenook_harness.relay import RelayProcess
from inglenook_protocol.keys import KemKey

pytestmark = pytest.mark.long

SECRET = "a tender word, and four quiet words here"


@pytest.fixture
def umask():
    """An account that lets everybody read what it makes: nothing may rely on its care."""
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(folder: Path, besides=()) -> list[str]:
    """What in a folder others could read or enter."""
    return [
        f"{path.relative_to(folder)} {stat.S_IMODE(path.stat().st_mode):o}"
        for path in folder.rglob("*")
        if path not in besides and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]


# ---------------------------------------------------------------------- files


@pytest.mark.long
def test_all_that_a_profile_makes_is_for_its_owner_alone(tmp_path, umask, monkeypatch):
    ana = Person(tmp_path / "ana", "Ana")
    given = {tmp_path / "ana", ana.passphrase_file}
    seen: set[str] = set()
    found: list[str] = []

    def watched(real):
        def look(*args, **more):
            # Also in the middle of things: copies that are gone again at the end. Another thread
            # may take one away while this one looks.
            with contextlib.suppress(FileNotFoundError):
                seen.update(path.name for path in tmp_path.rglob("*"))
                found.extend(open_to_others(tmp_path, given))
            return real(*args, **more)

        return look

    for name in ("replace", "link", "rename", "fsync"):
        monkeypatch.setattr(os, name, watched(getattr(os, name)))
    paper = tmp_path / "ana" / "paper"
    assert ana.run("start", "--name", "Ana", "--phrase-file", str(paper)).code == 0
    ana.make_unlocking_quick()
    assert ana.run("write", SECRET).code == 0
    ana.passphrase_file.write_text("another")
    assert ana.run("write", SECRET).code == 3
    ana.passphrase_file.write_text("Ana has a passphrase\n")
    backup = tmp_path / "ana" / "backup"
    assert ana.run("backup", str(backup)).code == 0
    assert ana.run("--home", str(tmp_path / "ana" / "again"), "restore", str(backup)).code == 0
    assert not found
    assert not open_to_others(tmp_path, given)
    names = seen | {path.name for path in tmp_path.rglob("*")}
    for wanted in ("private.db", "private.db.lock", "unlock.json", "drafts", "backup", "paper"):
        assert wanted in names
    assert any(name.endswith(".draft") for name in names)
    assert any(name.startswith(".backup-") for name in names)


def test_what_an_open_database_makes_is_for_its_owner_alone(tmp_path, umask):
    ana = Person(tmp_path / "ana", "Ana")
    ana.start()

    async def write():
        async with await open_journal(ana) as journal:
            await journal.write(SECRET)
            assert {"private.db-wal", "private.db-shm"} <= {p.name for p in ana.home.iterdir()}
            assert not open_to_others(tmp_path, {tmp_path / "ana", ana.passphrase_file})

    asyncio.run(write())


@pytest.mark.long
def test_all_that_a_relay_makes_is_for_its_account_alone(tmp_path, umask):
    with RelayProcess(tmp_path / "relay") as relay:
        names = {path.name for path in relay.data.iterdir()}
        assert "relay.sqlite3-wal" in names
        assert "relay.sqlite3-shm" in names
        assert not open_to_others(tmp_path, [tmp_path / "relay.stderr"])
        assert relay.stop() == 0
    assert not open_to_others(tmp_path, [tmp_path / "relay.stderr"])


# ---------------------------------------------------------------------- the process


SETTLED = """
import os, resource, sys
sys.argv = ["nook", "--version"]
from {module} import {name} as main
try:
    main()
except SystemExit:
    pass
print(resource.getrlimit(resource.RLIMIT_CORE), os.umask(0))
"""


@pytest.mark.long
@pytest.mark.parametrize(
    ("module", "name"),
    [("inglenook_client.cli", "main"), ("inglenook_server.__main__", "run_alone")],
)
def test_a_process_leaves_no_core_file_and_no_file_to_others(module, name):
    code = SETTLED.format(module=module, name=name)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, umask=0
    )
    assert done.stdout.splitlines()[-1] == f"(0, 0) {0o077}"


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="only there a process can be asked")
def test_a_running_relay_leaves_no_core_file(tmp_path):
    with RelayProcess(tmp_path / "relay") as relay:
        assert psutil.Process(relay.pid).rlimit(resource.RLIMIT_CORE) == (0, 0)


# ---------------------------------------------------------------------- what is printed

BREAKS = """
import asyncio, gc, sys, threading
from inglenook_client.cli import app, session
from inglenook_client.cli.commands import read

SECRET = {secret!r}

def thread():
    raise RuntimeError(SECRET)

class Leaves:
    def __del__(self):
        raise RuntimeError(SECRET)

async def lost():
    raise RuntimeError(SECRET)

async def work():
    if "task" in sys.argv:
        task = asyncio.create_task(lost())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del task
        gc.collect()
    if "thread" in sys.argv:
        one = threading.Thread(target=thread)
        one.start()
        one.join()
    if "unraisable" in sys.argv:
        Leaves()
        gc.collect()
    if "callback" in sys.argv:
        asyncio.get_running_loop().call_soon(thread)
        await asyncio.sleep(0.01)
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        raise RuntimeError(SECRET, SECRET.encode()) from error

def timeline(*args, **more):
    session.run_async(work())

way = sys.argv[-1]
read.timeline.callback = timeline
if way == "outside":
    app.nook.main = thread
    import inglenook_client.cli.ending as ending
    ending.ended_by = lambda *_: thread()
sys.argv = ["nook", "timeline"]
sys.argv = type("Arguments", (list,), {{"__contains__": lambda s, x: x == way}})(sys.argv)
code = app.main()
sys.exit(code)
"""


@pytest.mark.parametrize("debug", ["0", "1"])
@pytest.mark.parametrize("way", ["raised", "task", "thread", "unraisable", "callback", "outside"])
def test_an_unexpected_error_prints_no_word_key_or_passphrase(way, debug):
    done = subprocess.run(
        [sys.executable, "-c", BREAKS.format(secret=SECRET), way],
        env=os.environ | {"NOOK_DEBUG": debug},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert common.UNEXPECTED in done.stderr
    assert "tender" not in done.stderr
    assert "quiet words" not in done.stderr
    if debug == "1":
        assert "RuntimeError" in done.stderr


def test_an_error_is_told_with_the_places_of_all_its_causes():
    def deep():
        raise KeyError(SECRET)

    try:
        try:
            deep()
        except KeyError as cause:
            raise RuntimeError(SECRET) from cause
    except RuntimeError as error:
        told = quiet.places(error)
    assert told.index("in deep") < told.index("builtins.KeyError") < told.index("RuntimeError")
    assert SECRET not in told


def test_what_is_secret_does_not_show_itself():
    run = Run()
    secret = b"four quiet words here, for a key"
    for thing in (
        Passphrase(SECRET),
        Words(run, "write", SECRET, start=SECRET, also=SECRET, draft_text=SECRET),
        WordsLeft(kept=False, text=SECRET),
        RelayAddress("https://relay.example", SECRET),
        Profile(Path("a folder"), secret),
        KemKey(secret),
    ):
        for shown in (repr(thing), str(thing), f"{[thing]}"):
            assert "quiet words" not in shown
            assert secret.hex()[:12] not in shown


# ---------------------------------------------------------------------- children, processes


TELLS = """#!{python}
import json, os, pathlib, stat, sys
words = pathlib.Path(sys.argv[-1])
pathlib.Path({notes!r}).write_text(json.dumps(dict(os.environ)))
words.write_text("Written at ease.")
"""


def test_an_editor_is_not_told_what_unlocks_the_journal(tmp_path, monkeypatch):
    script, notes = tmp_path / "editor", tmp_path / "notes"
    script.write_text(TELLS.format(python=sys.executable, notes=str(notes)))
    script.chmod(0o700)
    secret = tmp_path / "the passphrase is in here"
    for name in ("NOOK_PASSPHRASE_FILE", "NOOK_TOKEN", "NOOK_RELAY", "NOOK_OF_LATER"):
        monkeypatch.setenv(name, str(secret))
    monkeypatch.setenv("NOOK_HOME", str(tmp_path))
    monkeypatch.setenv("VISUAL", str(script))
    kept: list[str] = []
    editor.edit("", kept.append)
    assert kept[-1] == "Written at ease."
    told = notes.read_text()
    assert secret.name not in told
    assert "NOOK_HOME" in told, "nook may be used from within"
    assert os.environ["NOOK_TOKEN"] == str(secret), "our own stays"


@contextlib.contextmanager
def commands():
    context = click.Context(app.nook)
    yield {
        name: command
        for name in app.nook.list_commands(context)
        if (command := app.nook.get_command(context, name)) is not None
    }


def parameters():
    with commands() as found:
        stack = list(found.items())
        while stack:
            name, command = stack.pop()
            yield from ((name, parameter) for parameter in command.params)
            if isinstance(command, click.Group):
                stack += [(f"{name} {n}", c) for n, c in command.commands.items()]


def test_no_secret_has_to_stand_in_the_list_of_processes():
    """A passphrase and a phrase never can; a token and an invite have another way."""
    spoken_of = set()
    for name, parameter in parameters():
        words = {part for option in parameter.opts for part in option.strip("-").split("-")}
        if words & {"passphrase", "phrase"}:
            takes_none = getattr(parameter, "is_flag", False) or isinstance(
                parameter.type, click.Path
            )
            assert takes_none or isinstance(parameter.type, click.Choice), (name, parameter.opts)
        if "--token" in parameter.opts:
            spoken_of.add(name)
            others = {option for n, p in parameters() if n == name for option in p.opts}
            assert "--token-file" in others
            assert parameter.envvar == "NOOK_TOKEN"
            assert "--token-file" in (getattr(parameter, "help", "") or "")
        if parameter.name == "invite":
            assert not parameter.required
    assert spoken_of >= {"invite", "relay"}


def test_a_token_comes_from_a_file(tmp_path):
    from inglenook_client.cli.commands.common import given_token
    from inglenook_client.cli.errors import NothingGivenError

    path = tmp_path / "token"
    path.write_text("the token\n")
    assert given_token("another", path) == "the token"
    assert given_token("another", None) == "another"
    with pytest.raises(NothingGivenError):
        given_token(None, tmp_path / "nowhere")
