"""What a readable export holds, kind by kind: nothing is forgotten, and the page says the same."""

from __future__ import annotations

import re

from inglenook_client.cli.texts import exporting, reading
from inglenook_client.core.practices import readable
from inglenook_client.core.practices.families import FAMILY_BY_SHOWN, ROUND
from inglenook_harness.checkout import ROOT
from inglenook_protocol.kinds import KINDS, PLACE_BY_KIND

_ROW = re.compile(r"^\| `([a-z_]+\.[a-z_]+)` \| ([^|]+?) \|$", re.MULTILINE)


def test_every_kind_has_its_place_and_the_page_says_the_same() -> None:
    assert set(readable.HOLDS) == {kind.name for kind in KINDS}
    page = (ROOT / "client/FORMATS.md").read_text(encoding="utf-8")
    _, _, section = page.partition("# The readable export")
    rows = _ROW.findall(section.partition("# The backup file")[0])
    assert rows == list(readable.HOLDS.items())


def test_what_is_private_stands_in_the_private_part_alone() -> None:
    alone = (readable.PRIVATE, readable.READY, readable.GONE, readable.WORDS, readable.COURSE)
    for kind, how in readable.HOLDS.items():
        if PLACE_BY_KIND[kind] == "private" and kind != "device.named":
            assert how in alone, kind
        else:
            assert how not in (readable.PRIVATE, readable.READY), kind


def test_every_field_of_every_kind_is_written_stated_or_known_to_stand_elsewhere() -> None:
    fields = {
        name
        for kind in KINDS
        if kind.name.partition(".")[0] not in _OF_WORDS
        for name in kind.payload.__struct_fields__
    }
    known = (readable.WRITTEN, readable.STATED, readable.ELSEWHERE)
    assert fields <= frozenset().union(*known)
    assert not readable.WRITTEN & readable.STATED
    # A need is words where it is stated, and named where a step serves it.
    both = readable.WRITTEN & readable.ELSEWHERE
    assert both == {"need"}


_OF_WORDS = ("member", "entry", "reply", "reaction", "check_in", "appreciation", "device", "entity")


def test_there_are_words_for_everything_that_happens_and_for_every_kind() -> None:
    moves = {kind for kind, how in readable.HOLDS.items() if how == readable.COURSE}
    assert set(exporting.COURSE) == {*moves, readable.SAID_ANEW}
    named = {*reading.KINDS, *exporting.KINDS, ROUND}
    assert {*readable.KINDS, "half"} <= named
    assert set(readable.KINDS) - {ROUND} <= {*FAMILY_BY_SHOWN, "moment", "progress", "check-in",
                                             "appreciation"}  # fmt: skip
