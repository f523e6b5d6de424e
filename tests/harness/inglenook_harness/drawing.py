"""The page on practices, where it is made from data: drawings of state tables, the 27 rows.

A drawing is Mermaid text. Arrows are moves whose writer had seen the state; what comes of moves
that crossed stands in a list below, since an arrow for each would hide the way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from inglenook_client.core.practices.machine import CROSSING, EITHER, KEEP, KNOWING, Row, Table
from inglenook_client.core.practices.registry import PRACTICES
from inglenook_client.core.practices.tables import TABLES
from inglenook_harness.checkout import ROOT


def drawing(table: Table) -> str:
    """A table's states and moves."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {_state(table.first)}"]
    arrows: dict[tuple[str, str], list[str]] = {}
    for row in table.rows:
        if row.next != KEEP and CROSSING not in row.when:
            arrows.setdefault((row.state, row.next), []).append(_label(row))
    for (state, next_), labels in arrows.items():
        lines.append(f"    {_state(state)} --> {_state(next_)} : {', '.join(labels)}")
    lines.append("```")
    kept = [row for row in table.rows if row.next == KEEP or CROSSING in row.when]
    for row in kept:
        outcome = "it stays, and the words are kept" if row.next == KEEP else f"then {row.next}"
        why = f": {row.note}" if row.note else ""
        lines.append(f"- *{row.state}*, {_label(row)} → {outcome}{why}")
    return "\n".join(lines)


def _state(name: str) -> str:
    return name.replace("-", "_")


def _label(row: Row) -> str:
    move = row.kind.partition(".")[2].replace("_", " ")
    if row.kind.startswith("agreement."):
        move = f"agreement {move}"
    who = "" if row.who == EITHER else f" by {row.who}"
    named = [w for w in row.when if w not in (KNOWING,)]
    return f"{move}{who}" + (f" ({', '.join(w.replace('-', ' ') for w in named)})" if named else "")


def drawings() -> str:
    """All tables."""
    return "\n\n".join(f"### {table.name}\n\n{drawing(table)}" for table in TABLES)


def rows() -> str:
    """The table of the 27 practices."""
    tests = row_tests()
    lines = [
        "| # | practice | who sees it | commands | events | tests |",
        "|---|---|---|---|---|---|",
    ]
    for row in PRACTICES:
        lines.append(
            f"| {row.number} | {row.title} | {row.visibility} | {_cell(row.commands)} |"
            f" {_cell(row.events)} | {_cell(tests.get(row.number, ()))} |"
        )
    return "\n".join(lines)


_TEST: Final = re.compile(r"^ *(?:async )?def (test_row_(\d\d(?:_and_\d\d)*)_\w+)\(", re.MULTILINE)


def row_tests() -> dict[int, list[str]]:
    """The tests that are called after a row, or after several: ``test_row_01_and_10_…``."""
    found: dict[int, set[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name, numbers in _TEST.findall(path.read_text(encoding="utf-8")):
            for number in numbers.split("_and_"):
                found.setdefault(int(number), set()).add(name)
    return {number: sorted(names) for number, names in sorted(found.items())}


def _cell(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


MADE: dict[str, Callable[[], str]] = {"drawings": drawings, "rows": rows}


def written_anew(page: str) -> str:
    """The page with everything between its marks made from the data."""
    for name, make in MADE.items():
        begin, end = f"<!-- {name}: made by a script -->", f"<!-- end of {name} -->"
        before, found, rest = page.partition(begin)
        _, there, after = rest.partition(end)
        if not (found and there):
            raise ValueError(f"the page has no place for {name}")
        page = f"{before}{begin}\n{make()}\n{end}{after}"
    return page
