"""Live streams (SPEC 14.7): news arrives, echoes do not, slow readers lose nothing."""

import asyncio

import aiohttp
import msgspec
import pytest

from inglenook_harness.relay import Answered, next_page
from inglenook_harness.wire import Couple, Reader
from inglenook_protocol.codec import encode
from inglenook_server.storage.sqlite import SqliteStorage
from inglenook_server.stream import MAX_PAGE_BYTES

pytestmark = pytest.mark.long


@pytest.fixture(params=["memory", "sqlite"])
async def host(request, make_host, tmp_path):
    return await make_host(SqliteStorage(tmp_path / "data") if request.param == "sqlite" else None)


async def caught_up(socket, reader):
    """Pages until the relay says that there is no more."""
    pages = []
    while True:
        pages.append(await next_page(socket))
        reader.take(pages[-1])
        if not pages[-1].more:
            return pages


async def quiet(socket, seconds=0.05):
    """Whether nothing comes for a while."""
    try:
        async with asyncio.timeout(seconds):
            await socket.receive()
    except TimeoutError:
        return True
    return False


async def test_what_is_there_then_what_comes(host):
    couple = Couple()
    one, two = couple.devices
    writer, reading = await host.member(couple, 0), await host.member(couple, 1)
    one.append(1_000)
    await writer.push(one.runs())
    reader = Reader(couple)
    socket = await reading.stream(reader.request())
    pages = await caught_up(socket, reader)
    assert len(pages) > 1
    assert all(len(encode(page)) < MAX_PAGE_BYTES + 65_536 for page in pages)
    assert len(reader.held) == 1_000
    for n in range(1, 6):
        one.append(n)
        await writer.push(one.runs(len(one.envelopes) - n))
        page = await next_page(socket)
        assert reader.take(page) == n
        assert (page.statements, page.more) == ([], False)
        assert page.heads[0].points == [one.head]
    two.append(1)
    await writer.push(two.runs())
    assert reader.take(await next_page(socket)) == 1
    assert await quiet(socket)


async def test_an_empty_space_answers_at_once(host):
    couple = Couple()
    client = await host.member(couple)
    socket = await client.stream(couple.pull_request(knows_statements=True))
    page = await next_page(socket)
    assert (page.statements, page.runs, page.heads, page.more) == ([], [], [], False)


async def test_statements_are_news(host):
    couple = Couple()
    one = couple.devices[0]
    writer, reading = await host.member(couple, 0), await host.member(couple, 1)
    one.append(3)
    await writer.push(one.runs())
    reader = Reader(couple)
    socket = await reading.stream(reader.request())
    await caught_up(socket, reader)
    phone = couple.add_device(0, by=one)
    phone.append(2)
    await writer.push(statements=couple.statements)
    assert reader.take(await next_page(socket)) == 1
    await writer.push(phone.runs(), [couple.erase(one, [2])])
    while len(reader.held) < 5 or not reader.book.erasure_statements():
        reader.take(await next_page(socket))
    assert reader.book.erasures_hash == couple.book.erasures_hash


async def test_a_login_hears_no_echo_but_another_of_the_same_device_does(host):
    couple = Couple()
    one = couple.devices[0]
    writer, clone = await host.member(couple, 0), await host.member(couple, 0)
    own, other = Reader(couple), Reader(couple)
    own_socket = await writer.stream(own.request())
    other_socket = await clone.stream(other.request())
    await caught_up(own_socket, own)
    await caught_up(other_socket, other)
    one.append(3)
    await writer.push(one.runs())
    assert other.take(await next_page(other_socket)) == 3
    assert await quiet(own_socket)
    # What this login pushed is passed over later as well, and the other's is not.
    two = couple.devices[1]
    two.append(1)
    await clone.push(two.runs())
    page = await next_page(own_socket)
    assert [run.device for run in page.runs] == [two.id]


async def test_an_echo_comes_if_it_fills_a_gap(host):
    """A stream that has not caught up gets what its own login pushed, rather than a hole."""
    couple = Couple()
    one = couple.devices[0]
    writer = await host.member(couple, 0)
    one.append(5)
    await writer.push(one.runs())
    reader = Reader(couple)
    socket = await writer.stream()
    one.append(2)
    await writer.push(one.runs(5))
    await socket.send_bytes(encode(reader.request()))
    await caught_up(socket, reader)
    assert len(reader.held) == 7


async def test_stating_have_anew_starts_anew(host):
    couple = Couple()
    one = couple.devices[0]
    client = await host.member(couple)
    one.append(200)
    await client.push(one.runs())
    socket = await client.stream(couple.pull_request([(one, [one.head])], knows_statements=True))
    page = await next_page(socket)
    assert page.runs == []
    await socket.send_bytes(encode(couple.pull_request([(one, [one.point(150)])])))
    page = await next_page(socket)
    assert (page.runs[0].first_seq, len(page.runs[0].items)) == (151, 50)
    assert len(page.statements) == 2


async def test_many_writers_at_once_and_a_reader_that_sees_all(host):
    couple = Couple(devices_each=3)
    reader = Reader(couple)
    reading = await host.member(couple, 0)
    socket = await reading.stream(reader.request())
    await caught_up(socket, reader)

    async def write(number):
        device = couple.devices[number]
        client = await host.member(couple, number)
        for at in range(30):
            device.append(1)
            await client.push(device.runs(at))

    writing = asyncio.gather(*(write(number) for number in range(1, 6)))
    while len(reader.held) < 150:
        reader.take(await next_page(socket))
    await writing


async def test_a_removed_device_is_shown_out(host):
    couple = Couple()
    writer, reading = await host.member(couple, 1), await host.member(couple, 0)
    socket = await reading.stream(couple.pull_request())
    await next_page(socket)
    await writer.push(statements=[couple.remove(couple.devices[0])])
    message = await socket.receive(5)
    assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, 4403)
    assert message.extra == "not-a-member"


async def test_streams_of_a_device_are_bounded(make_host):
    host = await make_host(max_streams=2)
    couple = Couple()
    client, other = await host.member(couple, 0), await host.member(couple, 1)
    sockets = [await client.stream() for _ in range(2)]
    with pytest.raises(Answered, match="slow-down"):
        await client.stream()
    await other.stream()
    await sockets[0].close()
    while host.relay.hub.count > 2:
        await asyncio.sleep(0.005)
    await client.stream()


@pytest.mark.parametrize(
    ("send", "code"),
    [
        (lambda socket: socket.send_bytes(b""), 1007),
        (lambda socket: socket.send_bytes(b"\xc1junk"), 1007),
        (lambda socket: socket.send_bytes(encode([1, 2, 3, 4])), 1007),
        (lambda socket: socket.send_str("pull, please"), 1003),
        (lambda socket: socket.send_bytes(bytes(1_100_000)), 1009),
    ],
)
async def test_what_is_no_pull_request_ends_the_stream(host, send, code):
    client = await host.member(Couple())
    socket = await client.stream()
    await send(socket)
    message = await socket.receive(5)
    assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, code)
    await socket.close()
    while host.relay.hub.count:
        await asyncio.sleep(0.005)


async def test_a_stream_that_asks_nothing_is_let_go(make_host):
    host = await make_host(read_seconds=1)
    client = await host.member(Couple())
    socket = await client.stream()
    message = await socket.receive(5)
    assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, 1008)


async def test_requests_on_a_stream_count_towards_the_rate(make_host):
    host = await make_host(device_rate=60)
    couple = Couple()
    client = await host.member(couple)
    socket = await client.stream()
    for _ in range(12):
        await socket.send_bytes(encode(couple.pull_request()))
    while (message := await socket.receive(5)).type is aiohttp.WSMsgType.BINARY:
        pass
    assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, 4429)


async def test_a_slow_reader_is_dropped_and_loses_nothing(make_host, tmp_path):
    host = await make_host(SqliteStorage(tmp_path / "data"), slow_reader_seconds=1)
    couple = Couple()
    one = couple.devices[0]
    writer = await host.member(couple, 1)
    reading = await host.member(couple, 0)
    one.append(60, 200_000)
    for run in one.runs(items=20):
        await writer.push([run])
    # A plain socket that asks and then never reads.
    slow_reader, slow_writer = await asyncio.open_connection("127.0.0.1", host.server.port)
    slow_writer.write(
        f"GET {reading.space_path('stream')} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {reading.bearer}\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
    )
    assert b"101" in await slow_reader.readuntil(b"\r\n\r\n")
    slow_writer.transport.pause_reading()  # type: ignore[attr-defined]
    request = encode(couple.pull_request())
    mask = bytes(4)
    slow_writer.write(b"\x82\xfe" + len(request).to_bytes(2, "big") + mask + request)
    await slow_writer.drain()
    async with asyncio.timeout(8):
        while not host.relay.counters.readers_dropped:
            await asyncio.sleep(0.02)
        while host.relay.hub.count:
            await asyncio.sleep(0.02)
    slow_writer.close()
    # Meanwhile others go on, and it gets everything when it comes back.
    reader = Reader(couple)
    socket = await reading.stream(reader.request())
    await caught_up(socket, reader)
    assert len(reader.held) == 60


async def test_a_reader_that_goes_away_leaves_nothing_behind(host):
    couple = Couple()
    one = couple.devices[0]
    writer, reading = await host.member(couple, 0), await host.member(couple, 1)
    socket = await reading.stream(couple.pull_request())
    await next_page(socket)
    socket._response.connection.transport.abort()
    one.append(2)
    await writer.push(one.runs())
    async with asyncio.timeout(5):
        while host.relay.hub.count:
            await asyncio.sleep(0.005)
    assert host.relay.hub._listeners == {}


async def test_stopping_closes_streams(host):
    couple = Couple()
    client = await host.member(couple)
    socket = await client.stream(couple.pull_request())
    await next_page(socket)
    host.relay.hub.stop()
    message = await socket.receive(5)
    assert (message.type, message.data, message.extra) == (
        aiohttp.WSMsgType.CLOSE,
        1001,
        "stopping",
    )


async def test_an_idle_stream_keeps_numbers_only(host):
    couple = Couple()
    one = couple.devices[0]
    writer, reading = await host.member(couple, 0), await host.member(couple, 1)
    socket = await reading.stream(couple.pull_request())
    await next_page(socket)
    for at in range(20):
        one.append(1, 10_000)
        await writer.push(one.runs(at))
        await next_page(socket)
    (listener,) = host.relay.hub._listeners[couple.space_id]
    assert list(listener.feed.reach.values()) == [20]
    assert listener._sending is None
    assert msgspec.to_builtins(listener.login)["space"]
