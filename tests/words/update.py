"""Gather all text that people see into the catalogue, and bring its languages up to date.

    make words

A new language begins with ``make words NEW=fr``.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "harness"))

from inglenook_client.language import FOLDER
from inglenook_harness.catalogues import (
    TEMPLATE,
    brought_up_to_date,
    lacking,
    languages,
    read,
    template_of,
    written,
)
from inglenook_harness.gathering import gather


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--new", metavar="LANGUAGE", help="begin a language, such as fr")
    options = parser.parse_args()
    gathered = gather()
    for flaw in gathered.flaws:
        print(f"{flaw.place}: {flaw.what}")
    template = template_of(gathered.texts)
    TEMPLATE.parent.mkdir(exist_ok=True)
    TEMPLATE.write_text(written(template), encoding="utf-8")
    if options.new:
        begun = FOLDER / f"{options.new}.po"
        if not begun.exists():
            begun.write_text('msgid ""\nmsgstr ""\n', encoding="utf-8")
    for path in languages():
        path.write_text(written(brought_up_to_date(path, template)), encoding="utf-8")
        left = lacking(read(path))
        print(f"{path.stem}: {len(left)} of {len(template)} texts are not translated yet")
    return 1 if gathered.flaws else 0


if __name__ == "__main__":
    sys.exit(main())
