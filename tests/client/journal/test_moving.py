"""Moving to another relay: each in their own time, with words on both sides in between.

And a journal that comes back from its backup, and goes on.
"""

import signal

import pytest

from inglenook_harness.paired import shared
from inglenook_harness.relay import RelayProcess


@pytest.fixture
def scene(couple, relay, tmp_path):
    """Ana, Ben, their relay, and an empty one that they don't know yet."""
    with RelayProcess(tmp_path / "new") as new:
        yield *couple, relay, new


BEFORE = ("a walk by the river", "a tender word", "and a bridge")


def sync(*people):
    for person in people:
        person("sync")


def settled(ana, ben, *texts, restored=()):
    """Both hold all of it, nothing waits and nothing looks odd."""
    sync(ana, ben, ana)
    assert ana.digest() == ben.digest()
    assert set(ana.texts()) == set(ben.texts()) == {*BEFORE, *texts}
    for person in (ana, ben):
        noticed = [notice["what"] for notice in shared(person)["notices"]]
        assert (shared(person)["waiting"], noticed) == (
            0,
            ["restored"] if person in restored else [],
        )


@pytest.mark.long
def test_one_moves_first_and_the_old_relay_lives_on(scene):
    ana, ben, _, new = scene
    ana("relay", new.url, "--token", new.token)
    moved = ana("status")["relay_moved"]
    assert moved is not None
    assert f"nook relay {new.url}" in " ".join(ana.run("status").out.split())
    assert ana("sync")["registered"] is True
    ana("write", "ana, at the new one", "--share")
    sync(ana)
    ben("write", "ben, at the old one", "--share")
    sync(ben)
    assert ben("status")["relay_moved"] is None
    assert "ana, at the new one" not in ben.texts()
    assert shared(ana)["notices"] == shared(ben)["notices"] == []
    # The one tells the other, who moves too.
    ben("relay", new.url)
    ben("write", "ben, on the way", "--share")
    settled(ana, ben, "ana, at the new one", "ben, at the old one", "ben, on the way")


@pytest.mark.long
def test_the_old_relay_is_gone_before_the_other_moves(scene):
    ana, ben, old, new = scene
    ben("write", "ben, only the old one has it", "--share")
    sync(ben)
    old.stop()
    ana("relay", new.url, "--token", new.token)
    ana("write", "ana, at the new one", "--share")
    sync(ana)
    ended = ben.run("sync", "--json")
    assert (ended.code, ended.error["kind"]) == (7, "relay-unreachable")
    assert "nook relay URL" in ended.error["next_step"]
    ben("write", "ben, offline", "--share")
    ben("relay", new.url)
    settled(ana, ben, "ben, only the old one has it", "ana, at the new one", "ben, offline")


@pytest.mark.long
def test_there_and_back_again(scene):
    ana, ben, old, new = scene
    ana("relay", new.url, "--token", new.token)
    sync(ana)
    ana("relay", old.url, "--token", old.token)
    ana("write", "back again", "--share")
    settled(ana, ben, "back again")


@pytest.mark.long
def test_a_watch_goes_along(scene):
    ana, ben, old, new = scene
    watching = [person.talk("sync", "--watch") for person in (ana, ben)]
    for talk in watching:
        talk.event("watching")
    ana("write", "over the old one", "--share")
    watching[1].event("arrived")
    ana("relay", new.url, "--token", new.token)
    ben("relay", new.url)
    ben("write", "over the new one", "--share")
    watching[0].event("arrived")
    old.stop()
    ana("write", "without the old one", "--share")
    # Own writing is told too, and a page may bring two at once: what counts is that it comes.
    for _ in range(5):
        watching[1].event("arrived")
        if "without the old one" in ben.texts():
            break
    else:
        pytest.fail("it came with none of five")
    for talk in watching:
        talk.process.send_signal(signal.SIGTERM)
        assert talk.end().code == 0
    settled(ana, ben, "over the old one", "over the new one", "without the old one")


@pytest.mark.long
def test_a_sync_that_ends_after_the_address_changed_says_nothing_of_the_new_relay(
    scene, monkeypatch
):
    from inglenook_client.journal import together

    ana, ben, _, new = scene
    settle = together._settled

    async def slow(state, store):
        await settle(state, store)
        assert ana.run_apart("relay", new.url, "--token", new.token).code == 0

    ana("write", "on its way", "--share")
    with monkeypatch.context() as patched:
        patched.setattr(together, "_settled", slow)
        sync(ana)
    assert shared(ana)["waiting"] > 0, "the new one holds nothing yet"
    ben("relay", new.url)
    settled(ana, ben, "on its way")


# --- a backup, brought back ------------------------------------------------------------------


@pytest.mark.long
def test_a_restored_device_goes_on(scene, tmp_path):
    """The drill: a backup, more words, the computer gone, the backup brought back elsewhere."""
    ana, ben, *_ = scene
    document = ana("backup", str(tmp_path / "ana.backup"))
    assert document["bytes"] == (tmp_path / "ana.backup").stat().st_size
    digest = ana.digest()
    ana("write", "after the backup", "--share")
    sync(ana, ben)
    assert ana("wipe", "--yes")["left"] == []
    assert not ana.home.exists()
    assert ana.run("status").code == 4

    ended = ana.run("restore", str(tmp_path / "ana.backup"))
    assert ended.code == 0
    assert "Welcome back, Ana" in ended.out
    assert "Did you leave the shared journal since then?" in ended.out
    ana.make_unlocking_quick()
    assert ana.digest() == digest
    sync(ana)
    ana("write", "and it goes on", "--share")
    settled(ana, ben, "after the backup", "and it goes on", restored=[ana])
    assert ana.run("restore", str(tmp_path / "ana.backup"), "--json").error["exit_code"] == 4
    for arguments in (["backup", str(tmp_path / "ana.backup")], ["backup", "/nowhere/at/all"]):
        assert ana.run(*arguments, "--json").error["exit_code"] == 6


@pytest.mark.long
def test_a_backup_under_a_passphrase_of_its_own(scene, tmp_path):
    ana, *_ = scene
    own, file = tmp_path / "own", tmp_path / "ana.backup"
    own.write_text("a passphrase for the backup\n")
    ana("backup", str(file), "--backup-passphrase-file", str(own))
    digest = ana.digest()
    ana("wipe", "--yes", "--locked")
    ended = ana.run("restore", str(file), "--json")
    assert (ended.code, ended.error["kind"]) == (3, "wrong-passphrase")
    assert not ana.home.exists()
    ana("restore", str(file), "--backup-passphrase-file", str(own))
    ana.passphrase_file.write_text(own.read_text())
    assert ana.digest() == digest
    assert ana.run("wipe", "--json").error["kind"] == "confirmation-needed"
    assert ana.digest() == digest
