"""A journal in a second place: made while others write, read back whole, or nothing at all."""

import asyncio
import json
import os
import shutil
import stat
import struct
import subprocess
import sys
from base64 import b64decode
from hashlib import sha256

import keyring
import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from keyring.backend import KeyringBackend

from inglenook_client.journal import Journal, keep_draft
from inglenook_client.journal.errors import OpenElsewhereError
from inglenook_client.journal.keeping import restore, wipe
from inglenook_client.keyring import (
    BackupDamagedError,
    BackupExistsError,
    BackupNewerError,
    NoProfileError,
    NotABackupError,
    OsKeyring,
    Passphrase,
    ProfileExistsError,
    UnlockNeededError,
    WrongPassphraseError,
    backup_file,
    change_unlock,
    files,
)
from inglenook_client.keyring.unlock import Cost
from inglenook_client.profile import profile_files
from inglenook_client.store import space
from inglenook_client.store.errors import NewerSchemaError
from inglenook_harness.nook import Person

pytestmark = pytest.mark.long

CHEAP = Cost(64, 1, 1)
WORDS = Passphrase("four quiet words here")
OWN = Passphrase("five other quiet words here")


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


@pytest.fixture
def memory_keyring():
    before = keyring.get_keyring()
    keyring.set_keyring(MemoryKeyring())
    yield keyring.get_keyring()
    keyring.set_keyring(before)


async def begin(home, name="Ana", unlock=WORDS):
    journal, _ = await Journal.create(home, unlock, name=name)
    await journal.close()
    change_unlock(home, unlock, unlock, cost=CHEAP)


async def begin_with_lines(home):
    await begin(home)
    async with await Journal.open(home, WORDS) as journal:
        await journal.write("The first line")
        await journal.write("The second line")
    assert await keep_draft(home, "write", "half a line")


@pytest.fixture(scope="module")
def home_once(tmp_path_factory):
    home = tmp_path_factory.mktemp("once") / "home"
    asyncio.run(begin_with_lines(home))
    return home


@pytest.fixture
def home(home_once, tmp_path):
    """A journal with two entries and a draft."""
    shutil.copytree(home_once, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
async def backup(home, tmp_path):
    async with await Journal.open(home, WORDS) as journal:
        await journal.keeping.backup(tmp_path / "ana.backup", OWN, cost=CHEAP)
    return tmp_path / "ana.backup"


async def glance(home, unlock):
    async with await Journal.open(home, unlock) as journal:
        status = await journal.status()
        return [space.digest for space in status.spaces], status.drafts, status.name


def everything(folder):
    return {
        path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


async def test_what_comes_back_is_what_was_there(home, backup, tmp_path):
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert sorted(path.name for path in home.iterdir()) == [
        "drafts", "private.db", "private.db.lock", "unlock.json",
    ]  # fmt: skip
    for needle in (b"first line", b"SQLite", b"private.db", b"Ana"):
        assert needle not in backup.read_bytes()
    new = tmp_path / "elsewhere" / "deep" / "home"
    made = await restore(new, backup, OWN, cost=CHEAP)
    assert made.name == "Ana"
    assert await glance(new, OWN) == await glance(home, WORDS)
    assert stat.S_IMODE(new.stat().st_mode) == 0o700
    for path in new.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    with pytest.raises(WrongPassphraseError):
        await Journal.open(new, WORDS)
    async with await Journal.open(new, OWN) as journal:
        await journal.write("and it goes on")
        assert (await journal.drafts())[0].text == "half a line"


def test_the_format_is_as_it_is_described(backup):
    """Read with nothing but what ``FORMATS.md`` says."""
    content = backup.read_bytes()
    magic = b"inglenook backup 1\n"
    assert content.startswith(magic)
    (size,) = struct.unpack(">I", content[len(magic) : len(magic) + 4])
    at = len(magic) + 4
    encoded, digest = content[at : at + size], content[at + size : at + size + 32]
    assert sha256(encoded).digest() == digest
    header = json.loads(encoded)
    assert sorted(header) == ["cost", "format", "made_at", "salt", "wrapped"]
    cost = header["cost"]
    key = Argon2id(
        salt=b64decode(header["salt"]),
        length=32,
        iterations=cost["passes"],
        lanes=cost["lanes"],
        memory_cost=cost["memory_kib"],
    ).derive(OWN.passphrase.encode())
    wrapped = b64decode(header["wrapped"])
    blank = encoded.replace(header["wrapped"].encode(), b"")
    bound = b"inglenook-profile/1/backup-wrap\x00" + blank
    file_key = AESGCMSIV(key).decrypt(wrapped[:12], wrapped[12:], bound)
    info = b"inglenook-profile/1/backup-seal\x00"
    subkey = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(file_key)
    sealed = content[at + size + 32 :]
    pieces = [sealed[i : i + (1 << 20) + 16] for i in range(0, len(sealed), (1 << 20) + 16)]
    plain = b"".join(
        AESGCMSIV(subkey).decrypt(
            n.to_bytes(8, "big") + bytes(3) + bytes([n == len(pieces) - 1]), piece, b""
        )
        for n, piece in enumerate(pieces)
    )
    (size,) = struct.unpack(">I", plain[:4])
    version, name, made_at, master_key, parts = msgspec.msgpack.decode(plain[4 : 4 + size])
    assert (version, name, made_at, len(master_key)) == (1, "Ana", header["made_at"], 32)
    at = 4 + size
    for _, size, digest in parts:
        assert sha256(plain[at : at + size]).digest() == digest
        at += size
    assert at == len(plain)
    assert [name for name, _, _ in parts if not name.startswith("drafts/")] == ["private.db"]
    assert len(parts) == 2


WRITER = """
import asyncio, sys
from pathlib import Path
from inglenook_client.journal import Journal
from inglenook_client.keyring import Passphrase
async def main():
    async with await Journal.open(Path(sys.argv[1]), Passphrase(sys.argv[2])) as journal:
        print("open", flush=True)
        for n in range(10_000):
            await journal.write(f"line {n}")
asyncio.run(main())
"""


async def test_made_while_another_process_writes(home, tmp_path):
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(home), WORDS.passphrase],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "open\n"
        async with await Journal.open(home, WORDS) as journal:
            after = 0

            async def steps(of: Journal) -> int:
                [head] = (await of._state.private.overview()).heads.values()
                return head.seq

            for n in range(3):
                async with asyncio.timeout(20):
                    while (before := await steps(journal)) <= after:
                        await asyncio.sleep(0.01)
                await journal.keeping.backup(tmp_path / str(n), WORDS, cost=CHEAP)
                after = await steps(journal)
                await restore(tmp_path / f"home {n}", tmp_path / str(n), WORDS, cost=CHEAP)
                async with await Journal.open(tmp_path / f"home {n}", WORDS) as copy:
                    copied = await steps(copy)
                    assert before <= copied <= after
                    held = await copy.status()
                    # The fold is of the same moment as the log: redone, it comes out the same.
                    assert await copy._state.private.rebuild() == copied - 1
                    assert (await copy.status()).spaces[0].digest == held.spaces[0].digest
    finally:
        writer.kill()
        writer.communicate()
    assert after > 6, "it went on writing"


def spoilt(content, how):
    if how == "cut":
        return content[: len(content) // 2]
    if how == "cut at a chunk":
        return content[: len(content) - 5]
    if how == "longer":
        return content + b"x"
    if how == "empty":
        return b""
    at = {"header": 60, "chunk": len(content) - 400, "tag": len(content) - 1}[how]
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ("cut", BackupDamagedError),
        ("cut at a chunk", BackupDamagedError),
        ("longer", BackupDamagedError),
        ("header", BackupDamagedError),
        ("chunk", BackupDamagedError),
        ("tag", BackupDamagedError),
        ("empty", NotABackupError),
    ],
)
async def test_what_is_not_whole_leaves_nothing(backup, tmp_path, how, error):
    backup.write_bytes(spoilt(backup.read_bytes(), how))
    before = sorted(tmp_path.iterdir())
    with pytest.raises(error) as raised:
        await restore(tmp_path / "new" / "home", backup, OWN, cost=CHEAP)
    assert raised.value.next_step
    assert sorted(tmp_path.iterdir()) == before


async def test_every_single_bit_is_under_guard(backup, tmp_path):
    """Flipped one after another, in what stands in clear and a sample of the rest."""
    content = backup.read_bytes()
    (size,) = struct.unpack(">I", content[19:23])
    places = [*range(23 + size + 32), *range(23 + size + 32, len(content), 4001)]
    for at in places:
        backup.write_bytes(content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :])
        with pytest.raises((BackupDamagedError, NotABackupError, BackupNewerError)):
            for _ in backup_file.read(backup, OWN):
                pass


async def test_other_reasons_to_leave_everything_as_it_is(home, backup, tmp_path):
    new = tmp_path / "new"
    with pytest.raises(WrongPassphraseError, match="doesn't open the backup"):
        await restore(new, backup, WORDS, cost=CHEAP)
    with pytest.raises(UnlockNeededError):
        await restore(new, backup, Passphrase(""), cost=CHEAP)
    later = tmp_path / "later"
    later.write_bytes(b"inglenook backup 2\n" + backup.read_bytes()[19:])
    with pytest.raises(BackupNewerError):
        await restore(new, later, OWN, cost=CHEAP)
    with pytest.raises(NotABackupError):
        await restore(new, home / "unlock.json", OWN, cost=CHEAP)
    assert not new.exists()
    before = everything(home)
    with pytest.raises(ProfileExistsError):
        await restore(home, backup, OWN, cost=CHEAP)
    assert everything(home) == before
    new.mkdir()
    (new / "letter").write_text("dear")
    with pytest.raises(ProfileExistsError, match="other files"):
        await restore(new, backup, OWN, cost=CHEAP)
    (new / "letter").unlink()
    await restore(new, backup, OWN, cost=CHEAP)


async def test_a_backup_of_a_later_versions_journal_waits_for_the_update(
    backup, tmp_path, monkeypatch
):
    monkeypatch.setattr(space, "_migrations", lambda: ())
    before = sorted(tmp_path.iterdir())
    with pytest.raises(NewerSchemaError) as raised:
        await restore(tmp_path / "new", backup, OWN, cost=CHEAP)
    assert "pdate" in raised.value.next_step
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("name", ["../private.db", "unlock.json", "a/private.db", "/etc/hosts"])
def test_no_part_lands_outside(tmp_path, name):
    digest = sha256(b"x").digest()
    index = msgspec.msgpack.encode([1, "Ana", "now", bytes(32), [[name, 1, digest]]])
    pieces = [len(index).to_bytes(4, "big") + index, b"x"]
    backup_file.write(tmp_path / "file", OWN, pieces, "now", cost=CHEAP)
    with pytest.raises(BackupDamagedError):
        asyncio.run(restore(tmp_path / "home", tmp_path / "file", OWN, cost=CHEAP))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


async def test_a_backup_replaces_nothing_and_leaves_no_half(home, tmp_path, monkeypatch):
    there = tmp_path / "there"
    there.write_text("something else")
    before = sorted(tmp_path.iterdir())
    async with await Journal.open(home, WORDS) as journal:
        with pytest.raises(BackupExistsError):
            await journal.keeping.backup(there, WORDS, cost=CHEAP)
        assert there.read_text() == "something else"

        write = files._write

        def spoiling(path, pieces, check, *, new):
            def seen(written):
                content = written.read_bytes()
                written.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
                check(written)

            write(path, pieces, seen if path.name == "bad disk" else check, new=new)

        monkeypatch.setattr(files, "_write", spoiling)
        with pytest.raises(BackupDamagedError):
            await journal.keeping.backup(tmp_path / "bad disk", WORDS, cost=CHEAP)
    assert sorted(tmp_path.iterdir()) == before
    assert not list(home.glob(".backup-*"))


async def test_what_a_killed_backup_left_is_cleared_a_day_later(home, tmp_path):
    old, new = home / ".backup-01234567", home / ".backup-89abcdef"
    for folder in (old, new):
        (folder / "drafts").mkdir(parents=True)
        (folder / "private.db").write_bytes(b"half")
    os.utime(old, (0, 0))
    async with await Journal.open(home, WORDS) as journal:
        await journal.keeping.backup(tmp_path / "b", WORDS, cost=CHEAP)
    assert new.exists()
    assert not old.exists()
    wipe(home)
    assert not home.exists()
    # The same beside the place that it comes back to.
    left = tmp_path / ".home.restoring-01234567"
    left.mkdir()
    os.utime(left, (0, 0))
    await restore(home, tmp_path / "b", WORDS, cost=CHEAP)
    assert not left.exists()
    assert (await glance(home, WORDS))[2] == "Ana"


async def test_a_journal_of_the_keyring_comes_back_by_a_passphrase(home, tmp_path, memory_keyring):
    change_unlock(home, WORDS, OsKeyring())
    async with await Journal.open(home, OsKeyring()) as journal:
        await journal.keeping.backup(tmp_path / "b", OWN, cost=CHEAP)
    memory_keyring.kept.clear()  # another computer
    await restore(tmp_path / "one", tmp_path / "b", OWN, cost=CHEAP)
    assert (await glance(tmp_path / "one", OWN))[2] == "Ana"
    await restore(tmp_path / "two", tmp_path / "b", OWN, os_keyring=True, cost=CHEAP)
    assert (await glance(tmp_path / "two", OsKeyring()))[2] == "Ana"


# --- wipe ----------------------------------------------------------------------------------


async def test_wiping_leaves_nothing_of_the_journal_and_all_of_the_rest(home, tmp_path):
    (home / "set-aside-0123abcd-shared.db").write_bytes(b"an earlier attempt")
    (home / ".unlock.json.0123abcd").write_bytes(b"a leftover")
    (home / "letter.txt").write_text("dear")
    done = wipe(home)
    assert done.left == ["letter.txt"]
    assert [path.name for path in home.iterdir()] == ["letter.txt"]
    (home / "letter.txt").unlink()
    with pytest.raises(NoProfileError):
        wipe(home)
    await begin(home)
    wipe(home)
    assert not home.exists()


async def test_the_key_goes_first_and_a_stopped_wipe_goes_on(home, memory_keyring, monkeypatch):
    change_unlock(home, WORDS, OsKeyring())
    assert len(memory_keyring.kept) == 1

    def stopped(paths):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(files, "remove", stopped)
        with pytest.raises(KeyboardInterrupt):
            wipe(home)
    assert memory_keyring.kept == {}
    assert (home / "private.db").exists()
    with pytest.raises(NoProfileError):
        await Journal.open(home, OsKeyring())
    assert wipe(home).keyring_cleared is True
    assert not home.exists()


async def test_a_keyring_that_keeps_the_key_is_said(home, memory_keyring, monkeypatch):
    change_unlock(home, WORDS, OsKeyring())
    monkeypatch.setattr(MemoryKeyring, "delete_password", lambda *_: None)
    assert wipe(home).keyring_cleared is False


async def test_nothing_is_wiped_while_somebody_has_it_open(home):
    before = everything(home)
    async with await Journal.open(home, WORDS):
        with pytest.raises(OpenElsewhereError):
            await asyncio.to_thread(wipe, home)
    assert everything(home) == before


async def test_what_would_be_lost(home):
    async with await Journal.open(home, WORDS) as journal:
        losses = await journal.keeping.losses()
    assert (losses.phrase_checked, losses.drafts, losses.private_entries) == (False, 1, 2)
    assert (losses.paired, losses.waiting) == (False, 0)


# --- two people on one computer -------------------------------------------------------------


async def test_two_people_on_one_computer_stay_apart(home, tmp_path):
    """Each a folder and a passphrase; neither opens the other's, not even piece by piece."""
    os.umask(0o022)
    other = tmp_path / "ben"
    await begin(other, "Ben", OWN)
    for folder in (home, other):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        for path in folder.rglob("*"):
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    with pytest.raises(WrongPassphraseError):
        await Journal.open(other, WORDS)
    with pytest.raises(WrongPassphraseError):
        await Journal.open(home, OWN)
    assert await glance(home, WORDS) != await glance(other, OWN)
    before = everything(other)
    # Somebody's database in the other's folder, and the other way round.
    for name in ("private.db", "unlock.json"):
        mixed = tmp_path / f"mixed {name}"
        shutil.copytree(other, mixed)
        shutil.copyfile(home / name, mixed / name)
        for unlock in (WORDS, OWN):
            with pytest.raises(Exception, match=r"damaged|doesn't open"):
                await Journal.open(mixed, unlock)
    assert everything(other) == before
    assert {path.name for path in profile_files(home)} >= {"private.db", "unlock.json"}


@pytest.mark.long
def test_the_wrong_folder_is_told_apart_at_the_command_line(tmp_path):
    ana, ben = Person(tmp_path / "ana", "Ana"), Person(tmp_path / "ben", "Ben")
    for person in (ana, ben):
        person.start()
        person("write", f"for {person.name}")
    before = everything(ben.home)
    for command in (["status"], ["write", "x"], ["backup", str(tmp_path / "b")], ["wipe", "--yes"]):
        ended = ana.run("--home", str(ben.home), *command, "--json")
        assert (ended.code, ended.error["kind"]) == (3, "wrong-passphrase"), command
    after = everything(ben.home)
    drafts = {path for path in after if path.parts[0] == "drafts"}
    assert len(drafts) == 1, "what was typed is kept, sealed"
    assert {k: v for k, v in after.items() if k not in drafts} == before
    assert ben.texts() == ["for Ben"]
    # The option goes before the variable.
    assert ben.run("--home", str(ben.home), "status").code == 0
