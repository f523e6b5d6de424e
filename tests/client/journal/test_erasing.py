"""Erasing: what goes where, what is confirmed, and what nobody can promise."""

import asyncio
import shutil
import time

import pytest

from inglenook_client.store import erasing
from inglenook_client.store.database import Connection
from inglenook_harness.nook import Person
from inglenook_harness.paired import open_journal, shared
from inglenook_server.storage.sqlite.writing import FORGET_SECONDS

pytestmark = pytest.mark.long


@pytest.fixture
def scene(couple, relay):
    """Ana, Ben and their relay."""
    return *couple, relay


def sync(*people):
    for person in people:
        person("sync")


def entry_of(person, words):
    (hit,) = person("search", words)["hits"]
    return hit["entry"]["id"]


def bodies_of(person):
    """The sealed bodies of one's own log that are held here, by seq."""

    def read(conn: Connection, device: bytes):
        return [
            bytes(body)
            for (body,) in conn.execute(
                "SELECT e.body FROM envelope e JOIN log l ON e.place >> 53 = l.number"
                " WHERE l.device = ? AND e.body IS NOT NULL AND NOT e.flags ORDER BY e.place",
                (device,),
            )
        ]

    async def query():
        async with await open_journal(person) as journal:
            store = journal._state.shared
            return await store.query(read, store.device_id)

    return asyncio.run(query())


def raw(folder, body):
    return [path.name for path in folder.iterdir() if body[20:120] in path.read_bytes()]


def until_gone(folder, body):
    deadline = time.monotonic() + 3 * FORGET_SECONDS
    while time.monotonic() < deadline:
        if not raw(folder, body):
            return
        time.sleep(0.02)
    raise AssertionError(raw(folder, body))


def test_a_withdrawal_and_all_that_is_known_of_it(scene):
    ana, ben, relay = scene
    id_ = entry_of(ana, "tender")
    body = bodies_of(ana)[2]
    assert raw(relay.data, body)
    assert ana("show", id_)["entry"]["receipt"] is None

    redacted = ana("redact", id_, "--yes")["entry"]
    asked = {"withdrawn": True, "relay": "asked", "received": False}
    assert redacted["receipt"] == asked
    assert ana("show", id_)["entry"]["receipt"] == asked
    assert body not in bodies_of(ana)
    sync(ana)
    confirmed = asked | {"relay": "confirmed"}
    assert ana("show", id_)["entry"]["receipt"] == confirmed
    # The relay runs on: not even its write-ahead file keeps it.
    until_gone(relay.data, body)
    assert raw(relay.data, bodies_of(ana)[1]), "only that one"

    sync(ben, ana)
    assert ben("search", "tender")["hits"] == []
    assert ben("show", id_)["entry"]["receipt"] is None, "it is not his"
    assert ana("show", id_)["entry"]["receipt"] == confirmed, "nobody is told that he synced"
    ben("write", "good morning", "--share")
    sync(ben, ana)
    assert ana("show", id_)["entry"]["receipt"] == confirmed | {"received": True}
    said = ana.run("show", id_).out
    for part in ("The relay confirmed", "A device of Ben's has got the request", "may have kept"):
        assert part in " ".join(said.split())
    assert ana.digest() == ben.digest()


@pytest.mark.long
def test_what_was_written_before_the_request_came_confirms_nothing(scene):
    ana, ben, _ = scene
    id_ = entry_of(ana, "tender")
    ben("write", "written before", "--share")
    ana("redact", id_, "--yes")
    sync(ana, ben, ana)
    assert ana("show", id_)["entry"]["receipt"]["received"] is False


def test_those_who_come_later_read_the_chain_from_stubs(scene, tmp_path):
    ana, ben, _ = scene
    # As if the device were new: Ben's profile from before any of the words came.
    for words in ("tender", "river"):
        ana("redact", entry_of(ana, words), "--yes")
    ana("write", "and on", "--share")
    sync(ana, ben)
    fresh = tmp_path / "fresh"
    forget_envelopes(ben, fresh)
    late = Person(tmp_path / "late", "Ben")
    fresh.rename(late.home)
    sync(late)
    assert late.digest() == ana.digest() == ben.digest()
    assert shared(late)["notices"] == []
    assert sorted(late.texts()) == ["and a bridge", "and on"]


def forget_envelopes(person, to):
    """A copy of a profile that holds keys and statements of its shared journal and nothing else."""
    shutil.copytree(person.home, to)

    async def strip():
        copy = Person(to.parent / "copy", person.name)
        shutil.copyfile(person.passphrase_file, copy.passphrase_file)
        copy.home = to
        async with await open_journal(copy) as journal:

            def run(conn, state):
                own = state.log_by_device[state.device.id].number
                for table in ("entity", "unreadable"):
                    conn.execute(f"DELETE FROM {table}")
                conn.execute("INSERT INTO words (words) VALUES ('delete-all')")
                conn.execute("DELETE FROM envelope WHERE place >> 53 <> ?", (own,))
                conn.execute("DELETE FROM branch WHERE log <> ?", (own,))
                conn.execute("DELETE FROM setting WHERE name = 'awaited'")

            await journal._state.shared._write(run)
            journal._state.shared._state = None
            await journal._state.shared.rebuild()

    asyncio.run(strip())


def test_erasing_at_the_relay_alone(scene):
    ana, ben, relay = scene
    id_ = entry_of(ana, "tender")
    body = bodies_of(ana)[2]
    digest = ana.digest()
    assert ana.run("erase", id_, "--json").error["kind"] == "confirmation-needed"
    assert ana.run("erase").code == 2
    assert ana("erase", id_, "--yes") == {
        "format": "inglenook.erased/1", "erased": 1, "confirmed": True,
    }  # fmt: skip
    until_gone(relay.data, body)
    receipt = {"withdrawn": False, "relay": "confirmed", "received": False}
    assert ana("show", id_)["entry"]["receipt"] == receipt
    assert "Your copy is still here" in ana.run("show", id_).out
    assert ana("erase", id_, "--yes")["erased"] == 0
    sync(ana, ben, ana)
    for person in (ana, ben):
        assert "a tender word" in person.texts()
        assert person.digest() == digest
        assert shared(person)["notices"] == []
    until_gone(relay.data, body)
    theirs = entry_of(ana, "bridge")
    assert ana.run("erase", theirs, "--yes", "--json").error["kind"] == "not-yours"
    own = ana("write", "for me")["entry"]["id"]
    assert ana.run("erase", own, "--yes").code == 6
    # A withdrawal still can follow.
    ana("redact", id_, "--yes")
    sync(ana, ben)
    assert "a tender word" not in ben.texts()
    assert ana.digest() == ben.digest()


@pytest.mark.long
def test_all_of_it_stopped_in_the_middle_and_gone_on_with(scene, monkeypatch):
    ana, ben, relay = scene
    for n in range(9):
        ana("write", f"line {n}", "--share")
    ana("redact", entry_of(ana, "tender"), "--yes")
    sync(ana, ben)
    bodies = bodies_of(ana)
    monkeypatch.setattr(erasing, "MAX_ERASED", 4)
    sign, calls = erasing.sign_erasure, []

    def stopped(state, refs):
        calls.append(len(refs))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return sign(state, refs)

    with monkeypatch.context() as patched:
        patched.setattr(erasing, "sign_erasure", stopped)
        assert ana.run("erase", "--all", "--yes").code == 130
    assert calls == [4, 4]
    # Her name, ten entries; what withdrew the other one stays.
    assert ana("erase", "--all", "--yes")["erased"] == 11 - 4
    assert ana("erase", "--all", "--yes")["erased"] == 0
    kept = [body for body in bodies if raw(relay.data, body)]
    for body in bodies:
        if body not in kept:
            until_gone(relay.data, body)
    assert len(kept) <= 1
    sync(ana, ben)
    assert ana.digest() == ben.digest()
    assert len(ben.texts()) == 11


def test_after_leaving_nothing_else_is_exchanged(scene):
    ana, ben, relay = scene
    body = bodies_of(ana)[2]
    ana("write", "never sent", "--share")
    ana("leave", "--yes")
    ben("write", "are you there", "--share")
    sync(ben)
    held = shared(ana)["digest"]
    assert ana("erase", "--all", "--yes")["erased"] == 4
    until_gone(relay.data, body)
    assert shared(ana)["digest"] == held
    assert "are you there" not in ana.texts()
    sync(ben)
    assert "never sent" not in ben.texts()
    assert "a tender word" in ben.texts()


@pytest.mark.long
def test_a_relay_that_is_away_is_asked_again(scene):
    ana, _, relay = scene
    id_ = entry_of(ana, "tender")
    relay.stop()
    assert ana.run("erase", id_, "--yes").code == 7
    assert ana("show", id_)["entry"]["receipt"]["relay"] == "asked"
    relay.start()
    assert ana("erase", id_, "--yes")["confirmed"] is True
    assert ana("show", id_)["entry"]["receipt"]["relay"] == "confirmed"


@pytest.mark.long
def test_a_relay_that_is_set_back_takes_its_word_back(scene, tmp_path):
    ana, _, relay = scene
    id_ = entry_of(ana, "tender")
    body = bodies_of(ana)[2]
    relay.stop()
    shutil.copytree(relay.data, tmp_path / "old")
    relay.start()
    ana("redact", id_, "--yes")
    sync(ana)
    assert ana("show", id_)["entry"]["receipt"]["relay"] == "confirmed"
    relay.stop()
    shutil.rmtree(relay.data)
    shutil.copytree(tmp_path / "old", relay.data)
    relay.start()
    assert raw(relay.data, body)
    sync(ana)
    until_gone(relay.data, body)
    assert ana("show", id_)["entry"]["receipt"]["relay"] == "confirmed"
    ana("relay", "http://127.0.0.1:1")
    assert ana("show", id_)["entry"]["receipt"]["relay"] == "asked", "another one has said nothing"


@pytest.mark.long
def test_no_more_than_a_relay_takes(scene, monkeypatch):
    ana, ben, _ = scene
    monkeypatch.setattr(erasing, "MAX_ERASURE_BYTES", 200)
    ended = ana.run("erase", "--all", "--yes", "--json")
    assert (ended.code, ended.error["kind"]) == (6, "erasure-room")
    first, second = entry_of(ana, "tender"), entry_of(ana, "river")
    ana("redact", first, "--yes")
    assert ana.run("redact", second, "--yes", "--json").error["kind"] == "erasure-room"
    assert "a walk by the river" in ana.texts()
    sync(ana, ben, ana)
    assert ana.digest() == ben.digest()
