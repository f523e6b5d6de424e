"""Fold order is a function of the set (SPEC 10.2, 10.3, 10.6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inglenook_harness.people import noise
from inglenook_protocol.causality import TimelineDigest, ancestors, fold_order, maximal


class Mark(NamedTuple):
    event_id: bytes
    after: Sequence[bytes]
    hlc_ms: int
    hlc_count: int


@st.composite
def graphs(draw: st.DrawFn) -> list[Mark]:
    marks: list[Mark] = []
    for i in range(draw(st.integers(1, 12))):
        earlier = [m.event_id for m in marks] + [noise("absent")]
        after = draw(st.lists(st.sampled_from(earlier), max_size=3, unique=True))
        # Few values, so that ties are common.
        ms, count = draw(st.integers(0, 3)), draw(st.integers(0, 1))
        marks.append(Mark(noise(f"event {i}"), sorted(after), ms, count))
    return marks


def slow_order(marks: list[Mark]) -> list[Mark]:
    """Of what waits for nothing, the smallest comes next: the definition, in quadratic time."""
    waiting = {m.event_id: m for m in marks}
    out = []
    while waiting:
        ready = [m for m in waiting.values() if not any(a in waiting for a in m.after)]
        out.append(min(ready, key=lambda m: (m.hlc_ms, m.hlc_count, m.event_id)))
        del waiting[out[-1].event_id]
    return out


@settings(max_examples=150)
@given(graphs(), st.data())
def test_order_is_that_of_the_definition_for_every_arrival(
    marks: list[Mark], data: st.DataObject
) -> None:
    expected = slow_order(marks)
    again = data.draw(st.lists(st.sampled_from(marks), max_size=4))
    arrived = data.draw(st.permutations(marks + again))
    assert fold_order(arrived) == expected


@settings(max_examples=100)
@given(graphs())
def test_what_nothing_follows(marks: list[Mark]) -> None:
    ordered = fold_order(marks)
    after = {m.event_id: m.after for m in marks}
    tips = {m.event_id for m in maximal(ordered)}
    for m in marks:
        followed = any(m.event_id in ancestors(o.event_id, after) for o in marks)
        assert (m.event_id in tips) is not followed
    assert [m for m in ordered if m.event_id in tips] == maximal(ordered)


def test_digest_refuses_entities_out_of_order_and_leaves_out_empty_ones() -> None:
    one, two = TimelineDigest(), TimelineDigest()
    one.feed(b"\x01" * 32, b"")
    one.feed(b"\x02" * 32, noise("event"))
    two.feed(b"\x02" * 32, noise("event"))
    assert one.digest() == two.digest() != TimelineDigest().digest()
    for entity in (b"\x02" * 32, b"\x01" * 32):
        with pytest.raises(ValueError, match="ascending"):
            one.feed(entity, noise("event"))
