"""What README.md says can be done, can be done.

Its commands are read by the real commands' own parsers, its files are looked up, and "Try it
yourselves" is carried out with a relay and two journals.
"""

import json
import os
import re
import shlex
import signal
import subprocess
import sysconfig
import tomllib
from pathlib import Path

import click
import pytest

from inglenook_client.cli.app import nook
from inglenook_harness.checkout import ROOT
from inglenook_harness.tone import unkind_words
from inglenook_server.__main__ import main as nook_relay

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {"README.md": README, "SECURITY.md": (ROOT / "SECURITY.md").read_text(encoding="utf-8")}
BLOCKS = re.findall(r"^```sh\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)
LINES = [line for block in BLOCKS for line in block.splitlines() if line.strip()]
INLINE = [
    " ".join(code.split())
    for page in PAGES.values()
    for code in re.findall(r"(?<!`)`([^`]+)`(?!`)", re.sub(r"(?ms)^```.*?^```", "", page))
]

COMMANDS: dict[str, click.Command] = {"nook": nook, "nook-relay": nook_relay}
MADE_BY_THE_READER = ("docker/.env", "docker/relay.env")


def _ours(line: str) -> list[str]:
    """The words of a line from `nook`, `nook-relay` or `make` on; none for other commands."""
    words = shlex.split(line, comments=True)
    if words[:2] == ["docker", "compose"] and "exec" in words:
        words = words[words.index("exec") + 2 :]
    if words[:1] == ["sudo"]:
        words = words[3:] if words[1] == "-u" else words[1:]
    name = Path(words[0]).name if words else ""
    return [name, *words[1:]] if name in {*COMMANDS, "make"} else []


def check_command(
    command: click.Command, name: str, arguments: list[str], parent: click.Context | None = None
) -> None:
    """Parse ``arguments`` as the command would. Raises ``click.UsageError``."""
    with command.make_context(name, list(arguments), parent=parent) as context:
        rest = [*getattr(context, "_protected_args", []), *context.args]
        if isinstance(command, click.Group) and rest:
            found, sub, rest = command.resolve_command(context, rest)
            assert sub is not None
            check_command(sub, found or "", rest, context)


def make_targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    for name in [name for name in os.environ if name.startswith("NOOK_")]:
        monkeypatch.delenv(name)
    # As in the container and in the unit.
    monkeypatch.setenv("NOOK_RELAY_DATA", "somewhere")


def test_there_is_something_to_check():
    ours = [words for line in LINES if (words := _ours(line))]
    assert {words[0] for words in ours} == {"nook", "nook-relay", "make"}
    assert {"invite", "join", "start", "sync"} <= {words[1] for words in ours if len(words) > 1}


@pytest.mark.parametrize("line", sorted({line for line in LINES if _ours(line)}))
def test_a_command_in_a_block_is_one_that_works(line):
    name, *arguments = _ours(line)
    if name == "make":
        assert arguments
        assert set(arguments) <= make_targets()
    else:
        check_command(COMMANDS[name], name, arguments)


@pytest.mark.parametrize(
    "code", sorted({code for code in INLINE if re.match(r"(nook|nook-relay|make) ", code)})
)
def test_a_command_in_the_text_exists(code):
    name, *arguments = shlex.split(code)
    if name == "make":
        assert set(arguments) <= make_targets()
    else:
        try:
            check_command(COMMANDS[name], name, arguments)
        except (click.MissingParameter, click.exceptions.Exit):
            pass  # the text names a command without all that it asks for, or its help
        except click.UsageError as error:
            pytest.fail(error.format_message())


def test_a_wrong_command_is_found():
    for line in ("nook frobnicate", "nook write --loudly x", "nook-relay token --labels x"):
        name, *arguments = _ours(line)
        with pytest.raises(click.UsageError):
            check_command(COMMANDS[name], name, arguments)


@pytest.mark.parametrize("name", PAGES)
def test_every_file_that_is_named_exists(name):
    found = re.findall(
        r"(?<![\w/.~-])(?:(?:client|docker|protocol|server|tests)/[\w./-]*[\w/]"
        r"|[\w-]+\.(?:md|toml|txt))",
        PAGES[name],
    )
    assert found
    for path in set(found) - set(MADE_BY_THE_READER):
        assert (ROOT / path).exists() or (ROOT / "protocol" / path).exists(), path


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name):
    for target in re.findall(r"\]\(([^)\s]+)\)", PAGES[name]):
        path, _, anchor = target.partition("#")
        place = ROOT / path if path else ROOT / name
        assert place.exists(), target
        if anchor:
            assert anchor in _anchors(place.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_are_kind(name):
    assert not unkind_words(PAGES[name])


def test_the_python_that_is_asked_for_is_the_one_that_is_needed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = project["requires-python"].removeprefix(">=")
    assert set(re.findall(r"Python (\d\.\d+)", README)) == {needed}
    assert project["license"] in README


# --- "Try it yourselves", carried out ------------------------------------------------------

SECONDS = 60
RELAY_AS_WRITTEN = "http://127.0.0.1:7420"


def _try_out() -> list[tuple[str, list[str]]]:
    section = README.split("\n## Try it yourselves")[1].split("\n## ")[0]
    blocks = re.findall(
        r"^\*\*(The relay|Ana|Ben)'s terminal\*\*\n\n```sh\n(.*?)^```",
        section,
        flags=re.MULTILINE | re.DOTALL,
    )
    assert len(blocks) == section.count("```sh")
    return [(who, block.splitlines()) for who, block in blocks]


class Terminal:
    """One of the three terminals: a line is run by ``sh``, in an environment of its own."""

    def __init__(self, who: str, home: Path) -> None:
        self.who = who
        self.home = home
        outside = {k: v for k, v in os.environ.items() if not k.startswith("NOOK_")}
        passphrase = home / f"{who}.passphrase"
        passphrase.write_text(f"four plain words of {who}\n")
        self.env = outside | {
            "HOME": str(home),
            "PATH": f"{sysconfig.get_path('scripts')}{os.pathsep}{outside['PATH']}",
            "NOOK_PASSPHRASE_FILE": str(passphrase),
        }
        self.said = ""
        """What the last command printed."""

    def set(self, line: str) -> None:
        """export NAME=VALUE"""
        name, _, value = line.removeprefix("export ").partition("=")
        self.env[name] = value.replace("~", str(self.home), 1)

    def run(self, line: str) -> str:
        """Run to the end; what it printed."""
        done = subprocess.run(
            ["sh", "-c", line],
            cwd=self.home,
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        assert done.returncode == 0, f"{self.who}: {line}\n{done.stdout}{done.stderr}"
        assert not unkind_words(done.stdout + done.stderr)
        self.said = done.stdout
        return done.stdout

    def begin(self, line: str) -> subprocess.Popen[str]:
        """Start, and go on."""
        return subprocess.Popen(
            ["sh", "-c", f"exec {line}"],
            cwd=self.home,
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            bufsize=1,
        )


def _told(process: subprocess.Popen[str], name: str) -> object:
    """The field ``name`` of the next JSON line that has it."""
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if line.startswith("{") and name in (document := json.loads(line)):
            return document[name]
    raise AssertionError("".join(said))


def _say(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


class TryOut:
    """The whole section, line by line. What is typed by hand there comes from files here."""

    def __init__(self, home: Path) -> None:
        self.terminals = {who: Terminal(who, home) for who in ("The relay", "Ana", "Ben")}
        self.begun: list[subprocess.Popen[str]] = []
        self.relay: subprocess.Popen[str] | None = None
        self.inviting: subprocess.Popen[str] | None = None
        self.url = ""
        self.token = ""

    def carry_out(self, who: str, line: str) -> None:
        terminal = self.terminals[who]
        if line == ". .venv/bin/activate":
            return
        if line.startswith("export "):
            terminal.set(line)
        elif line.startswith("nook-relay serve "):
            self.start_relay(terminal, line)
        elif line == "nook start":
            terminal.run(f"nook start --name {who} --phrase-file {who}.phrase")
        elif line.startswith("nook invite "):
            terminal.env["NOOK_TOKEN"] = self.token
            assert RELAY_AS_WRITTEN in line
            line = line.replace(RELAY_AS_WRITTEN, self.url)
            self.inviting = terminal.begin(f"{line} --confirm stdin --json")
            self.begun.append(self.inviting)
        elif line.startswith("nook join"):
            self.pair(terminal, line)
        else:
            terminal.run(line)

    def start_relay(self, terminal: Terminal, line: str) -> None:
        self.relay = terminal.begin(f"{line} --port 0")
        self.begun.append(self.relay)
        assert self.relay.stdout is not None
        for said in self.relay.stdout:
            if found := re.match(r"Registration token .*: (\S+)$", said):
                self.token = found[1]
            if found := re.match(r"Listening on (http://127\.0\.0\.1:\d+)$", said):
                self.url = found[1]
                return
        raise AssertionError("the relay did not start")

    def pair(self, terminal: Terminal, line: str) -> None:
        assert self.inviting is not None
        joining = terminal.begin(f"{line} --confirm stdin --json")
        self.begun.append(joining)
        _say(joining, str(_told(self.inviting, "invite")))
        words = _told(joining, "words")
        assert words == _told(self.inviting, "words")
        assert isinstance(words, list)
        assert len(words) == 5
        for process in (self.inviting, joining):
            _say(process, "yes")
        for process in (self.inviting, joining):
            said, _ = process.communicate(timeout=SECONDS)
            assert process.returncode == 0, said

    def end(self) -> None:
        for process in self.begun:
            if process.poll() is None:
                process.kill()
            process.communicate()


@pytest.fixture
def try_out(tmp_path):
    running = TryOut(tmp_path)
    yield running
    running.end()


def _digests(terminal: Terminal) -> list[str]:
    view = json.loads(terminal.run("nook status --json"))
    return [space["digest"] for space in view["spaces"] if space["kind"] == "shared"]


@pytest.mark.long
def test_try_it_yourselves(try_out, tmp_path):
    for who, lines in _try_out():
        for line in lines:
            try_out.carry_out(who, line)
    ana, ben = try_out.terminals["Ana"], try_out.terminals["Ben"]

    there = ben.run("nook timeline")
    assert "The walk by the river did me good." in there
    assert "Only for me" not in there
    here = ana.run("nook timeline")
    for text in ("Only for me", "Again on Sunday?", "You packed the warm tea", "a hug from Ben"):
        assert text in here
    assert _digests(ana) == _digests(ben) != []

    held = try_out.terminals["The relay"].run("nook-relay holds --data ~/inglenook-try/relay")
    assert held.strip()
    stored = b"".join(p.read_bytes() for p in (tmp_path / "inglenook-try/relay").iterdir())
    for word in (b"river", b"Sunday", b"Ana", b"Ben"):
        assert word not in stored

    try_out.relay.send_signal(signal.SIGINT)
    try_out.relay.communicate(timeout=SECONDS)
    assert try_out.relay.returncode == 0
