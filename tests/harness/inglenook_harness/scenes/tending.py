"""Small and steady, and what is kept in sight."""

from __future__ import annotations

from inglenook_harness.scenes.units import A_DAY, CADENCES, HOUR
from inglenook_harness.scenes.words import answers
from inglenook_harness.years import DAY_MS, MINUTE_MS, Act, Scene, Years
from inglenook_protocol import kinds


def ritual(y: Years) -> Scene:
    who = y.somebody()
    words = (y.text(2, 4), y.text(0, 15), y.one_of(CADENCES), y.one_of((None, "07:30", "21:00")))
    defined = kinds.RitualDefined(*words, y.day())
    one = yield Act(who, defined)
    y.rituals.append(one)
    if y.chance(0.6):
        yield y.minutes(A_DAY, 60 * A_DAY)
        yield Act(1 - who, kinds.RitualEdited(*words, y.day()), one)
    yield y.minutes(30 * A_DAY, 400 * A_DAY)
    y.rituals.remove(one)
    yield Act(y.somebody(), kinds.RitualRested(), one)
    if y.chance(0.7):
        yield y.minutes(20 * A_DAY, 100 * A_DAY)
        y.rituals.append(one)
        yield Act(y.somebody(), kinds.RitualWoken(), one)


def kept(y: Years) -> Scene:
    if y.rituals:
        which = y.one_of(y.rituals)
        who = y.somebody()
        yield Act(who, kinds.RitualKept(which, y.day(), y.text(0, 8)))
        if y.chance(0.05):
            yield y.minutes(1, HOUR)
            yield Act(1 - who, kinds.RitualKept(which, y.day(), ""))


def activity(y: Years) -> Scene:
    who = y.somebody()
    one = yield Act(who, kinds.ActivityImagined(y.text(2, 6), y.text(0, 12)))
    if y.chance(0.1):
        yield y.minutes(1, HOUR)
        yield Act(who, kinds.ActivityEdited(y.text(2, 6), y.text(0, 12)), one)
    yield y.minutes(A_DAY, 30 * A_DAY)
    if y.chance(0.15):
        yield Act(y.somebody(), kinds.ActivitySetAside(), one)
        return
    until = y.day(20) if y.chance(0.1) else None
    plan = kinds.ActivityPlanned(y.day(3), y.one_of((None, "10:00", "19:30")), until, y.text(0, 10))
    yield Act(y.somebody(), plan, one)
    yield y.minutes(2 * A_DAY, 5 * A_DAY)
    if y.chance(0.2):
        yield Act(y.somebody(), kinds.ActivityPlanned(y.day(4), None, None, ""), one)
        yield y.minutes(3 * A_DAY, 5 * A_DAY)
    if y.chance(0.12):
        return
    done = yield Act(who, kinds.ActivityDone(y.day(), y.text(5, 25)), one)
    if y.chance(0.4):
        yield Act(1 - who, kinds.ActivityDone(y.day(), y.text(5, 25)), one, (done,))


def couple_time(y: Years) -> Scene:
    who = y.somebody()
    starts = y.ms + int(y.minutes(A_DAY, 6 * A_DAY)) * MINUTE_MS
    planned = kinds.CoupleTimePlanned(starts, 90, y.text(3, 8), y.text(2, 6), y.text(0, 10))
    time = yield Act(who, planned)
    if y.chance(0.25):
        yield y.minutes(HOUR, A_DAY)
        yield Act(y.somebody(), kinds.CoupleTimeMoved(starts + 2 * DAY_MS, 60), time)
    yield y.minutes(4 * A_DAY, 7 * A_DAY)
    if y.chance(0.15):
        yield Act(y.somebody(), kinds.CoupleTimeLetGo(), time)
    elif y.chance(0.9):
        yield Act(y.somebody(), kinds.CoupleTimeKept(y.chance(0.2), y.text(0, 10)), time)


def topic(y: Years) -> Scene:
    who = y.somebody()
    one = yield Act(who, kinds.TopicParked(y.text(3, 9), y.day()))
    if y.chance(0.08):
        yield y.minutes(1, HOUR)
        yield Act(who, kinds.TopicEdited(y.text(3, 9), y.day()), one)
    yield y.minutes(2 * HOUR, 6 * A_DAY)
    done = y.somebody()
    ending = kinds.TopicSetAside() if y.chance(0.2) else kinds.TopicTakenUp()
    yield Act(done, ending, one)
    if y.chance(0.05):
        yield y.minutes(HOUR, A_DAY)
        yield Act(done, kinds.TopicParkedAgain(), one)
        yield y.minutes(HOUR, 3 * A_DAY)
        yield Act(1 - done, kinds.TopicTakenUp(), one)


def short_word(y: Years) -> Scene:
    who = y.somebody()
    one = yield Act(who, kinds.ExchangeOffered(y.text(2, 8), y.day()))
    if y.chance(0.5):
        yield y.minutes(2, 5 * HOUR)
        yield Act(1 - who, kinds.ReplyWritten(one, y.text(2, 8)))


def affection(y: Years) -> Scene:
    yield Act(y.somebody(), kinds.AffectionNoted(y.text(0, 8), y.day()))


def milestone(y: Years) -> Scene:
    who = y.somebody()
    stated = y.day()
    one = yield Act(who, kinds.MilestoneMarked(y.text(4, 14), y.about(), stated))
    y.dear.append(one)
    if y.chance(0.1):
        yield y.minutes(1, HOUR)
        yield Act(who, kinds.MilestoneEdited(y.text(4, 14), stated), one)
    yield from answers(y, 1 - who, one)


def keepsake(y: Years) -> Scene:
    who = y.somebody()
    form = y.one_of(("note", "symbol"))
    words = (y.text(1, 3), y.text(0, 12))
    pinned = kinds.KeepsakePinned(form, *words, None, y.about(), y.day())  # type: ignore[arg-type]
    one = yield Act(who, pinned)
    if y.chance(0.2):
        yield y.minutes(1, HOUR)
        yield Act(who, kinds.KeepsakeEdited(*words, y.day()), one)
    yield y.minutes(40 * A_DAY, 900 * A_DAY)
    if y.chance(0.6):
        yield Act(who, kinds.KeepsakeUnpinned(), one)


def commitment(y: Years) -> Scene:
    who = y.somebody()
    one = words = yield Act(who, kinds.CommitmentWritten(y.text(6, 15), y.day()))
    yield y.minutes(HOUR, A_DAY)
    yield Act(1 - who, kinds.AgreementGiven(words), one)
    yield y.minutes(60 * A_DAY, 400 * A_DAY)
    edited = kinds.CommitmentEdited(y.text(6, 15), y.day())
    words = yield Act(1 - who, edited, one)
    yield y.minutes(HOUR, A_DAY)
    yield Act(who, kinds.AgreementGiven(words), one)


def looking_back(y: Years) -> Scene:
    who = y.somebody()
    some = ["moment", "progress", "appreciation"]
    one = words = yield Act(who, kinds.LookBackProposed(some))
    yield y.minutes(HOUR, A_DAY)
    yield Act(1 - who, kinds.AgreementGiven(words), one)
    yield y.minutes(100 * A_DAY, 300 * A_DAY)
    words = yield Act(who, kinds.LookBackEdited([*some, "milestone", "activity"]), one)
    yield y.minutes(HOUR, A_DAY)
    yield Act(1 - who, kinds.AgreementGiven(words), one)


def zone(y: Years) -> Scene:
    yield Act(y.somebody(), kinds.SpaceZoneSet("Europe/Vienna"), y.space_id)
    yield y.minutes(400 * A_DAY, 600 * A_DAY)
    yield Act(y.somebody(), kinds.SpaceZoneSet("Europe/Lisbon"), y.space_id)
