"""Typed times, in every zone and across every change of the clocks.

Beside each reading stands a slower one that shares no idea with it: it walks over the minutes of
real time and looks at what the clock shows.
"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inglenook_client.cli import moments
from inglenook_client.cli.errors import NotAMomentError

ZONES = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
# Zones and nights in which something happens: gaps and overlaps of an hour and of half an hour,
# at midnight, an hour before it, and a whole day left out.
CHANGES = st.sampled_from(
    [
        ("Europe/Vienna", datetime(2026, 3, 29, 1, tzinfo=UTC)),
        ("Europe/Vienna", datetime(2026, 10, 25, 1, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
        ("America/Havana", datetime(2026, 3, 8, 5, tzinfo=UTC)),
        ("America/Santiago", datetime(2026, 4, 5, 3, tzinfo=UTC)),
        ("America/Sao_Paulo", datetime(2018, 11, 4, 3, tzinfo=UTC)),
        ("Africa/Cairo", datetime(2026, 4, 23, 22, tzinfo=UTC)),
        ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ]
)
CLOCKS = st.times().map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None))
MOMENTS = st.integers(631_152_000, 2_840_140_800)  # 1990 to 2060, in seconds
NEAR = st.integers(-40 * 60, 40 * 60).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def nows(draw):
    """A moment in some zone; every other one near a change of its clocks."""
    if draw(st.booleans()):
        name, change = draw(CHANGES)
        return (change + draw(NEAR)).astimezone(ZoneInfo(name))
    return datetime.fromtimestamp(draw(MOMENTS) // 60 * 60, draw(ZONES))


def shown_at(day, at, zone):
    """Each moment at which the clock shows it on a day, the earliest first."""
    middle = datetime.combine(day, time(12), UTC)
    found = []
    for minutes in range(-28 * 60, 28 * 60):
        moment = middle + timedelta(minutes=minutes)
        there = moment.astimezone(zone)
        if there.date() == day and (there.hour, there.minute) == (at.hour, at.minute):
            found.append(moment.replace(second=0))
    return found


def read(said, now, *, past=False):
    try:
        return moments.given_moment(said, now, past=past)
    except NotAMomentError:
        return None


@settings(max_examples=30)
@given(now=nows(), at=CLOCKS, past=st.booleans())
def test_a_day_with_a_time_is_what_the_clock_shows_or_refused(now, at, past):
    day = now.date()
    found = read(f"{day.isoformat()} {at:%H:%M}", now, past=past)
    real = shown_at(day, at, now.tzinfo)
    assert (found is None) == (not real)
    if found is not None:
        assert found.timestamp() == real[0].timestamp()
        second = moments.comes_twice(found)
        assert (second is None) == (len(real) == 1)
        assert second is None or second.timestamp() == real[1].timestamp()


@settings(max_examples=30)
@given(now=nows(), at=CLOCKS)
def test_a_time_alone_is_the_next_moment_at_which_the_clock_shows_it(now, at):
    found = read(f"{at:%H:%M}", now)
    days = [now.date() + timedelta(days=ahead) for ahead in range(2)]
    real = [one for day in days for one in shown_at(day, at, now.tzinfo) if one >= now]
    if found is None:  # it is left out on the day that is meant
        assert not shown_at(days[0], at, now.tzinfo) or not shown_at(days[1], at, now.tzinfo)
    else:
        assert found.timestamp() == real[0].timestamp()


@settings(max_examples=60)
@given(now=nows(), weekday=st.integers(0, 6), at=CLOCKS, past=st.booleans())
def test_a_weekday_is_the_nearest_one_on_the_side_that_is_meant(now, weekday, at, past):
    name = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[weekday]
    found = read(f"{name} {at:%H:%M}", now, past=past)
    if found is not None:
        assert (found.weekday(), found.hour, found.minute) == (weekday, at.hour, at.minute)
        ahead = (found.timestamp() - now.timestamp()) * (-1 if past else 1)
        # Eight days less a minute: a day that is left out makes a week seem longer.
        assert 0 <= ahead < 8 * 86_400


@settings(max_examples=60)
@given(now=nows(), minutes=st.integers(1, 10_080))
def test_a_length_from_now_is_real_time_whatever_the_clocks_do(now, minutes):
    found = read(f"in {minutes // 60} hours {minutes % 60} minutes", now)
    assert found is not None
    assert found.timestamp() - now.timestamp() == minutes * 60


@settings(max_examples=60)
@given(now=nows(), seconds=st.integers(-10_000_000, 10_000_000))
def test_an_offset_says_exactly_which_moment(now, seconds):
    moment = (now.astimezone(UTC) + timedelta(seconds=seconds)).replace(second=0)
    there = moment.astimezone(now.tzinfo)
    if there.utcoffset().total_seconds() % 60:
        return  # older than offsets in whole minutes
    found = read(there.isoformat(timespec="minutes"), now)
    assert found is not None
    assert found.timestamp() == moment.timestamp()


@settings(max_examples=100)
@given(said=st.text(max_size=40), now=nows(), past=st.booleans())
def test_whatever_is_typed_is_a_moment_or_refused_in_words(said, now, past):
    found = read(said, now, past=past)
    assert found is None or found.tzinfo is now.tzinfo


@pytest.mark.parametrize("zone", ["Pacific/Apia"])
def test_a_day_that_a_place_left_out_is_refused(zone):
    now = datetime(2011, 12, 29, 20, tzinfo=ZoneInfo(zone))
    assert read("2011-12-30 10:00", now) is None
    assert read("tomorrow 10:00", now) is None
    assert read("sat 10:00", now) is not None
