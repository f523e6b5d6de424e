"""From the phrase and a relay alone: real commands, real relay (SPEC 17.2)."""

import asyncio
import json
from types import SimpleNamespace
from typing import cast

import pytest

from inglenook_client.store import recovering as as_root
from inglenook_client.store.state import SpaceState
from inglenook_harness.formats import document_flaws
from inglenook_harness.nook import Person
from inglenook_harness.paired import open_journal, shared
from inglenook_harness.relay import RelayProcess
from inglenook_protocol.genesis import make_genesis
from inglenook_protocol.keys import DeviceKeys, RootKeys
from inglenook_protocol.roster import StatementBook, added, sign_statement
from inglenook_server.core.ops import PutSpace, PutStatements
from inglenook_server.storage.sqlite import SqliteStorage

pytestmark = pytest.mark.long


def lost(ana, tmp_path):
    """An empty computer of the same person; the old one is away, not gone."""
    new = Person(tmp_path / "new", ana.name)
    new.phrase = ana.phrase
    return new


def recover(person, relay, *more, words=None):
    words = person.phrase if words is None else words
    given = " ".join(words) + "\n"
    return person.run("recover", "--relay", relay.url, *more, "--json", stdin=given)


@pytest.fixture
def scene(couple, relay, tmp_path):
    ana, ben = couple
    entry = ana("write", "an evening by the fire", "--share")["entry"]["id"]
    ana("edit", entry, "an evening by the fire, and rain")
    ana("sync")
    ben("sync")
    ben("reply", entry, "I remember")
    ben("sync")
    ana("sync")
    return ana, ben, relay, lost(ana, tmp_path)


def test_the_journal_is_back_with_the_same_digest(scene):
    ana, ben, relay, new = scene
    digest = ana.digest()
    ended = recover(new, relay)
    assert ended.code == 0, ended
    document = json.loads(ended.out)
    assert not document_flaws(document)
    assert (document["removed_devices"], document["partner"]) == (1, "Ben")
    new.make_unlocking_quick()
    assert new.digest() == digest == ben.digest()
    assert set(new.texts()) == set(ben.texts())
    # It goes on, both ways, and the lost computer gets nothing any more.
    new("write", "from the new one", "--share")
    new("sync")
    ben("sync")
    ben("write", "welcome back", "--share")
    ben("sync")
    new("sync")
    assert new.digest() == ben.digest()
    assert {"from the new one", "welcome back"} < set(new.texts())
    assert shared(new)["notices"] == shared(ben)["notices"] == []
    assert new("status")["phrase_checked"] is True
    ana("write", "by whoever holds the old one", "--share")
    refused = ana.run("sync", "--json")
    assert refused.error["kind"] == "not-a-member"
    assert "welcome back" not in ana.texts()


@pytest.mark.long
def test_devices_that_are_not_gone_go_on(scene):
    ana, ben, relay, new = scene
    ended = recover(new, relay, "--keep-devices")
    assert json.loads(ended.out)["removed_devices"] == 0
    new.make_unlocking_quick()
    new("write", "from the new one", "--share")
    new("sync")
    ana("sync")
    ana("write", "from the old one", "--share")
    ana("sync")
    new("sync")
    ben("sync")
    assert ana.digest() == new.digest() == ben.digest()


@pytest.mark.long
def test_a_relay_that_was_emptied_is_filled_by_the_partner_first(scene, tmp_path):
    ana, ben, relay, new = scene
    digest = ana.digest()
    relay.stop()
    with RelayProcess(tmp_path / "empty") as empty:
        ended = recover(new, empty)
        assert (ended.code, ended.error["kind"]) == (5, "nothing-to-recover")
        assert "nook sync" in ended.error["next_step"]
        assert not (new.home / "private.db").exists()
        ben("relay", empty.url, "--token", empty.token)
        ben("sync")
        assert recover(new, empty).code == 0
        new.make_unlocking_quick()
        assert new.digest() == ben.digest() == digest


def test_a_word_that_is_wrong_is_said_before_anything_is_written(scene):
    _, _, relay, new = scene
    words = list(new.phrase)
    words[6] = "rivver"
    ended = recover(new, relay, words=words)
    assert "Word 7" in ended.error["message"]
    words = list(new.phrase)
    words[0], words[1] = ("abandon", "zoo") if words[0] != "abandon" else ("zoo", "abandon")
    ended = recover(new, relay, words=words)
    assert ended.code != 0
    assert ended.error["kind"] in ("phrase-does-not-hold", "nothing-to-recover")
    assert "is a recovery phrase" not in ended.out
    ended = recover(new, relay, words=words[:23])
    assert "24 words" in ended.error["message"]
    relay.stop()
    ended = recover(new, relay)
    assert (ended.code, ended.error["kind"]) == (7, "relay-unreachable")
    assert not new.home.exists() or not list(new.home.glob("*.db"))


def test_where_a_journal_stands_nothing_is_recovered(scene):
    ana, _, relay, _ = scene
    ended = recover(ana, relay)
    assert (ended.code, ended.error["kind"]) == (4, "profile-exists")


@pytest.mark.long
@pytest.mark.parametrize(
    "point",
    [
        *(
            pytest.param(n, marks=pytest.mark.long)
            for n in ("open_keys", "retire_others", "settled")
        ),
        "put_in_place",
    ],
)
def test_cut_off_anywhere_the_same_command_begins_again(scene, point, monkeypatch):
    ana, ben, relay, new = scene
    digest = ana.digest()
    from inglenook_client.journal import recovering
    from inglenook_client.profile import Profile
    from inglenook_client.store.space import SpaceStore

    class Stopped(BaseException):
        pass

    def stop(*_, **__):
        raise Stopped

    owner = {"settled": SpaceStore, "put_in_place": Profile}.get(point, recovering)
    calls = []
    real = getattr(owner, point)
    if point == "put_in_place":
        # Between the shared journal's name and the private one's.
        def once(*arguments):
            calls.append(arguments)
            return stop() if len(calls) > 1 else real(*arguments)

        monkeypatch.setattr(owner, point, once)
    else:
        monkeypatch.setattr(owner, point, stop)
    import asyncio

    from inglenook_client.keyring import PassphraseFile

    async def cut_off():
        await recovering.recover(
            new.home, PassphraseFile(new.passphrase_file), new.phrase, relay.url
        )

    with pytest.raises(Stopped):
        asyncio.run(cut_off())
    monkeypatch.undo()
    assert new.run("timeline", "--json").error["kind"] == "no-profile"
    ended = recover(new, relay)
    assert ended.code == 0, ended
    new.make_unlocking_quick()
    ben("sync")
    new("sync")
    assert new.digest() == ben.digest() == digest
    assert not list(new.home.glob("beginning*"))


@pytest.mark.long
def test_a_space_that_a_relay_made_up_is_not_taken(couple):
    """The root signed nothing there but this device: no pairing ever happened in it."""
    from inglenook_harness.stores import Chance

    mine, other = RootKeys(bytes(32), "shared"), RootKeys(bytes([1]) * 32, "shared")
    genesis = make_genesis("shared", bytes(32), [mine.public, other.public])
    keys = DeviceKeys(Chance("device")(64))
    info = keys.info(genesis.space_id, mine.member_id)
    book = StatementBook(genesis)
    book.add([sign_statement(mine.sign, added(genesis.space_id, info, mine.member_id))])

    state = cast(SpaceState, SimpleNamespace(device=info, book=book))
    assert not as_root.was_paired_by(state, mine)
    second = DeviceKeys(Chance("paired")(64)).info(genesis.space_id, mine.member_id)
    book.add([sign_statement(mine.sign, added(genesis.space_id, second, mine.member_id))])
    assert as_root.was_paired_by(state, mine)


@pytest.mark.long
def test_spaces_that_others_made_around_ones_root_are_passed_over(couple, tmp_path):
    """Ben knows Ana's public keys. What stands first at the relay is of his making."""
    ana, _ = couple
    digest = ana.digest()
    asyncio.run(_surrounded(ana, tmp_path / "relay"))
    with RelayProcess(tmp_path / "relay") as relay:
        ana("relay", relay.url, "--token", relay.token)
        ana("sync")
        new = lost(ana, tmp_path)
        for home in ("one", "two"):  # nor does a first time prepare the ground for a second
            new.home = tmp_path / home
            ended = recover(new, relay)
            assert ended.code == 0, ended.error
            new.make_unlocking_quick()
            assert new.digest() == digest


async def _surrounded(person, data):
    async with await open_journal(person) as journal:
        root = journal._state.shared.genesis.root_by_member[journal._state.shared.member]
    storage = SqliteStorage(data)
    try:
        for number in range(3):
            other = RootKeys(bytes([number]) * 32, "shared")
            genesis = make_genesis("shared", bytes(32), [root, other.public])
            info = DeviceKeys(bytes([number]) * 64).info(genesis.space_id, other.member_id)
            said = sign_statement(other.sign, added(genesis.space_id, info, other.member_id))
            put = PutSpace(genesis.space_id, genesis.encoded, genesis.member_ids)
            await storage.commit([put, PutStatements(genesis.space_id, (said,))])
    finally:
        await storage.close()
