"""SECURITY.md promises nothing about this computer that no test looks at."""

import ast
import re

from inglenook_harness.checkout import ROOT

PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = [
    line.strip("|").split("|")
    for line in PAGE.splitlines()
    if line.startswith("| ") and "| Test |" not in line
]


def functions(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return {node.name for node in tree.body if isinstance(node, kinds)}


def test_each_line_names_a_test_that_there_is():
    assert len(ROWS) >= 12
    for _, where in ROWS:
        found = re.fullmatch(r"\s*`(tests/\S+\.py)::(test_\w+)`\s*", where)
        assert found is not None, where
        path, name = found.groups()
        assert name in functions(path), where


def test_it_says_what_is_not_done():
    for word in ("not locked", "history", "list of processes", "core file", "environment"):
        assert word in PAGE
