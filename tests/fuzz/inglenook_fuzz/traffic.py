"""Malformed traffic for a relay's two faces, HTTP and WebSocket, from a seed.

Whatever a sender does, it does as somebody who may be there: some of it comes with a good login
of a space of its own, so that it gets past the door. Every answer is looked at: its status is one
of SPEC 14.1 or of HTTP's own, never 500, and its record is one that a client can read.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable
from random import Random
from typing import Final

from inglenook_fuzz import trees
from inglenook_fuzz.records import records
from inglenook_fuzz.target import hold
from inglenook_harness.relay import RelayClient
from inglenook_harness.wire import Couple
from inglenook_protocol.codec import encode
from inglenook_protocol.errors import RemoteProtocolError
from inglenook_protocol.messages import STATUS_BY_CODE, decode_error

_STATUSES: Final = {200, 201, 400, 404, 405, 411, 413, 414, 417, 431, 501, *STATUS_BY_CODE.values()}
_WAIT_S: Final = 5.0
_QUIET_S: Final = 0.15
"""How long a sender waits for more: of what is cut short the relay may wait for the rest."""
_READ_BYTES: Final = 1 << 16


class Sender:
    """One connection after another, each with something that is not right."""

    def __init__(self, port: int, seed: int, couple: Couple, bearer: str) -> None:
        self._port = port
        self._random = Random(seed)
        self._space = couple.space_id.hex()
        self._bearer = bearer
        self._records = [encode(record) for record in records()]
        self._records.append(encode(couple.pull_request()))
        self.answers: Counter[str] = Counter()
        """How often each status, or end of a connection, came."""

    async def send(self) -> None:
        """One piece of malformed traffic, and what came back."""
        ways: list[Callable[[], Awaitable[None]]] = [
            self._record, self._record, self._record, self._head, self._noise, self._body,
            self._half, self._socket, self._socket, self._handshake,
        ]  # fmt: skip
        with contextlib.suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(_WAIT_S):
                await self._random.choice(ways)()
                return
        self.answers["closed"] += 1

    # ------------------------------------------------------------------ HTTP

    def _path(self) -> str:
        random = self._random
        space = random.choice([self._space, self._space, "00" * 32, "zz", "..", "%00"])
        if random.randrange(2):
            return f"/v1/spaces/{space}/{random.choice(('pull', 'push', 'push', 'stream'))}"
        box = random.choice(["00" * 16, "0g" * 16, ""])
        return random.choice([
            "/v1/challenge", "/v1/login", "/v1/find", "/v1/spaces", "/v1/mailboxes",
            f"/v1/mailboxes/{box}/enter", f"/v1/mailboxes/{box}/put", f"/v1/mailboxes/{box}/get",
            f"/v1/mailboxes/{box}/close", "/healthz", "/", "/v2", "//v1//login", "/v1/%2e%2e/",
        ])  # fmt: skip

    def _login(self) -> bytes:
        value = self._random.choice([f"Bearer {self._bearer}"] * 4 + ["Bearer", "Basic x", "é\t"])
        return b"Authorization: " + value.encode("latin-1") + b"\r\n"

    def _request(self, body: bytes, more: bytes = b"", method: str = "POST") -> bytes:
        head = f"{method} {self._path()} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n".encode()
        ends = b"Connection: close\r\n" if self._random.randrange(8) else b""
        return head + self._login() + ends + more + b"\r\n" + body

    def _changed(self) -> bytes:
        return trees.mutate(self._random.choice(self._records), self._random, self._records)

    async def _record(self) -> None:
        body = self._changed()
        length = f"Content-Length: {len(body)}\r\n".encode()
        await self._exchange(self._request(body, length))

    async def _head(self) -> None:
        random = self._random
        more = random.choice([
            b"X: " + b"a" * random.choice((100, 8_000, 70_000)) + b"\r\n",
            b"X: y\r\n" * random.choice((10, 3_000)),
            b"Content-Encoding: gzip\r\nContent-Length: 2\r\n",
            b"Content-Length: -1\r\n", b"Content-Length: 99999999999999999999\r\n",
            b"Content-Length: 1\r\nContent-Length: 2\r\n", b"Expect: 100-continue\r\n",
            b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", b"\x00: \xff\r\n", b": \r\n",
            b"Transfer-Encoding: gzip, chunked\r\n", b" folded: x\r\n y\r\n", b"Host: x\r\n",
        ])  # fmt: skip
        method = random.choice(["GET", "PUT", "POST", "DELETE", "BREW", "CONNECT", "p\x7f"])
        await self._exchange(self._request(b"ab", more, method))

    async def _noise(self) -> None:
        start = self._random.choice([b"", b"GET ", b"POST /v1/login HTTP/1.1\r\n", b"\x16\x03\x01"])
        await self._exchange(start + self._random.randbytes(self._random.choice((1, 40, 4_000))))

    async def _body(self) -> None:
        random = self._random
        body = random.choice([
            b"zz\r\nxx\r\n0\r\n\r\n", b"4\r\nabcd\r\n0\r\n\r\n", b"ffffffffffffffff\r\n",
            b"4;" + b"e" * 5_000 + b"\r\nabcd\r\n0\r\n\r\n", b"0\r\nTrailer: x\r\n\r\n",
            b"10000\r\n" + random.randbytes(65_536) + b"\r\n0\r\n\r\n",
        ])  # fmt: skip
        await self._exchange(self._request(body, b"Transfer-Encoding: chunked\r\n"))

    async def _half(self) -> None:
        """A request that stops in the middle, and a connection that goes away."""
        body = self._changed()
        request = self._request(body, f"Content-Length: {len(body) + 100}\r\n".encode())
        _, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(request[: self._random.randrange(1, len(request))])
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.transport.abort()
        self.answers["left"] += 1

    async def _exchange(self, request: bytes) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(request)
            await writer.drain()
            answer = b""
            with contextlib.suppress(ConnectionError, TimeoutError):
                async with asyncio.timeout(_QUIET_S):
                    while len(answer) < _READ_BYTES and (part := await reader.read(_READ_BYTES)):
                        answer += part
            self._look_at(answer)
        finally:
            writer.transport.abort()

    def _look_at(self, answer: bytes) -> None:
        if not answer:
            self.answers["closed"] += 1
            return
        head, _, body = answer.partition(b"\r\n\r\n")
        parts = head.split(b" ", 2)
        hold(parts[0].startswith(b"HTTP/1.") and len(parts) > 1, f"no answer: {answer[:40]!r}")
        status = int(parts[1])
        self.answers[str(status)] += 1
        hold(status in _STATUSES or status < 200, f"an answer of status {status}")
        if status in STATUS_BY_CODE.values() and b"application/msgpack" in head:
            try:
                hold(decode_error(body).message, "an answer without words")
            except RemoteProtocolError:
                # Several answers on one connection, or one that was cut here.
                hold(len(answer) >= _READ_BYTES or b"HTTP/1." in body, "an answer nobody can read")

    # ------------------------------------------------------------------ WebSocket

    def _upgrade(self, *, good: bool) -> bytes:
        random = self._random
        key = base64.b64encode(random.randbytes(16))
        wrong = random.choice([b"Sec-WebSocket-Version: 99", b"Sec-WebSocket-Key: x", b"X: y"])
        return (
            f"GET /v1/spaces/{self._space}/stream HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            f"Authorization: Bearer {self._bearer}\r\nUpgrade: websocket\r\n".encode()
            + b"Connection: Upgrade\r\nSec-WebSocket-Extensions: permessage-deflate\r\n"
            + (b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key if good else wrong)
            + b"\r\n\r\n"
        )

    async def _handshake(self) -> None:
        await self._exchange(self._upgrade(good=False))

    def _frame(self, code: int, payload: bytes, *, masked: bool = True, length: int = -1) -> bytes:
        size = len(payload) if length < 0 else length
        mask = b"\x00\x00\x00\x00" if masked else b""
        bit = 0x80 if masked else 0
        if size < 126:
            head = bytes((code, bit | size))
        elif size < 65_536:
            head = bytes((code, bit | 126)) + size.to_bytes(2, "big")
        else:
            head = bytes((code, bit | 127)) + (size & 2**64 - 1).to_bytes(8, "big")
        return head + mask + payload

    def _frames(self) -> list[bytes]:
        random, frame = self._random, self._frame
        body = self._changed()
        return random.choice([
            [frame(0x82, body)], [frame(0x82, encode([]))], [frame(0x81, b"text \xff")],
            [frame(0x82, body, masked=False)], [frame(0xF2, body)], [frame(0x83, body)],
            [frame(0x02, body[:9]), frame(0x00, body[9:20]), frame(0x82, body)],
            [frame(0x82, b"", length=2**62)], [frame(0x82, b"abc", length=5_000_000)],
            [frame(0x89, b"p" * 125)] * 50, [frame(0x89, b"p" * 200)], [frame(0x8A, b"")] * 20,
            [frame(0x88, b"\x00")], [frame(0x88, b"\x03\xe8\xff\xfe")], [frame(0x88, b"\xff\xff")],
            [frame(0x82, self._records[-1])] * 30, [random.randbytes(300)], [frame(0x80, body)],
        ])  # fmt: skip

    async def _socket(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(self._upgrade(good=True))
            answer = await reader.readuntil(b"\r\n\r\n")
            status = int(answer.split(b" ", 2)[1])
            self.answers[f"socket {status}"] += 1
            hold(status == 101 or status in _STATUSES, f"a handshake of status {status}")
            for frame in self._frames():
                writer.write(frame)
            with contextlib.suppress(ConnectionError, TimeoutError):
                await writer.drain()
                async with asyncio.timeout(self._random.choice((0.02, 0.2))):
                    while await reader.read(_READ_BYTES):
                        pass
        except asyncio.IncompleteReadError:
            self.answers["closed"] += 1
        finally:
            writer.transport.abort()


async def admitted(url: str, port: int, token: str, seed: int) -> Sender:
    """A sender with a space and a login of its own."""
    couple = Couple(f"sender {seed}")
    couple.devices[0].append(5)
    async with RelayClient(url) as client:
        await client.register(couple, token)
        await client.login(couple.devices[0])
        await client.push(couple.devices[0].runs())
        return Sender(port, seed, couple, client.bearer)
