"""Pauses in two journals: called, shown on both, gone on with; offline and with a wrong clock."""

import pytest

from inglenook_client.core.practices.errors import NoPauseError
from inglenook_client.journal import Journal, pausing
from inglenook_client.journal.errors import NotPairedError, OtherKindError
from inglenook_client.journal.state import RELAY_APART, now
from inglenook_client.keyring import PassphraseFile
from inglenook_client.store.appending import Moment
from inglenook_harness.paired import open_journal
from inglenook_protocol.limits import MAX_MINUTES

pytestmark = pytest.mark.long

HOUR_MS = 3_600_000


async def test_a_pause_shows_on_both_with_its_end_and_plan(couple, relay):
    async with await open_journal(couple[0]) as ana, await open_journal(couple[1]) as ben:
        called = await ana.pausing.call(20, plan="Tea, then on")
        assert (called.stage, called.plan) == ("paused", "Tea, then on")
        assert 1190 < called.seconds_left <= 1200
        await ana.sync()
        await ben.sync()
        seen = await ben.pausing.current()
        assert (seen.id, seen.plan, seen.not_today) == (called.id, "Tea, then on", False)
        assert 1150 < seen.seconds_left <= 1200
        await ben.pausing.extend(30)
        await ben.sync()
        await ana.sync()
        assert 1700 < (await ana.pausing.current()).seconds_left <= 1800
        assert (await ana.pausing.resume()).stage == "resumed"
        assert await ana.pausing.current() is None
        with pytest.raises(NoPauseError):
            await ana.pausing.end()


async def test_a_pause_works_offline_and_not_today_is_known(couple):
    async with await open_journal(couple[0]) as ana:
        assert (await ana.pausing.call(None)).not_today
        await ana.pausing.call(10)
        seen = await ana.pausing.current()
        assert (seen.not_today, seen.ends_at, seen.seconds_left) == (True, None, None)
        assert (await ana.pausing.end("Tomorrow")).stage == "ended"
        assert (await ana.pausing.current()).seconds_left <= 600


@pytest.mark.parametrize("hours", [-30, -3, 3, 30])
async def test_a_clock_that_is_wrong_shows_the_same_once_it_met_the_relay(
    couple, relay, monkeypatch, hours
):
    """Ben's clock is off by hours: in his journal's facade and against the relay alike."""
    async with await open_journal(couple[0]) as ana, await open_journal(couple[1]) as ben:
        await ana.sync()
        await ana.pausing.call(20)
        await ana.sync()
        await ben.sync()
        await ben._state.set({RELAY_APART: b"%d" % (-hours * HOUR_MS)})
        await ben._state.shared.put_settings({"pauses_seen": None})

        def off():
            moment = now()
            return Moment(moment.wall_ms + hours * HOUR_MS, moment.offset_minutes)

        monkeypatch.setattr(pausing, "now", off)
        seen = await ben.pausing.current()
        assert 1150 < seen.seconds_left <= 1200


async def test_what_was_noted_of_a_pause_goes_with_it(couple):
    async with await open_journal(couple[0]) as ana:
        await ana.pausing.call(20)
        assert (await ana._state.shared.settings()).get("pauses_seen")
        await ana.pausing.resume()
        assert (await ana._state.shared.settings()).get("pauses_seen") is None


async def test_what_is_no_pause_is_said(couple, tmp_path):
    async with await open_journal(couple[0]) as ana:
        entry = await ana.write("a moment", visibility="shared")
        with pytest.raises(OtherKindError):
            await ana.pausing.resume(entry.id[:8])
        with pytest.raises(OtherKindError):
            await ana.pausing.call(10, conversation=entry.id[:8])
        assert await ana.pausing.current() is None
        for length in (0, MAX_MINUTES + 1):
            with pytest.raises(Exception, match="minutes"):
                await ana.pausing.call(length)


async def test_a_pause_needs_the_two(tmp_path):
    secret = tmp_path / "passphrase"
    secret.write_text("a plain passphrase\n", encoding="utf-8")
    secret.chmod(0o600)
    solo, _ = await Journal.create(tmp_path / "home", PassphraseFile(secret), name="Solo")
    async with solo:
        assert await solo.pausing.current() is None
        with pytest.raises(NotPairedError):
            await solo.pausing.call(10)
