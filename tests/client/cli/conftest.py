"""The command line over the fake journal, in this process."""

import io
import json
import sys
from dataclasses import dataclass

import pytest

from inglenook_client.cli import app, session
from inglenook_harness.fake_journal import FakeJournal, keep_draft

PASSPHRASE = "four quiet words here"


@dataclass
class Ended:
    code: int
    out: str
    err: str

    @property
    def document(self):
        (line,) = self.out.splitlines()
        return json.loads(line)

    @property
    def error(self):
        return json.loads(self.err)["error"]


class Nook:
    def __init__(self, home, passphrase_file, capsys, monkeypatch):
        self.home = home
        self.passphrase_file = passphrase_file
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def __call__(self, *arguments, stdin=b"", unlock=True):
        content = stdin.encode() if isinstance(stdin, str) else stdin
        self._monkeypatch.setattr(
            sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8")
        )
        options = ["--home", str(self.home)]
        if unlock:
            options += ["--passphrase-file", str(self.passphrase_file)]
        self._capsys.readouterr()
        code = app.main([*options, *arguments])
        out, err = self._capsys.readouterr()
        return Ended(code, out, err)

    def json(self, *arguments, **keywords):
        ended = self(*arguments, "--json", **keywords)
        assert ended.code == 0, ended.err
        return ended.document


@pytest.fixture
def new_nook(tmp_path, capsys, monkeypatch):
    """The command in an empty home."""
    monkeypatch.setattr(session, "journal_class", lambda: FakeJournal)
    monkeypatch.setattr(session, "keep", keep_draft)
    monkeypatch.setattr(app, "_mind_signals", lambda: None)
    for name in ("NOOK_HOME", "NOOK_PASSPHRASE_FILE", "NOOK_RELAY", "NOOK_TOKEN", "NOOK_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    passphrase_file = tmp_path / "passphrase"
    passphrase_file.write_text(PASSPHRASE + "\n")
    return Nook(tmp_path / "home", passphrase_file, capsys, monkeypatch)


@pytest.fixture
def nook(new_nook):
    """The command with a journal of Ana's."""
    assert new_nook("start", "--name", "Ana", "--json").code == 0
    return new_nook


@pytest.fixture
def paired(nook):
    """The command with a journal that Ana shares with Ben."""
    options = ("--relay", "https://relay.example", "--token", "t", "--confirm", "stdin")
    assert nook("invite", *options, "--json", stdin="yes\n").code == 0
    return nook
