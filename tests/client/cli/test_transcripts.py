"""Two people, two profiles, one relay: the command line as it is used, end to end.

Everything here is real: each profile is a folder, the relay a server on this machine, and what
waits for the other side a process of its own.
"""

import json
import re
import signal
import time

import pytest

from inglenook_harness.formats import flaws, read_formats
from inglenook_harness.nook import SECONDS, Person
from inglenook_harness.relay import RelayProcess
from inglenook_harness.tone import unkind_words

pytestmark = pytest.mark.long


def spoken(person: Person) -> str:
    """All that a person read, but for phrases and safety words: chance picks those, and
    "behind" is in their list."""
    return re.sub(r'"(?:phrase|words)":\[[^]]*\]', "", "\n".join(person.seen))


@pytest.fixture(scope="module")
def relay(tmp_path_factory):
    with RelayProcess(tmp_path_factory.mktemp("relay") / "data") as relay:
        yield relay


@pytest.fixture
def ana(tmp_path):
    person = Person(tmp_path / "ana", "Ana")
    person.start()
    return person


@pytest.fixture
def ben(tmp_path):
    person = Person(tmp_path / "ben", "Ben")
    person.start()
    return person


def pair(inviter, joiner, relay, *, answers=("yes", "yes")):
    """Both sides of a pairing; gives how each ended."""
    options = ("--relay", relay.url, "--token", relay.token, "--confirm", "stdin")
    inviting = inviter.talk("invite", *options)
    invite = inviting.event("invite")["invite"]
    joining = joiner.talk("join", invite, "--confirm", "stdin")
    words = inviting.event("words")["words"]
    assert joining.event("words")["words"] == words
    assert len(words) == 5
    for talk, answer in zip((inviting, joining), answers, strict=True):
        talk.say(answer)
    if answers == ("yes", "yes"):
        # Both know at once whom they are paired with.
        assert inviting.event("paired")["partner"] == joiner.name
        assert joining.event("paired")["partner"] == inviter.name
    return inviting.end(), joining.end()


@pytest.fixture
def couple(ana, ben, relay):
    for ended in pair(ana, ben, relay):
        assert ended.code == 0, ended.err
    for person in (ana, ben, ana):
        person("sync")
    return ana, ben


def test_a_journal_of_ones_own(tmp_path):
    """No partner, no relay, no network: everything that is about one person works."""
    ana = Person(tmp_path / "ana", "Ana")
    assert ana.run("timeline").code == 4
    phrase = ana.start()
    assert len(phrase) == 24
    assert ana.run("start", "--name", "Ana", "--json").code == 4
    assert ana("phrase", "check", stdin=" ".join(phrase))["fits"] is True
    wrong = [phrase[1], phrase[0], *phrase[2:]]
    if wrong != phrase:
        assert ana.run("phrase", "check", "--json", stdin=" ".join(wrong)).code == 6

    first = ana("write", "The first line", "--tag", "begin")["entry"]
    assert (first["visibility"], first["by"], first["name"]) == ("private", "me", "Ana")
    ana("write", "--progress", "--date", "yesterday", stdin="Through a pipe\nin two lines\n")
    ana("check-in", "calm", "tired", "--energy", "3", "--helps", "a quiet evening")
    ana("thank", "You warmed the car", "--did", "My day began soft")
    short = first["id"][:8]
    edited = ana("edit", short, "The first line, said better")["entry"]
    assert edited["edited"] is True
    assert len(ana("show", short)["entry"]["history"]) == 2
    ana("reply", short, "And a note to myself")
    ana("react", short, "smile")
    assert ana("react", short, "--undo")["entry"]["reactions"] == []

    assert ana.texts("--tag", "begin") == ["The first line, said better"]
    assert len(ana("timeline")["days"]) == 2
    assert len(ana("timeline", "--kind", "check-in")["days"][0]["entries"]) == 1
    assert [hit["entry"]["id"] for hit in ana("search", "better")["hits"]] == [first["id"]]
    assert ana("redact", short, "--yes")["entry"]["current"] is None
    assert ana("search", "better")["hits"] == []

    status = ana("status")
    assert status["phrase_checked"] is True
    assert status["relay"] is None
    assert [space["kind"] for space in status["spaces"]] == ["private"]
    for command in (["sync"], ["write", "x", "--share"]):
        assert ana.run(*command, "--json").code == 6
    for command in (["timeline"], ["show", short], ["status"], ["search", "pipe"]):
        assert ana.run(*command).code == 0
    assert not unkind_words(spoken(ana))


@pytest.mark.long
def test_each_command_stands_on_its_own(ana):
    for arguments in (
        ["write", "A line"], ["timeline"], ["status"], ["drafts"], ["safety"], ["sync", "--json"],
    ):  # fmt: skip
        apart, here = ana.run_apart(*arguments), ana.run(*arguments)
        assert apart.code == here.code == (6 if arguments[0] == "sync" else 0)
    assert json.loads(ana.run_apart("timeline", "--json").out)["days"]


@pytest.mark.long
def test_what_cannot_be_carried_out_says_so_and_keeps_the_words(ana):
    entry = ana("write", "x")["entry"]["id"]
    letter = "A letter that took an hour.\n" * 3_000
    for arguments, code in (
        (["write", "-"], 6),
        (["write", "a", "--date", "2026-02-31"], 6),
        (["reply", "00000000", "b"], 5),
        (["edit", entry[:3], "c"], 5),
        (["write", "d", "--share"], 6),
    ):
        ended = ana.run(*arguments, "--json", stdin=letter)
        assert ended.code == ended.error["exit_code"] == code
        assert ended.error["words_kept"] is True
        assert ended.error["next_step"]
        assert not flaws(ended.error, "error", read_formats())
    right = ana.passphrase_file.read_text()
    ana.passphrase_file.write_text("not this")
    assert ana.run("write", "e").code == 3
    ana.passphrase_file.write_text(right)

    kept = ana("drafts")["drafts"]
    assert [draft["text"].strip() for draft in kept] == [letter.strip(), *"abcde"]
    assert ana("status")["drafts"] == 6
    ana("write", "--draft", kept[1]["id"][:8])
    ana("drafts", "drop", kept[0]["id"][:8])
    assert ana("status")["drafts"] == 4
    assert "a" in ana.texts()


@pytest.mark.long
def test_changing_the_passphrase(ana, tmp_path):
    ana("write", "Before")
    new = tmp_path / "new"
    new.write_text("other words entirely")
    ana("passphrase", "change", "--new-passphrase-file", str(new))
    assert ana.run("timeline").code == 3
    ana.passphrase_file = new
    assert ana.texts() == ["Before"]


def test_two_people_share_a_journal(couple, relay):
    ana, ben = couple
    assert (ana("status")["partner"], ben("status")["partner"]) == ("Ben", "Ana")

    private = ana("write", "For me alone")["entry"]
    shared = ana("write", "We laughed about the pancakes", "--share")["entry"]
    ana("sync")
    assert ben("sync")["received"] > 0
    assert ben.texts() == ["We laughed about the pancakes"]
    short = shared["id"][:8]
    seen = ben("show", short)["entry"]
    assert (seen["by"], seen["name"]) == ("partner", "Ana")
    assert ben.run("show", private["id"][:8]).code == 5
    assert ben.run("edit", short, "No", "--json").error["exit_code"] == 6
    assert ben.run("redact", short, "--yes").code == 6

    ben("reply", short, "You ate three")
    ben("react", short, "hug")
    ben("write", "They were caramelised", "--share", "--beside", short)
    ben("sync")
    ana("sync")
    entry = ana("show", short)["entry"]
    assert [reply["text"] for reply in entry["replies"]] == ["You ate three"]
    assert [reaction["reaction"] for reaction in entry["reactions"]] == ["hug"]
    reply = entry["replies"][0]["id"]

    ana("share", private["id"][:8], "--yes")
    ana("edit", short, "We laughed so much about the pancakes")
    ben("edit", reply[:8], "You ate four")
    for person in (ana, ben, ana):
        person("sync")
    for person in couple:
        entry = person("show", short)["entry"]
        assert entry["edited"] is True
        assert entry["replies"][0]["text"] == "You ate four"
    assert "For me alone" in ben.texts()
    assert ana.digest() == ben.digest()

    ana("redact", short, "--yes")
    ana("sync")
    ben("sync")
    assert ben("show", short)["entry"]["redacted"] is True
    assert ben("search", "laughed")["hits"] == []
    assert ana.digest() == ben.digest()
    assert ana.run("invite", "--relay", relay.url, "--token", relay.token, "--confirm",
                   "stdin").code == 6  # fmt: skip
    for person in couple:
        for command in (["timeline"], ["status"], ["sync"], ["show", short]):
            assert person.run(*command).code == 0
        assert not unkind_words(spoken(person))


@pytest.mark.long
@pytest.mark.parametrize(
    "answers",
    [
        ("no", "yes"),
        pytest.param(("yes", "no"), marks=pytest.mark.long),
        pytest.param(("no", "no"), marks=pytest.mark.long),
    ],
)
def test_words_that_are_not_the_same_pair_nothing(ana, ben, relay, answers):
    ended = pair(ana, ben, relay, answers=answers)
    assert [end.code for end in ended] == [9, 9], [end.err for end in ended]
    for person in (ana, ben):
        assert person.run("write", "x", "--share").code == 6
    for end in pair(ana, ben, relay):
        assert end.code == 0, end.err


@pytest.mark.long
def test_an_invite_works_once(couple, relay, tmp_path):
    ana, _ben = couple
    cleo = Person(tmp_path / "cleo", "Cleo")
    cleo.start()
    dan = Person(tmp_path / "dan", "Dan")
    dan.start()
    inviting = cleo.talk("invite", "--relay", relay.url, "--token", relay.token, "--confirm",
                         "stdin")  # fmt: skip
    invite = inviting.event("invite")["invite"]
    joining = dan.talk("join", invite, "--confirm", "stdin")
    joining.event("words")
    assert ana.run("join", invite, "--confirm", "stdin").code == 6  # paired already
    eve = Person(tmp_path / "eve", "Eve")
    eve.start()
    assert eve.run("join", invite, "--confirm", "stdin").code == 9
    for talk in (inviting, joining):
        talk.process.send_signal(signal.SIGINT)
        assert talk.end().code == 130


@pytest.mark.long
def test_a_relay_that_is_not_there(ana, relay, tmp_path):
    options = ("--token", "t", "--confirm", "stdin", "--json")
    away = ana.run("invite", "--relay", "http://127.0.0.1:9", *options)
    assert (away.code, away.error["kind"]) == (7, "relay-unreachable")
    assert ana.run("invite", "--relay", relay.url, *options).code == 8
    assert ana.run("invite", "--relay", "ftp://relay.example", *options).code == 6
    assert ana.run("join", "inglenook:1:nonsense", "--confirm", "stdin").code == 6


@pytest.mark.long
def test_writing_goes_on_while_the_relay_is_away(ana, ben, tmp_path):
    relay = RelayProcess(tmp_path / "data")
    try:
        for ended in pair(ana, ben, relay):
            assert ended.code == 0
        relay.stop()
        ana("write", "In a tunnel", "--share")
        assert ana.run("sync").code == 7
        shared = next(s for s in ana("status")["spaces"] if s["kind"] == "shared")
        assert shared["waiting"] > 0
        relay.start()
        ana("sync")
        ben("sync")
        assert ben.texts() == ["In a tunnel"]
    finally:
        relay.kill()


@pytest.mark.long
def test_watching(couple):
    ana, ben = couple
    watching = ben.talk("sync", "--watch")
    watching.event("watching")
    ana("write", "Soup is on", "--share")
    ana("sync")
    end = time.monotonic() + SECONDS
    while "Soup is on" not in ben.texts():
        assert time.monotonic() < end
        watching.event("arrived")
    watching.process.send_signal(signal.SIGTERM)
    ended = watching.end()
    assert ended.code == 0, ended.err


@pytest.mark.long
def test_moving_to_another_relay(couple, relay, tmp_path):
    ana, ben = couple
    ana("write", "Before the move", "--share")
    for person in (ana, ben, ana):
        person("sync")
    assert ana("relay")["relay"] == relay.url
    with RelayProcess(tmp_path / "new") as new:
        ana("relay", new.url, "--token", new.token)
        assert next(s for s in ana("status")["spaces"] if s["kind"] == "shared")["waiting"] > 0
        ben("relay", new.url)
        ben("write", "While moving", "--share")
        # Nobody has told the new relay yet, and Ben has no token for it.
        assert ben.run("sync", "--json").error["exit_code"] == 8
        assert ana("sync")["registered"] is True
        for person in (ben, ana):
            person("sync")
        assert ana.digest() == ben.digest()
        assert set(ana.texts()) == set(ben.texts()) == {"Before the move", "While moving"}
        for person in couple:
            shared = next(s for s in person("status")["spaces"] if s["kind"] == "shared")
            assert (shared["waiting"], shared["notices"]) == (0, [])


@pytest.mark.long
def test_the_joiner_may_keep_the_right_to_register(couple, relay, tmp_path):
    ana, ben = couple
    with RelayProcess(tmp_path / "new") as new:
        ana("relay", new.url)
        ben("relay", new.url)
        assert ben("relay", "--token", new.token)["relay"] == new.url
        assert ben("sync")["registered"] is True
        for person in (ana, ben):
            person("sync")
        assert ana.digest() == ben.digest()
    assert ana.run("relay", "ftp://relay.example").code == 6


def test_no_relay_before_pairing(ana):
    assert ana("relay")["relay"] is None
    assert ana.run("relay", "https://relay.example", "--json").error["kind"] == "no-relay-yet"
