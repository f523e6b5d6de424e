"""What is odd and was read: no longer news, never out of sight (SPEC 11.5)."""

import asyncio

from inglenook_client.store.noticing import note_other_history
from inglenook_harness.paired import open_journal, shared
from inglenook_protocol.codec import Ref


def told(person):
    """Names of what is news, and of what was read and is still so."""
    notices = shared(person)["notices"]
    assert all(notice["message"] and notice["next_step"] for notice in notices)
    return (
        [notice["what"] for notice in notices if notice["seen"] is None],
        [notice["what"] for notice in notices if notice["seen"] is not None],
    )


def devices(person):
    return [log["device"] for log in shared(person)["logs"]]


def does(person, work):
    async def run():
        async with await open_journal(person) as journal:
            return await work(journal._state.shared)

    return asyncio.run(run())


def other_history(device, number):
    """As an altered app of the other one makes it evident by a word of its own."""

    async def work(store):
        def run(conn, state):
            note_other_history(conn, Ref(bytes.fromhex(device), 1, bytes([number]) * 32), 0)

        await store._run_write(False, run)

    return work


def test_nobody_can_hold_a_warning_up_for_ever(couple):
    ana, _ = couple
    one, other = devices(ana)
    does(ana, other_history(one, 1))
    assert told(ana) == (["other-history"], [])
    assert "nook status --seen" in ana.run("status").out
    ana("status", "--seen")
    assert told(ana) == ([], ["other-history"])
    # However much more is made up of that device, it is the same matter.
    for number in range(2, 6):
        does(ana, other_history(one, number))
        assert told(ana) == ([], ["other-history"])
    shown = ana.run("status").out
    assert "it is still so" in shown
    assert "nook status --seen" not in shown
    # Of another device it is news, and then the whole of it is.
    does(ana, other_history(other, 1))
    assert told(ana) == (["other-history"], [])
    ana("status", "--seen")
    assert told(ana) == ([], ["other-history"])


def test_a_true_warning_that_was_read_stays_in_view_and_is_news_when_it_returns(couple, relay):
    ana, _ = couple
    ana("sync")
    one, _ = devices(ana)

    async def withheld(store):
        await store.settled("2026-11-27T20:00:00+01:00", [bytes.fromhex(one)])

    does(ana, withheld)
    ana("status", "--seen")
    when = shared(ana)["notices"][0]["seen"]
    does(ana, withheld)
    assert told(ana) == ([], ["relay-withholds"])
    ana("status", "--seen")
    assert shared(ana)["notices"][0]["seen"] == when, "the first time is the one that counts"
    ana("sync")  # the relay keeps to the rules: it is over, and forgotten
    assert told(ana) == ([], [])
    does(ana, withheld)
    assert told(ana) == (["relay-withholds"], [])


def test_taking_note_of_nothing_leaves_no_trace(couple):
    ana, ben = couple
    ana("status", "--seen")
    assert told(ana) == ([], [])
    does(ana, other_history(devices(ana)[0], 1))
    assert told(ana) == (["other-history"], []), "what comes later was not read"
    assert told(ben) == ([], [])
