"""``nook talk``, ``pause``, ``rules``, ``need``, ``step``, ``tender``, as two people type them."""

import os

import pytest

from inglenook_client.cli.texts import talking
from inglenook_harness.nook import Person
from inglenook_harness.terminal import typed
from inglenook_harness.tone import unkind_words

pytestmark = pytest.mark.long


def meet(ana, ben):
    for person in (ana, ben, ana):
        person("sync")


def said(person, *arguments, stdin=""):
    ended = person.run(*arguments, stdin=stdin)
    assert ended.code == 0, ended.err
    return ended.out


@pytest.mark.long
def test_an_evening_from_the_rules_to_the_closing(couple, relay):
    ana, ben = couple
    assert "No conversation yet" in said(ana, "talk")
    assert ana("talk")["conversation"] is None
    said(ana, "rules", "write", "We let each other finish", "No insults")
    meet(ana, ben)
    assert "Ana proposes these rules" in said(ben, "rules")
    assert ben("rules", "agree")["rules"][0]["holds"]["rules"][1] == "No insults"
    said(ana, "talk", "propose", "The mornings", "--at", "sat 19:30", "--for", "20")
    meet(ana, ben)
    assert "Saturday" in said(ben, "talk")
    said(ben, "talk", "accept")
    meet(ana, ben)
    opened = said(ana, "talk", "open")
    assert "We let each other finish" in opened
    assert "Open. Take your time." in opened
    meet(ana, ben)

    drafted = ana.run("talk", "say", "You", "always", "switch it on", "--feel", "tired")
    assert "“always”" in drafted.err
    assert "only you see it" in drafted.out
    draft = ana("talk")["conversation"]["drafts"][0]["id"][:8]
    refused = ana.run("share", draft)
    assert (refused.code, "deliberate" in refused.err) == (6, True)
    assert "Said." in said(ana, "share", draft, "--yes")
    meet(ana, ben)
    page = said(ben, "talk")
    assert "You always switch it on" in page
    assert "“always”" not in page

    early = ben.run("talk", "answer", "But I was late")
    assert (early.code, "nook talk hear" in early.err) == (6, True)
    assert ben("drafts")["drafts"][-1]["command"] == "talk answer"
    ben("talk", "hear", "It wakes you")
    meet(ana, ben)
    ana("talk", "confirm")
    meet(ana, ben)
    assert "no hurry" not in said(ben, "talk", "validate", "--starter", "1", "sleep carries you")
    answered = ben("talk", "answer", "I take the lamp")["conversation"]["turns"][0]
    assert answered["stage"] == "answered"
    assert answered["words"][2]["text"] == f"{talking.STARTERS[0]} sleep carries you"
    ben("talk", "point", "The light is bright")
    goal = ben("talk", "goal", "Quiet mornings")["goal"]["id"]
    meet(ana, ben)
    assert ana("talk", "agree", goal)["goal"]["holds"]["text"] == "Quiet mornings"
    ana("talk", "close", "--thanks", "You listened", "--next", "The lamp")
    meet(ana, ben)
    page = said(ben, "talk")
    for words in ("Ana appreciated: You listened", "It stays open, and that is fine."):
        assert words in page
    assert "The mornings" in said(ben, "talk", "list")
    assert ana.digest() == ben.digest()
    for person in couple:
        assert not unkind_words("\n".join(person.seen))


def test_row_08_nook_pause_asks_nothing_and_works_without_a_network(couple):
    ana, _ = couple
    shown = said(ana, "pause")
    assert "10 minutes are left" in shown
    assert ana("pause", "30", "--plan", "Tea first")["pause"]["seconds_left"] > 1790
    assert "To go on: Tea first" in said(ana, "pause", "show")
    assert ana("pause", "not-today")["pause"]["not_today"] is True
    assert "until tomorrow" in said(ana, "pause")
    assert "On you go." in said(ana, "pause", "resume")
    assert ana("pause", "show")["pause"] is None
    assert "To go on: Sunday" in said(ana, "pause", "--plan", "Sunday")
    assert "this rests" in said(ana, "pause", "end")
    refused = ana.run("pause", "resume")
    assert (refused.code, "No pause" in refused.err) == (6, True)
    assert ana.run("pause", "0").code == 6
    assert ana.run("pause", "soon").code == 2


@pytest.mark.long
def test_many_conversations_end_with_the_way_to_earlier_ones(couple):
    ana, _ = couple
    for n in range(22):
        ana.run("talk", "begin", f"Topic {n}")
    assert len(ana("talk", "list")["conversations"]) == 20
    shown = said(ana, "talk", "list")
    assert "Earlier ones" in shown
    assert "Topic 21" in shown
    assert "Topic 1\n" not in shown
    assert len(ana("talk", "list", "--all")["conversations"]) == 22
    assert "Earlier ones" not in said(ana, "talk", "list", "--all")


def test_one_device_is_passed_and_it_follows_who_speaks(couple):
    ana, _ = couple
    assert "one device" in said(ana, "talk", "begin", "Holidays")
    for words, more in (("The sea", ()), ("The hills", ("--theirs",))):
        draft = ana("talk", "say", words, *more)["draft"]["id"]
        ana("share", draft, "--yes")
    said(ana, "talk", "hear", "Hills are calm")
    [_, turn] = ana("talk")["conversation"]["turns"]
    assert (turn["by"], turn["words"][0]["by"], turn["noted_on"]) == ("partner", "me", "Ana")
    afterwards = ana("talk", "begin", "Yesterday", "--afterwards", "--at", "yesterday 18:00")
    assert afterwards["conversation"]["mode"] == "afterwards"


@pytest.mark.parametrize("when", ["noon", "25:00", "someday 19:30", "19:30 sat"])
def test_a_time_that_is_none_is_said_and_the_topic_kept(couple, when):
    ana, _ = couple
    refused = ana.run("talk", "propose", "The garden", "--at", when)
    assert (refused.code, "is not a day and a time" in refused.err) == (6, True)
    assert [d["text"] for d in ana("drafts")["drafts"]] == ["The garden"]


def test_needs_and_steps_from_telling_to_a_step_that_both_agree_to(couple, relay):
    ana, ben = couple
    drafted = ana("need", "state", "A quiet hour", "--why", "I find my feet")["draft"]
    changed = ana("need", "state", "--change", drafted["id"], "A quiet hour a day")["draft"]
    assert changed["parts"][0] == {"name": "need", "text": "A quiet hour a day"}
    need = ana("share", drafted["id"][:8], "--yes")["need"]["id"]
    meet(ana, ben)
    assert "To say it back" in said(ben, "need")
    ben("need", "hear", need[:8], "Time", "for yourself")
    no_rhythm = ben.run("step", "propose", "Silence over coffee")
    assert (no_rhythm.code, "How often" in no_rhythm.err) == (6, True)
    ben("step", "propose", "Silence over coffee", "--every", "daily", "--need", need[:8])
    meet(ana, ben)
    assert ana("need", "confirm")["need"]["stage"] == "confirmed"
    step = ana("step", "agree")["step"]
    assert step["holds"]["cadence"] == "FREQ=DAILY"
    assert "Both of you, every day" in said(ana, "step")
    edited = ana("step", "edit", step["id"], "Silence", "over tea", "--every", "mon,thu")["step"]
    assert (edited["holds"], edited["standing"][0]["what"]) == (None, "Silence over tea")
    assert "on Monday, Thursday" in said(ana, "step")
    ana("step", "revoke", step["id"])
    ana("step", "retire", step["id"], "--note", "Enough")
    assert ana("step")["steps"] == []
    assert ana("need", "rest", need[:8])["need"]["stage"] == "resting"
    assert ana("need", "wake", need[:8])["need"]["stage"] == "stated"
    assert ana("need", "edit", need[:8], "An hour")["need"]["edited"] is True


def test_row_14_a_beginning_is_never_sent_by_itself(couple, relay):
    ana, ben = couple
    draft = ana("tender", "tell", "I was afraid", "--wants", "comfort")["draft"]["id"]
    assert "comfort" in said(ana, "tender")
    told = ana("share", draft, "--yes")["disclosure"]["id"]
    meet(ana, ben)
    assert "What would be welcome: comfort" in said(ben, "tender")
    ben("tender", "received", told)
    before = ben("status")["spaces"][1]["logs"]
    assert ben("reply", told, "--starter")["starters"] == list(talking.STARTERS)
    assert "1  It makes sense" in said(ben, "reply", told, "--starter")
    for number in ("1", "99"):
        alone = ben.run("reply", told, "--starter", number)
        assert alone.code == 6
    assert ben("status")["spaces"][1]["logs"] == before
    ben("reply", told, "--starter", "6", "be near you")
    meet(ana, ben)
    shown = ana("tender", "show", told)["disclosure"]
    assert (shown["received"], shown["replies"][0]["text"]) == (
        True, f"{talking.STARTERS[5]} be near you",
    )  # fmt: skip
    assert ana("tender", "look-back", told)["disclosure"]["look_back"] is True
    assert ana("tender", "edit", told, "--wants", "talk")["disclosure"]["wanted"] == "talk"
    ana("redact", told, "--yes")
    assert ana("tender")["disclosures"] == []
    gone = ana("tender", "tell", "Not this")["draft"]["id"]
    ana("tender", "drop", gone)
    assert ana("tender")["drafts"] == []


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals")
def test_at_a_terminal_it_asks_and_the_second_act_is_a_question(couple):
    ana, _ = couple
    ana("talk", "begin", "Holidays")
    shown = typed(ana, "talk", "say", answers=["The bill came", "uneasy", "", "Tell me", "y"])
    for words in ("as a camera would have", "only you see it", "will be able to read this"):
        assert words in shown
    [turn] = ana("talk")["conversation"]["turns"]
    assert (turn["observation"], turn["feeling"], turn["wish"]) == (
        "The bill came", "uneasy", "Tell me",
    )  # fmt: skip
    shown = typed(ana, "reply", turn["id"], "--starter", answers=["3", "a bill frightens", "n"])
    assert "8 I'd like to understand" in shown
    assert "Send it?" in shown
    assert ana("show", turn["id"])["entry"]["replies"] == []


def test_what_needs_two_says_so_alone_and_keeps_the_words(tmp_path):
    solo = Person(tmp_path / "solo", "Solo")
    solo.start()
    assert "No conversation" in said(solo, "talk")
    assert solo.run("pause").code == 6
    assert solo.run("rules", "write", "No insults").code == 6
    assert [d["text"] for d in solo("drafts")["drafts"]] == ["No insults"]
    draft = solo("need", "state", "Rest")["draft"]["id"]
    assert solo.run("share", draft, "--yes").code == 6
    assert solo("need")["drafts"][0]["id"] == draft
