"""Needs, the steps that come of them, and what is tender."""

from __future__ import annotations

from inglenook_harness.scenes.units import A_DAY, CADENCES, HOUR
from inglenook_harness.years import Act, Scene, Years
from inglenook_protocol import kinds


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
    if y.chance(0.5):
        yield y.minutes(10 * A_DAY, 60 * A_DAY)
        said = yield Act(who, kinds.NeedEdited(y.text(3, 9), y.text(5, 15), y.day()), need)
        yield y.minutes(HOUR, A_DAY)
        yield Act(other, kinds.NeedHeard(said, y.text(5, 15)), need)
    yield y.minutes(30 * A_DAY, 120 * A_DAY)
    yield Act(who, kinds.NeedRested(), need)
    if y.chance(0.5):
        yield y.minutes(20 * A_DAY, 90 * A_DAY)
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
    if y.chance(0.15):
        # One edits while the other agrees to the words as they were.
        edited = kinds.StepEdited("both", y.text(4, 10), cadence, y.text(2, 6), y.day(), None)
        words = yield Act(who, edited, step)
        yield Act(1 - who, kinds.AgreementGiven(step), step, (words,))
        yield y.minutes(10, A_DAY)
    yield Act(1 - who, kinds.AgreementGiven(words), step)
    y.steps.append(step)
    if y.chance(0.4):
        yield y.minutes(5 * A_DAY, 20 * A_DAY)
        smaller = kinds.StepEdited(turn, y.text(4, 10), cadence, y.text(2, 6), y.day(), None)  # type: ignore[arg-type]
        words = yield Act(who, smaller, step)
        yield y.minutes(10, A_DAY)
        yield Act(1 - who, kinds.AgreementGiven(words), step)
    yield y.minutes(14 * A_DAY, 100 * A_DAY)
    if y.chance(0.3):
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
    shared = kinds.DisclosureShared(words, wanted, y.chance(0.2), y.day())  # type: ignore[arg-type]
    entry = yield Act(who, shared)
    y.note(who, kinds.DraftSetAside(entry), note)
    if y.chance(0.1):
        yield y.minutes(1, HOUR)
        anew = kinds.DisclosureEdited(y.text(8, 40), wanted, y.day())  # type: ignore[arg-type]
        yield Act(who, anew, entry)
    if y.chance(0.7):
        yield y.minutes(10, A_DAY)
        yield Act(1 - who, kinds.DisclosureReceived(), entry)
    if y.chance(0.25):
        yield y.minutes(A_DAY, 30 * A_DAY)
        yield Act(who, kinds.DisclosureLookBackSet(y.chance(0.5)), entry)
