"""Mutual reveal as folds see it: each limit of SPEC 18 has a test."""

from __future__ import annotations

import pytest

from inglenook_client.core.practices import reviewing
from inglenook_client.core.practices.errors import (
    ChoiceError,
    NothingSaidError,
    NotReadyError,
    OpenedAlreadyError,
    WhichStepError,
    ZoneError,
)
from inglenook_client.core.practices.revealing import RoundSeen, round_seen, to_open, zone_of
from inglenook_client.core.practices.reviewing import Sealed
from inglenook_client.core.practices.showing import first_words
from inglenook_client.core.practices.state import PracticeState
from inglenook_harness.people import noise
from inglenook_harness.two import SPACE, Person, Two, found
from inglenook_protocol.kinds import RevealOpened, RevealReady, RevealTakenBack, SpaceZoneSet
from inglenook_protocol.reveal import HalfRecord, round_id

WEEK = "2026-W39"
ROUND = round_id(SPACE, "week-review", WEEK)


def ready(
    person: Person, text: str = "tea", name: str = "week-review"
) -> tuple[RevealReady, Sealed]:
    half = reviewing.half(name, WEEK, {"appreciated": text})
    return reviewing.say_ready(SPACE, None, half, lambda n: noise(f"{text} {person.member!r}", n))


def opens(sealed: Sealed, round_: bytes = ROUND) -> RevealOpened:
    return RevealOpened(round_, sealed.opening, sealed.half)


def sees(two: Two, person: Person, round_: bytes = ROUND) -> RoundSeen:
    return round_seen(two.folded(round_), person.member)


def both_ready() -> tuple[Two, Sealed, Sealed]:
    two = Two()
    by_ana, ana = ready(two.ana, "Ana's tea")
    by_ben, ben = ready(two.ben, "Ben's bread")
    two.ana.writes(by_ana, ROUND)
    two.ben.writes(by_ben, ROUND)
    two.meet()
    return two, ana, ben


def text(half: HalfRecord | None) -> str | None:
    return None if half is None else half.parts[0].text


def test_nothing_shows_of_the_others_readiness() -> None:
    two = Two()
    payload, _ = ready(two.ana)
    two.ana.writes(payload, ROUND)
    two.meet()
    nothing = Two()
    taken, _ = ready(nothing.ben)
    nothing.ben.writes(taken, ROUND)
    two.ben.writes(taken, ROUND)
    seen = sees(two, two.ben)
    alone = sees(nothing, nothing.ben)
    assert (seen.stage, seen.mine, seen.theirs) == (alone.stage, alone.mine, alone.theirs)
    assert (two.projection(ROUND).date, found(two.projection(ROUND))) == ("", "")


def test_a_device_opens_only_when_both_are_ready() -> None:
    two = Two()
    by_ana, _ = ready(two.ana)
    two.ana.writes(by_ana, ROUND)
    assert to_open(two.folded(ROUND), two.ana.member) is None
    by_ben, _ = ready(two.ben)
    two.ben.writes(by_ben, ROUND)
    found = to_open(two.folded(ROUND), two.ana.member)
    assert found is not None
    assert (found.mine.by, found.theirs.by) == (two.ana.member, two.ben.member)


@pytest.mark.parametrize("who", ["ana", "ben"])
def test_taking_back_works_until_the_reveal(who: str) -> None:
    two, _, _ = both_ready()
    person = two.ana if who == "ana" else two.ben
    person.writes(reviewing.take_back(sees(two, person), ROUND), ROUND)
    for reader in (two.ana, two.ben):
        assert to_open(two.folded(ROUND), reader.member) is None
    with pytest.raises(NotReadyError):
        reviewing.take_back(sees(two, person), ROUND)


def test_text_is_shown_only_to_someone_who_has_revealed_theirs() -> None:
    two, ana, ben = both_ready()
    two.ana.writes(opens(ana), ROUND)
    two.meet()
    assert (sees(two, two.ana).stage, text(sees(two, two.ana).mine)) == ("opened", "Ana's tea")
    seen = sees(two, two.ben)
    assert (seen.stage, seen.mine, seen.theirs) == ("ready", None, None)
    assert found(two.projection(ROUND)) == ""
    two.ben.writes(opens(ben), ROUND)
    for reader, mine, theirs in (
        (two.ana, "Ana's tea", "Ben's bread"), (two.ben, "Ben's bread", "Ana's tea"),
    ):  # fmt: skip
        seen = sees(two, reader)
        assert (seen.stage, text(seen.mine), text(seen.theirs)) == ("together", mine, theirs)
    assert two.projection(ROUND).date == "2026-09-21"
    assert "bread" in found(two.projection(ROUND))


def test_the_other_took_back_while_mine_opened_and_reads_nothing() -> None:
    """The limit of 18.6: what left the device can't come back, and is still not shown."""
    two, ana, _ = both_ready()
    two.ana.writes(opens(ana), ROUND)
    two.ben.writes(RevealTakenBack(ROUND), ROUND)
    two.meet()
    assert (sees(two, two.ben).stage, sees(two, two.ben).theirs) == ("apart", None)
    assert sees(two, two.ana).stage == "opened"
    assert to_open(two.folded(ROUND), two.ben.member) is None


def test_an_opening_that_crosses_ones_own_taking_back_counts() -> None:
    two, ana, ben = both_ready()
    two.ana2.writes(RevealTakenBack(ROUND), ROUND)
    two.ana.writes(opens(ana), ROUND)
    two.ben.writes(opens(ben), ROUND)
    assert sees(two, two.ana).stage == "together"
    with pytest.raises(OpenedAlreadyError):
        reviewing.take_back(sees(two, two.ana), ROUND)
    half = reviewing.half("week-review", WEEK, {"appreciated": "more"})
    with pytest.raises(OpenedAlreadyError):
        reviewing.say_ready(SPACE, sees(two, two.ana), half, lambda n: bytes(n))


def test_what_is_opened_is_what_was_committed_to() -> None:
    two, ana, ben = both_ready()
    _, other = ready(two.ana, "kinder words, afterwards")
    forged = Sealed(other.half, ana.opening)
    for wrong in (opens(forged), opens(other), opens(Sealed(b"\xc0", bytes(32)))):
        two.ana.writes(wrong, ROUND)
    two.ben.writes(opens(ben), ROUND)
    two.meet()
    assert sees(two, two.ben).theirs is None
    assert sees(two, two.ana).stage == "ready"


def test_a_half_of_another_week_does_not_open_this_round() -> None:
    two = Two()
    half = reviewing.half("week-review", "2026-W40", {"appreciated": "later"})
    payload, sealed = reviewing.say_ready(SPACE, None, half, lambda n: noise("later", n))
    assert payload.round != ROUND
    two.ana.writes(RevealReady(ROUND, payload.commitment), ROUND)
    two.ana.writes(opens(sealed), ROUND)
    assert sees(two, two.ana).stage == "ready"


def test_ready_again_with_new_words_holds() -> None:
    two, ana, ben = both_ready()
    again, better = ready(two.ana, "Ana's warmer tea")
    two.ana.writes(again, ROUND)
    two.meet()
    found = to_open(two.folded(ROUND), two.ana.member)
    assert found is not None
    assert found.mine.payload == again
    two.ana.writes(opens(better), ROUND)
    two.ben.writes(opens(ben), ROUND)
    two.ana.writes(opens(ana), ROUND)  # the first words, afterwards: a round is opened once
    assert text(sees(two, two.ben).theirs) == "Ana's warmer tea"


def test_an_event_that_names_another_round_counts_nowhere() -> None:
    two = Two()
    payload, _ = ready(two.ana)
    two.ana.writes(payload, noise("some entity"))
    assert two.projection(noise("some entity")).kind == ""


def test_row_21_the_week_review_opens_with_appreciation() -> None:
    with pytest.raises(NothingSaidError):
        reviewing.half("week-review", WEEK, {"helped": "The walks"})
    made = reviewing.half("week-review", WEEK, {"recommit": "yes", "appreciated": "You called"})
    assert [part.name for part in made.parts] == ["appreciated", "recommit"]


def test_row_22_recommitting_is_optional() -> None:
    made = reviewing.half("setback", WEEK, {"happened": "We shouted"})
    assert [part.name for part in made.parts] == ["happened"]
    assert reviewing.round_name("setback", number=2) == "setback/2"


def test_row_17_a_step_review_rates_the_step_in_words() -> None:
    step = noise("step")
    name = reviewing.round_name("step-review", step=step)
    made = reviewing.half(name, WEEK, {"effort": "easier", "wish": "keep"}, about=step)
    assert made.practice == f"step-review/{step.hex()}"
    for answers in ({"effort": "9"}, {"effort": "same", "wish": "punish"}, {"who": "me"}):
        with pytest.raises((ChoiceError, NothingSaidError)):
            reviewing.half(name, WEEK, answers)
    with pytest.raises(WhichStepError):
        reviewing.round_name("step-review")
    with pytest.raises(ChoiceError):
        reviewing.round_name("person-review")


def test_the_zone_is_the_latest_that_either_set() -> None:
    two = Two()
    two.ana.writes(reviewing.set_zone("Europe/Vienna"), SPACE)
    two.meet()
    two.ben.writes(SpaceZoneSet("Europe/Lisbon"), SPACE)
    assert (two.projection(SPACE).kind, zone_of(two.folded(SPACE))) == ("zone", "Europe/Lisbon")
    two.ana.writes(SpaceZoneSet("Europe/Paris"), noise("another entity"))
    assert two.projection(noise("another entity")).kind == ""
    for wrong in ("Nowhere/Land", "", "../etc/passwd", "Europe/Vienna\n"):
        with pytest.raises(ZoneError):
            reviewing.set_zone(wrong)


def test_what_is_said_to_belong_to_a_round_names_nothing() -> None:
    """A keepsake of another app's that was about a round broke the timeline."""
    assert first_words("round", PracticeState("", (), (), ())) == ""
