"""A relay that lost all or some: either of the two fills it for both. Processes, real relay."""

import json
import shutil

import pytest

from inglenook_harness.nook import Person
from inglenook_harness.paired import shared

MORE = ("of Ana's, after the backup", "of Ben's, after the backup")


def process(person, *arguments, stdin=""):
    ended = person.run_apart(*arguments, "--json", stdin=stdin)
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


def codes(person):
    return [notice["what"] for notice in shared(person)["notices"]]


@pytest.fixture
def grown(couple, relay, tmp_path):
    """Both hold the same, and so did the relay; a backup of it knows half."""
    ana, ben = couple
    relay.stop()
    shutil.copytree(relay.data, tmp_path / "backup of the relay")
    relay.start()
    for person, text in zip(couple, MORE, strict=True):
        person("write", text, "--share")
        person("sync")
    for person in couple:
        person("sync")
    assert ana.digest() == ben.digest()
    return ana, ben, relay, tmp_path


def wipe(relay, tmp_path):
    relay.kill()
    shutil.rmtree(relay.data)
    relay.settings["registration_token"] = relay.token
    relay.start()


def roll_back(relay, tmp_path):
    relay.kill()
    shutil.rmtree(relay.data)
    shutil.copytree(tmp_path / "backup of the relay", relay.data)
    relay.start()


def check_the_relay_has_all(ana, relay, tmp_path, digest):
    """Somebody with nothing but Ana's phrase finds everything there."""
    new = Person(tmp_path / "new", "Ana")
    words = " ".join(ana.phrase) + "\n"
    process(new, "recover", "--relay", relay.url, "--keep-devices", stdin=words)
    new.make_unlocking_quick()
    assert new.digest() == digest
    assert set(MORE) <= set(new.texts())


@pytest.mark.long
@pytest.mark.parametrize(
    ("lose", "filler"),
    [
        pytest.param(roll_back, "ana", marks=pytest.mark.exhaustive),
        (roll_back, "ben"),
        (wipe, "ana"),
        pytest.param(wipe, "ben", marks=pytest.mark.exhaustive),
    ],
)
def test_either_of_them_fills_it_for_both(grown, lose, filler):
    ana, ben, relay, tmp_path = grown
    digest = ana.digest()
    lose(relay, tmp_path)
    one, other = (ana, ben) if filler == "ana" else (ben, ana)
    if lose is wipe and one is ben:
        # Who joined has no right to register until somebody gives it.
        refused = one.run_apart("sync", "--json")
        assert (refused.code, refused.error["kind"]) == (8, "registration-needed")
        process(one, "relay", "--token", relay.token)
    report = process(one, "sync")
    assert report["registered"] is (lose is wipe)
    assert codes(one) == ["relay-set-back"]
    check_the_relay_has_all(ana, relay, tmp_path, digest)
    # The other one has nothing left to fill in; both go on, and what was odd is over.
    for _ in range(2):
        for person in (other, one):
            process(person, "sync")
    assert ana.digest() == ben.digest() == digest
    assert codes(ana) == codes(ben) == []
    process(other, "write", "and on it goes", "--share")
    process(other, "sync")
    process(one, "sync")
    assert "and on it goes" in one.texts()


@pytest.mark.long
def test_a_relay_set_back_while_both_watch_is_filled_by_itself(grown):
    ana, ben, relay, tmp_path = grown
    talks = [person.talk("sync", "--watch") for person in (ana, ben)]
    for talk in talks:
        talk.event("watching")
    roll_back(relay, tmp_path)
    process(ana, "write", "while the relay was away", "--share")
    talks[1].event("arrived")
    for talk in talks:
        talk.process.terminate()
        talk.end()
    assert "while the relay was away" in ben.texts()
    for person in (ana, ben, ana, ben):
        process(person, "sync")
    assert ana.digest() == ben.digest()
    assert codes(ana) == codes(ben) == []
