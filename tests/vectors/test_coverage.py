"""Every normative clause of SPEC.md has a vector or a test, and the table that says so is true.

`coverage.json` maps each clause to `vectors` and `tests`. A vector is a file of v1/ with a case of
that clause, or `file clause` where a case of another clause shows it. A test is a file and a
function in it.
"""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from inglenook_harness.checkout import ROOT

HERE: Final = Path(__file__).resolve().parent
SPEC: Final = (ROOT / "protocol" / "SPEC.md").read_text(encoding="utf-8")
TABLE: Final[dict[str, dict[str, Any]]] = json.loads((HERE / "coverage.json").read_bytes())
EXPLAINING: Final = {"21", "22", "23"}
"""Sections that explain (SPEC, first paragraph)."""


def clauses_of(page: str) -> list[str]:
    """Numbers in their order: N.M in the section N, each one more than the last, at the start of
    a paragraph or of a sentence; a section without any stands for itself."""
    found: list[str] = []
    for section in re.split(r"^## ", page, flags=re.MULTILINE)[1:]:
        number = section.split(" ", 1)[0]
        own: list[str] = []
        for match in re.finditer(rf"(?:^|(?<=[.:] )){number}\.(\d+) (?=\S)", section, re.MULTILINE):
            if int(match[1]) == len(own) + 1:
                own.append(f"{number}.{match[1]}")
        found += own or [number]
    return [clause for clause in found if clause not in EXPLAINING]


@cache
def clauses_by_file() -> dict[str, set[str]]:
    """By file of vectors, the clauses of its cases; 5.1-5.3 is three."""
    out: dict[str, set[str]] = {}
    for path in (HERE / "v1").glob("*.json"):
        clauses = out.setdefault(path.stem, set())
        for case in json.loads(path.read_bytes())["cases"]:
            first, _, last = case["clause"].partition("-")
            clauses.add(first)
            if last:
                section, begin = first.split(".")
                end = int(last.split(".")[1])
                clauses |= {f"{section}.{n}" for n in range(int(begin), end + 1)}
    return out


@cache
def functions_of(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def flaws(clause: str, row: dict[str, Any]) -> list[str]:
    """What of a row of the table is not so."""
    found = [f"{name}: no such field" for name in row if name not in ("vectors", "tests")]
    if not any(row.values()):
        found.append("nothing covers it")
    for vector in row.get("vectors", []):
        file, _, shown = vector.partition(" ")
        if (shown or clause) not in clauses_by_file().get(file, set()):
            found.append(f"{file}.json has no case of {shown or clause}")
    for test in row.get("tests", []):
        file, _, name = test.partition("::")
        if not name.startswith("test_") or not (ROOT / file).is_file():
            found.append(f"{test} is no test")
        elif name not in functions_of(file):
            found.append(f"{file} has no {name}")
    return [f"{clause}: {flaw}" for flaw in found]


def test_every_clause_is_in_the_table_and_no_other() -> None:
    assert list(TABLE) == clauses_of(SPEC)


@pytest.mark.parametrize("clause", TABLE)
def test_what_the_table_says_is_so(clause: str) -> None:
    assert not flaws(clause, TABLE[clause])


def test_no_file_of_vectors_is_forgotten() -> None:
    """A clause with cases of its own names each file that has them."""
    lacking = [
        f"{clause}: {file}"
        for file, clauses in clauses_by_file().items()
        for clause in clauses
        if clause in TABLE and file not in TABLE[clause].get("vectors", [])
    ]
    assert not lacking
    unknown = {c for clauses in clauses_by_file().values() for c in clauses} - TABLE.keys()
    assert not unknown


def test_a_clause_more_or_a_claim_that_is_not_so_is_noticed() -> None:
    page = (
        "## 1 One\n\n1.1 First. 1.2 Second, as 7.1 says. See 1.1 again.\n\n1.3 Third.\n## 2 Two\n"
    )
    assert clauses_of(page) == ["1.1", "1.2", "1.3", "2"]
    assert flaws("1.2", {})
    assert flaws("1.2", {"later": "one day"})
    assert flaws("1.2", {"vectors": ["runs"]})
    assert flaws("1.2", {"vectors": ["runs 1.2"]})
    assert flaws("1.2", {"tests": ["tests/vectors/test_coverage.py::test_nothing"]})
    assert flaws("1.2", {"tests": ["tests/no_such.py::test_nothing"]})
    assert not flaws("1.2", {"vectors": ["records", "runs 6.1"]})
