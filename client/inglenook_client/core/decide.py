"""Commands decided purely: from what stands and what is wanted to the next event's payload.

Limits such as who may edit are checked here, when a command is decided; the fold checks
authority again, since a peer's app might not have (SPEC 10.4).
"""

from __future__ import annotations

from datetime import date as calendar_date
from typing import Any

import msgspec

from inglenook_client.core.fold import Projection, Words
from inglenook_protocol.errors import LocalProtocolError
from inglenook_protocol.kinds import (
    AppreciationEdited,
    AppreciationNoticed,
    CheckInEdited,
    CheckInMade,
    EntryEdited,
    EntryWritten,
    Payload,
    ReplyEdited,
    ReplyWritten,
)
from inglenook_protocol.limits import MAX_FEELINGS, MAX_TAGS
from inglenook_protocol.message import Message


class Changes(msgspec.Struct, frozen=True):
    """What an edit asks for; None leaves a field as it stands."""

    text: str | None = None
    date: str | None = None
    tags: list[str] | None = None
    effect: str | None = None
    feelings: list[str] | None = None
    energy: int | None = None
    would_help: str | None = None
    without: tuple[str, ...] = ()
    """Fields that are left out from then on: an edit states every field (SPEC 13.2)."""


_FIELDS = {
    "moment": {"text", "date", "tags"},
    "progress": {"text", "date", "tags"},
    "appreciation": {"text", "date", "effect"},
    "check-in": {"text", "date", "feelings", "energy", "would_help"},
    "reply": {"text"},
}

_MAY_BE_LEFT_OUT = {
    "moment": {"tags"},
    "progress": {"tags"},
    "appreciation": {"effect"},
    "check-in": {"text", "feelings", "energy", "would_help"},
}

_NOT_THERE = {
    "text": "This has no text to change.",
    "date": "This has no date to change.",
    "tags": "This has no tags to change.",
    "effect": "This has no effect to change.",
    "feelings": "This has no feelings to change.",
    "energy": "This has no energy to change.",
    "would_help": "This has no line on what would help, to change.",
}

WAS_BY_KIND = {
    "moment": "entry.written",
    "progress": "entry.written",
    "check-in": "check_in.made",
    "appreciation": "appreciation.noticed",
    "reply": "reply.written",
}


def check_date(text: str, today: str) -> str:
    """A stated date in the calendar's form. Raises ``LocalProtocolError``.

    "today" and "yesterday" are understood; ``today`` is the writer's own date.
    """
    now = calendar_date.fromisoformat(today)
    if text == "today":
        return today
    if text == "yesterday":
        return calendar_date.fromordinal(now.toordinal() - 1).isoformat()
    try:
        stated = calendar_date.fromisoformat(text)
        if stated.isoformat() != text:
            raise ValueError
    except ValueError:
        raise LocalProtocolError(
            Message("“{text}” is not a date of the calendar.", text=text),
            "Write it as year-month-day, or `today` or `yesterday`.",
        ) from None
    if stated.toordinal() > now.toordinal() + 1:
        raise LocalProtocolError(
            "That day hasn't come yet.", "A moment stands at a day that both can remember."
        )
    return text


def check_words(text: str) -> str:
    """Text that a person wrote, without the space around it. Raises ``LocalProtocolError``."""
    stripped = text.strip()
    if not stripped:
        raise LocalProtocolError(
            "There are no words yet.", "Write a line or two; nothing was saved."
        )
    return _encodable(stripped)


def check_name(text: str) -> str:
    """A name, without the space around it. Raises ``LocalProtocolError``."""
    stripped = text.strip()
    if not stripped:
        raise LocalProtocolError(
            "There are no letters in the name yet.", "Choose what the journal shall call you."
        )
    return _encodable(stripped)


def _encodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise LocalProtocolError(
            "The text has characters that can't be stored.", "Paste it as plain UTF-8 text."
        ) from None
    return text


def clean_tags(tags: list[str]) -> list[str]:
    """Tags without ``#`` and space around them, each once, in the order given."""
    return list(dict.fromkeys(t for tag in tags if (t := _encodable(tag.strip().lstrip("#")))))


def _entry_tags(tags: list[str]) -> list[str]:
    cleaned = clean_tags(tags)
    if len(cleaned) > MAX_TAGS:
        raise LocalProtocolError(
            Message(
                "There is room for {room} tags here; these are {given}.",
                room=MAX_TAGS,
                given=len(cleaned),
            ),
            "Choose the ones that say most.",
        )
    return cleaned


def entry(form: str, text: str, date: str, tags: list[str], beside: bytes | None) -> EntryWritten:
    """A new moment or sign of progress."""
    if form not in ("moment", "progress"):
        raise LocalProtocolError(
            Message("An entry is a moment or a sign of progress, not “{form}”.", form=form),
            "Leave the form out.",
        )
    return EntryWritten(
        "moment" if form == "moment" else "progress",
        check_words(text),
        date,
        _entry_tags(tags),
        beside,
    )


def check_in(
    feelings: list[str], energy: int | None, note: str, would_help: str, date: str
) -> CheckInMade:
    """A check-in; skipping everything records nothing."""
    cleaned = clean_tags(feelings)
    if len(cleaned) > MAX_FEELINGS:
        raise LocalProtocolError(
            Message(
                "There is room for {room} feelings here; these are {given}.",
                room=MAX_FEELINGS,
                given=len(cleaned),
            ),
            "Choose the ones that say most.",
        )
    if energy is not None and not 1 <= energy <= 5:
        raise LocalProtocolError("Energy goes from 1 to 5.", "Leave it out if no number fits.")
    if not cleaned and energy is None and not note.strip() and not would_help.strip():
        raise LocalProtocolError(
            "There is nothing to note yet.",
            "Name a feeling, an energy from 1 to 5, or what would help.",
        )
    return CheckInMade(
        cleaned, energy, _encodable(note.strip()), _encodable(would_help.strip()), date
    )


def appreciation(noticed: str, effect: str, date: str) -> AppreciationNoticed:
    """What the receiver noticed, and what it did."""
    return AppreciationNoticed(check_words(noticed), _encodable(effect.strip()), date)


def reply(to: bytes, text: str) -> ReplyWritten:
    """A reply to an entity."""
    return ReplyWritten(to, check_words(text))


def edit(projection: Projection, changes: Changes) -> Payload:
    """The edit that turns the words as they stand into the wanted ones.

    Raises ``LocalProtocolError`` for a field that the kind does not have, or no change.
    """
    allowed = _FIELDS.get(projection.kind, set())
    asked = {f for f in _NOT_THERE if getattr(changes, f) is not None}.union(changes.without)
    if not asked:
        raise LocalProtocolError("There is nothing to change.", "Give the new words.")
    if odd := sorted(asked - allowed):
        raise LocalProtocolError(
            _NOT_THERE[odd[0]],
            "Leave that option out.",
        )
    if set(changes.without) - _MAY_BE_LEFT_OUT.get(projection.kind, set()):
        raise LocalProtocolError(
            "Without that there would be nothing left of it.",
            "To take your words back: nook redact",
        )
    words = projection.versions[projection.current[-1]]
    said = {name: _said(changes, words, name) for name in _NOT_THERE}
    text, date = _encodable(said["text"].strip()), said["date"]
    if projection.kind in ("moment", "progress"):
        return EntryEdited(check_words(text), date, _entry_tags(list(said["tags"])))
    if projection.kind == "reply":
        return ReplyEdited(check_words(text))
    if projection.kind == "appreciation":
        return AppreciationEdited(check_words(text), _encodable(said["effect"].strip()), date)
    made = check_in(list(said["feelings"]), said["energy"], text, said["would_help"], date)
    return CheckInEdited(made.feelings, made.energy, made.note, made.would_help, made.date)


def _said(changes: Changes, words: Words, name: str) -> Any:
    """A field as an edit has it: left out, said anew, or as it stands."""
    stands = getattr(words, name)
    if name in changes.without:
        return None if name == "energy" else type(stands)()
    anew = getattr(changes, name)
    return stands if anew is None else anew
