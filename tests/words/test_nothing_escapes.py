"""Spoken in a language that nobody speaks, no screen shows a plain English word.

The two people have Greek names and write Greek, so every word in plain letters is ours: a
command, an option, or a text that went around the catalogue.
"""

# ruff: noqa: RUF001 - Greek letters are meant

import json
import os
import re
import subprocess
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import click
import pytest

from inglenook_client import language
from inglenook_client.cli import ending, explaining, moments, speaking
from inglenook_client.cli.app import SECTIONS, nook
from inglenook_client.cli.choosing import OneOfWhat
from inglenook_client.cli.render import dates
from inglenook_client.cli.render import entry as render_entry
from inglenook_client.cli.render import status as render_status
from inglenook_client.cli.render import timeline as render_timeline
from inglenook_client.cli.render.page import Page
from inglenook_client.cli.run import Run, WordsLeft
from inglenook_client.cli.texts import safety, writing
from inglenook_client.core import clocks, notices
from inglenook_client.core.model import (
    By,
    DayView,
    EntityKind,
    EntryView,
    LogStatus,
    Notice,
    ReactionView,
    Receipt,
    ReplyView,
    SearchHit,
    SpaceStatus,
    StatusView,
    TimelineView,
    Version,
)
from inglenook_client.journal.errors import JournalUnreadableError, PartMissingError
from inglenook_client.sync.errors import error_for_code
from inglenook_harness.nook import NOOK, Person
from inglenook_harness.paired import pair_again
from inglenook_harness.pseudo import LONGER, escaped, pseudo
from inglenook_harness.relay import RelayProcess
from inglenook_protocol.errors import InglenookError

ANA, BEN = "Άννα", "Βασίλης"
WALK = "Περπατήσαμε στο ποτάμι."
NOW = date(2026, 11, 27)


def commands(command, path=("nook",)):
    """Every command with its name, groups' own ones too."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path[-1])
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found, (*path, name))


def typed_words():
    """What a person types or reads as it is typed: commands, options, and what they take."""
    known = {"nook", "OPTIONS", "COMMAND", "ARGS"}
    for path, command in commands(nook):
        known |= {part for name in path for part in name.split("-")} | set(path)
        for parameter in command.params:
            known |= {word for option in [*parameter.opts, *parameter.secondary_opts]
                      for word in (option.lstrip("-"), *option.lstrip("-").split("-"))}  # fmt: skip
            known |= set(re.findall(r"\w+", parameter.metavar or parameter.name or ""))
            known |= {(parameter.name or "").upper()}
            if isinstance(parameter.type, click.Choice):
                known |= set(map(str, parameter.type.choices))
            if isinstance(parameter.type, OneOfWhat):
                known |= set(parameter.type.words())
            if isinstance(parameter.type, click.Path):
                known |= {"FILE", "PATH", "DIRECTORY"}
            if isinstance(parameter.type, click.IntRange):
                known |= {"INTEGER", "RANGE"}
    return known | {"help", "plain"}  # and what shell completion says of a word


KNOWN = typed_words()


def check(shown, *ours):
    """Nothing plain is left; ``ours``: paths and the like, that stand there as they are."""
    for thing in ours:
        shown = shown.replace(str(thing), "")
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    shown = re.sub(
        r"https?://\S+|inglenook:1:\S+|\b[0-9a-f]{8}\b|(?:\b[0-9a-f]{4}\b ?){5,}", "", shown
    )
    left = escaped(shown, KNOWN)
    assert not left, f"{left} in {shown[:600]}"
    return shown


@pytest.fixture
def in_nobodys(nobodys):
    explaining.speak(nobodys)


# --- the check itself


def test_the_language_is_plain_nowhere_and_longer():
    said = pseudo("Shared with {partner}. They may keep what they received.")
    assert "{partner}" in said
    assert escaped(said, set()) == ["partner"]
    assert len(said) > (1 + LONGER * 0.9) * len("Shared with {partner}. They may keep what they ")


@pytest.mark.parametrize("planted", ["Kept.", "Kept in your journal: nook drafts"])
def test_a_text_that_escapes_is_found(planted, in_nobodys):
    assert escaped(f"{writing.SHARED}\n{planted}", KNOWN)
    with pytest.raises(AssertionError, match="Kept"):
        check(planted)


def test_a_text_planted_in_a_command_is_found(couple, monkeypatch):
    """The whole way: a constant that is not in the catalogue shows on a real screen."""
    ana, _ben = couple
    monkeypatch.setattr("inglenook_client.cli.texts.writing.KEPT_PRIVATE", "It is here now.")
    ended = ana.run("write", WALK)
    with pytest.raises(AssertionError, match="It is here now"):
        check(ended.out)


def test_what_errors_say_goes_through_the_catalogue(in_nobodys, capsys):
    ending.ended_by(InglenookError("Planted and nowhere else.", ""), Run())
    with pytest.raises(AssertionError, match="Planted"):
        check(capsys.readouterr().err)


# --- help


@pytest.mark.long
@pytest.mark.parametrize("path", [path for path, _ in commands(nook)], ids=" ".join)
def test_help(path, nobodys, tmp_path):
    person = _Quiet(tmp_path, nobodys)
    shown = check(person.run(*path[1:], "--help").out)
    assert pseudo("Usage:") in shown
    assert pseudo("Show this message and exit.").split()[0] in shown


class _Quiet(Person):
    def __init__(self, folder, spoken):
        super().__init__(folder / "quiet", "Quiet")
        self.language = spoken


def test_the_list_of_commands_and_completion(nobodys, tmp_path):
    person = _Quiet(tmp_path, nobodys)
    shown = person.run("--help").out
    for section, lines in SECTIONS.items():
        assert pseudo(section) in shown
        assert all(pseudo(line).split()[0] in shown for line in lines.values())
    completing = {"_NOOK_COMPLETE": "bash_complete", "COMP_WORDS": "nook wri", "COMP_CWORD": "1"}
    done = subprocess.run(
        NOOK, env=person.environment() | completing, capture_output=True, text=True, check=False
    )
    check(done.stdout)


SLIPS = [
    ("nonsense",), ("writ",), ("write", "--nonsense"), ("show",), ("timeline", "--kind", "x"),
    ("timeline", "--days", "x"), ("timeline", "--days", "0"), ("write", "α", "β", "γ"),
    ("react", "00000000", "nod"), ("passphrase",), ("phrase",), ("erase",), ("write", "--json=1"),
    ("write", "--tag"), ("recover",), ("completion", "zzz"), ("help", "zzz"),
    ("write", "α", "--draft", "αβ"), ("passphrase", "zzz"), ("share", "--yes=1", "x"),
    ("sync",), ("timeline",), ("restore", "/nowhere/at-all"), ("start",), ("join",), ("invite",),
]  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("arguments", SLIPS, ids=" ".join)
def test_slips(arguments, nobodys, tmp_path):
    person = _Quiet(tmp_path, nobodys)
    ended = person.run(*arguments)
    assert ended.code != 0
    given = {"nonsense", "writ", "nod", "zzz", "json"}
    for word in sorted(given):
        ended.err = re.sub(rf"\b{word}\b", "", ended.err)
    check(ended.err + ended.out, "NOOK_HOME", "NOOK_TOKEN")


def test_a_language_that_nobody_has_yet(tmp_path):
    person = _Quiet(tmp_path, "en")
    ended = person.run("--language", "xx", "--help")
    assert ended.code == 2
    assert "“xx”" in ended.err
    assert "de" in ended.err


# --- what commands say, over a real relay


@pytest.fixture(scope="module")
def relay(tmp_path_factory):
    with RelayProcess(tmp_path_factory.mktemp("relay") / "data") as relay:
        yield relay


@pytest.fixture(scope="module")
def couple(tmp_path_factory, relay, nobodys):
    """Two who are paired, whose computers speak what nobody speaks."""
    folder = tmp_path_factory.mktemp("couple")
    people = Person(folder / "ana", ANA), Person(folder / "ben", BEN)
    for person in people:
        person.start()
        person.language = nobodys
    pair_again(*people, relay.url, relay.token)
    return people


REFUSED = [
    (("write", WALK, "--share", "--date", "2099-01-01"), 6),
    (("write", WALK, *(word for n in range(40) for word in ("--tag", str(n)))), 6),
    (("write", "α" * 70_000), 6),
    (("write", "  "), 6),
    (("write", WALK, "--beside", "0000"), 5),
    (("check-in", *map(str, range(40))), 6),
    (("check-in",), 6),
    (("show", "000"), 5),
    (("show", "00000000"), 5),
    (("redact", "0000", "--yes"), 5),
    (("drafts", "show", "000"), 5),
    (("drafts", "show", "00000000"), 5),
    (("write", "--draft", "00000000"), 5),
    (("timeline", "--before", "αύριο"), 6),
    (("invite", "--relay", "https://relay.example", "--token", "t", "--confirm", "stdin"), 6),
    (("join", "--confirm", "stdin"), 6),
    (("leave",), 6),
    (("erase", "--all"), 6),
    (("anew",), 6),
    (("start", "--name", ANA), 4),
    (("relay", "ftp://relay.example"), 6),
    (("backup", "."), 6),
    (("restore", "."), 4),
    (("phrase", "check"), 6),
    (("wipe",), 6),
]


@pytest.mark.long
def test_what_is_said_when_it_is_refused(couple, tmp_path):
    ana, _ben = couple
    for arguments, code in REFUSED:
        ended = ana.run(*arguments)
        assert ended.code == code, (arguments, ended.err)
        check(ended.err + ended.out, tmp_path)
    ended = ana.run("phrase", "check", stdin="άλφα βήτα")
    assert ended.code == 6
    check(ended.err)
    other = tmp_path / "other"
    other.write_text("άλλο")
    ended = ana.run("--passphrase-file", str(other), "timeline")
    assert ended.code == 3
    check(ended.err)


TENDED = [
    ["today"], ["ritual"], ["time"], ["topics"], ["zone"], ["reminders"],
    ["step-review"], ["ritual", "kept"], ["time", "kept"],
    ["ritual", "new", "Βόλτα", "mon,thu", "--at", "20:30", "--words", "Στο ποτάμι"],
    ["ritual", "new", "Καφές"], ["ritual", "new", "Χορός", "every 2 weeks"],
    ["ritual", "new", "Φίλοι", "FREQ=MONTHLY;BYDAY=-1FR"], ["ritual", "new", "Τσάι", "ποτέ"],
    ["ritual", "kept", "καφ", "Στο παράθυρο"], ["ritual", "kept"],
    ["ritual", "rest", "βόλ"], ["ritual", "wake", "βόλ"], ["ritual", "rest", "βόλ"], ["ritual"],
    ["park", "Οδοντίατρος"], ["topics"], ["word", "Μαζί σου"],
    ["affection", "Στην πόρτα"], ["time", "plan", "αύριο"], ["time", "move", "ναι", "25:00"],
    ["time", "plan", "2099-01-02", "20:00", "--boundary", "Λείπουμε", "--fallback", "Τσάι"],
    ["time", "plan", "2099-01-01", "20:00"], ["time"],
    ["reminders", "--days", "366"], ["reminders", "--quiet", "21:30-07:00"],
    ["reminders", "--quiet", "πότε"], ["reminders", "--quiet", "off"],
    ["today"], ["week", "--week", "2026-W02"], ["week", "--week", "πότε"],
    ["review", "ready"], ["review", "write", "Γελάσαμε", "--helped", "Ο ύπνος"], ["review"],
    ["review", "ready"], ["review"], ["review", "write", "--adjust", "Λιγότερο"],
    ["review", "take-back"], ["setback", "write", "Φωνάξαμε"], ["setback"],
    ["zone", "Κάπου"], ["zone", "Europe/Vienna"], ["zone"],
    ["time", "kept", "--short"], ["time", "let-go"],
]  # fmt: skip
_TYPED = re.compile(r"Europe/Vienna|UTC|[A-Z][a-z]+/[A-Z]\w+|\bFREQ=\S+|\d{4}-W\d\d|2099-\S+")


@pytest.mark.long
def test_what_keeps_two_people_close_is_said(couple):
    ana, _ben = couple
    for arguments in TENDED:
        ended = ana.run(*arguments)
        check(_TYPED.sub("", ended.err + ended.out))
    starts = datetime.now(UTC) - timedelta(minutes=1)
    ana.run("time", "plan", f"{starts:%Y-%m-%d}", f"{starts:%H:%M}")
    for command in ("today", "week", "topics", "reminders", "time", "sync", "timeline"):
        check(_TYPED.sub("", ana.run(command).out))
    ana.run("time", "kept")


def test_documents_are_the_same_in_every_language(couple):
    ana, _ben = couple
    nobodys = ana.language
    ana("write", WALK)
    shown = {}
    for spoken in (ana.language, "en", "de"):
        ana.language = spoken
        shown[spoken] = [
            ana.run(*arguments, "--json").out + ana.run(*arguments, "--json").err
            for arguments in (
                ["timeline"], ["status"], ["safety"], ["show", "0000"], ["write", "--date", "x"],
                ["help", "write"],
            )
        ]  # fmt: skip
    ana.language = nobodys
    first, *others = shown.values()
    assert all(other == first for other in others)
    assert json.loads(first[2])["title"] == safety.TITLE


# --- what is rarely seen


def version(text):
    return Version(
        event="ef" * 32, written_at="2026-03-04T10:20:00+00:00", date="2026-03-04", text=text,
        energy=3, effect="ναι", would_help="τσάι",
    )  # fmt: skip


def test_all_that_a_status_can_say(in_nobodys, capsys):
    noticed = [*notices._TEXTS, "a name that is not known"]
    said = [notices.notice(name) for name in noticed]
    said += filter(None, map(clocks.clock_notice, (4_000, -90_000, 10_000_000, 9e8, 7_200)))
    for missing in (PartMissingError(), InglenookError("")):
        for space in ("private", "shared", "earlier-0"):
            error = JournalUnreadableError(space, missing)
            said.append(Notice("x", error.message, error.next_step))
    people: list[tuple[By, bool]] = [("me", True), ("me", False), ("partner", False)]
    logs = [
        LogStatus("ab" * 32, who, this, standing)
        for who, this in people
        for standing in (True, False)
    ]
    before = "2025-03-04T10:20:00+00:00"
    for left in (None, before):
        for count in (0, 1, 5):
            shared = SpaceStatus("shared", "ab" * 32, "cd" * 32, count, count, logs, said, left)
            for partner, relay in ((BEN, "https://relay.example"), (None, None)):
                view = StatusView(
                    ANA, partner, bool(count), relay, before if count else None, count, [shared],
                    relay and "2026-11-26T10:20:00+00:00", said,
                )  # fmt: skip
                render_status.status(Page(), view, NOW)
    check(capsys.readouterr().out)


def test_all_errors_of_a_relays_answers(in_nobodys, capsys):
    from inglenook_client.sync import errors

    for code in [*errors._TEXT_BY_CODE, *errors._BY_CODE, "slow-down", "stopping", "something"]:
        ending.ended_by(error_for_code(code), Run())
    check(capsys.readouterr().err)


def subclasses(kind):
    for found in kind.__subclasses__():
        yield found
        yield from subclasses(found)


def test_all_errors_that_bring_their_own_words(in_nobodys, capsys):
    told = 0
    for kind in sorted(subclasses(InglenookError), key=lambda kind: kind.__name__):
        if not kind.__module__.startswith("inglenook_"):
            continue
        try:
            error = kind()
        except TypeError:
            continue
        ending.ended_by(error, Run(words_left=WordsLeft(bool(told % 2), WALK, bool(told % 3))))
        told += 1
    assert told > 30
    for odd in (RuntimeError("α"), KeyboardInterrupt(), OSError(28, ""), NotImplementedError()):
        ending.ended_by(odd, Run())
    check(capsys.readouterr().err, "NOOK_DEBUG")


def test_days_and_moments(in_nobodys):
    for month in range(1, 13):
        for day in (1, 2, 3, 4, 5, 6, 7):
            check(dates.day(f"2026-{month:02}-{day:02}", NOW))
            check(dates.moment(f"2025-{month:02}-{day:02}T08:09:00", NOW))
    for near in ("2026-11-27", "2026-11-26", "2026-11-01"):
        check(dates.day(near, NOW))
        check(dates.moment(f"{near}T23:05:00", NOW))


def test_an_entry_with_everything(in_nobodys, capsys):
    reply = ReplyView(
        id="ab" * 32, by="partner", name=BEN, text="ναι", written_at="2026-11-27T10:20:00+00:00",
        edited=True, redacted=False, others=[],
    )  # fmt: skip
    answers: list[Literal["asked", "confirmed"]] = ["asked", "confirmed"]
    receipts = [
        Receipt(relay=relay, withdrawn=withdrawn, received=received)
        for relay in answers
        for withdrawn in (False, True)
        for received in (False, True)
    ]
    kinds: list[EntityKind] = ["moment", "progress", "check-in", "appreciation"]
    for kind in kinds:
        for receipt in receipts:
            found = EntryView(
                id="ab" * 32, kind=kind, visibility="private", by="me", name=ANA,
                date="2026-11-26", written_at="2026-11-27T10:20:00+00:00", logged_later=True,
                edited=True, redacted=False, current=version("άλφα"), others=[version("βήτα")],
                history=[version("άλφα"), version("γάμμα")], beside="cd" * 32, replies=[reply],
                reactions=[
                    ReactionView("ef" * 32, "partner", BEN, sort)
                    for sort in ("warm", "smile", "hug", "thanks", "with-you", "νεύμα")
                ],
                receipt=receipt,
            )  # fmt: skip
            render_entry.whole(Page(), found, NOW, BEN)
    day = DayView("2026-11-26", [found])
    for before in (None, "2026-11-26"):
        render_timeline.timeline(Page(), TimelineView([day], before), NOW, filtered=bool(before))
    for hits in ([], [found], [found, found]):
        render_timeline.hits(Page(), [SearchHit(hit, "‹άλφα›") for hit in hits], NOW)
    check(capsys.readouterr().out)


def test_the_safety_page_keeps_its_numbers(in_nobodys):
    page = speaking.safety_page()
    for number in ("112", "911", "999", "000", "116 016", "1-800-799-7233", "0808 2000 247"):
        assert number in " ".join(page.split())
    check(page, "RESPECT", "thehotline.org", "findahelpline.com")


def test_what_is_asked(couple, monkeypatch):
    """Questions, with somebody there who passes over each or says no."""
    ana, _ben = couple
    monkeypatch.setattr(Run, "someone_is_there", True)
    mine = ana("write", WALK)["entry"]["id"][:8]
    no = pseudo("no")
    for arguments, answers in (
        (["check-in"], "\n7\n\n\n\n"),
        (["time", "plan", "2099-01-02", "20:00"], "\n-\n"),
        (["setback", "write"], "\nναι\n\n\n\n\n"),
        (["share", mine], f"\n{no}\n"),
        (["redact", mine], f"vielleicht\n{no}\n"),
        (["erase", "--all"], f"{no}\n"),
        (["leave"], f"{no}\n{no}\n"),
        (["wipe"], f"{no}\n"),
        (["wipe", "--locked"], f"{no}\n"),
    ):
        ended = ana.run(*arguments, stdin=answers)
        assert ended.code == 0, ended.err
        assert check(ended.out + ended.err).strip()


# --- last, as it ends with leaving and forgetting


def says(person, *arguments, code=0, stdin=""):
    ended = person.run(*arguments, stdin=stdin)
    assert ended.code == code, (arguments, ended.err)
    paths = [argument for argument in arguments if "/" in argument]
    assert check(ended.out + ended.err, *paths, person.home).strip()


@pytest.mark.long
def test_what_commands_say(couple, relay):
    ana, ben = couple

    def id_of(person, *arguments):
        return person(*arguments)["entry"]["id"][:8]

    for person in (ana, ben):
        says(person, "timeline")
        says(person, "status")
        says(person, "drafts")
    mine = id_of(ana, "write", "Μόνο για μένα.", "--tag", "ήσυχα")
    says(ana, "write", WALK)
    says(ana, "write", WALK, "--share", "--progress", "--date", "2026-01-02")
    says(ana, "share", mine, "--yes")
    says(ana, "check-in", "ήρεμη", "--energy", "3", "--helps", "τσάι", "--note", "ναι")
    says(ana, "thank", "Έφτιαξες τσάι", "--did", "ηρέμησα")
    entry = id_of(ana, "write", "Το φως ήταν ζεστό.", "--share")
    says(ana, "edit", entry, "Το φως ήταν πολύ ζεστό.")
    says(ana, "edit", mine, "Μόνο.")
    says(ana, "sync")
    says(ben, "sync")
    says(ben, "sync")
    says(ben, "reply", entry, "Ναι!")
    for reaction in ("warm", "smile", "hug", "thanks", "with-you"):
        says(ben, "react", entry, reaction)
    says(ben, "react", entry, "smile", "--undo")
    says(ben, "sync")
    says(ana, "sync")
    for command in (
        ["timeline"], ["timeline", "--private"], ["timeline", "--before", "2020-01-01"],
        ["timeline", "--days", "1"], ["search", "φως"], ["search", "χιόνι"], ["show", entry],
        ["status"], ["relay"], ["safety"],
    ):  # fmt: skip
        says(ana, *command)
    says(ana, "redact", mine, "--yes")
    says(ana, "redact", entry, "--yes")
    says(ana, "show", entry)
    says(ana, "sync")
    says(ben, "sync")
    says(ana, "sync")
    says(ana, "show", entry)
    says(ana, "relay", relay.url, "--token", relay.token)
    says(ana, "relay", "--token", relay.token)
    says(ana, "status")
    says(ana, "sync")
    says(ana, "erase", "--all", "--yes")


@pytest.mark.long
def test_what_is_said_of_keeping_and_leaving(couple, tmp_path):
    ana, ben = couple
    says(ana, "backup", str(tmp_path / "copy"))
    says(ana, "--home", str(tmp_path / "copied"), "restore", str(tmp_path / "copy"))
    says(ana, "phrase", "check", stdin=" ".join(ana.phrase))
    says(ana, "write", "Σημείωση", "--date", "2026-02-31", code=6)
    says(ana, "drafts")
    draft = ana("drafts")["drafts"][0]["id"][:8]
    says(ana, "drafts", "show", draft)
    says(ana, "drafts", "drop", draft)
    says(ana, "passphrase", "change", "--new-passphrase-file", str(ana.passphrase_file))
    says(ben, "leave", "--yes")
    says(ben, "status")
    says(ben, "anew", stdin=" ".join(ben.phrase))
    says(ben, "wipe", "--yes")


@pytest.mark.long
@pytest.mark.exhaustive
def test_the_demo(nobodys, tmp_path):
    done = subprocess.run(
        [*NOOK, "demo"],
        env={k: v for k, v in os.environ.items() if not k.startswith("NOOK_")}
        | {"NOOK_LANGUAGE": nobodys},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shown = (done.stdout + done.stderr).replace("Ana", "").replace("Ben", "")
    # The five safety words are the same in every language: both sides compare them.
    shown = re.sub(r"^  (?:[a-z]+   ){4}[a-z]+$", "", shown, flags=re.MULTILINE)
    check(re.sub(r"\b[0-9a-f]{16}\b", "", shown), "KiB", "--date yesterday", "daily", "milestone")


@pytest.mark.parametrize(
    ("typed", "yes"),
    [("y", True), ("YES ", True), ("n", False), ("no", False), ("vielleicht", None)],
)
def test_english_answers_are_understood_in_every_language(typed, yes, in_nobodys):
    from inglenook_client.cli.asking import meant

    assert meant(typed) is yes
    assert meant(pseudo("yes")) is True
    assert meant(pseudo("n")) is False


def test_english_days_are_understood_in_every_language(in_nobodys):
    assert moments.given_date("today") == moments.given_date(pseudo("today"))
    assert moments.given_date("Yesterday") == moments.given_date(pseudo("yesterday"))
    friday = datetime(2026, 11, 27, 20, 30, tzinfo=UTC)
    assert moments.given_moment(pseudo("tomorrow") + " 7:30", friday).day == 28
    for weekday in (pseudo("Sunday"), pseudo("Sunday")[:4], "sun"):
        assert moments.given_moment(f"{weekday} 7:30", friday).day == 29
    soon = moments.given_moment("in 1 hour 30", friday)
    hour = pseudo("h hour hours").split()[-1]
    assert moments.given_moment(f"{pseudo('in')} 1 {hour} 30", friday) == soon


def test_german_from_start_to_end(tmp_path):
    person = Person(tmp_path / "ana", "Ana")
    person.start()
    person("write", "Am Fluss")
    shown = person.run("--language", "de", "timeline").out
    assert "Heute, " in shown
    assert "nur du" in shown
    assert person.run("--language=de", "write", "--help").out.startswith("Aufruf: nook write")
    assert language.spoken() == "de"
    person.run("timeline")
    assert language.spoken() == "en"
