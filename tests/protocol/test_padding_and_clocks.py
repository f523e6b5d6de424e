"""Padding and clocks over their whole range (SPEC 5.5, 9.6)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inglenook_protocol.errors import LocalProtocolError, Reject, RemoteProtocolError
from inglenook_protocol.hlc import ZERO, Hlc, absorb, tick
from inglenook_protocol.limits import HLC_AHEAD_MS, MAX_BODY_BYTES, MIN_PADDED_BYTES
from inglenook_protocol.padding import MAX_CONTENT_BYTES, pad, padded_length, unpad
from inglenook_protocol.sealing import SEAL_BYTES, EpochKey


def test_padded_lengths_grow_slowly_and_leak_little() -> None:
    before = 0
    classes = set()
    for content in range(0, MAX_CONTENT_BYTES + 1, 7):
        n = content + 4
        length = padded_length(content)
        assert length >= max(n, MIN_PADDED_BYTES)
        assert length >= before
        # Padmé adds at most 12 %.
        assert n <= MIN_PADDED_BYTES or length <= n * 1.12
        before = length
        classes.add(length)
    assert len(classes) <= 9 * 32


def test_the_longest_content_fits_a_body_and_one_more_does_not() -> None:
    assert padded_length(MAX_CONTENT_BYTES) + SEAL_BYTES <= MAX_BODY_BYTES
    assert padded_length(MAX_CONTENT_BYTES + 1) + SEAL_BYTES > MAX_BODY_BYTES
    key, nonce = EpochKey(bytes(32), bytes(32)), bytes(12)
    assert len(key.seal_event(nonce, bytes(MAX_CONTENT_BYTES), b"")) <= MAX_BODY_BYTES
    with pytest.raises(LocalProtocolError) as caught:
        key.seal_event(nonce, bytes(MAX_CONTENT_BYTES + 1), b"")
    assert caught.value.reject is Reject.TOO_LARGE


@given(st.binary(max_size=1500))
def test_what_is_padded_comes_back(content: bytes) -> None:
    padded = pad(content)
    assert len(padded) == padded_length(len(content))
    assert unpad(padded) == content


@given(st.binary(max_size=600), st.data())
def test_any_other_padding_is_refused(content: bytes, data: st.DataObject) -> None:
    padded = bytearray(pad(content))
    end = 4 + len(content)
    at = data.draw(st.integers(end, len(padded) - 1)) if end < len(padded) else None
    changed = [bytes(padded) + b"\0", bytes(padded[:-1]), bytes(padded) + bytes(len(padded))]
    if at is not None:
        padded[at] ^= data.draw(st.integers(1, 255))
        changed.append(bytes(padded))
    for wrong in changed:
        with pytest.raises(RemoteProtocolError) as caught:
            unpad(wrong)
        assert caught.value.reject is Reject.PADDING


WALL = 1_790_000_000_000
STEPS = st.lists(
    st.tuples(
        st.integers(-(10**9), 10**9),
        st.none() | st.tuples(st.integers(0, WALL + 3 * HLC_AHEAD_MS), st.integers(0, 2**32 - 1)),
    ),
    max_size=30,
)


@settings(max_examples=150)
@given(STEPS)
def test_the_own_clock_only_goes_forward_whatever_the_wall_does(
    steps: list[tuple[int, tuple[int, int] | None]],
) -> None:
    own, seen = ZERO, ZERO
    furthest = 0
    for offset, other in steps:
        wall_ms = WALL + offset
        if other is not None:
            before = seen
            seen = absorb(seen, Hlc(*other), wall_ms)
            assert seen >= before
            if other[0] > wall_ms + HLC_AHEAD_MS:
                assert seen == before
            else:
                assert seen >= Hlc(*other)
            furthest = max(furthest, wall_ms + HLC_AHEAD_MS)
        last, own = own, tick(own, seen, wall_ms)
        assert own > last
        assert own > seen
        assert own.ms >= wall_ms
        assert own.counter < 2**32
        furthest = max(furthest, wall_ms)
        assert own.ms <= furthest + len(steps)


def test_a_clock_of_more_than_a_day_ahead_is_passed_over() -> None:
    far = Hlc(WALL + HLC_AHEAD_MS + 1, 0)
    near = Hlc(WALL + HLC_AHEAD_MS, 7)
    assert absorb(ZERO, far, WALL) == ZERO
    assert absorb(ZERO, near, WALL) == near
    assert tick(Hlc(WALL, 2**32 - 1), ZERO, WALL) == Hlc(WALL + 1, 0)
