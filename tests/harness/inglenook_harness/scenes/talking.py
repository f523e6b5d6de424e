"""A calm frame: conversations, turns, pauses, goals, rules."""

from __future__ import annotations

from inglenook_harness.scenes.units import A_DAY, HOUR
from inglenook_harness.years import MINUTE_MS, Act, Scene, Years
from inglenook_protocol import kinds


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
    if y.chance(0.25):
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
        yield y.minutes(60 * A_DAY, 200 * A_DAY)
        who = y.somebody()
        words = yield Act(who, kinds.RulesEdited([y.text(3, 7) for _ in range(5)]), rules)
