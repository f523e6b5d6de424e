"""What an edit may leave out from then on: every field that may be empty, and no other."""

from __future__ import annotations

import pytest

from inglenook_client.core import decide
from inglenook_client.core.practices.deciding import LEFT_OUT
from inglenook_client.core.practices.families import FAMILIES
from inglenook_protocol import kinds

HAS_TO_BE_THERE = {
    kinds.ReflectionEdited: {"happened"},
    kinds.KeepsakeEdited: {"title"},
    kinds.EntryEdited: {"text"},
    kinds.ReplyEdited: {"text"},
    kinds.AppreciationEdited: {"noticed"},
}
"""Fields that the format lets be empty and a command does not: without them nothing is said."""
ELSEWHERE = {
    kinds.EntryEdited: {"attachments"},  # nil means as they are (SPEC 13.2)
    kinds.DraftEdited: {"parts"},  # each part can go; all of them is letting go
}
OF_WORDS = {
    kinds.EntryEdited: "moment",
    kinds.ReplyEdited: "reply",
    kinds.AppreciationEdited: "appreciation",
    kinds.CheckInEdited: "check-in",
}
_NAMES = {"noticed": "text", "note": "text"}


def may_be_empty(payload: type[kinds.Payload]) -> set[str]:
    """Fields of an edit that the format lets be nil, or empty."""
    found = set()
    for field in payload.__struct_fields__:
        said = str(payload.__annotations__[field])
        if said.endswith("| None") or said in ("Text", "Line", "Tags", "Feelings", "Parts"):
            found.add(field)
    return found - ELSEWHERE.get(payload, set()) - HAS_TO_BE_THERE.get(payload, set())


EDITS = [edit for family in FAMILIES for edit in family.edits]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_every_optional_field_of_a_practices_edit_can_be_left_out(edit) -> None:
    assert set(LEFT_OUT.get(edit, {})) == may_be_empty(edit)
    for name, nothing in LEFT_OUT.get(edit, {}).items():
        nil = str(edit.__annotations__[name]).endswith("| None")
        assert (nothing is None) == nil
        assert not nothing


@pytest.mark.parametrize("edit", OF_WORDS, ids=lambda edit: edit.__name__)
def test_every_optional_field_of_an_entrys_edit_can_be_left_out(edit) -> None:
    may = decide._MAY_BE_LEFT_OUT.get(OF_WORDS[edit], set())
    assert may == {_NAMES.get(name, name) for name in may_be_empty(edit)}
