"""Two people live a month by nook commands, offline and online in turn (``make month``)."""

# mypy: allow-untyped-defs, allow-untyped-calls

import faulthandler

import pytest

from inglenook_harness.month import play
from inglenook_harness.relay import RelayProcess
from inglenook_harness.tone import unkind_words

pytestmark = pytest.mark.long


def test_a_month_of_two_people_ends_alike(tmp_path):
    # Each of the commands has a limit of its own; all together take longer than a test may.
    faulthandler.cancel_dump_traceback_later()
    with RelayProcess(tmp_path / "relay") as relay:
        played = play(tmp_path, relay)
    assert played.commands >= 120
    assert len(played.kinds) >= 50
    ana, ben = played.digests
    assert played.digests[ana] == played.digests[ben]
    assert set(played.waiting.values()) == {0}
    for name in (ana, ben):
        # The last week: they talked, noted affection, and the bird house was two weeks before.
        document = played.week_documents[name]
        states = {each["what"]: each["state"] for each in document["invitations"]}
        assert states == {"conversation": "happened", "activity": "open", "affection": "happened"}
        assert [step["what"] for step in document["steps"]] == ["Phones in the basket at eight"]
        assert "Phones in the basket at eight" in played.weeks[name]
        assert "without phones" in played.looks_back[name]
        # What is tender was told without leave to look back at it.
        assert "afraid of the winter" not in played.looks_back[name]
    shown = "\n".join(played.said)
    assert not unkind_words(shown)
    assert "For my own pages" not in shown
