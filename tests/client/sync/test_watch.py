"""Staying in sync with a real relay: what one writes, the other has a moment later."""

import asyncio
import shutil
import time
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from inglenook_client.core.ports import RelayAddress
from inglenook_client.sync.engine import POLL_S, SyncEngine
from inglenook_client.sync.errors import RelayUnreachableError
from inglenook_client.sync.transport import RelayTransport, SpaceLogin
from inglenook_harness.memory_store import couple
from inglenook_protocol.codec import Ref
from inglenook_protocol.hashing import h
from inglenook_protocol.roster import erased, sign_statement

pytestmark = pytest.mark.long

TOKEN = "a registration token for tests"


@pytest.fixture
def pair(request):
    return couple(h(b"test", request.node.nodeid.encode()))


class Watch:
    """A store that is being kept in sync."""

    def __init__(self, store, relay):
        self.store = store
        login = SpaceLogin(store.space_id, store.device_id, store.sign_login)
        self.transport = RelayTransport(relay.url, login)
        address = RelayAddress(relay.url, TOKEN)
        self.engine = SyncEngine(store, self.transport, address, random=lambda: 0.05)
        self.pushes = 0
        self.changes = 0
        push = self.transport.push

        async def counted(body):
            self.pushes += 1
            return await push(body)

        setattr(self.transport, "push", counted)  # noqa: B010

    async def changed(self):
        self.changes += 1

    @asynccontextmanager
    async def running(self):
        async with self.transport:
            task = asyncio.create_task(self.engine.watch(self.changed))
            try:
                await until(lambda: self.engine.live or task.done())
                yield self
                if task.done():
                    await task
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


async def until(holds, seconds=8):
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.0005)


@asynccontextmanager
async def both(pair, relay):
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(Watch(store, relay).running()) for store in pair]


async def test_what_one_writes_the_other_has_at_once(relay, pair):
    async with both(pair, relay) as (ada, ben):
        took = []
        for n in range(10):
            writer, reader = (ada, ben) if n % 2 else (ben, ada)
            started = time.perf_counter()
            id_ = writer.store.append(f"line {n}").id
            await until(lambda id_=id_, reader=reader: id_ in reader.store.ids())
            took.append(time.perf_counter() - started)
        assert ada.store.ids() == ben.store.ids()
        # Generous for a shared machine; anything that polls would take longer.
        assert sorted(took)[len(took) // 2] < POLL_S / 2
        assert ada.changes == ben.changes == 5
        assert ada.engine.last_problem is None


async def test_appends_during_a_push_go_along_with_the_next(relay, pair):
    async with both(pair, relay) as (ada, ben):
        before = ada.pushes
        for n in range(100):
            ada.store.append(f"line {n}")
            if n % 10 == 0:
                await asyncio.sleep(0)
        await until(lambda: ben.store.ids() == ada.store.ids())
        assert ada.pushes - before < 20
        assert ada.store.acknowledged_seqs[ada.store.device_id] == 100


async def test_what_another_process_writes_is_sent_too(relay, pair):
    async with both(pair, relay) as (ada, ben):
        ada.store.append("by nook write", elsewhere=True)
        await until(lambda: ben.store.ids() == ada.store.ids(), 3)
        await until(lambda: ada.changes == 1)


async def test_what_another_process_writes_while_the_stream_opens_is_sent_too(relay, pair):
    ada, ben = (Watch(store, relay) for store in pair)
    stream = ada.transport.stream

    @asynccontextmanager
    async def slow():
        ada.store.append("by nook write, after the exchange", elsewhere=True)
        async with stream() as opened:
            yield opened

    setattr(ada.transport, "stream", slow)  # noqa: B010
    async with ada.running(), ben.running():
        await until(lambda: ben.store.ids() == ada.store.ids() and ada.store.ids(), 3)
        await until(lambda: ada.changes == 1)


async def test_what_came_before_an_exchange_broke_off_is_told(relay, pair):
    ada, ben = (Watch(store, relay) for store in pair)
    async with ada.running():
        ada.store.append("from the other side")
        await until(lambda: ada.store.acknowledged_seqs)
    ben.store.append("not sent at once")
    push = ben.transport.push
    broken: list[set[bytes]] = []

    async def breaking(body):
        if not broken:
            broken.append(ben.store.ids() & ada.store.ids())
            raise RelayUnreachableError("gone for a moment")
        return await push(body)

    setattr(ben.transport, "push", breaking)  # noqa: B010
    async with ben.running():
        await until(lambda: ben.changes)
    assert broken[0]
    assert ada.store.ids() < ben.store.ids()


async def test_a_statement_alone_is_sent(relay, pair):
    async with both(pair, relay) as (ada, ben):
        envelope = ada.store.append("to be erased")
        await until(lambda: ben.store.ids() == ada.store.ids())
        ref = Ref(envelope.device, envelope.seq, envelope.id)
        statement = erased(ada.store.space_id, [ref], ada.store.device_id)
        ada.store.say([sign_statement(ada.store.keys.sign, statement)])
        await until(lambda: ben.store.book.is_erased(ref))


async def test_a_relay_that_goes_and_comes_back(own_relay, pair):
    async with both(pair, own_relay) as (ada, ben):
        own_relay.kill()
        await until(lambda: not ada.engine.live and not ben.engine.live)
        await until(lambda: isinstance(ada.engine.last_problem, RelayUnreachableError))
        ada.store.append("written while it was away")
        ben.store.append("and so was this")
        own_relay.start()
        await until(lambda: ada.store.ids() == ben.store.ids() and len(ada.store.ids()) == 2)
        await until(lambda: ada.engine.live and ada.engine.last_problem is None)


@pytest.mark.long
async def test_a_relay_that_comes_back_empty_is_filled_by_those_who_watch(own_relay, pair):
    async with both(pair, own_relay) as (ada, ben):
        ada.store.append("one")
        await until(lambda: ben.store.ids() == ada.store.ids())
        own_relay.kill()
        shutil.rmtree(own_relay.data)
        own_relay.start()
        ben.store.append("two")
        await until(lambda: ada.store.ids() == ben.store.ids() and len(ada.store.ids()) == 2)


async def test_a_dropped_stream_is_opened_again(relay, pair):
    async with both(pair, relay) as (ada, ben):
        for connection in list(ada.transport._session.connector._acquired):
            connection.transport.abort()
        await until(lambda: not ada.engine.live)
        ben.store.append("meanwhile")
        await until(lambda: ada.store.ids() == ben.store.ids())
        await until(lambda: ada.engine.live and ada.engine.last_problem is None)


async def test_another_copy_of_this_device_is_taken_in(relay, pair):
    """A restored backup writes into the own log: both branches end up everywhere."""
    ada, ben = pair
    ada.append("shared past")
    clone = ada.copy()
    async with both(pair, relay) as (ada_watch, ben_watch):
        ada.append("on the one")
        await until(lambda: ada.ids() == ben.ids())
        clone.append("on the other")
        async with Watch(clone, relay).running():
            await until(lambda: ada.ids() == ben.ids() == clone.ids() and len(ada.ids()) == 3)
            ada.append("and on")
            await until(lambda: ada.ids() == ben.ids() == clone.ids() and len(ada.ids()) == 4)
        assert ada_watch.engine.last_problem is None
        assert ben_watch.engine.last_problem is None


async def test_a_catch_up_while_watching_begins(relay, pair):
    ada, ben = pair
    for _ in range(300):
        ada.append("x" * 8000)
    async with Watch(ada, relay).running():
        pass
    async with Watch(ben, relay).running() as watch:
        assert ben.ids() == ada.ids()
        assert watch.changes == 1


async def test_sync_once_beside_watch(relay, pair):
    async with both(pair, relay) as (ada, ben):
        ada.store.append("x")
        await asyncio.gather(*(ada.engine.sync_once() for _ in range(3)))
        await until(lambda: ben.store.ids() == ada.store.ids())
        assert ada.engine.live
