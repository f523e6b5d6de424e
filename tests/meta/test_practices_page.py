"""The page on practices shows the tables and rows as they are."""

from __future__ import annotations

import pytest

from inglenook_client.core.practices import registry, tables
from inglenook_harness import drawing
from inglenook_harness.checkout import ROOT

PAGE = (ROOT / "client" / "PRACTICES.md").read_text(encoding="utf-8")


def test_the_drawings_and_the_rows_are_current() -> None:
    assert drawing.written_anew(PAGE) == PAGE, "run make docs"


def test_every_table_is_drawn_with_every_state() -> None:
    for table in tables.TABLES:
        drawn = drawing.drawing(table)
        for state in table.states:
            assert state.replace("-", "_") in drawn


def test_a_changed_table_or_row_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    fewer = tables.PAUSE._replace(rows=tables.PAUSE.rows[:-1])
    with monkeypatch.context() as changed:
        changed.setattr(drawing, "TABLES", (*tables.TABLES[:2], fewer, *tables.TABLES[3:]))
        assert drawing.written_anew(PAGE) != PAGE
    with monkeypatch.context() as changed:
        changed.setattr(drawing, "PRACTICES", registry.PRACTICES[:-1])
        assert drawing.written_anew(PAGE) != PAGE
