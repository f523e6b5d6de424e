"""What is for good asks first, and says what it means: at a terminal, in plain words."""

import pytest

from inglenook_client.cli import asking, unlocking
from inglenook_client.cli.commands import keeping
from inglenook_client.cli.run import Run
from inglenook_harness.nook import Person
from inglenook_harness.paired import shared
from inglenook_harness.second_reading import verify
from inglenook_harness.tone import unkind_words

pytestmark = pytest.mark.long


class Someone:
    """A person at the terminal, who answers what they are asked."""

    def __init__(self, monkeypatch):
        self.asked = []
        self.answers = []
        self.typed = []
        self.named = []
        monkeypatch.setattr(Run, "someone_is_there", property(lambda run: not run.json))
        monkeypatch.setattr(Run, "can_ask_passphrase", property(lambda run: True))
        monkeypatch.setattr(asking, "agree", self.agree)
        monkeypatch.setattr(asking, "ask", self.name)
        for module in (unlocking, keeping):
            monkeypatch.setattr(module, "ask_hidden", self.type)

    def agree(self, question, *, default=None):
        assert default is False, "Enter alone changes nothing"
        self.asked.append(question)
        return self.answers.pop(0)

    def name(self, question, default=None):
        assert default == "", "Enter alone names nothing"
        return self.named.pop(0) if self.named else ""

    def type(self, question):
        self.asked.append(question)
        return self.typed.pop(0)


@pytest.fixture
def someone(monkeypatch):
    return Someone(monkeypatch)


def flat(ended):
    text = " ".join((ended.err + " " + ended.out).split())
    assert not unkind_words(text)
    return text


def test_a_copy_is_offered_before_the_way_out(couple, someone, tmp_path):
    ana, _ = couple
    (tmp_path / "there").write_text("x")
    someone.named = [str(tmp_path / "there"), str(tmp_path / "no/such"), str(tmp_path / "copy")]
    someone.answers = [True, True]
    said = flat(ana.run("leave"))
    assert "already a file of this name" in said
    assert "can't be written there" in said
    assert f"Everything is in {tmp_path / 'copy'}" in said
    assert "You have left" in said
    assert shared(ana)["left"] is not None
    digests = [space["digest"] for space in ana("status")["spaces"]]
    assert verify(tmp_path / "copy", phrase=ana.phrase).digests == digests


@pytest.mark.long
def test_each_asks_and_a_no_changes_nothing_and_a_yes_does(couple, someone):
    ana, ben = couple
    ana("write", "not sent yet", "--share")
    before = ana("status")
    expected = {
        ("leave",): ["nobody is told", "offline", "stays as it is", "nook export FILE"],
        ("erase", "--all"): ["steps of yours", "It can be seen", "Ben"],
        ("wipe",): ["can't be undone here", "never checked", "1 change", "nook sync"],
    }
    for command, parts in expected.items():
        someone.answers = [False] * (1 + (command == ("leave",)))
        said = flat(ana.run(*command))
        for part in (*parts, "Left as it is"):
            assert part in said, (command, said)
        assert ana("status") == before
    assert len(someone.asked) == 4

    someone.answers = [False, True]
    said = flat(ana.run("leave"))
    assert "You have left. Nothing was sent" in said
    assert shared(ana)["left"] is not None
    assert shared(ben)["left"] is None


def test_a_checked_phrase_is_said_before_forgetting(tmp_path, someone):
    ana = Person(tmp_path / "ana", "Ana")
    ana("phrase", "check", stdin=" ".join(ana.start()))
    ana("write", "one line")
    someone.answers = [False]
    said = flat(ana.run("wipe"))
    assert "You checked your recovery phrase" in said
    assert "1 entry of your private journal" in said
    assert "was not sent" not in said
    someone.answers = [True]
    said = flat(ana.run("wipe", "--locked"))
    assert "nothing can be said" in said
    assert "may keep traces" in said
    assert not ana.home.exists()


@pytest.mark.long
def test_a_backups_own_passphrase_is_asked_twice_and_a_slip_is_forgiven(
    tmp_path, someone, monkeypatch
):
    ana = Person(tmp_path / "ana", "Ana")
    ana.start()
    ana("write", "one line")
    file = tmp_path / "ana.backup"
    someone.typed = ["five quiet words for this", "five quiet words for thiss"] + [
        "five quiet words for this"
    ] * 2
    said = flat(ana.run("backup", str(file), "--own-passphrase"))
    assert "read back to be sure" in said
    assert "that you just chose" in said
    assert ana("wipe", "--yes")["files"] > 0
    passphrase = ana.passphrase_file.read_text()
    monkeypatch.setattr(ana, "environment", lambda: {"NOOK_HOME": str(ana.home)})
    someone.typed = ["not it", "five quiet words for this"]
    said = flat(ana.run("restore", str(file)))
    assert "doesn't open it" in said
    assert "Welcome back, Ana" in said
    assert passphrase not in said
    someone.typed = ["five quiet words for this"]
    assert ana.run("timeline").code == 0
