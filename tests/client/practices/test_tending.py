"""Rituals, activities, couple time, topics; and in which space a kind counts (SPEC 13.4)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import msgspec
import pytest
from dateutil.rrule import rrulestr

from inglenook_client.core.fold import NOTHING
from inglenook_client.core.practices import inward, keeping, tending
from inglenook_client.core.practices.errors import (
    NoPhotosYetError,
    NothingSaidError,
    NotNowError,
    NotYoursToSayError,
)
from inglenook_client.core.practices.families import FAMILIES, WAS_BY_SHOWN, Family
from inglenook_client.core.practices.recurring import day_in, days_of_week, occasions, starts
from inglenook_harness.two import NOON, Two, found
from inglenook_protocol import kinds
from inglenook_protocol.codec import Ref
from inglenook_protocol.kinds import (
    ActivityDone,
    ActivityImagined,
    ActivityPlanned,
    ActivitySetAside,
    CoupleTimeKept,
    CoupleTimeLetGo,
    CoupleTimeMoved,
    RitualEdited,
    TopicSetAside,
    TopicTakenUp,
)

DAY = "2026-09-21"


def test_row_03_a_ritual_says_when_and_not_what_did_not_happen() -> None:
    two = Two()
    ritual = two.ana.writes(
        tending.define_ritual("Coffee", "sat,sun", begins=DAY, text="By the window", at="08:30")
    )
    two.meet()
    kept = two.ben.writes(tending.keep_ritual(ritual, "2026-09-26"))
    again = two.ana.writes(tending.keep_ritual(ritual, "2026-09-26", "With cake"))
    for one in (kept, again):
        assert (two.projection(one).kind, two.projection(one).target) == ("ritual-kept", ritual)
        assert two.projection(one).date == "2026-09-26"
    # Occasions come from the rule alone; nothing is stored for those on which nothing happened.
    defined = two.folded(ritual).shown.payload
    assert isinstance(defined, kinds.RitualDefined)
    days = occasions(defined.cadence, defined.begins, date(2026, 9, 21), date(2026, 10, 4))
    assert [d.isoformat() for d in days] == ["2026-09-26", "2026-09-27", "2026-10-03", "2026-10-04"]
    two.ben.writes(tending.rest_ritual(two.folded(ritual), two.ben.member), ritual)
    assert two.stage(ritual) == "resting"


def test_a_ritual_said_anew_by_both_at_once_stands_in_both_forms() -> None:
    two = Two()
    ritual = two.ana.writes(tending.define_ritual("Walk", "daily", begins=DAY))
    two.meet()
    by_ben = two.ben.writes(RitualEdited("Walk", "", "FREQ=WEEKLY", None, DAY), ritual)
    by_ana = two.ana.writes(RitualEdited("Evening walk", "", "FREQ=DAILY", None, DAY), ritual)
    state = two.folded(ritual)
    assert {state.versions[i].event for i in state.current} == {by_ana, by_ben}


def test_row_12_both_remember_an_activity_each_in_their_words() -> None:
    two = Two()
    activity = two.ana.writes(tending.imagine_activity("Build a shelf"))
    two.meet()
    plan = tending.plan_activity(
        two.folded(activity), two.ben.member, "2026-10-03", until="2026-10-24", together="Wood"
    )
    two.ben.writes(plan, activity)
    two.meet()
    two.ana.writes(ActivityDone("2026-10-24", "It is level"), activity)
    two.ben.writes(ActivityDone("2026-10-24", "You laughed"), activity)
    state = two.folded(activity)
    assert state.stage == "done"
    assert [m.kind for m in state.moves].count("activity.done") == 2
    assert "laughed" in found(two.projection(activity))


@pytest.mark.parametrize("swapped", [False, True])
def test_what_happened_comes_before_setting_aside_and_that_before_a_plan(swapped: bool) -> None:
    for one, other, stage in (
        (ActivityDone(DAY, ""), ActivitySetAside(), "done"),
        (ActivityPlanned(DAY, None, None, ""), ActivitySetAside(), "aside"),
        (ActivityPlanned(DAY, None, None, ""), ActivityDone(DAY, ""), "done"),
    ):
        two = Two()
        activity = two.ana.writes(ActivityImagined("Swim", ""))
        two.meet()
        for person, payload in ((two.ana, one), (two.ben, other))[:: -1 if swapped else 1]:
            person.writes(payload, activity)
        assert two.stage(activity) == stage


@pytest.mark.parametrize("swapped", [False, True])
def test_couple_time_that_both_change_at_once(swapped: bool) -> None:
    for one, other, stage in (
        (CoupleTimeMoved(NOON, 60), CoupleTimeLetGo(), "let-go"),
        (CoupleTimeKept(True, ""), CoupleTimeLetGo(), "kept"),
        (CoupleTimeMoved(NOON, 60), CoupleTimeKept(False, ""), "kept"),
    ):
        two = Two()
        planned = tending.plan_couple_time(
            NOON, 90, boundary="We are out until nine", fallback="Tea on the stairs"
        )
        entity = two.ana.writes(planned)
        two.meet()
        for person, payload in ((two.ana, one), (two.ben, other))[:: -1 if swapped else 1]:
            person.writes(payload, entity)
        assert two.stage(entity) == stage


def test_a_topic_that_was_taken_up_is_not_set_aside() -> None:
    two = Two()
    topic = two.ana.writes(tending.park_topic("The dentist", DAY))
    two.meet()
    two.ana.writes(TopicSetAside(), topic)
    two.ben.writes(TopicTakenUp(), topic)
    two.meet()
    assert two.stage(topic) == "taken-up"
    two.ben.writes(tending.park_topic_again(two.folded(topic), two.ben.member), topic)
    assert two.stage(topic) == "parked"
    with pytest.raises(NotYoursToSayError):
        tending.edit_topic(two.folded(topic), two.ben.member, "Other")


def test_what_has_no_place_is_refused_when_decided() -> None:
    two = Two()
    ritual = two.ana.writes(tending.define_ritual("Walk", "daily", begins=DAY))
    with pytest.raises(NotNowError):
        tending.wake_ritual(two.folded(ritual), two.ana.member)
    with pytest.raises(NothingSaidError):
        tending.define_ritual(" ", "daily", begins=DAY)
    with pytest.raises(NoPhotosYetError):
        keeping.pin_keepsake("Us", DAY, form="photo")


# --------------------------------------------------------------------------- places


INWARD = [
    family for family in FAMILIES if kinds.PLACE_BY_KIND[WAS_BY_SHOWN[family.shown]] == "private"
]
OUTWARD = [f for f in FAMILIES if kinds.PLACE_BY_KIND[WAS_BY_SHOWN[f.shown]] == "shared"]


def first_payload(family_kind: type[kinds.Payload]) -> kinds.Payload:
    made = {
        kinds.InventoryWritten: inward.write_inventory(DAY, needs="Rest"),
        kinds.ReflectionWritten: inward.write_reflection(DAY, happened="They spoke"),
        kinds.KindnessIdeaNoted: inward.note_kindness_idea("Tea"),
        kinds.DraftWritten: inward.write_draft("turn", None, {"observation": "The door"}),
        kinds.HalfKept: kinds.HalfKept(b"\x05" * 32, b"\x06" * 32, b"half"),
        kinds.HideSet: inward.hide(b"\x05" * 32),
    }
    return made[family_kind]


@pytest.mark.parametrize("family", INWARD, ids=lambda family: family.shown)
def test_row_01_a_private_kind_shows_nothing_where_a_peer_puts_it(family: Family) -> None:
    """A partner's app can't make one's own app show that something private exists."""
    for place, kind in (("private", family.shown), ("shared", "")):
        two = Two(place=place)
        entity = two.ana.writes(first_payload(family.creating))
        assert two.projection(entity).kind == kind
        if not kind:
            nothing = msgspec.structs.replace(NOTHING, heads=(entity,))
            assert two.projection(entity) == nothing
            assert found(two.projection(entity)) == ""


def test_every_other_kind_of_a_practice_has_a_place() -> None:
    assert {f.shown for f in FAMILIES} == {f.shown for f in (*INWARD, *OUTWARD)} | {"keepsake"}


def test_a_shared_kind_shows_nothing_in_a_private_space() -> None:
    two = Two(place="private")
    entity = two.ana.writes(tending.note_affection(DAY))
    assert two.projection(entity).kind == ""


def test_an_empty_place_of_each_kind_is_the_same_for_those_who_never_saw_the_words() -> None:
    for family in FAMILIES:
        if family.shown == "keepsake" or family in INWARD:
            continue
        two = Two()
        entity = b"\x09" * 32
        was = WAS_BY_SHOWN[family.shown]
        refs = [Ref(b"\x01" * 32, 1, b"\x02" * 32)]
        two.ana.writes(kinds.EntityRedacted([entity], refs, was, DAY), entity)
        empty = two.projection(entity)
        assert (empty.kind, empty.date, empty.redacted) == (family.shown, DAY, True)
        assert found(empty) == ""


# --------------------------------------------------------------------------- days and weeks


def test_a_rule_far_back_gives_the_same_days_as_one_counted_from_its_beginning() -> None:
    first, last = date(2026, 9, 1), date(2026, 10, 15)
    for cadence in (
        "FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2",
        "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,WE,SU", "FREQ=MONTHLY", "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=31",
    ):  # fmt: skip
        for begins in ("2016-02-29", "2020-12-31", "2026-08-31", "2026-09-16", "2026-12-01"):
            rule = rrulestr(f"DTSTART:{begins.replace('-', '')}T000000\nRRULE:{cadence};WKST=MO")
            counted = [d.date() for d in rule.xafter(_noon(first, -1), count=100, inc=True)]
            wanted = [d for d in counted if first <= d <= last]
            assert occasions(cadence, begins, first, last) == wanted, (cadence, begins)


def _noon(day: date, shift: int) -> datetime:
    return datetime.combine(day + timedelta(days=shift), time(12))


def test_a_zone_decides_the_day_and_summer_time_moves_no_day() -> None:
    late = 1_774_737_000_000  # 2026-03-28 22:30 UTC
    assert day_in(late, "Europe/Vienna").isoformat() == "2026-03-28"
    assert day_in(late, "Asia/Tokyo").isoformat() == "2026-03-29"
    assert day_in(late, "No/Where") == day_in(late, "UTC")
    days = occasions("FREQ=DAILY", "2026-03-27", date(2026, 3, 27), date(2026, 3, 31))
    assert len(days) == 5
    clocks = [starts(day, "07:30", "Europe/Vienna") for day in days]
    assert {at.strftime("%H:%M") for at in clocks if at is not None} == {"07:30"}
    assert [d.isoformat() for d in days_of_week("2020-W53")][::6] == ["2020-12-28", "2021-01-03"]
