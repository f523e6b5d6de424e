"""A stop or a failing disk at every point of a backup, of bringing one back, and of a wipe.

Every call to the file system is one, before and after (``inglenook_harness.file_faults``); what
the databases write by themselves is tried in tests/client/store/test_crashes.py.
"""

import asyncio
import contextlib
import errno
import shutil
from functools import partial

import pytest

from inglenook_client.journal import Journal, keep_draft
from inglenook_client.journal.keeping import restore, wipe
from inglenook_client.keyring import NoProfileError, Passphrase, change_unlock
from inglenook_client.keyring.backup_file import read as read_backup
from inglenook_client.keyring.unlock import Cost
from inglenook_harness.file_faults import FileFaults
from inglenook_protocol.errors import InglenookError

pytestmark = pytest.mark.long

CHEAP = Cost(64, 1, 1)
WORDS = Passphrase("four quiet words here")
FAULTS = (
    lambda: OSError(errno.EIO, "Input/output error"),
    lambda: OSError(errno.ENOSPC, "No space left on device"),
    KeyboardInterrupt,
)


async def begin(home, backup):
    journal, _ = await Journal.create(home, WORDS, name="Ana")
    await journal.close()
    change_unlock(home, WORDS, WORDS, cost=CHEAP)
    async with await Journal.open(home, WORDS) as journal:
        await journal.write("The first line")
        assert await keep_draft(home, "write", "half a line")
        await journal.keeping.backup(backup, WORDS, cost=CHEAP)


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    folder = tmp_path_factory.mktemp("begun")
    asyncio.run(begin(folder / "home", folder / "backup"))
    return folder


@pytest.fixture
def place(begun, tmp_path):
    """Where the journal lies, and where it is laid anew before each fault."""

    def lay():
        shutil.rmtree(tmp_path / "place", ignore_errors=True)
        return shutil.copytree(begun, tmp_path / "place")

    return lay


async def held(home):
    async with await Journal.open(home, WORDS) as journal:
        (space,) = (await journal.status()).spaces
        return space.digest, [draft.text for draft in await journal.drafts()]


def after_each_fault(monkeypatch, place, prepare, work):
    """What each fault left, with its name and the error that came of it."""
    faults = FileFaults(monkeypatch)
    folder = place()
    prepare(folder)
    faults.count(partial(work, folder))
    names = list(faults.points)
    assert len(names) >= 20
    for at, name in enumerate(names):
        for make in FAULTS:
            folder = place()
            prepare(folder)
            fault = make()
            error = faults.stop(at, fault, partial(work, folder))
            assert error is None or isinstance(error, InglenookError | KeyboardInterrupt), (
                f"{fault!r} {name}, {at}: {error!r}"
            )
            yield f"{fault!r} {name}, {at}", folder, error
        folder = place()
        prepare(folder)
        copy = folder.with_name(f"killed {at}")
        faults.look(at, partial(shutil.copytree, folder, copy), partial(work, folder))
        shutil.rmtree(folder)
        copy.rename(folder)
        yield f"killed {name}, {at}", folder, KeyboardInterrupt()
    print(f"{len(names)} points")


def test_a_backup_is_whole_or_not_there(monkeypatch, place, begun):
    async def make(folder):
        async with await Journal.open(folder / "home", WORDS) as journal:
            await journal.keeping.backup(folder / "backup", WORDS, cost=CHEAP)

    before = asyncio.run(held(begun / "home"))
    for where, folder, error in after_each_fault(
        monkeypatch, place, lambda folder: (folder / "backup").unlink(),
        lambda folder: asyncio.run(make(folder)),
    ):  # fmt: skip
        if (folder / "backup").exists():
            assert list(read_backup(folder / "backup", WORDS)), where
        else:
            assert error is not None, where
        assert asyncio.run(held(folder / "home")) == before, where


def test_what_is_brought_back_is_whole_or_not_there(monkeypatch, place, begun):
    before = asyncio.run(held(begun / "home"))

    def bring_back(folder):
        asyncio.run(restore(folder / "home", folder / "backup", WORDS, cost=CHEAP))

    for where, folder, error in after_each_fault(
        monkeypatch, place, lambda folder: shutil.rmtree(folder / "home"), bring_back
    ):
        if (folder / "home").exists() and list((folder / "home").iterdir()):
            assert asyncio.run(held(folder / "home")) == before, where
        else:
            assert error is not None, where
            bring_back(folder)
            assert asyncio.run(held(folder / "home")) == before, where


def test_a_wipe_that_was_stopped_goes_on_and_opens_nothing_in_between(monkeypatch, place, begun):
    before = asyncio.run(held(begun / "home"))
    opened = 0
    for where, folder, error in after_each_fault(
        monkeypatch, place, lambda folder: None, lambda folder: wipe(folder / "home")
    ):
        home = folder / "home"
        with contextlib.suppress(InglenookError):
            # Before its key is gone all of it is there; after that, nothing opens what is left.
            assert asyncio.run(held(home)) == before, where
            opened += 1
        with contextlib.suppress(NoProfileError):
            wipe(home)
        left = list(home.rglob("*")) if home.exists() else []
        # A folder that the disk does not let go of is named to the person, and empty.
        assert not left or (error is None and left == [home / "drafts"]), where
    assert opened == len(FAULTS) + 1, "stopped before its first call, and nowhere else"
