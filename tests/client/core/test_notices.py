"""Whatever is noticed is told in plain words, with something to do."""

import re

import pytest

from inglenook_client.core.notices import _TEXTS, notice, notices
from inglenook_harness.checkout import ROOT
from inglenook_harness.tone import unkind_words
from inglenook_protocol.errors import Reject

# What the store and the journal note down by name.
_NOTED = re.compile(
    r"""note\(\s*(?:(?:conn|self\._conn),\s*)?"([a-z-]+)"|with_notice\([^"]*"([a-z-]+)"\)"""
    r"""|notices\.append\("([a-z-]+)"\)|Reject\.\w+: "([a-z-]+)","""
)


def noted():
    names = set()
    for folder in ("store", "journal", "core"):
        for path in (ROOT / "client/inglenook_client" / folder).glob("*.py"):
            for match in _NOTED.finditer(path.read_text(encoding="utf-8")):
                names |= {name for name in match.groups() if name}
    return names


def test_everything_that_is_noted_has_words():
    names = noted()
    assert {"fork", "relay-set-back", "relay-withholds", "unknown-device"} <= names
    assert names <= set(_TEXTS)


@pytest.mark.parametrize("what", [*_TEXTS, "of-a-later-version"])
def test_the_words_are_calm_and_name_a_step(what):
    told = notice(what)
    assert told.what == what
    for sentence in (told.message, told.next_step):
        assert re.match(r"[A-Z`].*\.$", sentence)
        assert "!" not in sentence
    assert not unkind_words(told.message + " " + told.next_step)
    # Nobody is blamed, and nothing technical has to be understood.
    for jargon in ("signature error", "HLC", "envelope", "epoch", "byte"):
        assert jargon not in told.message + told.next_step


def test_each_has_words_of_its_own():
    messages = [message for message, _ in _TEXTS.values()]
    assert len(set(messages)) == len(messages)


def names(noticed, unreadable, standing=True):
    evidence = [(what, b"") for what in noticed]
    return [told.what for told in notices(evidence, unreadable, standing=standing)]


def test_a_notice_names_the_devices_that_it_is_about():
    one, other = bytes([1]) * 32, bytes([2]) * 32
    told = notices([("fork", one), ("fork", other), ("clock-ahead", b"")], {}, standing=True)
    assert [(each.what, each.about) for each in told] == [
        ("fork", [one.hex(), other.hex()]), ("clock-ahead", []),
    ]  # fmt: skip
    assert {each.seen for each in told} == {None}


def test_nothing_odd_says_nothing():
    assert names([], {}) == []
    assert names([], {"no-key": 0, "bad-seal": 0}) == []


def test_each_thing_is_said_once_and_in_order():
    assert names(["fork", "bad-run", "fork"], {}) == ["fork", "bad-run"]


@pytest.mark.parametrize("reject", [reject.value for reject in Reject])
def test_whatever_cannot_be_read_is_told(reject):
    assert names([], {reject: 2}) == ["no-key" if reject == "no-key" else "unreadable"]


def test_all_together():
    counts = {"no-key": 1, "bad-seal": 2, "padding": 3}
    assert names(["fork"], counts, standing=False) == [
        "fork", "no-key", "unreadable", "removed-here",
    ]  # fmt: skip
