"""The 27 rows: each names what exists, and every kind belongs to one."""

from __future__ import annotations

import click

from inglenook_client.cli.app import nook
from inglenook_client.core.fold import TIMELINE_KINDS
from inglenook_client.core.practices.families import FAMILY_BY_SHOWN, ROUND
from inglenook_client.core.practices.registry import PRACTICES
from inglenook_harness.drawing import row_tests
from inglenook_protocol.kinds import KINDS

_WORDS = {*TIMELINE_KINDS, "reply", "name", "device"}


def test_there_are_27_rows_in_order_with_keys_of_their_own() -> None:
    assert [row.number for row in PRACTICES] == list(range(1, 28))
    assert len({row.key for row in PRACTICES}) == 27
    assert all(row.title and row.visibility in ("P", "D→S", "M", "S", "-") for row in PRACTICES)


def test_every_row_names_events_that_exist_and_every_kind_has_a_row() -> None:
    named = {event for row in PRACTICES for event in row.events}
    assert all(row.events for row in PRACTICES)
    assert named == {kind.name for kind in KINDS}


def test_every_row_names_what_is_shown_and_every_family_has_a_row() -> None:
    shown = {one for row in PRACTICES for one in row.shown}
    assert all(row.shown for row in PRACTICES)
    assert shown == {*FAMILY_BY_SHOWN, ROUND, *_WORDS}


def test_every_command_that_a_row_names_exists() -> None:
    for row in PRACTICES:
        for command in row.commands:
            assert has_command(command), f"row {row.number}: nook {command}"
    assert has_command("check-in")
    assert not has_command("check-in twice")
    assert not has_command("keep-score")


def has_command(typed: str) -> bool:
    """Whether `nook` has a command that is typed like that."""
    group: click.Command | None = nook
    for word in typed.split():
        if not isinstance(group, click.Group):
            return False
        group = group.get_command(click.Context(group), word)
    return group is not None


def test_every_test_that_is_called_after_a_row_has_one() -> None:
    found = row_tests()
    assert set(found) <= {row.number for row in PRACTICES}
    assert "test_row_15_at_most_three_needs" in found[15]


def test_no_cell_of_a_row_is_empty() -> None:
    tests = row_tests()
    lacking = [
        (row.number, cell)
        for row in PRACTICES
        for cell, names in (
            ("commands", row.commands), ("events", row.events), ("tests", tests.get(row.number)),
        )
        if not names
    ]  # fmt: skip
    assert lacking == []


def test_a_private_row_has_private_kinds_alone() -> None:
    place = {kind.name: kind.place for kind in KINDS}
    for row in PRACTICES:
        if row.visibility == "P":
            assert {place[event] for event in row.events} == {"private"}
