"""One exchange with a real relay: from whatever both hold to the same (SPEC 15)."""

import asyncio
import shutil
from contextlib import asynccontextmanager

import pytest

from inglenook_client.core.ports import RelayAddress, SyncProgress
from inglenook_client.sync.engine import SyncEngine
from inglenook_client.sync.errors import (
    NotAMemberError,
    RegistrationNeededError,
    RelayUnreachableError,
)
from inglenook_client.sync.transport import RelayTransport, SpaceLogin
from inglenook_harness.memory_store import MemoryStore, couple
from inglenook_protocol import labels
from inglenook_protocol.codec import Ref
from inglenook_protocol.hashing import h
from inglenook_protocol.keys import DeviceKeys, RootKeys
from inglenook_protocol.limits import PAGE_BYTES
from inglenook_protocol.messages import decode_pull_request
from inglenook_protocol.roster import added, erased, removed, sign_statement

TOKEN = "a registration token for tests"


@pytest.fixture
def pair(request):
    """Two people; a space of its own for each test."""
    return couple(h(b"test", request.node.nodeid.encode()))


@asynccontextmanager
async def engine(store, relay, token=TOKEN):
    login = SpaceLogin(store.space_id, store.device_id, store.sign_login)
    async with RelayTransport(relay.url, login) as transport:
        yield SyncEngine(store, transport, RelayAddress(relay.url, token))


async def sync(store, relay, **kwargs):
    async with engine(store, relay, **kwargs) as syncing:
        return await syncing.sync_once()


def fill(store, count, text="x" * 4000):
    """About 250 of these make a page."""
    for _ in range(count):
        store.append(text)


async def test_two_people_converge(relay, pair):
    ada, ben = pair
    ada.append("from ada")
    report = await sync(ada, relay)
    assert (report.received, report.sent, report.registered) == (0, 1, True)
    ben.append("from ben")
    report = await sync(ben, relay, token="")
    assert (report.received, report.sent, report.registered) == (1, 1, False)
    assert (await sync(ada, relay)).received == 1
    assert ada.texts() == ben.texts() == ["from ada", "from ben"]
    for store in pair:
        report = await sync(store, relay)
        assert (report.received, report.sent) == (0, 0)
        assert not report.refused_by_device
        assert not report.not_given_by_device
    assert ada.acknowledged_seqs[ada.device_id] == 1


async def test_many_pages_arrive_and_progress_is_told(relay, pair):
    ada, ben = pair
    fill(ada, 700)
    told: list[SyncProgress] = []
    async with engine(ada, relay) as syncing:
        report = await syncing.sync_once(told.append)
    assert report.sent == 700
    assert [p.done for p in told if p.stage == "sending"] == sorted(
        {p.done for p in told if p.stage == "sending"}
    )
    assert told[-2].done == 700
    told.clear()
    async with engine(ben, relay) as syncing:
        report = await syncing.sync_once(told.append)
    assert report.received == 700
    assert ben.ids() == ada.ids()
    assert len(told) > 3
    assert told[-1].done == 700


async def test_registration_needs_the_right(relay, pair):
    ada, _ = pair
    with pytest.raises(RegistrationNeededError):
        await sync(ada, relay, token="not this one")
    with pytest.raises(RegistrationNeededError):
        await sync(ada, relay, token="")


async def test_a_relay_that_is_away_is_named_so(pair, own_relay):
    ada, _ = pair
    own_relay.kill()
    with pytest.raises(RelayUnreachableError):
        await sync(ada, own_relay)


async def test_statements_reach_the_other_side(relay, pair):
    ada, ben = pair
    envelope = ada.append("to be erased")
    ada.append("stays")
    await sync(ada, relay)
    ref = Ref(envelope.device, envelope.seq, envelope.id)
    ada.say([sign_statement(ada.keys.sign, erased(ada.space_id, [ref], ada.device_id))])
    await sync(ada, relay)
    await sync(ben, relay)
    assert ben.book.is_erased(ref)
    assert ben.texts() == ["stays"]
    assert ben.book.erasures_hash == ada.book.erasures_hash


async def test_the_phrase_undoes_at_the_relay_what_a_thief_removed(relay, request):
    """Found by simulation: the relay refused the device that brought the root's statement."""
    salt = h(b"test", request.node.nodeid.encode())
    ada, ben = couple(salt)
    root = RootKeys(h(labels.ROOT_SIGN, salt + b"\x00"), "shared")
    thief = DeviceKeys(salt + salt)
    info = thief.info(ada.space_id, root.member_id)
    added_thief = sign_statement(root.sign, added(ada.space_id, info, root.member_id))
    removed_ada = sign_statement(thief.sign, removed(ada.space_id, ada.device_id, [], [], info.id))
    await sync(ada, relay)
    ben.say([added_thief, removed_ada])
    await sync(ben, relay)
    with pytest.raises(NotAMemberError):
        await sync(ada, relay)
    ada.append("words of ada")
    undone = removed(ada.space_id, info.id, [], [], root.member_id)
    ada.say([added_thief, sign_statement(root.sign, undone)])
    assert (await sync(ada, relay)).sent == 1
    await sync(ben, relay)
    assert ben.texts() == ["words of ada"]
    assert ada.device_id in ben.book.roster.standing


async def test_a_wiped_relay_is_refilled_by_either(own_relay, pair):
    ada, ben = pair
    ada.append("from ada")
    ben.append("from ben")
    for store in (ada, ben, ada):
        await sync(store, own_relay)
    own_relay.stop()
    shutil.rmtree(own_relay.data)
    own_relay.start()
    async with engine(ben, own_relay) as syncing:
        report = await syncing.sync_once()
    assert (report.received, report.sent, report.registered) == (0, 2, True)
    # The relay has all again: a fresh copy of Ada's device gets everything from it.
    fresh = MemoryStore(ada.book.genesis, ada.book.statements(), ada.keys, ada.info.member)
    await sync(fresh, own_relay)
    assert fresh.ids() == ada.ids() == ben.ids()


@pytest.mark.long
async def test_a_relay_wiped_between_two_calls_of_one_engine_is_refilled(own_relay, pair):
    ada, _ = pair
    ada.append("one")
    async with engine(ada, own_relay) as syncing:
        await syncing.sync_once()
        own_relay.stop()
        shutil.rmtree(own_relay.data)
        own_relay.start()
        ada.append("two")
        report = await syncing.sync_once()
        assert (report.sent, report.registered) == (2, True)
        assert (await syncing.sync_once()).sent == 0


@pytest.mark.parametrize("same_engine", [True, False])
@pytest.mark.long
async def test_a_relay_restored_from_an_older_copy_is_refilled(own_relay, pair, same_engine):
    """It is many pages short, and what it still has is not sent here again and again."""
    ada, ben = pair
    fill(ada, 900)
    async with engine(ada, own_relay) as syncing:
        await syncing.sync_once()
        own_relay.stop()
        copy = own_relay.data.with_name("copy")
        shutil.copytree(own_relay.data, copy)
        own_relay.start()
        fill(ada, 150)
        await syncing.sync_once()
        own_relay.stop()
        shutil.rmtree(own_relay.data)
        shutil.copytree(copy, own_relay.data)
        own_relay.start()
        ada.pages = 0
        report = await syncing.sync_once() if same_engine else await sync(ada, own_relay)
    assert (report.received, report.sent, report.registered) == (0, 150, False)
    assert ada.pages <= 4
    await sync(ben, own_relay)
    assert ben.ids() == ada.ids()


async def test_one_unsent_event_does_not_bring_the_own_log_back(relay, pair):
    ada, _ = pair
    fill(ada, 600)
    await sync(ada, relay)
    ada.append("one more")
    ada.pages = 0
    report = await sync(ada, relay)
    assert (report.received, report.sent) == (0, 1)
    assert ada.pages == 2  # what the relay holds, before and after


async def test_a_log_forked_long_ago_is_taken_in_on_both_sides(relay, pair):
    """Nothing tells at first where the branches part: `have` goes deeper (SPEC 15.3)."""
    ada, _ = pair
    fill(ada, 700)
    clone = ada.copy()
    fill(ada, 600)
    fill(clone, 40)
    await sync(ada, relay)
    # Restored from a backup, it does not know what the relay acknowledged since.
    clone.acknowledged_seqs.clear()
    report = await sync(clone, relay)
    assert (report.received, report.sent) == (600, 40)
    assert not report.not_given_by_device
    assert clone.pages <= 16  # all of the log from its beginning would be twice that
    assert (await sync(ada, relay)).received == 40
    assert ada.ids() == clone.ids()
    assert len(ada.log(ada.device_id).heads()) == 2


async def test_a_token_that_the_relay_forgot_is_replaced(relay, pair):
    ada, _ = pair
    async with engine(ada, relay) as syncing:
        await syncing.sync_once()
        syncing._transport._token = "not known"
        ada.append("after a restart")
        assert (await syncing.sync_once()).sent == 1


async def test_two_processes_of_one_device_may_sync_at_once(relay, pair):
    ada, ben = pair
    fill(ada, 600)
    await sync(ada, relay)
    reports = await asyncio.gather(sync(ben, relay), sync(ben, relay), sync(ben, relay))
    assert sum(report.received for report in reports) == 600
    assert ben.ids() == ada.ids()


async def test_writing_during_an_exchange_does_not_keep_it_from_ending(relay, pair):
    ada, _ = pair

    async def write():
        while True:
            ada.append("more")
            await asyncio.sleep(0.001)

    async with engine(ada, relay) as syncing:
        writing = asyncio.create_task(write())
        try:
            report = await asyncio.wait_for(syncing.sync_once(), 5)
        finally:
            writing.cancel()
        assert report.sent > 0
        await syncing.sync_once()
        assert ada.acknowledged_seqs[ada.device_id] == ada.log(ada.device_id).heads()[-1].seq


async def test_a_cancelled_exchange_leaves_nothing_open(relay, pair):
    ada, ben = pair
    fill(ada, 700)
    await sync(ada, relay)
    async with engine(ben, relay) as syncing:
        task = asyncio.create_task(syncing.sync_once())
        while ben.pages < 2 and not task.done():
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await syncing.sync_once()
    assert ben.ids() == ada.ids()


async def test_have_names_what_the_relay_holds(relay, pair):
    ada, _ = pair
    fill(ada, 3)
    async with engine(ada, relay) as syncing:
        await syncing.sync_once()
        ada.append("unsent")
        ada.acknowledged_seqs.clear()
        request = await ada.pull_request(frozenset(), PAGE_BYTES)
        [log] = decode_pull_request(syncing._view.add_to(request)).have
        assert [point.seq for point in log.points] == [3, 4]
