"""The sync session walked against its table, with a relay that is two sets (SPEC 15)."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inglenook_harness.people import noise
from inglenook_protocol.codec import Point
from inglenook_protocol.errors import LocalProtocolError, Reject, RemoteProtocolError
from inglenook_protocol.messages import Accepted, Duplicate, Gap, PushResult, Refused
from inglenook_protocol.session import (
    PageOutcome,
    Pull,
    Push,
    PushMore,
    Register,
    Settle,
    State,
    Step,
    SyncSession,
    deeper_seqs,
)

DEVICE, OTHER = noise("log one"), noise("log two")


def outcome(
    *,
    new: int = 0,
    more: bool = False,
    held: dict[bytes, list[Point]] | None = None,
    relay: dict[bytes, list[Point]] | None = None,
    not_held: dict[bytes, list[Point]] | None = None,
    lacks_statements: bool = False,
) -> PageOutcome:
    return PageOutcome(new, more, held or {}, relay or {}, not_held or {}, lacks_statements)


def at(seq: int, branch: str = "") -> Point:
    return Point(seq, noise(f"envelope {seq} {branch}"))


def test_nothing_on_either_side_settles_at_once() -> None:
    session = SyncSession()
    assert session.start() == Pull()
    assert session.on_page(outcome()) == Settle()
    assert session.state is State.SETTLED


def test_more_pulls_again_and_new_things_start_the_count_of_stalls_anew() -> None:
    session = SyncSession()
    session.start()
    for new in (5, 0, 1, 0, 3, 0):
        assert session.on_page(outcome(new=new, more=True)) == Pull()
    assert session.on_page(outcome()) == Settle()


def test_endless_more_ends_the_session() -> None:
    session = SyncSession()
    session.start()
    session.on_page(outcome(new=9, more=True))
    assert session.on_page(outcome(more=True)) == Pull()
    with pytest.raises(RemoteProtocolError) as caught:
        session.on_page(outcome(more=True))
    assert caught.value.reject is Reject.MALFORMED
    assert caught.value.next_step


def test_a_head_that_is_not_held_is_asked_for_once_with_deeper_points() -> None:
    session = SyncSession()
    session.start()
    lost = outcome(relay={DEVICE: [at(9)]}, not_held={DEVICE: [at(9)]})
    assert session.on_page(lost) == Pull(frozenset([DEVICE]))
    assert session.on_page(lost) == Settle()
    assert session.not_given == {DEVICE: [at(9)]}


def test_each_log_is_deepened_on_its_own() -> None:
    session = SyncSession()
    session.start()
    first = outcome(relay={DEVICE: [at(9)]}, not_held={DEVICE: [at(9)]})
    both = outcome(
        relay={DEVICE: [at(9)], OTHER: [at(4)]}, not_held={DEVICE: [at(9)], OTHER: [at(4)]}
    )
    assert session.on_page(first) == Pull(frozenset([DEVICE]))
    assert session.on_page(both) == Pull(frozenset([OTHER]))
    assert session.on_page(both) == Settle()


def test_what_the_relay_lacks_is_pushed_from_the_heads_that_both_hold() -> None:
    session = SyncSession()
    session.start()
    step = session.on_page(
        outcome(
            held={DEVICE: [at(9)], OTHER: [at(2)]},
            relay={DEVICE: [at(4), at(5, "fork")], OTHER: [at(2)]},
            not_held={},
        )
    )
    assert step == Push({DEVICE: [at(4), at(5, "fork")]}, statements=False)
    taken: list[tuple[bytes, PushResult]] = [(DEVICE, Accepted(7))]
    assert session.on_pushed(taken, more=True) == PushMore()
    assert session.state is State.PUSHING
    assert session.on_pushed([(DEVICE, Duplicate(9))], more=False) == Pull()
    assert session.on_page(outcome(held={DEVICE: [at(9)]}, relay={DEVICE: [at(9)]})) == Settle()


def test_statements_alone_are_pushed() -> None:
    session = SyncSession()
    session.start()
    assert session.on_page(outcome(lacks_statements=True)) == Push({}, statements=True)
    assert session.on_pushed([], more=False) == Pull()


def test_a_gap_deepens_that_log_and_a_second_one_gives_it_up() -> None:
    session = SyncSession()
    session.start()
    wants = outcome(held={DEVICE: [at(9)]}, relay={DEVICE: [at(4)]})
    assert isinstance(session.on_page(wants), Push)
    assert session.on_pushed([(DEVICE, Gap([at(3)]))], more=True) == Pull(frozenset([DEVICE]))
    assert isinstance(session.on_page(wants), Push)
    session.on_pushed([(DEVICE, Gap([at(3)]))], more=False)
    assert session.refused == {DEVICE: Reject.GAP}
    assert session.on_page(wants) == Settle()


def test_a_refused_log_is_not_pushed_again_and_others_are() -> None:
    session = SyncSession()
    session.start()
    wants = outcome(held={DEVICE: [at(9)], OTHER: [at(2)]})
    session.on_page(wants)
    results: list[tuple[bytes, PushResult]] = [
        (DEVICE, Refused(Reject.BAD_SIGNATURE)),
        (OTHER, Accepted(1)),
    ]
    session.on_pushed(results, more=False)
    assert session.refused == {DEVICE: Reject.BAD_SIGNATURE}
    assert session.on_page(wants) == Push({OTHER: []}, statements=False)


def test_a_relay_that_takes_and_forgets_ends_the_session() -> None:
    session = SyncSession()
    session.start()
    wants = outcome(held={DEVICE: [at(9)]})
    for _ in range(SyncSession.MAX_PUSH_ROUNDS):
        assert isinstance(session.on_page(wants), Push)
        session.on_pushed([(DEVICE, Accepted(9))], more=False)
    with pytest.raises(RemoteProtocolError):
        session.on_page(wants)


def test_a_space_is_registered_once_a_session() -> None:
    session = SyncSession()
    session.start()
    assert session.on_unknown_space() == Register()
    assert session.state is State.REGISTERING
    assert session.on_registered() == Pull()
    with pytest.raises(RemoteProtocolError) as caught:
        session.on_unknown_space()
    assert caught.value.next_step


def test_a_wiped_relay_may_be_noticed_in_the_middle_of_a_push() -> None:
    session = SyncSession()
    session.start()
    session.on_page(outcome(held={DEVICE: [at(9)]}))
    assert session.on_unknown_space() == Register()
    assert session.on_registered() == Pull()


def test_inputs_that_do_not_belong_to_the_state_are_ours_to_mend() -> None:
    session = SyncSession()
    session.start()
    with pytest.raises(LocalProtocolError):
        session.on_pushed([], more=False)
    with pytest.raises(LocalProtocolError):
        session.on_registered()
    session.on_unknown_space()
    with pytest.raises(LocalProtocolError):
        session.on_page(outcome())
    session.on_registered()
    session.on_page(outcome())
    with pytest.raises(LocalProtocolError):
        session.on_page(outcome())


@given(st.integers(1, 2**53 - 1))
def test_deeper_points_reach_from_the_head_to_the_first(head: int) -> None:
    seqs = deeper_seqs(head)
    assert seqs == sorted(set(seqs))
    assert seqs[0] == 1
    assert seqs[-1] == head
    assert len(seqs) <= 64
    # Wherever two sides part, a point lies at most half as deep again below it.
    for low, high in pairwise(seqs):
        assert high - low <= max(1, (head - low + 1) // 2)


# --- Two sides, each a length of every log; the relay gives and takes a few at a time


@settings(max_examples=100)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=4),
    st.booleans(),
    st.integers(1, 9),
    st.integers(1, 9),
)
def test_any_two_sides_end_up_with_the_same(
    lengths: list[tuple[int, int]], registered: bool, page: int, batch: int
) -> None:
    mine = {noise(f"log {i}"): own for i, (own, _) in enumerate(lengths)}
    theirs = {noise(f"log {i}"): relay if registered else 0 for i, (_, relay) in enumerate(lengths)}
    goal = {device: max(mine[device], theirs[device]) for device in mine}
    session = SyncSession()
    step: Step = session.start()
    known = registered
    steps = 0
    queue: list[bytes] = []
    while not isinstance(step, Settle):
        steps += 1
        assert steps < 600, "the session does not end"
        if isinstance(step, Pull):
            if not known:
                step = session.on_unknown_space()
                continue
            room, new = page, 0
            for device in mine:
                more = min(room, max(0, theirs[device] - mine[device]))
                mine[device] += more
                room, new = room - more, new + more
            step = session.on_page(
                PageOutcome(
                    new,
                    any(theirs[d] > mine[d] for d in mine),
                    {d: [at(n, d.hex())] for d, n in mine.items() if n},
                    {d: [at(n, d.hex())] for d, n in theirs.items() if n},
                    {d: [at(n, d.hex())] for d, n in theirs.items() if n > mine[d]},
                    False,
                )
            )
        elif isinstance(step, Register):
            known = True
            step = session.on_registered()
        else:
            if isinstance(step, Push):
                queue = list(step.start_by_device)
                for device, points in step.start_by_device.items():
                    assert [p.seq for p in points] == ([theirs[device]] if theirs[device] else [])
            device, left = queue[0], batch
            theirs[device] = min(mine[device], theirs[device] + left)
            if theirs[device] == mine[device]:
                queue.pop(0)
            results: list[tuple[bytes, PushResult]] = [(device, Accepted(theirs[device]))]
            step = session.on_pushed(results, more=bool(queue))
    assert mine == theirs == goal


def test_a_log_beside_a_head_that_is_not_given_is_pushed_once() -> None:
    """SPEC 15.6: nothing tells what the relay lacks of it."""
    session = SyncSession()
    session.start()
    page = outcome(held={DEVICE: [at(5)]}, relay={DEVICE: [at(9)]}, not_held={DEVICE: [at(9)]})
    assert session.on_page(page) == Pull(frozenset({DEVICE}))
    assert session.on_page(page) == Push({DEVICE: []}, statements=False)
    assert session.on_pushed([(DEVICE, Duplicate(5))], more=False) == Pull()
    assert session.on_page(page) == Settle()
    assert session.not_given == {DEVICE: [at(9)]}
