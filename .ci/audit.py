#!/usr/bin/env python3
"""Report what is publicly known against the versions in ``constraints.txt``.

    python .ci/audit.py                    # ask OSV (osv.dev), which gathers the advisories
    python .ci/audit.py --service URL      # another service with the same interface
    python .ci/audit.py --strict           # exit 1 if anything is known

A report, never a verdict: without the network, or when the service answers oddly, it says so and
ends well, so that nobody's build depends on somebody's server. It sends names and versions of
public packages, and nothing else.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

SERVICE = "https://api.osv.dev/v1/querybatch"
SECONDS = 15
MAX_ANSWER_BYTES = 16 * 1024 * 1024
CONSTRAINTS = Path(__file__).parent.parent / "constraints.txt"


def pinned(text: str) -> list[tuple[str, str]]:
    """Names and versions of a constraints file."""
    return re.findall(r"^([A-Za-z0-9._-]+)==([^\s#;]+)", text, re.MULTILINE)


def ask(service: str, packages: list[tuple[str, str]], seconds: float) -> list[list[str]]:
    """Ids of what is known against each package, in order.

    Raises ``OSError`` without an answer, ``ValueError`` for one that makes no sense.
    """
    queries = [
        {"package": {"ecosystem": "PyPI", "name": name}, "version": version}
        for name, version in packages
    ]
    if not service.startswith(("https://", "http://")):
        raise ValueError("the service is no web address")
    request = urllib.request.Request(  # noqa: S310 - looked at above
        service,
        data=json.dumps({"queries": queries}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=seconds) as answer:  # noqa: S310
        document: Any = json.loads(answer.read(MAX_ANSWER_BYTES))
    results = document.get("results") if isinstance(document, dict) else None
    if not isinstance(results, list) or len(results) != len(packages):
        raise ValueError("the answer is not about what was asked")
    found = []
    for result in results:
        known = (result or {}).get("vulns", []) if isinstance(result or {}, dict) else None
        if not isinstance(known, list):
            raise ValueError("the answer is not in the form that was agreed")
        found.append([str(each.get("id")) for each in known if isinstance(each, dict)])
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Report known flaws of pinned packages.")
    parser.add_argument("--service", default=SERVICE)
    parser.add_argument("--constraints", type=Path, default=CONSTRAINTS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--strict", action="store_true")
    options = parser.parse_args()
    packages = pinned(options.constraints.read_text(encoding="utf-8"))
    try:
        found = ask(options.service, packages, options.seconds)
    except (OSError, ValueError, urllib.error.URLError) as error:
        reason = getattr(error, "reason", None) or error
        print(f"Audit: NOT DONE. The advisory service gave no answer ({reason}).")
        print(f"Nothing is known about {len(packages)} pinned packages; this is no all-clear.")
        return 0
    known = [(*package, ids) for package, ids in zip(packages, found, strict=True) if ids]
    for name, version, ids in known:
        print(f"{name} {version}: {', '.join(ids)}")
    print(f"Audit: {len(packages)} pinned packages asked about, {len(known)} with known flaws.")
    return 1 if known and options.strict else 0


if __name__ == "__main__":
    sys.exit(main())
