"""The journal as Markdown, for a file that people read; or as lines of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from inglenook_client.cli import formats
from inglenook_client.cli.render import dates
from inglenook_client.cli.render.entry import marks, reactions, words
from inglenook_client.cli.render.facts import People, facts, part_of
from inglenook_client.cli.speaking import begin_sentence, clean
from inglenook_client.cli.texts import exporting, inward, reading, reviewing
from inglenook_client.core.model import EntryView, PartView, Version
from inglenook_client.core.practices.families import FAMILY_BY_SHOWN, ROUND
from inglenook_client.core.practices.readable import BOTH_SAY, CourseView, KeptView
from inglenook_client.core.practices.recurring import days_of_week
from inglenook_client.core.practices.reviewing import practice_of
from inglenook_client.journal.exporting import Rendering

if TYPE_CHECKING:
    from inglenook_client.journal.readable import PartHead

_AGREEABLE: Final = frozenset(f.shown for f in FAMILY_BY_SHOWN.values() if f.agreeable)
_QUOTE: Final = ">"


def rendering(name: str, now: date) -> Rendering:
    """The journal as Markdown."""
    # A day far from today, so that it is named by its date.
    said = exporting.MARKDOWN_HEAD.format(name=clean(name), date=dates.plain_day(now.isoformat()))
    return Rendering(said, _part, _day)


def json_rendering() -> Rendering:
    """Each entry as an ``inglenook.entry/1`` document with what else there is of it, one a line."""
    return Rendering(
        "",
        lambda _: "",
        lambda head, _, kept: "".join(
            json.dumps(formats.kept(head.journal, one), ensure_ascii=False) + "\n" for one in kept
        ),
    )


def _part(head: PartHead) -> str:
    names = [clean(name) for name in head.names]
    if head.journal == "private":
        title = exporting.PART_PRIVATE.format(name=names[0])
        lines = ["", title, "", exporting.PART_PRIVATE_IS.format(name=names[0])]
    else:
        both = exporting.NAMES.format(one=names[0], other=names[-1])
        title = exporting.PARTS_OF_TWO[head.journal].format(names=both)
        lines = ["", title, "", exporting.PART_TENDER]
    if head.zone is not None:
        lines += ["", exporting.PART_ZONE.format(zone=head.zone)]
    if head.computers:
        computers = clean(", ".join(head.computers).replace("\n", " "))
        lines += ["", exporting.PART_COMPUTERS.format(computers=computers)]
    return "\n".join([*lines, ""])


def _day(head: PartHead, day: str, kept: list[KeptView]) -> str:
    people = {"me": head.names[0], "partner": head.names[-1]}
    lines = ["", f"## {dates.plain_day(day)}", ""]
    for one in kept:
        lines += _kept(one, people, "")
    return "\n".join(lines)


def _kept(one: KeptView, people: People, with_it: str) -> list[str]:
    """An entry; ``with_it`` stands before what is written with another."""
    entry = one.entry
    lines = [with_it + _heading(one, people), ""]
    if entry.redacted:
        lines += [*_quoted(reading.WITHDRAWN), ""]
    elif entry.current is not None and not one.words:
        lines += _block(_words(entry.current))
    else:
        lines += _block(_parts(one.words))
    for other in [] if entry.kind in BOTH_SAY else entry.others:
        lines += [exporting.TWO_VERSIONS, "", *_block(_words(other))]
    lines += _agreement(one)
    if entry.about is not None and entry.about.text and not with_it:
        lines += [*_quoted(reading.ABOUT.format(text=entry.about.text)), ""]
    if entry.kind == "half":
        lines += [exporting.FOLLOWS, ""]
    for half in one.halves:
        lines += [exporting.REPLY.format(name=clean(half.name)), "", *_block(_answers(half.words))]
    deeper = f"{with_it}{exporting.WITH_IT} "
    for each in _in_turn(one.course, one.belonging):
        if isinstance(each, CourseView):
            lines += _step(each, people, deeper)
        else:
            lines += _kept(each, people, deeper)
    return [*lines, *_replies(entry)]


def _in_turn(
    course: list[CourseView], belonging: list[KeptView]
) -> Iterator[CourseView | KeptView]:
    """What happened to an entry and what belongs to it as they followed, each in its own order."""
    waiting = list(course)
    for each in belonging:
        written = datetime.fromisoformat(each.entry.written_at)
        while waiting and datetime.fromisoformat(waiting[0].at) <= written:
            yield waiting.pop(0)
        yield each
    yield from waiting


def _heading(one: KeptView, people: People) -> str:
    entry = one.entry
    said = {part.name: part.text for part in one.facts}
    kind = exporting.KINDS.get(entry.kind) or reading.KINDS.get(entry.kind, entry.kind)
    practice = practice_of(said.get("practice", ""))
    if entry.kind == ROUND:
        monday = days_of_week(said["week"])[0].isoformat()
        kind = exporting.ROUNDS[practice].format(date=dates.plain_day(monday))
    elif entry.kind in ("draft", "half"):
        kind = f"{kind} · {inward.DRAFT_OF.get(practice, practice)}"
    found = [*marks(entry, private=False), *facts(one.facts, people)]
    found = [clean(mark).replace("\n", " ") for mark in found]
    if entry.by == "both":
        return " · ".join([exporting.WHAT.format(what=begin_sentence(kind)), *found])
    return exporting.BY.format(name=clean(entry.name), about=" · ".join([kind, *found]))


def _agreement(one: KeptView) -> list[str]:
    if one.entry.kind not in _AGREEABLE or one.entry.redacted:
        return []
    if not one.agreed:
        return [exporting.NOT_BOTHS_YET, ""]
    consents = [
        exporting.CONSENT.format(name=clean(each.name), date=dates.moment(each.at, date.min))
        for each in one.agreed
    ]
    held = [] if one.holds == one.words else [exporting.HELD_WORDS, "", *_block(_parts(one.holds))]
    return [*held, exporting.HOLDS.format(consents=", ".join(consents)), ""]


def _step(step: CourseView, people: People, with_it: str) -> list[str]:
    what = exporting.COURSE[step.kind]
    if step.name and "{name}" not in what:
        what = exporting.COURSE_BY.format(what=what, name=clean(step.name))
    else:
        what = what.format(name=clean(step.name))
    stated = " · ".join(facts(step.facts, people))
    if stated:
        what = exporting.COURSE_WITH.format(what=what, facts=clean(stated).replace("\n", " "))
    line = exporting.COURSE_ON.format(what=what, date=dates.moment(step.at, date.min))
    return [with_it + line, "", *_block(_parts(step.words))]


def _replies(entry: EntryView) -> list[str]:
    lines = []
    for reply in entry.replies:
        mark = f" · {reading.WAS_EDITED}" if reply.edited and not reply.redacted else ""
        lines += [exporting.REPLY.format(name=clean(reply.name)) + mark, ""]
        texts = [reading.WITHDRAWN] if reply.redacted else [reply.text, *reply.others]
        for text in texts:
            lines += [*_quoted(text), ""]
    if entry.reactions:
        lines += [clean(" · ".join(reactions(entry.reactions))), ""]
    return lines


def _words(version: Version) -> Iterator[str]:
    return (text for text, _ in words(version))


def _parts(parts: list[PartView]) -> Iterator[str]:
    return (part_of(part) for part in parts)


def _answers(parts: list[PartView]) -> Iterator[str]:
    for part in parts:
        heading = reviewing.HEADINGS.get(part.name, part.name)
        answer = reviewing.ANSWERS.get(part.text, part.text)
        yield f"{heading}: {answer if part.name in ('effort', 'wish') else part.text}"


def _block(paragraphs: Iterator[str]) -> list[str]:
    quoted: list[str] = []
    for text in paragraphs:
        quoted += [_QUOTE, *_quoted(text)] if quoted else _quoted(text)
    return [*quoted, ""] if quoted else []


def _quoted(text: str) -> list[str]:
    """Somebody's words, set off so that nothing in them is taken for a heading of the file."""
    return [f"{_QUOTE} {line}".rstrip() for line in clean(text).split("\n")]
