"""One entry, short in the timeline or whole on a page of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from inglenook_client.cli.drafts_by_id import SHORT_ID_DIGITS
from inglenook_client.cli.render import dates
from inglenook_client.cli.render.page import DAY, QUIET, TAG, Page, person
from inglenook_client.cli.speaking import begin_sentence, called
from inglenook_client.cli.texts import erasing, needing, reading
from inglenook_client.core.model import EntryView, ReactionView, Receipt, ReplyView, Version

_NAMES: Final = {"activity": "idea", "conversation": "topic"}
"""By kind: the field that stands in the heading, in the place of a person's name."""


def short(entry_id: str) -> str:
    """How an id is shown."""
    return entry_id[:SHORT_ID_DIGITS]


def marks(entry: EntryView, *, private: bool = True) -> list[str]:
    """What sets it apart from others, in a word each."""
    stage = reading.STAGES.get(f"{entry.kind}/{entry.stage}")
    return [
        *([stage] if stage else []),
        *([reading.ONLY_YOU] if private and entry.visibility == "private" else []),
        *([reading.WAS_EDITED] if entry.edited else []),
        *([reading.LOGGED_LATER] if entry.logged_later else []),
    ]


def heading(page: Page, entry: EntryView, indent: int, *, private: bool = True) -> None:
    """Name, kind and marks at the left, the id after them; ``private``: mark what is."""
    kind = reading.KINDS.get(entry.kind, entry.kind)
    found = marks(entry, private=private)
    if entry.by == "both":
        # Nobody stands before what belongs to the two: the thing itself does.
        named = _named(entry)
        shown = [kind, *found] if named else found
        about = f"  {' · '.join(shown)}" if shown else ""
        page.line(
            (named or begin_sentence(kind), "bold"),
            (f"{about}  {short(entry.id)}", QUIET),
            indent=indent,
        )
        return
    about = " · ".join([kind, *found])
    page.line(
        (entry.name, f"bold {person(entry.by)}"),
        (f"  {about}", QUIET),
        (f"  {short(entry.id)}", QUIET),
        indent=indent,
    )


def _named(entry: EntryView) -> str:
    """What stands first of something of the two: a ritual's name, an idea, a topic."""
    if entry.kind == "ritual-kept" and entry.about is not None:
        return entry.about.text
    parts = [] if entry.current is None else entry.current.parts
    name = _NAMES.get(entry.kind)
    return next((part.text for part in parts if part.name == name), "")


def _parts(version: Version, kind: str) -> list[tuple[str, str]]:
    """The fields of a practice, but for what stands in the heading of its kind."""
    shown = [part for part in version.parts if part.name != _NAMES.get(kind)]
    return [(_part(part.name, part.text), "") for part in shown]


def _part(name: str, text: str) -> str:
    if name == "wanted":
        text = needing.WANTED.get(text, text)
    return reading.PARTS.get(name, "{text}").format(text=text)


def words(version: Version, kind: str = "") -> Iterator[tuple[str, str]]:
    """What an entry says, as paragraphs with a style each; ``kind`` if a heading stands above."""
    feeling = ", ".join(version.feelings)
    if version.energy is not None:
        energy = reading.ENERGY.format(energy=version.energy)
        feeling = f"{feeling} · {energy}" if feeling else energy
    paragraphs = [
        *(_parts(version, kind) if version.parts else [(version.text, "")]),
        (version.noticed, ""),
        (feeling, ""),
        (version.note, ""),
        (version.effect and reading.EFFECT.format(effect=version.effect), ""),
        (version.would_help and reading.WOULD_HELP.format(what=version.would_help), ""),
        (" ".join(f"#{tag}" for tag in version.tags), TAG),
    ]
    return ((text, style) for text, style in paragraphs if text)


def body(page: Page, entry: EntryView, indent: int) -> None:
    """The words, replies and reactions."""
    if entry.redacted:
        page.line((reading.WITHDRAWN, QUIET), indent=indent)
    elif entry.current is not None:
        for text, style in words(entry.current, entry.kind):
            page.line((text, style), indent=indent)
    if entry.about is not None and entry.kind != "ritual-kept" and entry.about.text:
        page.line((reading.ABOUT.format(text=entry.about.text), QUIET), indent=indent)
    for one in entry.said:
        page.line((one.name, person(one.by)), (f"  {one.text}", ""), indent=indent)
    if entry.beside:
        page.line((reading.BESIDE.format(id=short(entry.beside)), QUIET), indent=indent)
    replies(page, entry, indent)
    if entry.reactions:
        page.line((" · ".join(reactions(entry.reactions)), "magenta"), indent=indent)


def receipt_lines(receipt: Receipt, partner: str | None) -> list[str]:
    """What is known of an erasing, and what nobody can know, in plain words."""
    name = called(partner)
    confirmed = receipt.relay == "confirmed"
    lines = [erasing.RELAY_CONFIRMED if confirmed else erasing.RELAY_ASKED]
    if receipt.withdrawn:
        said = erasing.PARTNER_RECEIVED if receipt.received else erasing.PARTNER_ASKED
        lines.append(begin_sentence(said.format(partner=name)))
        lines.append(erasing.MAY_HAVE_KEPT)
    else:
        lines.append(erasing.ONLY_RELAY.format(partner=name))
    return lines


def _receipts(page: Page, entry: EntryView, partner: str | None) -> None:
    found = [entry.receipt, *(reply.receipt for reply in entry.replies)]
    # Several, as for two replies: each different thing is said once.
    told = dict.fromkeys(
        tuple(receipt_lines(receipt, partner)) for receipt in found if receipt is not None
    )
    for lines in told:
        page.gap()
        for line in lines:
            page.line((line, QUIET), indent=2)


def replies(page: Page, entry: EntryView, indent: int) -> None:
    """Replies to an entry."""
    said_back(page, entry.replies, indent)


def said_back(page: Page, given: list[ReplyView], indent: int) -> None:
    """Replies, each under its writer's name."""
    for reply in given:
        mark = f"  {reading.WAS_EDITED}" if reply.edited else ""
        page.line(
            ("↳ ", QUIET),
            (reply.name, person(reply.by)),
            (f"{mark}  {short(reply.id)}", QUIET),
            indent=indent,
        )
        if reply.redacted:
            page.line((reading.WITHDRAWN, QUIET), indent=indent + 2)
        for text in [] if reply.redacted else [reply.text, *reply.others]:
            page.line(text, indent=indent + 2)


def reactions(given: list[ReactionView]) -> list[str]:
    """Each sort of reaction with the names of who gave it."""
    names: dict[str, list[str]] = {}
    for reaction in given:
        names.setdefault(reaction.reaction, []).append(reaction.name)
    return [
        reading.REACTIONS.get(sort, reading.OTHER_REACTION).format(
            reaction=sort, names=" & ".join(people)
        )
        for sort, people in names.items()
    ]


def whole(
    page: Page,
    entry: EntryView,
    now: date,
    partner: str | None = None,
    accounts: Sequence[EntryView] = (),
) -> None:
    """An entry on its own, with what stood there before, and the other's account beside it."""
    page.gap()
    page.line((dates.day(entry.date, now), DAY))
    page.gap()
    heading(page, entry, 2)
    body(page, entry, 4)
    if entry.others and entry.current is not None:
        page.gap()
        page.line((reading.SIDE_BY_SIDE, QUIET), indent=2)
        page.gap()
        _side_by_side(page, [entry.current, *entry.others], now)
    page.gap()
    if accounts:
        page.line((reading.ACCOUNTS, QUIET), indent=2)
        page.gap()
        columns = [
            [(one.name, f"bold {person(one.by)}"), (short(one.id), QUIET), *_current(one)]
            for one in accounts
        ]
        page.columns(columns, 4)
        page.gap()
    _how_it_came_to_be(page, entry, now)
    _receipts(page, entry, partner)
    page.gap()


def what_came_of_it(
    page: Page, entry: EntryView, now: date, partner: str | None, *, replied: bool
) -> None:
    """What stands below the page of a practice; ``replied``: it has the replies already."""
    if not replied:
        replies(page, entry, 2)
    if entry.reactions:
        page.line((" · ".join(reactions(entry.reactions)), "magenta"), indent=2)
    if entry.reactions or (entry.replies and not replied):
        page.gap()
    _how_it_came_to_be(page, entry, now)
    _receipts(page, entry, partner)
    page.gap()


def _how_it_came_to_be(page: Page, entry: EntryView, now: date) -> None:
    if len(entry.history) > 1:
        page.line((reading.HISTORY, QUIET), indent=2)
        stood = ""
        for number, version in enumerate(entry.history):
            pattern = reading.THEN_CHANGED if number else reading.FIRST_WRITTEN
            when = pattern.format(when=dates.moment(version.written_at, now))
            if number and version.date != stood:
                # A date that was put right is told, and so is the one that stood there before.
                before, day = dates.day(stood, now), dates.day(version.date, now)
                when = reading.DATE_CHANGED.format(when=when, before=before, date=day)
            stood = version.date
            page.line((when, QUIET), indent=4)
            for text, style in words(version):
                page.line((text, style), indent=6)
    else:
        when = reading.WRITTEN.format(when=dates.moment(entry.written_at, now))
        page.line((when, QUIET), indent=2)


def _current(entry: EntryView) -> list[tuple[str, str]]:
    return [] if entry.current is None else list(words(entry.current))


def _side_by_side(page: Page, versions: list[Version], now: date) -> None:
    columns = [
        [(dates.moment(version.written_at, now), QUIET), *words(version)] for version in versions
    ]
    page.columns(columns, 4)
