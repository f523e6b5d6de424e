"""Relays that do not keep to the protocol, and ones that ask for patience: never a stuck state."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from inglenook_client.core.ports import RelayAddress
from inglenook_client.sync import ahead
from inglenook_client.sync.engine import POLL_S, SyncEngine
from inglenook_client.sync.errors import (
    NotAMemberError,
    RelayFullError,
    RelayProtocolError,
    RelayUnreachableError,
    SlowDownError,
    UnknownSpaceError,
)
from inglenook_harness.memory_store import couple
from inglenook_protocol.codec import Point, encode
from inglenook_protocol.errors import Reject, RemoteProtocolError
from inglenook_protocol.messages import (
    Accepted,
    Duplicate,
    Gap,
    LogPoints,
    Page,
    Refused,
    decode_pull_request,
    decode_push_request,
)
from inglenook_protocol.runs import make_runs


def _accept(runs):
    return [Accepted(run.first_seq + len(run.items) - 1) for run in runs]


class Script:
    """A transport whose relay answers as a test says. ``pages`` go to pulls, then repeat."""

    def __init__(self, store, *, push=None):
        self.store = store
        self.pages = []
        self.stream_pages = []
        self.pulls = []
        self.pushes = []
        self.asked = []
        self.streams = 0
        self.registered = 0
        self.answer_push = push or (
            lambda runs: [Accepted(r.first_seq + len(r.items) - 1) for r in runs]
        )

    def page(self, *, runs=(), heads=None, more=False):
        logs = [LogPoints(d, p) for d, p in sorted((heads or {}).items())]
        book = self.store.book
        return encode(Page([], list(runs), logs, more, book.roster_hash, book.erasures_hash))

    async def register(self, token, genesis, statements):
        self.registered += 1

    async def pull(self, request):
        self.pulls.append(decode_pull_request(request))
        await asyncio.sleep(0)
        answer = self.pages.pop(0) if len(self.pages) > 1 else self.pages[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def push(self, request):
        push = decode_push_request(request)
        self.pushes.append(push)
        await asyncio.sleep(0)
        answer = self.answer_push(push.runs)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @asynccontextmanager
    async def stream(self):
        self.streams += 1
        yield self

    async def ask(self, request):
        self.asked.append(decode_pull_request(request))

    def __aiter__(self):
        return self

    async def __anext__(self):
        await asyncio.sleep(0)
        if not self.stream_pages:
            raise RelayUnreachableError("gone")
        if len(self.stream_pages) == 1:
            return self.stream_pages[0]
        return self.stream_pages.pop(0)


class Sleeps:
    """Virtual sleep: time passes at once, and what was slept is kept."""

    def __init__(self, at_most=200):
        self.slept = []
        self.at_most = at_most

    async def __call__(self, seconds):
        if seconds == POLL_S:
            await asyncio.Event().wait()  # nobody else writes in these tests
        self.slept.append(seconds)
        if len(self.slept) > self.at_most:
            await asyncio.Event().wait()
        await asyncio.sleep(0)


@pytest.fixture
def ada():
    return couple()[0]


def engine(store, script, sleep=None):
    address = RelayAddress("https://relay.example", "token")
    return SyncEngine(store, script, address, sleep=sleep or Sleeps(), random=lambda: 1.0)


async def test_more_and_never_anything_new_ends_with_a_typed_error(ada):
    script = Script(ada)
    script.pages = [script.page(more=True)]
    script.stream_pages = [script.page(more=True)]
    async with asyncio.timeout(10):
        with pytest.raises(RemoteProtocolError, match="nothing new"):
            await engine(ada, script).sync_once()
    assert ada.pages < 300


async def test_more_without_streams_ends_sooner(ada):
    script = Script(ada)
    script.pages = [script.page(more=True)]
    with pytest.raises(RemoteProtocolError, match="nothing new"):
        await engine(ada, script).sync_once()
    assert ada.pages <= 4


@pytest.mark.parametrize("junk", [b"", b"\xc1", b"\x90", encode(["page"]), bytes(1000)])
async def test_junk_pages_are_typed_errors_and_leave_the_store_alone(ada, junk):
    script = Script(ada)
    ada.append("mine")
    script.pages = [junk]
    with pytest.raises(RemoteProtocolError) as caught:
        await engine(ada, script).sync_once()
    assert caught.value.reject is Reject.MALFORMED
    assert ada.texts() == ["mine"]


async def test_a_relay_that_takes_all_and_lacks_all_ends_with_a_typed_error(ada):
    ada.append("mine")
    script = Script(ada)
    script.pages = [script.page()]
    with pytest.raises(RemoteProtocolError, match="still says"):
        await engine(ada, script).sync_once()


@pytest.mark.parametrize("answer", [[], [Accepted(1), Accepted(1)]])
async def test_an_answer_for_other_runs_is_a_typed_error(ada, answer):
    ada.append("mine")
    script = Script(ada, push=lambda runs: answer)
    script.pages = [script.page()]
    with pytest.raises(RelayProtocolError):
        await engine(ada, script).sync_once()
    assert ada.acknowledged_seqs == {}


async def test_a_relay_that_claims_more_than_was_sent_is_believed_no_further(ada):
    ada.append("one")
    script = Script(ada, push=lambda runs: [Accepted(1_000_000)])
    heads = {ada.device_id: ada.log(ada.device_id).heads()}
    script.pages = [script.page(), script.page(heads=heads)]
    await engine(ada, script).sync_once()
    assert ada.acknowledged_seqs == {ada.device_id: 1}


async def test_a_refused_log_is_reported_and_not_sent_again(ada):
    ada.append("one")
    script = Script(ada, push=lambda runs: [Refused(Reject.BAD_SIGNATURE)])
    script.pages = [script.page()]
    report = await engine(ada, script).sync_once()
    assert report.refused_by_device == {ada.device_id: "bad-signature"}
    assert report.sent == 0
    assert len(script.pushes) == 1
    assert ada.acknowledged_seqs == {}


async def test_a_gap_sends_deeper_points_and_ends(ada):
    for _ in range(20):
        ada.append("x")
    script = Script(ada, push=lambda runs: [Gap([])])
    script.pages = [script.page()]
    report = await engine(ada, script).sync_once()
    assert report.refused_by_device == {ada.device_id: "gap"}
    assert [p.seq for p in script.pulls[1].have[0].points] == [1, 4, 12, 16, 18, 19, 20]


async def test_a_head_that_is_named_and_not_given_is_reported_once_asked_deeper(ada):
    for _ in range(20):
        ada.append("x")
    stranger = Point(25, b"z" * 32)
    script = Script(ada, push=lambda runs: [Duplicate(20)])
    script.pages = [script.page(heads={ada.device_id: [stranger]})]
    report = await engine(ada, script).sync_once()
    assert report.not_given_by_device == {ada.device_id: [stranger]}
    assert len(script.pulls[1].have[0].points) > 1
    # What the relay lacks of the log can't be told: it is sent once, not over and over.
    assert len(script.pushes) == 1


async def test_a_pause_that_is_asked_for_is_kept(ada):
    sleep = Sleeps()
    script = Script(ada)
    script.pages = [SlowDownError(3), SlowDownError(0), script.page()]
    await engine(ada, script, sleep).sync_once()
    assert sleep.slept == [3, 0.05]


async def test_endless_pauses_end_with_the_typed_error(ada):
    sleep = Sleeps()
    script = Script(ada)
    script.pages = [SlowDownError(3)]
    with pytest.raises(SlowDownError):
        await engine(ada, script, sleep).sync_once()
    assert len(sleep.slept) == 8
    script.pages = [SlowDownError(3600)]
    with pytest.raises(SlowDownError):
        await engine(ada, script, sleep).sync_once()
    assert len(sleep.slept) == 8


async def test_a_relay_that_takes_the_space_and_does_not_know_it_ends(ada):
    script = Script(ada)
    script.pages = [UnknownSpaceError()]
    with pytest.raises(RemoteProtocolError, match="does not know"):
        await engine(ada, script).sync_once()
    assert script.registered == 1


async def test_a_stream_that_drops_in_a_catch_up_goes_on_from_what_is_held(ada):
    script = Script(ada)
    other = couple()[1]
    for i in range(6):
        other.append(str(i))
    runs = other_runs(other)
    heads = {other.device_id: other.log(other.device_id).heads()}
    script.pages = [
        script.page(runs=runs[:1], heads=heads, more=True),
        script.page(runs=runs[2:], heads=heads, more=False),
    ]
    taken = iter([script.page(runs=runs[1:2], heads=heads, more=True)])

    async def next_page():
        for page in taken:
            return page
        raise RelayUnreachableError("gone")

    script.__class__ = type("Dropping", (Script,), {"__anext__": lambda self: next_page()})
    report = await engine(ada, script).sync_once()
    assert report.received == 6
    assert ada.ids() == other.ids()


def other_runs(store):
    return make_runs(store.log(store.device_id).beyond([]), max_items=2)


async def test_where_no_stream_can_be_had_pages_come_one_by_one(ada):
    script = Script(ada)
    other = couple()[1]
    for i in range(6):
        other.append(str(i))
    runs = other_runs(other)
    heads = {other.device_id: other.log(other.device_id).heads()}
    script.pages = [script.page(runs=[run], heads=heads, more=run is not runs[-1]) for run in runs]

    class NoStream(Script):
        def stream(self):
            self.streams += 1
            raise RelayProtocolError("a proxy that knows no WebSocket")

    script.__class__ = NoStream
    report = await engine(ada, script).sync_once()
    assert (report.received, script.streams, len(script.pulls)) == (6, 1, 3)


async def test_another_process_that_admits_the_same_pages_first_is_no_stall(ada):
    other = couple()[1]
    for i in range(12):
        other.append(str(i))
    runs = other_runs(other)
    heads = {other.device_id: other.log(other.device_id).heads()}
    pages = [(run, run is not runs[-1]) for run in runs]

    class Overtaken(Script):
        def stream(self):
            raise RelayProtocolError("a proxy that knows no WebSocket")

        async def pull(self, request):
            run, more = pages.pop(0)
            page = self.page(runs=[run], heads=heads, more=more)
            await ada.admit_page(page)
            return page

    report = await engine(ada, Overtaken(ada)).sync_once()
    assert report.received == 0
    assert ada.ids() == other.ids()


# --- watch ------------------------------------------------------------------------------------


async def never():
    pass


async def watching(engine, until):
    task = asyncio.create_task(engine.watch(never))
    try:
        async with asyncio.timeout(5):
            while not until() and not task.done():
                await asyncio.sleep(0.001)
            if task.done():
                await task
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.parametrize("kind", ["idle", "junk"])
async def test_an_endless_stream_of_nothing_is_noted_and_waited_out(ada, kind):
    sleep = Sleeps(at_most=7)
    script = Script(ada)
    script.pages = [script.page()]
    script.stream_pages = [script.page() if kind == "idle" else b"\xc1"]
    syncing = engine(ada, script, sleep)
    await watching(syncing, lambda: 60.0 in sleep.slept)
    assert isinstance(syncing.last_problem, RemoteProtocolError)
    assert not syncing.live
    assert sleep.slept == [0.5, 1, 2, 4, 8, 16, 32, 60]


@pytest.mark.parametrize("error", [RelayFullError(), NotAMemberError(), RelayUnreachableError("x")])
async def test_any_error_is_noted_and_tried_again(ada, error):
    script = Script(ada)
    # A device that is not a member registers once, with what it holds, and asks again.
    asked = 2 if isinstance(error, NotAMemberError) else 1
    script.pages = [error] * 2 * asked + [script.page()]
    script.stream_pages = [script.page()]
    syncing = engine(ada, script)
    seen = []

    async def sleep(seconds):
        seen.append(syncing.last_problem)
        await asyncio.sleep(0)

    syncing._sleep = sleep
    await watching(syncing, lambda: script.streams)
    assert seen[:2] == [error, error]


async def test_a_wait_is_at_least_what_the_relay_asked_for(ada):
    sleep = Sleeps(at_most=5)
    script = Script(ada)
    script.pages = [RelayUnreachableError("stopping", retry_after_s=42)]
    await watching(engine(ada, script, sleep), lambda: sleep.slept)
    assert sleep.slept[0] == 42


async def test_how_exchanges_and_streams_end_is_told(ada):
    """And a stream that goes on well for a while is as good as another exchange that settled."""
    script = Script(ada)
    script.pages = [script.page()]
    sent: asyncio.Queue[bytes] = asyncio.Queue()
    script.__class__ = type("Queued", (Script,), {"__anext__": lambda self: sent.get()})
    ends, now = [], [0.0]

    async def on_end(outcome):
        ends.append(outcome.reject if isinstance(outcome, RemoteProtocolError) else "settled")

    syncing = engine(ada, script)
    syncing._on_end, syncing._clock = on_end, lambda: now[0]

    async def after(page, count):
        sent.put_nowait(page)
        while len(ends) < count or not sent.empty() or not syncing.live:
            await asyncio.sleep(0.001)

    task = asyncio.create_task(syncing.watch(never))
    try:
        async with asyncio.timeout(5):
            await after(b"\xc1", 3)
            await after(script.page(), 3)
            assert ends == ["settled", Reject.MALFORMED, "settled"]
            now[0] += 11
            await after(script.page(), 4)
            await after(script.page(), 4)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert ends[3:] == ["settled"]


async def test_a_stream_that_falls_silent_is_waited_for_once(ada, monkeypatch):
    monkeypatch.setattr(ahead, "SILENCE_S", 0.02)
    script = Script(ada)
    script.pages = [script.page(more=True)]

    async def nothing():
        await asyncio.Event().wait()

    script.__class__ = type("Silent", (Script,), {"__anext__": lambda self: nothing()})
    async with asyncio.timeout(5):
        with pytest.raises(RemoteProtocolError, match="nothing new"):
            await engine(ada, script).sync_once()
    assert script.streams == 1


async def test_a_mistake_of_the_callback_comes_out(ada):
    other = couple()[1]
    other.append("news")
    script = Script(ada)
    heads = {other.device_id: other.log(other.device_id).heads()}
    script.pages = [script.page(runs=other_runs(other), heads=heads)]

    async def broken():
        raise ZeroDivisionError

    async with asyncio.timeout(5):
        with pytest.raises(ZeroDivisionError):
            await engine(ada, script).watch(broken)


async def test_a_live_head_that_is_not_held_leads_to_one_exchange(ada):
    ada.append("mine")
    own = ada.log(ada.device_id).heads()
    stranger = Point(9, b"z" * 32)
    script = Script(ada)
    script.pages = [script.page(heads={ada.device_id: own})]
    syncing = engine(ada, script, Sleeps(at_most=0))
    news = asyncio.Event()

    async def page():
        await news.wait()
        await asyncio.sleep(0.001)
        return script.page(heads={ada.device_id: [*own, stranger]})

    script.__class__ = type("Quiet", (Script,), {"__anext__": lambda self: page()})
    task = asyncio.create_task(syncing.watch(never))
    try:
        async with asyncio.timeout(5):
            while not script.asked:
                await asyncio.sleep(0.001)
            pulls = len(script.pulls)
            script.pages = [script.page(heads={ada.device_id: [*own, stranger]})]
            news.set()
            while syncing.last_problem is None:
                await asyncio.sleep(0.001)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    # Once, deeper; the same head in further pages is known not to be given.
    assert len(script.pulls) - pulls == 2
    assert syncing.last_report is not None
    assert syncing.last_report.not_given_by_device == {ada.device_id: [stranger]}


async def test_a_live_push_that_does_not_fit_leads_to_an_exchange(ada):
    answers = [[Gap([])]]
    script = Script(ada, push=lambda runs: answers.pop() if answers else _accept(runs))
    script.pages = [script.page()]

    async def nothing():
        await asyncio.Event().wait()

    script.__class__ = type("Quiet", (Script,), {"__anext__": lambda self: nothing()})
    task = asyncio.create_task(engine(ada, script, Sleeps(at_most=0)).watch(never))
    try:
        async with asyncio.timeout(5):
            while not script.asked:
                await asyncio.sleep(0.001)
            pulls = len(script.pulls)
            ada.append("one")
            own = {ada.device_id: ada.log(ada.device_id).heads()}
            script.pages = [script.page(), script.page(heads=own)]
            while ada.acknowledged_seqs != {ada.device_id: 1}:
                await asyncio.sleep(0.001)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert len(script.pulls) > pulls
    assert len(script.pushes) == 2
