"""``nook`` alone, the last one, a word as a name, as two people type them."""

import pytest

from inglenook_harness.tone import unkind_words

pytestmark = pytest.mark.long


def meet(ana, ben):
    for person in (ana, ben, ana):
        person("sync")


def said(person, *arguments, stdin=""):
    ended = person.run(*arguments, stdin=stdin)
    assert ended.code == 0, ended.err
    return ended.out


def test_an_evening_without_a_plan(couple, relay):
    ana, ben = couple
    said(ana, "talk", "The mornings", "--at", "23:59")
    said(ana, "rules", "We let each other finish")
    said(ana, "step", "Ten minutes of tea", "--every", "every evening")
    meet(ana, ben)

    page = said(ben)
    assert "From Ana, whenever you like" in page
    for line in ("nook talk        a time to talk: The mornings", "nook rules", "nook step"):
        assert line in page
    assert page.count("there is room for it") == 3
    assert not unkind_words(page)
    offers = ben()["offers"]
    assert {one["what"] for one in offers} == {"proposed", "rules", "step"}
    assert ana()["offers"] == []
    assert "From Ben" not in said(ana)

    said(ben, "rules", "agree")
    said(ben, "step", "agree")
    assert {one["what"] for one in ben()["offers"]} == {"proposed"}


def test_the_last_one_needs_no_id(couple, relay):
    ana, ben = couple
    said(ben, "write", "Only mine")
    meet(ana, ben)
    replied = ben.run("reply", "I was there too")
    assert "The last one: “a tender word”" in replied.err
    assert "hug" in said(ben, "react", "hug")
    assert "a tender word" in said(ana, "show", ana("edit", "last", "a tender line")["entry"]["id"])
    assert "Only mine" in ben.run("show").err
    moved = ben("edit", "last", "--date", "2026-01-05")
    assert (moved["entry"]["visibility"], moved["entry"]["date"]) == ("private", "2026-01-05")
    copied = ben("excerpt", "last", "Only")["draft"]
    assert "Only" in ben("share", "--yes")["entry"]["current"]["text"]
    assert copied["id"] not in str(ben("private"))


def test_the_last_one_can_be_left_out_of_looking_back(couple, relay):
    _ana, ben = couple
    ended = ben.run("look-back", "hide", "last")
    assert (ended.code, ended.err) == (0, "The last one: “and a bridge”\n")
    (hidden,) = ben("look-back", "hidden")["hidden"]
    assert hidden["current"]["text"] == "and a bridge"


def test_a_slip_in_an_id_is_told_and_never_sent(couple, relay):
    _ana, ben = couple
    before = ben("timeline")
    ended = ben.run("reply", "9e906aax", stdin="Me too")
    assert (ended.code, "begins with" in ended.err) == (5, True)
    assert ben("timeline") == before


def test_a_word_names_what_it_stands_in(couple, relay):
    ana, _ben = couple
    said(ana, "activity", "Build a shelf")
    said(ana, "activity", "Paint the shelf")
    many = ana.run("activity", "done", "shelf")
    assert (many.code, "“Build a shelf”" in many.err) == (5, True)
    assert ana("activity", "done", "build")["activity"]["stage"] == "done"
    assert ana("activity", "plan", "SHELF", "tomorrow")["activity"]["idea"] == "Paint the shelf"
    said(ana, "park", "Dentist for Mia")
    assert ana("topics", "done", "dentist")["topic"]["stage"] == "taken-up"
    none = ana.run("topics", "done", "plumber")
    assert (none.code, "Nothing here is called “plumber”" in none.err) == (5, True)
