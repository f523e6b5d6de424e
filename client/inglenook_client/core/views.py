"""From projections to the views that faces show (SPEC 10, PRACTICES 23)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone

import msgspec

from inglenook_client.core.fold import TIMELINE_KINDS, Projection, Words
from inglenook_client.core.model import (
    AboutView,
    By,
    EntryView,
    ReactionView,
    ReplyView,
    SaidView,
    Version,
    Visibility,
)
from inglenook_client.core.practices.state import PracticeState

OPEN_MARK = "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}"
CLOSE_MARK = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
_AROUND = 60


class Names(msgspec.Struct, frozen=True):
    """Who is who in one space, for one member's eyes."""

    me: bytes
    visibility: Visibility
    name_by_member: Mapping[bytes, str]

    def by(self, member: bytes) -> By:
        return "me" if member == self.me else "partner"

    def name(self, member: bytes) -> str:
        """How a member is called; a plain word as long as they haven't said."""
        return self.name_by_member.get(member) or ("me" if member == self.me else "your partner")


def iso_moment(ms: int, offset_minutes: int) -> str:
    """ISO 8601 with the writer's offset; a moment that no calendar has stays at its border."""
    try:
        zone = timezone(timedelta(minutes=offset_minutes))
        return datetime.fromtimestamp(ms / 1000, zone).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return datetime.max.replace(tzinfo=UTC).isoformat(timespec="seconds")


def _version(kind: str, words: Words) -> Version:
    base = Version(
        event=words.event.hex(),
        written_at=iso_moment(words.written_ms, words.offset_minutes),
        date=words.date,
    )
    if kind == "check-in":
        return msgspec.structs.replace(
            base,
            feelings=list(words.feelings),
            energy=words.energy,
            note=words.text,
            would_help=words.would_help,
        )
    if kind == "appreciation":
        return msgspec.structs.replace(base, noticed=words.text, effect=words.effect)
    return msgspec.structs.replace(base, text=words.text, tags=list(words.tags))


def practice_versions(
    kind: str, state: PracticeState, date: str
) -> tuple[list[Version], list[Version]]:
    """Any practice as an entry: its words as they stand, whole and in their parts."""
    from inglenook_client.core.practices.searching import searchable
    from inglenook_client.core.practices.showing import parts_of

    words = dict(searchable(kind, state))
    versions = [
        Version(
            event=said.event.hex(),
            written_at=iso_moment(said.at_ms, said.offset_minutes),
            date=str(getattr(said.payload, "date", date)),
            text=words.get(said.event, ""),
            parts=parts_of(kind, said),
        )
        for said in state.versions
    ]
    return versions, [versions[index] for index in state.current]


def reply_view(id_: bytes, projection: Projection, names: Names) -> ReplyView:
    """A reply under its entry."""
    texts = [projection.versions[i].text for i in projection.current]
    return ReplyView(
        id=id_.hex(),
        by=names.by(projection.author),
        name=names.name(projection.author),
        text=texts[-1] if texts else "",
        written_at=iso_moment(projection.written_ms, projection.offset_minutes),
        edited=len(projection.versions) > 1,
        redacted=projection.redacted,
        others=texts[:-1],
    )


def entry_view(
    id_: bytes,
    projection: Projection,
    about: Iterable[tuple[bytes, Projection]],
    names: Names,
    belongs_to: tuple[bytes, Projection] | None = None,
) -> EntryView:
    """An entry with what is about it: replies and reactions, in order."""
    replies = []
    reactions = []
    for other_id, other in about:
        if other.kind == "reply":
            replies.append(reply_view(other_id, other, names))
        elif other.kind == "reaction":
            reactions.append(
                ReactionView(
                    other_id.hex(),
                    names.by(other.author),
                    names.name(other.author),
                    other.label,
                )
            )
    if projection.state is None:
        versions = [_version(projection.kind, words) for words in projection.versions]
        current = [versions[i] for i in projection.current]
    else:
        versions, current = practice_versions(projection.kind, projection.state, projection.date)
    of_the_two = projection.kind not in TIMELINE_KINDS and _of_the_two(projection.kind)
    return EntryView(
        id=id_.hex(),
        kind=projection.kind,
        visibility=names.visibility,
        by="both" if of_the_two else names.by(projection.author),
        name="" if of_the_two else names.name(projection.author),
        date=projection.date,
        written_at=iso_moment(projection.written_ms, projection.offset_minutes),
        logged_later=projection.logged_later,
        edited=len(versions) > 1,
        redacted=projection.redacted,
        current=current[-1] if current else None,
        others=current[:-1],
        history=versions,
        beside=projection.target.hex() if projection.target and not projection.state else None,
        replies=replies,
        reactions=reactions,
        stage="" if projection.state is None else projection.state.stage,
        said=[] if projection.state is None else _said(projection.state, names),
        about=None if belongs_to is None else _about(*belongs_to),
    )


def _of_the_two(kind: str) -> bool:
    from inglenook_client.core.practices.showing import OF_THE_TWO

    return kind in OF_THE_TWO


def _said(state: PracticeState, names: Names) -> list[SaidView]:
    from inglenook_client.core.practices.showing import words_added

    return [
        SaidView(
            move.kind,
            names.by(move.by),
            names.name(move.by),
            text,
            iso_moment(move.at_ms, move.offset_minutes),
        )
        for move, text in words_added(state)
    ]


def _about(id_: bytes, projection: Projection) -> AboutView | None:
    if projection.redacted:
        return None
    if projection.state is None:
        text = projection.versions[projection.current[-1]].text if projection.current else ""
        return AboutView(id_.hex(), projection.kind, text.partition("\n")[0])
    from inglenook_client.core.practices.showing import first_words

    text = first_words(projection.kind, projection.state)
    return AboutView(id_.hex(), projection.kind, text)


def excerpt(projection: Projection, words: str) -> str:
    """A line around the first of the words that is found, each hit between marks."""
    parts: tuple[str, ...]
    if projection.state is None:
        version = projection.versions[projection.current[-1]]
        parts = (version.text, version.effect, version.would_help, *version.tags, *version.feelings)
    else:
        from inglenook_client.core.practices.searching import found_words

        parts = (found_words(projection.kind, projection.state),)
    line = " ".join(" ".join(part for part in parts if part).split())
    folded = line.casefold()
    hits = [(folded.find(word), len(word)) for word in words.casefold().split()]
    found = sorted((at, length) for at, length in hits if at >= 0)
    # Folding can change lengths; then the line is shown without marks rather than wrong ones.
    if not found or len(folded) != len(line):
        return line[: 2 * _AROUND] + ("…" if len(line) > 2 * _AROUND else "")
    at, length = found[0]
    begin, end = max(0, at - _AROUND), min(len(line), at + length + _AROUND)
    return (
        ("…" if begin else "")
        + line[begin:at]
        + OPEN_MARK
        + line[at : at + length]
        + CLOSE_MARK
        + line[at + length : end]
        + ("…" if end < len(line) else "")
    )
