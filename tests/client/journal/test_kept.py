"""Looking inward, what the two do and keep, and looking back: on two real journals (rows 1, 2, 10,
11, 12, 23 to 27), as two people type it."""

import json
import os

import pytest

from inglenook_client.journal.errors import OtherJournalError
from inglenook_harness.measuring import document_flaws
from inglenook_harness.nook import Person
from inglenook_harness.paired import open_journal
from inglenook_harness.terminal import typed
from inglenook_harness.tone import unkind_words

pytestmark = pytest.mark.long


def meet(ana, ben):
    for person in (ana, ben, ana):
        person("sync")


def short(entry):
    return entry["id"][:8]


def said(person, *arguments):
    ended = person.run(*arguments)
    assert ended.code == 0, ended.err
    return ended.out


def entries(document):
    return [entry for day in document["days"] for entry in day["entries"]]


def measured(person):
    """What the documents that a person was given hold that would measure somebody."""
    documents = [json.loads(text) for text in person.seen if text.startswith('{"format"')]
    assert documents
    return [flaw for document in documents for flaw in document_flaws(document)]


@pytest.fixture
def apart(couple):
    """Both offline."""
    return couple


# ------------------------------------------------------------------------------ 1, 10, 11


def test_row_01_a_line_is_shared_by_two_acts_and_names_nothing_of_its_origin(couple, relay):
    ana, ben = couple
    kept = ana("inventory", "--lost", "The evenings", "--feeling", "tired", "--curious", "Dreams")
    inventory = kept["entry"]
    assert [part["name"] for part in inventory["current"]["parts"]] == [
        "losses", "feelings", "curious",
    ]  # fmt: skip
    draft = ana("excerpt", short(inventory), "The evenings")["draft"]
    assert draft["parts"] == [{"name": "text", "text": "The evenings"}]
    meet(ana, ben)
    assert ben("search", "evenings")["hits"] == []
    refused = ana.run("share", short(draft))
    assert (refused.code, "deliberate" in refused.err) == (6, True)
    shared = ana("share", short(draft), "--yes")["entry"]
    assert shared["kind"] == "moment"
    meet(ana, ben)
    [hit] = ben("search", "evenings")["hits"]
    theirs = json.dumps(hit)
    assert hit["entry"]["current"]["text"] == "The evenings"
    for trace in (inventory["id"], draft["id"], "inventory", "draft"):
        assert trace not in theirs
    assert ana("private")["drafts"] == []
    assert short(inventory) in said(ana, "private")
    # Neither as it is, nor as an excerpt of something shared.
    assert ana.run("share", short(inventory), "--yes").code == 6
    assert ana.run("excerpt", short(shared), "The evenings").code == 6


async def test_row_01_a_line_is_copied_from_what_is_private_alone(couple):
    async with await open_journal(couple[0]) as ana:
        entry = await ana.write("for both", visibility="shared")
        with pytest.raises(OtherJournalError):
            await ana.inward.copy_line(entry.id, "for both")


def test_row_01_the_partner_learns_of_none(couple, relay):
    ana, ben = couple
    kept = ana("inventory", "--needs", "An evening without plans")["entry"]
    reflection = ana("reflect", "They were loud")["entry"]
    before = ben("timeline")
    meet(ana, ben)
    assert ben("timeline") == before
    for one in (kept, reflection):
        assert ben.run("show", short(one)).code == 5
    assert ben("private")["days"] == []
    assert ben("search", "evening")["hits"] == []


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals")
def test_row_10_three_questions_one_after_another_each_can_be_passed_over(couple):
    ana, _ = couple
    answers = ["We both came home tired", "and the sink was full", "", "", "I did not look up", ""]
    shown = typed(ana, "reflect", answers=answers)
    for words in ("seven minutes", "likes you both", "gets in the way", "your own part", "excerpt"):
        assert words in shown
    [entry] = entries(ana("private"))
    assert entry["current"]["parts"] == [
        {"name": "happened", "text": "We both came home tired\nand the sink was full"},
        {"name": "own_part", "text": "I did not look up"},
    ]
    nothing = typed(ana, "reflect", answers=["", "", ""])
    assert "Nothing recorded" in nothing
    assert len(entries(ana("private"))) == 1
    assert not unkind_words(shown + nothing)


def test_row_10_it_is_said_anew_and_a_line_of_it_can_be_shared(couple, relay):
    ana, ben = couple
    kept = ana("reflect", "They were loud", "--part", "I did not look up")["entry"]
    anew = ana("reflect", "--change", short(kept), "--way", "I was hungry")["entry"]
    assert [part["text"] for part in anew["current"]["parts"]] == [
        "They were loud", "I was hungry", "I did not look up",
    ]  # fmt: skip
    draft = ana("excerpt", short(kept), "I did not look up")["draft"]
    ana("share", short(draft), "--yes")
    meet(ana, ben)
    assert "I did not look up" in ben.texts("--shared")
    assert "They were loud" not in json.dumps(ben("timeline"))


def test_row_11_the_receiver_notes_it_and_ideas_stay_with_whoever_has_them(couple, relay):
    ana, ben = couple
    assert "A cup of tea before it is asked for" in said(ana, "kindness")
    idea = ana("kindness", "idea", "Warm the car")["idea"]
    ben("thank", "You warmed the car", "--did", "My day began soft")
    meet(ana, ben)
    assert ben("kindness")["ideas"] == []
    assert ben.run("show", short(idea)).code == 5
    thanks = next(one for one in entries(ana("timeline")) if one["kind"] == "appreciation")
    assert (thanks["by"], thanks["current"]["effect"]) == ("partner", "My day began soft")
    assert ana("kindness", "edit", short(idea), "Warm the blue cups")["idea"]["stage"] == "noted"
    assert ana("kindness", "aside", short(idea))["idea"]["stage"] == "aside"
    assert ana("kindness")["ideas"] == []
    assert not measured(ana)


def test_what_stands_in_the_way_keeps_the_words(tmp_path):
    solo = Person(tmp_path / "solo", "Solo")
    solo.start()
    assert solo("inventory", "--needs", "Rest")["entry"]["visibility"] == "private"
    for command in (("celebrate", "We laughed"), ("activity", "idea", "Swim")):
        assert solo.run(*command).code == 6
    assert [d["text"] for d in solo("drafts")["drafts"]] == ["We laughed", "Swim"]
    assert solo.run("inventory").code == 6
    assert "both of you to say" in said(solo, "look-back")
    for page in ("activity", "keepsake", "commitment", "trends", "on-this-day", "private"):
        assert not unkind_words(said(solo, page))


# ------------------------------------------------------------------------------ 2, 23


def test_row_02_a_check_in_is_shared_or_private_and_skipping_records_nothing(couple, relay):
    ana, ben = couple
    ana("check-in", "calm", "tired", "--energy", "3", "--helps", "A walk")
    ana("check-in", "uneasy", "--private")
    before = ana("status")["spaces"]
    assert ana.run("check-in").code == 6
    assert ana("status")["spaces"] == before
    meet(ana, ben)
    [theirs] = entries(ben("timeline", "--kind", "check-in"))
    assert theirs["current"]["feelings"] == ["calm", "tired"]


def test_row_23_two_accounts_of_one_moment_stand_side_by_side(apart, relay):
    ana, ben = apart
    first = ana("write", "The lake in the fog", "--share")["entry"]
    meet(ana, ben)
    second = ben("write", "Cold feet, warm bread", "--share", "--beside", short(first))["entry"]
    meet(ana, ben)
    for entry in (first, second):
        shown = ana("show", short(entry))
        assert [one["current"]["text"] for one in shown["accounts"]] == [
            "The lake in the fog", "Cold feet, warm bread",
        ]  # fmt: skip
    page = said(ben, "show", short(first))
    line = next(line for line in page.splitlines() if "Ana" in line and "Ben" in line)
    assert line.index("Ana") < line.index("Ben")
    refused = ben.run("edit", short(first), "Not so")
    assert refused.code == 6
    ben("redact", short(second), "--yes")
    assert ben("show", short(first))["accounts"] == []


def test_row_23_a_date_is_put_right_openly(couple, relay):
    ana, ben = couple
    entry = ana("write", "The bakery", "--share", "--date", "2026-05-03")["entry"]
    assert entry["logged_later"]
    ana("edit", short(entry), "--date", "2026-05-04")
    meet(ana, ben)
    shown = ben("show", short(entry))["entry"]
    assert (shown["date"], shown["edited"]) == ("2026-05-04", True)
    assert [version["date"] for version in shown["history"]] == ["2026-05-03", "2026-05-04"]
    assert "moved from Sunday 3 May" in said(ben, "show", short(entry))


# ------------------------------------------------------------------------------ 12


def test_row_12_an_idea_is_planned_over_weeks_done_and_remembered_by_both(couple, relay):
    ana, ben = couple
    idea = ana("activity", "idea", "Build a shelf", "--note", "For the hall")["activity"]
    assert "name" not in idea
    meet(ana, ben)
    plan = ("activity", "plan", short(idea), "2026-12-05", "--until", "2026-12-20", "--at", "9:30")
    ben(*plan, "--together", "You measure, I saw")
    ana("activity", "edit", short(idea), "Build two shelves")
    meet(ana, ben)
    page = said(ana, "activity")
    assert "5 December at 09:30 to" in page
    assert "You measure, I saw" in page
    # Both note it while apart: two memories, one day.
    ana("activity", "done", short(idea), "It is level", "--date", "2026-11-01")
    ben("activity", "done", short(idea), "You laughed", "--date", "2026-11-01")
    meet(ana, ben)
    views = [person("activity", "show", short(idea))["activity"] for person in (ana, ben)]
    assert [one["text"] for one in views[0]["memories"]] == [
        one["text"] for one in views[1]["memories"]
    ]
    assert {one["text"] for one in views[0]["memories"]} == {"It is level", "You laughed"}
    assert ana.digest() == ben.digest()
    [entry] = entries(ben("timeline", "--kind", "activity"))
    assert (entry["by"], entry["name"], entry["date"]) == ("both", "", "2026-11-01")
    other = ben("activity", "idea", "Swim")["activity"]
    assert ben("activity", "aside", short(other))["activity"]["stage"] == "aside"
    assert ben("activity")["activities"] == []
    assert not measured(ana)


# ------------------------------------------------------------------------------ 24, 26


def test_row_24_a_milestone_is_both_of_yours_on_both_sides(couple, relay):
    ana, ben = couple
    made = ana("celebrate", "We talked about money and laughed")["entry"]
    meet(ana, ben)
    for person in (ana, ben):
        [entry] = entries(person("timeline", "--kind", "milestone"))
        assert (entry["by"], entry["name"]) == ("both", "")
        assert "A milestone" in said(person, "timeline", "--kind", "milestone")
    assert ben.run("celebrate", "We did not", "--change", short(made)).code == 6
    hinted = ana.run("celebrate", "You were calmer")
    assert (hinted.code, "belongs to you both" in hinted.err) == (0, True)
    assert "belongs to" not in said(ben, "timeline")


def test_row_26_keepsakes_are_pinned_and_a_photo_has_its_place(couple, relay):
    ana, ben = couple
    shared = ana("write", "The lake in the fog", "--share")["entry"]
    pinned = ana("keepsake", "pin", "The lake", "--about", short(shared))["keepsake"]
    ana("keepsake", "pin", "The blue cup", "--symbol", "--private")
    assert pinned["about"] == shared["id"]
    meet(ana, ben)
    assert [one["title"] for one in ben("keepsake")["keepsakes"]] == ["The lake"]
    assert [one["title"] for one in ana("keepsake")["keepsakes"]] == ["The blue cup", "The lake"]
    assert ben.run("keepsake", "unpin", short(pinned)).code == 6
    ana("keepsake", "edit", short(pinned), "--text", "Our first winter")
    assert ana("keepsake", "unpin", short(pinned))["keepsake"]["stage"] == "unpinned"
    meet(ana, ben)
    assert ben("keepsake")["keepsakes"] == []
    private = ana("write", "only mine")["entry"]
    assert ana.run("keepsake", "pin", "Mine", "--about", short(private)).code == 6


def test_row_26_a_commitment_holds_once_both_agree_and_an_edit_asks_both_again(couple, relay):
    ana, ben = couple
    ana("commitment", "write", "We come back to each other")
    assert ana("commitment")["commitments"][0]["holds"] is None
    meet(ana, ben)
    assert "Ana writes" in said(ben, "commitment")
    assert ben("commitment", "agree")["commitments"][0]["holds"]["text"]
    meet(ana, ben)
    # While apart, one says it anew and the other is still fine with it as it was.
    ana("commitment", "write", "We come back to each other, every time")
    meet(ana, ben)
    for person in (ana, ben):
        [view] = person("commitment")["commitments"]
        assert view["holds"] is None
    assert ben("commitment", "agree")["commitments"][0]["holds"]["text"].endswith("every time")
    meet(ana, ben)
    ana("commitment", "revoke")
    meet(ana, ben)
    assert ben("commitment")["commitments"][0]["holds"] is None


# ------------------------------------------------------------------------------ 25, views


def test_row_25_only_what_both_allow_and_either_hides_silently(couple, relay):
    ana, ben = couple
    ana("celebrate", "We laughed", "--date", "2026-03-01")
    quarrel = ana("write", "It was loud", "--share", "--date", "2026-03-02")["entry"]
    ana("talk", "propose", "Money", "--at", "sat 19:30")
    ana("check-in", "sad")
    ana("write", "only mine")
    assert ana("look-back")["days"] == []
    ana("look-back", "propose", "journal", "milestone")
    meet(ana, ben)
    assert ben("look-back")["days"] == []
    assert "your word is asked" in said(ben, "look-back")
    ben("look-back", "agree")
    meet(ana, ben)

    def path(person):
        return [one["current"]["text"] for one in entries(person("look-back"))]

    assert path(ana) == path(ben)
    assert path(ana)[:2] == ["We laughed", "It was loud"]
    assert not {"Money", "sad", "only mine"} & set(path(ana))
    before = ben("status")["spaces"][1]["digest"], path(ben)
    ana("look-back", "hide", short(quarrel))
    assert "It was loud" not in path(ana)
    meet(ana, ben)
    assert (ben("status")["spaces"][1]["digest"], path(ben)) == before
    # One's own reflection on it takes it out as well.
    laughed = entries(ben("timeline", "--kind", "milestone"))[0]
    ben("reflect", "It hurt later", "--about", short(laughed))
    assert "We laughed" not in path(ben)
    assert "We laughed" in path(ana)
    ana("look-back", "show-again", short(quarrel))
    assert "It was loud" in path(ana)
    ben("look-back", "revoke")
    assert (ben("look-back")["days"], ben("look-back")["asked"]) == ([], None)
    meet(ana, ben)
    assert ana("look-back")["days"] == []
    # Who wants it again says so with the same words, and it holds: the other still agrees.
    assert ben("look-back", "propose", "milestone", "journal")["allowed"] == [
        "journal",
        "milestone",
    ]
    assert ana.run("look-back", "propose", "conversation").code == 6
    assert not unkind_words(said(ana, "look-back"))
    assert not measured(ana)


def test_row_25_this_day_has_the_same_sieve(couple):
    ana, _ = couple
    day = "2026-11-27"
    kept = {
        "month": ana("write", "A month ago", "--share", "--date", "2026-10-27")["entry"],
        "year": ana("write", "A year ago", "--share", "--date", "2025-11-27")["entry"],
    }
    ana("check-in", "sad", "--date", "2025-11-27")
    ana("inventory", "--lost", "Much", "--date", "2025-11-27")
    ana("write", "Another day", "--share", "--date", "2025-11-26")
    found = [one["current"]["text"] for one in entries(ana("on-this-day", day))]
    assert found == ["A month ago", "A year ago"]
    ana("look-back", "hide", short(kept["year"]))
    assert [one["id"] for one in entries(ana("on-this-day", day))] == [kept["month"]["id"]]


def test_a_timeline_by_week_and_as_a_path_has_an_end(couple):
    ana, _ = couple
    for day in ("2026-03-02", "2026-03-04", "2026-03-08", "2026-03-09"):
        ana("write", f"on {day}", "--share", "--date", day)
    week = ana("timeline", "--week", "2026-W10")
    assert [day["date"] for day in week["days"]] == ["2026-03-08", "2026-03-04", "2026-03-02"]
    assert week["before"] is None
    page = said(ana, "timeline", "--week", "2026-W11")
    assert "Monday 9 March to Sunday 15 March" in page
    assert "nook timeline --week 2026-W10" in page
    seen, after = [], None
    while True:
        following = () if after is None else ("--after", after)
        path = ana("timeline", "--path", "--days", "3", *following)
        seen += [day["date"] for day in path["days"]]
        if path["after"] is None:
            break
        after = path["after"]
    assert seen == sorted(set(seen))
    assert seen[:4] == ["2026-03-02", "2026-03-04", "2026-03-08", "2026-03-09"]
    assert "And that is today." in said(ana, "timeline", "--path", "--days", "99")
    assert ana.run("timeline", "--path", "--week").code == 2
    assert ana.run("timeline", "--kind", "nonsense").code == 2


def test_what_is_tender_is_on_no_path_unless_its_author_opted_in(couple):
    ana, _ = couple
    draft = ana("tender", "tell", "I was afraid", "--wants", "listen")["draft"]
    told = ana("share", short(draft), "--yes")["disclosure"]
    assert told["id"] in {one["id"] for one in entries(ana("timeline"))}

    def path():
        return {one["id"] for one in entries(ana("timeline", "--path", "--days", "99"))}

    assert told["id"] not in path()
    assert ana("search", "afraid")["hits"] == []
    ana("tender", "look-back", short(told))
    assert told["id"] in path()
    assert len(ana("search", "afraid")["hits"]) == 1


def test_trends_have_words_beside_the_picture_and_nothing_of_one_person(couple, relay):
    ana, ben = couple
    ana("thank", "You waited")
    ben("thank", "You warmed the car")
    ana("affection")
    meet(ana, ben)
    assert ana("trends") == ben("trends")
    page = said(ana, "trends")
    for words in ("Thanks", "Affection", "for the two of you", "lately"):
        assert words in page
    assert "Ana" not in page
    assert "Ben" not in page
    assert ana("trends", "--months", "--periods", "3")["unit"] == "month"
    assert not measured(ana)


def test_row_27_coming_and_going_is_each_ones_own(couple, relay):
    """What a pairing made stands on both sides; leaving is quiet, and one's pages stay."""
    ana, ben = couple
    ana("inventory", "--needs", "Rest")
    meet(ana, ben)
    before = ben("status")["spaces"][1]
    ana.run("leave", "--yes")
    ben("sync")
    after = ben("status")["spaces"][1]
    assert (after["digest"], after["notices"]) == (before["digest"], before["notices"])
    assert len(entries(ana("private"))) == 1
    assert ana.run("celebrate", "We laughed").code == 6
    assert entries(ana("timeline", "--shared"))
