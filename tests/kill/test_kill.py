"""A handful of kills in every run of the tests; ``run.py`` does many."""

import pytest

from inglenook_harness.killing import kill_under_load


@pytest.mark.long
@pytest.mark.parametrize("kills", [4, 25])
def test_nothing_acknowledged_is_lost_to_kill_9(tmp_path, kills):
    summary = kill_under_load(tmp_path, kills=kills, seed=5)
    assert not summary.flaws, summary
    assert set(summary.kills) == {"ana", "ben", "pen", "relay"}
    assert sum(summary.kills.values()) == kills
    assert summary.acknowledged > 5
