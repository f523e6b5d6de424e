"""Write what client/PRACTICES.md shows of tables and rows. Run by `make docs`."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "harness"))

from inglenook_harness.drawing import written_anew  # noqa: E402

if __name__ == "__main__":
    page = ROOT / "client" / "PRACTICES.md"
    page.write_text(written_anew(page.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
