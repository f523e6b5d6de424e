"""Daylight saving, journeys and the date line: dates stay as they were stated, on both sides."""

from datetime import UTC, datetime, timedelta

import pytest

from inglenook_client.core.fold import logged_later
from inglenook_client.core.views import iso_moment
from inglenook_client.store import queries
from inglenook_client.store.appending import Moment
from inglenook_harness.forging import show, show_rebuilt
from inglenook_harness.stores import hand_over, make_couple, settle
from inglenook_protocol.kinds import EntryWritten

WINTER, SUMMER = 60, 120  # Berlin, in minutes
KIRITIMATI, PAGO_PAGO = 840, -660  # a day and an hour apart


def ms(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("stated", "offset", "day_later"),
    [
        ("2027-03-27", WINTER, "2027-03-28T23:00"),  # the day before the clocks go forward
        ("2027-03-28", SUMMER, "2027-03-29T22:00"),  # a day of 23 hours
        ("2027-10-31", WINTER, "2027-11-01T23:00"),  # a day of 25 hours
        ("2027-02-28", 0, "2027-03-02T00:00"),
        ("2028-02-28", 0, "2028-03-01T00:00"),  # there is a 29th
        ("2027-12-31", KIRITIMATI, "2028-01-01T10:00"),
        ("2027-12-31", PAGO_PAGO, "2028-01-02T11:00"),
        ("2027-05-01", 345, "2027-05-02T18:15"),  # Kathmandu
    ],
)
def test_a_day_ends_where_it_was_written_and_a_further_day_is_given(stated, offset, day_later):
    edge = ms(day_later)
    assert not logged_later(stated, offset, edge)
    assert logged_later(stated, offset, edge + 1)


async def test_who_travels_writes_under_the_day_of_the_place_and_both_see_the_same(tmp_path):
    couple = await make_couple(tmp_path)
    try:
        ana, ben = couple.devices
        began = ms("2027-03-27T22:00")
        # Hours since then, offset from UTC, the date on the wall there, and where Ana is.
        journey = [
            (0.0, WINTER, "2027-03-27", "at home, before midnight"),
            (2.9, WINTER, "2027-03-28", "a minute before the clocks go forward"),
            (3.1, SUMMER, "2027-03-28", "a minute after, two hours later on the wall"),
            (20.0, KIRITIMATI, "2027-03-29", "where it is tomorrow already"),
            (30.0, PAGO_PAGO, "2027-03-28", "over the line, on the day before once more"),
            (31.0, PAGO_PAGO, "2027-03-26", "of a day that was over everywhere"),
        ]
        for number, (hours, offset, stated, words) in enumerate(journey):
            at = began + int(hours * 3_600_000)
            ana.clock.ms = ben.clock.ms = at
            await ana.store.append(
                EntryWritten("moment", f"Ana {words}", stated, [], None), Moment(at, offset)
            )
            home = WINTER if hours < 3 else SUMMER
            local = datetime.fromtimestamp(at / 1000, UTC) + timedelta(minutes=home)
            await ben.store.append(
                EntryWritten("moment", f"Ben {number}", local.date().isoformat(), [], None),
                Moment(at + 1, home),
            )
            await hand_over(*((ana, ben) if number % 2 else (ben, ana)), couple)
        await settle(couple)
        seen = []
        for device in (ana, ben):
            rows, _ = await device.store.query(queries.entities_on_days, None, 30, ["moment"])
            projections = [row.projection for row in rows]
            assert [p.date for p in projections] == sorted(
                (p.date for p in projections), reverse=True
            )
            by_words = {p.versions[0].text: p for p in projections}
            for hours, offset, stated, words in journey:
                shown = by_words[f"Ana {words}"]
                assert (shown.date, shown.offset_minutes) == (stated, offset)
                at = datetime.fromisoformat(iso_moment(shown.written_ms, shown.offset_minutes))
                assert at.utcoffset() == timedelta(minutes=offset)
                assert at.timestamp() * 1000 == began + int(hours * 3_600_000)
                # Wherever it is today, today is not late.
                assert shown.logged_later == (stated == "2027-03-26"), words
            shown_here = await show(device.store)
            assert await show_rebuilt(device.store) == shown_here
            assert (await device.store.overview()).notices == []
            seen.append(shown_here)
        assert seen[0] == seen[1]
    finally:
        await couple.close()
