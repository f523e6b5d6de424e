"""A profile opens with what it was made with, and with nothing else."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring

from inglenook_client.keyring import (
    KeyringUnavailableError,
    NoProfileError,
    OsKeyring,
    Passphrase,
    PassphraseFile,
    ProfileDamagedError,
    ProfileExistsError,
    ProfileStorageError,
    UnlockNeededError,
    WrongPassphraseError,
    change_unlock,
    create_unlock,
    errors,
    files,
    open_unlock,
    os_keyring,
    unlock_method,
)
from inglenook_client.keyring.unlock import DEFAULT_COST, UNLOCK_FILE, Cost

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
WORDS = Passphrase("four quiet words here")


class MemoryKeyring(KeyringBackend):
    priority = 5

    def __init__(self):
        super().__init__()
        self.kept = {}

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def delete_password(self, service, username):
        del self.kept[service, username]


class ForgetfulKeyring(MemoryKeyring):
    def set_password(self, service, username, password):
        pass


class BrokenKeyring(MemoryKeyring):
    def set_password(self, service, username, password):
        raise RuntimeError("no bus")

    def get_password(self, service, username):
        raise RuntimeError("no bus")


@pytest.fixture
def use_keyring():
    before = keyring.get_keyring()

    def use(backend):
        keyring.set_keyring(backend)
        return backend

    yield use
    keyring.set_keyring(before)


@pytest.fixture
def home(tmp_path):
    return tmp_path / "profile"


@pytest.fixture
def master_key(home):
    return create_unlock(home, WORDS, cost=CHEAP)


def test_the_same_key_comes_back(home, master_key):
    assert len(master_key) == 32
    assert open_unlock(home, WORDS) == master_key
    assert unlock_method(home) == "passphrase"


def test_the_default_cost_is_the_one_promised(home):
    assert Cost(memory_kib=65_536, passes=3, lanes=4) == DEFAULT_COST
    key = create_unlock(home, WORDS)
    assert json.loads((home / UNLOCK_FILE).read_bytes())["cost"] == {
        "memory_kib": 65_536,
        "passes": 3,
        "lanes": 4,
    }
    assert open_unlock(home, WORDS) == key


def test_every_profile_has_its_own_key_and_salt(tmp_path):
    keys = {create_unlock(tmp_path / name, WORDS, cost=CHEAP) for name in "ab"}
    salts = {json.loads((tmp_path / name / UNLOCK_FILE).read_bytes())["salt"] for name in "ab"}
    assert len(keys) == len(salts) == 2


@pytest.mark.parametrize("wrong", ["four quiet words her", "Four quiet words here", " "])
def test_another_passphrase_does_not_open(home, master_key, wrong):
    with pytest.raises(WrongPassphraseError) as caught:
        open_unlock(home, Passphrase(wrong))
    assert wrong.strip() == "" or wrong not in str(caught.value)


def test_composed_and_decomposed_letters_are_one_passphrase(home):
    key = create_unlock(home, Passphrase("cafe\u0301"), cost=CHEAP)
    assert open_unlock(home, Passphrase("caf\u00e9")) == key


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_a_passphrase_file_is_the_passphrase(home, master_key, tmp_path, ending):
    path = tmp_path / "phrase"
    path.write_bytes((WORDS.passphrase + ending).encode())
    assert open_unlock(home, PassphraseFile(path)) == master_key


def test_only_one_line_end_is_taken_off(home, master_key, tmp_path):
    path = tmp_path / "phrase"
    path.write_text(WORDS.passphrase + "\n\n")
    with pytest.raises(WrongPassphraseError):
        open_unlock(home, PassphraseFile(path))


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe", b"x" * 5000])
def test_a_passphrase_file_that_cannot_serve_is_named(home, master_key, tmp_path, content):
    path = tmp_path / "phrase"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UnlockNeededError) as caught:
        open_unlock(home, PassphraseFile(path))
    assert caught.value.next_step


def test_an_empty_passphrase_makes_no_profile(home):
    with pytest.raises(UnlockNeededError):
        create_unlock(home, Passphrase(""))
    assert not (home / UNLOCK_FILE).exists()


def test_a_profile_is_never_started_over_another(home, master_key):
    before = (home / UNLOCK_FILE).read_bytes()
    with pytest.raises(ProfileExistsError):
        create_unlock(home, Passphrase("another"), cost=CHEAP)
    assert (home / UNLOCK_FILE).read_bytes() == before


def test_two_starts_at_once_make_one_profile(home, monkeypatch, use_keyring):
    backend = use_keyring(MemoryKeyring())
    # Both saw an empty folder; the second finds the name taken when it writes.
    first = create_unlock(home, WORDS, cost=CHEAP)
    monkeypatch.setattr(files, "read", lambda path: None)
    with pytest.raises(ProfileExistsError):
        create_unlock(home, OsKeyring())
    monkeypatch.undo()
    assert open_unlock(home, WORDS) == first
    assert not backend.kept
    assert [path.name for path in home.iterdir()] == [UNLOCK_FILE]


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_only_the_owner_can_read_it(home, master_key):
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / UNLOCK_FILE).stat().st_mode) == 0o600


def test_without_a_profile_there_is_nothing_to_open(home):
    for attempt in (
        lambda: open_unlock(home, WORDS),
        lambda: unlock_method(home),
        lambda: change_unlock(home, WORDS, WORDS),
    ):
        with pytest.raises(NoProfileError):
            attempt()


def test_changing_the_passphrase_keeps_the_key(home, master_key):
    change_unlock(home, WORDS, Passphrase("new words"), cost=CHEAP)
    assert open_unlock(home, Passphrase("new words")) == master_key
    with pytest.raises(WrongPassphraseError):
        open_unlock(home, WORDS)


def test_a_change_needs_the_old_passphrase(home, master_key):
    with pytest.raises(WrongPassphraseError):
        change_unlock(home, Passphrase("guess"), Passphrase("new words"), cost=CHEAP)
    assert open_unlock(home, WORDS) == master_key


def test_a_change_that_cannot_be_written_leaves_the_old_one(home, master_key, monkeypatch):
    def full_disk(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(ProfileStorageError):
        change_unlock(home, WORDS, Passphrase("new words"), cost=CHEAP)
    monkeypatch.undo()
    assert open_unlock(home, WORDS) == master_key
    assert [path.name for path in home.iterdir()] == [UNLOCK_FILE]


def _altered(home, **fields):
    record = json.loads((home / UNLOCK_FILE).read_bytes()) | fields
    (home / UNLOCK_FILE).write_text(json.dumps(record))


@pytest.mark.parametrize(
    "fields",
    [
        {"cost": {"memory_kib": 64, "passes": 2, "lanes": 1}},
        {"salt": "AAAAAAAAAAAAAAAAAAAAAA=="},
        {"draft_key": "A" * 1620 + "AA=="},
        {"wrapped": "A" * 80},
        {"wrapped": ""},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_an_altered_field_is_noticed(home, master_key, fields):
    if "draft_key" in fields:
        fields = {"draft_key": "A" * (1216 * 4 // 3 + 1) + "A=="}
    _altered(home, **fields)
    with pytest.raises((WrongPassphraseError, ProfileDamagedError)):
        open_unlock(home, WORDS)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"format": "inglenook.unlock/9"}',
        b'{"format": "inglenook.unlock/1", "method": "passphrase"}',
    ],
)
def test_a_file_that_is_not_ours_is_reported_calmly(home, content):
    home.mkdir()
    (home / UNLOCK_FILE).write_bytes(content)
    with pytest.raises(ProfileDamagedError):
        open_unlock(home, WORDS)


def test_an_altered_cost_cannot_eat_the_machine(home, master_key):
    _altered(home, cost={"memory_kib": 10**9, "passes": 3, "lanes": 4})
    with pytest.raises(ProfileDamagedError):
        open_unlock(home, WORDS)


def test_a_home_that_is_a_file_is_reported_calmly(tmp_path):
    (tmp_path / "profile").write_text("")
    with pytest.raises(ProfileStorageError):
        create_unlock(tmp_path / "profile", WORDS, cost=CHEAP)


def test_secrets_hide_themselves():
    assert "quiet" not in repr(WORDS)
    assert "quiet" not in str(WORDS)


def test_the_keyring_opens_the_profile(home, use_keyring):
    backend = use_keyring(MemoryKeyring())
    key = create_unlock(home, OsKeyring())
    assert open_unlock(home, OsKeyring()) == key
    assert unlock_method(home) == "os-keyring"
    assert key.hex() not in str(backend.kept)
    with pytest.raises(UnlockNeededError):
        open_unlock(home, WORDS)


def test_the_keyring_does_not_open_a_profile_with_a_passphrase(home, master_key):
    with pytest.raises(UnlockNeededError):
        open_unlock(home, OsKeyring())


def test_moving_to_the_keyring_and_back(home, master_key, use_keyring):
    backend = use_keyring(MemoryKeyring())
    change_unlock(home, WORDS, OsKeyring())
    assert open_unlock(home, OsKeyring()) == master_key
    change_unlock(home, OsKeyring(), OsKeyring())
    assert len(backend.kept) == 1
    change_unlock(home, OsKeyring(), WORDS, cost=CHEAP)
    assert open_unlock(home, WORDS) == master_key
    assert not backend.kept


@pytest.mark.parametrize("backend", [NoKeyring, ForgetfulKeyring, BrokenKeyring])
def test_a_machine_without_a_keyring_says_so(home, use_keyring, backend):
    use_keyring(backend())
    with pytest.raises(KeyringUnavailableError) as caught:
        create_unlock(home, OsKeyring())
    assert "passphrase" in caught.value.next_step
    assert not (home / UNLOCK_FILE).exists()


def test_a_keyring_that_lost_the_key_says_so(home, use_keyring):
    backend = use_keyring(MemoryKeyring())
    create_unlock(home, OsKeyring())
    backend.kept.clear()
    with pytest.raises(KeyringUnavailableError):
        open_unlock(home, OsKeyring())
    use_keyring(BrokenKeyring())
    with pytest.raises(KeyringUnavailableError):
        open_unlock(home, OsKeyring())


def test_a_keyring_that_was_altered_says_so(home, use_keyring):
    backend = use_keyring(MemoryKeyring())
    create_unlock(home, OsKeyring())
    for content in ("A" * 43 + "=", "short", "not base64 \N{SNOWMAN}"):
        backend.kept = dict.fromkeys(backend.kept, content)
        with pytest.raises(ProfileDamagedError):
            open_unlock(home, OsKeyring())


def test_a_keyring_in_clear_is_not_used(home, use_keyring):
    backend = MemoryKeyring()
    backend.__class__ = type(
        "PlaintextKeyring", (MemoryKeyring,), {"__module__": "keyrings.alt.file"}
    )
    use_keyring(backend)
    with pytest.raises(KeyringUnavailableError):
        create_unlock(home, OsKeyring())
    assert not os_keyring.available()


def test_whether_a_keyring_is_there(use_keyring):
    use_keyring(MemoryKeyring())
    assert os_keyring.available()
    use_keyring(NoKeyring())
    assert not os_keyring.available()


def test_every_error_says_what_to_do_next():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    assert len(kinds) == 13
    for kind in kinds:
        if kind.__name__ != "InglenookError":
            assert kind().message.endswith(".")
            assert kind().next_step


def test_unlocking_does_not_load_what_it_does_not_need():
    probe = (
        "import sys, inglenook_client.keyring;"
        "print(*{'keyring', 'aiohttp', 'asyncio', 'sqlite3', 'rich'} & set(sys.modules))"
    )
    found = subprocess.run(
        [sys.executable, "-c", probe], check=True, capture_output=True, text=True
    )
    assert found.stdout.split() == []
    assert Path(keyring.__file__).exists()
