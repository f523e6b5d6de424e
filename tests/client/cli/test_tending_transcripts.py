"""An evening of two people at their command lines: rituals, time for two, a review."""

import json
import signal
import time
from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from inglenook_harness.paired import pair_people
from inglenook_harness.relay import RelayProcess
from inglenook_harness.tone import unkind_words

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def couple(tmp_path_factory):
    with RelayProcess(tmp_path_factory.mktemp("relay") / "data") as relay:
        yield pair_people(tmp_path_factory.mktemp("people"), relay.url, relay.token)


def meet(*people):
    for person in (*people, *people):
        assert person.run("sync").code == 0


def moment(minutes):
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    return f"{at:%Y-%m-%d}", f"{at:%H:%M}"


def test_rituals_topics_and_words(couple):
    ana, ben = couple
    assert "No rituals yet" in ana.run("ritual").out
    made = ana("ritual", "new", "Evening walk", "mon,thu", "--at", "20:30", "--words", "The pond")
    assert made["ritual"]["cadence"] == "FREQ=WEEKLY;BYDAY=MO,TH"
    assert ana.run("ritual", "new", "Coffee", "--at", "7:30").out.startswith(
        "Coffee, every day at 07:30."
    )
    assert ana.run("ritual", "new", "Tea", "now and then").code == 6
    topic = ana("park", "The dentist")["topic"]["id"]
    assert ana("topics", "edit", topic[:6], "The dentist, in May")["topic"]["stage"] == "parked"
    ana("word", stdin="Long day.\nNo answer needed.\n")
    ana("affection", "At the door")
    ana("affection")
    meet(ana, ben)

    assert ben("ritual", "kept", "coff", "By the window")["ritual"]["kept"][0]["notes"]
    assert ben.run("ritual", "kept").code == 5
    assert ben.run("ritual", "kept", "supper").code == 5
    assert ben("ritual", "edit", "evening", "--rhythm", "every 2 weeks")["ritual"]["words"]
    assert ben("ritual", "rest", "evening")["ritual"]["next"] is None
    assert "every 2 weeks" in ben.run("ritual", "wake", "evening").out
    shown = ben.run("ritual").out
    assert "By the window" in shown
    assert "every day at 07:30" in shown
    today = ben.run("today").out
    for words in ("07:30  Coffee  noted", "No answer needed.", "The dentist, in May"):
        assert words in today
    assert len(ben("today")["topics"]) == 1
    assert ben.run("topics", "edit", topic[:6], "Mine").code == 6
    assert ben("topics", "done", topic[:6])["topic"]["stage"] == "taken-up"
    assert ben("topics", "again", topic[:6])["topic"]["stage"] == "parked"
    assert ben("topics", "drop", topic[:6])["topic"]["stage"] == "aside"
    assert ben("topics")["topics"] == []
    assert "set aside" in ben.run("topics", "--all").out
    assert ben("week")["invitations"][2] == {"what": "affection", "state": "happened"}


def test_words_that_find_no_place_are_kept(couple):
    ana, _ = couple
    for arguments in (
        ["ritual", "kept", "supper", "We danced"],
        ["time", "plan", "soon", "--boundary", "We are out"],
        ["setback", "write", "It got loud", "--week", "never"],
    ):
        before = len(ana("drafts")["drafts"])
        assert ana.run(*arguments).code in (5, 6)
        assert len(ana("drafts")["drafts"]) == before + 1
    for draft in ana("drafts")["drafts"]:
        ana("drafts", "drop", draft["id"])


@pytest.mark.long
def test_time_for_two_keeps_every_screen_quiet(couple):
    ana, ben = couple
    assert "nook time plan" in ana.run("time").out
    planned = ana(
        "time", "plan", *moment(30), "--minutes", "60", "--boundary", "We are out",
        "--fallback", "Tea on the stairs", "--note", "Candles",
    )["couple_time"]  # fmt: skip
    meet(ana, ben)
    shown = ben.run("time").out
    for words in ("We are out", "Tea on the stairs", "Candles"):
        assert words in shown
    [event] = icalendar.Calendar.from_ical(ben.run("reminders", "--ics").out).walk("VEVENT")[:1]
    assert str(event["summary"]) == "Reserved"
    calendar = ben.run("reminders", "--ics").out
    assert not [w for w in ("Candles", "We are out", "Coffee", planned["id"][:8]) if w in calendar]
    assert "time for two" in ben.run("reminders").out
    assert ben.run("reminders", "--ics", "--json").code == 2

    moved = ben("time", "move", *moment(-2))["couple_time"]
    assert (moved["minutes"], moved["running"]) == (60, True)
    ana("write", "--share", "News of the day")
    ana("park", "The boiler")
    meet(ana, ben)
    ana("write", "--share", "More of it")
    ana.run("sync")
    with_news = ben.run("sync").out
    assert "your time for two" in with_news
    assert ben.run("sync").out == with_news  # whether or not anything came
    assert ben("sync")["quiet_until"] == moved["ends_at"]
    for command in (["timeline"], ["today"], ["topics"], ["reminders"], ["week"]):
        shown = ben.run(*command).out
        assert "your time for two" in shown
        assert "News" not in shown
        assert "More of it" not in shown
        assert "boiler" not in shown
    assert "News" not in json.dumps(ben("timeline"))
    assert ben("time", "kept", "It was tea", "--short")["couple_time"]["short"] is True
    assert "News of the day" in ben.run("timeline").out
    assert "The boiler" in ben.run("topics").out
    assert ben.run("time", "let-go").code == 5


def test_a_review_is_written_alone_and_opens_together(couple):
    ana, ben = couple
    assert "no hurry" in ana.run("review").out
    assert ana("review")["round"] is None
    assert ana.run("review", "write").code == 6
    assert ana.run("review", "ready").code == 6
    ana("review", "write", "You made room for my call", "--helped", "The walks")
    assert "Ben is not told" in ana.run("review", "ready").out
    changed = ana.run("review", "write", "--adjust", "Phones away at nine").out
    assert "taken back" in changed
    ana("review", "ready")
    meet(ana, ben)
    assert "no hurry" in ben.run("review").out
    ben("review", "write", "-", stdin="You laughed at breakfast\n")
    ben("review", "ready")
    told = [person.run("sync").out for person in (ben, ana, ben)]
    assert sum("is open: nook review" in out for out in told) == 2
    for person in couple:
        shown = person.run("review").out
        assert "You made room for my call" in shown
        assert "You laughed at breakfast" in shown
        assert person("review")["round"]["stage"] == "together"
    assert ben.run("review", "take-back").code == 6

    ana("setback", "write", "It got loud", "--recommit", "Our evenings")
    ana("setback", "ready")
    assert "Taken back" in ana.run("setback", "take-back").out
    assert "Nothing starts over" in ana.run("setback").out
    assert ana.run("step-review").code == 0
    assert ana.run("step-review", "write", "abcd", "lazy").code == 2
    assert ana.run("review", "--week", "someday").code == 6


@pytest.mark.long
def test_watching_tells_nothing_of_news_during_time_for_two(couple):
    ana, ben = couple
    meet(ana, ben)
    watching = ben.talk("sync", "--watch")
    watching.event("watching")
    ana("time", "plan", *moment(-1))
    ana.run("sync")
    while not ben("time")["couple_times"]:  # its plan may or may not be told: it began with it
        time.sleep(0.1)
    ana("write", "--share", "News while they sat together")
    ana.run("sync")
    while "News while" not in json.dumps(ben("search", "while")):
        time.sleep(0.1)
    time.sleep(0.3)
    assert not watching.has_more()
    ben("time", "kept")
    ana("write", "--share", "News afterwards")
    ana.run("sync")
    watching.event("arrived")
    watching.process.send_signal(signal.SIGINT)
    watching.end()


@pytest.mark.long
def test_the_zone_and_quiet_hours(couple):
    ana, ben = couple
    assert "UTC so far" in ana.run("zone").out
    assert ana.run("zone", "Nowhere/Else").code == 6
    assert ana("zone", "Europe/Vienna")["chosen"] is True
    meet(ana, ben)
    assert ben("zone")["zone"] == ben("week")["zone"] == "Europe/Vienna"
    assert "Europe/Vienna" in ben.run("week").out
    assert ben("reminders", "--quiet", "00:00-23:59")["quiet_hours"] == "00:00-23:59"
    silent = ben("reminders")
    if silent["quiet_because"] is not None:  # but for the last minute of a day
        assert silent["reminders"] == []
        assert "quiet hours" in ben.run("reminders").out
    assert ben.run("reminders", "--quiet", "evenings").code == 6
    assert ben("reminders", "--quiet", "off")["quiet_hours"] is None


def test_alone_before_any_pairing(tmp_path):
    from inglenook_harness.nook import Person

    eve = Person(tmp_path / "eve", "Eve")
    eve.start()
    for command in ("today", "week", "ritual", "time", "topics", "reminders", "zone"):
        assert eve.run(command).code == 0, command
    for arguments in (["park", "x"], ["affection"], ["zone", "UTC"], ["review", "ready"]):
        assert eve.run(*arguments).code == 6, arguments


def test_every_sentence_was_kind(couple):
    for person in couple:
        assert not unkind_words("\n".join(person.seen))
