"""The vectors are what the generator writes, and it shares nothing with the package."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
FROZEN = HERE / "v1"
MAX_SECONDS = 5.0
MAX_TOTAL_BYTES = 3_000_000
ALLOWED = {"cryptography", "gen"}


def _generate(out: Path) -> None:
    command = [sys.executable, str(HERE / "generate.py"), "--out", str(out)]
    subprocess.run(command, check=True, timeout=60)


def test_generating_again_gives_the_same_bytes(tmp_path: Path) -> None:
    begin = time.monotonic()
    _generate(tmp_path)
    took = time.monotonic() - begin
    written = {path.name: path.read_bytes() for path in tmp_path.glob("*.json")}
    kept = {path.name: path.read_bytes() for path in FROZEN.glob("*.json")}
    assert sorted(written) == sorted(kept)
    changed = [name for name in kept if written[name] != kept[name]]
    assert changed == [], "run tests/vectors/generate.py and look at the difference"
    assert took < MAX_SECONDS


def test_generator_shares_no_code_with_the_package() -> None:
    for path in [HERE / "generate.py", *sorted((HERE / "gen").glob("*.py"))]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                top = name.split(".")[0]
                assert top in ALLOWED or top in sys.stdlib_module_names, f"{path.name}: {name}"


def test_every_case_has_its_fields() -> None:
    total = 0
    for path in sorted(FROZEN.glob("*.json")):
        text = path.read_bytes()
        total += len(text)
        content = json.loads(text)
        assert content["file"] == path.stem
        assert content["version"] == 1
        seen: set[tuple[str, str]] = set()
        for case in content["cases"]:
            fields = set(case)
            assert fields in (
                {"clause", "op", "name", "in", "expect"},
                {"clause", "op", "name", "in", "reject"},
            ), case["name"]
            assert (case["op"], case["name"]) not in seen
            seen.add((case["op"], case["name"]))
    assert total < MAX_TOTAL_BYTES


def test_every_op_is_explained() -> None:
    page = (HERE / "README.md").read_text(encoding="utf-8")
    for path in sorted(FROZEN.glob("*.json")):
        for case in json.loads(path.read_bytes())["cases"]:
            assert f"| `{case['op']}` |" in page, case["op"]
