"""A profile that went back in time, or lives twice (SPEC 17.1): real relay, copied folders."""

import asyncio
import shutil

import pytest

from inglenook_client.sync.errors import NotAMemberError
from inglenook_harness.nook import Person
from inglenook_harness.paired import open_journal, shared

pytestmark = pytest.mark.long

BEFORE = {"a walk by the river", "a tender word", "and a bridge"}


def codes(person):
    return [notice["what"] for notice in shared(person)["notices"]]


def copy_of(person, folder):
    twin = Person(folder, person.name)
    shutil.copytree(person.home, twin.home)
    shutil.copyfile(person.passphrase_file, twin.passphrase_file)
    return twin


def standing(person):
    async def read():
        async with await open_journal(person) as journal:
            store = journal._state.shared
            return store.device_id, set((await store.overview()).roster.standing)

    return asyncio.run(read())


def test_words_written_before_the_first_sync_come_along_once(couple, relay, tmp_path):
    ana, ben = couple
    twin = copy_of(ana, tmp_path / "backup")
    old, _ = standing(ana)
    ana("write", "written after the backup", "--share")
    ana("sync")
    shutil.rmtree(ana.home)

    entry = twin("write", "written after it came back", "--share")
    twin("edit", entry["entry"]["id"], "changed before the first sync")
    gone = twin("write", "written and withdrawn", "--share")
    twin("redact", gone["entry"]["id"], "--yes")
    ben("write", "ben meanwhile", "--share")
    ben("sync")
    report = twin("sync")
    assert report["sent"] is True
    texts = BEFORE | {"written after the backup", "changed before the first sync", "ben meanwhile"}
    for _ in range(2):
        for person in (ben, twin):
            person("sync")
        assert twin.digest() == ben.digest()
        assert set(ben.texts()) - {""} == texts == set(twin.texts()) - {""}
    # The same entry, under the same name: whoever held on to its id is right.
    assert "changed before the first sync" in ben.run("show", entry["entry"]["id"]).out
    assert codes(twin) == ["restored"]
    assert "someone may hold a copy" in " ".join(twin.run("status").out.split())
    assert codes(ben) == []
    new, roster = standing(twin)
    assert old not in roster
    assert new in roster
    assert standing(ben)[1] == roster
    # And on it goes, both ways.
    ben("write", "and on", "--share")
    ben("sync")
    twin("sync")
    assert "and on" in twin.texts()
    assert shared(twin)["waiting"] == 0


def test_nothing_happens_to_one_who_was_only_away(couple, relay):
    ana, ben = couple
    before, _ = standing(ana)
    for text in ("one", "two"):
        ana("write", text, "--share")
        ana("sync")
        ben("sync")
    ana("sync")
    assert standing(ana)[0] == before
    assert codes(ana) == codes(ben) == []


def test_a_copy_goes_on_alone_and_the_other_is_told(couple, relay, tmp_path):
    ana, ben = couple
    twin = copy_of(ana, tmp_path / "copy")
    ana("write", "by the first", "--share")
    ana("sync")
    twin("sync")  # finds news of its own log: it takes new keys
    twin("write", "by the copy", "--share")
    twin("sync")
    kept = ana("write", "not sent any more", "--share")
    ended = ana.run("sync", "--json")
    assert ended.error["kind"] == "not-a-member"
    assert "copy" in ended.error["next_step"]
    assert "not sent any more" in ana.run("show", kept["entry"]["id"]).out
    ben("sync")
    assert {"by the first", "by the copy"} < set(ben.texts())
    assert ben.digest() == twin.digest()


@pytest.mark.long
def test_two_copies_that_watch_at_once_lose_nothing_that_was_sent(couple, relay, tmp_path):
    """Whatever becomes of the devices, words that were acknowledged are at the partner's."""
    ana, ben = couple
    twin = copy_of(ana, tmp_path / "copy")

    async def live():
        async with await open_journal(ana) as one, await open_journal(twin) as two:
            for n in range(3):
                await asyncio.gather(
                    one.write(f"one {n}", visibility="shared"),
                    two.write(f"two {n}", visibility="shared"),
                )
                for journal in (one, two):
                    try:
                        await journal.sync()
                    except NotAMemberError:
                        continue

    asyncio.run(live())
    ben("sync")
    texts = set(ben.texts())
    assert {"one 0", "two 0"} <= texts
    stood = standing(ben)[1]
    assert standing(twin)[0] in stood or standing(ana)[0] in stood


@pytest.mark.parametrize(
    "stop_after", [3, 5, *(pytest.param(n, marks=pytest.mark.long) for n in (1, 2, 4, 6))]
)
def test_a_stop_between_finding_out_and_telling(couple, relay, tmp_path, stop_after, monkeypatch):
    """Stopped after any request, the next sync goes on; new keys are taken once."""
    ana, ben = couple
    twin = copy_of(ana, tmp_path / "backup")
    ana("write", "after the backup", "--share")
    ana("sync")
    twin("write", "unsent", "--share")

    async def stopped():
        from inglenook_client.sync.transport import RelayTransport

        calls = 0
        call = RelayTransport.call

        async def counted(self, *arguments, **named):
            nonlocal calls
            calls += 1
            if calls > stop_after:
                raise KeyboardInterrupt
            return await call(self, *arguments, **named)

        monkeypatch.setattr(RelayTransport, "call", counted)
        async with await open_journal(twin) as journal:
            await journal.sync()

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(stopped())
    monkeypatch.undo()
    twin("sync")
    ben("sync")
    twin("sync")
    assert ben.digest() == twin.digest()
    assert sorted(ben.texts()) == sorted([*BEFORE, "after the backup", "unsent"])
    assert codes(twin) == ["restored"]
    assert len(standing(ben)[1]) == 2
