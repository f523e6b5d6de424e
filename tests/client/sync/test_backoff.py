"""Waits grow to a cap, with full jitter."""

from inglenook_client.sync.backoff import Backoff


def test_bounds_double_from_a_quick_first_retry_to_the_cap():
    backoff = Backoff(lambda: 1.0, first_s=0.5, cap_s=60.0)
    assert [backoff.next_s() for _ in range(9)] == [0.5, 1, 2, 4, 8, 16, 32, 60, 60]
    backoff.reset()
    assert backoff.next_s() == 0.5


def test_each_wait_is_spread_over_all_of_its_bound():
    drawn = iter([0.0, 0.25, 0.5])
    backoff = Backoff(lambda: next(drawn), first_s=1.0)
    assert [backoff.next_s() for _ in range(3)] == [0.0, 0.5, 2.0]


def test_it_goes_on_for_ever():
    backoff = Backoff(lambda: 1.0)
    assert {backoff.next_s() for _ in range(5000)} <= {0.5, 1, 2, 4, 8, 16, 32, 60}
