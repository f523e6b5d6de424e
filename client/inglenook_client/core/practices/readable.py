"""What a readable export holds of each kind, and how an entity stands in it (PRACTICES 13, 23).

Theory. An export is read in thirty years by somebody who has no Inglenook, and today by whoever
gets the file. So it holds all that a person could read in the app and nothing besides: words that
were taken back are nowhere; something tender stands in it only if its author opted in, on either
side (SPEC 13.11); of a round there are words once both opened it (SPEC 18.4); of what belongs to
the two nobody is named beside a move without words (SPEC 13.14). What is only its reader's stands
in a part of its own. ``HOLDS`` says it kind by kind; a kind without a row there fails a test.

An entity is written once: at its day, or with what it belongs to (a turn with its conversation, a
step with its need, the second account of a moment with the first).
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from inglenook_client.core.fold import TIMELINE_KINDS, Projection
from inglenook_client.core.model import By, EntryView, PartView
from inglenook_client.core.practices.families import FAMILIES, FAMILY_BY_SHOWN, ROUND
from inglenook_client.core.practices.machine import EITHER
from inglenook_client.core.practices.showing import ON_THE_TIMELINE, is_tender
from inglenook_client.core.practices.state import PracticeState, Said
from inglenook_client.core.views import Names, iso_moment
from inglenook_protocol.kinds import KIND_BY_PAYLOAD, Part, Payload

DAY: Final = "at its day"
WITH: Final = "with what it belongs to, else at its day"
UNDER: Final = "under its entry"
WORDS: Final = "as the words that stand; what it changed is marked as edited"
COURSE: Final = "in the course of what it is about"
AGREED: Final = "as the agreement of both, with its days, while it holds"
OPENED: Final = "once both opened it, both halves side by side"
READY: Final = "in the private part, until both opened the round"
PRIVATE: Final = "in the private part, at its day"
HEAD: Final = "at the head of its part"
TENDER: Final = "at its day, if its author opted in"
GONE: Final = "takes words away: they are nowhere"
SETTING: Final = "not at all: it settles what is shown"

HOLDS: Final[dict[str, str]] = {
    "member.introduced": HEAD,
    "entry.written": WITH,
    "entry.edited": WORDS,
    "reply.written": UNDER,
    "reply.edited": WORDS,
    "reaction.given": UNDER,
    "reaction.taken_back": GONE,
    "check_in.made": DAY,
    "check_in.edited": WORDS,
    "appreciation.noticed": DAY,
    "appreciation.edited": WORDS,
    "device.named": HEAD,
    "entity.redacted": GONE,
    "inventory.written": PRIVATE,
    "inventory.edited": WORDS,
    "reflection.written": PRIVATE,
    "reflection.edited": WORDS,
    "kindness_idea.noted": PRIVATE,
    "kindness_idea.edited": WORDS,
    "kindness_idea.set_aside": COURSE,
    "draft.written": PRIVATE,
    "draft.edited": WORDS,
    "draft.set_aside": GONE,
    "half.kept": READY,
    "hide.set": PRIVATE,
    "hide.lifted": GONE,
    "agreement.given": AGREED,
    "agreement.revoked": AGREED,
    "rules.written": DAY,
    "rules.edited": WORDS,
    "goal.named": WITH,
    "goal.edited": WORDS,
    "step.proposed": WITH,
    "step.edited": WORDS,
    "step.retired": COURSE,
    "commitment.written": DAY,
    "commitment.edited": WORDS,
    "look_back.proposed": DAY,
    "look_back.edited": WORDS,
    "conversation.proposed": DAY,
    "conversation.countered": WORDS,
    "conversation.accepted": COURSE,
    "conversation.declined": COURSE,
    "conversation.opened": COURSE,
    "conversation.closed": COURSE,
    "turn.spoken": WITH,
    "turn.paraphrased": COURSE,
    "turn.corrected": COURSE,
    "turn.confirmed": COURSE,
    "turn.validated": COURSE,
    "turn.answered": COURSE,
    "turn.set_down": COURSE,
    "acknowledgement.given": WITH,
    "pause.called": WITH,
    "pause.extended": COURSE,
    "pause.resumed": COURSE,
    "pause.ended": COURSE,
    "need.stated": DAY,
    "need.edited": WORDS,
    "need.heard": COURSE,
    "need.corrected": COURSE,
    "need.confirmed": COURSE,
    "need.rested": COURSE,
    "need.woken": COURSE,
    "disclosure.shared": TENDER,
    "disclosure.edited": WORDS,
    "disclosure.look_back_set": SETTING,
    "disclosure.received": COURSE,
    "ritual.defined": DAY,
    "ritual.edited": WORDS,
    "ritual.kept": DAY,
    "ritual.rested": COURSE,
    "ritual.woken": COURSE,
    "activity.imagined": DAY,
    "activity.edited": WORDS,
    "activity.planned": COURSE,
    "activity.done": COURSE,
    "activity.set_aside": COURSE,
    "couple_time.planned": DAY,
    "couple_time.moved": COURSE,
    "couple_time.kept": COURSE,
    "couple_time.let_go": COURSE,
    "topic.parked": DAY,
    "topic.edited": WORDS,
    "topic.taken_up": COURSE,
    "topic.set_aside": COURSE,
    "topic.parked_again": COURSE,
    "exchange.offered": DAY,
    "affection.noted": DAY,
    "milestone.marked": DAY,
    "milestone.edited": WORDS,
    "keepsake.pinned": DAY,
    "keepsake.edited": WORDS,
    "keepsake.unpinned": COURSE,
    "reveal.ready": SETTING,
    "reveal.taken_back": SETTING,
    "reveal.opened": OPENED,
    "space.zone_set": HEAD,
}
"""By kind on the wire: where a readable export has it. ``client/FORMATS.md`` has this table."""

_STANDING: Final = (DAY, WITH, TENDER, PRIVATE)
KINDS: Final = (
    *TIMELINE_KINDS,
    ROUND,
    *(f.shown for f in FAMILIES if HOLDS[KIND_BY_PAYLOAD[f.creating][0]] in _STANDING),
)
"""The projections that are written as entries of their own."""

_ENTRIES: Final = frozenset(TIMELINE_KINDS)
BELONGS: Final[dict[str, frozenset[str]]] = {
    "moment": _ENTRIES,
    "progress": _ENTRIES,
    "turn": frozenset({"conversation"}),
    "goal": frozenset({"conversation"}),
    "pause": frozenset({"conversation"}),
    "acknowledgement": frozenset({"conversation", "goal", "turn"}),
    "step": frozenset({"need"}),
}
"""What is written with what it belongs to: its kind, and the kinds of that other."""

WRITTEN: Final = frozenset(
    {"losses", "feelings", "needs", "stresses", "curious", "happened", "in_the_way", "own_part",
     "idea", "rules", "practices", "text", "what", "enough", "topic", "note", "observation",
     "feeling", "effect", "wish", "plan", "need", "why", "name", "words", "together", "boundary",
     "fallback", "title", "memory", "appreciation", "next_step", "parts"}
)  # fmt: skip
"""Fields in which people write."""
STATED: Final = frozenset(
    {"date", "starts_ms", "minutes", "mode", "who", "cadence", "begins", "review", "at", "until",
     "wanted", "form", "settled", "short", "practice"}
)  # fmt: skip
"""Fields that state something beside the words."""
ELSEWHERE: Final = frozenset(
    {"about", "beside", "to", "of", "conversation", "proposal", "paraphrase", "heard", "need",
     "ritual", "round", "entity", "event", "shared_as", "half", "opening", "commitment", "zone",
     "voice", "passed", "relay_ahead_ms", "look_back", "allowed", "photo"}
)  # fmt: skip
"""Fields that name another, or that the entry shows in its own way."""

_MOVES: Final = frozenset(kind for kind, how in HOLDS.items() if how == COURSE)
SAID_ANEW: Final = "said-anew"
"""In a course: words of either that took the place of the ones before."""
BOTH_SAY: Final = frozenset(
    f.shown for f in FAMILIES if f.shown != "ritual" and EITHER in f.edits.values()
)
"""Kinds whose words either may say anew: each version has its writer's name beside it."""
_TO_THE_OTHER: Final = frozenset(
    {"turn.paraphrased", "turn.corrected", "turn.confirmed", "turn.validated", "turn.answered",
     "turn.set_down", "need.heard", "need.corrected", "need.confirmed", SAID_ANEW}
)  # fmt: skip
"""Moves that somebody makes towards the other."""
_SIGNED: Final = frozenset(
    {"conversation.closed", "activity.done", "couple_time.kept", "step.retired"}
)
"""Moves whose words, if there are any, have a name beside them, as in the app."""


class CourseView(msgspec.Struct, frozen=True):
    """Something that happened to what it is about."""

    kind: str
    """The event's, or ``said-anew``."""
    at: str
    by: By | Literal["both"]
    name: str
    """Empty where nobody is named."""
    words: list[PartView]
    facts: list[PartView]


class ConsentView(msgspec.Struct, frozen=True):
    """That one of the two agreed to the words that hold, and when."""

    by: By
    name: str
    at: str


class HalfView(msgspec.Struct, frozen=True):
    """What one of the two said in a round."""

    by: By
    name: str
    words: list[PartView]


class KeptView(msgspec.Struct, frozen=True):
    """An entity as an export has it."""

    day: str
    entry: EntryView
    words: list[PartView] = []
    """Of a practice: what people wrote, field by field, as it stands."""
    facts: list[PartView] = []
    """What is stated beside the words: when, how long, how often, for whom."""
    course: list[CourseView] = []
    holds: list[PartView] = []
    """The words that both agreed to, if there are any."""
    agreed: list[ConsentView] = []
    """Of both, to just those words; empty while it is not both's."""
    halves: list[HalfView] = []
    belonging: list[KeptView] = []
    """What is written with it, in order."""


def may_stand(projection: Projection, *, private: bool) -> bool:
    """Whether an export of one's own journal may hold an entity."""
    kind, state = projection.kind, projection.state
    if kind not in KINDS:
        return False
    if projection.redacted or (state is None and not projection.current):
        # An empty place, as the timeline has it; of what was tender, not even that.
        return kind in ON_THE_TIMELINE and kind != "disclosure"
    if state is None:
        return True
    if kind == ROUND:
        return bool(projection.date)
    if kind in ("draft", "hide"):
        return private and state.stage in ("open", "hidden")
    return not is_tender(kind, state)


def belongs_to(child: Projection, owner: Projection | None) -> bool:
    """Whether an entity is written with the one that it names."""
    if owner is None or owner.redacted or owner.kind not in BELONGS.get(child.kind, ()):
        return False
    # An account of an account stands at its own day.
    return child.kind not in _ENTRIES or owner.target is None


def may_be_named(owner: Projection) -> bool:
    """Whether the first words of something may stand where another belongs to it."""
    return owner.state is None or not is_tender(owner.kind, owner.state)


def kept_practice(
    day: str, entry: EntryView, kind: str, state: PracticeState, names: Names, partner: bytes
) -> KeptView:
    """A practice's entity as folded, without what belongs to it."""
    shown, in_force = state.shown, state.in_force
    agreeable = FAMILY_BY_SHOWN[kind].agreeable
    return KeptView(
        day=day,
        entry=entry,
        words=words_of(shown),
        # The entry has its date.
        facts=[fact for fact in facts_of(shown, names) if fact.name != "date"],
        course=_course(kind, state, names, partner),
        holds=words_of(in_force) if agreeable and in_force is not None else [],
        agreed=_consents(state, in_force, names) if agreeable and in_force is not None else [],
    )


def words_of(said: Said) -> list[PartView]:
    """What people wrote in an event, field by field."""
    payload = said.payload
    found: list[PartView] = []
    for name in payload.__struct_fields__:
        value = getattr(payload, name)
        if name not in WRITTEN or not value or isinstance(value, bytes):
            continue
        if isinstance(value, list):
            found += [PartView(p.name, p.text) for p in value if isinstance(p, Part)]
            value = "\n".join(one for one in value if isinstance(one, str))
        if value:
            found.append(PartView(name, value))
    return found


def facts_of(said: Said, names: Names) -> list[PartView]:
    """What an event states beside words."""
    payload: Payload = said.payload
    found = []
    for name in payload.__struct_fields__:
        value = getattr(payload, name)
        if name not in STATED or value is None or value == "" or value is False:
            continue
        if name == "starts_ms":
            found.append(PartView("starts_at", iso_moment(value, said.offset_minutes)))
        elif name == "who":
            mine = (value == "writer") == (said.by == names.me)
            found.append(PartView(name, "both" if value == "both" else _side(mine)))
        else:
            found.append(PartView(name, "yes" if value is True else str(value)))
    if hasattr(payload, "minutes") and payload.minutes is None:
        found.append(PartView("minutes", "not-today"))
    return found


def _side(mine: bool) -> str:
    return "me" if mine else "partner"


def _course(kind: str, state: PracticeState, names: Names, partner: bytes) -> list[CourseView]:
    anew = state.versions[1:] if kind in BOTH_SAY else ()
    found = [(one.hlc, SAID_ANEW, one) for one in anew]
    found += [(one.hlc, one.kind, one) for one in state.moves if one.kind in _MOVES]
    course: list[CourseView] = []
    for _, what, said in sorted(found, key=lambda each: each[0]):
        step = _step(what, said, names, partner)
        # That both noted the same is one thing that happened.
        again = course and course[-1].kind == what and not (step.words or step.facts or step.name)
        if not again:
            course.append(step)
    return course


def _step(what: str, said: Said, names: Names, partner: bytes) -> CourseView:
    words = words_of(said)
    named = what in _TO_THE_OTHER or (bool(words) and what in _SIGNED)
    by = said.by
    if getattr(said.payload, "voice", "own") == "other":
        by = partner if said.by == names.me else names.me
    return CourseView(
        kind=what,
        at=iso_moment(said.at_ms, said.offset_minutes),
        by=names.by(by) if named else "both",
        name=names.name(by) if named else "",
        words=words,
        facts=facts_of(said, names),
    )


def _consents(state: PracticeState, in_force: Said, names: Names) -> list[ConsentView]:
    found = []
    for member, event in state.agreed_by:
        given = in_force if in_force.by == member else None
        for move in state.moves:
            named = getattr(move.payload, "event", None) if move.kind == "agreement.given" else None
            if move.by == member and named == event:
                given = move
        if given is not None:
            at = iso_moment(given.at_ms, given.offset_minutes)
            consent = ConsentView(names.by(member), names.name(member), at)
            found.append((given.hlc, given.event, consent))
    return [consent for _, _, consent in sorted(found, key=lambda each: each[:2])]
