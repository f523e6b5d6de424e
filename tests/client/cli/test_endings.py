"""How commands end that were not carried out: codes, sentences, and words that are kept."""

import errno
import importlib

import pytest

from inglenook_client.cli import app, session
from inglenook_client.cli.exit_codes import ExitCode, exit_code_of, kind_of
from inglenook_client.cli.texts import common, writing
from inglenook_client.keyring import errors as keyring_errors
from inglenook_harness.checkout import ROOT
from inglenook_harness.fake_journal import FakeJournal
from inglenook_harness.formats import flaws, read_formats
from inglenook_protocol.errors import (
    InglenookError,
    LocalProtocolError,
    Reject,
    RemoteProtocolError,
    TrustError,
)

LETTER = "A letter that took an hour.\nAnd a second line."


def texts(nook):
    return [draft["text"] for draft in nook.json("drafts")["drafts"]]


class StoreError(Exception):
    """As the store's: no InglenookError, and yet with sentences."""

    message = "The disk is full, so this couldn't be saved yet."
    next_step = "Free some space."


class DiskFullError(StoreError):
    pass


CASES = [
    (keyring_errors.WrongPassphraseError(), 3, "wrong-passphrase"),
    (keyring_errors.UnlockNeededError(), 3, "unlock-needed"),
    (keyring_errors.KeyringUnavailableError(), 3, "keyring-unavailable"),
    (keyring_errors.NoProfileError(), 4, "no-profile"),
    (LocalProtocolError("The text is longer than 64 KiB."), 6, "local-protocol"),
    (type("RelayUnreachableError", (InglenookError,), {})("Not there."), 7, "relay-unreachable"),
    (type("RelayRefusedError", (InglenookError,), {})("No."), 8, "relay-refused"),
    (type("InviteUsedError", (InglenookError,), {})("Used."), 9, "invite-used"),
    (DiskFullError(), 10, "disk-full"),
    (OSError(errno.ENOSPC, "No space"), 10, "disk-full"),
    (TrustError(Reject.BAD_KEY, "A key does not hold."), 11, "trust"),
    (RemoteProtocolError(Reject.GAP, "There is a gap."), 11, "remote-protocol"),
    (RuntimeError("/secret/path: letter"), 1, "unexpected"),
    (KeyboardInterrupt(), 130, "stopped"),
    (NotImplementedError(), 1, "not-here-yet"),
]


@pytest.mark.parametrize(("error", "code", "kind"), CASES, ids=lambda value: str(value))
def test_whatever_ends_a_write_its_words_are_kept(nook, monkeypatch, error, code, kind):
    async def stand_in(self, *args, **kwargs):
        raise error

    monkeypatch.setattr(FakeJournal, "write", stand_in)
    ended = nook("write", LETTER)
    assert ended.code == code
    assert ended.out == ""
    assert common.WORDS_KEPT in ended.err
    assert "Traceback" not in ended.err
    assert "secret" not in ended.err
    as_json = nook("write", LETTER, "--json")
    assert as_json.code == as_json.error["exit_code"] == code
    assert as_json.error["kind"] == kind
    assert as_json.error["words_kept"] is True
    assert not flaws(as_json.error, "error", read_formats())
    assert texts(nook) == [LETTER, LETTER]


@pytest.mark.parametrize(
    "arguments",
    [("write",), ("write", "-"), ("thank",), ("reply", "abcd1234"), ("edit", "abcd1234", "-")],
)
def test_a_locked_door_keeps_what_came_through_the_pipe(nook, arguments):
    ended = nook(*arguments, stdin=LETTER + "\n", unlock=False)
    assert ended.code == 3
    assert [text.strip() for text in texts(nook)] == [LETTER]


def test_a_wrong_passphrase_keeps_the_words(nook):
    nook.passphrase_file.write_text("something else")
    assert nook("write", LETTER).code == 3
    nook.passphrase_file.write_text("four quiet words here")
    assert texts(nook) == [LETTER]


def test_a_text_beyond_the_limit_is_kept_whole(nook):
    long = "x" * 70_000
    ended = nook("write", stdin=long)
    assert ended.code == 6
    assert texts(nook) == [long]


def test_a_date_that_does_not_exist_keeps_the_words(nook):
    for date in ("2026-02-30", "20260203", "tomorrow", "2026-W01-1"):
        assert nook("write", LETTER, "--date", date).code == 6
    assert len(texts(nook)) == 4


def test_all_words_of_a_command_are_kept(nook):
    nook("thank", "You waited", "--did", "I breathed out", "--date", "x")
    nook("check-in", "calm", "--energy", "2", "--note", "A note", "--date", "x")
    assert texts(nook) == ["You waited\n\nI breathed out", "calm\nenergy 2\nA note"]


def test_words_that_cannot_be_kept_are_shown_again(new_nook):
    ended = new_nook("write", LETTER)
    assert ended.code == 4
    assert f"{common.WORDS_FROM}\n{LETTER}\n{common.WORDS_TO}" in ended.err
    ended = new_nook("write", "--json", stdin=LETTER)
    assert ended.error["words_kept"] is False
    assert ended.error["words"] == LETTER
    assert not new_nook.home.exists()


def test_keeping_that_goes_wrong_shows_the_words(nook, monkeypatch):
    async def broken(home, command, text):
        raise OSError(errno.EIO, "disk")

    monkeypatch.setattr(session, "keep", broken)
    ended = nook("write", LETTER, "--share")
    assert ended.code == 6
    assert LETTER in ended.err


def test_a_draft_is_taken_up_again_and_let_go(nook):
    nook("write", LETTER, unlock=False)
    draft = nook.json("drafts")["drafts"][0]["id"]
    assert nook("write", "--draft", draft[:3]).code == 5
    assert nook("write", "other", "--draft", draft[:8]).code == 2
    ended = nook("write", "--draft", draft[:8], "--share")
    assert ended.code == 6
    assert common.WORDS_STILL_KEPT in ended.err
    assert texts(nook) == [LETTER]
    entry = nook.json("write", "--draft", draft[:8])["entry"]
    assert entry["current"]["text"] == LETTER
    assert texts(nook) == []


def test_dropping_a_draft(nook):
    nook("write", LETTER, unlock=False)
    draft = nook.json("drafts")["drafts"][0]["id"]
    assert nook("drafts", "show", draft[:8]).out == LETTER + "\n"
    assert nook("drafts", "drop", "00000000").code == 5
    assert nook("drafts", "drop", draft[:8]).code == 0
    assert texts(nook) == []


def test_what_is_not_text_is_refused(nook):
    assert nook("write", stdin=b"\xff\xfe\x00").code == 6


def test_entries_are_named_by_a_beginning_that_is_theirs_alone(nook):
    entry = nook.json("write", "x")["entry"]["id"]
    assert nook("show", entry[:4]).code == 0
    for beginning in (entry[:3], "zzzz", "0" * 63):
        ended = nook("show", beginning, "--json")
        assert (ended.code, ended.error["kind"]) == (5, "no-such-entry")


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("write", "--nonsense"), ("search",), ("timeline", "--kind", "x")]
)
def test_a_command_used_otherwise_than_meant(nook, arguments):
    ended = nook(*arguments)
    assert ended.code == 2
    assert "--help" in ended.err
    assert nook(*arguments, "--json").error["kind"] == "usage"


def test_a_text_that_looks_like_an_option(nook):
    assert nook("write", "--", "--json").out.startswith("Kept")


def test_details_are_there_for_those_who_ask(nook, monkeypatch):
    async def stand_in(self, **kwargs):
        raise RuntimeError(LETTER)

    monkeypatch.setattr(FakeJournal, "timeline", stand_in)
    assert "RuntimeError" not in nook("timeline").err
    monkeypatch.setenv("NOOK_DEBUG", "1")
    told = nook("timeline").err
    assert "RuntimeError" in told
    assert "in stand_in" in told, "and where it was"
    assert "letter" not in told, "people paste this into reports"


def test_no_home_no_journal(new_nook):
    for command in (("timeline",), ("status",), ("drafts",), ("sync",), ("show", "abcd")):
        ended = new_nook(*command)
        assert ended.code == 4
        assert "nook start" in ended.err


def test_codes_follow_base_classes():
    class RelayRefusedError(InglenookError):
        pass

    class OddRelayError(RelayRefusedError):
        pass

    assert exit_code_of(OddRelayError("x")) is ExitCode.RELAY_REFUSED
    assert kind_of(OddRelayError("x")) == "odd-relay"
    assert exit_code_of(ValueError()) is ExitCode.UNEXPECTED


def test_every_error_of_the_layers_below_has_a_code():
    modules = (
        "cli.errors", "journal.errors", "keyring.errors", "store.errors", "sync.errors",
    )  # fmt: skip
    unknown = [
        name
        for module in modules
        for name, kind in vars(importlib.import_module(f"inglenook_client.{module}")).items()
        if isinstance(kind, type)
        and issubclass(kind, Exception)
        and name not in {"InglenookError", "NothingWrittenError"}
        and exit_code_of(kind.__new__(kind)) is ExitCode.UNEXPECTED
    ]
    assert not unknown


def test_the_table_of_codes_is_the_one_described():
    import inglenook_client.cli.exit_codes as module

    def rows(text):
        return [line for line in text.splitlines() if line.startswith("| ") and line[2].isdigit()]

    described = (ROOT / "client/FORMATS.md").read_text(encoding="utf-8")
    assert rows(module.__doc__ or "") == rows(described)
    assert [int(row.split("|")[1]) for row in rows(described)] == [int(c) for c in ExitCode]


def test_the_help_lists_every_command_with_its_own_line(new_nook):
    listed = {name: line for section in app.SECTIONS.values() for name, line in section.items()}
    assert list(listed) != []
    assert set(listed) == set(app._PLACES)
    context = app.nook.make_context("nook", ["safety"], resilient_parsing=True)
    for name, line in listed.items():
        if name == "demo":
            continue
        command = app.nook.get_command(context, name)
        assert command is not None
        assert command.get_short_help_str(200) == line
        ended = new_nook(name, "--help")
        assert ended.code == 0
        assert "Usage: nook" in ended.out


def test_reactions_are_those_of_the_protocol():
    from inglenook_client.cli.commands.answer import REACTIONS
    from inglenook_client.cli.texts import reading, writing
    from inglenook_protocol import kinds

    assert REACTIONS == kinds.REACTIONS
    assert set(REACTIONS) == set(reading.REACTIONS) == set(writing.REACTED_WITH)


def test_words_that_found_their_place_leave_the_drafts(nook):
    nook("write", LETTER, "--date", "x")
    nook("write", "Other words", "--date", "x")
    nook("reply", "00000000", LETTER)
    assert writing.TWIN_DROPPED in nook("write", LETTER + "\n").err
    assert texts(nook) == ["Other words", LETTER]
    nook("thank", "You waited", "--did", "I breathed out", "--date", "x")
    nook("thank", "You waited", "--json")
    assert len(texts(nook)) == 3
    nook("thank", "You waited", "--did", "I breathed out", "--json")
    assert len(texts(nook)) == 2


def test_how_to_take_up_kept_words_fits_their_command(nook):
    for arguments, told in (
        (("write", "a", "--date", "x"), "nook write --draft"),
        (("reply", "00000000", "b"), "nook reply ID --draft"),
        (("check-in", "calm", "--date", "x"), "nook write --draft"),
    ):
        nook(*arguments)
        assert told in nook("drafts").err
    assert "nook drafts drop ID" in nook("drafts").err
