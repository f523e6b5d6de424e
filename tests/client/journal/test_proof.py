"""A fork, its one warning, and the proof that anybody can check (SPEC 11.7); real relay."""

import hashlib

import pytest

from inglenook_attacks.histories import part_the_histories
from inglenook_attacks.scene import Scene
from inglenook_harness.nook import Person
from inglenook_harness.paired import shared
from inglenook_protocol.proof import MAGIC, decode_fork_proof

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def forked(tmp_path_factory):
    """Two people; a copy of Ben's device wrote apart from it, and Ana holds both versions."""
    scene = Scene(tmp_path_factory.mktemp("forked"))
    part_the_histories(scene)
    scene.ana("sync")
    yield scene
    scene.close()


def words(text):
    return " ".join(text.split())


def test_it_warns_once_and_keeps_both_versions(forked):
    for _ in range(2):
        forked.ana("sync")
        assert [n["what"] for n in shared(forked.ana)["notices"]] == ["fork"]
    assert "nook proof FILE" in words(forked.ana.run("status").out)
    assert set(forked.ana.texts()) == forked.written


def test_whoever_gets_the_proof_can_check_it_with_nothing_else(forked, tmp_path):
    file = tmp_path / "fork.proof"
    made = forked.ana("proof", str(file))
    assert made["device"] == forked.ben_device
    assert made["others"] == []
    assert file.stat().st_mode & 0o077 == 0
    nobody = Person(tmp_path / "nobody", "Nobody")
    nobody.passphrase_file.unlink()
    shown = nobody("verify", str(file))
    assert (shown["kind"], shown["device"]) == ("fork-proof", forked.ben_device)
    assert len(set(shown["envelopes"])) == 2
    assert shown["space"] == shared(forked.ana)["space"]
    told = nobody.run("verify", str(file))
    assert told.code == 0
    said = words(told.out)
    assert f"a step of device {forked.ben_device[:8]} exists in two versions" in said
    assert "does not show who did this" in said
    assert not nobody.home.exists()
    # No word of the journal is in it, nor what opens one.
    content = file.read_bytes()
    for text in forked.written:
        assert text.encode() not in content


def test_it_is_of_just_that_device_and_never_replaces_a_file(forked, tmp_path):
    file = tmp_path / "fork.proof"
    device = forked.ben_device
    assert forked.ana("proof", str(file), "--device", device[:8].upper())["device"] == device
    again = forked.ana.run("proof", str(file), "--json")
    assert (again.code, again.error["kind"]) == (6, "proof-exists")
    other = forked.ana.run("proof", str(tmp_path / "b"), "--device", forked.ana_device, "--json")
    assert (other.code, other.error["kind"]) == (5, "no-fork")
    assert not (tmp_path / "b").exists()


def test_where_nothing_forked_there_is_nothing_to_prove(forked, tmp_path):
    alone = Person(tmp_path / "alone", "Cleo")
    alone.start()
    ended = alone.run("proof", str(tmp_path / "none"), "--json")
    assert (ended.code, ended.error["kind"]) == (5, "no-fork")


def test_any_changed_byte_is_refused(forked, tmp_path):
    file = tmp_path / "fork.proof"
    forked.ana("proof", str(file))
    content = file.read_bytes()
    assert decode_fork_proof(content).device.id.hex() == forked.ben_device
    step = max(1, len(content) // 60)
    for at in [*range(len(MAGIC) - 2), *range(len(MAGIC), len(content), step)]:
        changed = tmp_path / "changed"
        changed.write_bytes(content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :])
        ended = forked.ana.run("verify", str(changed), "--json")
        assert ended.code in (6, 11), at
        assert ended.error["message"]
    assert hashlib.sha256(file.read_bytes()).digest() == hashlib.sha256(content).digest()


@pytest.mark.parametrize(
    ("content", "code", "kind"),
    [
        (None, 10, "file-unreadable"),
        (b"", 6, "not-checkable"),
        (b"inglenook backup 1\n", 6, "not-checkable"),
        (b"inglenook fork proof 2\n\x90", 11, "remote-protocol"),
        (MAGIC, 11, "remote-protocol"),
    ],
)
def test_other_files_are_told_apart(tmp_path, content, code, kind):
    person = Person(tmp_path / "somebody", "Cleo")
    file = tmp_path / "file"
    if content is not None:
        file.write_bytes(content)
    ended = person.run("verify", str(file), "--json")
    assert (ended.code, ended.error["kind"]) == (code, kind)
    assert ended.error["next_step"]
