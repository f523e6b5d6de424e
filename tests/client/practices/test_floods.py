"""A peer may write thousands of events about one entity: folding them stays a matter of moments."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from inglenook_client.core.fold import fold
from inglenook_harness.two import NOON, Two
from inglenook_protocol.kinds import (
    AgreementGiven,
    ConversationAccepted,
    ConversationCountered,
    ConversationProposed,
    NeedHeard,
    NeedStated,
    PauseCalled,
    PauseExtended,
    Payload,
    RulesWritten,
)

MANY = 1_500
MAX_SECONDS = 4.0

FLOODS: dict[str, tuple[Payload, Callable[[bytes, int], Payload]]] = {
    "agreements": (RulesWritten(["One"]), lambda id_, i: AgreementGiven(id_)),
    "extensions": (PauseCalled(None, 10, "", None), lambda id_, i: PauseExtended(10, "", None)),
    "paraphrases": (NeedStated("Rest", "", "2026-09-21"), lambda id_, i: NeedHeard(id_, "x")),
    "proposals and answers": (
        ConversationProposed("x", "", NOON, 10, "two-devices", None),
        lambda id_, i: (
            ConversationCountered("x", "", NOON + i, 10, "two-devices")
            if i % 2
            else ConversationAccepted(id_)
        ),
    ),
}


@pytest.mark.parametrize("name", FLOODS)
@pytest.mark.parametrize("blind", [True, False], ids=["blind", "knowing"])
def test_thousands_of_events_about_one_entity_fold_in_moments(name: str, blind: bool) -> None:
    two = Two()
    first, flood = FLOODS[name]
    entity = two.ana.writes(first)
    two.meet()
    for i in range(MANY):
        # Knowing ones name the last alone; Two would look through all of them each time.
        two.ben.known = two.events[-1:]
        two.ben.writes(flood(entity, i), entity, blind=blind)
    begin = time.process_time()
    folded = fold(entity, list(two.events), two.within)
    took = time.process_time() - begin
    assert len(folded.event_ids) == MANY + 1
    assert took < MAX_SECONDS, f"{took:.1f} s"
