"""By whose clock a typed time counts: one rule for all that both keep (``cli/moments.py``)."""

import time

import pytest


@pytest.fixture
def in_vienna(monkeypatch):
    """Ana sits in Vienna."""
    monkeypatch.setenv("TZ", "Europe/Vienna")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


WHEN = ("2027-01-15", "20:00")


def kept(person):
    """When both things that are kept together begin, as they were just said."""
    planned = person("time", "plan", *WHEN)["couple_time"]["starts_at"]
    proposed = person("talk", "propose", "The mornings", "--at", " ".join(WHEN))
    return planned, proposed["conversation"]["starts_at"]


def test_before_a_zone_is_chosen_a_time_is_that_of_the_clock_on_the_wall(couple, in_vienna):
    ana, _ = couple
    assert kept(ana) == ("2027-01-15T20:00:00+01:00",) * 2
    assert kept_in_summer(ana) == "2027-07-15T20:00:00+02:00"
    assert "here)" not in ana.run("time").out


def kept_in_summer(person):
    return person("time", "move", "2027-07-15", "20:00")["couple_time"]["starts_at"]


def test_what_both_keep_counts_by_their_zone_and_the_reader_sees_both_clocks(couple, in_vienna):
    ana, _ = couple
    ana("zone", "Asia/Tokyo")
    assert kept(ana) == ("2027-01-15T20:00:00+09:00",) * 2
    for command in (
        ["time"], ["talk", "list"], ["time", "move", *WHEN],
        ["talk", "propose", "Rest", "--at", " ".join(WHEN)],
    ):  # fmt: skip
        shown = ana.run(*command).out
        assert "20:00 (12:00 here)" in shown, shown
    # What she writes down is of the day of the place where she is.
    before = time.strftime("%Y-%m-%d")
    day = ana("write", "a walk", "--date", "today", "--share")["entry"]["date"]
    assert day in (before, time.strftime("%Y-%m-%d"))


def test_a_time_that_comes_twice_is_named_and_one_that_does_not_come_is_refused(couple, in_vienna):
    ana, _ = couple
    ana("zone", "Europe/Vienna")
    twice = ana.run("time", "plan", "2027-10-31", "2:30")
    assert "02:30 comes twice" in twice.err
    assert "2027-10-31T02:30+01:00" in twice.err
    second = ana("time", "move", "2027-10-31T02:30+01:00")["couple_time"]["starts_at"]
    assert second == "2027-10-31T02:30:00+01:00"
    never = ana.run("time", "plan", "2027-03-28", "2:30", "--json")
    assert (never.code, never.error["kind"]) == (6, "not-a-moment")


def test_a_conversation_noted_afterwards_lies_behind(couple, in_vienna):
    ana, _ = couple
    begun = ana("talk", "begin", "The mornings", "--afterwards", "--at", "19:30")
    starts = begun["conversation"]["starts_at"]
    assert starts < time.strftime("%Y-%m-%dT%H:%M:%S")
    assert starts[11:16] == "19:30"
