"""What two people come to record, scene by scene: see ``years.py``.

A scene yields minutes to wait, or an ``Act``; what it is given for an act is the event's id.
``A_WEEK`` says how often each begins. The figures are guesses at a lived life, not measured; they
give about forty events a day, a third of them of practices.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from inglenook_harness.years import DAY_MS, MINUTE_MS, Act, Scene, Years
from inglenook_protocol import kinds
from inglenook_protocol.kinds import REACTIONS
from inglenook_protocol.reveal import (
    HalfRecord,
    encode_half,
    opened_hlc,
    opened_nonce,
    ready_commitment,
    round_id,
)
from inglenook_protocol.reveal import iso_week as week_of_day

FEELINGS: Final = ("calm", "tired", "glad", "tender", "restless", "hopeful", "curious", "at ease")
TAGS: Final = ("home", "walks", "kitchen", "music", "family", "garden", "travel", "work")
CADENCES: Final = (
    "FREQ=DAILY", "FREQ=DAILY;INTERVAL=2", "FREQ=WEEKLY;BYDAY=SU", "FREQ=WEEKLY;BYDAY=TU,FR",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", "FREQ=MONTHLY;BYDAY=1SU", "FREQ=MONTHLY;BYMONTHDAY=14",
)  # fmt: skip
HOUR: Final = 60.0
A_DAY: Final = 24 * HOUR


# ---------------------------------------------------------------- words kept and answered


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


def _answers(y: Years, other: int, entry: bytes) -> Scene:
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
    yield from _answers(y, 1 - who, entry)
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
        yield from _answers(y, 1 - who, entry)


def thanks(y: Years) -> Scene:
    who = y.somebody()
    words = kinds.AppreciationNoticed(y.text(8, 30), y.text(5, 20), y.day())
    entry = yield Act(who, words)
    if y.chance(0.06):
        yield y.minutes(1, HOUR)
        words_anew = kinds.AppreciationEdited(y.text(8, 30), y.text(5, 20), y.day())
        yield Act(who, words_anew, entry)
    if y.chance(0.5):
        yield from _answers(y, 1 - who, entry)


# ---------------------------------------------------------------- a calm frame


def _window(y: Years) -> tuple[str, str, int, int]:
    minutes = y.one_of((15, 20, 30, 45))
    return y.text(2, 5), y.text(0, 12), y.ms + int(y.minutes(60, 3 * A_DAY)) * MINUTE_MS, minutes


def conversation(y: Years) -> Scene:
    who = y.somebody()
    other = 1 - who
    mode = y.one_of(("two-devices", "two-devices", "one-device", "afterwards"))
    about = y.about() if y.chance(0.1) else None
    proposed = kinds.ConversationProposed(*_window(y), mode, about)  # type: ignore[arg-type]
    talk = proposal = yield Act(who, proposed)
    yield y.minutes(10, A_DAY)
    if y.chance(0.12):
        yield Act(other, kinds.ConversationDeclined(y.text(0, 6)), talk)
        return
    if y.chance(0.2):
        countered = kinds.ConversationCountered(*_window(y), mode)  # type: ignore[arg-type]
        proposal = yield Act(other, countered, talk)
        yield y.minutes(10, A_DAY)
        who, other = other, who
    yield Act(other, kinds.ConversationAccepted(proposal), talk)
    yield y.minutes(HOUR, A_DAY)
    yield Act(who, kinds.ConversationOpened(None), talk)
    for number in range(y.one_of((2, 3, 3, 4, 5))):
        speaker = who if number % 2 == 0 else other
        yield from _turn(y, talk, speaker, passed=mode != "two-devices")
        if y.chance(0.06):
            paused = _Rested(False)
            yield from _pause(y, talk, speaker, paused)
            if paused.rests:
                break
    if y.chance(0.3):
        valid = kinds.AcknowledgementGiven(talk, y.text(5, 15))
        yield Act(who, valid)
    if y.chance(0.15):
        yield from _goal(y, talk, other)
    closing = y.one_of((who, other))
    closed = yield Act(closing, _closed(y), talk)
    if y.chance(0.05):
        yield Act(1 - closing, _closed(y), talk, (closed,))


def _closed(y: Years) -> kinds.Payload:
    return kinds.ConversationClosed(y.text(5, 20), y.text(0, 12), y.chance(0.6))


def _turn(y: Years, talk: bytes, speaker: int, *, passed: bool) -> Scene:
    listener = 1 - speaker
    words = y.text(8, 25)
    note = y.draft(speaker, "turn", words, talk) if y.chance(0.3) else None
    if note is not None and y.chance(0.3):
        again = kinds.DraftEdited([kinds.Part("observation", y.text(8, 25))])
        y.note(speaker, again, note)
    said = kinds.TurnSpoken(talk, "own", passed, words, y.text(3, 10), y.text(0, 12), y.text(4, 14))
    yield y.minutes(2, 8)
    turn = yield Act(speaker, said)
    if note is not None:
        y.note(speaker, kinds.DraftSetAside(turn), note)
    yield y.minutes(1, 5)
    if y.chance(0.04):
        yield Act(y.one_of((speaker, listener)), kinds.TurnSetDown("own"), turn)
        return
    # Passed from hand to hand, the words of both are written on the one device.
    hand, voice = (speaker, "other") if passed else (listener, "own")
    back = yield Act(hand, kinds.TurnParaphrased(voice, y.text(6, 20)), turn)  # type: ignore[arg-type]
    yield y.minutes(1, 4)
    if y.chance(0.2):
        yield Act(speaker, kinds.TurnCorrected("own", y.text(4, 12)), turn)
        yield y.minutes(1, 4)
        back = yield Act(hand, kinds.TurnParaphrased(voice, y.text(6, 20)), turn)  # type: ignore[arg-type]
        yield y.minutes(1, 4)
    yield Act(speaker, kinds.TurnConfirmed("own", back), turn)
    yield y.minutes(1, 4)
    if y.chance(0.6):
        yield Act(hand, kinds.TurnValidated(voice, y.text(5, 15)), turn)  # type: ignore[arg-type]
        yield y.minutes(1, 4)
    if y.chance(0.7):
        yield Act(hand, kinds.TurnAnswered(voice, y.text(6, 25)), turn)  # type: ignore[arg-type]


class _Rested:
    """Whether a pause let what it paused rest."""

    def __init__(self, rests: bool) -> None:
        self.rests = rests


def _pause(y: Years, talk: bytes | None, who: int, found: _Rested) -> Scene:
    minutes = y.one_of((10, 20, 20, 30, 60, None))
    called = kinds.PauseCalled(talk, minutes, y.text(0, 10), None)
    pause = yield Act(who, called)
    if y.chance(0.1):
        # Both call one at the same time.
        yield Act(1 - who, kinds.PauseCalled(talk, 20, "", None))
    yield minutes or A_DAY
    if y.chance(0.2):
        longer = kinds.PauseExtended(20, y.text(0, 8), 1500)
        more = yield Act(1 - who, longer, pause)
        if y.chance(0.3):
            yield Act(who, kinds.PauseResumed(), pause, (more,))
        yield 20
    if y.chance(0.15):
        found.rests = True
        yield Act(who, kinds.PauseEnded(y.text(0, 10)), pause)
    else:
        yield Act(y.one_of((who, 1 - who)), kinds.PauseResumed(), pause)


def pause(y: Years) -> Scene:
    """Outside of any conversation."""
    yield from _pause(y, None, y.somebody(), _Rested(False))


def _goal(y: Years, talk: bytes | None, who: int) -> Scene:
    words = yield Act(who, kinds.GoalNamed(y.text(6, 15), talk, y.day()))
    goal = words
    yield y.minutes(2, A_DAY)
    if y.chance(0.4):
        words = yield Act(1 - who, kinds.GoalEdited(y.text(6, 15), y.day()), goal)
        yield y.minutes(2, A_DAY)
        who = 1 - who
    yield Act(1 - who, kinds.AgreementGiven(words), goal)
    if y.chance(0.4):
        yield Act(who, kinds.AcknowledgementGiven(goal, y.text(5, 15)))


def rules(y: Years) -> Scene:
    """Written once, and said anew every year or so."""
    who = y.somebody()
    rules = words = yield Act(who, kinds.RulesWritten([y.text(3, 7) for _ in range(4)]))
    while True:
        yield y.minutes(10, A_DAY)
        yield Act(1 - who, kinds.AgreementGiven(words), rules)
        yield y.minutes(200 * A_DAY, 500 * A_DAY)
        who = y.somebody()
        words = yield Act(who, kinds.RulesEdited([y.text(3, 7) for _ in range(5)]), rules)


# ---------------------------------------------------------------- needs and steps


def need(y: Years) -> Scene:
    who = y.somebody()
    other = 1 - who
    words = y.text(3, 9)
    note = y.draft(who, "need", words)
    yield y.minutes(5, A_DAY)
    need = said = yield Act(who, kinds.NeedStated(words, y.text(5, 15), y.day()))
    y.note(who, kinds.DraftSetAside(need), note)
    yield y.minutes(10, A_DAY)
    heard = yield Act(other, kinds.NeedHeard(said, y.text(5, 15)), need)
    yield y.minutes(10, A_DAY)
    if y.chance(0.3):
        yield Act(who, kinds.NeedCorrected(y.text(4, 10)), need)
        yield y.minutes(10, A_DAY)
        heard = yield Act(other, kinds.NeedHeard(said, y.text(5, 15)), need)
        yield y.minutes(10, A_DAY)
    yield Act(who, kinds.NeedConfirmed(heard), need)
    for _ in range(y.one_of((1, 1, 2))):
        yield y.minutes(A_DAY, 20 * A_DAY)
        yield from _step(y, need)
    if y.chance(0.3):
        yield y.minutes(10 * A_DAY, 60 * A_DAY)
        said = yield Act(who, kinds.NeedEdited(y.text(3, 9), y.text(5, 15), y.day()), need)
        yield y.minutes(HOUR, A_DAY)
        yield Act(other, kinds.NeedHeard(said, y.text(5, 15)), need)
    yield y.minutes(30 * A_DAY, 120 * A_DAY)
    yield Act(who, kinds.NeedRested(), need)
    if y.chance(0.2):
        yield y.minutes(30 * A_DAY, 120 * A_DAY)
        yield Act(who, kinds.NeedWoken(), need)
        yield y.minutes(30 * A_DAY, 60 * A_DAY)
        yield Act(who, kinds.NeedRested(), need)


def _step(y: Years, need: bytes | None) -> Scene:
    who = y.somebody()
    cadence = y.one_of(CADENCES)
    turn = y.one_of(("writer", "other", "both"))
    what = (turn, y.text(4, 10), cadence, y.text(2, 6), y.day())
    proposed = kinds.StepProposed(need, *what, y.day(14))  # type: ignore[arg-type]
    step = words = yield Act(who, proposed)
    yield y.minutes(10, A_DAY)
    if y.chance(0.1):
        # One edits while the other agrees to the words as they were.
        edited = kinds.StepEdited("both", y.text(4, 10), cadence, y.text(2, 6), y.day(), None)
        words = yield Act(who, edited, step)
        yield Act(1 - who, kinds.AgreementGiven(step), step, (words,))
        yield y.minutes(10, A_DAY)
    yield Act(1 - who, kinds.AgreementGiven(words), step)
    y.steps.append(step)
    yield y.minutes(14 * A_DAY, 100 * A_DAY)
    if y.chance(0.2):
        yield Act(y.somebody(), kinds.AgreementRevoked(), step)
        yield y.minutes(A_DAY, 10 * A_DAY)
    y.steps.remove(step)
    yield Act(y.somebody(), kinds.StepRetired(y.text(0, 8)), step)


def tender(y: Years) -> Scene:
    who = y.somebody()
    words = y.text(8, 40)
    note = y.draft(who, "disclosure", words)
    yield y.minutes(5, A_DAY)
    wanted = y.one_of(("listen", "comfort", "talk", "no-reply"))
    shared = kinds.DisclosureShared(words, wanted, y.chance(0.2), y.day())
    entry = yield Act(who, shared)
    y.note(who, kinds.DraftSetAside(entry), note)
    if y.chance(0.1):
        yield y.minutes(1, HOUR)
        anew = kinds.DisclosureEdited(y.text(8, 40), wanted, y.day())
        yield Act(who, anew, entry)
    if y.chance(0.7):
        yield y.minutes(10, A_DAY)
        yield Act(1 - who, kinds.DisclosureReceived(), entry)
    if y.chance(0.15):
        yield y.minutes(A_DAY, 30 * A_DAY)
        yield Act(who, kinds.DisclosureLookBackSet(y.chance(0.5)), entry)


# ---------------------------------------------------------------- small and steady


def ritual(y: Years) -> Scene:
    who = y.somebody()
    words = (y.text(2, 4), y.text(0, 15), y.one_of(CADENCES), y.one_of((None, "07:30", "21:00")))
    defined = kinds.RitualDefined(*words, y.day())
    one = yield Act(who, defined)
    y.rituals.append(one)
    if y.chance(0.4):
        yield y.minutes(A_DAY, 100 * A_DAY)
        yield Act(1 - who, kinds.RitualEdited(*words, y.day()), one)
    yield y.minutes(40 * A_DAY, 500 * A_DAY)
    y.rituals.remove(one)
    yield Act(y.somebody(), kinds.RitualRested(), one)
    if y.chance(0.5):
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


# ---------------------------------------------------------------- kept in sight


def milestone(y: Years) -> Scene:
    who = y.somebody()
    stated = y.day()
    one = yield Act(who, kinds.MilestoneMarked(y.text(4, 14), y.about(), stated))
    y.dear.append(one)
    if y.chance(0.1):
        yield y.minutes(1, HOUR)
        yield Act(who, kinds.MilestoneEdited(y.text(4, 14), stated), one)
    yield from _answers(y, 1 - who, one)


def keepsake(y: Years) -> Scene:
    who = y.somebody()
    form = y.one_of(("note", "symbol"))
    words = (y.text(1, 3), y.text(0, 12))
    pinned = kinds.KeepsakePinned(form, *words, None, y.about(), y.day())  # type: ignore[arg-type]
    one = yield Act(who, pinned)
    if y.chance(0.2):
        yield y.minutes(1, HOUR)
        yield Act(who, kinds.KeepsakeEdited(*words, y.day()), one)
    yield y.minutes(100 * A_DAY, 900 * A_DAY)
    if y.chance(0.6):
        yield Act(who, kinds.KeepsakeUnpinned(), one)


def commitment(y: Years) -> Scene:
    who = y.somebody()
    one = words = yield Act(who, kinds.CommitmentWritten(y.text(6, 15), y.day()))
    yield y.minutes(HOUR, A_DAY)
    yield Act(1 - who, kinds.AgreementGiven(words), one)
    yield y.minutes(100 * A_DAY, 500 * A_DAY)
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


# ---------------------------------------------------------------- mutual reveal


def _round(y: Years, practice: str, asked: tuple[str, ...], about: bytes | None = None) -> Scene:
    week = week_of_day(date.fromisoformat(y.day()))
    round_ = round_id(y.space_id, practice, week)
    if y.heads(round_):
        return  # there is one of each in a week
    kept: dict[int, tuple[bytes, bytes, bytes]] = {}
    for who in y.one_of(((0, 1), (1, 0))):
        parts = [kinds.Part(name, _said(y, name)) for name in asked]
        half, opening = encode_half(HalfRecord(practice, week, about, parts)), y.bytes32()
        y.note(who, kinds.HalfKept(round_, opening, half))
        ready = kinds.RevealReady(round_, ready_commitment(opening, half))
        kept[who] = (yield Act(who, ready, round_)), opening, half
        if y.chance(0.08):
            yield y.minutes(1, HOUR)
            yield Act(who, kinds.RevealTakenBack(round_), round_)
            yield y.minutes(1, HOUR)
            kept[who] = (yield Act(who, ready, round_)), opening, half
        yield y.minutes(5, A_DAY)
    after = sorted(kept[who][0] for who in (0, 1))
    hlc = opened_hlc(*(y.hlc_of(round_, event) for event in after))
    first = b""
    for who in (0, 1):
        _, opening, half = kept[who]
        opened = kinds.RevealOpened(round_, opening, half)
        nonce = opened_nonce(round_, y.member_id(who))
        first = yield Act(who, opened, round_, (first,), (nonce, hlc, after))


def _said(y: Years, name: str) -> str:
    if name == "effort":
        return y.one_of(("easier", "same", "harder"))
    if name == "wish":
        return y.one_of(("keep", "keep", "shrink", "swap", "retire"))
    return y.text(4, 18)


def week_review(y: Years) -> Scene:
    asked = ("appreciated", "helped", "hindered", "adjust", "recommit")
    yield from _round(y, "week-review", asked[: y.one_of((3, 4, 5))])


def step_review(y: Years) -> Scene:
    if y.steps:
        step = y.one_of(y.steps)
        yield from _round(y, f"step-review/{step.hex()}", ("effort", "wish", "note"), step)


def setback(y: Years) -> Scene:
    yield from _round(y, "setback", ("happened", "helped", "hindered", "adjust", "recommit"))


# ---------------------------------------------------------------- for nobody else


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
        if y.chance(0.3):
            yield y.minutes(A_DAY, 30 * A_DAY)
            y.note(who, kinds.HideLifted(), note)


AT_FIRST: Final[tuple[Callable[[Years], Scene], ...]] = (
    zone, rules, ritual, ritual, ritual, moment, looking_back, commitment,
)  # fmt: skip

A_WEEK: Final[dict[Callable[[Years], Scene], float]] = {
    moment: 86, check_in: 24, thanks: 18,
    conversation: 2, pause: 0.15, need: 0.12, tender: 0.6,
    ritual: 0.06, kept: 14, activity: 1, couple_time: 1.2, topic: 4, short_word: 2, affection: 3,
    milestone: 0.7, keepsake: 0.15, commitment: 0.02, looking_back: 0.02,
    week_review: 1.2, step_review: 0.5, setback: 0.15,
    page: 8, inventory: 0.5, reflection: 0.7, kindness: 1.5, hiding: 0.1,
}  # fmt: skip
