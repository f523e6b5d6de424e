"""What may be looked back at, which days stand on a timeline, and trends: pure parts."""

from __future__ import annotations

from datetime import date

import pytest

from inglenook_client.core.fold import TIMELINE_KINDS
from inglenook_client.core.model import EntryView
from inglenook_client.core.practices import agreeing, keeping, looking_back, needing, tending
from inglenook_client.core.practices.families import FAMILY_BY_SHOWN, ROUND, ZONE
from inglenook_client.core.practices.looking_back import MAY_APPEAR, STAYS_OUT
from inglenook_client.core.practices.showing import (
    IF_ASKED_FOR,
    NEVER_A_LINE,
    OF_THE_TWO,
    ON_THE_TIMELINE,
    filters,
)
from inglenook_client.core.practices.trending import periods, trends
from inglenook_client.core.views import Names, entry_view
from inglenook_harness.two import NOON, Two
from inglenook_protocol import kinds
from inglenook_protocol.kinds import AgreementGiven, AgreementRevoked

DAY = "2026-09-21"
CONFLICT = {
    "conversation", "turn", "pause", "goal", "acknowledgement", "rules", "need", "step", "round",
    "reflection", "inventory",
}  # fmt: skip


def test_row_25_every_kind_may_appear_or_stays_out_with_a_reason() -> None:
    known = {*FAMILY_BY_SHOWN, ROUND, ZONE, *TIMELINE_KINDS, "reply", "name"}
    assert set(MAY_APPEAR) | set(STAYS_OUT) == known
    assert not set(MAY_APPEAR) & set(STAYS_OUT)
    assert set(STAYS_OUT) >= CONFLICT
    assert all(STAYS_OUT.values())


def test_row_25_only_what_happened_and_stands_appears() -> None:
    two = Two()
    activity = two.ana.writes(tending.imagine_activity("Swim"))
    kept = two.ana.writes(keeping.pin_keepsake("A stone", DAY))
    time = two.ana.writes(tending.plan_couple_time(NOON, 60))
    wish = two.ana.writes(agreeing.write_commitment("We come back", DAY))
    tender = two.ana.writes(needing.disclose("I was afraid", "listen", DAY))
    moment = two.ana.writes(kinds.EntryWritten("moment", "The lake", DAY, [], None, []))
    two.meet()

    def appears() -> list[bool]:
        entities = (activity, kept, time, wish, tender, moment)
        return [looking_back.may_appear(two.projection(one)) for one in entities]

    assert appears() == [False, True, False, False, False, True]
    two.ben.writes(kinds.ActivityDone(DAY, "Cold"), activity)
    two.ana.writes(kinds.KeepsakeUnpinned(), kept)
    two.ben.writes(kinds.CoupleTimeKept(False, ""), time)
    two.ben.writes(AgreementGiven(wish), wish)
    two.ana.writes(kinds.DisclosureLookBackSet(True), tender)
    assert appears() == [True, False, True, True, True, True]


def test_row_25_what_both_allow_is_what_stands_in_all_that_holds() -> None:
    two = Two()
    one = two.ana.writes(agreeing.propose_look_back(["journal", "milestone"]))
    other = two.ben.writes(agreeing.propose_look_back(["milestone", "kindness"]))
    two.meet()

    def allowed() -> list[str]:
        return looking_back.allowed([two.folded(one), two.folded(other)])

    assert allowed() == []
    two.ben.writes(AgreementGiven(one), one)
    assert set(allowed()) == {"journal", "milestone"}
    two.ana.writes(AgreementGiven(other), other)
    assert allowed() == ["milestone"]
    two.meet()
    two.ben.writes(AgreementRevoked(), one)
    two.ben.writes(AgreementRevoked(), other)
    assert allowed() == []


def test_row_25_conflict_can_not_even_be_chosen() -> None:
    shown = set(looking_back.kinds_of(looking_back.choices()))
    assert shown == set(MAY_APPEAR)
    assert not shown & CONFLICT
    assert {"conversation", "pause", "turn", "need", "setback"} & set(
        looking_back.choices()
    ) == set()


def test_a_path_is_spread_from_the_first_to_the_last() -> None:
    assert looking_back.spread(list(range(5))) == [0, 1, 2, 3, 4]
    chosen = looking_back.spread(list(range(1000)))
    assert (chosen[0], chosen[-1], len(chosen)) == (0, 999, looking_back.MOST)
    assert chosen == sorted(set(chosen))


def test_every_kind_with_a_day_is_on_the_timeline_or_asked_for_or_never_a_line() -> None:
    with_day = {family.shown for family in FAMILY_BY_SHOWN.values() if family.day}
    shown = {*ON_THE_TIMELINE, *IF_ASKED_FOR, *NEVER_A_LINE}
    assert with_day | set(TIMELINE_KINDS) == shown
    assert not set(ON_THE_TIMELINE) & set(IF_ASKED_FOR)
    assert set(filters()["journal"]) == {"moment", "progress"}
    assert filters()["ritual"] == ("ritual-kept",)
    assert {kind for kinds_ in filters().values() for kind in kinds_}.isdisjoint(NEVER_A_LINE)


def entry(two: Two, id_: bytes) -> EntryView:
    names = Names(two.ben.member, "shared", {two.ana.member: "Ana", two.ben.member: "Ben"})
    return entry_view(id_, two.projection(id_), (), names)


def test_row_24_what_belongs_to_the_two_names_nobody() -> None:
    two = Two()
    of_the_two = [
        two.ana.writes(keeping.mark_milestone("We laughed", DAY)),
        two.ana.writes(tending.note_affection(DAY)),
        two.ana.writes(kinds.PauseCalled(None, 20, "", None)),
        two.ana.writes(tending.imagine_activity("Swim")),
        two.ana.writes(kinds.RitualKept(b"r" * 32, DAY, "")),
    ]
    for id_ in of_the_two:
        view = entry(two, id_)
        assert view.kind in OF_THE_TWO
        assert (view.by, view.name) == ("both", "")
    # Even withdrawn, it doesn't say whose it was.
    pause = of_the_two[2]
    redacted = kinds.EntityRedacted([pause], [[]], "pause.called", DAY)  # type: ignore[list-item]
    two.ana.writes(redacted, pause)
    assert (entry(two, pause).by, entry(two, pause).redacted) == ("both", True)
    words = entry(two, two.ana.writes(needing.disclose("I was afraid", "listen", DAY)))
    assert (words.by, words.name) == ("partner", "Ana")


def test_an_activity_stands_at_the_day_on_which_it_was_done() -> None:
    two = Two()
    activity = two.ana.writes(tending.imagine_activity("Swim"))
    two.meet()
    two.ana.writes(kinds.ActivityPlanned("2026-10-03", None, None, ""), activity)
    assert two.projection(activity).date == ""
    two.ben.writes(kinds.ActivityDone("2026-10-04", "Cold"), activity)
    assert two.projection(activity).date == "2026-10-04"
    assert [said.text for said in entry(two, activity).said] == ["Cold"]


# ------------------------------------------------------------------------------ trends


def appreciations(two: Two, *days: str) -> list[bytes]:
    people = (two.ana, two.ben)
    return [
        people[at % 2].writes(kinds.AppreciationNoticed("Tea", "", day))
        for at, day in enumerate(days)
    ]


def test_trends_are_of_the_two_as_one_and_absence_is_nowhere() -> None:
    two = Two()
    spans = periods("week", 4, date(2026, 9, 24))
    assert [str(first) for first, _ in spans] == [
        "2026-08-31", "2026-09-07", "2026-09-14", "2026-09-21",
    ]  # fmt: skip
    ids = appreciations(
        two, "2026-09-01", "2026-09-21", "2026-09-21", "2026-09-22", "2026-09-23", "2026-09-24"
    )
    ids.append(two.ana.writes(tending.imagine_activity("Swim")))
    view = trends("week", spans, [two.projection(one) for one in ids])
    [theme] = view.themes
    assert theme.theme == "appreciation"
    assert [(p.first, p.level) for p in theme.periods] == [
        ("2026-08-31", "a-little"), ("2026-09-21", "often"),
    ]  # fmt: skip
    # Whoever noted it: the same.
    swapped = Two()
    other = appreciations(
        swapped, "2026-09-21", "2026-09-01", "2026-09-22", "2026-09-21", "2026-09-24", "2026-09-23"
    )
    assert trends("week", spans, [swapped.projection(one) for one in other]).themes == view.themes


@pytest.mark.parametrize(
    ("days", "course"),
    [
        (["2026-11-23"], "new"),
        (["2026-09-08"], "now-and-then"),
        (["2026-09-08", *(f"2026-11-{day}" for day in range(10, 28))], "growing"),
        ([f"2026-{m:02}-{d:02}" for m in (9, 10, 11) for d in range(1, 28)], "steady"),
    ],
)
def test_the_words_beside_a_trend(days: list[str], course: str) -> None:
    two = Two()
    spans = periods("week", 12, date(2026, 11, 27))
    view = trends("week", spans, [two.projection(one) for one in appreciations(two, *days)])
    assert view.themes[0].course == course


def test_months_have_borders_of_their_own() -> None:
    spans = periods("month", 3, date(2027, 1, 31))
    assert [(str(first), str(last)) for first, last in spans] == [
        ("2026-11-01", "2026-11-30"), ("2026-12-01", "2026-12-31"), ("2027-01-01", "2027-01-31"),
    ]  # fmt: skip
