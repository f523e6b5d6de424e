"""The real command line, as one person uses it: a home, a passphrase file, commands.

ana = Person(tmp_path / "ana", "Ana")
ana.start()
ended = ana.run("write", "A line")          # in this process; .code .out .err .error
ended = ana.run_apart("write", "A line")    # in one of its own
document = ana("timeline")                  # with --json; must succeed
talk = ana.talk("sync", "--watch")          # one that stays; a process of its own
"""

# mypy: disable-error-code="union-attr"
# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs

import contextlib
import io
import json
import os
import queue
import subprocess
import sys
import threading
from unittest import mock

from inglenook_client.cli import app
from inglenook_client.keyring import PassphraseFile, change_unlock
from inglenook_client.keyring.unlock import Cost
from inglenook_harness.formats import document_flaws

SECONDS = 60
NOOK = (sys.executable, "-m", "inglenook_client")


class Ended:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def error(self):
        return json.loads(self.err.splitlines()[-1])["error"]


class Person:
    """Somebody with a profile, at a command line."""

    def __init__(self, folder, name):
        folder.mkdir()
        self.name = name
        self.home = folder / "home"
        self.passphrase_file = folder / "passphrase"
        self.passphrase_file.write_text(f"{name} has a passphrase\n")
        self.language = "en"
        self.phrase = []
        self.seen = []

    def environment(self):
        outside = {k: v for k, v in os.environ.items() if not k.startswith("NOOK_")}
        return outside | {
            "NOOK_HOME": str(self.home),
            "NOOK_LANGUAGE": self.language,
            "NOOK_PASSPHRASE_FILE": str(self.passphrase_file),
        }

    def run(self, *arguments, stdin=""):
        """One command, in this process: what takes long to load is loaded once."""
        given = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
        with (
            mock.patch.dict(os.environ, self.environment(), clear=True),
            mock.patch.object(app, "_mind_signals"),
            mock.patch.object(sys, "stdin", given),
            contextlib.redirect_stdout(io.StringIO()) as out,
            contextlib.redirect_stderr(io.StringIO()) as err,
        ):
            code = app.main(list(arguments))
        return self._ended(code, out.getvalue(), err.getvalue())

    def run_apart(self, *arguments, stdin=""):
        """One command, in a process of its own."""
        ended = subprocess.run(
            [*NOOK, *arguments],
            env=self.environment(),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        return self._ended(ended.returncode, ended.stdout, ended.stderr)

    def _ended(self, code, out, err):
        self.seen += [out, err]
        assert "Traceback" not in err, err
        return Ended(code, out, err)

    def __call__(self, *arguments, stdin=""):
        ended = self.run(*arguments, "--json", stdin=stdin)
        assert ended.code == 0, ended.err
        document = json.loads(ended.out)
        assert not document_flaws(document)
        return document

    def start(self):
        self.phrase = self("start", "--name", self.name)["phrase"]
        self.make_unlocking_quick()
        return self.phrase

    def make_unlocking_quick(self):
        """Real but for the cost of a guess, which each of some hundred commands would pay."""
        unlock = PassphraseFile(self.passphrase_file)
        change_unlock(self.home, unlock, unlock, cost=Cost(64, 1, 1))

    def texts(self, *options):
        return [
            entry["current"]["text"]
            for day in self("timeline", *options)["days"]
            for entry in day["entries"]
            if entry["current"] is not None and "text" in entry["current"]
        ]

    def digest(self):
        return next(s["digest"] for s in self("status")["spaces"] if s["kind"] == "shared")

    def talk(self, *arguments):
        return Talk(self, *arguments)


class Talk:
    """A command that stays and prints events."""

    def __init__(self, person, *arguments):
        self.process = subprocess.Popen(
            [*NOOK, *arguments, "--json"],
            env=person.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self._lines.put(line)

    def event(self, name):
        document = json.loads(self._lines.get(timeout=SECONDS))
        assert not document_flaws(document)
        assert document["event"] == name
        return document

    def has_more(self):
        """Whether an event is there that was not read yet."""
        return not self._lines.empty()

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def end(self):
        self.process.wait(SECONDS)
        err = self.process.stderr.read()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()
        assert "Traceback" not in err, err
        return Ended(self.process.returncode, "", err)
