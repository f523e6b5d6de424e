"""The command as a person meets it: in a process of its own, most often at a terminal."""

import contextlib
import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from inglenook_client.cli.texts import common, profile, writing
from inglenook_harness.fake_journal import PHRASE

if os.name == "nt":
    pytest.skip("pseudo-terminals", allow_module_level=True)

import pty

pytestmark = pytest.mark.long

FAKE = (sys.executable, "-m", "inglenook_harness.fake_nook")
HARNESS = Path(__file__).resolve().parents[2] / "harness"
PASSPHRASE = "four quiet words here"
SECONDS = 20


@pytest.fixture
def environment(tmp_path):
    outside = {k: v for k, v in os.environ.items() if k not in ("VISUAL", "EDITOR", "NO_COLOR")}
    return outside | {
        "PYTHONPATH": str(HARNESS),
        "NOOK_HOME": str(tmp_path / "home"),
        "XDG_RUNTIME_DIR": str(tmp_path),
        "TERM": "xterm",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }


class Terminal:
    """A command on a pseudo-terminal, and what its screen has shown."""

    def __init__(self, *arguments, env):
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [*FAKE, *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=env,
            start_new_session=True,
            preexec_fn=lambda: _take_terminal(0),
        )
        os.close(theirs)
        self.shown = ""

    def expect(self, text, *, pattern=False):
        """Wait until ``text`` is shown, and put aside what stands before its end; gives the
        first group of a pattern."""
        wanted = re.compile(text if pattern else re.escape(text))
        end = time.monotonic() + SECONDS
        while (found := wanted.search(_plain(self.shown))) is None:
            if time.monotonic() > end or not self._read(end):
                self.process.kill()
                self.process.wait()
                raise AssertionError(f"no {text!r} in {self.shown!r}")
        self.shown = found.string[found.end() :]
        return found[1] if found.re.groups else None

    def _read(self, end):
        ready, _, _ = select.select([self._ours], [], [], max(0, end - time.monotonic()))
        with contextlib.suppress(OSError):
            if ready and (content := os.read(self._ours, 65536)):
                self.shown += content.decode("utf-8", "replace")
                return True
        return False

    def type(self, text):
        os.write(self._ours, text.encode())

    def end(self):
        """Read to the end; the exit code."""
        while self._read(time.monotonic() + SECONDS):
            pass
        os.close(self._ours)
        return self.process.wait(SECONDS)


def _take_terminal(descriptor):
    import fcntl
    import termios

    fcntl.ioctl(descriptor, termios.TIOCSCTTY, 0)


def _plain(shown):
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown).replace("\r\n", "\n")
    return " ".join(text.split())


def run(*arguments, env, **keywords):
    return subprocess.run(
        [*FAKE, *arguments], env=env, capture_output=True, text=True, timeout=SECONDS, **keywords
    )


@pytest.fixture
def started(environment, tmp_path):
    """A journal of Ana's, and the environment of scripts that use it."""
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    by_script = environment | {"NOOK_PASSPHRASE_FILE": str(tmp_path / "passphrase")}
    ended = run("start", "--name", "Ana", "--json", env=by_script)
    assert ended.returncode == 0, ended.stderr
    return by_script


def drafts(env):
    return [
        draft["text"] for draft in json.loads(run("drafts", "--json", env=env).stdout)["drafts"]
    ]


def test_starting_at_a_terminal(environment):
    person = Terminal("start", env=environment)
    person.expect(profile.ASK_NAME)
    person.type("Ana\n")
    person.expect(f"{profile.ASK_NEW_PASSPHRASE}:")
    person.type("one\n")
    person.expect(f"{profile.ASK_AGAIN}:")
    person.type("two\n")
    person.expect(profile.NOT_THE_SAME)
    for question in (profile.ASK_NEW_PASSPHRASE, profile.ASK_AGAIN):
        person.expect(f"{question}:")
        person.type(PASSPHRASE + "\n")
    person.expect("24 art")
    person.expect(profile.READY_TO_CHECK)
    person.type("\n")
    for number in range(3):
        position = person.expect(r"Word (\d+):", pattern=True)
        if number == 0:
            person.type("nonsense\n")
            person.expect(profile.READY_TO_CHECK)
            person.type("\n")
            assert person.expect(r"Word (\d+):", pattern=True) == position
        person.type(PHRASE[int(position) - 1] + "\n")
    person.expect(profile.WORDS_RIGHT)
    assert person.end() == 0
    assert PASSPHRASE not in person.shown


@pytest.mark.long
def test_a_passphrase_may_be_tried_again(started):
    environment = {k: v for k, v in started.items() if k != "NOOK_PASSPHRASE_FILE"}
    person = Terminal("write", "A line", env=environment)
    person.expect(f"{common.ASK_PASSPHRASE}:")
    person.type("wrong\n")
    person.expect(common.TRY_AGAIN)
    person.expect(f"{common.ASK_PASSPHRASE}:")
    person.type(PASSPHRASE + "\n")
    person.expect(writing.KEPT_PRIVATE)
    assert person.end() == 0


def test_ctrl_c_at_a_question_ends_calmly_and_keeps_the_words(started):
    environment = {k: v for k, v in started.items() if k != "NOOK_PASSPHRASE_FILE"}
    person = Terminal("write", "A line", env=environment)
    person.expect(f"{common.ASK_PASSPHRASE}:")
    person.type("\x03")
    person.expect(common.WORDS_KEPT)
    assert person.end() == 130
    assert drafts(started) == ["A line"]


@pytest.mark.long
def test_typing_without_an_editor(started):
    person = Terminal("write", env=started)
    person.expect(writing.TYPE_HERE)
    person.type("First\nSecond\n\x04")
    person.expect(writing.KEPT_PRIVATE)
    assert person.end() == 0
    person = Terminal("write", env=started)
    person.expect(writing.TYPE_HERE)
    person.type("Third\n")
    person.expect("Third")
    time.sleep(0.2)
    person.type("\x03")
    person.expect(common.WORDS_KEPT)
    assert person.end() == 130
    assert drafts(started) == ["Third\n"]


@pytest.mark.long
def test_what_is_short_is_asked_for_in_one_line(started):
    person = Terminal("thank", env=started)
    person.expect(writing.ONE_LINE["thank"])
    person.type("You carried the boxes\n")
    person.expect(writing.ASK_DID)
    person.type("I could rest\n")
    person.expect(writing.KEPT_PRIVATE)
    assert person.end() == 0
    shown = run("timeline", env=started).stdout
    assert "You carried the boxes" in shown
    assert "I could rest" in shown
    person = Terminal("celebrate", env=started)
    person.expect(writing.ONE_LINE["celebrate"])
    person.type("\n")
    person.expect(writing.NOTHING_WRITTEN)
    assert person.end() == 0


def _editor(tmp_path, script):
    path = tmp_path / "my editor"
    path.write_text(f"#!{sys.executable}\n{script}\n")
    path.chmod(0o700)
    return {"EDITOR": f'"{path}"'}


WRITES = """
import os, pathlib, stat, sys
path = pathlib.Path(sys.argv[-1])
pathlib.Path(os.environ["NOTES"]).write_text(
    f"{path} {stat.S_IMODE(path.stat().st_mode):o} {stat.S_IMODE(path.parent.stat().st_mode):o} "
    + path.read_text())
path.write_text(path.read_text() + "Written at ease.\\n")
(path.parent / ".words.txt.swp").write_text("a copy")
"""


@pytest.mark.long
def test_writing_in_an_editor_leaves_no_file(started, tmp_path):
    notes = tmp_path / "notes"
    environment = started | _editor(tmp_path, WRITES) | {"NOTES": str(notes)}
    person = Terminal("write", env=environment)
    person.expect(writing.KEPT_PRIVATE)
    assert person.end() == 0
    path, file_mode, folder_mode = notes.read_text().split()[:3]
    assert (file_mode, folder_mode) == ("600", "700")
    assert path.startswith(str(tmp_path))
    assert not Path(path).parent.exists()
    timeline = json.loads(run("timeline", "--json", env=started).stdout)
    entry = timeline["days"][0]["entries"][0]
    assert entry["current"]["text"] == "Written at ease."

    person = Terminal("edit", entry["id"][:8], env=environment)
    person.expect(writing.EDITED)
    assert person.end() == 0
    assert notes.read_text().endswith("Written at ease.")


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, pytest.param(signal.SIGHUP, marks=pytest.mark.long)]
)
@pytest.mark.long
def test_a_signal_while_the_editor_is_open_keeps_what_was_saved(started, tmp_path, number):
    notes = tmp_path / "notes"
    script = WRITES + "\nprint('OPEN', flush=True)\nimport time\ntime.sleep(60)"
    environment = started | _editor(tmp_path, script) | {"NOTES": str(notes)}
    person = Terminal("write", env=environment)
    person.expect("OPEN")
    person.process.send_signal(number)
    assert person.end() == 128 + number
    assert not Path(notes.read_text().split()[0]).parent.exists()
    assert drafts(started) == ["Written at ease.\n"]


HEARS = """
import signal, time
heard = []
signal.signal(signal.SIGINT, lambda *_: heard.append(1))
print("OPEN", flush=True)
while not heard:
    time.sleep(0.01)
print("HEARD", flush=True)
"""


@pytest.mark.long
def test_ctrl_c_belongs_to_the_editor(started, tmp_path):
    script = WRITES + HEARS
    environment = started | _editor(tmp_path, script) | {"NOTES": str(tmp_path / "notes")}
    person = Terminal("write", env=environment)
    person.expect("OPEN")
    person.type("\x03")
    person.expect("HEARD")
    person.expect(writing.KEPT_PRIVATE)
    assert person.end() == 0


@pytest.mark.long
def test_an_editor_that_breaks_keeps_what_was_saved(started, tmp_path):
    environment = started | {"NOTES": str(tmp_path / "notes")}
    person = Terminal("write", env=environment | _editor(tmp_path, WRITES + "\nsys.exit(3)"))
    person.expect(common.WORDS_KEPT)
    assert person.end() == 6
    assert drafts(started) == ["Written at ease.\n"]
    person = Terminal("write", env=environment | {"EDITOR": "no-such-editor-at-all"})
    person.expect(writing.EDITOR_TROUBLE)
    assert person.end() == 6
    person = Terminal("write", env=environment | _editor(tmp_path, "pass"))
    person.expect(writing.NOTHING_WRITTEN)
    assert person.end() == 0


@pytest.mark.long
def test_a_check_in_asks_four_short_questions(started):
    person = Terminal("check-in", env=started)
    person.expect(writing.ASK_FEELINGS_PROMPT)
    person.type("calm, tired\n")
    for question in (writing.ASK_ENERGY, writing.ASK_NOTE, writing.ASK_HELPS):
        person.expect(question)
        person.type("\n")
    person.expect(writing.KEPT_PRIVATE)
    assert person.end() == 0
    person = Terminal("check-in", env=started)
    for question in (
        writing.ASK_FEELINGS_PROMPT, writing.ASK_ENERGY, writing.ASK_NOTE, writing.ASK_HELPS,
    ):  # fmt: skip
        person.expect(question)
        person.type("\n")
    person.expect(writing.NOTHING_RECORDED)
    assert person.end() == 0


@pytest.mark.long
def test_pairing_at_a_terminal(started):
    person = Terminal("invite", "--relay", "https://r.example", "--token", "t", env=started)
    person.expect("local emergency number")
    person.expect("[y/n]")
    person.type("yes\n")
    person.expect("inglenook:1:")
    person.expect("lamp river cousin olive thunder")
    person.expect("[y/n]")
    person.type("y\n")
    person.expect("You two are paired. Ben")
    assert person.end() == 0
    person = Terminal("join", env=started)
    person.expect("[y/n]")
    person.type("no\n")
    person.expect("Nothing was sent")
    assert person.end() == 0


@pytest.mark.parametrize(
    "number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.long)]
)
@pytest.mark.long
def test_watching_ends_well(started, number):
    run("invite", "--relay", "https://r.example", "--token", "t", "--confirm", "stdin",
        env=started, input="yes\n")  # fmt: skip
    with subprocess.Popen(
        [*FAKE, "sync", "--watch", "--json"], env=started, stdout=subprocess.PIPE, text=True
    ) as watch:
        stdout = watch.stdout
        assert stdout is not None
        assert [json.loads(stdout.readline())["event"] for _ in range(2)] == ["watching", "arrived"]
        watch.send_signal(number)
        assert watch.wait(SECONDS) == 0


@pytest.mark.long
def test_colours_follow_the_terminal(started):
    run("write", "A line", env=started)
    person = Terminal("timeline", env=started)
    assert person.end() == 0
    assert "\x1b[" in person.shown
    person = Terminal("timeline", env=started | {"NO_COLOR": "1"})
    assert person.end() == 0
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", person.shown)
    assert "\x1b" not in run("timeline", env=started).stdout


def test_a_reader_who_leaves_early_is_no_trouble(environment):
    process = subprocess.Popen(
        [*FAKE, "safety"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(SECONDS) == 0
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()


PROBE = """
import sys
from inglenook_client.cli import app
app.main({arguments!r})
heavy = "aiohttp rich asyncio cryptography msgspec segno keyring sqlcipher3 mnemonic email"
print(*sorted(set(heavy.split()) & set(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [["--version"], ["--help"]])
def test_what_takes_long_to_load_waits_until_it_is_needed(environment, arguments):
    probe = PROBE.format(arguments=arguments)
    ended = subprocess.run(
        [sys.executable, "-c", probe], env=environment, capture_output=True, text=True, check=True
    )
    assert ended.stderr.split() == []


def test_the_timeline_does_not_load_the_network(started):
    probe = "from inglenook_harness import fake_nook\nfake_nook.use_fake()\n" + PROBE.format(
        arguments=["timeline"]
    )
    ended = subprocess.run(
        [sys.executable, "-c", probe], env=started, capture_output=True, text=True, check=True
    )
    loaded = ended.stderr.split()
    assert not {"aiohttp", "keyring", "segno", "rich", "mnemonic", "email"} & set(loaded)


TABLES = """
from inglenook_client.cli import app, session
session.with_journal = lambda run, work: sys.exit(0)
app.main({arguments!r})
"""


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [(["search", "river"], False), (["timeline", "--kind", "milestone"], True)],
)
def test_reading_loads_the_tables_of_practices_only_where_they_are_asked_for(
    environment, arguments, needed
):
    """Up to where the journal opens; a word of theirs that is typed needs them, and has them."""
    probe = (
        "import atexit, sys\n"
        "atexit.register(lambda: print(*[n for n in sys.modules if '.practices.' in n],"
        " file=sys.stderr))\n" + TABLES.format(arguments=arguments)
    )
    ended = subprocess.run(
        [sys.executable, "-c", probe], env=environment, capture_output=True, text=True, check=True
    )
    loaded = {name.rpartition(".")[2] for name in ended.stderr.split()}
    assert ({"registry", "tables"} <= loaded) is needed
    assert needed or loaded <= {"state"}
