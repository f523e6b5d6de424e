"""What an evening offers: what has a place now and is its reader's to say, and no more."""

from __future__ import annotations

import pytest

from inglenook_client.core.practices import needing
from inglenook_client.core.practices.evening_views import OfferView, offer
from inglenook_harness.two import Two
from inglenook_protocol.kinds import (
    AgreementGiven,
    AgreementRevoked,
    ConversationProposed,
    DisclosureReceived,
    DisclosureShared,
    GoalNamed,
    NeedStated,
    Payload,
    RulesEdited,
    RulesWritten,
    StepProposed,
)

DAY = "2026-09-21"
NOW_MS = 1_790_000_000_000
MINUTE_MS = 60_000


def offered(two: Two, kind: str, entity: bytes, member: bytes) -> OfferView | None:
    return offer(kind, entity, two.folded(entity), member, NOW_MS)


@pytest.mark.parametrize(
    ("kind", "payload", "words"),
    [
        ("rules", RulesWritten(["No insults"]), ""),
        ("goal", GoalNamed("Calm mornings", None, DAY), "Calm mornings"),
        ("step", StepProposed(None, "both", "A walk", "FREQ=WEEKLY", "", DAY, None), "A walk"),
    ],
)
def test_words_that_ask_both_are_offered_to_the_other_alone(
    kind: str, payload: Payload, words: str
) -> None:
    two = Two()
    entity = two.ana.writes(payload)
    two.meet()
    assert offered(two, kind, entity, two.ana.member) is None
    assert offered(two, kind, entity, two.ben.member) == OfferView(kind, entity.hex(), words)  # type: ignore[arg-type]
    two.ben.writes(AgreementGiven(entity), entity)
    assert offered(two, kind, entity, two.ben.member) is None


def test_a_yes_that_was_taken_back_is_not_asked_for_again_before_new_words() -> None:
    two = Two()
    entity = two.ana.writes(RulesWritten(["No insults"]))
    two.meet()
    two.ben.writes(AgreementGiven(entity), entity)
    two.ben.writes(AgreementRevoked(), entity)
    two.meet()
    assert offered(two, "rules", entity, two.ben.member) is None
    two.ana.writes(RulesEdited(["One at a time"]), entity)
    assert offered(two, "rules", entity, two.ben.member) is not None


def test_a_proposal_is_offered_until_its_time_has_gone_by() -> None:
    for starts_ms, expected in ((NOW_MS - 10 * MINUTE_MS, True), (NOW_MS - 30 * MINUTE_MS, False)):
        two = Two()
        entity = two.ana.writes(
            ConversationProposed("The mornings", "", starts_ms, 20, "two-devices", None)
        )
        two.meet()
        assert (offered(two, "conversation", entity, two.ben.member) is not None) is expected
        assert offered(two, "conversation", entity, two.ana.member) is None


def test_a_need_is_offered_to_whoever_has_a_word_to_say() -> None:
    two = Two()
    need = two.ana.writes(NeedStated("Quiet after work", "", DAY))
    two.meet()
    assert offered(two, "need", need, two.ana.member) is None
    heard = offered(two, "need", need, two.ben.member)
    assert heard == OfferView("hear", need.hex(), "Quiet after work")
    two.ben.writes(needing.hear_need(two.folded(need), two.ben.member, "Half an hour"), need)
    assert offered(two, "need", need, two.ben.member) is None
    assert offered(two, "need", need, two.ana.member) == OfferView(
        "heard", need.hex(), "Quiet after work"
    )


def test_something_tender_shows_none_of_its_words_and_asks_nothing_of_no_reply() -> None:
    two = Two()
    told = two.ana.writes(DisclosureShared("Afraid", "comfort", False, DAY))
    quiet = two.ana.writes(DisclosureShared("Sad", "no-reply", False, DAY))
    two.meet()
    assert offered(two, "disclosure", told, two.ben.member) == OfferView("tender", told.hex(), "")
    assert offered(two, "disclosure", quiet, two.ben.member) is None
    assert offered(two, "disclosure", told, two.ana.member) is None
    two.ben.writes(DisclosureReceived(), told)
    assert offered(two, "disclosure", told, two.ben.member) is None
