"""Words kept and answered, and what is for nobody else."""

from __future__ import annotations

from typing import Final

from inglenook_harness.scenes.units import A_DAY, HOUR
from inglenook_harness.years import Act, Scene, Years
from inglenook_protocol import kinds
from inglenook_protocol.kinds import REACTIONS

FEELINGS: Final = ("calm", "tired", "glad", "tender", "restless", "hopeful", "curious", "at ease")
TAGS: Final = ("home", "walks", "kitchen", "music", "family", "garden", "travel", "work")


def _entry(y: Years, beside: bytes | None = None) -> kinds.Payload:
    form = "moment" if y.chance(0.8) else "progress"
    stated = y.day(-y.one_of((2, 3, 5, 8))) if y.chance(0.05) else y.day()
    made = kinds.EntryWritten if y.upgraded else kinds.EntryWrittenV1
    return made(form, y.text(20, 60), stated, y.some(TAGS, 0, 2), beside)  # type: ignore[arg-type]


def _edited(y: Years) -> kinds.Payload:
    tags = y.some(TAGS, 0, 2)
    if y.upgraded:
        return kinds.EntryEdited(y.text(20, 60), y.day(), tags)
    return kinds.EntryEditedV1(y.text(20, 60), y.day(), tags)


def answers(y: Years, other: int, entry: bytes) -> Scene:
    """What the other says to something: a warm sign, a few words, both, or nothing."""
    if y.chance(0.6):
        yield y.minutes(5, 2 * A_DAY)
        given = yield Act(other, kinds.ReactionGiven(entry, y.one_of(REACTIONS)))
        if y.chance(0.04):
            yield y.minutes(1, HOUR)
            yield Act(other, kinds.ReactionTakenBack(), given)
    if y.chance(0.35):
        yield y.minutes(5, A_DAY)
        reply = yield Act(other, kinds.ReplyWritten(entry, y.text(5, 30)))
        if y.chance(0.06):
            yield y.minutes(1, HOUR)
            yield Act(other, kinds.ReplyEdited(y.text(5, 30)), reply)
        if y.chance(0.2):
            yield y.minutes(5, A_DAY)
            yield Act(1 - other, kinds.ReplyWritten(entry, y.text(5, 20)))


def moment(y: Years) -> Scene:
    who = y.somebody()
    stated = y.day()
    entry = yield Act(who, _entry(y))
    if y.chance(0.2):
        yield y.minutes(1, 3 * HOUR)
        edit = yield Act(who, _edited(y), entry)
        if y.chance(0.1):
            # Another device of theirs, which had not seen the first edit.
            yield Act(who, _edited(y), entry, (edit,))
    if y.chance(0.012):
        yield y.minutes(5, 3 * A_DAY)
        taken = y.withdraw(who, entry, "entry.written", stated)
        if taken is not None:
            yield taken
        return
    if y.chance(0.05):
        y.dear.append(entry)
    yield from answers(y, 1 - who, entry)
    if y.chance(0.03):
        yield y.minutes(HOUR, A_DAY)
        yield Act(1 - who, _entry(y, entry))


def check_in(y: Years) -> Scene:
    who = y.somebody()
    energy = y.one_of((None, 1, 2, 3, 4, 5))
    feelings = y.some(FEELINGS, 1, 3)
    made = kinds.CheckInMade(feelings, energy, y.text(3, 20), y.text(2, 8), y.day())
    entry = yield Act(who, made)
    if y.chance(0.05):
        yield y.minutes(1, HOUR)
        again = kinds.CheckInEdited(feelings, energy, y.text(3, 20), y.text(2, 8), y.day())
        yield Act(who, again, entry)
    if y.chance(0.25):
        yield from answers(y, 1 - who, entry)


def thanks(y: Years) -> Scene:
    who = y.somebody()
    words = kinds.AppreciationNoticed(y.text(8, 30), y.text(5, 20), y.day())
    entry = yield Act(who, words)
    if y.chance(0.06):
        yield y.minutes(1, HOUR)
        words_anew = kinds.AppreciationEdited(y.text(8, 30), y.text(5, 20), y.day())
        yield Act(who, words_anew, entry)
    if y.chance(0.5):
        yield from answers(y, 1 - who, entry)


def page(y: Years) -> Scene:
    who = y.somebody()
    note = y.note(who, _entry(y))
    if y.chance(0.2):
        yield y.minutes(1, HOUR)
        y.note(who, _edited(y), note)


def inventory(y: Years) -> Scene:
    who = y.somebody()
    said = (y.text(5, 20), y.some(FEELINGS, 1, 4), y.text(5, 15), y.text(5, 15), y.text(3, 10))
    note = y.note(who, kinds.InventoryWritten(*said, y.day()))
    if y.chance(0.3):
        yield y.minutes(1, A_DAY)
        y.note(who, kinds.InventoryEdited(*said, y.day()), note)


def reflection(y: Years) -> Scene:
    who = y.somebody()
    said = (y.text(15, 40), y.text(8, 20), y.text(8, 20))
    note = y.note(who, kinds.ReflectionWritten(*said, y.about(), y.day()))
    if y.chance(0.2):
        yield y.minutes(1, A_DAY)
        y.note(who, kinds.ReflectionEdited(*said, y.day()), note)


def kindness(y: Years) -> Scene:
    who = y.somebody()
    note = y.note(who, kinds.KindnessIdeaNoted(y.text(3, 10)))
    if y.chance(0.1):
        yield y.minutes(1, HOUR)
        y.note(who, kinds.KindnessIdeaEdited(y.text(3, 10)), note)
    if y.chance(0.6):
        yield y.minutes(A_DAY, 30 * A_DAY)
        y.note(who, kinds.KindnessIdeaSetAside(), note)


def hiding(y: Years) -> Scene:
    who, what = y.somebody(), y.about()
    if what is not None:
        note = y.note(who, kinds.HideSet(what))
        if y.chance(0.6):
            yield y.minutes(A_DAY, 30 * A_DAY)
            y.note(who, kinds.HideLifted(), note)


def naming(y: Years) -> Scene:
    """What somebody calls a computer of theirs, and which it is in the shared journal."""
    who = y.somebody()
    shared = y.one_of([log.device for log in y.logs if log.device.member == who])
    y.note(who, kinds.DeviceNamed(y.bytes32(), shared.id, y.text(1, 2)))
    yield 0
