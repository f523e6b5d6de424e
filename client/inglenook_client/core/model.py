"""What faces show: views folded from events. Plain values, ready for JSON.

Ids are lower-case hex of 64 digits. Dates are ``YYYY-MM-DD``; moments in time are ISO 8601
with the writer's own offset from UTC.
"""

from __future__ import annotations

from typing import Literal

import msgspec

EntityKind = str
"""``moment``, ``progress``, ``check-in``, ``appreciation``; of a practice, as its family says."""
Visibility = Literal["private", "shared"]
By = Literal["me", "partner"]


class PartView(msgspec.Struct, frozen=True):
    """One answer of several."""

    name: str
    text: str


class Version(msgspec.Struct, frozen=True, omit_defaults=True):
    """The words of an entry at one time. Which fields are used depends on its kind."""

    event: str
    written_at: str
    date: str
    text: str = ""
    tags: list[str] = []
    noticed: str = ""
    effect: str = ""
    feelings: list[str] = []
    energy: int | None = None
    note: str = ""
    would_help: str = ""
    parts: list[PartView] = []
    """Of a practice: what stands in each of its fields, the first one first."""


class SaidView(msgspec.Struct, frozen=True):
    """Words that somebody added to something of the two, such as a memory of an activity."""

    kind: str
    """The event's: ``activity.done``, ``need.heard`` …"""
    by: By
    name: str
    text: str
    written_at: str


class AboutView(msgspec.Struct, frozen=True):
    """What an entry belongs to: the ritual that was kept, the conversation of a goal."""

    id: str
    kind: EntityKind
    text: str


class Receipt(msgspec.Struct, frozen=True):
    """What is known of the erasing of one's own words (SPEC 12.5)."""

    withdrawn: bool
    """Every device is asked to let the words go; else the relay's copy alone was erased."""
    relay: Literal["asked", "confirmed"]
    """Whether the relay has said that it deleted its copy."""
    received: bool
    """Whether a device of the other person's is known to have taken the withdrawal in."""


class ReplyView(msgspec.Struct, frozen=True):
    """A reply to an entry."""

    id: str
    by: By
    name: str
    text: str
    written_at: str
    edited: bool
    redacted: bool
    others: list[str]
    """Texts of concurrent edits by the same author, kept beside ``text``."""
    receipt: Receipt | None = None
    """As of an entry."""


class ReactionView(msgspec.Struct, frozen=True):
    """A warm reaction to an entry."""

    id: str
    by: By
    name: str
    reaction: str


class EntryView(msgspec.Struct, frozen=True):
    """One thing on the timeline."""

    id: str
    kind: EntityKind
    visibility: Visibility
    by: By | Literal["both"]
    """Who wrote the words; ``both`` for what belongs to the two, whoever noted it."""
    name: str
    """How the author is called here; empty for what belongs to both."""
    date: str
    """The day at which it stands: the date that its author states."""
    written_at: str
    logged_later: bool
    edited: bool
    redacted: bool
    current: Version | None
    """The words as they stand; None when redacted."""
    others: list[Version]
    """Concurrent edits by the same author, kept beside ``current``."""
    history: list[Version]
    """All versions in order, the first as written; empty when redacted."""
    beside: str | None
    """The entry of which this is another account."""
    replies: list[ReplyView]
    reactions: list[ReactionView]
    receipt: Receipt | None = None
    """What is known of its erasing; only of one's own entry, when it is shown alone."""
    stage: str = ""
    """Of a practice that passes through states: where it stands."""
    said: list[SaidView] = []
    """Of a practice: words that were added to it, in order."""
    about: AboutView | None = None
    """What it belongs to, where that is here."""


class DayView(msgspec.Struct, frozen=True):
    """One day of the timeline with its entries in order."""

    date: str
    entries: list[EntryView]


class TimelineView(msgspec.Struct, frozen=True):
    """Days; ``before`` continues with the days before them, None at the end.

    Newest first; or a path, oldest first, which ``after`` continues.
    """

    days: list[DayView]
    before: str | None
    after: str | None = None


class SearchHit(msgspec.Struct, frozen=True):
    """An entry that a search found, with a line around the words."""

    entry: EntryView
    excerpt: str
    """The words around the first hit; hits stand between U+2039 and U+203A."""


class LogStatus(msgspec.Struct, frozen=True):
    """One device in one space.

    Nothing of how far its log is: that would count a person's steps, and would show that
    something arrived of which nothing is to be seen, such as that the other one is ready for a
    reveal (SPEC 18.4). Whether both sides hold the same shows in the digest.
    """

    device: str
    by: By
    this_device: bool
    standing: bool
    name: str | None = None
    """What its owner calls the computer; only of one's own."""


class Notice(msgspec.Struct, frozen=True):
    """Something odd that was noticed, in plain words with the next step."""

    what: str
    """A stable name: ``fork``, ``relay-set-back``, ``relay-withholds``, ``unreadable`` …"""
    message: str
    next_step: str
    about: list[str] = []
    """Ids of the devices that it is about, where it is about any."""
    since: str | None = None
    """Since when it is so (ISO 8601), where that is known."""
    seen: str | None = None
    """When this person took note of it (ISO 8601); None while it is news."""


class SpaceStatus(msgspec.Struct, frozen=True):
    """One space: private or shared."""

    kind: Visibility
    space: str
    digest: str
    entries: int
    waiting: int
    """Envelopes of one's own devices that wait to be sent; 0 for a space that is not synced."""
    logs: list[LogStatus]
    notices: list[Notice]
    left: str | None = None
    """When this device left it (ISO 8601): since then nothing is sent or received."""
    relay: str | None = None
    """The address that carries it; None where it stays on this computer."""
    last_sync: str | None = None
    """When this device last settled it with that relay (ISO 8601)."""


class DeviceView(msgspec.Struct, frozen=True):
    """One of one's own computers."""

    id: str
    """Names it in commands: its device in the private space, else that in the shared one."""
    name: str | None
    this_device: bool
    standing: bool
    """Whether it is in use, in any journal."""
    since: str | None
    """When this device learned of it, or it was first named (ISO 8601); None if unknown."""
    new: bool
    """Whether it is one of the last seven days."""
    private: str | None
    """Its device in the private journal; None where it has none that stands."""
    shared: str | None
    """Its device in the shared journal; None where it has none that stands."""


class StatusView(msgspec.Struct, frozen=True):
    """The whole journal at a glance."""

    name: str
    partner: str | None
    phrase_checked: bool
    relay: str | None
    last_sync: str | None
    """When this device last settled with the relay (local knowledge), ISO 8601."""
    drafts: int
    spaces: list[SpaceStatus]
    relay_moved: str | None = None
    """When another relay was chosen here (ISO 8601); the other person has to choose it too."""
    unreadable: list[Notice] = []
    """Journals that can't be read here; they are not in ``spaces``."""
    new_devices: list[DeviceView] = []
    """Own devices that were added in the last seven days."""


class PauseView(msgspec.Struct, frozen=True):
    """A pause, by this device's clock. Nothing says who called it."""

    id: str
    stage: str
    """``paused``, ``over``, ``resumed``, ``ended``."""
    not_today: bool
    ends_at: str | None
    """ISO 8601; None for not today, and once it is resumed or ended."""
    seconds_left: int | None
    plan: str
    conversation: str | None


class RoundView(msgspec.Struct, frozen=True):
    """A round of mutual reveal, as this person may know it (SPEC 18.4)."""

    id: str
    practice: str
    """``week-review``, ``step-review``, ``setback``."""
    name: str
    """The round's own name, with the step or the number in it."""
    week: str
    about: str | None
    stage: str
    """``draft``, ``ready``, ``opened`` (mine; the other's follows by itself), ``together``."""
    mine: list[PartView]
    """My words: as drafted, readied or opened."""
    theirs: list[PartView] | None
    """The other's, once both are open."""
    draft: str | None
    """The id of the draft in the private journal."""


class Draft(msgspec.Struct, frozen=True):
    """Words that could not be taken in and were kept, encrypted."""

    id: str
    kept_at: str
    command: str
    """What it was meant for: ``write``, ``reply`` …"""
    text: str


class MeantView(msgspec.Struct, frozen=True):
    """What is meant, for a person to see that it is."""

    id: str
    kind: str
    words: str
    """Its first line; "" for what has none."""
