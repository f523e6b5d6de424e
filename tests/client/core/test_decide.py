"""What each command takes, and what it refuses with a next step."""

from typing import Any

import pytest

from inglenook_client.core import decide
from inglenook_client.core.decide import Changes
from inglenook_client.core.fold import Projection, Words
from inglenook_harness.people import noise
from inglenook_harness.tone import unkind_words
from inglenook_protocol import kinds
from inglenook_protocol.errors import LocalProtocolError
from inglenook_protocol.kinds import encode_payload, registry
from inglenook_protocol.kinds.fields import DATE, checks_of
from inglenook_protocol.limits import MAX_FEELINGS, MAX_LINE_BYTES, MAX_TAGS, MAX_TEXT_BYTES

TODAY = "2026-09-21"
ID = noise("entity")
HALF_A_CHARACTER = "a \udcff"


def refused(call, *args):
    with pytest.raises(LocalProtocolError) as caught:
        call(*args)
    message, step = caught.value.message, caught.value.next_step
    assert message.endswith((".", "?"))
    assert step
    assert not unkind_words(message + step)
    return message


def made(payload):
    """A payload that every reader would take."""
    assert encode_payload(payload)
    return payload


# --------------------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("said", "today", "date"),
    [
        ("today", TODAY, TODAY),
        ("yesterday", TODAY, "2026-09-20"),
        ("yesterday", "2028-03-01", "2028-02-29"),
        ("yesterday", "2027-03-01", "2027-02-28"),
        ("yesterday", "2027-01-01", "2026-12-31"),
        ("2028-02-29", "2028-03-05", "2028-02-29"),
        ("0001-01-01", TODAY, "0001-01-01"),
        # Further east it is tomorrow already.
        ("2026-09-22", TODAY, "2026-09-22"),
        ("9999-12-31", "9999-12-31", "9999-12-31"),
    ],
)
def test_dates_that_are_understood(said, today, date):
    assert decide.check_date(said, today) == date


@pytest.mark.parametrize(
    "said",
    ["", "soon", "2026-02-29", "2026-13-01", "20260921", "2026-W01-1", "2026-9-1", " 2026-09-01",
     "2026-09-01T10:00", "21.9.2026", "٢٠٢٦-٠٩-٢١", "0000-01-01"],
)  # fmt: skip
def test_dates_that_no_calendar_has(said):
    assert "not a date" in refused(decide.check_date, said, TODAY)


def test_days_to_come():
    assert "hasn't come" in refused(decide.check_date, "2026-09-23", TODAY)
    assert "hasn't come" in refused(decide.check_date, "9999-12-31", TODAY)


# --------------------------------------------------------------------------- words


def test_words_lose_the_space_around_them_and_nothing_else():
    assert decide.check_words("\n  two\n\n lines \t") == "two\n\n lines"
    for nothing in ("", "   ", "\n\t\u2003"):
        assert "no words" in refused(decide.check_words, nothing)
    assert "no letters in the name" in refused(decide.check_name, " ")
    assert "can't be stored" in refused(decide.check_words, HALF_A_CHARACTER)


def test_tags_are_cleaned():
    assert decide.clean_tags(["#walk", " walk ", "", "#", "river", "##river"]) == ["walk", "river"]
    refused(decide.clean_tags, [HALF_A_CHARACTER])


# --------------------------------------------------------------------------- commands


def test_an_entry_at_its_limits():
    text = "ü" * (MAX_TEXT_BYTES // 2)
    tags = [f"{n:02}" + "x" * (MAX_LINE_BYTES - 2) for n in range(MAX_TAGS)]
    entry = made(decide.entry("moment", text, TODAY, tags, ID))
    assert (entry.text, entry.tags, entry.beside) == (text, tags, ID)
    assert made(decide.entry("progress", "x", TODAY, [], None)).form == "progress"
    refused(decide.entry, "poem", "x", TODAY, [], None)
    refused(decide.entry, "moment", " ", TODAY, [], None)
    assert "16" in refused(decide.entry, "moment", "x", TODAY, [*tags, "more"], None)
    longer = decide.entry("moment", text + "x", TODAY, [], None)
    assert "64 KiB" in refused(encode_payload, longer)
    tag = decide.entry("moment", "x", TODAY, ["x" * (MAX_LINE_BYTES + 1)], None)
    assert refused(encode_payload, tag) == "One of the tags is longer than 1 KiB."


def test_the_same_tag_many_times_is_one():
    assert decide.entry("moment", "x", TODAY, ["walk"] * 50, None).tags == ["walk"]


def test_a_check_in_needs_one_thing():
    made(decide.check_in(["calm"], None, "", "", TODAY))
    made(decide.check_in([], 1, "", "", TODAY))
    made(decide.check_in([], 5, "", "", TODAY))
    made(decide.check_in([], None, "a line", "", TODAY))
    made(decide.check_in([], None, "", "tea", TODAY))
    assert "nothing to note" in refused(decide.check_in, [" ", "#"], None, " ", "\n", TODAY)
    for energy in (0, 6, -1):
        assert "1 to 5" in refused(decide.check_in, [], energy, "", "", TODAY)
    feelings = [f"feeling {n}" for n in range(MAX_FEELINGS)]
    made(decide.check_in(feelings, None, "", "", TODAY))
    assert "8" in refused(decide.check_in, [*feelings, "more"], None, "", "", TODAY)
    refused(decide.check_in, [], None, HALF_A_CHARACTER, "", TODAY)
    long = decide.check_in([], None, "", "x" * (MAX_LINE_BYTES + 1), TODAY)
    assert refused(encode_payload, long) == "What would help is longer than 1 KiB."


def test_an_appreciation():
    thanks = made(decide.appreciation(" You waited ", " I breathed out ", TODAY))
    assert (thanks.noticed, thanks.effect) == ("You waited", "I breathed out")
    assert made(decide.appreciation("You waited", "", TODAY)).effect == ""
    refused(decide.appreciation, "", "I breathed out", TODAY)
    refused(decide.appreciation, "x", HALF_A_CHARACTER, TODAY)
    long = decide.appreciation("x" * (MAX_TEXT_BYTES + 1), "", TODAY)
    assert refused(encode_payload, long) == "What you noticed is longer than 64 KiB."


def test_a_reply():
    assert made(decide.reply(ID, " Me too ")).text == "Me too"
    refused(decide.reply, ID, "  ")


@pytest.mark.parametrize("payload", kinds.PAYLOADS.values())
def test_every_field_that_can_be_too_long_is_called_by_a_name(payload):
    for field, limit in checks_of(payload):
        if limit != DATE and field not in registry.UNSAID:
            assert field in registry.LONGER


# --------------------------------------------------------------------------- edits


def standing(kind, *words):
    versions = words or (
        Words(
            ID, 0, 0, TODAY, "as it stands", ("walk",), "its effect", ("calm",), 3, "tea",
        ),
    )  # fmt: skip
    current = (len(versions) - 1,)
    return Projection(kind, noise("ada"), TODAY, 0, 0, 0, False, False, versions, current)


FIELDS: dict[str, Any] = {
    "text": "new",
    "date": "2026-09-01",
    "tags": ["new"],
    "effect": "new",
    "feelings": ["new"],
    "energy": 5,
    "would_help": "new",
}
ALLOWED = {
    "moment": {"text", "date", "tags"},
    "progress": {"text", "date", "tags"},
    "appreciation": {"text", "date", "effect"},
    "check-in": {"text", "date", "feelings", "energy", "would_help"},
    "reply": {"text"},
}
NAMES = {("text", "appreciation"): "noticed", ("text", "check-in"): "note"}


@pytest.mark.parametrize("kind", ALLOWED)
@pytest.mark.parametrize("field", FIELDS)
def test_an_edit_changes_what_its_kind_has_and_leaves_the_rest(kind, field):
    changes = Changes(**{field: FIELDS[field]})
    if field not in ALLOWED[kind]:
        message = refused(decide.edit, standing(kind), changes)
        assert field.replace("_", " ") in message
        return
    edited = made(decide.edit(standing(kind), changes))
    before = made(decide.edit(standing(kind), Changes(text="as it stands")))
    changed = {
        name for name in edited.__struct_fields__ if getattr(edited, name) != getattr(before, name)
    }
    assert changed == {NAMES.get((field, kind), field)}


@pytest.mark.parametrize("kind", ALLOWED)
def test_an_edit_without_anything_to_change(kind):
    assert "nothing to change" in refused(decide.edit, standing(kind), Changes())


@pytest.mark.parametrize("kind", ["reaction", "name", ""])
def test_what_has_no_words_has_nothing_to_edit(kind):
    refused(decide.edit, standing(kind), Changes(text="x"))


def test_an_edit_keeps_to_the_limits_of_writing():
    for kind in ("moment", "progress", "appreciation", "reply"):
        assert "no words" in refused(decide.edit, standing(kind), Changes(text="  "))
    for kind in ALLOWED:
        refused(decide.edit, standing(kind), Changes(text=HALF_A_CHARACTER))
    refused(decide.edit, standing("check-in"), Changes(energy=6))
    many = [f"{n}" for n in range(MAX_TAGS + 1)]
    refused(decide.edit, standing("moment"), Changes(tags=many))
    refused(decide.edit, standing("check-in"), Changes(feelings=many))
    only_note = standing("check-in", Words(ID, 0, 0, TODAY, "only a note"))
    assert "nothing to note" in refused(decide.edit, only_note, Changes(text=""))


def test_fields_can_be_emptied():
    assert made(decide.edit(standing("moment"), Changes(tags=[]))).tags == []
    assert made(decide.edit(standing("appreciation"), Changes(effect=""))).effect == ""
    emptied = made(decide.edit(standing("check-in"), Changes(feelings=[], text="")))
    assert (emptied.feelings, emptied.note, emptied.energy) == ([], "", 3)


def test_an_edit_begins_from_the_version_that_is_shown():
    versions = (Words(ID, 0, 0, TODAY, "first", ("a",)), Words(ID, 1, 0, TODAY, "last", ("b",)))
    assert made(decide.edit(standing("moment", *versions), Changes(text="new"))).tags == ["b"]
