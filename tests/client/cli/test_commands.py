"""What commands say and do, over the fake journal."""

import json
import stat
import sys

import pytest

from inglenook_client.cli.texts import pairing, reading, writing
from inglenook_client.core.model import StatusView
from inglenook_client.core.ports import SyncReport
from inglenook_client.journal.errors import NoSuchEntryError
from inglenook_client.sync.errors import RelayUnreachableError
from inglenook_harness.fake_journal import INVITE, PHRASE, SAFETY_WORDS, FakeJournal
from inglenook_harness.formats import document_flaws, flaws, read_formats
from inglenook_harness.tone import unkind_words


def lines_of(ended):
    return [json.loads(line) for line in ended.out.splitlines()]


def test_starting_prints_the_phrase_for_scripts(new_nook):
    document = new_nook.json("start", "--name", "Ana")
    assert document["phrase"] == PHRASE
    assert not document_flaws(document)


def test_starting_writes_the_phrase_to_a_private_file(new_nook, tmp_path):
    path = tmp_path / "phrase"
    ended = new_nook("start", "--name", "Ana", "--phrase-file", str(path))
    assert ended.code == 0
    assert path.read_text().split() == PHRASE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "abandon" not in ended.out + ended.err


def test_starting_never_writes_over_a_file(new_nook, tmp_path):
    path = tmp_path / "phrase"
    path.write_text("something dear")
    assert new_nook("start", "--name", "Ana", "--phrase-file", str(path)).code == 6
    assert path.read_text() == "something dear"
    assert not new_nook.home.exists()


@pytest.mark.parametrize(
    ("arguments", "unlock", "code"),
    [
        (("--json",), True, 6),
        (("--name", " ", "--json"), True, 6),
        (("--name", "Ana"), True, 6),
        (("--name", "Ana", "--json"), False, 3),
    ],
)
def test_starting_without_a_terminal_asks_nothing(new_nook, arguments, unlock, code):
    ended = new_nook("start", *arguments, unlock=unlock)
    assert ended.code == code
    assert not new_nook.home.exists()


def test_starting_twice_is_refused(nook):
    ended = nook("start", "--name", "Ana", "--json")
    assert (ended.code, ended.error["kind"]) == (4, "profile-exists")


def test_writing_is_private_unless_shared(paired):
    assert paired.json("write", "A")["entry"]["visibility"] == "private"
    ended = paired("write", "B", "--share")
    assert "Shared with Ben. They may keep what they received." in ended.out
    shared = paired.json("timeline", "--shared")
    assert [e["current"]["text"] for d in shared["days"] for e in d["entries"]] == ["B"]


def test_writing_takes_every_detail(nook):
    first = nook.json("write", "one")["entry"]
    document = nook.json(
        "write", "two", "--progress", "--date", "2026-01-02", "--tag", "a", "--tag", "b",
        "--beside", first["id"][:8],
    )  # fmt: skip
    entry = document["entry"]
    assert (entry["kind"], entry["date"], entry["beside"]) == (
        "progress", "2026-01-02", first["id"],
    )  # fmt: skip
    assert entry["current"]["tags"] == ["a", "b"]


@pytest.mark.parametrize("arguments", [("write",), ("write", "-")])
def test_words_come_through_a_pipe(nook, arguments):
    entry = nook.json(*arguments, stdin="Zwölf\r\nLinien\n\n")["entry"]
    assert entry["current"]["text"] == "Zwölf\nLinien"


@pytest.mark.parametrize("position", ["before", "after"])
def test_json_stands_before_or_after_the_command(nook, position):
    arguments = ("--json", "timeline") if position == "before" else ("timeline", "--json")
    assert nook(*arguments).document["format"] == "inglenook.timeline/1"


def test_no_words_is_said_kindly(nook):
    for stdin in ("", " \n"):
        ended = nook("write", stdin=stdin)
        assert ended.code == 6
        assert ended.err.startswith(writing.NO_WORDS)


def test_check_ins(paired):
    entry = paired.json(
        "check-in", "calm", "tired", "--energy", "3", "--note", "n", "--helps", "tea"
    )["entry"]
    assert entry["visibility"] == "shared"
    assert entry["current"]["feelings"] == ["calm", "tired"]
    assert paired.json("check-in", "glad", "--private")["entry"]["visibility"] == "private"
    assert paired("check-in").code == 6
    assert paired("check-in", "--energy", "6").code == 2


def test_thanks(paired):
    entry = paired.json("thank", "You waited", "--did", "I breathed out")["entry"]
    assert entry["current"]["noticed"] == "You waited"
    assert entry["current"]["effect"] == "I breathed out"


def test_answers(paired):
    entry = paired.json("write", "x", "--share")["entry"]["id"]
    assert paired.json("reply", entry[:6], "y")["entry"]["replies"][0]["text"] == "y"
    assert paired.json("react", entry[:6], "hug")["entry"]["reactions"][0]["reaction"] == "hug"
    assert paired.json("react", entry[:6])["entry"]["reactions"][1]["reaction"] == "warm"
    assert paired.json("react", entry[:6], "--undo")["entry"]["reactions"] == []
    assert paired("react", entry[:6], "frown").code == 2


def test_changes(paired):
    entry = paired.json("write", "x", "--share")["entry"]["id"]
    assert paired.json("edit", entry[:6], "y")["entry"]["current"]["text"] == "y"
    details = paired.json("edit", entry[:6], "--tag", "z", stdin="not this")["entry"]
    assert details["current"]["text"] == "y"
    assert details["current"]["tags"] == ["z"]
    assert paired.json("edit", entry[:6], "--no-tags")["entry"]["current"].get("tags", []) == []
    assert len(paired.json("show", entry[:6])["entry"]["history"]) == 4
    assert paired("redact", entry[:6]).code == 6
    assert paired.json("redact", entry[:6], "--yes")["entry"]["redacted"] is True


def test_sharing_is_a_second_act(paired):
    entry = paired.json("write", "x")["entry"]["id"]
    assert paired("share", entry).code == 6
    assert paired.json("share", entry, "--yes")["entry"]["visibility"] == "shared"


def test_the_timeline_has_days_and_an_end(nook):
    for day in ("2026-03-01", "2026-03-02", "2026-03-03"):
        nook("write", f"On {day}", "--date", day)
    ended = nook("timeline", "--days", "2")
    assert ended.out.index("On 2026-03-03") < ended.out.index("On 2026-03-02")
    assert "nook timeline --before 2026-03-02" in ended.out
    ended = nook("timeline", "--before", "2026-03-02")
    assert "On 2026-03-01" in ended.out
    assert reading.END_FILTER in ended.out


def test_an_empty_journal_invites(nook):
    assert reading.EMPTY in nook("timeline").out
    assert reading.EMPTY_FILTER in nook("timeline", "--tag", "x").out
    assert reading.NO_HITS in nook("search", "x").out
    assert nook("drafts").err.strip() == writing.NO_DRAFTS


def test_a_partner_cannot_steer_the_terminal(nook):
    nook("write", "before\x1b[2J\x1b]0;title\x07after \u202eevil [bold]plain[/bold]\r\n\tend")
    ended = nook("timeline")
    assert "\x1b" not in ended.out
    assert "\x07" not in ended.out
    assert "\u202e" not in ended.out
    assert "[bold]plain[/bold]" in ended.out


@pytest.mark.parametrize("columns", ["24", "40", "200"])
def test_any_width_holds_wide_characters(paired, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    paired("write", "日本語のとても長い文章です。" * 5 + " \N{HOT BEVERAGE}\ufe0f" * 9, "--share")
    for command in ("timeline", "status"):
        ended = paired(command)
        assert ended.code == 0
        assert "日" in ended.out or command == "status"


def test_status_in_words(paired):
    out = paired("status").out
    assert "Ana's journal, shared with Ben" in out
    assert "2 changes wait to be sent" in out
    assert "3f9a 3f9a 3f9a 3f9a 3f9a" in out
    assert "The relay has less than it had before." in out


def test_inviting_by_script(nook):
    options = ("--relay", "https://r.example", "--token", "t", "--confirm", "stdin", "--json")
    ended = nook("invite", *options, stdin="yes\n")
    events = lines_of(ended)
    assert [event["event"] for event in events] == ["invite", "words", "paired"]
    assert events[0]["invite"] == INVITE
    assert events[1]["words"] == SAFETY_WORDS
    assert not [flaw for event in events for flaw in document_flaws(event)]


@pytest.mark.parametrize("said", ["no\n", "", "maybe\n"])
def test_words_that_are_not_confirmed_pair_nothing(nook, said):
    options = ("--relay", "https://r.example", "--token", "t", "--confirm", "stdin")
    ended = nook("invite", *options, stdin=said)
    assert ended.code == 9
    assert nook.json("status")["partner"] is None


def test_joining_by_script(nook):
    ended = nook("join", "--confirm", "stdin", "--json", stdin=f"{INVITE}\nyes\n")
    assert [event["event"] for event in lines_of(ended)] == ["words", "paired"]
    assert nook("join", "nonsense", "--confirm", "stdin").code == 6
    assert nook("join", "--confirm", "stdin").code == 6


def test_pairing_asks_nobody_where_nobody_is(nook):
    ended = nook("invite", "--relay", "https://r.example", "--token", "t", "--json")
    assert (ended.code, ended.error["kind"]) == (6, "confirmation-needed")
    assert nook("invite", "--confirm", "stdin").code == 6


def test_syncing(paired):
    ended = paired("sync")
    assert ended.out.strip() == "All settled: received, sent."
    assert ended.err == ""
    assert not document_flaws(paired.json("sync"))


@pytest.mark.parametrize("worked", ["shared", "private"])
def test_a_sync_of_which_one_half_worked_says_both(paired, monkeypatch, worked):
    async def partly(_self, progress=None, settled=None):
        settled(worked, SyncReport(1, 0, False, {}, {}))
        raise RelayUnreachableError("The relay can't be reached.")

    monkeypatch.setattr(FakeJournal, "sync", partly)
    ended = paired("sync")
    assert (ended.code, "received" in ended.out) == (7, True)
    assert ended.out.startswith("All settled" if worked == "shared" else "Private journal settled")
    other = {"shared": "private", "private": "shared"}[worked]
    assert ended.err.startswith(f"The {other} journal was not exchanged this time.\n")
    assert "can't be reached" in ended.err
    ended = paired("sync", "--json")
    assert (ended.code, ended.error["kind"]) == (7, "relay-unreachable")
    assert ended.document["settled"] == [worked]
    assert ended.document["received"] is (worked == "shared")
    assert (ended.document["private"] is None) is (worked == "shared")
    assert not document_flaws(ended.document)


def test_a_sync_of_which_nothing_worked_says_why_alone(paired, monkeypatch):
    async def nothing(_self, progress=None, settled=None):
        raise RelayUnreachableError("The relay can't be reached.")

    monkeypatch.setattr(FakeJournal, "sync", nothing)
    assert paired("sync", "--json").out == ""
    assert "not exchanged" not in paired("sync").err


def test_the_phrase_is_checked_from_standard_input(nook):
    assert not nook.json("status")["phrase_checked"]
    assert nook.json("phrase", "check", stdin="\n".join(PHRASE).upper())["fits"] is True
    assert nook.json("status")["phrase_checked"]
    assert nook("phrase", "check", stdin="abandon " * 24).code == 6
    assert "Word 2 " in nook("phrase", "check", stdin="abandon abandn").err
    assert nook("phrase", "check").code == 6


def test_changing_the_passphrase(nook, tmp_path):
    new = tmp_path / "new"
    new.write_text("another set of words")
    assert nook("passphrase", "change").code == 3
    assert nook("passphrase", "change", "--new-passphrase-file", str(new), "--os-keyring").code == 2
    document = nook.json("passphrase", "change", "--new-passphrase-file", str(new))
    assert not document_flaws(document)
    assert nook("timeline").code == 3
    nook.passphrase_file = new
    assert nook("timeline").code == 0


def test_the_safety_page_needs_no_journal(new_nook):
    ended = new_nook("safety", unlock=False)
    assert "local emergency number" in " ".join(ended.out.split())
    assert not document_flaws(new_nook("safety", "--json", unlock=False).document)


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_completion(new_nook, shell):
    assert "_NOOK_COMPLETE" in new_nook("completion", shell).out
    assert not document_flaws(new_nook("completion", shell, "--json").document)


def test_documents_are_as_described(paired, tmp_path):
    """The fake answers with the model's own views, so this holds the description to them."""
    entry = paired.json("write", "x", "--share", "--tag", "t")["entry"]["id"]
    paired("thank", "n", "--did", "d")
    paired("check-in", "calm", "--energy", "2")
    paired("reply", entry, "y")
    paired("react", entry, "hug")
    paired("write", "z", unlock=False)
    documents = [
        paired.json(*arguments)
        for arguments in (
            ("timeline",), ("show", entry), ("search", "x"), ("status",), ("drafts",), ("sync",),
        )
    ]  # fmt: skip
    assert documents[3]["drafts"] == 1
    draft = documents[4]["drafts"][0]["id"]
    documents += [paired.json("drafts", "show", draft), paired.json("drafts", "drop", draft)]
    assert not [flaw for document in documents for flaw in document_flaws(document)]


def test_the_description_names_every_field_of_the_model():
    described = read_formats()
    assert set(StatusView.__struct_fields__) | {"format"} == set(described["inglenook.status/2"])
    assert flaws({}, "version", described)
    assert flaws({"format": 1, "days": [{}], "before": None, "x": 1}, "inglenook.timeline/1",
                 described)  # fmt: skip


def test_everything_that_was_printed_is_kind(paired):
    entry = paired.json("write", "x", "--share")["entry"]["id"]
    for arguments in (
        ("timeline",), ("status",), ("show", entry), ("sync",), ("safety",), ("drafts",),
        ("show", "ffff0000"), ("write",), ("--help",),
    ):  # fmt: skip
        ended = paired(*arguments)
        assert not unkind_words(ended.out + ended.err)


def test_the_home_has_a_default(new_nook, monkeypatch):
    import platformdirs

    from inglenook_client.cli.run import Run

    monkeypatch.setattr(platformdirs, "user_data_path", lambda *_, **__: "/somewhere")
    assert str(Run().home) == "/somewhere"
    assert sys.stdin is not None


@pytest.mark.parametrize("wide", [20, 60])
def test_an_invite_may_be_broken_into_lines(nook, wide):
    given = "\n".join(INVITE[at : at + wide] for at in range(0, len(INVITE), wide))
    ended = nook("join", "--confirm", "stdin", "--json", stdin=f"{given}\nyes\n")
    assert [event["event"] for event in lines_of(ended)] == ["words", "paired"]


def test_an_invite_may_be_several_words(nook):
    ended = nook("join", INVITE[:30], f" {INVITE[30:50]}\n", INVITE[50:], "--confirm", "stdin",
                 "--json", stdin="yes\n")  # fmt: skip
    assert [event["event"] for event in lines_of(ended)] == ["words", "paired"]


def test_pairing_unlocks_before_it_asks(nook):
    nook.passphrase_file.write_text("not this")
    assert nook("join", "--confirm", "stdin").code == 3
    options = ("--relay", "https://r.example", "--token", "t", "--confirm", "stdin")
    assert nook("invite", *options, stdin="yes\n").code == 3


def test_a_second_pairing_is_refused_before_any_question(paired):
    for arguments in (("join",), ("invite", "--relay", "https://r.example", "--token", "t")):
        ended = paired(*arguments, "--confirm", "stdin", "--json")
        assert ended.error["kind"] == "already-paired"


def test_after_a_yes_the_other_side_is_waited_for(nook):
    options = ("--relay", "https://r.example", "--token", "t", "--confirm", "stdin")
    assert pairing.OTHER_SIDE in nook("invite", *options, stdin="yes\n").err


def test_a_word_that_does_not_fit_is_told_with_those_that_do(paired):
    entry = paired.json("write", "x", "--share")["entry"]["id"]
    ended = paired("react", entry, "kiss")
    assert ended.code == 2
    assert "“kiss” is not one of" in ended.err
    assert "warm, smile, hug, thanks or with-you" in ended.err
    ended = paired("timeline", "--kind", "letter")
    assert ended.code == 2
    assert "moment, progress, check-in, appreciation, " in ended.err


def test_an_id_that_is_too_short_is_told_so(nook):
    assert str(NoSuchEntryError("12")).startswith("“12” is too short")
    assert "four digits or more" in nook("drafts", "drop", "abc").err


def test_sharing_and_taking_back_each_say_what_they_need(paired):
    entry = paired.json("write", "x")["entry"]["id"]
    assert writing.SHARE_NEEDS_YES in paired("share", entry).err
    assert writing.REDACT_NEEDS_YES in paired("redact", entry).err
    assert "--yes" in writing.NEEDS_YES_STEP


def test_nothing_stands_at_the_end_of_a_line(paired):
    entry = paired.json("write", "A line that ends " * 20, "--share")["entry"]["id"]
    paired("reply", entry, "y")
    for command in (("timeline",), ("show", entry), ("search", "line"), ("status",)):
        out = paired(*command).out
        assert out
        assert all(line == line.rstrip() for line in out.splitlines())


def test_the_relay_is_shown_and_changed(paired, monkeypatch):
    assert paired.json("relay")["relay"] == "https://relay.example"
    monkeypatch.setenv("NOOK_TOKEN", "t")
    assert paired.json("relay")["relay"] == "https://relay.example"  # a token alone changes nothing
    assert "https://other.example" in paired("relay", "https://other.example").out
    document = paired.json("relay", "--token", "u")
    assert document["relay"] == "https://other.example"
    assert not document_flaws(document)


def test_help_is_a_command_too(new_nook):
    assert "nook COMMAND --help" in new_nook("help", "help").out
    assert new_nook("help").out == new_nook("--help").out
    assert new_nook("help", "drafts", "drop").out == new_nook("drafts", "drop", "--help").out
    assert not document_flaws(new_nook("help", "write", "--json").document)
    ended = new_nook("help", "nonsense")
    assert ended.code == 2
    assert "“nonsense”" in ended.err
