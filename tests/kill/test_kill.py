"""A handful of kills in every run of the tests; ``run.py`` does many."""

from inglenook_harness.killing import kill_under_load


def test_nothing_acknowledged_is_lost_to_kill_9(tmp_path):
    summary = kill_under_load(tmp_path, kills=5, seed=5)
    assert not summary.flaws, summary
    assert set(summary.kills) == {"ana", "ben", "pen", "relay"}
    assert summary.acknowledged > 10
