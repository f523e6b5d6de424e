"""Views: excerpts and their marks, moments of time, and who is who."""

import pytest

from inglenook_client.core.fold import Projection, Words
from inglenook_client.core.views import (
    CLOSE_MARK,
    OPEN_MARK,
    Names,
    entry_view,
    excerpt,
    iso_moment,
    reply_view,
)
from inglenook_harness.people import noise

ADA, BEN = noise("ada"), noise("ben")
ID = noise("entity")
NAMES = Names(ADA, "shared", {ADA: "Ada", BEN: "Ben"})
DAY = "2026-09-21"


def words(text="", **more):
    return Words(ID, 1_790_000_000_000, 120, DAY, text, **more)


def projection(*versions, kind="moment", author=ADA, current=None, **more):
    standing = (len(versions) - 1,) if current is None else current
    return Projection(
        kind, author, DAY, 5, 1_790_000_000_000, 120, False, False, versions, standing, **more
    )


def marked(line):
    """What stands between the marks; None if there are none."""
    if OPEN_MARK not in line:
        assert CLOSE_MARK not in line
        return None
    assert line.count(OPEN_MARK) == line.count(CLOSE_MARK) == 1
    return line.split(OPEN_MARK)[1].split(CLOSE_MARK)[0]


# --------------------------------------------------------------------------- excerpts


@pytest.mark.parametrize(
    ("text", "said", "hit"),
    [
        ("We walked by the river", "river", "river"),
        ("We walked by the river", "WALKED", "walked"),
        ("We walked by the river", "river walked", "walked"),
        ("Über den Fluss", "über", "Über"),
        ("Σίσυφος rolled", "ΣΊΣΥΦΟΣ", "Σίσυφος"),
        ("お茶を飲んだ日", "茶", "茶"),
        ("a 🌊 wave", "🌊", "🌊"),
        ("Line one\n\n  line\ttwo", "line", "Line"),
        # Folding makes these longer: a line without marks rather than with wrong ones.
        ("Die Straße am Fluss", "fluss", None),
        ("İstanbul by night", "night", None),
        ("of ﬁne weather", "weather", None),
        # The words are found by their stem, or without accents, and stand otherwise here.
        ("A café in the rain", "cafe", None),
        ("nothing of it", "river", None),
        ("anything", "", None),
        ("anything", "   ", None),
    ],
)
def test_the_first_hit_stands_between_marks(text, said, hit):
    line = excerpt(projection(words(text)), said)
    assert marked(line) == hit
    assert line.replace(OPEN_MARK, "").replace(CLOSE_MARK, "") == " ".join(text.split())


@pytest.mark.parametrize("letter", ["x", "ü", "字", "🌊"])
def test_a_long_line_is_cut_around_the_hit(letter):
    text = letter * 500 + " river " + letter * 500
    line = excerpt(projection(words(text)), "river")
    assert marked(line) == "river"
    assert line.startswith("…" + letter)
    assert line.endswith(letter + "…")
    assert len(line) == 60 + len("river") + 60 + 4
    assert excerpt(projection(words("river " + letter * 500)), "river").startswith(OPEN_MARK)
    assert excerpt(projection(words(letter * 500 + " river")), "river").endswith(CLOSE_MARK)


def test_a_long_line_without_a_hit_is_its_beginning():
    assert excerpt(projection(words("ß" * 500)), "x") == "ß" * 120 + "…"
    assert excerpt(projection(words("ß" * 120)), "x") == "ß" * 120


def test_an_excerpt_looks_through_all_that_a_search_does():
    version = words(
        "a note", effect="an effect", would_help="tea", tags=("walk",), feelings=("calm",)
    )
    for said in ("note", "effect", "tea", "walk", "calm"):
        assert marked(excerpt(projection(version), said)) == said


def test_an_excerpt_is_of_the_version_that_is_shown():
    both = projection(words("the river"), words("the sea"))
    assert marked(excerpt(both, "river")) is None
    assert marked(excerpt(both, "sea")) == "sea"
    assert excerpt(projection(words("")), "sea") == ""


# --------------------------------------------------------------------------- time


@pytest.mark.parametrize(
    ("ms", "offset", "told"),
    [
        (0, 0, "1970-01-01T00:00:00+00:00"),
        (1_790_000_000_999, 120, "2026-09-21T16:13:20+02:00"),
        (1_790_000_000_000, -210, "2026-09-21T10:43:20-03:30"),
        (1_790_000_000_000, 1440, "9999-12-31T23:59:59+00:00"),
        (2**62, 0, "9999-12-31T23:59:59+00:00"),
        (253_402_300_799_000, 840, "9999-12-31T23:59:59+00:00"),
    ],
)
def test_a_moment_in_the_writers_own_zone(ms, offset, told):
    assert iso_moment(ms, offset) == told


# --------------------------------------------------------------------------- entries


def test_who_is_who():
    assert (NAMES.by(ADA), NAMES.by(BEN)) == ("me", "partner")
    assert (NAMES.name(ADA), NAMES.name(BEN)) == ("Ada", "Ben")
    unsaid = Names(ADA, "shared", {BEN: ""})
    assert (unsaid.name(ADA), unsaid.name(BEN)) == ("me", "your partner")


@pytest.mark.parametrize("kind", ["moment", "progress", "check-in", "appreciation"])
def test_each_kind_shows_its_own_fields(kind):
    version = words("text", effect="effect", would_help="tea", tags=("walk",), feelings=("calm",))
    view = entry_view(ID, projection(version, kind=kind), [], NAMES)
    assert view.kind == kind
    current = view.current
    assert current is not None
    filled = {
        name
        for name in ("text", "tags", "noticed", "effect", "feelings", "note", "would_help")
        if getattr(current, name)
    }
    assert (
        filled
        == {
            "moment": {"text", "tags"},
            "progress": {"text", "tags"},
            "check-in": {"feelings", "note", "would_help"},
            "appreciation": {"noticed", "effect"},
        }[kind]
    )


def test_an_edited_entry_with_two_versions_that_stand():
    view = entry_view(ID, projection(words("a"), words("b"), words("c"), current=(1, 2)), [], NAMES)
    assert view.edited
    assert view.current is not None
    assert view.current.text == "c"
    assert [version.text for version in view.others] == ["b"]
    assert [version.text for version in view.history] == ["a", "b", "c"]


def test_an_empty_place():
    empty = Projection("moment", BEN, DAY, 5, 0, 0, False, True, (), ())
    view = entry_view(ID, empty, [], NAMES)
    assert (view.redacted, view.current, view.others, view.history) == (True, None, [], [])
    assert (view.by, view.name, view.edited) == ("partner", "Ben", False)


def test_what_is_about_an_entry_stands_under_it():
    reply = projection(words("Me too"), words("Me as well"), kind="reply", author=BEN)
    reaction = projection(words(), kind="reaction", author=BEN, label="hug")
    account = projection(words("mine"), target=ID)
    about = [(noise("r"), reply), (noise("x"), reaction), (noise("b"), account)]
    view = entry_view(ID, projection(words("soup"), target=noise("other")), about, NAMES)
    assert [(r.text, r.by, r.edited) for r in view.replies] == [("Me as well", "partner", True)]
    assert [(r.reaction, r.name) for r in view.reactions] == [("hug", "Ben")]
    assert view.beside == noise("other").hex()


def test_a_reply_with_two_versions_that_stand_and_one_without_words():
    both = reply_view(ID, projection(words("a"), words("b"), kind="reply", current=(0, 1)), NAMES)
    assert (both.text, both.others) == ("b", ["a"])
    gone = Projection("reply", ADA, "", 5, 0, 0, False, True, (), ())
    assert (reply_view(ID, gone, NAMES).text, reply_view(ID, gone, NAMES).redacted) == ("", True)
