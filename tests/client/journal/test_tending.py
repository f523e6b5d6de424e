"""Rituals, time for two, topics, the week and reviews: two journals, a relay between them, and a
clock that the tests move. Both write while apart, then meet."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from inglenook_client.core.practices import agreeing, talking, tending
from inglenook_client.core.practices.errors import (
    ChoiceError,
    NothingSaidError,
    NotNowError,
    OpenedAlreadyError,
    QuietHoursError,
)
from inglenook_client.journal.errors import ManyRitualsError, NoRitualError
from inglenook_client.journal.practice import Practice
from inglenook_harness.paired import open_journal, pair_people
from inglenook_harness.relay import RelayProcess
from inglenook_protocol.limits import MAX_MINUTES, MAX_SEQ

pytestmark = pytest.mark.long

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
TITLES = dict.fromkeys(("couple-time", "conversation", "ritual", "activity", "step-review"), "-")


class Clock:
    """The wall clock of both devices."""

    def __init__(self):
        soon = datetime.now(UTC) + timedelta(days=7)
        monday = soon.date() - timedelta(days=soon.weekday())
        self._monday = datetime(monday.year, monday.month, monday.day, 10, tzinfo=UTC)
        self.ms = 0

    def next_week(self):
        """Monday, 10:00 UTC: each test has a week of its own."""
        self._monday += timedelta(days=7)
        self.ms = int(self._monday.timestamp() * 1000)

    def __call__(self):
        self.ms += 1
        return self.ms * 1_000_000

    def day(self, ahead=0):
        return (
            datetime.fromtimestamp(self.ms / 1000, UTC).date() + timedelta(days=ahead)
        ).isoformat()


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    with RelayProcess(tmp_path_factory.mktemp("relay") / "data") as relay:
        yield pair_people(tmp_path_factory.mktemp("people"), relay.url, relay.token)


@pytest.fixture(scope="module")
def weeks():
    return Clock()


@pytest.fixture
def clock(weeks, monkeypatch):
    weeks.next_week()
    monkeypatch.setattr(time, "time_ns", weeks)
    return weeks


@pytest.fixture
async def two(people, clock):
    async with await open_journal(people[0]) as ana, await open_journal(people[1]) as ben:
        yield ana, ben


async def meet(one, other):
    for journal in (one, other, one, other):
        await journal.sync()


def plain(view):
    return msgspec.to_builtins(view)


async def agreed_step(one, other, clock, what="Ten minutes at the table"):
    """A step that both agreed to, as the commands of steps make it."""
    practice, partner = Practice(one._state), Practice(other._state)
    step = await practice.create(
        practice.shared(), agreeing.propose_step(what, "daily", begins=clock.day(), enough="Once")
    )
    await meet(one, other)
    await partner.agree(await partner.find(step.id.hex()))
    await meet(one, other)
    return step.id.hex()


# ------------------------------------------------------------------------------ 3 rituals


async def test_row_03_a_ritual_is_kept_by_either_and_an_absence_is_nothing(two, clock):
    ana, ben = two
    made = await ana.tending.define_ritual(
        "Morning coffee", "daily", at="07:30", text="By the window"
    )
    assert (made.cadence, made.next, made.kept) == ("FREQ=DAILY", clock.day(), [])
    await meet(ana, ben)
    before = await ben.days.today()
    assert [(r.name, r.happened) for r in before.rituals] == [("Morning coffee", False)]
    # Both note it while apart: one occasion, with the words of both.
    await ana.tending.keep_ritual("morning", note="With cake")
    await ben.tending.keep_ritual("Morning Coffee")
    await ben.tending.keep_ritual(note="You laughed")
    clock.ms += 3 * DAY_MS
    await meet(ana, ben)
    view = next(v for v in await ana.tending.rituals() if v.id == made.id)
    assert [(o.date, sorted(n.text for n in o.notes)) for o in view.kept] == [
        (clock.day(-3), ["With cake", "You laughed"])
    ]
    # Three days on: nothing says that it wasn't, and the day looks as any other.
    assert [(r.name, r.happened) for r in (await ana.days.today()).rituals] == [
        ("Morning coffee", False)
    ]
    # Without words of their own nobody has a name in it.
    clock.ms += DAY_MS
    await ben.tending.keep_ritual("morning")
    await meet(ana, ben)
    view = next(v for v in await ana.tending.rituals() if v.id == made.id)
    assert plain(view.kept[0]) == {"date": clock.day(), "notes": []}
    await ana.tending.rest_ritual("morning")
    await meet(ana, ben)


async def test_row_03_a_ritual_rests_and_wakes_and_is_named_by_its_beginning(two, clock):
    ana, ben = two
    walk = await ana.tending.define_ritual("Evening walk", "mon,thu")
    await ana.tending.define_ritual("Evening tea", "every 2 weeks")
    await meet(ana, ben)
    with pytest.raises(ManyRitualsError):
        await ben.tending.keep_ritual("evening")
    with pytest.raises(NoRitualError):
        await ben.tending.keep_ritual("supper")
    # One lets it rest while the other keeps it: it rests, and that it happened stands.
    await ana.tending.rest_ritual("evening w")
    await ben.tending.keep_ritual("evening walk", note="Stars")
    await meet(ana, ben)
    for journal in two:
        view = next(v for v in await journal.tending.rituals() if v.id == walk.id)
        assert (view.resting, view.next, view.kept[0].notes[0].text) == (True, None, "Stars")
        assert "Evening walk" not in [r.name for r in (await journal.days.today()).rituals]
    with pytest.raises(NotNowError):
        await ben.tending.rest_ritual("evening walk")
    assert (await ben.tending.wake_ritual("evening walk")).resting is False
    edited = await ben.tending.edit_ritual("evening walk", cadence="sat")
    assert (edited.cadence, edited.words) == ("FREQ=WEEKLY;BYDAY=SA", "")
    for name in ("evening walk", "evening tea"):
        await ben.tending.rest_ritual(name)
    await meet(ana, ben)


# ------------------------------------------------------------------------------ 18 time for two


async def test_row_18_the_app_is_quiet_during_time_for_two(two, clock):
    ana, ben = two
    planned = await ana.tending.plan_couple_time(
        clock.ms + HOUR_MS, 90, boundary="We are out until nine", fallback="Tea on the stairs"
    )
    await ana.tending.park("The dentist")
    await meet(ana, ben)
    for journal in two:
        assert await journal.days.quiet() is None
        assert len((await journal.days.today()).topics) == 1
        [coming] = (await journal.days.reminders(TITLES)).reminders
        assert (coming.what, coming.title, coming.minutes) == ("couple-time", "-", 90)
    clock.ms += HOUR_MS + 1000
    await ben.write("News", visibility="shared")
    await meet(ana, ben)
    for journal in two:
        quiet = await journal.days.quiet()
        assert (quiet.until, quiet.boundary) == (planned.ends_at, "We are out until nine")
        today = await journal.days.today()
        assert (today.topics, today.words, today.topics_rest) == ([], [], True)
        assert today.quiet == quiet == (await journal.days.week()).quiet
        silent = await journal.days.reminders(TITLES)
        assert (silent.reminders, silent.quiet_because) == ([], "couple-time")
        assert silent.quiet_until == planned.ends_at
    # Its short form counts, and whoever notes it ends the quiet for both.
    await ben.tending.keep_couple_time(short=True, note="Tea it was")
    await meet(ana, ben)
    assert await ana.days.quiet() is None
    assert len((await ana.days.today()).topics) == 1
    assert (await ana.days.week()).invitations[1].state == "happened"
    await ana.tending.take_up((await ana.tending.topics())[0].id)
    await meet(ana, ben)


async def test_row_18_time_moved_and_let_go_while_apart_is_let_go_and_can_be_given_another(
    two, clock
):
    ana, ben = two
    planned = await ana.tending.plan_couple_time(clock.ms + HOUR_MS, 60)
    await meet(ana, ben)
    moved = await ana.tending.move_couple_time(clock.ms + 2 * HOUR_MS)
    assert moved.minutes == 60
    await ben.tending.let_couple_time_go()
    await meet(ana, ben)
    assert await ana.tending.couple_times() == await ben.tending.couple_times() == []
    await ben.tending.move_couple_time(clock.ms + DAY_MS, 45, planned.id)
    await meet(ana, ben)
    [view] = await ana.tending.couple_times()
    assert (view.stage, view.minutes, view.running) == ("planned", 45, False)
    await ana.tending.let_couple_time_go()
    await meet(ana, ben)


# ------------------------------------------------------------------------------ 19 topics


async def test_row_19_parked_topics_are_hidden_during_time_for_two(two, clock):
    ana, ben = two
    dentist = await ana.tending.park("The dentist")
    shoes = await ben.tending.park("Winter shoes")
    await ben.tending.offer("Long day. I am on your side.")
    await meet(ana, ben)
    today = await ana.days.today()
    assert {t.text for t in today.topics} == {"The dentist", "Winter shoes"}
    assert [(w.by, w.text) for w in today.words] == [("partner", "Long day. I am on your side.")]
    await ana.tending.plan_couple_time(clock.ms, 30)
    await meet(ana, ben)
    for journal in two:
        hidden = json.dumps(plain(await journal.days.today()))
        assert "dentist" not in hidden
        assert "Winter" not in hidden
        assert "Long day" not in hidden
    clock.ms += HOUR_MS
    # One looks after it, the other sets it aside, apart: it was looked after.
    await ana.tending.take_up(dentist.id)
    await ben.tending.set_topic_aside(dentist.id)
    await ben.tending.set_topic_aside(shoes.id)
    await meet(ana, ben)
    for journal in two:
        assert await journal.tending.topics() == []
        stages = {t.text: t.stage for t in await journal.tending.topics(all_=True)}
        assert stages["The dentist"] == "taken-up"
        assert stages["Winter shoes"] == "aside"
    assert (await ana.tending.park_again(shoes.id)).stage == "parked"
    await ana.tending.set_topic_aside(shoes.id)
    await meet(ana, ben)


# ------------------------------------------------------------------------------ 20 the week


async def test_row_20_each_invitation_happened_moved_or_not_this_week(two, clock):
    ana, ben = two
    week = (await ana.days.week()).week

    async def states(journal=ana, of=week):
        return {i.what: i.state for i in (await journal.days.week(of)).invitations}

    assert await states() == dict.fromkeys(("conversation", "activity", "affection"), "open")
    one, other = Practice(ana._state), Practice(ben._state)
    walk = await one.create(one.shared(), tending.imagine_activity("Build a shelf"))
    plan = tending.plan_activity(walk.state, walk.me, clock.day(1))
    walk = await one.append(walk, plan)
    talk = await other.create(
        other.shared(), talking.propose_conversation("The summer", clock.ms + DAY_MS, 30)
    )
    await meet(ana, ben)
    assert set((await states()).values()) == {"open"}
    # Moved to a later week: said as that, whoever did it and however often.
    walk = await one.append(walk, tending.plan_activity(walk.state, walk.me, clock.day(9)))
    talk_ = await one.find(talk.id.hex())
    await one.append(
        talk_, talking.counter_conversation(talk_.state, talk_.me, starts_ms=clock.ms + 8 * DAY_MS)
    )
    await meet(ana, ben)
    assert (await states())["activity"] == (await states())["conversation"] == "moved"
    await ben.tending.note_affection("At the door")
    await meet(ana, ben)
    assert (await states())["affection"] == "happened"
    # Both sides see the same to the letter, so nothing in it can say who began.
    for _ in range(3):
        assert plain(await ana.days.week()) == plain(await ben.days.week())
        await ana.tending.note_affection()
        await meet(ana, ben)
    clock.ms += 8 * DAY_MS
    assert (await states())["affection"] == "happened"
    assert set((await states(of=(await ana.days.week()).week)).values()) == {"open"}
    clock.ms += 14 * DAY_MS
    later = datetime.fromtimestamp(clock.ms / 1000 - 7 * 86_400, UTC).isocalendar()
    quiet = f"{later.year}-W{later.week:02}"
    assert set((await states(of=quiet)).values()) == {"not-this-week"}


async def test_row_20_how_often_is_nowhere(two, clock):
    ana, ben = two
    before = plain(await ana.days.week())
    await ana.tending.note_affection("A hug")
    once = plain(await ana.days.week())
    for _ in range(4):
        await ana.tending.note_affection("Another")
    assert plain(await ana.days.week()) == once != before
    await meet(ana, ben)
    assert plain(await ben.days.week()) == once


async def test_row_20_the_zone_decides_the_day_for_both(two, clock):
    ana, ben = two
    await ana.revealing.set_zone("Pacific/Auckland")
    await meet(ana, ben)
    clock.ms += 4 * HOUR_MS  # 14:00 UTC: the next day in Auckland
    for journal in two:
        assert (await journal.days.today()).date == clock.day(1)
        assert (await journal.days.week()).zone == "Pacific/Auckland"
    await ben.revealing.set_zone("UTC")
    await meet(ana, ben)
    assert (await ana.days.today()).date == clock.day()


# ------------------------------------------------------------------------------ 17, 21, 22 rounds


async def everything_shown(journal):
    """All that a person can look at but digests and logs, as one text."""
    views = [
        await journal.days.today(),
        await journal.days.week(),
        await journal.days.reminders(TITLES),
        await journal.timeline(days=3660),
        await journal.tending.rituals(),
        await journal.tending.topics(all_=True),
        [await journal.revealing.show(p) for p in ("week-review", "setback")],
        await journal.revealing.opened(),
        await journal.search("secret"),
    ]
    return json.dumps(plain(views))


async def test_row_21_nobody_learns_that_the_other_is_ready_and_both_open_at_once(two, clock):
    ana, ben = two
    await ben.write("A line of today", visibility="shared")
    await meet(ana, ben)
    before = await everything_shown(ben)
    with pytest.raises(NothingSaidError):  # it opens with appreciation
        await ana.revealing.ready("week-review")
    await ana.revealing.draft("week-review", {"helped": "Our secret walks"})
    with pytest.raises(NothingSaidError):
        await ana.revealing.ready("week-review")
    await ana.revealing.draft("week-review", {"appreciated": "Your secret cake"})
    assert (await ana.revealing.ready("week-review")).stage == "ready"
    await meet(ana, ben)
    assert await everything_shown(ben) == before
    # Changed words are not ready any more; taken back and said anew, none of it shows.
    changed = await ana.revealing.draft("week-review", {"adjust": "Phones away"})
    assert changed.stage == "draft"
    await meet(ana, ben)
    await ana.revealing.ready("week-review")
    await ana.revealing.take_back("week-review")
    await meet(ana, ben)
    await ben.revealing.draft("week-review", {"appreciated": "Your laugh"})
    await ben.revealing.ready("week-review")
    await meet(ana, ben)
    assert (await ben.revealing.show("week-review")).theirs is None
    assert (await ana.revealing.show("week-review")).stage == "draft"
    await ana.revealing.ready("week-review")
    await meet(ana, ben)
    for journal, theirs in ((ana, "Your laugh"), (ben, "Your secret cake")):
        view = await journal.revealing.show("week-review")
        assert (view.stage, view.theirs[0].text) == ("together", theirs)
        assert view.draft is None
        with pytest.raises(OpenedAlreadyError):
            await journal.revealing.take_back("week-review")
        with pytest.raises(OpenedAlreadyError):
            await journal.revealing.draft("week-review", {"note": "x", "helped": "More"})
    # Recommitting was left out by both, and nothing asks for it.
    assert "recommit" not in json.dumps(plain(await ana.revealing.show("week-review")))


async def test_row_21_a_round_of_the_week_before_can_still_be_opened(two, clock):
    ana, ben = two
    week = (await ana.days.week()).week
    await ana.revealing.draft("week-review", {"appreciated": "Sunday"})
    await ana.revealing.ready("week-review")
    clock.ms += 7 * DAY_MS
    assert await ana.revealing.show("week-review") is None
    await ben.revealing.draft("week-review", {"appreciated": "Monday"}, week=week)
    await ben.revealing.ready("week-review", week=week)
    await meet(ana, ben)
    assert (await ana.revealing.show("week-review", week=week)).stage == "together"
    assert await ana.revealing.show("week-review") is None


async def test_row_17_a_review_rates_the_step_and_never_the_person(two, clock):
    ana, ben = two
    step = await agreed_step(ana, ben, clock)
    for given in ({"effort": "lazy"}, {"wish": "blame"}, {"who": "Ben"}):
        with pytest.raises(ChoiceError):
            await ana.revealing.draft("step-review", given, step=step)
    await ana.revealing.draft("step-review", {"wish": "keep"}, step=step)
    with pytest.raises(NothingSaidError):  # how it felt is the first thing
        await ana.revealing.ready("step-review", step=step)
    answers = {"effort": "harder", "wish": "shrink", "note": "Evenings are long"}
    await ana.revealing.draft("step-review", answers, step=step)
    await ana.revealing.ready("step-review", step=step)
    await ben.revealing.draft("step-review", {"effort": "same", "wish": "keep"}, step=step)
    await ben.revealing.ready("step-review", step=step)
    await meet(ana, ben)
    view = await ben.revealing.show("step-review", step=step)
    assert (view.stage, view.about) == ("together", step)
    assert {p.name: p.text for p in view.theirs} == answers
    # What comes of it is a second act of both: the step stands as it was agreed.
    assert step in [s.id for s in (await ben.days.week()).steps]
    practice = Practice(ana._state)
    found = await practice.find(step)
    await practice.append(found, agreeing.retire_step(found.state, found.me))
    await meet(ana, ben)
    assert (await ben.days.week()).steps == []


async def test_row_22_after_a_setback_nothing_resets(two, clock):
    ana, ben = two
    step = await agreed_step(ana, ben, clock, "A walk without phones")
    await ana.tending.note_affection("Before it happened")
    await meet(ana, ben)
    before = [plain(await j.days.week()) for j in two], plain(await ana.tending.rituals())
    await ana.revealing.draft("setback", {"happened": "It got loud", "helped": "The pause"})
    await ben.revealing.draft("setback", {"happened": "I left", "recommit": "Our evenings"})
    for journal in two:
        await journal.revealing.ready("setback")
    await meet(ana, ben)
    opened = (await ana.revealing.opened("setback"))[-1]
    assert opened.name == "setback"
    assert {p.text for p in opened.theirs} == {"I left", "Our evenings"}
    assert {p.text for p in opened.mine} == {"It got loud", "The pause"}
    after = [plain(await j.days.week()) for j in two], plain(await ana.tending.rituals())
    assert after == before
    assert step in [s.id for s in (await ana.days.week()).steps]
    # Another one in the same week has a round of its own.
    second = await ana.revealing.draft("setback", {"happened": "Again, and shorter"})
    assert (second.name, second.stage) == ("setback/2", "draft")


# ------------------------------------------------------------------------------ reminders


async def test_quiet_hours_are_kept_on_this_device_and_respected(two, clock):
    ana, ben = two
    await ana.tending.plan_couple_time(clock.ms + 2 * HOUR_MS, 60)
    await meet(ana, ben)
    digest = next(s.digest for s in (await ana.status()).spaces if s.kind == "shared")
    now = datetime.fromtimestamp(clock.ms / 1000).astimezone()
    begins, ends = now - timedelta(hours=1), now + timedelta(hours=1)
    await ana.days.set_quiet_hours(f"{begins:%H:%M}-{ends:%H:%M}")
    silent = await ana.days.reminders(TITLES)
    assert (silent.reminders, silent.quiet_because) == ([], "quiet-hours")
    assert datetime.fromisoformat(silent.quiet_until).strftime("%H:%M") == f"{ends:%H:%M}"
    assert len((await ben.days.reminders(TITLES)).reminders) == 1
    assert len((await ana.days.reminders(TITLES, heed_quiet=False)).reminders) == 1
    with pytest.raises(QuietHoursError):
        await ana.days.set_quiet_hours("evenings")
    assert await ana.days.set_quiet_hours(None) is None
    assert len((await ana.days.reminders(TITLES)).reminders) == 1
    assert next(s.digest for s in (await ana.status()).spaces if s.kind == "shared") == digest
    await ana.tending.let_couple_time_go()
    await meet(ana, ben)


async def test_nothing_reminds_of_what_waits_for_an_answer(two, clock):
    ana, ben = two
    practice = Practice(ana._state)
    await practice.create(
        practice.shared(), talking.propose_conversation("Money", clock.ms + HOUR_MS, 30)
    )
    await practice.create(
        practice.shared(),
        agreeing.propose_step("Tea", "daily", begins=clock.day(), review=clock.day()),
    )
    await ana.revealing.draft("week-review", {"appreciated": "You"})
    await ana.revealing.ready("week-review")
    await meet(ana, ben)
    for journal in two:
        assert (await journal.days.reminders(TITLES, days=7)).reminders == []


async def test_a_moment_that_no_calendar_has_hinders_nobody(two, clock):
    ana, ben = two
    odd = await ana.tending.plan_couple_time(MAX_SEQ, MAX_MINUTES, note="Much later")
    practice = Practice(ana._state)
    talk = await practice.create(
        practice.shared(), talking.propose_conversation("Some day", MAX_SEQ, 30)
    )
    await meet(ana, ben)
    partner = Practice(ben._state)
    found = await partner.find(talk.id.hex())
    await partner.append(found, talking.accept_conversation(found.state, found.me))
    await meet(ana, ben)
    for journal in two:
        assert (await journal.tending.couple_times())[-1].id == odd.id
        assert (await journal.days.today()).window.topic == "Some day"
        assert (await journal.days.week()).invitations[0].state == "open"
        await journal.days.reminders(TITLES, days=366)
    await ana.tending.let_couple_time_go(odd.id)
    await practice.append(
        found, talking.decline_conversation(found.state, practice.shared().member)
    )
    await meet(ana, ben)


async def test_good_to_see_you_after_a_gap_and_never_otherwise(two, clock):
    ana, _ = two
    await ana.write("A line")
    assert (await ana.days.today()).welcome is False
    clock.ms += 8 * DAY_MS
    assert (await ana.days.today()).welcome is True
    await ana.write("Another")
    assert (await ana.days.today()).welcome is False
