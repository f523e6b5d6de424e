"""Taking journals along: what `nook export` writes, and what reads it."""

import json
import stat

import pytest

from inglenook_client.store.sqlcipher import PAGE_BYTES
from inglenook_harness.formats import document_flaws
from inglenook_harness.paired import pair_again, shared
from inglenook_harness.second_reading import verify
from inglenook_harness.tone import unkind_words

pytestmark = pytest.mark.long


def digests(person):
    return [space["digest"] for space in person("status")["spaces"]]


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_both_export_what_both_show(relay, couple, tmp_path):
    """Edits, a reply, a withdrawal with its stub: the same digest from either side's file."""
    ana, ben = couple
    entry = ana("write", "words to change", "--share")["entry"]
    gone = ana("write", "words to take back", "--share")["entry"]
    for person in (ana, ben):
        person("sync")
    ana("edit", entry["id"], "words that were changed")
    ana("redact", gone["id"], "--yes")
    ben("reply", entry["id"], "seen")
    for person in (ana, ben, ana, ben):
        person("sync")
    ana("write", "for me alone")
    for person in couple:
        file = tmp_path / f"{person.name} 2026"
        document = person("export", str(file))
        assert document["journals"] == ["private", "shared"]
        assert document["bytes"] == file.stat().st_size
        assert mode(file) == 0o600
        verdict = verify(file, "--all", "--texts", phrase=person.phrase)
        assert (verdict.code, verdict.err) == (0, "")
        assert verdict.digests == digests(person)
        assert "1 erased" in verdict.out
        texts = {event["payload"].get("text") for event in verdict.events}
        assert {"words to change", "words that were changed", "seen"} <= texts
        assert ("for me alone" in texts) == (person is ana)
        assert "words to take back" not in texts
        # Sealed: nobody without the phrase reads a word, and nothing is said of the rest.
        assert b"words" not in file.read_bytes()
        assert verify(file).digests == []
    assert shared(ana)["digest"] == shared(ben)["digest"]


def test_one_journal_alone(couple, tmp_path):
    ana, ben = couple
    ana("export", str(tmp_path / "p"), "--private")
    ana("export", str(tmp_path / "s"), "--shared")
    both = digests(ana)
    assert verify(tmp_path / "p", phrase=ana.phrase).digests == both[:1]
    assert verify(tmp_path / "s", phrase=ana.phrase).digests == both[1:]
    # The other's phrase opens what is shared, from either file, and nothing else.
    assert verify(tmp_path / "s", phrase=ben.phrase).digests == both[1:]
    assert verify(tmp_path / "p", phrase=ben.phrase).classes == ["no-key"]


def test_nothing_is_replaced_or_left_behind(couple, tmp_path):
    ana, _ = couple
    folder = tmp_path / "copies"
    folder.mkdir()
    (folder / "there").write_text("something dear")
    for options in ([], ["--readable"]):
        ended = ana.run("export", str(folder / "there"), *options, "--json")
        assert (ended.code, ended.error["kind"]) == (6, "export-exists")
        ended = ana.run("export", str(folder / "no" / "such"), *options, "--json")
        assert (ended.code, ended.error["kind"]) == (10, "export-place")
    assert [path.name for path in folder.iterdir()] == ["there"]
    assert (folder / "there").read_text() == "something dear"


@pytest.mark.long
def test_it_works_alone_after_leaving_and_with_an_earlier_journal(relay, couple, tmp_path):
    ana, ben = couple
    ana("leave", "--yes", "--export", str(tmp_path / "leaving"))
    assert verify(tmp_path / "leaving", phrase=ana.phrase).digests == digests(ana)
    ana("export", str(tmp_path / "left"))
    assert (tmp_path / "left").read_bytes() == (tmp_path / "leaving").read_bytes()

    earlier = digests(ana)[1]
    ana("anew", stdin=" ".join(ana.phrase))
    assert ana("export", str(tmp_path / "earlier"))["journals"] == ["private", "shared"]
    assert earlier in verify(tmp_path / "earlier", phrase=ana.phrase).digests
    ana("export", str(tmp_path / "earlier.md"), "--readable")
    assert "# What Ana and Ben shared earlier\n" in (tmp_path / "earlier.md").read_text()
    # A later shared journal has the next index of the phrase: it opens both.
    ben("leave", "--yes")
    ben("anew", stdin=" ".join(ben.phrase))
    pair_again(ana, ben, relay.url, relay.token)
    ana("write", "begun anew", "--share")
    assert ana("export", str(tmp_path / "two"))["journals"] == ["private", "shared", "shared"]
    verdict = verify(tmp_path / "two", "--texts", phrase=ana.phrase)
    assert (verdict.code, len(verdict.digests)) == (0, 3)
    assert {earlier, shared(ana)["digest"]} <= set(verdict.digests)
    assert "begun anew" in verdict.out
    assert "a tender word" in verdict.out


def test_leaving_without_a_yes_exports_nothing(couple, tmp_path):
    ana, _ = couple
    ended = ana.run("leave", "--export", str(tmp_path / "copy"), "--json")
    assert ended.error["kind"] == "confirmation-needed"
    ended = ana.run("leave", "--yes", "--export", str(tmp_path / "no" / "such"), "--json")
    assert ended.error["kind"] == "export-place"
    assert shared(ana)["left"] is None
    assert not (tmp_path / "copy").exists()


def test_before_pairing_there_is_nothing_shared_to_export(tmp_path, couple):
    from inglenook_harness.nook import Person

    (tmp_path / "new").mkdir()
    new = Person(tmp_path / "new" / "eve", "Eve")
    new.start()
    ended = new.run("export", str(tmp_path / "x"), "--shared", "--json")
    assert (ended.code, ended.error["kind"]) == (6, "not-paired")
    assert new("export", str(tmp_path / "x"))["journals"] == ["private"]
    assert verify(tmp_path / "x", phrase=new.phrase).digests == digests(new)


def test_an_export_that_would_lack_a_journal_says_so(couple, tmp_path):
    ana, _ = couple
    with (ana.home / "shared.db").open("r+b") as file:
        file.seek(PAGE_BYTES // 2)
        file.write(bytes(64))
    for options in ([], ["--shared"], ["--readable"]):
        ended = ana.run("export", str(tmp_path / "x"), *options, "--json")
        assert (ended.code, ended.error["kind"]) == (10, "journal-unreadable")
        assert not (tmp_path / "x").exists()
    assert ana("export", str(tmp_path / "x"), "--private")["journals"] == ["private"]


# --- for people


@pytest.fixture
def lived(couple):
    """Ana's journal with something of each sort in it."""
    ana, _ = couple
    ana("write", "# no heading\n**nor** this \x1b[31m", "--share", "--date", "2026-03-01")
    first = ana("write", "walked", "--share", "--tag", "walks")["entry"]
    ana("edit", first["id"], "walked for long")
    ana("reply", first["id"], "and again")
    ana("react", first["id"], "hug")
    gone = ana("write", "gone", "--share")["entry"]
    ana("redact", gone["id"], "--yes")
    ana("write", "for me alone")
    ana("check-in", "calm", "--energy", "4", "--note", "a quiet day")
    return ana


def test_a_readable_export_is_for_people_and_says_that_it_is_open(lived, tmp_path):
    file = tmp_path / "journal {2026}.md"
    ended = lived.run("export", str(file), "--readable")
    assert ended.code == 0, ended.err
    assert "not encrypted" in ended.out
    assert mode(file) == 0o600
    text = file.read_text()
    assert not unkind_words(text + ended.out)
    assert text.startswith("# Ana's journal\n")
    assert "**not encrypted**" in text
    days = [line for line in text.splitlines() if line.startswith("## ")]
    # Two days of what is shared, then one of what is only hers.
    assert len(days) == 3
    assert days[0] == "## Sunday 1 March 2026"
    assert days[1] == days[2]
    # Words stand in quotes: none becomes a heading of the file or steers a terminal.
    assert "> # no heading\n> **nor** this [31m\n" in text
    for line in ("> walked for long", "> #walks", "↳ **Ana**", "> and again", "a hug from Ana",
                 "> (withdrawn)", "> a quiet day", "> and a bridge", "**Ben**"):  # fmt: skip
        assert line in text, line
    assert "> walked\n" not in text
    assert "> gone" not in text
    shared, private = text.split("\n# Only Ana's\n")
    assert "for me alone" not in shared
    assert "> for me alone" in private


def test_lines_of_json_are_documents(lived, tmp_path):
    file = tmp_path / "journal.jsonl"
    document = lived("export", str(file), "--readable", "--shared")
    entries = [json.loads(line) for line in file.read_text().splitlines()]
    assert len(entries) == document["entries"] == 7
    assert document["readable"]
    assert not [flaw for entry in entries for flaw in document_flaws(entry)]
    assert [e["day"] for e in entries] == sorted(e["day"] for e in entries)
    assert {e["journal"] for e in entries} == {"shared"}
    assert "for me alone" not in file.read_text()
    assert mode(file) == 0o600
