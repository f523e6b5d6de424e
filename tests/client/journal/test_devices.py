"""A second computer of one's own, over a real relay process (SPEC 16.6, 17.5 to 17.7)."""

import asyncio
import json
import shutil

import pytest

from inglenook_client.journal.phrases import entropy_of
from inglenook_client.keyring import PassphraseFile, WrongPassphraseError
from inglenook_client.store.room import RosterRoomError
from inglenook_client.sync.errors import LinkEndedError, LinkNotConfirmedError
from inglenook_harness.clocks import run_at
from inglenook_harness.formats import document_flaws
from inglenook_harness.linked import link_both, link_computer
from inglenook_harness.nook import Person
from inglenook_harness.paired import open_journal, pair_again, shared
from inglenook_harness.relay import RelayProcess
from inglenook_harness.stores import page
from inglenook_protocol.codec import Point
from inglenook_protocol.keys import DeviceKeys
from inglenook_protocol.limits import MAX_HEADS, MAX_ROSTER_BYTES
from inglenook_protocol.pairing import DeviceInvite, Invite
from inglenook_protocol.roster import added, removed, sign_statement

pytestmark = pytest.mark.long


@pytest.fixture
def relay_alone(tmp_path):
    """A relay that knows nobody yet."""
    with RelayProcess(tmp_path / "relay") as relay:
        yield relay


def private(person):
    return next(s for s in person("status")["spaces"] if s["kind"] == "private")


def said_on(person, names):
    """What the status of either journal says of this computer's own place."""
    for space in person("status")["spaces"]:
        notices = [n for n in space["notices"] if n["what"] in ("removed-here", "refused-here")]
        assert [n["what"] for n in notices] == (names if space["relay"] else [])
        assert all(n["since"] for n in notices)


def sync_all(*people, rounds=2):
    for _ in range(rounds):
        for person in people:
            person("sync")


def test_both_journals_come_along_and_go_on(couple, relay, tmp_path):
    ana, ben = couple
    ana("write", "only for me")
    laptop = link_computer(ana, tmp_path / "laptop", private=relay.url)
    assert laptop.digest() == ana.digest()
    assert private(laptop)["digest"] == private(ana)["digest"]
    assert set(laptop.texts()) == set(ana.texts())
    laptop("write", "from the laptop", "--share")
    laptop("write", "for me, from the laptop")
    sync_all(laptop, ben, ana)
    assert {"from the laptop", "for me, from the laptop"} < set(ana.texts())
    assert ana.digest() == ben.digest() == laptop.digest()
    assert private(ana)["digest"] == private(laptop)["digest"]
    assert shared(ben)["notices"] == []
    assert "only for me" not in str(ben.seen)


def computers(person):
    return person("device", "list")["devices"]


@pytest.mark.long
def test_a_journal_that_nobody_shares_yet_is_linked_and_brings_the_shared_one_later(
    relay_alone, tmp_path
):
    ana, ben = Person(tmp_path / "ana", "Ana"), Person(tmp_path / "ben", "Ben")
    for person in (ana, ben):
        person.start()
    ana("write", "before anything")
    relay = relay_alone
    laptop = link_computer(
        ana, tmp_path / "laptop", url=relay.url, token=relay.token, private=relay.url
    )
    assert set(laptop.texts()) == {"before anything"}
    refused = laptop.run("invite", "--relay", relay.url, "--token", "x", "--confirm", "stdin")
    assert "began on" in refused.err
    pair_again(ana, ben, relay.url, relay.token)
    ana("write", "ours", "--share")
    ana("sync")
    laptop = link_computer(ana, laptop)
    assert laptop.digest() == ana.digest()
    assert {"before anything", "ours"} == set(laptop.texts())
    laptop("write", "from both now", "--share")
    sync_all(laptop, ana, ben)
    assert ana.digest() == ben.digest() == laptop.digest()
    for person in (ana, laptop):
        assert [c["standing"] for c in computers(person)] == [True, True]
        assert all(c["private"] and c["shared"] for c in computers(person))


@pytest.mark.long
def test_without_private_sync_the_private_journals_stay_apart_until_it_is_turned_on(
    couple, relay, tmp_path
):
    ana, _ben = couple
    ana("write", "written before")
    assert ana.run("device", "sync", "on", "--yes").code == 6  # nothing to keep in step with
    laptop = link_computer(ana, tmp_path / "laptop")
    assert "written before" not in laptop.texts()
    laptop("write", "written there")
    sync_all(ana, laptop)
    assert private(ana)["relay"] is None
    assert "written there" not in ana.texts()
    needs_yes = ana.run("device", "sync", "on", "--json")
    assert needs_yes.error["kind"] == "confirmation-needed"
    assert private(ana)["relay"] is None
    for person in (ana, laptop):
        turned = person("device", "sync", "on", "--yes", "--token", relay.token)
        assert turned["relay"] == relay.url
    assert private(ana)["waiting"] > 0
    sync_all(ana, laptop)
    assert {"written before", "written there"} <= set(ana.texts()) & set(laptop.texts())
    assert private(ana)["digest"] == private(laptop)["digest"]
    assert private(ana)["waiting"] == 0
    assert private(ana)["last_sync"]
    ana("device", "sync", "off")
    ana("write", "stays here again")
    assert ana("sync")["private"] is None
    laptop("sync")
    assert "stays here again" not in laptop.texts()


@pytest.mark.long
def test_the_private_journal_goes_through_any_relay(couple, relay, tmp_path):
    ana, ben = couple
    with RelayProcess(tmp_path / "other") as other:
        laptop = link_computer(
            ana, tmp_path / "laptop", private=other.url, private_token=other.token
        )
        ana("write", "for me alone")
        sync_all(ana, laptop, ben)
        assert "for me alone" in laptop.texts()
        assert laptop("device", "sync")["relay"] == other.url
        # Each journal goes its own way: trouble with one keeps the other from nothing.
        relay.stop()
        ana("write", "and more")
        assert ana.run("sync", "--json").error["kind"] == "relay-unreachable"
        assert laptop.run("sync", "--json").error["kind"] == "relay-unreachable"
        assert "and more" in laptop.texts()


@pytest.mark.long
def test_a_computer_is_named_listed_and_shown_as_new_on_every_own_one(couple, relay, tmp_path):
    ana, ben = couple
    laptop = link_computer(ana, tmp_path / "laptop", private=relay.url, device="Laptop")
    assert ana("device", "name", "Desk")["device"]["name"] == "Desk"
    sync_all(ana, laptop)
    seen = {person: computers(person) for person in (ana, laptop)}
    assert [(c["name"], c["this_device"]) for c in seen[ana]] == [("Desk", True), ("Laptop", False)]
    assert [(c["name"], c["this_device"]) for c in seen[laptop]] == [
        ("Laptop", True),
        ("Desk", False),
    ]
    assert seen[ana][1]["new"]
    assert not seen[laptop][1]["new"]  # it was there before
    assert "since" in seen[ana][1]
    phone = link_computer(laptop, tmp_path / "phone", device="Phone")
    sync_all(ana, laptop, phone, ben)
    assert {c["name"] for c in ana("status")["new_devices"]} == {"Laptop", "Phone"}
    assert {c["name"] for c in laptop("status")["new_devices"]} == {"Phone"}
    assert "Phone" in laptop.run("sync").err
    assert "Phone" in laptop.run("timeline").err
    assert "Phone" in laptop.run("status").out
    ben("sync")
    told = ben("status")
    assert told["new_devices"] == []
    assert shared(ben)["notices"] == []
    for word in ("Laptop", "Phone", "Desk"):
        assert word not in "".join(ben.seen)
    assert laptop("device", "name", "Notebook", "--of", "Phone")["device"]["name"] == "Notebook"


@pytest.mark.long
def test_a_new_device_is_news_for_seven_days(couple, relay, tmp_path):
    """By the clock of each, from when it learned of it."""
    ana, ben = couple
    laptop = link_computer(ana, tmp_path / "laptop", private=relay.url, device="Laptop")
    link_computer(laptop, tmp_path / "phone", device="Phone")
    sync_all(ana, laptop, ben)
    day_s = 86_400
    for after_s, told in ((0, True), (7 * day_s - 600, True), (7 * day_s + 600, False)):
        for person, names in ((ana, {"Laptop", "Phone"}), (laptop, {"Phone"})):
            ended = run_at(person, after_s, "status", "--json")
            shown = {computer["name"] for computer in json.loads(ended.out)["new_devices"]}
            assert shown == (names if told else set()), (person.home, after_s)
            assert ("Phone" in run_at(person, after_s, "timeline").err) == told
        assert json.loads(run_at(ben, after_s, "status", "--json").out)["new_devices"] == []
    # Nobody has looked for half a year: it is news from when it is heard of.
    link_computer(laptop, tmp_path / "tablet", device="Tablet")
    sync_all(laptop)
    half_a_year_s = 183 * day_s
    run_at(ana, half_a_year_s, "sync")
    for after_s, names in ((half_a_year_s + 6 * day_s, {"Tablet"}), (200 * day_s, set())):
        ended = run_at(ana, after_s, "status", "--json")
        assert {c["name"] for c in json.loads(ended.out)["new_devices"]} == names


@pytest.mark.long
def test_a_removed_computer_gets_nothing_more_and_the_rest_keep_all(couple, relay, tmp_path):
    ana, ben = couple
    laptop = link_computer(ana, tmp_path / "laptop", private=relay.url, device="Laptop")
    laptop("write", "from the laptop", "--share")
    laptop("write", "private, from the laptop")
    sync_all(laptop, ana, ben)
    laptop("write", "never sent before it was removed", "--share")
    asked = ana.run("device", "remove", "Laptop", "--json")
    assert asked.error["kind"] == "confirmation-needed"
    gone = ana("device", "remove", "laptop", "--yes")["device"]
    assert (gone["standing"], gone["private"], gone["shared"]) == (False, None, None)
    # At once, before any sync: what is written now is sealed with a key that it never gets.
    ana("write", "after the removal", "--share")
    ana("write", "private, after the removal")
    sync_all(ana, ben, ana)
    said_on(laptop, [])
    for _ in range(2):
        assert laptop.run("sync", "--json").error["kind"] == "not-a-member"
    said_on(laptop, ["refused-here"])
    told = " ".join(laptop.run("status").out.split())
    assert "it says that the computer was removed from the journal" in told
    assert "Known here since today" in told
    assert "`nook device link`" in told
    assert "`nook recover`" in told
    said_on(ana, [])
    assert not {"after the removal", "private, after the removal"} & set(laptop.texts())
    for person in (ana, ben):
        assert {"from the laptop", "after the removal"} <= set(person.texts())
        assert "never sent before it was removed" not in person.texts()
    assert "private, from the laptop" in ana.texts()
    assert ana.digest() == ben.digest()
    assert [c["standing"] for c in computers(ana)] == [True, False]
    again = ana.run("device", "remove", gone["id"][:8], "--yes", "--json")
    assert (again.code, again.error["kind"]) == (6, "local-protocol")
    # The same computer comes back, with an empty folder and new keys.
    anew = link_computer(ana, tmp_path / "anew", private=None, device="Laptop")
    assert anew.digest() == ana.digest()
    assert "private, from the laptop" in anew.texts()


@pytest.mark.long
def test_a_computer_that_used_up_the_room_of_one_journal_is_removed_from_the_other(
    couple, relay, tmp_path
):
    ana, _ = couple
    laptop = link_computer(ana, tmp_path / "laptop", private=relay.url)

    async def run():
        async with await open_journal(laptop) as thief:
            said = await thief._state.shared.look(_removals_without_end)
        async with await open_journal(ana) as journal:
            store, own = journal._state.shared, journal._state.private
            await store.admit_page(page(statements=said))
            other = next(v for v in await journal.devices.all() if not v.this_device)
            with pytest.raises(RosterRoomError):
                await journal.devices.remove(other.id)
            assert bytes.fromhex(other.private) not in (await own.overview()).roster.standing
            assert bytes.fromhex(other.shared) in (await store.overview()).roster.standing

    asyncio.run(run())
    # What could be said reaches the relay, and so do words.
    ana("write", "still sent", "--share")
    ana("sync")


def _removals_without_end(_, state, now_ms):
    info = DeviceKeys(bytes(64)).info(state.space_id, state.member)
    said = [sign_statement(state.keys.sign, added(state.space_id, info, state.device.id))]
    held = state.book.statement_bytes(state.member, by_root=False)
    size, count = held + len(said[0].content), MAX_HEADS
    for number in range(now_ms):
        heads = [Point(n + 1, number.to_bytes(32, "big")) for n in range(count)]
        content = removed(state.space_id, info.id, heads, [], state.device.id)
        statement = sign_statement(state.keys.sign, content)
        if size + len(statement.content) <= MAX_ROSTER_BYTES:
            size += len(statement.content)
            said.append(statement)
        elif count:
            count //= 2
        else:
            break
    return said


@pytest.mark.long
def test_both_partners_change_devices_at_once(couple, relay, tmp_path):
    ana, ben = couple
    laptop = link_computer(ana, tmp_path / "laptop", device="Laptop")
    tablet = link_computer(ben, tmp_path / "tablet", device="Tablet", token=relay.token)
    ana("device", "remove", "Laptop", "--yes")
    ben("device", "remove", "Tablet", "--yes")
    ana("write", "sealed without knowing of his", "--share")
    ben("write", "sealed without knowing of hers", "--share")
    sync_all(ana, ben, ana)
    ana("write", "and after", "--share")
    sync_all(ana, ben)
    assert ana.digest() == ben.digest()
    for person in (ana, ben):
        assert {
            "sealed without knowing of his",
            "sealed without knowing of hers",
            "and after",
        } <= set(person.texts())
        assert shared(person)["notices"] == []
    for gone in (laptop, tablet):
        assert gone.run("sync", "--json").error["kind"] == "not-a-member"
        assert "and after" not in gone.texts()


@pytest.mark.long
def test_two_that_remove_each_other_are_both_removed_and_the_phrase_helps(couple, relay, tmp_path):
    ana, ben = couple
    laptop = link_computer(ana, tmp_path / "laptop", private=relay.url, device="Laptop")
    sync_all(laptop, ana)
    ana("write", "said before", "--share")
    sync_all(ana, ben, laptop)
    ana("device", "remove", "Laptop", "--yes")
    laptop("device", "remove", computers(laptop)[1]["id"][:8], "--yes")
    ana.run("sync")
    laptop.run("sync")
    ben("sync")
    for person in (ana, laptop):
        refused = person.run("write", "too late", "--share", "--json")
        if refused.code == 0:  # it has not heard of its own removal: nobody else takes it in
            assert person.run("sync", "--json").code != 0
    ben("sync")
    assert "too late" not in ben.texts()
    assert "said before" in ben.texts()
    words = " ".join(ana.phrase) + "\n"
    new = Person(tmp_path / "new", "Ana")
    ended = new.run("recover", "--relay", relay.url, "--json", stdin=words)
    assert ended.code == 0, ended
    new.make_unlocking_quick()
    new("write", "here again", "--share")
    sync_all(new, ben)
    assert new.digest() == ben.digest()
    assert "here again" in ben.texts()


@pytest.mark.long
def test_edits_of_one_entry_from_two_own_computers_are_both_shown(couple, relay, tmp_path):
    ana, ben = couple
    laptop = link_computer(ana, tmp_path / "laptop", private=relay.url)
    mine = ana("write", "as first written")["entry"]["id"]
    ours = ana("write", "as we wrote it", "--share")["entry"]["id"]
    sync_all(ana, laptop, ben)
    for entry in (mine, ours):
        ana("edit", entry, "as changed at the desk")
        laptop("edit", entry, "as changed on the way")
    sync_all(ana, laptop, ben)
    for entry in (mine, ours):
        for person in (ana, laptop) + ((ben,) if entry == ours else ()):
            shown = person("show", entry)["entry"]
            words = {shown["current"]["text"], *(o["text"] for o in shown["others"])}
            assert words == {"as changed at the desk", "as changed on the way"}
    assert ana.digest() == laptop.digest() == ben.digest()
    assert private(ana)["digest"] == private(laptop)["digest"]


@pytest.mark.long
def test_recovery_brings_both_journals_back_with_the_same_digests(couple, relay, tmp_path):
    ana, ben = couple
    ana("write", "my own words")
    laptop = link_computer(ana, tmp_path / "laptop", private=relay.url)
    laptop("write", "and more of them")
    sync_all(laptop, ana, ben)
    before = private(ana)["digest"], ana.digest()
    new = Person(tmp_path / "new", "Ana")
    wrong = [*ana.phrase]
    wrong[3] = "rivver"
    ended = new.run("recover", "--relay", relay.url, "--json", stdin=" ".join(wrong))
    assert "Word 4" in ended.error["message"]
    assert not new.home.exists()
    words = " ".join(ana.phrase) + "\n"
    ended = new.run("recover", "--relay", relay.url, "--json", stdin=words)
    assert ended.code == 0, ended
    new.make_unlocking_quick()
    document = json.loads(ended.out)
    assert not document_flaws(document)
    assert (document["shared"], document["private"], document["removed_devices"]) == (True, True, 2)
    assert (private(new)["digest"], new.digest()) == before
    assert {"my own words", "and more of them"} <= set(new.texts())
    new("write", "it goes on")
    assert new("sync")["private"]["sent"] > 0
    for old in (ana, laptop):
        assert old.run("sync", "--json").error["kind"] == "not-a-member"
    assert new("status")["new_devices"] == []


@pytest.mark.long
def test_recovery_after_the_relay_was_wiped_and_the_partner_and_an_own_one_filled_it(
    couple, relay, tmp_path
):
    ana, ben = couple
    ana("write", "my own words")
    laptop = link_computer(ana, tmp_path / "laptop", private=relay.url)
    sync_all(laptop, ana, ben)
    before = private(ana)["digest"], ana.digest()
    relay.stop()
    with RelayProcess(tmp_path / "empty") as empty:
        ben("relay", empty.url, "--token", empty.token)
        ben("sync")
        new = Person(tmp_path / "new", "Ana")
        words = " ".join(ana.phrase) + "\n"
        ended = new.run("recover", "--relay", empty.url, "--keep-devices", "--json", stdin=words)
        assert json.loads(ended.out)["private"] is False  # nobody brought it there
        assert new.run("wipe", "--yes").code == 0
        laptop("device", "sync", "on", "--yes", "--relay", empty.url, "--token", empty.token)
        laptop("relay", empty.url)
        laptop("sync")
        ended = new.run("recover", "--relay", empty.url, "--keep-devices", "--json", stdin=words)
        assert json.loads(ended.out)["private"] is True
        new.make_unlocking_quick()
        assert (private(new)["digest"], new.digest()) == before
        laptop("sync")
        assert [c["name"] for c in laptop("status")["new_devices"]]


@pytest.mark.long
@pytest.mark.parametrize("who", ["confirm", pytest.param("other_confirm", marks=pytest.mark.long)])
def test_words_that_are_not_confirmed_leave_nothing(couple, relay, tmp_path, who):
    ana, _ = couple

    async def no(_words):
        return False

    second = Person(tmp_path / "laptop", "Ana")
    ended = asyncio.run(link_both(ana, second, device="Laptop", **{who: no}))
    declined, other = ended if who == "confirm" else ended[::-1]
    assert type(declined) is LinkNotConfirmedError
    assert type(other) is LinkEndedError
    assert len(computers(ana)) == 1
    assert second.run("timeline", "--json").error["kind"] == "no-profile"
    # The same folder can be used for another try.
    assert len(computers(link_computer(ana, second))) == 2


def test_whoever_can_not_unlock_the_journal_anew_adds_nothing(couple, relay, tmp_path):
    ana, _ = couple
    wrong = tmp_path / "wrong"
    wrong.write_text("a guess\n")

    async def guess():
        return PassphraseFile(wrong)

    second = Person(tmp_path / "laptop", "Ana")
    added, linked = asyncio.run(link_both(ana, second, device="Laptop", unlock_anew=guess))
    assert type(added) is WrongPassphraseError
    assert type(linked) is LinkEndedError
    assert len(computers(ana)) == 1


@pytest.mark.long
def test_a_linked_computer_has_neither_the_phrase_nor_the_key_to_pair(couple, relay, tmp_path):
    ana, _ = couple
    laptop = link_computer(ana, tmp_path / "laptop", private=relay.url)

    async def settings(person):
        async with await open_journal(person) as journal:
            return dict(journal._state.settings)

    kept = asyncio.run(settings(laptop))
    assert kept.get("pairing_root") is None
    entropy = entropy_of(ana.phrase)
    assert all(entropy not in (value or b"") for value in kept.values())
    checked = laptop.run("phrase", "check", stdin=" ".join(ana.phrase))
    assert checked.code == 0  # the paper is right there too


def test_an_invite_for_the_one_is_not_taken_for_the_other(couple, relay, tmp_path):
    pairing = Invite("https://relay.example", bytes(16), bytes(32), 1 << 40).to_text()
    device = DeviceInvite("https://relay.example", bytes(16), bytes(32), 1 << 40).to_text()
    new = Person(tmp_path / "new", "Ana")
    ended = new.run("device", "link", pairing, "--confirm", "stdin", "--json")
    assert ended.code == 6
    assert "nook join" in ended.error["next_step"]
    new.start()
    ended = new.run("join", device, "--confirm", "stdin", "--json")
    assert ended.code == 6
    assert "nook device link" in ended.error["next_step"]
    ended = new.run("device", "link", device, "--confirm", "stdin", "--json")
    assert ended.error["kind"] in ("relay-unreachable", "another-journal")


@pytest.mark.long
def test_a_computer_that_was_restored_is_new_and_keeps_its_name(couple, relay, tmp_path):
    ana, ben = couple
    laptop = link_computer(ana, tmp_path / "laptop", private=relay.url, device="Laptop")
    ana("device", "name", "Desk")
    sync_all(ana, laptop)
    before = tmp_path / "before"
    shutil.copytree(ana.home, before)
    ana("write", "after the copy", "--share")
    ana("write", "for me, after the copy")
    sync_all(ana, laptop)
    assert laptop("status")["new_devices"] == []
    shutil.rmtree(ana.home)
    shutil.copytree(before, ana.home)
    sync_all(ana, laptop, ben)
    assert {"after the copy", "for me, after the copy"} <= set(ana.texts())
    for person in (ana, laptop):
        found = computers(person)
        assert {c["name"]: c["standing"] for c in found} == {"Desk": True, "Laptop": True}
        assert all(c["private"] and c["shared"] for c in found)
    [new] = laptop("status")["new_devices"]
    assert new["name"] == "Desk"
    assert ben("status")["new_devices"] == []
    laptop("device", "remove", "Desk", "--yes")
    sync_all(laptop, ben)
    assert ana.run("sync", "--json").error["kind"] == "not-a-member"


@pytest.mark.long
@pytest.mark.parametrize("point", ["_make", "_fill", "settled", "put_in_place"])
def test_a_linking_that_is_cut_off_leaves_no_journal_and_can_begin_again(
    couple, relay, tmp_path, point, monkeypatch
):
    from inglenook_client.journal import linking
    from inglenook_client.profile import Profile
    from inglenook_client.store.space import SpaceStore

    class Stopped(BaseException):
        pass

    ana, ben = couple
    second = Person(tmp_path / "laptop", "Ana")
    calls = []
    owner = {"settled": SpaceStore, "put_in_place": Profile}.get(point, linking)
    real = getattr(owner, point)

    def once(*arguments, **choices):
        calls.append(arguments)
        # Between the shared journal's name and the private one's.
        if point == "put_in_place" and len(calls) == 1:
            return real(*arguments, **choices)
        # The one that stands settles with its relay too: it is not the one that is cut off.
        if point == "settled" and second.home not in arguments[0]._database.path.parents:
            return real(*arguments, **choices)
        raise Stopped

    monkeypatch.setattr(owner, point, once)
    added, linked = asyncio.run(link_both(ana, second, device="Laptop", private=relay.url))
    monkeypatch.undo()
    assert type(linked) is Stopped
    assert not isinstance(added, BaseException), added
    assert second.run("timeline", "--json").error["kind"] == "no-profile"
    ana("device", "remove", "Laptop", "--yes")
    link_computer(ana, second, device="Laptop")
    assert not list(second.home.glob("beginning*"))
    assert second.digest() == ana.digest()
    assert [c["standing"] for c in computers(second)] == [True, True, False]
    sync_all(second, ana, ben, rounds=1)
    assert second.digest() == ben.digest()
