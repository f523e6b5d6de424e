"""Clocks that are wrong: what was answered stays before its answer, and it is said what is odd."""

import itertools
import json

import pytest

from inglenook_client.core.clocks import clock_notice, how_long
from inglenook_client.core.decide import Changes, edit
from inglenook_client.store import queries
from inglenook_harness.clocks import YEAR_S, run_at
from inglenook_harness.stores import START_MS, make_couple, settle
from inglenook_harness.tone import unkind_words
from inglenook_protocol.kinds import EntryWritten, ReplyWritten

pytestmark = pytest.mark.long

DECADE = 10 * YEAR_S
OFF = (-DECADE, 0, DECADE)


@pytest.mark.parametrize("off", list(itertools.product(OFF, OFF)), ids=str)
async def test_causes_stay_before_effects_whatever_the_clocks_say(tmp_path, off):
    couple = await make_couple(tmp_path)
    try:
        ana, ben = couple.devices
        first = EntryWritten("moment", "turn 0", "2026-09-21", [], None)
        entry = await ana.store.append(first, ana.now())
        for turn in range(1, 5):  # both clocks jump there and back
            for device, seconds in zip(couple.devices, off, strict=True):
                device.clock.ms = START_MS + turn * 60_000 + (0, seconds * 1000)[turn % 2]
            row = await ana.store.query(queries.entity_by_id, entry)
            assert row is not None
            said = edit(row.projection, Changes(text=f"turn {turn}"))
            await ana.store.append(said, ana.now(), entity=entry, after=row.projection.heads)
            await settle(couple, rounds=1)
            await ben.store.append(ReplyWritten(entry, f"to turn {turn}"), ben.now())
            await settle(couple, rounds=1)
        for device in couple.devices:
            row = await device.store.query(queries.entity_by_id, entry)
            assert row is not None
            words = row.projection
            assert [v.text for v in words.versions] == [f"turn {turn}" for turn in range(5)]
            assert list(words.current) == [4]
        digests = {(await device.store.overview()).digest for device in couple.devices}
        assert len(digests) == 1
        for device in couple.devices:
            device.clock.ms = START_MS + 10_000_000
            noticed = (await device.store.overview()).notices
            own = off[couple.devices.index(device)]
            others = off[1 - couple.devices.index(device)]
            # Its own clock was ahead when it wrote: only the one it happened to can know.
            assert noticed == (["clock-set-back"] if own > 0 else []), (own, others)
    finally:
        await couple.close()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (DECADE, "10 years"), (-YEAR_S, "a year"), (3600, "an hour"), (-7300, "2 hours"),
        (86_400 * 3, "3 days"), (86_400 * 62, "2 months"), (3599.9, "an hour"),
    ],
)  # fmt: skip
def test_how_long(seconds, words):
    assert how_long(seconds) == words


def test_what_is_said_of_the_relays_clock():
    assert clock_notice(3599) is None
    assert clock_notice(-3599) is None
    for seconds, way in ((DECADE, "later"), (-DECADE, "earlier")):
        said = clock_notice(seconds)
        assert said is not None
        assert f"about 10 years {way}" in said.message
        assert not unkind_words(said.message + said.next_step)


def _json(ended):
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


@pytest.mark.long
@pytest.mark.parametrize(
    "off",
    [
        (DECADE, -DECADE),
        pytest.param((-DECADE, DECADE), marks=pytest.mark.exhaustive),
        pytest.param((0, DECADE), marks=pytest.mark.exhaustive),
    ],
    ids=str,
)
def test_the_clock_drill(couple, relay, off):
    """Real processes, ten years and more apart: sync works, and the status says what is odd."""
    clock = dict(zip((p.name for p in couple), off, strict=True))

    def at(person, *arguments, zone=None):
        return _json(run_at(person, clock[person.name], *arguments, "--json", zone=zone))

    ana, ben = couple
    entry = at(ana, "write", "A question", "--share", zone="Pacific/Kiritimati")["entry"]["id"]
    at(ana, "sync")
    at(ben, "sync")
    at(ben, "reply", entry[:8], "An answer", zone="Pacific/Pago_Pago")
    at(ben, "write", "And a day of mine", "--share")
    at(ben, "sync")
    at(ana, "sync")
    at(ana, "reply", entry[:8], "Thank you", zone="Europe/Berlin")
    at(ana, "sync")
    at(ben, "sync")
    for person in couple:
        replies = at(person, "show", entry[:8])["entry"]["replies"]
        assert sorted(r["text"] for r in replies) == ["An answer", "Thank you"]
    shared = [at(person, "status")["spaces"][1] for person in couple]
    assert shared[0]["digest"] == shared[1]["digest"]
    assert {space["waiting"] for space in shared} == {0}
    for person, space, seconds in zip(couple, shared, off, strict=True):
        told = {n["what"]: n["message"] for n in space["notices"]}
        assert ("clocks-apart" in told) == (seconds != 0), told
        if seconds:
            way = "earlier" if seconds > 0 else "later"
            assert f"about 10 years {way}" in told["clocks-apart"]
        if seconds < max(off):
            assert told.keys() & {"clock-ahead", "clock-set-back"}, (person.name, told)
        said = run_at(person, seconds, "status")
        assert not unkind_words(said.out)
        print(f"--- {person.name}, clock off by {seconds / YEAR_S:+.0f} years\n{said.out}")
    # The clocks are right again: the relay's is no longer odd, what was written ahead is.
    for person in couple:
        person("sync")
        names = {n["what"] for n in person("status")["spaces"][1]["notices"]}
        assert names <= {"clock-ahead", "clock-set-back"}
        assert names
