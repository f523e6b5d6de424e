"""Short ways to say things: an energy as a digit, feelings between commas, words for a group."""

import pytest

from inglenook_client.cli.commands.small import _feelings
from inglenook_client.cli.meaning import names_something
from inglenook_client.core.practices.cadence import rule


@pytest.mark.parametrize(
    ("given", "feelings", "energy"),
    [
        (("calm", "3"), ["calm"], 3),
        (("3",), [], 3),
        (("calm", "3", "4"), ["calm", "3", "4"], None),
        (("calm", "7"), ["calm", "7"], None),
        (("calm", "3", "--energy", "5"), ["calm", "3"], 5),
    ],
)
def test_one_digit_is_the_energy(nook, given, feelings, energy):
    current = nook.json("check-in", *given)["entry"]["current"]
    assert (current.get("feelings", []), current.get("energy")) == (feelings, energy)


def test_feelings_stand_apart_as_they_are_typed():
    assert _feelings("tired tender") == ["tired", "tender"]
    assert _feelings("tired, a bit tender,") == ["tired", "a bit tender"]


@pytest.mark.parametrize("given", ["", "last", "12ab", "9e906aax", "deadbeef", "7"])
def test_what_names_something(given):
    assert names_something(given)


@pytest.mark.parametrize("given", ["Me too.", "yes", "at 7 then"])
def test_what_is_all_there_is_to_say(given):
    assert not names_something(given)


@pytest.mark.parametrize("said", ["every day", "every evening", "Every  Morning"])
def test_a_rhythm_as_people_say_it(said):
    assert rule(said) == "FREQ=DAILY"


def test_a_group_takes_words_for_a_command_of_its_own(nook):
    from inglenook_client.cli.commands.inward import kindness

    name, command, rest = kindness.resolve_command(kindness.make_context("k", []), ["tea at six"])
    assert command is not None
    assert (name, command.name, rest) == ("idea", "idea", ["tea at six"])
    ended = nook("kindness", "teaa")
    assert (ended.code, "Did you mean “nook kindness idea teaa”?" in ended.err) == (2, True)


@pytest.mark.parametrize("option", ["--for", "--minutes"])
def test_a_length_is_said_alike_for_talks_and_for_time_for_two(option):
    from inglenook_client.cli.commands.couple_time import move_time, plan_time

    for command in (plan_time, move_time):
        context = command.make_context("plan", ["sat", "20:00", option, "45"])
        assert context.params["minutes"] == 45


def test_without_a_journal_nook_alone_shows_the_first_steps(tmp_path, capsys):
    from inglenook_client.cli import app

    assert app.main(["--home", str(tmp_path / "nobody")]) == 0
    out = capsys.readouterr().out
    assert [line.split()[1] for line in out.splitlines()[1:]] == [
        "start",
        "safety",
        "demo",
        "--help",
    ]
