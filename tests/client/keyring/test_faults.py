"""A stop or a failing disk at every point of what opens a profile: nobody is ever locked out.

Kills (nothing tidies up), errors of the disk and Ctrl-C (all that tidies up, does), before and
after every call to the file system and to the keyring.
"""

import errno
import shutil
from collections.abc import Callable

import keyring
import pytest
from keyring.backend import KeyringBackend

from inglenook_client.keyring import (
    NoProfileError,
    OsKeyring,
    Passphrase,
    Unlock,
    change_unlock,
    create_unlock,
    list_drafts,
    open_unlock,
    seal_draft,
)
from inglenook_client.keyring.unlock import UNLOCK_FILE, Cost
from inglenook_harness.file_faults import FileFaults
from inglenook_protocol.errors import InglenookError

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
OLD, NEW = Passphrase("four quiet words here"), Passphrase("five other quiet words here")
FAULTS: dict[str, Callable[[], BaseException]] = {
    "the disk fails": lambda: OSError(errno.EIO, "Input/output error"),
    "the disk is full": lambda: OSError(errno.ENOSPC, "No space left on device"),
    "Ctrl-C": KeyboardInterrupt,
}


class WatchedKeyring(KeyringBackend):
    """One in memory, whose calls are points too."""

    priority = 5

    def __init__(self, faults):
        super().__init__()
        self.kept, self._faults = {}, faults

    def set_password(self, service, username, password):
        self.kept[service, username] = password
        self._faults.point("after keeping a key")

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def delete_password(self, service, username):
        self._faults.point("before dropping a key")
        del self.kept[service, username]
        self._faults.point("after dropping a key")


class Scene:
    """A home and a keyring that are as they were at first whenever ``again`` is called."""

    def __init__(self, folder, faults):
        self.home, self._before = folder / "home", folder / "before"
        self.faults, self.keyring = faults, WatchedKeyring(faults)
        self._kept = {}

    def begins_with(self, begin):
        begin(self.home)
        shutil.copytree(self.home, self._before)
        self._kept = dict(self.keyring.kept)

    def again(self):
        shutil.rmtree(self.home, ignore_errors=True)
        if self._before.exists():
            shutil.copytree(self._before, self.home)
        self.keyring.kept = dict(self._kept)

    def after_each_fault(self, work):
        """What each fault at each point left, with its name and the error that came of it."""

        def doing():
            work(self.home)

        self.again()
        names = self.faults.points if self.faults.count(doing) else []
        names = list(names)
        for at, name in enumerate(names):
            for fault, make in FAULTS.items():
                self.again()
                yield f"{fault} {name}, {at}", self.faults.stop(at, make(), doing)
            self.again()
            killed = self.home.with_name(f"killed {at}")
            kept: dict[object, str] = {}

            def look(killed=killed, kept=kept):
                if self.home.exists():
                    shutil.copytree(self.home, killed)
                kept.update(self.keyring.kept)

            self.faults.look(at, look, doing)
            shutil.rmtree(self.home, ignore_errors=True)
            if killed.exists():
                killed.rename(self.home)
            self.keyring.kept = dict(kept)
            yield f"killed {name}, {at}", KeyboardInterrupt()
        assert any("after fsync" in name for name in names)
        assert len(names) >= 8


@pytest.fixture
def scene(tmp_path, monkeypatch):
    before = keyring.get_keyring()
    made = Scene(tmp_path, FileFaults(monkeypatch))
    keyring.set_keyring(made.keyring)
    yield made
    keyring.set_keyring(before)


def opens(home, *ways):
    """The master keys that the file gives to any of these."""
    keys = set()
    for way in ways:
        try:
            keys.add(open_unlock(home, way))
        except InglenookError:
            continue
    return keys


CHANGES: dict[str, tuple[Unlock, Unlock]] = {
    "another passphrase": (OLD, NEW),
    "into the keyring": (OLD, OsKeyring()),
    "out of the keyring": (OsKeyring(), NEW),
    "another key in the keyring": (OsKeyring(), OsKeyring()),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_unlocking_locks_nobody_out(scene, change):
    before, after = CHANGES[change]
    scene.begins_with(lambda home: create_unlock(home, before, cost=CHEAP))
    held = opens(scene.home, before)
    for where, error in scene.after_each_fault(
        lambda home: change_unlock(home, before, after, cost=CHEAP)
    ):
        assert opens(scene.home, before, after) == held, where
        assert error is None or isinstance(error, KeyboardInterrupt | InglenookError), where
        # And it can be done again.
        stands = before if opens(scene.home, before) else after
        change_unlock(scene.home, stands, after, cost=CHEAP)
        assert opens(scene.home, after) == held, where


@pytest.mark.parametrize("way", [OLD, OsKeyring()], ids=["passphrase", "keyring"])
def test_a_start_that_was_cut_off_has_a_key_or_can_be_begun_again(scene, way):
    for where, _ in scene.after_each_fault(lambda home: create_unlock(home, way, cost=CHEAP)):
        if (scene.home / UNLOCK_FILE).exists():
            assert len(opens(scene.home, way)) == 1, where
        else:
            with pytest.raises(NoProfileError):
                open_unlock(scene.home, way)
            create_unlock(scene.home, way, cost=CHEAP)
            assert len(opens(scene.home, way)) == 1, where


def test_words_that_were_kept_are_whole_or_not_there(scene):
    scene.begins_with(lambda home: create_unlock(home, OLD, cost=CHEAP))
    key = open_unlock(scene.home, OLD)
    for where, error in scene.after_each_fault(lambda home: seal_draft(home, "write", "a letter")):
        texts = [draft.text for draft in list_drafts(scene.home, key)]
        assert texts in ([], ["a letter"]), where
        assert error is not None or texts, where
        whole = list((scene.home / "drafts").glob("[0-9a-f]*.draft"))
        assert len(whole) == len(texts), where
