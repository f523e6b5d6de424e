"""The journal as Markdown, for a file that people read."""

from __future__ import annotations

import json
from datetime import date

from inglenook_client.cli import formats
from inglenook_client.cli.render import dates
from inglenook_client.cli.render.entry import marks, reactions, words
from inglenook_client.cli.speaking import clean
from inglenook_client.cli.texts import exporting, reading
from inglenook_client.core.model import DayView, EntryView, Version


def head(name: str, now: date) -> str:
    """What stands above all days."""
    # A day far from today, so that it is named by its date.
    return exporting.MARKDOWN_HEAD.format(name=clean(name), date=dates.plain_day(now.isoformat()))


def day(view: DayView) -> str:
    """A day with its entries."""
    lines = ["", f"## {dates.plain_day(view.date)}", ""]
    for entry in view.entries:
        lines += _entry(entry)
    return "\n".join(lines)


def lines_of_json(view: DayView) -> str:
    """A day's entries as ``inglenook.entry/1`` documents, one a line."""
    return "".join(
        json.dumps(formats.entry(entry), ensure_ascii=False) + "\n" for entry in view.entries
    )


def _entry(entry: EntryView) -> list[str]:
    about = " · ".join([reading.KINDS.get(entry.kind, entry.kind), *marks(entry)])
    lines = [exporting.BY.format(name=clean(entry.name), about=about), ""]
    if entry.current is None:
        lines += [*_quoted(reading.WITHDRAWN), ""]
    else:
        lines += [*_words(entry.current), ""]
    for other in entry.others:
        lines += [exporting.TWO_VERSIONS, "", *_words(other), ""]
    for reply in entry.replies:
        lines += [exporting.REPLY.format(name=clean(reply.name)), ""]
        texts = [reading.WITHDRAWN] if reply.redacted else [reply.text, *reply.others]
        for text in texts:
            lines += [*_quoted(text), ""]
    if entry.reactions:
        lines += [clean(" · ".join(reactions(entry.reactions))), ""]
    return lines


def _words(version: Version) -> list[str]:
    quoted: list[str] = []
    for text, _ in words(version):
        quoted += [">", *_quoted(text)] if quoted else _quoted(text)
    return quoted


def _quoted(text: str) -> list[str]:
    """Somebody's words, set off so that nothing in them is taken for a heading of the file."""
    return [f"> {line}".rstrip() for line in clean(text).split("\n")]
