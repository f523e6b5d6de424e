"""Each row of the fold's table, who may change what, and when something was logged later."""

from datetime import UTC, datetime

import pytest

from inglenook_client.core.fold import (
    NOTHING,
    findable,
    fold,
    logged_later,
    searchable,
    withdrawn_ids,
)
from inglenook_client.core.opening import Event
from inglenook_harness.people import noise
from inglenook_protocol import kinds
from inglenook_protocol.codec import Ref

ADA, BEN = noise("ada"), noise("ben")
DAY, OTHER_DAY = "2026-09-21", "2026-09-20"
AT = int(datetime(2026, 9, 21, 12, tzinfo=UTC).timestamp() * 1000)
ENTITY = noise("entity")
TARGET = noise("target")
REFS = [Ref(noise("device"), 1, noise("envelope"))]

ENTRY = kinds.EntryWritten("moment", "Soup", DAY, ["food"], None)
CHECK_IN = kinds.CheckInMade(["calm"], 3, "a note", "tea", DAY)
THANKS = kinds.AppreciationNoticed("You waited", "I breathed out", DAY)
REPLY = kinds.ReplyWritten(TARGET, "Me too")
REACTION = kinds.ReactionGiven(TARGET, "hug")
NAME = kinds.MemberIntroduced("Ada")
CREATING = [ENTRY, CHECK_IN, THANKS, REPLY, REACTION, NAME]

ENTRY_EDIT = kinds.EntryEdited("Hot soup", OTHER_DAY, [])
CHECK_IN_EDIT = kinds.CheckInEdited(["glad"], 4, "", "", OTHER_DAY)
THANKS_EDIT = kinds.AppreciationEdited("You waited for me", "", OTHER_DAY)
REPLY_EDIT = kinds.ReplyEdited("Me as well")
EDITS = [ENTRY_EDIT, CHECK_IN_EDIT, THANKS_EDIT, REPLY_EDIT]
TAKEN_BACK = kinds.ReactionTakenBack()


def event(id_, payload, member=ADA, after=(), *, ms=AT, entity=ENTITY, offset=0):
    kind = ("later.kind", 1) if payload is None else kinds.KIND_BY_PAYLOAD[type(payload)]
    return Event(id_, entity, member, *kind, sorted(after), ms, 0, ms, offset, payload)


def created(payload, **options):
    return event(ENTITY, payload, **options)


def follows(name, payload, member=ADA, after=(ENTITY,), ms=AT + 1):
    return event(noise(name), payload, member, after, ms=ms)


def redaction(name, ids, member=ADA, was="entry.written", after=(ENTITY,), ms=AT + 2):
    payload = kinds.EntityRedacted(sorted(ids), REFS, was, OTHER_DAY)
    return follows(name, payload, member, after, ms)


def shown(*events):
    return fold(ENTITY, list(events)).projection


@pytest.mark.parametrize(
    ("payload", "kind", "date"),
    [
        (ENTRY, "moment", DAY),
        (kinds.EntryWritten("progress", "A step", DAY, [], None), "progress", DAY),
        (CHECK_IN, "check-in", DAY),
        (THANKS, "appreciation", DAY),
        (REPLY, "reply", ""),
        (REACTION, "reaction", ""),
        (NAME, "name", ""),
        (None, "", ""),
    ],
)
def test_each_creating_kind_stands_as_what_it_is(payload, kind, date):
    folded = fold(ENTITY, [created(payload)])
    assert (folded.projection.kind, folded.projection.date) == (kind, date)
    assert folded.event_ids == (ENTITY,)
    if payload is not None:
        assert folded.projection.author == ADA
        assert folded.projection.heads == (ENTITY,)
        assert folded.projection.current == (0,)


def test_what_each_kind_shows():
    words = shown(created(CHECK_IN)).versions[0]
    assert (words.feelings, words.energy, words.text, words.would_help) == (
        ("calm",), 3, "a note", "tea",
    )  # fmt: skip
    words = shown(created(THANKS)).versions[0]
    assert (words.text, words.effect) == ("You waited", "I breathed out")
    assert shown(created(ENTRY)).versions[0].tags == ("food",)
    assert (shown(created(REPLY)).target, shown(created(REPLY)).versions[0].text) == (
        TARGET, "Me too",
    )  # fmt: skip
    assert (shown(created(REACTION)).target, shown(created(REACTION)).label) == (TARGET, "hug")
    assert shown(created(NAME)).label == "Ada"
    beside = kinds.EntryWritten("moment", "My account", DAY, [], TARGET)
    assert shown(created(beside)).target == TARGET


@pytest.mark.parametrize("creating", CREATING, ids=lambda payload: type(payload).__name__)
@pytest.mark.parametrize("edit", EDITS, ids=lambda payload: type(payload).__name__)
@pytest.mark.parametrize("author", [ADA, BEN], ids=["author", "other"])
def test_an_edit_counts_of_its_kind_and_from_its_author(creating, edit, author):
    fits = [
        (ENTRY, ENTRY_EDIT),
        (CHECK_IN, CHECK_IN_EDIT),
        (THANKS, THANKS_EDIT),
        (REPLY, REPLY_EDIT),
    ]
    edited = follows("edit", edit, author)
    folded = fold(ENTITY, [edited, created(creating)])
    counts = author == ADA and any(creating is c and edit is e for c, e in fits)
    assert len(folded.projection.versions) == (2 if counts else 1)
    assert folded.projection.author == ADA
    # What does not count is kept in the order and the digest all the same.
    assert folded.event_ids == (ENTITY, edited.event_id)
    assert folded.projection.heads == (edited.event_id,)
    if counts and creating is not REPLY:
        assert folded.projection.date == OTHER_DAY


def test_edits_at_the_same_time_stand_beside_each_other_until_one_follows_both():
    one = follows("one", ENTRY_EDIT)
    other = follows("other", kinds.EntryEdited("Cold soup", DAY, []), ms=AT + 5)
    both = shown(created(ENTRY), one, other)
    assert [both.versions[i].text for i in both.current] == ["Hot soup", "Cold soup"]
    assert both.date == DAY
    assert set(both.heads) == {one.event_id, other.event_id}
    last = follows("last", kinds.EntryEdited("Soup.", DAY, []), after=both.heads, ms=AT - 5_000)
    settled = shown(last, other, one, created(ENTRY))
    assert [settled.versions[i].text for i in settled.current] == ["Soup."]
    assert len(settled.versions) == 4
    assert settled.heads == (last.event_id,)


def test_an_edit_keeps_where_the_entry_was_written():
    edited = shown(created(ENTRY, offset=120), follows("edit", ENTRY_EDIT, ms=AT + 99))
    assert (edited.order_ms, edited.written_ms, edited.offset_minutes) == (AT, AT, 120)


@pytest.mark.parametrize("author", [ADA, BEN], ids=["author", "other"])
def test_a_reaction_is_taken_back_by_who_gave_it(author):
    taken = follows("back", TAKEN_BACK, author)
    projection = shown(created(REACTION), taken)
    assert (projection.kind == "") is (author == ADA)
    assert projection.heads == (taken.event_id,)


def test_taking_back_what_is_no_reaction_changes_nothing():
    assert shown(created(ENTRY), follows("back", TAKEN_BACK)).kind == "moment"


# --------------------------------------------------------------------------- withdrawing


@pytest.mark.parametrize(
    ("creating", "was", "kind"),
    [
        (ENTRY, "entry.written", "moment"),
        (CHECK_IN, "check_in.made", "check-in"),
        (THANKS, "appreciation.noticed", "appreciation"),
        (REPLY, "reply.written", ""),
        (REACTION, "reaction.given", ""),
        (ENTRY, "of.a.later.version", ""),
    ],
)
def test_a_redaction_leaves_an_empty_place(creating, was, kind):
    gone = redaction("gone", [ENTITY], was=was)
    folded = fold(ENTITY, [created(creating), gone])
    projection = folded.projection
    assert folded.event_ids == (gone.event_id,)
    assert projection.kind == kind
    assert projection.versions == ()
    assert projection.heads == (gone.event_id,)
    assert searchable(projection) == ()
    if kind:
        assert projection.redacted
        assert (projection.date, projection.author) == (OTHER_DAY, ADA)
    # Who never had the words folds to the same.
    assert fold(ENTITY, [gone]) == folded


def test_nobody_withdraws_the_others_words():
    folded = fold(ENTITY, [created(ENTRY), redaction("no", [ENTITY], BEN)])
    assert (folded.projection.kind, folded.projection.redacted) == ("moment", False)
    assert len(folded.event_ids) == 2


def test_an_edit_alone_can_be_withdrawn():
    edit = follows("edit", ENTRY_EDIT)
    folded = fold(ENTITY, [created(ENTRY), edit, redaction("gone", [edit.event_id])])
    assert [words.text for words in folded.projection.versions] == ["Soup"]
    assert not folded.projection.redacted
    assert edit.event_id not in folded.event_ids


def test_withdrawing_all_and_an_edit_that_nobody_knew_of():
    late = follows("late", ENTRY_EDIT, ms=AT + 50)
    folded = fold(ENTITY, [created(ENTRY), redaction("gone", [ENTITY]), late])
    assert folded.projection.redacted
    assert folded.projection.versions == ()
    assert late.event_id in folded.event_ids


def test_a_redaction_stays_when_another_names_it():
    first = redaction("first", [ENTITY])
    second = redaction("second", [first.event_id], after=(first.event_id,), ms=AT + 9)
    events = [created(ENTRY), first, second]
    assert withdrawn_ids(events) == {ENTITY}
    assert shown(*events).redacted


def test_events_without_the_one_that_creates_show_nothing():
    edit = follows("edit", ENTRY_EDIT)
    assert shown(edit).kind == ""
    assert shown(edit, follows("more", ENTRY_EDIT, ms=AT + 5)).kind == NOTHING.kind
    assert fold(ENTITY, [edit]).event_ids == (edit.event_id,)


def test_one_event_given_twice_is_one():
    assert fold(ENTITY, [created(ENTRY), created(ENTRY)]) == fold(ENTITY, [created(ENTRY)])


# --------------------------------------------------------------------------- searching


def test_what_a_search_looks_through():
    def words(payload):
        return searchable(shown(created(payload)))

    assert words(ENTRY) == ((ENTITY, "Soup\nfood"),)
    assert words(CHECK_IN) == ((ENTITY, "a note\ntea\ncalm"),)
    assert words(THANKS) == ((ENTITY, "You waited\nI breathed out"),)
    assert words(REPLY) == ((ENTITY, "Me too"),)
    for payload in (REACTION, NAME, None):
        assert words(payload) == ()


def test_a_search_finds_the_versions_that_stand():
    edit = follows("edit", ENTRY_EDIT)
    edited = shown(created(ENTRY), edit)
    assert searchable(edited) == ((ENTITY, "Soup\nfood"), (edit.event_id, "Hot soup"))
    assert findable(edited) == {edit.event_id}
    tea = follows("b", kinds.EntryEdited("Tea", DAY, []))
    both = shown(created(ENTRY), follows("a", ENTRY_EDIT), tea)
    standing = findable(both)
    assert {text for event, text in searchable(both) if event in standing} == {"Hot soup", "Tea"}


# --------------------------------------------------------------------------- logged later


def ms(year, month, day, hour=0, minute=0):
    return int(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("stated", "offset", "limit"),
    [
        # The stated day ends at midnight where the writer is; a day later is the limit.
        ("2026-09-21", 0, ms(2026, 9, 23)),
        ("2026-09-21", 120, ms(2026, 9, 22, 22)),
        ("2026-09-21", -600, ms(2026, 9, 23, 10)),
        ("2026-09-21", 840, ms(2026, 9, 22, 10)),
        ("2026-09-21", 345, ms(2026, 9, 22, 18, 15)),
        ("2028-02-28", 0, ms(2028, 3, 1)),
        ("2028-02-29", 0, ms(2028, 3, 2)),
        ("2027-02-28", 0, ms(2027, 3, 2)),
        ("2026-12-31", 60, ms(2027, 1, 1, 23)),
        ("1969-12-30", 0, ms(1970, 1, 1)),
    ],
)
def test_logged_later_begins_right_after_the_day_after(stated, offset, limit):
    assert not logged_later(stated, offset, limit)
    assert logged_later(stated, offset, limit + 1)


@pytest.mark.parametrize("stated", ["2027-02-29", "", "soon", "9999-12-31", "2026-13-01"])
def test_a_date_that_cannot_be_reckoned_with_is_not_logged_later(stated):
    assert not logged_later(stated, 0, ms(2099, 1, 1))
    assert not logged_later(stated, -(2**31), 2**62)


def test_a_projection_says_so_from_what_stands():
    late = kinds.EntryWritten("moment", "Back then", "2026-09-01", [], None)
    assert shown(created(late)).logged_later
    assert not shown(created(ENTRY)).logged_later
    assert not shown(created(REPLY)).logged_later
    # A day that is edited away from then is what counts.
    assert not shown(created(late), follows("edit", ENTRY_EDIT)).logged_later
